//! The first pass over an input: its envelopes, counted and compared.
//!
//! What only a trailer can tell (a wrong segment count, a missing IEA) decides about
//! claims that stand before it. So every input is surveyed once, at memory speed,
//! before a claim is judged: the pass counts segments, transaction sets, groups,
//! hierarchical levels and claims, compares them with what the envelopes say, and
//! keeps a note of each fault. A sound file leaves no note, whatever its size.

mod envelopes;
mod fault;
mod header_values;
mod interchange_key;
mod levels;
mod lost_claim;
mod numbers;
mod pass;
mod plan;
mod transaction;

pub use super::hierarchy::HierarchyFault;
pub use fault::{Fault, Names, Note, Scope};
pub use interchange_key::{InterchangeKey, Taken};
pub use numbers::NumberSet;
pub use plan::{Blocks, Plan};
pub use transaction::{
    GROUP_NOT_OF_CLAIMS, GROUP_VERSION, LINE_END_INSIDE_837, UNENDED_837, VERSIONS,
    transaction_name,
};

use std::io::{self, Read};
use std::sync::Arc;

use super::cuts;
use super::envelope::element;
use super::level::Hl;
use super::{Delimiters, SegmentKind, SegmentSource, Step, limits};
use crate::value::{Cents, CentsTotal};
use pass::Pass;
use plan::Planner;

/// The result of the first pass.
#[derive(Debug, Default)]
pub struct Survey {
    /// Bytes of the input, uncompressed.
    pub bytes: u64,
    /// BLAKE3 of those bytes, in hexadecimal.
    pub hash: String,
    /// Interchanges begun.
    pub interchanges: u64,
    /// Functional groups begun.
    pub groups: u64,
    /// Transaction sets begun.
    pub sets: u64,
    /// Those that are an 837P.
    pub sets_837p: u64,
    /// CLM segments, wherever they stand.
    pub claims: u64,
    /// The sum of their CLM02, as far as it can be read.
    pub charges: CentsTotal,
    /// Claims seen inside segments too long to be held, which are none of `claims`.
    pub unread: u64,
    /// The sum of their CLM02.
    pub unread_charges: CentsTotal,
    /// Envelope faults in the order of the file.
    pub notes: Vec<Note>,
    /// Runs of segments outside every set that hold claims: from, to; ascending.
    pub strays: Vec<(u64, u64)>,
    /// Offsets of faulty HL segments, ascending.
    pub hierarchy: Vec<(u64, HierarchyFault)>,
    /// Control numbers in use, of every kind.
    pub numbers: NumberSet,
    /// The first bytes of the input.
    pub head: Vec<u8>,
    /// Names of the transaction sets that are not an 837P, in order of appearance.
    pub unsupported: Vec<String>,
    /// Whether there were more faulty HL segments than are remembered
    /// ([`limits::HIERARCHY_FAULTS`]): from there on they cost their transaction sets.
    pub hierarchy_overflow: bool,
    /// Offset of what reads like a claim where no segment can be read, or nothing is
    /// kept. The input can't be scrubbed then without losing it.
    pub lost_claim: Option<u64>,
    /// The width at which the input was wrapped, line ends in the midst of its segments.
    pub wrapped: Option<usize>,
    /// Offset at which the faults were too many to note one by one; the survey ended there.
    pub flooded: Option<u64>,
    /// Where to cut the input into blocks.
    pub plan: Arc<Plan>,
}

impl Survey {
    /// Offsets of the HL segments whose level stands nowhere, ascending.
    #[must_use]
    pub fn strange_levels(&self) -> Vec<u64> {
        let strange = self.hierarchy.iter();
        strange
            .filter(|(_, fault)| *fault == HierarchyFault::Level)
            .map(|&(at, _)| at)
            .collect()
    }
}

/// Surveys a stream to its end. `taken` is asked for each interchange.
///
/// # Errors
/// When the stream cannot be read.
pub fn survey<R: Read>(input: R, taken: Option<Taken<'_>>) -> io::Result<Survey> {
    survey_for(input, taken, limits::BLOCK_BYTES)
}

/// The same, for blocks of this size.
///
/// # Errors
/// When the stream cannot be read.
pub fn survey_for<R: Read>(
    input: R,
    taken: Option<Taken<'_>>,
    block_bytes: usize,
) -> io::Result<Survey> {
    walk(SegmentSource::hashing(input), taken, block_bytes)
}

/// The same, for whoever hashes the stream himself: [`Survey::hash`] stays empty.
///
/// # Errors
/// When the stream cannot be read.
pub fn survey_unhashed<R: Read>(
    input: R,
    taken: Option<Taken<'_>>,
    block_bytes: usize,
) -> io::Result<Survey> {
    walk(SegmentSource::new(input), taken, block_bytes)
}

fn walk<R: Read>(
    mut source: SegmentSource<R>,
    taken: Option<Taken<'_>>,
    block_bytes: usize,
) -> io::Result<Survey> {
    let mut pass = Pass::new(taken);
    let mut planner = Planner::new(block_bytes);
    loop {
        let step = source.step()?;
        let range = match &step {
            Step::Segment(range)
            | Step::Piece { range, .. }
            | Step::Loose(range)
            | Step::Filling(range) => range.clone(),
            Step::End => break,
        };
        let at = source.offset(range.start);
        let Some(delimiters) = source.delimiters() else {
            planner.stop();
            if pass.lead(at, &source.bytes()[range]) {
                break;
            }
            source.hold(at);
            continue;
        };
        let bytes = &source.bytes()[range.clone()];
        match step {
            Step::Segment(_) => {
                let text = &bytes[..bytes.len() - 1];
                let kind = SegmentKind::of(text, delimiters);
                let hl = (kind == SegmentKind::Hl).then(|| Hl::read(text, delimiters));
                let fault = source.header_fault();
                pass.segment((at, kind), text, hl.as_ref(), delimiters, fault);
                let depth = || {
                    let fault = pass.survey.hierarchy.last();
                    let is_strange = fault == Some(&(at, HierarchyFault::Level));
                    hl.map_or(0, |hl| cuts::depth(hl.kind, is_strange))
                };
                planner.segment((at, kind), text, delimiters, depth);
                if let Some(set) = &mut pass.set {
                    let passed = source.pass_plain();
                    set.count += passed;
                    planner.passed(passed);
                }
            }
            Step::Piece { first, .. } => {
                planner.stop();
                pass.piece(at, bytes, first, delimiters);
            }
            Step::Loose(_) => {
                planner.stop();
                pass.loose(at, bytes, delimiters);
            }
            Step::Filling(_) => {
                planner.stop();
                pass.filling(at, bytes, delimiters);
            }
            Step::End => {}
        }
        if pass.is_flooded() {
            planner.stop();
            break;
        }
        source.hold(at);
    }
    let end = source.offset(source.bytes().len());
    pass.survey.wrapped = source.wrapped();
    pass.survey.plan = Arc::new(planner.finish(end));
    Ok(pass.finish(end, source.hash()))
}

/// CLM02 of a claim, nothing when it can't be read. Of a segment that comes in pieces,
/// it is looked for in the part that is always in the first.
#[must_use]
pub fn claim_charge(segment: &[u8], delimiters: Delimiters) -> Cents {
    let start = &segment[..segment.len().min(limits::SEGMENT_BYTES)];
    Cents::parse(element(start, delimiters.element, 2)).unwrap_or_default()
}
