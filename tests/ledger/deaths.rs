//! Runs that end while they publish.

use std::path::PathBuf;
use std::time::Instant;

use super::{Office, PATIENCE, batch, common, runs, telescrub};
use telescrub::emit::manifest::Manifest;
use telescrub::emit::publish::Output;
use telescrub::ledger::Ledger;
use telescrub::x12::limits;

#[test]
fn a_run_killed_while_it_publishes_is_settled_by_its_files() {
    use std::io::Write as _;
    // Killed before the first output got its name, after, and after its reader took it.
    for (renamed, taken, expected) in [(false, false, 0), (true, false, 1), (true, true, 1)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let mut output = Output::new(folder.path(), "in.clean.837", false);
        output.write_all(b"ISA").unwrap();
        output.finish().unwrap();
        {
            let ledger = Ledger::open(&path, PATIENCE).unwrap();
            let entry = ledger.entry().unwrap();
            let taken: Vec<_> = output.taken("clean").into_iter().collect();
            let prepared = entry.prepare(&Manifest::default(), folder.path(), "in", taken);
            // What a killed program does not do any more.
            std::mem::forget(prepared.unwrap());
        }
        assert_eq!(runs(&path), [(1, "prepared".to_owned())]);
        if renamed {
            output.publish().unwrap();
        } else {
            std::mem::forget(output);
        }
        if taken {
            std::fs::remove_file(folder.path().join("in.clean.837")).unwrap();
        }
        drop(Ledger::open(&path, PATIENCE).unwrap());
        let left: Vec<_> = (0..expected).map(|_| (1, "published".to_owned())).collect();
        assert_eq!(runs(&path), left, "renamed {renamed}, taken {taken}");
    }
}

#[test]
fn a_kill_at_any_moment_leaves_the_ledger_saying_what_was_published() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.837");
    std::fs::write(&input, batch(4_000, 20.0)).unwrap();
    let ledger = folder.path().join("ledger.db");
    let start = |out: &PathBuf| {
        telescrub()
            .args(["scrub", "-q", "--now", common::TODAY, "--out"])
            .args([out, &input])
            .arg("--ledger")
            .arg(&ledger)
            .spawn()
            .unwrap()
    };
    let fresh = || {
        for suffix in ["", "-wal", "-shm", ".lock"] {
            let _ = std::fs::remove_file(folder.path().join(format!("ledger.db{suffix}")));
        }
    };
    let started = Instant::now();
    assert!(
        start(&folder.path().join("whole"))
            .wait()
            .unwrap()
            .success()
    );
    let whole = started.elapsed();
    let (mut published, mut lost) = (0, 0);
    let last = 23_u32;
    for moment in 0..=last {
        fresh();
        let out = folder.path().join(format!("out{moment}"));
        let mut child = start(&out);
        // The last one comes to its end, however slow the machine has become.
        if moment < last {
            std::thread::sleep(whole * moment / 20);
            child.kill().unwrap();
        }
        child.wait().unwrap();
        let is_out = out.join("in.clean.837").is_file();
        drop(Ledger::open(&ledger, PATIENCE).unwrap());
        let expected: Vec<_> = is_out
            .then(|| (1, "published".to_owned()))
            .into_iter()
            .collect();
        assert_eq!(runs(&ledger), expected, "killed at {moment}");
        published += u32::from(is_out);
        lost += u32::from(!is_out);
        // What was not published is no duplicate; what was, is.
        let again = folder.path().join(format!("again{moment}"));
        assert!(start(&again).wait().unwrap().success());
        assert_eq!(
            again.join("in.clean.837").is_file(),
            !is_out,
            "killed at {moment}"
        );
    }
    assert!(
        published > 0 && lost > 0,
        "{published} published, {lost} not"
    );
}

#[test]
fn a_ledger_that_cannot_be_told_of_a_publication_does_not_say_that_there_was_none() {
    let office = Office::new();
    office.night(&batch(5, 0.0), 1, limits::BLOCK_BYTES);
    let database = rusqlite::Connection::open(office.ledger.path()).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON runs
                  BEGIN SELECT RAISE(ABORT, 'as if full'); END";
    database.execute_batch(refuse).unwrap();
    let error = office.ledger.mark_published(&[1]).unwrap_err().to_string();
    assert!(error.contains("as if full"), "{error}");
    assert!(!error.contains("nothing was published"), "{error}");
}
