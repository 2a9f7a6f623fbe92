//! What a claim shows, found in one look over its parts.

use super::Context;
use super::balance::amount_invalid;
use super::codes::{diagnosis_not_billable, payers_contradict};
use super::features::Features;
use super::services::{Renders, Services, taxonomy};
use super::syntax::service_line_number_wrong;
use crate::claim::text::Span;
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
        let (renders, certified) = self.of_providers(claim, &mut shown);
        let diagnoses = diagnosis_not_billable::plain(claim, &mut self.diagnoses);
        shown |= Features::ODD_DIAGNOSIS.when(diagnoses.is_none());
        // As a set: those that a line on this claim can point at by one digit.
        let there = diagnoses.map_or(0, |count| (2_u16 << count.min(9)) - 1);
        let mut charges = CentsTotal::ZERO;
        let mut places_on_lines = true;
        for line in claim.lines() {
            places_on_lines &= line.place_on_line;
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
        shown |= Features::ODD_PLACE.when(places_on_lines);
        shown |= Features::MISNUMBERED.when(service_line_number_wrong::may_share_control(claim));
        if certified && !claim.parts.nested {
            shown = shown.without(Features::UNCERTIFIED);
        }
        shown.or(dates(claim, context)).or(together(claim, shown))
    }

    /// Adds what the claim's own providers show; who renders lines that name nobody, and
    /// whether somebody else is named as the referring provider, with an NPI.
    #[inline]
    fn of_providers(&mut self, claim: &Claim<'_>, shown: &mut Features) -> (Renders, bool) {
        let text = &claim.text;
        let mut renders = Renders::billing(claim);
        let (mut rendering, mut referring) = (None, None);
        for provider in &claim.parts.providers {
            let name = text.segment(provider.name).elements();
            let (npi, code) = (Span::of(&name, 9), text.span(provider.taxonomy, 3));
            *shown |= self.providers.shown(text, name.at(8), npi, code);
            *shown |= Features::PROVIDER_ADDRESS.when(provider.city.is_some());
            match provider.loop_id.as_bytes() {
                b"2310A" if name.at(1) == b"DN" => {
                    *shown |= Features::REFERRED_TWICE.when(referring.is_some());
                    referring = referring.or(Some(npi));
                }
                b"2310B" if rendering.is_none() => {
                    rendering = Some(npi);
                    renders.taxonomy = taxonomy(text, code, true);
                }
                b"2310E" | b"2310F" => *shown |= Features::AMBULANCE,
                _ => {}
            }
        }
        let rendering = rendering.or(Some(claim.billing.npi));
        let npi = |named: Option<Span>| named.and_then(|npi| text.short(npi)).unwrap_or(0);
        let (rendering, referring) = (npi(rendering), npi(referring));
        (renders, referring != 0 && referring != rendering)
    }

    #[inline(never)]
    fn of_provider(&mut self, claim: &Claim<'_>, provider: &Provider) -> Features {
        let name = claim.text.segment(provider.name).elements();
        let (npi, code) = (Span::of(&name, 9), claim.text.span(provider.taxonomy, 3));
        let named = self.providers.shown(&claim.text, name.at(8), npi, code);
        named.or(Features::PROVIDER_ADDRESS.when(provider.city.is_some()))
    }
}

/// What the claim shows but for its lines.
fn by_itself(claim: &Claim<'_>, context: &Context<'_>) -> Features {
    let (parts, subscriber) = (claim.parts, claim.subscriber);
    let mut shown = Features::OTHER_PAYER.when(!parts.others.is_empty());
    let large = parts
        .charge
        .is_some_and(|charge| charge > amount_invalid::MOST);
    let stated = parts.patient_paid.is_some() || !parts.amounts.is_empty();
    shown |= Features::ODD_AMOUNT.when(!parts.charge_billed || large || stated);
    let dated = !(parts.dates.is_empty() && parts.line_dates.is_empty());
    shown |= Features::CAUSE_OR_DATE.when(dated || parts.cause);
    shown |= Features::DRUG.when(!parts.drugs.is_empty());
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
    let mixed = || {
        lines.iter().zip(lines.iter().skip(1)).any(|(one, other)| {
            one.place != other.place || one.is_telehealth() != other.is_telehealth()
        })
    };
    Features::CONTRADICTION
        .when(shown.and(ways).are_several())
        .or(Features::MIXED_PLACES.when(shown.has(Features::TELEHEALTH) && mixed()))
}
