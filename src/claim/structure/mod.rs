//! The structure table of the 837P guide, read once from `837p.structure`.
//!
//! A loop that hangs under two parents (2300 under 2000B and 2000C) is laid out once
//! for each, so that every node of the tree has one parent and a walk needs no search.

use std::sync::LazyLock;

use crate::x12::{Segment, key};
use place::{Found, Places};

mod condition;
mod element;
mod packed;
mod place;
mod qualifier;
mod read;
mod role;
mod spec;

pub use condition::Condition;
pub use element::{ElementSpec, Kind, Relation, Usage};
pub use packed::pack;
pub(super) use packed::unpack;
pub use place::Place;
pub(super) use qualifier::Opening;
pub(super) use role::Role;
pub use spec::{LoopNode, SegmentSpec};

/// The table.
#[derive(Debug)]
pub struct Structure {
    /// Loop nodes; 0 is the transaction set's header.
    pub nodes: Vec<LoopNode>,
    /// Segment uses.
    pub segments: Vec<SegmentSpec>,
    places: Places,
}

/// The loops of the hierarchical levels: billing provider, subscriber, patient.
pub const LEVEL_LOOPS: [&str; 3] = ["2000A", "2000B", "2000C"];

/// The table of the 837P.
pub static STRUCTURE: LazyLock<Structure> =
    LazyLock::new(|| Structure::read(include_str!("837p.structure")));

impl Structure {
    /// Reads a table from its text. Lines that can't be read are left out; a test counts what
    /// is there.
    pub(crate) fn read(text: &'static str) -> Structure {
        let (nodes, segments) = read::table(text);
        let places = Places::of(&nodes, &segments);
        Structure {
            nodes,
            segments,
            places,
        }
    }

    /// The specification of a place's segment.
    #[inline]
    #[must_use]
    pub fn spec(&self, place: Place) -> &SegmentSpec {
        &self.segments[usize::from(place.segment)]
    }

    /// The loop node.
    #[inline]
    #[must_use]
    pub fn node(&self, node: u8) -> &LoopNode {
        &self.nodes[usize::from(node)]
    }

    /// The first node of this loop identifier, in the order of the guide.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<u8> {
        self.nodes
            .iter()
            .position(|node| node.id == id)
            .and_then(|at| u8::try_from(at).ok())
    }

    /// Whether any loop of the guide uses a segment of this identifier.
    #[must_use]
    pub fn knows(&self, id: &[u8]) -> bool {
        self.places.id_index(key(id)).is_some()
    }

    /// Whether a code tells some use of segments of this identifier from others.
    #[must_use]
    pub fn has_qualifier(&self, id: &[u8]) -> bool {
        let mut uses = self.segments.iter().filter(|spec| spec.id.as_bytes() == id);
        uses.any(|spec| spec.told_apart().is_some())
    }

    /// Whether a segment of this identifier that opens with this code has a place where a walk
    /// stands in `node`, and in the same level or claim.
    #[must_use]
    pub fn takes(&self, node: u8, id: &[u8], code: &[u8]) -> bool {
        let found = self.places.of_code(node, key(id), code);
        found.is_some_and(|place| self.holder(place.node) == self.holder(node))
    }

    /// The claim or the level that a loop stands in, 0 for the header.
    fn holder(&self, mut node: u8) -> u8 {
        while !["2000A", "2000B", "2000C", "2300"].contains(&self.node(node).id) && node != 0 {
            node = self.node(node).parent;
        }
        node
    }

    /// Where the segment goes when the walk stands in `node`: in its own loop, a child
    /// loop, or one of the loops above, the nearest first.
    #[must_use]
    pub fn place(&self, node: u8, segment: &Segment<'_>, component: u8) -> Option<Place> {
        self.seek(node, segment, component).map(|found| found.place)
    }

    /// The place of a segment, and by what it was found.
    #[inline]
    pub(super) fn seek(&self, node: u8, segment: &Segment<'_>, component: u8) -> Option<Found> {
        self.places.seek(node, segment, component)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_is_read() {
        let structure = &*STRUCTURE;
        assert_eq!(structure.segments.len(), 212);
        assert_eq!(structure.places.ids.len(), 39);
        assert_eq!(
            structure
                .nodes
                .iter()
                .filter(|node| node.id == "2300")
                .count(),
            2
        );
        let elements: usize = structure
            .segments
            .iter()
            .map(|segment| {
                segment.elements.len()
                    + segment
                        .elements
                        .iter()
                        .map(|element| element.components.len())
                        .sum::<usize>()
            })
            .sum();
        assert!(
            elements > 1687,
            "{elements} elements and components, the unused ones counted"
        );
        for segment in &structure.segments {
            assert!(
                segment.elements.len() < 32,
                "{} does not fit its masks",
                segment.id
            );
        }
    }

    #[test]
    fn every_identifier_is_found_again() {
        for segment in &STRUCTURE.segments {
            assert!(STRUCTURE.knows(segment.id.as_bytes()), "{}", segment.id);
        }
        assert!(!STRUCTURE.knows(b"ZZZ"));
    }

    #[test]
    fn every_role_is_played_by_some_segment() {
        for wanted in [
            Role::BillingTax,
            Role::ClaimNumber,
            Role::ClaimDiagnoses,
            Role::OtherPaid,
            Role::LineDate,
            Role::LineControl,
        ] {
            let played = STRUCTURE
                .segments
                .iter()
                .filter(|spec| spec.role == wanted)
                .count();
            assert_eq!(played, 1, "{wanted:?}");
        }
    }
}
