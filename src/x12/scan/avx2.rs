//! The passes with AVX2: twice 32 bytes.

use std::arch::x86_64::{
    __m256i, _mm_loadl_epi64, _mm_loadu_si128, _mm256_add_epi32, _mm256_and_si256,
    _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_cvtepu8_epi32,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_set1_epi32,
    _mm256_shuffle_epi8, _mm256_storeu_si256,
};

use super::gaps::gaps_portable;
use super::isa::{self, ISA, REACH};
use super::plain::{self, FIRST_BITS, FIRSTS, Passed};
use super::{Delimiters, Found, Masks, Room, STRETCH, collect, write_ranks};

/// Whether the processor has the instructions.
pub(super) fn is_there() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("popcnt")
        && std::arch::is_x86_feature_detected!("bmi1")
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(half: &[u8; 32]) -> __m256i {
    // SAFETY: the array has exactly the 32 bytes that are read; no alignment is asked.
    unsafe { _mm256_loadu_si256(half.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn halves(stretch: &[u8; STRETCH]) -> (__m256i, __m256i) {
    match stretch.as_chunks::<32>().0 {
        [low, high] => (load(low), load(high)),
        _ => (_mm256_set1_epi8(0), _mm256_set1_epi8(0)),
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn bits(low: __m256i, high: __m256i) -> u64 {
    u64::from(_mm256_movemask_epi8(low).cast_unsigned())
        | (u64::from(_mm256_movemask_epi8(high).cast_unsigned()) << 32)
}

#[inline]
#[target_feature(enable = "avx2")]
fn splat(byte: u8) -> __m256i {
    _mm256_set1_epi8(byte.cast_signed())
}

#[inline]
#[target_feature(enable = "avx2")]
fn masks(stretch: &[u8; STRETCH], delimiters: Delimiters) -> Masks {
    let (low, high) = halves(stretch);
    let equal = |half: __m256i, byte: u8| _mm256_cmpeq_epi8(half, splat(byte));
    let are = |byte: u8| bits(equal(low, byte), equal(high, byte));
    let sub = |half: __m256i| {
        _mm256_or_si256(
            equal(half, delimiters.component),
            equal(half, delimiters.repetition),
        )
    };
    // Signed comparison: bytes from 0x80 on are negative, so "below a blank" takes them in
    // with the control characters.
    let odd =
        |half: __m256i| _mm256_or_si256(_mm256_cmpgt_epi8(splat(b' '), half), equal(half, 0x7F));
    let end = are(delimiters.segment);
    Masks {
        major: end | are(delimiters.element),
        end,
        sub: bits(sub(low), sub(high)),
        odd: bits(odd(low), odd(high)) & !end,
        blank: are(b' '),
    }
}

/// For each byte the places of its bits, the lowest first.
static PLACES: [[u8; 8]; 256] = {
    let mut places = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut place, mut count) = (0, 0);
        while place < 8 {
            if byte >> place & 1 == 1 {
                places[byte][count] = place;
                count += 1;
            }
            place += 1;
        }
        byte += 1;
    }
    places
};

/// Writes `base` plus the place of each bit: eight for each byte of `bits`, the next over those
/// that are too many.
#[inline]
#[target_feature(enable = "avx2,popcnt,bmi1")]
fn write_many(bits: u64, base: u32, room: &mut Room) {
    let mut start = _mm256_set1_epi32(base.cast_signed());
    let mut to = room.as_mut_ptr();
    for byte in bits.to_le_bytes() {
        let places = &PLACES[usize::from(byte)];
        // SAFETY: the array has exactly the 8 bytes that are read.
        let places = unsafe { _mm_loadl_epi64(places.as_ptr().cast()) };
        let places = _mm256_add_epi32(_mm256_cvtepu8_epi32(places), start);
        // SAFETY: of the 64 places at most eight for each byte before this one were passed.
        unsafe {
            _mm256_storeu_si256(to.cast(), places);
            to = to.add(byte.count_ones() as usize);
        }
        start = _mm256_add_epi32(start, _mm256_set1_epi32(8));
    }
}

/// See [`super::separators`].
#[target_feature(enable = "avx2,popcnt,bmi1")]
pub(super) fn separators(bytes: &[u8], delimiters: Delimiters, found: &mut Found) {
    let masks = |stretch: &[u8; STRETCH]| masks(stretch, delimiters);
    let lines = |stretch: &[u8; STRETCH]| {
        let (low, high) = halves(stretch);
        let are = |byte: u8| {
            bits(
                _mm256_cmpeq_epi8(low, splat(byte)),
                _mm256_cmpeq_epi8(high, splat(byte)),
            )
        };
        are(b'\r') | are(b'\n')
    };
    let many = |bits: u64, base: u32, room: &mut Room| write_many(bits, base, room);
    collect(bytes, found, masks, lines, many, write_ranks);
}

/// See [`super::gaps::gaps`].
#[target_feature(enable = "avx2,popcnt,bmi1")]
pub(super) fn gaps(positions: &[u32], gaps: &mut Vec<u8>) {
    gaps_portable(positions, gaps);
}

/// See [`plain::pass`].
#[target_feature(enable = "avx2,popcnt,bmi1")]
pub(super) fn pass(bytes: &[u8], limit: usize, terminator: u8) -> Passed {
    // SAFETY: the array has exactly the 16 bytes that are read.
    let firsts = unsafe { _mm_loadu_si128(FIRSTS.as_ptr().cast()) };
    let firsts = _mm256_broadcastsi128_si256(firsts);
    let worth = |half: __m256i| {
        let wanted = _mm256_shuffle_epi8(firsts, half);
        _mm256_cmpeq_epi8(_mm256_and_si256(half, splat(FIRST_BITS)), wanted)
    };
    let masks = |stretch: &[u8; STRETCH]| {
        let (low, high) = halves(stretch);
        let is_end = |half: __m256i| _mm256_cmpeq_epi8(half, splat(terminator));
        (
            bits(is_end(low), is_end(high)),
            bits(worth(low), worth(high)),
        )
    };
    plain::over(bytes, limit, terminator, masks)
}

/// See [`isa::find_isa`].
#[target_feature(enable = "avx2,popcnt,bmi1")]
pub(super) fn find_isa(bytes: &[u8]) -> Option<usize> {
    let half = |half: &[u8; 34]| {
        let is = |at: usize| match half[at..].first_chunk() {
            Some(bytes) => _mm256_cmpeq_epi8(load(bytes), splat(ISA[at])),
            None => splat(0),
        };
        _mm256_and_si256(_mm256_and_si256(is(0), is(1)), is(2))
    };
    isa::after(bytes, |reach: &[u8; REACH]| {
        let (Some(low), Some(high)) = (reach.first_chunk(), reach.last_chunk()) else {
            return true;
        };
        _mm256_movemask_epi8(_mm256_or_si256(half(low), half(high))) != 0
    })
}
