//! The fingerprints of a block's own claims: most twins stand near each other, and are told
//! while the block is judged, so that it need not be judged again.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The claims of a block so far that are no twins and not rejected.
#[derive(Default, Debug)]
pub struct Near {
    claims: HashMap<u128, u64, BuildHasherDefault<Low>>,
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

/// Fingerprints are hashes already: their lower half will do.
#[derive(Default, Debug)]
struct Low(u64);

impl Hasher for Low {
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
