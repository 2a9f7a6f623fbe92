//! Gathers the segments of levels and claims as the walk places them.

use super::lines::Adjudication;
use super::parts::{Amounts, BillingParts, ClaimParts, OtherPayer, PatientParts, SubscriberParts};
use super::provider::Provider;
use super::structure::{Role, SegmentSpec};

/// The segments that nearly every line has, by how far they stand behind its LX.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct LineParts {
    service: Option<u32>,
    date: Option<u32>,
    control: Option<u32>,
}

impl LineParts {
    /// Takes the segment that stands so far behind LX, if it is LX or one of these; whether it
    /// is.
    pub(super) fn take(parts: &mut Option<LineParts>, spec: &SegmentSpec, behind: u32) -> bool {
        if spec.role == Role::LineStart {
            *parts = Some(LineParts::default());
            return true;
        }
        let Some(parts) = parts else { return false };
        match spec.role {
            Role::LineService => parts.service = Some(behind),
            Role::LineDate => parts.date = Some(behind),
            Role::LineControl => parts.control = Some(behind),
            _ => return false,
        }
        true
    }
}

/// The parts gathered so far of the open levels and the open claim.
#[derive(Default, Debug)]
pub struct Gathered {
    /// The open 2000A level.
    pub billing: BillingParts,
    /// The open 2000B level.
    pub subscriber: SubscriberParts,
    /// The open 2000C level.
    pub patient: PatientParts,
    /// The open claim.
    pub claim: ClaimParts,
}

impl Gathered {
    /// Starts level `depth` (0 for 2000A): nothing of an earlier one is left in it or
    /// below it, even when the walk finds no place for the HL.
    pub fn start_level(&mut self, depth: usize) {
        if depth == 0 {
            self.billing = BillingParts::default();
        }
        if depth <= 1 {
            self.subscriber = SubscriberParts::default();
        }
        self.patient = PatientParts::default();
    }

    /// Starts the line whose LX this is, with what belongs to it.
    #[inline]
    pub(super) fn note_line(&mut self, lx: u32, parts: &LineParts) {
        let line = self.claim.lines.start(lx);
        line.sv1 = parts.service.map(|behind| lx + behind);
        line.date = parts.date.map(|behind| lx + behind);
        line.control = parts.control.map(|behind| lx + behind);
    }

    /// Starts a claim.
    pub fn start_claim(&mut self, clm: u32) {
        let claim = &mut self.claim;
        claim.clm = clm;
        claim.dates.clear();
        claim.line_dates.clear();
        claim.amounts.clear();
        claim.drugs.clear();
        claim.patient_paid = None;
        claim.payer_claim_number = None;
        claim.diagnoses.clear();
        claim.ambulance = None;
        claim.providers.clear();
        claim.others.clear();
        claim.lines.clear();
    }

    /// Notes the segment `index`, which is of this use.
    #[inline]
    pub fn note(&mut self, spec: &'static SegmentSpec, index: u32) {
        let role = spec.role;
        let some = Some(index);
        let claim = &mut self.claim;
        match role {
            Role::Nothing | Role::Claim => {}
            Role::BillingHl => self.billing.hl = some,
            Role::BillingTaxonomy => self.billing.taxonomy = some,
            Role::BillingName => self.billing.name = some,
            Role::BillingStreet => self.billing.street = some,
            Role::BillingCity => self.billing.city = some,
            Role::BillingTax => self.billing.tax = some,
            Role::BillingContact => {
                self.billing.contacts = [self.billing.contacts[1], some];
            }
            Role::PayToStreet => self.billing.pay_to_street = some,
            Role::PayToCity => self.billing.pay_to_city = some,
            Role::PayToPlan => self.billing.pay_to_plan = some,
            Role::PayToPlanCity => self.billing.pay_to_plan_city = some,
            Role::SubscriberHl => self.subscriber.hl = some,
            Role::SubscriberSbr => self.subscriber.sbr = some,
            Role::SubscriberPat => self.subscriber.pat = some,
            Role::SubscriberName => self.subscriber.name = some,
            Role::SubscriberStreet => self.subscriber.street = some,
            Role::SubscriberCity => self.subscriber.city = some,
            Role::SubscriberDemographics => self.subscriber.demographics = some,
            Role::SubscriberCase => self.subscriber.case = some,
            Role::PayerName => self.subscriber.payer = some,
            Role::PayerStreet => self.subscriber.payer_street = some,
            Role::PayerCity => self.subscriber.payer_city = some,
            Role::PatientHl => self.patient.hl = some,
            Role::PatientPat => self.patient.pat = some,
            Role::PatientName => self.patient.name = some,
            Role::PatientStreet => self.patient.street = some,
            Role::PatientCity => self.patient.city = some,
            Role::PatientDemographics => self.patient.demographics = some,
            Role::PatientCase => self.patient.case = some,

            Role::ClaimDate => claim.dates.push(index),
            Role::ClaimPatientPaid => claim.patient_paid = some,
            Role::ClaimNumber => claim.payer_claim_number = some,
            Role::ClaimDiagnoses => claim.diagnoses.push(index),
            Role::ClaimAmbulance => claim.ambulance = some,
            Role::ClaimProvider => claim.providers.push(Provider::named(spec.loop_id, index)),
            Role::ClaimProviderTaxonomy | Role::ClaimProviderStreet | Role::ClaimProviderCity => {
                if let Some(last) = claim.providers.last_mut() {
                    match role {
                        Role::ClaimProviderTaxonomy => last.taxonomy = some,
                        Role::ClaimProviderStreet => last.street = some,
                        _ => last.city = some,
                    }
                }
            }
            Role::LineStart => {
                claim.lines.start(index);
            }
            Role::LineService | Role::LineDate | Role::LineControl => {
                if let Some(line) = claim.lines.latest() {
                    match role {
                        Role::LineService => line.sv1 = some,
                        Role::LineDate => line.date = some,
                        _ => line.control = some,
                    }
                }
            }
            Role::OtherSbr
            | Role::OtherAdjustment
            | Role::OtherPaid
            | Role::OtherSubscriber
            | Role::OtherSubscriberCity
            | Role::OtherPayerName
            | Role::OtherPayerCity
            | Role::OtherPayerDate => self.note_payer(role, index),
            Role::Amounts => self.note_amounts(spec, index),
            _ => self.note_on_line(spec, index),
        }
    }

    /// Notes a segment of another payer.
    #[inline(never)]
    fn note_payer(&mut self, role: Role, index: u32) {
        let some = Some(index);
        let others = &mut self.claim.others;
        if role == Role::OtherSbr {
            others.push(OtherPayer {
                sbr: some,
                ..OtherPayer::default()
            });
        } else if let Some(other) = others.last_mut() {
            match role {
                Role::OtherAdjustment => other.adjustments.push(index),
                Role::OtherPaid => other.paid = some,
                Role::OtherSubscriber => other.subscriber = some,
                Role::OtherSubscriberCity => other.subscriber_city = some,
                Role::OtherPayerName => other.payer = some,
                Role::OtherPayerCity => other.payer_city = some,
                _ => other.adjudicated = some,
            }
        }
    }

    #[inline(never)]
    fn note_amounts(&mut self, spec: &'static SegmentSpec, index: u32) {
        let claim = &mut self.claim;
        let on_line = spec.loop_id.starts_with("24");
        let line = claim.lines.last().filter(|_| on_line);
        let line = line.map(|line| line.number);
        claim.amounts.push(Amounts {
            segment: index,
            spec,
            line,
        });
    }

    /// Notes a date or a provider of a line, or how another payer judged it.
    #[inline(never)]
    fn note_on_line(&mut self, spec: &'static SegmentSpec, index: u32) {
        let some = Some(index);
        let Some(line) = self.claim.lines.latest() else {
            return;
        };
        match spec.role {
            Role::LineOtherDate => {
                let date = (line.number, index);
                self.claim.line_dates.push(date);
            }
            Role::LineDrug => self.claim.drugs.push((line.number, index)),
            Role::LineProvider => line.providers.push(Provider::named(spec.loop_id, index)),
            Role::Adjudication => line.adjudications.push(Adjudication {
                svd: index,
                ..Adjudication::default()
            }),
            Role::AdjudicationAdjustment | Role::AdjudicationDate => {
                if let Some(adjudication) = line.adjudications.last_mut() {
                    if spec.role == Role::AdjudicationAdjustment {
                        adjudication.adjustments.push(index);
                    } else {
                        adjudication.date = some;
                    }
                }
            }
            role => {
                if let Some(last) = line.providers.last_mut() {
                    match role {
                        Role::LineProviderTaxonomy => last.taxonomy = some,
                        Role::LineProviderStreet => last.street = some,
                        _ => last.city = some,
                    }
                }
            }
        }
    }
}
