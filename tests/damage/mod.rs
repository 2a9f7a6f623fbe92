//! Damage done to claim files, seeded, and what must hold of the answer whatever it is.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use telescrub::generate::{Delimiters, LineEnd, Spec};

use crate::common::{self, Scrubbed};

/// A small generator of numbers, the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Delimiters of the files that damage is done to; no letter of a claim is among them.
const DELIMITERS: [&[u8; 4]; 4] = [b"*:^~", b"|>^~", b"*:{!", b"\x1D\x1F\x1E\x1C"];

pub fn delimiters([element, component, repetition, segment]: [u8; 4]) -> Delimiters {
    Delimiters {
        element,
        component,
        repetition,
        segment,
    }
}

/// A claim file, and the element separator and terminator of each file it was made of.
pub struct Sample {
    pub bytes: Vec<u8>,
    pub pairs: Vec<[u8; 2]>,
}

impl Sample {
    /// A file of a few claims.
    pub fn generated(dice: &mut Dice) -> Sample {
        let delimiters = delimiters(*dice.pick(&DELIMITERS));
        let spec = Spec {
            seed: dice.next(),
            claims: 1 + dice.next() % 12,
            claims_per_set: 1 + dice.next() % 5,
            sets_per_group: 1 + dice.next() % 3,
            interchanges: 1 + dice.next() % 3,
            line_end: dice.pick(&[LineEnd::None, LineEnd::Lf, LineEnd::CrLf]),
            delimiters,
            bad_percent: dice.pick(&[0.0, 30.0]),
            ..common::spec()
        };
        Sample {
            bytes: common::generated(&spec).0,
            pairs: vec![[delimiters.element, delimiters.segment]],
        }
    }

    fn join(&mut self, other: Sample) {
        self.bytes.extend(other.bytes);
        for pair in other.pairs {
            if !self.pairs.contains(&pair) {
                self.pairs.push(pair);
            }
        }
    }
}

/// The places where segments of these files start, and the end.
fn starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(
        bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| b"~!\x1C".contains(byte))
            .map(|(at, _)| at + 1),
    );
    starts
}

/// A segment of an envelope, or any when there is none.
fn envelope_segment(bytes: &[u8], dice: &mut Dice) -> (usize, usize) {
    let starts = starts(bytes);
    let ids: [&[u8]; 7] = [b"ISA", b"GS", b"ST", b"SE", b"GE", b"IEA", b"HL"];
    let wanted = dice.pick(&ids);
    let found: Vec<usize> = (0..starts.len() - 1)
        .filter(|&at| bytes[starts[at]..].trim_ascii_start().starts_with(wanted))
        .collect();
    let at = if found.is_empty() {
        dice.below(starts.len() - 1)
    } else {
        dice.pick(&found)
    };
    match starts.get(at + 1) {
        Some(&end) => (starts[at], end),
        None => (starts[at], bytes.len()),
    }
}

/// Damages the file once.
pub fn damage(sample: &mut Sample, dice: &mut Dice) {
    let bytes = &mut sample.bytes;
    if bytes.is_empty() {
        return;
    }
    let at = dice.below(bytes.len());
    let odd = dice.pick(b"~*:^!|>\n\r \x00\x1A\x1C\x1DA1\xC3");
    let (from, to) = envelope_segment(bytes, dice);
    match dice.below(17) {
        0 => bytes[at] = odd,
        1 => bytes.insert(at, odd),
        2 => {
            bytes.remove(at);
        }
        3 => bytes.truncate(at),
        4 => {
            bytes.drain(..at);
        }
        // A segment of an envelope leaves, comes twice, moves, is cut, or is hit.
        5 | 6 => {
            bytes.drain(from..to);
        }
        7 => {
            let copy = bytes[from..to].to_vec();
            let starts = starts(bytes);
            let place = dice.pick(&starts);
            bytes.splice(place..place, copy);
        }
        8 => {
            let moved: Vec<u8> = bytes.drain(from..to).collect();
            let starts = starts(bytes);
            let place = dice.pick(&starts);
            bytes.splice(place..place, moved);
        }
        9 => {
            let inside = from + dice.below(to - from);
            bytes.drain(inside..to.max(inside + 1) - 1);
        }
        10 => {
            let inside = from + dice.below(to - from);
            bytes[inside] = odd;
        }
        11 => {
            let inside = from + dice.below(to - from);
            bytes.remove(inside);
        }
        12 => {
            let inside = from + dice.below(to - from);
            bytes.insert(inside, odd);
        }
        // Another file is joined on, at a cut or at the end.
        13 => {
            let keep = if dice.below(2) == 0 { at } else { bytes.len() };
            bytes.truncate(keep);
            sample.join(Sample::generated(dice));
        }
        14 => {
            let starts = starts(bytes);
            let place = dice.pick(&starts);
            let junk = dice.pick(&[&b"\r\n\r\n"[..], b"   ", b"~~~", b"\x1A", b"\0\0"]);
            bytes.splice(place..place, junk.iter().copied());
        }
        // A claim comes to stand anywhere.
        15 => {
            let starts = starts(bytes);
            let claims: Vec<usize> = (0..starts.len() - 1)
                .filter(|&at| bytes[starts[at]..].trim_ascii_start().starts_with(b"CLM"))
                .collect();
            if !claims.is_empty() {
                let claim = dice.pick(&claims);
                let copy = bytes[starts[claim]..starts[claim + 1]].to_vec();
                let place = dice.pick(&starts);
                bytes.splice(place..place, copy);
            }
        }
        _ => {
            let copy = bytes[at..].to_vec();
            bytes.extend_from_slice(&copy);
        }
    }
}

/// CLM01 and CLM02 of every claim, by nothing but a split at each terminator and in front
/// of an ISA, which a file that was cut may run into.
fn claims(bytes: &[u8], pairs: &[[u8; 2]], found: &mut BTreeMap<Vec<u8>, i64>, by: i64) {
    for &[element, segment] in pairs {
        for text in bytes.split(|&byte| byte == segment) {
            let text = text.trim_ascii_start();
            // One may be cut off right behind its identifier.
            let claim = match text.strip_prefix(b"CLM") {
                Some([]) => &[],
                Some([separator, claim @ ..]) if *separator == element => claim,
                _ => continue,
            };
            let joined = claim.windows(4).position(|bytes| {
                bytes.starts_with(b"ISA") && pairs.iter().any(|&[other, _]| other == bytes[3])
            });
            let claim = &claim[..joined.unwrap_or(claim.len())];
            let end = claim
                .iter()
                .enumerate()
                .filter(|(_, byte)| **byte == element)
                .nth(1)
                .map_or(claim.len(), |(at, _)| at);
            let mut key = vec![element];
            key.extend_from_slice(&claim[..end]);
            *found.entry(key).or_default() += by;
        }
    }
    found.retain(|_, count| *count != 0);
}

/// Scrubs a damaged file and holds the answer against what always holds. The name of
/// what does not.
pub fn check(sample: &Sample) -> Result<(), String> {
    let bytes = &sample.bytes;
    let run = |threads, block| {
        catch_unwind(AssertUnwindSafe(|| {
            common::scrub_proving(bytes, threads, block)
        }))
        .map_err(|_| "it panics".to_owned())
    };
    let first = run(1, telescrub::x12::limits::BLOCK_BYTES)?;
    answer(sample, &first)?;
    for (threads, block) in [(2, 1), (8, 997)] {
        let other = run(threads, block)?;
        let same = match (&first.result, &other.result) {
            (Ok(_), Ok(_)) => first.files == other.files,
            (Err(one), Err(two)) => {
                let tail = |error: &telescrub::scrub::run::RunError| {
                    error.to_string().rsplit("in.837").next().map(str::to_owned)
                };
                tail(one) == tail(two)
            }
            _ => false,
        };
        if !same {
            let differs = first
                .files
                .keys()
                .find(|kind| first.file(kind) != other.file(kind));
            return Err(format!(
                "{threads} threads and blocks of {block} give other bytes in {differs:?}: {:?} {:?}",
                first.result.as_ref().err().map(ToString::to_string),
                other.result.as_ref().err().map(ToString::to_string),
            ));
        }
    }
    Ok(())
}

/// Whether each claim of a file stands once in what came out, or the file is refused.
pub fn answer(sample: &Sample, scrubbed: &Scrubbed) -> Result<(), String> {
    let outcome = match &scrubbed.result {
        Err(error) if error.is_input() => return Ok(()),
        Err(error) => return Err(error.to_string()),
        Ok(outcome) => outcome,
    };
    let mut missing = BTreeMap::new();
    claims(&sample.bytes, &sample.pairs, &mut missing, 1);
    let counted: i64 = missing.values().sum();
    if outcome.tally.total().claims != u64::try_from(counted).unwrap() {
        return Err(format!(
            "{counted} claims by a plain count, {} by the run",
            outcome.tally.total().claims
        ));
    }
    for kind in ["clean.837", "rejects.837", "held.837"] {
        claims(scrubbed.file(kind), &sample.pairs, &mut missing, -1);
    }
    if !missing.is_empty() {
        return Err(format!(
            "{} claims are not once in what came out",
            missing.len()
        ));
    }
    Ok(())
}
