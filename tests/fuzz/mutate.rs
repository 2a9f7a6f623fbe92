//! Changes to a claim file as its segments and elements lie, so that what comes out is
//! mostly still a claim file.

use std::sync::LazyLock;

use crate::damage::{self, Dice, Sample};

/// Segments and elements of the fixtures.
static DONORS: LazyLock<Donors> = LazyLock::new(Donors::read);

struct Donors {
    segments: Vec<Vec<u8>>,
    elements: Vec<Vec<u8>>,
}

/// Values that lie at an edge.
const EDGES: [&[u8]; 20] = [
    b"",
    b"0",
    b"00",
    b"-1",
    b"1.005",
    b".5",
    b"99999999999999999999",
    b"92233720368547758.07",
    b"20260229",
    b"20280229",
    b"00000000",
    b"20260101-20261231",
    b"20261231-20260101",
    b"D8",
    b"RD8",
    b"HC:97110:GP:95",
    b"ABK:M545",
    b" ",
    b"\xC3\xA9",
    b"XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
];

impl Donors {
    fn read() -> Donors {
        let mut segments = Vec::new();
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");
        for bytes in crate::files::files(fixtures) {
            let text = bytes.split(|&byte| byte == b'~').map(<[u8]>::trim_ascii);
            segments.extend(text.filter(|text| !text.is_empty()).map(<[u8]>::to_vec));
        }
        segments.sort();
        segments.dedup();
        let mut elements: Vec<Vec<u8>> = segments
            .iter()
            .flat_map(|segment| segment.split(|&byte| byte == b'*').skip(1))
            .map(<[u8]>::to_vec)
            .collect();
        elements.sort();
        elements.dedup();
        elements.extend(EDGES.map(<[u8]>::to_vec));
        Donors { segments, elements }
    }
}

/// A claim file in segments, each with what ends it.
struct Split {
    segments: Vec<Vec<u8>>,
    element: u8,
    component: u8,
    repetition: u8,
    segment: u8,
}

impl Split {
    fn of(bytes: &[u8]) -> Split {
        let header = bytes
            .windows(3)
            .rposition(|window| window == b"ISA")
            .and_then(|at| telescrub::x12::IsaHeader::read(&bytes[at..]));
        let (element, component, repetition, segment) =
            header.map_or((b'*', b':', b'^', b'~'), |header| {
                let found = header.delimiters;
                (
                    found.element,
                    found.component,
                    found.repetition,
                    found.segment,
                )
            });
        Split {
            segments: bytes
                .split_inclusive(|&byte| byte == segment)
                .map(<[u8]>::to_vec)
                .collect(),
            element,
            component,
            repetition,
            segment,
        }
    }

    /// A segment of the fixtures in the delimiters of this file.
    fn donated(&self, dice: &mut Dice) -> Vec<u8> {
        let at = dice.below(DONORS.segments.len());
        let mut segment = self.dressed(&DONORS.segments[at]);
        segment.push(self.segment);
        segment
    }

    fn dressed(&self, text: &[u8]) -> Vec<u8> {
        text.iter()
            .map(|&byte| match byte {
                b'*' => self.element,
                b':' => self.component,
                b'^' => self.repetition,
                byte => byte,
            })
            .collect()
    }

    /// A run of segments: one, or from one of an identifier up to the next of it.
    fn run(&self, dice: &mut Dice) -> (usize, usize) {
        let from = dice.below(self.segments.len());
        let id = |at: usize| self.segments[at].trim_ascii_start().get(..2);
        let to = if dice.below(2) == 0 {
            (from + 1..self.segments.len())
                .find(|&at| id(at) == id(from))
                .unwrap_or(from + 1)
        } else {
            from + 1
        };
        (from, to)
    }

    fn change(&mut self, dice: &mut Dice) {
        if self.segments.is_empty() {
            self.segments.push(self.donated(dice));
        }
        let (from, to) = self.run(dice);
        let place = dice.below(self.segments.len() + 1);
        match dice.below(12) {
            0 => {
                self.segments.drain(from..to);
            }
            1 => {
                let copy = self.segments[from..to].to_vec();
                self.segments.splice(place..place, copy);
            }
            2 => {
                let moved: Vec<_> = self.segments.drain(from..to).collect();
                let place = place.min(self.segments.len());
                self.segments.splice(place..place, moved);
            }
            3 => {
                let other = dice.below(self.segments.len());
                self.segments.swap(from, other);
            }
            4 => {
                let donated = self.donated(dice);
                self.segments.insert(place, donated);
            }
            5 => self.segments[from] = self.donated(dice),
            _ => self.element(from, dice),
        }
    }

    /// Changes one element, or one component, of a segment.
    fn element(&mut self, at: usize, dice: &mut Dice) {
        let text = &self.segments[at];
        let ended = text.last() == Some(&self.segment);
        let text = &text[..text.len() - usize::from(ended)];
        let separator = dice.pick(&[self.element, self.element, self.component, self.repetition]);
        let mut parts: Vec<Vec<u8>> = text
            .split(|&byte| byte == separator)
            .map(<[u8]>::to_vec)
            .collect();
        let part = dice.below(parts.len());
        let other = dice.below(parts.len());
        match dice.below(8) {
            0 => {
                parts.remove(part);
            }
            1 => parts.insert(other, parts[part].clone()),
            2 => parts.swap(part, other),
            3 => parts[part].clear(),
            4 => {
                // The same element of another segment.
                let donor = dice.below(self.segments.len());
                let donor = &self.segments[donor];
                let donor = donor.strip_suffix(&[self.segment]).unwrap_or(donor);
                let mut elements = donor.split(|&byte| byte == separator);
                if let Some(element) = elements.nth(part) {
                    parts[part] = element.to_vec();
                }
            }
            _ => {
                let word = &DONORS.elements[dice.below(DONORS.elements.len())];
                parts[part] = self.dressed(word);
            }
        }
        let mut text = parts.join(&separator);
        if ended {
            text.push(self.segment);
        }
        self.segments[at] = text;
    }

    /// Makes the counts of the envelopes right again, and the numbers of the levels when
    /// `levels` asks for it, so that what lies deeper is judged.
    fn mend(&mut self, levels: bool) {
        let (mut sets, mut groups, mut open, mut level) = (0, 0, 0, 0);
        let mut numbers: Vec<(Vec<u8>, usize)> = Vec::new();
        for at in 0..self.segments.len() {
            let segment = &self.segments[at];
            let ended = segment.last() == Some(&self.segment);
            let text = &segment[..segment.len() - usize::from(ended)];
            let mut parts: Vec<Vec<u8>> = text
                .split(|&byte| byte == self.element)
                .map(<[u8]>::to_vec)
                .collect();
            open += 1;
            let id = parts[0].trim_ascii_start().to_vec();
            let mut set = |position: usize, value: usize| {
                if let Some(part) = parts.get_mut(position) {
                    *part = value.to_string().into_bytes();
                }
            };
            match &id[..] {
                b"GS" => sets = 0,
                b"ISA" => groups = 0,
                b"ST" => {
                    sets += 1;
                    open = 1;
                    level = 0;
                    numbers.clear();
                }
                b"SE" => set(1, open),
                b"GE" => {
                    groups += 1;
                    set(1, sets);
                }
                b"IEA" => set(1, groups),
                b"HL" if levels => {
                    level += 1;
                    let old = parts.get(1).cloned().unwrap_or_default();
                    let parent = parts.get(2).and_then(|parent| {
                        numbers
                            .iter()
                            .rfind(|(old, _)| old == parent)
                            .map(|&(_, new)| new)
                    });
                    let mut set = |position: usize, value: usize| {
                        if let Some(part) = parts.get_mut(position) {
                            *part = value.to_string().into_bytes();
                        }
                    };
                    set(1, level);
                    if let Some(parent) = parent {
                        set(2, parent);
                    }
                    numbers.push((old, level));
                }
                _ => continue,
            }
            let mut text = parts.join(&self.element);
            if ended {
                text.push(self.segment);
            }
            self.segments[at] = text;
        }
    }
}

/// Changes the file in `data[..size]` and returns its new size.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed));
    let kind = dice.below(10);
    if kind < 2 || size == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    let bytes = if kind < 4 {
        let mut sample = Sample {
            bytes: data[..size].to_vec(),
            pairs: Vec::new(),
        };
        for _ in 0..=dice.below(3) {
            damage::damage(&mut sample, &mut dice);
        }
        sample.bytes
    } else {
        let mut split = Split::of(&data[..size]);
        for _ in 0..=dice.below(4) {
            split.change(&mut dice);
        }
        if dice.below(3) > 0 {
            let levels = dice.below(2) == 0;
            split.mend(levels);
        }
        split.segments.concat()
    };
    let size = bytes.len().min(max_size);
    data[..size].copy_from_slice(&bytes[..size]);
    size
}
