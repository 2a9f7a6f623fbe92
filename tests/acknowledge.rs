//! TA1, 999 and 277CA: what each says of a night, and of its faults.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use common::{Scrubbed, scrub};
use telescrub::scrub::item::Fate;

const NIGHT: &str = include_str!("../fixtures/nights/first.837");

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
fn a_fault_of_syntax_in_a_claim_is_noted_in_the_999_and_rejects_the_claim_in_the_277ca() {
    // CLM06 of the first claim is empty.
    let damaged = NIGHT.replacen("*Y*A*Y*Y~", "**A*Y*Y~", 1);
    assert_ne!(damaged, NIGHT);
    let night = answers(&damaged);
    let noted = segments(&night, "999.edi", "IK");
    assert_eq!(noted[0].split('*').next(), Some("IK3"));
    assert!(noted[0].ends_with("*2300*8"), "{noted:?}");
    assert_eq!(noted[1..3], ["IK4*6*1073*1", "IK5*E*5"]);
    assert_eq!(segments(&night, "999.edi", "CTX").len(), 1);
    assert_eq!(segments(&night, "999.edi", "AK9"), ["AK9*E*2*2*2"]);
    let rejected = segments(&night, "277ca.edi", "STC*A6:117*");
    assert_eq!(rejected.len(), 1);
    assert!(rejected[0].contains("SYN005, CLM06 is required"));
}

#[test]
fn a_functional_group_of_another_kind_or_version_is_rejected_as_such() {
    for (from, to, code) in [
        ("*X*005010X222A1~", "*X*005010~", "2"),
        ("GS*HC*", "GS*HP*", "1"),
    ] {
        let night = answers(&NIGHT.replacen(from, to, 1));
        assert_eq!(segments(&night, "999.edi", "IK5"), ["IK5*R*5", "IK5*R*5"]);
        let group = segments(&night, "999.edi", "AK9");
        assert_eq!(group, [format!("AK9*R*2*2*0*{code}")]);
    }
}

#[test]
fn the_999_names_the_position_of_the_segment_in_its_set() {
    let damaged = NIGHT.replacen("*Y*A*Y*Y~", "**A*Y*Y~", 1);
    let position = damaged
        .split('~')
        .skip_while(|segment| !segment.trim().starts_with("ST*"))
        .position(|segment| segment.contains("**A*Y*Y"))
        .unwrap()
        + 1;
    let noted = segments(&answers(&damaged), "999.edi", "IK3");
    assert_eq!(noted, [format!("IK3*CLM*{position}*2300*8")]);
}

#[test]
fn a_fault_of_a_provider_is_noted_once_and_rejects_each_claim_below() {
    // N403 of the first billing provider is too short.
    let at = NIGHT.find("~\nN4*").unwrap();
    let end = at + 2 + NIGHT[at + 2..].find('~').unwrap();
    let mut elements: Vec<&str> = NIGHT[at..end].split('*').collect();
    elements[3] = "1";
    let damaged = format!("{}{}{}", &NIGHT[..at], elements.join("*"), &NIGHT[end..]);
    let night = answers(&damaged);
    let noted = segments(&night, "999.edi", "IK4");
    assert_eq!(noted, ["IK4*3*116*4*1"]);
    let told = segments(&night, "277ca.edi", "STC*A7:500:85");
    let below = segments(&night, "277ca.edi", "QTY*QC")[0]
        .rsplit('*')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let claims: std::collections::BTreeSet<&String> = told.iter().collect();
    assert!(told.len() >= below && !claims.is_empty(), "{told:?}");
}

#[test]
fn a_rejected_set_is_answered_by_the_999_alone() {
    let damaged = NIGHT.replacen("~\nSE*", "~\nSE*9", 1);
    let night = answers(&damaged);
    assert_eq!(
        segments(&night, "999.edi", "IK5"),
        ["IK5*R*4".to_owned(), "IK5*A".to_owned()]
    );
    assert_eq!(segments(&night, "999.edi", "AK9"), ["AK9*P*2*2*1"]);
    let claims_of = |set: &str| set.matches("~\nCLM*").count();
    let second = NIGHT.split("ST*837*").nth(2).unwrap();
    assert_eq!(
        segments(&night, "277ca.edi", "TRN*2*").len(),
        // Each claim of the second set, and the set itself.
        claims_of(second) + 1
    );
}

#[test]
fn a_rejected_interchange_is_answered_by_the_ta1_alone() {
    // Without four separators nobody knows where values end.
    let damaged = NIGHT.replacen("*P*:~", "*P**~", 1);
    assert_ne!(damaged, NIGHT);
    let night = answers(&damaged);
    let told = segments(&night, "ta1.edi", "TA1");
    assert!(told[0].ends_with("*R*026"), "{told:?}");
    assert!(night.file("999.edi").is_empty() && night.file("277ca.edi").is_empty());
}

#[test]
fn a_wrong_count_of_the_interchange_is_an_error_noted() {
    let (whole, trailer) = NIGHT.rsplit_once("IEA*1*").unwrap();
    let night = answers(&format!("{whole}IEA*2*{trailer}"));
    let told = segments(&night, "ta1.edi", "TA1");
    assert!(told[0].ends_with("*E*021"), "{told:?}");
    assert_eq!(segments(&night, "999.edi", "AK9").len(), 1);
}

#[test]
fn a_file_cut_off_is_answered_as_far_as_it_goes() {
    let cut = &NIGHT[..NIGHT.len() * 9 / 10];
    let night = answers(cut);
    let told = segments(&night, "ta1.edi", "TA1");
    assert!(told[0].ends_with("*E*023"), "{told:?}");
    assert_eq!(segments(&night, "999.edi", "IK5"), ["IK5*A", "IK5*R*2"]);
    assert_eq!(segments(&night, "999.edi", "AK9"), ["AK9*P*2*2*1*3"]);
}

#[test]
fn a_claim_that_is_held_is_received_and_not_yet_accepted() {
    let night = common::scrub_unchecked(NIGHT.as_bytes(), Fate::Held);
    let received = segments(&night, "277ca.edi", "STC*A1:19:40*");
    let held = received
        .iter()
        .filter(|status| status.contains("held until"));
    assert_eq!(held.count(), 4);
    let accepted = segments(&night, "277ca.edi", "STC*A2:20*");
    assert_eq!(accepted.len(), 26);
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
fn a_claim_cannot_break_out_of_its_answer() {
    // The interchange has other separators, so that ~ and * are plain characters.
    let other = NIGHT
        .replace(':', ">")
        .replace('*', "|")
        .replace('~', "!")
        .replace("LA000000001", "LA~STC*A:1");
    let night = answers(&other);
    let answer = text(&night, "277ca.edi");
    assert!(answer.contains("TRN|2|LA~STC*A:1!"));
    assert_eq!(answer.matches("QTY|90|").count(), 2);
}

#[test]
fn a_version_that_nothing_is_left_of_is_named_unknown() {
    let answered = answers(&NIGHT.replacen("*X*005010X222A1~", "*X*^~", 1));
    let found = segments(&answered, "999.edi", "AK1*");
    assert!(found[0].ends_with("*UNKNOWN"), "{found:?}");
}

#[test]
fn a_file_of_which_nothing_is_scrubbed_is_accepted_in_no_answer() {
    let lost = format!("CLM*A1*60***11:B:1~\n{NIGHT}");
    let line = NIGHT.replace('\n', "");
    let lines: Vec<_> = line.as_bytes().chunks(128).collect();
    let wrapped = String::from_utf8(lines.join(&b'\n')).unwrap();
    for (file, note) in [(lost, "022"), (wrapped, "024")] {
        let answered = refused(&file);
        let told = segments(&answered, "ta1.edi", "TA1");
        assert_eq!(told, [format!("TA1*000000001*261123*0800*R*{note}")]);
        assert!(answered.file("999.edi").is_empty() && answered.file("277ca.edi").is_empty());
    }
}

/// What a night that is no 837P any more is answered with.
fn refused(text: &str) -> Scrubbed {
    let refused = answers(text);
    let error = refused.result.as_ref().unwrap_err();
    assert!(error.is_input(), "{error}");
    assert!(refused.file("clean.837").is_empty() && refused.file("rejects.837").is_empty());
    refused
}

#[test]
fn another_transaction_set_is_answered_and_rejected_by_the_999() {
    let other = NIGHT
        .replace("GS*HC*", "GS*HP*")
        .replace("ST*837*", "ST*835*")
        .replace("005010X222A1", "005010X221A1");
    let night = refused(&other);
    assert!(segments(&night, "ta1.edi", "TA1")[0].ends_with("*A*000"));
    assert_eq!(
        segments(&night, "999.edi", "AK1"),
        ["AK1*HP*1*005010X221A1"]
    );
    assert_eq!(segments(&night, "999.edi", "AK2").len(), 2);
    assert!(
        segments(&night, "999.edi", "IK5")
            .iter()
            .all(|told| told.starts_with("IK5*R*"))
    );
    assert_eq!(segments(&night, "999.edi", "AK9"), ["AK9*R*2*2*0"]);
    assert!(night.file("277ca.edi").is_empty());
}

#[test]
fn an_acknowledgement_is_not_acknowledged() {
    let other = NIGHT
        .replace("GS*HC*", "GS*FA*")
        .replace("ST*837*", "ST*999*");
    let night = refused(&other);
    assert_eq!(segments(&night, "ta1.edi", "TA1").len(), 1);
    assert!(night.file("999.edi").is_empty());
}

#[test]
fn a_header_without_its_data_is_answered_by_the_ta1() {
    let night = refused(&NIGHT[..NIGHT.find("GS*").unwrap()]);
    assert!(segments(&night, "ta1.edi", "TA1")[0].ends_with("*023"));
    assert!(refused("no claims at all").files.is_empty());
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

#[test]
fn a_service_that_ends_before_it_starts_is_answered_by_a_range_in_its_order() {
    let day = NIGHT.find("DTP*472*D8*").unwrap();
    let end = day + NIGHT[day..].find('~').unwrap();
    let text = format!(
        "{}DTP*472*RD8*20261104-20261103{}",
        &NIGHT[..day],
        &NIGHT[end..]
    );
    let scrubbed = common::scrub_proving(text.as_bytes(), 2, 1 << 20);
    assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
    let dates = segments(&scrubbed, "277ca.edi", "DTP*472*RD8*");
    assert!(
        dates.contains(&"DTP*472*RD8*20261103-20261104".to_owned()),
        "{dates:?}"
    );
}
