//! Many inputs, one after the other; each is scrubbed in parallel inside.

use std::path::Path;

use super::input::Input;
use super::inputs::Inputs;
use super::pipeline::PipelineError;
use super::run::{self, Outcome, RunError, Workplace};
use super::tally::Tally;
use crate::emit::stale;

/// What came of a batch.
#[derive(Debug, Default)]
pub struct Batch {
    /// Inputs scrubbed.
    pub scrubbed: u64,
    /// Inputs that held nothing to judge.
    pub refused: u64,
    /// Inputs whose outputs could not be made.
    pub failed: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Claims and findings of all inputs.
    pub tally: Tally,
}

/// Told what came of each input, and which could not be scrubbed.
pub type Tell<'a> = &'a mut dyn FnMut(Result<(&Input, &Outcome), &RunError>);

/// Scrubs the inputs; a bad one never stops the next. Of one that could not be scrubbed
/// no outputs of an earlier run stay, as if they were those of this one.
pub fn scrub(inputs: &Inputs, folder: &Path, workplace: &Workplace<'_>, tell: Tell<'_>) -> Batch {
    let mut batch = Batch::default();
    for error in &inputs.unreadable {
        tell(Err(error));
        batch.refused += 1;
    }
    for input in &inputs.inputs {
        if (workplace.stop)() {
            break;
        }
        let result = scrub_one(input, folder, workplace);
        tell(result.as_ref().map(|outcome| (input, outcome)));
        match result {
            Ok(outcome) => {
                batch.scrubbed += 1;
                batch.bytes += outcome.bytes;
                batch.tally.merge(&outcome.tally);
            }
            Err(error) if error.is_input() => batch.refused += 1,
            Err(_) => batch.failed += 1,
        }
    }
    batch
}

/// Scrubs one input of a batch.
///
/// # Errors
/// See [`RunError`].
pub fn scrub_one(
    input: &Input,
    folder: &Path,
    workplace: &Workplace<'_>,
) -> Result<Outcome, RunError> {
    let manifest = stale::manifest_of(&input.stem);
    let told_before = folder.join(&manifest).is_file();
    let result = run::scrub(input, folder, workplace);
    let keep: &[&str] = match &result {
        // Of a stopped run whoever stopped it knows that it did not end.
        Ok(_)
        | Err(RunError::Stopped {
            error: PipelineError::Interrupted,
            ..
        }) => return result,
        Err(RunError::Refused { .. }) => &[&manifest],
        // A run takes the old manifest away before its first output gets its name. Those
        // that have theirs may be on their way to the payer, so they stay.
        Err(RunError::Unwritable { .. }) if !(told_before && folder.join(&manifest).is_file()) => {
            return result;
        }
        Err(_) => &[],
    };
    if let Err(error) = stale::clear(folder, &input.stem, keep) {
        tracing::warn!(%error, "outputs of an earlier run stay in {}", folder.display());
    }
    result
}
