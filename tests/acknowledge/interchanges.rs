//! What the TA1 says.

use super::{NIGHT, answers, segments};

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
