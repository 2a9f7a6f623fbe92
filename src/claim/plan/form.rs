//! What a plan looks for in a use of a segment, worked out once from what the guide asks.

use super::code_set::CodeSet;
use super::composite::Composite;
use super::limits::Span;
use crate::claim::structure::{ElementSpec, Kind, Relation, Usage};
use crate::claim::validate::simple;

/// What to look for in the elements of a segment.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Element by element.
    pub(super) elements: Vec<Look>,
    /// Relations that elements of a right presence can break; masks have bit `n` for the
    /// element at index `n`.
    pub(super) relations: Vec<Relation>,
}

/// What to look for in an element.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) span: Span,
    pub(super) read: Read,
}

/// What to look for in a value of a right length.
#[derive(Clone, Debug, Default)]
pub(super) enum Read {
    /// Nothing more.
    #[default]
    Nothing,
    /// Nothing more, since the segment was told by it.
    Known,
    /// One of these codes of one character, each with a bit; see [`character_bit`].
    Character(u64),
    /// One of these codes.
    Code(CodeSet),
    /// A number, with a decimal point or without.
    Number { decimal: bool },
    /// A date or dates in the format the element before it names.
    Period,
    /// Components.
    Composite(Box<Composite>),
    /// What the full check looks for.
    All,
}

impl Form {
    /// The form of a segment with these elements and relations, whose uses are told apart
    /// by the codes of this element (0 for none), or of its first component.
    #[must_use]
    pub fn of(
        elements: &[ElementSpec],
        relations: impl Iterator<Item = Relation>,
        told_apart: Option<(usize, &[u64])>,
    ) -> Form {
        // Whether a value that was told apart by is known to be right.
        let placed = |element: usize, spec: &ElementSpec| {
            told_apart.is_some_and(|(at, codes)| {
                at == element && codes.iter().all(|code| passes(spec, &unpack(*code)))
            })
        };
        let looks = (0..).zip(elements).map(|(at, element)| {
            if element.kind == Kind::Composite && element.usage != Usage::NotUsed {
                let first = element.components.first();
                let placed = at == 0 && first.is_some_and(|spec| placed(0, spec));
                return Look {
                    span: Span::of(element.usage, 0, u16::MAX),
                    read: Read::Composite(Box::new(Composite::of(element, placed))),
                };
            }
            let (least, most, read) = look(element);
            Look {
                span: Span::of(element.usage, least, most),
                read: if placed(at + 1, element) {
                    Read::Known
                } else {
                    read
                },
            }
        });
        Form {
            elements: looks.collect(),
            relations: relations
                .filter(|relation| can_break(*relation, elements))
                .map(from_zero)
                .collect(),
        }
    }
}

/// Fewest and most characters, and what to read in a value of such a length.
pub(super) fn look(spec: &ElementSpec) -> (u16, u16, Read) {
    if spec.usage == Usage::NotUsed {
        return (0, 0, Read::Nothing);
    }
    if !spec.codes.is_empty() && !matches!(spec.kind, Kind::Period | Kind::Composite) {
        let codes = spec.codes.iter().map(|&code| unpack(code));
        let codes: Vec<Vec<u8>> = codes.filter(|code| passes(spec, code)).collect();
        let bits = codes.iter().try_fold(0, |bits, code| match code[..] {
            [character] => character_bit(character).map(|bit| bits | 1_u64 << bit),
            _ => None,
        });
        if let Some(bits @ 1..) = bits {
            return (1, 1, Read::Character(bits));
        }
        return CodeSet::of(&codes).map_or((0, u16::MAX, Read::All), |set| (0, 3, Read::Code(set)));
    }
    match spec.kind {
        Kind::Text | Kind::Code => (spec.min, spec.max, Read::Nothing),
        // No sign and no point: a number with one is shorter in digits.
        Kind::Integer | Kind::Decimal if spec.min <= 1 => {
            let decimal = spec.kind == Kind::Decimal;
            (1, spec.max, Read::Number { decimal })
        }
        Kind::Period => (0, u16::MAX, Read::Period),
        _ => (0, u16::MAX, Read::All),
    }
}

/// The bit of a character in a set: digits and capitals have one.
#[inline]
pub(super) fn character_bit(character: u8) -> Option<u32> {
    let bit = u32::from(character.wrapping_sub(b'0'));
    (bit < u64::BITS).then_some(bit)
}

/// Whether the full check finds nothing in this value.
#[inline(never)]
pub(super) fn passes(spec: &ElementSpec, value: &[u8]) -> bool {
    let mut sound = !value.is_empty();
    if sound {
        simple(value, spec, |_| sound = false);
    }
    sound
}

/// The characters of a packed code.
pub(super) fn unpack(code: u64) -> Vec<u8> {
    let bytes = code.to_be_bytes();
    bytes.into_iter().skip_while(|&byte| byte == 0).collect()
}

/// Whether elements can break the relation although none is missing that is required, and
/// none is there that is not used.
fn can_break(relation: Relation, elements: &[ElementSpec]) -> bool {
    let mask = |usage: Usage| {
        let specs = (1_u32..).zip(elements);
        let alike = specs.filter(|(_, spec)| spec.usage == usage);
        alike.fold(0_u32, |mask, (at, _)| mask | 1 << at)
    };
    let (required, situational) = (mask(Usage::Required), mask(Usage::Situational));
    let used = required | situational;
    match relation {
        Relation::Paired(mask) => mask & used != 0 && mask & required != mask,
        Relation::AtLeastOne(mask) => mask & required == 0,
        Relation::AtMostOne(mask) => (mask & used).count_ones() > 1,
        Relation::IfThenAll(first, mask) => first & used != 0 && mask & required != mask,
        Relation::IfThenAny(first, mask) => first & used != 0 && mask & required == 0,
    }
}

/// The relation with bits by the index of the element instead of its position, from 1.
fn from_zero(relation: Relation) -> Relation {
    match relation {
        Relation::Paired(all) => Relation::Paired(all >> 1),
        Relation::AtLeastOne(all) => Relation::AtLeastOne(all >> 1),
        Relation::AtMostOne(all) => Relation::AtMostOne(all >> 1),
        Relation::IfThenAll(first, all) => Relation::IfThenAll(first >> 1, all >> 1),
        Relation::IfThenAny(first, all) => Relation::IfThenAny(first >> 1, all >> 1),
    }
}
