//! Finding separators: passes over bytes, sixty-four at a time, a bit for each byte.
//!
//! Each pass is written once, over masks that say of each byte of a stretch what it is.
//! [`simd`] makes the masks with what the processor has; the tests compare all of it with a
//! plain rule on random bytes. Positions are `u32`: a block is far below 4 GiB (see
//! [`super::limits`]).

mod identify;
mod isa;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod plain;
mod positions;
#[allow(unsafe_code)] // the one file of the crate with unsafe code: masks of many bytes at once
mod simd;
#[cfg(test)]
mod tests;

use super::Delimiters;
use super::entry::Entry;
pub(super) use plain::Passed;
use positions::{Positions, Room, STRETCHES};
use simd::INSTRUCTIONS;

/// Bytes looked at in one go.
const STRETCH: usize = 64;

/// Bit masks of one stretch; bit `i` speaks of byte `i`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Masks {
    /// Element separators and segment terminators.
    major: u64,
    /// Segment terminators alone.
    end: u64,
    /// Component and repetition separators.
    sub: u64,
    /// Bytes outside the printable ASCII range, terminators left out.
    odd: u64,
    /// Blanks.
    blank: u64,
}

/// What the pass over one block finds; all positions count from the block's start.
#[derive(Default, Debug)]
pub(super) struct Found {
    /// Element separators and terminators, in order.
    pub(super) majors: Positions,
    /// For each terminator its index in `majors`, and its place.
    pub(super) ends: Positions,
    pub(super) terminators: Positions,
    /// Component and repetition separators, in order.
    pub(super) subs: Positions,
    /// Bytes outside printable ASCII, but for the line end behind a terminator.
    pub(super) odds: Vec<u32>,
    /// Blanks beside a separator or terminator.
    pub(super) blanks: Vec<u32>,
}

impl Found {
    fn clear(&mut self) {
        self.majors.clear();
        self.ends.clear();
        self.terminators.clear();
        self.subs.clear();
        self.odds.clear();
        self.blanks.clear();
    }
}

/// Fills `found` from the block.
pub(super) fn separators(bytes: &[u8], delimiters: Delimiters, found: &mut Found) {
    simd::separators(*INSTRUCTIONS, bytes, delimiters, found);
}

/// Lists the segments of a block whose separators were found, and in `bounds` the indexes of those
/// that are not of [`SegmentKind::Other`](super::SegmentKind::Other). Gives the place behind the
/// last one, and whether each starts right behind the one before.
pub(super) fn segments(
    bytes: &[u8],
    delimiters: Delimiters,
    found: &Found,
    entries: &mut [Entry],
    bounds: &mut Vec<u32>,
) -> (u32, bool) {
    simd::segments(*INSTRUCTIONS, bytes, delimiters, found, entries, bounds)
}

/// Sets down how far each position lies behind the one before it, 127 for what is more.
pub(super) fn gaps(positions: &[u32], gaps: &mut Vec<u8>) {
    simd::gaps(*INSTRUCTIONS, positions, gaps);
}

/// Passes over the plain segments from the start of `bytes`, as far as their terminators stand
/// before `limit`.
pub(super) fn pass(bytes: &[u8], limit: usize, terminator: u8) -> Passed {
    simd::pass(*INSTRUCTIONS, bytes, limit, terminator)
}

/// The place of the first `ISA`.
pub(super) fn find_isa(bytes: &[u8]) -> Option<usize> {
    simd::find_isa(*INSTRUCTIONS, bytes)
}

/// The pass over a block without any instruction set.
fn separators_portable(bytes: &[u8], delimiters: Delimiters, found: &mut Found) {
    let masks = |stretch: &[u8; STRETCH]| masks(stretch, delimiters);
    collect(bytes, found, masks, lines, write_bits, write_ends);
}

/// The gaps without any instruction set.
fn gaps_portable(positions: &[u32], gaps: &mut Vec<u8>) {
    let behind = positions.get(1..).unwrap_or(&[]);
    let gap = |(&before, &at): (&u32, &u32)| {
        let gap = at.wrapping_sub(before).cast_signed();
        let gap = gap.clamp(i8::MIN.into(), i8::MAX.into());
        #[allow(clippy::cast_possible_truncation)] // clamped
        (gap as i8).cast_unsigned()
    };
    gaps.clear();
    gaps.extend(positions.iter().zip(behind).map(gap));
}

/// Masks without any instruction set: the twin of the fast ones.
fn masks(stretch: &[u8; STRETCH], delimiters: Delimiters) -> Masks {
    let mut masks = Masks::default();
    for (at, &byte) in stretch.iter().enumerate() {
        let bit = 1_u64 << at;
        if byte == delimiters.segment {
            masks.major |= bit;
            masks.end |= bit;
        } else if byte == delimiters.element {
            masks.major |= bit;
        } else if byte == delimiters.component || byte == delimiters.repetition {
            masks.sub |= bit;
        }
        if !(0x20..0x7F).contains(&byte) && byte != delimiters.segment {
            masks.odd |= bit;
        }
        if byte == b' ' {
            masks.blank |= bit;
        }
    }
    masks
}

/// Carriage returns and line feeds: the same.
fn lines(stretch: &[u8; STRETCH]) -> u64 {
    let line = |byte: u8| u64::from(byte == b'\r' || byte == b'\n');
    let bytes = stretch.iter().rev();
    bytes.fold(0, |bits, &byte| bits << 1 | line(byte))
}

/// What of the stretch before bears on a stretch.
struct Before {
    /// Terminators, and separators of every kind.
    end: u64,
    edges: u64,
    /// Blanks that are not told yet.
    blank: u64,
    /// Line ends right behind a terminator.
    line: u64,
}

/// Runs `masks` over the block, stretch by stretch, and lists what the bits say. `lines` is asked
/// where there are odd bytes; `many` writes the places of many bits, `ends` those of some bits
/// among others, and the ranks that they have among these.
// Inlined so that it is compiled with the instructions of its caller.
#[allow(clippy::inline_always)]
#[inline(always)]
fn collect(
    bytes: &[u8],
    found: &mut Found,
    masks: impl Fn(&[u8; STRETCH]) -> Masks,
    lines: impl Fn(&[u8; STRETCH]) -> u64,
    many: impl Fn(u64, u32, &mut Room),
    ends: impl Fn([u64; 2], [u32; 2], [&mut Room; 2]),
) {
    let mut base = 0_u32;
    let mut before = Before {
        end: 0,
        // The block's start is an edge as well.
        edges: 1 << 63,
        blank: 0,
        line: 0,
    };
    found.clear();
    let (stretches, rest) = bytes.as_chunks();
    let count = stretches.len() + usize::from(!rest.is_empty());
    for first in (0..count).step_by(STRETCHES) {
        #[allow(clippy::cast_possible_truncation)] // positions are `u32`, and so are ranks
        let rank = found.majors.len() as u32;
        let (odds, blanks) = (&mut found.odds, &mut found.blanks);
        let (Some(mut majors), Some(mut ranks), Some(mut terminators), Some(mut subs)) = (
            found.majors.slab(),
            found.ends.slab(),
            found.terminators.slab(),
            found.subs.slab(),
        ) else {
            return;
        };
        for index in first..count.min(first + STRETCHES) {
            let last;
            let stretch = if let Some(stretch) = stretches.get(index) {
                stretch
            } else {
                last = padded(rest);
                &last
            };
            let mask = masks(stretch);
            #[allow(clippy::cast_possible_truncation)] // as above
            let rank = rank.wrapping_add(majors.count as u32);
            majors.add(mask.major.count_ones(), |room| many(mask.major, base, room));
            let count = mask.end.count_ones();
            ranks.add(count, |ranks| {
                terminators.add(count, |places| {
                    ends([mask.end, mask.major], [base, rank], [places, ranks]);
                });
            });
            subs.add(mask.sub.count_ones(), |room| {
                write_bits(mask.sub, base, room);
            });
            let edges = mask.major | mask.sub;
            let beside = mask.blank & ((edges << 1) | (before.edges >> 63) | (edges >> 1));
            let mut odd = mask.odd;
            if odd == 0 {
                before.line = 0;
            } else {
                // A line end right behind a terminator (one byte, or CR LF) is no part of any
                // segment, so it is not odd.
                let lines = lines(stretch);
                let first = ((mask.end << 1) | (before.end >> 63)) & lines;
                let second = ((first << 1) | (before.line >> 63)) & lines;
                odd &= !(first | second);
                before.line = first;
            }
            let last = before.blank >> 63 & edges;
            if odd | beside | last != 0 {
                push_bits(odd, base, odds);
                beside_separators(beside, last != 0, base, blanks);
            }
            before.end = mask.end;
            before.edges = edges;
            before.blank = mask.blank & !beside;
            base = base.wrapping_add(64);
        }
        let counts = [majors.count, ranks.count, terminators.count, subs.count];
        found.majors.take(counts[0]);
        found.ends.take(counts[1]);
        found.terminators.take(counts[2]);
        found.subs.take(counts[3]);
    }
}

/// The last bytes as a whole stretch, filled up with what is no separator of any kind: no
/// delimiter is a letter.
fn padded(bytes: &[u8]) -> [u8; STRETCH] {
    let mut stretch = [b'A'; STRETCH];
    for (to, from) in stretch.iter_mut().zip(bytes) {
        *to = *from;
    }
    stretch
}

/// Lists the blanks of a stretch beside separators; the byte before it as well if `last` says so.
#[inline(never)]
fn beside_separators(beside: u64, last: bool, base: u32, blanks: &mut Vec<u32>) {
    if last {
        blanks.push(base.wrapping_sub(1));
    }
    push_bits(beside, base, blanks);
}

/// Appends `base` plus the place of each bit.
#[inline(never)]
fn push_bits(mut bits: u64, base: u32, positions: &mut Vec<u32>) {
    while bits != 0 {
        positions.push(base.wrapping_add(bits.trailing_zeros()));
        bits &= bits - 1;
    }
}

/// Writes `base` plus the place of each bit.
// As above.
#[allow(clippy::inline_always)]
#[inline(always)]
fn write_bits(mut bits: u64, base: u32, room: &mut Room) {
    // Four at a time, so that the loop is left at the same bit most of the time.
    for places in room.as_chunks_mut::<4>().0 {
        if bits == 0 {
            break;
        }
        for place in places {
            *place = base.wrapping_add(bits.trailing_zeros());
            bits &= bits.wrapping_sub(1);
        }
    }
}

/// Writes of each bit of `bits` its place, and its rank among those of `all`; both are counted on.
// As above.
#[allow(clippy::inline_always)]
#[inline(always)]
fn write_ends([mut bits, all]: [u64; 2], [base, rank]: [u32; 2], [places, ranks]: [&mut Room; 2]) {
    let mut at = 0;
    while bits != 0 && at < STRETCH {
        places[at] = base.wrapping_add(bits.trailing_zeros());
        let below = (bits & bits.wrapping_neg()) - 1;
        ranks[at] = rank.wrapping_add((all & below).count_ones());
        bits &= bits - 1;
        at += 1;
    }
}
