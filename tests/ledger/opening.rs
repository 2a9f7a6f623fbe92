//! A ledger that is damaged, older or in use.

use std::time::{Duration, Instant};

use super::{Office, PATIENCE, batch, scrub};
use telescrub::ledger::{Ledger, LedgerError};
use telescrub::x12::limits;

#[test]
fn a_damaged_or_foreign_ledger_stops_the_run_before_it_starts() {
    let whole = Office::new();
    whole.night(&batch(400, 20.0), 1, limits::BLOCK_BYTES);
    let path = whole.folder.path().join("ledger.db");
    drop(whole.ledger);
    let whole = std::fs::read(path).unwrap();
    let mut overwritten = whole.clone();
    let middle = overwritten.len() / 2;
    overwritten[middle..middle + 20_000].fill(0xA5);
    for (name, bytes, expected) in [
        (
            "text",
            b"these are my notes, not a database ".repeat(99),
            "is no telescrub ledger",
        ),
        ("cut", whole[..whole.len() / 2].to_vec(), "is damaged"),
        ("overwritten", overwritten, "is damaged"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.db");
        std::fs::write(&ledger, &bytes).unwrap();
        let (status, said, files) = scrub(folder.path(), &ledger);
        assert_eq!((status, files), (Some(2), 0), "{name}: {said}");
        assert!(
            said.contains(expected) && said.contains("ledger.db"),
            "{name}: {said}"
        );
        assert!(
            std::fs::read(&ledger).unwrap() == bytes,
            "{name} was changed"
        );
        if expected == "is no telescrub ledger" {
            assert!(!folder.path().join("ledger.db.lock").exists());
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.db");
    let database = rusqlite::Connection::open(&other).unwrap();
    database.execute_batch("CREATE TABLE mine (a)").unwrap();
    let before = std::fs::read(&other).unwrap();
    let (status, said, files) = scrub(folder.path(), &other);
    assert_eq!((status, files), (Some(2), 0));
    assert!(said.contains("is no telescrub ledger"), "{said}");
    assert_eq!(std::fs::read(&other).unwrap(), before);
    // Nor is it changed where a lock lies beside it already.
    let beside = folder.path().join("other.db.lock");
    std::fs::write(&beside, b"").unwrap();
    let (status, said, files) = scrub(folder.path(), &other);
    assert_eq!((status, files), (Some(2), 0));
    assert!(said.contains("is no telescrub ledger"), "{said}");
    assert_eq!(std::fs::read(&other).unwrap(), before);
    std::fs::remove_file(&beside).unwrap();
    // Nor a folder.
    let none = folder.path().join("folder.db");
    std::fs::create_dir(&none).unwrap();
    let (status, said, files) = scrub(folder.path(), &none);
    assert_eq!((status, files), (Some(2), 0));
    assert!(said.contains("cannot be opened"), "{said}");
    for name in ["other.db", "folder.db"] {
        assert!(!folder.path().join(format!("{name}.lock")).exists());
    }
}

#[test]
fn a_ledger_without_the_latest_table_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    drop(Ledger::open(&path, PATIENCE).unwrap());
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("DROP TABLE surroundings").unwrap();
    drop(database);
    drop(Ledger::open(&path, PATIENCE).unwrap());
    let database = rusqlite::Connection::open(&path).unwrap();
    let rows: i64 = database
        .query_row("SELECT count(*) FROM surroundings", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn a_ledger_in_use_is_waited_for_and_then_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let held = Ledger::open(&path, PATIENCE).unwrap();
    let (status, said, files) = scrub(folder.path(), &path);
    assert_eq!((status, files), (Some(2), 0));
    assert!(said.contains("in use by another run"), "{said}");
    // Asking is not hindered.
    assert!(Ledger::read(&path).is_ok());

    let started = Instant::now();
    let waiting = path.clone();
    let other = std::thread::spawn(move || Ledger::open(&waiting, Duration::from_secs(30)));
    std::thread::sleep(Duration::from_millis(200));
    drop(held);
    assert!(other.join().unwrap().is_ok());
    assert!(started.elapsed() < Duration::from_secs(20));

    // Somebody writes to it by hand.
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = Ledger::open(&path, Duration::ZERO);
    assert!(
        matches!(refused, Err(LedgerError::Busy { .. })),
        "{refused:?}"
    );
    let (status, said, _) = scrub(folder.path(), &path);
    assert_eq!(status, Some(2));
    assert!(said.contains("for more than 2 s"), "{said}");
    drop(by_hand);
    assert_eq!(scrub(folder.path(), &path).0, Some(0));
}
