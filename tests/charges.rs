//! Charges add up exactly, however large: totals that stop at an end of their range would
//! agree whatever was lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use telescrub::generate::{Mix, Spec};

/// The largest charge in whole dollars. With cents, what the claims add up to would have
/// more digits than an amount of the 277CA.
const MOST: &str = "999999999999999";

/// Claims of one payer in person, each of this charge, all of it on its first line. Every
/// fourth says a dollar less in CLM02, which rejects it.
fn batch(claims: u64) -> String {
    let spec = Spec {
        claims,
        telehealth_percent: 0,
        payers: Mix {
            medicare: 1,
            medicaid: 0,
            commercial: 0,
            ..Mix::default()
        },
        ..common::spec()
    };
    let text = String::from_utf8(common::generated(&spec).0).unwrap();
    let (mut claim, mut first) = (0, false);
    let segments = text.split('~').map(|segment| {
        let mut elements: Vec<&str> = segment.split('*').collect();
        match elements[0] {
            "CLM" => {
                (claim, first) = (claim + 1, true);
                elements[2] = if claim % 4 == 0 {
                    "999999999999998"
                } else {
                    MOST
                };
            }
            "SV1" => {
                elements[2] = if std::mem::replace(&mut first, false) {
                    MOST
                } else {
                    "0"
                }
            }
            _ => {}
        }
        elements.join("*")
    });
    segments.collect::<Vec<_>>().join("~")
}

fn telescrub(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_telescrub"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}");
    output.stdout
}

#[test]
fn totals_of_the_largest_charges_are_exact() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // 92 such charges are more than 64 bits hold as cents.
    std::fs::write(folder.join("in.837"), batch(400)).unwrap();
    // No payer takes that much; what adds up to it is to be right all the same.
    let lenient = "[rules.BAL004]\nseverity = \"warn\"\n";
    std::fs::write(folder.join("lenient.toml"), lenient).unwrap();
    let scrub = [
        "scrub",
        "--config",
        "lenient.toml",
        "in.837",
        "--out",
        "out",
        "--now",
        common::TODAY,
        "--ledger",
        "ledger.db",
        "--verify",
        "--format",
        "json",
    ];
    let screen: Value = serde_json::from_slice(&telescrub(folder, &scrub)).unwrap();
    let manifest = std::fs::read(folder.join("out/in.manifest.json")).unwrap();
    let totals = serde_json::from_slice::<Value>(&manifest).unwrap()["totals"].take();
    let expected = [
        ("in", "399999999999999500.00"),
        ("clean", "299999999999999700.00"),
        ("rejected", "99999999999999800.00"),
    ];
    for (name, charges) in expected {
        assert_eq!(totals[name]["charges"], charges, "{name}");
    }
    assert_eq!(
        screen["clean"]["charges"], totals["clean"]["charges"],
        "{screen}"
    );

    let answer =
        String::from_utf8(std::fs::read(folder.join("out/in.277ca.edi")).unwrap()).unwrap();
    assert!(answer.contains("~\nAMT*YU*299999999999999700~\nAMT*YY*99999999999999800~\n"));

    telescrub(folder, &["verify", "out/in.manifest.json"]);

    let stats = telescrub(
        folder,
        &["stats", "--ledger", "ledger.db", "--format", "json"],
    );
    let stats: Value = serde_json::from_slice(&stats).unwrap();
    assert_eq!(
        stats["claims"][0]["accepted_dollars"],
        totals["clean"]["charges"]
    );
    assert_eq!(
        stats["claims"][0]["held_dollars"],
        totals["rejected"]["charges"]
    );
    assert_eq!(
        stats["rules"][0]["held_dollars"],
        totals["rejected"]["charges"]
    );
}

#[test]
fn a_total_that_no_277ca_can_say_refuses_the_file_unless_none_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("in.837"), batch(1_001)).unwrap();
    let run = |more: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_telescrub"))
            .args(["scrub", "in.837", "--out", "out", "--verify"])
            .args(["--now", common::TODAY])
            .args(more)
            .current_dir(folder)
            .output()
            .unwrap()
    };
    let refused = run(&[]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(3), "{told}");
    assert!(
        told.contains("an amount of the 277CA has 18 digits at most"),
        "{told}"
    );
    assert!(!told.contains("please report"), "{told}");
    assert!(
        std::fs::read_dir(folder.join("out"))
            .unwrap()
            .next()
            .is_none()
    );
    let output = run(&["--no-acknowledgements"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}
