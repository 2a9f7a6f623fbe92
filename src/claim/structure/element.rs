//! What the guide says of an element, and of elements of one segment.

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
