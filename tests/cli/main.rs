//! The program from outside: what it says, what it leaves, how it exits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

#[path = "../common/mod.rs"]
mod common;

mod deaths;
mod disk;
mod flags;
mod inputs;
mod memory;
mod refusals;
mod screen;
mod stale;

use std::os::unix::process::CommandExt as _;
use std::path::Path;

use assert_cmd::Command;

fn telescrub() -> Command {
    let mut command = Command::cargo_bin("telescrub").unwrap();
    command.env("NO_COLOR", "1");
    command
}

/// Scrubs these inputs into a folder and returns the exit status and what was said on
/// standard output and standard error.
fn scrub_into(out: &Path, inputs: &[&Path], more: &[&str]) -> (i32, String, String) {
    let output = telescrub()
        .args(["scrub", "--now", common::TODAY, "--out"])
        .arg(out)
        .args(inputs)
        .args(more)
        .timeout(std::time::Duration::from_secs(120))
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// The program, run by a user who owns nothing: root may read and write all. A copy of it
/// is put where that user can reach it.
fn as_nobody(reachable: &Path) -> std::process::Command {
    let program = reachable.join("telescrub");
    std::fs::copy(env!("CARGO_BIN_EXE_telescrub"), &program).unwrap();
    let mut command = std::process::Command::new(program);
    let id = std::process::Command::new("id").arg("-u").output().unwrap();
    if id.stdout == b"0\n" {
        command.uid(65_534).gid(65_534);
    }
    command
}

/// Writes a file, and the folders above it.
fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// Names in a folder that may not be there, in order.
fn left_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Scrubs these bytes and returns the exit status, what was said, and the files left.
fn scrub(name: &str, bytes: &[u8]) -> (i32, String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join(name);
    std::fs::write(&input, bytes).unwrap();
    let out = folder.path().join("out");
    let output = telescrub()
        .args(["scrub", "--now", common::TODAY, "--quiet", "--out"])
        .arg(&out)
        .arg(&input)
        .timeout(std::time::Duration::from_secs(120))
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
        left_in(&out),
    )
}

fn small() -> Vec<u8> {
    common::generated(&telescrub::generate::Spec {
        claims: 6,
        claims_per_set: 3,
        ..common::spec()
    })
    .0
}

/// The input with one piece of text replaced.
fn with(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(small()).unwrap();
    assert!(text.contains(from), "{from} is not in the input");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn exit_statuses_are_those_of_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let bad = common::generated(&telescrub::generate::Spec {
        claims: 20,
        bad_percent: 50.0,
        ..common::spec()
    })
    .0;
    let input = folder.path().join("bad.837");
    std::fs::write(&input, bad).unwrap();
    let run = |arguments: &[&str]| {
        telescrub()
            .args(arguments)
            .arg(&input)
            .output()
            .unwrap()
            .status
            .code()
            .unwrap()
    };
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    assert_eq!(run(&["scrub", "--now", common::TODAY, "--out", out]), 0);
    assert_eq!(
        run(&[
            "scrub",
            "--now",
            common::TODAY,
            "--fail-on",
            "reject",
            "--out",
            out
        ]),
        1
    );
    // What is rejected around claims counts, though all claims are clean.
    let around = folder.path().join("around.837");
    put(&around, with("GS*HC", "NTE*ADD*nobody reads this~\nGS*HC"));
    let around = around.to_str().unwrap();
    let strict = ["--fail-on", "reject"];
    assert_eq!(scrub_into(Path::new(out), &[around.as_ref()], &[]).0, 0);
    assert_eq!(scrub_into(Path::new(out), &[around.as_ref()], &strict).0, 1);
    assert_eq!(run(&["scrub", "--now", "tomorrow", "--out", out]), 2);
    assert_eq!(run(&["scrub", "--out", "/proc/nowhere"]), 2);
    let gone = telescrub()
        .args(["scrub", "--out", out, "/vanished/night.837"])
        .output()
        .unwrap();
    assert_eq!(gone.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("/vanished/night.837"));
}

#[test]
fn a_level_that_was_fixed_stands_in_the_manifest_and_can_be_proved() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("night.837");
    let text = String::from_utf8(small()).unwrap();
    let number = text.find("REF*EI*").unwrap() + 9;
    put(&input, format!("{}-{}", &text[..number], &text[number..]));
    let (status, _, said) = scrub_into(folder.path(), &[&input], &["--fix", "--verify"]);
    assert_eq!(status, 0, "{said}");
    assert_eq!(
        std::fs::read(folder.path().join("night.clean.837")).unwrap(),
        small()
    );
    let manifest = folder.path().join("night.manifest.json");
    let read: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    let fixes = &read["fixes"];
    assert_eq!((&fixes["levels"], &fixes["claims"]), (&1.into(), &0.into()));
    assert_eq!(fixes["first"][0]["level"], "2000A");
    assert_eq!(fixes["first"][0]["element"], "REF02");
    let lines = std::fs::read_to_string(folder.path().join("night.fixes.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 1);
    let proof = telescrub().arg("verify").arg(&manifest).output().unwrap();
    assert!(
        proof.status.success(),
        "{}",
        String::from_utf8_lossy(&proof.stderr)
    );
}

#[test]
fn a_run_can_be_proved_again_until_a_byte_changes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("night.837"), small()).unwrap();
    let run = |arguments: &[&str]| {
        telescrub()
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .unwrap()
    };
    assert!(
        run(&["scrub", "--now", common::TODAY, "night.837", "--out", "."])
            .status
            .success()
    );
    let proof = run(&["verify", "night.manifest.json"]);
    assert!(proof.status.success());
    assert!(String::from_utf8_lossy(&proof.stdout).contains("is the input of the run"));
    let clean = folder.path().join("night.clean.837");
    let mut bytes = std::fs::read(&clean).unwrap();
    bytes[500] ^= 1;
    std::fs::write(&clean, bytes).unwrap();
    assert_eq!(
        run(&["verify", "night.manifest.json"]).status.code(),
        Some(1)
    );
}
