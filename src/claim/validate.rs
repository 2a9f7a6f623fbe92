//! One segment against the guide: which elements it has, and what they look like.

use super::structure::{Condition, ElementSpec, Kind, Relation, SegmentSpec, Usage, pack};
use crate::value::Date;
use crate::x12::{Delimiters, Segment};

/// What is wrong with a segment or a loop. Each is what a 999 will need to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// A segment identifier the guide does not know.
    SegmentUnknown,
    /// A segment (or one with this qualifier) that does not belong at this place.
    SegmentMisplaced,
    /// A segment behind its place in the loop's order, and the use of a segment that it should
    /// stand before.
    SegmentLate(Option<u16>),
    /// A required segment is missing: this use of it; and the use it should stand before.
    SegmentMissing(u16, Option<u16>),
    /// A required loop is missing: this node; and the use it should stand before.
    LoopMissing(u8, Option<u16>),
    /// More uses of the segment than allowed.
    SegmentRepeated,
    /// More repetitions of the loop than allowed.
    LoopRepeated,
    /// A required element or component is empty.
    ElementMissing,
    /// An element or component that the guide does not use is filled.
    ElementNotUsed,
    /// More elements than the segment has, components than the composite has, or values than
    /// one.
    TooMany,
    /// Shorter than its least length.
    TooShort,
    /// Longer than its greatest length.
    TooLong,
    /// Not of its data type.
    WrongType,
    /// Not in the guide's code list.
    CodeUnknown,
    /// Not a real date, time or range of dates.
    DateInvalid,
    /// A relation between elements is broken: index into the segment's relations.
    RelationBroken(u8),
    /// The value of an element asks of another what it is not; see
    /// [`Condition`].
    ConditionBroken,
    /// Blanks at an end of the value.
    Blanks,
    /// Empty elements at the end of the segment, or components at the end of an element.
    TrailingSeparators,
}

/// Where in a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct At {
    /// Element, from 1; 0 for the segment as a whole.
    pub element: u8,
    /// Component, from 1; 0 for the element as a whole.
    pub component: u8,
}

/// Checks the elements of a segment, in order, telling each violation to `tell`.
///
/// `subs` are the places of the component and repetition separators in the segment.
#[inline]
pub fn elements(
    segment: &Segment<'_>,
    spec: &SegmentSpec,
    delimiters: Delimiters,
    subs: &[u32],
    mut tell: impl FnMut(At, Violation),
) {
    let count = segment.len();
    let (bytes, separators) = segment.parts();
    // What has any character, and what has another than a blank: a value of blanks alone is
    // none (appendix B of the guide).
    let (mut written, mut present) = (0_u32, 0_u32);
    // What has blanks alone, and nothing told of it yet.
    let mut blank = 0_u32;
    let mut last = 0;
    let mut format: &[u8] = &[];
    for (at, (edges, element_spec)) in separators.windows(2).zip(&spec.elements).enumerate() {
        let value = match *edges {
            [before, after] => bytes.get(before as usize + 1..after as usize),
            _ => None,
        }
        .unwrap_or(&[]);
        if value.is_empty() {
            format = value;
            continue;
        }
        last = at + 1;
        written |= 2 << at;
        let is_blank = is_blank(value);
        if !is_blank {
            present |= 2 << at;
        }
        let place = At {
            element: index(at + 1),
            component: 0,
        };
        match element_spec.kind {
            _ if element_spec.usage == Usage::NotUsed => {}
            // Told as missing.
            _ if is_blank && element_spec.usage == Usage::Required => {}
            // What another element asks of it may tell it.
            _ if is_blank && element_spec.kind != Kind::Composite => blank |= 2 << at,
            Kind::Composite => {
                let composite = Composite {
                    bytes,
                    edges: (edges[0] + 1, edges[1]),
                    subs,
                };
                composite.check(element_spec, delimiters, place, &mut tell);
            }
            Kind::Period => period(format, value, element_spec, |violation| {
                tell(place, violation);
            }),
            _ => simple(value, element_spec, |violation| tell(place, violation)),
        }
        if !subs.is_empty()
            && element_spec.kind != Kind::Composite
            && subs.iter().any(|sub| (edges[0]..edges[1]).contains(sub))
        {
            tell(place, Violation::TooMany);
        }
        format = value;
    }
    let mut beyond =
        (spec.elements.len() + 1..=count).filter(|&position| !segment.element(position).is_empty());
    if let Some(first) = beyond.next() {
        tell(
            At {
                element: index(first),
                component: 0,
            },
            Violation::TooMany,
        );
        last = beyond.next_back().unwrap_or(first);
    }
    if count > last {
        tell(
            At {
                element: index(last + 1),
                component: 0,
            },
            Violation::TrailingSeparators,
        );
    }
    for (bits, violation) in [
        (spec.required & !present, Violation::ElementMissing),
        (spec.not_used & written, Violation::ElementNotUsed),
    ] {
        let mut bits = bits;
        while bits != 0 {
            tell(
                At {
                    element: index(bits.trailing_zeros() as usize),
                    component: 0,
                },
                violation,
            );
            bits &= bits - 1;
        }
    }
    let mut tell_of_blank = |at: At, violation| {
        blank &= !(1 << at.element);
        tell(at, violation);
    };
    relations(spec, written, present, &mut tell_of_blank);
    condition(segment, spec, &mut tell_of_blank);
    blanks(segment, spec, blank, &mut tell);
}

/// What is wrong with the elements that hold blanks alone.
fn blanks(
    segment: &Segment<'_>,
    spec: &SegmentSpec,
    blank: u32,
    tell: &mut impl FnMut(At, Violation),
) {
    let mut bits = blank;
    while bits != 0 {
        let position = bits.trailing_zeros() as usize;
        bits &= bits - 1;
        let value = segment.element(position);
        let Some(element_spec) = spec.elements.get(position.wrapping_sub(1)) else {
            continue;
        };
        let at = At {
            element: index(position),
            component: 0,
        };
        if element_spec.kind == Kind::Period {
            let format = segment.element(position - 1);
            period(format, value, element_spec, |violation| tell(at, violation));
        } else {
            simple(value, element_spec, |violation| tell(at, violation));
        }
    }
}

/// The relations of a segment that do not hold between elements of which these have a character,
/// and these another than a blank.
fn relations(spec: &SegmentSpec, written: u32, present: u32, tell: &mut impl FnMut(At, Violation)) {
    for (at, (relation, _)) in spec.relations.iter().enumerate() {
        // An element that is not used is told as such, and asks nothing of others.
        let broken = |filled: u32| broken(*relation, filled & !spec.not_used);
        if let Some(element) = broken(written).or_else(|| broken(present)) {
            // A required element that is missing has been told already.
            if spec.required & (1 << element) == 0 {
                tell(
                    At {
                        element: index(element),
                        component: 0,
                    },
                    Violation::RelationBroken(index(at)),
                );
            }
        }
    }
}

/// Whether the value of an element asks of another what it is not.
fn condition(segment: &Segment<'_>, spec: &SegmentSpec, tell: &mut impl FnMut(At, Violation)) {
    // What is not used is told as such, and blanks alone are no value.
    let value = |position: usize| {
        let value = segment.element(position);
        let counts = spec.not_used >> position & 1 == 0 && !is_blank(value);
        if counts { value } else { &[] }
    };
    let broken = |condition: Condition| condition.broken(value);
    if let Some(element) = spec.condition.and_then(broken) {
        let at = At {
            element: index(element),
            component: 0,
        };
        tell(at, Violation::ConditionBroken);
    }
}

/// Whether the value is made of blanks alone.
#[inline]
fn is_blank(value: &[u8]) -> bool {
    value.iter().all(|&byte| byte == b' ')
}

fn index(position: usize) -> u8 {
    u8::try_from(position).unwrap_or(u8::MAX)
}

/// The element to name when the relation does not hold.
pub(super) fn broken(relation: Relation, present: u32) -> Option<usize> {
    let missing = |mask: u32| Some((mask & !present).trailing_zeros() as usize);
    match relation {
        Relation::Paired(mask) if present & mask != 0 && present & mask != mask => missing(mask),
        Relation::AtLeastOne(mask) if present & mask == 0 => missing(mask),
        Relation::AtMostOne(mask) if (present & mask).count_ones() > 1 => {
            Some(31 - (present & mask).leading_zeros() as usize)
        }
        Relation::IfThenAll(first, mask) if present & first != 0 && present & mask != mask => {
            missing(mask)
        }
        Relation::IfThenAny(first, mask) if present & first != 0 && present & mask == 0 => {
            missing(mask)
        }
        _ => None,
    }
}

/// A composite element: where it starts and ends, and the separators of its segment.
struct Composite<'a> {
    bytes: &'a [u8],
    edges: (u32, u32),
    subs: &'a [u32],
}

impl Composite<'_> {
    /// No composite of the 837P repeats. Of one that does nothing else is told: what its
    /// components are can't be said.
    fn check(
        &self,
        spec: &ElementSpec,
        delimiters: Delimiters,
        place: At,
        tell: &mut impl FnMut(At, Violation),
    ) {
        let (first, end) = self.edges;
        let inside = self.subs.iter().copied();
        let inside = inside
            .skip_while(|&at| at < first)
            .take_while(|&at| at < end);
        let repeats = |at: u32| self.bytes.get(at as usize) == Some(&delimiters.repetition);
        if inside.clone().any(repeats) {
            tell(place, Violation::TooMany);
            return;
        }
        let mut start = first;
        let mut filled = 0_u32;
        let mut format: &[u8] = &[];
        // Components up to the last that is filled.
        let mut last = 0;
        for (at, edge) in inside.chain([end]).enumerate() {
            let part = &self.bytes[start as usize..edge as usize];
            let trailing = part.is_empty() && at > 0;
            if !part.is_empty() {
                last = at + 1;
                let here = At {
                    component: index(at + 1),
                    ..place
                };
                match spec.components.get(at) {
                    // Of what is too much the first is told.
                    None if filled >> 31 == 0 => {
                        filled |= 1 << 31;
                        tell(here, Violation::TooMany);
                    }
                    None => {}
                    Some(part_spec) => {
                        let is_blank = is_blank(part);
                        if !is_blank {
                            filled |= 1 << at;
                        }
                        match part_spec.kind {
                            _ if part_spec.usage == Usage::NotUsed => {
                                tell(here, Violation::ElementNotUsed);
                            }
                            // Told as missing.
                            _ if is_blank && part_spec.usage == Usage::Required => {}
                            Kind::Period => period(format, part, part_spec, |violation| {
                                tell(here, violation);
                            }),
                            _ => simple(part, part_spec, |violation| tell(here, violation)),
                        }
                        format = part;
                    }
                }
            }
            start = edge + 1;
            if edge == end {
                let mut missing = spec.required_components & !filled;
                while missing != 0 {
                    let component = index(missing.trailing_zeros() as usize + 1);
                    tell(At { component, ..place }, Violation::ElementMissing);
                    missing &= missing - 1;
                }
                if trailing {
                    let component = index(last + 1);
                    tell(At { component, ..place }, Violation::TrailingSeparators);
                }
            }
        }
    }
}

#[inline]
pub(crate) fn simple(value: &[u8], spec: &ElementSpec, mut tell: impl FnMut(Violation)) {
    let length = match spec.kind {
        Kind::Text => {
            if value[0] == b' ' || value[value.len() - 1] == b' ' {
                tell(Violation::Blanks);
            }
            value.len()
        }
        Kind::Code => {
            if !spec.codes.is_empty() {
                // A code of the list has a right length.
                if !pack(value).is_some_and(|code| spec.codes.contains(&code)) {
                    tell(Violation::CodeUnknown);
                }
                return;
            }
            if value[0] == b' ' || value[value.len() - 1] == b' ' {
                tell(Violation::Blanks);
            }
            value.len()
        }
        Kind::Integer | Kind::Decimal => {
            let Some(digits) = number_digits(value, spec.kind == Kind::Decimal) else {
                tell(Violation::WrongType);
                return;
            };
            digits
        }
        Kind::Date => {
            if Date::parse_d8(value).is_none() {
                tell(Violation::DateInvalid);
                return;
            }
            value.len()
        }
        Kind::Time => {
            if !is_time(value) {
                tell(Violation::DateInvalid);
                return;
            }
            value.len()
        }
        Kind::Digits(count) => {
            if value.len() != usize::from(count) || !value.iter().all(u8::is_ascii_digit) {
                tell(Violation::WrongType);
            }
            return;
        }
        Kind::Period | Kind::Composite => return,
    };
    if length < usize::from(spec.min) {
        tell(Violation::TooShort);
    } else if length > usize::from(spec.max) {
        tell(Violation::TooLong);
    } else if !spec.codes.is_empty() && !pack(value).is_some_and(|code| spec.codes.contains(&code))
    {
        tell(Violation::CodeUnknown);
    }
}

/// Whether this is a number of the kind, whole or decimal.
#[must_use]
pub fn is_number(value: &[u8], kind: Kind) -> bool {
    number_digits(value, kind == Kind::Decimal).is_some()
}

/// Number of digits of an X12 number; the sign and the point do not count.
pub(super) fn number_digits(value: &[u8], decimal: bool) -> Option<usize> {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    let mut count = 0;
    let mut points = 0;
    for &byte in digits {
        if byte.is_ascii_digit() {
            count += 1;
        } else if byte == b'.' && decimal && points == 0 {
            points = 1;
        } else {
            return None;
        }
    }
    (count > 0).then_some(count)
}

fn is_time(value: &[u8]) -> bool {
    let pair = |at: usize| match value.get(at..at + 2) {
        Some([tens @ b'0'..=b'9', ones @ b'0'..=b'9']) => Some((tens - b'0') * 10 + ones - b'0'),
        _ => None,
    };
    matches!(value.len(), 4 | 6 | 7 | 8)
        && value.iter().all(u8::is_ascii_digit)
        && pair(0).is_some_and(|hour| hour < 24)
        && pair(2).is_some_and(|minute| minute < 60)
        && (value.len() == 4 || pair(4).is_some_and(|second| second < 60))
}

/// A date or range in the format its qualifier names.
pub(crate) fn period(
    format: &[u8],
    value: &[u8],
    spec: &ElementSpec,
    mut tell: impl FnMut(Violation),
) {
    let good = match format {
        b"D8" => Date::parse_d8(value).is_some(),
        b"RD8" => range(value).is_some_and(|(from, through)| from <= through),
        b"DT" => value.len() == 12 && Date::parse_d8(&value[..8]).is_some() && is_time(&value[8..]),
        b"TM" => is_time(value),
        _ => value.len() <= usize::from(spec.max),
    };
    if !good {
        tell(Violation::DateInvalid);
    }
}

/// The two dates of the format `RD8`, `CCYYMMDD-CCYYMMDD`.
#[must_use]
pub fn range(value: &[u8]) -> Option<(Date, Date)> {
    if value.len() != 17 || value[8] != b'-' {
        return None;
    }
    Some((Date::parse_d8(&value[..8])?, Date::parse_d8(&value[9..])?))
}
