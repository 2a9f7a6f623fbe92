//! Where a segment goes: candidates by the loop the walk stands in, told apart by qualifiers.

use super::packed::pack;
use super::qualifier::{Opening, QualifierPlace};
use super::spec::{LoopNode, SegmentSpec};
use crate::x12::{Segment, key};

/// A place found for a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The loop it belongs to (a child loop that it starts, or the loop itself).
    pub node: u8,
    /// Which use of the segment.
    pub segment: u16,
}

/// A place that was found for a segment.
#[derive(Clone, Copy, Debug)]
pub(in crate::claim) struct Found {
    pub(in crate::claim) place: Place,
    /// How another segment of the identifier has to open to be found the same place, when
    /// it can be told by that.
    pub(in crate::claim) opening: Option<Opening>,
}

/// Where a segment may go: into the loop the walk stands in, into a child loop, or
/// into one of the loops above and their children.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    qualifier: QualifierPlace,
    /// The packed code; 0 takes any.
    code: u64,
    place: Place,
}

/// The places of all segments of a table.
#[derive(Debug)]
pub(super) struct Places {
    /// Segment identifiers, see [`crate::x12::key`].
    pub(super) ids: Vec<u32>,
    /// Candidates by node and identifier, the nearest loop's first.
    candidates: Vec<Candidate>,
    ranges: Vec<(u16, u16)>,
    id_hash: [u8; 256],
}

impl Places {
    /// Builds the candidate lists.
    pub(super) fn of(nodes: &[LoopNode], segments: &[SegmentSpec]) -> Places {
        let mut places = Places {
            ids: Vec::new(),
            candidates: Vec::new(),
            ranges: Vec::new(),
            id_hash: [u8::MAX; 256],
        };
        for segment in segments {
            let key = key(segment.id.as_bytes());
            if !places.ids.contains(&key) {
                places.id_hash[hash(key)] = u8::try_from(places.ids.len()).unwrap_or(u8::MAX);
                places.ids.push(key);
            }
        }
        for node in 0..nodes.len() {
            for id in 0..places.ids.len() {
                let from = places.candidates.len();
                let mut above = node;
                loop {
                    places.add_candidates(nodes, segments, above, places.ids[id]);
                    let parent = usize::from(nodes[above].parent);
                    if parent == above {
                        break;
                    }
                    above = parent;
                }
                let bound = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
                let to = places.candidates.len();
                places.ranges.push((bound(from), bound(to)));
            }
        }
        places
    }

    /// The index of a segment identifier.
    #[inline]
    pub(super) fn id_index(&self, key: u32) -> Option<usize> {
        let index = usize::from(self.id_hash[hash(key)]);
        (self.ids.get(index) == Some(&key)).then_some(index)
    }

    /// The place of a segment, and by what it was found.
    pub(super) fn seek(&self, node: u8, segment: &Segment<'_>, component: u8) -> Option<Found> {
        let id = self.id_index(segment.key())?;
        let (from, to) = self.ranges[usize::from(node) * self.ids.len() + id];
        let mut read: Option<(QualifierPlace, Option<u64>)> = None;
        let mut sure = true;
        for candidate in &self.candidates[usize::from(from)..usize::from(to)] {
            if candidate.code != 0 {
                // Neighbours in the list mostly ask for the same element.
                let asked = candidate.qualifier;
                let value = match read {
                    Some((qualifier, value)) if qualifier == asked => value,
                    before => {
                        sure = before.is_none();
                        let value = asked.of(segment, component);
                        read = Some((asked, value));
                        value
                    }
                };
                if value != Some(candidate.code) {
                    continue;
                }
            }
            let opening = match read {
                None => Some(Opening::ANY),
                Some((qualifier, _)) if sure => Opening::of(qualifier, segment, component),
                Some(_) => None,
            };
            return Some(Found {
                place: candidate.place,
                opening,
            });
        }
        None
    }

    /// The place of a segment of this identifier by which it is told whose first element, or
    /// the first component of it, is this code.
    pub(super) fn of_code(&self, node: u8, segment: u32, code: &[u8]) -> Option<Place> {
        let id = self.id_index(segment)?;
        let code = pack(code).filter(|&code| code != 0)?;
        let (from, to) = self.ranges[usize::from(node) * self.ids.len() + id];
        let candidates = &self.candidates[usize::from(from)..usize::from(to)];
        let opens = |candidate: &&Candidate| {
            candidate.code == code && !matches!(candidate.qualifier, QualifierPlace::Element(2..))
        };
        candidates.iter().find(opens).map(|found| found.place)
    }

    fn add_candidates(
        &mut self,
        nodes: &[LoopNode],
        segments: &[SegmentSpec],
        node: usize,
        id: u32,
    ) {
        let here = &nodes[node];
        let own = here.segments.iter().skip(1).map(|&segment| (node, segment));
        // The root is never entered, so its first segment is its own.
        let root = here
            .segments
            .first()
            .filter(|_| node == 0)
            .map(|&segment| (node, segment));
        let below = here.children.iter().filter_map(|&child| {
            let child = usize::from(child);
            nodes[child]
                .segments
                .first()
                .map(|&segment| (child, segment))
        });
        for (target, segment) in root.into_iter().chain(own).chain(below) {
            let spec = &segments[usize::from(segment)];
            if key(spec.id.as_bytes()) != id {
                continue;
            }
            let place = Place {
                node: u8::try_from(target).unwrap_or(u8::MAX),
                segment,
            };
            let any = (QualifierPlace::Element(1), vec![0]);
            let (qualifier, codes) = spec.qualifier.as_ref().unwrap_or(&any);
            self.candidates.extend(codes.iter().map(|&code| Candidate {
                qualifier: *qualifier,
                code,
                place,
            }));
        }
    }
}

const MULTIPLIER: u32 = 0x2265_B1F5;

/// A hash without collisions among the 39 identifiers of the guide (a test checks it).
#[inline]
fn hash(key: u32) -> usize {
    (key.wrapping_mul(MULTIPLIER) >> 24) as usize
}
