//! SYN007: more elements or components than the segment has.

use super::described::Described;
use super::scene::Scene;
use super::words::{self, element_name};
use crate::claim::structure::Kind;
use crate::claim::validate::At;
use crate::rules::envelope::EnvelopeFault;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::survey::Scope;
use crate::x12::{Delimiters, Segment};

/// SYN007.
pub static RULE: Rule = Rule {
    code: "SYN007",
    name: "too-many-elements",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "No segment has more elements, no composite more components than the standard defines for it, and no element more than one value. Surplus elements in the segments of an envelope only warn.",
    why: "One separator too many in the data shifts every value behind it: a description with a colon in it turns into modifiers. A lost segment terminator looks the same: a claim that has run into the segment before it so can't be read, and is counted as unread.",
    remedy: "Take the surplus out, or the separator character out of the text. A value that needs the character needs other separators in the ISA.",
    fails: Example {
        text: "DTP*472*D8*20260302*1~",
        note: "DTP has three elements",
    },
    passes: Example {
        text: "DTP*472*D8*20260302~",
        note: "three elements",
    },
    sources: &[
        "ASC X12 005010, segment directory",
        "005010X222A1, implementation guide: segment details",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("3"),
    check: Check::Structure,
};

/// Another claim's CLM has run into this element of the segment, or into the place behind it.
#[must_use]
pub fn describe_swallowed(segment: &Segment<'_>, at: At, delimiters: Delimiters) -> Described {
    let name = element_name(&words::text(segment.id()), at);
    let terminator = words::printed(delimiters.segment);
    let message = format!(
        "another claim starts inside {name}: the segment terminator {terminator} before its CLM is missing, so that it \
         can't be read and no sum holds it"
    );
    let help = format!(
        "put {terminator} before CLM; what is told of the segments behind it goes with that"
    );
    Described::new(&RULE, Acknowledgement::Element("3"), at, message, help).unread()
}

/// A segment of an envelope has more elements than the standard defines for it. Receivers read
/// past them, but for claims that have run into it: so many can't be read.
pub(in crate::rules) fn tell_envelope(scope: Scope, unread: u64) -> EnvelopeFault {
    let (segments, answer) = match scope {
        Scope::Set => ("ST has three elements, SE two", Acknowledgement::Set("5")),
        // No code of a 999 speaks of it.
        Scope::Group => ("GS has eight elements, GE two", Acknowledgement::Ta1("024")),
        Scope::Interchange | Scope::Input => ("IEA has two elements", Acknowledgement::Ta1("022")),
    };
    if unread > 0 {
        let message = format!(
            "another claim starts inside a segment of the envelope of this {}: the segment terminator before its CLM is \
             missing, so that it can't be read and no sum holds it",
            scope.name()
        );
        let help = "put the segment terminator before CLM, and the claim into a transaction set";
        return EnvelopeFault {
            answer,
            ..EnvelopeFault::new(&RULE, message, help)
        };
    }
    EnvelopeFault {
        severity: Severity::Warn,
        answer,
        ..EnvelopeFault::new(
            &RULE,
            format!(
                "a segment of the envelope of this {} has more elements than there are: {segments}",
                scope.name()
            ),
            "take the surplus out",
        )
    }
}

/// One element too many, one component too many, a composite that repeats, or a separator
/// inside a single value.
pub(super) fn describe(scene: &Scene<'_>) -> Described {
    let name = scene.name();
    let rule = &RULE;
    let (id, place) = (scene.spec.id, scene.place());
    let elements = scene.spec.elements.len();
    if scene.at.component > 0 {
        let parent = scene
            .spec
            .elements
            .get(usize::from(scene.at.element).saturating_sub(1));
        let most = parent.map_or(0, |parent| parent.components.len());
        let whole = element_name(
            id,
            At {
                component: 0,
                ..scene.at
            },
        );
        let message =
            format!("{name} is one component too many: {whole} in {place} has at most {most}");
        let help =
            format!("take the surplus out of {whole}, or the component separator out of its text");
        return Described::new(
            rule,
            Acknowledgement::Element("13"),
            scene.at,
            message,
            help,
        );
    }
    if usize::from(scene.at.element) > elements {
        let message =
            format!("{name} is one element too many: {id} in {place} has at most {elements}");
        let help = format!(
            "take the surplus out, or the element separator out of the text of an earlier element of {id}"
        );
        return Described::new(rule, Acknowledgement::Element("3"), scene.at, message, help);
    }
    if scene
        .element()
        .is_some_and(|spec| spec.kind == Kind::Composite)
    {
        let message = format!(
            "{name} in {place} holds more than one value, divided by the repetition separator that the ISA declares: no composite of the 837P repeats"
        );
        let help = format!(
            "take the second value out of {name}, or the repetition separator out of its text"
        );
        return Described::new(
            rule,
            Acknowledgement::Element("12"),
            scene.at,
            message,
            help,
        );
    }
    let (code, what) = if scene.value().contains(&scene.delimiters.component) {
        ("13", "component")
    } else {
        ("12", "repetition")
    };
    let message = format!(
        "{name} in {place} is one value, but holds the {what} separator that the ISA declares"
    );
    let help = "take the character out of the value, or declare a separator in the ISA that no value holds";
    Described::new(
        rule,
        Acknowledgement::Element(code),
        scene.at,
        message,
        help,
    )
}
