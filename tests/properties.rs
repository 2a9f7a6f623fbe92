//! What always holds, on generated and on damaged batches.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;
#[allow(dead_code)] // what is done to a file is drawn here
mod damage;

use std::collections::BTreeMap;

use damage::Sample;
use proptest::prelude::*;
use telescrub::generate::{Delimiters, LineEnd, Spec};
use telescrub::x12::limits;

/// The header of an interchange.
const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261123*0101*^*00501*000000001*0*P*:~";

/// The claims of a file: the bytes from each CLM to the next HL, CLM or envelope.
fn claims(bytes: &[u8], delimiters: Delimiters) -> BTreeMap<Vec<u8>, u32> {
    let mut found: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    let mut open: Option<Vec<u8>> = None;
    for segment in bytes.split(|&byte| byte == delimiters.segment) {
        let segment = segment.trim_ascii();
        let id: Vec<u8> = segment
            .iter()
            .copied()
            .take_while(|&byte| byte != delimiters.element)
            .collect();
        let starts = [
            &b"CLM"[..],
            b"HL",
            b"SE",
            b"ST",
            b"ISA",
            b"GS",
            b"GE",
            b"IEA",
        ]
        .contains(&&id[..]);
        if starts && let Some(claim) = open.take() {
            *found.entry(claim).or_default() += 1;
        }
        if id == b"CLM" {
            open = Some(Vec::new());
        }
        if let Some(claim) = &mut open {
            claim.extend_from_slice(segment);
            claim.push(b'\n');
        }
    }
    if let Some(claim) = open {
        *found.entry(claim).or_default() += 1;
    }
    found
}

fn specs() -> impl Strategy<Value = Spec> {
    (
        any::<u64>(),
        1_u64..60,
        1_u64..20,
        1_u64..4,
        1_u64..4,
        0..4_usize,
        0..3_usize,
        0..2_usize,
    )
        .prop_map(
            |(
                seed,
                claims,
                claims_per_set,
                sets_per_group,
                interchanges,
                ends,
                delimiters,
                bad,
            )| Spec {
                seed,
                claims,
                claims_per_set,
                sets_per_group,
                interchanges,
                line_end: [LineEnd::None, LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr][ends],
                delimiters: [*b"*:^~", *b"|>^~", *b"*:{!"].map(
                    |[element, component, repetition, segment]| Delimiters {
                        element,
                        component,
                        repetition,
                        segment,
                    },
                )[delimiters],
                bad_percent: [0.0, 35.0][bad],
                ..common::spec()
            },
        )
}

/// Some cases each time; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: cases.and_then(|text| text.parse().ok()).unwrap_or(64),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_is_lost_and_clean_is_clean(spec in specs()) {
        let (input, _) = common::generated(&spec);
        let scrubbed = common::scrub(&input, 2, 3_000);
        prop_assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
        let mut together = claims(scrubbed.file("clean.837"), spec.delimiters);
        for (claim, count) in claims(scrubbed.file("rejects.837"), spec.delimiters) {
            *together.entry(claim).or_default() += count;
        }
        prop_assert_eq!(together, claims(&input, spec.delimiters));
        if scrubbed.file("rejects.837").is_empty() {
            prop_assert_eq!(scrubbed.file("clean.837"), &input[..]);
        }
        let clean = scrubbed.file("clean.837");
        if !clean.is_empty() {
            let again = common::scrub(clean, 1, limits::BLOCK_BYTES);
            prop_assert!(again.file("rejects.837").is_empty());
            prop_assert_eq!(again.file("clean.837"), clean);
        }
    }

    #[test]
    fn each_fault_is_told_once_of_a_claim(spec in specs()) {
        let (input, _) = common::generated(&spec);
        let element = char::from(spec.delimiters.element);
        let end = char::from(spec.delimiters.segment);
        // Every billing provider gets an NPI that none can have.
        let billing = format!("NM1{element}85{element}");
        let spoilt: String = String::from_utf8(input).unwrap()
            .split_inclusive(end)
            .map(|segment| match segment.rsplit_once(element) {
                Some((before, _)) if segment.trim_start().starts_with(&billing) => {
                    format!("{before}{element}1234567890{end}")
                }
                _ => segment.to_owned(),
            })
            .collect();
        let scrubbed = common::scrub(spoilt.as_bytes(), 2, 3_000);
        let lines = scrubbed.findings();
        prop_assert_eq!(lines.len() as u64, spec.claims, "each claim has the provider's");
        for line in lines {
            let findings = line["findings"].as_array().unwrap();
            for (at, finding) in findings.iter().enumerate() {
                prop_assert!(!findings[..at].contains(finding), "{}", finding["rule"]);
            }
        }
    }

    #[test]
    fn the_bytes_do_not_depend_on_threads_or_blocks(spec in specs()) {
        let (input, _) = common::generated(&spec);
        let first = common::scrub(&input, 1, limits::BLOCK_BYTES);
        for (threads, block) in [(2, 1), (8, 997), (2, limits::BLOCK_BYTES)] {
            let other = common::scrub(&input, threads, block);
            prop_assert!(first.files == other.files, "{threads} threads, blocks of {block}");
        }
    }

    #[test]
    fn any_bytes_get_an_answer(
        opens in any::<bool>(),
        bytes in proptest::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let isa = if opens { ISA } else { "" };
        let scrubbed = common::scrub(&[isa.as_bytes(), &bytes].concat(), 1, 100);
        prop_assert!(scrubbed.result.is_err());
    }

    #[test]
    fn damage_costs_no_claim(
        spec in specs(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0..5_u8, any::<u8>()), 1..4),
    ) {
        let (mut bytes, _) = common::generated(&spec);
        for (index, kind, byte) in cuts {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                2 => bytes.insert(at, byte),
                3 => {
                    let end = bytes[at..].iter().position(|&b| b == spec.delimiters.segment).map_or(at, |end| at + end);
                    bytes.drain(at..end);
                }
                _ => {
                    let copy = bytes[at..].to_vec();
                    bytes.extend_from_slice(&copy);
                }
            }
        }
        let pairs = vec![[spec.delimiters.element, spec.delimiters.segment]];
        let scrubbed = common::scrub(&bytes, 2, 2_000);
        // Each claim that comes in goes out once, or the file is refused.
        let answer = damage::answer(&Sample { bytes, pairs }, &scrubbed);
        prop_assert_eq!(answer, Ok(()));
    }
}
