//! The passes with the instructions that the processor has, many bytes at once.
//!
//! Advice to whoever changes this file: it is the only one of the crate with `unsafe`, and all
//! of it is of three kinds: the call of a function compiled for instructions that the
//! processor was asked for; unaligned loads of an array of exactly so many bytes; and stores
//! into an array that is at least as long. Every function has a portable twin, and the tests
//! compare both with a plain rule on random bytes.

use std::sync::LazyLock;

use memchr::memmem;

use super::identify::{self, keys_portable};
use super::isa::ISA;
#[cfg(target_arch = "x86_64")]
use super::lanes;
use super::plain::{Passed, pass_portable};
use super::{Delimiters, Entry, Found, gaps_portable, separators_portable};

/// Instructions that the processor has: nobody else can make one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Instructions(Set);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Set {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

impl Instructions {
    /// All sets of instructions there are, the best first.
    pub(super) fn there() -> Vec<Instructions> {
        let mut there = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            there.extend(avx512::is_there().then_some(Instructions(Set::Avx512)));
            there.extend(avx2::is_there().then_some(Instructions(Set::Avx2)));
        }
        there.push(Instructions(Set::Portable));
        there
    }
}

/// The best there are.
pub(super) static INSTRUCTIONS: LazyLock<Instructions> = LazyLock::new(|| {
    let best = Instructions::there().into_iter().next();
    best.unwrap_or(Instructions(Set::Portable))
});

/// See [`super::separators`].
pub(super) fn separators(
    instructions: Instructions,
    bytes: &[u8],
    delimiters: Delimiters,
    found: &mut Found,
) {
    match instructions.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Set::Avx512 => unsafe { avx512::separators(bytes, delimiters, found) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Set::Avx2 => unsafe { avx2::separators(bytes, delimiters, found) },
        Set::Portable => separators_portable(bytes, delimiters, found),
    }
}

/// See [`super::pass`].
pub(super) fn pass(
    instructions: Instructions,
    bytes: &[u8],
    limit: usize,
    terminator: u8,
) -> Passed {
    match instructions.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Set::Avx512 => unsafe { avx512::pass(bytes, limit, terminator) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Set::Avx2 => unsafe { avx2::pass(bytes, limit, terminator) },
        Set::Portable => pass_portable(bytes, limit, terminator),
    }
}

/// See [`super::find_isa`].
pub(super) fn find_isa(instructions: Instructions, bytes: &[u8]) -> Option<usize> {
    match instructions.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Set::Avx512 => unsafe { avx512::find_isa(bytes) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Set::Avx2 => unsafe { avx2::find_isa(bytes) },
        Set::Portable => memmem::find(bytes, &ISA),
    }
}

/// See [`super::segments`].
pub(super) fn segments(
    instructions: Instructions,
    bytes: &[u8],
    delimiters: Delimiters,
    found: &Found,
    entries: &mut [Entry],
    bounds: &mut Vec<u32>,
) -> (u32, bool) {
    match instructions.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Set::Avx512 | Set::Avx2 => unsafe {
            lanes::segments(bytes, delimiters, found, entries, bounds)
        },
        Set::Portable => {
            let keys = |ids: &mut _| keys_portable(ids, delimiters);
            identify::over(bytes, delimiters, found, entries, bounds, keys)
        }
    }
}

/// See [`super::gaps`].
pub(super) fn gaps(instructions: Instructions, positions: &[u32], gaps: &mut Vec<u8>) {
    match instructions.0 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions.
        Set::Avx512 | Set::Avx2 => unsafe { lanes::gaps(positions, gaps) },
        Set::Portable => gaps_portable(positions, gaps),
    }
}

/// Twice 32 bytes.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_loadl_epi64, _mm_loadu_si128, _mm256_add_epi32, _mm256_and_si256,
        _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_cvtepu8_epi32,
        _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
        _mm256_set1_epi32, _mm256_shuffle_epi8, _mm256_storeu_si256,
    };

    use super::super::isa::{self, ISA, REACH};
    use super::super::plain::{self, FIRST_BITS, FIRSTS, Passed};
    use super::super::{Delimiters, Found, Masks, Room, STRETCH, collect, write_ends};

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
        let odd = |half: __m256i| {
            _mm256_or_si256(_mm256_cmpgt_epi8(splat(b' '), half), equal(half, 0x7F))
        };
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
        collect(bytes, found, masks, lines, many, write_ends);
    }

    /// See [`super::pass`].
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

    /// See [`super::find_isa`].
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
}

/// 64 bytes at once, the masks as the processor makes them.
#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm_loadu_si128, _mm512_add_epi32, _mm512_and_si512, _mm512_broadcast_i32x4,
        _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epi8_mask,
        _mm512_cvtepu8_epi32, _mm512_extracti32x4_epi32, _mm512_loadu_si512,
        _mm512_maskz_compress_epi8, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_shuffle_epi8,
        _mm512_storeu_si512, _pext_u64,
    };

    use super::super::isa::{self, ISA, REACH};
    use super::super::plain::{self, FIRST_BITS, FIRSTS, Passed};
    use super::super::{Delimiters, Found, Masks, Room, STRETCH, collect};

    /// Whether the processor has the instructions.
    pub(super) fn is_there() -> bool {
        super::avx2::is_there()
            && std::arch::is_x86_feature_detected!("avx512bw")
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
        let ends =
            |[bits, all]: [u64; 2], [base, rank]: [u32; 2], [places, ranks]: [&mut Room; 2]| {
                write_many(bits, base, places);
                write_many(_pext_u64(bits, all), rank, ranks);
            };
        collect(bytes, found, masks, lines, many, ends);
    }

    /// See [`super::pass`].
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

    /// See [`super::find_isa`].
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
}
