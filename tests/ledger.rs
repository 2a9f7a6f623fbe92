//! The ledger over several nights, and whatever may happen to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use telescrub::emit::manifest::Manifest;
use telescrub::emit::publish::Output;
use telescrub::generate::Spec;
use telescrub::ledger::stats::{By, Span};
use telescrub::ledger::{Ledger, LedgerError};
use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;
use telescrub::x12::limits;

/// A lock that is let go may stay for the moment in which another test starts a program.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder with a ledger and nights of claims.
struct Office {
    folder: tempfile::TempDir,
    ledger: Ledger,
}

impl Office {
    fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&folder.path().join("ledger.db"), PATIENCE).unwrap();
        Office { folder, ledger }
    }

    fn night(&self, text: &str, threads: usize, block_bytes: usize) -> common::Scrubbed {
        let path = self.folder.path().join("night.837");
        std::fs::write(&path, text).unwrap();
        let judgement = Judgement::new(common::today(), PolicyBook::builtin());
        let ledger = Some(&self.ledger);
        let scrubbed = common::scrub_as(&judgement, &path, threads, block_bytes, true, ledger);
        assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
        scrubbed
    }
}

fn batch(claims: u64, bad_percent: f64) -> String {
    let spec = Spec {
        claims,
        claims_per_set: 7,
        bad_percent,
        ..common::spec()
    };
    String::from_utf8(common::generated(&spec).0).unwrap()
}

/// The same claims in an interchange of another number.
fn sent_again(text: &str, number: &str) -> String {
    let old = text.split('*').nth(13).unwrap();
    assert_eq!(old.len(), 9);
    text.replace(&format!("*{old}"), &format!("*{number}"))
}

fn ids(bytes: &[u8]) -> BTreeSet<String> {
    String::from_utf8_lossy(bytes)
        .split('~')
        .filter_map(|segment| segment.trim().strip_prefix("CLM*"))
        .map(|rest| rest.split('*').next().unwrap().to_owned())
        .collect()
}

/// Claims with a finding of this rule.
fn with_rule(scrubbed: &common::Scrubbed, rule: &str) -> BTreeSet<String> {
    scrubbed
        .findings()
        .iter()
        .filter(|line| {
            let findings = line["findings"].as_array().unwrap();
            findings.iter().any(|finding| finding["rule"] == rule)
        })
        .map(|line| line["claim_id"].as_str().unwrap_or("-").to_owned())
        .collect()
}

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

fn telescrub() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
}

/// Scrubs with a ledger: exit status, what was said, how many files were left.
fn scrub(folder: &Path, ledger: &Path) -> (Option<i32>, String, usize) {
    let input = folder.join("in.837");
    std::fs::write(&input, batch(5, 0.0)).unwrap();
    scrub_into(&folder.join("out"), &input, ledger)
}

fn scrub_into(out: &Path, input: &Path, ledger: &Path) -> (Option<i32>, String, usize) {
    let output = telescrub()
        .args([
            "scrub",
            "-q",
            "--now",
            common::TODAY,
            "--ledger-wait",
            "2",
            "--out",
        ])
        .args([out, input])
        .arg("--ledger")
        .arg(ledger)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let files = std::fs::read_dir(out).map_or(0, Iterator::count);
    (output.status.code(), said, files)
}

#[test]
fn a_damaged_or_foreign_ledger_stops_the_run_before_it_starts() {
    let whole = Office::new();
    whole.night(&batch(400, 20.0), 1, limits::BLOCK_BYTES);
    let path = whole.folder.path().join("ledger.db");
    drop(whole.ledger);
    let whole = std::fs::read(path).unwrap();
    let mut overwritten = whole.clone();
    let middle = overwritten.len() / 2;
    overwritten[middle..middle + 20_000].fill(0xA5);
    for (name, bytes, expected) in [
        (
            "text",
            b"these are my notes, not a database ".repeat(99),
            "is no telescrub ledger",
        ),
        ("cut", whole[..whole.len() / 2].to_vec(), "is damaged"),
        ("overwritten", overwritten, "is damaged"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.db");
        std::fs::write(&ledger, &bytes).unwrap();
        let (status, said, files) = scrub(folder.path(), &ledger);
        assert_eq!((status, files), (Some(2), 0), "{name}: {said}");
        assert!(
            said.contains(expected) && said.contains("ledger.db"),
            "{name}: {said}"
        );
        assert!(
            std::fs::read(&ledger).unwrap() == bytes,
            "{name} was changed"
        );
        if expected == "is no telescrub ledger" {
            assert!(!folder.path().join("ledger.db.lock").exists());
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.db");
    let database = rusqlite::Connection::open(&other).unwrap();
    database.execute_batch("CREATE TABLE mine (a)").unwrap();
    let before = std::fs::read(&other).unwrap();
    let (status, said, files) = scrub(folder.path(), &other);
    assert_eq!((status, files), (Some(2), 0));
    assert!(said.contains("is no telescrub ledger"), "{said}");
    assert_eq!(std::fs::read(&other).unwrap(), before);
    // Nor a folder.
    let none = folder.path().join("folder.db");
    std::fs::create_dir(&none).unwrap();
    let (status, said, files) = scrub(folder.path(), &none);
    assert_eq!((status, files), (Some(2), 0));
    assert!(said.contains("cannot be opened"), "{said}");
    for name in ["other.db", "folder.db"] {
        assert!(!folder.path().join(format!("{name}.lock")).exists());
    }
}

#[test]
fn a_ledger_without_the_latest_table_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    drop(Ledger::open(&path, PATIENCE).unwrap());
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("DROP TABLE surroundings").unwrap();
    drop(database);
    drop(Ledger::open(&path, PATIENCE).unwrap());
    let database = rusqlite::Connection::open(&path).unwrap();
    let rows: i64 = database
        .query_row("SELECT count(*) FROM surroundings", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn a_ledger_in_use_is_waited_for_and_then_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let held = Ledger::open(&path, PATIENCE).unwrap();
    let (status, said, files) = scrub(folder.path(), &path);
    assert_eq!((status, files), (Some(2), 0));
    assert!(said.contains("in use by another run"), "{said}");
    // Asking is not hindered.
    assert!(Ledger::read(&path).is_ok());

    let started = Instant::now();
    let waiting = path.clone();
    let other = std::thread::spawn(move || Ledger::open(&waiting, Duration::from_secs(30)));
    std::thread::sleep(Duration::from_millis(200));
    drop(held);
    assert!(other.join().unwrap().is_ok());
    assert!(started.elapsed() < Duration::from_secs(20));

    // Somebody writes to it by hand.
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = Ledger::open(&path, Duration::ZERO);
    assert!(
        matches!(refused, Err(LedgerError::Busy { .. })),
        "{refused:?}"
    );
    let (status, said, _) = scrub(folder.path(), &path);
    assert_eq!(status, Some(2));
    assert!(said.contains("for more than 2 s"), "{said}");
    drop(by_hand);
    assert_eq!(scrub(folder.path(), &path).0, Some(0));
}

/// Runs in the ledger, by state.
fn runs(ledger: &Path) -> Vec<(i64, String)> {
    let database = rusqlite::Connection::open(ledger).unwrap();
    let mut query = database
        .prepare("SELECT count(*), state FROM runs GROUP BY state")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_run_killed_while_it_publishes_is_settled_by_its_files() {
    use std::io::Write as _;
    // Killed before the first output got its name, after, and after its reader took it.
    for (renamed, taken, expected) in [(false, false, 0), (true, false, 1), (true, true, 1)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let mut output = Output::new(folder.path(), "in.clean.837", false);
        output.write_all(b"ISA").unwrap();
        output.finish().unwrap();
        {
            let ledger = Ledger::open(&path, PATIENCE).unwrap();
            let entry = ledger.entry().unwrap();
            let taken: Vec<_> = output.taken("clean").into_iter().collect();
            let prepared = entry.prepare(&Manifest::default(), folder.path(), "in", taken);
            // What a killed program does not do any more.
            std::mem::forget(prepared.unwrap());
        }
        assert_eq!(runs(&path), [(1, "prepared".to_owned())]);
        if renamed {
            output.publish().unwrap();
        } else {
            std::mem::forget(output);
        }
        if taken {
            std::fs::remove_file(folder.path().join("in.clean.837")).unwrap();
        }
        drop(Ledger::open(&path, PATIENCE).unwrap());
        let left: Vec<_> = (0..expected).map(|_| (1, "published".to_owned())).collect();
        assert_eq!(runs(&path), left, "renamed {renamed}, taken {taken}");
    }
}

#[test]
fn a_kill_at_any_moment_leaves_the_ledger_saying_what_was_published() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.837");
    std::fs::write(&input, batch(4_000, 20.0)).unwrap();
    let ledger = folder.path().join("ledger.db");
    let start = |out: &PathBuf| {
        telescrub()
            .args(["scrub", "-q", "--now", common::TODAY, "--out"])
            .args([out, &input])
            .arg("--ledger")
            .arg(&ledger)
            .spawn()
            .unwrap()
    };
    let fresh = || {
        for suffix in ["", "-wal", "-shm", ".lock"] {
            let _ = std::fs::remove_file(folder.path().join(format!("ledger.db{suffix}")));
        }
    };
    let started = Instant::now();
    assert!(
        start(&folder.path().join("whole"))
            .wait()
            .unwrap()
            .success()
    );
    let whole = started.elapsed();
    let (mut published, mut lost) = (0, 0);
    let last = 23_u32;
    for moment in 0..=last {
        fresh();
        let out = folder.path().join(format!("out{moment}"));
        let mut child = start(&out);
        // The last one comes to its end, however slow the machine has become.
        if moment < last {
            std::thread::sleep(whole * moment / 20);
            child.kill().unwrap();
        }
        child.wait().unwrap();
        let is_out = out.join("in.clean.837").is_file();
        drop(Ledger::open(&ledger, PATIENCE).unwrap());
        let expected: Vec<_> = is_out
            .then(|| (1, "published".to_owned()))
            .into_iter()
            .collect();
        assert_eq!(runs(&ledger), expected, "killed at {moment}");
        published += u32::from(is_out);
        lost += u32::from(!is_out);
        // What was not published is no duplicate; what was, is.
        let again = folder.path().join(format!("again{moment}"));
        assert!(start(&again).wait().unwrap().success());
        assert_eq!(
            again.join("in.clean.837").is_file(),
            !is_out,
            "killed at {moment}"
        );
    }
    assert!(
        published > 0 && lost > 0,
        "{published} published, {lost} not"
    );
}

#[test]
fn stats_tell_what_is_accepted_and_what_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger.db");
    assert_eq!(scrub(folder.path(), &ledger).0, Some(0));
    // The same again: duplicates, but nothing is held by them.
    let (again, input) = (folder.path().join("again"), folder.path().join("in.837"));
    assert_eq!(scrub_into(&again, &input, &ledger).0, Some(0));
    let stats = |arguments: &[&str]| {
        let output = telescrub()
            .args(["stats", "--ledger"])
            .arg(&ledger)
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let week: serde_json::Value =
        serde_json::from_str(&stats(&["--by", "week", "--format", "json"])).unwrap();
    assert_eq!(week[0]["key"], "2026-W48");
    assert_eq!(week[0]["claims"], 10);
    assert_eq!(week[0]["accepted"], 5);
    assert_eq!(week[0]["acceptance_rate"], "50.0");
    assert_eq!(week[0]["held_dollars"], "0.00");
    let rules = stats(&["--by", "rule", "--format", "csv"]);
    assert!(rules.starts_with("rule,name,rejected,warned"), "{rules}");
    assert!(
        rules.contains("DUP003,claim-accepted-before,5,0,"),
        "{rules}"
    );
    assert!(stats(&["--by", "payer"]).lines().count() > 1);
    assert!(stats(&["--by", "provider"]).lines().count() > 1);
    assert!(stats(&[]).contains("acceptance_rate"));
    assert!(
        stats(&["--from", "2027-01-01", "--by", "week"])
            .lines()
            .count()
            == 1
    );
}

#[test]
fn a_rejected_claim_is_open_though_another_of_its_number_was_accepted() {
    let office = Office::new();
    let first = batch(5, 0.0);
    office.night(&first, 1, limits::BLOCK_BYTES);
    // Other claims under the same numbers, of a year before, at fault.
    let other = sent_again(&first, "000000777")
        .replace("DTP*472*D8*2026", "DTP*472*D8*2025")
        .replace(":B:1*Y*", ":B:1*Q*");
    let night = office.night(&other, 1, limits::BLOCK_BYTES);
    assert_eq!(with_rule(&night, "DUP003"), BTreeSet::new());
    let open = || {
        let all = office.ledger.claims(By::All, Span::default()).unwrap();
        (all[0].claims, all[0].open)
    };
    assert_eq!(open(), (10, 5));
    // What was accepted comes again: no word on what stands still.
    office.night(&sent_again(&first, "000000778"), 1, limits::BLOCK_BYTES);
    assert_eq!(open(), (15, 5));
}

#[test]
fn a_ledger_that_cannot_be_told_of_a_publication_does_not_say_that_there_was_none() {
    let office = Office::new();
    office.night(&batch(5, 0.0), 1, limits::BLOCK_BYTES);
    let database = rusqlite::Connection::open(office.ledger.path()).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON runs
                  BEGIN SELECT RAISE(ABORT, 'as if full'); END";
    database.execute_batch(refuse).unwrap();
    let error = office.ledger.mark_published(&[1]).unwrap_err().to_string();
    assert!(error.contains("as if full"), "{error}");
    assert!(!error.contains("nothing was published"), "{error}");
}

#[test]
fn stats_name_the_rule_that_holds_a_whole_transaction_set() {
    let folder = tempfile::tempdir().unwrap();
    let (ledger, input) = (
        folder.path().join("ledger.db"),
        folder.path().join("in.837"),
    );
    let text = batch(14, 0.0);
    std::fs::write(&input, common::miscounted(&text)).unwrap();
    let out = folder.path().join("out");
    assert_eq!(scrub_into(&out, &input, &ledger).0, Some(0));
    let ledger = Ledger::open(&ledger, PATIENCE).unwrap();
    let rules = ledger.rules(Span::default()).unwrap();
    let row = rules.iter().find(|row| row.rule == "ENV005").unwrap();
    assert_eq!((row.rejected, row.warned), (7, 0));
    let all = ledger.claims(By::All, Span::default()).unwrap();
    assert_eq!((all[0].claims, all[0].open), (14, 7));
    assert_eq!(row.held_dollars, all[0].held_dollars);
}

/// Scrubs like [`scrub_into`], and says what there is to say.
fn said_on(out: &Path, input: &Path, ledger: &Path, more: &[&str]) -> (Option<i32>, String) {
    let output = telescrub()
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([out, input])
        .arg("--ledger")
        .arg(ledger)
        .args(more)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn inputs_of_one_name_keep_their_outputs_in_any_order() {
    inputs_of_one_name("claims.837", |text| text);
}

#[test]
fn so_do_packed_ones() {
    inputs_of_one_name("claims.837.zst", |text| {
        zstd::encode_all(&text[..], 3).unwrap()
    });
}

fn inputs_of_one_name(name: &str, packed: impl Fn(Vec<u8>) -> Vec<u8>) {
    let (of_all, folder) = (name, tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name);
    let (out, ledger) = (path("out"), path("ledger.db"));
    for (at, name) in ["a", "b", "x"].iter().enumerate() {
        std::fs::create_dir(path(name)).unwrap();
        let number = format!("{:09}", at + 1);
        let spec = common::spec();
        let spec = telescrub::generate::Spec {
            claims: 5,
            seed: at as u64 + 1,
            ..spec
        };
        let text = String::from_utf8(common::generated(&spec).0).unwrap();
        let text = packed(sent_again(&text, &number).into_bytes());
        std::fs::write(path(name).join(of_all), text).unwrap();
    }
    let scrub = |names: &[&str]| {
        let inputs = names.iter().map(|name| path(name).join(of_all));
        let mut run = telescrub();
        run.args(["scrub", "-q", "--now", common::TODAY, "--out"])
            .arg(&out)
            .args(inputs);
        assert!(
            run.arg("--ledger")
                .arg(&ledger)
                .output()
                .unwrap()
                .status
                .success()
        );
        let clean = ["claims", "claims-2", "claims-3"];
        clean.map(|stem| {
            ids(&std::fs::read(out.join(format!("{stem}.clean.837"))).unwrap_or_default())
        })
    };
    let [first, second, none] = scrub(&["a", "b"]);
    assert!(first.len() == 5 && second.len() == 5 && none.is_empty());
    for order in [&["b", "a"][..], &["b"], &["a"], &["x", "b", "a"]] {
        let [own, others, third] = scrub(order);
        assert!(own == first && others == second, "{order:?}");
        assert_eq!(third.len(), if order.contains(&"x") { 5 } else { 0 });
    }
    // Those of the first are sent and put away.
    for entry in std::fs::read_dir(&out).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("claims.") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let [own, others, third] = scrub(&["b"]);
    assert!(own.is_empty() && others == second && third.len() == 5);
}

#[test]
fn a_job_that_is_started_again_leaves_what_it_has_published() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (input, out, ledger) = (at("in.837"), at("out"), at("ledger.db"));
    let all = |out: &Path| -> Vec<(PathBuf, Vec<u8>)> {
        let paths = std::fs::read_dir(out).unwrap();
        let mut paths: Vec<_> = paths.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let read = |path: PathBuf| (path.clone(), std::fs::read(path).unwrap());
        paths.into_iter().map(read).collect()
    };
    std::fs::write(&input, batch(20, 30.0)).unwrap();
    let (status, said) = said_on(&out, &input, &ledger, &[]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    let first = all(&out);
    assert!(out.join("in.clean.837").is_file());
    // Whatever the second run is asked to do differently.
    for more in [&[][..], &["--zstd"], &["--fix"]] {
        let (status, said) = said_on(&out, &input, &ledger, more);
        assert_eq!(status, Some(0), "{said}");
        assert!(said.contains("was scrubbed on 2026-11-23"), "{said}");
        assert!(all(&out) == first, "the outputs stay");
    }
    // One that asks for the verdict gets that of the first run.
    let (status, _) = said_on(&out, &input, &ledger, &["--fail-on", "reject"]);
    assert_eq!(status, Some(1));
    assert_eq!(runs(&ledger), [(1, "published".to_owned())]);

    // Elsewhere it is judged by what the ledger knows.
    let (status, _) = said_on(&at("other"), &input, &ledger, &[]);
    assert_eq!(status, Some(0));
    assert!(!at("other").join("in.clean.837").exists());

    // Other claims under the same name are another night, whose outputs take the place; the
    // clean file, which may not have been sent, is kept.
    let clean = std::fs::read(out.join("in.clean.837")).unwrap();
    let other = sent_again(&batch(20, 30.0), "000000777");
    for (text, kept) in [
        (other.clone(), Some("in.clean.837.of-2026-11-23")),
        (other + "\n", None),
    ] {
        std::fs::write(&input, text).unwrap();
        let (status, said) = said_on(&out, &input, &ledger, &[]);
        assert_eq!(status, Some(0), "{said}");
        assert_eq!(
            said.contains("it is kept there as"),
            kept.is_some(),
            "{said}"
        );
        assert!(!out.join("in.clean.837").exists(), "all of it is known");
    }
    assert_eq!(
        std::fs::read(out.join("in.clean.837.of-2026-11-23")).unwrap(),
        clean
    );
}
