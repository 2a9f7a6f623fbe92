//! What the end of one block says about the claims at the start of the next.
//!
//! The header and the open levels are repeated at the front of the next block and judged
//! there again. What only shows behind the first claim of a level is not repeated; it is
//! carried. It is the same wherever the cut falls.

/// State of the walk behind the last claim of a block.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Carried {
    /// The last claim ran into the segments of a level whose HL is missing: the claims that
    /// follow belong to that level, not to the one that is open.
    pub lost: bool,
    /// A billing provider's level that stands nowhere, or whose HL is missing, came before:
    /// nobody can tell under which billing provider what follows stands, up to the next sound
    /// one.
    pub orphaned: bool,
    /// Offsets of the open levels' HL segments that came behind a missing one: their HL01
    /// skips a number through no fault of theirs.
    pub excused: [Option<u64>; 3],
}
