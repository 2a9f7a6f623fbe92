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

/// Rule and severity of every finding of a fixture; its folder's `policy/` is laid over
/// the built-in policy.
fn found(rule: &Rule, name: &str) -> Vec<(String, String)> {
    let path = fixture(rule, name);
    assert!(path.is_file(), "{} has no fixture {name}", rule.code);
    let mut policies = PolicyBook::builtin();
    let overlay = path.with_file_name("policy");
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
    let scrubbed = scrub(&path, ledger.as_ref());
    assert!(
        scrubbed.result.is_ok(),
        "{} {name}: {:?}",
        rule.code,
        scrubbed.result
    );
    scrubbed
        .findings()
        .iter()
        .flat_map(|line| line["findings"].as_array().unwrap())
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            (text("rule"), text("severity"))
        })
        .collect()
}

#[test]
fn every_rule_fires_on_its_fixture_and_passes_on_the_other() {
    for rule in RULES {
        let fires = found(rule, "fires");
        assert!(
            fires.iter().any(|(code, _)| code == rule.code),
            "{} does not fire: {fires:?}",
            rule.code
        );
        let passes = found(rule, "passes");
        assert!(
            passes.iter().all(|(code, _)| code != rule.code),
            "{} fires where it should pass",
            rule.code
        );
        assert!(
            passes.iter().all(|(_, severity)| severity != "reject"),
            "the passing claim of {} is rejected by {passes:?}",
            rule.code
        );
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
