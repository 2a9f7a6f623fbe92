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

/// Values by codes of one width: a table of open addresses at most half full, so
/// that a look-up seldom compares twice.
pub(super) struct CodeMap<const WIDTH: usize, V> {
    slots: Vec<Option<([u8; WIDTH], V)>>,
}

impl<const WIDTH: usize, V> CodeMap<WIDTH, V> {
    /// A map of these entries; of two with one code the first is kept.
    pub(super) fn new(entries: Vec<([u8; WIDTH], V)>) -> CodeMap<WIDTH, V> {
        let size = (entries.len() * 2).next_power_of_two();
        let mut map = CodeMap {
            slots: std::iter::repeat_with(|| None).take(size).collect(),
        };
        for (code, value) in entries {
            let place = map.place(&code);
            if let Some(slot) = map.slots.get_mut(place) {
                slot.get_or_insert((code, value));
            }
        }
        map
    }

    /// The value of this code.
    pub(super) fn get(&self, code: &[u8; WIDTH]) -> Option<&V> {
        let (_, value) = self.slots.get(self.place(code))?.as_ref()?;
        Some(value)
    }

    /// Every entry, in no order that means anything.
    pub(super) fn iter(&self) -> impl Iterator<Item = &([u8; WIDTH], V)> {
        self.slots.iter().flatten()
    }

    /// The slot that holds the code, or the free one where it would go.
    fn place(&self, code: &[u8; WIDTH]) -> usize {
        let last = self.slots.len() - 1;
        let mut place = hash(code) & last;
        while let Some(Some((known, _))) = self.slots.get(place)
            && known != code
        {
            place = (place + 1) & last;
        }
        place
    }
}

/// Spreads codes, which differ in few bits, over all of a word's.
fn hash<const WIDTH: usize>(code: &[u8; WIDTH]) -> usize {
    let mut word = 0_u64;
    for chunk in code.chunks(8) {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        word = (word ^ u64::from_le_bytes(bytes)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        word ^= word >> 32;
    }
    usize::try_from(word & 0xFFFF_FFFF).unwrap_or(0)
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

    #[test]
    fn a_code_map_finds_what_was_put_in() {
        let codes = (0..1000_u32).map(|number| (number.to_be_bytes(), number));
        let map = CodeMap::new(codes.collect());
        for number in 0..1000_u32 {
            assert_eq!(map.get(&number.to_be_bytes()), Some(&number));
        }
        assert_eq!(map.get(&1000_u32.to_be_bytes()), None);
        assert_eq!(CodeMap::<4, u8>::new(Vec::new()).get(b"none"), None);
        let twice = CodeMap::new(vec![(*b"a", 1), (*b"a", 2)]);
        assert_eq!(twice.get(b"a"), Some(&1));
    }
}
