//! SYN005: an element or component that must be filled.

use super::described::Described;
use super::scene::Scene;
use super::words;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN005.
pub static RULE: Rule = Rule {
    code: "SYN005",
    name: "required-element-missing",
    snip: 2,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Every element that the guide requires in this use of the segment is filled, and every required component of a composite that is there. Blanks alone fill nothing.",
    why: "A required element carries what a payer cannot decide without: a release of information, a charge, a unit.",
    remedy: "Fill the element the message names; where the guide has a code list for it, the help names the codes.",
    fails: Example {
        text: "CLM*PT1001*150***11:B:1*Y*A**Y~",
        note: "CLM08, assignment of benefits, is empty",
    },
    passes: Example {
        text: "CLM*PT1001*150***11:B:1*Y*A*Y*Y~",
        note: "CLM08 is Y",
    },
    sources: &[
        "005010X222A1, implementation guide: segment details",
        "005010X222A1, appendix B: a string has at least one character that is no blank",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("1"),
    check: Check::Structure,
};

/// A required element or component is empty.
pub(super) fn describe(scene: &Scene<'_>) -> Described {
    let name = scene.name();
    let codes = scene.element().map(words::codes).unwrap_or_default();
    let takes = if codes.is_empty() {
        String::new()
    } else {
        format!("; it takes {codes}")
    };
    let state = if scene.value().is_empty() {
        "is empty"
    } else {
        "holds blanks alone"
    };
    scene.tell(
        &RULE,
        "1",
        format!("{name} is required in {} and {state}", scene.place()),
        format!("fill {name}{takes}"),
    )
}
