//! What makes two claims the same, as 128 bits.

use xxhash_rust::xxh3::xxh3_128;

use crate::claim::{Claim, Line};
use crate::value::PlaceOfService;

/// The fingerprint of a judged claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Print {
    /// The claim's place in the input, from 1.
    pub claim: u64,
    /// Equal for claims that bill the same.
    pub fingerprint: u128,
    /// Whether the claim is rejected, so that a later one is no twin of it.
    pub rejected: bool,
}

/// The fingerprints of a block's claims.
#[derive(Default, Debug)]
pub struct Prints {
    /// In the order of the claims; one that cannot be a twin has none.
    pub prints: Vec<Print>,
    scratch: Vec<u8>,
}

impl Prints {
    /// The fingerprint of a claim; `None` when it lacks what a payer knows a duplicate by.
    pub fn of(&mut self, claim: &Claim<'_>) -> Option<u128> {
        fingerprint(claim, &mut self.scratch)
    }

    /// Takes the fingerprint of a claim, unless it corrects another.
    pub fn take(
        &mut self,
        claim: &Claim<'_>,
        fingerprint: Option<u128>,
        ordinal: u64,
        rejected: bool,
    ) {
        if let Some(fingerprint) = fingerprint.filter(|_| claim.is_original()) {
            self.prints.push(Print {
                claim: ordinal,
                fingerprint,
                rejected,
            });
        }
    }
}

fn fingerprint(claim: &Claim<'_>, scratch: &mut Vec<u8>) -> Option<u128> {
    let text = &claim.text;
    let (name, demographics) = claim.patient.map_or(
        (claim.subscriber.name, claim.subscriber.demographics),
        |patient| (patient.name, patient.demographics),
    );
    let billing = text.element(claim.billing.name, 9);
    let member = text.element(claim.subscriber.name, 9);
    if billing.is_empty() || member.is_empty() || claim.lines().is_empty() {
        return None;
    }
    // Lines may stand in any order, so what is made of each is added up.
    let mut lines = 0_u128;
    for line in claim.lines() {
        lines = lines.wrapping_add(line_print(claim, line, scratch)?);
    }
    scratch.clear();
    scratch.extend_from_slice(&lines.to_le_bytes());
    for field in [
        billing,
        member,
        claim.payer_id(),
        text.element(name, 3),
        text.element(name, 4),
        text.element(demographics, 2),
    ] {
        push(scratch, field);
    }
    Some(xxh3_128(scratch))
}

fn line_print(claim: &Claim<'_>, line: &Line, scratch: &mut Vec<u8>) -> Option<u128> {
    let text = &claim.text;
    let sv1 = text.segment(line.sv1?);
    let mut modifiers = [[b' '; 2]; 4];
    for (slot, modifier) in modifiers.iter_mut().zip(line.modifiers.iter()) {
        *slot = modifier.bytes();
    }
    modifiers.sort_unstable();
    scratch.clear();
    scratch.extend_from_slice(&line.procedure?.bytes());
    scratch.extend_from_slice(modifiers.as_flattened());
    scratch.extend_from_slice(&line.charge?.0.to_le_bytes());
    scratch.extend_from_slice(&line.place.map_or(*b"  ", PlaceOfService::bytes));
    line.dates?;
    let rendering = claim.rendering(line).map(|provider| provider.name);
    for field in [
        sv1.element(3),
        sv1.element(4),
        text.element(line.date, 3),
        text.element(rendering, 9),
    ] {
        push(scratch, field);
    }
    Some(xxh3_128(scratch))
}

/// Appends a field with its length, so that no two rows of fields run together.
fn push(out: &mut Vec<u8>, field: &[u8]) {
    out.push(u8::try_from(field.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(field);
}
