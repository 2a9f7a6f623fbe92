//! Places of service (CLM05-1 and SV105): the CMS list for professional claims.
//!
//! Source and confidence of each code: `data/places.tsv`.

use std::sync::LazyLock;

use super::{Standing, table};
use crate::value::{Date, DateRange, PlaceOfService};

const LIST: &str = include_str!("data/places.tsv");

/// The days of each, by the number the two digits make.
static PLACES: LazyLock<[Option<DateRange>; 100]> = LazyLock::new(|| {
    let mut places = [None; 100];
    for row in table::rows(LIST) {
        let slot = PlaceOfService::parse(row.text(0).as_bytes())
            .and_then(slot)
            .and_then(|slot| places.get_mut(slot));
        // The list has no last days: a place of service was never taken back.
        if let Some(slot) = slot {
            *slot = table::days(row.text(1), "");
        }
    }
    places
});

static LAST_DAY: LazyLock<Date> =
    LazyLock::new(|| table::date_setting(LIST, "last-day").unwrap_or(Date::MIN));

/// The last day the list is complete for (2026-12-31); afterwards an unassigned code may
/// be a newer one.
#[must_use]
pub fn last_day_covered() -> Date {
    *LAST_DAY
}

fn slot(code: PlaceOfService) -> Option<usize> {
    let [tens, ones] = code.bytes().map(|byte| byte.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| usize::from(tens * 10 + ones))
}

/// The days of every place of the list.
pub(super) fn days() -> impl Iterator<Item = DateRange> {
    PLACES.iter().flatten().copied()
}

fn find(code: PlaceOfService) -> Option<DateRange> {
    PLACES.get(slot(code)?).copied().flatten()
}

/// Whether the code names a place on some day: others are unassigned.
#[must_use]
pub fn is_assigned(code: PlaceOfService) -> bool {
    find(code).is_some()
}

/// How the code stands on a day: 10 from 2022-01-01, 27 from 2023-10-01, 66 from
/// 2024-08-01. A code whose first day the list does not state is in force always.
#[must_use]
pub fn standing(code: PlaceOfService, date: Date) -> Standing {
    find(code).map_or(Standing::Unknown, |days| Standing::of(days, date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(code: &str, date: &str) -> Standing {
        let code = PlaceOfService::parse(code.as_bytes()).unwrap();
        standing(code, Date::parse_iso(date).unwrap())
    }

    #[test]
    fn every_row_of_the_list_is_read() {
        assert_eq!(PLACES.iter().flatten().count(), 52);
        assert_eq!(table::rows(LIST).count(), 52);
        assert_eq!(last_day_covered(), Date::new(2026, 12, 31).unwrap());
    }

    #[test]
    fn a_code_is_in_force_from_its_first_day() {
        for (code, before, first) in [
            ("02", "2016-12-31", "2017-01-01"),
            ("10", "2021-12-31", "2022-01-01"),
            ("19", "2015-12-31", "2016-01-01"),
            ("27", "2023-09-30", "2023-10-01"),
            ("66", "2024-07-31", "2024-08-01"),
        ] {
            let first_day = Date::parse_iso(first).unwrap();
            assert_eq!(on(code, before), Standing::NotYet(first_day), "{code}");
            assert_eq!(on(code, first), Standing::InForce, "{code}");
        }
    }

    #[test]
    fn a_code_without_a_stated_first_day_always_was() {
        assert_eq!(on("11", "1999-01-01"), Standing::InForce);
        assert_eq!(on("49", "2020-03-01"), Standing::InForce);
    }

    #[test]
    fn unassigned_codes_are_unknown() {
        for code in ["00", "28", "30", "63", "98", "1A", "AA"] {
            assert_eq!(on(code, "2024-01-01"), Standing::Unknown, "{code}");
        }
    }
}
