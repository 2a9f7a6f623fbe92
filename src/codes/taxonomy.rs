//! Provider taxonomy codes (PRV03): the NUCC list.
//!
//! Source and confidence: `data/taxonomy.tsv`.

use std::sync::LazyLock;

use super::table::{self, CodeMap};
use crate::value::Date;

const LIST: &str = include_str!("data/taxonomy.tsv");

/// Whom a taxonomy code describes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A person.
    Individual,
    /// A group of persons who bill as one.
    Group,
    /// An organization or facility.
    Organization,
}

static CODES: LazyLock<CodeMap<10, Kind>> = LazyLock::new(|| {
    let codes = table::rows(LIST).filter_map(|row| {
        let kind = match row.text(1) {
            "i" => Kind::Individual,
            "g" => Kind::Group,
            "o" => Kind::Organization,
            _ => return None,
        };
        Some((row.text(0).as_bytes().try_into().ok()?, kind))
    });
    CodeMap::new(codes.collect())
});

static LAST_DAY: LazyLock<Date> =
    LazyLock::new(|| table::date_setting(LIST, "last-day").unwrap_or(Date::MIN));

/// Whom the code describes; `None` for one that is not in the list, which after
/// [`last_day_covered`] may be a newer one and before it one taken back.
#[must_use]
pub fn kind(code: &[u8]) -> Option<Kind> {
    CODES.get(code.try_into().ok()?).copied()
}

/// Whether this has the form of a taxonomy code, as every code of the list does:
/// three digits, two letters or digits, four digits, and `X`.
#[must_use]
pub fn well_formed(code: &[u8]) -> bool {
    let Some((head, [b'X'])) = code.split_at_checked(9) else {
        return false;
    };
    head.iter().enumerate().all(|(place, byte)| {
        byte.is_ascii_digit() || (matches!(place, 3 | 4) && byte.is_ascii_uppercase())
    })
}

/// The last day the list is complete for: the day before version 26.0 (2025-12-31).
#[must_use]
pub fn last_day_covered() -> Date {
    *LAST_DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_list_is_read_and_well_formed() {
        assert_eq!(table::rows(LIST).count(), 883);
        assert_eq!(CODES.iter().count(), 883);
        assert!(CODES.iter().all(|(code, _)| well_formed(code)));
        assert_eq!(last_day_covered(), Date::new(2025, 12, 31).unwrap());
    }

    #[test]
    fn codes_have_their_kind() {
        assert_eq!(kind(b"225100000X"), Some(Kind::Individual));
        assert_eq!(kind(b"2251X0800X"), Some(Kind::Individual));
        assert_eq!(kind(b"225200000X"), Some(Kind::Individual));
        assert_eq!(kind(b"193200000X"), Some(Kind::Group));
        assert_eq!(kind(b"261QP2000X"), Some(Kind::Organization));
        assert_eq!(kind(b"225199999X"), None);
        assert_eq!(kind(b"22510000"), None);
    }

    #[test]
    fn form_is_told_from_knowledge() {
        assert!(well_formed(b"225199999X"));
        for code in [
            &b"225100000"[..],
            b"225100000x",
            b"225100000XX",
            b"22510000AX",
            b"A25100000X",
            b"",
        ] {
            assert!(!well_formed(code), "{}", String::from_utf8_lossy(code));
        }
    }
}
