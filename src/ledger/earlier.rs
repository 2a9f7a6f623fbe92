//! What is accepted already: asked for each claim, on the worker that judges it.

use std::cell::RefCell;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use super::accepted::{Accepted, day};
use super::error::LedgerError;
use super::key::{ClaimKeys, KeyedHash};
use super::open::Ledger;
use crate::claim::Claim;
use crate::lock::lock;
use crate::value::Date;
use crate::x12::survey::InterchangeKey;

/// A claim as the ledger knows it.
#[derive(Clone, Copy, Debug)]
pub struct Recalled {
    /// Its hashes.
    pub keys: ClaimKeys,
    /// The day on which the same claim was accepted, and not voided since.
    pub accepted: Option<Date>,
}

/// Answers as of the start of a run, whatever the run itself writes.
#[derive(Debug)]
pub struct Earlier {
    hash: KeyedHash,
    accepted: Arc<Accepted>,
}

/// The interchanges that earlier runs accepted claims from.
#[derive(Debug)]
pub struct Interchanges<'a> {
    ledger: &'a Ledger,
    reader: Connection,
    failed: RefCell<Option<rusqlite::Error>>,
}

impl Ledger {
    /// What earlier runs accepted.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn earlier(&self) -> Result<Earlier, LedgerError> {
        let reader = self.reader()?;
        let mut known = lock(&self.accepted);
        if let Some(grown) = known.grown(&reader).map_err(|error| self.failed(error))? {
            *known = Arc::new(grown);
        }
        Ok(Earlier {
            hash: self.hash.clone(),
            accepted: Arc::clone(&known),
        })
    }

    /// The interchanges that earlier runs accepted claims from.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn interchanges(&self) -> Result<Interchanges<'_>, LedgerError> {
        Ok(Interchanges {
            ledger: self,
            reader: self.reader()?,
            failed: RefCell::new(None),
        })
    }
}

impl Earlier {
    /// The claim's hashes, and when it was accepted.
    #[must_use]
    pub fn claim(&self, claim: &Claim<'_>, fingerprint: Option<u128>) -> Recalled {
        let keys = self.hash.claim(claim, fingerprint);
        Recalled {
            keys,
            accepted: keys
                .content
                .and_then(|content| self.accepted.day(content.cast_unsigned())),
        }
    }
}

impl Interchanges<'_> {
    /// The day on which claims of this interchange were accepted.
    pub fn accepted(&self, key: &InterchangeKey) -> Option<Date> {
        let ask = || {
            self.reader
                .prepare_cached(
                    "SELECT day FROM interchanges JOIN runs USING (run)
                     WHERE sender = ?1 AND receiver = ?2 AND number = ?3 AND accepted > 0
                     ORDER BY run DESC LIMIT 1",
                )?
                .query_row([&key.sender, &key.receiver, &key.number], |row| day(row, 0))
                .optional()
        };
        ask().unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            None
        })
    }

    /// What went wrong with the answers, if anything did; they count for nothing then.
    pub fn failure(self) -> Option<LedgerError> {
        let failed = self.failed.into_inner();
        failed.map(|error| self.ledger.failed(error))
    }
}
