//! A ledger, opened and locked.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::accepted::Accepted;
use super::error::LedgerError;
use super::key::KeyedHash;
use super::settle::{self, Known};
use crate::lock::lock;

/// The format; a reader refuses a later one.
const FORMAT: i64 = 1;

/// What marks an SQLite database as a ledger (`PRAGMA application_id`).
const APPLICATION: i64 = 0x5453_4c47;

/// A ledger up to this size is checked page by page when it is opened. What is damaged
/// in a larger one shows when it is read, and then stops the run.
const CHECKED_BYTES: u64 = 8 << 20;

/// Bytes of a page: the large values of `accepted` are read a page at a time.
const PAGE_BYTES: u32 = 16 << 10;

/// Makes a table where it is not there.
const SURROUNDINGS: &str = include_str!("surroundings.sql");

/// Pages a writer keeps in memory, in KiB.
const CACHE_KIB: u32 = 64 << 10;

/// An open ledger. While it lives no other run can open it; readers can.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// Whether it was made just now.
    is_new: bool,
    pub(super) hash: KeyedHash,
    /// What was read of accepted claims so far.
    pub(super) accepted: Mutex<Arc<Accepted>>,
    /// Held, not used: while one connection is open, the others need not take the log in
    /// when they close, which costs a small run more than all its rows.
    _connection: Mutex<Connection>,
    /// Held, not used: the lock goes with it, also when the program is killed.
    _lock: Option<File>,
}

impl Ledger {
    /// Opens the ledger for a run, makes it if it is not there, waits at most `wait`
    /// for another run to end, and settles what a killed run has left.
    ///
    /// # Errors
    /// See [`LedgerError`]; nothing was changed then.
    pub fn open(path: &Path, wait: Duration) -> Result<Ledger, LedgerError> {
        Ledger::open_knowing(path, wait, &|_, _| None)
    }

    /// The same, for somebody who knows what became of runs that were cut short.
    ///
    /// # Errors
    /// See [`LedgerError`]; nothing was changed then.
    pub fn open_knowing(
        path: &Path,
        wait: Duration,
        known: Known<'_>,
    ) -> Result<Ledger, LedgerError> {
        let unusable = |error| LedgerError::Unusable {
            path: path.to_owned(),
            error,
        };
        let private = |path: &Path| {
            OpenOptions::new()
                .create(true)
                .truncate(false)
                .read(true)
                .write(true)
                .mode(0o600)
                .open(path)
        };
        let waited = |error| match error {
            LedgerError::Busy { path, .. } => LedgerError::Busy {
                path,
                seconds: wait.as_secs(),
            },
            other => other,
        };
        let beside = beside(path);
        // What is no ledger gets no lock beside it.
        if path.exists() && !beside.exists() {
            OpenOptions::new()
                .read(true)
                .write(true)
                .open(path)
                .map_err(unusable)?;
            recognised(path, wait).map_err(waited)?;
        }
        let lock = private(&beside).map_err(unusable)?;
        let started = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if started.elapsed() < wait => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(LedgerError::Busy {
                        path: path.to_owned(),
                        seconds: wait.as_secs(),
                    });
                }
                Err(TryLockError::Error(error)) => return Err(unusable(error)),
            }
        }
        // SQLite gives its own files the mode of the database.
        let was_there = path.exists();
        let file = private(path).map_err(unusable)?;
        if was_there && file.metadata().map_err(unusable)?.len() == 0 {
            tracing::warn!(
                "ledger {}: is empty, and a new one is made of it; restore a copy if claims were accepted with it before",
                path.display()
            );
        }
        drop(file);
        // Nor is it changed, whatever lies beside it.
        if was_there {
            recognised(path, wait).map_err(waited)?;
        }
        let sort = |error| waited(LedgerError::of(path, error));
        let connection = writer(path, wait).map_err(sort)?;
        let is_new = prepare(&connection, path).map_err(waited)?;
        settle::settle(&connection, known).map_err(sort)?;
        Ok(Ledger {
            path: path.to_owned(),
            is_new,
            hash: key(&connection).map_err(sort)?,
            accepted: Mutex::default(),
            _connection: Mutex::new(connection),
            _lock: Some(lock),
        })
    }

    /// Settles what a run has left that ended without saying whether it published. Returns how
    /// many it drops.
    ///
    /// # Errors
    /// When the ledger can't be written.
    pub fn settle(&self, known: Known<'_>) -> Result<usize, LedgerError> {
        let connection = self.untold_writer()?;
        let dropped = settle::settle(&connection, known);
        // Behind it: somebody may read them meanwhile.
        self.forget_accepted();
        dropped.map_err(|error| self.untold(error))
    }

    /// Opens a ledger to ask it, without a lock: a run may be writing to it.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn read(path: &Path) -> Result<Ledger, LedgerError> {
        if !path.is_file() {
            return Err(LedgerError::Missing {
                path: path.to_owned(),
            });
        }
        let connection = recognised(path, PATIENCE)?.ok_or_else(|| LedgerError::Empty {
            path: path.to_owned(),
        })?;
        let sort = |error| LedgerError::of(path, error);
        Ok(Ledger {
            path: path.to_owned(),
            is_new: false,
            hash: key(&connection).map_err(sort)?,
            accepted: Mutex::default(),
            _connection: Mutex::new(connection),
            _lock: None,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there was none, and this one was made when it was opened.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Its hashes.
    #[must_use]
    pub fn hash(&self) -> &KeyedHash {
        &self.hash
    }

    pub(super) fn forget_accepted(&self) {
        *lock(&self.accepted) = Arc::default();
    }

    pub(super) fn writer(&self) -> Result<Connection, LedgerError> {
        writer(&self.path, PATIENCE).map_err(|error| self.failed(error))
    }

    /// The same, to tell it what is published.
    pub(super) fn untold_writer(&self) -> Result<Connection, LedgerError> {
        writer(&self.path, PATIENCE).map_err(|error| self.untold(error))
    }

    pub(super) fn untold(&self, error: rusqlite::Error) -> LedgerError {
        LedgerError::Untold {
            path: self.path.clone(),
            error,
        }
    }

    pub(super) fn reader(&self) -> Result<Connection, LedgerError> {
        reader(&self.path, PATIENCE).map_err(|error| self.failed(error))
    }

    pub(super) fn failed(&self, error: rusqlite::Error) -> LedgerError {
        LedgerError::of(&self.path, error)
    }
}

/// How long a transaction of somebody else is waited for where no run asks for more or less.
const PATIENCE: Duration = Duration::from_secs(10);

/// The lock file: SQLite's own locks go with each transaction, a run's must not.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

fn connect(path: &Path, wait: Duration) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        // Also to read: a database whose log is still to be taken in can't be opened
        // otherwise.
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(wait)?;
    // Without it a statement on a table with a partial index is compiled again for
    // each row, which costs more than all the rest.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

fn writer(path: &Path, wait: Duration) -> rusqlite::Result<Connection> {
    let connection = connect(path, wait)?;
    // Rows refer to a run that is written last; its transaction keeps them together.
    connection.execute_batch(&format!(
        "PRAGMA page_size = {PAGE_BYTES}; PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA foreign_keys = off;
         PRAGMA cache_size = -{CACHE_KIB};"
    ))?;
    Ok(connection)
}

fn reader(path: &Path, wait: Duration) -> rusqlite::Result<Connection> {
    let connection = connect(path, wait)?;
    connection.execute_batch("PRAGMA query_only = on;")?;
    Ok(connection)
}

/// A reader of what is a ledger; none of an empty file.
fn recognised(path: &Path, wait: Duration) -> Result<Option<Connection>, LedgerError> {
    let sort = |error| LedgerError::of(path, error);
    let reader = reader(path, wait).map_err(sort)?;
    if objects(&reader).map_err(sort)? == 0 {
        return Ok(None);
    }
    recognise(&reader, path)?;
    Ok(Some(reader))
}

/// Tables and indexes; a new database has none.
fn objects(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
}

/// Makes a new ledger (true), or makes sure that this is one and whole.
fn prepare(connection: &Connection, path: &Path) -> Result<bool, LedgerError> {
    let sort = |error| LedgerError::of(path, error);
    if objects(connection).map_err(sort)? == 0 {
        return make(connection).map(|()| true).map_err(sort);
    }
    recognise(connection, path)?;
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    if bytes <= CHECKED_BYTES {
        let verdict: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(sort)?;
        if verdict != "ok" {
            return Err(LedgerError::Damaged {
                path: path.to_owned(),
                what: verdict,
            });
        }
    }
    // Whether another program holds it for writing shows now, not after the work.
    connection
        .execute_batch(&format!("BEGIN IMMEDIATE; {SURROUNDINGS} COMMIT"))
        .map(|()| false)
        .map_err(sort)
}

fn recognise(connection: &Connection, path: &Path) -> Result<(), LedgerError> {
    let sort = |error| LedgerError::of(path, error);
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
    let application: i64 = pragma("application_id").map_err(sort)?;
    if application != APPLICATION {
        return Err(LedgerError::Foreign {
            path: path.to_owned(),
        });
    }
    let version: i64 = pragma("user_version").map_err(sort)?;
    if version != FORMAT {
        return Err(LedgerError::Newer {
            path: path.to_owned(),
            version,
        });
    }
    Ok(())
}

fn make(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    connection.execute_batch(include_str!("schema.sql"))?;
    connection.execute_batch(SURROUNDINGS)?;
    connection.execute(
        "INSERT INTO meta (name, value) VALUES ('key', randomblob(32))",
        [],
    )?;
    connection.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; COMMIT"
    ))
}

fn key(connection: &Connection) -> rusqlite::Result<KeyedHash> {
    let key = connection
        .query_row("SELECT value FROM meta WHERE name = 'key'", [], |row| {
            row.get(0)
        })
        .optional()?;
    key.map(KeyedHash::new)
        .ok_or(rusqlite::Error::QueryReturnedNoRows)
}
