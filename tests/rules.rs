//! The rule book, rule by rule: documentation, a claim that fires, one that passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use telescrub::ledger::Ledger;
use telescrub::policy::PolicyBook;
use telescrub::rules::Rule;
use telescrub::rules::registry::RULES;
use telescrub::scrub::judge::Judgement;
use telescrub::x12::limits;

fn fixture(rule: &Rule, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/rules")
        .join(rule.code);
    let plain = folder.join(format!("{name}.837"));
    if plain.is_file() {
        plain
    } else {
        folder.join(format!("{name}.837.zst"))
    }
}

/// Every finding of a fixture.
fn found(rule: &Rule, name: &str) -> Vec<Found> {
    let path = fixture(rule, name);
    assert!(path.is_file(), "{} has no fixture {name}", rule.code);
    found_in(rule, &path)
}

/// A finding, as far as it is compared.
#[derive(Debug)]
struct Found {
    code: String,
    severity: String,
    /// Whether it cites a row of a policy.
    cites: bool,
}

/// Every finding of a file; the `policy/` of the rule's fixtures is laid over the built-in policy.
fn found_in(rule: &Rule, path: &Path) -> Vec<Found> {
    let mut policies = PolicyBook::builtin();
    let overlay = fixture(rule, "fires").with_file_name("policy");
    if overlay.is_dir() {
        policies.overlay(&overlay).unwrap();
    }
    let judgement = Judgement::new(common::today(), policies);
    let scrub = |path: &Path, ledger: Option<&Ledger>| {
        common::scrub_as(&judgement, path, 1, limits::BLOCK_BYTES, true, ledger)
    };
    // A rule about earlier nights has the earlier night as a fixture.
    let folder = tempfile::tempdir().unwrap();
    let before = fixture(rule, "before");
    let ledger = before.is_file().then(|| {
        let ledger = Ledger::open(&folder.path().join("ledger.db"), Duration::ZERO).unwrap();
        let night = scrub(&before, Some(&ledger));
        assert!(night.result.is_ok(), "{}: {:?}", rule.code, night.result);
        ledger
    });
    let scrubbed = scrub(path, ledger.as_ref());
    assert!(
        scrubbed.result.is_ok(),
        "{} {}: {:?}",
        rule.code,
        path.display(),
        scrubbed.result
    );
    scrubbed
        .findings()
        .iter()
        .flat_map(|line| line["findings"].as_array().unwrap())
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            Found {
                code: text("rule"),
                severity: text("severity"),
                cites: finding
                    .get("policy")
                    .is_some_and(|policy| !policy.is_null()),
            }
        })
        .collect()
}

#[test]
fn every_rule_fires_on_its_fixture_and_passes_on_the_other() {
    for rule in RULES {
        let fires = found(rule, "fires");
        assert!(
            fires.iter().any(|found| found.code == rule.code),
            "{} does not fire: {fires:?}",
            rule.code
        );
        let passes = found(rule, "passes");
        assert!(
            passes.iter().all(|found| found.code != rule.code),
            "{} fires where it should pass",
            rule.code
        );
        assert!(
            passes.iter().all(|found| found.severity != "reject"),
            "the passing claim of {} is rejected by {passes:?}",
            rule.code
        );
    }
}

#[test]
fn a_rule_says_whether_its_findings_cite_a_policy() {
    // What they cite is for other claims than those of their fixtures.
    const ELSEWHERE: &[&str] = &["COD011", "TEL106"];
    for rule in RULES.iter().filter(|rule| !ELSEWHERE.contains(&rule.code)) {
        let fires = found(rule, "fires");
        let mut own = fires.iter().filter(|found| found.code == rule.code);
        let cites = own.any(|found| found.cites);
        assert_eq!(cites, rule.asks_policy, "{}", rule.code);
    }
}

/// What a segment is: its identifier, with the qualifier where one says whose it is.
fn kind(segment: &str) -> (&str, &str) {
    let (id, rest) = segment.split_once('*').unwrap_or((segment, ""));
    let qualified = [
        "AMT", "CAS", "CRC", "DTP", "NM1", "PER", "PRV", "PWK", "REF",
    ];
    if qualified.contains(&id) {
        (id, rest.split('*').next().unwrap())
    } else {
        (id, "")
    }
}

/// A fixture with the segments of an example in the place of its own of the same kind, one after
/// the other; what it has none of is put in where the last one stands.
fn spliced(fixture: &str, example: &str) -> String {
    let mut segments: Vec<&str> = fixture.split('~').map(str::trim_start).collect();
    let mut at = 0;
    for segment in example.split('~').map(str::trim).filter(|s| !s.is_empty()) {
        let same = segments
            .iter()
            .skip(at)
            .position(|s| kind(s) == kind(segment));
        match same {
            Some(behind) => {
                at += behind;
                segments[at] = segment;
            }
            None => segments.insert(at, segment),
        }
        at += 1;
    }
    let mut header = 0;
    let counted = segments.iter().enumerate().map(|(at, segment)| {
        if segment.starts_with("ST*") {
            header = at;
        }
        match segment
            .strip_prefix("SE*")
            .and_then(|end| end.split_once('*'))
        {
            Some((_, number)) => format!("SE*{}*{number}", at - header + 1),
            None => (*segment).to_owned(),
        }
    });
    counted.collect::<Vec<_>>().join("~")
}

/// What `explain` shows as failing fails, and what it shows as passing passes.
#[test]
fn the_examples_of_a_rule_fire_and_pass() {
    // TEL101's is of another payer than its fixture and of a day to come, DUP003's of a night
    // before; those about envelopes are no parts of a claim.
    let is_apart =
        |rule: &Rule| rule.code.starts_with("ENV") || ["TEL101", "DUP003"].contains(&rule.code);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.837");
    for rule in RULES.iter().filter(|rule| !is_apart(rule)) {
        let [fires, passes] = ["fires", "passes"].map(|name| {
            let bytes = std::fs::read(fixture(rule, name)).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let is_found = |fixture: &str, example: &str| {
            std::fs::write(&path, spliced(fixture, example)).unwrap();
            let found = found_in(rule, &path);
            found.iter().any(|found| found.code == rule.code)
        };
        let fails = rule.fails.text;
        assert!(is_found(&fires, fails), "{}: {fails} passes", rule.code);
        let text = rule.passes.text;
        // The example of BAL003 stands for the whole of another payer, of whom the passing claim
        // has more.
        let around = if rule.code == "BAL003" {
            &fires
        } else {
            &passes
        };
        assert!(!is_found(around, text), "{}: {text} fails", rule.code);
    }
}

/// Who knows a finding's name has its file: `therapy-units-wrong` is
/// `src/rules/therapy/therapy_units_wrong.rs`.
#[test]
fn a_rule_s_file_has_its_name() {
    for rule in RULES {
        let family = match &rule.code[..3] {
            "BAL" => "balance",
            "COD" => "codes",
            "DUP" => "duplicates",
            "ENV" => "envelope",
            "PTT" => "therapy",
            "SYN" => "syntax",
            "TEL" => "telehealth",
            other => panic!("{other} is no family"),
        };
        let path = format!("src/rules/{family}/{}.rs", rule.name.replace('-', "_"));
        let file = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path));
        let file = file.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(file.starts_with(&format!("//! {}: ", rule.code)), "{path}");
        assert!(file.lines().count() <= 400, "{path}");
    }
}

#[test]
fn the_rules_of_a_family_stand_in_the_order_of_their_codes() {
    for pair in RULES.windows(2) {
        let [before, next] = [pair[0].code, pair[1].code];
        assert!(
            before[..3] != next[..3] || before < next,
            "{before}, {next}"
        );
    }
}

#[test]
fn every_rule_is_documented() {
    let mut codes = std::collections::BTreeSet::new();
    for rule in RULES {
        assert!(codes.insert(rule.code), "{} is there twice", rule.code);
        assert!((1..=7).contains(&rule.snip), "{}", rule.code);
        for text in [
            rule.what,
            rule.why,
            rule.remedy,
            rule.fails.text,
            rule.passes.text,
            rule.fails.note,
            rule.passes.note,
        ] {
            assert!(
                !text.trim().is_empty(),
                "{} lacks a part of its documentation",
                rule.code
            );
        }
        assert!(!rule.sources.is_empty(), "{} names no source", rule.code);
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(
            rule.name.chars().all(kebab),
            "{} is named {}",
            rule.code,
            rule.name
        );
    }
}
