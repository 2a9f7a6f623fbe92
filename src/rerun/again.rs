//! Claims that come again though one of their name was accepted, whatever was changed in them:
//! an edited copy bills another claim by its content, but the payer gets it a second time.
//!
//! Many claims may share one CLM01, an account's. So only a name that one claim of the earlier
//! run had tells of it: one that it rejected or held, and another rerun has accepted since, or one
//! that it accepted itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::earlier::EarlierRun;
use super::listing::{Contents, Listed};
use crate::ledger::{Ledger, LedgerError};
use crate::value::Date;

/// CLM01, the billing provider's identifier and CLM05-3.
type Name<'a> = [&'a str; 3];

/// What runs of the night have accepted of a name.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// The day of one of them.
    day: Option<Date>,
    /// Claims that were accepted by the earlier run, and by others.
    by_itself: usize,
    by_others: usize,
}

impl EarlierRun {
    /// The claims of this rerun, by their places in it from 1, that were accepted already under
    /// their name, each with the day. Whether one may come again, as a replacement, is for
    /// DUP003.
    pub(super) fn accepted_again(
        &self,
        contents: &Contents,
        ledger: Option<&Ledger>,
    ) -> Result<BTreeMap<u64, Date>, LedgerError> {
        let mut again = BTreeMap::new();
        // Of a rerun of a rerun other parts of the night are not known, nor of a set that was
        // rejected as a whole the claims.
        if self.chain.len() > 1 || self.unlisted > 0 {
            return Ok(again);
        }
        let by_ledger = self.accepted_by_ledger(contents, ledger)?;
        for (ordinal, claim) in (1_u64..).zip(&contents.claims) {
            let by_files = self.accepted_by_files(claim);
            let by_ledger = by_ledger.get(&name(claim)).copied().unwrap_or_default();
            // The ledger may know the same runs.
            let by_others = by_files.by_others.max(by_ledger.by_others);
            let by_itself = by_files.by_itself.max(by_ledger.by_itself);
            let is_one_claim = match self.candidates(claim).count() {
                // The ledger knows claims by their provider too, which may be what was corrected.
                0 => by_itself == 1 && self.hash.is_none(),
                1 => by_itself == 0 && by_others > 0,
                _ => false,
            };
            if let Some(day) = by_files.day.or(by_ledger.day)
                && is_one_claim
            {
                again.insert(ordinal, day);
            }
        }
        Ok(again)
    }

    fn accepted_by_files(&self, claim: &Listed) -> Count {
        let mut day = None;
        // One run's outputs may lie there twice.
        let (mut by_itself, mut by_others) = (0, HashMap::new());
        for accepted in &self.accepted {
            let times = accepted.times(claim);
            if times == 0 {
                continue;
            }
            day = Some(accepted.day);
            let most = if self.chain.contains(&accepted.run) {
                &mut by_itself
            } else {
                by_others.entry(&accepted.run).or_default()
            };
            *most = times.max(*most);
        }
        Count {
            day,
            by_itself,
            by_others: by_others.values().sum(),
        }
    }

    fn accepted_by_ledger<'a>(
        &self,
        contents: &'a Contents,
        ledger: Option<&Ledger>,
    ) -> Result<HashMap<Name<'a>, Count>, LedgerError> {
        let Some(ledger) = ledger else {
            return Ok(HashMap::new());
        };
        let hash = |claim: &Listed| {
            let [id, provider] = [&*claim.id, &*claim.provider].map(str::as_bytes);
            ledger.hash().name(id, provider)
        };
        let wanted: HashSet<i64> = contents.claims.iter().map(hash).collect();
        let mut counts: HashMap<(i64, String), Count> = HashMap::new();
        for accepted in ledger.accepted_of_night(&self.chain, &wanted)? {
            let name = (accepted.name, accepted.frequency);
            let count = counts.entry(name).or_default();
            count.day = Some(accepted.day);
            count.by_others += usize::from(accepted.by_another);
            count.by_itself += usize::from(!accepted.by_another);
        }
        let claims = contents.claims.iter();
        let counted = claims.filter_map(|claim| {
            let count = counts.get(&(hash(claim), claim.frequency.as_ref().to_owned()))?;
            Some((name(claim), *count))
        });
        Ok(counted.collect())
    }
}

fn name(claim: &Listed) -> Name<'_> {
    [&claim.id, &claim.provider, &claim.frequency]
}
