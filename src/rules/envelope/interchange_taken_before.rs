//! ENV010: an interchange that was taken before.

use super::fault::{EnvelopeFault, clip};
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::{Date, Severity};

/// ENV010.
pub static RULE: Rule = Rule {
    code: "ENV010",
    name: "interchange-taken-before",
    snip: 1,
    scope: RuleScope::Interchange,
    severity: Severity::Reject,
    what: "No claim was accepted in an earlier run from an interchange with the same sender (ISA05, ISA06), receiver (ISA07, ISA08) and control number (ISA13). Needs a ledger (`--ledger`). An interchange of which every claim was rejected may come again.",
    why: "A receiver refuses an interchange whose control number it has taken (TA1 note 025), with every claim in it; one that does not look pays twice.",
    remedy: "If the file was sent by mistake a second time, nothing needs to be done. If it holds new or corrected claims, export it again, so that it gets a number of its own in ISA13 and IEA02.",
    fails: Example {
        text: "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260306*0900*^*00501*000000101*0*P*:~",
        note: "000000101 was accepted the day before",
    },
    passes: Example {
        text: "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260306*0900*^*00501*000000102*0*P*:~",
        note: "the next number",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X231A1, TA1 note code 025",
    ],
    asks_policy: false,
    answer: Acknowledgement::Ta1("025"),
    check: Check::Envelope,
};

/// Claims of an interchange like this one were accepted on this day.
pub(in crate::rules) fn tell(value: &str, day: Date) -> EnvelopeFault {
    EnvelopeFault::new(
            &RULE,
            format!(
                "claims of an interchange with this sender, this receiver and control number {} in ISA13 were accepted \
                 on {day}",
                clip(value)
            ),
            "if this is the same file, do not send it again; if rejects were run again in parts, correct those that \
             were left over; else give the interchange a number of its own in ISA13 and IEA02",
        )
        .right_in_rejects(
            "if this is the same file, do not send it again; if rejects were run again in parts, correct those that \
             were left over",
        )
        .at(13)
}
