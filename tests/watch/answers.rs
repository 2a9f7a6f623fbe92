//! What is answered, and where the answers lie.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::*;

#[test]
fn each_file_is_scrubbed_answered_and_archived() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..4);
    folder.once();
    check(&folder, &claims, "plain");
    let day = fs::read_dir(folder.at("archive"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let archived = fs::read_dir(day.path()).unwrap().count();
    assert_eq!(archived, 8, "four inputs with their manifests");
}

#[test]
fn an_answer_that_was_not_fetched_is_not_overwritten() {
    let folder = Drop::new();
    for seed in 0..3 {
        fs::write(folder.at("inbox/claims.837"), night(seed)).unwrap();
        folder.once();
    }
    let clean: Vec<String> = folder
        .names("outbox")
        .into_iter()
        .filter(|name| name.ends_with("clean.837"))
        .collect();
    assert_eq!(
        clean,
        [
            "claims-2.clean.837",
            "claims-3.clean.837",
            "claims.clean.837"
        ]
    );
}

#[test]
fn corrected_rejects_are_told_claim_by_claim() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    folder.once();
    let rejects = fs::read(folder.at("outbox/night-0.rejects.837")).unwrap();
    let mut rejected = BTreeMap::new();
    count(&rejects, &mut rejected);
    assert!(!rejected.is_empty());
    fs::write(folder.at("rerun/corrected.837"), rejects).unwrap();
    folder.once();
    let report = fs::read(folder.at("outbox/corrected.rerun.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let told = report["claims"].as_array().unwrap();
    assert_eq!(told.len(), rejected.len());
    for claim in told {
        assert!(rejected.contains_key(claim["claim_id"].as_str().unwrap()));
        assert_eq!(claim["standing"], "still_failing");
    }
    assert_eq!(folder.published(".clean.837"), claims.good);

    // A file that comes from no run is scrubbed like any other.
    fs::write(folder.at("rerun/stranger.837"), night(5)).unwrap();
    folder.once();
    assert!(folder.at("outbox/stranger.clean.837").is_file());
    assert!(!folder.at("outbox/stranger.rerun.json").exists());
}

#[test]
fn corrected_rejects_of_two_runs_in_one_file_are_not_taken_for_those_of_one() {
    let folder = Drop::new();
    fill(&folder, 0..2);
    folder.once();
    let rejects = |at| fs::read(folder.at(&format!("outbox/night-{at}.rejects.837"))).unwrap();
    let merged = [rejects(0), rejects(1)].concat();
    fs::write(folder.at("rerun/merged.837"), merged).unwrap();
    folder.once();
    assert!(!folder.at("outbox/merged.manifest.json").exists());
    let why = fs::read_to_string(folder.at("quarantine/merged.837.why.txt")).unwrap();
    assert!(why.contains("rejects of more than one run"), "{why}");
}

#[test]
fn rejects_of_a_wrong_count_go_on_once_their_set_has_another_number() {
    let folder = Drop::new();
    let night = String::from_utf8(night(0))
        .unwrap()
        .replace("~SE*", "~SE*9");
    fs::write(folder.at("inbox/night.837"), night).unwrap();
    folder.once();
    let rejects = fs::read_to_string(folder.at("outbox/night.rejects.837")).unwrap();
    let mut all = BTreeMap::new();
    count(rejects.as_bytes(), &mut all);
    let standings = |name: &str| {
        let report = fs::read(folder.at(&format!("outbox/{name}.rerun.json"))).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
        report["totals"].to_string()
    };
    fs::write(folder.at("rerun/untouched.837"), &rejects).unwrap();
    folder.once();
    assert_eq!(
        standings("untouched"),
        format!("{{\"still_failing\":{}}}", all.len())
    );
    assert!(!folder.at("outbox/untouched.clean.837").exists());

    let mut checked = rejects.clone();
    let sets = rejects.split('~').map(str::trim_start);
    for set in sets.filter(|segment| segment.starts_with("ST*")) {
        let given = set.split('*').nth(2).unwrap();
        checked = checked.replace(&format!("*{given}"), &format!("*77{given}"));
    }
    fs::write(folder.at("rerun/checked.837"), checked).unwrap();
    folder.once();
    let totals: serde_json::Value = serde_json::from_str(&standings("checked")).unwrap();
    assert!(totals["fixed"].as_u64().unwrap() > 0, "{totals}");
    assert!(folder.at("outbox/checked.clean.837").is_file());
}

#[test]
fn outputs_are_proven_before_they_are_published() {
    for (more, verified) in [("", true), ("verify = false\n", false)] {
        let folder = Drop::new();
        folder.configure(more);
        fill(&folder, 0..1);
        folder.once();
        let manifest = fs::read(folder.at("outbox/night-0.manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        assert_eq!(manifest["verified"], verified);
    }
}

#[test]
fn the_group_of_the_outbox_may_read_its_answers_where_that_is_wanted() {
    let folder = Drop::new();
    fill(&folder, 0..1);
    folder.once();
    folder.configure("output_mode = \"0640\"\n");
    let outbox = folder.at("outbox");
    // Only root may give files away to any group.
    let root = fs::metadata(&outbox).unwrap().uid() == 0;
    if root {
        std::os::unix::fs::chown(&outbox, None, Some(4_242)).unwrap();
    }
    fill(&folder, 1..2);
    fs::write(folder.at("inbox/other.837"), "no claims").unwrap();
    folder.once();
    let group = fs::metadata(&outbox).unwrap().gid();
    let mut seen = [0, 0];
    for name in folder.names("outbox") {
        let file = fs::metadata(outbox.join(&name)).unwrap();
        let new = name.starts_with("night-1.");
        let expected = if new { 0o640 } else { 0o600 };
        assert_eq!(file.permissions().mode() & 0o777, expected, "{name}");
        assert!(!new || file.gid() == group, "{name}");
        seen[usize::from(new)] += 1;
    }
    assert!(seen[0] >= 6 && seen[1] >= 6, "{seen:?}");
    let why = fs::metadata(folder.at("quarantine/other.837.why.txt")).unwrap();
    assert_eq!(why.permissions().mode() & 0o777, 0o640);
}

#[test]
fn quarantine_says_why_and_what_to_do() {
    let folder = Drop::new();
    for _ in 0..2 {
        fs::write(folder.at("inbox/letter.txt"), "Dear Sir or Madam").unwrap();
        fs::write(folder.at("inbox/claims.zip"), b"PK\x03\x04 and so on").unwrap();
        folder.once();
    }
    let names = folder.names("quarantine");
    assert_eq!(names.len(), 8, "never over another: {names:?}");
    for name in ["letter.txt", "letter-2.txt", "claims.zip", "claims-2.zip"] {
        let why = fs::read_to_string(folder.at(&format!("quarantine/{name}.why.txt"))).unwrap();
        let lines: Vec<&str> = why.lines().collect();
        let sent = name.replace("-2", "");
        assert_eq!(lines[0], format!("file: {sent}"));
        assert!(lines[1].starts_with("why: ENV001: "), "{why}");
        assert!(lines[2].starts_with("what to do: "), "{why}");
        assert_eq!(why.matches(&sent).count(), 1, "{why}");
    }
}

#[test]
fn small_files_and_a_large_one_are_answered_in_one_go() {
    let folder = Drop::new();
    let mut claims = fill(&folder, 0..20);
    let (large, _) = common::generated(&Spec {
        claims: 15_500,
        bad_percent: 0.0,
        seed: 77,
        ..common::spec()
    });
    let large = String::from_utf8(large)
        .unwrap()
        .replace("CLM*", "CLM*LARGE-")
        .replace("*000000001*0*P*", "*000000900*0*P*")
        .replace("IEA*1*000000001", "IEA*1*000000900");
    assert!(large.len() > 8 << 20, "{}", large.len());
    count(large.as_bytes(), &mut claims.all);
    fs::write(folder.at("inbox/large.837"), large).unwrap();
    folder.once();
    let mut published = folder.published(".clean.837");
    for (claim, times) in folder.published(".rejects.837") {
        *published.entry(claim).or_default() += times;
    }
    assert_eq!(published, claims.all);
    let ledger = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
        .args(["stats", "--format", "json", "--ledger"])
        .arg(folder.at("../.telescrub/ledger.db"))
        .output()
        .unwrap();
    let told = String::from_utf8(ledger.stdout).unwrap();
    assert!(told.contains(&claims.all.len().to_string()), "{told}");
}

/// A night of 40 claims, 4 of them under a policy that is not known.
const NIGHT: &str = include_str!("../../fixtures/nights/first.837");

#[test]
fn held_claims_that_come_in_by_the_box_of_reruns_are_held_again() {
    let folder = Drop::new();
    folder.once();
    let night = folder.folder.path().join("night.837");
    fs::write(&night, NIGHT).unwrap();
    let out = folder.folder.path().join("out");
    let mut scrub = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"));
    scrub
        .args(["scrub", "-q", "--now", common::TODAY, "--unchecked", "hold"])
        .arg("--ledger")
        .arg(folder.at("../.telescrub/ledger.db"))
        .arg("--out")
        .args([&out, &night]);
    assert!(scrub.status().unwrap().success());
    fs::copy(out.join("night.held.837"), folder.at("rerun/held.837")).unwrap();
    folder.once();
    assert_eq!(folder.published(".held.837").len(), 4);
    assert_eq!(folder.published(".clean.837"), BTreeMap::new());
}

#[test]
fn two_copies_of_a_claim_that_come_at_once_go_out_once() {
    let folder = Drop::new();
    let night = String::from_utf8(night(0)).unwrap();
    // CLM06 takes Y or N.
    let at = night.find(":B:1*Y*").unwrap();
    let faulty = format!("{}:B:1*Q*{}", &night[..at], &night[at + 7..]);
    fs::write(folder.at("inbox/night.837"), faulty).unwrap();
    folder.once();
    let rejects = fs::read_to_string(folder.at("outbox/night.rejects.837")).unwrap();
    let from = rejects.find("*Q*").unwrap();
    let id = rejects[..from].rsplit("CLM*").next().unwrap();
    let id = id.split('*').next().unwrap();
    let corrected = rejects.replace("*Q*", "*Y*");
    // The day of service of the other one is another.
    let at = corrected.find(&format!("CLM*{id}*")).unwrap();
    let at = at + corrected[at..].find("DTP*472*D8*").unwrap() + "DTP*472*D8*".len();
    let day: u32 = corrected[at..at + 8].parse().unwrap();
    let other = if day % 100 > 1 { day - 1 } else { day + 1 };
    let mut edited = corrected.clone();
    edited.replace_range(at..at + 8, &other.to_string());
    // Each in an interchange of its own.
    let isa = corrected.split('*').nth(13).unwrap();
    let edited = edited.replace(isa, "777777777");
    fs::write(folder.at("rerun/one.837"), &corrected).unwrap();
    fs::write(folder.at("rerun/two.837"), edited).unwrap();
    folder.once();
    assert_eq!(folder.published(".clean.837").get(id), Some(&1));
}
