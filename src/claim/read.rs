//! Reading what several rules ask of a claim, once, when its segments are gathered.
//!
//! Values that nearly always have one form (`11:B:1`, `HC:97110:GP`, `85.50`) are read in
//! that form first.

use super::text::Text;
use super::validate::range;
use super::view::{ClaimParts, Line};
use crate::value::{Cents, Date, DateRange, Modifier, ModifierSet, PlaceOfService, Procedure};
use crate::x12::{Delimiters, Segment};

impl ClaimParts {
    /// Reads what several rules ask of the claim, once its segments are gathered.
    pub fn read(&mut self, text: &Text<'_>) {
        let clm = text.segment(self.clm);
        (self.charge, self.charge_billed) = amount(clm.element(2));
        self.original = matches!(setting(clm, 3, text.delimiters), b"" | b"1");
        let place = PlaceOfService::parse(setting(clm, 1, text.delimiters));
        self.service = None;
        for line in self.lines.iter_mut() {
            line.read(text, place);
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

/// The first or third component of CLM05, nearly always of the form `11:B:1`.
#[inline]
pub(super) fn setting(clm: Segment<'_>, component: usize, delimiters: Delimiters) -> &[u8] {
    let (composite, mark) = (clm.element(5), delimiters.component);
    if let &[one, two, first, qualifier, second, frequency] = composite
        && [first, second] == [mark; 2]
        && ![one, two, qualifier, frequency].contains(&mark)
    {
        return if component == 1 {
            &composite[..2]
        } else {
            &composite[5..]
        };
    }
    clm.component(5, component, delimiters)
}

impl Line {
    /// Reads SV101 of the form `HC:97110:GP:KX`; whether it has that form.
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
    fn read_any(&mut self, sv1: Segment<'_>, delimiters: Delimiters) {
        let mut parts = sv1.components(1, delimiters);
        let qualifier = parts.next().unwrap_or(&[]);
        let code = parts.next().unwrap_or(&[]);
        self.procedure = Procedure::parse(code).filter(|_| qualifier == b"HC");
        self.modifiers = ModifierSet::default();
        for modifier in parts.take(4).filter_map(Modifier::parse) {
            self.modifiers.push(modifier);
        }
    }

    /// Reads the typed values of the line.
    fn read(&mut self, text: &Text<'_>, claim_place: Option<PlaceOfService>) {
        self.procedure = None;
        self.modifiers = ModifierSet::default();
        self.charge = None;
        self.place_on_line = false;
        self.place = claim_place;
        self.dates = None;
        self.telehealth_modifier = false;
        self.plain = false;
        self.charge_billed = false;
        if let Some(sv1) = text.get(self.sv1) {
            self.plain = self.read_plain(sv1.element(1), text.delimiters);
            if !self.plain {
                self.read_any(sv1, text.delimiters);
            }
            self.telehealth_modifier = self.modifiers.has_telehealth();
            (self.charge, self.charge_billed) = amount(sv1.element(2));
            let place = sv1.element(5);
            if !place.is_empty() {
                self.place_on_line = true;
                self.place = PlaceOfService::parse(place);
            }
        }
        if let Some(date) = text.get(self.date) {
            let value = date.element(3);
            self.dates = match date.element(2) {
                b"D8" => Date::parse_d8(value).map(|day| DateRange {
                    from: day,
                    through: day,
                }),
                b"RD8" => range(value).map(|(from, through)| DateRange { from, through }),
                _ => None,
            };
        }
    }
}
