//! What the guide says of a loop and of a segment.

use super::condition::Condition;
use super::element::{ElementSpec, Relation, Usage};
use super::qualifier::QualifierPlace;
use super::role::Role;

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
    pub(in crate::claim) role: Role,
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
    /// What the value of an element asks of others.
    pub condition: Option<Condition>,
    /// The bit of this segment in its loop's frame.
    pub bit: u8,
    pub(super) qualifier: Option<(QualifierPlace, Vec<u64>)>,
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
    /// The segments of the loop; the first starts it. Indexes of [`super::Structure::segments`].
    pub segments: Vec<u16>,
    /// Nodes below.
    pub children: Vec<u8>,
    /// Bits of required segments.
    pub required_segments: u64,
    /// Bits of required child loops.
    pub required_children: u32,
}
