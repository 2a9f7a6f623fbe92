//! Passing over plain segments: all but those that open or close an envelope, a level or a
//! claim.
//!
//! Nothing is looked at but terminators, which are counted, and the bytes behind them: most
//! tell at once that no such segment starts with them.

use super::{STRETCH, padded};
use crate::x12::delimiters::is_blank;

/// How far a pass came.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(in crate::x12) struct Passed {
    /// Segments passed over.
    pub(in crate::x12) segments: u64,
    /// The place behind the last of them.
    pub(in crate::x12) end: usize,
    /// The terminator of the segment that starts there, where it is known.
    pub(in crate::x12) terminator: Option<usize>,
}

/// See [`super::pass`], without any instruction set.
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
// Inlined so that it is compiled with the instructions of its caller. What is left of the bytes
// is looked at apart: where two answers of `masks` meet, the compiler takes them apart bit by
// bit.
#[allow(clippy::inline_always)]
#[inline(always)]
pub(super) fn over(
    bytes: &[u8],
    limit: usize,
    terminator: u8,
    masks: impl Fn(&[u8; STRETCH]) -> (u64, u64),
) -> Passed {
    let mut count = Count {
        segments: 0,
        end: 0,
        starts: 1,
        terminator: None,
    };
    let (stretches, rest) = bytes[..limit].as_chunks();
    for stretch in stretches {
        if count.tells(bytes, terminator, masks(stretch)) {
            return count.passed();
        }
    }
    if count.tells(bytes, terminator, masks(&padded(rest))) {
        return count.passed();
    }
    count.end = memchr::memrchr(terminator, &bytes[..limit]).map_or(0, |at| at + 1);
    count.passed()
}

/// How far the pass is.
struct Count {
    segments: u64,
    /// The next stretch.
    end: usize,
    /// Whether a segment starts with its first byte.
    starts: u64,
    /// See [`Passed::terminator`].
    terminator: Option<usize>,
}

impl Count {
    /// Whether a segment that tells starts in this stretch: then the pass ends there.
    // As above.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn tells(&mut self, bytes: &[u8], terminator: u8, (ends, worth): (u64, u64)) -> bool {
        let mut look = (ends << 1 | self.starts) & worth;
        while look != 0 {
            let place = look.trailing_zeros();
            if tells(bytes, self.end + place as usize, terminator) {
                let before = ends & ((1 << place) - 1);
                self.segments += u64::from(before.count_ones());
                self.end += place as usize;
                let behind = (ends >> place).trailing_zeros();
                self.terminator = (behind < u64::BITS).then_some(self.end + behind as usize);
                return true;
            }
            look &= look - 1;
        }
        self.segments += u64::from(ends.count_ones());
        self.starts = ends >> 63;
        self.end += STRETCH;
        false
    }

    fn passed(&self) -> Passed {
        Passed {
            segments: self.segments,
            end: self.end,
            terminator: self.terminator,
        }
    }
}

/// Whether the segment that starts here, or behind blanks that start here, may open or close an
/// envelope, a level or a claim.
#[inline]
pub(super) fn tells(bytes: &[u8], mut start: usize, terminator: u8) -> bool {
    while bytes
        .get(start)
        .is_some_and(|&byte| byte <= b' ' && is_blank(byte) && byte != terminator)
    {
        start += 1;
    }
    // At the end of the bytes anything may follow, but for a terminator.
    match bytes.get(start..start + 2) {
        Some(&[first, second]) => {
            let place = second.wrapping_sub(b'E');
            let seconds = SECONDS[usize::from(first)].checked_shr(u32::from(place));
            seconds.is_some_and(|seconds| seconds & 1 == 1)
        }
        _ => bytes.get(start) != Some(&terminator),
    }
}

/// For each first letter the second ones that make it worth a step: a bit for each of the
/// sixteen letters from E on.
static SECONDS: [u16; 256] = {
    let mut seconds = [0; 256];
    let wanted = [b"IS", b"IE", b"ST", b"SE", b"GS", b"GE", b"HL", b"CL"];
    let mut at = 0;
    while at < wanted.len() {
        let [first, second] = *wanted[at];
        seconds[first as usize] |= 1 << (second - b'E');
        at += 1;
    }
    seconds
};
