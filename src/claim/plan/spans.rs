//! The lengths of eight elements at once, each in a byte of one word.
//!
//! The top bit of a byte (its flag) is free, since gaps are looked at up to 127 only, so
//! that a subtraction in one byte never borrows from its neighbour: `(a | FLAGS) - b` leaves
//! the flag of a byte set where `a >= b`.

/// Elements in a word.
pub const LANES: usize = 8;

/// The longest element that can be told from longer ones.
const LONGEST: u64 = 125;

/// The flag of every byte.
const FLAGS: u64 = 0x8080_8080_8080_8080;

/// One in every byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The flag of the element at this index of its word.
#[inline]
#[must_use]
pub const fn flag(element: usize) -> u64 {
    0x80 << (8 * (element % LANES))
}

/// What eight elements may look like.
#[derive(Clone, Copy, Debug)]
pub struct Spans {
    /// Fewest and most characters of an element that is not empty, the separator counted.
    least: u64,
    most: u64,
    /// Flags of elements that can't be empty.
    required: u64,
}

impl Default for Spans {
    /// Elements of any length that is looked at.
    fn default() -> Spans {
        Spans {
            least: 0,
            most: FLAGS | (ONES * (LONGEST + 1)),
            required: 0,
        }
    }
}

impl Spans {
    /// Asks of the element at this index to have so many characters when it is not empty.
    pub fn limit(&mut self, element: usize, least: u16, most: u16) {
        let byte = |length: u16| u64::from(length).min(LONGEST) + 1;
        let shift = 8 * (element % LANES);
        self.least = self.least & !(0x7F << shift) | byte(least) << shift;
        self.most = self.most & !(0x7F << shift) | byte(most) << shift;
    }

    /// Asks of the element at this index not to be empty.
    pub fn require(&mut self, element: usize) {
        self.required |= flag(element);
    }

    /// The flags of the filled elements among the first `count` (1 to 8); `None` when one of
    /// these is too short, too long or missing. A gap is the length of an element and one
    /// more for its separator, at most 127.
    #[inline]
    #[must_use]
    pub fn filled(&self, gaps: [u8; LANES], count: usize) -> Option<u64> {
        let own = FLAGS >> (LANES.wrapping_sub(count) * 8 % 64);
        // What lies behind the block may be past 127; it comes behind the segment's own.
        let gaps = u64::from_le_bytes(gaps);
        let filled = gaps.wrapping_add(ONES * 126) & own;
        let fits = (gaps | FLAGS).wrapping_sub(self.least) & self.most.wrapping_sub(gaps);
        (filled & !fits | self.required & !filled == 0).then_some(filled)
    }
}

/// The filled elements as bits, the one of an element at its index.
#[inline]
#[must_use]
pub const fn bits(filled: u64) -> u32 {
    // Each product bit takes the bit of another byte up into the highest byte.
    ((filled >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_element_has_a_bit_of_its_own() {
        for element in 0..LANES {
            assert_eq!(bits(flag(element)), 1 << element);
        }
    }

    proptest! {
        #[test]
        fn elements_at_once_are_as_one_by_one(
            lengths in proptest::collection::vec(prop_oneof![Just(0_u32), 0_u32..6, 0_u32..200], LANES),
            limits in proptest::collection::vec((0_u16..5, 0_u16..200), LANES),
            required in proptest::collection::vec(proptest::bool::weighted(0.1), LANES),
            count in 1..=LANES,
        ) {
            let mut gaps = [0; LANES];
            let mut spans = Spans::default();
            for at in 0..LANES {
                gaps[at] = u8::try_from(lengths[at] + 1).unwrap_or(127).min(127);
                let (least, span) = limits[at];
                spans.limit(at, least, least + span);
                if required[at] {
                    spans.require(at);
                }
            }
            let mut plain = Some(0_u64);
            for at in 0..LANES {
                let length = lengths[at];
                let (least, span) = limits[at];
                let fits = (u32::from(least)..=u32::from(least + span)).contains(&length);
                let is_filled = length > 0 && at < count;
                if is_filled && (!fits || u64::from(length) > LONGEST) || required[at] && !is_filled {
                    plain = None;
                }
                if is_filled {
                    plain = plain.map(|filled| filled | flag(at));
                }
            }
            prop_assert_eq!(spans.filled(gaps, count), plain);
        }
    }
}
