//! What a run with a ledger finds in its folder of a run before it: claims that the ledger
//! counts as accepted stand in no other file than those outputs.

use super::current::Run;
use super::error::RunError;
use crate::emit::manifest::Manifest;
use crate::emit::stale;
use crate::x12::survey::Survey;

impl Run<'_> {
    /// Makes sure that this very content was not scrubbed before into this folder: judged
    /// again, all that was accepted would be a duplicate, and its clean file would go.
    pub(super) fn is_new(&self, survey: &Survey) -> Result<(), RunError> {
        let stem = &self.input.stem;
        let Some(mut before) = self.published_before(stem)? else {
            return Ok(());
        };
        if before.input.blake3 != survey.hash {
            // Beside other inputs of its name it may have had another number.
            let plain = self.input.plain_stem();
            let numbered = (2_u64..).map(|number| format!("{plain}-{number}"));
            let there = |stem: &String| stale::has_manifest(self.folder, stem);
            let mut others = numbered.take_while(there).chain([plain.clone()]);
            before = loop {
                let Some(other) = others.next() else {
                    return Ok(());
                };
                let found = self.published_before(&other)?;
                if let Some(same) = found.filter(|found| found.input.blake3 == survey.hash) {
                    break same;
                }
            };
        }
        let by_rule = before.rules.values().any(|rule| rule.reject > 0);
        Err(RunError::Repeated {
            file: self.name(),
            day: before.today,
            folder: self.folder.display().to_string(),
            rejected: by_rule || before.totals.rejected.claims > 0,
        })
    }

    /// Warns when a clean file goes whose claims the ledger counts as accepted.
    pub(super) fn tell_replaced(&self) -> Result<(), RunError> {
        let Some(before) = self.published_before(&self.input.stem)? else {
            return Ok(());
        };
        let Some(clean) = before.outputs.get("clean") else {
            return Ok(());
        };
        if self.folder.join(&clean.file).is_file() {
            tracing::warn!(
                "{}: its outputs take the place of {} of {}, which was still in {} and whose {} claims the ledger counts as accepted; if they were not sent, scrub their input without --ledger to have them again",
                self.name(),
                clean.file,
                before.today,
                self.folder.display(),
                before.totals.clean.claims
            );
        }
        Ok(())
    }

    /// The manifest of the run whose outputs lie under the names of this stem, if the ledger
    /// knows it.
    fn published_before(&self, stem: &str) -> Result<Option<Manifest>, RunError> {
        // Outputs that somebody decides on later lie in a folder of their own.
        let Some(ledger) = self
            .workplace
            .ledger
            .filter(|_| self.workplace.options.sync)
        else {
            return Ok(None);
        };
        let Some(manifest) = stale::manifest(self.folder, stem) else {
            return Ok(None);
        };
        let known = ledger.has_published(&manifest.run);
        let known = known.map_err(|error| self.unrecorded(error))?;
        Ok(known.then_some(manifest))
    }
}
