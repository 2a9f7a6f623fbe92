//! ENV009: ISA15 says test.

use super::fault::EnvelopeFault;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// ENV009.
pub static RULE: Rule = Rule {
    code: "ENV009",
    name: "test-data-in-production",
    snip: 1,
    scope: RuleScope::Interchange,
    severity: Severity::Warn,
    what: "The usage indicator ISA15 says P for production. T marks test data.",
    why: "A receiver in production answers a test file as if it were taken and then throws it away, or refuses it: the claims are not paid either way.",
    remedy: "Set ISA15 to P before you send real claims. If the file is a test, nothing needs to be done; the clean file keeps the T.",
    fails: Example {
        text: "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260305*0900*^*00501*000000101*0*T*:~",
        note: "marked as test",
    },
    passes: Example {
        text: "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260305*0900*^*00501*000000101*0*P*:~",
        note: "marked as production",
    },
    sources: &["005010X222A1, EDI control directory"],
    asks_policy: false,
    answer: Acknowledgement::Silent,
    check: Check::Envelope,
};

/// ISA15 says test data.
pub(in crate::rules) fn tell() -> EnvelopeFault {
    EnvelopeFault::new(
            &RULE,
            "the usage indicator ISA15 of this interchange is T, test data; receivers in production do not pay it",
            "set ISA15 to P before you send real claims",
        )
        .at(15)
}
