//! The envelopes around clean and rejected claims: whole, right, and none too many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use common::{Scrubbed, scrub};
use telescrub::verify::{ReadBack, read_back};

const NIGHT: &str = include_str!("../fixtures/nights/first.837");

fn scrubbed(text: &str) -> Scrubbed {
    let scrubbed = scrub(text.as_bytes(), 2, 1 << 20);
    assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
    for block in [1, 700] {
        let other = scrub(text.as_bytes(), 2, block);
        for kind in ["clean.837", "rejects.837"] {
            assert!(
                other.file(kind) == scrubbed.file(kind),
                "{kind} depends on the blocks"
            );
        }
    }
    scrubbed
}

fn text(scrubbed: &Scrubbed, kind: &str) -> String {
    String::from_utf8_lossy(scrubbed.file(kind)).into_owned()
}

/// Reads an output back: its envelopes are closed, their counts and numbers right.
fn read(scrubbed: &Scrubbed, kind: &str) -> ReadBack {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("output.837");
    std::fs::write(&path, scrubbed.file(kind)).unwrap();
    read_back(&path, None).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

/// The segments with this identifier, without line ends.
fn segments(text: &str, id: &str) -> Vec<String> {
    text.split('~')
        .map(|segment| segment.trim().to_owned())
        .filter(|segment| segment.split('*').next() == Some(id))
        .collect()
}

/// An interchange with these sets in one group; each set is its provider levels.
fn interchange(sets: &[Vec<String>]) -> String {
    let (head, _) = NIGHT.split_once("ST*837*").unwrap();
    let header = NIGHT
        .split_once("ST*837*0001*005010X222A1~\n")
        .unwrap()
        .1
        .split_once("HL*1*")
        .unwrap()
        .0;
    let mut all = head.to_owned();
    for (at, levels) in sets.iter().enumerate() {
        let number = format!("{:04}", at + 1);
        let body = format!("ST*837*{number}*005010X222A1~\n{header}{}", levels.concat());
        let count = body.matches('~').count() + 1;
        all.extend([body, format!("SE*{count}*{number}~\n")]);
    }
    all + &format!("GE*{}*1~\nIEA*1*000000001~\n", sets.len())
}

/// 2000A with this HL01.
fn provider(number: u32) -> String {
    let text = between("HL*1**20*1~\n", "HL*2*1*22*0~\n");
    format!("HL*{number}**20*1~\n{text}")
}

/// 2000B with this HL01 and HL02, with dependents or without.
fn subscriber(number: u32, parent: u32, dependents: bool) -> String {
    let text = between("HL*2*1*22*0~\n", "CLM*LA000000001*");
    let dependents = u8::from(dependents);
    format!("HL*{number}*{parent}*22*{dependents}~\n{text}")
}

/// 2000C with this HL01 and HL02.
fn dependent(number: u32, parent: u32) -> String {
    format!(
        "HL*{number}*{parent}*23*0~\nPAT*19~\nNM1*QC*1*ROWAN*IDA~\nN3*9188 SCHOOL ST~\n\
         N4*BUFFALO*NY*142027573~\nDMG*D8*20120723*F~\n"
    )
}

/// A claim that passes, or one that does not: its charge is not that of its lines.
fn claim(id: &str, passes: bool) -> String {
    let text = between("CLM*LA000000001*230", "HL*3*1*22*0~");
    // Told apart by what they charge, so that none is a duplicate.
    let number = id[1..]
        .parse()
        .unwrap_or(5_000 + u32::from(id.as_bytes()[0]));
    let text = text.replacen("97110:GP*94*", &format!("97110:GP*{}*", 94 + number), 1);
    let charge = 230 + number + u32::from(!passes);
    format!("CLM*{id}*{charge}{text}")
}

fn between(from: &str, to: &str) -> String {
    let (_, rest) = NIGHT.split_once(from).unwrap();
    rest.split_once(to).unwrap().0.to_owned()
}

#[test]
fn a_sound_batch_comes_out_byte_for_byte() {
    let levels = vec![
        provider(1),
        subscriber(2, 1, true),
        claim("A", true),
        dependent(3, 2),
        claim("B", true),
        // Only a dependent below this subscriber has a claim.
        provider(4),
        subscriber(5, 4, true).replace("SBR*P*18*", "SBR*P**"),
        dependent(6, 5),
        claim("C", true),
    ];
    let other = vec![provider(1), subscriber(2, 1, false), claim("D", true)];
    let batch = interchange(&[levels, other]);
    let whole = scrubbed(&batch);
    assert_eq!(text(&whole, "findings.jsonl"), "");
    assert!(text(&whole, "clean.837") == batch);
    assert!(whole.file("rejects.837").is_empty());
    // A byte order mark and blanks before ISA are told and stay out, blanks and line ends inside
    // stay.
    let blanks = batch.replace("~\nN4", "~ \r\n N4");
    for lead in ["\u{feff} \n", "\u{feff}", "\t", "\n\n"] {
        let whole = scrubbed(&format!("{lead}{blanks}"));
        assert_eq!(text(&whole, "clean.837"), blanks);
        let told = whole.findings();
        assert_eq!(told.len(), 1, "{lead:?}");
        assert_eq!(told[0]["findings"][0]["rule"], "ENV001");
        assert_eq!(told[0]["findings"][0]["severity"], "warn");
    }
}

#[test]
fn odd_values_of_headers_are_told_and_cost_no_claim() {
    let batch = interchange(&[vec![provider(1), subscriber(2, 1, false), claim("A", true)]]);
    for (from, to, rule, start) in [
        ("*005010X222A1~\nBHT", "~\nBHT", "ENV006", "ST03 "),
        ("*00501*", "*00401*", "ENV002", "ISA12 "),
        ("*P*:~", "*X*:~", "ENV002", "ISA15 "),
    ] {
        let odd = batch.replacen(from, to, 1);
        assert_ne!(odd, batch, "{from}");
        let whole = scrubbed(&odd);
        assert_eq!(text(&whole, "clean.837"), odd);
        let told = whole.findings();
        let finding = &told[0]["findings"][0];
        assert_eq!(finding["rule"], rule);
        assert_eq!(finding["severity"], "warn");
        let message = finding["message"].as_str().unwrap();
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn a_header_without_a_control_number_costs_what_it_opens() {
    let batch = interchange(&[vec![provider(1), subscriber(2, 1, false), claim("A", true)]]);
    let sets = ["*0001*0", "*0001~"];
    let groups = ["*1*X", "*1~\nI"];
    let interchanges = ["*000000001*", "*000000001~"];
    for (name, number, places, blank) in [
        ("ST02", "0001", sets, ""),
        ("ST02", "0001", sets, "    "),
        ("GS06", "1", groups, ""),
        ("GS06", "1", groups, " "),
        ("ISA13", "000000001", interchanges, "         "),
    ] {
        let odd = places.iter().fold(batch.clone(), |text, place| {
            text.replacen(place, &place.replacen(number, blank, 1), 1)
        });
        let whole = scrubbed(&odd);
        assert_eq!(text(&whole, "clean.837"), "", "{name}");
        let found = &whole.findings()[0]["findings"][0];
        assert_eq!(found["rule"], "ENV002");
        let message = found["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("{name} is empty")));
        assert_eq!(read(&whole, "rejects.837").claims, 1);
    }
}

#[test]
fn each_sender_numbers_its_interchanges_by_itself() {
    let batch =
        |id: &str| interchange(&[vec![provider(1), subscriber(2, 1, false), claim(id, true)]]);
    let (first, second) = (batch("A1"), batch("A2"));
    let is_told = |night: &str| text(&scrubbed(night), "findings.jsonl").contains("ENV007");
    assert!(is_told(&format!("{first}{second}")));
    for at in [35, 54] {
        let mut other = second.clone();
        other.replace_range(at..at + 15, "SOMEBODY ELSE  ");
        assert!(!is_told(&format!("{first}{other}")), "at {at}");
        assert!(is_told(&format!("{first}{other}{second}")), "at {at}");
    }
}

#[test]
fn a_trailer_without_its_terminator_closes_what_it_names() {
    let batch = interchange(&[vec![provider(1), subscriber(2, 1, false), claim("A", true)]]);
    let group = batch.find("IEA*").unwrap();
    let cut = |text: &str| text.trim_end().trim_end_matches('~').to_owned();
    for (short, trailer) in [
        (cut(&batch), "IEA"),
        (format!("{}\r\n", cut(&batch)), "IEA"),
        (cut(&batch[..group]), "GE"),
    ] {
        let whole = scrubbed(&short);
        assert_eq!(text(&whole, "clean.837"), batch, "{trailer}");
        let told = whole.findings();
        let message = format!("the {trailer} at the end of the data lacks");
        let is_told = told.iter().any(|line| {
            let finding = &line["findings"][0];
            finding["rule"] == "ENV003"
                && finding["severity"] == "warn"
                && finding["message"].as_str().unwrap().starts_with(&message)
        });
        assert!(is_told, "{told:?}");
        assert!(
            !told.iter().any(|line| line["verdict"] == "rejected"),
            "{trailer}"
        );
    }
    // Of another number, or cut within it, it is no trailer.
    let other = cut(&batch);
    let told = scrubbed(&other[..other.len() - 1]).findings();
    let rules: Vec<&str> = told
        .iter()
        .map(|line| line["findings"][0]["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["ENV008", "ENV003"]);
    // A set may have more behind a count and number that seem right.
    let set = cut(&batch[..batch.find("GE*").unwrap()]);
    let told = scrubbed(&set).findings();
    assert!(
        told.iter()
            .any(|line| line["findings"][0]["rule"] == "ENV003" && line["verdict"] == "rejected")
    );
}

#[test]
fn headers_hold_what_the_guide_has_for_them() {
    let batch = interchange(&[vec![provider(1), subscriber(2, 1, false), claim("A", true)]]);
    let set = batch
        .replace("ST*837*0001*", "ST*837*1*")
        .replace("*0001~\nGE*", "*1~\nGE*");
    let blank = batch.replace("*0001~\nGE*", "*0001 ~\nGE*");
    let start = batch.find("GS*").unwrap();
    let end = start + batch[start..].find('~').unwrap();
    let mut group: Vec<&str> = batch[start..end].split('*').collect();
    group[7] = "T";
    let group = format!("{}{}{}", &batch[..start], group.join("*"), &batch[end..]);
    for (odd, rule, message, clean) in [
        (&set, "ENV002", "ST02 has fewer", &set),
        (&group, "ENV002", "GS07 holds no value", &group),
        (
            &blank,
            "ENV004",
            "a blank stands beside the control number 0001",
            &batch,
        ),
    ] {
        let whole = scrubbed(odd);
        assert_eq!(&text(&whole, "clean.837"), clean, "{message}");
        let told = whole.findings();
        assert_eq!(told.len(), 1, "{told:?}");
        let finding = &told[0]["findings"][0];
        assert_eq!(
            (finding["rule"].as_str(), finding["severity"].as_str()),
            (Some(rule), Some("warn"))
        );
        assert!(
            finding["message"].as_str().unwrap().starts_with(message),
            "{finding}"
        );
    }
}

#[test]
fn a_ta1_before_the_groups_is_left_out_and_rejects_nothing() {
    let batch = interchange(&[vec![provider(1), subscriber(2, 1, false), claim("A", true)]]);
    let answering = batch.replacen("GS*", "TA1*000000001*261123*0101*A*000~\nGS*", 1);
    let whole = scrubbed(&answering);
    assert_eq!(text(&whole, "clean.837"), batch);
    let told = whole.findings();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["findings"][0]["rule"], "ENV008");
    assert_eq!(told[0]["findings"][0]["severity"], "warn");
    // Anywhere else it is a segment like others.
    let astray = batch.replacen("ST*", "TA1*000000001*261123*0101*A*000~\nST*", 1);
    let told = scrubbed(&astray).findings();
    assert_eq!(told[0]["findings"][0]["severity"], "reject");
}

#[test]
fn levels_whose_claims_have_left_leave_with_those_around_them() {
    let batch = interchange(&[
        // No claim passes: of the set nothing stays.
        vec![
            provider(1),
            subscriber(2, 1, false),
            subscriber(3, 1, false),
            claim("A", false),
        ],
        vec![
            provider(1),
            subscriber(2, 1, false),
            subscriber(3, 1, false),
            claim("B", false),
            provider(4),
            subscriber(5, 4, false),
            subscriber(6, 4, false),
            claim("C", true),
            subscriber(7, 4, true),
            dependent(8, 7),
            claim("D", false),
            subscriber(9, 4, true),
            claim("E", true),
            dependent(10, 9),
            claim("F", false),
            // A patient without a claim is a fault of its own, as are the subscribers above.
            dependent(11, 9),
            subscriber(12, 4, true),
            claim("G", true),
            dependent(13, 12),
            claim("H", false),
        ],
    ]);
    let whole = scrubbed(&batch);
    let clean = text(&whole, "clean.837");
    assert_eq!(
        segments(&clean, "HL"),
        ["HL*1**20*1", "HL*2*1*22*0", "HL*3*1*22*0", "HL*4*1*22*0"]
    );
    assert_eq!(segments(&clean, "ST"), ["ST*837*0002*005010X222A1"]);
    assert_eq!(read(&whole, "clean.837").claims, 3);
    assert_eq!(read(&whole, "rejects.837").claims, 5);
    assert_eq!(
        segments(&text(&whole, "rejects.837"), "HL"),
        [
            "HL*1**20*1",
            "HL*2*1*22*0",
            "HL*3*1*22*0",
            "HL*1**20*1",
            "HL*2*1*22*0",
            "HL*3*1*22*0",
            "HL*4**20*1",
            "HL*5*4*22*0",
            "HL*6*4*22*1",
            "HL*7*6*23*0",
            "HL*8*4*22*1",
            "HL*9*8*23*0",
            "HL*10*8*23*0",
            "HL*11*4*22*1",
            "HL*12*11*23*0",
        ]
    );
    let again = scrubbed(&clean);
    assert_eq!(text(&again, "clean.837"), clean);
}

#[test]
fn nothing_is_clean_where_no_claim_is() {
    let none = vec![provider(1), subscriber(2, 1, false)];
    let bad = vec![
        provider(1),
        subscriber(2, 1, false),
        claim("A", false),
        subscriber(3, 1, false),
    ];
    let whole = scrubbed(&interchange(&[none.clone(), bad, none]));
    assert!(whole.file("clean.837").is_empty());
    assert_eq!(read(&whole, "rejects.837").claims, 1);
    let told = whole.findings();
    let told = told
        .iter()
        .flat_map(|line| line["findings"].as_array().unwrap());
    let empty = told.filter(|finding| finding["rule"] == "SYN003").count();
    assert_eq!(empty, 3, "each subscriber without a claim or a patient");
}

#[test]
fn trailers_that_stray_or_are_cut_do_not_break_the_rejects() {
    let sound = interchange(&[vec![provider(1), subscriber(2, 1, false), claim("A", true)]]);
    let stray = claim("B", true);
    let (start, whole_end) = sound.split_at(sound.find("\nSE*").unwrap() + 1);
    for (name, damaged, claims) in [
        (
            "claims between sets, with trailers of their own",
            format!(
                "{}{stray}SE*9*0009~\n{stray}REF*6R*1~\nSE*9*0009~\nNM1*82*1*PARK~\n{stray}GE*1*1~\nIEA*1*000000001~\n",
                &sound[..sound.find("GE*").unwrap()]
            ),
            3,
        ),
        ("cut in SE", format!("{start}SE*12"), 1),
        ("cut in SE, and glued", format!("{start}SE*12{sound}"), 1),
        (
            "cut in GE",
            sound[..sound.find("GE*").unwrap() + 4].to_owned(),
            0,
        ),
        ("cut in ST", format!("{start}ST*837*00"), 1),
        ("cut in a line", format!("{start}SV1*HC:9711"), 1),
        (
            "a trailer twice",
            format!("{start}{whole_end}{whole_end}"),
            0,
        ),
        ("ISA twice", format!("{}{sound}", &sound[..107]), 0),
    ] {
        println!("{name}");
        let whole = scrubbed(&damaged);
        let found = read(&whole, "rejects.837");
        assert_eq!(found.claims, claims, "{name}");
    }
}

#[test]
fn a_long_segment_that_is_cut_gets_one_terminator() {
    let long = format!("NTE*ADD*{}", "A".repeat(700_000));
    let sound = interchange(&[vec![provider(1), subscriber(2, 1, false), claim("A", true)]]);
    let (start, _) = sound.split_at(sound.find("\nSE*").unwrap() + 1);
    let whole = scrub(format!("{start}{long}").as_bytes(), 2, 1 << 20);
    let rejects = text(&whole, "rejects.837");
    assert!(rejects.contains(&format!("{long}~")));
    assert_eq!(read(&whole, "rejects.837").claims, 1);
}

#[test]
fn a_subscriber_waits_for_its_dependent_over_many_blocks() {
    for passes in [true, false] {
        let mut levels = vec![provider(1), subscriber(2, 1, true)];
        for number in 0..90 {
            levels.push(claim(&format!("A{number}"), true));
        }
        levels.push(dependent(3, 2));
        levels.push(claim("B", passes));
        let whole = scrubbed(&interchange(&[levels]));
        let levels = segments(&text(&whole, "clean.837"), "HL");
        let expected = if passes {
            vec!["HL*1**20*1", "HL*2*1*22*1", "HL*3*2*23*0"]
        } else {
            vec!["HL*1**20*1", "HL*2*1*22*0"]
        };
        assert_eq!(levels, expected);
    }
}

#[test]
fn a_set_number_that_differs_by_a_blank_is_used_before() {
    let level = || vec![provider(1) + &subscriber(2, 1, false) + &claim("A1", true)];
    let other = || vec![provider(1) + &subscriber(2, 1, false) + &claim("A2", true)];
    let sets = interchange(&[level(), other()]);
    for blank in ["0001 ", " 0001"] {
        let night = sets.replace("*0002*", &format!("*{blank}*"));
        let night = night.replace("*0002~", &format!("*{blank}~"));
        let scrubbed = scrubbed(&night);
        let found = text(&scrubbed, "findings.jsonl");
        assert!(
            found.contains("ENV007") && found.contains("ENV002"),
            "{found}"
        );
        assert_eq!(segments(&text(&scrubbed, "clean.837"), "ST").len(), 1);
        assert!(text(&scrubbed, "rejects.837").contains("CLM*A2*"));
    }
}

#[test]
fn no_charge_is_asked_to_fit_what_is_left_of_a_set_that_is_cut_short() {
    let batch = interchange(&[vec![provider(1), subscriber(2, 1, false), claim("A", true)]]);
    let lines = batch.match_indices("LX*").map(|(at, _)| at);
    let last = lines.last().unwrap();
    let (kept, lost) = batch.split_at(last);
    let lost = &lost[..lost.find("SE*").unwrap()];
    assert!(kept.contains("LX*1~"), "another line is left");
    let without_a_line = batch.replace(lost, "");
    for (text, rule) in [(kept, "ENV003"), (&*without_a_line, "ENV005")] {
        let told = scrubbed(text).findings();
        let mut findings = told
            .iter()
            .flat_map(|line| line["findings"].as_array().unwrap());
        let balance = findings
            .find(|finding| finding["rule"] == "BAL001")
            .unwrap();
        let help = balance["help"].as_str().unwrap();
        assert!(
            help.starts_with("segments of the claim may be lost") && help.contains(rule),
            "{help}"
        );
    }
    let levels = vec![provider(1), subscriber(2, 1, false), claim("A", false)];
    let told = scrubbed(&interchange(&[levels])).findings();
    let help = told[0]["findings"][0]["help"].as_str().unwrap();
    assert!(help.starts_with("make CLM02 "), "{help}");
}
