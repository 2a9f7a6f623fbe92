//! Reading what several rules ask of a claim, once, when its segments are gathered.
//!
//! Each segment is looked at once, and everything that is asked of it is read side by side.
//! Values that nearly always have one form (`11:B:1`, `HC:97110:GP`, `85.50`) are read in
//! that form first; whole service lines too, see [`super::quick`].

use super::lines::Line;
use super::parts::{BillingParts, ClaimParts, PatientParts, Person, SubscriberParts};
use super::text::{Span, Text};
use super::validate::range;
use crate::value::{Cents, Date, DateRange, Modifier, ModifierSet, PlaceOfService, Procedure};
use crate::x12::{Components, Delimiters, Elements};

impl BillingParts {
    /// Reads the NPI, taxonomy and state, once the level's segments are gathered.
    pub fn read(&mut self, text: &Text<'_>) {
        self.npi = text.span(self.name, 9);
        self.taxonomy_code = text.span(self.taxonomy, 3);
        self.state = text.element(self.city, 2).try_into().unwrap_or_default();
    }
}

impl SubscriberParts {
    /// Reads rank, filing indicator, payer, member and person, once the level's segments are
    /// gathered.
    pub fn read(&mut self, text: &Text<'_>) {
        if let Some(sbr) = text.get(self.sbr) {
            let sbr = sbr.elements();
            self.is_primary = sbr.at(1) == b"P" && sbr.at(5).is_empty();
            self.is_patient = sbr.at(2) == b"18";
            self.filing = sbr.at(9).try_into().unwrap_or_default();
        }
        self.payer_id = text.span(self.payer, 9);
        let name = text.get(self.name).map(|name| name.elements());
        self.member = name.map_or(Span::default(), |name| Span::of(&name, 9));
        self.person = Person::read(text, name, self.demographics, self.pat);
    }
}

impl PatientParts {
    /// Reads the person, once the level's segments are gathered.
    pub fn read(&mut self, text: &Text<'_>) {
        let name = text.get(self.name).map(|name| name.elements());
        self.person = Person::read(text, name, self.demographics, self.pat);
    }
}

impl Person {
    fn read(
        text: &Text<'_>,
        name: Option<Elements<'_>>,
        demographics: Option<u32>,
        pat: Option<u32>,
    ) -> Person {
        let mut person = Person::default();
        if let Some(name) = name {
            person.last = Span::of(&name, 3);
            person.first = Span::of(&name, 4);
        }
        if let Some(demographics) = text.get(demographics) {
            let demographics = demographics.elements();
            person.born = Span::of(&demographics, 2);
            person.birth = Date::parse_d8(demographics.at(2));
        }
        person.death = text.get(pat).and_then(|pat| Date::parse_d8(pat.element(6)));
        person
    }
}

impl ClaimParts {
    /// Reads what several rules ask of the claim, once its segments are gathered.
    pub fn read(&mut self, text: &Text<'_>) {
        let clm = text.segment(self.clm).elements();
        let (place, frequency) = setting(clm.at(5), text.delimiters);
        (self.charge, self.charge_billed) = amount(clm.at(2));
        self.original = matches!(frequency, b"" | b"1");
        self.cause = !clm.at(11).is_empty();
        let place = PlaceOfService::parse(place);
        self.service = None;
        self.nested = false;
        for line in self.lines.iter_mut() {
            line.read(text, place);
            self.nested |= !(line.providers.is_empty() && line.adjudications.is_empty());
            if let Some(dates) = line.dates {
                self.service = Some(self.service.map_or(dates, |all| DateRange {
                    from: all.from.min(dates.from),
                    through: all.through.max(dates.through),
                }));
            }
        }
    }
}

/// An amount, and whether it is written as amounts are billed.
#[inline]
fn amount(value: &[u8]) -> (Option<Cents>, bool) {
    match Cents::parse_billed(value) {
        Some(billed) => (Some(billed), true),
        None => (Cents::parse(value), false),
    }
}

/// The first and the third component of CLM05, nearly always of the form `11:B:1`.
#[inline]
pub(super) fn setting(composite: &[u8], delimiters: Delimiters) -> (&[u8], &[u8]) {
    let mark = delimiters.component;
    if let &[one, two, first, qualifier, second, frequency] = composite
        && [first, second] == [mark; 2]
        && ![one, two, qualifier, frequency].contains(&mark)
    {
        return (&composite[..2], &composite[5..]);
    }
    let mut parts = Components::of(composite, delimiters);
    let place = parts.next().unwrap_or_default();
    (place, parts.nth(1).unwrap_or_default())
}

/// Whether it is this number, in one or two digits.
#[inline]
fn is_number(digits: &[u8], number: u32) -> bool {
    let value = |digit: u8| u32::from(digit.wrapping_sub(b'0'));
    match *digits {
        [one @ b'1'..=b'9'] => value(one) == number,
        [ten @ b'1'..=b'9', one @ b'0'..=b'9'] => value(ten) * 10 + value(one) == number,
        _ => false,
    }
}

/// Units (SV103 and SV104) from 1 to 999, whatever zeros stand before them and behind the point.
#[inline(never)]
pub(super) fn units(measure: &[u8], decimal: &[u8]) -> Option<u16> {
    if measure != b"UN" {
        return None;
    }
    let mut parts = decimal.splitn(2, |&byte| byte == b'.');
    let whole = parts.next()?;
    if parts
        .next()
        .is_some_and(|behind| behind.iter().any(|&byte| byte != b'0'))
    {
        return None;
    }
    let mut units = 0_u16;
    for &byte in whole {
        let digit = byte.is_ascii_digit().then(|| u16::from(byte - b'0'))?;
        units = units.checked_mul(10)?.checked_add(digit)?;
    }
    (1..=999).contains(&units).then_some(units)
}

/// The bits of diagnosis pointers (SV107) of one digit, no two the same, as in `1:2`.
#[inline]
pub(super) fn pointers(composite: &[u8], mark: u8) -> u16 {
    let bit = |byte: u8| match byte {
        b'1'..=b'9' => 1_u16 << (byte - b'0'),
        _ => 0,
    };
    let [first, rest @ ..] = composite else {
        return 0;
    };
    let (pairs, odd) = rest.as_chunks::<2>();
    let mut seen = bit(*first);
    if seen == 0 || !odd.is_empty() || pairs.len() > 3 {
        return 0;
    }
    for &[before, pointer] in pairs {
        let own = bit(pointer);
        if before != mark || own == 0 || seen & own != 0 {
            return 0;
        }
        seen |= own;
    }
    seen
}

impl Line {
    /// Reads the typed values of the line.
    fn read(&mut self, text: &Text<'_>, claim_place: Option<PlaceOfService>) {
        self.numbered = is_number(text.segment(self.lx).element(1), self.number);
        self.place = claim_place;
        self.place_on_line = false;
        match text.get(self.sv1) {
            Some(sv1) => {
                let sv1 = sv1.elements();
                if self.read_quickly(&sv1, text.delimiters.component).is_none() {
                    self.read_service(&sv1, text.delimiters);
                }
            }
            None => self.read_no_service(),
        }
        self.dates = None;
        self.day = Span::default();
        if let Some(date) = text.get(self.date) {
            let date = date.elements();
            if self.read_day(&date).is_none() {
                self.read_dates(&date);
            }
        }
    }

    /// Reads SV1 of any form.
    #[inline(never)]
    pub(super) fn read_service(&mut self, sv1: &Elements<'_>, delimiters: Delimiters) {
        self.plain = self.read_plain(sv1.at(1), delimiters);
        if !self.plain {
            self.read_any(sv1.at(1), delimiters);
        }
        (self.charge, self.charge_billed) = amount(sv1.at(2));
        let place = sv1.at(5);
        if !place.is_empty() {
            self.place_on_line = true;
            self.place = PlaceOfService::parse(place);
        }
        self.units = units(sv1.at(3), sv1.at(4));
        self.pointers = pointers(sv1.at(7), delimiters.component);
        self.measure = [Span::of(sv1, 3), Span::of(sv1, 4)];
    }

    /// What a line says that has no SV1.
    #[cold]
    fn read_no_service(&mut self) {
        self.procedure = None;
        self.modifiers = ModifierSet::default();
        self.plain = false;
        (self.charge, self.charge_billed) = (None, false);
        self.units = None;
        self.pointers = 0;
        self.measure = [Span::default(); 2];
    }

    /// Reads SV101 of the form `HC:97110:GP:KX`; whether it has that form.
    #[inline]
    fn read_plain(&mut self, composite: &[u8], delimiters: Delimiters) -> bool {
        let mark = delimiters.component;
        let Some(([b'H', b'C', first, code @ ..], modifiers)) = composite.split_first_chunk::<8>()
        else {
            return false;
        };
        self.procedure = Procedure::parse(code);
        let read = ModifierSet::read(modifiers, mark);
        self.modifiers = read.unwrap_or_default();
        *first == mark && self.procedure.is_some() && read.is_some()
    }

    /// Reads SV101 of any form.
    #[cold]
    fn read_any(&mut self, composite: &[u8], delimiters: Delimiters) {
        let mut parts = Components::of(composite, delimiters);
        let qualifier = parts.next().unwrap_or(&[]);
        let code = parts.next().unwrap_or(&[]);
        self.procedure = Procedure::parse(code).filter(|_| qualifier == b"HC");
        self.modifiers = ModifierSet::default();
        for modifier in parts.take(4).filter_map(Modifier::parse) {
            self.modifiers.push(modifier);
        }
    }

    /// Reads DTP*472 of any form.
    #[inline(never)]
    pub(super) fn read_dates(&mut self, date: &Elements<'_>) {
        let value = date.at(3);
        self.dates = match date.at(2) {
            b"D8" => Date::parse_d8(value).map(|day| DateRange {
                from: day,
                through: day,
            }),
            b"RD8" => range(value).map(|(from, through)| DateRange { from, through }),
            _ => None,
        };
        self.day = Span::of(date, 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_or_two_digits() {
        for number in 1..=99 {
            assert!(is_number(number.to_string().as_bytes(), number));
            assert!(!is_number((number + 1).to_string().as_bytes(), number));
        }
        for digits in ["", "01", "1 ", "0", "001", "+1", "1a"] {
            assert!(!is_number(digits.as_bytes(), 1), "{digits}");
        }
    }

    #[test]
    fn units_are_up_to_999_and_not_none() {
        for (decimal, number) in [
            ("2", 2),
            ("015", 15),
            ("00015", 15),
            ("0000000999", 999),
            ("5.", 5),
            ("5.0", 5),
            ("0005.000", 5),
        ] {
            assert_eq!(units(b"UN", decimal.as_bytes()), Some(number), "{decimal}");
        }
        assert_eq!(units(b"MJ", b"2"), None);
        for digits in [
            "", "0", "000", "00000", ".", ".0", "0.0", "1.5", "0001.5", "1.0.0", "1.0x", "-1",
            "1000", "99999999", "a",
        ] {
            assert_eq!(units(b"UN", digits.as_bytes()), None, "{digits}");
        }
    }

    #[test]
    fn pointers_are_single_digits_and_differ() {
        assert_eq!(pointers(b"1", b':'), 0b10);
        assert_eq!(pointers(b"2:1", b':'), 0b110);
        assert_eq!(pointers(b"1:2:3:9", b':'), 0b10_0000_1110);
        for text in [
            "",
            "0",
            "1:1",
            "1:",
            ":1",
            "1;2",
            "12",
            "1:2:",
            "1:2:3:4:5",
            "a",
            "1:a",
            "1:10",
        ] {
            assert_eq!(pointers(text.as_bytes(), b':'), 0, "{text}");
        }
    }
}
