//! The text form of the lists in `data/`: one row a line, columns parted by tabs.
//!
//! Lines that open with `#` are for the reader; `#! name<TAB>value` is a setting
//! of the whole list. The files are part of the program, so a row that cannot be
//! read is left out rather than reported: each list's tests count its rows.

use crate::value::{Date, DateRange};

/// One row of a list.
pub(super) struct Row<'t>(&'t str);

impl<'t> Row<'t> {
    /// The text of a column, empty when the row is shorter.
    pub(super) fn text(&self, column: usize) -> &'t str {
        self.0.split('\t').nth(column).unwrap_or("")
    }

    /// The days from one column's date through the next one's; an empty column
    /// leaves that end open. `None` when a date cannot be read.
    pub(super) fn days(&self, column: usize) -> Option<DateRange> {
        days(self.text(column), self.text(column + 1))
    }
}

/// The days between two dates, `YYYY-MM-DD` or empty for an open end.
pub(super) fn days(from: &str, through: &str) -> Option<DateRange> {
    let end = |text: &str, open| match text {
        "" => Some(open),
        _ => Date::parse_iso(text),
    };
    let days = DateRange {
        from: end(from, Date::MIN)?,
        through: end(through, Date::MAX)?,
    };
    (days.from <= days.through).then_some(days)
}

/// The rows of a list in their order.
pub(super) fn rows(list: &str) -> impl Iterator<Item = Row<'_>> {
    list.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(Row)
}

/// The date a list states under this name in its head.
pub(super) fn date_setting(list: &str, name: &str) -> Option<Date> {
    list.lines()
        .take_while(|line| line.starts_with('#'))
        .filter_map(|line| line.strip_prefix("#! ")?.split_once('\t'))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| Date::parse_iso(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# a list\n#! last-day\t2025-12-31\nA\t2020-01-01\t\nB\n";

    #[test]
    fn a_list_has_settings_and_rows() {
        assert_eq!(date_setting(LIST, "last-day"), Date::new(2025, 12, 31));
        assert_eq!(date_setting(LIST, "first-day"), None);
        let codes: Vec<_> = rows(LIST).map(|row| row.text(0)).collect();
        assert_eq!(codes, ["A", "B"]);
    }

    #[test]
    fn an_empty_date_is_an_open_end() {
        let open = rows(LIST).last().and_then(|row| row.days(1)).unwrap();
        assert_eq!((open.from, open.through), (Date::MIN, Date::MAX));
        assert!(days("2020-01-02", "2020-01-01").is_none());
        assert!(days("soon", "").is_none());
    }
}
