//! One run's rows: written as the claims come, prepared before the outputs are
//! published, marked after.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::{CachedStatement, Connection, params};

use super::earlier::Chunks;
use super::error::LedgerError;
use super::gathered::Gathered;
use super::open::Ledger;
use super::record::{ClaimRecord, Kept, Records};
use crate::emit::manifest::Manifest;
use crate::emit::publish::Published;
use crate::scrub::listener::Keeper;
use crate::value::Severity;

/// Blocks on their way to the thread: enough that a slow moment of the disk stops
/// nobody, few enough that memory stays bounded.
const BLOCKS_WAITING: usize = 16;

/// Parties remembered by number; a file with more of them asks the database again.
const PARTIES: usize = 100_000;

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
    /// outputs come in the order in which they will be published, each with its
    /// temporary name.
    ///
    /// # Errors
    /// When the ledger can't be written; it holds nothing of the run then.
    pub fn prepare(
        mut self,
        manifest: &Manifest,
        folder: &Path,
        stem: &str,
        outputs: &[(&str, &Published, String)],
    ) -> Result<Preparation, LedgerError> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        if let Some(rows) = self.gathered.take() {
            let outputs = outputs
                .iter()
                .map(|(kind, published, temporary)| {
                    ((*kind).to_owned(), (*published).clone(), temporary.clone())
                })
                .collect();
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
        details(&connection, self.run, manifest, &folder, stem, outputs)
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
            .and_then(|()| super::prune::forget(&connection, "run = ?1", &[&run]))
            .and_then(|_| connection.execute_batch("COMMIT"));
        if let Err(error) = withdrawn {
            tracing::error!(%error, "the ledger could not drop a run that was not published");
        }
    }
}

pub(super) fn mark_published(connection: &Connection, run: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE runs SET state = 'published' WHERE run = ?1")?
        .execute([run])
        .map(drop)
}

/// All rows of a gathered run.
pub(super) fn write_gathered(connection: &Connection, gathered: &Gathered) -> rusqlite::Result<()> {
    let mut rows = Rows::new(connection, gathered.run)?;
    rows.block(&gathered.rows)?;
    rows.finish()?;
    let outputs: Vec<(&str, &Published, String)> = gathered
        .outputs
        .iter()
        .map(|(kind, published, temporary)| (kind.as_str(), published, temporary.clone()))
        .collect();
    let Gathered {
        manifest,
        folder,
        stem,
        ..
    } = gathered;
    details(connection, gathered.run, manifest, folder, stem, &outputs)
}

/// The thread: rows as they come, in one transaction.
fn write(connection: &Connection, run: i64, blocks: &Receiver<Vec<u8>>) -> rusqlite::Result<()> {
    let mut rows = Rows::new(connection, run)?;
    for block in blocks {
        rows.block(&block)?;
    }
    rows.finish()
}

/// Rows of one run, each statement compiled once.
struct Rows<'a> {
    connection: &'a Connection,
    run: i64,
    accepted: Chunks<'a>,
    insert_claim: CachedStatement<'a>,
    insert_finding: CachedStatement<'a>,
    /// The number of the last claim.
    claim: i64,
    /// The open interchange and its accepted claims.
    open: Option<([String; 3], i64)>,
    parties: HashMap<String, HashMap<String, i64>>,
}

impl<'a> Rows<'a> {
    fn new(connection: &'a Connection, run: i64) -> rusqlite::Result<Rows<'a>> {
        let last = "SELECT coalesce(max(claim), 0) FROM claims";
        Ok(Rows {
            connection,
            run,
            accepted: Chunks::new(connection, run),
            insert_claim: connection.prepare_cached(
                "INSERT INTO claims (claim, run, ordinal, content, name, frequency, verdict, fate, cents, party)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?,
            insert_finding: connection.prepare_cached(
                "INSERT INTO findings (claim, rule, severity, count) VALUES (?1, ?2, ?3, ?4)",
            )?,
            claim: connection.query_row(last, [], |row| row.get(0))?,
            open: None,
            parties: HashMap::new(),
        })
    }

    fn block(&mut self, block: &[u8]) -> rusqlite::Result<()> {
        for kept in Records(block) {
            match kept {
                Kept::Interchange(key) => self.interchange(Some(key))?,
                Kept::Claim(record) => self.claim(&record)?,
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> rusqlite::Result<()> {
        self.interchange(None)?;
        self.accepted.finish()
    }

    /// Closes the open interchange and opens this one.
    fn interchange(&mut self, next: Option<[&str; 3]>) -> rusqlite::Result<()> {
        let next = next.map(|key| (key.map(str::to_owned), 0));
        if let Some(([sender, receiver, number], accepted)) =
            std::mem::replace(&mut self.open, next)
        {
            self.connection
                .prepare_cached(
                    "INSERT INTO interchanges (sender, receiver, number, run, accepted)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO UPDATE SET accepted = accepted + excluded.accepted",
                )?
                .execute(params![sender, receiver, number, self.run, accepted])?;
        }
        Ok(())
    }

    fn claim(&mut self, record: &ClaimRecord<'_>) -> rusqlite::Result<()> {
        self.claim += 1;
        if record.fate == "clean" {
            if let Some(content) = record.content {
                self.accepted.add(content, record.frequency == "8")?;
            }
            if let Some((_, accepted)) = &mut self.open {
                *accepted += 1;
            }
        }
        let party = self.party(record.payer, record.provider)?;
        self.insert_claim.execute(params![
            self.claim,
            self.run,
            record.ordinal,
            record.content,
            record.name,
            record.frequency,
            record.verdict,
            record.fate,
            record.cents,
            party
        ])?;
        let mut rules: Vec<(&str, Severity, i64)> = Vec::new();
        for &(rule, severity) in &record.findings {
            match rules.iter_mut().find(|(other, ..)| *other == rule) {
                Some((_, worst, count)) => {
                    *worst = severity.max(*worst);
                    *count += 1;
                }
                None => rules.push((rule, severity, 1)),
            }
        }
        for (rule, severity, count) in rules {
            self.insert_finding
                .execute(params![self.claim, rule, severity.as_str(), count])?;
        }
        Ok(())
    }

    fn party(&mut self, payer: &str, provider: &str) -> rusqlite::Result<i64> {
        if let Some(&party) = self.parties.get(payer).and_then(|of| of.get(provider)) {
            return Ok(party);
        }
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO parties (payer, provider) VALUES (?1, ?2)")?
            .execute([payer, provider])?;
        let party = self
            .connection
            .prepare_cached("SELECT party FROM parties WHERE payer = ?1 AND provider = ?2")?
            .query_row([payer, provider], |row| row.get(0))?;
        if self.parties.values().map(HashMap::len).sum::<usize>() >= PARTIES {
            self.parties.clear();
        }
        self.parties
            .entry(payer.to_owned())
            .or_default()
            .insert(provider.to_owned(), party);
        Ok(party)
    }
}

/// The run itself, its files and the control numbers it gave.
fn details(
    connection: &Connection,
    run: i64,
    manifest: &Manifest,
    folder: &Path,
    stem: &str,
    outputs: &[(&str, &Published, String)],
) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO runs (run, identity, rerun_of, state, day, program, policy, folder, stem)
         VALUES (?1, ?2, ?3, 'prepared', ?4, ?5, ?6, ?7, ?8)",
        params![
            run,
            manifest.run,
            manifest.rerun_of.first().map_or("", String::as_str),
            manifest.today,
            manifest.program,
            manifest.policy,
            folder.to_string_lossy(),
            stem
        ],
    )?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO files (run, position, kind, file, bytes, blake3, temporary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let input = &manifest.input;
    let size = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    insert.execute(params![
        run,
        0,
        "input",
        input.file,
        size(input.bytes),
        input.blake3,
        ""
    ])?;
    for (position, (kind, published, temporary)) in (1_i64..).zip(outputs) {
        insert.execute(params![
            run,
            position,
            kind,
            published.file,
            size(published.bytes),
            published.blake3,
            temporary
        ])?;
    }
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO control_numbers
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for map in &manifest.control_numbers {
        let ([given, group, set], [input, of_group, of_set]) = (&map.output, &map.input);
        insert.execute(params![given, group, set, run, input, of_group, of_set])?;
    }
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO surroundings VALUES (?1, ?2, ?3, ?4)")?;
    for map in &manifest.control_numbers {
        if let Some(content) = &map.content {
            insert.execute(params![run, map.output[2], map.around.join(" "), content])?;
        }
    }
    Ok(())
}
