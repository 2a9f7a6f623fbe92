//! What of a rerun nobody has looked at, by what the earlier run knows of it.

use super::around::AllUnreviewed;
use super::earlier::EarlierRun;
use super::listing::Contents;
use super::told::Code;
use crate::rules::envelope::interchange_taken_before;
use crate::scrub::known::{Unreviewed, UnreviewedSet};

impl EarlierRun {
    /// What of this rerun nobody has looked at.
    pub(super) fn unreviewed(&self, contents: &Contents) -> AllUnreviewed {
        let (mut sets, mut claims) = AllUnreviewed::default();
        for (set, of_set) in &contents.sets {
            let earlier = self.sets.get(&set.names[2]);
            let Some(earlier) = earlier.filter(|earlier| earlier.content == set.content) else {
                continue;
            };
            let mut faults = earlier.faults.clone();
            if !self.numbers[0].contains(&set.names[0]) {
                // Another ISA13 is what was asked for.
                faults.retain(|fault| fault.rule != interchange_taken_before::RULE.code);
            }
            if !faults.is_empty() {
                sets.push(UnreviewedSet {
                    at: set.at,
                    len: set.len,
                    names: set.names.clone(),
                    faults,
                });
            }
            let numbered = (1_u64..).zip(&contents.claims);
            if self.claims.iter().all(|was| was.around.is_empty()) {
                continue;
            }
            for (ordinal, claim) in numbered.skip(of_set.start).take(of_set.len()) {
                let mut around: Vec<Unreviewed> = Vec::new();
                for was in self.candidates(claim) {
                    if was.content.is_none_or(|content| content == claim.content) {
                        around.extend_from_slice(&was.around);
                    }
                }
                around.sort_by_key(|fault| fault.rule);
                around.dedup_by_key(|fault| fault.rule);
                if !around.is_empty() {
                    claims.insert(ordinal, around);
                }
            }
        }
        (sets, claims)
    }

    /// Whether the run gave these ISA13 and GS06.
    pub(super) fn gave_group(&self, envelope: &[String; 3]) -> bool {
        let mut numbers = envelope[..2].iter().zip(&self.numbers);
        numbers.all(|(number, given)| given.contains(number))
    }

    /// The rules that rejected transaction sets as a whole, as far as they are known.
    pub(super) fn rules_of_sets(&self) -> Vec<Code> {
        let faults = self.sets.values().flat_map(|set| &set.faults);
        let mut rules: Vec<_> = faults.map(|fault| Code::Borrowed(fault.rule)).collect();
        rules.sort();
        rules.dedup();
        rules
    }

    /// The rules that rejected the transaction set of this control number as a whole.
    pub(super) fn rules_of_set(&self, number: &str) -> Vec<Code> {
        let faults = self.sets.get(number).map_or(&[][..], |set| &set.faults);
        faults
            .iter()
            .map(|fault| Code::Borrowed(fault.rule))
            .collect()
    }
}
