//! Damaged claim files: whatever happened to them, no claim is lost and none comes twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;
mod damage;

use damage::Dice;

/// Two interchanges with two claims each, sound.
fn two_interchanges() -> String {
    let (bytes, _) = common::generated(&telescrub::generate::Spec {
        claims: 4,
        claims_per_set: 2,
        sets_per_group: 1,
        interchanges: 2,
        line_end: telescrub::generate::LineEnd::Lf,
        ..common::spec()
    });
    String::from_utf8(bytes).unwrap()
}

/// The interchanges of a file of two.
fn split(file: &str) -> (&str, &str) {
    let second = file.rfind("ISA*").unwrap();
    (&file[..second], &file[second..])
}

/// Numbers of the claims in a file.
fn ids(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace('|', "*");
    let claims = text.split("CLM*").skip(1);
    claims
        .map(|claim| claim.split('*').next().unwrap().to_owned())
        .collect()
}

/// Scrubs a file of two interchanges of which the second is damaged: its claims are
/// rejected under the rule, the first goes through byte for byte.
fn costs_the_second(file: &str, first: &str, rule: &str) {
    let scrubbed = common::scrub_proving(file.as_bytes(), 1, 1 << 20);
    scrubbed.result.as_ref().unwrap();
    assert_eq!(
        String::from_utf8_lossy(scrubbed.file("clean.837")),
        first,
        "{rule}"
    );
    let (_, damaged) = file.split_at(first.len());
    assert_eq!(
        ids(scrubbed.file("rejects.837")),
        ids(damaged.as_bytes()),
        "{rule}"
    );
    let found = String::from_utf8_lossy(scrubbed.file("findings.jsonl")).into_owned();
    assert!(found.contains(rule), "{found}");
}

#[test]
fn a_damaged_header_costs_its_own_claims_alone() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    for damaged in [
        second.replacen("*:~", "~", 1),
        second.replacen(":~", "~", 1),
        second.replacen("          ", "", 1),
        second.replacen("*:~", "*:!~", 1),
        second.replacen("*:~", "*:!", 1),
        second.replacen("*:~", "*~~", 1),
        second.replacen("ISA*", "ISA!", 1),
        second.replacen("*^*", "*:*", 1),
        second.replacen("TELESCRUBDEMO", "TELE~~~~~DEMO", 1),
    ] {
        costs_the_second(&format!("{first}{damaged}"), first, "ENV002");
    }
}

#[test]
fn a_missing_header_costs_its_own_claims_alone() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let (isa, rest) = second.split_once('\n').unwrap();
    costs_the_second(&format!("{first}{rest}"), first, "ENV008");
    let (gs, rest) = rest.split_once('\n').unwrap();
    costs_the_second(&format!("{first}{isa}\n{rest}"), first, "ENV008");
    costs_the_second(&format!("{first}{rest}"), first, "ENV008");
    let (_, rest) = rest.split_once('\n').unwrap();
    costs_the_second(&format!("{first}{isa}\n{gs}\n{rest}"), first, "ENV008");
}

#[test]
fn trailers_that_are_cut_or_stray_cost_their_own_claims_alone() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let se = &second[second.find("\nSE*").unwrap() + 1..];
    let (trailer, _) = se.split_once('~').unwrap();
    costs_the_second(
        &format!("{first}{}", second.replace(trailer, "SE")),
        first,
        "ENV005",
    );
    costs_the_second(
        &format!("{first}{}", second.replace(trailer, "S")),
        first,
        "ENV003",
    );
    let in_claim = second.replacen("LX*1~", "GE*1*1~LX*1~", 1);
    costs_the_second(&format!("{first}{in_claim}"), first, "ENV003");
    let in_claim = second.replacen("LX*1~", "IEA*1*1~LX*1~", 1);
    costs_the_second(&format!("{first}{in_claim}"), first, "ENV003");
    let in_claim = second.replacen("LX*1~", "SE*1*1~LX*1~", 1);
    costs_the_second(&format!("{first}{in_claim}"), first, "ENV008");
}

#[test]
fn a_cut_file_joined_to_another_costs_what_was_cut() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let other = second
        .replace('*', "|")
        .replace('^', "{")
        .replace(':', ">")
        .replace('~', "!");
    for (cut, whole) in [(second, first.to_owned()), (first, other)] {
        for at in [cut.find("SV1").unwrap() + 6, cut.find("CLM*").unwrap() + 20] {
            let joined = format!("{}{whole}", &cut[..at]);
            let scrubbed = common::scrub_proving(joined.as_bytes(), 1, 1 << 20);
            scrubbed.result.as_ref().unwrap();
            assert_eq!(String::from_utf8_lossy(scrubbed.file("clean.837")), whole);
            assert_eq!(
                ids(scrubbed.file("rejects.837")),
                ids(&cut.as_bytes()[..at])
            );
        }
    }
}

#[test]
fn claims_before_the_first_header_are_not_passed_over() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    for skipped in [1, 2, 3] {
        let headless: String = first.split_inclusive('\n').skip(skipped).collect();
        let at = headless.find("CLM*").unwrap();
        let scrubbed = common::scrub(format!("{headless}{second}").as_bytes(), 1, 1 << 20);
        let error = scrubbed.result.unwrap_err();
        assert!(error.is_input());
        let said = format!("a claim (CLM) at byte {at} stands behind no ISA");
        assert!(error.to_string().contains(&said), "{error}");
        assert!(scrubbed.files.is_empty());
    }
}

#[test]
fn no_damage_loses_a_claim() {
    let seeds = std::env::var("TELESCRUB_SEEDS").ok().and_then(|text| {
        let (from, to) = text.split_once("..")?;
        Some(from.parse().ok()?..to.parse().ok()?)
    });
    let mut failed = 0;
    for seed in seeds.unwrap_or(0..200_u64) {
        let mut dice = Dice(seed);
        let mut bytes = damage::file(&mut dice);
        for _ in 0..=dice.below(3) {
            damage::damage(&mut bytes, &mut dice);
        }
        if let Err(what) = damage::check(&bytes) {
            println!("seed {seed}: {what}");
            if let Ok(folder) = std::env::var("TELESCRUB_KEEP") {
                std::fs::write(format!("{folder}/{seed}.837"), &bytes).unwrap();
            }
            failed += 1;
        }
    }
    assert_eq!(failed, 0, "damaged files with a wrong answer");
}
