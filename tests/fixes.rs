//! Fixes: what is applied mends, and nothing else changes.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Scrubbed, generated, scrub, scrub_fixing, spec};
use proptest::prelude::*;
use serde_json::Value;
use telescrub::generate::{Fault, Spec};
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
fn damaged(text: &str, every: usize, levels: bool) -> String {
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
            // CLM02 with blanks around it.
            "CLM" if hit => {
                let mut parts: Vec<String> = segment.split('*').map(str::to_owned).collect();
                parts[2] = format!(" {} ", parts[2]);
                parts.join("*")
            }
            "LX" if hit => segment.replacen("LX*", "LX*9", 1),
            "DTP" if hit && count % 2 == 0 => segment.replace("*D8*", "*D8* "),
            "DTP" if hit => segment.replace('~', "**~"),
            "REF" if hit && levels && segment.contains("*EI*") => {
                let at = segment.find("*EI*").unwrap() + 6;
                format!("{}-{}", &segment[..at], &segment[at..])
            }
            "REF" if hit && count % 2 == 0 => segment.replacen('~', "\r\n~", 1),
            "REF" if hit => segment.replacen("REF*6R*", "REF*6R* ", 1),
            // The ZIP code of nine digits with its hyphen, and the state in small letters.
            "N4" if hit && levels => {
                let mut parts: Vec<String> = segment.split('*').map(str::to_owned).collect();
                parts[2].make_ascii_lowercase();
                if parts[3].trim_end_matches('~').len() == 9 {
                    parts[3].insert(5, '-');
                }
                parts.join("*")
            }
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
    let damaged = damaged(&whole, 3, true);
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
    for rule in ["COD002", "COD003", "COD006", "COD007", "SYN014", "SYN015"] {
        assert!(rules.contains(rule), "{rule} mended nothing: {rules:?}");
    }
    let levels: BTreeSet<String> = fixes(&after)
        .iter()
        .filter_map(|fix| Some(fix["level"].as_str()?.to_owned()))
        .collect();
    assert!(
        levels.contains("2000A") && levels.contains("2000B"),
        "{levels:?}"
    );
}

#[test]
fn a_fixed_level_is_told_once_and_all_claims_under_it_are_judged_by_it() {
    // One set, one provider: every claim stands under its level, in many blocks.
    let whole = text(&Spec {
        claims: 60,
        claims_per_set: 60,
        ..spec()
    });
    let at = whole.find("N4*").unwrap();
    let end = at + whole[at..].find('~').unwrap();
    let broken = format!(
        "{}-{}{}",
        &whole[..end - 4],
        &whole[end - 4..end],
        &whole[end..]
    );
    let under = whole[..whole[end..]
        .find("*20*1~")
        .map_or(whole.len(), |next| end + next)]
        .matches("~CLM*")
        .count() as u64;
    let before = scrub(broken.as_bytes(), 2, BLOCK).result.unwrap().tally;
    assert_eq!(before.rejected.claims, under);
    let mut all = Vec::new();
    for (threads, block) in [(1, BLOCK), (2, 1), (8, 900), (3, 5_000)] {
        let (after, _) = scrub_fixing(broken.as_bytes(), SAFE, threads, block);
        assert_eq!(after.result.as_ref().unwrap().tally.rejected.claims, 0);
        assert_eq!(after.file("clean.837"), whole.as_bytes());
        let told = fixes(&after);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["level"], "2000A");
        assert!(told[0]["claim"].is_null());
        assert_eq!(told[0]["element"], "N403");
        assert_eq!(
            told[0]["before"].as_str().unwrap().replace('-', ""),
            told[0]["after"]
        );
        all.push(after.files);
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
    // Shown, but not applied.
    let show = Fixing {
        apply: None,
        show: true,
    };
    let (shown, diff) = scrub_fixing(broken.as_bytes(), show, 2, 900);
    assert_eq!(shown.files, scrub(broken.as_bytes(), 1, BLOCK).files);
    assert_eq!(diff.matches(": loop 2000A, segment ").count(), 1, "{diff}");
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
        true,
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
        true,
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
    fn fixes_never_make_a_claim_worse(seed in any::<u64>(), every in 2_usize..9, bad in 0_u8..80, all in any::<bool>(), levels in any::<bool>()) {
        // Damage hides that a claim comes twice: a claim that is mended may be the same again.
        let faults = Fault::claim_level().filter(|fault| fault.rule() != "DUP001").collect();
        let damaged = damaged(&text(&Spec { claims: 40, seed, bad_percent: f64::from(bad), faults, ..spec() }), every, levels);
        let before = scrub(damaged.as_bytes(), 1, BLOCK);
        let (after, _) = scrub_fixing(damaged.as_bytes(), if all { UNSAFE } else { SAFE }, 2, 4_000);
        let (old, new) = (before.result.as_ref().unwrap(), after.result.as_ref().unwrap());
        prop_assert_eq!(old.tally.total(), new.tally.total());
        prop_assert_eq!(old.tally.lines, new.tally.lines);
        let (old, new) = (by_claim(&before), by_claim(&after));
        for (claim, (rejected, found)) in &new {
            let (was_rejected, had) = old.get(claim).cloned().unwrap_or_default();
            prop_assert!(was_rejected || !rejected, "claim {} is rejected now", claim);
            // A level that reads right may say by whose policy its claims are judged: what
            // was rejected for the level is looked at for the first time then.
            for (key, count) in found.iter().filter(|_| !levels) {
                prop_assert!(had.get(key).unwrap_or(&0) >= count, "claim {}: new {}", claim, key);
            }
        }
        // A claim without a fix, of its own or of a level above it, is as it was.
        let touched: BTreeSet<u64> = fixes(&after).iter().filter_map(|fix| fix["claim_ordinal"].as_u64()).collect();
        let levels = levels || fixes(&after).iter().any(|fix| fix["level"].is_string());
        for (claim, state) in old.iter().filter(|(claim, _)| !levels && !touched.contains(claim)) {
            prop_assert_eq!(Some(state), new.get(claim));
        }
        for claim in touched.iter().filter(|_| !levels) {
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

#[test]
fn positions_in_a_mended_level_count_from_its_own_set_wherever_blocks_are_cut() {
    let spec = Spec {
        claims: 2,
        claims_per_set: 1,
        ..spec()
    };
    // In each set a fix, and behind it in the same level a fault without one.
    let file = text(&spec).replace("~REF*EI*", "**~REF*EI*");
    let fault = |segment: &str| {
        if segment.starts_with("PER*IC*CLAIMS DESK") {
            segment.to_owned()
        } else {
            segment.replace("*TE*", "*ZZ*")
        }
    };
    let file: String = file.split_inclusive('~').map(fault).collect();
    let set = file.rfind("ST*837*").unwrap();
    let [whole, cut] = [BLOCK, set].map(|block| scrub_fixing(file.as_bytes(), SAFE, 1, block).0);
    whole.result.unwrap();
    assert!(whole.files.contains_key("fixes.jsonl"));
    assert_eq!(whole.files, cut.files);
}

/// A claim of twelve diagnoses, with their points or without.
fn twelve_diagnoses(points: bool) -> String {
    let whole = text(&Spec {
        claims: 1,
        ..spec()
    });
    let codes =
        "M54.50 R26.2 M25.551 M25.561 M62.81 R29.3 M17.11 M17.12 M75.41 M75.42 Z47.1 M70.61";
    let codes = if points {
        codes.to_owned()
    } else {
        codes.replace('.', "")
    };
    let codes = format!("HI*ABK:{}", codes.replace(' ', "*ABF:"));
    let from = whole.find("HI*").unwrap();
    let to = from + whole[from..].find('~').unwrap();
    format!("{}{codes}{}", &whole[..from], &whole[to..])
}

#[test]
fn each_value_of_a_segment_is_mended() {
    let shown = Fixing { show: true, ..SAFE };
    let (after, diff) = scrub_fixing(twelve_diagnoses(true).as_bytes(), shown, 1, BLOCK);
    let whole = twelve_diagnoses(false);
    assert_eq!(String::from_utf8_lossy(after.file("clean.837")), whole);
    let elements: Vec<_> = fixes(&after)
        .iter()
        .map(|fix| fix["element"].to_string())
        .collect();
    let expected: Vec<_> = (1..=12).map(|at| format!("\"HI{at:02}-2\"")).collect();
    assert_eq!(elements, expected);
    // Each change goes on from the one before it.
    let shown = |sign| diff.lines().filter_map(move |line| line.strip_prefix(sign));
    let (before, after): (Vec<_>, Vec<_>) = (
        shown("-HI").take(12).collect(),
        shown("+HI").take(12).collect(),
    );
    assert_eq!(before[1..], after[..11]);
    assert!(whole.contains(after[11]), "{diff}");
}

#[test]
fn a_fix_that_does_not_hold_keeps_no_other_back() {
    // In capitals the modifier is known, and one that the payer does not take.
    let file = twelve_diagnoses(true).replacen(":GP*", ":GP:gt*", 1);
    let (after, _) = scrub_fixing(file.as_bytes(), SAFE, 1, BLOCK);
    assert!(after.file("clean.837").is_empty());
    assert_eq!(fixes(&after).len(), 12);
    let rejects = String::from_utf8_lossy(after.file("rejects.837")).into_owned();
    assert!(rejects.contains(":gt*"), "{rejects}");
}

#[test]
fn all_that_is_found_alike_is_mended() {
    // More in a level, and in a claim, than is told of what has no fix.
    let whole = text(&Spec {
        claims: 1,
        ..spec()
    });
    let (from, to) = (whole.find("HL*1*").unwrap(), whole.find("HL*2*").unwrap());
    let padded: String = whole[from..to]
        .split_inclusive('~')
        .map(|segment| match &segment[..3] {
            "NM1" => segment.replace("*2*", "*2* ").replace("*XX*", "*XX* "),
            "N3*" | "N4*" => segment.replace('*', "* "),
            "REF" => segment.replace('~', " ~"),
            "PER" => segment.replace("*IC*", "*IC* ").replace('~', " ~"),
            _ => segment.to_owned(),
        })
        .collect();
    let file = format!("{}{padded}{}", &whole[..from], &whole[to..]);
    let (after, _) = scrub_fixing(file.as_bytes(), SAFE, 1, BLOCK);
    assert!(fixes(&after).len() > 8, "{padded}");
    assert_eq!(String::from_utf8_lossy(after.file("clean.837")), whole);

    let file = common::warned_before_it_is_rejected();
    let (after, _) = scrub_fixing(file.as_bytes(), SAFE, 1, BLOCK);
    assert_eq!(fixes(&after).len(), 4 * 28);
    let found = String::from_utf8_lossy(after.file("findings.jsonl")).into_owned();
    assert!(!found.contains("SYN014"), "{found}");
}
