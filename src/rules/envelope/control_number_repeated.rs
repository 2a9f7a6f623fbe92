//! ENV007: a control number used twice in one envelope.

use super::fault::{EnvelopeFault, clip, names};
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::survey::Scope;

/// ENV007.
pub static RULE: Rule = Rule {
    code: "ENV007",
    name: "control-number-repeated",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Reject,
    what: "Control numbers are unique inside their envelope: ST02 in the functional group, GS06 in the interchange, ISA13 in the file, among the interchanges of one sender (ISA05, ISA06) to one receiver (ISA07, ISA08). A transaction set with a repeated number is rejected; a repeated GS06 or ISA13 is a warning.",
    why: "Acknowledgements name a transaction set by its number alone: with two of the same number nobody can tell which one was accepted, and receivers take the second for a copy of the first.",
    remedy: "Number the sets of a group in sequence. If the two sets are the same, send one only.",
    fails: Example {
        text: "ST*837*0001*005010X222A1~\nSE*32*0001~\nST*837*0001*005010X222A1~\nSE*32*0001~",
        note: "0001 twice in the group",
    },
    passes: Example {
        text: "ST*837*0001*005010X222A1~\nSE*32*0001~\nST*837*0002*005010X222A1~\nSE*32*0002~",
        note: "numbered in sequence",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Acknowledgement::Set("23"),
    check: Check::Envelope,
};

/// This number was used before.
pub(in crate::rules) fn tell(scope: Scope, value: &str) -> EnvelopeFault {
    let envelope = scope.name();
    let (_, number, trailer) = names(scope);

    let within = match scope {
        Scope::Set => "functional group",
        Scope::Group => "interchange",
        Scope::Interchange | Scope::Input => "input",
    };
    let element = match scope {
        Scope::Set => 2,
        Scope::Group => 6,
        Scope::Interchange | Scope::Input => 13,
    };
    EnvelopeFault::new(
                &RULE,
                format!("control number {} in {number} was used before in the same {within}", clip(value)),
                format!(
                    "give each {envelope} a number of its own in {number} and {trailer}02; if this one is a copy, send \
                     it once"
                ),
            )
            .right_in_rejects("if this is a copy, do not send it again")
            .at(element)
            .by_scope(scope, ("23", "19", "025"))
}
