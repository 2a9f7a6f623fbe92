//! What is told of faults that an earlier run found around claims, and that nobody has looked
//! at since. The rejects file is without them: its envelopes are valid. They come under the
//! rule that found them.

use super::syntax::{hierarchy_broken, repeated_past_maximum};
use super::{Finding, Report, Spot, registry};
use crate::claim::Claim;
use crate::value::Severity;

/// What to do.
pub const HELP: &str = "make sure that nothing is missing or wrong around the claims; if all is whole, give the transaction set another control number in ST02 and SE02, or say `--envelopes-checked` for the whole file";

/// Behind what the earlier run said.
const SINCE: &str =
    " (so the run before this one found it; nothing in the transaction set was changed since)";

/// The message, from what the earlier run said was wrong.
#[must_use]
pub fn message(said: &str) -> String {
    format!("{}{SINCE}", said.strip_suffix(SINCE).unwrap_or(said))
}

/// Whether this message tells what only the earlier run found.
#[must_use]
pub fn is_of_the_run_before(message: &str) -> bool {
    message.ends_with(SINCE)
}

/// Tells of a fault around this claim, unless it was found again.
pub fn tell(claim: &Claim<'_>, code: &str, said: &str, findings: &mut Vec<Finding>) {
    let is_again =
        |finding: &Finding| finding.rule.code == code && finding.severity == Severity::Reject;
    let Some(rule) = registry::find(code).filter(|_| !findings.iter().any(is_again)) else {
        return;
    };
    Report::new(rule, findings)
        .add("2300", Spot::segment(claim.parts.clm), message(said))
        .help(HELP);
}

/// Whether a claim may be rejected by this rule for what stands around it, such as levels
/// that are numbered wrong, and for nothing in the claim or the levels above it.
#[must_use]
pub fn may_lie_around(code: &str) -> bool {
    [
        hierarchy_broken::RULE.code,
        repeated_past_maximum::RULE.code,
    ]
    .contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_told_again_and_grows_no_longer() {
        let once = message("SE01 says 9");
        assert!(once.starts_with("SE01 says 9 ("), "{once}");
        assert_eq!(message(&once), once);
    }
}
