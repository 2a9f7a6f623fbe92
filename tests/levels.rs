//! What damage in the hierarchy of a transaction set costs: the claims under the damaged
//! level, no others, and the same ones wherever the file is cut into blocks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::collections::BTreeSet;
use std::ops::Range;

use telescrub::generate::{Delimiters, LineEnd, Spec};
use telescrub::x12::limits;

/// A transaction set of several billing providers, as segments without terminators.
#[derive(Clone)]
struct Set(Vec<String>);

/// What starts at a segment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Header,
    Level(usize),
    Claim,
    End,
}

fn start(segment: &str) -> Option<Start> {
    let mut parts = segment.split('*');
    match parts.next()? {
        "ST" => Some(Start::Header),
        "SE" => Some(Start::End),
        "CLM" => Some(Start::Claim),
        "HL" => Some(Start::Level(match parts.nth(2)? {
            "20" => 0,
            "22" => 1,
            _ => 2,
        })),
        _ => None,
    }
}

impl Set {
    /// Three providers with subscribers and patients, some with several claims.
    fn sound() -> Set {
        let spec = Spec {
            seed: 11,
            claims: 60,
            claims_per_set: 20,
            ..common::spec()
        };
        let (bytes, _) = common::generated(&spec);
        let text = String::from_utf8(bytes).unwrap();
        let mut segments = Vec::new();
        let mut header = true;
        let mut open = [0; 3];
        let mut number = 0;
        for segment in text.split_terminator('~') {
            let kind = start(segment);
            if kind.is_some_and(|kind| kind == Start::Level(0)) {
                header = false;
            }
            match kind {
                Some(Start::Level(depth)) => {
                    number += 1;
                    open[depth] = number;
                    let parent = match depth {
                        0 => String::new(),
                        _ => open[depth - 1].to_string(),
                    };
                    let rest = segment.splitn(4, '*').nth(3).unwrap();
                    segments.push(format!("HL*{number}*{parent}*{rest}"));
                }
                Some(Start::End) => header = true,
                _ if !header || number == 0 => segments.push(segment.to_owned()),
                _ => {}
            }
        }
        let from = segments.iter().position(|s| s.starts_with("ST*")).unwrap();
        Set(segments.split_off(from))
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = String::from(
            "ISA*00*          *00*          *ZZ*SUBMITTER      *ZZ*RECEIVER       *261123*1200*^*00501*000000001*0*P*:~\
             GS*HC*SUBMITTER*RECEIVER*20261123*1200*1*X*005010X222A1~",
        );
        for segment in &self.0 {
            text.push_str(segment);
            text.push('~');
        }
        let count = self.0.len() + 1;
        let end = format!("SE*{count}*0001~GE*1*1~IEA*1*000000001~");
        (text + &end).into_bytes()
    }

    fn claim_ids(&self, range: Range<usize>) -> BTreeSet<String> {
        self.0[range]
            .iter()
            .filter(|segment| segment.starts_with("CLM*"))
            .map(|segment| segment.split('*').nth(1).unwrap().to_owned())
            .collect()
    }

    /// Where the level at `at` ends with everything under it.
    fn end_of_level(&self, at: usize) -> usize {
        let Some(Start::Level(depth)) = start(&self.0[at]) else {
            return at;
        };
        (at + 1..self.0.len())
            .find(
                |&next| matches!(start(&self.0[next]), Some(Start::Level(other)) if other <= depth),
            )
            .unwrap_or(self.0.len())
    }

    /// The claims under the level at `at`.
    fn under(&self, at: usize) -> BTreeSet<String> {
        self.claim_ids(at..self.end_of_level(at))
    }

    /// The claims that what stands before `at` costs: one claim, a level, or the set.
    fn before(&self, at: usize) -> BTreeSet<String> {
        let holder = (0..at)
            .rev()
            .find(|&before| start(&self.0[before]).is_some())
            .unwrap();
        match start(&self.0[holder]) {
            Some(Start::Claim) => self.claim_ids(holder..holder + 1),
            Some(Start::Level(_)) => self.under(holder),
            _ => self.claim_ids(0..self.0.len()),
        }
    }

    fn levels(&self) -> Vec<usize> {
        (0..self.0.len())
            .filter(|&at| matches!(start(&self.0[at]), Some(Start::Level(_))))
            .collect()
    }

    /// The HL at `at` with another value at this position.
    fn with(&self, at: usize, position: usize, value: &str) -> Set {
        let mut changed = self.clone();
        let mut parts: Vec<&str> = self.0[at].split('*').collect();
        parts[position] = value;
        changed.0[at] = parts.join("*");
        changed
    }

    fn without(&self, at: usize) -> Set {
        let mut changed = self.clone();
        changed.0.remove(at);
        changed
    }

    fn insert(&self, at: usize, segment: &str) -> Set {
        let mut changed = self.clone();
        changed.0.insert(at, segment.to_owned());
        changed
    }
}

fn rejected(scrubbed: &common::Scrubbed) -> BTreeSet<String> {
    assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
    let text = String::from_utf8(scrubbed.file("rejects.837").to_vec()).unwrap();
    text.split('~')
        .filter(|segment| segment.starts_with("CLM*"))
        .map(|segment| segment.split('*').nth(1).unwrap().to_owned())
        .collect()
}

/// The damaged set rejects exactly these claims, in whatever blocks it is cut.
fn costs(what: &str, damaged: &Set, expected: &BTreeSet<String>) {
    let bytes = damaged.bytes();
    let whole = common::scrub(&bytes, 1, limits::BLOCK_BYTES);
    let found = rejected(&whole);
    assert_eq!(
        &found,
        expected,
        "{what}: {} claims too many, {} too few",
        found.difference(expected).count(),
        expected.difference(&found).count()
    );
    same_in_pieces(what, &bytes, &whole, &[(2, 1)]);
}

/// Whether all outputs are the same by these threads and block sizes.
fn same_in_pieces(what: &str, bytes: &[u8], whole: &common::Scrubbed, cuts: &[(usize, usize)]) {
    for &(threads, block) in cuts {
        let pieces = common::scrub(bytes, threads, block);
        for (name, content) in &whole.files {
            let other = pieces.file(name);
            let at =
                (0..content.len().max(other.len())).find(|&at| content.get(at) != other.get(at));
            if let Some(at) = at {
                let near = |bytes: &[u8]| {
                    let from = at.saturating_sub(150).min(bytes.len());
                    String::from_utf8_lossy(&bytes[from..(at + 150).min(bytes.len())]).into_owned()
                };
                panic!(
                    "{what}: {name} differs at {at} with {threads} threads and blocks of {block}\n{}\n---\n{}",
                    near(content),
                    near(other)
                );
            }
        }
        assert_eq!(pieces.files.len(), whole.files.len(), "{what}");
    }
}

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

#[test]
fn separators_that_are_control_characters_are_no_fault() {
    for [element, component, repetition, segment] in SEPARATORS {
        let spec = Spec {
            claims: 20,
            delimiters: Delimiters {
                element,
                component,
                repetition,
                segment,
            },
            ..common::spec()
        };
        let (bytes, _) = common::generated(&spec);
        let scrubbed = common::scrub(&bytes, 1, 2_000);
        assert_eq!(
            scrubbed.file("clean.837"),
            bytes,
            "{element} {component} {segment}"
        );
        assert!(
            !scrubbed
                .findings()
                .iter()
                .any(|line| line.to_string().contains("SYN014"))
        );
    }
}

/// A small generator of random numbers, so that a failure names its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

const SEPARATORS: [[u8; 4]; 5] = [
    *b"*:^~",
    *b"|>^~",
    [0x1D, 0x1F, 0x1E, 0x1C],
    *b"*:^\n",
    [0x1C, b':', 0x1F, 0x1D],
];

/// One or two changes of segments or elements, mostly near a level.
fn damage(random: &mut Random, segments: &mut Vec<Vec<u8>>, element: u8) {
    for _ in 0..=random.below(3) {
        let mut at = random.below(segments.len());
        if random.below(2) == 0 {
            let hl = |segment: &Vec<u8>| segment.starts_with(b"HL") || segment.starts_with(b"CLM");
            at = (at..segments.len())
                .find(|&at| hl(&segments[at]))
                .unwrap_or(at);
            at = (at + random.below(4)).min(segments.len() - 1);
        }
        let other = random.below(segments.len());
        match random.below(9) {
            0 | 1 => {
                segments.remove(at);
            }
            2 => {
                let copy = segments[at].clone();
                segments.insert(at, copy);
            }
            3 => segments.swap(at, (at + 1).min(other.max(at))),
            4 => {
                let copy = segments[other].clone();
                segments.insert(at, copy);
            }
            5 => {
                let stray: &[u8] =
                    [&b"ZZZ"[..], b"HL", b"CLM", b"SE", b"ST", b"LX", b"SBR"][random.below(7)];
                segments.insert(at, stray.to_vec());
            }
            6 => {
                let end = (at + random.below(40)).min(segments.len());
                segments.drain(at..end);
            }
            _ => {
                let mut parts: Vec<Vec<u8>> = segments[at]
                    .split(|&byte| byte == element)
                    .map(<[u8]>::to_vec)
                    .collect();
                let place = random.below(parts.len());
                parts[place] = match random.below(5) {
                    0 => Vec::new(),
                    1 => b"22".to_vec(),
                    2 => b"1".to_vec(),
                    3 => vec![0x1F, b'x'],
                    _ => segments[other]
                        .split(|&byte| byte == element)
                        .next_back()
                        .unwrap()
                        .to_vec(),
                };
                segments[at] = parts.join(&element);
            }
        }
        if segments.is_empty() {
            segments.push(b"ZZZ".to_vec());
        }
    }
}

#[test]
fn damaged_files_are_judged_the_same_in_any_blocks() {
    let rounds = std::env::var("TELESCRUB_DAMAGES").map_or(60, |count| count.parse().unwrap());
    let first = std::env::var("TELESCRUB_SEED").map_or(0, |seed| seed.parse().unwrap());
    for seed in first..first + rounds {
        let mut random = Random(seed);
        let separators = SEPARATORS[random.below(SEPARATORS.len())];
        let [element, component, repetition, segment] = separators;
        let spec = Spec {
            seed: seed / 16,
            claims: 12,
            claims_per_set: 9,
            delimiters: Delimiters {
                element,
                component,
                repetition,
                segment,
            },
            line_end: [LineEnd::None, LineEnd::CrLf]
                [usize::from(segment == b'~') & random.below(2)],
            ..common::spec()
        };
        let (bytes, _) = common::generated(&spec);
        let mut segments: Vec<Vec<u8>> = bytes
            .split(|&byte| byte == segment)
            .map(<[u8]>::to_vec)
            .collect();
        segments.pop();
        let mut body = segments.split_off(2);
        damage(&mut random, &mut body, element);
        segments.append(&mut body);
        let mut damaged = segments.join(&segment);
        damaged.push(segment);
        let whole = common::scrub(&damaged, 1, limits::BLOCK_BYTES);
        if let Err(error) = &whole.result {
            assert!(error.is_input(), "seed {seed}: {error}");
        }
        let cuts = [(2, 1), (1, 997), (8, 4_001)];
        same_in_pieces(&format!("seed {seed}"), &damaged, &whole, &cuts);
        let clean = whole.file("clean.837");
        if !clean.is_empty() {
            let again = common::scrub(clean, 2, 1_500);
            assert!(
                again.file("rejects.837").is_empty(),
                "seed {seed}: clean is not clean"
            );
            assert!(
                again.file("clean.837") == clean,
                "seed {seed}: clean comes out otherwise"
            );
        }
    }
}
