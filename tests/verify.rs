//! `telescrub verify` and `scrub --verify`: what they prove, and what they don't let pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::path::{Path, PathBuf};

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::{Value, json};
use telescrub::emit::manifest::Manifest;

const NIGHT: &str = include_str!("../fixtures/nights/first.837");

/// Scrubs a text in a folder, with its proof, and leaves the manifest's path.
fn run(folder: &Path, text: &str, flags: &[&str]) -> PathBuf {
    std::fs::write(folder.join("night.837"), text).unwrap();
    let output = cargo_bin_cmd!("telescrub")
        .current_dir(folder)
        .args(["scrub", "night.837", "--out", ".", "--now", common::TODAY])
        .args(["--quiet", "--verify"])
        .args(flags)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{error}");
    folder.join("night.manifest.json")
}

fn verify(manifest: &Path) -> Result<String, String> {
    telescrub::verify::manifest(manifest, None)
        .map(|report| report.to_string())
        .map_err(|error| error.to_string())
}

/// Changes the manifest and seals it again, as one who means to deceive would.
fn change(manifest: &Path, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&std::fs::read(manifest).unwrap()).unwrap();
    change(&mut value);
    let mut changed: Manifest = serde_json::from_value(value).unwrap();
    changed.seal = changed.right_seal().unwrap();
    std::fs::write(manifest, serde_json::to_vec(&changed).unwrap()).unwrap();
}

#[test]
fn a_run_is_proved_with_its_input() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = run(folder.path(), NIGHT, &["--fix", "--zstd"]);
    let report = verify(&manifest).unwrap();
    for told in [
        "every claim that came in went out once: 40 claims with $7941.00",
        "is the input of the run, with 40 claims",
        "findings, as the manifest counts them",
    ] {
        assert!(report.contains(told), "{report}");
    }
}

#[test]
fn what_was_not_asked_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = run(folder.path(), NIGHT, &[]);
    std::fs::remove_file(folder.path().join("night.837")).unwrap();
    let report = verify(&manifest).unwrap();
    assert!(report.contains("\nnot asked: the input,"), "{report}");

    let input = folder.path().join("letter.txt");
    std::fs::write(&input, "Dear Sir").unwrap();
    let mut scrub = cargo_bin_cmd!("telescrub");
    scrub
        .arg("scrub")
        .arg(&input)
        .arg("--out")
        .arg(folder.path());
    assert_eq!(scrub.output().unwrap().status.code(), Some(3));
    let manifest = folder.path().join("letter.manifest.json");
    let report = verify(&manifest).unwrap();
    let refused = "proved: no claim went out, for the input was refused: ENV001";
    assert!(report.starts_with(refused), "{report}");
    let told: Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    assert_eq!(
        told["totals"]["in"],
        json!({"claims": 0, "charges": "0.00"})
    );
}

#[test]
fn any_change_to_a_manifest_breaks_its_seal() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = run(folder.path(), NIGHT, &[]);
    let text = std::fs::read_to_string(&manifest).unwrap();
    for (from, to) in [
        ("\"policy\": \"", "\"policy\": \"x"),
        ("\"today\": \"2026", "\"today\": \"2025"),
        ("\"run\": \"", "\"run\": \"0"),
        ("\"verified\": true", "\"verified\": false"),
        ("\"warn\": 0", "\"warn\": 1"),
    ] {
        let altered = text.replacen(from, to, 1);
        assert_ne!(altered, text, "{from}");
        std::fs::write(&manifest, altered).unwrap();
        let error = verify(&manifest).unwrap_err();
        assert!(error.contains("altered"), "{from}: {error}");
    }
    std::fs::write(&manifest, text.replacen('{', "{\"more\": 1,", 1)).unwrap();
    assert!(verify(&manifest).is_err());
}

#[test]
fn a_manifest_that_does_not_fit_its_files_is_found_out() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 15] = [
        ("held", |told| told["totals"]["held"]["claims"] = json!(1)),
        ("warned", |told| {
            told["totals"]["warned"]["claims"] = json!(9);
        }),
        ("in", |told| told["totals"]["in"]["claims"] = json!(41)),
        ("dollars", |told| {
            told["totals"]["clean"]["charges"] = json!("1.00");
        }),
        ("sum", |told| {
            told["claims"]["in"] = json!("0".repeat(32));
        }),
        ("a fix that was none", |told| {
            told["claims"]["fixed"] = json!(["1".repeat(32), "1".repeat(32)]);
        }),
        ("rules", |told| {
            told["rules"]["TEL104"]["reject"] = json!(3);
        }),
        ("answers", |told| {
            told["acknowledgements"]["accepted"]["claims"] = json!(3);
        }),
        ("input", |told| told["input"]["groups"] = json!(2)),
        ("no findings", |told| {
            told["outputs"].as_object_mut().unwrap().remove("findings");
        }),
        ("no rejects", |told| {
            told["outputs"].as_object_mut().unwrap().remove("rejects");
        }),
        ("no 999", |told| {
            told["outputs"].as_object_mut().unwrap().remove("999");
        }),
        ("another folder", |told| {
            told["outputs"]["clean"]["file"] = json!("../night.clean.837");
        }),
        ("what a set of the rejects holds", |told| {
            told["control_numbers"][0]["content"] = json!("0".repeat(32));
        }),
        ("another run", |told| {
            told["outputs"]["clean"]["file"] = json!("other.clean.837");
        }),
    ];
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("run");
    std::fs::create_dir(&folder).unwrap();
    for (name, alter) in changes {
        let manifest = run(&folder, NIGHT, &[]);
        let clean = folder.join("night.clean.837");
        for copy in ["night.clean.837", "run/other.clean.837"] {
            std::fs::copy(&clean, outer.path().join(copy)).unwrap();
        }
        assert!(verify(&manifest).is_ok());
        change(&manifest, alter);
        assert!(verify(&manifest).is_err(), "{name}");
    }
}

#[test]
fn a_claim_swapped_for_another_of_the_same_charge_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = run(folder.path(), NIGHT, &[]);
    let clean = folder.path().join("night.clean.837");
    let text = std::fs::read_to_string(&clean).unwrap();
    // The same size, charge and counts: only the claim is another.
    let swapped = text.replacen("CLM*LA000000001*", "CLM*LA000000009*", 1);
    assert_ne!(swapped, text);
    std::fs::write(&clean, &swapped).unwrap();
    change(&manifest, |told| {
        let hash = blake3::hash(swapped.as_bytes()).to_string();
        told["outputs"]["clean"]["blake3"] = json!(hash);
    });
    let error = verify(&manifest).unwrap_err();
    assert!(error.contains("not those that came in"), "{error}");
}

#[test]
fn rejects_that_the_second_parser_cannot_read_are_proved_by_the_first() {
    let claim = NIGHT.find("HI*ABK").unwrap();
    let cut = NIGHT.rfind("*Y*A*Y*Y~").unwrap();
    for (name, text) in [
        ("an empty segment", NIGHT.replacen("~\nHI*", "~~\nHI*", 1)),
        ("no elements", NIGHT.replacen("HI*ABK", "NTE~\nHI*ABK", 1)),
        (
            "white space beside an identifier",
            NIGHT.replacen("HI*ABK", "\u{b}ST*837*0001~\nHI*ABK", 1),
        ),
        ("bytes that are no text", {
            let (start, end) = NIGHT.split_at(claim);
            format!("{start}NTE*ADD*\u{7}\u{1c}~\n{end}")
        }),
        ("cut in a CLM", NIGHT[..cut].to_owned()),
        ("cut behind CLM", {
            let at = NIGHT[..cut].rfind("CLM*").unwrap();
            NIGHT[..at + 3].to_owned()
        }),
        ("cut in a charge", {
            let at = NIGHT[..cut].rfind("CLM*").unwrap();
            NIGHT[..at + 18].to_owned()
        }),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let manifest = run(folder.path(), &text, &[]);
        let report = verify(&manifest).unwrap_or_else(|error| panic!("{name}: {error}"));
        let unread = report.contains("the second cannot read");
        let expected = [
            "an empty segment",
            "no elements",
            "white space beside an identifier",
            "cut behind CLM",
        ]
        .contains(&name);
        if cfg!(feature = "edi") {
            assert_eq!(unread, expected, "{name}: {report}");
        }
    }
}
