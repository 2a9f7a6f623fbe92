//! Files damaged at random are judged the same in any blocks, whatever separates them.

use telescrub::generate::{Delimiters, LineEnd, Spec};
use telescrub::x12::limits;

use crate::common;
use crate::costs::same_in_pieces;

const SEPARATORS: [[u8; 4]; 5] = [
    *b"*:^~",
    *b"|>^~",
    [0x1D, 0x1F, 0x1E, 0x1C],
    *b"*:^\n",
    [0x1C, b':', 0x1F, 0x1D],
];

#[test]
fn separators_that_are_control_characters_are_no_fault() {
    for [element, component, repetition, segment] in SEPARATORS {
        let spec = Spec {
            claims: 20,
            delimiters: Delimiters {
                element,
                component,
                repetition,
                segment,
            },
            ..common::spec()
        };
        let (bytes, _) = common::generated(&spec);
        let scrubbed = common::scrub(&bytes, 1, 2_000);
        assert_eq!(
            scrubbed.file("clean.837"),
            bytes,
            "{element} {component} {segment}"
        );
        assert!(
            !scrubbed
                .findings()
                .iter()
                .any(|line| line.to_string().contains("SYN014"))
        );
    }
}

/// A small generator of random numbers, so that a failure names its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// One or two changes of segments or elements, mostly near a level.
fn damage(random: &mut Random, segments: &mut Vec<Vec<u8>>, element: u8) {
    for _ in 0..=random.below(3) {
        let mut at = random.below(segments.len());
        if random.below(2) == 0 {
            let hl = |segment: &Vec<u8>| segment.starts_with(b"HL") || segment.starts_with(b"CLM");
            at = (at..segments.len())
                .find(|&at| hl(&segments[at]))
                .unwrap_or(at);
            at = (at + random.below(4)).min(segments.len() - 1);
        }
        let other = random.below(segments.len());
        match random.below(9) {
            0 | 1 => {
                segments.remove(at);
            }
            2 => {
                let copy = segments[at].clone();
                segments.insert(at, copy);
            }
            3 => segments.swap(at, (at + 1).min(other.max(at))),
            4 => {
                let copy = segments[other].clone();
                segments.insert(at, copy);
            }
            5 => {
                let stray: &[u8] =
                    [&b"ZZZ"[..], b"HL", b"CLM", b"SE", b"ST", b"LX", b"SBR"][random.below(7)];
                segments.insert(at, stray.to_vec());
            }
            6 => {
                let end = (at + random.below(40)).min(segments.len());
                segments.drain(at..end);
            }
            _ => {
                let mut parts: Vec<Vec<u8>> = segments[at]
                    .split(|&byte| byte == element)
                    .map(<[u8]>::to_vec)
                    .collect();
                let place = random.below(parts.len());
                parts[place] = match random.below(5) {
                    0 => Vec::new(),
                    1 => b"22".to_vec(),
                    2 => b"1".to_vec(),
                    3 => vec![0x1F, b'x'],
                    _ => segments[other]
                        .split(|&byte| byte == element)
                        .next_back()
                        .unwrap()
                        .to_vec(),
                };
                segments[at] = parts.join(&element);
            }
        }
        if segments.is_empty() {
            segments.push(b"ZZZ".to_vec());
        }
    }
}

#[test]
fn damaged_files_are_judged_the_same_in_any_blocks() {
    let rounds = std::env::var("TELESCRUB_DAMAGES").map_or(60, |count| count.parse().unwrap());
    let first = std::env::var("TELESCRUB_SEED").map_or(0, |seed| seed.parse().unwrap());
    for seed in first..first + rounds {
        let mut random = Random(seed);
        let separators = SEPARATORS[random.below(SEPARATORS.len())];
        let [element, component, repetition, segment] = separators;
        let spec = Spec {
            seed: seed / 16,
            claims: 12,
            claims_per_set: 9,
            delimiters: Delimiters {
                element,
                component,
                repetition,
                segment,
            },
            line_end: [LineEnd::None, LineEnd::CrLf]
                [usize::from(segment == b'~') & random.below(2)],
            ..common::spec()
        };
        let (bytes, _) = common::generated(&spec);
        let mut segments: Vec<Vec<u8>> = bytes
            .split(|&byte| byte == segment)
            .map(<[u8]>::to_vec)
            .collect();
        segments.pop();
        let mut body = segments.split_off(2);
        damage(&mut random, &mut body, element);
        segments.append(&mut body);
        let mut damaged = segments.join(&segment);
        damaged.push(segment);
        let whole = common::scrub(&damaged, 1, limits::BLOCK_BYTES);
        if let Err(error) = &whole.result {
            assert!(error.is_input(), "seed {seed}: {error}");
        }
        let cuts = [(2, 1), (1, 997), (8, 4_001)];
        same_in_pieces(&format!("seed {seed}"), &damaged, &whole, &cuts);
        let clean = whole.file("clean.837");
        if !clean.is_empty() {
            let again = common::scrub(clean, 2, 1_500);
            assert!(
                again.file("rejects.837").is_empty(),
                "seed {seed}: clean is not clean"
            );
            assert!(
                again.file("clean.837") == clean,
                "seed {seed}: clean comes out otherwise"
            );
        }
    }
}
