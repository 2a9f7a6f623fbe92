//! What makes two claims the same, as 128 bits.

use xxhash_rust::xxh3::xxh3_128;

use crate::claim::text::Text;
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
    row: Row,
}

impl Prints {
    /// The fingerprint of a claim; `None` when it lacks what a payer knows a duplicate by.
    #[must_use]
    pub fn of(&mut self, claim: &Claim<'_>) -> Option<u128> {
        fingerprint(claim, &mut self.row)
    }

    /// Takes the fingerprint of a claim that corrects no other.
    pub fn take(&mut self, fingerprint: u128, claim: u64, rejected: bool) {
        self.prints.push(Print {
            claim,
            fingerprint,
            rejected,
        });
    }
}

fn fingerprint(claim: &Claim<'_>, row: &mut Row) -> Option<u128> {
    let text = &claim.text;
    let (name, demographics) = claim.patient.map_or(
        (claim.subscriber.name, claim.subscriber.demographics),
        |patient| (patient.name, patient.demographics),
    );
    let billing = text.element(claim.billing.name, 9);
    let member = text.element(claim.subscriber.name, 9);
    let first = claim.lines().first()?;
    if billing.is_empty() || member.is_empty() {
        return None;
    }
    let rendering = |line| {
        let provider = claim.rendering(line).map(|provider| provider.name);
        text.element(provider, 9)
    };
    // Hardly a line has a rendering provider of its own.
    let of_claim = first.providers.is_empty().then(|| rendering(first));
    // Lines may stand in any order, so what is made of each is added up.
    let mut lines = 0_u128;
    for line in claim.lines() {
        let rendering = match of_claim {
            Some(of_claim) if line.providers.is_empty() => of_claim,
            _ => rendering(line),
        };
        lines = lines.wrapping_add(line_print(text, line, rendering, row)?);
    }
    let patient = text.get(name).unwrap_or_default();
    let fields = [
        billing,
        member,
        claim.payer_id(),
        patient.element(3),
        patient.element(4),
        text.element(demographics, 2),
    ];
    Some(xxh3_128(row.write(&lines.to_le_bytes(), fields)))
}

fn line_print(text: &Text<'_>, line: &Line, rendering: &[u8], row: &mut Row) -> Option<u128> {
    let sv1 = text.segment(line.sv1?);
    let mut modifiers = [u16::from_be_bytes(*b"  "); 4];
    for (slot, modifier) in modifiers.iter_mut().zip(line.modifiers.iter()) {
        *slot = u16::from_be_bytes(modifier.bytes());
    }
    let modifiers = sorted(modifiers).map(u16::to_be_bytes);
    line.dates?;
    let mut head = [0; 23];
    head[..5].copy_from_slice(&line.procedure?.bytes());
    head[5..13].copy_from_slice(modifiers.as_flattened());
    head[13..21].copy_from_slice(&line.charge?.0.to_le_bytes());
    head[21..].copy_from_slice(&line.place.map_or(*b"  ", PlaceOfService::bytes));
    let fields = [
        sv1.element(3),
        sv1.element(4),
        text.element(line.date, 3),
        rendering,
    ];
    Some(xxh3_128(row.write(&head, fields)))
}

/// Four codes in ascending order: always the same five comparisons.
fn sorted([a, b, c, d]: [u16; 4]) -> [u16; 4] {
    let (a, b) = (a.min(b), a.max(b));
    let (c, d) = (c.min(d), c.max(d));
    let (least, b, c, most) = (a.min(c), b.min(d), a.max(c), b.max(d));
    [least, b.min(c), b.max(c), most]
}

/// The bytes that are hashed.
#[derive(Default, Debug)]
struct Row {
    /// As long as the longest row so far.
    room: Vec<u8>,
}

impl Row {
    /// `head`, then each field behind its length, so that no two rows run together.
    #[inline]
    fn write<const HEAD: usize, const FIELDS: usize>(
        &mut self,
        head: &[u8; HEAD],
        fields: [&[u8]; FIELDS],
    ) -> &[u8] {
        let len = fields.iter().fold(HEAD, |len, field| len + 1 + field.len());
        if self.room.len() < len {
            self.room.resize(len.next_power_of_two().max(256), 0);
        }
        let room = &mut self.room[..len];
        room[..HEAD].copy_from_slice(head);
        let mut at = HEAD;
        for field in fields {
            let place = &mut room[at..=at + field.len()];
            place[0] = u8::try_from(field.len()).unwrap_or(u8::MAX);
            copy(&mut place[1..], field);
            at += place.len();
        }
        &self.room[..len]
    }
}

/// Copies a field of the same length. Most have 1 to 16 bytes: those are copied as their
/// first and their last part, which may overlap.
#[inline]
fn copy(to: &mut [u8], from: &[u8]) {
    let copied = match from.len() {
        8..=16 => copy_ends::<8>(to, from),
        4..8 => copy_ends::<4>(to, from),
        2..4 => copy_ends::<2>(to, from),
        1 => copy_ends::<1>(to, from),
        _ => None,
    };
    if copied.is_none() {
        to.copy_from_slice(from);
    }
}

#[inline(always)] // Two loads and two stores; a call for them costs more than they do.
#[allow(clippy::inline_always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) -> Option<()> {
    *to.first_chunk_mut::<N>()? = *from.first_chunk()?;
    *to.last_chunk_mut::<N>()? = *from.last_chunk()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_is_its_head_and_each_field_behind_its_length(
            rows in prop::collection::vec(prop::array::uniform3(
                prop_oneof![prop::collection::vec(any::<u8>(), 0..20), prop::collection::vec(any::<u8>(), 0..400)],
            ), 1..4),
        ) {
            let mut row = Row::default();
            for fields in &rows {
                let mut plain = b"head".to_vec();
                for field in fields {
                    plain.push(u8::try_from(field.len()).unwrap_or(u8::MAX));
                    plain.extend_from_slice(field);
                }
                let [first, second, third] = fields;
                prop_assert_eq!(row.write(b"head", [first, second, third]), plain);
            }
        }

        #[test]
        fn four_codes_are_sorted(codes in any::<[u16; 4]>()) {
            let mut plain = codes;
            plain.sort_unstable();
            prop_assert_eq!(sorted(codes), plain);
        }
    }
}
