//! The structure table of the 837P guide, read once from `837p.structure`.
//!
//! `read` reads it, `place` answers where a segment goes.
//!
//! A loop that hangs under two parents (2300 under 2000B and 2000C) is laid out once
//! for each, so that every node of the tree has one parent and a walk needs no search.

use std::sync::LazyLock;

use super::gather::Role;
use super::plan::Form;
use crate::x12::key;
use place::{Candidate, QualifierPlace};

mod place;
mod read;

pub(super) use place::Opening;

/// Whether the guide asks for a loop, segment or element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Usage {
    /// Must be there.
    Required,
    /// May be there.
    Situational,
    /// Must not be there.
    NotUsed,
}

/// The data type of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A code.
    Code,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A date CCYYMMDD.
    Date,
    /// A time HHMM, HHMMSS or longer.
    Time,
    /// A date or a range of dates in the format the element before it names
    /// (data element 1251 behind 1250).
    Period,
    /// A composite of components.
    Composite,
    /// Exactly so many digits.
    Digits(u8),
}

/// One element or component.
#[derive(Clone, Debug)]
pub struct ElementSpec {
    /// Whether it is asked for.
    pub usage: Usage,
    /// Its type.
    pub kind: Kind,
    /// Fewest characters.
    pub min: u16,
    /// Most characters.
    pub max: u16,
    /// The X12 data element number, for acknowledgements; 0 for composites.
    pub data_element: u16,
    /// The codes of the guide, packed by [`pack`], in order; empty when the list is
    /// kept elsewhere.
    pub codes: Vec<u64>,
    /// Components of a composite.
    pub components: Vec<ElementSpec>,
    /// Bit `n`: the component at index `n` is required.
    pub required_components: u32,
}

/// A relation between elements of one segment; masks have bit `n` for element `n`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// All or none.
    Paired(u32),
    /// At least one.
    AtLeastOne(u32),
    /// At most one.
    AtMostOne(u32),
    /// If the first, then all the others.
    IfThenAll(u32, u32),
    /// If the first, then at least one of the others.
    IfThenAny(u32, u32),
}

impl Relation {
    /// The elements it speaks of.
    #[must_use]
    pub fn elements(self) -> u32 {
        match self {
            Relation::Paired(all) | Relation::AtLeastOne(all) | Relation::AtMostOne(all) => all,
            Relation::IfThenAll(first, all) | Relation::IfThenAny(first, all) => first | all,
        }
    }
}

/// One use of a segment in a loop.
#[derive(Clone, Debug)]
pub struct SegmentSpec {
    /// The segment identifier.
    pub id: &'static str,
    /// What it is here.
    pub name: &'static str,
    /// The loop it stands in.
    pub loop_id: &'static str,
    /// What it means to the view of a claim.
    pub(super) role: Role,
    /// Its place in the order of the loop.
    pub position: u16,
    /// Whether the loop asks for it.
    pub usage: Usage,
    /// Most uses; 0 for no limit.
    pub max: u16,
    /// Its elements; element `n` at index `n - 1`.
    pub elements: Vec<ElementSpec>,
    /// Bit `n`: element `n` is required.
    pub required: u32,
    /// Bit `n`: element `n` is not used.
    pub not_used: u32,
    /// Relations between elements.
    pub relations: Vec<(Relation, &'static str)>,
    /// The bit of this segment in its loop's frame.
    pub bit: u8,
    /// The same for a plan.
    pub form: Form,
    qualifier: Option<(QualifierPlace, Vec<u64>)>,
}

impl SegmentSpec {
    /// The element whose code tells this use from others, 0 for the first component of the
    /// first element, and its codes.
    #[must_use]
    pub fn told_apart(&self) -> Option<(usize, &[u64])> {
        let (place, codes) = self.qualifier.as_ref()?;
        let element = match place {
            QualifierPlace::Element(element) => *element,
            QualifierPlace::FirstComponent => 0,
        };
        Some((element, codes))
    }
}

/// One loop under one parent.
#[derive(Clone, Debug)]
pub struct LoopNode {
    /// The loop identifier, such as `2010AA`.
    pub id: &'static str,
    /// What it is.
    pub name: &'static str,
    /// The node above; the root's is itself.
    pub parent: u8,
    /// Whether the parent asks for it.
    pub usage: Usage,
    /// Most repetitions under one parent; 0 for no limit.
    pub repeat: u16,
    /// The bit of this loop in its parent's frame.
    pub bit: u8,
    /// Position of its first segment.
    pub position: u16,
    /// The segments of the loop; the first starts it. Indexes of [`Structure::segments`].
    pub segments: Vec<u16>,
    /// Nodes below.
    pub children: Vec<u8>,
    /// Bits of required segments.
    pub required_segments: u64,
    /// Bits of required child loops.
    pub required_children: u32,
}

/// A place found for a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The loop it belongs to (a child loop that it starts, or the loop itself).
    pub node: u8,
    /// Which use of the segment.
    pub segment: u16,
}

/// The table.
#[derive(Debug)]
pub struct Structure {
    /// Loop nodes; 0 is the transaction set's header.
    pub nodes: Vec<LoopNode>,
    /// Segment uses.
    pub segments: Vec<SegmentSpec>,
    /// Segment identifiers, see [`crate::x12::key`].
    ids: Vec<u32>,
    /// Candidates by node and identifier, the nearest loop's first.
    candidates: Vec<Candidate>,
    ranges: Vec<(u16, u16)>,
    id_hash: [u8; 256],
}

/// The table of the 837P.
pub static STRUCTURE: LazyLock<Structure> =
    LazyLock::new(|| Structure::read(include_str!("837p.structure")));

/// Up to eight characters as one number; different texts give different numbers.
#[inline]
#[must_use]
pub fn pack(code: &[u8]) -> Option<u64> {
    // Most codes have one to three characters.
    match *code {
        [] => Some(0),
        [a] => Some(u64::from(a)),
        [a, b] => Some(u64::from(u16::from_be_bytes([a, b]))),
        [a, b, c] => Some(u64::from(u32::from_be_bytes([0, a, b, c]))),
        _ if code.len() > 8 => None,
        _ => Some(
            code.iter()
                .fold(0, |packed, &byte| (packed << 8) | u64::from(byte)),
        ),
    }
}

fn packed(code: &str) -> u64 {
    pack(code.as_bytes()).unwrap_or(0)
}

impl Structure {
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
        self.id_index(key(id)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_is_read() {
        let structure = &*STRUCTURE;
        assert_eq!(structure.segments.len(), 212);
        assert_eq!(structure.ids.len(), 39);
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
}
