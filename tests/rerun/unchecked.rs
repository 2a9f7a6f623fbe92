//! Claims that an unknown policy governs, and rules that only warn now.

use super::*;

/// A night of 40 claims, 10 of them with faults and 4 under a policy that is not known.
const NIGHT: &str = include_str!("../../fixtures/nights/first.837");

/// What a report says of claims that were rejected by this rule: standing, and by what fixed.
fn of_rule(report: &Value, rule: &str) -> Vec<[String; 2]> {
    let claims = report["claims"].as_array().unwrap().iter();
    claims
        .filter(|claim| claim["was"] == serde_json::json!([rule]))
        .map(|claim| ["standing", "fixed_by"].map(|name| claim[name].to_string()))
        .collect()
}

#[test]
fn claims_rejected_as_unchecked_are_so_again_unless_it_is_said_otherwise() {
    let desk = Desk::new();
    let night = desk.write("night.837", NIGHT);
    desk.run("scrub", &night, "one", &["--unchecked", "reject"]);
    let rejects = desk.path("one/night.rejects.837");
    let (_, said, _) = desk.told(&rejects, "two", &[]);
    let report = desk.report("two/night.rejects.rerun.json");
    assert_eq!(report["totals"], serde_json::json!({"still_failing": 14}));
    let again = ["\"still_failing\"", "null"].map(str::to_owned);
    assert_eq!(of_rule(&report, "TEL190"), vec![again; 4]);
    assert!(
        said.contains("unchecked            4 claims          $918.00"),
        "{said}"
    );
    assert!(said.contains("rejected            14 claims"), "{said}");

    for (more, kind) in [("clean", "clean"), ("hold", "held")] {
        let (_, said, _) = desk.told(&rejects, "let", &["--unchecked", more]);
        let report = desk.report("let/night.rejects.rerun.json");
        let through = ["\"fixed\"", "\"severity\""].map(str::to_owned);
        assert_eq!(of_rule(&report, "TEL190"), vec![through; 4]);
        assert!(said.contains("not fixed, let through"), "{said}");
        assert!(!said.contains("the fault was around it"), "{said}");
        assert_eq!(
            ids(&desk.read(&format!("let/night.rejects.{kind}.837"))).len(),
            4
        );
    }
    let (_, said, _) = desk.told(&rejects, "json", &["--format", "json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["unchecked"]["charges"], "918.00");
    assert_eq!(said["reruns"][0]["totals"]["still_failing"], 14);
}

#[test]
fn held_claims_are_known_when_they_are_run_again() {
    let desk = Desk::new();
    let night = desk.write("night.837", NIGHT);
    desk.run("scrub", &night, "one", &["--unchecked", "hold"]);
    let [held, rejects] =
        ["held", "rejects"].map(|kind| desk.path(&format!("one/night.{kind}.837")));
    let totals = |name: &str| desk.report(name)["totals"].clone();
    desk.run("rerun", &held, "two", &[]);
    assert_eq!(
        totals("two/night.held.rerun.json"),
        serde_json::json!({"still_held": 4})
    );
    desk.run("rerun", &held, "two", &["--unchecked", "clean"]);
    assert_eq!(
        totals("two/night.held.rerun.json"),
        serde_json::json!({"released": 4})
    );
    desk.run("rerun", &rejects, "two", &[]);
    assert_eq!(
        totals("two/night.rejects.rerun.json"),
        serde_json::json!({"still_failing": 10})
    );
    // Some of them only, and the held file changed in place.
    let text = std::fs::read_to_string(&held).unwrap();
    let at = text.rfind("CLM*").unwrap();
    let end = text[at..].find("SE*").unwrap() + at;
    std::fs::write(&held, format!("{}{}", &text[..at], &text[end..])).unwrap();
    desk.run("rerun", &held, "two", &["--unchecked", "clean"]);
    let left = totals("two/night.held.rerun.json");
    assert_eq!(left, serde_json::json!({"released": 3, "missing": 1}));
}

#[test]
fn of_two_runs_of_one_night_the_one_is_meant_whose_file_was_edited() {
    let desk = Desk::new();
    let night = desk.write("night.837", NIGHT);
    desk.run("scrub", &night, "one", &[]);
    desk.run("scrub", &night, "two", &["--unchecked", "reject"]);
    for (own, other) in [("one", "two"), ("two", "one")] {
        let rejects = desk.path(&format!("{own}/night.rejects.837"));
        let edited = std::fs::read_to_string(&rejects).unwrap() + "\n";
        std::fs::write(&rejects, edited).unwrap();
        desk.run("rerun", &rejects, other, &[]);
        let report = desk.report(&format!("{other}/night.rejects.rerun.json"));
        let run = desk.report(&format!("{own}/night.manifest.json"))["run"].clone();
        assert_eq!(report["rerun_of"], serde_json::json!([run]));
    }
}

#[test]
fn a_rule_that_only_warns_now_is_no_fault_around_the_claim() {
    let desk = Desk::new();
    let night = String::from_utf8(common::generated(&spec(6, 0.0)).0).unwrap();
    // The first claim's AMT stands twice.
    let (before, claim) = night.split_once("HI*").unwrap();
    let at = before.rfind("CLM*").unwrap();
    let at = at + before[at..].find('~').unwrap() + 1;
    let counted: u32 = claim
        .split_once("SE*")
        .unwrap()
        .1
        .split('*')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let count = (format!("SE*{counted}*"), format!("SE*{}*", counted + 2));
    let night = format!(
        "{}AMT*F5*5~AMT*F5*5~{}HI*{claim}",
        &before[..at],
        &before[at..]
    );
    let night = desk.write("night.837", night.replacen(&count.0, &count.1, 1));
    desk.run("scrub", &night, "one", &[]);
    let rejects = desk.path("one/night.rejects.837");
    assert_eq!(ids(&desk.read("one/night.rejects.837")).len(), 1);

    // It is found again: nothing has to be said of envelopes.
    let (_, said, _) = desk.told(&rejects, "two", &[]);
    assert!(said.contains("still failing  SYN004  SYN004"), "{said}");
    assert!(!said.contains("--envelopes-checked"), "{said}");

    let config = desk.write("warn.toml", "[rules.SYN004]\nseverity = \"warn\"\n");
    let (_, said, _) = desk.told(&rejects, "warn", &["--config", config.to_str().unwrap()]);
    assert!(
        said.contains("not fixed, let through: what rejected it only warns now"),
        "{said}"
    );
    assert!(!said.contains("--envelopes-checked"), "{said}");
    assert!(
        said.contains("1 pass with warnings: read them in night.rejects.report.html"),
        "{said}"
    );
}

#[test]
fn held_claims_that_only_the_ledger_knows_are_held_again() {
    let desk = Desk::new();
    let ledger = desk.path("ledger.db");
    let ledger = ["--ledger", ledger.to_str().unwrap()];
    let night = desk.write("night.837", NIGHT);
    let hold = [&ledger[..], &["--unchecked", "hold"]].concat();
    desk.run("scrub", &night, "one", &hold);
    let held = desk.write("desk.837", desk.read("one/night.held.837"));
    std::fs::remove_dir_all(desk.path("one")).unwrap();
    desk.run("rerun", &held, "two", &ledger);
    let totals = &desk.report("two/desk.rerun.json")["totals"];
    assert_eq!(*totals, serde_json::json!({"still_held": 4}));
    assert_eq!(ids(&desk.read("two/desk.held.837")).len(), 4);
    assert_eq!(desk.read("two/desk.clean.837"), "");
}
