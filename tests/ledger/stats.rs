//! What is reported from the ledger.

use std::collections::BTreeSet;

use super::{Office, PATIENCE, batch, common, scrub, scrub_into, sent_again, telescrub, with_rule};
use telescrub::ledger::Ledger;
use telescrub::ledger::stats::{By, Span};
use telescrub::x12::limits;

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
