//! What a 277CA says of one claim: its provider, its patient, its statuses, its lines.

use std::collections::BTreeMap;

use super::UNKNOWN;
use crate::acknowledge::status::{self, ACCEPTED, LINE, RECEIVED, Status};
use crate::acknowledge::write::{Writer, d8};
use crate::claim::{Claim, Line};
use crate::rules::Finding;
use crate::scrub::item::Fate;
use crate::scrub::listener::JudgedClaim;
use crate::value::{Cents, Date, DateRange, Severity};
use crate::x12::{SegmentKind, key};

/// Most characters of the plain message (STC12).
const MESSAGE_CHARS: usize = 264;

/// Statuses that one STC holds: STC01, STC10, STC11.
const STATUSES: usize = 3;

/// Characters of an identifier (NM109), a name (NM103), a reference (TRN02, REF02).
const ID: (usize, usize) = (2, 80);
const NAME: (usize, usize) = (1, 60);
const REFERENCE: (usize, usize) = (1, 50);

/// Segment identifiers.
const LX: u32 = key(b"LX");
const NM1: u32 = key(b"NM1");
const REF: u32 = key(b"REF");

/// Stands for a trace number that the claim does not have.
pub(super) const NO_TRACE: &str = "0";

/// NM1 of the billing provider, whose HL the keeper writes.
pub fn provider(out: &mut Writer<'_>, claim: &Claim<'_>) {
    let name = claim.text.get(claim.billing.name).unwrap_or_default();
    let element = |position| name.element(position);
    let person = element(2) == b"1";
    out.start("NM1")
        .text("85")
        .text(if person { "1" } else { "2" })
        .required(element(3), NAME, UNKNOWN);
    if person {
        out.element(element(4), 35)
            .element(element(5), 25)
            .skip(1)
            .element(element(7), 10);
    } else {
        out.skip(4);
    }
    let (qualifier, id) = match (element(8), element(9)) {
        (b"XX", npi) if npi.len() >= 2 => ("XX", npi),
        (_, other) => match claim.text.element(claim.billing.tax, 2) {
            tax if tax.len() >= 2 => ("FI", tax),
            _ => ("SV", other),
        },
    };
    out.text(qualifier).required(id, ID, UNKNOWN).end();
}

/// Everything of a claim below its HL.
pub fn claim(out: &mut Writer<'_>, judged: &JudgedClaim<'_>, today: Date) {
    let claim = judged.claim;
    let text = &claim.text;
    let segment = |index| text.get(index).unwrap_or_default();
    let subscriber = segment(claim.subscriber.name);
    let patient = claim
        .patient
        .map_or(subscriber, |patient| segment(patient.name));
    let name = |position| patient.element(position);
    out.start("NM1")
        .text("QC")
        .text("1")
        .required(name(3), NAME, UNKNOWN)
        .element(name(4), 35)
        .element(name(5), 25)
        .skip(1)
        .element(name(7), 10)
        .text(match subscriber.element(8) {
            b"II" => "II",
            _ => "MI",
        })
        .required(subscriber.element(9), ID, UNKNOWN)
        .end();
    out.start("TRN")
        .text("2")
        .required(claim.id(), REFERENCE, NO_TRACE)
        .end();
    let (day, charge) = (d8(today), judged.charge);
    let mut stc = |status: Status, action: &str, message: &str| {
        out.start("STC");
        statuses(out, &[status]);
        out.plain(&day).text(action).amount(charge);
        out.skip(7).element(message.as_bytes(), usize::MAX).end();
    };
    let mut faulty = BTreeMap::new();
    match judged.fate {
        Fate::Clean => stc(ACCEPTED, "WQ", ""),
        Fate::Held => stc(RECEIVED, "WQ", "held until a policy it needs is known"),
        Fate::Rejected => {
            faulty = tellable(claim);
            for finding in rejections(judged) {
                let status = status_of(judged, finding);
                let line = finding
                    .service_line
                    .and_then(|number| faulty.get_mut(&number));
                let told = line.map_or(status, |(_, told)| {
                    if told.len() < STATUSES && !told.contains(&status) {
                        told.push(status);
                    }
                    LINE
                });
                stc(told, "U", &message(finding));
            }
        }
    }
    let end = u32::try_from(text.tokens.len()).unwrap_or(u32::MAX);
    let reference = (claim.parts.clm + 1..end)
        .map(|index| text.segment(index))
        .take_while(|segment| {
            segment.kind() == SegmentKind::Other && !matches!(segment.key(), LX | NM1)
        })
        .find(|segment| segment.key() == REF && segment.element(1) == b"D9");
    if let Some(reference) = reference {
        out.optional("REF", "D9", reference.element(2), REFERENCE.1);
    }
    // The guide demands a date. A claim rejected for having none gets the day of the run.
    let dates = claim.dates().unwrap_or(DateRange {
        from: today,
        through: today,
    });
    service_dates(out, Some(dates));
    for (line, told) in faulty.into_values() {
        faulty_line(out, claim, line, &told, &day);
    }
}

/// The findings that reject the claim: those that say so or, where the run was told to
/// reject what it cannot check, those that say what is unknown.
fn rejections<'a>(judged: &'a JudgedClaim<'_>) -> impl Iterator<Item = &'a Finding> {
    let rejects = |finding: &&Finding| finding.severity == Severity::Reject;
    let none = !judged.findings.iter().any(|finding| rejects(&finding));
    judged
        .findings
        .iter()
        .filter(move |finding| rejects(finding) || (none && finding.unchecked))
}

fn status_of(judged: &JudgedClaim<'_>, finding: &Finding) -> Status {
    let segment = judged.claim.text.segment(finding.spot.segment);
    status::of(finding, &segment)
}

/// The service lines that SVC can be written for, by number: they have a procedure and
/// a charge. Each with the statuses to be told of it.
fn tellable<'a>(claim: &Claim<'a>) -> BTreeMap<u32, (&'a Line, Vec<Status>)> {
    let mut lines = BTreeMap::new();
    for line in claim.lines() {
        let told = claim.text.get(line.sv1).is_some_and(|sv1| {
            let code = sv1.component(1, 2, claim.text.delimiters);
            let charge = Cents::parse(sv1.element(2));
            !code.trim_ascii().is_empty() && charge.is_some()
        });
        if told {
            lines.entry(line.number).or_insert((line, Vec::new()));
        }
    }
    lines
}

/// 2220D: a line whose fault rejected the claim.
fn faulty_line(
    out: &mut Writer<'_>,
    claim: &Claim<'_>,
    line: &Line,
    told: &[Status],
    today: &[u8],
) {
    let Some((first, others)) = told.split_first() else {
        return;
    };
    let text = &claim.text;
    let sv1 = |position| text.element(line.sv1, position);
    let part = |component| {
        text.get(line.sv1).map_or(&[][..], |segment| {
            segment.component(1, component, text.delimiters)
        })
    };
    let qualifier = match part(1) {
        known @ (b"ER" | b"HC" | b"IV" | b"WK") => known,
        _ => b"HC",
    };
    let code = out.cleaned(part(2), 48);
    let code = if code.is_empty() {
        UNKNOWN.as_bytes()
    } else {
        &code
    };
    let modifier = |component| -> &[u8] {
        match part(component) {
            modifier @ [first, second]
                if first.is_ascii_alphanumeric() && second.is_ascii_alphanumeric() =>
            {
                modifier
            }
            _ => &[],
        }
    };
    let modifiers = [3, 4, 5, 6].map(modifier);
    let [one, two, three, four] = modifiers;
    out.start("SVC")
        .composite(&[qualifier, code, one, two, three, four]);
    let units = sv1(4).trim_ascii();
    out.amount(line.charge.unwrap_or_default()).skip(4);
    if (1..=15).contains(&units.len()) && Cents::parse(units).is_some() {
        out.element(units, 15);
    }
    out.end();
    out.start("STC");
    statuses(out, &[*first]);
    out.plain(today).text("U").skip(6);
    for other in others {
        statuses(out, &[*other]);
    }
    out.end();
    let number = line.number.to_string();
    out.start("REF")
        .text("FJ")
        .required(text.element(line.control, 2), REFERENCE, &number)
        .end();
    service_dates(out, line.dates);
}

pub(super) fn statuses(out: &mut Writer<'_>, statuses: &[Status]) {
    for status in statuses {
        out.codes(&[status.category, status.code, status.entity]);
    }
}

/// The days of service, the first in front even where the claim has them reversed.
fn service_dates(out: &mut Writer<'_>, dates: Option<DateRange>) {
    let Some(dates) = dates else { return };
    let first = dates.from.min(dates.through);
    let last = dates.from.max(dates.through);
    out.start("DTP").text("472");
    if first == last {
        out.text("D8").plain(&d8(first));
    } else {
        let range = [&d8(first)[..], b"-", &d8(last)].concat();
        out.text("RD8").plain(&range);
    }
    out.end();
}

/// The rule, what is wrong, and what to do when there is room for it.
fn message(finding: &Finding) -> String {
    let line = finding
        .service_line
        .map(|number| format!("line {number}, "))
        .unwrap_or_default();
    let mut message = format!("{}, {line}{}", finding.rule.code, finding.message);
    if !finding.help.is_empty() && message.len() + finding.help.len() + 2 <= MESSAGE_CHARS {
        message.push_str("; ");
        message.push_str(&finding.help);
    }
    if message.len() > MESSAGE_CHARS {
        let cut = (0..=MESSAGE_CHARS)
            .rev()
            .find(|&at| message.is_char_boundary(at) && message[..at].ends_with(' '))
            .unwrap_or(0);
        message.truncate(cut);
    }
    message
}
