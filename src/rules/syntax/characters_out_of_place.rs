//! SYN014: odd characters, blanks at an end, empty elements at the end.

use super::described::Described;
use super::scene::{Scene, safe};
use super::words::{self, element_name};
use crate::claim::structure::STRUCTURE;
use crate::claim::validate::At;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::{Delimiters, Segment, SegmentKind, is_blank};

/// SYN014.
pub static RULE: Rule = Rule {
    code: "SYN014",
    name: "characters-out-of-place",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Values hold characters of the X12 basic and extended sets only, do not start or end with blanks, and a segment does not end with empty elements, nor an element with empty components. Control characters reject; bytes outside ASCII, blanks and trailing separators are warnings.",
    why: "Control characters break a receiver's translator, and accented letters come out as others or count as two characters. Blanks at an end make two identifiers differ that look the same.",
    remedy: "Remove the character (typical: a tab or line break pasted into a note) or write it in plain ASCII. Blanks, line ends before a separator and trailing separators are mended by the safe fix.",
    fails: Example {
        text: "NTE*ADD*SEEN	TWICE~",
        note: "a tab inside the note",
    },
    passes: Example {
        text: "NTE*ADD*SEEN TWICE~",
        note: "a blank instead",
    },
    sources: &[
        "ASC X12 005010, basic and extended character sets",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("6"),
    check: Check::Structure,
};

/// Blanks at an end of the value.
pub(super) fn blanks(scene: &Scene<'_>) -> Described {
    let (name, place) = (scene.name(), scene.place());
    let mut told = scene.tell(
        &RULE,
        "6",
        format!("{name} in {place} starts or ends with blanks"),
        format!("take the blanks at the ends of {name} out"),
    );
    told.severity = Severity::Warn;
    told.fix = scene
        .replacement(str::trim)
        .map(|replacement| safe("drop the blanks at the ends", replacement));
    told
}

/// Empty elements at the end of the segment, or components at the end of an element.
pub(super) fn trailing_separators(scene: &Scene<'_>) -> Described {
    let in_element = scene.at.component > 0;
    let part = if in_element { "component" } else { "element" };
    let whose = if in_element {
        let element = At {
            component: 0,
            ..scene.at
        };
        element_name(scene.spec.id, element)
    } else {
        format!("the {} segment", scene.spec.id)
    };
    let mut told = Described::new(
        &RULE,
        Acknowledgement::Segment("8"),
        scene.at,
        format!("{whose} of {} ends with empty {part}s", scene.place()),
        format!("drop the separators behind the last filled {part}"),
    );
    told.severity = Severity::Warn;
    told.fix = Some(safe(
        &format!("drop the empty {part}s at the end"),
        String::new(),
    ));
    told
}

/// Puts a byte outside the X12 character sets under its rule and into words; it stands at
/// `inside` in the segment's text, in this element. Control characters reject; what lies above
/// ASCII warns.
#[must_use]
pub fn odd_byte(segment: &Segment<'_>, inside: usize, at: At, delimiters: Delimiters) -> Described {
    let name = if STRUCTURE.knows(segment.id()) {
        element_name(&words::text(segment.id()), at)
    } else {
        "this segment".to_owned()
    };
    let rule = &RULE;
    let byte = segment.text().get(inside).copied().unwrap_or_default();
    if byte < 0x80 {
        let joined = joined_segment(segment, inside, delimiters);
        let trimmed = trimmed(segment, inside, at, delimiters).filter(|_| joined.is_none());
        let (message, help) = match joined {
            Some(id) => {
                let terminator = words::printed(delimiters.segment);
                (
                    format!(
                        "a line ends inside {name}, and {id} starts the next one: the segment terminator {terminator} \
                         is missing between them"
                    ),
                    format!(
                        "put {terminator} at the end of that line, before {id}; what else is told of this segment goes \
                         with it"
                    ),
                )
            }
            None => (
                format!(
                    "{name} holds {}, which no value may hold",
                    words::control(byte)
                ),
                "take the character out, or write a blank instead".to_owned(),
            ),
        };
        return Described {
            fix: trimmed.map(|value| safe("drop the blanks at the ends", value)),
            ..Described::new(rule, Acknowledgement::Element("6"), at, message, help)
        };
    }
    Described {
        severity: Severity::Warn,
        ..Described::new(
            rule,
            Acknowledgement::Element("6"),
            at,
            format!(
                "{name} holds a byte outside ASCII (0x{byte:02X}), such as an accented letter or a curly quote"
            ),
            "write it in plain ASCII: receivers read such bytes in different ways, or refuse them",
        )
    }
}

/// The element's value without the line ends, tabs and blanks at its ends, if the byte at this
/// place of the segment's text is one of them, and the element is one value.
fn trimmed(segment: &Segment<'_>, inside: usize, at: At, delimiters: Delimiters) -> Option<String> {
    let position = usize::from(at.element);
    let value = std::str::from_utf8(segment.element(position)).ok()?;
    let own = (segment.start() + inside).checked_sub(segment.element_start(position))?;
    let separators = [delimiters.component, delimiters.repetition];
    if value.bytes().any(|byte| separators.contains(&byte)) {
        return None;
    }
    let is_filled = |part: Option<&str>| part.is_some_and(|part| !part.trim().is_empty());
    let is_within = is_filled(value.get(..=own)) && is_filled(value.get(own..));
    let kept = value.trim();
    (position > 0 && !is_within && !kept.is_empty()).then(|| kept.to_owned())
}

/// The identifier of the segment that seems to start behind a line end at this place of
/// another segment's text: its terminator was lost.
fn joined_segment(segment: &Segment<'_>, inside: usize, delimiters: Delimiters) -> Option<String> {
    let behind = segment.text().get(inside..)?;
    let blank = behind.iter().take_while(|&&byte| is_blank(byte)).count();
    let (blanks, next) = behind.split_at(blank);
    let id = next.split(|&byte| byte == delimiters.element).next()?;
    let is_known = STRUCTURE.knows(id) || SegmentKind::of(next, delimiters) != SegmentKind::Other;
    let starts_segment = id.len() < next.len() && is_known;
    (blanks.iter().any(|byte| b"\r\n".contains(byte)) && starts_segment).then(|| words::text(id))
}

/// Whether the byte may stand in a value as far as the X12 character sets go.
#[must_use]
pub fn is_x12_byte(byte: u8) -> bool {
    (0x20..0x7F).contains(&byte)
}
