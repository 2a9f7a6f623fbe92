//! Retention: runs past their age leave the ledger.

use rusqlite::{Connection, ToSql};

use super::error::LedgerError;
use super::open::Ledger;
use crate::value::Date;

/// What has left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pruned {
    /// Runs.
    pub runs: usize,
    /// Claims.
    pub claims: usize,
}

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

/// Deletes the runs this condition names with all that belongs to them.
pub(super) fn forget(
    connection: &Connection,
    condition: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<Pruned> {
    let runs = format!("SELECT run FROM runs WHERE {condition}");
    let delete = |sql: &str| connection.execute(sql, values);
    delete(&format!(
        "DELETE FROM findings WHERE claim IN (SELECT claim FROM claims WHERE run IN ({runs}))"
    ))?;
    let claims = delete(&format!("DELETE FROM claims WHERE run IN ({runs})"))?;
    for table in [
        "accepted",
        "files",
        "interchanges",
        "control_numbers",
        "surroundings",
    ] {
        delete(&format!("DELETE FROM {table} WHERE run IN ({runs})"))?;
    }
    let runs = delete(&format!("DELETE FROM runs WHERE {condition}"))?;
    connection.execute(
        "DELETE FROM parties WHERE party NOT IN (SELECT party FROM claims)",
        [],
    )?;
    Ok(Pruned { runs, claims })
}
