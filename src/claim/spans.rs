//! The lengths of eight elements at once, each in a byte of one word.
//!
//! The top bit of a byte (its flag) is free, since lengths are looked at below 127 only, so
//! that a subtraction in one byte never borrows from its neighbour: `(a | FLAGS) - b` leaves
//! the flag of a byte set where `a >= b`.
//!
//! Two neighbouring positions are one word in memory; to subtract and merge four such words
//! takes the elements out of their order. [`lane`] tells the byte of an element.

/// Elements in a word.
pub const LANES: usize = 8;

/// The longest element that is looked at.
const LONGEST: u64 = 126;

/// The flag of every byte.
const FLAGS: u64 = 0x8080_8080_8080_8080;

/// One in every byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The byte of the element at this index, below [`LANES`].
#[must_use]
pub const fn lane(element: usize) -> usize {
    [0, 4, 2, 6, 1, 5, 3, 7][element % LANES]
}

/// The flag of the element at this index.
#[must_use]
pub const fn flag(element: usize) -> u64 {
    0x80 << (8 * lane(element))
}

/// The flags of the first elements, by how many.
const FIRST: [u64; LANES + 1] = {
    let mut first = [0; LANES + 1];
    let mut count = 0;
    while count < LANES {
        first[count + 1] = first[count] | flag(count);
        count += 1;
    }
    first
};

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
            most: FLAGS | ONES * (LONGEST + 1),
            required: 0,
        }
    }
}

impl Spans {
    /// Asks of the element at this index to have so many characters when it is not empty.
    pub fn limit(&mut self, element: usize, least: u16, most: u16) {
        let byte = |length: u16| u64::from(length).min(LONGEST) + 1;
        let shift = 8 * lane(element);
        self.least = self.least & !(0x7F << shift) | byte(least) << shift;
        self.most = self.most & !(0x7F << shift) | byte(most) << shift;
    }

    /// Asks of the element at this index not to be empty.
    pub fn require(&mut self, element: usize) {
        self.required |= flag(element);
    }

    /// Whether some element can't be empty.
    #[inline]
    #[must_use]
    pub fn requires(&self) -> bool {
        self.required != 0
    }

    /// The flags of the filled elements among the first `count`; `None` when one of these
    /// is too short, too long or missing, or when something here is too long to tell.
    #[inline]
    #[must_use]
    pub fn filled(&self, edges: &[u32; LANES + 1], count: usize) -> Option<u64> {
        let gaps = gaps(edges)?;
        let filled = (gaps + ONES * 126) & FIRST[count.min(LANES)];
        let fits = ((gaps | FLAGS) - self.least) & (self.most - gaps);
        (filled & !fits | self.required & !filled == 0).then_some(filled)
    }
}

/// How far each position lies behind the one before it, unless one lies further than a
/// byte below its flag can tell.
#[inline]
fn gaps(edges: &[u32; LANES + 1]) -> Option<u64> {
    let pair = |at: usize| u64::from(edges[at]) | u64::from(edges[at + 1]) << 32;
    let one = pair(1).wrapping_sub(pair(0));
    let three = pair(3).wrapping_sub(pair(2));
    let five = pair(5).wrapping_sub(pair(4));
    let seven = pair(7).wrapping_sub(pair(6));
    let fits = (one | three | five | seven) & !0x0000_007F_0000_007F == 0;
    fits.then_some(one | three << 16 | five << 8 | seven << 24)
}

/// The filled elements as bits, the one of a byte at the byte's index.
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
    fn each_element_has_a_byte_of_its_own() {
        for element in 0..LANES {
            assert_eq!(bits(flag(element)), 1 << lane(element));
        }
        assert_eq!(FIRST[LANES], FLAGS);
    }

    proptest! {
        #[test]
        fn elements_at_once_are_as_one_by_one(
            start in 0_u32..1000,
            lengths in proptest::collection::vec(prop_oneof![Just(0_u32), 0_u32..6, 0_u32..130], LANES),
            limits in proptest::collection::vec((0_u16..5, 0_u16..200), LANES),
            required in proptest::collection::vec(proptest::bool::weighted(0.1), LANES),
            count in 0..=LANES,
        ) {
            let mut edges = [start; LANES + 1];
            let mut spans = Spans::default();
            for at in 0..LANES {
                edges[at + 1] = edges[at] + lengths[at] + 1;
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
                if u64::from(length) > LONGEST || is_filled && !fits || required[at] && !is_filled {
                    plain = None;
                }
                if is_filled {
                    plain = plain.map(|filled| filled | flag(at));
                }
            }
            prop_assert_eq!(spans.filled(&edges, count), plain);
        }
    }
}
