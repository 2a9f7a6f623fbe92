//! Corrected rejects, run again: what became of each claim, and the editor's loop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

#[path = "../common/mod.rs"]
mod common;

mod accepted;
mod around;
mod copies;
#[allow(dead_code)] // what holds of a scrub is asked by another test
#[path = "../damage/mod.rs"]
mod damage;
mod damaged;
mod edited;
mod inputs;
mod levels;
mod mended;
mod several;
mod unchecked;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use serde_json::Value;
use telescrub::generate::{Fault, Spec};

/// A folder in which nights are scrubbed and run again.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Runs `telescrub` on a file with the output folder `out`.
    fn run(&self, command: &str, input: &Path, out: &str, more: &[&str]) {
        let output = self.command(command, input, out, more).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {said}");
    }

    fn command(&self, command: &str, input: &Path, out: &str, more: &[&str]) -> Command {
        let mut telescrub = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"));
        telescrub
            .args([
                command,
                "-q",
                "--now",
                common::TODAY,
                "--threads",
                "1",
                "--out",
            ])
            .arg(self.path(out))
            .arg(input)
            .args(more);
        telescrub
    }

    /// Runs a file again and says what it told: exit status, standard output and error.
    fn told(&self, input: &Path, out: &str, more: &[&str]) -> (i32, String, String) {
        let output = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
            .args(["rerun", "--now", common::TODAY, "--out"])
            .args([&self.path(out), input])
            .args(more)
            .output()
            .unwrap();
        let [out, err] =
            [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap());
        (output.status.code().unwrap(), out, err)
    }

    fn report(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// Claims of a report by CLM01: standing, rules then, rules now.
    fn standings(&self, name: &str) -> BTreeMap<String, String> {
        let report = self.report(name);
        let claims = report["claims"].as_array().unwrap();
        let standing = |claim: &Value| {
            let id = claim["claim_id"].as_str().unwrap_or("?").to_owned();
            (id, claim["standing"].as_str().unwrap().to_owned())
        };
        claims.iter().map(standing).collect()
    }
}

fn spec(claims: u64, bad_percent: f64) -> Spec {
    Spec {
        claims,
        claims_per_set: 6,
        bad_percent,
        ..common::spec()
    }
}

/// The night with every so many claims sent twice over: the second time under a CLM01 of
/// its own, or byte for byte.
fn with_twins(night: &str, every: usize) -> String {
    let segments: Vec<&str> = night.split_inclusive('~').collect();
    let starts = |segment: &str, ids: &[&str]| {
        let id = segment.trim_start().split('*').next().unwrap_or_default();
        ids.contains(&id)
    };
    let mut out: Vec<String> = Vec::new();
    let (mut count, mut since_st, mut claim) = (0, 0, Vec::<&str>::new());
    for segment in segments {
        if starts(segment, &["HL", "CLM", "SE"]) && !claim.is_empty() {
            count += 1;
            if count % every == 0 {
                since_st += claim.len();
                let mut twin = claim.concat();
                if count % (2 * every) == 0 {
                    twin = twin.replacen("CLM*", "CLM*T", 1);
                }
                out.push(twin);
            }
            claim.clear();
        }
        since_st = if starts(segment, &["ST"]) {
            1
        } else {
            since_st + 1
        };
        if starts(segment, &["CLM"]) || !claim.is_empty() {
            claim.push(segment);
        }
        if starts(segment, &["SE"]) {
            let number = segment.rsplit('*').next().unwrap();
            out.push(format!("SE*{since_st}*{number}"));
        } else {
            out.push(segment.to_owned());
        }
    }
    out.concat()
}

/// Faults that reject transaction sets for their envelopes, which a rejects file has right,
/// and others of envelopes.
const AROUND: [Fault; 7] = [
    Fault::SetCountWrong,
    Fault::SetControlMismatch,
    Fault::SetControlRepeated,
    Fault::GroupCountWrong,
    Fault::VersionOther,
    Fault::InterchangeControlMismatch,
    Fault::InterchangeTrailerMissing,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn untouched_rejects_still_fail_and_clean_claims_never(
        seed in any::<u64>(),
        claims in 10_u64..80,
        claims_per_set in 1_u64..20,
        twins in 0_usize..6,
        around in proptest::sample::subsequence(AROUND.to_vec(), 0..=AROUND.len()),
        ledger in any::<bool>(),
        fix in any::<bool>(),
    ) {
        let desk = Desk::new();
        let faults = Fault::claim_level().chain(around).collect();
        let night = Spec { seed, claims_per_set, faults, ..spec(claims, 60.0) };
        let night = String::from_utf8(common::generated(&night).0).unwrap();
        let night = if twins > 0 { with_twins(&night, twins) } else { night };
        let night = desk.write("night.837", night);
        let ledger_file = desk.path("ledger.db");
        let with_ledger = ["--ledger", ledger_file.to_str().unwrap()];
        let more = if ledger { &with_ledger[..] } else { &[] };
        let fixing = if fix { &["--fix"][..] } else { &[] };
        desk.run("scrub", &night, "one", &[more, fixing].concat());
        let rejects = desk.path("one/night.rejects.837");
        prop_assume!(rejects.is_file());
        let manifest = desk.report("one/night.manifest.json");
        let rejected = manifest["totals"]["rejected"]["claims"].as_u64();

        // Whether it is run again once, or what then is rejected once more.
        desk.run("rerun", &rejects, "two", more);
        let again = desk.path("two/night.rejects.rejects.837");
        desk.run("rerun", &again, "again", more);
        for report in ["two/night.rejects.rerun.json", "again/night.rejects.rejects.rerun.json"] {
            let report = desk.report(report);
            prop_assert_eq!(report["totals"]["still_failing"].as_u64(), rejected, "{}", report);
            prop_assert_eq!(report["totals"].as_object().unwrap().len(), 1);
            for claim in report["claims"].as_array().unwrap() {
                prop_assert!(!claim["was"].as_array().unwrap().is_empty());
            }
        }

        // The outputs are those of a plain scrub, but that one knows no earlier run and no
        // twin that is elsewhere.
        let alone = twins == 0 && !desk.read("one/night.findings.jsonl").contains("DUP001");
        if alone && !ledger {
            desk.run("rerun", &rejects, "checked", &["--envelopes-checked"]);
            desk.run("scrub", &rejects, "plain", &[]);
            let found = desk.read("two/night.rejects.findings.jsonl");
            let for_themselves = !found.contains("nothing in the transaction set was changed since");
            // HL numbers of a set that was rejected as a whole are as they were; a rerun takes
            // them for an editor's.
            let numbers_wrong = desk.read("plain/night.rejects.findings.jsonl").contains("SYN013");
            for kind in ["clean.837", "rejects.837", "rejects.txt", "findings.jsonl"] {
                // Edited rejects get an interchange and a group of their own.
                let is_around = |segment: &&str| {
                    let id = segment.trim_start().split('*').next().unwrap_or_default();
                    kind == "clean.837" && ["ISA", "GS", "GE", "IEA"].contains(&id)
                };
                let of = |folder| {
                    let text = desk.read(&format!("{folder}/night.rejects.{kind}"));
                    let segments = text.split_inclusive('~').filter(|segment| !is_around(segment));
                    segments.collect::<String>()
                };
                prop_assert!(numbers_wrong || of("checked") == of("plain"), "{}", kind);
                prop_assert!(!for_themselves || of("two") == of("plain"), "{}", kind);
            }
        }

        if !desk.path("one/night.clean.837").is_file() {
            return Ok(());
        }
        desk.run("rerun", &desk.path("one/night.clean.837"), "three", &["--manifest", desk.path("one/night.manifest.json").to_str().unwrap()]);
        for standing in desk.standings("three/night.clean.rerun.json").values() {
            prop_assert!(matches!(standing.as_str(), "missing" | "accepted_already" | "still_failing"), "{}", standing);
        }
        let report = desk.report("three/night.clean.rerun.json");
        for claim in report["claims"].as_array().unwrap() {
            // A twin of one CLM01 with an accepted claim is told from it by nothing.
            let twin = claim["was"].as_array().unwrap().iter().any(|rule| rule == "DUP001");
            prop_assert!(claim["standing"] != "still_failing" || twin, "{}", claim);
        }
    }
}

#[test]
fn of_twins_that_are_the_same_byte_for_byte_one_goes_out() {
    let desk = Desk::new();
    let night = String::from_utf8(common::generated(&spec(18, 0.0)).0).unwrap();
    let right = with_twins(&night, 1);
    // Every claim twice, half of them byte for byte, in sets that are all counted wrong.
    let wrong = right.replace("~SE*", "~SE*9");
    desk.run("scrub", &desk.write("night.837", wrong), "one", &[]);
    let rejects = desk.path("one/night.rejects.837");
    desk.run("rerun", &rejects, "two", &["--envelopes-checked"]);
    let report = desk.report("two/night.rejects.rerun.json");
    assert_eq!(
        report["totals"],
        serde_json::json!({"fixed": 18, "newly_failing": 18})
    );
    for claim in report["claims"].as_array().unwrap() {
        let now = &claim["now"];
        let expected = if claim["standing"] == "fixed" {
            serde_json::json!([])
        } else {
            serde_json::json!(["DUP001"])
        };
        assert_eq!(*now, expected, "{claim}");
    }
}

/// A night of four rejected claims and the rejects in lines.
fn four_rejects(desk: &Desk) -> String {
    let night = common::generated(&spec(12, 0.0)).0;
    let night = String::from_utf8(night).unwrap();
    // CLM06 takes Y or N; claims 2, 5, 8 and 11 have neither.
    let mut count = 0;
    let night: String = night
        .split_inclusive('~')
        .map(|segment| {
            count += usize::from(segment.trim_start().starts_with("CLM*"));
            let mut elements: Vec<&str> = segment.split('*').collect();
            if count % 3 == 2 && segment.trim_start().starts_with("CLM*") {
                elements[6] = "Q";
            }
            elements.join("*")
        })
        .collect();
    desk.run(
        "scrub",
        &desk.write("night.837", night),
        "one",
        &["--rejects-lines"],
    );
    desk.read("one/night.rejects.837")
}

fn ids(text: &str) -> Vec<String> {
    text.split('~')
        .filter_map(|segment| segment.trim().strip_prefix("CLM*"))
        .map(|rest| rest.split('*').next().unwrap().to_owned())
        .collect()
}

/// The rejects without the lines from this claim's HL (or CLM) to the next.
fn without(text: &str, id: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let claim = lines
        .iter()
        .position(|line| line.starts_with(&format!("CLM*{id}*")))
        .unwrap();
    let from = lines[..claim]
        .iter()
        .rposition(|line| line.starts_with("HL*") && line.contains("*22*"))
        .unwrap();
    let ends = |line: &&str| {
        ["HL*", "CLM*", "SE*"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let to = claim + 1 + lines[claim + 1..].iter().position(ends).unwrap();
    [&lines[..from], &lines[to..]].concat().concat()
}

#[test]
fn a_biller_edits_the_rejects_and_each_claim_is_told() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let claims = ids(&rejects);
    assert_eq!(claims.len(), 4);
    assert!(rejects.lines().all(|line| line.ends_with('~')));
    let line = |id: &str| {
        let start = format!("CLM*{id}*");
        rejects
            .lines()
            .find(|line| line.starts_with(&start))
            .unwrap()
    };
    // The first is corrected, the second left, the third corrected and its charge spoilt,
    // the last taken out without care for counts; a stranger comes in.
    let (first, third) = (line(&claims[0]), line(&claims[2]));
    let spoilt: Vec<&str> = third.split('*').collect();
    let spoilt = third
        .replace("*Q*", "*Y*")
        .replace(&format!("*{}*", spoilt[2]), "*1.00*");
    let edited = without(&rejects, &claims[3])
        .replace(first, &first.replace("*Q*", "*Y*"))
        .replace(third, &spoilt);
    let as_saved = [
        edited.replace('\n', "\r\n"),
        edited.replace('\n', "  \n") + "\n \n",
        edited.trim_end().to_owned(),
        edited.trim_end().trim_end_matches('~').to_owned(),
        format!("\u{feff}{edited}"),
    ];
    for (at, text) in as_saved.iter().enumerate() {
        let name = format!("saved{at}");
        let input = desk.write(&format!("one/{name}.837"), text);
        desk.run("rerun", &input, &name, &["--verify"]);
        let standings = desk.standings(&format!("{name}/{name}.rerun.json"));
        let told: Vec<&str> = claims.iter().map(|id| standings[id].as_str()).collect();
        assert_eq!(
            told,
            ["fixed", "still_failing", "newly_failing", "missing"],
            "{name}"
        );
        let clean = desk.read(&format!("{name}/{name}.clean.837"));
        assert_eq!(ids(&clean), claims[..1]);
        // Counts and hierarchy are right again: a plain scrub finds nothing in it.
        let again = desk.write("again.837", &clean);
        desk.run("scrub", &again, "again", &[]);
        assert!(!desk.path("again/again.findings.jsonl").exists(), "{name}");
        assert_eq!(desk.read("again/again.clean.837"), clean);
    }
}

#[test]
fn rejects_edited_in_place_are_known_by_the_findings() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let claims = ids(&rejects);
    let edited = without(&rejects, &claims[3]).replacen("*Q*", "*Y*", 1);
    let input = desk.write("one/night.rejects.837", edited);
    desk.run("rerun", &input, "two", &[]);
    let standings = desk.standings("two/night.rejects.rerun.json");
    let told: Vec<&str> = claims.iter().map(|id| standings[id].as_str()).collect();
    assert_eq!(told, ["fixed", "still_failing", "still_failing", "missing"]);
}

#[test]
fn the_ledger_knows_the_run_when_its_files_are_gone_and_keeps_the_chain() {
    let desk = Desk::new();
    let ledger = desk.path("ledger.db");
    let ledger = ["--ledger", ledger.to_str().unwrap()];
    let rejects = four_rejects(&desk);
    let night = desk.path("night.837");
    desk.run("scrub", &night, "first", &ledger);
    let input = desk.write(
        "edit.837",
        desk.read("first/night.rejects.837")
            .replacen("*Q*", "*Y*", 1),
    );
    std::fs::remove_dir_all(desk.path("first")).unwrap();
    desk.run("rerun", &input, "second", &ledger);
    let standings = desk.standings("second/edit.rerun.json");
    let told: Vec<&str> = ids(&rejects)
        .iter()
        .map(|id| standings[id].as_str())
        .collect();
    assert_eq!(
        told,
        ["fixed", "still_failing", "still_failing", "still_failing"]
    );

    let input = desk.write(
        "edit2.837",
        desk.read("second/edit.rejects.837")
            .replacen("*Q*", "*Y*", 1),
    );
    desk.run("rerun", &input, "third", &ledger);
    let report = desk.report("third/edit2.rerun.json");
    let (second, first) = (&report["rerun_of"][0], &report["rerun_of"][1]);
    assert_eq!(&desk.report("second/edit.rerun.json")["run"], second);
    assert_eq!(&desk.report("second/edit.rerun.json")["rerun_of"][0], first);
    assert_eq!(report["rerun_of"].as_array().unwrap().len(), 2);
    assert_eq!(report["totals"]["fixed"], 1);
}
