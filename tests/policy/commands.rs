//! `telescrub policy` and `telescrub replay`.

use super::{count, fixture, night, said, scrub, telescrub};

fn policy(arguments: &[&str]) -> String {
    said(telescrub().arg("policy").args(arguments))
}

#[test]
fn show_answers_in_one_screen_what_is_known_and_what_is_not() {
    let page = policy(&["show", "TX", "--on", "2026-03-01", "--code", "97110"]);
    for answer in [
        "medicaid/TX: Texas Medicaid, published by HHSC / TMHP",
        "Paid by telehealth  yes [medium; 2022-09-01..]",
        "97537 97750\n                    [medium; 2022-09-01..]\n",
        "  any other         not on the list [medium, warn at most; 2022-09-01..]",
        "  never             97018 97035",
        "Place of service    not known",
        "Modifier, video     95 [medium; 2022-09-01..]",
        "Audio-only          not allowed",
        "Consent             must be in the record",
        "  by telehealth     payable",
        "Unknown             place of service;",
        "https://www.tmhp.com/",
    ] {
        assert!(page.contains(answer), "{answer} is not in\n{page}");
    }
    assert!(page.lines().count() <= 60, "one screen:\n{page}");
    assert!(
        page.lines()
            .all(|line| line.starts_with(' ') && line.contains("http") || line.len() <= 100),
        "{page}"
    );
    assert_eq!(
        page,
        policy(&[
            "show",
            "medicaid/tx",
            "--on",
            "2026-03-01",
            "--code",
            "97110"
        ])
    );
}

#[test]
fn show_and_diff_speak_json_too() {
    let page = policy(&[
        "show",
        "TX",
        "--on",
        "2026-03-01",
        "--code",
        "97140",
        "--format",
        "json",
    ]);
    let page: serde_json::Value = serde_json::from_str(&page).unwrap();
    assert_eq!(page["policy"], "medicaid/TX");
    assert_eq!(page["paid"]["value"], "yes");
    assert_eq!(page["paid"]["confidence"], "medium");
    assert_eq!(page["paid"]["from"], "2022-09-01");
    assert_eq!(page["paid"]["through"], serde_json::Value::Null);
    assert_eq!(page["place_of_service"], serde_json::Value::Null);
    assert_eq!(page["modifiers_video"]["value"][0], "95");
    assert_eq!(page["codes"][0]["value"][0], "97110");
    assert_eq!(page["codes_other"]["severity"], "warn");
    assert_eq!(page["code"]["by_telehealth"]["value"], "never payable");
    assert_eq!(page["unknown"][0], "place of service");

    let good = super::fixture("policy/good");
    let good = good.to_str().unwrap();
    let changes = policy(&["diff", "builtin", good, "--format", "json"]);
    let changes: serde_json::Value = serde_json::from_str(&changes).unwrap();
    assert_eq!(changes[0]["policy"], "commercial/acme");
    assert_eq!(changes[0]["change"], "new");
    assert_eq!(policy(&["diff", good, good, "--format", "json"]), "[]\n");
}

/// What decides a claim, and what only people are told, by key and on the page.
const TOLD: &[(&str, &str, &str, &str, &[&str])] = &[
    (
        "medicare",
        "2026-03-02",
        "97530",
        "modifiers_refused",
        &["GQ (taken in AK, HI), GT [high; 2020-03-01..]"],
    ),
    (
        "medicare",
        "2026-03-02",
        "97530",
        "modifiers_only_with_place",
        &["93 with 10 [high, warn at most; 2025-01-01..2027-12-31]"],
    ),
    (
        "medicare",
        "2026-03-02",
        "97530",
        "assistants_fee",
        &["85% for CQ with GP"],
    ),
    (
        "medicare",
        "2026-03-02",
        "97530",
        "code/pairs",
        &["column 1, a modifier may part them, from a reinstatement on: 97750"],
    ),
    (
        "medicare",
        "2026-03-02",
        "97532",
        "code/exists",
        &["gone since 2018-01-01; bill 97129 instead, and 97130 beside it"],
    ),
    (
        "medicare",
        "2026-03-02",
        "97014",
        "code/status",
        &["not valid with this payer; bill G0283"],
    ),
    (
        "medicare",
        "2026-03-02",
        "98970",
        "code/kind_of_service",
        &["e-visit, not telehealth"],
    ),
    (
        "medicare",
        "2026-03-02",
        "98970",
        "code/therapy",
        &["sometimes, with GP"],
    ),
    (
        "CA",
        "2020-01-01",
        "97110",
        "modifiers_all_of",
        &["  and every one of  none [medium"],
    ),
    (
        "CA",
        "2020-01-01",
        "97110",
        "places_doubtful",
        &["  in doubt          10 [medium"],
    ),
    (
        "TN",
        "2020-06-01",
        "97110",
        "place_of_service",
        &[
            "none demanded; 02 named",
            "which codes are paid;",
            "whether audio-only is paid;",
        ],
    ),
];

#[test]
fn what_decides_a_claim_is_told_to_people_and_to_programs() {
    for (key, date, code, name, words) in TOLD {
        let show = ["show", key, "--on", date, "--code", code];
        let page = policy(&show);
        for words in *words {
            // The page may break a line between two words.
            let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let there = page.contains(words) || flat(&page).contains(&flat(words));
            assert!(there, "{words} is not in\n{page}");
        }
        let json = policy(&[&show[..], &["--format", "json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let told = json.pointer(&format!("/{name}")).unwrap();
        let told = told.get(0).unwrap_or(told);
        assert!(told["confidence"].is_string(), "{name}: {told}");
    }
}

#[test]
fn show_medicare_cites_the_publisher_of_the_seed_page_and_cms() {
    for date in ["2021-06-10", "2026-03-02"] {
        let page = policy(&["show", "medicare", "--on", date]);
        for cited in [
            "telehealth.hhs.gov",
            "Centers for Medicare & Medicaid Services",
        ] {
            assert!(page.contains(cited), "{cited} is not in\n{page}");
        }
        assert!(page.contains("97161 97162 97163 97164"), "{page}");
        assert!(page.lines().count() <= 60, "one screen:\n{page}");
    }
    let after = policy(&["show", "medicare", "--on", "2028-01-01"]);
    assert!(
        after.contains("Paid by telehealth  no [medium; 2028-01-01..]"),
        "{after}"
    );
}

#[test]
fn list_holds_every_policy_and_a_slip_finds_the_nearest() {
    let list = policy(&["list", "--format", "json", "--on", "2026-03-02"]);
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 53);
    assert_eq!(policy(&["list"]).lines().count(), 53 + 3);
    let output = telescrub()
        .args(["policy", "show", "medicre"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("did you mean medicare?"), "{told}");
}

#[test]
fn check_and_diff_tell_what_a_folder_brings() {
    let good = fixture("policy/good");
    let good = good.to_str().unwrap();
    assert!(policy(&["check", good]).contains("commercial/acme: good, new"));
    assert_eq!(
        policy(&["diff", "builtin", good]),
        "commercial/acme: new\npayer ids\n  ACME1\n    + commercial/acme, high\n  ACME2\n    + commercial/acme, high\n"
    );
    assert_eq!(policy(&["diff", "builtin", "builtin"]), "nothing differs\n");
    let faults = fixture("policy/faults");
    let output = telescrub()
        .args(["policy", "check"])
        .arg(&faults)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("acme.toml:26: unknown key `telehelth`"),
        "{told}"
    );
    assert!(told.contains("help: did you mean `telehealth`?"), "{told}");

    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("medicare.toml"), NOTHING_BY_TELEHEALTH).unwrap();
    let diff = policy(&["diff", "builtin", other.path().to_str().unwrap()]);
    assert!(diff.starts_with("medicare\n"), "{diff}");
    assert!(
        diff.contains("    - \"covered\"\n    + \"not_covered\"\n"),
        "{diff}"
    );
}

#[test]
fn diff_reads_values_as_the_rules_do() {
    let acme = std::fs::read_to_string(fixture("policy/good/acme.toml")).unwrap();
    let written = |text: &str, payers: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("acme.toml"), text).unwrap();
        if !payers.is_empty() {
            std::fs::write(folder.path().join("payers.toml"), payers).unwrap();
        }
        folder
    };
    let plain = written(&acme, "");
    let differs = |text: &str, payers: &str| {
        let other = written(text, payers);
        let folders = [&plain, &other].map(|folder| folder.path().to_str().unwrap());
        let json = policy(&["diff", folders[0], folders[1], "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let text = policy(&["diff", folders[0], folders[1]]);
        assert_eq!(json == serde_json::json!([]), text == "nothing differs\n");
        text
    };
    let swap = |from: &str, to: &str| {
        assert!(acme.contains(from), "{from}");
        acme.replacen(from, to, 1)
    };
    // The same in other words.
    assert_eq!(
        differs(&swap("\"97110\"", "'97110'"), ""),
        "nothing differs\n"
    );
    let commented = swap("codes = [", "codes = [ # was \"off\"\n");
    assert_eq!(differs(&commented, ""), "nothing differs\n");
    // Another in every place that decides.
    let row = "\n[[code]]\nfrom = 2026-01-01\ncodes = ['97112']\non_list = \"no\"\nsource = [\"manual-2026\"]\nconfidence = \"high\"\n";
    let told = differs(&format!("{acme}{row}"), "");
    assert!(told.contains("[[code]] 97112 2026-01-01.."), "{told}");
    let told = differs(&format!("disciplines = [\"GO\"]\n{acme}"), "");
    assert!(
        told.contains("  disciplines\n    - [\"GP\"]\n    + [\"GO\"]"),
        "{told}"
    );
    let payers = "[sources]\nr = { publisher = \"C\", url = \"https://c.example\" }\n[[payer]]\nids = [\"P100\"]\npolicy = \"medicaid/TX\"\nsource = [\"r\"]\nconfidence = \"high\"\n";
    let told = differs(&acme, payers);
    assert_eq!(told, "payer ids\n  P100\n    + medicaid/TX, high\n");
    let folder = written(&acme, payers);
    let told = policy(&["check", folder.path().to_str().unwrap()]);
    assert!(told.contains("payer ids: good, "), "{told}");
}

#[test]
fn replay_takes_a_configuration_that_names_a_policy_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("telescrub.toml");
    std::fs::write(
        &config,
        "[payers.\"SKTX0\"]\npolicy = \"commercial/acme\"\n",
    )
    .unwrap();
    let replay = |policy: &str| {
        let mut command = telescrub();
        command.args(["replay", "--config"]).arg(&config);
        command.arg("--policy").arg(fixture(policy)).arg(night());
        command
    };
    assert!(said(&mut replay("policy/good")).contains("would change"));
    std::fs::write(
        &config,
        "[payers.\"SKTX0\"]\npolicy = \"commercial/none\"\n",
    )
    .unwrap();
    assert_eq!(
        replay("policy/good").output().unwrap().status.code(),
        Some(2)
    );
}

/// Medicare as it is, but that it pays nothing by telehealth.
const NOTHING_BY_TELEHEALTH: &str = r#"
key = "medicare"
program = "medicare"
jurisdiction = "US"
name = "Medicare Part B"
publisher = "An example"
extends = "medicare"

[sources]
example = { publisher = "An example", url = "https://example.com" }

[[telehealth]]
from = 2020-01-01
pt_telehealth = "not_covered"
source = ["example"]
confidence = "high"
"#;

#[test]
fn replay_tells_the_claims_and_dollars_that_two_scrubs_would_differ_by() {
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("medicare.toml"), NOTHING_BY_TELEHEALTH).unwrap();
    let arguments = ["--policy", other.path().to_str().unwrap()];
    let replay = |format: &str, folder: &[&str]| {
        said(
            telescrub()
                .args(["replay", "--format", format])
                .args(folder)
                .arg(night()),
        )
    };
    let answer = replay("json", &arguments);
    let mut lines: Vec<serde_json::Value> = answer
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let sums = lines.pop().unwrap();
    let (before, after) = (scrub(&night(), &[]), scrub(&night(), &arguments));
    let rejected = "/totals/rejected/claims";
    let now_rejected: Vec<_> = lines
        .iter()
        .filter(|line| line["after"] == "rejected")
        .collect();
    let spared = lines
        .iter()
        .filter(|line| line["before"] == "rejected")
        .count() as u64;
    assert!(!now_rejected.is_empty());
    assert_eq!(
        count(&after, rejected) + spared,
        count(&before, rejected) + now_rejected.len() as u64
    );
    for line in &now_rejected {
        assert!(line["rules_after"].to_string().contains("TEL101"), "{line}");
        let id = line["claim_id"].as_str().unwrap();
        assert!(!before.get("rejects.837").unwrap().contains(id));
        assert!(after["rejects.837"].contains(id));
    }
    let cents = |value: &serde_json::Value| {
        let text = value.as_str().unwrap().replace('.', "");
        text.parse::<u64>().unwrap()
    };
    let dollars: u64 = lines.iter().map(|line| cents(&line["charge"])).sum();
    assert_eq!(cents(&sums["changed"]["charges"]), dollars);
    assert_eq!(sums["changed"]["claims"], lines.len());
    let table = replay("table", &arguments);
    assert!(table.contains("clean -> rejected"), "{table}");
    assert_eq!(
        table
            .lines()
            .filter(|line| line.starts_with("claim "))
            .count(),
        lines.len()
    );
    // The same policy changes nothing.
    let same = tempfile::tempdir().unwrap();
    let same = replay("table", &["--policy", same.path().to_str().unwrap()]);
    assert!(
        same.contains("would change                     0 claims"),
        "{same}"
    );
}

#[test]
fn replay_tells_an_answer_that_cannot_be_written_apart_from_an_input_that_cannot_be_read() {
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("medicare.toml"), NOTHING_BY_TELEHEALTH).unwrap();
    let replay = |limit: &str| {
        let mut command = std::process::Command::new("bash");
        command
            .args(["-c", &format!("trap '' XFSZ; {limit} exec \"$@\""), "bash"])
            .arg(env!("CARGO_BIN_EXE_telescrub"))
            .args(["replay", "--format", "json", "--policy"])
            .arg(other.path())
            .arg(night())
            // Takes nothing.
            .stdout(std::fs::File::create("/dev/full").unwrap());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let said = replay("");
    assert!(said.contains("the answer cannot be written: "), "{said}");
    // No file may hold a byte: the verdicts under the first policy can't be kept.
    let said = replay("ulimit -f 0;");
    assert!(
        said.contains("temporary files cannot be used in "),
        "{said}"
    );
}
