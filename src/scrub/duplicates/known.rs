//! What the run before a rerun tells of its claims.

use std::collections::BTreeSet;

use crate::value::Date;

/// Claims that an earlier run has dealt with, for a rerun of its rejects.
#[derive(Clone, Debug)]
pub struct Known {
    /// The day of that run.
    pub day: Date,
    /// Fingerprints of the original claims that it accepted, ascending.
    pub accepted: Vec<u128>,
    /// Claims of the rerun, by their place in it from 1, that are as that run rejected
    /// them: as twins of a claim that need not be in the rerun.
    pub twins: BTreeSet<u64>,
}

impl Known {
    /// The day on which a claim of this fingerprint was accepted.
    #[must_use]
    pub fn accepted(&self, fingerprint: Option<u128>) -> Option<Date> {
        let found = self.accepted.binary_search(&fingerprint?);
        found.is_ok().then_some(self.day)
    }
}
