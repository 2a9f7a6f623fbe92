//! Claims and charges in are those that went out.

use super::error::RunError;
use super::outputs::Outputs;
use crate::acknowledge::Answered;
use crate::emit::manifest::Totals;
use crate::scrub::tally::{Sum, Tally};
use crate::x12::survey::Survey;

/// Claims and charges in must be those that went out, counted three ways: by the
/// survey, by the judge, by the files.
pub(super) fn check(
    file: &str,
    survey: &Survey,
    tally: &Tally,
    outputs: &Outputs,
) -> Result<(), RunError> {
    let total = tally.total();
    let written = [
        ("clean", outputs.clean.claims, tally.clean.claims),
        ("rejects", outputs.rejects.claims, tally.rejected.claims),
        ("held", outputs.held.claims, tally.held.claims),
    ];
    let mut what = Vec::new();
    let surveyed = surveyed(survey);
    if total != surveyed {
        what.push(format!(
            "{} claims with ${} in, {} with ${} judged",
            surveyed.claims, surveyed.charges, total.claims, total.charges
        ));
    }
    for (name, wrote, judged) in written {
        if wrote != judged {
            what.push(format!("{judged} claims for {name}, {wrote} written"));
        }
    }
    if what.is_empty() {
        return Ok(());
    }
    Err(RunError::Totals {
        file: file.to_owned(),
        what: what.join("; "),
    })
}

/// What the 277CA accepts must be what goes on, and nothing else.
pub(super) fn check_answers(
    file: &str,
    tally: &Tally,
    answered: &Answered,
) -> Result<(), RunError> {
    let accepted = tally.clean.plus(tally.held);
    let none_too_many = answered.rejected.claims <= tally.rejected.claims;
    if answered.accepted == accepted && none_too_many {
        return Ok(());
    }
    Err(RunError::Totals {
        file: file.to_owned(),
        what: format!(
            "{} claims with ${} accepted, {} with ${} answered so",
            accepted.claims, accepted.charges, answered.accepted.claims, answered.accepted.charges
        ),
    })
}

/// The control totals, as the manifest states them.
pub(super) fn totals(survey: &Survey, tally: &Tally) -> Totals {
    Totals {
        input: surveyed(survey).into(),
        clean: tally.clean.into(),
        rejected: tally.rejected.into(),
        held: tally.held.into(),
        unchecked: tally.unchecked.into(),
        warned: tally.warned.into(),
    }
}

fn surveyed(survey: &Survey) -> Sum {
    Sum {
        claims: survey.claims,
        charges: survey.charges,
    }
}
