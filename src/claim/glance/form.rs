//! What a glance looks for in a use of a segment, worked out once from what the guide asks.

use super::ELEMENTS;
use super::code_set::CodeSet;
use super::spans::{LANES, Spans};
use crate::claim::structure::{ElementSpec, Kind, Relation, Usage};
use crate::claim::validate::simple;

/// What a segment looks like to a glance; in a mask the element at an index has the bit of
/// that index.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The lengths of the first eight elements, and of the others.
    pub(super) spans: [Spans; 2],
    /// Elements the segment may have.
    pub(super) elements: usize,
    /// Elements whose value is one of some characters, which their bits are; see
    /// [`character_bit`].
    pub(super) characters: u32,
    pub(super) character_bits: [u64; ELEMENTS],
    /// Elements whose value is one of some codes.
    pub(super) coded: u32,
    pub(super) codes: [CodeSet; ELEMENTS],
    /// Elements in whose value something else has to be read.
    pub(super) valued: u32,
    pub(super) reads: [Read; ELEMENTS],
    /// Relations that elements of a right presence can break.
    pub(super) relations: Vec<Relation>,
    /// Elements that are composites, with their indexes, in order.
    pub(super) composites: Vec<(usize, Composite)>,
}

/// What to look for in a value of a right length.
#[derive(Clone, Debug, Default)]
pub(super) enum Read {
    /// Nothing more.
    #[default]
    Nothing,
    /// One of these codes of one character, each with a bit; see [`character_bit`].
    Character(u64),
    /// One of these codes.
    Code(CodeSet),
    /// A number, with a decimal point or without.
    Number { decimal: bool },
    /// A date or dates in the format the element before it names.
    Period,
    /// What the full check looks for.
    All,
}

/// A composite.
#[derive(Clone, Debug, Default)]
pub(super) struct Composite {
    /// The lengths of its components.
    pub(super) spans: Spans,
    /// Components it may have, of those that are looked at; 0 where that is not enough.
    pub(super) components: usize,
    /// Components in whose value something has to be read.
    pub(super) read: u32,
    pub(super) reads: [Read; LANES],
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
        let mut form = Form {
            elements: elements.len().min(ELEMENTS),
            ..Form::default()
        };
        let placed = |element: usize, spec: &ElementSpec| {
            told_apart.is_some_and(|(at, codes)| {
                at == element && codes.iter().all(|code| passes(spec, &unpack(*code)))
            })
        };
        for (at, element) in elements.iter().take(ELEMENTS).enumerate() {
            let spans = &mut form.spans[at / LANES];
            if element.usage == Usage::NotUsed {
                spans.limit(at, 0, 0);
                continue;
            }
            if element.usage == Usage::Required {
                spans.require(at);
            }
            if element.kind == Kind::Composite {
                let first = element.components.first();
                let placed = at == 0 && first.is_some_and(|spec| placed(0, spec));
                form.composites.push((at, Composite::of(element, placed)));
                continue;
            }
            let (least, most, mut read) = look(element);
            if placed(at + 1, element) {
                read = Read::Nothing;
            }
            spans.limit(at, least, most);
            match read {
                Read::Nothing => {}
                Read::Character(bits) => {
                    form.characters |= 1 << at;
                    form.character_bits[at] = bits;
                }
                Read::Code(codes) => {
                    form.coded |= 1 << at;
                    form.codes[at] = codes;
                }
                read => {
                    form.valued |= 1 << at;
                    form.reads[at] = read;
                }
            }
        }
        form.relations = relations
            .filter(|relation| can_break(*relation, elements))
            .map(from_zero)
            .collect();
        form
    }
}

/// Fewest and most characters, and what to read in a value of such a length.
fn look(spec: &ElementSpec) -> (u16, u16, Read) {
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

impl Composite {
    /// A glance at a composite; `placed` where its first component is known to be right.
    fn of(element: &ElementSpec, placed: bool) -> Composite {
        let mut composite = Composite::default();
        for (at, spec) in element.components.iter().take(LANES).enumerate() {
            let (least, most, read) = match spec.usage {
                Usage::NotUsed => (0, 0, Read::Nothing),
                _ => look(spec),
            };
            composite.spans.limit(at, least, most);
            if element.required_components >> at & 1 == 1 {
                composite.spans.require(at);
            }
            let is_known = placed && at == 0;
            if !is_known && !matches!(read, Read::Nothing) {
                composite.read |= 1 << at;
                composite.reads[at] = read;
            }
        }
        if element.required_components >> LANES == 0 {
            composite.components = element.components.len().min(LANES);
        }
        composite
    }
}
