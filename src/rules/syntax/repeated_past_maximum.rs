//! SYN004: a segment or loop that stands too often.

use super::described::Described;
use super::scene::Scene;
use super::words;
use crate::claim::structure::LoopNode;
use crate::claim::validate::At;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::limits;

/// SYN004.
pub static RULE: Rule = Rule {
    code: "SYN004",
    name: "repeated-past-maximum",
    snip: 2,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "No segment stands more often in its loop, and no loop more often under its parent, than the guide allows. (More than 50 service lines in a claim are SYN015.)",
    why: "A receiver keeps the first or the last of them and drops the rest without a word, or refuses the transaction set.",
    remedy: "Keep the one that is right and take the others out.",
    fails: Example {
        text: "REF*EA*MR100~\nREF*EA*MR101~",
        note: "two medical record numbers in one claim",
    },
    passes: Example {
        text: "REF*EA*MR100~",
        note: "one",
    },
    sources: &["005010X222A1, implementation guide: loops and segments"],
    asks_policy: false,
    answer: Acknowledgement::Segment("5"),
    check: Check::Structure,
};

/// A claim that is many times larger than the guide allows: it is not judged any further.
#[must_use]
pub fn describe_too_large() -> Described {
    Described::new(
        &RULE,
        Acknowledgement::Segment("4"),
        At::default(),
        format!(
            "the claim has more than {} lines, payers, providers or adjudications, far more than the guide allows; \
             nothing else was checked in it",
            limits::PARTS
        ),
        "split the claim",
    )
}

/// A loop that stands too often.
pub(super) fn of_loop(node: &LoopNode) -> Described {
    Described::new(
        &RULE,
        Acknowledgement::Segment("4"),
        At::default(),
        format!(
            "{} stands more often than the {} the guide allows",
            words::loop_name(node),
            words::times(node.repeat)
        ),
        "keep the loops that are right and take the others out, or split the claim",
    )
}

/// A segment that stands too often in its loop.
pub(super) fn of_segment(scene: &Scene<'_>) -> Described {
    Described::new(
        &RULE,
        Acknowledgement::Segment("5"),
        At::default(),
        format!(
            "{}, {}, stands more often in {} than the {} the guide allows",
            words::label(scene.spec),
            scene.spec.name,
            words::loop_name(scene.node),
            words::times(scene.spec.max)
        ),
        "keep the segments that are right and take the others out",
    )
}
