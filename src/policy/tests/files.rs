//! What the loader takes, and what it says of what it refuses.

use std::borrow::Cow;

use super::super::*;
use super::{code, day, medicaid};
use crate::value::Date;

/// A small sound policy to break.
const ACME: &str = r#"key = "commercial/acme"
program = "commercial"
jurisdiction = "US"
name = "Acme Health"
publisher = "Acme Health provider manual"
payer_ids = ["ACME1"]

[sources]
manual = { publisher = "Acme Health", url = "https://acme.example/manual" }

[[telehealth]]
from = 2024-01-01
through = 2024-12-31
pt_telehealth = "covered"
source = ["manual"]
confidence = "high"

[[telehealth]]
from = 2025-01-01
pt_telehealth = "covered"
pos_rule = "required"
pos = ["10"]
source = ["manual"]
confidence = "high"
"#;

fn faults(text: &str) -> Vec<(u32, String, String)> {
    let text = Cow::Owned(text.to_owned());
    let (document, mut faults) = document::Document::read("acme.toml", text, true);
    faults.extend(compile::compile(&[document], &[]).1);
    faults
        .iter()
        .map(|fault| (fault.line, fault.to_string(), fault.remedy()))
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn faults_name_line_and_remedy() {
    assert_eq!(faults(ACME), []);
    for (change, to, line, says, remedy) in [
        (
            "pt_telehealth = \"covered\"\npos_rule",
            "pt_telehelth = \"covered\"\npos_rule",
            20,
            "unknown key `pt_telehelth`",
            "did you mean `pt_telehealth`?",
        ),
        (
            "[[telehealth]]\nfrom = 2025",
            "[[telehelth]]\nfrom = 2025",
            18,
            "unknown key `telehelth`",
            "did you mean `telehealth`?",
        ),
        (
            "\"covered\"\npos_rule",
            "\"coverd\"\npos_rule",
            20,
            "unknown value `coverd`",
            "did you mean `covered`?",
        ),
        (
            "pos = [\"10\"]",
            "pos = [\"1O\"]",
            22,
            "`1O` is not a place of service",
            "correct the value",
        ),
        (
            "pos = [\"10\"]",
            "pos = [\"30\"]",
            22,
            "no code list has `30`",
            "correct the code",
        ),
        (
            "pos = [\"10\"]",
            "pos = [\"10\"]\nmodifiers_any_of = [\"9S\"]",
            23,
            "no code list has `9S`",
            "correct the code",
        ),
        (
            "pos = [\"10\"]",
            "pos = [\"10\"]\ncodes_mode = \"list\"\ncodes = [\"97110\", \"97111\"]",
            24,
            "no code list has `97111`",
            "correct the code",
        ),
        (
            "source = [\"manual\"]\nconfidence = \"high\"\n\n",
            "source = [\"manual\"]\nconfidence = \"high\"\n[[modifier]]\nfrom = 2024-01-01\nmodifiers = [\"GQ\"]\nrule = \"refused\"\nexcept_states = [\"XX\"]\nsource = [\"manual\"]\nconfidence = \"high\"\n\n",
            21,
            "no code list has `XX`",
            "correct the code",
        ),
        (
            "payer_ids =",
            "disciplines = [\"GP\", \"PT\"]\npayer_ids =",
            1,
            "`disciplines` are GP",
            "change one of the two",
        ),
        (
            "source = [\"manual\"]\nconfidence = \"high\"\n\n",
            "source = [\"manual\"]\nconfidence = \"high\"\n[[frequency]]\nfrom = 2024-01-01\ntaken = [\"1\", \"9\"]\nsource = [\"manual\"]\nconfidence = \"high\"\n\n",
            17,
            "`taken` holds frequency codes",
            "change one of the two",
        ),
        (
            "pos = [\"10\"]",
            "pos = [\"10\"]\npos_doubtful = [\"11\", \"10\"]",
            18,
            "`pos_doubtful` goes with pos_rule = \"required\"",
            "change one of the two",
        ),
        (
            "pos = [\"10\"]",
            "",
            18,
            "needs `pos`",
            "change one of the two",
        ),
        (
            "from = 2025-01-01\n",
            "",
            18,
            "`from` is missing",
            "YYYY-MM-DD",
        ),
        (
            "confidence = \"high\"\n\n",
            "\n\n",
            11,
            "`confidence` is missing",
            "\"medium\"",
        ),
        (
            "source = [\"manual\"]\nconfidence = \"high\"\n\n",
            "confidence = \"high\"\n\n\n",
            11,
            "`source` is missing",
            "[sources]",
        ),
        (
            "source = [\"manual\"]\nconfidence = \"high\"\n\n",
            "source = [\"manua\"]\nconfidence = \"high\"\n\n",
            11,
            "source `manua`",
            "did you mean `manual`?",
        ),
        (
            "source = [\"manual\"]\nconfidence = \"high\"\n\n",
            "source = []\nconfidence = \"high\"\n\n",
            11,
            "names no source",
            "at least one",
        ),
        (
            "through = 2024-12-31",
            "through = 2023-12-31",
            11,
            "lies before `from`",
            "last day",
        ),
        (
            "through = 2024-12-31",
            "through = 2025-01-01",
            18,
            "overlaps the row of line 11",
            "day before",
        ),
        (
            "through = 2024-12-31\n",
            "",
            17,
            "overlaps the row of line 11",
            "day before",
        ),
        (
            "through = 2024-12-31",
            "through = 2024-12-30",
            18,
            "gap after the row of line 11",
            "gap_before",
        ),
        (
            "key = \"commercial/acme\"",
            "key = \"medicaid/US\"",
            1,
            "does not fit program",
            "change one of the two",
        ),
        (
            "from = 2025-01-01",
            "from = \"2025-01-01\"",
            19,
            "invalid type",
            "correct",
        ),
        (
            "from = 2025-01-01",
            "from = 2025-01-",
            19,
            "not valid TOML",
            "correct the line",
        ),
    ] {
        assert!(ACME.contains(change), "{change}");
        let found = faults(&ACME.replacen(change, to, 1));
        assert!(
            found.iter().any(|(at, message, help)| *at == line
                && message.contains(says)
                && message.starts_with(&format!("acme.toml:{line}:"))
                && help.contains(remedy)),
            "wanted line {line}: {says} / {remedy}; found {found:#?}"
        );
    }
    let intended = ACME
        .replace("through = 2024-12-31", "through = 2024-06-30")
        .replace(
            "from = 2025-01-01",
            "from = 2025-01-01\ngap_before = \"no manual in force\"",
        );
    assert_eq!(faults(&intended), []);
}

#[test]
fn an_overlay_adds_and_replaces_by_key_or_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = PolicyBook::builtin();
    let before = book.version();
    assert_eq!(before, PolicyBook::builtin().version());

    std::fs::write(dir.path().join("acme.toml"), ACME).unwrap();
    let texas = ACME
        .replace("commercial/acme", "medicaid/TX")
        .replace("\"commercial\"", "\"medicaid\"")
        .replace("\"US\"", "\"TX\"")
        .replace("ACME1", "TXMCD");
    std::fs::write(dir.path().join("texas.toml"), texas).unwrap();
    book.overlay(dir.path()).unwrap();
    assert_ne!(book.version(), before);
    assert_eq!(book.keys().count(), 54);
    let acme = book.by_payer_id(b"ACME1").unwrap();
    assert_eq!(book.get(acme).name(), "Acme Health");
    assert_eq!(book.by_payer_id(b"TXMCD"), book.find("medicaid/TX"));
    assert_eq!(medicaid(&book, "TX").name(), "Acme Health");
    assert!(book.by_payer_id(b"U4005").is_some(), "built-in ids stay");

    let known = book.version();
    std::fs::write(
        dir.path().join("bad.toml"),
        ACME.replace("2025-01-01", "2024-01-01"),
    )
    .unwrap();
    std::fs::write(dir.path().join("payers.toml"), "[[payer]]\nids = [\"X\"]\npolicy = \"commercial/acne\"\nsource = []\nconfidence = \"high\"\n").unwrap();
    let errors = book.overlay(dir.path()).unwrap_err();
    let told: Vec<String> = errors
        .iter()
        .map(|error| format!("{error}; {}", error.remedy()))
        .collect();
    assert!(
        told.iter()
            .any(|line| line.contains("bad.toml:18") && line.contains("overlaps")),
        "{told:#?}"
    );
    assert!(
        told.iter()
            .any(|line| line.contains("is already taken by acme.toml")),
        "{told:#?}"
    );
    assert!(
        told.iter()
            .any(|line| line.contains("did you mean `commercial/acme`?")),
        "{told:#?}"
    );
    assert_eq!(book.version(), known);
}

#[test]
fn a_file_that_extends_keeps_the_tables_it_does_not_have() {
    let dir = tempfile::tempdir().unwrap();
    let text = ACME.replace("payer_ids", "extends = \"medicare\"\npayer_ids");
    std::fs::write(dir.path().join("acme.toml"), text).unwrap();
    let mut book = PolicyBook::builtin();
    book.overlay(dir.path()).unwrap();
    let acme = book.get(book.find("commercial/acme").unwrap());
    let date = day("2026-03-02");
    assert_eq!(acme.mue(code("97110"), date).unwrap().value.units, 6);
    assert!(
        acme.coverage(day("2023-03-02")).is_none(),
        "its own telehealth rows only"
    );
}

#[test]
fn a_difference_is_told_once_with_its_days() {
    let read = |text: String| {
        let (document, _) = document::Document::read("acme.toml", Cow::Owned(text), true);
        compile::compile(&[document], &[]).0
    };
    let old = read(ACME.to_owned());
    // One row cut in two is no change.
    let cut = "through = 2024-06-30\npt_telehealth = \"covered\"\nsource = [\"manual\"]\nconfidence = \"high\"\n\n[[telehealth]]\nfrom = 2024-07-01\nthrough = 2024-12-31";
    assert_eq!(
        diff(&old, &read(ACME.replace("through = 2024-12-31", cut))),
        []
    );
    let changes = diff(&old, &read(ACME.replace("[\"10\"]", "[\"02\", \"10\"]")));
    let [change] = &changes[..] else {
        panic!("{changes:#?}");
    };
    assert_eq!(
        (change.kind, change.subject.as_str()),
        (Some(Kind::Telehealth), "pos")
    );
    assert_eq!(
        (change.days.from, change.days.through),
        (day("2025-01-01"), Date::MAX)
    );
    assert_eq!(change.before.as_deref(), Some("[\"10\"]"));
    assert_eq!(change.after.as_deref(), Some("[\"02\", \"10\"]"));
}

#[test]
fn the_formats_examples_load() {
    let readme = include_str!("../data/README.md");
    let mut examples = readme
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    assert_eq!(faults(examples.next().unwrap()), []);
    let (payers, found) = payers::read("payers.toml", examples.next().unwrap());
    assert_eq!((payers.len(), found.len()), (2, 0));

    let good = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/policy/good");
    let mut book = PolicyBook::builtin();
    book.overlay(good.as_ref()).unwrap();
    assert_eq!(book.by_payer_id(b"ACME2"), book.by_payer_id(b"ACME1"));
    let acme = book.get(book.by_payer_id(b"ACME1").unwrap());
    let standing = acme.code(code("97530"), day("2026-03-02")).unwrap().value;
    assert_eq!(standing, CodeStanding::Listed);
}

#[test]
fn every_fault_of_a_file_is_told_at_once() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/policy/faults");
    let told = PolicyBook::builtin().overlay(dir.as_ref()).unwrap_err();
    let told: Vec<String> = told
        .iter()
        .map(|error| format!("{error}\n    help: {}\n", error.remedy()))
        .collect();
    let told = told.concat();
    let expected = include_str!("../../../fixtures/policy/faults/expected.txt");
    assert_eq!(told, expected, "\n{told}");
}

proptest::proptest! {
    /// A file broken anywhere is refused or taken, never a panic.
    #[test]
    fn no_text_makes_the_loader_panic(at in 0..ACME.len(), gone in 0_usize..40, put in "[ -~\n]{0,12}|\\PC{0,4}") {
        let end = (at + gone).min(ACME.len());
        let text = format!("{}{put}{}", &ACME[..at], &ACME[end..]);
        let _ = faults(&text);
    }
}

#[test]
fn a_book_is_shared_by_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&PolicyBook::builtin());
}
