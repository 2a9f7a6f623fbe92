//! SYN007: more elements or components than the segment has.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN007.
pub static RULE: Rule = Rule {
    code: "SYN007",
    name: "too-many-elements",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "No segment has more elements, no composite more components, and no simple element more than one value than the standard defines for it.",
    why: "One separator too many in the data shifts every value behind it: a description with a colon in it turns into modifiers.",
    remedy: "Take the surplus out, or the separator character out of the text. A value that needs the character needs other separators in the ISA.",
    fails: Example {
        text: "DTP*472*D8*20260302*1~",
        note: "DTP has three elements",
    },
    passes: Example {
        text: "DTP*472*D8*20260302~",
        note: "three elements",
    },
    sources: &[
        "ASC X12 005010, segment directory",
        "005010X222A1, implementation guide: segment details",
    ],
    asks_policy: false,
    answer: Answer::Element("3"),
    check: Check::Structure,
};
