//! Fixes: what is applied mends, and nothing else changes.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Scrubbed, generated, scrub, scrub_fixing, spec};
use proptest::prelude::*;
use serde_json::Value;
use telescrub::generate::Spec;
use telescrub::rules::finding::FixSafety;
use telescrub::scrub::judge::Fixing;

const BLOCK: usize = 1 << 20;

const SAFE: Fixing = Fixing {
    apply: Some(FixSafety::Safe),
    show: false,
};

const UNSAFE: Fixing = Fixing {
    apply: Some(FixSafety::Unsafe),
    show: false,
};

fn text(spec: &Spec) -> String {
    String::from_utf8(generated(spec).0).unwrap()
}

/// Damage that loses nothing: each can be undone for sure.
fn damaged(text: &str, every: usize) -> String {
    let mut count = 0;
    let mut lines = Vec::new();
    for segment in text.split_inclusive('~') {
        let id = segment.trim_start().split('*').next().unwrap_or_default();
        count += 1;
        let hit = count % every == 0;
        let segment = match id {
            "HI" if hit => {
                let at = segment.find(':').unwrap() + 4;
                format!("{}.{}", &segment[..at], &segment[at..])
            }
            "SV1" if hit => segment.replacen(":GP", ":gp", 1),
            "LX" if hit => segment.replacen("LX*", "LX*9", 1),
            "DTP" if hit => segment.replace('~', "**~"),
            "REF" if hit => segment.replacen("REF*6R*", "REF*6R* ", 1),
            _ => segment.to_owned(),
        };
        lines.push(segment);
    }
    lines.concat()
}

/// Findings of claims: by claim, how often each rule at each element.
fn by_claim(scrubbed: &Scrubbed) -> BTreeMap<u64, (bool, BTreeMap<String, usize>)> {
    let mut claims = BTreeMap::new();
    for claim in scrubbed.findings() {
        let Some(ordinal) = claim["claim_ordinal"].as_u64() else {
            continue;
        };
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for finding in claim["findings"].as_array().unwrap() {
            let key = format!(
                "{} {} {}",
                finding["rule"], finding["segment_ordinal"], finding["element"]
            );
            *found.entry(key).or_default() += 1;
        }
        claims.insert(ordinal, (claim["verdict"] == "rejected", found));
    }
    claims
}

fn fixes(scrubbed: &Scrubbed) -> Vec<Value> {
    scrubbed
        .file("fixes.jsonl")
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

#[test]
fn safe_fixes_give_back_the_batch_before_the_damage() {
    let whole = text(&Spec {
        claims: 120,
        ..spec()
    });
    let damaged = damaged(&whole, 3);
    let before = scrub(damaged.as_bytes(), 2, BLOCK);
    let rejected = before.result.as_ref().unwrap().tally.rejected.claims;
    assert!(rejected > 20, "{rejected} claims are damaged");
    let (after, _) = scrub_fixing(damaged.as_bytes(), SAFE, 2, BLOCK);
    assert_eq!(after.result.as_ref().unwrap().tally.rejected.claims, 0);
    assert_eq!(after.file("clean.837"), whole.as_bytes());
    let rules: BTreeSet<String> = fixes(&after)
        .iter()
        .map(|fix| fix["rule"].as_str().unwrap().to_owned())
        .collect();
    for rule in ["COD006", "COD007", "SYN014", "SYN015"] {
        assert!(rules.contains(rule), "{rule} mended nothing: {rules:?}");
    }
}

#[test]
fn fixes_are_the_same_for_any_cut_and_any_threads() {
    let damaged = damaged(
        &text(&Spec {
            claims: 60,
            bad_percent: 40.0,
            ..spec()
        }),
        4,
    );
    let (one, _) = scrub_fixing(damaged.as_bytes(), UNSAFE, 1, BLOCK);
    let (many, _) = scrub_fixing(damaged.as_bytes(), UNSAFE, 3, 700);
    assert!(!one.file("fixes.jsonl").is_empty());
    assert_eq!(one.files, many.files);
}

#[test]
fn nothing_is_changed_unless_asked_for() {
    let damaged = damaged(
        &text(&Spec {
            claims: 30,
            ..spec()
        }),
        3,
    );
    let show = Fixing {
        apply: None,
        show: true,
    };
    let (shown, diff) = scrub_fixing(damaged.as_bytes(), show, 2, BLOCK);
    let plain = scrub(damaged.as_bytes(), 2, BLOCK);
    assert_eq!(shown.files, plain.files);
    let (fixed, _) = scrub_fixing(damaged.as_bytes(), SAFE, 2, BLOCK);
    let changes = |sign: char| -> Vec<&str> {
        let heads = ["---", "+++"];
        diff.lines()
            .filter(|line| {
                line.starts_with(sign) && !heads.iter().any(|head| line.starts_with(head))
            })
            .collect()
    };
    let (minus, plus) = (changes('-'), changes('+'));
    assert_eq!(minus.len(), plus.len());
    assert!(plus.len() >= fixes(&fixed).len());
    let clean = String::from_utf8(fixed.file("clean.837").to_vec()).unwrap();
    for line in plus.iter().filter(|line| line.starts_with("+HI")) {
        assert!(clean.contains(&line[1..]), "shown, but not what is applied");
    }
}

#[test]
fn unsafe_fixes_never_touch_what_was_done() {
    let bad = text(&Spec {
        claims: 800,
        bad_percent: 90.0,
        ..spec()
    });
    let (safe, _) = scrub_fixing(bad.as_bytes(), SAFE, 2, BLOCK);
    let (fixed, _) = scrub_fixing(bad.as_bytes(), UNSAFE, 2, BLOCK);
    let applied = fixes(&fixed);
    let by = |level: &str| applied.iter().filter(|fix| fix["safety"] == level).count();
    assert!(by("unsafe") > 20, "only {} unsafe fixes", by("unsafe"));
    assert!(fixes(&safe).iter().all(|fix| fix["safety"] == "safe"));
    for fix in applied.iter().filter(|fix| fix["safety"] == "unsafe") {
        let element = fix["element"].as_str().unwrap();
        assert!(
            matches!(element, "SV105" | "CLM05-1") || element.starts_with("SV101-"),
            "{element} was changed"
        );
        assert!(
            !matches!(element, "SV101-1" | "SV101-2"),
            "{element} was changed"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn fixes_never_make_a_claim_worse(seed in any::<u64>(), every in 2_usize..9, bad in 0_u8..80, all in any::<bool>()) {
        let damaged = damaged(&text(&Spec { claims: 40, seed, bad_percent: f64::from(bad), ..spec() }), every);
        let before = scrub(damaged.as_bytes(), 1, BLOCK);
        let (after, _) = scrub_fixing(damaged.as_bytes(), if all { UNSAFE } else { SAFE }, 2, 4_000);
        let (old, new) = (before.result.as_ref().unwrap(), after.result.as_ref().unwrap());
        prop_assert_eq!(old.tally.total(), new.tally.total());
        prop_assert_eq!(old.tally.lines, new.tally.lines);
        let (old, new) = (by_claim(&before), by_claim(&after));
        for (claim, (rejected, found)) in &new {
            let (was_rejected, had) = old.get(claim).cloned().unwrap_or_default();
            prop_assert!(was_rejected || !rejected, "claim {} is rejected now", claim);
            for (key, count) in found {
                prop_assert!(had.get(key).unwrap_or(&0) >= count, "claim {}: new {}", claim, key);
            }
        }
        // A claim without a fix is as it was.
        let touched: BTreeSet<u64> = fixes(&after).iter().filter_map(|fix| fix["claim_ordinal"].as_u64()).collect();
        for (claim, state) in old.iter().filter(|(claim, _)| !touched.contains(claim)) {
            prop_assert_eq!(Some(state), new.get(claim));
        }
        for claim in &touched {
            let sum = |claims: &BTreeMap<u64, (bool, BTreeMap<String, usize>)>| claims.get(claim).map_or(0, |(_, found)| found.values().sum());
            let (had, has): (usize, usize) = (sum(&old), sum(&new));
            prop_assert!(has < had, "claim {} was changed for nothing", claim);
        }
        // What is clean now stays clean.
        let again = scrub(after.file("clean.837"), 1, BLOCK);
        if !after.file("clean.837").is_empty() {
            prop_assert_eq!(again.result.as_ref().unwrap().tally.rejected.claims, 0);
            prop_assert_eq!(again.file("clean.837"), after.file("clean.837"));
        }
    }
}
