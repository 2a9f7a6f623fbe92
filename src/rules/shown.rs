//! What a claim shows, found in one look over its parts.

use super::Context;
use super::codes::{diagnosis_not_billable, payers_contradict};
use super::features::Features;
use super::services::{Renders, Services};
use crate::claim::{Claim, Line, Provider};
use crate::value::CentsTotal;

impl Services {
    /// What the claim and each of its lines show.
    #[must_use]
    pub fn look_over(&mut self, claim: &Claim<'_>, context: &Context<'_>) -> Features {
        self.start_claim();
        if claim.lines().is_empty() {
            return Features::ALL;
        }
        let mut shown = by_itself(claim, context);
        for provider in &claim.parts.providers {
            shown |= self.of_provider(claim, provider);
        }
        let renders = Renders::of(claim);
        let diagnoses = diagnosis_not_billable::plain(claim, &mut self.diagnoses);
        shown |= Features::ODD_DIAGNOSIS.when(diagnoses.is_none());
        // As a set: those that a line on this claim can point at by one digit.
        let there = diagnoses.map_or(0, |count| (2_u16 << count.min(9)) - 1);
        let mut charges = CentsTotal::ZERO;
        for line in claim.lines() {
            let mut own = of_line(line, there);
            if claim.parts.nested {
                for provider in &line.providers {
                    own |= self.of_provider(claim, provider);
                }
            }
            charges = charges.plus(line.charge.unwrap_or_default());
            shown |= self.meet(claim, line, &renders, own, context);
        }
        shown |= Features::UNBALANCED.when(claim.charge().map(CentsTotal::from) != Some(charges));
        shown.or(dates(claim, context)).or(together(claim, shown))
    }

    fn of_provider(&mut self, claim: &Claim<'_>, provider: &Provider) -> Features {
        let name = claim.text.segment(provider.name);
        let taxonomy = claim.text.element(provider.taxonomy, 3);
        let named = self
            .providers
            .shown(name.element(8), name.element(9), taxonomy);
        named.or(Features::PROVIDER_ADDRESS.when(provider.city.is_some()))
    }
}

/// What the claim shows but for its lines.
fn by_itself(claim: &Claim<'_>, context: &Context<'_>) -> Features {
    let (parts, subscriber) = (claim.parts, claim.subscriber);
    let mut shown = Features::OTHER_PAYER.when(!parts.others.is_empty());
    shown |= Features::ODD_AMOUNT.when(!parts.charge_billed || parts.patient_paid.is_some());
    shown |= Features::CAUSE_OR_DATE.when(!parts.dates.is_empty() || parts.cause);
    shown |= Features::NOT_ORIGINAL.when(!claim.is_original());
    shown |= Features::ACCEPTED_BEFORE.when(context.accepted_before.is_some());
    shown |= Features::AMBULANCE.when(parts.ambulance.is_some());
    shown |= Features::NO_NPI.when(claim.billing.npi.len == 0);
    shown |= Features::NOT_FIRST.when(!subscriber.is_primary);
    shown |= Features::ODD_PROGRAM.when(payers_contradict::other_program(claim, context).is_some());
    let complete = subscriber.is_patient
        && subscriber.street.is_some()
        && subscriber.city.is_some()
        && subscriber.demographics.is_some();
    shown |= Features::ODD_SUBSCRIBER.when(!complete && claim.patient.is_none());
    for provider in &parts.providers {
        shown |=
            Features::AMBULANCE.when(matches!(provider.loop_id.as_bytes(), b"2310E" | b"2310F"));
    }
    shown
}

/// What a line shows besides its service; `there` are the bits of the diagnoses it can point
/// at.
#[inline]
fn of_line(line: &Line, there: u16) -> Features {
    let mut shown = Features::ALL.when(line.sv1.is_none());
    shown |= Features::ADJUDICATED.when(!line.adjudications.is_empty());
    shown |= Features::ODD_AMOUNT.when(!line.charge_billed);
    shown |= Features::ODD_POINTER.when(line.pointers == 0 || line.pointers & !there != 0);
    shown.or(Features::MISNUMBERED.when(!line.numbered))
}

/// What the days of service show.
#[inline]
fn dates(claim: &Claim<'_>, context: &Context<'_>) -> Features {
    let person = claim.person();
    let odd = claim.dates().is_some_and(|service| {
        service.through > context.today
            || person.birth.is_some_and(|birth| service.from < birth)
            || person.death.is_some()
    });
    Features::ODD_DATE.when(odd)
}

/// What only all lines together show.
fn together(claim: &Claim<'_>, shown: Features) -> Features {
    let ways = Features::VIDEO
        .or(Features::OLD_VIDEO)
        .or(Features::AUDIO)
        .or(Features::RECORDED);
    let lines = claim.lines();
    let own = lines.iter().filter(|line| line.place_on_line).count();
    let mixed = || {
        lines.iter().zip(lines.iter().skip(1)).any(|(one, other)| {
            one.place != other.place || one.is_telehealth() != other.is_telehealth()
        })
    };
    Features::CONTRADICTION
        .when(shown.and(ways).are_several())
        .or(Features::ODD_PLACE.when(own == lines.len()))
        .or(Features::MIXED_PLACES.when(shown.has(Features::TELEHEALTH) && mixed()))
}
