//! What a block consists of, for whoever writes it out again.

/// A run of segments that belongs together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemKind {
    /// Bytes before the first ISA.
    Lead,
    /// ISA.
    Interchange,
    /// GS.
    Group,
    /// ST and the header loops, up to the first level.
    Header,
    /// HL and what stands in the level before its first claim or lower level; 0 for
    /// 2000A, 1 for 2000B, 2 for 2000C.
    Level(u8),
    /// No bytes: the open level of this depth holds no claim and is at fault.
    LevelFault(u8),
    /// CLM to the end of the claim.
    Claim,
    /// Segments of a transaction set that is passed through unjudged.
    Unjudged,
    /// Bytes that are no whole segment.
    Loose,
    /// Bytes without meaning between or behind interchanges.
    Filling,
    /// Segments outside every transaction set, no claim among them: nobody misses them.
    Stray,
    /// Segments outside every transaction set with claims among them.
    StrayClaims,
    /// SE.
    SetEnd,
    /// GE.
    GroupEnd,
    /// IEA.
    InterchangeEnd,
}

/// Where a claim goes.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Into the clean file.
    #[default]
    Clean,
    /// Into the held file: a policy it needs is unknown.
    Held,
    /// Into the rejects file.
    Rejected,
}

/// A run of segments in a block.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Place in the block of its first byte.
    pub start: u32,
    /// Place behind its last byte, line ends counted in.
    pub end: u32,
    /// Number of segments.
    pub segments: u32,
    /// Claims in it.
    pub claims: u32,
    /// Where it goes; of a header, where the whole transaction set goes.
    pub fate: Fate,
}
