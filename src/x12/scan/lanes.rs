//! Many positions at once, with AVX2: identifiers eight at a time, gaps 32 at a time.
//!
//! Nothing here is unsafe but to be called where the processor does not have the instructions,
//! so only [`super::simd`] calls it.

use std::arch::x86_64::{
    __m256i, _mm256_and_si256, _mm256_blendv_epi8, _mm256_castsi256_ps, _mm256_cmpeq_epi8,
    _mm256_cmpeq_epi32, _mm256_cmpgt_epi32, _mm256_extract_epi32, _mm256_extract_epi64,
    _mm256_movemask_ps, _mm256_or_si256, _mm256_packs_epi16, _mm256_packs_epi32,
    _mm256_permutevar8x32_epi32, _mm256_set1_epi8, _mm256_set1_epi32, _mm256_setr_epi8,
    _mm256_setr_epi32, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi32,
    _mm256_srai_epi32, _mm256_srli_epi32, _mm256_sub_epi32,
};

use super::identify::{self, BOUNDS, Lanes, Told};
use super::{Delimiters, Entry, Found, gaps_portable};

#[inline]
#[target_feature(enable = "avx2")]
fn load(lanes: &Lanes) -> __m256i {
    let lane = |at: usize| lanes[at].cast_signed();
    let (low, high) = (
        (lane(0), lane(1), lane(2), lane(3)),
        (lane(4), lane(5), lane(6), lane(7)),
    );
    _mm256_setr_epi32(low.0, low.1, low.2, low.3, high.0, high.1, high.2, high.3)
}

/// See [`identify::keys_portable`].
#[inline]
#[target_feature(enable = "avx2")]
fn keys(ids: &mut Lanes, delimiters: Delimiters) -> Told {
    let first_bytes = load(ids);
    let equal = |byte: u8| _mm256_cmpeq_epi8(first_bytes, _mm256_set1_epi8(byte.cast_signed()));
    let ends = _mm256_or_si256(equal(delimiters.element), equal(delimiters.segment));
    // For each of the eight whether there is an identifier, and whether it ends behind two.
    let none = _mm256_setzero_si256();
    let is_one = _mm256_cmpeq_epi32(_mm256_slli_epi32::<16>(ends), none);
    let of_two = _mm256_srai_epi32::<31>(_mm256_slli_epi32::<8>(ends));
    let of_three = _mm256_srai_epi32::<31>(ends);
    #[rustfmt::skip]
    let turned = _mm256_setr_epi8(
        3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
        3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
    );
    let text = _mm256_shuffle_epi8(first_bytes, turned);
    let two = _mm256_or_si256(_mm256_srli_epi32::<16>(text), _mm256_set1_epi32(2 << 24));
    let three = _mm256_or_si256(_mm256_srli_epi32::<8>(text), _mm256_set1_epi32(3 << 24));
    let three = _mm256_and_si256(three, of_three);
    let keys = _mm256_and_si256(_mm256_blendv_epi8(three, two, of_two), is_one);
    *ids = [
        _mm256_extract_epi32::<0>(keys).cast_unsigned(),
        _mm256_extract_epi32::<1>(keys).cast_unsigned(),
        _mm256_extract_epi32::<2>(keys).cast_unsigned(),
        _mm256_extract_epi32::<3>(keys).cast_unsigned(),
        _mm256_extract_epi32::<4>(keys).cast_unsigned(),
        _mm256_extract_epi32::<5>(keys).cast_unsigned(),
        _mm256_extract_epi32::<6>(keys).cast_unsigned(),
        _mm256_extract_epi32::<7>(keys).cast_unsigned(),
    ];
    let mut look = _mm256_cmpeq_epi32(keys, none);
    for bound in BOUNDS {
        let bound = _mm256_set1_epi32(bound.cast_signed());
        look = _mm256_or_si256(look, _mm256_cmpeq_epi32(keys, bound));
    }
    let low = _mm256_and_si256(first_bytes, _mm256_set1_epi32(0xFF));
    let blank = _mm256_cmpgt_epi32(_mm256_set1_epi32(i32::from(b' ') + 1), low);
    let bits = |lanes| _mm256_movemask_ps(_mm256_castsi256_ps(lanes)).to_le_bytes()[0];
    Told {
        look: bits(look),
        blank: bits(blank),
    }
}

/// See [`super::segments`].
#[target_feature(enable = "avx2,popcnt,bmi1")]
pub(super) fn segments(
    bytes: &[u8],
    delimiters: Delimiters,
    found: &Found,
    entries: &mut [Entry],
    bounds: &mut Vec<u32>,
) -> (u32, bool) {
    let keys = |ids: &mut Lanes| keys(ids, delimiters);
    identify::over(bytes, delimiters, found, entries, bounds, keys)
}

/// See [`super::gaps`].
#[target_feature(enable = "avx2")]
pub(super) fn gaps(positions: &[u32], gaps: &mut Vec<u8>) {
    let behind = positions.get(1..).unwrap_or(&[]);
    gaps.resize(behind.len(), 0);
    let (chunks, last) = gaps.as_chunks_mut::<32>();
    let (befores, _) = positions.as_chunks::<32>();
    let (ats, _) = behind.as_chunks::<32>();
    // The halves of eight numbers are packed apart; this puts them in order.
    let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    for ((to, before), at) in chunks.iter_mut().zip(befores).zip(ats) {
        let (before, at) = (before.as_chunks().0, at.as_chunks().0);
        let gap = |eight: usize| _mm256_sub_epi32(load(&at[eight]), load(&before[eight]));
        let low = _mm256_packs_epi32(gap(0), gap(1));
        let high = _mm256_packs_epi32(gap(2), gap(3));
        let packed = _mm256_packs_epi16(low, high);
        let ordered = _mm256_permutevar8x32_epi32(packed, order);
        let words = [
            _mm256_extract_epi64::<0>(ordered),
            _mm256_extract_epi64::<1>(ordered),
            _mm256_extract_epi64::<2>(ordered),
            _mm256_extract_epi64::<3>(ordered),
        ];
        for (at, to) in to.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            *to = words[at].to_le_bytes();
        }
    }
    let mut rest = Vec::new();
    gaps_portable(positions.get(32 * chunks.len()..).unwrap_or(&[]), &mut rest);
    last.copy_from_slice(&rest);
}
