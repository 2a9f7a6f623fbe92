//! SYN001: a segment that has no place where it stands.

use super::described::Described;
use super::scene::Scene;
use super::words;
use crate::claim::structure::STRUCTURE;
use crate::claim::validate::At;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::{Delimiters, Segment, is_blank};

/// SYN001.
pub static RULE: Rule = Rule {
    code: "SYN001",
    name: "segment-not-expected",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Every segment has an identifier the guide knows and stands in a loop that has a place for it, with the qualifier that place asks for, in the order of the guide.",
    why: "A segment that stands out of place is read as part of another loop, or not at all: a provider becomes another claim's provider, a date is lost.",
    remedy: "Move the segment to its loop, correct its qualifier, or take it out. When a piece of text has become a segment of its own, a terminator character stands inside a value.",
    fails: Example {
        text: "CLM*PT1001*150***11:B:1*Y*A*Y*Y~\nZAA*CALLED 3/1~\nHI*ABK:M25561~",
        note: "the guide has no segment ZAA",
    },
    passes: Example {
        text: "CLM*PT1001*150***11:B:1*Y*A*Y*Y~\nNTE*ADD*CALLED 3/1~\nHI*ABK:M25561~",
        note: "a note is an NTE",
    },
    sources: &["005010X222A1, implementation guide: loops and segments"],
    asks_policy: false,
    answer: Acknowledgement::Segment("2"),
    check: Check::Structure,
};

/// A segment the guide does not know.
pub(super) fn unknown(segment: &Segment<'_>) -> Described {
    let id = segment.id();
    // What stands where an identifier belongs may be part of a name.
    let looks_like_one = (2..=3).contains(&id.len()) && id.iter().all(u8::is_ascii_alphanumeric);
    let what = if looks_like_one {
        format!("a segment {}", words::text(id))
    } else {
        "this segment".to_owned()
    };
    let capitals = id.to_ascii_uppercase();
    let help = if STRUCTURE.knows(&capitals) {
        format!(
            "write the identifier in capitals: {}",
            words::text(&capitals)
        )
    } else {
        "correct the identifier or take the segment out; a terminator character inside a value also cuts a segment in \
         two"
            .to_owned()
    };
    Described::new(
        &RULE,
        Acknowledgement::Segment("1"),
        At::default(),
        format!("the 837P does not know {what}"),
        help,
    )
}

/// A segment that has no place where it stands.
pub(super) fn misplaced(at: u8, segment: &Segment<'_>, delimiters: Delimiters) -> Described {
    let node = STRUCTURE.node(at);
    let id = words::text(segment.id());
    let code = segment.component(1, 1, delimiters);
    let capitals = code.to_ascii_uppercase();
    let help = if capitals != code && STRUCTURE.takes(at, segment.id(), &capitals) {
        let first = At {
            element: 1,
            component: u8::from(code.len() < segment.element(1).len()),
        };
        let name = words::element_name(&id, first);
        format!("write {name} in capitals: {}", words::text(&capitals))
    } else {
        String::new()
    };
    let (with, correct) = if STRUCTURE.has_qualifier(segment.id()) {
        (" with this qualifier", ", correct its qualifier,")
    } else {
        ("", "")
    };
    Described::new(
        &RULE,
        Acknowledgement::Segment("2"),
        At::default(),
        format!(
            "a segment {id}{with} has no place here: neither {} nor the loops around it take it",
            words::loop_name(node)
        ),
        if help.is_empty() {
            format!("move the {id} to the loop it belongs to{correct} or take it out")
        } else {
            help
        },
    )
}

/// A segment without a byte.
pub(super) fn empty(delimiters: Delimiters) -> Described {
    let (message, help) = if is_blank(delimiters.segment) {
        (
            "an empty line stands where a segment belongs".to_owned(),
            "take the empty line out",
        )
    } else {
        let terminator = words::printed(delimiters.segment);
        (
            format!(
                "two segment terminators {terminator} stand in a row, so that the segment between them is empty"
            ),
            "take one of the two out",
        )
    };
    Described::new(
        &RULE,
        Acknowledgement::Segment("1"),
        At::default(),
        message,
        help,
    )
}

/// A segment behind its place in the loop's order; `next` should stand behind it.
pub(super) fn late(scene: &Scene<'_>, next: Option<u16>) -> Described {
    let label = words::label(scene.spec);
    let help = format!(
        "put {label} {}: that is the order of the guide",
        words::before(next)
    );
    Described::new(
        &RULE,
        Acknowledgement::Segment("7"),
        At::default(),
        format!(
            "{label}, {}, stands too late in {}",
            scene.spec.name,
            words::loop_name(scene.node)
        ),
        help,
    )
}
