//! What the run before a rerun tells of its claims.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::value::Date;
use crate::x12::survey::Names;

/// Claims that an earlier run has dealt with, for a rerun of its rejects.
#[derive(Clone, Debug)]
pub struct Known {
    /// The days of that run and of others of the same night, with fingerprints of the
    /// original claims that each accepted, ascending.
    pub accepted: Vec<(Date, Vec<u128>)>,
    /// Claims of the rerun, by their place in it from 1, that were accepted already under their
    /// name, whatever was changed in them since, each with the day.
    pub accepted_by_name: BTreeMap<u64, Date>,
    /// Claims of the rerun, by their place in it from 1, that are as that run rejected
    /// them: as twins of a claim that need not be in the rerun.
    pub twins: BTreeSet<u64>,
    /// Transaction sets of the rerun that are as that run's rejects file has them, and
    /// were rejected as a whole.
    pub sets: Vec<UnreviewedSet>,
    /// Claims in such sets that were rejected for the levels around them, by their place
    /// in the rerun from 1.
    pub claims: BTreeMap<u64, Vec<Unreviewed>>,
    /// Whether these are the rejects of that run, edited.
    pub is_edited: bool,
    /// Numbers of interchanges (ISA13) that may come again, though claims of them were accepted:
    /// those of edited rejects, which are run again in parts.
    pub interchanges: HashSet<String>,
}

/// A fault that lay around claims. The rejects file, whose envelopes are valid, is without
/// it, so that only the run before can tell of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreviewed {
    /// The rule's code.
    pub rule: &'static str,
    /// What was wrong, as a sentence.
    pub said: String,
}

/// A transaction set with faults that nobody has looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnreviewedSet {
    /// Offset and length of its ST in the rerun.
    pub at: u64,
    /// Without the terminator.
    pub len: u32,
    /// ISA13, GS06 and ST02.
    pub names: [String; 3],
    /// What was wrong around its claims.
    pub faults: Vec<Unreviewed>,
}

impl Known {
    /// The day on which the claim of this place, from 1, or of this fingerprint was accepted.
    #[must_use]
    pub fn accepted(&self, claim: u64, fingerprint: Option<u128>) -> Option<Date> {
        if let Some(day) = self.accepted_by_name.get(&claim) {
            return Some(*day);
        }
        let fingerprint = fingerprint?;
        let mut runs = self.accepted.iter();
        let run = runs.find(|(_, prints)| prints.binary_search(&fingerprint).is_ok());
        run.map(|(day, _)| *day)
    }

    /// Whether anything rejects claims only because nobody has looked at it.
    #[must_use]
    pub fn is_unreviewed(&self) -> bool {
        !self.sets.is_empty() || !self.claims.is_empty()
    }

    /// What was wrong around the claim of this place, from 1.
    pub(super) fn around(&self, claim: u64) -> &[Unreviewed] {
        self.claims.get(&claim).map_or(&[], Vec::as_slice)
    }
}

impl UnreviewedSet {
    /// The same as the survey names an envelope.
    pub(super) fn envelope(&self) -> Names {
        let [interchange, group, transaction] = self.names.clone().map(Some);
        Names {
            interchange,
            group,
            transaction,
        }
    }
}
