//! Procedure modifiers: HCPCS Level II and CPT.
//!
//! Source and confidence of each code: `data/modifiers.tsv`.

use std::sync::LazyLock;

use super::{Standing, table};
use crate::value::{Confidence, Date, DateRange, Modifier};

const LIST: &str = include_str!("data/modifiers.tsv");

/// By [`Modifier::index`].
static MODIFIERS: LazyLock<Vec<Option<(DateRange, Confidence)>>> = LazyLock::new(|| {
    let mut modifiers = vec![None; 36 * 36];
    for row in table::rows(LIST) {
        if let Some(modifier) = Modifier::parse(row.text(0).as_bytes())
            && let Some(slot) = modifiers.get_mut(modifier.index())
        {
            *slot = row.days(1).zip(Confidence::parse(row.text(3)));
        }
    }
    modifiers
});

static COVERED: LazyLock<DateRange> = LazyLock::new(|| DateRange {
    from: table::date_setting(LIST, "first-day").unwrap_or(Date::MAX),
    through: table::date_setting(LIST, "last-day").unwrap_or(Date::MIN),
});

/// The days of every modifier of the list.
pub(super) fn days() -> impl Iterator<Item = DateRange> {
    MODIFIERS.iter().flatten().map(|(days, _)| *days)
}

/// How the modifier stands on a day.
///
/// [`Standing::Ended`] rests on a last day that a CMS file shows; a code that only
/// probably ended stays in force. [`Standing::Unknown`] after
/// [`last_day_covered`] may be a newer code, and so may be, before
/// [`first_day_covered`], one that ended long ago. Ambulance origin-destination
/// pairs are unknown here: see [`is_ambulance_pair`].
#[must_use]
pub fn standing(modifier: Modifier, date: Date) -> Standing {
    match MODIFIERS.get(modifier.index()) {
        Some(Some((days, _))) => Standing::of(*days, date),
        _ => Standing::Unknown,
    }
}

/// How well the modifier's days are known; `None` when it is none of the list.
#[must_use]
pub fn confidence(modifier: Modifier) -> Option<Confidence> {
    let (_, confidence) = (*MODIFIERS.get(modifier.index())?)?;
    Some(confidence)
}

/// The first day the list is complete for (2019-01-01).
#[must_use]
pub fn first_day_covered() -> Date {
    COVERED.from
}

/// The last day the list is complete for: the end of the quarter of its newest
/// CMS file (2025-12-31).
#[must_use]
pub fn last_day_covered() -> Date {
    COVERED.through
}

/// Whether the two letters are an ambulance trip: where from, where to, each one
/// of `D E G H I J N P R S X`. Several such pairs, as `GP`, are modifiers too.
#[must_use]
pub fn is_ambulance_pair(modifier: Modifier) -> bool {
    modifier
        .bytes()
        .iter()
        .all(|letter| b"DEGHIJNPRSX".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Modifier {
        Modifier::parse(text.as_bytes()).unwrap()
    }

    fn day(text: &str) -> Date {
        Date::parse_iso(text).unwrap()
    }

    fn on(modifier: &str, date: &str) -> Standing {
        standing(code(modifier), day(date))
    }

    #[test]
    fn every_row_of_the_list_is_read() {
        assert_eq!(table::rows(LIST).count(), 426);
        assert_eq!(MODIFIERS.iter().flatten().count(), 426);
        assert_eq!(first_day_covered(), day("2019-01-01"));
        assert_eq!(last_day_covered(), day("2025-12-31"));
    }

    #[test]
    fn modifiers_have_first_and_last_days() {
        assert_eq!(on("93", "2021-12-31"), Standing::NotYet(day("2022-01-01")));
        assert_eq!(on("93", "2022-01-01"), Standing::InForce);
        assert_eq!(on("95", "2017-01-01"), Standing::InForce);
        assert_eq!(on("GD", "2019-12-31"), Standing::InForce);
        assert_eq!(on("GD", "2020-01-01"), Standing::Ended(day("2019-12-31")));
        assert_eq!(on("59", "2010-01-01"), Standing::InForce);
    }

    #[test]
    fn a_probable_end_is_not_an_end() {
        for modifier in ["JG", "MA", "MB", "MC", "MD", "ME", "MF", "MG", "MH", "QQ"] {
            assert_eq!(on(modifier, "2026-06-01"), Standing::InForce, "{modifier}");
        }
    }

    #[test]
    fn therapy_and_telehealth_modifiers_are_known() {
        for modifier in [
            "GP", "GO", "GN", "CQ", "CO", "KX", "95", "93", "GT", "GQ", "FQ", "FR", "G0", "59",
            "XE", "XP", "XS", "XU",
        ] {
            assert_eq!(on(modifier, "2024-06-01"), Standing::InForce, "{modifier}");
        }
        assert_eq!(on("00", "2024-06-01"), Standing::Unknown);
        assert_eq!(on("ZZ", "2024-06-01"), Standing::Unknown);
    }

    #[test]
    fn ambulance_pairs_are_their_own_kind() {
        assert!(is_ambulance_pair(code("RH")));
        assert_eq!(on("RH", "2024-06-01"), Standing::Unknown);
        assert!(is_ambulance_pair(code("GP")));
        assert!(!is_ambulance_pair(code("QM")));
        assert!(!is_ambulance_pair(code("95")));
    }
}
