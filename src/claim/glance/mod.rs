//! A glance at a segment: whether [`validate::elements`] can find nothing in it.
//!
//! Nearly every segment is as the guide wants it. So the lengths of all its elements are
//! compared side by side first, and only values of which the guide asks more than a length
//! are read. Whatever a glance does not settle is left to the full check, which alone tells
//! what is wrong: a glance may look away from a sound segment, never let a faulty one pass.
//!
//! What a glance looks for is worked out once for each use of a segment, its [`Form`].
//!
//! [`validate::elements`]: super::validate::elements

use super::structure::{ElementSpec, SegmentSpec};
use super::validate::{broken, period};
use crate::value::Date;
use crate::x12::{EDGES, Seen};
use code_set::{CodeSet, short};
pub use form::Form;
use form::{Composite, Read, character_bit, passes};
use spans::{LANES, bits, flag};

mod code_set;
mod form;
mod spans;
#[cfg(test)]
mod tests;

/// Elements that are looked at; longer segments are left to the full check.
const ELEMENTS: usize = EDGES - 1;

/// The first eight of them, and the others.
#[inline]
fn halves(gaps: &[u8; ELEMENTS]) -> [[u8; LANES]; 2] {
    let (halves, _) = gaps.as_chunks();
    [halves[0], halves[1]]
}

/// Whether nothing can be wrong with the elements of a segment of this use, which was told
/// from other uses by its code.
///
/// `subs` are the places of the component and repetition separators in the block from the
/// segment on; of a sound segment its own are taken. From the place `unusual` on a blank may
/// stand beside a separator (see [`crate::x12::Tokens::blank_positions`]), or an odd byte.
#[inline]
#[must_use]
pub fn is_sound(
    seen: &Seen<'_>,
    spec: &SegmentSpec,
    repetition: u8,
    unusual: usize,
    subs: &mut &[u32],
) -> bool {
    let form = &spec.form;
    let count = seen.segment.len();
    let (bytes, _) = seen.segment.parts();
    let edges = seen.edges;
    if count == 0 || count > form.elements.min(ELEMENTS) || edges[count] as usize > unusual {
        return false;
    }
    let ([first, others], [gaps, gaps_behind]) = (&form.spans, halves(seen.gaps));
    let Some(filled) = first.filled(gaps, count.min(LANES)) else {
        return false;
    };
    let (mut last, mut present) = (filled, bits(filled));
    if count > LANES {
        let Some(filled) = others.filled(gaps_behind, count - LANES) else {
            return false;
        };
        last = filled;
        present |= bits(filled) << LANES;
    } else if others.requires() {
        return false;
    }
    // Empty elements at the end.
    if last & flag(count - 1) == 0 {
        return false;
    }
    for at in Indexes(present & form.characters) {
        if !is_character(bytes, edges[at] + 1, form.character_bits[at]) {
            return false;
        }
    }
    for at in Indexes(present & form.coded) {
        if !is_code(bytes, (edges[at] + 1, edges[at + 1]), &form.codes[at]) {
            return false;
        }
    }
    for at in Indexes(present & form.valued) {
        let place = (edges[at] + 1, edges[at + 1]);
        let sound = match &form.reads[at] {
            Read::Number { decimal } if is_number(bytes, place, *decimal) => true,
            Read::Period => {
                // No first element is a period.
                let before = edges[at.saturating_sub(1)] + 1;
                let format = slice(bytes, (before, edges[at]));
                let value = slice(bytes, place);
                if format == b"D8" {
                    Date::parse_d8(value).is_some()
                } else {
                    period_is_sound(format, value, spec.elements.get(at))
                }
            }
            _ => spec_passes(bytes, place, spec.elements.get(at)),
        };
        if !sound {
            return false;
        }
    }
    let relations = form.relations.iter();
    if relations
        .copied()
        .any(|relation| broken(relation, present).is_some())
    {
        return false;
    }
    for (at, composite) in &form.composites {
        if *at >= count {
            break;
        }
        let place = (edges[*at], edges[*at + 1]);
        let spec = spec.elements.get(*at);
        if present >> *at & 1 == 1 && !composite.is_sound(bytes, place, repetition, subs, spec) {
            return false;
        }
    }
    // A separator of components where no composite is.
    subs.first().is_none_or(|&sub| sub > edges[count])
}

/// What the full check says of the value between these places.
#[inline(never)]
fn spec_passes(bytes: &[u8], place: (u32, u32), spec: Option<&ElementSpec>) -> bool {
    spec.is_some_and(|spec| passes(spec, slice(bytes, place)))
}

#[inline]
fn slice(bytes: &[u8], (start, end): (u32, u32)) -> &[u8] {
    bytes.get(start as usize..end as usize).unwrap_or(&[])
}

/// The indexes of the bits of a mask, from the lowest on.
struct Indexes(u32);

impl Iterator for Indexes {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let at = self.0.trailing_zeros() as usize;
        self.0 &= self.0.checked_sub(1)?;
        Some(at % ELEMENTS)
    }
}

/// Whether the character here is one of these bits.
#[inline]
fn is_character(bytes: &[u8], at: u32, bits: u64) -> bool {
    let bit = bytes.get(at as usize).and_then(|&byte| character_bit(byte));
    bit.is_some_and(|bit| bits >> bit & 1 == 1)
}

/// Whether the value between these places is one of the codes.
#[inline]
fn is_code(bytes: &[u8], (start, end): (u32, u32), codes: &CodeSet) -> bool {
    let (start, length) = (start as usize, end - start);
    let code = bytes.get(start..start + 4).and_then(<[u8]>::first_chunk);
    code.is_some_and(|&code| codes.has(short(code, length)))
}

/// Whether a period in this format is one; see [`period`].
#[inline(never)]
fn period_is_sound(format: &[u8], value: &[u8], spec: Option<&ElementSpec>) -> bool {
    let mut sound = spec.is_some();
    if let Some(spec) = spec {
        period(format, value, spec, |_| sound = false);
    }
    sound
}

/// Whether the value between these places is a number without a sign; `false` too for one
/// longer than eight bytes.
#[inline]
fn is_number(bytes: &[u8], (start, end): (u32, u32), decimal: bool) -> bool {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let (start, length) = (start as usize, end - start);
    let value = bytes.get(start..start + 8).and_then(<[u8]>::first_chunk);
    let (Some(&value), Some(unused @ 0..64)) = (value, 64_u32.checked_sub(length * 8)) else {
        return false;
    };
    let value = u64::from_le_bytes(value);
    // A digit is 0 to 9 less '0'; any other byte gets its highest bit, here or by the sum.
    let digits = value ^ ZEROS;
    let others = (((digits & LOW) + 0x7676_7676_7676_7676) | digits) & !LOW;
    let others = others << unused;
    if others == 0 {
        return true;
    }
    let at = others.trailing_zeros() / 8 * 8;
    let is_point = (value << unused) >> at & 0xFF == u64::from(b'.');
    let is_alone = others.is_power_of_two();
    decimal && is_alone && is_point && length > 1
}

impl Composite {
    /// Whether nothing is wrong with the composite between these separators; takes its own.
    /// The lengths of its components are compared side by side, like those of elements.
    // Inlined so that all this is looked at where it is, not copied for a call.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn is_sound(
        &self,
        bytes: &[u8],
        (before, end): (u32, u32),
        repetition: u8,
        subs: &mut &[u32],
        spec: Option<&ElementSpec>,
    ) -> bool {
        // A separator of an element before this one would make a gap too wide for any.
        let gap = |from: u32, to: u32| u64::from(to.wrapping_sub(from).min(127));
        let (mut edges, mut gaps, mut latest, mut count) = ([before; 2 * LANES], 0, before, 0);
        while let Some(&sub) = subs.get(count)
            && sub < end
            && count < LANES
        {
            if bytes.get(sub as usize) == Some(&repetition) {
                return false;
            }
            gaps |= gap(latest, sub) << (8 * count);
            (latest, count) = (sub, count + 1);
            edges[count] = sub;
        }
        if count >= self.components {
            return false;
        }
        edges[(count + 1) % (2 * LANES)] = end;
        gaps |= gap(latest, end) << (8 * count % 64);
        let Some(filled) = self.spans.filled(gaps.to_le_bytes(), count + 1) else {
            return false;
        };
        for at in Indexes(bits(filled) & self.read) {
            let place = (edges[at] + 1, edges[(at + 1) % (2 * LANES)]);
            let sound = match &self.reads[at % LANES] {
                Read::Nothing => true,
                Read::Code(codes) => is_code(bytes, place, codes),
                Read::Character(bits) => is_character(bytes, place.0, *bits),
                Read::Number { decimal } if is_number(bytes, place, *decimal) => true,
                // Only elements are known to stand behind their format.
                Read::Period => false,
                _ => spec_passes(bytes, place, spec.and_then(|spec| spec.components.get(at))),
            };
            if !sound {
                return false;
            }
        }
        *subs = subs.get(count..).unwrap_or(&[]);
        true
    }
}
