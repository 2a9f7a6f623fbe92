//! What tells claims apart that otherwise bill the same. Few have any of it.

use xxhash_rust::xxh3::Xxh3;

use crate::claim::{Claim, Line, Provider};

/// What a claim has of it: a frequency code other than 1, 7 and 8, the number of an accident
/// or injury (REF*Y4), where an ambulance took the patient up and let him off.
#[inline]
pub(super) fn of_claim(claim: &Claim<'_>) -> Option<u128> {
    let parts = claim.parts;
    let case = match claim.patient {
        Some(patient) => patient.case.or(claim.subscriber.case),
        None => claim.subscriber.case,
    };
    let is_trip = || parts.providers.iter().any(is_stop);
    if parts.original && case.is_none() && !is_trip() {
        return None;
    }
    Some(of_unusual_claim(claim, case))
}

/// Whether it is where an ambulance took the patient up or let him off.
fn is_stop(place: &Provider) -> bool {
    matches!(place.loop_id, "2310E" | "2310F")
}

#[cold]
#[inline(never)]
fn of_unusual_claim(claim: &Claim<'_>, case: Option<u32>) -> u128 {
    let text = &claim.text;
    let mut mixed = Mixed::default();
    if !matches!(claim.frequency(), b"" | b"1" | b"7" | b"8") {
        mixed.add(b"frequency", claim.frequency());
    }
    mixed.add(b"case", text.element(case, 2));
    let providers = claim.parts.providers.iter();
    for place in providers.filter(|place| is_stop(place)) {
        for address in [place.street, place.city] {
            let address = text.get(address).map_or(&b""[..], |address| address.text());
            mixed.add(place.loop_id.as_bytes(), address);
        }
    }
    mixed.all
}

/// What a line has of it: a code of another list than HC, a description (SV101-7), a drug
/// (LIN03).
#[inline]
pub(super) fn of_line(claim: &Claim<'_>, line: &Line) -> Option<u128> {
    if line.plain && claim.parts.drugs.is_empty() {
        return None;
    }
    Some(of_unusual_line(claim, line))
}

#[cold]
#[inline(never)]
fn of_unusual_line(claim: &Claim<'_>, line: &Line) -> u128 {
    let text = &claim.text;
    let mut mixed = Mixed::default();
    if let Some(sv1) = text.get(line.sv1).filter(|_| !line.plain) {
        let mut parts = sv1.components(1, text.delimiters);
        let (list, code) = (parts.next(), parts.next());
        if line.procedure.is_none() {
            mixed.add(b"list", list.unwrap_or_default());
            mixed.add(b"code", code.unwrap_or_default());
        }
        mixed.add(b"description", parts.nth(4).unwrap_or_default());
    }
    let drugs = claim.parts.drugs.iter();
    for &(_, segment) in drugs.filter(|(number, _)| *number == line.number) {
        let segment = text.segment(segment);
        if segment.id() == b"LIN" {
            mixed.add(b"drug", segment.element(3));
        }
    }
    mixed.all
}

/// Values with what they are; nothing where all are empty.
#[derive(Default)]
struct Mixed {
    all: u128,
}

impl Mixed {
    fn add(&mut self, what: &[u8], value: &[u8]) {
        let value = value.trim_ascii();
        if value.is_empty() {
            return;
        }
        let mut hasher = Xxh3::new();
        for part in [&self.all.to_le_bytes()[..], what, b"*", value] {
            hasher.update(part);
        }
        self.all = hasher.digest128();
    }
}
