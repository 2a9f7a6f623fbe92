//! Service lines of a shape that was met before.
//!
//! The lines of a practice differ in their codes and days, in amounts and control numbers;
//! the lengths of their elements come again and again. So of lines that passed by plan the
//! shape is kept, found again by the lengths: which bytes stay as they are (identifiers,
//! separators, codes), and where digits have to be. All bytes of another line of these
//! lengths are held against it side by side, and only its days are read.

use super::between::{Between, LANES};
use super::checks::Plan;
use super::form::Content;
use super::read::Read;
use super::shapes::{behind, take};
use super::values::{Place, Values};
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

/// Rows of bytes of the longest line.
const ROWS: usize = 4;

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

#[derive(Debug)]
struct Shape {
    rows: [Between; ROWS],
    row_count: usize,
    /// Its segments and their separators, and the component separators in it.
    segments: u32,
    separators: u32,
    subs: usize,
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
        // All of its own separators are where they are in the shape, so that there is no other
        // when there are as many.
        let next = entries.get(shape.segments as usize)?;
        let is_whole = (next.key == LX || from + shape.segments == end)
            && next.first - entry.first == shape.separators;
        let bytes = text.bytes.get(entry.start as usize..)?;
        if !is_whole || !Between::hold(shape.rows.get(..shape.row_count)?, bytes) {
            return None;
        }
        let values = Values(text.bytes);
        for &day in shape.days.get(..shape.day_count)? {
            if !values.is_day(entry.start + day) {
                return None;
            }
        }
        *subs = behind(subs, shape.subs, entry.start + shape.end)?;
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
        let entry = text.tokens.entries(from..to).first()?;
        let (start, first) = (entry.start, entry.first as usize);
        let last = text.segment(to.checked_sub(1)?);
        let whole = text.bytes.get(start as usize..=last.end())?;
        let mut shape = Shape {
            rows: [Between::ANY; ROWS],
            row_count: whole.len().div_ceil(LANES),
            segments: to - from,
            separators: u32::try_from(plan.size()).ok()?,
            subs: subs.len(),
            days: [0; DAYS],
            day_count: 0,
            end: u32::try_from(whole.len()).ok()?,
            parts: plan.line?,
        };
        let (edges, _) = text.tokens.separators(first);
        if shape.row_count > ROWS {
            return None;
        }
        let rows = &mut shape.rows;
        for (at, &byte) in whole.iter().enumerate() {
            Between::set(rows, at, (byte, byte));
        }
        let values = Values(text.bytes);
        let place_of = |at: usize| {
            Some(Place {
                start: edges.get(at)? + 1,
                end: *edges.get(at + 1)?,
            })
        };
        let mut subs = subs;
        let mut separator = 0;
        for member in &plan.members {
            let looks = member.form.elements.iter().take(member.elements);
            for (at, look) in (separator..).zip(looks) {
                let place = place_of(at)?;
                let value = values.value(place);
                if value.is_empty() {
                    continue;
                }
                let offset = place.start - start;
                match &look.content {
                    Content::Value(Read::Period) => {
                        if values.value(place_of(at.checked_sub(1)?)?) != b"D8" {
                            return None;
                        }
                        *shape.days.get_mut(shape.day_count)? = offset;
                        shape.day_count += 1;
                        Between::set_value(rows, offset as usize, value, &Read::Nothing)?;
                    }
                    Content::Composite(composite) => {
                        let mut is_told = true;
                        let repetition = text.delimiters.repetition;
                        composite.is_sound(values, place, repetition, &mut subs, |found| {
                            is_told &= take(rows, values, start, &found).is_some();
                        });
                        is_told.then_some(())?;
                    }
                    Content::Value(read) => {
                        Between::set_value(rows, offset as usize, value, read)?;
                    }
                }
            }
            separator += member.elements + 1;
        }
        Some(shape)
    }
}
