//! Claims that have run into another segment: told, and counted beside the sums they are missing in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use telescrub::generate::LineEnd;
use telescrub::policy::PolicyBook;
use telescrub::rules::finding::FixSafety;
use telescrub::rules::registry;
use telescrub::rules::severities::{Setting, Severities};
use telescrub::scrub::judge::{Fixing, Judgement};
use telescrub::scrub::tally::Sum;
use telescrub::value::{Cents, Severity};
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

/// The claims' own segments gone: as they are when CLM ran into the segment before.
fn run_into(before: &str, text: &str) -> String {
    let at = text.find("CLM*").unwrap();
    let at = text[..at].rfind(before).unwrap() + before.len();
    let (from, claim) = (text.find("CLM*").unwrap(), "CLM*LOST*90***11:B:1*Y*A*Y*Y");
    assert!(at <= from);
    format!("{}{claim}{}", &text[..at], &text[at..])
}

#[test]
fn no_setting_lets_a_claim_pass_that_another_has_run_into() {
    let file = file();
    let at = file.find("~\nCLM*").unwrap();
    let end = at + 2 + file[at + 2..].find("~\nHL*").unwrap();
    // Behind a claim, in the level above one, and in the header.
    let behind = format!(
        "{}CLM*LOST*90***11:B:1*Y*A*Y*Y{}",
        &file[..end],
        &file[end..]
    );
    let above = run_into("*", &file[..at + 6]) + &file[at + 6..];
    for text in [behind, above] {
        for setting in [
            Setting::Off,
            Setting::To(Severity::Info),
            Setting::To(Severity::Warn),
        ] {
            let mut severities = Severities::default();
            severities.set(registry::find("SYN007").unwrap(), setting);
            let judgement = Judgement::new(common::today(), PolicyBook::builtin());
            let judgement = judgement.with_severities(severities);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("in.837");
            std::fs::write(&path, &text).unwrap();
            let scrubbed = common::scrub_as(&judgement, &path, 1, 1 << 20, true, None);
            let tally = &scrubbed.result.as_ref().unwrap().tally;
            assert_eq!(tally.unread, charged(1, "90"));
            assert!(tally.rejected.claims > 0, "{setting:?}");
            let found = String::from_utf8_lossy(scrubbed.file("findings.jsonl")).into_owned();
            assert!(found.contains("another claim starts inside"), "{found}");
        }
    }
}

#[test]
fn a_claim_inside_a_segment_that_is_not_judged_is_told_and_counted() {
    let file = file();
    let lost = "CLM*LOST*90***11:B:1*Y*A*Y*Y";
    let se = file.find("\nSE*").unwrap() + 1;
    let ge = file.find("\nGE*").unwrap() + 1;
    let outside = format!("{}REF*6R*1{lost}~\n{}", &file[..ge], &file[ge..]);
    let number = se + file[se..].find('~').unwrap();
    let trailer = format!("{}{lost}{}", &file[..number], &file[number..]);
    let other = file.replace("GS*HC*", "GS*HI*");
    let at = other.find("~\nSE*").unwrap();
    let other = format!("{}{lost}{}", &other[..at], &other[at..]);
    for (text, told, kept) in [
        (outside, "segments with 1 claim that can't be read", true),
        (
            trailer,
            "another claim starts inside a segment of the envelope",
            false,
        ),
        (other, "GS01 is not HC", true),
    ] {
        let [whole, cut] = [1 << 20, 1].map(|block| common::scrub(text.as_bytes(), 2, block));
        let tally = &whole.result.as_ref().unwrap().tally;
        assert_eq!(tally.unread, charged(1, "90"), "{told}");
        assert_eq!(*tally, cut.result.unwrap().tally, "blocks of a byte");
        let found = String::from_utf8_lossy(whole.file("findings.jsonl")).into_owned();
        assert!(found.contains(told), "{found}");
        assert!(!found.contains("none of them a claim"), "{found}");
        let rejects = String::from_utf8_lossy(whole.file("rejects.837")).into_owned();
        assert_eq!(rejects.contains("LOST"), kept, "{told}");
        let clean = String::from_utf8_lossy(whole.file("clean.837")).into_owned();
        assert!(!clean.contains("LOST"), "{told}");
    }
}

#[test]
fn a_claim_inside_what_is_cut_off_is_counted() {
    let file = file();
    let last = file.rfind("~\nCLM*").unwrap();
    let lost = format!("{}{}", &file[..last], &file[last + 2..]);
    let end = lost[last..].find('~').unwrap() + last;
    let tally = |text: &str| {
        let scrubbed = common::scrub(text.as_bytes(), 1, 1 << 20);
        scrubbed.result.unwrap().tally
    };
    let charge = lost[last..].split('*').nth(2).unwrap();
    assert_eq!(tally(&lost[..end]).unread, charged(1, charge));
    assert_eq!(tally(&lost[..=end]).unread, charged(1, charge));
}

#[test]
fn a_claim_inside_a_level_that_stands_nowhere_is_told_and_counted_once() {
    let file = file();
    let level = file.rfind("\nHL*").unwrap() + 1;
    let behind = level + file[level..].find('~').unwrap();
    let kind = level + file[level..behind].rfind('*').unwrap() - 2;
    let strange = format!("{}99{}", &file[..kind], &file[kind + 2..]);
    let claim = level + strange[level..].find("~\nCLM*").unwrap();
    let charge = strange[claim + 2..].split('*').nth(2).unwrap();
    let in_last = format!("{}{}", &strange[..claim], &strange[claim + 2..]);
    let lost = "CLM*LOST*90***11:B:1*Y*A*Y*Y";
    let in_hl = format!("{}{lost}{}", &strange[..behind], &strange[behind..]);
    for (text, lost) in [(in_last, charge), (in_hl, "90")] {
        let [whole, cut] = [1 << 20, 1].map(|block| common::scrub(text.as_bytes(), 2, block));
        let tally = &whole.result.as_ref().unwrap().tally;
        assert_eq!(tally.unread, charged(1, lost), "{text}");
        assert_eq!(*tally, cut.result.unwrap().tally, "blocks of a byte");
        let found = String::from_utf8_lossy(whole.file("findings.jsonl")).into_owned();
        assert!(found.contains("another claim starts inside"), "{found}");
    }
}

#[test]
fn a_sound_file_has_none() {
    let tally = common::scrub(file().as_bytes(), 1, 1 << 20)
        .result
        .unwrap()
        .tally;
    assert_eq!(tally.unread, Sum::default());
}
