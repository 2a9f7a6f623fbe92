//! Writes a claim and its patient as segments. A fault of structure is planted
//! right where its segment is written.

use super::claim::{Claim, Line};
use super::fault::Fault;
use super::other_payer;
use super::patient::{Dependent, Patient};
use super::people::Person;
use super::places::PLACES;
use super::plan::{Run, Step};
use super::pools::PLANS;
use super::provider::{Provider, rendering};
use super::scene::{OtherPayer, Program};
use super::service::{procedure, units};
use super::text::{Segments, Text, digit};
use crate::value::Date;

/// Writes the level of a billing provider.
pub(super) fn provider(out: &mut Segments, provider: &Provider, level: u64) {
    out.put([b"HL", &Text::number(level), b"", b"20", b"1"]);
    out.copy(&provider.rendered);
}

/// Writes the level of a subscriber and, when the patient is a dependent, his.
pub(super) fn patient(
    out: &mut Segments,
    run: &Run,
    step: &Step,
    patient: &Patient,
    level: u64,
    provider_level: u64,
) {
    let fault = step.fault.map(|(fault, _)| fault);
    let place = run.roster.providers[step.provider].place;
    let parent = if fault == Some(Fault::ParentUnknown) {
        // Far above any number of the file.
        level + 5_000_000_000
    } else {
        provider_level
    };
    let has_child: &[u8] = if patient.dependent.is_some() {
        b"1"
    } else {
        b"0"
    };
    out.put([
        b"HL",
        &Text::number(level),
        &Text::number(parent),
        b"22",
        has_child,
    ]);
    subscriber(out, step, patient, fault, place);
    if fault != Some(Fault::PayerLoopMissing) {
        out.copy(match step.program {
            Program::Medicare => &run.roster.medicare[place],
            Program::Medicaid => &run.roster.medicaid[place],
            Program::Commercial => &run.roster.plans[patient.plan],
        });
    }
    if let Some(child) = &patient.dependent {
        dependent(out, patient, child, level, place);
    }
}

fn subscriber(
    out: &mut Segments,
    step: &Step,
    patient: &Patient,
    fault: Option<Fault>,
    place: usize,
) {
    let second = patient.earlier.is_some() && fault != Some(Fault::TwoPrimaryPayers);
    let rank: &[u8] = if second { b"S" } else { b"P" };
    let filing = match step.program {
        Program::Medicare => "MB",
        Program::Medicaid => "MC",
        Program::Commercial => PLANS[patient.plan].2,
    };
    let own: &[u8] = if patient.dependent.is_some() {
        b""
    } else {
        b"18"
    };
    out.put([
        b"SBR",
        rank,
        own,
        &patient.group,
        b"",
        b"",
        b"",
        b"",
        b"",
        filing.as_bytes(),
    ]);
    let mut last = Text::of(patient.person.last.as_bytes());
    if fault == Some(Fault::ControlCharacter) {
        last.push(unused_control(out));
    }
    out.put([
        b"NM1",
        b"IL",
        b"1",
        &last,
        patient.person.first.as_bytes(),
        b"",
        b"",
        b"",
        b"MI",
        &patient.member,
    ]);
    // The guide wants the rest only of a subscriber who is the patient.
    if patient.dependent.is_none() {
        home(out, patient, fault, place);
        if fault != Some(Fault::SubscriberBirthMissing) {
            demographics(out, patient.birth, &patient.person);
        }
    }
}

/// Where the patient lives: a dependent lives with the subscriber.
fn home(out: &mut Segments, patient: &Patient, fault: Option<Fault>, place: usize) {
    let state = match fault {
        Some(Fault::StateUnknown) => "XX",
        _ => PLACES[place].state,
    };
    out.put([b"N3", &patient.person.street]);
    out.put([
        b"N4",
        patient.city.0.as_bytes(),
        state.as_bytes(),
        &patient.zip,
    ]);
}

fn demographics(out: &mut Segments, birth: Date, person: &Person) {
    out.put([b"DMG", b"D8", &Text::date(birth), &[person.sex]]);
}

fn dependent(out: &mut Segments, patient: &Patient, child: &Dependent, parent: u64, place: usize) {
    out.put([
        b"HL",
        &Text::number(parent + 1),
        &Text::number(parent),
        b"23",
        b"0",
    ]);
    out.put([b"PAT", child.relation.as_bytes()]);
    let person = &child.person;
    out.put([
        b"NM1",
        b"QC",
        b"1",
        person.last.as_bytes(),
        person.first.as_bytes(),
    ]);
    home(out, patient, None, place);
    demographics(out, child.birth, person);
}

/// A control character that is no separator of the file.
fn unused_control(out: &Segments) -> u8 {
    let d = out.delimiters;
    let used = [d.element, d.component, d.repetition, d.segment];
    (1..=8).find(|byte| !used.contains(byte)).unwrap_or(0)
}

/// Writes a claim with its lines.
pub(super) fn claim(out: &mut Segments, run: &Run, patient: &Patient, claim: &Claim) {
    head(out, claim);
    references(out, claim);
    diagnoses(out, claim);
    providers(out, claim);
    if let Some(earlier) = &patient.earlier {
        other_payer::claim_level(out, run, patient, earlier, claim);
    }
    let count = claim.lines().len();
    let day = Text::date(claim.date);
    let control = Text::padded(claim.number + 1, 9);
    for (index, line) in claim.lines().iter().enumerate() {
        let number = index as u64 + 1;
        let jumps = claim.has(Fault::LineNumberJumps) && index + 1 == count;
        // Other faults of a line stand in the first one.
        let fault = claim.fault.filter(|_| index == 0);
        counter(out, number + u64::from(jumps), fault);
        service(out, line, fault);
        service_date(out, claim.date, &day, fault);
        out.begin(b"REF");
        out.element(b"6R");
        out.element(&control);
        out.more(&[digit(number / 10), digit(number)]);
        out.end();
        if let Some(earlier) = &patient.earlier
            && earlier.report == OtherPayer::Lines
        {
            other_payer::line_level(out, run, earlier, claim, line, index == 0);
        }
    }
}

fn head(out: &mut Segments, claim: &Claim) {
    let either = |fault, wrong: &'static str, right: &'static str| {
        if claim.has(fault) { wrong } else { right }.as_bytes()
    };
    out.begin(b"CLM");
    out.element(&claim.id);
    out.element(&Text::amount(claim.charge));
    out.element(either(Fault::ElementNotUsed, "X", ""));
    out.element(b"");
    out.element(claim.place.as_bytes());
    out.component(b"B");
    out.component(claim.frequency.as_bytes());
    out.element(either(Fault::SignatureCodeUnknown, "X", "Y"));
    out.element(either(Fault::AssignmentMissing, "", "A"));
    out.element(b"Y");
    out.element(b"Y");
    if claim.has(Fault::AccidentUndated) {
        out.element(b"");
        out.element(b"OA");
    }
    out.end();
    if claim.has(Fault::SegmentUnknown) {
        out.put([b"ZZZ", b"1"]);
    }
    if let Some(onset) = claim.onset {
        out.put([b"DTP", b"431", b"D8", &Text::date(onset)]);
    }
    if let Some(paid) = claim.paid {
        let paid = Text::amount(paid);
        out.put([b"AMT", b"F5", &paid]);
        if claim.has(Fault::AmountRepeated) {
            out.put([b"AMT", b"F5", &paid]);
        }
    }
}

fn references(out: &mut Segments, claim: &Claim) {
    let references: [(&[u8], &Option<Text>); 3] = [
        (b"G1", &claim.authorization),
        (b"F8", &claim.original),
        (b"D9", &claim.trace),
    ];
    for (qualifier, value) in references {
        if let Some(value) = value {
            out.put([b"REF", qualifier, value]);
        }
    }
}

fn diagnoses(out: &mut Segments, claim: &Claim) {
    if claim.has(Fault::DiagnosisMissing) {
        return;
    }
    out.begin(b"HI");
    for (index, code) in claim.diagnoses[..claim.diagnosis_count].iter().enumerate() {
        out.element(if index == 0 { b"ABK" } else { b"ABF" });
        out.component(code.as_bytes());
    }
    out.end();
}

fn providers(out: &mut Segments, claim: &Claim) {
    if let Some(referrer) = claim.referrer {
        out.copy(&claim.provider.referrers[referrer]);
    }
    therapist(out, claim);
    if claim.facility {
        out.copy(&claim.provider.facility);
    }
}

fn therapist(out: &mut Segments, claim: &Claim) {
    let therapist = &claim.provider.therapists[claim.therapist];
    let person = &therapist.person;
    let taxonomy = claim.therapist_taxonomy.unwrap_or("225100000X");
    match claim.fault {
        Some(Fault::RenderingNpiMissing) => out.put([
            b"NM1",
            b"82",
            b"1",
            person.last.as_bytes(),
            person.first.as_bytes(),
        ]),
        Some(Fault::QualifierWithoutId) => out.put([
            b"NM1",
            b"82",
            b"1",
            person.last.as_bytes(),
            person.first.as_bytes(),
            b"",
            b"",
            b"",
            b"XX",
        ]),
        Some(Fault::NpiCheckDigit | Fault::TaxonomyUnknown | Fault::AssistantRenders) => {
            let npi = claim.therapist_npi.unwrap_or(therapist.npi);
            rendering(out, person, b"XX", &npi);
        }
        _ => {
            out.copy(&therapist.rendered);
            return;
        }
    }
    out.put([b"PRV", b"PE", b"PXC", taxonomy.as_bytes()]);
}

fn counter(out: &mut Segments, number: u64, fault: Option<Fault>) {
    out.begin(b"LX");
    out.element(&Text::number(number));
    if fault == Some(Fault::ElementsTooMany) {
        out.element(b"1");
    }
    out.end();
}

fn service_date(out: &mut Segments, date: Date, day: &[u8], fault: Option<Fault>) {
    match fault {
        Some(Fault::ServiceDateMissing) => {}
        Some(Fault::DateImpossible) => {
            let february = Text::of(&day[..4]).with(b"0231");
            out.put([b"DTP", b"472", b"D8", &february]);
        }
        Some(Fault::LineSpansDates) => {
            let days = Text::date(date.plus_days(-1)).with(b"-").with(day);
            out.put([b"DTP", b"472", b"RD8", &days]);
        }
        _ => out.put([b"DTP", b"472", b"D8", day]),
    }
}

fn service(out: &mut Segments, line: &Line, fault: Option<Fault>) {
    if fault == Some(Fault::ServiceMissing) {
        return;
    }
    out.begin(b"SV1");
    procedure(out, line);
    if line.charge_tail.is_empty() {
        out.element(&Text::amount(line.charge));
    } else {
        let mut charge = Text::number(line.charge.unsigned_abs() / 100);
        charge.push(b'.');
        charge.add(&Text::padded(line.charge.unsigned_abs() % 100, 2));
        charge.add(line.charge_tail.as_bytes());
        out.element(&charge);
    }
    out.element(b"UN");
    units(out, line);
    out.element(line.place.as_bytes());
    out.element(b"");
    out.element(&Text::number(line.pointer));
    if let Some(second) = line.second_pointer {
        out.component(&Text::number(second));
    }
    out.end();
}
