//! Relations between the elements of a segment, so far as lengths do not settle them.

use super::limits::{EMPTY, Span};
use crate::claim::structure::{Relation, Usage};
use crate::claim::validate::broken;

/// A relation that still can be broken when each element is within its limits. In a mask the
/// element at an index has the bit of that index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    relation: Relation,
    /// Elements it speaks of that are always filled.
    filled: u32,
    /// Elements it speaks of that may be filled or not.
    asked: u32,
}

impl Open {
    /// What is left of a relation between the elements of a segment that has so many: where it
    /// wants an element filled or empty in any case, its limits ask for that. `None` when it is
    /// always broken.
    #[allow(clippy::option_option)] // always broken, settled by the limits, or left to look at
    pub(super) fn of(relation: Relation, spans: &mut [Span]) -> Option<Option<Open>> {
        let (mut filled, mut asked) = (0, 0);
        for (at, span) in spans.iter().enumerate() {
            let bit = relation.elements() & 1 << at;
            if !span.empty {
                filled |= bit;
            } else if span.most > EMPTY {
                asked |= bit;
            }
        }
        let holding = subsets(asked).filter(|some| broken(relation, filled | some).is_none());
        let (always, ever) = holding.fold((u32::MAX, 0), |(always, ever), some| {
            (always & some, ever | some)
        });
        if always == u32::MAX {
            return None;
        }
        for (at, span) in spans.iter_mut().enumerate() {
            if asked & always & 1 << at != 0 {
                *span = span.filled()?;
            } else if asked & !ever & 1 << at != 0 {
                *span = Span::of(Usage::NotUsed, 0, 0);
            }
        }
        let open = Open {
            relation,
            filled: filled | always,
            asked: ever & !always,
        };
        let can_break =
            subsets(open.asked).any(|some| broken(relation, open.filled | some).is_some());
        Some(can_break.then_some(open))
    }

    /// Whether it holds in a segment with these gaps.
    #[inline]
    pub(super) fn holds(self, gaps: &[u8]) -> bool {
        let (mut filled, mut asked) = (self.filled, self.asked);
        while asked != 0 {
            let at = asked.trailing_zeros();
            asked &= asked - 1;
            let is_filled = gaps.get(at as usize).is_some_and(|&gap| gap != EMPTY);
            filled |= u32::from(is_filled) << at;
        }
        broken(self.relation, filled).is_none()
    }
}

/// All sets of bits out of these.
fn subsets(bits: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(bits), move |&some| Some(some.checked_sub(1)? & bits))
}
