//! Runs that the ledger took, of files that are not published after all.

use std::io::{BufRead as _, BufReader};

use super::*;

/// A night so large that it has the machine for itself: the ledger takes its run while it is
/// scrubbed, before anything is decided.
fn large(seed: u64) -> Vec<u8> {
    let mut bytes = night(seed);
    bytes.extend(vec![b'\n'; 9 << 20]);
    bytes
}

/// A zstd frame of blocks that are not compressed, so that it is as large as what it holds.
fn stored(bytes: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 100_000;
    // The magic number, and a window of 2 MiB.
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58];
    let mut blocks = bytes.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let last = u32::from(blocks.peek().is_none());
        let header = u32::try_from(block.len()).unwrap() << 3 | last;
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame
}

/// Does something at the first passing of a step.
fn once_at<'a>(
    step: &'static str,
    act: impl Fn() + Sync + 'a,
) -> impl Fn(&'static str) + Sync + 'a {
    let done = std::sync::atomic::AtomicBool::new(false);
    move |at| {
        if at == step && !done.swap(true, std::sync::atomic::Ordering::Relaxed) {
            act();
        }
    }
}

#[test]
fn a_large_file_that_is_superseded_while_it_is_read_leaves_no_claim_in_the_ledger() {
    let folder = Drop::new();
    fs::write(folder.at("inbox/night.837"), large(1)).unwrap();
    let changes = once_at("scrubbed", || {
        let mut longer = large(1);
        longer.push(b'\n');
        fs::write(folder.taken(), longer).unwrap();
        fs::write(folder.at("inbox/night.837"), night(1)).unwrap();
    });
    folder.inside(&changes).unwrap();
    assert_eq!(
        folder.names("quarantine"),
        ["night.837", "night.837.why.txt"]
    );
    assert_eq!(folder.published(".clean.837"), good(1));
}

#[test]
fn a_large_twin_that_shows_once_it_is_unpacked_leaves_no_run_in_the_ledger() {
    let folder = Drop::new();
    fs::write(folder.at("inbox/night.837"), large(1)).unwrap();
    folder.once();
    fs::write(folder.at("inbox/twin.837"), stored(&large(1))).unwrap();
    folder.once();
    assert_eq!(folder.names("quarantine"), ["twin.837", "twin.837.why.txt"]);
    let runs = ledger(&folder).query_row("SELECT count(*) FROM runs", [], |row| row.get(0));
    assert_eq!(runs, Ok(1));
}

fn ledger(folder: &Drop) -> rusqlite::Connection {
    rusqlite::Connection::open(folder.at("../.telescrub/ledger.db")).unwrap()
}

/// Has the ledger refuse what this says, until it is taken out again.
fn refuse(folder: &Drop, what: &str) {
    let sql =
        format!("CREATE TRIGGER refuse BEFORE {what} BEGIN SELECT RAISE(ABORT, 'as if full'); END");
    ledger(folder).execute_batch(&sql).unwrap();
}

fn allow(folder: &Drop) {
    ledger(folder).execute_batch("DROP TRIGGER refuse").unwrap();
}

/// A service that goes with its test.
struct Watching(Child);

impl std::ops::Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_the_ledger_could_not_take_stands_in_nobodys_way() {
    let folder = Drop::new();
    folder.once();
    refuse(&folder, "INSERT ON runs");
    let mut service = Watching(folder.command().spawn().unwrap());
    let mut lines = BufReader::new(service.0.stderr.take().unwrap()).lines();
    fs::write(folder.at("inbox/night.837"), night(1)).unwrap();
    let postponed = lines.any(|line| line.unwrap().contains("cannot be finished now"));
    assert!(postponed);
    allow(&folder);
    // The same claims under another name, before the first file is tried again.
    fs::write(folder.at("inbox/again.837"), night(1)).unwrap();
    wait_for(|| folder.published(".clean.837") == good(1));
    terminate(&mut service.0);
}

/// The folders of all jobs.
fn jobs(folder: &Drop) -> Vec<PathBuf> {
    let jobs = fs::read_dir(folder.at("../.telescrub/jobs")).unwrap();
    jobs.map(|job| job.unwrap().path()).collect()
}

#[test]
fn no_file_is_judged_by_a_run_that_could_not_be_settled() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..2);
    let mut service = Service::open(folder.settings()).unwrap();
    let signals = Signals::default();
    // The ledger takes the batch, the disk no decision, the ledger no word of that; there is
    // room again when the jobs are taken up.
    let blocks = once_at("entered", || {
        for job in jobs(&folder) {
            fs::create_dir(job.join("publish.draft")).unwrap();
        }
        refuse(&folder, "DELETE ON runs");
    });
    let frees = once_at("recorded", || {
        for job in jobs(&folder) {
            fs::remove_dir(job.join("publish.draft")).unwrap();
        }
        allow(&folder);
        signals
            .reload
            .store(true, std::sync::atomic::Ordering::Relaxed);
    });
    let judgement = Judgement::new(common::today(), PolicyBook::builtin());
    let at = |step| {
        blocks(step);
        frees(step);
    };
    let ended = service.run(judgement, true, &signals, &common::today, &mut || None, &at);
    ended.unwrap();
    check(&folder, &claims, "settled");
}

#[test]
fn a_job_whose_run_could_not_be_settled_stays_until_it_is() {
    let folder = Drop::new();
    folder.once();
    fs::write(folder.at("inbox/night.837"), large(1)).unwrap();
    let changes = once_at("scrubbed", || {
        let mut longer = large(1);
        longer.push(b'\n');
        fs::write(folder.taken(), longer).unwrap();
        fs::write(folder.at("inbox/night.837"), night(1)).unwrap();
        refuse(&folder, "DELETE ON runs");
    });
    let error = folder.inside(&changes).unwrap_err().to_string();
    assert!(error.contains("2 files could not be answered"), "{error}");
    allow(&folder);
    folder.once();
    assert_eq!(
        folder.names("quarantine"),
        ["night.837", "night.837.why.txt"]
    );
    assert_eq!(folder.published(".clean.837"), good(1));
}
