//! SYN004: a segment or loop that stands too often.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN004.
pub static RULE: Rule = Rule {
    code: "SYN004",
    name: "repeated-past-maximum",
    snip: 2,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "No segment stands more often in its loop, and no loop more often under its parent, than the guide allows. (More than 50 service lines in a claim are SYN015.)",
    why: "A receiver keeps the first or the last of them and drops the rest without a word, or refuses the transaction set.",
    remedy: "Keep the one that is right and take the others out.",
    fails: Example {
        text: "REF*EA*MR100~\nREF*EA*MR101~",
        note: "two medical record numbers in one claim",
    },
    passes: Example {
        text: "REF*EA*MR100~",
        note: "one",
    },
    sources: &["005010X222A1, implementation guide: loops and segments"],
    asks_policy: false,
    answer: Answer::Segment("5"),
    check: Check::Structure,
};
