//! Provider taxonomy codes (PRV03): the NUCC list.
//!
//! Source and confidence: `data/taxonomy.tsv`.

use std::sync::LazyLock;

use super::table::{self, CodeMap};
use crate::value::Date;

const LIST: &str = include_str!("data/taxonomy.tsv");

static CODES: LazyLock<CodeMap<10, ()>> = LazyLock::new(|| {
    let codes = table::rows(LIST);
    let codes = codes.filter_map(|row| Some((row.text(0).as_bytes().try_into().ok()?, ())));
    CodeMap::new(codes.collect())
});

static LAST_DAY: LazyLock<Date> =
    LazyLock::new(|| table::date_setting(LIST, "last-day").unwrap_or(Date::MIN));

/// Whether the code is in the list. One that is not may be a newer one after
/// [`last_day_covered`], and before it one taken back.
#[must_use]
pub fn is_listed(code: &[u8]) -> bool {
    <&[u8; 10]>::try_from(code).is_ok_and(|code| CODES.get(code).is_some())
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
        assert!(CODES.iter().all(|(code, ())| well_formed(code)));
        assert_eq!(last_day_covered(), Date::new(2025, 12, 31).unwrap());
    }

    #[test]
    fn people_groups_and_organizations_are_listed() {
        for code in [
            b"225100000X",
            b"2251X0800X",
            b"225200000X",
            b"193200000X",
            b"261QP2000X",
        ] {
            assert!(is_listed(code), "{}", String::from_utf8_lossy(code));
        }
        assert!(!is_listed(b"225199999X"));
        assert!(!is_listed(b"22510000"));
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
