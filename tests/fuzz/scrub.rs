//! Any bytes, scrubbed whole: no panic, nothing lost, clean stays clean, and the same bytes
//! whatever the threads and blocks, and with every rule asked of every claim.
#![no_main]

mod claims;
#[path = "../common/mod.rs"]
mod common;
#[path = "../damage/mod.rs"]
#[allow(dead_code)] // only its damage is wanted
mod damage;
mod files;
mod mutate;
mod plain;
mod seeds;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use rayon::ThreadPool;
use telescrub::policy::PolicyBook;
use telescrub::rules::finding::FixSafety;
use telescrub::scrub::input::Input;
use telescrub::scrub::judge::{Fixing, Judgement};
use telescrub::scrub::run::{self, Options, Workplace};
use telescrub::x12::limits::BLOCK_BYTES;

/// What every run works with.
struct Bench {
    /// Claims as they come, and mended where that helps.
    judgements: [Judgement; 2],
    /// The same, with every rule asked of every claim.
    asking_all: [Judgement; 2],
    pools: [(usize, ThreadPool); 3],
    folder: PathBuf,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let parent = if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    };
    let folder = parent.join(format!("telescrub-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("out")).expect("a folder for the outputs");
    let pool = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        (threads, pool.expect("threads"))
    };
    let judgement = |fixing| {
        let mut judgement = Judgement::new(common::today(), PolicyBook::builtin());
        judgement.fixing = fixing;
        judgement
    };
    let mending = Fixing {
        apply: Some(FixSafety::Unsafe),
        show: true,
    };
    let judgements = [Fixing::default(), mending].map(judgement);
    Bench {
        asking_all: judgements.clone().map(Judgement::asking_all),
        judgements,
        pools: [1, 2, 8].map(pool),
        folder,
    }
});

/// What stands in the findings when a claim is rejected, and when an envelope is at fault:
/// what is wrong with its numbers is made right.
const FAULTS: [&str; 2] = [r#""severity":"reject""#, r#""claim_id":null"#];

/// What came of a run.
#[derive(PartialEq)]
struct Answer {
    /// Its message, when the input was refused.
    refused: Option<String>,
    claims: u64,
    files: common::Files,
}

/// How a run is done.
#[derive(Clone, Copy)]
struct Way {
    mending: bool,
    /// Which pool of threads.
    pool: usize,
    block_bytes: usize,
    verify: bool,
    /// Whether every rule is asked of every claim.
    all: bool,
}

fn scrub(bytes: &[u8], way: Way) -> Answer {
    let bench = &*BENCH;
    let path = bench.folder.join("in.837");
    std::fs::write(&path, bytes).expect("the folder takes the input");
    let judgements = if way.all {
        &bench.asking_all
    } else {
        &bench.judgements
    };
    let workplace = Workplace {
        judgement: &judgements[usize::from(way.mending)],
        options: Options {
            verify: way.verify,
            block_bytes: way.block_bytes,
            sync: false,
            report: way.mending,
            ..Options::default()
        },
        ledger: None,
        rerun_of: &[],
        known: None,
        pool: &bench.pools[way.pool].1,
        stop: &|| false,
        progress: &|_| {},
        diff: &|_| {},
    };
    let input = Input {
        path: Some(path),
        stem: "in".to_owned(),
    };
    let out = bench.folder.join("out");
    let result = run::scrub(&input, &out, &workplace);
    let mut files = common::Files::new();
    for entry in std::fs::read_dir(&out).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a plain name");
        let bytes = std::fs::read(entry.path()).expect("an output");
        std::fs::remove_file(entry.path()).expect("an output");
        let kind = name.strip_prefix("in.").expect("no temporary stays");
        files.insert(kind.to_owned(), bytes);
    }
    let manifest = files.get_mut("manifest.json").map(std::mem::take);
    let manifest = manifest.map(|bytes| without_times(&bytes));
    files.insert("manifest.json".to_owned(), manifest.unwrap_or_default());
    match result {
        Ok(outcome) => Answer {
            refused: None,
            claims: outcome.tally.total().claims,
            files,
        },
        Err(error) => {
            assert!(error.is_input(), "{error}");
            Answer {
                refused: Some(error.to_string()),
                claims: 0,
                files,
            }
        }
    }
}

/// A manifest without what differs from run to run.
fn without_times(bytes: &[u8]) -> Vec<u8> {
    let mut manifest: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
    for key in ["timings", "seal", "verified"] {
        manifest[key].take();
    }
    manifest.to_string().into_bytes()
}

fn check(bytes: &[u8]) {
    let sum = bytes.iter().fold(0_usize, |sum, &byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
    });
    let way = Way {
        mending: sum / 210 % 4 == 0,
        pool: 0,
        block_bytes: BLOCK_BYTES,
        verify: true,
        all: false,
    };
    let first = scrub(bytes, way);
    let pool = [1, 0, 1, 0, 2][sum / 7 % 5];
    let block_bytes = [1, 64, 300, 997, 2_500, BLOCK_BYTES][sum / 35 % 6];
    let other = Way {
        pool,
        block_bytes,
        verify: false,
        all: true,
        ..way
    };
    let other = scrub(bytes, other);
    for (kind, file) in &first.files {
        let [one, two] = [Some(file), other.files.get(kind)]
            .map(|file| String::from_utf8_lossy(file.map_or(&[], Vec::as_slice)));
        assert_eq!(
            one, two,
            "{kind} by {} threads, {block_bytes}",
            BENCH.pools[pool].0
        );
    }
    assert!(
        first == other,
        "more files by {} threads, {block_bytes}",
        BENCH.pools[pool].0
    );
    let file = |kind: &str| first.files.get(kind).map_or(&[][..], Vec::as_slice);
    if first.refused.is_some() {
        let kinds = ["clean.837", "rejects.837", "held.837"];
        assert!(kinds.iter().all(|kind| file(kind).is_empty()));
        return;
    }
    let compressed = bytes.starts_with(&[0x28, 0xB5, 0x2F, 0xFD])
        || bytes.get(1..4) == Some(&[0x2A, 0x4D, 0x18]);
    if !compressed {
        let mut missing = BTreeMap::new();
        let count = claims::claims(bytes, &mut missing, 1);
        assert_eq!(u64::try_from(count), Ok(first.claims), "claims counted");
        let kinds = ["clean.837", "rejects.837", "held.837"];
        let given: i64 = kinds
            .iter()
            .map(|kind| claims::claims(file(kind), &mut missing, -1))
            .sum();
        assert_eq!(given, count, "claims given out");
        let same = missing.is_empty() || way.mending;
        assert!(same, "claims lost or made up: {missing:?}");
        let findings = String::from_utf8_lossy(file("findings.jsonl"));
        let faults = FAULTS.iter().any(|fault| findings.contains(fault));
        if first.claims > 0 && !faults && !way.mending && bytes.starts_with(b"ISA") {
            assert!(
                file("clean.837") == bytes,
                "an input without a fault is changed"
            );
        }
    }
    let clean = file("clean.837");
    if !clean.is_empty() && clean != bytes {
        let again = Way {
            mending: false,
            verify: false,
            ..way
        };
        let again = scrub(clean, again);
        assert!(
            again.refused.is_none(),
            "clean is refused: {:?}",
            again.refused
        );
        assert!(
            !again.files.contains_key("rejects.837"),
            "clean is rejected"
        );
        let same = again
            .files
            .get("clean.837")
            .is_some_and(|again| again == clean);
        assert!(same, "clean comes out changed");
    }
}

fuzz_target!(init: seeds::write(), |bytes: &[u8]| {
    check(bytes);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::mutate(data, size, max_size, seed)
});
