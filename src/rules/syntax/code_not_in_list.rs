//! SYN010: a code the guide does not list.

use super::described::Described;
use super::scene::{Scene, safe};
use super::words;
use crate::claim::structure::{Kind, pack};
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN010.
pub static RULE: Rule = Rule {
    code: "SYN010",
    name: "code-not-in-list",
    snip: 2,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "An element with a code list in the guide holds one of these codes. Codes of lists kept elsewhere (diagnoses, procedures, places of service, states) are checked by the COD rules.",
    why: "The code decides how the rest is read. A receiver that does not know it refuses the transaction set.",
    remedy: "Use one of the codes the help names. Lower case or blanks around a code are mended by the safe fix.",
    fails: Example {
        text: "CLM*PT1001*150***11:B:1*Y*D*Y*Y~",
        note: "CLM07, participation, has no code D",
    },
    passes: Example {
        text: "CLM*PT1001*150***11:B:1*Y*A*Y*Y~",
        note: "A: assigned",
    },
    sources: &["005010X222A1, implementation guide: segment details and their code lists"],
    asks_policy: false,
    answer: Acknowledgement::Element("7"),
    check: Check::Structure,
};

/// A value that is not in the guide's code list.
pub(super) fn describe(scene: &Scene<'_>) -> Described {
    let (name, spec) = (scene.name(), scene.element());
    let value = scene.value();
    // A longer value is no mistyped code; it may be a name that has shifted here.
    let is_shown = spec
        .is_some_and(|spec| spec.kind == Kind::Code && value.len() <= usize::from(spec.max))
        && value.iter().all(u8::is_ascii_graphic);
    let what = if is_shown {
        format!(
            "{name} in {} is {}, which is not",
            scene.place(),
            words::text(value)
        )
    } else {
        format!("{name} in {} is not", scene.place())
    };
    let codes = spec.map(words::codes).unwrap_or_default();
    let mut told = Described::new(
        &RULE,
        Acknowledgement::Element("7"),
        scene.at,
        format!("{what} a code of its list"),
        format!("{name} takes {codes}"),
    );
    let tidy = std::str::from_utf8(value)
        .ok()
        .map(|value| value.trim().to_ascii_uppercase());
    let is_listed = |code: &String| {
        spec.is_some_and(|spec| {
            pack(code.as_bytes()).is_some_and(|packed| spec.codes.contains(&packed))
        })
    };
    told.fix = tidy
        .filter(|code| !code.is_empty() && is_listed(code) && !scene.is_repeated())
        .map(|code| safe("write the code in capitals, without blanks", code));
    told
}
