//! What a run works with, and how it writes.

use rayon::ThreadPool;

use crate::ledger::Ledger;
use crate::scrub::judge::Judgement;
use crate::scrub::known::Known;
use crate::x12::limits;

/// How outputs are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(clippy::struct_excessive_bools)] // independent choices, not a state
pub struct Options {
    /// Compress outputs with zstd.
    pub compress: bool,
    /// Read the outputs back before publishing.
    pub verify: bool,
    /// Write the report, the page for people.
    pub report: bool,
    /// Write the acknowledgements for the submitter.
    pub acknowledge: bool,
    /// Write the rejects one segment a line, for an editor.
    pub rejects_lines: bool,
    /// Bytes a compressed input may grow to.
    pub unpacked_bytes: u64,
    /// Bytes a block aims at.
    pub block_bytes: usize,
    /// Sync each output as it is finished. Otherwise nobody takes outputs from the folder
    /// until the caller has synced them and decided on them.
    pub sync: bool,
    /// The number under which the ledger is to take the run later, with others; it takes
    /// the run at once where there is none.
    pub gather: Option<i64>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            compress: false,
            verify: false,
            report: true,
            acknowledge: true,
            rejects_lines: false,
            unpacked_bytes: u64::MAX,
            block_bytes: limits::BLOCK_BYTES,
            sync: true,
            gather: None,
        }
    }
}

/// What a run works with: the rules, the threads, and who listens.
pub struct Workplace<'a> {
    /// What claims are judged by.
    pub judgement: &'a Judgement,
    /// How outputs are written.
    pub options: Options,
    /// Where runs are remembered, and earlier ones asked for.
    pub ledger: Option<&'a Ledger>,
    /// Of a rerun: the identities of the runs it goes back to, the latest first.
    pub rerun_of: &'a [String],
    /// Of a rerun: what the run before it tells of the claims.
    pub known: Option<&'a Known>,
    /// The threads.
    pub pool: &'a ThreadPool,
    /// Asked now and then: true stops the run, and nothing more is published.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Told how many bytes were judged since the last call.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Told each fix, as a diff, where [`crate::scrub::judge::Fixing`] asks for it.
    pub diff: &'a (dyn Fn(&str) + Sync),
}
