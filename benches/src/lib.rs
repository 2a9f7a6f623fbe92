//! What the benchmarks work on: generated nights, and the scrub of one.

use std::path::Path;

use telescrub::generate::{self, Spec};
use telescrub::ledger::Ledger;
use telescrub::policy::PolicyBook;
use telescrub::scrub::input::Input;
use telescrub::scrub::judge::Judgement;
use telescrub::scrub::run::{self, Options, Workplace};
use telescrub::value::Date;

/// The day all benchmarks run on.
#[must_use]
pub fn today() -> Date {
    Date::new(2026, 11, 23).expect("a day of the calendar")
}

/// A night of so many claims, 5% of them with a fault.
#[must_use]
pub fn night(claims: u64, claims_per_set: u64) -> Vec<u8> {
    night_of(claims, claims_per_set, 7)
}

/// The same of another seed: no claim of one night is in another.
///
/// # Panics
/// When the night can't be generated.
#[must_use]
pub fn night_of(claims: u64, claims_per_set: u64, seed: u64) -> Vec<u8> {
    let spec = Spec {
        today: today(),
        claims,
        claims_per_set,
        bad_percent: 5.0,
        seed,
        ..Spec::default()
    };
    let mut bytes = Vec::new();
    generate::write(&spec, &mut bytes, None::<&mut Vec<u8>>).expect("memory takes all bytes");
    bytes
}

/// What claims are judged by.
#[must_use]
pub fn judgement() -> Judgement {
    Judgement::new(today(), PolicyBook::builtin())
}

/// Scrubs a file into a folder: clean and rejects, annotations, findings and manifest.
/// `more` adds the report and the acknowledgements.
///
/// # Panics
/// When the scrub fails.
pub fn scrub(input: &Path, out: &Path, judgement: &Judgement, threads: usize, more: bool) {
    scrub_with(input, out, judgement, threads, more, None);
}

/// The same, with a ledger.
///
/// # Panics
/// When the scrub fails.
pub fn scrub_with(
    input: &Path,
    out: &Path,
    judgement: &Judgement,
    threads: usize,
    more: bool,
    ledger: Option<&Ledger>,
) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads");
    let workplace = Workplace {
        judgement,
        options: Options {
            report: more,
            acknowledge: more,
            ..Options::default()
        },
        ledger,
        rerun_of: &[],
        known: None,
        pool: &pool,
        stop: &|| false,
        progress: &|_| {},
        diff: &|_| {},
    };
    let input = Input {
        path: Some(input.to_owned()),
        stem: "night".to_owned(),
    };
    run::scrub(&input, out, &workplace).expect("the night is scrubbed");
}

/// A folder in memory where there is one: the disk is not what is measured.
#[must_use]
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a folder")
}
