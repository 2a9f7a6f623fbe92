//! SYN002: a segment that its loop must have.

use super::described::Described;
use super::words;
use crate::claim::structure::{LoopNode, STRUCTURE};
use crate::claim::validate::At;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN002.
pub static RULE: Rule = Rule {
    code: "SYN002",
    name: "required-segment-missing",
    snip: 2,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "A loop that is there has all the segments the guide requires of it.",
    why: "The payer's front end refuses the transaction set, or reads a claim without its diagnosis, date or address and returns it.",
    remedy: "Add the segment the message names, at its place in the loop.",
    fails: Example {
        text: "NM1*77*2*NORTH STUDIO*****XX*1234567893~\nN4*AUSTIN*TX*787015501~",
        note: "the service facility has no street (N3)",
    },
    passes: Example {
        text: "NM1*77*2*NORTH STUDIO*****XX*1234567893~\nN3*200 WEST AVE~\nN4*AUSTIN*TX*787015501~",
        note: "name, street and city",
    },
    sources: &["005010X222A1, implementation guide: loops and segments"],
    asks_policy: false,
    answer: Acknowledgement::Segment("3"),
    check: Check::Structure,
};

/// The loop lacks this use of a segment.
pub(super) fn describe(node: &LoopNode, missing: u16, next: Option<u16>) -> Described {
    let spec = STRUCTURE.segments.get(usize::from(missing));
    let (label, name) = spec.map_or_else(Default::default, |spec| (words::label(spec), spec.name));
    Described::new(
        &RULE,
        Acknowledgement::Segment("3"),
        At::default(),
        format!(
            "{} lacks its required segment {label}, {name}",
            words::loop_name(node)
        ),
        format!(
            "add the segment {label} to the loop, {}",
            words::before(next)
        ),
    )
    .missing(spec.map(|spec| spec.id))
}
