//! The built-in list against what is known of it, and the packed form itself.

use super::pack::{PackError, pack, read_rows};
use super::tree::{Found, Tree, end_text};
use super::*;
use std::fmt::Write as _;

fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

fn on(code: &str, date: &str) -> DiagnosisStanding {
    standing(code.as_bytes(), day(date))
}

fn built_in() -> Tree<'static> {
    Tree::open(LIST).unwrap()
}

/// Codes in force on the first day of each edition, as the publisher's own lists
/// and order files count them.
const EDITIONS: [(&str, usize); 15] = [
    ("2019-10-01", 72_184),
    ("2020-04-01", 72_186),
    ("2020-10-01", 72_616),
    ("2021-01-01", 72_621),
    ("2021-10-01", 72_748),
    ("2022-04-01", 72_750),
    ("2022-10-01", 73_639),
    ("2023-04-01", 73_674),
    ("2023-10-01", 74_044),
    ("2024-04-01", 74_044),
    ("2024-10-01", 74_260),
    ("2025-04-01", 74_260),
    ("2025-10-01", 74_719),
    ("2026-04-01", 74_719),
    ("2026-10-01", 74_879),
];

#[test]
fn the_list_is_what_was_packed() {
    let rows = built_in().rows();
    assert_eq!(rows.len(), 75_384);
    assert!(rows.is_sorted_by(|a, b| a.code < b.code));
    let mut text = String::new();
    for row in &rows {
        let (from, through) = (row.span.days.from, end_text(row.span.days.through));
        writeln!(text, "{}\t{from}\t{through}", row.code).unwrap();
    }
    // Of the rows as they were before packing: code, first day, last day.
    assert_eq!(
        blake3::hash(text.as_bytes()).to_hex().as_str(),
        "77cba596783c8fc08bd3b7d55844b170fd0a5efb048e78424093f36e4620969d"
    );
}

#[test]
fn each_edition_has_its_number_of_codes() {
    let rows = built_in().rows();
    for (date, expected) in EDITIONS {
        let date = day(date);
        let billable = rows
            .iter()
            .filter(|row| standing(row.code.as_bytes(), date) == DiagnosisStanding::Billable);
        assert_eq!(billable.count(), expected, "{date}");
    }
}

#[test]
fn every_code_is_found_and_its_beginnings_are_headers() {
    let tree = built_in();
    for row in tree.rows() {
        assert_eq!(tree.find(row.code.as_bytes()), Found::Code(&row.span));
        let beginning = &row.code.as_bytes()[..row.code.len() - 1];
        assert_ne!(tree.find(beginning), Found::Nothing, "{}", row.code);
        let longer = format!("{}0Z", row.code);
        assert_eq!(tree.find(longer.as_bytes()), Found::Nothing, "{longer}");
    }
}

#[test]
fn packing_the_list_again_gives_the_same_file() {
    let about: Vec<&str> = LIST
        .split(|&byte| byte == b'\n')
        .take_while(|line| line.starts_with(b"#"))
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let tree = built_in();
    let again = pack(&about.join("\n"), tree.covered(), &tree.rows()).unwrap();
    assert!(again == LIST);
}

#[test]
fn codes_begin_and_end() {
    let last = day("2026-09-30");
    assert_eq!(on("M722", "2026-09-30"), DiagnosisStanding::Billable);
    assert_eq!(on("M722", "2026-10-01"), DiagnosisStanding::Ended(last));
    let first = day("2026-10-01");
    assert_eq!(on("M7220", "2026-09-30"), DiagnosisStanding::NotYet(first));
    assert_eq!(on("M7220", "2026-10-01"), DiagnosisStanding::Billable);
    assert_eq!(on("M545", "2021-09-30"), DiagnosisStanding::Billable);
    assert_eq!(
        on("M545", "2021-10-01"),
        DiagnosisStanding::Ended(day("2021-09-30"))
    );
    assert_eq!(on("M5450", "2021-10-01"), DiagnosisStanding::Billable);
    assert_eq!(
        on("U071", "2020-03-31"),
        DiagnosisStanding::NotYet(day("2020-04-01"))
    );
}

#[test]
fn letters_may_stand_second_and_third() {
    let second: Vec<_> = built_in()
        .rows()
        .into_iter()
        .filter(|row| row.code.as_bytes()[1].is_ascii_uppercase())
        .collect();
    assert_eq!(second.len(), 18);
    for row in second {
        assert_eq!(on(&row.code, "2027-03-31"), DiagnosisStanding::Billable);
    }
    assert_eq!(on("C7A00", "2024-01-01"), DiagnosisStanding::Billable);
    assert_eq!(on("Z3A20", "2024-01-01"), DiagnosisStanding::Billable);
    assert_eq!(on("M1A9XX0", "2024-01-01"), DiagnosisStanding::Billable);
}

#[test]
fn a_code_cut_short_is_a_header() {
    for code in ["M25", "M255", "M2551", "S82", "S82101", "Z3A", "QA0"] {
        assert_eq!(on(code, "2024-01-01"), DiagnosisStanding::Header, "{code}");
    }
    for code in ["M25511", "I10", "S82101A"] {
        assert_eq!(
            on(code, "2024-01-01"),
            DiagnosisStanding::Billable,
            "{code}"
        );
    }
}

#[test]
fn what_no_release_holds_is_unknown() {
    for code in [
        "", "M", "M2", "m25511", "M25.511", "M255119", "123", "ZZZ", "S82101AA", "M25 ", "é10",
    ] {
        assert_eq!(on(code, "2024-01-01"), DiagnosisStanding::Unknown, "{code}");
    }
}

#[test]
fn outside_its_days_the_list_says_what_it_knows() {
    assert_eq!(first_day_covered(), day("2019-10-01"));
    assert_eq!(last_day_covered(), day("2027-03-31"));
    for (date, covered) in [
        ("2019-09-30", false),
        ("2019-10-01", true),
        ("2027-03-31", true),
        ("2027-04-01", false),
    ] {
        assert_eq!(covers(day(date)), covered, "{date}");
        assert_eq!(on("I10", date), DiagnosisStanding::Billable, "{date}");
        assert_eq!(on("ZZZ", date), DiagnosisStanding::Unknown, "{date}");
        assert_eq!(on("M25", date), DiagnosisStanding::Header, "{date}");
    }
}

const SMALL: &str = "# a list\nB02\t2020-01-01\t\thigh\nA01\t2020-01-01\t\thigh\n\
                     A0110\t2021-01-01\t2021-12-31\tlow\n";

fn covered_days() -> DateRange {
    DateRange {
        from: day("2020-01-01"),
        through: Date::MAX,
    }
}

#[test]
fn a_list_is_packed_and_read_back() {
    let mut rows = read_rows(SMALL).unwrap();
    let file = pack("# about\n", covered_days(), &rows).unwrap();
    assert!(file.starts_with(b"# about\ncovered\t2020-01-01\t\n"));
    let tree = Tree::open(&file).unwrap();
    assert_eq!(tree.covered(), covered_days());
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    assert_eq!(tree.rows(), rows);
    assert_eq!(tree.find(b"A011"), Found::Prefix);
    assert_eq!(tree.find(b"A01"), Found::Code(&rows[0].span));
    assert_eq!(tree.find(b"A02"), Found::Nothing);
}

#[test]
fn an_empty_list_holds_nothing() {
    let file = pack("", covered_days(), &[]).unwrap();
    let tree = Tree::open(&file).unwrap();
    assert!(tree.rows().is_empty());
    assert_eq!(tree.find(b""), Found::Nothing);
}

#[test]
fn what_cannot_be_packed_is_named() {
    let line = |text| read_rows(text).unwrap_err();
    assert_eq!(line("A01\t2020-01-01\thigh\n"), PackError::Line(1));
    assert_eq!(line("#\nA01\tsoon\t\thigh\n"), PackError::Line(2));
    assert_eq!(line("A01\t2020-01-01\t\tsure\n"), PackError::Line(1));

    let packed = |about, code: &str, times| {
        let text = format!("{code}\t2020-01-01\t\thigh\n").repeat(times);
        pack(about, covered_days(), &read_rows(&text).unwrap()).unwrap_err()
    };
    assert_eq!(packed("", "A0", 1), PackError::Code("A0".to_owned()));
    assert_eq!(packed("", "A01.1", 1), PackError::Code("A01.1".to_owned()));
    assert_eq!(packed("", "A01", 2), PackError::Twice("A01".to_owned()));
    assert_eq!(
        packed("no mark", "A01", 1),
        PackError::About("no mark".to_owned())
    );
}

#[test]
fn a_damaged_file_is_refused_or_harmless() {
    let rows = read_rows(SMALL).unwrap();
    let file = pack("# about\n", covered_days(), &rows).unwrap();
    for length in 0..file.len() {
        if let Some(tree) = Tree::open(&file[..length]) {
            assert!(tree.rows().len() <= rows.len());
        }
    }
    for place in 0..file.len() {
        let mut damaged = file.clone();
        damaged[place] = 0xFF;
        if let Some(tree) = Tree::open(&damaged) {
            let _ = tree.find(b"A0110");
        }
    }
}
