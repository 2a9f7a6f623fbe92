//! Money in whole cents.

use std::fmt;

/// An amount of United States dollars in exact cents; may be negative.
///
/// Sums saturate at the ends of `i64` (ninety-two quadrillion dollars), which no
/// X12 amount of 18 characters reaches unnoticed: [`Cents::parse`] refuses it first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash)]
pub struct Cents(pub i64);

impl Cents {
    /// No money.
    pub const ZERO: Cents = Cents(0);

    /// Reads an X12 decimal (`R`): an optional minus, digits, at most one point.
    ///
    /// `None` when it is not such a number, has more than two decimals that are
    /// not zero, or more than fifteen digits before the point.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Cents> {
        let (negative, digits) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, bytes),
        };
        let mut whole = 0_i64;
        let mut count = 0_u32;
        let mut index = 0;
        while let Some(&byte) = digits.get(index) {
            let value = byte.wrapping_sub(b'0');
            if value > 9 {
                break;
            }
            whole = whole.wrapping_mul(10).wrapping_add(i64::from(value));
            count += 1;
            index += 1;
        }
        let mut cents = 0_i64;
        let mut decimals = 0_u32;
        if digits.get(index) == Some(&b'.') {
            for &byte in &digits[index + 1..] {
                let value = byte.wrapping_sub(b'0');
                if value > 9 || (decimals >= 2 && value != 0) {
                    return None;
                }
                if decimals < 2 {
                    cents = cents * 10 + i64::from(value);
                }
                decimals += 1;
            }
            index = digits.len();
        }
        if index != digits.len() || count + decimals == 0 || count > 15 {
            return None;
        }
        if decimals == 1 {
            cents *= 10;
        }
        let total = whole * 100 + cents;
        Some(Cents(if negative { -total } else { total }))
    }

    /// The sum, held at the ends of the range.
    #[must_use]
    pub fn plus(self, other: Cents) -> Cents {
        Cents(self.0.saturating_add(other.0))
    }

    /// The difference, held at the ends of the range.
    #[must_use]
    pub fn minus(self, other: Cents) -> Cents {
        Cents(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Cents {
    fn sum<I: Iterator<Item = Cents>>(amounts: I) -> Cents {
        amounts.fold(Cents::ZERO, Cents::plus)
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", magnitude / 100, magnitude % 100)
    }
}

impl serde::Serialize for Cents {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly() {
        for (text, cents) in [
            ("100", 10_000),
            ("100.", 10_000),
            ("0.5", 50),
            (".05", 5),
            ("-12.34", -1_234),
            ("7.100", 710),
            ("999999999999999.99", 99_999_999_999_999_999),
        ] {
            assert_eq!(Cents::parse(text.as_bytes()), Some(Cents(cents)), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount_of_cents_is_refused() {
        for text in [
            "",
            "-",
            ".",
            "1.005",
            "1,000",
            "+5",
            "1e3",
            "12 ",
            "1.2.3",
            "1000000000000000",
        ] {
            assert_eq!(Cents::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn amounts_print_as_they_are_billed() {
        assert_eq!(Cents(-5).to_string(), "-0.05");
        assert_eq!(Cents(123_456).to_string(), "1234.56");
    }
}
