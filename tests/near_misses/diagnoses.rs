//! Diagnoses that nearly fit their place and day.

use super::codes::by_another_payer;
use super::{MEDICARE, check, in_person};

const DIAGNOSIS: &str = "HI*ABK:M25561";

#[test]
fn an_external_cause_is_never_the_first_diagnosis() {
    let two = |first: &str, second: &str| format!("HI*ABK:{first}*ABF:{second}");
    let cause_first = two("W1830XA", "M25561");
    let cause_behind = two("M25561", "W1830XA");
    let status_first = two("Z471", "M25561");
    check(
        MEDICARE,
        &[
            ("first", &[(DIAGNOSIS, &cause_first)], "COD007r"),
            ("behind", &[(DIAGNOSIS, &cause_behind)], ""),
            // What is no code is told as that alone.
            ("a heading", &[(DIAGNOSIS, "HI*ABK:W19")], "COD007r"),
            ("no code", &[(DIAGNOSIS, "HI*ABK:X")], "COD007r"),
            ("aftercare first", &[(DIAGNOSIS, &status_first)], ""),
        ],
    );
}

#[test]
fn a_sequela_is_seldom_the_first_diagnosis() {
    check(
        MEDICARE,
        &[
            (
                "a sprain's sequela",
                &[(DIAGNOSIS, "HI*ABK:S93401S")],
                "COD007w",
            ),
            ("a sprain", &[(DIAGNOSIS, "HI*ABK:S93401D")], ""),
            (
                "a sequela behind what came of it",
                &[(DIAGNOSIS, "HI*ABK:M25561*ABF:S93401S")],
                "",
            ),
            (
                "a fall's sequela",
                &[(DIAGNOSIS, "HI*ABK:W010XXS")],
                "COD007r",
            ),
        ],
    );
}

#[test]
fn diagnoses_and_lines_stand_in_a_row() {
    const LINE: &str = "LX*1~";
    check(
        &in_person(),
        &[
            ("two", &[(DIAGNOSIS, "HI*ABK:M25561*ABF:I10")], ""),
            (
                "with a gap",
                &[(DIAGNOSIS, "HI*ABK:M25561**ABF:I10")],
                "COD007w",
            ),
            (
                "a line pointing into it",
                &[
                    (DIAGNOSIS, "HI*ABK:M25561**ABF:I10"),
                    ("*2***1~", "*2***1:2~"),
                ],
                "COD007w COD008r",
            ),
            ("a line below zero", &[(LINE, "LX*-5~")], "SYN015r"),
        ],
    );
}

#[test]
fn each_line_takes_the_diagnoses_of_its_own_day() {
    const LINE: &str = "REF*6R*1~\n";
    const TEN: &str = "M25561*ABF:M25562*ABF:M25551*ABF:M25552*ABF:M25511*ABF:M25512*ABF:M25521*ABF:M25522*ABF:M25531*ABF:G35";
    // G35 was divided on 2025-10-01.
    let both = |codes: &'static str, pointers: [&str; 2]| {
        let hi = format!("HI*ABK:{codes}");
        let [first, second] = pointers;
        let lines = format!(
            "REF*6R*1~\nLX*2~\nSV1*HC:97530:GP*60*UN*1***{second}~\nDTP*472*D8*20251001~\nREF*6R*2~\n"
        );
        (hi, format!("60*UN*2***{first}~"), lines)
    };
    for (name, (hi, pointer, lines), wanted) in [
        ("each its own", both("G35*ABF:G35A", ["1", "2"]), ""),
        (
            "the old one on the new day",
            both("G35", ["1", "1"]),
            "COD007r",
        ),
        (
            "the new one on the old day",
            both("G35A", ["1", "1"]),
            "COD007r",
        ),
        ("on either day", both("M25561", ["1", "1"]), ""),
        (
            "the old one twice on the new day",
            both("G35", ["1", "1:1"]),
            "COD007r COD008w",
        ),
        (
            "the tenth, on the new day",
            both(TEN, ["10", "10"]),
            "COD007r",
        ),
        (
            "the first and the tenth, on the new day",
            both(TEN, ["10", "1:10"]),
            "COD007r",
        ),
        ("the tenth on the old day", both(TEN, ["10", "1"]), ""),
    ] {
        let changes = [
            (DIAGNOSIS, hi.as_str()),
            ("CLM*EX114*60*", "CLM*EX114*120*"),
            ("60*UN*2***1~", &pointer),
            ("*20260302~", "*20250930~"),
            (LINE, &lines),
        ];
        check(&by_another_payer("CI"), &[(name, &changes, wanted)]);
    }
}
