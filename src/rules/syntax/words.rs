//! How loops, segments, elements and their limits are named to billers.

use crate::claim::structure::{ElementSpec, Kind, LoopNode, Relation, STRUCTURE, SegmentSpec};
use crate::claim::validate::At;
use crate::listed::{listed, one_of};

/// An element as billers name it: `NM109`, `SV101-3`; the bare segment identifier for
/// the segment as a whole.
#[must_use]
pub fn element_name(segment_id: &str, at: At) -> String {
    let mut name = String::with_capacity(segment_id.len() + 8);
    name.push_str(segment_id);
    let digit = |number: u8| char::from(b'0' + number % 10);
    if at.element >= 100 {
        name.push(digit(at.element / 100));
    }
    if at.element > 0 {
        name.extend([digit(at.element / 10), digit(at.element)]);
    }
    if at.element > 0 && at.component > 0 {
        name.push('-');
        let hundred = (at.component >= 100).then_some(at.component / 100);
        let ten = (at.component >= 10).then_some(at.component / 10);
        name.extend(hundred.into_iter().chain(ten).map(digit));
        name.push(digit(at.component));
    }
    name
}

/// Bytes that are known to be letters and digits, as text.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `loop 2010AA (Billing Provider Name)`.
pub(super) fn loop_name(node: &LoopNode) -> String {
    if node.id == "ST" {
        return "the transaction set's header".to_owned();
    }
    format!("loop {} ({})", node.id, node.name)
}

/// The segment with the qualifiers that tell its use apart: `N4`, `DTP*472`,
/// `REF*EI or REF*SY`.
pub(super) fn label(spec: &SegmentSpec) -> String {
    let first = spec.elements.first();
    let qualifier = first.map(|element| element.components.first().unwrap_or(element));
    let codes: Vec<String> = qualifier
        .map(|element| unpacked(&element.codes))
        .unwrap_or_default();
    match codes.as_slice() {
        [one] => format!("{}*{one}", spec.id),
        [one, other] => format!("{0}*{one} or {0}*{other}", spec.id),
        _ => spec.id.to_owned(),
    }
}

/// Where the guide has a segment or loop of which this use of a segment is the next that is
/// there: ` before LX, Service Line Number`; at the end if none is.
pub(super) fn before(next: Option<u16>) -> String {
    let next = next.and_then(|next| STRUCTURE.segments.get(usize::from(next)));
    match next {
        Some(next) => format!("before {}, {}", label(next), next.name),
        None => "behind the others".to_owned(),
    }
}

/// `one`, `3`.
pub(super) fn times(count: u16) -> String {
    if count == 1 {
        "one".to_owned()
    } else {
        count.to_string()
    }
}

/// The codes an element takes, the first of a long list: `D8 or RD8`; empty when the
/// guide has no list for it.
pub(super) fn codes(spec: &ElementSpec) -> String {
    const SHOWN_CODES: usize = 8;
    let mut codes = unpacked(&spec.codes);
    let more = codes.len().saturating_sub(SHOWN_CODES);
    // In the room of "and 1 more" stands the one.
    if more > 1 {
        codes.truncate(SHOWN_CODES);
        return format!("one of {} and {more} more codes", codes.join(", "));
    }
    one_of(codes)
}

fn unpacked(codes: &[u64]) -> Vec<String> {
    let unpack = |code: &u64| {
        let bytes: Vec<u8> = code
            .to_be_bytes()
            .into_iter()
            .filter(|&byte| byte != 0)
            .collect();
        text(&bytes)
    };
    codes.iter().map(unpack).collect()
}

/// What a value of this type is.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "a whole number",
        Kind::Decimal => "a plain decimal number",
        Kind::Digits(_) => "digits alone, of the number it must have",
        Kind::Date | Kind::Period => "a date",
        Kind::Time => "a time",
        Kind::Text | Kind::Code | Kind::Composite => "of its data type",
    }
}

/// How to write a value of this type.
pub(super) fn kind_help(name: &str, kind: Option<Kind>) -> String {
    match kind {
        Some(Kind::Integer) => format!("write {name} with digits only"),
        Some(Kind::Decimal) => {
            format!(
                "write {name} with digits and at most one decimal point, without commas or a currency sign"
            )
        }
        Some(Kind::Digits(count)) => {
            format!("write {name} as exactly {count} digits, without hyphens or blanks")
        }
        _ => format!("correct {name}"),
    }
}

/// A separator as it is written; in words when it can't be printed.
#[must_use]
pub fn printed(byte: u8) -> String {
    if byte.is_ascii_graphic() {
        char::from(byte).to_string()
    } else {
        control(byte)
    }
}

/// A control character in words.
pub(super) fn control(byte: u8) -> String {
    let name = match byte {
        0x00 => "a NUL byte",
        b'\t' => "a tab",
        b'\n' => "a line feed",
        b'\r' => "a carriage return",
        _ => "a control character",
    };
    format!("{name} (0x{byte:02X})")
}

/// The code of a 999, the rule that is broken and what to do, for a relation between
/// elements. `at` is the element that is missing or one too many.
pub(super) fn relation(
    id: &str,
    relation: Option<Relation>,
    at: At,
) -> (&'static str, String, String) {
    let culprit = element_name(id, at);
    let fill = |partners: &str| format!("fill {culprit}, or empty {partners}");
    match relation {
        Some(Relation::Paired(mask)) => {
            let others = elements(id, mask & !bit(at), "and");
            let all = elements(id, mask, "and");
            (
                "2",
                format!("{all} go together, and {culprit} is empty"),
                fill(&others),
            )
        }
        Some(Relation::AtLeastOne(mask)) => {
            let all = elements(id, mask, "or");
            (
                "2",
                format!("at least one of {all} must be filled"),
                format!("fill {all}"),
            )
        }
        Some(Relation::AtMostOne(mask)) => {
            let all = elements(id, mask, "and");
            (
                "10",
                format!("at most one of {all} may be filled"),
                format!("empty {culprit} or its alternative"),
            )
        }
        Some(Relation::IfThenAll(first, mask)) => {
            let (given, wanted) = (elements(id, first, "and"), elements(id, mask, "and"));
            (
                "2",
                format!("{given} is filled and demands {wanted}, but {culprit} is empty"),
                fill(&given),
            )
        }
        Some(Relation::IfThenAny(first, mask)) => {
            let (given, wanted) = (elements(id, first, "and"), elements(id, mask, "or"));
            (
                "2",
                format!("{given} is filled and demands at least one of {wanted}"),
                fill(&given),
            )
        }
        None => (
            "2",
            format!("{culprit} does not fit the elements around it"),
            fill("its partner"),
        ),
    }
}

fn bit(at: At) -> u32 {
    1_u32.checked_shl(u32::from(at.element)).unwrap_or(0)
}

/// The elements of a mask, by name.
fn elements(id: &str, mask: u32, last: &str) -> String {
    let names: Vec<String> = (1..32_u8)
        .filter(|&element| mask & (1 << element) != 0)
        .map(|element| {
            element_name(
                id,
                At {
                    element,
                    component: 0,
                },
            )
        })
        .collect();
    listed(names, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_named_as_billers_name_them() {
        for element in 0..=u8::MAX {
            for component in 0..=u8::MAX {
                let plain = match (element, component) {
                    (0, _) => "SV1".to_owned(),
                    (_, 0) => format!("SV1{element:02}"),
                    _ => format!("SV1{element:02}-{component}"),
                };
                assert_eq!(element_name("SV1", At { element, component }), plain);
            }
        }
    }
}
