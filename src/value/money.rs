//! Money in whole cents.

use std::fmt;

/// An amount of United States dollars in exact cents, as one element states it; may be
/// negative. What amounts add up to is a [`CentsTotal`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash)]
pub struct Cents(pub i64);

impl Cents {
    /// No money.
    pub const ZERO: Cents = Cents(0);

    /// Reads an amount as it is billed: up to fifteen digits, and a point with one or two
    /// more if there are cents. `None` for anything else, whether an amount or not.
    #[inline]
    #[must_use]
    pub fn parse_billed(bytes: &[u8]) -> Option<Cents> {
        if !matches!(bytes.len(), 1..=15) {
            return None;
        }
        let (mut amount, mut point) = (0_i64, None);
        for (at, &byte) in bytes.iter().enumerate() {
            let value = byte.wrapping_sub(b'0');
            if value <= 9 {
                amount = amount * 10 + i64::from(value);
            } else if byte == b'.' && point.is_none() {
                point = Some(at);
            } else {
                return None;
            }
        }
        match point.map(|at| bytes.len() - at) {
            None => Some(Cents(amount * 100)),
            Some(2) if bytes.len() > 2 => Some(Cents(amount * 10)),
            Some(3) if bytes.len() > 3 => Some(Cents(amount)),
            _ => None,
        }
    }

    /// Reads the same at the start of eight bytes, the first lowest, where `len` of them belong
    /// to it: all digits at once. `None` also for what is longer.
    #[inline]
    #[must_use]
    pub fn read_billed(bytes: u64, len: usize) -> Option<Cents> {
        /// By the decimals: the bytes of the digits behind the point, a zero that comes before
        /// the others when they close up, and what the number counts in cents.
        const FORMS: [(u64, u64, u64); 4] = [
            (u64::MAX, 0, 100),
            (0xFF00_0000_0000_0000, 0x30, 10),
            (0xFFFF_0000_0000_0000, 0x30, 1),
            (u64::MAX, 0, 100),
        ];
        if !matches!(len, 1..=8) {
            return None;
        }
        // The last digit moves to the highest byte, and zeros stand before the first.
        let shift = 64 - 8 * len;
        let zeros = 0x3030_3030_3030_3030;
        let text = bytes << shift | zeros & ((1 << shift) - 1);
        // Whether there is a point, and where, cannot be foretold: no jump goes by it.
        let point = |byte: usize| usize::from(text >> (8 * byte) & 0xFF == u64::from(b'.'));
        let one = point(6) & usize::from(len > 2);
        let two = point(5) & usize::from(len > 3);
        let (behind, zero, cents) = FORMS[one | two << 1];
        let digits = (text & behind | text << 8 & !behind | zero) ^ zeros;
        if (digits | digits.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        // Two digits become one number, then two of those, then two of those.
        let pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
        let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
        let amount = (fours * 10_000 + (fours >> 32)) & 0xFFFF_FFFF;
        i64::try_from(amount * cents).ok().map(Cents)
    }

    /// Reads an X12 decimal (`R`): an optional minus, digits, at most one point. Blanks around
    /// it are a fault of their own, and leave it the same amount.
    ///
    /// `None` when it is not such a number, has more than two decimals that are
    /// not zero, or more than fifteen digits before the point.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Cents> {
        Cents::parse_billed(bytes).or_else(|| Cents::parse_any(bytes))
    }

    fn parse_any(bytes: &[u8]) -> Option<Cents> {
        let blank = |byte: &u8| *byte == b' ';
        let start = bytes.iter().take_while(|byte| blank(byte)).count();
        let end = bytes
            .iter()
            .rposition(|byte| !blank(byte))
            .map_or(0, |at| at + 1);
        let (negative, digits) = match bytes.get(start..end).unwrap_or_default() {
            [b'-', rest @ ..] => (true, rest),
            digits => (false, digits),
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
}

/// What amounts add up to, in exact cents.
///
/// An amount is below 10^17 cents ([`Cents::parse`] takes fifteen digits before the
/// point), and no file has as many amounts as `i128` holds of them: nothing saturates,
/// so that control totals agree only when they are the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash)]
pub struct CentsTotal(i128);

impl CentsTotal {
    /// No money.
    pub const ZERO: CentsTotal = CentsTotal(0);

    /// So many times an amount.
    #[must_use]
    pub fn times(count: i64, amount: Cents) -> CentsTotal {
        CentsTotal(i128::from(count) * i128::from(amount.0))
    }

    /// Reads a total as it is printed, its cents left out or not; `None` when it is none.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<CentsTotal> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let fits = part.len() <= 2 && whole.ends_with(|last: char| last.is_ascii_digit());
        let cents = fits.then(|| format!("{whole}{part:0<2}"))?;
        // A second sign or point is no digit.
        cents.parse().ok().map(CentsTotal)
    }

    /// The total as one amount, when it is that small.
    #[must_use]
    pub fn as_amount(self) -> Option<Cents> {
        i64::try_from(self.0).ok().map(Cents)
    }

    /// The sum.
    #[inline]
    #[must_use]
    pub fn plus(self, other: impl Into<CentsTotal>) -> CentsTotal {
        CentsTotal(self.0 + other.into().0)
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: impl Into<CentsTotal>) -> CentsTotal {
        CentsTotal(self.0 - other.into().0)
    }
}

impl From<Cents> for CentsTotal {
    fn from(amount: Cents) -> CentsTotal {
        CentsTotal(i128::from(amount.0))
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        CentsTotal::from(*self).fmt(f)
    }
}

impl fmt::Display for CentsTotal {
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

impl serde::Serialize for CentsTotal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_amount_is_read_at_once_as_digit_by_digit(
            text in prop_oneof!["[0-9]{1,8}", "[0-9]{0,5}\\.[0-9]{0,3}", "[0-9.a-]{0,8}"],
            behind in any::<[u8; 8]>(),
        ) {
            let mut bytes = text.as_bytes().to_vec();
            bytes.extend(behind);
            let word = u64::from_le_bytes(*bytes.first_chunk().unwrap());
            let (read, plain) =
                (Cents::read_billed(word, text.len()), Cents::parse_billed(text.as_bytes()));
            prop_assert_eq!(read, plain);
        }
    }

    #[test]
    fn decimals_are_read_exactly() {
        for (text, cents) in [
            ("100", 10_000),
            ("100.", 10_000),
            ("0.5", 50),
            (".05", 5),
            ("-12.34", -1_234),
            ("7.100", 710),
            (" 12 ", 1_200),
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
            " ",
            "1 2",
            "12\t",
            "1.2.3",
            "1000000000000000",
        ] {
            assert_eq!(Cents::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_is_read_as_billed_is_the_same_amount() {
        for text in [
            "0",
            "100",
            "0.5",
            "12.34",
            "000000000012.34",
            "123456789012345",
        ] {
            let billed = Cents::parse_billed(text.as_bytes());
            assert!(billed.is_some(), "{text}");
            assert_eq!(billed, Cents::parse_any(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "-1",
            ".5",
            "1.",
            ".05",
            "1.500",
            "1.2.3",
            "1234567890123456",
        ] {
            assert_eq!(Cents::parse_billed(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn totals_stay_exact_past_the_range_of_an_amount() {
        let most = Cents::parse(b"999999999999999.99").unwrap();
        let total = (0..1_000).fold(CentsTotal::ZERO, |total, _| total.plus(most));
        assert_eq!(total.to_string(), "999999999999999990.00");
        assert_ne!(total, total.plus(Cents(1)));
        assert_eq!(
            total.plus(Cents(1)).minus(most),
            CentsTotal::times(999, most).plus(Cents(1))
        );
        for total in [
            total,
            total.minus(Cents(95)),
            CentsTotal::ZERO.minus(Cents(5)),
        ] {
            assert_eq!(CentsTotal::parse(total.to_string().as_bytes()), Some(total));
        }
        assert_eq!(CentsTotal::parse(b"12"), Some(Cents(1_200).into()));
        for text in ["", "-", "1.234", "1.2.3", "--1", "1.-5", "x"] {
            assert_eq!(CentsTotal::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn amounts_print_as_they_are_billed() {
        assert_eq!(Cents(-5).to_string(), "-0.05");
        assert_eq!(Cents(123_456).to_string(), "1234.56");
    }
}
