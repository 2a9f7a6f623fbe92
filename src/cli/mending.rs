//! The flags of fixes: which are applied, which are shown.

use clap::Args;

use crate::rules::finding::FixSafety;
use crate::scrub::judge::Fixing;

/// Which fixes are applied and shown.
#[derive(Debug, Args)]
pub(super) struct Mending {
    /// Apply safe fixes: those that can't change what a claim means. A claim is judged
    /// again, and a fix kept only if its fault goes and no other comes
    #[arg(long)]
    fix: bool,
    /// Apply unsafe fixes too; never to procedures, units or diagnoses
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show on the screen, as a diff, each fix that would hold or was applied
    #[arg(long)]
    diff: bool,
}

impl Mending {
    /// What the judgement is to do.
    pub(super) fn wanted(&self) -> Fixing {
        Fixing {
            apply: if self.unsafe_fixes {
                Some(FixSafety::Unsafe)
            } else {
                self.fix.then_some(FixSafety::Safe)
            },
            show: self.diff,
        }
    }
}
