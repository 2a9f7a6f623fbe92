//! Retention: runs past their age leave the ledger.

use super::error::LedgerError;
use super::forget::{Pruned, forget};
use super::open::Ledger;
use crate::value::Date;

impl Ledger {
    /// Drops every run before this day, and gives the room back to the disk.
    ///
    /// # Errors
    /// When the ledger can't be written; nothing has left then.
    pub fn prune(&self, before: Date) -> Result<Pruned, LedgerError> {
        let connection = self.writer()?;
        let prune = || {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            let pruned = forget(&connection, "day < ?1", &[&before.to_string()])?;
            self.forget_accepted();
            connection.execute_batch("COMMIT; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")?;
            Ok(pruned)
        };
        prune().map_err(|error| self.failed(error))
    }
}
