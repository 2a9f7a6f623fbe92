//! How claims are dealt out to sets, groups and interchanges: arithmetic only,
//! so that any part of a file can be rendered without the parts before it.

use std::ops::Range;

use super::spec::Spec;

/// The frame of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    claims: u64,
    claims_per_set: u64,
    sets_per_group: u64,
    interchanges: u64,
    sets: u64,
}

impl Layout {
    /// The frame of a checked specification.
    pub(super) fn new(spec: &Spec) -> Layout {
        let claims_per_set = spec.claims_per_set.min(spec.claims);
        let sets = spec.claims.div_ceil(claims_per_set);
        Layout {
            claims: spec.claims,
            claims_per_set,
            sets_per_group: spec.sets_per_group.min(sets),
            interchanges: spec.interchanges.min(sets),
            sets,
        }
    }

    /// Number of transaction sets.
    pub(super) fn sets(&self) -> u64 {
        self.sets
    }

    /// Number of interchanges.
    pub(super) fn interchanges(&self) -> u64 {
        self.interchanges
    }

    /// The claims of a set, counted from 0 in the file.
    pub(super) fn claims_of(&self, set: u64) -> Range<u64> {
        let start = set * self.claims_per_set;
        start..(start + self.claims_per_set).min(self.claims)
    }

    /// How many claims of its set come before a claim.
    pub(super) fn place_in_set(&self, claim: u64) -> u64 {
        claim % self.claims_per_set
    }

    /// The interchange a set is in.
    pub(super) fn interchange_of(&self, set: u64) -> u64 {
        ((set + 1) * self.interchanges - 1) / self.sets
    }

    /// The sets of an interchange.
    pub(super) fn sets_of_interchange(&self, interchange: u64) -> Range<u64> {
        interchange * self.sets / self.interchanges
            ..(interchange + 1) * self.sets / self.interchanges
    }

    /// The sets of the group a set is in.
    pub(super) fn group_of(&self, set: u64) -> Range<u64> {
        let interchange = self.sets_of_interchange(self.interchange_of(set));
        let past = (set - interchange.start) % self.sets_per_group;
        let start = set - past;
        start..(start + self.sets_per_group).min(interchange.end)
    }

    /// How many groups an interchange has.
    pub(super) fn groups_of_interchange(&self, interchange: u64) -> u64 {
        let sets = self.sets_of_interchange(interchange);
        (sets.end - sets.start).div_ceil(self.sets_per_group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_is_in_one_set_and_every_set_in_one_group_and_interchange() {
        for (claims, claims_per_set, sets_per_group, interchanges) in [
            (1, 1, 1, 1),
            (10, 3, 2, 1),
            (100, 7, 4, 3),
            (5, 1, 1, 9),
            (64, 64, 9, 2),
        ] {
            let layout = Layout::new(&Spec {
                claims,
                claims_per_set,
                sets_per_group,
                interchanges,
                ..Spec::default()
            });
            let mut next_claim = 0;
            let mut groups = 0;
            for set in 0..layout.sets() {
                let range = layout.claims_of(set);
                assert_eq!(range.start, next_claim);
                assert!(range.end > range.start);
                next_claim = range.end;
                let interchange = layout.interchange_of(set);
                assert!(layout.sets_of_interchange(interchange).contains(&set));
                let group = layout.group_of(set);
                assert!(group.contains(&set) && group.end - group.start <= sets_per_group);
                groups += u64::from(group.start == set);
            }
            assert_eq!(next_claim, claims);
            let counted: u64 = (0..layout.interchanges())
                .map(|interchange| layout.groups_of_interchange(interchange))
                .sum();
            assert_eq!(groups, counted);
        }
    }
}
