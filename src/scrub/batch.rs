//! Many inputs, one after the other; each is scrubbed in parallel inside.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use super::input::Input;
use super::inputs::Inputs;
use super::run::{self, Outcome, RunError, Workplace};
use super::tally::Tally;

/// What came of a batch.
#[derive(Debug, Default)]
pub struct Batch {
    /// Inputs scrubbed.
    pub scrubbed: u64,
    /// Inputs whose outputs lay there already.
    pub repeated: u64,
    /// Whether anything was rejected then.
    pub rejected_before: bool,
    /// Inputs that held nothing to judge.
    pub refused: u64,
    /// Inputs whose outputs could not be made.
    pub failed: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Claims and findings of all inputs.
    pub tally: Tally,
}

impl Batch {
    /// Counts what came of an input.
    pub fn count(&mut self, result: Result<&Outcome, &RunError>) {
        match result {
            Ok(outcome) => {
                self.scrubbed += 1;
                self.bytes += outcome.bytes;
                self.tally.merge(&outcome.tally);
            }
            Err(RunError::Repeated { rejected, .. }) => {
                self.repeated += 1;
                self.rejected_before |= rejected;
            }
            Err(error) if error.is_input() => self.refused += 1,
            Err(_) => self.failed += 1,
        }
    }
}

/// Told what came of each input, and which could not be scrubbed.
pub type Tell<'a> = &'a mut dyn FnMut(Result<(&Input, &Outcome), &RunError>);

/// Scrubs the inputs; a bad one never stops the next.
pub fn scrub(inputs: &Inputs, folder: &Path, workplace: &Workplace<'_>, tell: Tell<'_>) -> Batch {
    let mut batch = Batch::default();
    let mut contents: HashMap<String, &Input> = HashMap::new();
    for error in &inputs.unreadable {
        tell(Err(error));
        batch.refused += 1;
    }
    for input in &inputs.inputs {
        if (workplace.stop)() {
            break;
        }
        let result = run::scrub(input, folder, workplace);
        tell(result.as_ref().map(|outcome| (input, outcome)));
        batch.count(result.as_ref());
        let Ok(outcome) = result else { continue };
        match contents.entry(outcome.blake3) {
            Entry::Vacant(new) => drop(new.insert(input)),
            Entry::Occupied(same) if workplace.ledger.is_none() => tracing::warn!(
                "{} holds what {} holds, byte for byte, so that its claims go out twice: send the outputs of one of them, or scrub with --ledger",
                input.name(),
                same.get().name()
            ),
            Entry::Occupied(_) => {}
        }
    }
    batch
}
