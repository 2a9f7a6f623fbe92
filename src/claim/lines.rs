//! The service lines of a claim.
//!
//! What several rules ask of a line (its procedure, modifiers, place, dates) is read once,
//! when the claim is whole.

use std::ops::{Deref, DerefMut};

use super::provider::Provider;
use super::text::Span;
use crate::value::{Cents, Date, DateRange, ModifierSet, PlaceOfService, Procedure};
use crate::x12::limits;

/// Loop 2430: how another payer judged a line.
#[derive(Clone, Default, Debug)]
pub struct Adjudication {
    /// SVD.
    pub svd: u32,
    /// CAS segments.
    pub adjustments: Vec<u32>,
    /// DTP*573.
    pub date: Option<u32>,
}

/// Loop 2400: one service line.
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own about the line
#[derive(Clone, Default, Debug)]
pub struct Line {
    /// Its number in the claim, from 1, as counted (not LX01).
    pub number: u32,
    /// LX.
    pub lx: u32,
    /// SV1.
    pub sv1: Option<u32>,
    /// DTP*472.
    pub date: Option<u32>,
    /// REF*6R: the sender's number of the line.
    pub control: Option<u32>,
    /// Providers of the line (2420A to 2420F), and where an ambulance stopped (2420G, 2420H).
    pub providers: Vec<Provider>,
    /// How other payers judged it (2430).
    pub adjudications: Vec<Adjudication>,
    /// SV101-2 where SV101-1 is HC and the code is five capitals or digits.
    pub procedure: Option<Procedure>,
    /// SV101-3 to SV101-6, as far as they are two capitals or digits.
    pub modifiers: ModifierSet,
    /// Whether SV101 is the code with its modifiers and nothing else, and all of them can
    /// be read.
    pub plain: bool,
    /// SV102.
    pub charge: Option<Cents>,
    /// Whether SV102 is written as amounts are billed ([`Cents::parse_billed`]).
    pub charge_billed: bool,
    /// SV105, else CLM05-1.
    pub place: Option<PlaceOfService>,
    /// Whether the place stands on the line (SV105).
    pub place_on_line: bool,
    /// DTP*472: first and last day of service.
    pub dates: Option<DateRange>,
    /// Whether LX01 is the line's number, written as such numbers are.
    pub numbered: bool,
    /// SV104 where it is a whole number from 1 to 999, and SV103 says units.
    pub units: Option<u16>,
    /// SV107 where it is pointers of one digit, no two of them the same: bit 1 for the
    /// first diagnosis and so on. No bit where it is anything else.
    pub pointers: u16,
    /// Where SV103 and SV104 stand.
    pub measure: [Span; 2],
    /// Where the day or days of DTP*472 stand.
    pub day: Span,
}

impl Line {
    /// Whether it holds so much that comparing its parts would take too long.
    #[cold]
    pub(super) fn holds_too_many(&self) -> bool {
        let most = limits::PARTS;
        let judged = &self.adjudications;
        self.providers.len() > most
            || judged.len() > most
            || judged.iter().any(|one| one.adjustments.len() > most)
    }

    /// First day of service of the line.
    #[inline]
    #[must_use]
    pub fn from(&self) -> Option<Date> {
        self.dates.map(|dates| dates.from)
    }

    /// Whether the line says it was furnished by telehealth: place of service 02 or
    /// 10, or one of the modifiers 95, GT, GQ, 93, FQ, G0.
    #[inline]
    #[must_use]
    pub fn is_telehealth(&self) -> bool {
        self.has_telehealth_place() || self.has_telehealth_modifier()
    }

    /// Place of service 02 or 10.
    #[inline]
    #[must_use]
    pub fn has_telehealth_place(&self) -> bool {
        self.place
            .is_some_and(|place| matches!(&place.bytes(), b"02" | b"10"))
    }

    /// One of the modifiers 95, GT, GQ, 93, FQ, G0.
    #[inline]
    #[must_use]
    pub fn has_telehealth_modifier(&self) -> bool {
        self.modifiers.has_telehealth()
    }

    /// Whether the line says audio-only: modifier 93 or FQ.
    #[inline]
    #[must_use]
    pub fn is_audio_only(&self) -> bool {
        self.modifiers.has(b"93") || self.modifiers.has(b"FQ")
    }
}

/// The service lines of a claim in their order, in the memory of those of the claims before.
#[derive(Clone, Default, Debug)]
pub struct Lines {
    /// The lines, and behind them lines not in use, kept for their vectors.
    all: Vec<Line>,
    count: usize,
}

impl Lines {
    /// Takes all lines away.
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Adds the line that starts at this LX.
    #[inline]
    pub fn start(&mut self, lx: u32) -> &mut Line {
        if self.count == self.all.len() {
            self.grow();
        }
        let line = &mut self.all[self.count];
        self.count += 1;
        line.number = u32::try_from(self.count).unwrap_or(u32::MAX);
        line.lx = lx;
        line.sv1 = None;
        line.date = None;
        line.control = None;
        line.providers.clear();
        // Few lines have any, and each is dropped by itself.
        if !line.adjudications.is_empty() {
            line.adjudications.clear();
        }
        line
    }

    #[cold]
    fn grow(&mut self) {
        self.all.push(Line::default());
    }

    /// The line that was started latest.
    #[inline]
    pub fn latest(&mut self) -> Option<&mut Line> {
        self.all.get_mut(self.count.checked_sub(1)?)
    }
}

impl Deref for Lines {
    type Target = [Line];

    #[inline]
    fn deref(&self) -> &[Line] {
        &self.all[..self.count]
    }
}

impl DerefMut for Lines {
    #[inline]
    fn deref_mut(&mut self) -> &mut [Line] {
        &mut self.all[..self.count]
    }
}
