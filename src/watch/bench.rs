//! What jobs share.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::folders::Folders;
use super::metrics::Metrics;
use super::names::Names;
use super::seen::Seen;
use super::settling::Settling;
use crate::ledger::Ledger;
use crate::scrub::judge::Judgement;

/// Where a job may be made to die, for tests of what a crash leaves behind.
pub type Checkpoint<'a> = &'a (dyn Fn(&'static str) + Sync);

/// What jobs share.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The folders.
    pub folders: &'a Folders,
    /// Contents answered before.
    pub seen: &'a Seen,
    /// Names that jobs under way have chosen.
    pub names: &'a Names,
    /// The rules.
    pub judgement: &'a Judgement,
    /// The rules as corrected rejects are judged by.
    pub by_hand: &'a Judgement,
    /// None when duplicates are asked for.
    pub ledger: Option<&'a Ledger>,
    /// What the ledger has still to be told.
    pub settling: &'a Settling,
    /// Mode of what is published.
    pub mode: u32,
    /// Whether outputs are read back before they are published.
    pub verify: bool,
    /// Bytes a compressed file may grow to.
    pub unpacked_bytes: u64,
    /// Whether a content is scrubbed however often it comes.
    pub accept_duplicates: bool,
    /// Told how long things take.
    pub metrics: &'a Metrics,
    /// Told each step.
    pub checkpoint: Checkpoint<'a>,
}

impl Bench<'_> {
    /// The group that files for this folder are given: the folder's, where their mode
    /// lets a group read them.
    #[must_use]
    pub fn group_of(&self, folder: &Path) -> Option<u32> {
        if self.mode & 0o070 == 0 {
            return None;
        }
        std::fs::metadata(folder).ok().map(|folder| folder.gid())
    }
}
