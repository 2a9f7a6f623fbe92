//! TA1, 999 and 277CA: what each says of a night, and of its faults.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

#[path = "../common/mod.rs"]
mod common;

mod claims;
mod interchanges;
mod refused;
mod sets;

use common::{Scrubbed, scrub};

const NIGHT: &str = include_str!("../../fixtures/nights/first.837");

fn answers(text: &str) -> Scrubbed {
    scrub(text.as_bytes(), 2, 1 << 20)
}

fn text(scrubbed: &Scrubbed, kind: &str) -> String {
    String::from_utf8(scrubbed.file(kind).to_vec()).unwrap()
}

/// The segments that start with this, without line ends.
fn segments(scrubbed: &Scrubbed, kind: &str, start: &str) -> Vec<String> {
    text(scrubbed, kind)
        .split('~')
        .map(|segment| segment.trim().to_owned())
        .filter(|segment| segment.starts_with(start))
        .collect()
}

#[test]
fn a_night_is_answered_claim_by_claim() {
    let night = answers(NIGHT);
    insta::assert_snapshot!("ta1", text(&night, "ta1.edi"));
    insta::assert_snapshot!("999", text(&night, "999.edi"));
    insta::assert_snapshot!("277ca", text(&night, "277ca.edi"));
}

#[test]
fn a_submitter_that_is_no_person_is_answered_without_a_first_name() {
    let odd = NIGHT.replacen("BILLING*****46", "BILLING*PAT*Q***46", 1);
    assert_ne!(odd, NIGHT);
    let night = answers(&odd);
    let submitters = segments(&night, "277ca.edi", "NM1*41");
    assert_eq!(
        submitters[0],
        "NM1*41*2*TELESCRUB DEMO BILLING*****46*TELESCRUBDEMO"
    );
}

#[test]
fn what_breaks_its_guide_is_found_when_read_back() {
    let night = answers(NIGHT);
    let folder = tempfile::tempdir().unwrap();
    let read = |kind: &str, from: &str, to: &str| {
        let path = folder.path().join("answer.edi");
        let whole = text(&night, kind);
        let spoilt = whole.replacen(from, to, 1);
        assert!(from == to || spoilt != whole, "{from}");
        std::fs::write(&path, spoilt).unwrap();
        telescrub::verify::answers(&path).map_err(|error| error.to_string())
    };
    let whole = read("277ca.edi", "STC", "STC").unwrap();
    assert_eq!((whole.accepted.claims, whole.rejected.claims), (30, 10));
    for (kind, from, to, told) in [
        ("277ca.edi", "QTY*90*16", "QTY*90*17", "totals"),
        ("277ca.edi", "AMT*YY*681", "AMT*YY*682", "totals"),
        ("277ca.edi", "STC*A2:20", "XTC*A2:20", "XTC"),
        ("277ca.edi", "HL*4*3*PT", "HL*4*3*ZZ", "HL"),
        (
            "277ca.edi",
            "DTP*050*D8*20261123",
            "DTP*050*D8*20261323",
            "DTP",
        ),
        ("999.edi", "IK5*A", "IK5*Y", "verdict"),
        ("999.edi", "AK9*A*2*2*2", "AK9*A*2*2", "AK9"),
        ("ta1.edi", "*A*000", "*Z*000", "verdict"),
    ] {
        let error = read(kind, from, to).unwrap_err();
        assert!(error.contains(told), "{from}: {error}");
    }
}

#[test]
fn answers_keep_to_their_guides_whatever_the_values_they_copy() {
    let mut random = 88_172_645_463_325_252_u64;
    let mut draw = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below as u64).unwrap()
    };
    let start = NIGHT.find("BHT*").unwrap();
    let odd = [
        &b"\x07"[..],
        b"\xFF",
        b" ",
        b"",
        b"~",
        b"*",
        b":",
        b"^",
        b"AAAAAAAAAAAAAAAAAAAAA",
    ];
    for round in 0..40 {
        let mut night = NIGHT.as_bytes().to_vec();
        for _ in 0..200 {
            let at = start + draw(night.len() - start - 300);
            let len = draw(4);
            night.splice(at..at + len, odd[draw(odd.len())].iter().copied());
        }
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in.837");
        std::fs::write(&input, &night).unwrap();
        // Read back before they are published.
        let scrubbed = common::scrub_file(&input, 2, 1 << 20, true);
        if let Err(error) = scrubbed.result {
            assert!(error.is_input(), "round {round}: {error}");
        }
    }
}
