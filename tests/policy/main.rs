//! Policy and configuration from outside: what they change, what is said of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

#[path = "../common/mod.rs"]
mod common;

mod commands;
mod matrix;
mod readme;
mod settings;
mod therapy_unknown;

use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// The files of a run's output folder, by the end of their names.
type Files = std::collections::BTreeMap<String, String>;

fn telescrub() -> Command {
    let mut command = Command::cargo_bin("telescrub").unwrap();
    command.args(["--now", common::TODAY]);
    command
}

/// What a command says, given that it succeeds.
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    String::from_utf8(output.stdout).unwrap()
}

/// Scrubs a file and gives back what was written.
fn scrub(input: &Path, arguments: &[&str]) -> Files {
    let folder = tempfile::tempdir().unwrap();
    said(
        telescrub()
            .args(["scrub", "--quiet", "--out"])
            .arg(folder.path())
            .arg(input)
            .args(arguments),
    );
    let stem = input.file_stem().unwrap().to_str().unwrap();
    std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let kind = name.strip_prefix(&format!("{stem}.")).unwrap().to_owned();
            (kind, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path)
}

/// A night of claims with rejected, warned and unchecked ones among them.
fn night() -> PathBuf {
    fixture("nights/first.837")
}

/// A number of the manifest, by its path.
fn count(files: &Files, pointer: &str) -> u64 {
    let manifest: serde_json::Value = serde_json::from_str(&files["manifest.json"]).unwrap();
    manifest.pointer(pointer).unwrap().as_u64().unwrap()
}
