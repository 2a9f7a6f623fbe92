//! What the 999 says of transaction sets and groups.

use super::{NIGHT, answers, segments, text};

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
fn a_version_that_nothing_is_left_of_is_named_unknown() {
    let answered = answers(&NIGHT.replacen("*X*005010X222A1~", "*X*^~", 1));
    let found = segments(&answered, "999.edi", "AK1*");
    assert!(found[0].ends_with("*UNKNOWN"), "{found:?}");
}
