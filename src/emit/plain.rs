//! Numbers, amounts and texts as bytes, the way every output prints them.

use crate::value::{Cents, Date};

/// Appends these texts, one behind the other.
#[inline]
pub fn put(out: &mut Vec<u8>, texts: &[&str]) {
    for text in texts {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Appends the digits of a number.
pub fn number(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0_u8; 20];
    let mut first = digits.len();
    let mut left = number;
    loop {
        first -= 1;
        digits[first] = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}

/// Appends an amount, such as `-12.05`.
pub fn amount(out: &mut Vec<u8>, amount: Cents) {
    if amount.0 < 0 {
        out.push(b'-');
    }
    let cents = amount.0.unsigned_abs();
    number(out, cents / 100);
    let [tens, ones] = [cents / 10 % 10, cents % 10];
    let digit = |value| b'0' + u8::try_from(value).unwrap_or(0);
    out.extend_from_slice(&[b'.', digit(tens), digit(ones)]);
}

/// Appends a day, such as `2026-03-05`.
pub fn day(out: &mut Vec<u8>, day: Date) {
    out.extend_from_slice(&day.iso());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_and_amounts_are_printed_as_they_are_displayed(value in any::<u64>(), shift in 0_u32..64) {
            let (value, mut out) = (value >> shift, Vec::new());
            number(&mut out, value);
            prop_assert_eq!(out, value.to_string().into_bytes());
            let (cents, mut out) = (Cents(value.cast_signed()), Vec::new());
            amount(&mut out, cents);
            prop_assert_eq!(out, cents.to_string().into_bytes());
        }
    }
}
