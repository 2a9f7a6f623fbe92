//! `--unchecked` and telescrub.toml in a scrub.

use super::{count, fixture, night, scrub, telescrub};

/// How often a rule rejects in a run.
fn rejects(files: &super::Files, rule: &str) -> u64 {
    let manifest: serde_json::Value = serde_json::from_str(&files["manifest.json"]).unwrap();
    manifest["rules"][rule]["reject"].as_u64().unwrap_or(0)
}

/// The identity of a run.
fn run(files: &super::Files) -> String {
    let manifest: serde_json::Value = serde_json::from_str(&files["manifest.json"]).unwrap();
    manifest["run"].as_str().unwrap().to_owned()
}

#[test]
fn unchecked_claims_go_where_they_are_sent_and_are_counted_by_themselves() {
    let clean = scrub(&night(), &[]);
    let unchecked = count(&clean, "/totals/unchecked/claims");
    assert!(unchecked > 0 && !clean.contains_key("held.837"));
    let claims = |files: &super::Files, kind: &str| {
        files
            .get(kind)
            .map_or(0, |text| text.matches("CLM*").count()) as u64
    };
    for (to, file) in [("hold", "held.837"), ("reject", "rejects.837")] {
        let moved = scrub(&night(), &["--unchecked", to, "--verify"]);
        assert_eq!(count(&moved, "/totals/unchecked/claims"), unchecked, "{to}");
        assert_eq!(
            claims(&moved, "clean.837"),
            claims(&clean, "clean.837") - unchecked,
            "{to}"
        );
        assert_eq!(
            claims(&moved, file),
            claims(&clean, file) + unchecked,
            "{to}"
        );
        assert_ne!(run(&moved), run(&clean), "{to} is part of a run's identity");
    }
}

#[test]
fn severities_are_set_by_rule_and_by_payer() {
    let folder = tempfile::tempdir().unwrap();
    let with = |text: &str| {
        let file = folder.path().join("telescrub.toml");
        std::fs::write(&file, text).unwrap();
        scrub(&night(), &["--config", file.to_str().unwrap()])
    };
    let plain = with("");
    let rule = "TEL105";
    assert!(rejects(&plain, rule) > 1);
    let warned = with("[rules.TEL105]\nseverity = \"warn\"\n");
    assert_eq!(rejects(&warned, rule), 0);
    assert!(warned["findings.jsonl"].contains(rule));
    let off = with("[rules.TEL105]\nseverity = \"off\"\n");
    assert!(!off["findings.jsonl"].contains(rule));
    assert!(count(&off, "/totals/rejected/claims") < count(&plain, "/totals/rejected/claims"));
    // Only the claims of one payer are spared.
    let payer = plain["findings.jsonl"]
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|line| line.to_string().contains(rule))
        .map(|line| line["payer"]["id"].as_str().unwrap().to_owned())
        .unwrap();
    let spared = with(&format!(
        "[payers.\"{payer}\".rules.TEL105]\nseverity = \"off\"\n"
    ));
    assert_eq!(rejects(&spared, rule), 0, "all of them are to {payer}");
    let others = with("[payers.OTHER.rules.TEL105]\nseverity = \"off\"\n");
    assert_eq!(rejects(&others, rule), rejects(&plain, rule));
}

#[test]
fn a_payer_is_given_its_policy_by_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let untold = fixture("rules/TEL191/fires.837");
    let before = scrub(&untold, &[]);
    assert!(before["findings.jsonl"].contains("TEL191"));
    let line: serde_json::Value =
        serde_json::from_str(before["findings.jsonl"].lines().next().unwrap()).unwrap();
    let payer = line["payer"]["id"].as_str().unwrap();
    let file = folder.path().join("telescrub.toml");
    std::fs::write(
        &file,
        format!("[payers.\"{payer}\"]\npolicy = \"medicare\"\n"),
    )
    .unwrap();
    // What the finding says itself, its lines between backticks.
    let help = line["findings"][0]["help"].as_str().unwrap();
    let lines: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
    if help.contains("telescrub.toml") {
        std::fs::write(&file, lines.join("\n")).unwrap();
        let checked = telescrub()
            .args(["config", "check"])
            .arg(&file)
            .output()
            .unwrap();
        assert!(checked.status.success(), "{help}");
    } else {
        assert_eq!(lines[0], format!("payer_ids = [\"{payer}\"]"));
    }
    let after = scrub(&untold, &["--config", file.to_str().unwrap()]);
    let found = after.get("findings.jsonl").cloned().unwrap_or_default();
    assert!(!found.contains("TEL191"), "{found}");
}

#[test]
fn a_wrong_file_is_answered_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("telescrub.toml");
    std::fs::write(&file, "[rules.TEL105]\nseverty = \"warn\"\n").unwrap();
    for arguments in [
        vec!["config", "check", file.to_str().unwrap()],
        vec!["policy", "list", "--config", file.to_str().unwrap()],
    ] {
        let output = telescrub().args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(
            told.contains("telescrub.toml:2: unknown key `severty`"),
            "{told}"
        );
        assert!(told.contains("did you mean `severity`?"), "{told}");
    }
    std::fs::write(&file, "[payers.X1]\npolicy = \"TX\"\n").unwrap();
    let mut check = telescrub();
    let output = check.args(["config", "check"]).arg(&file).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("did you mean `medicaid/TX`?"), "{told}");
}

#[test]
fn a_rule_that_is_off_hides_no_unknown_policy() {
    // The payer's codes are known, its places are not, and the line's code is none of them.
    const ACME: &str = r#"
key = "commercial/acme"
program = "commercial"
jurisdiction = "US"
name = "Acme Health"
publisher = "Acme"
payer_ids = ["EXTX1"]
[sources]
manual = { title = "Manual", publisher = "Acme", url = "https://acme.example/manual", dated = "2026-01" }
[[telehealth]]
from = 2020-01-01
pt_telehealth = "covered"
codes_mode = "list"
codes = ["97530"]
source = ["manual"]
confidence = "high"
"#;
    let folder = tempfile::tempdir().unwrap();
    let policies = folder.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    std::fs::write(policies.join("acme.toml"), ACME).unwrap();
    let told = |settings: &str| {
        let file = folder.path().join("telescrub.toml");
        std::fs::write(&file, settings).unwrap();
        let [file, policies] = [&file, &policies].map(|path| path.to_str().unwrap());
        let claim = fixture("rules/TEL190/fires.837");
        let files = scrub(&claim, &["--config", file, "--policy", policies]);
        let found = &files["findings.jsonl"];
        let unchecked = count(&files, "/totals/unchecked/claims");
        let rules = ["TEL102", "TEL190"].map(|rule| found.contains(rule));
        (rules, unchecked)
    };
    assert_eq!(told(""), ([true, false], 0), "rejected already");
    for settings in [
        "[rules.TEL102]\nseverity = \"off\"\n",
        "[payers.EXTX1.rules.TEL102]\nseverity = \"off\"\n",
    ] {
        assert_eq!(told(settings), ([false, true], 1), "{settings}");
    }
    let softened = told("[rules.TEL102]\nseverity = \"warn\"\n");
    assert_eq!(softened, ([true, true], 1));
}
