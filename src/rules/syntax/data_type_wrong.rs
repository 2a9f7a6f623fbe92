//! SYN009: a value that is not of its data type.

use super::described::Described;
use super::scene::Scene;
use super::words;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN009.
pub static RULE: Rule = Rule {
    code: "SYN009",
    name: "data-type-wrong",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Whole numbers (N0) are digits, decimal numbers (R) are digits with at most one decimal point and a minus in front if negative, identifiers of fixed form have exactly the digits they must have.",
    why: "A comma, a currency sign or a letter in a number makes the amount or count unreadable for the payer.",
    remedy: "Write the number as plain digits: 1200.00, not 1,200.00 or $1200.",
    fails: Example {
        text: "CN1*09*1,200.00~",
        note: "a comma in an amount",
    },
    passes: Example {
        text: "CN1*09*1200.00~",
        note: "digits and a point",
    },
    sources: &[
        "ASC X12 005010, data element types",
        "005010X222A1, implementation guide: segment details",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("6"),
    check: Check::Structure,
};

/// Not of its data type.
pub(super) fn describe(scene: &Scene<'_>) -> Described {
    let (name, spec) = (scene.name(), scene.element());
    let kind = spec.map_or("of its data type", |spec| words::kind(spec.kind));
    if let Some(fix) = scene.without_blanks() {
        let mut told = scene.tell(
            &RULE,
            "6",
            format!(
                "{name} in {} has blanks around it, and so is not {kind}",
                scene.place()
            ),
            format!("take the blanks at the ends of {name} out"),
        );
        told.fix = Some(fix);
        return told;
    }
    scene.tell(
        &RULE,
        "6",
        format!("{name} in {} is not {kind}", scene.place()),
        words::kind_help(&name, spec.map(|spec| spec.kind)),
    )
}
