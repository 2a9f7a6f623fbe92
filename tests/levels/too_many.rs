//! More claims, lines or faults than are taken.

use std::collections::BTreeSet;

use telescrub::x12::limits;

use crate::common;
use crate::costs::{rejected, same_in_pieces};
use crate::set::{Set, Start, start};

#[test]
fn claims_past_the_hundredth_of_a_level_are_too_many_in_any_blocks() {
    let mut set = Set::sound();
    let at = (0..set.0.len())
        .find(|&at| start(&set.0[at]) == Some(Start::Claim))
        .unwrap();
    let end = (at + 1..set.0.len())
        .find(|&end| start(&set.0[end]).is_some())
        .unwrap();
    let claim: Vec<String> = set.0.drain(at..end).collect();
    let id = claim[0].split('*').nth(1).unwrap();
    let charge = |number: usize| if number > 100 { "" } else { "X" };
    for number in (1..104).rev() {
        let own = format!("{}{number}", charge(number));
        for (offset, segment) in claim.iter().enumerate() {
            // Another day each, so that none is another's twin.
            let day = format!("2026{:02}{:02}", 1 + number / 25, 1 + number % 25);
            let segment = match segment.split('*').collect::<Vec<_>>()[..] {
                ["DTP", "472", ..] => format!("DTP*472*D8*{day}"),
                _ => segment.replacen(id, &own, 1),
            };
            set.0.insert(at + offset, segment);
        }
    }
    let bytes = set.bytes();
    let whole = common::scrub(&bytes, 1, limits::BLOCK_BYTES);
    let told: Vec<_> = whole
        .findings()
        .iter()
        .filter(|line| line.to_string().contains("SYN004"))
        .map(|line| line["claim_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, ["101", "102", "103"]);
    same_in_pieces("103 claims", &bytes, &whole, &[(2, 1), (1, 3_000)]);
}

#[test]
fn a_claim_far_too_large_is_rejected_for_that_alone() {
    let set = Set::sound();
    let at = (0..set.0.len())
        .find(|&at| set.0[at].starts_with("LX*1"))
        .unwrap();
    let own = set.claim_ids(0..at);
    let mut large = set.clone();
    let line = set.0[at..at + 3].to_vec();
    large
        .0
        .splice(at..at, line.iter().cycle().take(60_000).cloned());
    let payer = [
        "SBR*S*18*******CI",
        "AMT*D*5",
        "OI***Y***Y",
        "NM1*IL*1*A*B****MI*M1",
        "NM1*PR*2*P*****PI*P1",
    ];
    let payers = payer
        .iter()
        .cycle()
        .take(20_000)
        .map(|&segment| segment.to_owned());
    large.0.splice(at..at, payers);
    let bytes = large.bytes();
    let scrubbed = common::scrub(&bytes, 2, limits::BLOCK_BYTES);
    assert_eq!(rejected(&scrubbed), own);
    let lines = scrubbed.findings();
    let line = lines
        .iter()
        .find(|line| line["verdict"] == "rejected")
        .unwrap();
    let findings = line["findings"].as_array().unwrap();
    let rules: BTreeSet<_> = findings
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, BTreeSet::from(["SYN004", "SYN015"]));
    assert!(findings.len() < 10);
}

#[test]
fn a_faulty_level_repeats_few_of_its_faults() {
    let set = Set::sound();
    let at = set.levels()[1];
    let mut damaged = set.clone();
    damaged
        .0
        .splice(at + 1..=at, vec!["ZZZ*1".to_owned(); 5_000]);
    let scrubbed = common::scrub(&damaged.bytes(), 2, limits::BLOCK_BYTES);
    assert_eq!(rejected(&scrubbed), set.under(at));
    for line in scrubbed.findings() {
        assert!(line["findings"].as_array().unwrap().len() < 30);
    }
}
