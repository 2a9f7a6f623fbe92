//! Reading the values that the guide asks more of than a length.

use super::code_set::{CodeSet, short};
use super::read::{character_bit, passes};
use crate::claim::structure::ElementSpec;
use crate::claim::validate::period;
use crate::value::Date;

/// Where a value starts, and the separator behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The block with its values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'a>(pub(super) &'a [u8]);

impl<'a> Values<'a> {
    #[inline]
    pub(super) fn byte(self, at: u32) -> Option<u8> {
        self.0.get(at as usize).copied()
    }

    #[inline]
    pub(super) fn value(self, place: Place) -> &'a [u8] {
        self.0
            .get(place.start as usize..place.end as usize)
            .unwrap_or(&[])
    }

    /// So many bytes from here on.
    #[inline]
    pub(super) fn bytes<const COUNT: usize>(self, start: u32) -> Option<[u8; COUNT]> {
        let start = start as usize;
        self.0.get(start..start + COUNT)?.first_chunk().copied()
    }

    /// Whether the character here is one of these bits.
    #[inline]
    pub(super) fn is_character(self, at: u32, bits: u64) -> bool {
        let Some(byte) = self.byte(at) else {
            return false;
        };
        character_bit(byte).is_some_and(|bit| bits >> bit & 1 == 1)
    }

    /// Whether the value of at most three characters is one of the codes.
    #[inline]
    pub(super) fn is_code(self, place: Place, codes: &CodeSet) -> bool {
        let length = place.end.wrapping_sub(place.start);
        self.bytes(place.start)
            .is_some_and(|code| codes.has(short(code, length)))
    }

    /// Whether the value of so many characters that starts here is empty or a number without
    /// a sign; `false` too for one longer than eight.
    #[inline]
    pub(super) fn is_number(self, start: u32, length: u32, decimal: bool) -> bool {
        const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
        const ZEROS: u64 = 0x3030_3030_3030_3030;
        let Some(value) = self.bytes(start) else {
            return false;
        };
        let value = u64::from_le_bytes(value);
        // A digit is 0 to 9 less '0'; any other byte gets its highest bit, here or by the sum.
        // The separator behind the value is no digit.
        let digits = value ^ ZEROS;
        let others = (((digits & LOW) + 0x7676_7676_7676_7676) | digits) & !LOW;
        let first = others.trailing_zeros();
        if first / 8 == length {
            return true;
        }
        let point = first & 0x38;
        let behind = others & others.wrapping_sub(1);
        decimal
            && length > 1
            && behind.trailing_zeros() / 8 == length
            && value >> point & 0xFF == u64::from(b'.')
    }

    /// Whether a day stands here.
    #[inline]
    pub(super) fn is_day(self, start: u32) -> bool {
        let day = self.bytes::<8>(start);
        day.is_some_and(|day| Date::parse_d8(&day).is_some())
    }

    /// Whether the value is a period in the format that stands at the other place.
    #[inline(never)]
    pub(super) fn is_period(self, format: Place, place: Place, spec: &ElementSpec) -> bool {
        let mut sound = true;
        period(self.value(format), self.value(place), spec, |_| {
            sound = false;
        });
        sound
    }

    /// Whether the full check finds nothing in the value.
    #[inline(never)]
    pub(super) fn passes(self, place: Place, spec: &ElementSpec) -> bool {
        passes(spec, self.value(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::validate::number_digits;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_at_once_is_one_digit_by_digit(
            text in prop_oneof!["[0-9]{1,8}", "[0-9]{0,4}[.][0-9]{0,3}", "[0-9.A\\-/:\u{0}]{1,8}"],
            behind in proptest::array::uniform8(0_u8..),
            decimal in proptest::bool::ANY,
        ) {
            let mut value = text.clone().into_bytes();
            value.push(b'*');
            value.extend(behind);
            let length = u32::try_from(text.len()).unwrap_or(0);
            let is_plain = !text.starts_with('-');
            let digits = number_digits(text.as_bytes(), decimal);
            prop_assert_eq!(
                Values(&value).is_number(0, length, decimal),
                is_plain && digits.is_some()
            );
        }
    }
}
