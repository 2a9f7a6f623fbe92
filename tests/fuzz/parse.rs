//! Any bytes, read segment by segment: the same segments however the bytes come in, and the
//! same as a plain reader sees; and in each the same elements.
#![no_main]

#[path = "../common/mod.rs"]
mod common;
#[path = "../damage/mod.rs"]
#[allow(dead_code)] // only its damage is wanted
mod damage;
mod files;
mod mutate;
mod plain;
mod seeds;

use std::io::{self, Read};

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use plain::Part;
use telescrub::x12::{Delimiters, SegmentSource, Step, Tokens};

/// Bytes that come in pieces of one size.
struct Pieces<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.size.min(buffer.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(size);
        buffer[..size].copy_from_slice(now);
        self.bytes = later;
        Ok(size)
    }
}

/// The parts as the program's reader sees them; pieces of a long segment put together.
fn read(bytes: &[u8], size: usize) -> Vec<Part> {
    let mut source = SegmentSource::new(Pieces { bytes, size });
    let mut parts: Vec<Part> = Vec::new();
    let place = |offset: u64| usize::try_from(offset).expect("a small file");
    loop {
        let step = source.step().expect("bytes in memory");
        let (range, joins, ended) = match step {
            Step::End => return parts,
            Step::Segment(range) => (range, false, true),
            Step::Filling(range) => {
                source.hold(source.offset(range.start));
                continue;
            }
            Step::Loose(range) => (range, false, false),
            Step::Piece { range, first, last } => {
                let terminator = source.delimiters().map(|delimiters| delimiters.segment);
                let ended = last && source.bytes()[range.clone()].last().copied() == terminator;
                (range, !first, ended)
            }
        };
        let (start, end) = (
            place(source.offset(range.start)),
            place(source.offset(range.end)),
        );
        assert_eq!(&source.bytes()[range], &bytes[start..end]);
        let end = end - usize::from(ended);
        source.hold(source.offset(0).max(start as u64));
        // Nor does it matter in how many steps bytes before the first header are passed.
        let delimiters = source.delimiters();
        let lead = |part: &Part| part.delimiters.is_none() && delimiters.is_none();
        match parts.last_mut().filter(|part| joins || lead(part)) {
            Some(part) => {
                assert!(part.end <= start);
                part.end = end;
                part.ended = ended;
            }
            None => parts.push(Part {
                start,
                end,
                ended,
                delimiters,
            }),
        }
    }
}

/// The segments from `start` on, tokenized in one go, hold the elements a plain split gives.
fn tokens(bytes: &[u8], parts: &[Part], delimiters: Delimiters) {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return;
    };
    let block = &bytes[first.start..=last.end];
    let mut tokens = Tokens::default();
    tokens.fill(block, delimiters);
    assert_eq!(tokens.len(), parts.len());
    for (index, part) in parts.iter().enumerate() {
        let segment = tokens.segment(block, index);
        let text = &bytes[part.start..part.end];
        assert_eq!(segment.start(), part.start - first.start);
        assert_eq!(segment.text(), text);
        let elements: Vec<&[u8]> = text.split(|&byte| byte == delimiters.element).collect();
        assert_eq!(segment.id(), elements[0]);
        assert_eq!(segment.len(), elements.len() - 1);
        for (position, element) in elements.iter().enumerate().skip(1) {
            assert_eq!(segment.element(position), *element);
            let components: Vec<&[u8]> = segment.components(position, delimiters).collect();
            let plain: Vec<&[u8]> = element
                .split(|&byte| byte == delimiters.component)
                .collect();
            assert_eq!(components, plain);
        }
        assert!(segment.element(elements.len()).is_empty());
    }
}

fn check(bytes: &[u8]) {
    let parts = plain::read(bytes);
    for size in [bytes.len().max(1), 1, 7, 509] {
        assert_eq!(read(bytes, size), parts, "in pieces of {size}");
    }
    for run in parts.chunk_by(|one, two| one.ended && two.ended && one.delimiters == two.delimiters)
    {
        if let Some(delimiters) = run[0].delimiters.filter(|_| run[0].ended) {
            tokens(bytes, run, delimiters);
        }
    }
}

fuzz_target!(init: seeds::write(), |bytes: &[u8]| {
    check(bytes);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::mutate(data, size, max_size, seed)
});
