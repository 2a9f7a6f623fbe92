//! Passing over plain segments: all but those that open or close an envelope, a level or a
//! claim.
//!
//! Nothing is looked at but terminators, which are counted, and the bytes behind them: most
//! tell at once that no such segment starts with them.

use super::{INSTRUCTIONS, Instructions, STRETCH, padded};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::x12::delimiters::is_blank;

/// How far a pass came.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(in crate::x12) struct Passed {
    /// Segments passed over.
    pub(in crate::x12) segments: u64,
    /// The place behind the last of them.
    pub(in crate::x12) end: usize,
}

/// Passes over the plain segments from the start of `bytes`, as far as their terminators stand
/// before `limit`.
pub(in crate::x12) fn pass(bytes: &[u8], limit: usize, terminator: u8) -> Passed {
    match *INSTRUCTIONS {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Instructions::Avx512 => unsafe { avx512::pass(bytes, limit, terminator) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Instructions::Avx2 => unsafe { avx2::pass(bytes, limit, terminator) },
        Instructions::Portable => pass_portable(bytes, limit, terminator),
    }
}

/// The same without any instruction set.
pub(super) fn pass_portable(bytes: &[u8], limit: usize, terminator: u8) -> Passed {
    let masks = |stretch: &[u8; STRETCH]| {
        let bits = |is: &dyn Fn(u8) -> bool| {
            let bytes = stretch.iter().rev();
            bytes.fold(0, |bits, &byte| bits << 1 | u64::from(is(byte)))
        };
        let worth = |byte: u8| byte & FIRST_BITS == FIRSTS[usize::from(byte & 0x0F)];
        (bits(&|byte| byte == terminator), bits(&worth))
    };
    over(bytes, limit, terminator, masks)
}

/// The bits of a byte that are looked at to tell whether it is worth a closer look, and what
/// they are of a byte with these four low bits, if it is: a blank, or the first letter of an
/// envelope's segment, of HL or CLM. Some other bytes pass as well.
pub(super) const FIRST_BITS: u8 = 0xAF;
pub(super) static FIRSTS: [u8; 16] = {
    let mut firsts = [0xFF; 16];
    let wanted = b" \t\r\nISGHC";
    let mut at = 0;
    while at < wanted.len() {
        firsts[(wanted[at] & 0x0F) as usize] = wanted[at] & FIRST_BITS;
        at += 1;
    }
    firsts
};

/// Runs `masks` over the bytes, stretch by stretch: which bytes are terminators, and which are
/// worth a closer look where a segment starts.
// Inlined so that it is compiled with the instructions of its caller.
#[allow(clippy::inline_always)]
#[inline(always)]
pub(super) fn over(
    bytes: &[u8],
    limit: usize,
    terminator: u8,
    masks: impl Fn(&[u8; STRETCH]) -> (u64, u64),
) -> Passed {
    let mut passed = Passed::default();
    let mut base = 0;
    // A segment starts where the bytes do.
    let mut starts = 1;
    while base < limit {
        let last;
        let stretch = match bytes[base..].first_chunk() {
            Some(stretch) => stretch,
            None => {
                last = padded(&bytes[base..]);
                &last
            }
        };
        // Asked in one place only: where two such answers meet, the compiler takes them apart
        // bit by bit.
        let (mut ends, worth) = masks(stretch);
        if limit - base < STRETCH {
            ends &= (1 << (limit - base)) - 1;
        }
        let mut look = (ends << 1 | starts) & worth;
        while look != 0 {
            let place = look.trailing_zeros();
            if tells(&bytes[base + place as usize..], terminator) {
                ends &= (1 << place) - 1;
                passed.segments += u64::from(ends.count_ones());
                passed.end = base + place as usize;
                return passed;
            }
            look &= look - 1;
        }
        if ends != 0 {
            passed.segments += u64::from(ends.count_ones());
            passed.end = base + STRETCH - ends.leading_zeros() as usize;
        }
        starts = ends >> 63;
        base += STRETCH;
    }
    passed
}

/// Whether the segment that these bytes start with, or the blanks before it, may open or close
/// an envelope, a level or a claim.
#[inline]
pub(super) fn tells(mut bytes: &[u8], terminator: u8) -> bool {
    while let [byte, rest @ ..] = bytes
        && is_blank(*byte)
        && *byte != terminator
    {
        bytes = rest;
    }
    matches!(
        bytes,
        [b'I', b'S' | b'E', ..]
            | [b'S', b'T' | b'E', ..]
            | [b'G', b'S' | b'E', ..]
            | [b'H' | b'C', b'L', ..]
            | [b'I' | b'S' | b'G' | b'H' | b'C']
            | []
    )
}
