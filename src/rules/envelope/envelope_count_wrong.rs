//! ENV005: a trailer that counts wrong.

use super::fault::{EnvelopeFault, clip, names};
use crate::counted::counted;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::survey::Scope;

/// ENV005.
pub static RULE: Rule = Rule {
    code: "ENV005",
    name: "envelope-count-wrong",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Reject,
    what: "The trailer counts right: SE01 the segments from ST to SE with both of them, GE01 the transaction sets, IEA01 the functional groups. A transaction set that breaks this is rejected; for a group or an interchange it is a warning, because the clean file is written with the right counts.",
    why: "The count is the only proof that no segment was lost on the way. A set that holds more or fewer segments than its trailer says may have lost a service line, and receivers refuse it.",
    remedy: "Find out whether segments are missing. If none is, write the number counted into the trailer; files that were edited by hand are the usual cause. No fix does it, since a segment may be missing.",
    fails: Example {
        text: "SE*31*0001~",
        note: "the set has 32 segments",
    },
    passes: Example {
        text: "SE*32*0001~",
        note: "the number counted from ST to SE",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Acknowledgement::Set("4"),
    check: Check::Envelope,
};

/// The trailer says this, and so many were found.
pub(in crate::rules) fn tell(scope: Scope, said: &str, found: u64) -> EnvelopeFault {
    let envelope = scope.name();
    let (_, _, trailer) = names(scope);

    let what = match scope {
        Scope::Set => "segment",
        Scope::Group => "transaction set",
        Scope::Interchange | Scope::Input => "functional group",
    };
    let check = match scope {
        Scope::Set => {
            "no segment is missing, empty or there twice, and each ends with its terminator"
                .to_owned()
        }
        _ => format!("no {what} is missing"),
    };
    EnvelopeFault::new(
        &RULE,
        format!(
            "{trailer}01 says {}, but the {envelope} holds {}",
            clip(said),
            counted(found, what)
        ),
        format!("make sure that {check}; then write {found} into {trailer}01"),
    )
    .right_in_rejects(format_args!("make sure that {check}"))
    .at(1)
    .by_scope(scope, ("4", "5", "021"))
}
