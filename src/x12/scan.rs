//! Finding separators: passes over bytes, sixty-four at a time, a bit for each byte.
//!
//! Advice to whoever changes this file: it and its submodules are the only ones of the crate
//! with `unsafe`, and all of it is of three kinds: the call of a function compiled for
//! instructions that the processor was asked for; unaligned loads of an array of exactly so
//! many bytes; and writing positions into room that was reserved for them. Every function has
//! a portable twin, and the tests compare both with a plain rule on random bytes; keep them
//! side by side. Positions are `u32`: a block is far below 4 GiB (see [`super::limits`]).

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod gaps;
mod isa;
mod plain;
#[cfg(test)]
mod tests;

use std::mem::MaybeUninit;
use std::sync::LazyLock;

use super::Delimiters;
pub(super) use gaps::gaps;
pub(super) use isa::find_isa;
pub(super) use plain::pass;

/// Bytes looked at in one go.
const STRETCH: usize = 64;

/// Room for positions is made for so many bytes at a time.
const SLAB: usize = 64 * STRETCH;

/// Where the positions of one stretch are written: there are no more than its bytes, but a
/// pass may write something to any of the places.
type Room = [MaybeUninit<u32>; STRETCH];

/// The instructions that the processor has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Instructions {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

static INSTRUCTIONS: LazyLock<Instructions> = LazyLock::new(|| {
    #[cfg(target_arch = "x86_64")]
    if avx512::is_there() {
        return Instructions::Avx512;
    } else if avx2::is_there() {
        return Instructions::Avx2;
    }
    Instructions::Portable
});

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
    pub(super) majors: Vec<u32>,
    /// For each terminator its index in `majors`.
    pub(super) ends: Vec<u32>,
    /// Component and repetition separators, in order.
    pub(super) subs: Vec<u32>,
    /// Bytes outside printable ASCII, but for the line end behind a terminator.
    pub(super) odds: Vec<u32>,
    /// Blanks beside a separator or terminator.
    pub(super) blanks: Vec<u32>,
}

/// Fills `found` from the block.
pub(super) fn separators(bytes: &[u8], delimiters: Delimiters, found: &mut Found) {
    let Found {
        majors,
        ends,
        subs,
        odds,
        blanks,
    } = found;
    for positions in [majors, ends, subs, odds, blanks] {
        positions.clear();
    }
    match *INSTRUCTIONS {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Instructions::Avx512 => unsafe { avx512::separators(bytes, delimiters, found) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Instructions::Avx2 => unsafe { avx2::separators(bytes, delimiters, found) },
        Instructions::Portable => separators_portable(bytes, delimiters, found),
    }
}

fn separators_portable(bytes: &[u8], delimiters: Delimiters, found: &mut Found) {
    let masks = |stretch: &[u8; STRETCH]| masks(stretch, delimiters);
    collect(bytes, found, masks, lines, write_bits, write_ranks);
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
/// where there are odd bytes; `many` writes the places of many bits, `ranks` those of some bits
/// among others.
// Inlined so that it is compiled with the instructions of its caller.
#[allow(clippy::inline_always)]
#[inline(always)]
fn collect(
    bytes: &[u8],
    found: &mut Found,
    masks: impl Fn(&[u8; STRETCH]) -> Masks,
    lines: impl Fn(&[u8; STRETCH]) -> u64,
    many: impl Fn(u64, u32, &mut Room),
    ranks: impl Fn(u64, u64, u32, &mut Room),
) {
    let mut base = 0_u32;
    let mut before = Before {
        end: 0,
        // The block's start is an edge as well.
        edges: 1 << 63,
        blank: 0,
        line: 0,
    };
    for slab in bytes.chunks(SLAB) {
        for positions in [&mut found.majors, &mut found.ends, &mut found.subs] {
            positions.reserve(SLAB + STRETCH);
        }
        let mut counts = [found.majors.len(), found.ends.len(), found.subs.len()];
        let (stretches, rest) = slab.as_chunks();
        for index in 0..stretches.len() + usize::from(!rest.is_empty()) {
            let last;
            let stretch = if let Some(stretch) = stretches.get(index) {
                stretch
            } else {
                last = padded(rest);
                &last
            };
            let mask = masks(stretch);
            #[allow(clippy::cast_possible_truncation)] // positions are `u32`, and so are ranks
            let rank = counts[0] as u32;
            // SAFETY: a slab has at most so many positions as bytes, and room for those of one
            // more stretch was reserved: behind what was written of it there is a stretch's.
            let [majors, ends, subs] = unsafe {
                [
                    &mut *found.majors.as_mut_ptr().add(counts[0]).cast::<Room>(),
                    &mut *found.ends.as_mut_ptr().add(counts[1]).cast::<Room>(),
                    &mut *found.subs.as_mut_ptr().add(counts[2]).cast::<Room>(),
                ]
            };
            many(mask.major, base, majors);
            ranks(mask.end, mask.major, rank, ends);
            write_bits(mask.sub, base, subs);
            counts[0] += mask.major.count_ones() as usize;
            counts[1] += mask.end.count_ones() as usize;
            counts[2] += mask.sub.count_ones() as usize;
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
                unusual(odd, beside, last != 0, base, found);
            }
            before.end = mask.end;
            before.edges = edges;
            before.blank = mask.blank & !beside;
            base = base.wrapping_add(64);
        }
        // SAFETY: as many were written.
        unsafe {
            found.majors.set_len(counts[0]);
            found.ends.set_len(counts[1]);
            found.subs.set_len(counts[2]);
        }
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

/// Lists the odd bytes of a stretch and its blanks beside separators; the byte before it as well
/// if `last` says so.
#[inline(never)]
fn unusual(odd: u64, beside: u64, last: bool, base: u32, found: &mut Found) {
    push_bits(odd, base, &mut found.odds);
    if last {
        found.blanks.push(base.wrapping_sub(1));
    }
    push_bits(beside, base, &mut found.blanks);
}

/// Appends `base` plus the place of each bit.
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
            place.write(base.wrapping_add(bits.trailing_zeros()));
            bits &= bits.wrapping_sub(1);
        }
    }
}

/// Writes `base` plus the rank that each bit of `bits` has among those of `all`.
// As above.
#[allow(clippy::inline_always)]
#[inline(always)]
fn write_ranks(mut bits: u64, all: u64, base: u32, room: &mut Room) {
    for place in room {
        if bits == 0 {
            break;
        }
        let below = (bits & bits.wrapping_neg()) - 1;
        place.write(base.wrapping_add((all & below).count_ones()));
        bits &= bits - 1;
    }
}
