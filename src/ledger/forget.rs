//! Runs leave the ledger, with all that belongs to them.

use rusqlite::{Connection, ToSql};

/// What has left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pruned {
    /// Runs.
    pub runs: usize,
    /// Claims.
    pub claims: usize,
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
