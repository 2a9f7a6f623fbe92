//! SYN006: an element that must be empty.

use super::described::Described;
use super::scene::Scene;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN006.
pub static RULE: Rule = Rule {
    code: "SYN006",
    name: "element-not-used",
    snip: 2,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Elements that the guide marks as not used in this segment are empty, even where the X12 standard defines them.",
    why: "Receivers refuse what the guide leaves out, since a value there is usually a sign that all values stand one place too far right or left.",
    remedy: "Empty the element. Look at the values to its left and right first: they may have shifted.",
    fails: Example {
        text: "NM1*82*1*RIVERA*DANA**DPT**XX*1245319599~",
        note: "NM106, name prefix, is not used",
    },
    passes: Example {
        text: "NM1*82*1*RIVERA*DANA****XX*1245319599~",
        note: "NM106 is empty",
    },
    sources: &["005010X222A1, implementation guide: segment details"],
    asks_policy: false,
    answer: Acknowledgement::Element("I10"),
    check: Check::Structure,
};

/// An element or component is filled that the guide does not use.
pub(super) fn describe(scene: &Scene<'_>) -> Described {
    let (name, place) = (scene.name(), scene.place());
    scene.tell(
        &RULE,
        "I10",
        format!("{name} is filled, but the guide does not use it in {place}"),
        format!(
            "empty {name}; if the values around it look odd, they have shifted by one separator"
        ),
    )
}
