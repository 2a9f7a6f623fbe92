//! The tables of the ordinary therapy edits: units, pairs, modifiers, filing.

use std::collections::HashMap;

use crate::value::{DateRange, Modifier, Procedure};

use super::dated::{Dated, Entry, codes_of_pair, procedure_key};
use super::facts::{
    AssistantDoubt, ClaimRule, CodeStatus, FilingLimit, KxThreshold, Mue, NcciPair,
    RenderingStanding, TherapyClass,
};

/// The compiled tables of a policy's edits.
#[derive(Debug, Default)]
pub(super) struct Edits {
    pub(super) therapy: Dated<u64, TherapyFact>,
    /// The days on which `therapy` says anything, in order and apart.
    pub(super) therapy_days: Vec<DateRange>,
    pub(super) assistant: Dated<usize, AssistantFact>,
    pub(super) assistant_doubt: Dated<(usize, u64), AssistantDoubt>,
    pub(super) mue: Dated<u64, Mue>,
    pub(super) pairs: Dated<u128, NcciPair>,
    pub(super) withdrawn: Dated<u128, ()>,
    /// With which codes each is in a pair.
    pub(super) partners: HashMap<u64, u64>,
    pub(super) bypass: Dated<(), Box<[Modifier]>>,
    pub(super) timed: Dated<u64, u16>,
    pub(super) one_unit: Dated<u64, ()>,
    pub(super) added: Dated<u64, ()>,
    pub(super) deleted: Dated<u64, Box<[Procedure]>>,
    pub(super) status: Dated<u64, (CodeStatus, Box<[Procedure]>)>,
    pub(super) kx: Dated<(), KxThreshold>,
    pub(super) filing: Dated<(), FilingLimit>,
    pub(super) frequency: Dated<(), Box<[u8]>>,
    pub(super) certifying: Dated<(), String>,
    pub(super) rendering: Vec<Entry<(String, RenderingStanding)>>,
    pub(super) add_on: Dated<u64, Box<[Procedure]>>,
    pub(super) claim_rules: Dated<ClaimRule, ()>,
}

/// A filter for pair edits, one bit a code: it may claim a pair that is none, but never misses
/// one.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct PairBits {
    own: u64,
    others: u64,
}

impl PairBits {
    /// Of a code with these [partners](PairBits::partners).
    #[inline]
    #[must_use]
    pub fn of(procedure: Procedure, partners: u64) -> PairBits {
        PairBits {
            own: bit(procedure_key(procedure)),
            others: partners,
        }
    }

    /// The bits of all codes that the code is in a pair with.
    #[inline]
    #[must_use]
    pub fn partners(self) -> u64 {
        self.others
    }

    /// The bit of the code itself, which other codes may have as well.
    #[inline]
    #[must_use]
    pub fn own(self) -> u64 {
        self.own
    }

    /// Whether the code may be in a pair with one of these, told by their bits.
    #[inline]
    #[must_use]
    pub fn meets(self, codes: u64) -> bool {
        self.others & codes != 0
    }
}

/// The bit of a code.
#[inline]
fn bit(procedure: u64) -> u64 {
    1 << (procedure.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58)
}

impl Edits {
    /// Notes the days on which it is known what is therapy, when that is settled.
    pub(super) fn note_therapy_days(&mut self) {
        let mut days: Vec<DateRange> = self.therapy.entries().map(|entry| entry.days).collect();
        days.sort_unstable_by_key(|days| days.from);
        for days in days {
            match self.therapy_days.last_mut() {
                Some(last) if days.from <= last.through.plus_days(1) => {
                    last.through = last.through.max(days.through);
                }
                _ => self.therapy_days.push(days),
            }
        }
    }

    /// Notes the partners of each code, when its pairs are settled.
    pub(super) fn pair_up(&mut self) {
        for key in self.pairs.keys() {
            let [one, other] = codes_of_pair(key);
            *self.partners.entry(one).or_default() |= bit(other);
            *self.partners.entry(other).or_default() |= bit(one);
        }
    }
}

/// A `[[therapy_modifier]]` row.
#[derive(Debug)]
pub(super) struct TherapyFact {
    pub(super) class: TherapyClass,
    pub(super) any_of: Box<[Modifier]>,
    pub(super) pt_modifier: Option<Modifier>,
}

/// An `[[assistant]]` row of rule `pairing`.
#[derive(Debug)]
pub(super) struct AssistantFact {
    pub(super) with: Modifier,
    pub(super) never_with: Box<[Modifier]>,
    pub(super) pay_percent: Option<u8>,
}
