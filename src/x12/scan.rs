//! Finding separators: one pass over a block, sixty-four bytes at a time.
//!
//! Advice to whoever changes this file: it is the only one of the crate with `unsafe`, and
//! all of it is of three kinds: the call of a function compiled for instructions that the
//! processor was asked for; unaligned loads of an array of exactly so many bytes; and writing
//! positions into room that was reserved for them. Every function has a portable twin that
//! the tests compare it with on random bytes; keep them side by side. Positions are `u32`: a
//! block is far below 4 GiB (see [`super::limits`]).

use super::Delimiters;

/// Bit masks of one stretch of 64 bytes; bit `i` speaks of byte `i`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Masks {
    /// Element separators and segment terminators.
    major: u64,
    /// Segment terminators alone.
    end: u64,
    /// Component and repetition separators.
    sub: u64,
    /// Bytes outside the printable ASCII range.
    odd: u64,
    /// Carriage returns and line feeds.
    line: u64,
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
    found.majors.clear();
    found.ends.clear();
    found.subs.clear();
    found.odds.clear();
    found.blanks.clear();
    #[cfg(target_arch = "x86_64")]
    if avx512::is_there() {
        // SAFETY: the processor has the instructions.
        unsafe { avx512::separators(bytes, delimiters, found) };
        return;
    } else if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        unsafe { avx2::separators(bytes, delimiters, found) };
        return;
    }
    collect(bytes, found, |chunk| portable(chunk, delimiters), push_bits);
}

/// Appends the positions of `terminator` in `bytes`, each plus `base`.
pub(super) fn terminators(bytes: &[u8], terminator: u8, base: u32, positions: &mut Vec<u32>) {
    #[cfg(target_arch = "x86_64")]
    if avx512::is_there() {
        // SAFETY: the processor has the instructions.
        unsafe { avx512::terminators(bytes, terminator, base, positions) };
        return;
    } else if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        unsafe { avx2::terminators(bytes, terminator, base, positions) };
        return;
    }
    positions.extend(
        bytes
            .iter()
            .zip(base..)
            .filter(|(byte, _)| **byte == terminator)
            .map(|(_, at)| at),
    );
}

/// Masks of up to 64 bytes without any instruction set: the twin of the fast ones.
fn portable(chunk: &[u8], delimiters: Delimiters) -> Masks {
    let mut masks = Masks::default();
    for (at, &byte) in chunk.iter().enumerate() {
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
        if byte == b'\r' || byte == b'\n' {
            masks.line |= bit;
        }
        if byte == b' ' {
            masks.blank |= bit;
        }
    }
    masks
}

/// Runs `masks` over the block, stretch by stretch, and lists what the bits say.
// Inlined so that it is compiled with the instructions of its caller.
#[allow(clippy::inline_always)]
#[inline(always)]
fn collect(
    bytes: &[u8],
    found: &mut Found,
    masks: impl Fn(&[u8]) -> Masks,
    push: impl Fn(u64, u32, &mut Vec<u32>),
) {
    let mut base = 0_u32;
    let mut after_end = 0_u64;
    let mut after_return = 0_u64;
    let mut after_edge = 1_u64;
    let mut blank_last = 0_u64;
    for chunk in bytes.chunks(64) {
        let mask = masks(chunk);
        let ranks = u32::try_from(found.majors.len()).unwrap_or(u32::MAX);
        let mut ends = mask.end;
        while ends != 0 {
            let below = (ends & ends.wrapping_neg()) - 1;
            found.ends.push(ranks + (mask.major & below).count_ones());
            ends &= ends - 1;
        }
        push(mask.major, base, &mut found.majors);
        if mask.sub != 0 {
            push(mask.sub, base, &mut found.subs);
        }
        // A line end right behind a terminator (one byte, or CR LF) is no part of
        // any segment, so it is not odd.
        let first = ((mask.end << 1) | after_end) & mask.line;
        let second = ((first << 1) | after_return) & mask.line;
        after_end = mask.end >> 63;
        after_return = first >> 63;
        let odd = mask.odd & !(first | second);
        if odd != 0 {
            push(odd, base, &mut found.odds);
        }
        let edges = mask.major | mask.sub;
        if blank_last & edges & 1 != 0 {
            found.blanks.push(base.wrapping_sub(1));
        }
        let beside = mask.blank & ((edges << 1) | after_edge | (edges >> 1));
        if beside != 0 {
            push(beside, base, &mut found.blanks);
        }
        after_edge = edges >> 63;
        // One told already is not told again.
        blank_last = (mask.blank & !beside) >> 63;
        base = base.wrapping_add(64);
    }
}

/// Most positions in one stretch of 64 bytes.
const STRETCH: usize = 64;

/// Appends `base` plus the place of each bit.
// As above.
#[allow(clippy::inline_always)]
#[inline(always)]
fn push_bits(mut bits: u64, base: u32, positions: &mut Vec<u32>) {
    let count = bits.count_ones() as usize;
    positions.reserve(STRETCH);
    let spare = positions.spare_capacity_mut();
    let mut at = 0;
    while at < count {
        // Eight at a time, so that the loop is left at the same bit most of the time.
        for lane in &mut spare[at..(at + 8).min(STRETCH)] {
            lane.write(base.wrapping_add(bits.trailing_zeros()));
            bits &= bits.wrapping_sub(1);
        }
        at += 8;
    }
    // SAFETY: the first `count` of the spare places were written just now.
    unsafe { positions.set_len(positions.len() + count) };
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Delimiters, Found, Masks, collect, portable, push_bits};
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_movemask_epi8,
        _mm256_or_si256, _mm256_set1_epi8,
    };

    #[target_feature(enable = "avx2")]
    fn load(half: &[u8; 32]) -> __m256i {
        // SAFETY: the array has exactly the 32 bytes that are read; no alignment is asked.
        unsafe { _mm256_loadu_si256(half.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx2")]
    fn bits(low: __m256i, high: __m256i) -> u64 {
        u64::from(_mm256_movemask_epi8(low).cast_unsigned())
            | (u64::from(_mm256_movemask_epi8(high).cast_unsigned()) << 32)
    }

    #[target_feature(enable = "avx2")]
    fn masks(chunk: &[u8; 64], delimiters: Delimiters) -> Masks {
        let splat = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
        let (low, high) = chunk.split_at(32);
        let (Ok(low), Ok(high)) = (low.try_into(), high.try_into()) else {
            return Masks::default();
        };
        let halves = [load(low), load(high)];
        let equal = |byte: u8| {
            let wanted = splat(byte);
            bits(
                _mm256_cmpeq_epi8(halves[0], wanted),
                _mm256_cmpeq_epi8(halves[1], wanted),
            )
        };
        let end = equal(delimiters.segment);
        let either = |a: u8, b: u8| {
            let (a, b) = (splat(a), splat(b));
            bits(
                _mm256_or_si256(
                    _mm256_cmpeq_epi8(halves[0], a),
                    _mm256_cmpeq_epi8(halves[0], b),
                ),
                _mm256_or_si256(
                    _mm256_cmpeq_epi8(halves[1], a),
                    _mm256_cmpeq_epi8(halves[1], b),
                ),
            )
        };
        // Signed comparison: bytes from 0x80 on are negative, so "below a blank"
        // takes them in with the control characters.
        let blank = splat(0x20);
        let delete = splat(0x7F);
        let odd = bits(
            _mm256_or_si256(
                _mm256_cmpgt_epi8(blank, halves[0]),
                _mm256_cmpeq_epi8(halves[0], delete),
            ),
            _mm256_or_si256(
                _mm256_cmpgt_epi8(blank, halves[1]),
                _mm256_cmpeq_epi8(halves[1], delete),
            ),
        );
        let line = if odd == 0 { 0 } else { either(b'\r', b'\n') };
        Masks {
            major: end | equal(delimiters.element),
            end,
            sub: either(delimiters.component, delimiters.repetition),
            odd: odd & !end,
            line,
            blank: equal(b' '),
        }
    }

    /// See [`super::separators`].
    #[target_feature(enable = "avx2")]
    pub(super) fn separators(bytes: &[u8], delimiters: Delimiters, found: &mut Found) {
        let masks = |chunk: &[u8]| match chunk.try_into() {
            Ok(whole) => masks(whole, delimiters),
            Err(_) => portable(chunk, delimiters),
        };
        collect(bytes, found, masks, push_bits);
    }

    /// See [`super::terminators`].
    #[target_feature(enable = "avx2")]
    pub(super) fn terminators(bytes: &[u8], terminator: u8, base: u32, positions: &mut Vec<u32>) {
        let wanted = _mm256_set1_epi8(terminator.cast_signed());
        let (chunks, rest) = bytes.as_chunks::<64>();
        let mut at = base;
        for chunk in chunks {
            let (low, high) = chunk.split_at(32);
            if let (Ok(low), Ok(high)) = (low.try_into(), high.try_into()) {
                let found = bits(
                    _mm256_cmpeq_epi8(load(low), wanted),
                    _mm256_cmpeq_epi8(load(high), wanted),
                );
                if found != 0 {
                    push_bits(found, at, positions);
                }
            }
            at = at.wrapping_add(64);
        }
        for (&byte, position) in rest.iter().zip(at..) {
            if byte == terminator {
                positions.push(position);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::{Delimiters, Found, Masks, STRETCH, collect, portable, push_bits};
    use std::arch::x86_64::{
        __m512i, _mm512_add_epi32, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epi8_mask,
        _mm512_loadu_si512, _mm512_maskz_compress_epi32, _mm512_set1_epi8, _mm512_set1_epi32,
        _mm512_setr_epi32, _mm512_storeu_si512,
    };

    /// Whether the processor has the instructions.
    pub(super) fn is_there() -> bool {
        std::arch::is_x86_feature_detected!("avx512bw")
            && std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("popcnt")
            && std::arch::is_x86_feature_detected!("bmi1")
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn load(chunk: &[u8; 64]) -> __m512i {
        // SAFETY: the array has exactly the 64 bytes that are read; no alignment is asked.
        unsafe { _mm512_loadu_si512(chunk.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn equal(bytes: __m512i, byte: u8) -> u64 {
        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte.cast_signed()))
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn masks(chunk: &[u8; 64], delimiters: Delimiters) -> Masks {
        let bytes = load(chunk);
        let end = equal(bytes, delimiters.segment);
        // Signed comparison, as with AVX2.
        let below = _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20));
        let odd = below | equal(bytes, 0x7F);
        let line = if odd == 0 {
            0
        } else {
            equal(bytes, b'\r') | equal(bytes, b'\n')
        };
        Masks {
            major: end | equal(bytes, delimiters.element),
            end,
            sub: equal(bytes, delimiters.component) | equal(bytes, delimiters.repetition),
            odd: odd & !end,
            line,
            blank: equal(bytes, b' '),
        }
    }

    /// See [`super::push_bits`].
    #[target_feature(enable = "avx512f,avx512bw,popcnt,bmi1")]
    fn push(bits: u64, base: u32, positions: &mut Vec<u32>) {
        positions.reserve(STRETCH);
        let first = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        let mut count = positions.len();
        for quarter in 0..4_u32 {
            let [low, high, ..] = (bits >> (16 * quarter)).to_le_bytes();
            let mask = u16::from_le_bytes([low, high]);
            let start = base.wrapping_add(16 * quarter).cast_signed();
            let places = _mm512_add_epi32(first, _mm512_set1_epi32(start));
            let packed = _mm512_maskz_compress_epi32(mask, places);
            // SAFETY: 64 places were reserved behind the old length; before this quarter at
            // most 16 of each quarter before it are taken, so 16 are left.
            unsafe { _mm512_storeu_si512(positions.as_mut_ptr().add(count).cast(), packed) };
            count += mask.count_ones() as usize;
        }
        // SAFETY: everything up to `count` was written.
        unsafe { positions.set_len(count) };
    }

    /// See [`super::separators`].
    #[target_feature(enable = "avx512f,avx512bw,popcnt,bmi1")]
    pub(super) fn separators(bytes: &[u8], delimiters: Delimiters, found: &mut Found) {
        let masks = |chunk: &[u8]| match chunk.try_into() {
            Ok(whole) => masks(whole, delimiters),
            Err(_) => portable(chunk, delimiters),
        };
        let push = |bits: u64, base: u32, positions: &mut Vec<u32>| {
            if bits.count_ones() > 4 {
                push(bits, base, positions);
            } else {
                push_bits(bits, base, positions);
            }
        };
        collect(bytes, found, masks, push);
    }

    /// See [`super::terminators`].
    #[target_feature(enable = "avx512f,avx512bw,popcnt,bmi1")]
    pub(super) fn terminators(bytes: &[u8], terminator: u8, base: u32, positions: &mut Vec<u32>) {
        let (chunks, rest) = bytes.as_chunks::<64>();
        let mut at = base;
        for chunk in chunks {
            push_bits(equal(load(chunk), terminator), at, positions);
            at = at.wrapping_add(64);
        }
        for (&byte, position) in rest.iter().zip(at..) {
            if byte == terminator {
                positions.push(position);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same_as_portable(bytes: &[u8], delimiters: Delimiters) {
        let (mut fast, mut slow) = (Found::default(), Found::default());
        collect(
            bytes,
            &mut slow,
            |chunk| portable(chunk, delimiters),
            push_bits,
        );
        let assert_same = |fast: &Found| {
            assert_eq!(fast.majors, slow.majors);
            assert_eq!(fast.ends, slow.ends);
            assert_eq!(fast.subs, slow.subs);
            assert_eq!(fast.odds, slow.odds);
            assert_eq!(fast.blanks, slow.blanks);
        };
        separators(bytes, delimiters, &mut fast);
        assert_same(&fast);
        // The processor may have more than what was chosen.
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            let mut fast = Found::default();
            // SAFETY: the processor has AVX2.
            unsafe { avx2::separators(bytes, delimiters, &mut fast) };
            assert_same(&fast);
            let mut ends = Vec::new();
            // SAFETY: as above.
            unsafe { avx2::terminators(bytes, delimiters.segment, 0, &mut ends) };
            assert_eq!(ends.len(), slow.ends.len());
        }
        let separator = |at: usize| {
            bytes.get(at).is_some_and(|byte| {
                [
                    delimiters.segment,
                    delimiters.element,
                    delimiters.component,
                    delimiters.repetition,
                ]
                .contains(byte)
            })
        };
        let blanks: Vec<u32> = (0..bytes.len())
            .filter(|&at| bytes[at] == b' ' && (at == 0 || separator(at - 1) || separator(at + 1)))
            .filter_map(|at| u32::try_from(at).ok())
            .collect();
        assert_eq!(fast.blanks, blanks);
        let mut ends = Vec::new();
        terminators(bytes, delimiters.segment, 7, &mut ends);
        let expected: Vec<u32> = slow
            .ends
            .iter()
            .map(|&end| slow.majors[end as usize] + 7)
            .collect();
        assert_eq!(ends, expected);
    }

    proptest! {
        #[test]
        fn the_fast_pass_finds_what_the_plain_one_finds(
            bytes in proptest::collection::vec(
                prop_oneof![Just(b'~'), Just(b'*'), Just(b':'), Just(b'^'), Just(b'\n'), Just(b'\r'), Just(b' '), any::<u8>()],
                0..700,
            ),
        ) {
            same_as_portable(&bytes, Delimiters { element: b'*', component: b':', repetition: b'^', segment: b'~' });
            same_as_portable(&bytes, Delimiters { element: b'|', component: b'>', repetition: b'{', segment: b'\n' });
        }
    }

    #[test]
    fn a_line_end_behind_a_terminator_is_not_odd() {
        let mut found = Found::default();
        let delimiters = Delimiters {
            element: b'*',
            component: b':',
            repetition: b'^',
            segment: b'~',
        };
        separators(b"A*B~\r\nC*D~\nE*\nF~", delimiters, &mut found);
        assert_eq!(found.odds, [13]);
        assert_eq!(found.ends.len(), 3);
    }
}
