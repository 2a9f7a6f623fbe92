//! Fixes in a rerun.

use serde_json::Value;

use crate::{Desk, common, spec};

/// A night in which two claims have a point in their first diagnosis code: its rejects.
fn two_with_points(desk: &Desk) -> String {
    let night = String::from_utf8(common::generated(&spec(12, 0.0)).0).unwrap();
    let mut count = 0;
    let night: String = night
        .split_inclusive('~')
        .map(|segment| {
            let at = segment.find("ABK:").filter(|_| segment.contains("HI*"));
            count += usize::from(at.is_some());
            match at {
                Some(at) if count % 6 == 2 => {
                    let (before, behind) = segment.split_at(at + "ABK:M54".len());
                    format!("{before}.{behind}")
                }
                _ => segment.to_owned(),
            }
        })
        .collect();
    desk.run("scrub", &desk.write("night.837", night), "one", &[]);
    desk.read("one/night.rejects.837")
}

fn standings(report: &Value) -> Vec<[&str; 2]> {
    let claims = report["claims"].as_array().unwrap();
    claims
        .iter()
        .map(|claim| ["standing", "fixed_by"].map(|name| claim[name].as_str().unwrap_or_default()))
        .collect()
}

#[test]
fn a_claim_that_a_fix_mends_is_told_as_fixed_by_it() {
    let desk = Desk::new();
    let rejects = two_with_points(&desk);
    let input = desk.write("back.837", &rejects);
    let manifest = desk.path("one/night.manifest.json");
    let manifest = ["--manifest", manifest.to_str().unwrap()];
    desk.run("rerun", &input, "left", &manifest);
    let left = desk.report("left/back.rerun.json");
    assert_eq!(standings(&left), [["still_failing", ""]; 2]);
    desk.run(
        "rerun",
        &input,
        "mended",
        &[&manifest[..], &["--fix", "--verify"]].concat(),
    );
    let mended = desk.report("mended/back.rerun.json");
    assert_eq!(standings(&mended), [["fixed", "fix"]; 2]);
    assert!(!desk.path("mended/back.rejects.837").exists());
}

#[test]
fn a_rerun_answers_for_rejects_that_are_left_when_asked_to() {
    let desk = Desk::new();
    let rejects = two_with_points(&desk);
    let input = desk.write("one/back.837", &rejects);
    for (more, status) in [
        (&["--fail-on", "reject"][..], 1),
        (&["--fail-on", "reject", "--fix"], 0),
        (&[], 0),
    ] {
        let output = desk.command("rerun", &input, "two", more).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{more:?}: {said}");
    }
}

#[test]
fn rejects_that_a_ledger_has_seen_run_again_are_left_as_they_were() {
    let desk = Desk::new();
    two_with_points(&desk);
    let ledger = desk.path("ledger.db");
    let ledger = ["--ledger", ledger.to_str().unwrap()];
    desk.run("scrub", &desk.path("night.837"), "three", &ledger);
    let input = desk.write("back.837", desk.read("three/night.rejects.837"));
    // The second time its outputs stay, and so do its rejects.
    for _ in 0..2 {
        let more = [&ledger[..], &["--fail-on", "reject"]].concat();
        let output = desk.command("rerun", &input, "four", &more).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
    }
}
