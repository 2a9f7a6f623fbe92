//! A fix as a change of bytes.

use super::finding::{Finding, FixSafety};
use crate::claim::text::Text;

/// A change to the bytes of one segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Place in the block of the first byte that goes.
    pub from: usize,
    /// Place behind the last byte that goes.
    pub to: usize,
    /// What comes in its place.
    pub with: Vec<u8>,
}

impl Edit {
    /// The change a finding's fix asks for. `None` where there is no fix, or none that
    /// a machine may make: one that would put a separator into a value, or take out an
    /// element that is not empty.
    #[must_use]
    pub fn of(text: &Text<'_>, finding: &Finding) -> Option<Edit> {
        let fix = finding.fix.as_ref()?;
        let segment = text.segment(finding.spot.segment);
        let delimiters = text.delimiters;
        let position = usize::from(finding.spot.element);
        let component = usize::from(finding.spot.component);
        let value = fix.replacement.as_bytes();
        let separators = [
            delimiters.element,
            delimiters.component,
            delimiters.repetition,
            delimiters.segment,
        ];
        if position == 0 || value.iter().any(|byte| separators.contains(byte)) {
            return None;
        }
        if value.is_empty() && component > 0 {
            // Empty components at the end of the element, with the separators before them.
            let (from, element) = (segment.element_start(position), segment.element(position));
            let mut bytes = element.iter();
            let last = bytes.rposition(|&byte| byte != delimiters.component);
            let kept = last.map_or(0, |last| last + 1);
            return (kept < element.len()).then(|| Edit {
                from: from + kept,
                to: from + element.len(),
                with: Vec::new(),
            });
        }
        if value.is_empty() {
            // Empty elements at the end, from here on, with the separators before them.
            let mut rest = position..=segment.len();
            let empty = !rest.is_empty() && rest.all(|at| segment.element(at).is_empty());
            return empty.then(|| Edit {
                from: segment.element_start(position) - 1,
                to: segment.end(),
                with: Vec::new(),
            });
        }
        let put = |from: usize, to: usize, separators: &[u8]| {
            let mut with = separators.to_vec();
            with.extend_from_slice(value);
            Some(Edit { from, to, with })
        };
        let missing = position.saturating_sub(segment.len());
        if missing > 0 {
            let mut separators = vec![delimiters.element; missing];
            separators.resize(missing + component.saturating_sub(1), delimiters.component);
            return put(segment.end(), segment.end(), &separators);
        }
        let mut at = segment.element_start(position);
        let end = at + segment.element(position).len();
        if component == 0 {
            return put(at, end, &[]);
        }
        let mut count = 0;
        for part in segment.components(position, delimiters) {
            count += 1;
            if count == component {
                return put(at, at + part.len(), &[]);
            }
            at += part.len() + 1;
        }
        put(end, end, &vec![delimiters.component; component - count])
    }
}

/// Whether the finding's fix may be applied where fixes of this safety are wanted. What
/// was done and why (procedures, units, diagnoses) only people change: there a fix
/// is applied only if the meaning stays.
#[must_use]
pub fn is_wanted(text: &Text<'_>, finding: &Finding, wanted: FixSafety) -> bool {
    let spot = finding.spot;
    match finding.fix.as_ref().map(|fix| fix.safety) {
        None => false,
        Some(FixSafety::Safe) => true,
        Some(FixSafety::Unsafe) => {
            let clinical = match text.segment(spot.segment).id() {
                b"HI" => true,
                b"SV1" => match spot.element {
                    1 => spot.component < 3,
                    // SV103 and SV104: units; SV107: which diagnosis a line is for.
                    3 | 4 | 7 => true,
                    _ => false,
                },
                _ => false,
            };
            wanted == FixSafety::Unsafe && !clinical
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::finding::{Fix, Spot};
    use crate::x12::{Delimiters, Tokens};

    const DELIMITERS: Delimiters = Delimiters::USUAL;

    fn with<T>(
        bytes: &str,
        spot: Spot,
        safety: FixSafety,
        replacement: &str,
        ask: impl Fn(&Text<'_>, &Finding) -> T,
    ) -> T {
        let mut tokens = Tokens::default();
        tokens.fill(bytes.as_bytes(), DELIMITERS);
        let text = Text {
            bytes: bytes.as_bytes(),
            tokens: &tokens,
            delimiters: DELIMITERS,
            stretches: &[],
        };
        let finding = Finding {
            rule: crate::rules::registry::RULES[0],
            severity: crate::value::Severity::Reject,
            unchecked: false,
            loop_id: "2400",
            service_line: None,
            spot,
            message: String::new(),
            help: String::new(),
            cited: None,
            fix: Some(Fix {
                safety,
                title: String::new(),
                replacement: replacement.to_owned(),
            }),
            syntax: None,
            answer: None,
        };
        ask(&text, &finding)
    }

    fn edited(bytes: &str, spot: Spot, replacement: &str) -> Option<String> {
        let edit = with(bytes, spot, FixSafety::Safe, replacement, Edit::of)?;
        let mut bytes = bytes.as_bytes().to_vec();
        bytes.splice(edit.from..edit.to, edit.with);
        String::from_utf8(bytes).ok()
    }

    #[test]
    fn a_value_is_replaced_or_put_where_it_belongs() {
        for (before, spot, value, after) in [
            (
                "LX*1~REF*EA* A~",
                Spot::element(1, 2),
                "A",
                "LX*1~REF*EA*A~",
            ),
            (
                "SV1*HC:97110:gt*9~",
                Spot::component(0, 1, 3),
                "GT",
                "SV1*HC:97110:GT*9~",
            ),
            (
                "SV1*HC:97110*9~",
                Spot::component(0, 1, 3),
                "GP",
                "SV1*HC:97110:GP*9~",
            ),
            (
                "SV1*HC:97110*9~",
                Spot::component(0, 1, 4),
                "GP",
                "SV1*HC:97110::GP*9~",
            ),
            (
                "SV1*HC:97110*9*UN*1~",
                Spot::element(0, 5),
                "10",
                "SV1*HC:97110*9*UN*1*10~",
            ),
            (
                "SV1*HC:97110*9~",
                Spot::element(0, 5),
                "10",
                "SV1*HC:97110*9***10~",
            ),
            ("CLM*1*9~", Spot::component(0, 5, 1), "10", "CLM*1*9***10~"),
            (
                "CLM*1*9***11:B:1~",
                Spot::component(0, 5, 1),
                "10",
                "CLM*1*9***10:B:1~",
            ),
            ("REF*EA*A**~", Spot::element(0, 3), "", "REF*EA*A~"),
            (
                "SV1*HC:97110:GP::*9~",
                Spot::component(0, 1, 4),
                "",
                "SV1*HC:97110:GP*9~",
            ),
        ] {
            assert_eq!(edited(before, spot, value).as_deref(), Some(after));
        }
    }

    #[test]
    fn nothing_but_empty_elements_is_taken_out_and_no_separator_put_in() {
        assert_eq!(edited("REF*EA*A*B~", Spot::element(0, 3), ""), None);
        assert_eq!(edited("REF*EA*A~", Spot::element(0, 3), ""), None);
        assert_eq!(edited("REF*EA*A~", Spot::element(0, 2), "A:B"), None);
        assert_eq!(edited("REF*EA*A~", Spot::segment(0), "A"), None);
    }

    #[test]
    fn what_was_done_is_never_changed_unsafely() {
        let line = "SV1*HC:97110:GT*9*UN*2***1~";
        for (spot, wanted) in [
            (Spot::component(0, 1, 2), false),
            (Spot::component(0, 1, 3), true),
            (Spot::element(0, 4), false),
            (Spot::element(0, 5), true),
            (Spot::component(0, 7, 1), false),
        ] {
            let ask = |safety, level| {
                with(line, spot, safety, "X", |text, finding| {
                    is_wanted(text, finding, level)
                })
            };
            assert_eq!(ask(FixSafety::Unsafe, FixSafety::Unsafe), wanted);
            assert!(!ask(FixSafety::Unsafe, FixSafety::Safe));
            assert!(ask(FixSafety::Safe, FixSafety::Safe));
        }
        let diagnosis = with(
            "HI*ABK:M545~",
            Spot::component(0, 1, 2),
            FixSafety::Unsafe,
            "M5450",
            |text, finding| is_wanted(text, finding, FixSafety::Unsafe),
        );
        assert!(!diagnosis);
    }
}
