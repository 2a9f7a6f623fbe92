//! Control numbers for envelopes that are not the input's own.

use crate::x12::survey::NumberSet;

/// Nine-digit control numbers that are not in the input and are not given twice.
///
/// They start at a place derived from the hash of the input, or the identity of a run, so that
/// the same one gives the same numbers and two hardly ever the same.
#[derive(Debug)]
pub struct FreshNumbers {
    next: u64,
}

/// Smallest of the numbers; all have nine digits.
const FIRST: u64 = 100_000_000;
/// How many there are.
const SPAN: u64 = 900_000_000;

impl FreshNumbers {
    /// Numbers for this purpose by a hash (hexadecimal): the input's, or a run's identity.
    #[must_use]
    pub fn new(hash: &str, purpose: &str) -> FreshNumbers {
        let mut hasher = blake3::Hasher::new();
        hasher.update(purpose.as_bytes());
        hasher.update(b"\0");
        hasher.update(hash.as_bytes());
        let mut seed = [0_u8; 8];
        hasher.finalize_xof().fill(&mut seed);
        FreshNumbers {
            next: u64::from_le_bytes(seed) % SPAN,
        }
    }

    /// The next number that the input does not use.
    pub fn next(&mut self, used: &NumberSet) -> u64 {
        for _ in 0..SPAN {
            let number = FIRST + self.next;
            self.next = (self.next + 1) % SPAN;
            if !used.contains(number) {
                return number;
            }
        }
        FIRST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_use_are_passed_over() {
        let mut probe = FreshNumbers::new("aa", "rejects");
        let mut used = NumberSet::default();
        let first = probe.next(&used);
        used.insert(first);
        used.insert(first + 1);
        let mut again = FreshNumbers::new("aa", "rejects");
        assert_eq!(again.next(&used), first + 2);
    }
}
