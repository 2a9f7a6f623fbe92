//! Claims among the rejects that are not those of the run taken for theirs. Where another run
//! knows them, one rerun can't answer for both.

use std::collections::HashSet;

use super::earlier::EarlierRun;
use super::listing::{Contents, Listed};
use crate::emit::manifest::Manifest;

/// What in a file does not come from the run taken for its own.
pub(super) struct Strangers<'a> {
    /// Claims that the run neither rejected nor accepted.
    pub(super) claims: Vec<&'a Listed>,
    /// ISA13, GS06 and ST02 that it did not give.
    numbers: [HashSet<&'a str>; 3],
}

impl EarlierRun {
    /// What of the file is not from this run.
    pub(super) fn strangers<'a>(&self, contents: &'a Contents) -> Strangers<'a> {
        // Where not all that it rejected is known, any claim may be one of those.
        let is_strange = |claim: &&Listed| {
            self.unlisted == 0
                && self.candidates(claim).next().is_none()
                && self.shortened(claim).is_none()
                && !self.accepted(claim)
        };
        let mut numbers: [HashSet<&str>; 3] = Default::default();
        for (set, _) in &contents.sets {
            for ((strange, given), name) in numbers.iter_mut().zip(&self.numbers).zip(&set.names) {
                if !given.contains(name) {
                    strange.insert(name);
                }
            }
        }
        Strangers {
            claims: contents.claims.iter().filter(is_strange).collect(),
            numbers,
        }
    }

    /// Whether the run of this manifest goes back to the same night, and is another.
    pub(super) fn is_relative(&self, manifest: &Manifest) -> bool {
        let night = manifest.rerun_of.last().unwrap_or(&manifest.run);
        self.chain.last() == Some(night) && self.chain.first() != Some(&manifest.run)
    }

    /// Whether this run is one of a chain of reruns.
    pub(super) fn is_in(&self, chain: &[String]) -> bool {
        self.chain.first().is_some_and(|run| chain.contains(run))
    }
}

impl Strangers<'_> {
    pub(super) fn are_none(&self) -> bool {
        self.claims.is_empty() && self.numbers.iter().all(HashSet::is_empty)
    }

    /// Whether one of the strange control numbers is among these. Those that runs give to
    /// rejects have nine digits, and hardly ever two of them give the same.
    pub(super) fn bear(&self, names: &[String; 3]) -> bool {
        let mut pairs = self.numbers.iter().zip(names);
        pairs.any(|(strange, name)| strange.contains(name.as_str()))
    }

    pub(super) fn are_among(&self, ids: &HashSet<String>) -> bool {
        self.claims.iter().any(|claim| ids.contains(&claim.id))
    }
}
