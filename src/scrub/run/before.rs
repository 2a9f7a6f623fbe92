//! What a run with a ledger finds in its folder of a run before it: claims that the ledger
//! counts as accepted stand in no other file than those outputs.

use super::current::Run;
use super::error::RunError;
use crate::emit::manifest::Manifest;
use crate::emit::stale;
use crate::x12::survey::Survey;

impl Run<'_> {
    /// Makes sure that no clean file goes whose claims the ledger counts as accepted. This very
    /// content judged again would be all duplicates; other claims would replace those.
    pub(super) fn is_new(&self, survey: &Survey) -> Result<(), RunError> {
        let Some(there) = self.published_before(&self.input.stem)? else {
            return Ok(());
        };
        let is_same = |run: &Manifest| run.input.blake3 == survey.hash;
        let before = if is_same(&there) {
            there
        } else {
            // Beside other inputs of its name it may have had another number.
            let plain = self.input.plain_stem();
            let numbered = (2_u64..).map(|number| format!("{plain}-{number}"));
            let there_too = |stem: &String| stale::has_manifest(self.folder, stem);
            let mut others = numbered.take_while(there_too).chain([plain.clone()]);
            loop {
                let Some(stem) = others.next() else {
                    return self.replaces_none(there);
                };
                if let Some(same) = self.published_before(&stem)?.filter(is_same) {
                    break same;
                }
            }
        };
        let by_rule = before.rules.values().any(|rule| rule.reject > 0);
        Err(RunError::Repeated {
            file: self.name(),
            day: before.today,
            folder: self.folder.display().to_string(),
            rejected: by_rule || before.totals.rejected.claims > 0,
        })
    }

    /// Refuses to replace the clean file of the run before, if it still lies there.
    fn replaces_none(&self, before: Manifest) -> Result<(), RunError> {
        let clean = before.outputs.get("clean").map(|clean| &clean.file);
        match clean.filter(|clean| self.folder.join(clean).exists()) {
            None => Ok(()),
            Some(clean) => Err(RunError::Unsent {
                file: self.name(),
                clean: self.folder.join(clean).display().to_string(),
                day: before.today,
                claims: before.totals.clean.claims,
            }),
        }
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
