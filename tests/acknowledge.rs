//! TA1, 999 and 277CA: what each says of a night, and of its faults.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use common::{Scrubbed, scrub};
use telescrub::policy::PolicyBook;
use telescrub::scrub::item::Fate;
use telescrub::scrub::judge::Judgement;

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
    for (from, to, note) in [
        ("*P*:~", "*P**~", "027"),
        ("*P*:~", "*P*A~", "027"),
        ("*P*:~", "*P*^~", "027"),
        ("*^*00501", "*A*00501", "016"),
        ("*P*:~\n", "*P*:", "004"),
    ] {
        let damaged = NIGHT.replacen(from, to, 1);
        assert_ne!(damaged, NIGHT);
        let night = answers(&damaged);
        let told = segments(&night, "ta1.edi", "TA1");
        assert!(told[0].ends_with(&format!("*R*{note}")), "{to}: {told:?}");
        assert!(night.file("999.edi").is_empty() && night.file("277ca.edi").is_empty());
    }
    let night = answers(&NIGHT.replacen("*^*00501", "*U*00501", 1));
    assert!(segments(&night, "ta1.edi", "TA1")[0].ends_with("*E*016"));
}

#[test]
fn what_no_group_holds_is_told_by_the_ta1() {
    let stray = "CLM*STRAY*60***11:B:1*Y*A*Y*Y~\nHI*ABK:M25561~\n";
    let group = &NIGHT[NIGHT.find("GS*").unwrap()..NIGHT.find("ST*").unwrap()];
    let trailer = NIGHT[NIGHT.find("GE*2*").unwrap()..]
        .split_inclusive('\n')
        .next()
        .unwrap();
    let sender = "TELESCRUBDEMO  *ZZ";
    for (name, changes, answer) in [
        (
            "a claim behind a set",
            &[("GE*2*", format!("{stray}GE*2*"))][..],
            "E*024",
        ),
        (
            "an unknown sender too",
            &[
                ("GE*2*", format!("{stray}GE*2*")),
                ("*P*:~", "*X*:~".to_owned()),
            ],
            "E*024",
        ),
        (
            "a claim behind all",
            &[("IEA*1*000000001~\n", format!("IEA*1*000000001~\n{stray}"))],
            "E*024",
        ),
        (
            "sets without a group",
            &[(group, String::new()), (trailer, String::new())],
            "E*024",
        ),
        ("a trailer twice", &[(trailer, trailer.repeat(2))], "E*022"),
        (
            "one element too many",
            &[("GE*2*1~", "GE*2*1*X~".to_owned())],
            "E*024",
        ),
        (
            "one in IEA",
            &[("IEA*1*000000001~", "IEA*1*000000001*X~".to_owned())],
            "E*022",
        ),
        (
            "a line end in a name",
            &[(sender, "TELESCRUBDEMO\n *ZZ".to_owned())],
            "E*006",
        ),
        (
            "a mark at the end",
            &[("IEA*1*000000001~\n", "IEA*1*000000001~\n\x1A".to_owned())],
            "A*000",
        ),
    ] {
        let mut damaged = NIGHT.to_owned();
        for (from, to) in changes {
            assert!(damaged.contains(from), "{name}");
            damaged = damaged.replacen(from, to, 1);
        }
        let told = segments(&answers(&damaged), "ta1.edi", "TA1");
        assert!(told[0].ends_with(answer), "{name}: {told:?}");
    }
}

#[test]
fn surplus_elements_of_a_set_are_noted_in_the_999() {
    for (from, to) in [
        ("ST*837*0001*005010X222A1~", "ST*837*0001*005010X222A1*X~"),
        ("*0001~\nST*", "*0001*X~\nST*"),
    ] {
        let damaged = NIGHT.replacen(from, to, 1);
        assert_ne!(damaged, NIGHT);
        let night = answers(&damaged);
        assert_eq!(segments(&night, "999.edi", "IK5"), ["IK5*E*5", "IK5*A"]);
        assert_eq!(text(&night, "rejects.837").matches("\nCLM*").count(), 10);
    }
}

#[test]
fn control_numbers_are_the_same_when_they_are_written_alike() {
    let numbered = |first: &str, second: &str| {
        let set = |text: String, from: &str, to: &str| {
            let text = text.replace(&format!("ST*837*{from}*"), &format!("ST*837*{to}*"));
            text.replace(&format!("*{from}~\nST*"), &format!("*{to}~\nST*"))
                .replace(&format!("*{from}~\nGE*"), &format!("*{to}~\nGE*"))
        };
        let text = set(NIGHT.to_owned(), "0002", second);
        let night = answers(&set(text, "0001", first));
        segments(&night, "999.edi", "IK5")
    };
    assert_eq!(numbered("ABCD", "ABCD"), ["IK5*A", "IK5*R*23"]);
    assert_eq!(numbered("0007", "0007"), ["IK5*A", "IK5*R*23"]);
    assert_eq!(numbered("0007", "00007"), ["IK5*A", "IK5*A"]);
    assert_eq!(numbered("ABCD", "abcd"), ["IK5*A", "IK5*A"]);
}

#[test]
fn a_composite_that_repeats_is_told_once_and_rejects_its_claim() {
    for (from, to, told, status) in [
        (":B:1*", ":B:1^11:B:1*", "IK4*5**12", "STC*A7:535*"),
        ("HI*ABK:", "HI*ABK:M25561^ABK:", "IK4*1**12", "STC*A7:254*"),
        ("***1:2~", "***1:2^9~", "IK4*7**12", "STC*A7:477*"),
        ("***1:2~", "***1:2^~", "IK4*7**12", "STC*A7:477*"),
        (
            "SV1*HC:97110:GP*",
            "SV1*HC:97110:GP^HC:97112:GP*",
            "IK4*1**12",
            "STC*A7:454*",
        ),
    ] {
        let damaged = NIGHT.replacen(from, to, 1);
        assert_ne!(damaged, NIGHT);
        let night = answers(&damaged);
        assert_eq!(segments(&night, "999.edi", "IK4"), [told], "{to}");
        let of_status = |night: &Scrubbed| segments(night, "277ca.edi", status).len();
        assert_eq!(of_status(&night), of_status(&answers(NIGHT)) + 1, "{to}");
        let refused = text(&night, "rejects.837");
        assert!(refused.contains("CLM*LA000000001*"), "{to}");
    }
}

#[test]
fn a_set_without_a_level_is_rejected() {
    let from = NIGHT.find("HL*1*").unwrap();
    let to = NIGHT.find("\nSE*").unwrap() + "\nSE*".len();
    let rest = &NIGHT[to + NIGHT[to..].find('*').unwrap()..];
    let night = answers(&format!("{}SE*6{rest}", &NIGHT[..from]));
    assert_eq!(segments(&night, "999.edi", "IK5"), ["IK5*R*5", "IK5*A"]);
    assert!(text(&night, "findings.jsonl").contains("SYN003"));
    assert!(!text(&night, "clean.837").contains("ST*837*0001*"));
}

#[test]
fn a_value_is_copied_into_the_999_only_as_it_was() {
    let noted = |from: &str, to: &str| {
        let damaged = NIGHT.replacen(from, to, 1);
        assert_ne!(damaged, NIGHT);
        segments(&answers(&damaged), "999.edi", "IK")[..2].to_vec()
    };
    let name = noted("*ROWAN*", "*ROWAN *");
    assert_eq!(name[1], "IK4*3*1035*6");
    // Before the first level no loop is open.
    let header = noted("BHT*0019*00*", "BHT*0019*0X*");
    assert_eq!(header, ["IK3*BHT*2**8", "IK4*2*353*7*0X"]);
}

#[test]
fn a_status_speaks_of_what_is_at_fault() {
    for (from, to, status) in [
        ("REF*EI*266450763~", "REF*EI*26645076~", "STC*A7:128:85*"),
        ("*BUFFALO*NY*", "*BUFFALO*XX*", "STC*A7:501:IL*"),
        ("*BUFFALO*NY*", "*BUFFALO**", "STC*A6:501:IL*"),
        ("*142027573~", "~", "STC*A6:500:IL*"),
        ("*142027573~", "*1420~", "STC*A7:500:IL*"),
        ("N3*5691 SPRUCE ST~", "N3*PO BOX 9~", "STC*A7:503:85*"),
        ("*19910723*", "*20910723*", "STC*A7:158:IL*"),
        (
            "NM1*PR*2*BLUE HERON HEALTH PLAN*****PI*BLHR2~\n",
            "",
            "STC*A6:124:PR*",
        ),
        ("LX*1~", "LX*7~", "STC*A7:247*"),
        ("LX*1~", "LX*A~", "STC*A7:247*"),
        ("HI*ABK", "DTP*439*D8*20991101~\nHI*ABK", "STC*A7:727*"),
        ("HI*ABK", "DTP*435*D8*20991101~\nHI*ABK", "STC*A7:189*"),
        ("HI*ABK", "AMT*F5*1X~\nHI*ABK", "STC*A7:183:QC*"),
        ("HI*ABK", "AMT*F5*231~\nHI*ABK", "STC*A7:183:QC*"),
        ("HI*ABK", "AMT*F5*1.001~\nHI*ABK", "STC*A7:697*"),
        ("N3*9188 SCHOOL ST~\n", "", "STC*A6:126:IL*"),
        ("N4*BUFFALO*NY*142027573~\n", "", "STC*A6:126:IL*"),
        ("DMG*D8*19910723*F~\n", "", "STC*A6:158:IL*"),
        ("SBR*P*18*G83085*", "SBR*P**G83085*", "STC*A7:156*"),
        ("SBR*P*18*G83085*", "SBR*S*18*G83085*", "STC*A7:742*"),
        ("***12:B:1*Y*A*Y*Y~", "***12:B:7*Y*A*Y*Y~", "STC*A6:464*"),
        (
            "***12:B:1*Y*A*Y*Y~\n",
            "***12:B:1*Y*A*Y*Y**AA~\nDTP*439*D8*20260601~\n",
            "STC*A6:728*",
        ),
        (
            "***12:B:1*Y*A*Y*Y~\n",
            "***21:B:1*Y*A*Y*Y~\nDTP*435*D8*20260601~\nDTP*096*D8*20260531~\n",
            "STC*A7:190*",
        ),
        (
            "*ROWAN*KARIN****MI*QMM207142762~",
            "*ROWAN*KARIN~",
            "STC*A6:164:IL*",
        ),
        (
            "NM1*DN*1*SAGE*CLARA****XX*1730521626~",
            "NM1*DN*1*WILLOW*NEIL****XX*2445335930~",
            "STC*A7:562:DN*",
        ),
        (
            "NM1*DN*1*SAGE*CLARA****XX*1730521626~\n",
            "",
            "STC*A6:562:DN*",
        ),
    ] {
        let damaged = NIGHT.replacen(from, to, 1);
        assert_ne!(damaged, NIGHT);
        let count_of = |text: &str| i64::try_from(text.matches('~').count()).unwrap();
        let lines = count_of(to) - count_of(from);
        let se = NIGHT.find("\nSE*").unwrap() + "\nSE*".len();
        let count = NIGHT[se..].split('*').next().unwrap();
        let right = format!("SE*{}*", count.parse::<i64>().unwrap() + lines);
        let night = answers(&damaged.replacen(&format!("SE*{count}*"), &right, 1));
        let told = segments(&night, "277ca.edi", status);
        assert!(
            !told.is_empty(),
            "{to}: {:?}",
            segments(&night, "277ca.edi", "STC*A")
        );
    }
    // A claim without lines has no sum to be wrong.
    let from = NIGHT.find("LX*1~").unwrap();
    let to = NIGHT.find("HL*3*").unwrap();
    let night = answers(&format!("{}{}", &NIGHT[..from], &NIGHT[to..]));
    let found = text(&night, "findings.jsonl");
    assert!(!found.contains("its 0 service lines"), "{found}");
}

#[test]
fn a_frequency_code_that_is_not_taken_is_answered_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let policy = r#"key = "commercial/heron"
program = "commercial"
jurisdiction = "US"
name = "Blue Heron"
publisher = "Blue Heron"
payer_ids = ["BLHR2"]
[sources]
m = { title = "Manual", publisher = "Blue Heron", url = "https://heron.example", dated = "2026-01" }
[[frequency]]
from = 2020-01-01
taken = ["1"]
source = ["m"]
confidence = "high"
"#;
    std::fs::write(folder.path().join("heron.toml"), policy).unwrap();
    let mut policies = PolicyBook::builtin();
    policies.overlay(folder.path()).unwrap();
    // The number comes in place of a line's own, so that the set's count stays right.
    let night = NIGHT
        .replacen("***12:B:1*Y*A*Y*Y~\n", "***12:B:7*Y*A*Y*Y~\nREF*F8*1~\n", 1)
        .replacen("REF*6R*00000000101~\n", "", 1);
    let input = folder.path().join("in.837");
    std::fs::write(&input, night).unwrap();
    let judgement = Judgement::new(common::today(), policies);
    let scrubbed = common::scrub_as(&judgement, &input, 1, 1 << 20, false, None);
    let told = segments(&scrubbed, "277ca.edi", "STC*A7:535*");
    assert!(!told.is_empty(), "{}", text(&scrubbed, "findings.jsonl"));
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
