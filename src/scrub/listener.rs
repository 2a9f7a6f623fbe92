//! Those who follow a scrub claim by claim: acknowledgements, the report, the ledger.
//!
//! A listener hears of each thing on the worker that judged it, in parallel, and keeps
//! what it needs as bytes of its own making; the run hands these bytes back in the
//! order of the input, so that what a listener writes is the same for any number of
//! threads and any size of block.

use std::io;

use super::item::Fate;
use crate::claim::Claim;
use crate::claim::text::Text;
use crate::ledger::Recalled;
use crate::rules::{Context, Finding};
use crate::value::{Cents, Verdict};
use crate::x12::survey::Names;
use crate::x12::{Delimiters, Segment, SegmentKind};

/// A segment of an envelope.
#[derive(Clone, Copy, Debug)]
pub struct EnvelopeSegment<'a> {
    /// ISA, GS, ST, SE, GE or IEA.
    pub kind: SegmentKind,
    /// The segment.
    pub segment: Segment<'a>,
    /// The delimiters of its interchange.
    pub delimiters: Delimiters,
    /// Its offset in the input.
    pub offset: u64,
}

/// A claim with its verdict, on the worker that judged it.
#[derive(Clone, Copy, Debug)]
pub struct JudgedClaim<'a> {
    /// The claim, levels above it included.
    pub claim: &'a Claim<'a>,
    /// Its hashes, when there is a ledger.
    pub recalled: Option<Recalled>,
    /// What the rules were told beside it: the day, and the policy that governs it.
    pub context: &'a Context<'a>,
    /// What was found, in the order of the segments; the levels' findings counted in.
    pub findings: &'a [Finding],
    /// Where it goes.
    pub fate: Fate,
    /// What is said of it as a whole.
    pub verdict: Verdict,
    /// Whether the whole transaction set is rejected, whatever the claim's findings.
    pub set_rejected: bool,
    /// The rules that reject the whole transaction set.
    pub set_rules: &'a [&'static str],
    /// Control numbers of the envelopes around it.
    pub names: &'a Names,
    /// Its place in the input, from 1.
    pub ordinal: u64,
    /// CLM02.
    pub charge: Cents,
    /// Positions of segments.
    pub positions: Positions<'a>,
}

/// A transaction set whose header (ST to the first HL) is whole.
#[derive(Clone, Copy, Debug)]
pub struct SetHeader<'a> {
    /// The block it stands in.
    pub text: Text<'a>,
    /// Indexes of its segments in the block: from ST to the one before the first HL.
    pub segments: (u32, u32),
    /// Control numbers of the envelopes around it.
    pub names: &'a Names,
    /// Offset of ST in the input.
    pub offset: u64,
    /// Whether the whole set is rejected.
    pub rejected: bool,
}

/// Findings that belong to no claim: of a header, or of a level without claims.
#[derive(Clone, Copy, Debug)]
pub struct SetFindings<'a> {
    /// The block they stand in.
    pub text: Text<'a>,
    /// What was found.
    pub findings: &'a [Finding],
    /// Control numbers of the envelopes around them.
    pub names: &'a Names,
    /// Offset of ST in the input.
    pub offset: u64,
    /// Positions of segments.
    pub positions: Positions<'a>,
}

/// Positions of a block's segments in their transaction sets, ST being 1.
#[derive(Clone, Copy, Debug)]
pub struct Positions<'a> {
    /// First segment of each run, and its position.
    pub(super) runs: &'a [(u32, u64)],
}

impl Positions<'_> {
    /// The position of the segment with this index in the block.
    #[must_use]
    pub fn of(self, segment: u32) -> u64 {
        let run = self.runs.iter().rev().find(|(first, _)| *first <= segment);
        run.map_or(0, |(first, ordinal)| ordinal + u64::from(segment - first))
    }
}

/// Follows a scrub claim by claim. See the module's documentation.
pub trait Listener: Sync {
    /// On a worker: an ISA, GS, ST, SE, GE or IEA, whatever becomes of what it holds.
    fn envelope(&self, envelope: &EnvelopeSegment<'_>, kept: &mut Vec<u8>);

    /// On a worker: a transaction set starts. What is put in `kept` comes back to
    /// whoever made the listener, in the order of the input.
    fn set(&self, set: &SetHeader<'_>, kept: &mut Vec<u8>);

    /// On a worker: findings that belong to no claim.
    fn set_findings(&self, found: &SetFindings<'_>, kept: &mut Vec<u8>);

    /// On a worker: a claim was judged.
    fn claim(&self, claim: &JudgedClaim<'_>, kept: &mut Vec<u8>);
}

/// Takes what a listener kept, in the order of the input.
pub trait Keeper: Send {
    /// Takes what was kept of the next block.
    ///
    /// # Errors
    /// When it can't be stored; the run stops and publishes nothing.
    fn take(&mut self, kept: &[u8]) -> io::Result<()>;
}
