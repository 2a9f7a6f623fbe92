//! Claims that come again though one of their name was accepted, whatever was changed in them:
//! an edited copy bills another claim by its content, but the payer gets it a second time.
//!
//! Many claims may share one CLM01, an account's. So only a name that one claim of the earlier
//! run had tells of it: one that it rejected or held, and another rerun has accepted since, or one
//! that it accepted itself.

use std::collections::{BTreeMap, HashMap};

use super::earlier::EarlierRun;
use super::listing::{Contents, Listed};
use crate::ledger::{Ledger, LedgerError};
use crate::value::Date;

/// A claim that is told by its name, if runs of the night have accepted it.
#[derive(Debug)]
struct Comer<'a> {
    /// Its place in this rerun, from 1.
    ordinal: u64,
    claim: &'a Listed,
    /// Whether the earlier run rejected or held it; else that may have accepted it.
    was_rejected: bool,
    accepted: Count,
}

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
        // Of a rerun of a rerun other parts of the night are not known, nor of a set that was
        // rejected as a whole the claims.
        if self.chain.len() > 1 || self.unlisted > 0 {
            return Ok(BTreeMap::new());
        }
        let claims = (1_u64..).zip(&contents.claims);
        let comers = claims.filter_map(|(ordinal, claim)| {
            let was_rejected = match self.candidates(claim).count() {
                // The ledger knows claims by their provider too, which may be what was corrected.
                0 if self.hash.is_none() => false,
                1 => true,
                _ => return None,
            };
            Some(Comer {
                ordinal,
                claim,
                was_rejected,
                accepted: self.accepted_by_files(claim),
            })
        });
        let mut comers: Vec<Comer<'_>> = comers.collect();
        if let Some(ledger) = ledger {
            self.ask(ledger, true, &mut comers)?;
            self.ask(ledger, false, &mut comers)?;
        }
        let again = comers.iter().filter_map(|comer| {
            let Count {
                day,
                by_itself,
                by_others,
            } = comer.accepted;
            let is_one_claim = if comer.was_rejected {
                by_itself == 0 && by_others > 0
            } else {
                by_itself == 1
            };
            Some((comer.ordinal, day.filter(|_| is_one_claim)?))
        });
        Ok(again.collect())
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

    /// Counts in what the ledger knows: of what this run has accepted, or others. Those come
    /// first, since they have few claims, and of most there are none.
    fn ask(
        &self,
        ledger: &Ledger,
        by_others: bool,
        comers: &mut [Comer<'_>],
    ) -> Result<(), LedgerError> {
        let name = |claim: &Listed| {
            let [id, provider] = [&*claim.id, &*claim.provider].map(str::as_bytes);
            ledger.hash().name(id, provider)
        };
        let matters =
            |comer: &&Comer<'_>| by_others || !comer.was_rejected || comer.accepted.by_others > 0;
        let names = comers.iter().filter(matters);
        let names = names.map(|comer| name(comer.claim)).collect();
        let mut counts: HashMap<(i64, String), (usize, Date)> = HashMap::new();
        for accepted in ledger.accepted_of_night(&self.chain, by_others, &names)? {
            let name = (accepted.name, accepted.frequency);
            let (times, day) = counts.entry(name).or_insert((0, accepted.day));
            (*times, *day) = (*times + 1, accepted.day);
        }
        for Comer {
            claim, accepted, ..
        } in comers
        {
            let name = (name(claim), claim.frequency.as_ref().to_owned());
            let Some(&(times, day)) = counts.get(&name) else {
                continue;
            };
            accepted.day.get_or_insert(day);
            // The files may tell of the same runs.
            let count = if by_others {
                &mut accepted.by_others
            } else {
                &mut accepted.by_itself
            };
            *count = times.max(*count);
        }
        Ok(())
    }
}
