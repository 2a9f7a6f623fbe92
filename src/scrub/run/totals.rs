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

/// The digits that an amount of an acknowledgement has at most (AMT02, STC04).
const MOST_DIGITS: usize = 18;

/// Refuses a file whose charges add up to more than the 277CA can say.
pub(super) fn check_digits(file: &str, tally: &Tally) -> Result<(), RunError> {
    let total = tally.total().charges.to_string();
    let dollars = total.strip_suffix(".00").unwrap_or(&total);
    let digits = dollars.bytes().filter(u8::is_ascii_digit).count();
    if digits <= MOST_DIGITS {
        return Ok(());
    }
    Err(RunError::Refused {
        file: file.to_owned(),
        reason: format!(
            "its charges add up to ${dollars}, and an amount of the 277CA has {MOST_DIGITS} digits at most; nothing of it was published. Correct CLM02, or leave the answers out (--no-acknowledgements)"
        ),
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
    let some = |sum: Sum| (sum.claims > 0).then(|| sum.into());
    Totals {
        input: surveyed(survey).into(),
        clean: tally.clean.into(),
        rejected: tally.rejected.into(),
        held: tally.held.into(),
        unchecked: tally.unchecked.into(),
        warned: tally.warned.into(),
        therapy_unknown: some(tally.therapy_unknown),
        unread: some(tally.unread),
    }
}

fn surveyed(survey: &Survey) -> Sum {
    Sum {
        claims: survey.claims,
        charges: survey.charges,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::publish::Output;
    use crate::value::Cents;

    fn sum(claims: u64, cents: i64) -> Sum {
        let mut sum = Sum::default();
        sum.add(claims, Cents(cents));
        sum
    }

    /// Three claims in, of which one goes each way.
    fn tally() -> Tally {
        Tally {
            clean: sum(1, 100),
            rejected: sum(1, 20),
            held: sum(1, 3),
            ..Tally::default()
        }
    }

    fn told(survey: &Survey, tally: &Tally, written: [u64; 3]) -> Result<(), String> {
        let folder = std::path::Path::new(".");
        let file = |name: &str| Output::new(folder, name, false);
        let mut outputs = Outputs::new(survey, "", folder, false, false, file);
        let envelopers = [&mut outputs.clean, &mut outputs.rejects, &mut outputs.held];
        for (enveloper, claims) in envelopers.into_iter().zip(written) {
            enveloper.claims = claims;
        }
        check("in.837", survey, tally, &outputs).map_err(|error| error.to_string())
    }

    #[test]
    fn a_claim_or_a_cent_too_many_or_too_few_is_told() {
        let surveyed = |claims, cents| Survey {
            claims,
            charges: Cents(cents).into(),
            ..Survey::default()
        };
        assert_eq!(told(&surveyed(3, 123), &tally(), [1; 3]), Ok(()));
        for (survey, written, what) in [
            (
                surveyed(2, 123),
                [1; 3],
                "2 claims with $1.23 in, 3 with $1.23 judged",
            ),
            (
                surveyed(4, 123),
                [1; 3],
                "4 claims with $1.23 in, 3 with $1.23 judged",
            ),
            (
                surveyed(3, 124),
                [1; 3],
                "3 claims with $1.24 in, 3 with $1.23 judged",
            ),
            (surveyed(3, 123), [0, 1, 1], "1 claims for clean, 0 written"),
            (
                surveyed(3, 123),
                [1, 2, 1],
                "1 claims for rejects, 2 written",
            ),
            (surveyed(3, 123), [1, 1, 0], "1 claims for held, 0 written"),
            (
                surveyed(3, 123),
                [2, 0, 1],
                "1 claims for clean, 2 written; 1 claims for rejects, 0 written",
            ),
        ] {
            let said = told(&survey, &tally(), written).unwrap_err();
            assert!(said.contains(&format!("({what})")), "{said}");
        }
    }

    #[test]
    fn charges_that_the_277ca_cannot_say_are_told() {
        let told = |cents: i64, times: u64| {
            let mut clean = Sum::default();
            (0..times).for_each(|_| clean.add(1, Cents(cents)));
            let tally = Tally {
                clean,
                ..Tally::default()
            };
            check_digits("in.837", &tally).is_ok()
        };
        assert!(told(999_999_999_999_999_999, 1));
        assert!(!told(1_000_000_000_000_000_001, 1));
        assert!(told(9_000_000_000_000_000_000, 11));
        assert!(!told(9_000_000_000_000_000_000, 12));
    }

    #[test]
    fn answers_that_accept_something_else_than_goes_on_are_told() {
        let told = |accepted, rejected| {
            let answered = Answered {
                accepted,
                rejected,
                ..Answered::default()
            };
            check_answers("in.837", &tally(), &answered).map_err(|error| error.to_string())
        };
        assert_eq!(told(sum(2, 103), sum(1, 20)), Ok(()));
        // The claims of a rejected set get no answer of their own.
        assert_eq!(told(sum(2, 103), sum(0, 0)), Ok(()));
        let what = "2 claims with $1.03 accepted, 3 with $1.23 answered so";
        assert!(told(sum(3, 123), sum(0, 0)).unwrap_err().contains(what));
        assert!(told(sum(2, 104), sum(1, 20)).is_err());
        assert!(told(sum(1, 100), sum(1, 20)).is_err());
        assert!(told(sum(2, 103), sum(2, 20)).is_err());
    }
}
