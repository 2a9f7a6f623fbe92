//! ENV003: a header without its trailer.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// ENV003.
pub static RULE: Rule = Rule {
    code: "ENV003",
    name: "envelope-not-closed",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Reject,
    what: "Every ISA, GS and ST is closed by its IEA, GE or SE before the next header of its kind and before the data ends. A transaction set that is not closed is rejected; for a group or an interchange that is not closed this is a warning, because its whole transaction sets can be judged all the same and the clean file brings the trailers.",
    why: "A missing trailer nearly always means that an upload was cut off: claims may be missing that nobody will miss until they are past timely filing.",
    remedy: "Send the file again from the practice system and compare its size with the original. The whole transaction sets of the cut file were judged; do not send those twice.",
    fails: Example {
        text: "ST*837*0002*005010X222A1~\nBHT*0019*00*B102*20260305*0900*CH~\nGE*2*11~\nIEA*1*000000101~",
        note: "the set ends without SE",
    },
    passes: Example {
        text: "ST*837*0002*005010X222A1~\nBHT*0019*00*B102*20260305*0900*CH~\nSE*3*0002~\nGE*2*11~\nIEA*1*000000101~",
        note: "SE closes the set (its claims are left out here)",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Answer::Set("2"),
    check: Check::Envelope,
};
