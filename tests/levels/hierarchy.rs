//! One fault of a level or a claim, and what it costs.

use std::collections::BTreeSet;

use crate::costs::costs;
use crate::set::{Set, Start, start};

/// Two levels of each kind, or all where many damages are asked for.
fn some_levels(set: &Set) -> Vec<usize> {
    let most = std::env::var("TELESCRUB_DAMAGES").map_or(2, |_| usize::MAX);
    let mut seen = [0; 3];
    let mut levels = set.levels();
    levels.retain(|&at| {
        let Some(Start::Level(depth)) = start(&set.0[at]) else {
            return false;
        };
        seen[depth] += 1;
        seen[depth] <= most
    });
    levels
}

#[test]
fn a_sound_set_rejects_nothing() {
    costs("sound", &Set::sound(), &BTreeSet::new());
}

#[test]
fn a_wrong_hl_costs_the_claims_under_it() {
    let set = Set::sound();
    for at in some_levels(&set) {
        let under = set.under(at);
        let hl = &set.0[at];
        let parts: Vec<&str> = hl.split('*').collect();
        for number in ["9999", "1", "X", ""] {
            if number != parts[1] {
                costs(
                    &format!("{hl}: HL01 {number}"),
                    &set.with(at, 1, number),
                    &under,
                );
            }
        }
        for parent in ["9999", "X"] {
            costs(
                &format!("{hl}: HL02 {parent}"),
                &set.with(at, 2, parent),
                &under,
            );
        }
        for kind in ["20", "22", "23", "21", ""] {
            if kind != parts[3] {
                costs(
                    &format!("{hl}: HL03 {kind}"),
                    &set.with(at, 3, kind),
                    &under,
                );
            }
        }
        let child = if parts[4] == "1" { "0" } else { "1" };
        costs(
            &format!("{hl}: HL04 {child}"),
            &set.with(at, 4, child),
            &under,
        );
        costs(&format!("{hl} doubled"), &set.insert(at, hl), &under);
    }
}

/// The set with every subscriber of the second billing provider pointing at the first, and
/// where that second provider's HL stands.
fn with_subscribers_astray(set: &Set) -> (Set, usize) {
    let mut providers = set.levels();
    providers.retain(|&at| start(&set.0[at]) == Some(Start::Level(0)));
    let (first, second) = (providers[0], providers[1]);
    let number = |at: usize| set.0[at].split('*').nth(1).unwrap().to_owned();
    let mut astray = set.clone();
    for at in second + 1..set.end_of_level(second) {
        if start(&set.0[at]) == Some(Start::Level(1)) {
            astray = astray.with(at, 2, &number(first));
        }
    }
    (astray, second)
}

#[test]
fn a_billing_provider_out_of_place_costs_the_claims_up_to_the_next() {
    let set = Set::sound();
    let (astray, provider) = with_subscribers_astray(&set);
    let under = set.under(provider);
    assert!(under.len() > 1);
    let first = set.levels()[0];
    let parent = set.0[first].split('*').nth(1).unwrap();
    for kind in ["20", "2X", "22", "23"] {
        let damaged = astray.with(provider, 2, parent).with(provider, 3, kind);
        costs(
            &format!("a provider's HL02 {parent}, HL03 {kind}"),
            &damaged,
            &under,
        );
    }
    let mut expected = under;
    expected.extend(set.before(provider));
    costs("a provider's HL lost", &astray.without(provider), &expected);
}

#[test]
fn a_lost_hl_costs_its_claims_and_what_it_runs_into() {
    let set = Set::sound();
    for at in some_levels(&set) {
        let mut expected = set.under(at);
        expected.extend(set.before(at));
        costs(&format!("{} lost", set.0[at]), &set.without(at), &expected);
        // The first segment behind HL stands before it.
        let mut swapped = set.clone();
        swapped.0.swap(at, at + 1);
        if set.0[at + 1].starts_with("PRV") {
            // The level does without it.
            expected = set.before(at);
        }
        costs(&format!("{} late", set.0[at]), &swapped, &expected);
    }
}

#[test]
fn a_wrong_level_costs_the_claims_under_it() {
    let set = Set::sound();
    for at in some_levels(&set) {
        let under = set.under(at);
        let end = (at + 1..set.0.len())
            .find(|&next| start(&set.0[next]).is_some())
            .unwrap();
        for next in at + 1..end {
            let segment = &set.0[next];
            let is_required = ["SBR", "NM1", "N3", "N4"]
                .contains(&&segment[..segment.find('*').unwrap()])
                && !(segment.starts_with("N3") || segment.starts_with("N4"))
                || segment.starts_with("REF*EI");
            if is_required {
                costs(&format!("{segment} lost"), &set.without(next), &under);
            }
        }
        let strays = [
            ("ZZZ*1", at + 1),
            ("NM1*87*2", at + 2),
            ("NM1*41*2*A*****46*1", end),
            ("NM1*82*1*A*B", end),
            ("OI***Y***Y", at + 2),
        ];
        for (stray, place) in strays {
            costs(
                &format!("{stray} at {place}"),
                &set.insert(place, stray),
                &under,
            );
        }
    }
}

#[test]
fn a_stray_segment_in_a_claim_costs_that_claim() {
    let set = Set::sound();
    let claims = (0..set.0.len()).filter(|&at| start(&set.0[at]) == Some(Start::Claim));
    for at in claims.step_by(7) {
        let own = set.claim_ids(at..at + 1);
        for stray in [
            "ZZZ*1",
            "NM1*85*2*A*****XX*1234567893",
            "SBR*S*18*******CI",
            "N3*1 MAIN ST",
            "REF*EI*123456789",
        ] {
            costs(
                &format!("{stray} in a claim"),
                &set.insert(at + 1, stray),
                &own,
            );
        }
    }
}

#[test]
fn a_patient_without_a_claim_is_told_and_costs_no_claim() {
    let set = Set::sound();
    let mut patients = set.levels();
    patients.retain(|&at| start(&set.0[at]) == Some(Start::Level(2)));
    for &at in [patients.first(), patients.last()].into_iter().flatten() {
        let end = set.end_of_level(at);
        let first = (at..end).find(|&next| set.0[next].starts_with("CLM*"));
        let mut empty = set.clone();
        empty.0.drain(first.unwrap()..end);
        costs("a patient without a claim", &empty, &BTreeSet::new());
        let told = |set: &Set| {
            let scrubbed = crate::common::scrub(&set.bytes(), 1, 1 << 20);
            let found = scrubbed.findings();
            found
                .iter()
                .filter(|line| line.to_string().contains("SYN003"))
                .count()
        };
        assert_eq!((told(&empty), told(&set)), (1, 0));
    }
}
