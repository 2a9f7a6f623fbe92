//! What makes two claims the same, as 128 bits.

use xxhash_rust::xxh3::xxh3_128;

use super::apart;
use crate::claim::text::{Span, Text};
use crate::claim::{Claim, Line};
use crate::value::{PlaceOfService, Procedure};

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
}

fn fingerprint(claim: &Claim<'_>, row: &mut Row) -> Option<u128> {
    let text = &claim.text;
    let member = claim.subscriber.member;
    let person = claim.person();
    let first = claim.lines().first()?;
    let billing = match claim.billing.npi {
        Span { len: 0, .. } => number_of_atypical(claim)?,
        npi => npi,
    };
    // An employer has no member's number: there the patient is the one who is known.
    if member.len == 0 && (person.last.len == 0 || person.born.len == 0) {
        return None;
    }
    let rendering = |line| {
        let provider = claim.rendering(line).map(|provider| provider.name);
        match text.span(provider, 9) {
            // One without an NPI is known by the name.
            Span { len: 0, .. } => text.span(provider, 3),
            npi => npi,
        }
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
        let print = line_print(text, line, rendering, row)?;
        let print = apart::of_line(claim, line).map_or(print, |apart| print ^ apart);
        lines = lines.wrapping_add(print);
    }
    let fields = [
        billing,
        member,
        claim.subscriber.payer_id,
        person.last,
        person.first,
        person.born,
    ];
    let row = row.write(text.bytes, lines.to_le_bytes(), fields);
    let print = xxh3_128(row);
    Some(apart::of_claim(claim).map_or(print, |apart| print ^ apart))
}

/// What a billing provider without an NPI is known by: the tax number, else the name.
#[cold]
fn number_of_atypical(claim: &Claim<'_>) -> Option<Span> {
    let text = &claim.text;
    let (tax, name) = (claim.billing.tax, claim.billing.name);
    let spans = [text.span(tax, 2), text.span(name, 3)];
    spans.into_iter().find(|span| span.len > 0)
}

fn line_print(text: &Text<'_>, line: &Line, rendering: Span, row: &mut Row) -> Option<u128> {
    line.dates?;
    let mut head = [0; 23];
    let (code, rest) = head.split_first_chunk_mut()?;
    *code = line.procedure.map(Procedure::bytes).unwrap_or_default();
    let (modifiers, rest) = rest.split_first_chunk_mut()?;
    *modifiers = sorted(line.modifiers.packed());
    let (charge, rest) = rest.split_first_chunk_mut()?;
    *charge = line.charge?.0.to_le_bytes();
    *rest.first_chunk_mut()? = line.place.map_or(*b"  ", PlaceOfService::bytes);
    let [measure, mut quantity] = line.measure;
    let mut day = line.day;
    if quantity.len > 1 || day.len > DAY {
        (quantity, day) = plainest(text, line);
    }
    let fields = [measure, quantity, day, rendering];
    Some(xxh3_128(row.write(text.bytes, head, fields)))
}

/// Characters of a date.
const DAY: u32 = 8;

/// Where the units and the days of a line stand, without what says nothing: zeros, and the end
/// of a range of one day.
#[inline(never)]
fn plainest(text: &Text<'_>, line: &Line) -> (Span, Span) {
    let [_, quantity] = line.measure;
    let mut day = line.day;
    if line.dates.is_some_and(|dates| dates.from == dates.through) {
        day.len = day.len.min(DAY);
    }
    (quantity.of_number(text.bytes), day)
}

/// Four modifiers, packed, in ascending order: always the same five comparisons. Blanks
/// stand for one that is not there.
#[inline]
fn sorted(packed: u64) -> [u8; 8] {
    let packed = packed.swap_bytes();
    let code = |shift: u32| match packed >> shift & 0xFFFF {
        0 => u64::from(u16::from_be_bytes(*b"  ")),
        code => code,
    };
    let [a, b, c, d] = [code(48), code(32), code(16), code(0)];
    let (a, b) = (a.min(b), a.max(b));
    let (c, d) = (c.min(d), c.max(d));
    let (least, b, c, most) = (a.min(c), b.min(d), a.max(c), b.max(d));
    (least << 48 | b.min(c) << 32 | b.max(c) << 16 | most).to_be_bytes()
}

/// As many bytes are copied of each field at once, those behind it with it: nearly all
/// are shorter.
const AT_ONCE: u32 = 16;

/// Room for a head and six fields, each with its length.
const ROOM: usize = 128;

/// The bytes that are hashed.
#[derive(Debug)]
struct Row {
    room: [u8; ROOM],
    /// Rows with a longer field, or at the block's end.
    long: Vec<u8>,
}

impl Default for Row {
    fn default() -> Row {
        Row {
            room: [0; ROOM],
            long: Vec::new(),
        }
    }
}

impl Row {
    /// `head`, then each field behind its length, so that no two rows run together.
    #[inline]
    fn write<const HEAD: usize, const FIELDS: usize>(
        &mut self,
        bytes: &[u8],
        head: [u8; HEAD],
        fields: [Span; FIELDS],
    ) -> &[u8] {
        match self.write_short(bytes, head, fields) {
            Some(len) => &self.room[..len],
            None => self.write_any(bytes, HEAD, &fields),
        }
    }

    /// Its length, when no field is too long to be copied at once.
    #[inline]
    fn write_short<const HEAD: usize, const FIELDS: usize>(
        &mut self,
        bytes: &[u8],
        head: [u8; HEAD],
        fields: [Span; FIELDS],
    ) -> Option<usize> {
        *self.room.first_chunk_mut()? = head;
        let mut at = HEAD;
        for Span { start, len } in fields {
            if len > AT_ONCE {
                return None;
            }
            let (own, behind) = self.room.get_mut(at..)?.split_first_mut()?;
            *own = u8::try_from(len).ok()?;
            let start = start as usize;
            let field = bytes.get(start..start + AT_ONCE as usize)?.first_chunk()?;
            *behind.first_chunk_mut::<{ AT_ONCE as usize }>()? = *field;
            at += 1 + len as usize;
        }
        Some(at)
    }

    /// The head, of so many bytes, is written already.
    #[cold]
    #[inline(never)]
    fn write_any(&mut self, bytes: &[u8], head: usize, fields: &[Span]) -> &[u8] {
        self.long.clear();
        self.long.extend_from_slice(&self.room[..head]);
        for &Span { start, len } in fields {
            self.long.push(u8::try_from(len).unwrap_or(u8::MAX));
            let field = bytes.get(start as usize..(start + len) as usize);
            self.long.extend_from_slice(field.unwrap_or_default());
        }
        &self.long
    }
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
            behind in 0_usize..20,
        ) {
            let mut row = Row::default();
            for values in &rows {
                let mut bytes = Vec::new();
                let mut fields = [Span::default(); 3];
                let mut plain = b"head".to_vec();
                for (field, value) in fields.iter_mut().zip(values) {
                    let place = |at| u32::try_from(at).unwrap();
                    *field = Span { start: place(bytes.len()), len: place(value.len()) };
                    bytes.extend_from_slice(value);
                    plain.push(u8::try_from(value.len()).unwrap_or(u8::MAX));
                    plain.extend_from_slice(value);
                }
                bytes.resize(bytes.len() + behind, 0);
                prop_assert_eq!(row.write(&bytes, *b"head", fields), plain);
            }
        }

        #[test]
        fn four_codes_are_sorted(codes in any::<[[u8; 2]; 4]>()) {
            let mut plain = codes;
            plain.sort_unstable();
            for code in &mut plain {
                if *code == [0; 2] {
                    *code = *b"  ";
                }
            }
            plain.sort_unstable();
            let packed = codes.as_flattened().try_into().map_or(0, u64::from_le_bytes);
            prop_assert_eq!(&sorted(packed)[..], plain.as_flattened());
        }
    }
}
