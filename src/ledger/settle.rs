//! Runs that were killed between their last word to the ledger and the end of their
//! publication: what the ledger counts as accepted is published to its last file, of the rest
//! nothing stays.

use std::io;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::forget::forget;
use crate::emit::exclusive::Exclusive;
use crate::emit::publish::sync_folder;
use crate::emit::stale;
use crate::stored::hash_file;

/// What whoever ran it knows of a run whose outputs went to this folder, and whose input had
/// this BLAKE3: published, not published, or nothing.
pub type Known<'a> = &'a dyn Fn(&Path, &str) -> Option<bool>;

/// An output of such a run.
struct Output {
    file: String,
    content: (u64, String),
    temporary: String,
}

/// Decides what became of every run that is only prepared. Where `known` says nothing,
/// the files do. Returns how many are dropped.
pub(super) fn settle(connection: &Connection, known: Known<'_>) -> rusqlite::Result<usize> {
    let mut dropped = 0;
    let prepared: Vec<i64> = connection
        .prepare("SELECT run FROM runs WHERE state = 'prepared'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for run in prepared {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let place: Option<(String, String, String)> = connection
            .query_row(
                "SELECT folder, stem, blake3 FROM runs JOIN files USING (run)
                 WHERE run = ?1 AND position = 0",
                [run],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let (folder, stem, input) = place.unwrap_or_default();
        let folder = Path::new(&folder);
        let told = known(folder, &input);
        let outputs = outputs(connection, run)?;
        match told.or_else(|| was_published(folder, &outputs)) {
            Some(true) => {
                if told.is_some() || is_anything_there(folder, &outputs) {
                    tracing::warn!(
                        "an earlier run ({stem} in {}) was cut short after its outputs were published; the ledger keeps it",
                        folder.display()
                    );
                } else {
                    tracing::warn!(
                        "an earlier run ({stem} in {}) was cut short, and neither its outputs nor their temporary files lie there: the ledger takes them for published and taken away; its claims are not accepted again",
                        folder.display()
                    );
                }
                if told.is_none()
                    && let Err(error) = finish(folder, &stem, &outputs)
                {
                    tracing::warn!(
                        "an earlier run was cut short, and the rest of its outputs cannot be given their names in {}: {error}",
                        folder.display()
                    );
                }
                let publish = "UPDATE runs SET state = 'published' WHERE run = ?1";
                connection.execute(publish, [run])?;
            }
            Some(false) => {
                tracing::warn!(
                    "an earlier run ({stem} in {}) was cut short before its outputs were published; the ledger drops it",
                    folder.display()
                );
                if told.is_none() {
                    for output in &outputs {
                        // What cannot go takes some room, and nothing else.
                        let _ = std::fs::remove_file(folder.join(&output.temporary));
                    }
                }
                forget(connection, "run = ?1", &[&run])?;
                dropped += 1;
            }
            None => tracing::warn!(
                "an earlier run was cut short, and whether its outputs were published cannot be told while {} cannot be read",
                folder.display()
            ),
        }
        connection.execute_batch("COMMIT")?;
    }
    Ok(dropped)
}

/// The outputs of a run in the order in which they get their names.
fn outputs(connection: &Connection, run: i64) -> rusqlite::Result<Vec<Output>> {
    let mut query = connection.prepare(
        "SELECT file, bytes, blake3, temporary FROM files
         WHERE run = ?1 AND position > 0 ORDER BY position",
    )?;
    let outputs = query.query_map([run], |row| {
        let bytes: i64 = row.get(1)?;
        Ok(Output {
            file: row.get(0)?,
            content: (bytes.cast_unsigned(), row.get(2)?),
            temporary: row.get(3)?,
        })
    })?;
    outputs.collect()
}

impl Output {
    fn is_at(&self, path: &Path) -> bool {
        hash_file(path).is_ok_and(|found| found == self.content)
    }
}

/// Whether an output is in the folder, under whichever name.
fn is_anything_there(folder: &Path, outputs: &[Output]) -> bool {
    outputs.iter().any(|output| {
        folder.join(&output.temporary).exists() || output.is_at(&folder.join(&output.file))
    })
}

/// Outputs are published in the order of their positions, so the first one decides: it
/// is there as recorded, or its temporary name is, and then nothing was published. When
/// neither is there, somebody has taken the output away, which takes a published one; unless
/// the folder itself is not at hand.
fn was_published(folder: &Path, outputs: &[Output]) -> Option<bool> {
    let Some(first) = outputs.first() else {
        return Some(false);
    };
    let mut names = std::fs::read_dir(folder).ok()?;
    let is_temporary = names.any(|entry| {
        entry.is_ok_and(|entry| entry.file_name().to_string_lossy() == first.temporary)
    });
    Some(first.is_at(&folder.join(&first.file)) || !is_temporary)
}

/// Gives the outputs that still have temporary names their own: rejected claims stand in no
/// other file.
fn finish(folder: &Path, stem: &str, outputs: &[Output]) -> io::Result<()> {
    let _exclusive = Exclusive::wait(folder);
    // That of the run before goes first: where one lies, all have their names, or another run
    // has come since.
    if stale::has_manifest(folder, stem) {
        return Ok(());
    }
    for output in outputs {
        let temporary = folder.join(&output.temporary);
        if output.is_at(&temporary) {
            std::fs::rename(temporary, folder.join(&output.file))?;
        }
    }
    sync_folder(folder)
}
