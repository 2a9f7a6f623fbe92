//! How far separators lie apart, as bytes.

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::{INSTRUCTIONS, Instructions};

/// Sets down how far each position lies behind the one before it, 127 for what is more.
pub(in crate::x12) fn gaps(positions: &[u32], gaps: &mut Vec<u8>) {
    match *INSTRUCTIONS {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instructions; one with AVX-512 has those of AVX2.
        Instructions::Avx512 | Instructions::Avx2 => unsafe { avx2::gaps(positions, gaps) },
        Instructions::Portable => gaps_portable(positions, gaps),
    }
}

/// The same, for the instructions of whoever calls it: the compiler takes several at once, since
/// that is how instructions shorten numbers.
#[allow(clippy::cast_possible_truncation)] // clamped before
#[allow(clippy::inline_always)] // so that it is compiled with the instructions of its caller
#[inline(always)]
pub(super) fn gaps_portable(positions: &[u32], gaps: &mut Vec<u8>) {
    let behind = positions.get(1..).unwrap_or(&[]);
    let gap = |(&before, &at): (&u32, &u32)| {
        let gap = at.wrapping_sub(before).cast_signed();
        let gap = gap.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        (gap.clamp(i8::MIN.into(), i8::MAX.into()) as i8).cast_unsigned()
    };
    gaps.clear();
    gaps.extend(positions.iter().zip(behind).map(gap));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn gaps_are_as_far_as_127(steps in proptest::collection::vec(0_u32..300, 0..200)) {
            let mut positions = vec![7];
            positions.extend(steps.iter().scan(7, |at, step| {
                *at += step;
                Some(*at)
            }));
            let plain: Vec<u8> = steps.iter().map(|&step| step.min(127) as u8).collect();
            let (mut fast, mut portable) = (vec![1], vec![2]);
            gaps(&positions, &mut fast);
            gaps_portable(&positions, &mut portable);
            prop_assert_eq!(&fast, &plain);
            prop_assert_eq!(&portable, &plain);
        }
    }
}
