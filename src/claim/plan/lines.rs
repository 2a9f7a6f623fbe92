//! Service lines of a shape that was met before.
//!
//! The lines of a practice differ in their codes and days, in amounts and control numbers;
//! the lengths of their elements come again and again. So of lines that passed by plan the
//! shape is kept, found again by the lengths: which bytes stay as they are (identifiers,
//! separators, codes), and where digits have to be. All bytes of another line of these
//! lengths are held against it side by side, and only its days are read.

use super::checks::Plan;
use super::form::Read;
use super::limits::LANES;
use super::shapes::range_of;
use super::values::Values;
use crate::claim::gather::{Gathered, LineParts};
use crate::claim::text::Text;
use crate::x12::key;

/// Shapes kept at a time, a power of two; one more takes the place of another.
const SHAPES: usize = 1024;

/// Lines that pass by plan before the shape of one is kept in a place that holds none, and
/// how many times as many before each other one takes its place: shapes that differ in a
/// code, but not in lengths, must not drive each other out.
const PATIENCE: u16 = 2;
const LONGER: u16 = 8;

/// Bytes and separators that are looked at, sixteen at a time.
const BYTES: usize = 8;
const GAPS: usize = 3;

/// A line has at most so many days.
const DAYS: usize = 4;

const LX: u32 = key(b"LX");

/// The shapes of lines, by their lengths.
#[derive(Debug)]
pub(super) struct Lines(Vec<Slot>);

#[derive(Debug)]
struct Slot {
    shape: Option<Box<Shape>>,
    /// Lines to wait for until the shape of one is kept, and how long that was.
    wait: u16,
    patience: u16,
}

#[derive(Clone, Copy, Debug)]
struct Between {
    least: [u8; LANES],
    most: [u8; LANES],
}

impl Between {
    const ANY: Between = Between {
        least: [0; LANES],
        most: [u8::MAX; LANES],
    };

    #[inline]
    fn hold<const COUNT: usize>(between: &[Between; COUNT], bytes: &[u8], count: usize) -> bool {
        let mut outside = [0; LANES];
        let mut behind = bytes;
        for between in between.get(..count).unwrap_or(&[]) {
            let Some((bytes, rest)) = behind.split_first_chunk::<LANES>() else {
                return false;
            };
            behind = rest;
            for lane in 0..LANES {
                let within = bytes[lane].max(between.least[lane]).min(between.most[lane]);
                outside[lane] |= within ^ bytes[lane];
            }
        }
        outside == [0; LANES]
    }

    fn set<const COUNT: usize>(between: &mut [Between; COUNT], at: usize, range: (u8, u8)) {
        if let Some(between) = between.get_mut(at / LANES) {
            (between.least[at % LANES], between.most[at % LANES]) = range;
        }
    }
}

#[derive(Debug)]
struct Shape {
    gaps: [Between; GAPS],
    gap_rows: usize,
    bytes: [Between; BYTES],
    byte_rows: usize,
    /// Its segments, and the component separators in it.
    segments: u32,
    separators: usize,
    /// Places of days, behind its first byte.
    days: [u32; DAYS],
    day_count: usize,
    /// Behind its last byte.
    end: u32,
    parts: LineParts,
}

impl Lines {
    pub(super) fn new() -> Lines {
        let slot = || Slot {
            shape: None,
            wait: PATIENCE,
            patience: PATIENCE,
        };
        Lines(std::iter::repeat_with(slot).take(SHAPES).collect())
    }

    /// Passes a line that starts with this segment, and notes it; tells the segment behind it.
    #[inline]
    pub(super) fn pass(
        &self,
        text: &Text<'_>,
        from: u32,
        end: u32,
        subs: &mut &[u32],
        gathered: &mut Gathered,
    ) -> Option<u32> {
        let entries = text.tokens.entries(from..end);
        let entry = entries.first()?;
        let (_, gaps) = text.tokens.separators(entry.first as usize);
        let shape = self.0.get(place(gaps)?)?.shape.as_ref()?;
        let is_whole = entries
            .get(shape.segments as usize)
            .is_some_and(|next| next.key == LX || from + shape.segments == end);
        let bytes = text.bytes.get(entry.start as usize..)?;
        if !is_whole
            || !Between::hold(&shape.gaps, gaps, shape.gap_rows)
            || !Between::hold(&shape.bytes, bytes, shape.byte_rows)
        {
            return None;
        }
        let values = Values(text.bytes);
        for &day in shape.days.get(..shape.day_count)? {
            if !values.is_day(entry.start + day) {
                return None;
            }
        }
        // All of its own separators are where they are in the shape, so that there is no other
        // when there are as many.
        let end = entry.start + shape.end;
        let (own, rest) = subs.split_at_checked(shape.separators)?;
        if own.last().is_some_and(|&sub| sub >= end) || rest.first().is_some_and(|&sub| sub < end) {
            return None;
        }
        *subs = rest;
        gathered.note_line(from, &shape.parts);
        Some(from + shape.segments)
    }

    /// Meets a line that passed by this plan, with these component separators.
    #[inline(never)]
    pub(super) fn meet(&mut self, text: &Text<'_>, from: u32, to: u32, plan: &Plan, subs: &[u32]) {
        let first = text.tokens.entries(from..to).first();
        let first = first.map_or(usize::MAX, |first| first.first as usize);
        let (_, gaps) = text.tokens.separators(first);
        let slot = place(gaps).and_then(|place| self.0.get_mut(place));
        let Some(slot) = slot else { return };
        slot.wait = slot.wait.saturating_sub(1);
        if slot.wait == 0 {
            slot.patience = slot.patience.saturating_mul(LONGER);
            slot.wait = slot.patience;
            slot.shape = Shape::of(text, from, to, plan, subs).map(Box::new);
        }
    }
}

/// Where the shape of a line is kept whose first elements have these lengths.
#[inline]
fn place(gaps: &[u8]) -> Option<usize> {
    let first = u64::from_le_bytes(*gaps.first_chunk()?);
    let second = u64::from_le_bytes(*gaps.get(8..)?.first_chunk()?);
    let mixed =
        first.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ second.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    Some((mixed >> 48) as usize % SHAPES)
}

impl Shape {
    /// `None` where it can't be told byte by byte.
    fn of(text: &Text<'_>, from: u32, to: u32, plan: &Plan, subs: &[u32]) -> Option<Shape> {
        let start = text.tokens.start_of(from);
        let last = text.segment(to.checked_sub(1)?);
        let whole = text.bytes.get(start..=last.end())?;
        let mut shape = Shape {
            gaps: [Between::ANY; GAPS],
            gap_rows: 0,
            bytes: [Between::ANY; BYTES],
            byte_rows: whole.len().div_ceil(LANES),
            segments: to - from,
            separators: subs.len(),
            days: [0; DAYS],
            day_count: 0,
            end: u32::try_from(whole.len()).ok()?,
            parts: plan.line?,
        };
        let first = text.tokens.entries(from..to).first()?.first as usize;
        let (edges, gaps) = text.tokens.separators(first);
        // The last gap is that over the terminator, to a segment of whatever kind.
        let own = gaps.get(..plan.size().checked_sub(1)?)?;
        shape.gap_rows = own.len().div_ceil(LANES);
        if shape.gap_rows > GAPS || shape.byte_rows > BYTES {
            return None;
        }
        for (at, &gap) in own.iter().enumerate() {
            Between::set(&mut shape.gaps, at, (gap, gap));
        }
        for (at, &byte) in whole.iter().enumerate() {
            Between::set(&mut shape.bytes, at, (byte, byte));
        }
        let values = Values(text.bytes);
        let mut subs = subs;
        let mut separator = 0;
        for member in &plan.members {
            for (at, look) in member
                .spec
                .form
                .elements
                .iter()
                .take(member.elements)
                .enumerate()
            {
                let edges = edges.get(separator + at..)?;
                let place = super::values::Place {
                    start: edges.first()? + 1,
                    end: *edges.get(1)?,
                };
                let value = values.value(place);
                if value.is_empty() {
                    continue;
                }
                let offset = place.start as usize - start;
                match &look.read {
                    Read::Period => {
                        let format = edges_before(text, edges, separator + at, first)?;
                        let day = shape.days.get_mut(shape.day_count)?;
                        if format != b"D8" {
                            return None;
                        }
                        *day = u32::try_from(offset).ok()?;
                        shape.day_count += 1;
                        for at in offset..offset + value.len() {
                            Between::set(&mut shape.bytes, at, (0, u8::MAX));
                        }
                    }
                    Read::Composite(composite) => {
                        let mut is_known = true;
                        composite.is_sound(
                            values,
                            place,
                            text.delimiters.repetition,
                            &mut subs,
                            |found| {
                                let offset = found.place.start as usize - start;
                                for (at, &byte) in (offset..).zip(values.value(found.place)) {
                                    match range_of(found.read, byte) {
                                        Some(range) => Between::set(&mut shape.bytes, at, range),
                                        None => is_known = false,
                                    }
                                }
                            },
                        );
                        is_known.then_some(())?;
                    }
                    read => {
                        for (at, &byte) in (offset..).zip(value) {
                            Between::set(&mut shape.bytes, at, range_of(read, byte)?);
                        }
                    }
                }
            }
            separator += member.elements + 1;
        }
        Some(shape)
    }
}

/// The element before the one behind the separator with this index.
fn edges_before<'a>(text: &Text<'a>, edges: &[u32], at: usize, first: usize) -> Option<&'a [u8]> {
    let before = first + at.checked_sub(1)?;
    let start = *text.tokens.separators(before).0.first()?;
    text.bytes.get(start as usize + 1..*edges.first()? as usize)
}
