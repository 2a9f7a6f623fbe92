//! Runs that were killed between their last word to the ledger and the end of their
//! publication.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::forget::forget;
use crate::stored::hash_file;

/// What whoever ran it knows of a run whose outputs went to this folder: published, not
/// published, or nothing.
pub type Known<'a> = &'a dyn Fn(&Path) -> Option<bool>;

/// Decides what became of every run that is only prepared. Where `known` says nothing,
/// the files do.
///
/// Outputs are published in the order of their positions, so the first one decides: it
/// is there as recorded, or its temporary name is, and then nothing was published. When
/// neither is there, somebody has taken the output away, which takes a published one.
pub(super) fn settle(connection: &Connection, known: Known<'_>) -> rusqlite::Result<()> {
    let prepared: Vec<i64> = connection
        .prepare("SELECT run FROM runs WHERE state = 'prepared'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for run in prepared {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let folder: Option<String> = connection
            .query_row("SELECT folder FROM runs WHERE run = ?1", [run], |row| {
                row.get(0)
            })
            .optional()?;
        let told = folder.and_then(|folder| known(Path::new(&folder)));
        let published = match told {
            Some(published) => published,
            None => was_published(connection, run)?,
        };
        if published {
            tracing::warn!(
                "an earlier run was cut short after its outputs were published; the ledger keeps it"
            );
            connection.execute("UPDATE runs SET state = 'published' WHERE run = ?1", [run])?;
        } else {
            tracing::warn!(
                "an earlier run was cut short before its outputs were published; the ledger drops it"
            );
            forget(connection, "run = ?1", &[&run])?;
        }
        connection.execute_batch("COMMIT")?;
    }
    Ok(())
}

fn was_published(connection: &Connection, run: i64) -> rusqlite::Result<bool> {
    let mut query = connection.prepare(
        "SELECT folder, file, bytes, blake3, temporary FROM files JOIN runs USING (run)
         WHERE run = ?1 AND position > 0 ORDER BY position LIMIT 1",
    )?;
    let mut rows = query.query([run])?;
    let Some(row) = rows.next()? else {
        return Ok(false);
    };
    let text = |column| row.get::<_, String>(column);
    let folder = text(0)?;
    let folder = Path::new(&folder);
    let (bytes, hash): (i64, String) = (row.get(2)?, row.get(3)?);
    let there = hash_file(&folder.join(text(1)?))
        .is_ok_and(|(found, blake3)| i64::try_from(found) == Ok(bytes) && blake3 == hash);
    Ok(there || !folder.join(text(4)?).exists())
}
