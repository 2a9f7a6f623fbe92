//! Service lines as nearly all are written, read eight bytes at a time.
//!
//! `SV1*HC:97110:GP*85.5*UN*2***1:2~` and `DTP*472*D8*20260302~`: where the separators stand
//! is known, so each value is taken from the bytes with one load, and looked at as a number.
//! A segment that is written otherwise is left to whoever reads any; see [`super::read`].

use super::lines::Line;
use super::read::{pointers, units};
use super::text::Span;
use crate::value::{Cents, Date, DateRange, ModifierSet, PlaceOfService, Procedure};
use crate::x12::Elements;

/// A segment is looked at so far, a power of two.
const SHORT: usize = 64;
/// As many bytes are there from its first separator on, so that one may load behind it.
const ROOM: usize = SHORT + 32;

impl Line {
    /// Reads SV1, if it is written so.
    #[inline]
    pub(super) fn read_quickly(&mut self, sv1: &Elements<'_>, mark: u8) -> Option<()> {
        let (bytes, edges) = sv1.parts(7)?;
        let start = edges[0];
        let window: &[u8; ROOM] = bytes.get(start as usize..)?.first_chunk()?;
        if edges[7].wrapping_sub(start) as usize >= SHORT {
            return None;
        }
        let at = |place: usize| edges[place].wrapping_sub(start) as usize % SHORT;
        let len = |place: usize| at(place).wrapping_sub(at(place - 1) + 1);
        let eight = |place: usize| {
            let eight = window[place..].first_chunk();
            eight.map_or(0, |eight| u64::from_le_bytes(*eight))
        };

        let [_, b'H', b'C', first, code @ ..] = window.first_chunk::<9>()? else {
            return None;
        };
        let procedure = Procedure::parse(code);
        let modifiers = window[9..].first_chunk::<12>()?;
        let modifiers = ModifierSet::read_first(modifiers, len(1).wrapping_sub(8), mark)?;
        let charge = Cents::read_billed(eight(at(1) + 1), len(2))?;
        if *first != mark || procedure.is_none() {
            return None;
        }
        self.procedure = procedure;
        self.modifiers = modifiers;
        self.plain = true;
        self.charge = Some(charge);
        self.charge_billed = true;
        // `*UN*` and the digits behind it.
        let measured = eight(at(2));
        let counts = len(3) == 2 && measured >> 8 & 0xFFFF == u64::from(u16::from_le_bytes(*b"UN"));
        let few = counts && len(4) <= 3;
        self.units = match digits(measured >> 32, len(4)).filter(|_| few) {
            Some(number) => Some(number).filter(|&number| number > 0),
            None => units(sv1.at(3), sv1.at(4)),
        };
        if len(5) > 0 {
            self.place_on_line = true;
            self.place = PlaceOfService::parse(&window[at(4) + 1..at(5)]);
        }
        self.pointers = pointers(window.get(at(6) + 1..at(7))?, mark);
        self.measure = [Span::of(sv1, 3), Span::of(sv1, 4)];
        Some(())
    }

    /// Reads DTP*472 of one day.
    #[inline]
    pub(super) fn read_day(&mut self, date: &Elements<'_>) -> Option<()> {
        let (bytes, edges) = date.parts(3)?;
        let [_, before, after, end, ..] = *edges;
        let window: &[u8; 12] = bytes.get(before as usize..)?.first_chunk()?;
        let [_, b'D', b'8', _, day @ ..] = window else {
            return None;
        };
        if after != before + 3 || end != after + 9 {
            return None;
        }
        let day = Date::parse_d8(day)?;
        self.dates = Some(DateRange {
            from: day,
            through: day,
        });
        self.day = Span {
            start: after + 1,
            len: 8,
        };
        Some(())
    }
}

/// The number of up to three digits at the start of these bytes, the first lowest.
#[inline]
fn digits(bytes: u64, len: usize) -> Option<u16> {
    let mut number = 0;
    for place in 0..len.min(3) {
        let digit = (bytes >> (8 * place) & 0xFF).wrapping_sub(u64::from(b'0'));
        if digit > 9 {
            return None;
        }
        number = number * 10 + digit;
    }
    u16::try_from(number).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that stops there has failed
mod tests {
    use super::*;
    use crate::x12::{Delimiters, Tokens};
    use proptest::prelude::*;

    const DELIMITERS: Delimiters = Delimiters::USUAL;

    proptest! {
        #[test]
        fn a_line_is_read_quickly_as_it_is_read_in_full(
            code in "(HC|ER)(:|;)[A-Z0-9a]{4,6}(:[A-Z0-9]{2}|:[a-z]|:){0,5}",
            charge in "(-?[0-9]{0,9}(\\.[0-9]{0,3})?)",
            measure in "(UN|MJ|U|UNN|)\\*(0{0,5}[0-9]{0,5}(\\.0{0,2})?|0{0,2}1\\.5|x)",
            place in "([0-9A-Z]{2}|1|)",
            pointers in "(1|1:2|[0-9]:[0-9]:[0-9]|12|)",
            more in "(\\*\\*Y)?",
            days in "(\\*D8\\*202[0-9]{5}|\\*RD8\\*20260101-20260203|\\*D8|\\*D8\\*2026010)",
            behind in 0_usize..120,
        ) {
            let line = format!("SV1*{code}*{charge}*{measure}*{place}**{pointers}{more}~DTP*472{days}~");
            let bytes = format!("{line}{}", "REF*6R*1~".repeat(behind / 9));
            let mut tokens = Tokens::default();
            tokens.fill(bytes.as_bytes(), DELIMITERS);
            let [sv1, date] = [0, 1].map(|index| tokens.segment(bytes.as_bytes(), index).elements());
            let (mut quick, mut full) = (Line::default(), Line::default());
            if quick.read_quickly(&sv1, b':').is_some() {
                full.read_service(&sv1, DELIMITERS);
            }
            if quick.read_day(&date).is_some() {
                full.read_dates(&date);
            }
            prop_assert_eq!(format!("{quick:?}"), format!("{full:?}"));
        }
    }

    #[test]
    fn a_usual_line_is_read_quickly() {
        let bytes = format!(
            "SV1*HC:97110:GP:59*85.5*UN*2***1:2~DTP*472*D8*20260302~{}",
            "REF*6R*1~".repeat(12)
        );
        let mut tokens = Tokens::default();
        tokens.fill(bytes.as_bytes(), DELIMITERS);
        let [sv1, date] = [0, 1].map(|index| tokens.segment(bytes.as_bytes(), index).elements());
        let mut line = Line::default();
        line.read_quickly(&sv1, b':').unwrap();
        line.read_day(&date).unwrap();
        assert_eq!(line.charge, Some(Cents(8_550)));
        assert_eq!((line.units, line.pointers), (Some(2), 0b110));
        assert!(line.modifiers.has(b"GP") && line.modifiers.has(b"59"));
        assert_eq!(line.from(), Date::new(2026, 3, 2));
    }
}
