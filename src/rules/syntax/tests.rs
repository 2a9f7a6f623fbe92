//! Each violation has its rule, its code and words that name no patient.

use super::*;
use crate::rules::finding::FixSafety;
use crate::rules::rule::Acknowledgement;
use crate::value::Severity;
use crate::x12::Tokens;
use crate::x12::survey::HierarchyFault;

const DELIMITERS: Delimiters = Delimiters::USUAL;

fn told(loop_id: &str, text: &str, at: At, violation: Violation) -> Described {
    let mut tokens = Tokens::default();
    tokens.fill(text.as_bytes(), DELIMITERS);
    let node = STRUCTURE.find(loop_id).unwrap_or(0);
    let told = walk::ViolationAt {
        node,
        segment: 0,
        violation,
    };
    describe(&told, at, &tokens.segment(text.as_bytes(), 0), DELIMITERS)
}

fn element(element: u8) -> At {
    At {
        element,
        component: 0,
    }
}

fn component(element: u8, component: u8) -> At {
    At { element, component }
}

#[test]
fn elements_are_named_as_billers_name_them() {
    assert_eq!(element_name("NM1", element(9)), "NM109");
    assert_eq!(element_name("SV1", component(1, 3)), "SV101-3");
    assert_eq!(element_name("HI", component(12, 2)), "HI12-2");
    assert_eq!(element_name("CLM", At::default()), "CLM");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn every_violation_has_its_rule_and_code() {
    let line = "SV1*HC:97110:GP*90*UN*2***1~";
    let cases = [
        (
            Violation::SegmentUnknown,
            At::default(),
            "SYN001",
            Acknowledgement::Segment("1"),
        ),
        (
            Violation::SegmentMisplaced,
            At::default(),
            "SYN001",
            Acknowledgement::Segment("2"),
        ),
        (
            Violation::SegmentLate(None),
            At::default(),
            "SYN001",
            Acknowledgement::Segment("7"),
        ),
        (
            Violation::SegmentMissing(3, None),
            At::default(),
            "SYN002",
            Acknowledgement::Segment("3"),
        ),
        (
            Violation::LoopMissing(1, None),
            At::default(),
            "SYN003",
            Acknowledgement::Segment("3"),
        ),
        (
            Violation::SegmentRepeated,
            At::default(),
            "SYN004",
            Acknowledgement::Segment("5"),
        ),
        (
            Violation::LoopRepeated,
            At::default(),
            "SYN015",
            Acknowledgement::Segment("4"),
        ),
        (
            Violation::ElementMissing,
            element(2),
            "SYN005",
            Acknowledgement::Element("1"),
        ),
        (
            Violation::ElementNotUsed,
            element(6),
            "SYN006",
            Acknowledgement::Element("I10"),
        ),
        (
            Violation::TooMany,
            element(22),
            "SYN007",
            Acknowledgement::Element("3"),
        ),
        (
            Violation::TooMany,
            component(1, 9),
            "SYN007",
            Acknowledgement::Element("13"),
        ),
        (
            Violation::TooShort,
            component(1, 3),
            "SYN008",
            Acknowledgement::Element("4"),
        ),
        (
            Violation::TooLong,
            component(1, 3),
            "SYN008",
            Acknowledgement::Element("5"),
        ),
        (
            Violation::WrongType,
            element(2),
            "SYN009",
            Acknowledgement::Element("6"),
        ),
        (
            Violation::CodeUnknown,
            element(3),
            "SYN010",
            Acknowledgement::Element("7"),
        ),
        (
            Violation::DateInvalid,
            element(2),
            "SYN011",
            Acknowledgement::Element("8"),
        ),
        (
            Violation::RelationBroken(0),
            element(4),
            "SYN012",
            Acknowledgement::Element("2"),
        ),
        (
            Violation::Blanks,
            element(5),
            "SYN014",
            Acknowledgement::Element("6"),
        ),
        (
            Violation::TrailingSeparators,
            element(8),
            "SYN014",
            Acknowledgement::Segment("8"),
        ),
    ];
    for (violation, at, code, answer) in cases {
        let described = told("2400", line, at, violation);
        assert_eq!(
            (described.rule.code, described.note.answer),
            (code, answer),
            "{violation:?}"
        );
        for text in [&described.message, &described.help] {
            assert!(
                !text.is_empty() && !text.contains("  "),
                "{violation:?}: {text}"
            );
        }
    }
    for fault in [
        HierarchyFault::Number,
        HierarchyFault::Parent,
        HierarchyFault::Level,
        HierarchyFault::Child,
        HierarchyFault::Childless,
    ] {
        let described = describe_hierarchy(fault);
        assert_eq!(described.rule.code, "SYN013");
        assert!((1..=4).contains(&described.at.element));
    }
}

#[test]
fn messages_name_the_use_of_the_segment_and_its_limits() {
    let described = told(
        "2010AA",
        "NM1*85*2*X*****XX~",
        element(9),
        Violation::RelationBroken(0),
    );
    assert_eq!(
        described.message,
        "in Billing Provider Name (loop 2010AA) NM108 and NM109 go together, and NM109 is empty"
    );
    assert_eq!(described.help, "fill NM109, or empty NM108");

    let described = told(
        "2300",
        "CLM*1*90***11:B:1*Y*D*Y*Y~",
        element(7),
        Violation::CodeUnknown,
    );
    assert_eq!(
        described.message,
        "CLM07 in Claim Information (loop 2300) is D, which is not a code of its list"
    );
    assert_eq!(described.help, "CLM07 takes A, B or C");

    let described = told(
        "2300",
        "DTP*431*D8*20260230~",
        element(3),
        Violation::DateInvalid,
    );
    assert_eq!(described.help, "write DTP03 as CCYYMMDD");

    let described = told(
        "ST",
        "BHT*0019*00*1*20260305*2561*CH~",
        element(5),
        Violation::DateInvalid,
    );
    assert_eq!(described.note.answer, Acknowledgement::Element("9"));
    assert!(
        described.message.contains("(header)"),
        "{}",
        described.message
    );
}

#[test]
fn what_is_missing_is_named_with_its_qualifier() {
    let node = STRUCTURE.find("2400").map(|node| STRUCTURE.node(node));
    let date = node
        .into_iter()
        .flat_map(|node| &node.segments)
        .copied()
        .find(|&segment| {
            STRUCTURE
                .segments
                .get(usize::from(segment))
                .is_some_and(|spec| spec.name.contains("Service Date"))
        });
    let described = told(
        "2400",
        "LX*1~",
        At::default(),
        Violation::SegmentMissing(date.unwrap_or(0), None),
    );
    assert!(
        described
            .message
            .starts_with("loop 2400 (Service Line Number) lacks its required segment DTP*472, ")
    );

    let payer = STRUCTURE.find("2010BB").unwrap_or(0);
    let described = told(
        "2000B",
        "HL*2*1*22*0~",
        At::default(),
        Violation::LoopMissing(payer, None),
    );
    assert_eq!(
        described.help,
        "add the loop, which starts with the segment NM1*PR, behind the others"
    );
}

#[test]
fn values_of_people_are_never_quoted() {
    let name = "NM1*IL*SMITHSON* JANE ****MI*1EG4TE5MK73~";
    for (at, violation) in [
        (element(2), Violation::CodeUnknown),
        (element(3), Violation::Blanks),
        (element(3), Violation::TooLong),
        (element(9), Violation::TooShort),
    ] {
        let described = told("2010BA", name, at, violation);
        let words = described.message + &described.help;
        assert!(
            !words.contains("SMITHSON") && !words.contains("JANE") && !words.contains("1EG4"),
            "{words}"
        );
    }
    let described = told(
        "2010BA",
        "SMITHSON~",
        At::default(),
        Violation::SegmentUnknown,
    );
    assert!(!described.message.contains("SMITHSON"));
}

#[test]
fn honest_fixes_are_offered() {
    let fix = |described: Described| described.fix.map(|fix| (fix.safety, fix.replacement));
    let described = told("2300", "REF*EA* MR100 ~", element(2), Violation::Blanks);
    assert_eq!(described.severity, Severity::Warn);
    assert_eq!(fix(described), Some((FixSafety::Safe, "MR100".to_owned())));
    let described = told(
        "2400",
        "SV1*hc :97110*90*UN*2***1~",
        component(1, 1),
        Violation::CodeUnknown,
    );
    assert_eq!(fix(described), Some((FixSafety::Safe, "HC".to_owned())));
    let described = told(
        "2300",
        "REF*EA*MR100**~",
        element(3),
        Violation::TrailingSeparators,
    );
    assert_eq!(fix(described), Some((FixSafety::Safe, String::new())));
    let described = told("2300", "REF*EA* ~", element(2), Violation::Blanks);
    assert_eq!(fix(described), None, "blanks alone are no value to keep");
}

#[test]
fn control_characters_reject_and_accents_warn() {
    for text in ["NTE*ADD*A\0B~", "NTE*ADD*A\tB~", "NTE*ADD*A\x7FB~"] {
        assert_eq!(odd(text).severity, Severity::Reject);
    }
    let accent = odd("NTE*ADD*CAF\u{e9}~");
    assert_eq!(
        (accent.severity, accent.rule.code),
        (Severity::Warn, "SYN014")
    );
    assert!(
        accent.message.starts_with("NTE02 holds"),
        "{}",
        accent.message
    );
    assert!(is_x12_byte(b'~') && !is_x12_byte(b'\n'));
}

/// The first odd byte of a segment, in words.
fn odd(text: &str) -> Described {
    let mut tokens = Tokens::default();
    tokens.fill(text.as_bytes(), DELIMITERS);
    let inside = text
        .bytes()
        .position(|byte| !is_x12_byte(byte))
        .unwrap_or(0);
    odd_byte(
        &tokens.segment(text.as_bytes(), 0),
        inside,
        element(2),
        DELIMITERS,
    )
}

#[test]
fn a_segment_behind_a_line_end_has_lost_the_terminator_before_it() {
    for text in [
        "REF*D9*TR1\nHI*ABK:M545~",
        "REF*D9*TR1\r\n  HI*ABK:M545~",
        "REF*D9*TR1 \nHI*ABK:M545~",
    ] {
        let told = odd(text);
        assert!(told.message.contains("~ is missing"), "{}", told.message);
        assert!(
            told.help
                .starts_with("put ~ at the end of that line, before HI"),
            "{}",
            told.help
        );
    }
    for text in [
        "NTE*ADD*SEEN\nTWICE~",
        "NTE*ADD*SEEN\nHI ABK~",
        "NTE*ADD*SEEN\nZZ*1~",
        "NTE*ADD*SEEN\tHI*1~",
        "NTE*ADD*SEEN\n~",
    ] {
        let told = odd(text);
        assert!(told.help.contains("or write a blank"), "{}", told.help);
    }
}

#[test]
fn a_qualifier_in_small_letters_is_told_as_that() {
    for (text, is_told) in [("REF*ei*741234567~", true), ("REF*XX*741234567~", false)] {
        let told = told("2010AA", text, At::default(), Violation::SegmentMisplaced);
        assert_eq!(told.help.contains("in capitals"), is_told, "{}", told.help);
    }
}

#[test]
fn the_last_code_of_a_list_is_no_more_than_a_count_of_one() {
    let sbr = "SBR*P*18***99****MB~";
    let told = told("2000B", sbr, element(5), Violation::CodeUnknown);
    assert!(told.help.contains("43 or 47"), "{}", told.help);
}
