//! SYN001: a segment that has no place where it stands.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN001.
pub static RULE: Rule = Rule {
    code: "SYN001",
    name: "segment-not-expected",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Every segment has an identifier the guide knows and stands in a loop that has a place for it, with the qualifier that place asks for, in the order of the guide.",
    why: "A segment that stands out of place is read as part of another loop, or not at all: a provider becomes another claim's provider, a date is lost.",
    remedy: "Move the segment to its loop, correct its qualifier, or take it out. When a piece of text has become a segment of its own, a terminator character stands inside a value.",
    fails: Example {
        text: "CLM*PT1001*150***11:B:1*Y*A*Y*Y~\nZAA*CALLED 3/1~\nHI*ABK:M25561~",
        note: "the guide has no segment ZAA",
    },
    passes: Example {
        text: "CLM*PT1001*150***11:B:1*Y*A*Y*Y~\nNTE*ADD*CALLED 3/1~\nHI*ABK:M25561~",
        note: "a note is an NTE",
    },
    sources: &["005010X222A1, implementation guide: loops and segments"],
    asks_policy: false,
    answer: Answer::Segment("2"),
    check: Check::Structure,
};
