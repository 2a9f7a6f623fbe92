//! Every cap of the reader, with its name and its reason.

/// Sizes are this many times smaller in a fuzz build, so that small files come up to them.
const SMALLER: usize = if cfg!(fuzzing) { 256 } else { 1 };

/// The bytes read from the input at a time: enough to hash many parts of them at once, and a
/// fraction of a block, so that little is read beyond its end.
pub const READ_BYTES: usize = 128 * 1024 / SMALLER;

/// The bytes a block of claims aims at. Large enough that the work on it dwarfs
/// the hand-over between threads, small enough to stay in a core's cache.
pub const BLOCK_BYTES: usize = 512 * 1024 / SMALLER;

/// The bytes that a survey's plan of the cuts may take: enough for some ten gigabytes in blocks
/// of the usual size. Behind them the cuts are looked for again.
pub const PLAN_BYTES: usize = 1024 * 1024 / SMALLER;

/// The longest segment that is judged. The longest the guide can describe is
/// below 4 KiB; a transaction set with a longer one than this is rejected whole
/// and passed through in pieces, so that memory stays bounded.
pub const SEGMENT_BYTES: usize = 256 * 1024 / SMALLER;

/// The longest stretch without a claim, level or envelope that is judged: a claim, or what
/// stands in a level before its first one. Fifty service lines with every optional loop stay
/// below 1 MiB.
pub const UNCUT_BYTES: u64 = 2 * 1024 * 1024 / SMALLER as u64;

/// Faults of envelopes noted one by one; an input with more is refused.
pub const ENVELOPE_FAULTS: usize = 100_000 / SMALLER;

/// Gaps in the control numbers of an input, up to which they are remembered; an input
/// with more is refused.
pub const NUMBER_RUNS: usize = 1_000_000;

/// Faults of the hierarchy remembered by level; a file with more is rejected by
/// transaction set from there on.
pub const HIERARCHY_FAULTS: usize = 200_000 / SMALLER;

/// HL and CLM segments in one block. A block holds a few hundred of the usual ones; of
/// claims of a few bytes each it would hold so many that what is said of them fills the
/// memory.
pub const BLOCK_BOUNDARIES: usize = 2_000 / SMALLER;

/// Faults of syntax of one rule and severity that are told of a claim or a header.
pub const FINDINGS: usize = 100;

/// The same of a hierarchical level; each of its claims repeats them.
pub const LEVEL_FINDINGS: usize = 8;

/// The same of a claim or level whose fixes are tried, which is told of only as it is then: room
/// for a fault in each value of fifty service lines.
pub const MENDED_FINDINGS: usize = 1_000;

/// Service lines, other payers, adjudications of a line, and uses of a repeated segment
/// up to which the rules that compare them are asked. The guide allows fifty lines, ten
/// payers, fifteen adjudications; a claim beyond this is rejected for that alone.
pub const PARTS: usize = 200;

/// Claims the guide recommends as the most in one transaction set.
pub const CLAIMS_PER_SET: u64 = 5_000;

/// Claims accepted in earlier runs that a run keeps in memory to find duplicates, at
/// some seventeen bytes each.
pub const EARLIER_CLAIMS: usize = 8_000_000;

/// Input bytes that may stand before the first ISA: a byte order mark and blanks.
pub const LEAD_BYTES: usize = 4 * 1024;

/// Bytes of a segment at fault that are kept to be shown.
pub const SHOWN_BYTES: usize = 112;
