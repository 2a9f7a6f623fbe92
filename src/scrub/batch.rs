//! Many inputs, one after the other; each is scrubbed in parallel inside.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::input::Input;
use super::run::{self, Outcome, RunError, Workplace};
use super::tally::Tally;

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

/// The inputs the arguments name, each with a stem of its own: the outputs of two
/// inputs never share a name.
///
/// # Errors
/// When a folder can't be listed: its path and the system's word.
pub fn inputs(arguments: &[PathBuf]) -> Result<Vec<Input>, (PathBuf, io::Error)> {
    let mut inputs = Vec::new();
    for argument in arguments {
        inputs.extend(Input::expand(argument).map_err(|error| (argument.clone(), error))?);
    }
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for input in &mut inputs {
        let count = seen.entry(input.stem.clone()).or_default();
        *count += 1;
        if *count > 1 {
            input.stem = format!("{}-{count}", input.stem);
        }
    }
    Ok(inputs)
}

/// Scrubs the inputs; a bad one never stops the next.
pub fn scrub(
    inputs: &[Input],
    folder: &Path,
    workplace: &Workplace<'_>,
    tell: &mut dyn FnMut(&Input, Result<&Outcome, &RunError>),
) -> Batch {
    let mut batch = Batch::default();
    for input in inputs {
        if (workplace.stop)() {
            break;
        }
        let result = run::scrub(input, folder, workplace);
        tell(input, result.as_ref());
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
