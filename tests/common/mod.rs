//! What the tests share: scrubbing in process, into a folder that goes with the test.
#![allow(dead_code, missing_docs)] // each test binary uses a part of it

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use telescrub::generate::{self, LineEnd, Spec};
use telescrub::ledger::Ledger;
use telescrub::policy::PolicyBook;
use telescrub::scrub::batch::{self, Batch};
use telescrub::scrub::input::Input;
use telescrub::scrub::inputs::Inputs;
use telescrub::scrub::item::Fate;
use telescrub::scrub::judge::{Fixing, Judgement};
use telescrub::scrub::run::{self, Options, Outcome, RunError, Workplace};
use telescrub::value::Date;

pub const TODAY: &str = "2026-11-23";

pub fn today() -> Date {
    Date::parse_iso(TODAY).unwrap()
}

/// The outputs of a run by the end of their names, the manifest left out: it holds timings.
pub type Files = BTreeMap<String, Vec<u8>>;

pub struct Scrubbed {
    pub result: Result<Outcome, RunError>,
    pub files: Files,
}

impl Scrubbed {
    pub fn file(&self, kind: &str) -> &[u8] {
        self.files.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Findings as JSON objects, one a claim.
    pub fn findings(&self) -> Vec<serde_json::Value> {
        self.file("findings.jsonl")
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }
}

pub fn scrub(bytes: &[u8], threads: usize, block_bytes: usize) -> Scrubbed {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.837");
    std::fs::write(&input, bytes).unwrap();
    scrub_file(&input, threads, block_bytes, false)
}

/// Scrubs, and reads the outputs back before they are published.
pub fn scrub_proving(bytes: &[u8], threads: usize, block_bytes: usize) -> Scrubbed {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.837");
    std::fs::write(&input, bytes).unwrap();
    scrub_file(&input, threads, block_bytes, true)
}

/// Scrubs with fixes applied, read back before it is published; the diffs shown.
pub fn scrub_fixing(
    bytes: &[u8],
    fixing: Fixing,
    threads: usize,
    block: usize,
) -> (Scrubbed, String) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.837");
    std::fs::write(&input, bytes).unwrap();
    let mut judgement = Judgement::new(today(), PolicyBook::builtin());
    judgement.fixing = fixing;
    let shown = Mutex::new(String::new());
    let diff = |text: &str| shown.lock().unwrap().push_str(text);
    let scrubbed = scrub_by(&input, &judgement, &diff, threads, block, true, None);
    (scrubbed, shown.into_inner().unwrap())
}

/// Scrubs, with claims of an unknown policy going there.
pub fn scrub_unchecked(bytes: &[u8], fate: Fate) -> Scrubbed {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.837");
    std::fs::write(&input, bytes).unwrap();
    let mut judgement = Judgement::new(today(), PolicyBook::builtin());
    judgement.unchecked = fate;
    scrub_as(&judgement, &input, 2, 1 << 20, true, None)
}

pub fn scrub_file(path: &Path, threads: usize, block_bytes: usize, verify: bool) -> Scrubbed {
    let judgement = Judgement::new(today(), PolicyBook::builtin());
    scrub_as(&judgement, path, threads, block_bytes, verify, None)
}

pub fn scrub_as(
    judgement: &Judgement,
    path: &Path,
    threads: usize,
    block_bytes: usize,
    verify: bool,
    ledger: Option<&Ledger>,
) -> Scrubbed {
    scrub_by(
        path,
        judgement,
        &|_| {},
        threads,
        block_bytes,
        verify,
        ledger,
    )
}

fn scrub_by(
    path: &Path,
    judgement: &Judgement,
    diff: &(dyn Fn(&str) + Sync),
    threads: usize,
    block_bytes: usize,
    verify: bool,
    ledger: Option<&Ledger>,
) -> Scrubbed {
    let folder = tempfile::tempdir().unwrap();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    let workplace = Workplace {
        judgement,
        options: Options {
            compress: false,
            verify,
            rejects_lines: false,
            block_bytes,
            ..Options::default()
        },
        ledger,
        rerun_of: &[],
        known: None,
        pool: &pool,
        stop: &|| false,
        progress: &|_| {},
        diff,
    };
    let input = Input {
        path: Some(path.to_owned()),
        stem: "in".to_owned(),
    };
    let result = run::scrub(&input, folder.path(), &workplace);
    let mut files = Files::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        assert!(!name.starts_with('.'), "a temporary file stayed behind");
        let kind = name.strip_prefix("in.").unwrap().to_owned();
        if kind != "manifest.json" {
            files.insert(kind, std::fs::read(entry.path()).unwrap());
        }
    }
    Scrubbed { result, files }
}

/// Scrubs inputs as a batch; hears of those that fail.
pub fn in_batch(inputs: &Inputs, out: &Path, failed: &mut dyn FnMut(&RunError)) -> Batch {
    let judgement = Judgement::new(today(), PolicyBook::builtin());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let workplace = Workplace {
        judgement: &judgement,
        options: Options::default(),
        ledger: None,
        rerun_of: &[],
        known: None,
        pool: &pool.unwrap(),
        stop: &|| false,
        progress: &|_| {},
        diff: &|_| {},
    };
    batch::scrub(inputs, out, &workplace, &mut |result| {
        if let Err(error) = result {
            failed(error);
        }
    })
}

pub fn generated(spec: &Spec) -> (Vec<u8>, Vec<serde_json::Value>) {
    let (mut out, mut labels) = (Vec::new(), Vec::new());
    generate::write(spec, &mut out, Some(&mut labels)).unwrap();
    let labels = labels
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    (out, labels)
}

/// The same file, its first transaction set with an SE01 that counts wrong.
pub fn miscounted(text: &str) -> String {
    let found = ["~\nSE*", "~SE*"].iter().find_map(|end| {
        let at = text.find(end)?;
        Some(at + end.len())
    });
    let at = found.unwrap();
    format!("{}9{}", &text[..at], &text[at..])
}

pub fn spec() -> Spec {
    Spec {
        today: today(),
        first_year: 2026,
        last_year: 2026,
        ..Spec::default()
    }
}

/// A claim of 28 service lines, one a day, each with four warnings; behind them a procedure code
/// that there is not.
pub fn warned_before_it_is_rejected() -> String {
    let spec = Spec {
        claims: 1,
        line_end: LineEnd::Lf,
        ..spec()
    };
    let file = String::from_utf8(generated(&spec).0).unwrap();
    let (from, to) = (file.find("LX*1~").unwrap(), file.find("\nSE*").unwrap() + 1);
    let line = |number: u32| {
        format!(
            "LX*{number}*~\nSV1*HC:97110:GP*40*UN*1***1*~\nDTP*472*D8*202602{number:02}*~\nREF*6R*{number}*~\n"
        )
    };
    let lines: String = (1..=28).map(line).collect();
    let lines = format!("{lines}LX*29~\nSV1*HC:9711X:GP*40*UN*1***1~\nDTP*472*D8*20260301~\n");
    let before = format!("{}{lines}", &file[..from]);
    let count = before[before.find("\nST*").unwrap()..].matches('~').count() + 1;
    let end = &file[to + 3..];
    format!("{before}SE*{count}{}", &end[end.find('*').unwrap()..])
}
