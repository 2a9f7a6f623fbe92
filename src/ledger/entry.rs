//! One run's rows: written as the claims come, prepared before the outputs are
//! published, marked after.

use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::error::LedgerError;
use super::gathered::Gathered;
use super::open::Ledger;
use super::rows::{Rows, details, mark_published};
use crate::emit::manifest::Manifest;
use crate::emit::publish::Taken;
use crate::scrub::listener::Keeper;

/// Blocks on their way to the thread: enough that a slow moment of the disk stops
/// nobody, few enough that memory stays bounded.
const BLOCKS_WAITING: usize = 16;

/// A run being written. Dropped, it leaves nothing.
#[derive(Debug)]
pub struct Entry<'a> {
    ledger: &'a Ledger,
    run: i64,
    /// Rows kept in memory, of a run that is entered later together with others.
    gathered: Option<Vec<u8>>,
    sender: Option<SyncSender<Vec<u8>>>,
    thread: Option<JoinHandle<(Connection, rusqlite::Result<()>)>>,
}

/// A run that is about to be published.
#[derive(Debug)]
pub enum Preparation {
    /// The ledger has taken it.
    Entered {
        /// A connection that may write.
        connection: Connection,
        /// The number of the run.
        run: i64,
    },
    /// The ledger is to take it together with others ([`Ledger::enter`]).
    Gathered(Box<Gathered>),
}

impl Ledger {
    /// Starts to write a run.
    ///
    /// # Errors
    /// When the ledger can't be written.
    pub fn entry(&self) -> Result<Entry<'_>, LedgerError> {
        let connection = self.writer()?;
        let begin = || {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            connection.query_row("SELECT coalesce(max(run), 0) + 1 FROM runs", [], |row| {
                row.get(0)
            })
        };
        let run = begin().map_err(|error| self.failed(error))?;
        let (sender, receiver) = sync_channel(BLOCKS_WAITING);
        let thread = std::thread::spawn(move || {
            let result = write(&connection, run, &receiver);
            (connection, result)
        });
        Ok(Entry {
            ledger: self,
            run,
            gathered: None,
            sender: Some(sender),
            thread: Some(thread),
        })
    }

    /// Starts to gather a run in memory that is entered later, under this number.
    #[must_use]
    pub fn gather(&self, run: i64) -> Entry<'_> {
        Entry {
            ledger: self,
            run,
            gathered: Some(Vec::new()),
            sender: None,
            thread: None,
        }
    }
}

impl Keeper for Entry<'_> {
    fn take(&mut self, kept: &[u8]) -> io::Result<()> {
        if let Some(rows) = &mut self.gathered {
            rows.extend_from_slice(kept);
            return Ok(());
        }
        let sent = self
            .sender
            .as_ref()
            .is_some_and(|sender| kept.is_empty() || sender.send(kept.to_vec()).is_ok());
        if sent {
            return Ok(());
        }
        // The thread has ended early: its reason comes out here.
        match self.end() {
            Err(error) => Err(io::Error::other(error)),
            Ok(_) => Err(io::Error::other("the ledger's thread has ended")),
        }
    }
}

impl Entry<'_> {
    /// The number of the run in the ledger.
    #[must_use]
    pub fn run(&self) -> i64 {
        self.run
    }

    /// All claims are judged and all outputs written: the ledger takes the run. The
    /// outputs come in the order in which they will be published.
    ///
    /// # Errors
    /// When the ledger can't be written; it holds nothing of the run then.
    pub fn prepare(
        mut self,
        manifest: &Manifest,
        folder: &Path,
        stem: &str,
        outputs: Vec<Taken>,
    ) -> Result<Preparation, LedgerError> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        if let Some(rows) = self.gathered.take() {
            return Ok(Preparation::Gathered(Box::new(Gathered {
                run: self.run,
                rows,
                manifest: manifest.clone(),
                folder,
                stem: stem.to_owned(),
                outputs,
            })));
        }
        let connection = self.end()?;
        details(&connection, self.run, manifest, &folder, stem, &outputs)
            .and_then(|()| connection.execute_batch("COMMIT"))
            .map_err(|error| self.ledger.failed(error))?;
        Ok(Preparation::Entered {
            connection,
            run: self.run,
        })
    }

    fn end(&mut self) -> Result<Connection, LedgerError> {
        self.sender = None;
        let gone = || LedgerError::Unusable {
            path: self.ledger.path().to_owned(),
            error: io::Error::other("its thread has ended"),
        };
        let thread = self.thread.take().ok_or_else(gone)?;
        let (connection, result) = thread.join().map_err(|_| gone())?;
        result.map_err(|error| self.ledger.failed(error))?;
        Ok(connection)
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // The transaction goes with its connection.
            drop(thread.join());
        }
    }
}

impl Preparation {
    /// The outputs are published.
    pub fn published(self) {
        let Preparation::Entered { connection, run } = self else {
            return;
        };
        if let Err(error) = mark_published(&connection, run) {
            // Whoever opens the ledger next sees it by the files.
            tracing::warn!(%error, "the ledger could not mark the run as published");
        }
    }

    /// None of the outputs is published.
    pub fn withdraw(self) {
        let Preparation::Entered { connection, run } = self else {
            return;
        };
        let withdrawn = connection
            .execute_batch("BEGIN IMMEDIATE")
            .and_then(|()| super::forget::forget(&connection, "run = ?1", &[&run]))
            .and_then(|_| connection.execute_batch("COMMIT"));
        if let Err(error) = withdrawn {
            tracing::error!(%error, "the ledger could not drop a run that was not published");
        }
    }
}

/// The thread: rows as they come, in one transaction.
fn write(connection: &Connection, run: i64, blocks: &Receiver<Vec<u8>>) -> rusqlite::Result<()> {
    let mut rows = Rows::new(connection, run)?;
    for block in blocks {
        rows.block(&block)?;
    }
    rows.finish()
}
