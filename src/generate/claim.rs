//! One claim as values, before it is written.

use super::fault::Fault;
use super::patient::Patient;
use super::people::break_check_digit;
use super::places::PLACES;
use super::plan::{Run, Step};
use super::pools::DIAGNOSES;
use super::provider::Provider;
use super::random::{Random, Use};
use super::scene::Program;
use super::text::Text;
use super::visits::{self, Procedure, Terms};
use crate::value::Date;

/// Lines a claim may have: the longest visit and one that a fault adds.
const MOST_LINES: usize = 8;

/// The modifiers of a line.
#[derive(Clone, Copy, Default)]
pub(super) struct Modifiers {
    codes: [&'static str; 4],
    len: usize,
}

impl Modifiers {
    /// Adds a modifier behind the others; a fifth is not kept.
    pub(super) fn push(&mut self, code: &'static str) {
        if let Some(slot) = self.codes.get_mut(self.len) {
            *slot = code;
            self.len += 1;
        }
    }

    /// Takes these modifiers in place of the ones there.
    pub(super) fn set(&mut self, codes: &[&'static str]) {
        *self = Modifiers::default();
        for code in codes {
            self.push(code);
        }
    }

    /// The modifiers in their order.
    pub(super) fn codes(&self) -> &[&'static str] {
        &self.codes[..self.len]
    }
}

/// A service line.
#[derive(Clone, Copy, Default)]
pub(super) struct Line {
    /// SV101-2.
    pub(super) procedure: &'static str,
    /// SV101-3 to -6.
    pub(super) modifiers: Modifiers,
    /// SV102 in cents.
    pub(super) charge: i64,
    /// Digits that follow the cents, for a charge with too many of them.
    pub(super) charge_tail: &'static str,
    /// SV104.
    pub(super) units: u64,
    /// What SV104 is instead of a number.
    pub(super) units_text: Option<&'static str>,
    /// SV105, empty where the claim's place is meant.
    pub(super) place: &'static str,
    /// SV107-1.
    pub(super) pointer: u64,
    /// SV107-2, when there is one.
    pub(super) second_pointer: Option<u64>,
}

/// A claim.
pub(super) struct Claim<'a> {
    /// Its number in the file, from 0.
    pub(super) number: u64,
    /// CLM01.
    pub(super) id: Text,
    /// Who bills.
    pub(super) provider: &'a Provider,
    /// Who pays.
    pub(super) program: Program,
    /// Date of service of all lines.
    pub(super) date: Date,
    /// CLM05-1.
    pub(super) place: &'static str,
    /// Whether the service was by telehealth.
    pub(super) terms: Option<Terms>,
    /// CLM02 in cents.
    pub(super) charge: i64,
    /// CLM05-3.
    pub(super) frequency: &'static str,
    /// Onset of the illness.
    pub(super) onset: Option<Date>,
    /// What the patient paid, in cents.
    pub(super) paid: Option<i64>,
    /// REF*G1.
    pub(super) authorization: Option<Text>,
    /// REF*F8.
    pub(super) original: Option<Text>,
    /// REF*D9.
    pub(super) trace: Option<Text>,
    /// HI.
    pub(super) diagnoses: [&'static str; 4],
    /// How many of them there are.
    pub(super) diagnosis_count: usize,
    /// Loop 2310A, an index into the provider's referrers.
    pub(super) referrer: Option<usize>,
    /// Loop 2310B, an index into the provider's therapists.
    pub(super) therapist: usize,
    /// An NPI in place of the therapist's own.
    pub(super) therapist_npi: Option<Text>,
    /// A taxonomy code in place of the therapist's own.
    pub(super) therapist_taxonomy: Option<&'static str>,
    /// Whether there is a loop 2310C.
    pub(super) facility: bool,
    /// The planted fault.
    pub(super) fault: Option<Fault>,
    lines: [Line; MOST_LINES],
    line_count: usize,
}

impl<'a> Claim<'a> {
    /// The claim of this number, its fault planted.
    pub(super) fn draw(run: &'a Run, step: &Step, patient: &Patient, number: u64) -> Claim<'a> {
        // A twin is drawn as the claim before it is.
        let drawn = number - u64::from(step.is_twin());
        let mut random = Random::keyed(run.spec.seed, Use::Claim, drawn);
        let random = &mut random;
        let provider = &run.roster.providers[step.provider];
        let visit_days = i64::try_from(step.visit * 3).unwrap_or(0);
        let date = patient.first_day.plus_days(-visit_days);
        let wanted = step.fault.and_then(|(_, scene)| scene.remote);
        let chance = random.percent(u64::from(run.spec.telehealth_percent));
        let terms = if wanted.unwrap_or(chance) {
            visits::terms(random, step.program, PLACES[provider.place].state, date)
        } else {
            None
        };
        let in_person = if random.percent(93) { "11" } else { "12" };
        let id = claim_id(run.spec.seed, number);
        let mut claim = Claim {
            number,
            id,
            provider,
            program: step.program,
            date,
            place: terms.map_or(in_person, |terms| terms.place),
            terms,
            charge: 0,
            frequency: "1",
            onset: None,
            paid: None,
            authorization: None,
            original: None,
            trace: None,
            diagnoses: [""; 4],
            diagnosis_count: 1 + random.index(4),
            referrer: None,
            therapist: random.index(provider.therapists.len()),
            therapist_npi: None,
            therapist_taxonomy: None,
            facility: terms.is_none() && in_person == "11" && random.percent(8),
            fault: step
                .fault
                .map(|(fault, _)| fault)
                .filter(|_| !step.is_twin()),
            lines: [Line::default(); MOST_LINES],
            line_count: 0,
        };
        claim.draw_diagnoses(random);
        claim.draw_references(random, patient.earlier.is_some());
        if claim.original.is_some() && (step.is_twin() || run.has_twin(number)) {
            // What replaces another claim is nobody's twin.
            claim.frequency = "1";
            claim.original = None;
        }
        for procedure in visits::draw(random, step.program, terms.is_some()) {
            claim.add(random, *procedure);
        }
        claim.draw_assistant(random);
        claim.fault = step.fault.map(|(fault, _)| fault);
        if let Some(fault) = claim.fault {
            claim.plant(fault, run.spec.today);
        }
        claim
    }

    fn draw_diagnoses(&mut self, random: &mut Random) {
        // Neighbours of a drawn place are never the same code.
        let first = random.index(DIAGNOSES.len());
        for (place, diagnosis) in self.diagnoses.iter_mut().enumerate() {
            *diagnosis = DIAGNOSES[(first + place * 11) % DIAGNOSES.len()];
        }
    }

    fn draw_references(&mut self, random: &mut Random, secondary: bool) {
        let bits = random.bits();
        let chance = |shift: u32, percent: u64| (bits >> shift) % 100 < percent;
        let medicare = self.program == Program::Medicare;
        if medicare || chance(0, 75) {
            self.referrer = Some(random.index(self.provider.referrers.len()));
        }
        if chance(8, 85) {
            self.trace =
                Some(Text::of(b"TR").with(&Text::padded(random.bits() % 10_000_000_000, 10)));
        }
        if chance(16, 8) {
            let ago = 5 + i64::try_from(random.below(60)).unwrap_or(0);
            self.onset = Some(self.date.plus_days(-ago));
        }
        if self.program == Program::Medicaid && chance(24, 30) {
            self.authorization =
                Some(Text::of(b"PA").with(&Text::padded(random.bits() % 100_000_000, 8)));
        }
        if self.program == Program::Commercial && !secondary {
            if chance(32, 12) {
                self.paid = Some(1_000 + 500 * i64::try_from(random.below(4)).unwrap_or(0));
            }
            if chance(40, 1) {
                self.frequency = "7";
                self.original =
                    Some(Text::of(b"CN").with(&Text::padded(random.bits() % 10_000_000_000, 10)));
            }
        }
    }

    /// Some Medicare treatments in person are an assistant's work.
    fn draw_assistant(&mut self, random: &mut Random) {
        let evaluates = self
            .lines()
            .iter()
            .any(|line| visits::is_evaluation(line.procedure));
        if self.program == Program::Medicare
            && self.terms.is_none()
            && self.fault.is_none()
            && !evaluates
            && random.percent(8)
        {
            for line in self.lines_mut() {
                line.modifiers.push("CQ");
            }
        }
    }

    /// Adds a line for a procedure.
    fn add(&mut self, random: &mut Random, procedure: Procedure) {
        let units = if procedure.timed && random.percent(45) {
            2
        } else {
            1
        };
        let two = self.diagnosis_count > 1 && random.percent(50);
        self.push(procedure, units, two.then_some(2));
    }

    /// Adds a line with as many units and the modifiers of the visit.
    pub(super) fn push(&mut self, procedure: Procedure, units: u64, second: Option<u64>) {
        let mut modifiers = Modifiers::default();
        modifiers.push("GP");
        if let Some(terms) = self.terms {
            modifiers.push(terms.modifier);
        }
        let rate = procedure.rate + self.provider.mark_up;
        let charge = rate * i64::try_from(units).unwrap_or(1);
        if let Some(slot) = self.lines.get_mut(self.line_count) {
            *slot = Line {
                procedure: procedure.code,
                modifiers,
                charge,
                units,
                pointer: 1,
                second_pointer: second,
                ..Line::default()
            };
            self.line_count += 1;
            self.charge += charge;
        }
    }

    /// Takes these procedures, one unit each, in place of the visit.
    pub(super) fn replace_visit(&mut self, procedures: &[Procedure]) {
        self.line_count = 0;
        self.charge = 0;
        for procedure in procedures {
            self.push(*procedure, 1, None);
        }
    }

    /// Writes the first line once more.
    pub(super) fn repeat_first_line(&mut self) {
        let first = self.lines[0];
        if let Some(slot) = self.lines.get_mut(self.line_count) {
            *slot = first;
            self.line_count += 1;
            self.charge += first.charge;
        }
    }

    /// The lines.
    pub(super) fn lines(&self) -> &[Line] {
        &self.lines[..self.line_count]
    }

    /// The lines, to change them.
    pub(super) fn lines_mut(&mut self) -> &mut [Line] {
        &mut self.lines[..self.line_count]
    }

    /// The first line; every claim has one.
    pub(super) fn first_line(&mut self) -> &mut Line {
        &mut self.lines[0]
    }

    /// Whether this fault is planted.
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Gives the therapist an NPI whose check digit is wrong.
    pub(super) fn break_therapist_npi(&mut self) {
        let npi = &self.provider.therapists[self.therapist].npi;
        self.therapist_npi = Some(break_check_digit(npi));
    }
}

/// CLM01: two letters of the seed and the claim's number.
fn claim_id(seed: u64, number: u64) -> Text {
    let letter = |value: u64| b'A' + u8::try_from(value % 26).unwrap_or(0);
    let mut id = Text::new();
    id.push(letter(seed));
    id.push(letter(seed / 26));
    id.with(&Text::padded(number + 1, 9))
}
