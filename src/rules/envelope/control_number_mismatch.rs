//! ENV004: header and trailer with different control numbers.

use super::fault::{EnvelopeFault, clip, names};
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::survey::Scope;

/// ENV004.
pub static RULE: Rule = Rule {
    code: "ENV004",
    name: "control-number-mismatch",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Reject,
    what: "Header and trailer carry the same control number: ST02 and SE02, GS06 and GE02, ISA13 and IEA02. A transaction set that breaks this is rejected; for a group or an interchange it is a warning, because the clean file is written with the number of the header in both places. So is a blank beside the number.",
    why: "Different numbers mean that the trailer belongs to something else: two files were joined, or a piece is missing between the two. Receivers refuse the envelope.",
    remedy: "Give header and trailer the same number, zeros in front included. If two files were joined, send each by itself.",
    fails: Example {
        text: "ST*837*0001*005010X222A1~\nSE*32*0002~",
        note: "0001 is closed as 0002",
    },
    passes: Example {
        text: "ST*837*0001*005010X222A1~\nSE*32*0001~",
        note: "the same number in both",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Acknowledgement::Set("3"),
    check: Check::Envelope,
};

/// Header and trailer carry these different numbers.
pub(in crate::rules) fn tell(scope: Scope, begun: &str, ended: &str) -> EnvelopeFault {
    let envelope = scope.name();
    let (_, number, trailer) = names(scope);
    if begun.trim() == ended.trim() {
        return EnvelopeFault::new(
            &RULE,
            format!("a blank stands beside the control number {} in {number} or {trailer}02", clip(begun.trim())),
            format!("write the number without blanks into {number} and {trailer}02; the clean file repeats what stands in {number}"),
        )
        .at(2)
        .by_scope(scope, ("3", "4", "001"))
        .warn();
    }
    EnvelopeFault::new(
            &RULE,
            format!(
                "the {envelope} opens with control number {} in {number} and closes with {} in {trailer}02",
                clip(begun),
                clip(ended)
            ),
            format!(
                "write the same number into {number} and {trailer}02; if two files were joined here, send each by itself"
            ),
        )
        .right_in_rejects("see whether two files were joined here, or segments are missing")
        .at(2)
        .by_scope(scope, ("3", "4", "001"))
}
