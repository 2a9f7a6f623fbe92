//! Answers to an input of which nothing is scrubbed.

use super::common::Scrubbed;
use super::{NIGHT, answers, segments};

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
