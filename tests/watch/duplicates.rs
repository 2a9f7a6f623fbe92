//! What comes twice.

use super::*;

#[test]
fn a_content_that_comes_again_is_not_scrubbed_again() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    folder.once();
    fs::write(folder.at("inbox/again.837"), night(0)).unwrap();
    let packed = zstd::encode_all(night(0).as_slice(), 3).unwrap();
    fs::write(folder.at("inbox/packed.837"), packed).unwrap();
    folder.once();
    assert_eq!(
        folder.names("quarantine"),
        [
            "again.837",
            "again.837.why.txt",
            "packed.837",
            "packed.837.why.txt"
        ]
    );
    let mut published = folder.published(".clean.837");
    published.append(&mut folder.published(".rejects.837"));
    assert_eq!(published, claims.all);
}

#[test]
fn a_claim_accepted_before_is_told_whatever_file_brings_it() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    folder.once();
    // The same claims in an interchange of another number.
    let again = String::from_utf8(night(0)).unwrap();
    let again = again.replace("000000001", "000000077");
    fs::write(folder.at("inbox/again.837"), again).unwrap();
    folder.once();
    assert_eq!(folder.published(".clean.837"), claims.good);
    let told = fs::read_to_string(folder.at("outbox/again.findings.jsonl")).unwrap();
    assert_eq!(told.matches("DUP003").count(), claims.good.len());
    let ledger = folder.at("../.telescrub/ledger.db");
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(ledger).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn duplicates_are_accepted_where_they_are_asked_for() {
    let folder = Drop::new();
    let path = folder.folder.path().join("telescrub.toml");
    let config = fs::read_to_string(&path).unwrap();
    fs::write(&path, config + "accept_duplicates = true\n").unwrap();
    let claims = fill(&folder, 0..1);
    folder.once();
    fs::write(folder.at("inbox/again.837"), night(0)).unwrap();
    folder.once();
    let twice = claims.good.into_keys().map(|claim| (claim, 2));
    assert_eq!(folder.published(".clean.837"), twice.collect());
}

#[test]
fn a_damaged_ledger_stops_the_service_and_costs_no_claim() {
    let folder = Drop::new();
    let first = fill(&folder, 0..1);
    folder.once();
    let ledger = folder.at("../.telescrub/ledger.db");
    let whole = fs::read(&ledger).unwrap();
    fs::write(&ledger, b"this is no ledger, whatever its name says").unwrap();
    let mut claims = fill(&folder, 1..2);
    let output = folder.command().arg("--once").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("ledger.db"), "{said}");
    assert_eq!(folder.names("inbox"), ["night-1.837"]);
    fs::write(&ledger, whole).unwrap();
    folder.once();
    claims.all.extend(first.all);
    claims.good.extend(first.good);
    check(&folder, &claims, "after the ledger was restored");
}

#[test]
fn twins_that_come_at_once_are_answered_once() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    // The same content, plain and packed, and the same claims in another interchange.
    for number in 1..4 {
        let copy = folder.at(&format!("inbox/night-0-copy-{number}.837"));
        fs::write(copy, night(0)).unwrap();
    }
    let packed = zstd::encode_all(night(0).as_slice(), 3).unwrap();
    fs::write(folder.at("inbox/night-0-packed.837.zst"), packed).unwrap();
    let again = String::from_utf8(night(0)).unwrap();
    let again = again.replace("000000001", "000000077");
    fs::write(folder.at("inbox/zz-other.837"), again).unwrap();
    // Another file of the same interchange number.
    let number = String::from_utf8(night(1)).unwrap();
    let number = number.replace("*000000002", "*000000001");
    fs::write(folder.at("inbox/zz-number.837"), number).unwrap();
    folder.once();
    let once = claims.good.clone();
    let mut accepted = folder.published(".clean.837");
    accepted.retain(|claim, _| claims.all.contains_key(claim));
    assert_eq!(accepted, once);
    let told = fs::read_to_string(folder.at("outbox/zz-other.findings.jsonl")).unwrap();
    assert_eq!(told.matches("DUP003").count(), claims.good.len());
    let told = fs::read_to_string(folder.at("outbox/zz-number.findings.jsonl")).unwrap();
    assert!(told.contains("ENV010"), "{told}");
    let texts = folder.names("quarantine");
    let why = texts.iter().filter(|name| name.ends_with(".why.txt"));
    assert_eq!(why.count(), 4, "{texts:?}");
}

#[test]
fn another_submitter_learns_of_a_duplicate_only_that_it_is_one() {
    let folder = Drop::new();
    fill(&folder, 0..1);
    folder.once();
    let other = folder.at("../other");
    for place in ["inbox", "outbox"] {
        fs::create_dir_all(other.join(place)).unwrap();
    }
    fs::write(other.join("inbox/mine.837"), night(0)).unwrap();
    folder.once();
    let why = fs::read_to_string(other.join("quarantine/mine.837.why.txt")).unwrap();
    assert!(why.contains("to another account of this service"), "{why}");
    assert!(!why.contains("night-0"), "{why}");
}

#[test]
fn a_mark_that_names_no_submitter_lays_a_duplicate_to_nobody() {
    let folder = Drop::new();
    fill(&folder, 0..1);
    folder.once();
    let marks = folder.at("../.telescrub/seen");
    for mark in fs::read_dir(marks).unwrap() {
        let mark = mark.unwrap().path();
        let mut read: serde_json::Value =
            serde_json::from_slice(&fs::read(&mark).unwrap()).unwrap();
        assert!(read.as_object_mut().unwrap().remove("submitter").is_some());
        fs::write(mark, read.to_string()).unwrap();
    }
    fs::write(folder.at("inbox/again.837"), night(0)).unwrap();
    folder.once();
    let why = fs::read_to_string(folder.at("quarantine/again.837.why.txt")).unwrap();
    assert!(
        why.contains("its content was answered before; it was not"),
        "{why}"
    );
    assert!(
        !why.contains("another account") && !why.contains("night-0"),
        "{why}"
    );
}
