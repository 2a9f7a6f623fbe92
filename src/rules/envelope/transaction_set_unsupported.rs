//! ENV006: not an 837P of the version in force.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// ENV006.
pub static RULE: Rule = Rule {
    code: "ENV006",
    name: "transaction-set-unsupported",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Reject,
    what: "Claims come as 837P: GS01 HC, ST01 837, and 005010X222A1 in GS08 and ST03. Another transaction set or version is rejected and named; the editions 005010X222 and 005010X222A2 of the same guide are read as the current one, with a warning.",
    why: "Institutional and dental claims, remittances and eligibility answers have other loops, and other rules apply to them. Release 4010 has not been accepted since 2012.",
    remedy: "Send other transaction sets to the program that is meant for them. For an older version, set the practice system to 005010X222A1.",
    fails: Example {
        text: "GS*HC*CLINIC01*PAYER01*20260305*0900*11*X*005010X223A2~\nST*837*0001*005010X223A2~",
        note: "institutional claims (837I)",
    },
    passes: Example {
        text: "GS*HC*CLINIC01*PAYER01*20260305*0900*11*X*005010X222A1~\nST*837*0001*005010X222A1~",
        note: "professional claims (837P)",
    },
    sources: &[
        "005010X222A1, transaction set header and control segments",
        "45 CFR 162.1102",
    ],
    asks_policy: false,
    answer: Answer::Set("I6"),
    check: Check::Envelope,
};
