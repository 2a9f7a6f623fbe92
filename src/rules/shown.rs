//! What a claim shows, found in one look over its parts.

use super::codes::{diagnosis_not_billable, diagnosis_pointer_broken};
use super::features::Features;
use super::services::{COMPARED, Renders, Services};
use super::{Context, therapy};
use crate::claim::{Claim, Line, Provider};

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
        let diagnoses = diagnosis_not_billable::plain(claim);
        shown |= Features::ODD_DIAGNOSIS.when(diagnoses.is_none());
        let lines = claim.lines();
        for (at, line) in lines.iter().enumerate() {
            let (mut own, units) = of_line(claim, line, diagnoses);
            for provider in &line.providers {
                own |= self.of_provider(claim, provider);
            }
            shown |= self.meet(claim, line, &renders, own, units, context);
            let before = lines.get(..at.min(COMPARED)).unwrap_or_default();
            let same = |other: &Line| other.procedure == line.procedure;
            shown |= Features::SAME_CODE.when(before.iter().any(same));
        }
        if lines.len() > COMPARED {
            shown |= Features::SAME_CODE.or(Features::MAY_PAIR);
        }
        shown.or(together(claim, shown))
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
    let (parts, text) = (claim.parts, &claim.text);
    let mut shown = Features::OTHER_PAYER.when(!parts.others.is_empty());
    shown |= Features::ODD_AMOUNT.when(!parts.charge_billed || parts.patient_paid.is_some());
    shown |= Features::CAUSE_OR_DATE
        .when(!parts.dates.is_empty() || !claim.clm().element(11).is_empty());
    shown |= Features::NOT_ORIGINAL.when(!claim.is_original());
    shown |= Features::ACCEPTED_BEFORE.when(context.accepted_before.is_some());
    shown |= Features::AMBULANCE.when(parts.ambulance.is_some());
    shown |= Features::NO_NPI.when(
        claim
            .billing
            .name
            .is_some_and(|name| text.segment(name).element(9).is_empty()),
    );
    for provider in &parts.providers {
        shown |=
            Features::AMBULANCE.when(matches!(provider.loop_id.as_bytes(), b"2310E" | b"2310F"));
    }
    shown
}

/// What a line shows besides its service, and its units if they are plain; `diagnoses`
/// are so many in a row.
fn of_line(claim: &Claim<'_>, line: &Line, diagnoses: Option<usize>) -> (Features, Option<u16>) {
    let Some(sv1) = claim.text.get(line.sv1) else {
        return (Features::ALL, None);
    };
    let mut shown = Features::ADJUDICATED.when(!line.adjudications.is_empty());
    shown |= Features::ODD_AMOUNT.when(!line.charge_billed);
    let mark = claim.text.delimiters.component;
    let pointed = diagnoses.is_some_and(|diagnoses| {
        diagnosis_pointer_broken::are_plain(sv1.element(7), mark, diagnoses)
    });
    shown |= Features::ODD_POINTER.when(!pointed);
    (shown, therapy::plain_units(&sv1))
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
