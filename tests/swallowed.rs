//! Claims that have run into another segment: told, and counted beside the sums they are missing in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use telescrub::generate::LineEnd;
use telescrub::rules::finding::FixSafety;
use telescrub::scrub::judge::Fixing;
use telescrub::scrub::tally::Sum;
use telescrub::value::Cents;
use telescrub::x12::limits;

/// Six claims, one segment a line.
fn file() -> String {
    let spec = telescrub::generate::Spec {
        claims: 6,
        line_end: LineEnd::Lf,
        ..common::spec()
    };
    String::from_utf8(common::generated(&spec).0).unwrap()
}

fn charged(claims: u64, charge: &str) -> Sum {
    let mut sum = Sum::default();
    sum.add(claims, Cents::parse(charge.as_bytes()).unwrap());
    sum
}

#[test]
fn a_claim_inside_another_segment_is_told_and_counted_once() {
    const FIXING: Fixing = Fixing {
        apply: Some(FixSafety::Safe),
        show: false,
    };
    let file = file();
    let places: Vec<usize> = file.match_indices("~\nCLM*").map(|(at, _)| at).collect();
    for &at in &places {
        let charge = file[at + 2..].split('*').nth(2).unwrap();
        for between in ["*", "", "\n"] {
            let lost = format!("{}{between}{}", &file[..at], &file[at + 2..]);
            let [whole, cut] = [1 << 20, 1].map(|block| common::scrub(lost.as_bytes(), 2, block));
            let tally = &whole.result.as_ref().unwrap().tally;
            assert_eq!(tally.unread, charged(1, charge), "at byte {at}");
            assert_eq!(tally.total().claims, places.len() as u64 - 1);
            assert_eq!(*tally, cut.result.unwrap().tally, "blocks of a byte");
            let found = String::from_utf8_lossy(whole.file("findings.jsonl")).into_owned();
            assert!(found.contains("another claim starts inside"), "{found}");
            let (mended, _) = common::scrub_fixing(lost.as_bytes(), FIXING, 1, 1 << 20);
            assert_eq!(mended.result.unwrap().tally.unread, charged(1, charge));
        }
    }
}

#[test]
fn what_is_in_a_segment_too_long_to_be_held_is_counted_as_far_as_it_is_seen() {
    let file = file();
    let (before, behind) = file.split_once("CLM*").unwrap();
    let filling = "B".repeat(2 * limits::SEGMENT_BYTES);
    let long = format!("{before}NTE*ADD*{filling}*CLM*X1*90.5***11:B:1*Y*A*Y*Y~\nCLM*{behind}");
    let tally = common::scrub(long.as_bytes(), 1, 1 << 20)
        .result
        .unwrap()
        .tally;
    assert_eq!(tally.unread, charged(1, "90.5"));
    assert_eq!(tally.total().claims, file.matches("CLM*").count() as u64);
}

#[test]
fn a_sound_file_has_none() {
    let tally = common::scrub(file().as_bytes(), 1, 1 << 20)
        .result
        .unwrap()
        .tally;
    assert_eq!(tally.unread, Sum::default());
}
