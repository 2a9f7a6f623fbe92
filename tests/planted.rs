//! Faults planted in generated files: each is found by the rule it was planted for, and no
//! claim without one is rejected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::collections::{BTreeMap, BTreeSet};

use telescrub::generate::{Fault, Level, Spec};
use telescrub::policy::PolicyBook;
use telescrub::rules::registry::RULES;
use telescrub::scrub::judge::Judgement;
use telescrub::value::{Date, Severity};
use telescrub::x12::limits;

/// Rejecting rules for which no fault is planted, and why.
const NOT_PLANTED: [(&str, &str); 7] = [
    (
        "COD019",
        "the lines without units that are planted are therapy's, PTT003",
    ),
    ("COD020", "no drugs are generated"),
    (
        "COD021",
        "what another payer has judged is planted as BAL002",
    ),
    ("ENV010", "needs the ledger of an earlier run"),
    (
        "TEL111",
        "no built-in policy forbids assistants by telehealth",
    ),
    (
        "TEL112",
        "no built-in policy pays telehealth and refuses the home",
    ),
    ("DUP003", "needs the ledger of an earlier run"),
];

#[test]
fn every_rejecting_rule_has_a_planted_fault_or_a_reason_why_not() {
    let rejecting = RULES
        .iter()
        .filter(|rule| rule.severity == Severity::Reject);
    let rejecting: BTreeSet<&str> = rejecting.map(|rule| rule.code).collect();
    let planted: BTreeSet<&str> = Fault::all().iter().map(|fault| fault.rule()).collect();
    let missing: Vec<&str> = rejecting.difference(&planted).copied().collect();
    let listed: Vec<&str> = NOT_PLANTED.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(
        missing.into_iter().collect::<BTreeSet<_>>(),
        listed.into_iter().collect()
    );
    for rule in planted {
        assert!(RULES.iter().any(|own| own.code == rule), "{rule}");
    }
}

/// What is found in a file that is scrubbed on its day: the rules by claim, "" for what is
/// no claim's, and the claims that are rejected.
fn found(input: &[u8], today: Date) -> (BTreeMap<String, BTreeSet<String>>, BTreeSet<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.837");
    std::fs::write(&path, input).unwrap();
    let judgement = Judgement::new(today, PolicyBook::builtin());
    let scrubbed = common::scrub_as(&judgement, &path, 2, limits::BLOCK_BYTES, false, None);
    assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
    let mut rules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut rejected = BTreeSet::new();
    for line in scrubbed.findings() {
        let claim = line["claim_id"].as_str().unwrap_or_default();
        if line["verdict"] == "rejected" && !claim.is_empty() {
            rejected.insert(claim.to_owned());
        }
        let found = line["findings"].as_array().unwrap().iter();
        let found = found.map(|finding| finding["rule"].as_str().unwrap().to_owned());
        rules.entry(claim.to_owned()).or_default().extend(found);
    }
    (rules, rejected)
}

#[test]
fn planted_faults_are_found_by_their_rule_and_nothing_else_is_rejected() {
    let mut never: BTreeSet<&str> = Fault::claim_level().map(Fault::name).collect();
    for (seed, today, first_year) in [
        (1, common::TODAY, 2026),
        (2, common::TODAY, 2020),
        (3, "2024-02-29", 2020),
        (4, "2021-07-01", 2021),
        // Past the law on Medicare telehealth, which ends with 2027.
        (5, "2028-06-30", 2027),
    ] {
        let today = Date::parse_iso(today).unwrap();
        let spec = Spec {
            seed,
            claims: 3_000,
            bad_percent: 30.0,
            first_year,
            last_year: today.year(),
            today,
            ..common::spec()
        };
        let (input, labels) = common::generated(&spec);
        let (rules, mut rejected) = found(&input, today);
        for label in &labels {
            let text = |key: &str| label[key].as_str().unwrap().to_owned();
            let (claim, fault) = (text("claim_id"), text("fault"));
            assert!(
                rules
                    .get(&claim)
                    .is_some_and(|found| found.contains(&text("rule"))),
                "{fault} is not found by {} on {today}",
                text("rule")
            );
            rejected.remove(&claim);
            never.remove(&*fault);
        }
        assert!(
            rejected.is_empty(),
            "{} claims without a fault are rejected on {today}: {:?}",
            rejected.len(),
            rejected
                .iter()
                .map(|claim| &rules[claim])
                .collect::<BTreeSet<_>>()
        );
    }
    assert!(never.is_empty(), "never planted: {never:?}");
}

#[test]
fn a_fault_of_an_envelope_is_found_by_its_rule() {
    let envelope = Fault::all()
        .iter()
        .filter(|fault| fault.level() == Level::Envelope);
    for &fault in envelope {
        let spec = Spec {
            claims: 80,
            claims_per_set: 20,
            sets_per_group: 2,
            interchanges: 2,
            faults: vec![fault],
            ..common::spec()
        };
        let (input, labels) = common::generated(&spec);
        assert_eq!(labels.len(), 1, "{}", fault.name());
        let (rules, _) = found(&input, spec.today);
        let told = rules
            .get("")
            .is_some_and(|found| found.contains(fault.rule()));
        assert!(told, "{} is not found by {}", fault.name(), fault.rule());
    }
}
