//! The fingerprints of a block's own claims: most twins stand near each other, and are told
//! while the block is judged, so that it need not be judged again.
//!
//! A table of places in the list of the block's fingerprints: what is looked for stands at
//! the slot that its lowest bits name, or at one of those behind it before the next free one.

use super::Print;

/// The claims of a block so far that are no twins and not rejected.
#[derive(Default, Debug)]
pub struct Near {
    /// Places in the list, from 1; 0 where the slot is free. Their number is a power of two.
    slots: Vec<u32>,
    taken: usize,
}

impl Near {
    /// The claim of this fingerprint, by its place in the input.
    #[inline]
    #[must_use]
    pub fn first(&self, fingerprint: u128, prints: &[Print]) -> Option<u64> {
        let mut slot = low(fingerprint);
        loop {
            let place = *self.slots.get(slot & self.slots.len().wrapping_sub(1))?;
            let print = prints.get(place.checked_sub(1)? as usize)?;
            if print.fingerprint == fingerprint {
                return Some(print.claim);
            }
            slot += 1;
        }
    }

    /// Remembers the latest claim of the list, whose fingerprint none before it has.
    #[inline]
    pub fn keep(&mut self, prints: &[Print]) {
        if self.taken * 2 >= self.slots.len() {
            self.grow(prints);
        }
        let place = u32::try_from(prints.len()).unwrap_or(0);
        self.put(place, prints);
        self.taken += 1;
    }

    fn put(&mut self, place: u32, prints: &[Print]) {
        let mask = self.slots.len().wrapping_sub(1);
        let Some(print) = prints.get((place as usize).wrapping_sub(1)) else {
            return;
        };
        let mut slot = low(print.fingerprint);
        while self.slots[slot & mask] != 0 {
            slot += 1;
        }
        self.slots[slot & mask] = place;
    }

    #[cold]
    fn grow(&mut self, prints: &[Print]) {
        let slots = vec![0; (self.slots.len() * 4).max(256)];
        for place in std::mem::replace(&mut self.slots, slots) {
            if place != 0 {
                self.put(place, prints);
            }
        }
    }
}

/// Fingerprints are hashes already: some of their bits will do.
fn low(fingerprint: u128) -> usize {
    usize::try_from(fingerprint & u128::from(u32::MAX)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn the_first_of_a_fingerprint_is_kept(
            claims in prop::collection::vec((0_u128..3, 0_u128..200, any::<bool>()), 0..1_200),
        ) {
            let (mut near, mut prints) = (Near::default(), Vec::new());
            let mut plain = HashMap::new();
            for (claim, (high, low, rejected)) in (1..).zip(claims) {
                let fingerprint = (high << 64) | (low * 3);
                let first = near.first(fingerprint, &prints);
                prop_assert_eq!(first, plain.get(&fingerprint).copied());
                prints.push(Print { claim, fingerprint, rejected });
                if first.is_none() && !rejected {
                    near.keep(&prints);
                    plain.insert(fingerprint, claim);
                }
            }
        }
    }
}
