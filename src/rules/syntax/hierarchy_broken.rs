//! SYN013: levels that do not count or nest right.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN013.
pub static RULE: Rule = Rule {
    code: "SYN013",
    name: "hierarchy-broken",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "In each transaction set HL01 counts from 1 by 1, HL02 names the level above that is open (none for a billing provider), HL03 is 20, 22 or 23 in this order, and HL04 says 1 exactly when levels follow below.",
    why: "The hierarchy says whose claim it is. When HL02 points to the wrong level, a claim is paid to another provider or charged to another member.",
    remedy: "Let the practice system write the levels anew, or number HL01 through and point each HL02 at the HL01 of the level above.",
    fails: Example {
        text: "HL*1**20*1~\nHL*3*1*22*0~",
        note: "2 is left out",
    },
    passes: Example {
        text: "HL*1**20*1~\nHL*2*1*22*0~",
        note: "counted by one",
    },
    sources: &[
        "ASC X12 005010, HL segment",
        "005010X222A1, implementation guide: hierarchical levels",
    ],
    asks_policy: false,
    answer: Answer::Element("7"),
    check: Check::Structure,
};
