//! Plants the faults that are a matter of a claim's values. Those of its
//! structure are planted where the segment is written.

use super::claim::Claim;
use super::fault::Fault;
use super::visits::{
    BALANCE, E_VISIT, EVALUATION_LOW, EVALUATION_MODERATE, EXERCISE, GROUP, IMAGES_REVIEW, MANUAL,
    OLD_EVALUATION, SENSORY, STIMULATION, TRAINING_MORE,
};
use crate::value::Date;

/// Digits that take a claim's identifier past 38 characters.
const LONG_TAIL: &[u8] = b"000000000000000000000000000000";

impl Claim<'_> {
    /// Plants a fault.
    pub(super) fn plant(&mut self, fault: Fault, today: Date) {
        match fault {
            Fault::NpiCheckDigit => self.break_therapist_npi(),
            Fault::TaxonomyUnknown => self.therapist_taxonomy = Some("2251Z9999X"),
            Fault::AssistantRenders => self.therapist_taxonomy = Some("225200000X"),
            Fault::CertifierMissing => self.referrer = None,
            Fault::ChargesDoNotBalance => self.charge += 1_000,
            Fault::ServiceInFuture => self.date = today.plus_days(30),
            Fault::ReplacementWithoutOriginal => {
                self.frequency = "7";
                self.original = None;
            }
            Fault::DiagnosisNotBillable => self.diagnoses[self.diagnosis_count - 1] = "M2556",
            Fault::PlaceOfServiceUnknown => self.place = "98",
            Fault::HomeTelehealthPlaceTooEarly => {
                self.place = "10";
                self.facility = false;
            }
            Fault::ClaimIdTooLong => self.id = self.id.with(LONG_TAIL),
            Fault::AmountRepeated => self.paid = Some(1_000),
            Fault::EvaluationUnits => {
                self.replace_visit(&[EVALUATION_LOW, EXERCISE]);
                self.first_line().units = 2;
            }
            Fault::NcciPair => self.replace_visit(&[GROUP, EXERCISE]),
            Fault::TwoEvaluations => self.replace_visit(&[EVALUATION_LOW, EVALUATION_MODERATE]),
            Fault::ProcedureRetired => self.replace_visit(&[OLD_EVALUATION]),
            Fault::LineSpansDates => self.replace_visit(&[EXERCISE]),
            Fault::AddOnAlone => self.replace_visit(&[TRAINING_MORE]),
            Fault::CodeNotTaken => self.replace_visit(&[STIMULATION]),
            Fault::PhysiciansCode => self.replace_visit(&[IMAGES_REVIEW]),
            Fault::UnitsOverLimit => {
                self.replace_visit(&[EXERCISE]);
                self.first_line().units = 20;
            }
            Fault::LineTwice => self.repeat_first_line(),
            _ => self.plant_in_line(fault),
        }
    }

    fn plant_in_line(&mut self, fault: Fault) {
        self.plant_telehealth(fault);
        let wrong_sign = self.lines()[0].charge;
        let line = self.first_line();
        match fault {
            Fault::NegativeCharge => {
                line.charge = -wrong_sign;
                self.charge -= 2 * wrong_sign;
            }
            Fault::ThreeDecimals => line.charge_tail = "5",
            Fault::ProcedureMalformed => line.procedure = "9711",
            Fault::ModifierUnknown => line.modifiers.push("ZQ"),
            Fault::ModifierTwice => {
                line.modifiers.push("KX");
                line.modifiers.push("KX");
            }
            Fault::DiagnosisPointerDangling => {
                line.pointer = 9;
                line.second_pointer = None;
            }
            Fault::TherapyModifiersTwo => line.modifiers.push("GO"),
            Fault::AssistantModifierMismatch => line.modifiers.push("CO"),
            Fault::UnitsZero => line.units = 0,
            Fault::UnitsNotNumeric => line.units_text = Some("1X"),
            Fault::TherapyModifierMissing => {
                let rest = line.modifiers;
                line.modifiers.set(rest.codes().get(1..).unwrap_or(&[]));
            }
            _ => {}
        }
    }

    fn plant_telehealth(&mut self, fault: Fault) {
        let modifiers: &[&'static str] = match fault {
            Fault::TelehealthModifierMissing => &["GP"],
            Fault::GtNotTaken => &["GP", "GT"],
            Fault::VideoModifiersTwo => &["GP", "95", "GT"],
            Fault::VideoAndAudioOnly => &["GP", "95", "93"],
            Fault::AudioOnlyNotAllowed => &["GP", "93"],
            Fault::StoreAndForward => &["GP", "GQ"],
            Fault::TelehealthHomeTooEarly
            | Fault::TelehealthAtOffice
            | Fault::TelehealthNotCovered
            | Fault::TelehealthCodeNotListed
            | Fault::HandsOnByTelehealth
            | Fault::CommunicationServiceAsTelehealth
            | Fault::VisitAtTwoPlaces => &["GP", "95"],
            _ => return,
        };
        match fault {
            Fault::TelehealthAtOffice => self.place = "11",
            Fault::VideoAndAudioOnly | Fault::TelehealthHomeTooEarly => self.place = "10",
            Fault::TelehealthNotCovered => {
                self.place = "10";
                self.facility = false;
                self.replace_visit(&[EXERCISE]);
            }
            Fault::TelehealthCodeNotListed => self.replace_visit(&[SENSORY]),
            Fault::HandsOnByTelehealth => self.replace_visit(&[MANUAL]),
            Fault::CommunicationServiceAsTelehealth => self.replace_visit(&[E_VISIT]),
            Fault::VisitAtTwoPlaces => {
                self.place = "10";
                self.replace_visit(&[EXERCISE, BALANCE]);
                if let Some(line) = self.lines_mut().last_mut() {
                    line.place = "02";
                }
            }
            _ => {}
        }
        for line in self.lines_mut() {
            line.modifiers.set(modifiers);
        }
    }
}
