//! What the 277CA says of claims, and the 999 of the faults in them.

use super::common::Scrubbed;
use super::{NIGHT, answers, common, segments, text};
use telescrub::policy::PolicyBook;
use telescrub::scrub::item::Fate;
use telescrub::scrub::judge::Judgement;

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
