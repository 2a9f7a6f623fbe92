//! Whole files, taken apart by a splitter that shares no code with the writer.

use std::collections::HashMap;

use super::*;
use crate::value::{Cents, CentsTotal, Date, State};

fn spec() -> Spec {
    let today = Date::parse_iso("2026-11-20").unwrap();
    Spec {
        seed: 11,
        claims: 1_500,
        claims_per_set: 700,
        last_year: 2026,
        today,
        ..Spec::default()
    }
}

fn render(spec: &Spec) -> (Vec<u8>, String, Summary) {
    let (mut out, mut labels) = (Vec::new(), Vec::new());
    let summary = write(spec, &mut out, Some(&mut labels)).unwrap();
    assert_eq!(summary.bytes, out.len() as u64);
    (out, String::from_utf8(labels).unwrap(), summary)
}

/// The segments of a file as elements, found by the separators in its ISA.
fn split(file: &[u8]) -> Vec<Vec<String>> {
    let (element, terminator) = (file[3], file[105]);
    let mut segments: Vec<Vec<String>> = file
        .split(|&byte| byte == terminator)
        .map(|segment| {
            let start = segment
                .iter()
                .position(|byte| !b"\r\n".contains(byte))
                .unwrap_or(segment.len());
            segment[start..]
                .split(|&byte| byte == element)
                .map(|text| String::from_utf8(text.to_vec()).unwrap())
                .collect()
        })
        .collect();
    assert_eq!(segments.pop(), Some(vec![String::new()]));
    segments
}

/// Everything that is wrong with the counts and control numbers of a file.
fn faults_of_frame(segments: &[Vec<String>]) -> Vec<&'static str> {
    let mut faults = Vec::new();
    let mut expect = |holds: bool, what| {
        if !holds {
            faults.push(what);
        }
    };
    let number = |text: &String| text.parse::<usize>().unwrap();
    let (mut groups, mut sets, mut set_start, mut level) = (0, 0, 0, 0);
    let (mut open, mut controls) = (Vec::new(), Vec::new());
    let mut parents: HashMap<usize, String> = HashMap::new();
    for (index, segment) in segments.iter().enumerate() {
        match segment[0].as_str() {
            "ISA" => {
                open.push(segment[13].clone());
                groups = 0;
            }
            "GS" => {
                open.push(segment[6].clone());
                groups += 1;
                sets = 0;
                controls.clear();
                expect(segment[8] == "005010X222A1", "GS08");
            }
            "ST" => {
                expect(!controls.contains(&segment[2]), "ST02 repeated");
                controls.push(segment[2].clone());
                open.push(segment[2].clone());
                sets += 1;
                (set_start, level) = (index, 0);
                parents.clear();
            }
            "HL" => {
                level += 1;
                expect(number(&segment[1]) == level, "HL01");
                parents.insert(level, segment[3].clone());
                let parent = segment[2]
                    .parse()
                    .ok()
                    .and_then(|up: usize| parents.get(&up));
                let fits = match segment[3].as_str() {
                    "20" => segment[2].is_empty(),
                    "22" => parent.is_some_and(|up| up == "20"),
                    _ => parent.is_some_and(|up| up == "22"),
                };
                expect(fits, "HL02");
            }
            "SE" => {
                expect(number(&segment[1]) == index - set_start + 1, "SE01");
                expect(open.pop().as_ref() == Some(&segment[2]), "SE02");
            }
            "GE" => {
                expect(number(&segment[1]) == sets, "GE01");
                expect(open.pop().as_ref() == Some(&segment[2]), "GE02");
            }
            "IEA" => {
                expect(number(&segment[1]) == groups, "IEA01");
                expect(open.pop().as_ref() == Some(&segment[2]), "IEA02");
            }
            _ => {}
        }
    }
    expect(open.is_empty(), "open at the end");
    faults
}

#[test]
fn the_number_of_threads_does_not_show() {
    let spec = Spec {
        bad_percent: 10.0,
        ..spec()
    };
    let with = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(|| render(&spec))
    };
    let one = with(1);
    assert!(one == with(2));
    assert!(one == render(&spec));
    let other = Spec { seed: 12, ..spec };
    assert!(one.0 != render(&other).0);
}

#[test]
fn counts_and_control_numbers_are_right_in_every_frame() {
    for (claims, claims_per_set, sets_per_group, interchanges) in [
        (1, 1, 1, 1),
        (900, 900, 1, 1),
        (900, 300, 2, 1),
        (300, 7, 4, 3),
        (40, 1, 3, 100),
    ] {
        for line_end in [LineEnd::None, LineEnd::Lf, LineEnd::CrLf] {
            let spec = Spec {
                claims,
                claims_per_set,
                sets_per_group,
                interchanges,
                line_end,
                ..spec()
            };
            let (file, _, summary) = render(&spec);
            let segments = split(&file);
            assert!(faults_of_frame(&segments).is_empty());
            let of = |id: &str| segments.iter().filter(|segment| segment[0] == id).count() as u64;
            assert_eq!((of("CLM"), summary.claims), (claims, claims));
            assert_eq!(of("ST"), claims.div_ceil(claims_per_set));
            assert_eq!(of("ISA"), interchanges.min(of("ST")));
        }
    }
}

#[test]
fn other_separators_change_nothing_else() {
    let usual = render(&spec()).0;
    let delimiters = Delimiters {
        element: b'|',
        component: b'>',
        repetition: b'!',
        segment: 0x1c,
    };
    let mut other = render(&Spec {
        delimiters,
        ..spec()
    })
    .0;
    for byte in &mut other {
        *byte = match *byte {
            b'|' => b'*',
            b'>' => b':',
            b'!' => b'^',
            0x1c => b'~',
            same => same,
        };
    }
    assert!(usual == other);
}

#[test]
fn the_charges_of_clean_claims_balance_and_add_up() {
    let (file, labels, summary) = render(&spec());
    assert!(labels.is_empty() && summary.planted.is_empty());
    let cents = |text: &str| Cents::parse(text.as_bytes()).unwrap();
    let (mut claims, mut lines) = (Vec::new(), Vec::new());
    for segment in split(&file) {
        match segment[0].as_str() {
            "CLM" => {
                claims.push(CentsTotal::from(cents(&segment[2])));
                lines.push(CentsTotal::ZERO);
            }
            "SV1" => {
                let sum = lines.last_mut().unwrap();
                *sum = sum.plus(cents(&segment[2]));
            }
            _ => {}
        }
    }
    assert_eq!(claims, lines);
    let sum = claims.into_iter().fold(CentsTotal::ZERO, CentsTotal::plus);
    assert_eq!(sum, summary.charges.into());
}

#[test]
fn as_many_faults_are_planted_and_labelled_as_asked_for() {
    for (percent, expected) in [(0.1, 2), (5.0, 75), (33.4, 501), (100.0, 1_500)] {
        let spec = Spec {
            bad_percent: percent,
            ..spec()
        };
        let (file, labels, summary) = render(&spec);
        let planted: u64 = summary.planted.iter().map(|(_, count)| count).sum();
        assert_eq!(planted, expected);
        assert_eq!(labels.lines().count() as u64, expected);
        let ids: Vec<String> = split(&file)
            .into_iter()
            .filter(|segment| segment[0] == "CLM")
            .map(|mut segment| segment.swap_remove(1))
            .collect();
        for line in labels.lines() {
            let label: serde_json::Value = serde_json::from_str(line).unwrap();
            let ordinal = usize::try_from(label["claim_ordinal"].as_u64().unwrap()).unwrap();
            assert_eq!(label["claim_id"], ids[ordinal - 1].as_str());
            let fault = Fault::named(label["fault"].as_str().unwrap()).unwrap();
            assert_eq!(label["rule"], fault.rule());
        }
    }
}

#[test]
fn a_twin_is_the_claim_before_it_but_for_its_identifiers() {
    let spec = Spec {
        bad_percent: 20.0,
        faults: vec![Fault::ClaimTwice],
        ..spec()
    };
    let (file, labels, _) = render(&spec);
    assert!(labels.lines().count() > 200);
    let mut claims: Vec<Vec<Vec<String>>> = Vec::new();
    for segment in split(&file) {
        match (&*segment[0], claims.last_mut()) {
            ("CLM", _) => claims.push(vec![segment]),
            ("SE", Some(claim)) => claim.push(segment),
            (_, Some(claim)) if claim.last().is_some_and(|last| last[0] != "SE") => {
                claim.push(segment);
            }
            _ => {}
        }
    }
    for label in labels.lines() {
        let label: serde_json::Value = serde_json::from_str(label).unwrap();
        let ordinal = usize::try_from(label["claim_ordinal"].as_u64().unwrap()).unwrap();
        let billed = |claim: &Vec<Vec<String>>| -> Vec<Vec<String>> {
            let of_claim = claim
                .iter()
                .take_while(|segment| !matches!(&*segment[0], "HL" | "SE"));
            let mut billed: Vec<_> = of_claim
                .filter(|segment| segment[1] != "6R")
                .cloned()
                .collect();
            assert_ne!(std::mem::take(&mut billed[0][1]), "");
            billed
        };
        assert_eq!(billed(&claims[ordinal - 1]), billed(&claims[ordinal - 2]));
    }
}

#[test]
fn every_claim_level_fault_that_has_room_is_planted() {
    let (_, _, summary) = render(&Spec {
        bad_percent: 50.0,
        ..spec()
    });
    let planted = |fault| summary.planted.iter().any(|(kind, _)| *kind == fault);
    for fault in Fault::claim_level() {
        // The law reaches to the end of 2027, past these years.
        assert_eq!(
            planted(fault),
            fault != Fault::TelehealthNotCovered,
            "{fault:?}"
        );
    }
}

#[test]
fn a_fault_of_an_envelope_shows_in_its_count_alone() {
    for (fault, shows) in [
        (Fault::SetCountWrong, "SE01"),
        (Fault::SetControlMismatch, "SE02"),
        (Fault::SetControlRepeated, "ST02 repeated"),
        (Fault::GroupCountWrong, "GE01"),
        (Fault::VersionOther, "GS08"),
        (Fault::InterchangeControlMismatch, "IEA02"),
        (Fault::InterchangeTrailerMissing, "open at the end"),
    ] {
        let (file, labels, _) = render(&Spec {
            faults: vec![fault],
            ..spec()
        });
        assert_eq!(faults_of_frame(&split(&file)), [shows]);
        assert_eq!(labels.lines().count(), 1);
        assert!(labels.starts_with("{\"claim_id\":null,\"claim_ordinal\":null,"));
    }
}

#[test]
fn a_fault_needs_its_payer_and_its_state() {
    let mut narrow = Spec {
        bad_percent: 50.0,
        faults: vec![Fault::AudioOnlyNotAllowed, Fault::ChargesDoNotBalance],
        ..spec()
    };
    narrow.payers.medicaid_states = State::parse(b"OH").into_iter().collect();
    assert_eq!(
        render(&narrow).2.planted,
        [(Fault::ChargesDoNotBalance, 750)]
    );
    narrow.faults.pop();
    let refused = write(&narrow, &mut Vec::new(), None::<&mut Vec<u8>>);
    assert_eq!(
        refused.unwrap_err().kind(),
        std::io::ErrorKind::InvalidInput
    );
}

#[test]
fn what_cannot_be_generated_is_refused() {
    let wrong: [fn(&mut Spec); 8] = [
        |spec| spec.claims = 0,
        |spec| spec.claims_per_set = 0,
        |spec| spec.bad_percent = f64::NAN,
        |spec| spec.telehealth_percent = 101,
        |spec| spec.first_year = 2030,
        |spec| spec.delimiters.element = b'A',
        |spec| spec.delimiters.component = b'*',
        |spec| spec.payers.medicaid_states = State::parse(b"PR").into_iter().collect(),
    ];
    for spoil in wrong {
        let mut spec = spec();
        spoil(&mut spec);
        let refused = write(&spec, &mut Vec::new(), None::<&mut Vec<u8>>);
        assert_eq!(
            refused.unwrap_err().kind(),
            std::io::ErrorKind::InvalidInput
        );
    }
}
