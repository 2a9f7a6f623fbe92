//! Rejected claims by their names, of which each comes again once.
//!
//! Many claims may share one CLM01. So that none of them is looked at again and again, those of
//! a name stand in two orders, and each order skips what has come.

use std::cmp::Ordering;
use std::ops::Range;

use super::listing::Listed;
use super::was::Was;

/// What a claim is looked up by; see [`Was::known_by`].
type Name<'a> = (Option<&'a str>, Option<i64>);

/// The claims of a run by their names.
#[derive(Debug)]
pub(super) struct Places {
    /// Those of a name in the order of the input.
    in_turn: Order,
    /// Those of a name by what they held, the same in the order of the input.
    by_content: Order,
}

impl Places {
    pub(super) fn of(claims: &[Was]) -> Places {
        Places {
            in_turn: Order::by(claims, Was::known_by),
            by_content: Order::by(claims, |was| (was.known_by(), was.content)),
        }
    }

    /// The claims of this name.
    pub(super) fn named(&self, claims: &[Was], name: Name<'_>) -> &[usize] {
        let range = self.in_turn.range(|at| claims[at].known_by().cmp(&name));
        &self.in_turn.places[range]
    }

    /// Those of them that held this.
    pub(super) fn same(&self, claims: &[Was], name: Name<'_>, content: u64) -> &[usize] {
        &self.by_content.places[self.range_of(claims, name, content)]
    }

    fn range_of(&self, claims: &[Was], name: Name<'_>, content: u64) -> Range<usize> {
        let wanted = (name, Some(content));
        let order = |at: usize| (claims[at].known_by(), claims[at].content).cmp(&wanted);
        self.by_content.range(order)
    }

    /// The claim of this name that this one was and that has not come yet: one that is the same
    /// in every byte, else one in the same transaction set, else one of the same provider, else
    /// the first.
    pub(super) fn find(&mut self, claims: &[Was], name: Name<'_>, claim: &Listed) -> Option<usize> {
        let same = self.range_of(claims, name, claim.content);
        let named = self.in_turn.range(|at| claims[at].known_by().cmp(&name));
        let same = self.by_content.nearest(same, claims, claim);
        same.or_else(|| self.in_turn.nearest(named, claims, claim))
    }

    /// This claim has come.
    pub(super) fn has_come(&mut self, at: usize) {
        self.in_turn.skip(at);
        self.by_content.skip(at);
    }
}

/// Places of claims in some order.
#[derive(Debug)]
struct Order {
    places: Vec<usize>,
    /// Where in the order each place stands.
    ranks: Vec<usize>,
    /// Of each rank itself, or of one that is skipped a later one to go on with.
    onwards: Vec<usize>,
}

impl Order {
    fn by<'a, K: Ord>(claims: &'a [Was], key: impl Fn(&'a Was) -> K) -> Order {
        let mut places: Vec<usize> = (0..claims.len()).collect();
        places.sort_by_key(|&at| key(&claims[at]));
        let mut ranks = vec![0; places.len()];
        for (rank, &at) in places.iter().enumerate() {
            ranks[at] = rank;
        }
        Order {
            onwards: (0..places.len()).collect(),
            places,
            ranks,
        }
    }

    /// The ranks of those that are equal.
    fn range(&self, order: impl Fn(usize) -> Ordering) -> Range<usize> {
        let from = self.places.partition_point(|&at| order(at).is_lt());
        let behind = &self.places[from..];
        from..from + behind.partition_point(|&at| order(at).is_eq())
    }

    /// The place of these ranks, none of them skipped, that is nearest to the claim.
    fn nearest(&mut self, ranks: Range<usize>, claims: &[Was], claim: &Listed) -> Option<usize> {
        let mut best = None;
        let mut from = ranks.start;
        while let Some(rank) = self.next(from).filter(|rank| ranks.contains(rank)) {
            from = rank + 1;
            let at = self.places[rank];
            let was = &claims[at];
            // Of claims of which nothing is known none is nearer.
            let set = was.envelope.as_ref().map(|envelope| &envelope[2]);
            let other_set = set.is_some_and(|set| *set != claim.envelope[2]);
            let provider = was.provider.as_ref();
            let far = (
                other_set,
                provider.is_some_and(|was| *was != claim.provider),
            );
            if best.is_none_or(|(nearest, _)| far < nearest) {
                best = Some((far, at));
            }
            if far == (false, false) {
                break;
            }
        }
        best.map(|(_, at)| at)
    }

    /// The first rank from this one on that is not skipped.
    fn next(&mut self, rank: usize) -> Option<usize> {
        let mut found = rank;
        while let Some(&onwards) = self.onwards.get(found).filter(|&&next| next != found) {
            found = onwards;
        }
        // Whoever comes this way again need not go step by step.
        let mut passed = rank;
        while passed < found {
            passed = std::mem::replace(&mut self.onwards[passed], found);
        }
        (found < self.places.len()).then_some(found)
    }

    fn skip(&mut self, at: usize) {
        let rank = self.ranks[at];
        self.onwards[rank] = rank + 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    /// The claim to find among those that have not come, each looked at.
    fn plain(claims: &[Was], come: &[bool], claim: &Listed) -> Option<usize> {
        let named = (0..claims.len())
            .filter(|&at| !come[at] && claims[at].id.as_deref() == Some(claim.id.as_str()));
        named.min_by_key(|&at| {
            let was = &claims[at];
            let set = was.envelope.as_ref().map(|envelope| &envelope[2]);
            (
                was.content != Some(claim.content),
                set != Some(&claim.envelope[2]),
                was.provider.as_ref() != Some(&claim.provider),
                at,
            )
        })
    }

    fn listed([id, content, set, provider]: [u8; 4]) -> Listed {
        Listed {
            id: id.to_string(),
            content: content.into(),
            envelope: Arc::new([String::new(), String::new(), set.to_string()]),
            provider: provider.to_string().into(),
            payer: "".into(),
            frequency: "1".into(),
            person: 0,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn each_claim_is_the_one_that_a_plain_search_finds(
            was in proptest::collection::vec(proptest::array::uniform4(0_u8..3), 0..24),
            now in proptest::collection::vec(proptest::array::uniform4(0_u8..3), 0..24),
            listing in any::<bool>(),
        ) {
            let claims: Vec<Was> = was
                .into_iter()
                .map(|values| {
                    let claim = listed(values);
                    let (provider, envelope) = (claim.provider, claim.envelope);
                    Was {
                        id: Some(claim.id),
                        content: listing.then_some(claim.content),
                        provider: listing.then_some(provider),
                        envelope: listing.then_some(envelope),
                        ..Was::default()
                    }
                })
                .collect();
            let mut places = Places::of(&claims);
            let mut come = vec![false; claims.len()];
            for claim in now.into_iter().map(listed) {
                let found = places.find(&claims, (Some(&claim.id), None), &claim);
                prop_assert_eq!(found, plain(&claims, &come, &claim));
                if let Some(at) = found {
                    places.has_come(at);
                    come[at] = true;
                }
            }
        }
    }
}
