//! A small keyed random source: the same key always gives the same numbers.

/// What a number is drawn for. Each use has its own key, so that a change to
/// one part of a claim leaves the others as they were.
#[derive(Clone, Copy)]
pub(super) enum Use {
    /// How a claim hangs in the hierarchy.
    Plan = 1,
    /// Which claim of a stretch gets a fault.
    FaultPlace,
    /// Which fault it gets.
    FaultKind,
    /// The patient of a claim.
    Patient,
    /// The claim itself.
    Claim,
    /// A billing provider with its people.
    Provider,
    /// Which provider a run of claims belongs to.
    ProviderChoice,
}

/// One well-mixed number for `index` under `seed` (the finisher of splitmix64).
pub(super) fn mix(seed: u64, purpose: Use, index: u64) -> u64 {
    let keyed = seed
        .wrapping_add((purpose as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93))
        .wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    finish(finish(keyed))
}

fn finish(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A stream of random numbers (splitmix64).
pub(super) struct Random(u64);

impl Random {
    /// The stream that belongs to `index` under `seed`.
    pub(super) fn keyed(seed: u64, purpose: Use, index: u64) -> Random {
        Random(mix(seed, purpose, index))
    }

    /// The next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        finish(self.0)
    }

    /// A number from 0 up to, not including, `bound`; 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product: no division, and a bias far below
        // anything a claim file could show.
        let wide = u128::from(self.bits()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// Like [`Random::below`], as an index.
    pub(super) fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).unwrap_or(0)
    }

    /// One of the values.
    pub(super) fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.index(values.len())]
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_always_gives_the_same_stream_and_another_key_another() {
        let draw = |seed, index| {
            let mut random = Random::keyed(seed, Use::Claim, index);
            [random.bits(), random.bits(), random.below(1000)]
        };
        assert_eq!(draw(7, 3), draw(7, 3));
        assert_ne!(draw(7, 3), draw(7, 4));
        assert_ne!(draw(7, 3), draw(8, 3));
    }

    #[test]
    fn numbers_stay_below_their_bound_and_reach_every_value() {
        let mut random = Random::keyed(1, Use::Plan, 1);
        let mut seen = [false; 10];
        for _ in 0..1000 {
            seen[random.index(10)] = true;
        }
        assert!(seen.iter().all(|&hit| hit));
        assert_eq!(random.below(0), 0);
    }
}
