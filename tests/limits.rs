//! The caps of the reader: what comes within them is read the same however it comes, and
//! what goes past them costs no memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

use std::fmt::Write as _;
use std::io::{self, Read};

use telescrub::scrub::block::Block;
use telescrub::scrub::cutter::Cutter;
use telescrub::x12::survey::{Fault, Survey, survey};
use telescrub::x12::{SegmentSource, Step, limits};

const HEAD: &str = "ISA*00*          *00*          *ZZ*SUBMITTER      *ZZ*RECEIVER       *261123*1200*^*00501*000000001*0*P*:~\
                    GS*HC*SUBMITTER*RECEIVER*20261123*1200*1*X*005010X222A1~";

fn surveyed(text: &str) -> Survey {
    survey(text.as_bytes(), None).unwrap()
}

/// Gives at most so many bytes at a time.
struct Sips<'a> {
    rest: &'a [u8],
    most: usize,
}

impl Read for Sips<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = self.most.min(into.len());
        self.rest.read(&mut into[..most])
    }
}

/// Offset and end of each segment; of one in pieces, from its first to its last.
fn segments(bytes: &[u8], most: usize) -> Vec<[u64; 2]> {
    let mut source = SegmentSource::new(Sips { rest: bytes, most });
    let mut found: Vec<[u64; 2]> = Vec::new();
    loop {
        let (range, goes_on) = match source.step().unwrap() {
            Step::Segment(range) | Step::Loose(range) | Step::Filling(range) => (range, false),
            Step::Piece { range, first, .. } => (range, !first),
            Step::End => return found,
        };
        let place = [source.offset(range.start), source.offset(range.end)];
        match found.last_mut().filter(|_| goes_on) {
            Some(last) => last[1] = place[1],
            None => found.push(place),
        }
        source.hold(place[0]);
    }
}

#[test]
fn what_is_read_does_not_depend_on_how_it_comes() {
    let mut text = HEAD.to_owned();
    let line = format!("NTE*ADD*{}~", "A".repeat(1_000));
    // A segment lies across each end of a read, and one is too long to be held.
    while text.len() < 2 * limits::READ_BYTES {
        text.push_str(&line);
    }
    let _ = write!(text, "NTE*ADD*{}~", "B".repeat(3 * limits::SEGMENT_BYTES));
    text.push_str(&line);
    let expected: Vec<[u64; 2]> = text
        .split_inclusive('~')
        .scan(0, |from, segment| {
            let place = [*from, *from + segment.len() as u64];
            *from = place[1];
            Some(place)
        })
        .collect();
    for most in [
        1,
        limits::READ_BYTES - 1,
        limits::READ_BYTES,
        limits::READ_BYTES + 1,
        usize::MAX,
    ] {
        assert!(
            segments(text.as_bytes(), most) == expected,
            "{most} bytes at a time"
        );
    }
}

#[test]
fn the_bytes_in_memory_do_not_grow_with_the_input() {
    const INPUT_BYTES: u64 = 32 * 1024 * 1024;
    let most_held = |input: &mut dyn Read| {
        let mut source = SegmentSource::new(HEAD.as_bytes().chain(input.take(INPUT_BYTES)));
        let mut most = 0;
        loop {
            let range = match source.step().unwrap() {
                Step::Segment(range)
                | Step::Piece { range, .. }
                | Step::Loose(range)
                | Step::Filling(range) => range,
                Step::End => return most,
            };
            most = most.max(source.bytes().len());
            source.hold(source.offset(range.start));
        }
    };
    // Segments without end, and one without an end: two pieces of it, and as much that goes.
    assert!(most_held(&mut io::repeat(b'~')) <= 4 * limits::READ_BYTES);
    let most = most_held(&mut io::repeat(b'9'));
    assert!(
        most <= 4 * limits::READ_BYTES + 3 * limits::SEGMENT_BYTES,
        "{most}"
    );
}

#[test]
fn a_block_holds_no_more_claims_than_its_cap() {
    let claims = 2 * limits::BLOCK_BOUNDARIES + 7;
    let text = format!(
        "{HEAD}ST*837*0001*005010X222A1~{}SE*2*0001~",
        "CLM*1~".repeat(claims)
    );
    let survey = surveyed(&text);
    let mut cutter = Cutter::new(text.as_bytes(), &survey, usize::MAX / 2);
    let (mut block, mut counts) = (Block::default(), Vec::new());
    while cutter.next(&mut block).unwrap() {
        let fresh = std::str::from_utf8(&block.bytes[block.repeated..]).unwrap();
        counts.push(fresh.matches("CLM*").count());
    }
    assert_eq!(counts.iter().sum::<usize>(), claims);
    assert_eq!(counts.iter().copied().max(), Some(limits::BLOCK_BOUNDARIES));
}

#[test]
fn faults_of_the_hierarchy_past_their_cap_cost_their_sets() {
    let edition = |edition: &str, control: usize, levels: usize| {
        format!(
            "ST*837*{control:04}*{edition}~{}SE*{}*{control:04}~",
            "HL*X~".repeat(levels),
            levels + 2
        )
    };
    let set = |control, levels| edition("005010X222A1", control, levels);
    let within = surveyed(&format!("{HEAD}{}", set(1, 1_000)));
    assert!(!within.hierarchy_overflow && within.hierarchy.len() >= 1_000);
    let past = surveyed(&format!(
        "{HEAD}{}{}{}{}",
        set(1, limits::HIERARCHY_FAULTS),
        set(2, 10),
        set(3, 10),
        // Something else is noted of its header before.
        edition("005010X222", 4, 10)
    ));
    assert_eq!(past.hierarchy.len(), limits::HIERARCHY_FAULTS);
    assert!(past.hierarchy_overflow);
    let oversize = past
        .notes
        .iter()
        .filter(|note| note.fault == Fault::Oversize);
    let sets: Vec<&str> = oversize
        .filter_map(|note| note.envelope.transaction.as_deref())
        .collect();
    assert!(sets.ends_with(&["0002", "0003", "0004"]), "{sets:?}");
}

#[test]
fn too_many_gaps_in_the_control_numbers_end_the_survey() {
    let mut text = HEAD.to_owned();
    for number in 0..limits::NUMBER_RUNS {
        // The ISA and the GS are number 1.
        let number = 2 * number + 3;
        let _ = write!(text, "ST*837*{number:04}~SE*2*{number:04}~");
    }
    assert!(surveyed(&text).flooded.is_some());
}

#[test]
fn gaps_in_the_control_numbers_of_one_kind_of_envelope_are_counted_as_well() {
    let limit = limits::NUMBER_RUNS;
    // All numbers together have no gap: each kind of envelope has every other one.
    let of_groups = (0..limit).map(|at| {
        let (group, set) = (2 * at + 3, 2 * at + 4);
        format!("GS*HC*A*B***{group}~ST*837*{set}~SE*2*{set}~GE*1*{group}~")
    });
    let of_interchanges = (0..limit).map(|at| {
        let (isa, group) = (2 * at + 3, 2 * at + 4);
        let head = HEAD.replace("*000000001*", &format!("*{isa:09}*"));
        let isa = &head[..head.find("GS*").unwrap()];
        format!("{isa}GS*HC*A*B***{group}~GE*0*{group}~IEA*1*{isa:.9}~")
    });
    let flooded = |envelopes: &mut dyn Iterator<Item = String>| {
        let text = Written {
            envelopes,
            text: HEAD.to_owned(),
            from: 0,
        };
        survey(text, None).unwrap().flooded.is_some()
    };
    assert!(flooded(&mut of_groups.clone()));
    assert!(!flooded(&mut of_groups.take(1_000)));
    assert!(flooded(&mut of_interchanges.clone()));
    assert!(!flooded(&mut of_interchanges.take(1_000)));
}

/// Envelopes that are written as they are read.
struct Written<'a> {
    envelopes: &'a mut dyn Iterator<Item = String>,
    text: String,
    from: usize,
}

impl Read for Written<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.from == self.text.len() {
            let Some(text) = self.envelopes.next() else {
                return Ok(0);
            };
            (self.text, self.from) = (text, 0);
        }
        let count = (&self.text.as_bytes()[self.from..]).read(into)?;
        self.from += count;
        Ok(count)
    }
}

#[test]
fn bytes_before_the_first_header_are_passed_over_up_to_their_cap() {
    for (bytes, interchanges) in [
        (1, 1),
        (limits::LEAD_BYTES - 1, 1),
        (limits::LEAD_BYTES, 0),
        (limits::LEAD_BYTES + 1, 0),
        (2 * limits::LEAD_BYTES, 0),
    ] {
        let text = format!("{}{HEAD}", "#".repeat(bytes));
        for most in [1, 64, limits::LEAD_BYTES, text.len()] {
            let rest = text.as_bytes();
            let survey = survey(Sips { rest, most }, None).unwrap();
            assert_eq!(survey.interchanges, interchanges, "{bytes} by {most}");
        }
    }
}
