//! Damaged files: whatever rejected their claims rejects them again.

use super::damage::{self, Dice, Sample};
use super::*;

#[test]
fn untouched_rejects_of_damaged_files_still_fail() {
    let mut failed = Vec::new();
    for seed in 0..50 {
        let mut dice = Dice(seed);
        let mut sample = Sample::generated(&mut dice);
        for _ in 0..=dice.below(3) {
            damage::damage(&mut sample, &mut dice);
        }
        let desk = Desk::new();
        let night = desk.write("night.837", &sample.bytes);
        let output = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
            .args(["scrub", "-q", "--now", common::TODAY, "--out"])
            .args([&desk.path("one"), &night])
            .output()
            .unwrap();
        let rejects = desk.path("one/night.rejects.837");
        if !output.status.success() || !rejects.is_file() {
            continue;
        }
        let output = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
            .args(["rerun", "-q", "--now", common::TODAY, "--out"])
            .args([&desk.path("two"), &rejects])
            .output()
            .unwrap();
        if !desk.path("two/night.rejects.rerun.json").is_file() {
            let said = String::from_utf8_lossy(&output.stderr);
            if said.contains(": ENV006: no 837P") {
                continue;
            }
            failed.push(format!(
                "seed {seed}: {}",
                String::from_utf8_lossy(&output.stderr)
            ));
            continue;
        }
        let report = desk.report("two/night.rejects.rerun.json");
        for claim in report["claims"].as_array().unwrap() {
            if claim["standing"] != "still_failing" {
                failed.push(format!("seed {seed}: {claim}"));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
