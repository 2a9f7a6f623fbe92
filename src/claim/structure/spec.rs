//! What the guide says of a loop, a segment and an element.

use super::condition::Condition;
use super::qualifier::QualifierPlace;
use super::role::Role;

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
    /// The codes of the guide, packed by [`super::pack`], in order; empty when the list is
    /// kept elsewhere.
    pub codes: Vec<u64>,
    /// Components of a composite.
    pub components: Vec<ElementSpec>,
    /// Bit `n`: the component at index `n` is required.
    pub required_components: u32,
}

impl ElementSpec {
    /// Whether it is an amount of money.
    #[must_use]
    pub fn is_amount(&self) -> bool {
        self.data_element == 782
    }
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
