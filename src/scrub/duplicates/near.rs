//! The fingerprints of a block's own claims: most twins stand near each other, and are told
//! while the block is judged, so that it need not be judged again.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The claims of a block so far that are no twins and not rejected.
#[derive(Default, Debug)]
pub struct Near {
    claims: HashMap<u128, u64, BuildHasherDefault<Folded>>,
}

impl Near {
    /// The claim of this fingerprint, by its place in the input.
    #[must_use]
    pub fn first(&self, fingerprint: u128) -> Option<u64> {
        self.claims.get(&fingerprint).copied()
    }

    /// Remembers a claim, unless one of its fingerprint is.
    pub fn keep(&mut self, fingerprint: u128, claim: u64) {
        self.claims.entry(fingerprint).or_insert(claim);
    }
}

/// Fingerprints are hashes already: half their bits will do.
#[derive(Default, Debug)]
struct Folded(u64);

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.0 ^= u64::from_le_bytes(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_fingerprint_is_kept() {
        let mut near = Near::default();
        for (fingerprint, claim) in [(7, 1), (7 << 64, 2), (7, 3), (7 << 64 | 7, 4)] {
            near.keep(fingerprint, claim);
        }
        let first = [7, 7 << 64, 7 << 64 | 7, 8].map(|fingerprint| near.first(fingerprint));
        assert_eq!(first, [Some(1), Some(2), Some(4), None]);
    }
}
