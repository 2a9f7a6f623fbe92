//! SYN012: elements that depend on each other.

use super::described::Described;
use super::scene::Scene;
use super::words;
use crate::claim::structure::Condition;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN012.
pub static RULE: Rule = Rule {
    code: "SYN012",
    name: "element-relation-broken",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "The syntax notes of the segment hold: elements that come in pairs are filled together, of alternatives at least or at most one is filled, and what one element demands is there. An attachment that is sent (PWK02 other than AA) has its number in PWK06. A first name, middle name or suffix (NM104, NM105, NM107) where NM102 says no person is a warning.",
    why: "Half of a pair says nothing: a qualifier without its identifier, a telephone extension without a number.",
    remedy: "Fill the element the message names, or empty its partner.",
    fails: Example {
        text: "PWK*OZ*BM***AC~",
        note: "PWK05 without PWK06, the attachment's number",
    },
    passes: Example {
        text: "PWK*OZ*BM***AC*ATT0001~",
        note: "qualifier and number",
    },
    sources: &[
        "ASC X12 005010, syntax notes of the segment directory",
        "005010X222A1, implementation guide: segment details",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("2"),
    check: Check::Structure,
};

/// The value of one element asks of another what it is not.
pub(super) fn of_value(scene: &Scene<'_>) -> Described {
    let place = scene.place();
    match scene.spec.condition {
        // Receivers that take the name as it stands are right too.
        Some(Condition::PersonName) => {
            let part = match scene.at.element {
                4 => "first name",
                5 => "middle name",
                _ => "suffix",
            };
            let name = scene.name();
            Described {
                severity: Severity::Warn,
                ..scene.tell(
                    &RULE,
                    "I13",
                    format!("{name} in {place} is a person's {part}, but NM102 is 2, no person"),
                    "write 1 into NM102 if it is a person, else the whole name into NM103",
                )
            }
        }
        _ => scene.tell(
            &RULE,
            "I9",
            format!("PWK06 in {place} is empty, but by PWK02 an attachment is sent"),
            "write AC into PWK05 and the number of the attachment into PWK06, or AA into PWK02 if it is sent on request",
        ),
    }
}

/// The relation at this index of the segment's is broken.
pub(super) fn describe(scene: &Scene<'_>, index: u8) -> Described {
    let relation = scene
        .spec
        .relations
        .get(usize::from(index))
        .map(|(relation, _)| *relation);
    let (code, rule, help) = words::relation(scene.spec.id, relation, scene.at);
    Described::new(
        &RULE,
        Acknowledgement::Element(code),
        scene.at,
        format!("in {} {rule}", scene.place()),
        help,
    )
}
