//! The control numbers of all transaction sets of an output, in a few bytes.
//!
//! There may be a set for each claim, and nearly all are numbered in sequence. So each
//! [`ControlMap`] is kept as its step from the one before, mostly small differences of
//! numbers, and a step that comes again and again is kept once with its count: sets numbered
//! in sequence take no memory by their number, others some ten bytes each.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ControlMap;
use crate::varint;

/// Control numbers of the sets of an output, in their order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ControlMaps {
    /// Steps that were taken: how often, the length, the step.
    bytes: Vec<u8>,
    /// The step taken latest, and how often it was taken so far.
    step: Vec<u8>,
    times: u64,
    /// The map that was added latest.
    latest: ControlMap,
}

/// What a number of the step is told by: 0 for one in words of its own.
const IN_WORDS: u64 = 0;

impl ControlMaps {
    /// Adds those of one more set.
    pub fn push(&mut self, map: ControlMap) {
        let mut step = Vec::with_capacity(self.step.len());
        put_step(&self.latest, &map, &mut step);
        self.latest = map;
        if step != self.step || self.times == 0 {
            self.put_latest();
            self.step = step;
            self.times = 0;
        }
        self.times += 1;
    }

    fn put_latest(&mut self) {
        if self.times > 0 {
            varint::put(self.times, &mut self.bytes);
            put_text(&self.step, &mut self.bytes);
        }
    }

    /// All of them, in order.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter {
            rest: &self.bytes,
            step: &[],
            times: 0,
            last: (self.times > 0).then_some((&self.step, self.times)),
            latest: ControlMap::default(),
        }
    }

    /// All of them at once, for whoever looks them up in any order: memory by their number.
    #[must_use]
    pub fn all(&self) -> Vec<ControlMap> {
        self.iter().collect()
    }
}

impl Extend<ControlMap> for ControlMaps {
    fn extend<I: IntoIterator<Item = ControlMap>>(&mut self, maps: I) {
        maps.into_iter().for_each(|map| self.push(map));
    }
}

impl<'a> IntoIterator for &'a ControlMaps {
    type Item = ControlMap;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Control numbers, set by set.
#[derive(Debug)]
pub struct Iter<'a> {
    rest: &'a [u8],
    step: &'a [u8],
    times: u64,
    /// The latest step, which may still grow.
    last: Option<(&'a [u8], u64)>,
    latest: ControlMap,
}

impl Iterator for Iter<'_> {
    type Item = ControlMap;

    fn next(&mut self) -> Option<ControlMap> {
        if self.times == 0 {
            (self.step, self.times) = if self.rest.is_empty() {
                self.last.take()?
            } else {
                let times = varint::take(&mut self.rest)?;
                (take_text(&mut self.rest)?, times)
            };
        }
        self.times -= 1;
        take_step(&mut self.latest, self.step)?;
        Some(self.latest.clone())
    }
}

/// Writes how to come from a map to the next one.
fn put_step(was: &ControlMap, map: &ControlMap, step: &mut Vec<u8>) {
    let pairs = was.input.iter().chain(&was.output);
    for (was, text) in pairs.zip(map.input.iter().chain(&map.output)) {
        match (number(was), number(text)) {
            (Some(from), Some(to)) if shown(to, was.len()) == *text => {
                let double = from.abs_diff(to) * 2;
                varint::put(1 + double + u64::from(to < from), step);
            }
            _ => {
                varint::put(IN_WORDS, step);
                put_text(text.as_bytes(), step);
            }
        }
    }
    if was.around == map.around {
        varint::put(0, step);
    } else {
        varint::put(1 + map.around.len() as u64, step);
        for rule in &map.around {
            put_text(rule.as_bytes(), step);
        }
    }
    match &map.content {
        None => varint::put(0, step),
        Some(content) => {
            if let Some(hash) = packed(content) {
                varint::put(1, step);
                step.extend_from_slice(&hash.to_be_bytes());
            } else {
                varint::put(2, step);
                put_text(content.as_bytes(), step);
            }
        }
    }
}

/// Goes the step from this map to the next one.
fn take_step(map: &mut ControlMap, mut step: &[u8]) -> Option<()> {
    let step = &mut step;
    for text in map.input.iter_mut().chain(&mut map.output) {
        *text = match varint::take(step)? {
            IN_WORDS => take_string(step)?,
            told => {
                let (from, distance) = (number(text)?, (told - 1) / 2);
                let to = if told % 2 == 1 {
                    from.checked_add(distance)?
                } else {
                    from.checked_sub(distance)?
                };
                shown(to, text.len())
            }
        };
    }
    if let Some(rules) = varint::take(step)?.checked_sub(1) {
        map.around = (0..rules)
            .map(|_| take_string(step))
            .collect::<Option<_>>()?;
    }
    map.content = match varint::take(step)? {
        0 => None,
        1 => {
            let (hash, rest) = step.split_first_chunk()?;
            *step = rest;
            Some(format!("{:032x}", u128::from_be_bytes(*hash)))
        }
        _ => Some(take_string(step)?),
    };
    Some(())
}

/// The number that a text is, if it is digits alone and not too many.
fn number(text: &str) -> Option<u64> {
    let is_number =
        (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A number with zeros in front up to this width.
fn shown(number: u64, width: usize) -> String {
    format!("{number:0width$}")
}

/// A hash of 32 hexadecimal digits as a number.
fn packed(content: &str) -> Option<u128> {
    let hash = u128::from_str_radix(content, 16).ok()?;
    (format!("{hash:032x}") == content).then_some(hash)
}

fn put_text(text: &[u8], into: &mut Vec<u8>) {
    varint::put(text.len() as u64, into);
    into.extend_from_slice(text);
}

fn take_text<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = usize::try_from(varint::take(from)?).ok()?;
    let (text, rest) = from.split_at_checked(len)?;
    *from = rest;
    Some(text)
}

fn take_string(from: &mut &[u8]) -> Option<String> {
    String::from_utf8(take_text(from)?.to_vec()).ok()
}

impl Serialize for ControlMaps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de> Deserialize<'de> for ControlMaps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ControlMaps, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = ControlMaps;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("control numbers of transaction sets")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ControlMaps, A::Error> {
                let mut maps = ControlMaps::default();
                while let Some(map) = seq.next_element()? {
                    maps.push(map);
                }
                Ok(maps)
            }
        }

        deserializer.deserialize_seq(Each)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn map(input: [&str; 3], output: [u64; 3]) -> ControlMap {
        ControlMap {
            input: input.map(str::to_owned),
            output: output.map(|number| number.to_string()),
            ..ControlMap::default()
        }
    }

    fn kept(maps: impl IntoIterator<Item = ControlMap>) -> ControlMaps {
        let mut kept = ControlMaps::default();
        kept.extend(maps);
        kept
    }

    #[test]
    fn sets_numbered_in_sequence_take_no_memory_by_their_number() {
        let of_one_group = (0..100_000).map(|set: u64| {
            map(
                ["000000905", "1", &format!("{:04}", set + 1)],
                [7, 8, 9 + set],
            )
        });
        let of_their_own = (0..100_000).map(|set: u64| {
            let isa = format!("{:09}", set + 1);
            map(
                [&isa, &(set + 1).to_string(), "0001"],
                [7 + 3 * set, 8 + 3 * set, 9 + 3 * set],
            )
        });
        for maps in [of_one_group.collect::<Vec<_>>(), of_their_own.collect()] {
            let kept = kept(maps.iter().cloned());
            assert!(kept.bytes.len() < 256, "{}", kept.bytes.len());
            assert_eq!(kept.all(), maps);
        }
    }

    #[test]
    fn sets_in_any_order_and_what_they_hold_take_some_bytes_each() {
        let maps: Vec<_> = (0..10_000_u64)
            .map(|set| {
                let number = format!("{:06}", set * 7_919 % 1_000_000);
                let hash = blake3::hash(number.as_bytes()).to_hex();
                ControlMap {
                    around: vec!["ENV003".to_owned()],
                    content: Some(hash[..32].to_owned()),
                    ..map(["000000905", "1", &number], [7, 8, 9 + set])
                }
            })
            .collect();
        let kept = kept(maps.iter().cloned());
        assert!(kept.bytes.len() < 32 * maps.len(), "{}", kept.bytes.len());
        assert_eq!(kept.all(), maps);
    }

    #[test]
    fn the_manifest_has_them_one_by_one() {
        let maps = [
            map(["9", "1", "0001"], [7, 8, 9]),
            map(["9", "1", "0002"], [7, 8, 10]),
        ];
        let text = serde_json::to_string(&kept(maps.clone())).unwrap();
        assert_eq!(text, serde_json::to_string(&maps).unwrap());
        let read: ControlMaps = serde_json::from_str(&text).unwrap();
        assert_eq!(read, kept(maps));
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_out_again(
            maps in prop::collection::vec(
                (
                    prop::array::uniform6("|[0-9]{1,4}|0{0,3}[0-9]|[0-9]{17,20}|[ A-Z0-9é]{0,3}"),
                    prop::collection::vec("ENV00[1-3]", 0..3),
                    prop::option::of("|[0-9a-f]{32}|[0-9A-F]{32}|[+a-z]{1,3}"),
                    1..4_usize,
                ),
                0..12,
            )
        ) {
            let maps: Vec<ControlMap> = maps
                .into_iter()
                .flat_map(|([a, b, c, d, e, f], around, content, times)| {
                    let map = ControlMap { input: [a, b, c], output: [d, e, f], around, content };
                    std::iter::repeat_n(map, times)
                })
                .collect();
            prop_assert_eq!(kept(maps.iter().cloned()).all(), maps);
        }
    }
}
