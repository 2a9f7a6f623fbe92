//! Long runs of bytes that mean nothing: blanks, and what fills up a file. They cost no memory
//! and no claim, wherever they stand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use telescrub::generate::{LineEnd, Spec};
use telescrub::x12::{ISA_BYTES, SegmentSource, Step, limits};

/// Runs that are too long to be held.
fn runs() -> [String; 4] {
    let blanks = usize::try_from(limits::UNCUT_BYTES).unwrap() + 5;
    let filling = limits::SEGMENT_BYTES + 5;
    [
        "\n".repeat(blanks),
        " \r\n".repeat(blanks),
        "\0".repeat(filling),
        format!(" \n{}\r\n", "\0\x1A ".repeat(filling)),
    ]
}

fn is_blank(run: &str) -> bool {
    run.trim_ascii().is_empty()
}

/// A clean file of two interchanges with two claims each.
fn two_interchanges() -> String {
    let (bytes, _) = common::generated(&Spec {
        claims: 4,
        claims_per_set: 2,
        sets_per_group: 1,
        interchanges: 2,
        line_end: LineEnd::Lf,
        ..common::spec()
    });
    String::from_utf8(bytes).unwrap()
}

fn segments(text: &str) -> impl Iterator<Item = &str> {
    text.split('~').map(str::trim)
}

fn claims(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let claims = text.split("CLM*").skip(1);
    let number = |claim: &str| claim.split('*').next().unwrap().to_owned();
    claims.map(number).collect()
}

/// Where the first such segment behind this place starts.
fn start_of(segment: &str, file: &str, from: usize) -> usize {
    let lines = file[from..].find(&format!("\n{segment}*"));
    from + lines.unwrap() + 1
}

/// Scrubs in blocks of several sizes, with the proof; all outputs are the same.
fn scrub(text: &str) -> common::Scrubbed {
    let [one, other] = [(1, 1 << 20), (2, 100)]
        .map(|(threads, block)| common::scrub_proving(text.as_bytes(), threads, block));
    one.result.as_ref().unwrap();
    assert!(one.files == other.files);
    one
}

#[test]
fn a_long_run_outside_every_interchange_goes_through_byte_for_byte() {
    let file = two_interchanges();
    let second = file.rfind("ISA*").unwrap();
    for run in runs() {
        let (before, behind) = file.split_at(second);
        let text = format!("{before}{run}{behind}{run}");
        let scrubbed = scrub(&text);
        assert!(scrubbed.file("clean.837") == text.as_bytes());
        assert!(scrubbed.file("rejects.837").is_empty());
        let told = String::from_utf8_lossy(scrubbed.file("findings.jsonl")).into_owned();
        let times = if is_blank(&run) { 0 } else { 2 };
        assert_eq!(told.matches("ENV008").count(), times, "{told}");
    }
}

#[test]
fn a_long_run_inside_a_transaction_set_costs_that_set_alone() {
    let file = two_interchanges();
    let first = file.rfind("ISA*").unwrap();
    for run in runs() {
        for before in ["BHT", "HL", "CLM", "LX", "SE"] {
            let (head, tail) = file.split_at(start_of(before, &file, first));
            let scrubbed = scrub(&format!("{head}{run}{tail}"));
            assert!(scrubbed.file("clean.837") == &file.as_bytes()[..first]);
            let rejected = claims(scrubbed.file("rejects.837"));
            assert_eq!(rejected, claims(&file.as_bytes()[first..]), "{before}");
            // Nobody has to scroll past it as he mends them.
            let lengths = (scrubbed.file("rejects.837").len(), file.len());
            assert!(
                lengths.0 < lengths.1,
                "{before} {lengths:?} {:?}",
                &run[..9]
            );
            let told = String::from_utf8_lossy(scrubbed.file("findings.jsonl")).into_owned();
            assert!(told.contains("SYN008"), "{told}");
        }
    }
}

#[test]
fn a_long_run_between_transaction_sets_is_left_out_and_costs_no_claim() {
    let file = two_interchanges();
    for run in runs() {
        for before in ["GS", "ST", "GE", "IEA"] {
            let (head, tail) = file.split_at(start_of(before, &file, 0));
            let scrubbed = scrub(&format!("{head}{run}{tail}"));
            let told = String::from_utf8_lossy(scrubbed.file("findings.jsonl")).into_owned();
            assert_eq!(told.matches("ENV008").count(), 1, "{told}");
            let clean = String::from_utf8_lossy(scrubbed.file("clean.837")).into_owned();
            assert!(segments(&clean).eq(segments(&file)), "{before}");
        }
    }
}

#[test]
fn a_stray_claim_goes_on_behind_a_long_run() {
    let file = two_interchanges();
    for run in runs() {
        let stray = format!("CLM*Z1*50***11:B:1*Y*A*Y*Y~{run}LX*1~SV1*HC:97110*50*UN*2~");
        let scrubbed = scrub(&format!("{file}{stray}"));
        let rejects = String::from_utf8_lossy(scrubbed.file("rejects.837")).into_owned();
        assert_eq!(claims(rejects.as_bytes()), ["Z1"]);
        assert!(rejects.contains("LX*1~SV1*HC:97110*50*UN*2~"), "{rejects}");
    }
}

#[test]
fn blanks_before_the_first_header_cost_nothing_however_many() {
    let file = two_interchanges();
    for blanks in [1, 4_091, 4_096, 8_187, 100_000] {
        for [before, behind] in [["", ""], ["\u{FEFF}", ""], ["", "hello\n"]] {
            let lead = format!("{before}{}{behind}", "\n".repeat(blanks));
            let scrubbed = scrub(&format!("{lead}{file}"));
            assert!(scrubbed.file("clean.837") == file.as_bytes(), "{blanks}");
            let told = String::from_utf8_lossy(scrubbed.file("findings.jsonl")).into_owned();
            assert!(told.contains("ENV001"), "{told}");
        }
    }
}

#[test]
fn a_long_run_is_never_held_as_a_whole() {
    const RUN_BYTES: usize = 32 * 1024 * 1024;
    let isa = &two_interchanges()[..ISA_BYTES];
    for byte in ["\n", "\0"] {
        let text = format!("{isa}{}IEA*0*000000001~", byte.repeat(RUN_BYTES));
        let mut source = SegmentSource::new(text.as_bytes());
        let (mut filled, mut segments) = (0, 0);
        loop {
            let range = match source.step().unwrap() {
                Step::Segment(range) => {
                    segments += 1;
                    range
                }
                Step::Filling(range) => {
                    filled += range.len();
                    range
                }
                Step::End => break,
                step => panic!("{step:?}"),
            };
            source.hold(source.offset(range.start));
            let most = usize::try_from(2 * limits::UNCUT_BYTES).unwrap();
            assert!(source.bytes().len() < most, "{}", source.bytes().len());
        }
        assert_eq!((filled, segments), (RUN_BYTES, 2));
    }
}
