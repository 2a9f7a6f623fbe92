//! SYN008: a value too short or too long.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN008.
pub static RULE: Rule = Rule {
    code: "SYN008",
    name: "length-out-of-range",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Every value has at least the fewest and at most the most characters its data element allows; in a number the sign and the decimal point do not count. A segment, or a stretch between two claims, too long to be judged at all is told under this rule, and takes its transaction set along.",
    why: "Receivers cut off what is too long, so that an identifier no longer matches, or refuse the transaction set.",
    remedy: "Shorten or complete the value. A far too long value often holds the rest of the file: look for a missing terminator.",
    fails: Example {
        text: "NTE*ADD*PATIENT SEEN FOR GAIT AND BALANCE TRAINING AFTER A FALL ON STAIRS AT HOME IN MARCH, NO CHANGE~",
        note: "93 characters; 80 is the most for NTE02",
    },
    passes: Example {
        text: "NTE*ADD*GAIT AND BALANCE TRAINING AFTER A FALL ON STAIRS AT HOME IN MARCH~",
        note: "within 80 characters",
    },
    sources: &[
        "ASC X12 005010, data element dictionary",
        "005010X222A1, implementation guide: segment details",
    ],
    asks_policy: false,
    answer: Answer::Element("5"),
    check: Check::Structure,
};
