//! What one night accepts and the next finds again.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{Office, batch, common, ids, sent_again, with_rule};
use telescrub::generate::Spec;
use telescrub::x12::limits;

#[test]
fn what_was_accepted_is_a_duplicate_and_what_was_rejected_may_come_again() {
    let office = Office::new();
    let first = batch(60, 30.0);
    let one = office.night(&first, 2, 3_000);
    let (accepted, rejected) = (ids(one.file("clean.837")), ids(one.file("rejects.837")));
    assert!(accepted.len() > 20 && rejected.len() > 5);
    assert_eq!(with_rule(&one, "DUP003"), BTreeSet::new());

    let two = office.night(&sent_again(&first, "000000777"), 2, 3_000);
    assert_eq!(with_rule(&two, "DUP003"), accepted);
    assert_eq!(with_rule(&two, "ENV010"), BTreeSet::new());
    assert!(two.file("clean.837").is_empty());

    // The rejected come a third time among new claims, and only those of the first
    // night are known.
    let three = office.night(&sent_again(&first, "000000778"), 2, 3_000);
    assert_eq!(with_rule(&three, "DUP003"), accepted);
}

#[test]
fn an_interchange_is_taken_once_unless_nothing_of_it_was_accepted() {
    let office = Office::new();
    let first = batch(20, 0.0);
    office.night(&first, 1, limits::BLOCK_BYTES);
    let other = Spec {
        seed: 99,
        claims: 20,
        ..common::spec()
    };
    let other = String::from_utf8(common::generated(&other).0).unwrap();
    let number = first.split('*').nth(13).unwrap();
    let same_number = office.night(&sent_again(&other, number), 1, limits::BLOCK_BYTES);
    assert_eq!(with_rule(&same_number, "ENV010").len(), 1);
    assert!(same_number.file("clean.837").is_empty());
    assert!(with_rule(&same_number, "DUP003").is_empty());

    // All of it was rejected: corrected, it may come under its number.
    let rejected = sent_again(&other, "000000555").replace("CLM*", "CLM*X*");
    let night = office.night(&rejected, 1, limits::BLOCK_BYTES);
    assert!(night.file("clean.837").is_empty());
    let corrected = office.night(&sent_again(&other, "000000555"), 1, limits::BLOCK_BYTES);
    assert!(with_rule(&corrected, "ENV010").is_empty());
    assert_eq!(ids(corrected.file("clean.837")), ids(other.as_bytes()));
}

#[test]
fn replacements_and_voids_are_no_duplicates_and_a_void_opens_the_way() {
    let office = Office::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/DUP003");
    let original = std::fs::read_to_string(fixture.join("before.837")).unwrap();
    let replacement = std::fs::read_to_string(fixture.join("passes.837")).unwrap();
    let void = sent_again(&replacement.replace("11:B:7", "11:B:8"), "000000031");
    for (text, duplicates) in [
        (original.clone(), 0),
        (replacement, 0),
        (sent_again(&original, "000000032"), 1),
        (void, 0),
        (sent_again(&original, "000000033"), 0),
        (sent_again(&original, "000000034"), 1),
    ] {
        let night = office.night(&text, 1, limits::BLOCK_BYTES);
        assert_eq!(with_rule(&night, "DUP003").len(), duplicates);
    }
}

#[test]
fn an_original_behind_its_void_in_one_file_is_the_last_word() {
    let office = Office::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/DUP003");
    let original = std::fs::read_to_string(fixture.join("before.837")).unwrap();
    let void = std::fs::read_to_string(fixture.join("passes.837")).unwrap();
    let void = sent_again(&void.replace("11:B:7", "11:B:8"), "000000041");
    let original_again = |number| sent_again(&original, number);
    for (text, duplicates) in [
        (void.clone() + &original_again("000000042"), 0),
        (original_again("000000043"), 1),
        // What a file holds itself opens no way: only a void that was accepted before does.
        (
            sent_again(&void, "000000044") + &original_again("000000045"),
            1,
        ),
        (original_again("000000046"), 0),
    ] {
        let night = office.night(&text, 1, limits::BLOCK_BYTES);
        assert_eq!(with_rule(&night, "DUP003").len(), duplicates);
    }
}

#[test]
fn the_second_night_does_not_depend_on_threads_or_blocks() {
    let first = batch(60, 20.0);
    let again = sent_again(&first, "000000777") + &batch(5, 0.0);
    let nights = |threads, block_bytes| {
        let office = Office::new();
        office.night(&first, threads, block_bytes);
        office.night(&again, threads, block_bytes).files
    };
    let expected = nights(1, limits::BLOCK_BYTES);
    for (threads, block_bytes) in [(2, 1), (4, 997)] {
        assert!(nights(threads, block_bytes) == expected);
    }
}

#[test]
fn the_ledger_holds_no_claim_in_clear() {
    let office = Office::new();
    let text = batch(60, 30.0);
    office.night(&text, 2, 3_000);
    office.ledger.prune(common::today()).unwrap();
    let path = office.folder.path().join("ledger.db");
    let bytes = std::fs::read(&path).unwrap();
    let holds = |needle: &str| memchr::memmem::find(&bytes, needle.as_bytes()).is_some();
    let segments = text.split('~').map(str::trim);
    let mut looked = 0;
    for segment in segments.filter(|segment| {
        segment.starts_with("CLM*")
            || segment.starts_with("NM1*IL*")
            || segment.starts_with("NM1*QC*")
    }) {
        let elements: Vec<_> = segment.split('*').collect();
        let secrets = if elements[0] == "CLM" {
            vec![elements[1]]
        } else {
            elements[3..5].to_vec()
        };
        for secret in secrets.into_iter().filter(|secret| secret.len() > 4) {
            looked += 1;
            assert!(!holds(secret));
        }
    }
    assert!(looked > 60 && holds("rejected"));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_pruned_night_is_forgotten() {
    let office = Office::new();
    let text = batch(30, 20.0);
    let one = office.night(&text, 1, limits::BLOCK_BYTES);
    let kept = office.ledger.prune(common::today()).unwrap();
    assert_eq!((kept.runs, kept.claims), (0, 0));
    let pruned = office.ledger.prune(common::today().plus_days(1)).unwrap();
    assert_eq!((pruned.runs, pruned.claims), (1, 30));
    let again = office.night(&text, 1, limits::BLOCK_BYTES);
    assert_eq!(again.file("clean.837"), one.file("clean.837"));
}
