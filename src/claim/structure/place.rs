//! Where a segment goes: candidates by the loop the walk stands in, told apart by qualifiers.

use super::{Place, Structure, pack};
use crate::x12::{Segment, key};

/// Where the code stands that tells uses of one segment identifier apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum QualifierPlace {
    Element(usize),
    FirstComponent,
}

impl QualifierPlace {
    /// The code there, packed; `None` when it is too long for any code.
    #[inline]
    fn of(self, segment: &Segment<'_>, component: u8) -> Option<u64> {
        pack(match self {
            QualifierPlace::Element(position) => segment.element(position),
            QualifierPlace::FirstComponent => {
                let element = segment.element(1);
                let end = element.iter().position(|&byte| byte == component);
                &element[..end.unwrap_or(element.len())]
            }
        })
    }
}

/// A place that was found for a segment.
#[derive(Clone, Copy, Debug)]
pub(in crate::claim) struct Found {
    pub(in crate::claim) place: Place,
    /// How another segment of the identifier has to open to be found the same place, when
    /// it can be told by that.
    pub(in crate::claim) opening: Option<Opening>,
}

/// The first bytes of a segment's first element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::claim) struct Opening {
    bytes: u32,
    /// Ones where they matter.
    mask: u32,
}

impl Opening {
    /// However it opens.
    pub(in crate::claim) const ANY: Opening = Opening { bytes: 0, mask: 0 };

    /// The whole qualifier and the separator behind it, so that no other value opens so.
    fn of(qualifier: QualifierPlace, segment: &Segment<'_>, component: u8) -> Option<Opening> {
        let element = segment.element(1);
        let length = match qualifier {
            QualifierPlace::Element(1) => element.len(),
            QualifierPlace::Element(_) => return None,
            QualifierPlace::FirstComponent => element
                .iter()
                .position(|&byte| byte == component)
                .unwrap_or(element.len()),
        };
        let mask = match length {
            0..=2 => (1 << (8 * (length + 1))) - 1,
            3 => u32::MAX,
            _ => return None,
        };
        let (bytes, separators) = segment.parts();
        let start = *separators.first()? as usize + 1;
        let first = bytes.get(start..start + 4)?.first_chunk()?;
        let bytes = u32::from_le_bytes(*first) & mask;
        Some(Opening { bytes, mask })
    }

    /// Whether it does not matter how a segment opens.
    #[inline]
    pub(in crate::claim) fn is_any(self) -> bool {
        self.mask == 0
    }

    /// Whether a segment opens so whose first element starts with these bytes.
    #[inline]
    pub(in crate::claim) fn holds(self, bytes: u32) -> bool {
        bytes & self.mask == self.bytes
    }
}

/// Where a segment may go: into the loop the walk stands in, into a child loop, or
/// into one of the loops above and their children.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    qualifier: QualifierPlace,
    /// The packed code; 0 takes any.
    code: u64,
    place: Place,
}

impl Structure {
    #[inline]
    pub(super) fn id_index(&self, key: u32) -> Option<usize> {
        let index = usize::from(self.id_hash[hash(key)]);
        (self.ids.get(index) == Some(&key)).then_some(index)
    }

    /// Where the segment goes when the walk stands in `node`: in its own loop, a child
    /// loop, or one of the loops above, the nearest first.
    #[must_use]
    pub fn place(&self, node: u8, segment: &Segment<'_>, component: u8) -> Option<Place> {
        self.seek(node, segment, component).map(|found| found.place)
    }

    /// The place of a segment, and by what it was found.
    pub(in crate::claim) fn seek(
        &self,
        node: u8,
        segment: &Segment<'_>,
        component: u8,
    ) -> Option<Found> {
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

    /// Builds the candidate lists.
    pub(super) fn index(&mut self) {
        for segment in &self.segments {
            let key = key(segment.id.as_bytes());
            if !self.ids.contains(&key) {
                self.id_hash[hash(key)] = u8::try_from(self.ids.len()).unwrap_or(u8::MAX);
                self.ids.push(key);
            }
        }
        for node in 0..self.nodes.len() {
            for id in 0..self.ids.len() {
                let from = self.candidates.len();
                let mut above = node;
                loop {
                    self.add_candidates(above, self.ids[id]);
                    let parent = usize::from(self.nodes[above].parent);
                    if parent == above {
                        break;
                    }
                    above = parent;
                }
                let bound = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
                self.ranges
                    .push((bound(from), bound(self.candidates.len())));
            }
        }
    }

    /// Adds the uses of this identifier in the node's own loop and as the first
    /// segment of a child loop.
    fn add_candidates(&mut self, node: usize, id: u32) {
        let here = &self.nodes[node];
        let own = here.segments.iter().skip(1).map(|&segment| (node, segment));
        // The root is never entered, so its first segment is its own.
        let root = here
            .segments
            .first()
            .filter(|_| node == 0)
            .map(|&segment| (node, segment));
        let below = here.children.iter().filter_map(|&child| {
            let child = usize::from(child);
            self.nodes[child]
                .segments
                .first()
                .map(|&segment| (child, segment))
        });
        for (target, segment) in root.into_iter().chain(own).chain(below) {
            let spec = &self.segments[usize::from(segment)];
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
