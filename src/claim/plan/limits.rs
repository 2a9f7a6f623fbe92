//! The lengths of all elements of a run side by side.
//!
//! [`Tokens::separators`] tells of each separator how far the next one lies behind it: the length
//! of the element between them and one more. The limits of a run are a row of the same
//! shape, so that sixteen elements are compared with theirs by a few instructions.
//!
//! [`Tokens::separators`]: crate::x12::Tokens::separators

use crate::claim::structure::Usage;

/// Elements compared at a time.
pub(super) const LANES: usize = 16;

/// The longest element that can be told from longer ones.
const LONGEST_CHARS: u16 = 125;

/// The gap over an empty element.
pub(super) const EMPTY: u8 = 1;

/// Fewest and most characters of an element, its separator counted, and whether it may be
/// empty too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub(super) least: u8,
    pub(super) most: u8,
    pub(super) empty: bool,
}

impl Span {
    /// What lies between two segments.
    pub(super) const ANY: Span = Span {
        least: 0,
        most: u8::MAX,
        empty: true,
    };

    /// The span of an element that has so many characters where it is not empty.
    pub(super) fn of(usage: Usage, least: u16, most: u16) -> Span {
        let gap = |length: u16| u8::try_from(length.min(LONGEST_CHARS) + 1).unwrap_or(u8::MAX);
        match usage {
            Usage::NotUsed => Span {
                least: EMPTY,
                most: EMPTY,
                empty: true,
            },
            Usage::Situational => Span {
                least: gap(least),
                most: gap(most),
                empty: true,
            },
            Usage::Required => Span {
                least: gap(least.max(1)),
                most: gap(most),
                empty: false,
            },
        }
    }

    /// The same where it can't be empty; `None` where it must be.
    pub(super) fn filled(self) -> Option<Span> {
        (self.most > EMPTY).then_some(Span {
            least: self.least.max(EMPTY + 1),
            empty: false,
            ..self
        })
    }
}

/// Limits of sixteen gaps, aligned so that counting them takes no division.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Sixteen {
    least: [u8; LANES],
    most: [u8; LANES],
    /// The gap over an empty element where that may be, none where it may not.
    empty: [u8; LANES],
}

/// The limits of a run, from its first separator on.
#[derive(Clone, Default, Debug)]
pub(super) struct Limits(Vec<Sixteen>);

impl Limits {
    /// The limits of elements with these spans, one behind the other.
    pub(super) fn of(spans: &[Span]) -> Limits {
        let rows = spans.chunks(LANES).map(|spans| {
            let mut row = Sixteen {
                least: [Span::ANY.least; LANES],
                most: [Span::ANY.most; LANES],
                empty: [EMPTY; LANES],
            };
            for (lane, span) in spans.iter().enumerate() {
                row.least[lane] = span.least;
                row.most[lane] = span.most;
                row.empty[lane] = if span.empty { EMPTY } else { 0 };
            }
            row
        });
        Limits(rows.collect())
    }

    /// Whether each of the gaps is within its limits.
    #[inline]
    pub(super) fn hold(&self, gaps: &[u8]) -> bool {
        let mut outside = [0; LANES];
        let mut behind = gaps;
        for row in &self.0 {
            let Some((gaps, rest)) = behind.split_first_chunk::<LANES>() else {
                return false;
            };
            behind = rest;
            for lane in 0..LANES {
                let gap = gaps[lane];
                let within = gap.max(row.least[lane]).min(row.most[lane]);
                outside[lane] |= if gap == row.empty[lane] {
                    0
                } else {
                    gap ^ within
                };
            }
        }
        outside == [0; LANES]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn elements_at_once_are_as_one_by_one(
            elements in proptest::collection::vec(
                (prop_oneof![Just(0_u16), 0_u16..6, 0_u16..200], 0_u16..5, 0_u16..200, 0_usize..3),
                1..70,
            ),
        ) {
            let (mut spans, mut gaps, mut sound) = (Vec::new(), Vec::new(), true);
            for (length, least, more, usage) in elements {
                let most = least + more;
                let usage = [Usage::Required, Usage::Situational, Usage::NotUsed][usage];
                spans.push(Span::of(usage, least, most));
                gaps.push(u8::try_from(length + 1).unwrap_or(127).min(127));
                sound &= match length {
                    0 => usage != Usage::Required,
                    length => {
                        usage != Usage::NotUsed
                            && (least..=most).contains(&length)
                            && length <= LONGEST_CHARS
                    }
                };
            }
            gaps.extend([77; LANES]);
            // Limits past what can be told are those of the longest that can.
            prop_assert_eq!(Limits::of(&spans).hold(&gaps), sound);
        }
    }

    #[test]
    fn limits_past_the_gaps_do_not_hold() {
        let limits = Limits::of(&[Span::ANY; LANES + 1]);
        assert!(!limits.hold(&[1; LANES]));
        assert!(limits.hold(&[1; 2 * LANES]));
    }
}
