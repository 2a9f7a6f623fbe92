//! A whole scrub with a ledger beside the same without: on an empty ledger, and on one
//! that knows ten nights. Both in one run, turn by turn, so that a busy machine slows both.

use std::path::Path;
use std::time::{Duration, Instant};

use telescrub::ledger::Ledger;
use telescrub_benches::{folder, judgement, night_of, scrub_with};

/// Claims of the night that is measured, and of each night before it.
const CLAIMS: u64 = 40_000;
const NIGHTS_BEFORE: u64 = 10;

/// Turns; of each kind the fastest counts.
const TURNS: usize = 7;

/// The least share of its speed that a scrub may keep with a ledger.
const LEAST_PERCENT: u128 = 70;

fn main() {
    let folder = folder();
    let input = folder.path().join("night.837");
    let bytes = night_of(CLAIMS, 500, 1);
    std::fs::write(&input, &bytes).expect("the night is written");
    let before = folder.path().join("before.db");
    for seed in 0..NIGHTS_BEFORE {
        let earlier = folder.path().join("earlier.837");
        std::fs::write(&earlier, night_of(CLAIMS, 500, 100 + seed)).expect("a night is written");
        timed(&earlier, folder.path(), Some(&before));
    }
    let mut fastest = [Duration::MAX; 3];
    for _ in 0..TURNS {
        let empty = folder.path().join("empty.db");
        let full = folder.path().join("full.db");
        for path in [&empty, &full] {
            for tail in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{tail}", path.display()));
            }
        }
        std::fs::copy(&before, &full).expect("the ledger is copied");
        for (fastest, ledger) in fastest.iter_mut().zip([None, Some(&empty), Some(&full)]) {
            *fastest = timed(&input, folder.path(), ledger.map(AsRef::as_ref)).min(*fastest);
        }
    }
    let [without, empty, full] = fastest;
    let rate = |took: Duration| bytes.len() as f64 / f64::from(1 << 20) / took.as_secs_f64();
    let share = |took: Duration| without.as_micros() * 100 / took.as_micros();
    println!("without a ledger             {:>6.1} MiB/s", rate(without));
    println!(
        "with an empty one            {:>6.1} MiB/s {:>4}%",
        rate(empty),
        share(empty)
    );
    println!(
        "with {NIGHTS_BEFORE} nights in it         {:>6.1} MiB/s {:>4}%",
        rate(full),
        share(full)
    );
    assert!(
        share(empty) >= LEAST_PERCENT && share(full) >= LEAST_PERCENT,
        "the ledger costs too much"
    );
}

/// Scrubs on two threads, the opening of the ledger counted in.
fn timed(input: &Path, out: &Path, ledger: Option<&Path>) -> Duration {
    let judgement = judgement();
    let started = Instant::now();
    let ledger = ledger.map(|path| Ledger::open(path, Duration::ZERO).expect("the ledger opens"));
    scrub_with(input, out, &judgement, 2, true, ledger.as_ref());
    started.elapsed()
}
