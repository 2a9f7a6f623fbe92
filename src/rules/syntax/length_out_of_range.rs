//! SYN008: a value too short or too long.

use super::described::Described;
use super::scene::Scene;
use crate::claim::structure::Kind;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN008.
pub static RULE: Rule = Rule {
    code: "SYN008",
    name: "length-out-of-range",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Every value has at least the fewest and at most the most characters its data element allows; in a number the sign and the decimal point do not count. A segment, or a stretch between two claims, too long to be judged at all is told under this rule, and takes its transaction set along.",
    why: "Receivers cut off what is too long, so that an identifier no longer matches, or refuse the transaction set.",
    remedy: "Shorten or complete the value. A far too long value often holds the rest of the file: look for a missing terminator.",
    fails: Example {
        text: "NTE*ADD*PATIENT SEEN FOR GAIT AND BALANCE TRAINING AFTER A FALL ON STAIRS AT HOME IN MARCH, NO CHANGE~",
        note: "93 characters; 80 is the most for NTE02",
    },
    passes: Example {
        text: "NTE*ADD*GAIT AND BALANCE TRAINING AFTER A FALL ON STAIRS AT HOME IN MARCH~",
        note: "within 80 characters",
    },
    sources: &[
        "ASC X12 005010, data element dictionary",
        "005010X222A1, implementation guide: segment details",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("5"),
    check: Check::Structure,
};

/// Shorter than the least length.
pub(super) fn too_short(scene: &Scene<'_>) -> Described {
    let limit = scene.element().map_or(0, |spec| spec.min);
    describe(scene, "4", limit, "short", "least")
}

/// Longer than the greatest length.
pub(super) fn too_long(scene: &Scene<'_>) -> Described {
    let limit = scene.element().map_or(0, |spec| spec.max);
    describe(scene, "5", limit, "long", "most")
}

fn describe(
    scene: &Scene<'_>,
    code: &'static str,
    limit: u16,
    too: &str,
    bound: &str,
) -> Described {
    let name = scene.name();
    let is_number = scene
        .element()
        .is_some_and(|spec| matches!(spec.kind, Kind::Integer | Kind::Decimal));
    let unit = if is_number { "digits" } else { "characters" };
    let message = format!(
        "{name} in {} is too {too}: it has at {bound} {limit} {unit}",
        scene.place()
    );
    let help = if code == "4" {
        format!("complete {name} to {limit} {unit} or more, or leave it out")
    } else {
        format!("shorten {name} to {limit} {unit}")
    };
    Described::new(
        &RULE,
        Acknowledgement::Element(code),
        scene.at,
        message,
        help,
    )
}
