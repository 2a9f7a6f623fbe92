//! Calendar dates, from 1 January 1800 to 31 December 2199.

use std::fmt;

/// A real day of the Gregorian calendar, kept as the number `CCYYMMDD`, so that
/// order and equality are those of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u32);

impl Date {
    /// The last day this program can speak of; stands for "no end" in tables.
    pub const MAX: Date = Date(21_991_231);
    /// The first day this program can speak of.
    pub const MIN: Date = Date(18_000_101);

    /// The day `year-month-day`, when the calendar has it.
    #[must_use]
    pub fn new(year: u32, month: u32, day: u32) -> Option<Date> {
        if !(1800..=2199).contains(&year) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        Some(Date(year * 10_000 + month * 100 + day))
    }

    /// Reads the eight digits `CCYYMMDD` (X12 date format `D8`).
    #[must_use]
    pub fn parse_d8(bytes: &[u8]) -> Option<Date> {
        // All eight bytes at once: less '0' none may be below 0 or above 9, which sets
        // a high bit in one of the two.
        let raw = u64::from_be_bytes(bytes.try_into().ok()?);
        let digits = raw.wrapping_sub(0x3030_3030_3030_3030);
        if (digits | digits.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        // Tens times ten plus ones, in each pair of bytes: century, year, month, day.
        let pairs = (digits >> 8 & 0x000F_000F_000F_000F) * 10 + (digits & 0x000F_000F_000F_000F);
        let [_, century, _, year, _, month, _, day] = pairs.to_be_bytes();
        let (month, day) = (u32::from(month), u32::from(day));
        let year = u32::from(century) * 100 + u32::from(year);
        if (1..=28).contains(&day) && (1..=12).contains(&month) && (1800..=2199).contains(&year) {
            return Some(Date(year * 10_000 + month * 100 + day));
        }
        Date::new(year, month, day)
    }

    /// Reads `YYYY-MM-DD`, the form of command lines and policy files.
    #[must_use]
    pub fn parse_iso(text: &str) -> Option<Date> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let digits = [
            bytes[0], bytes[1], bytes[2], bytes[3], bytes[5], bytes[6], bytes[8], bytes[9],
        ];
        Date::parse_d8(&digits)
    }

    /// The day of the machine's clock, in UTC.
    #[must_use]
    pub fn today() -> Date {
        let seconds = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs());
        let days = i64::try_from(seconds / 86_400).unwrap_or(0);
        Date::from_days(days)
    }

    /// The date as the number `CCYYMMDD`.
    #[inline]
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// Year of the date.
    #[must_use]
    pub fn year(self) -> u32 {
        self.0 / 10_000
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.0 / 100 % 100
    }

    /// Day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u32 {
        self.0 % 100
    }

    /// Days since 1970-01-01 (negative before).
    #[must_use]
    pub fn days(self) -> i64 {
        let (year, month, day) = (
            i64::from(self.year()),
            i64::from(self.month()),
            i64::from(self.day()),
        );
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The date `days` after 1970-01-01, held inside [`Date::MIN`]..=[`Date::MAX`].
    #[must_use]
    pub fn from_days(days: i64) -> Date {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_part = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_part + 2) / 5 + 1;
        let month = if month_part < 10 {
            month_part + 3
        } else {
            month_part - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let part = |number: i64| u32::try_from(number).unwrap_or(0);
        Date::new(part(year), part(month), part(day)).unwrap_or(if days < 0 {
            Date::MIN
        } else {
            Date::MAX
        })
    }

    /// The date so many days later (or earlier, when negative).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Date {
        Date::from_days(self.days() + days)
    }

    /// The same day a year later; 29 February becomes 28 February.
    #[must_use]
    pub fn plus_one_year(self) -> Date {
        Date::new(self.year() + 1, self.month(), self.day())
            .or_else(|| Date::new(self.year() + 1, 2, 28))
            .unwrap_or(Date::MAX)
    }
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400) => {
            29
        }
        2 => 28,
        _ => 0,
    }
}

impl Date {
    /// `YYYY-MM-DD`, as every output prints a day.
    #[must_use]
    pub fn iso(self) -> [u8; 10] {
        let mut iso = *b"0000-00-00";
        let mut left = self.0;
        for place in [9, 8, 6, 5, 3, 2, 1, 0] {
            iso[place] += u8::try_from(left % 10).unwrap_or(0);
            left /= 10;
        }
        iso
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.iso()).unwrap_or_default())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A stretch of days, both ends inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DateRange {
    /// First day.
    pub from: Date,
    /// Last day, inclusive.
    pub through: Date,
}

impl DateRange {
    /// The days around this one among which none but the first is one of these, which are
    /// in order.
    #[must_use]
    pub fn between(turns: &[Date], date: Date) -> DateRange {
        let next = turns.partition_point(|&turn| turn <= date);
        DateRange {
            from: turns[..next].last().copied().unwrap_or(Date::MIN),
            through: turns.get(next).map_or(Date::MAX, |turn| turn.plus_days(-1)),
        }
    }

    /// Whether the day lies inside.
    #[inline]
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        self.from <= date && date <= self.through
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        assert!(Date::parse_d8(b"20240229").is_some());
        assert!(Date::parse_d8(b"20230229").is_none());
        assert!(Date::parse_d8(b"20231301").is_none());
        assert!(Date::parse_d8(b"2023010").is_none());
        assert!(Date::parse_d8(b"2023O101").is_none());
    }

    #[test]
    fn day_numbers_and_dates_are_each_others_inverse() {
        assert_eq!(Date::parse_iso("1970-01-01").map(Date::days), Some(0));
        for days in (-60_000..80_000).step_by(17) {
            assert_eq!(Date::from_days(days).days(), days);
        }
    }

    #[test]
    fn days_between_turns_hold_the_day_and_no_other_turn() {
        let day = |text| Date::parse_iso(text).unwrap();
        let turns = [day("2024-01-01"), day("2024-03-01")];
        for (at, from, through) in [
            (day("2023-12-31"), Date::MIN, day("2023-12-31")),
            (day("2024-01-01"), turns[0], day("2024-02-29")),
            (day("2024-02-29"), turns[0], day("2024-02-29")),
            (day("2024-03-01"), turns[1], Date::MAX),
        ] {
            assert_eq!(DateRange::between(&turns, at), DateRange { from, through });
        }
    }

    #[test]
    fn a_year_after_a_leap_day_is_the_28th() {
        let leap = Date::parse_iso("2024-02-29").unwrap();
        assert_eq!(leap.plus_one_year().to_string(), "2025-02-28");
    }
}
