//! A claim whose CLM01 was too long, come again under a shorter one.

use super::earlier::EarlierRun;
use super::listing::Listed;
use crate::rules::syntax::length_out_of_range;

/// The characters CLM01 has at most.
const CLM01_MOST: usize = 38;

impl EarlierRun {
    /// The rejected claim that this one is with its CLM01 made shorter, as the rule of lengths
    /// asks, if only one can be it.
    pub(super) fn shortened(&self, claim: &Listed) -> Option<usize> {
        let mut places = (0..self.claims.len()).filter(|&at| {
            let was = &self.claims[at];
            let agrees =
                |was: &Option<String>, now: &str| was.as_ref().is_none_or(|was| was == now);
            let id = was.id.as_deref().unwrap_or_default();
            !was.matched
                && id.chars().count() > CLM01_MOST
                && id.starts_with(&claim.id)
                && was
                    .rules
                    .iter()
                    .any(|rule| rule == length_out_of_range::RULE.code)
                && !claim.id.is_empty()
                && agrees(&was.provider, &claim.provider)
                && agrees(&was.payer, &claim.payer)
                && agrees(&was.number, &claim.envelope[2])
                && was.person.as_ref().is_none_or(|was| *was == claim.person)
        });
        places.next().filter(|_| places.next().is_none())
    }
}
