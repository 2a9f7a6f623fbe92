//! ENV003: a header without its trailer.

use super::fault::{EnvelopeFault, clip, names};
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::survey::{Note, Scope};

/// ENV003.
pub static RULE: Rule = Rule {
    code: "ENV003",
    name: "envelope-not-closed",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Reject,
    what: "Every ISA, GS and ST is closed by its IEA, GE or SE before the next header of its kind and before the data ends. A transaction set that is not closed is rejected; for a group or an interchange that is not closed this is a warning, because its whole transaction sets can be judged all the same and the clean file brings the trailers. So is a GE or IEA that lacks only its terminator.",
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
    answer: Acknowledgement::Set("2"),
    check: Check::Envelope,
};

/// The trailer is there, all but its terminator.
pub(in crate::rules) fn tell_unterminated(scope: Scope) -> EnvelopeFault {
    let (_, _, trailer) = names(scope);
    EnvelopeFault::new(
        &RULE,
        format!(
            "the {trailer} at the end of the data lacks its segment terminator; it was read as one"
        ),
        format!(
            "end the {trailer} with the terminator of the other segments, as the clean file does"
        ),
    )
    .by_scope(scope, ("2", "3", "023"))
    .warn()
}

/// An envelope is never closed.
pub(in crate::rules) fn tell(note: &Note) -> EnvelopeFault {
    let (header, _, trailer) = names(note.scope);
    let envelope = note.scope.name();
    let number = match note.scope {
        Scope::Set => &note.envelope.transaction,
        Scope::Group => &note.envelope.group,
        Scope::Interchange | Scope::Input => &note.envelope.interchange,
    };
    let number = number
        .as_deref()
        .map(|number| format!(" {}", clip(number)))
        .unwrap_or_default();
    let rest = match note.scope {
        Scope::Set => "its claims may not be whole",
        _ => "its whole transaction sets were judged",
    };
    EnvelopeFault::new(
        &RULE,
        format!("{envelope}{number} is opened by {header} and never closed by {trailer}; {rest}"),
        format!(
            "look for the {trailer}: if it is there, the segment before it has lost its terminator; else the upload may \
             have been cut off: compare its size with the original and send what is missing"
        ),
    )
    .right_in_rejects("see whether the last claim is whole, and what the upload may have lost behind it")
    .by_scope(note.scope, ("2", "3", "023"))
}
