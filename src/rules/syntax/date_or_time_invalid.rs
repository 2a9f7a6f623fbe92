//! SYN011: a date or time that does not exist.

use super::described::Described;
use super::scene::Scene;
use crate::claim::structure::Kind;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN011.
pub static RULE: Rule = Rule {
    code: "SYN011",
    name: "date-or-time-invalid",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "A date is a real calendar day as CCYYMMDD, a time is HHMM or HHMMSS, and a range of dates is CCYYMMDD-CCYYMMDD with the start not after the end, each in the format its qualifier names.",
    why: "Nothing that depends on a date can be judged: which policy held, whether the claim is in time, whether the patient was covered.",
    remedy: "Correct the date, or the format qualifier before it (D8 one day, RD8 a range). Blanks around a date are taken out by the safe fix.",
    fails: Example {
        text: "DTP*431*D8*20260230~",
        note: "February has no 30th day",
    },
    passes: Example {
        text: "DTP*431*D8*20260220~",
        note: "a real day",
    },
    sources: &[
        "ASC X12 005010, data elements 373, 337 and 1251",
        "005010X222A1, implementation guide: segment details",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("8"),
    check: Check::Structure,
};

/// Not a real date, time or range of dates.
pub(super) fn describe(scene: &Scene<'_>) -> Described {
    let (name, spec) = (scene.name(), scene.element());
    let format: &[u8] = match spec.map(|spec| spec.kind) {
        Some(Kind::Time) => b"TM",
        Some(Kind::Period) => scene.value_before(),
        _ => b"D8",
    };
    let (code, what, form) = match format {
        b"RD8" => (
            "8",
            "a range of dates that the calendar has, the start not after the end",
            "CCYYMMDD-CCYYMMDD",
        ),
        b"DT" => (
            "8",
            "a date and time that calendar and clock have",
            "CCYYMMDDHHMM",
        ),
        b"TM" => ("9", "a time of day", "HHMM or HHMMSS, from 0000 to 2359"),
        _ => ("8", "a date that the calendar has", "CCYYMMDD"),
    };
    let fix = scene.without_blanks();
    let (message, help) = if fix.is_some() {
        (
            format!(
                "{name} in {} has blanks around it, and so is not {what}",
                scene.place()
            ),
            format!("take the blanks at the ends of {name} out"),
        )
    } else {
        (
            format!("{name} in {} is not {what}", scene.place()),
            format!("write {name} as {form}"),
        )
    };
    Described {
        fix,
        ..Described::new(
            &RULE,
            Acknowledgement::Element(code),
            scene.at,
            message,
            help,
        )
    }
}
