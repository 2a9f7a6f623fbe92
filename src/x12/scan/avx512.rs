//! The passes with AVX-512: 64 bytes at once, the masks as the processor makes them.

use std::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm512_add_epi32, _mm512_and_si512, _mm512_broadcast_i32x4,
    _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epi8_mask, _mm512_cvtepu8_epi32,
    _mm512_extracti32x4_epi32, _mm512_loadu_si512, _mm512_maskz_compress_epi8, _mm512_set1_epi8,
    _mm512_set1_epi32, _mm512_shuffle_epi8, _mm512_storeu_si512, _pext_u64,
};

use super::isa::{self, ISA, REACH};
use super::plain::{self, FIRST_BITS, FIRSTS, Passed};
use super::{Delimiters, Found, Masks, Room, STRETCH, collect};

/// Whether the processor has the instructions.
pub(super) fn is_there() -> bool {
    std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512vbmi2")
        && std::arch::is_x86_feature_detected!("popcnt")
        && std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("bmi2")
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load(stretch: &[u8; STRETCH]) -> __m512i {
    // SAFETY: the array has exactly the 64 bytes that are read; no alignment is asked.
    unsafe { _mm512_loadu_si512(stretch.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn equal(bytes: __m512i, byte: u8) -> u64 {
    _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte.cast_signed()))
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn masks(stretch: &[u8; STRETCH], delimiters: Delimiters) -> Masks {
    let bytes = load(stretch);
    let end = equal(bytes, delimiters.segment);
    // Signed comparison, as with AVX2.
    let below = _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20));
    Masks {
        major: end | equal(bytes, delimiters.element),
        end,
        sub: equal(bytes, delimiters.component) | equal(bytes, delimiters.repetition),
        odd: (below | equal(bytes, 0x7F)) & !end,
        blank: equal(bytes, b' '),
    }
}

/// The places of the bytes of a stretch.
static PLACES: [u8; STRETCH] = {
    let mut places = [0; STRETCH];
    let mut at = 0;
    while at < STRETCH {
        #[allow(clippy::cast_possible_truncation)] // below 64
        {
            places[at] = at as u8;
        }
        at += 1;
    }
    places
};

/// Writes `base` plus the place of each bit.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,popcnt")]
fn write_many(bits: u64, base: u32, room: &mut Room) {
    let places = _mm512_maskz_compress_epi8(bits, load(&PLACES));
    let start = _mm512_set1_epi32(base.cast_signed());
    let quarters = [
        _mm512_castsi512_si128(places),
        _mm512_extracti32x4_epi32::<1>(places),
        _mm512_extracti32x4_epi32::<2>(places),
        _mm512_extracti32x4_epi32::<3>(places),
    ];
    let mut write = |quarter: usize| {
        let places = _mm512_add_epi32(_mm512_cvtepu8_epi32(quarters[quarter]), start);
        // SAFETY: the four quarters fill the 64 places.
        unsafe { _mm512_storeu_si512(room.as_mut_ptr().add(16 * quarter).cast(), places) };
    };
    write(0);
    if bits.count_ones() > 16 {
        write(1);
        if bits.count_ones() > 32 {
            write(2);
            write(3);
        }
    }
}

/// See [`super::separators`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,popcnt,bmi1,bmi2")]
pub(super) fn separators(bytes: &[u8], delimiters: Delimiters, found: &mut Found) {
    let masks = |stretch: &[u8; STRETCH]| masks(stretch, delimiters);
    let lines = |stretch: &[u8; STRETCH]| {
        let bytes = load(stretch);
        equal(bytes, b'\r') | equal(bytes, b'\n')
    };
    let many = |bits: u64, base: u32, room: &mut Room| write_many(bits, base, room);
    let ranks = |bits: u64, all: u64, base: u32, room: &mut Room| {
        write_many(_pext_u64(bits, all), base, room);
    };
    collect(bytes, found, masks, lines, many, ranks);
}

/// See [`plain::pass`].
#[target_feature(enable = "avx512f,avx512bw,popcnt,bmi1")]
pub(super) fn pass(bytes: &[u8], limit: usize, terminator: u8) -> Passed {
    // SAFETY: the array has exactly the 16 bytes that are read.
    let firsts = unsafe { _mm_loadu_si128(FIRSTS.as_ptr().cast()) };
    let firsts = _mm512_broadcast_i32x4(firsts);
    let bits = _mm512_set1_epi8(FIRST_BITS.cast_signed());
    let masks = |stretch: &[u8; STRETCH]| {
        let bytes = load(stretch);
        let wanted = _mm512_shuffle_epi8(firsts, bytes);
        let worth = _mm512_cmpeq_epi8_mask(_mm512_and_si512(bytes, bits), wanted);
        (equal(bytes, terminator), worth)
    };
    plain::over(bytes, limit, terminator, masks)
}

/// See [`isa::find_isa`].
#[target_feature(enable = "avx512f,avx512bw,popcnt,bmi1")]
pub(super) fn find_isa(bytes: &[u8]) -> Option<usize> {
    isa::after(bytes, |reach: &[u8; REACH]| {
        let is = |at: usize| match reach[at..].first_chunk() {
            Some(bytes) => equal(load(bytes), ISA[at]),
            None => u64::MAX,
        };
        is(0) & is(1) & is(2) != 0
    })
}
