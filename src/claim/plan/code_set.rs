//! Codes of up to three characters, and whether a value is one of them: a hash without
//! collisions, found when the set is made.

/// A code of up to three characters as a number: the characters, and how many.
#[inline]
#[must_use]
pub fn short(code: [u8; 4], length: u32) -> u32 {
    let behind = 32_u32.wrapping_sub(length * 8);
    u32::from_le_bytes(code).wrapping_shl(behind) | length
}

/// A set of codes.
#[derive(Clone, Default, Debug)]
pub struct CodeSet {
    multiplier: u32,
    shift: u32,
    /// The codes where their hashes say; 0, which is no code, elsewhere.
    slots: Box<[u32]>,
}

impl CodeSet {
    /// The set of these codes; `None` when there is none, or one is empty or too long.
    #[must_use]
    pub fn of(codes: &[Vec<u8>]) -> Option<CodeSet> {
        let codes: Option<Vec<u32>> = codes.iter().map(|code| number(code)).collect();
        let mut codes = codes.filter(|codes| !codes.is_empty())?;
        codes.sort_unstable();
        codes.dedup();
        let first = codes.len().next_power_of_two().trailing_zeros().max(1);
        let mut multiplier = 0x9E37_79B1_u32;
        for bits in first..16 {
            for _ in 0..32 {
                multiplier = multiplier.wrapping_mul(0x2C92_77B5) | 1;
                let mut set = CodeSet {
                    multiplier,
                    shift: 32 - bits,
                    slots: vec![0; 1 << bits].into_boxed_slice(),
                };
                if codes.iter().all(|&code| set.put(code)) {
                    return Some(set);
                }
            }
        }
        None
    }

    fn put(&mut self, code: u32) -> bool {
        let slot = self.slot(code);
        let is_free = self.slots[slot] == 0;
        self.slots[slot] = code;
        is_free
    }

    #[inline]
    fn slot(&self, code: u32) -> usize {
        (code.wrapping_mul(self.multiplier) >> self.shift) as usize
    }

    /// Whether this code, as [`short`] tells it, is one of the set.
    #[inline]
    #[must_use]
    pub fn has(&self, code: u32) -> bool {
        self.slots.get(self.slot(code)) == Some(&code)
    }
}

/// The number of a code, see [`short`].
fn number(code: &[u8]) -> Option<u32> {
    let mut bytes = [0; 4];
    if !(1..=3).contains(&code.len()) {
        return None;
    }
    bytes.get_mut(..code.len())?.copy_from_slice(code);
    Some(short(bytes, u32::try_from(code.len()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_set_has_its_codes_and_no_other(
            codes in proptest::collection::vec("[A-Z0-9]{1,3}", 1..60),
            value in "[A-C0-1]{1,3}",
            behind in proptest::array::uniform4(0_u8..),
        ) {
            let codes: Vec<Vec<u8>> = codes.into_iter().map(String::into_bytes).collect();
            let set = CodeSet::of(&codes).expect("short codes");
            for value in codes.iter().map(Vec::as_slice).chain([value.as_bytes(), b"A\0", b"\0"]) {
                let mut bytes = behind;
                bytes[..value.len()].copy_from_slice(value);
                let found = set.has(short(bytes, u32::try_from(value.len()).unwrap_or(0)));
                prop_assert_eq!(found, codes.iter().any(|code| code == value));
            }
        }
    }

    #[test]
    fn long_and_empty_codes_make_no_set() {
        for codes in [vec![], vec![Vec::new()], vec![b"0019".to_vec()]] {
            assert!(CodeSet::of(&codes).is_none());
        }
    }
}
