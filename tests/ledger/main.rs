//! The ledger over several nights, and whatever may happen to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

#[path = "../common/mod.rs"]
mod common;

mod again;
mod deaths;
mod nights;
mod opening;
mod stats;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use telescrub::generate::Spec;
use telescrub::ledger::Ledger;
use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;

/// A lock that is let go may stay for the moment in which another test starts a program.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder with a ledger and nights of claims.
struct Office {
    folder: tempfile::TempDir,
    ledger: Ledger,
}

impl Office {
    fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&folder.path().join("ledger.db"), PATIENCE).unwrap();
        Office { folder, ledger }
    }

    fn night(&self, text: &str, threads: usize, block_bytes: usize) -> common::Scrubbed {
        let path = self.folder.path().join("night.837");
        std::fs::write(&path, text).unwrap();
        let judgement = Judgement::new(common::today(), PolicyBook::builtin());
        let ledger = Some(&self.ledger);
        let scrubbed = common::scrub_as(&judgement, &path, threads, block_bytes, true, ledger);
        assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
        scrubbed
    }
}

fn batch(claims: u64, bad_percent: f64) -> String {
    let spec = Spec {
        claims,
        claims_per_set: 7,
        bad_percent,
        ..common::spec()
    };
    String::from_utf8(common::generated(&spec).0).unwrap()
}

/// The same claims in an interchange of another number.
fn sent_again(text: &str, number: &str) -> String {
    let old = text.split('*').nth(13).unwrap();
    assert_eq!(old.len(), 9);
    text.replace(&format!("*{old}"), &format!("*{number}"))
}

fn ids(bytes: &[u8]) -> BTreeSet<String> {
    String::from_utf8_lossy(bytes)
        .split('~')
        .filter_map(|segment| segment.trim().strip_prefix("CLM*"))
        .map(|rest| rest.split('*').next().unwrap().to_owned())
        .collect()
}

/// Claims with a finding of this rule.
fn with_rule(scrubbed: &common::Scrubbed, rule: &str) -> BTreeSet<String> {
    scrubbed
        .findings()
        .iter()
        .filter(|line| {
            let findings = line["findings"].as_array().unwrap();
            findings.iter().any(|finding| finding["rule"] == rule)
        })
        .map(|line| line["claim_id"].as_str().unwrap_or("-").to_owned())
        .collect()
}

fn telescrub() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
}

/// Scrubs with a ledger: exit status, what was said, how many files were left.
fn scrub(folder: &Path, ledger: &Path) -> (Option<i32>, String, usize) {
    let input = folder.join("in.837");
    std::fs::write(&input, batch(5, 0.0)).unwrap();
    scrub_into(&folder.join("out"), &input, ledger)
}

fn scrub_into(out: &Path, input: &Path, ledger: &Path) -> (Option<i32>, String, usize) {
    let output = telescrub()
        .args([
            "scrub",
            "-q",
            "--now",
            common::TODAY,
            "--ledger-wait",
            "2",
            "--out",
        ])
        .args([out, input])
        .arg("--ledger")
        .arg(ledger)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let files = std::fs::read_dir(out).map_or(0, Iterator::count);
    (output.status.code(), said, files)
}

/// Runs in the ledger, by state.
fn runs(ledger: &Path) -> Vec<(i64, String)> {
    let database = rusqlite::Connection::open(ledger).unwrap();
    let mut query = database
        .prepare("SELECT count(*), state FROM runs GROUP BY state")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}
