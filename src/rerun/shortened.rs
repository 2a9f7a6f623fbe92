//! A claim whose CLM01 was too long, come again under a shorter one.

use std::sync::Arc;

use super::listing::Listed;
use super::was::Was;
use crate::rules::syntax::length_out_of_range;

/// The characters CLM01 has at most.
const CLM01_MOST: usize = 38;

/// The places of claims whose CLM01 is too long.
pub(super) fn too_long(claims: &[Was]) -> Vec<usize> {
    let is_long = |at: &usize| {
        let id = claims[*at].id.as_deref().unwrap_or_default();
        id.chars().count() > CLM01_MOST
    };
    (0..claims.len()).filter(is_long).collect()
}

/// The rejected claim that this one is with its CLM01 made shorter, as the rule of lengths
/// asks, if only one can be it.
pub(super) fn shortened(claims: &[Was], too_long: &[usize], claim: &Listed) -> Option<usize> {
    let mut places = too_long.iter().copied().filter(|&at| {
        let was = &claims[at];
        let agrees =
            |was: &Option<Arc<str>>, now: &str| was.as_ref().is_none_or(|was| **was == *now);
        let set = was.envelope.as_ref().map(|envelope| &envelope[2]);
        let id = was.id.as_deref().unwrap_or_default();
        !was.matched
            && id.starts_with(&claim.id)
            && was
                .rules
                .iter()
                .any(|rule| rule == length_out_of_range::RULE.code)
            && !claim.id.is_empty()
            && agrees(&was.provider, &claim.provider)
            && agrees(&was.payer, &claim.payer)
            && set.is_none_or(|set| *set == claim.envelope[2])
            && was.person.is_none_or(|was| was == claim.person)
    });
    places.next().filter(|_| places.next().is_none())
}
