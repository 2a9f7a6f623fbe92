//! What to read in a value of a right length, worked out once from what the guide asks of it.

use super::code_set::CodeSet;
use crate::claim::structure::{ElementSpec, Kind, Usage, unpack};
use crate::claim::validate::simple;

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
    /// 1, or 2 where the elements from the second behind on are empty: a person, or none and so
    /// without a first name, middle name or suffix.
    Person,
    /// One of these codes.
    Code(CodeSet),
    /// A number, with a decimal point or without.
    Number { decimal: bool },
    /// A date or dates in the format the element before it names.
    Period,
    /// What the full check looks for.
    All,
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
