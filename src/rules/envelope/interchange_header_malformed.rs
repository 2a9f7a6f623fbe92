//! ENV002: an ISA of the wrong width or with unusable separators.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// ENV002.
pub static RULE: Rule = Rule {
    code: "ENV002",
    name: "interchange-header-malformed",
    snip: 1,
    scope: RuleScope::Interchange,
    severity: Severity::Reject,
    what: "The ISA segment is 106 bytes long with sixteen elements of fixed width, and the four separators it declares (byte 4, ISA11, ISA16 and byte 106) differ from each other and are no letters, digits or blanks.",
    why: "Receivers find the separators at fixed bytes of the header. One missing blank shifts them, and nothing behind the header can be read for sure; the interchange comes back with a TA1 rejection.",
    remedy: "Pad every ISA element with blanks to its width (ISA06 and ISA08 have 15), and choose separators that never occur in values, such as * : ^ ~.",
    fails: Example {
        text: "ISA*00**00**ZZ*CLINIC01*ZZ*PAYER01*260305*0900*^*00501*000000101*0*P*:~",
        note: "the elements are not padded to their widths",
    },
    passes: Example {
        text: "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260305*0900*^*00501*000000101*0*P*:~",
        note: "106 bytes, each element padded",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Answer::Ta1("022"),
    check: Check::Envelope,
};
