//! What a run with a ledger finds in its folder of a run before it: claims that the ledger
//! counts as accepted stand in no other file than those outputs.

use super::current::Run;
use super::error::RunError;
use crate::emit::manifest::Manifest;
use crate::emit::stale;
use crate::x12::survey::Survey;

/// A clean file that is kept under another name.
pub(super) struct Kept {
    /// Its name until now.
    pub file: String,
    /// Its name from then on: no output's.
    pub name: String,
    /// Its claims.
    pub claims: u64,
}

impl Run<'_> {
    /// Makes sure that this very content was not scrubbed before into this folder: judged
    /// again, all that was accepted would be a duplicate, and its clean file would go.
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
                    return Ok(());
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

    /// The clean file of a run before whose place these outputs take, and the name under which
    /// it is kept: its claims count as accepted, and stand nowhere else if it was not sent.
    pub(super) fn kept(&self) -> Result<Option<Kept>, RunError> {
        let Some(before) = self.published_before(&self.input.stem)? else {
            return Ok(None);
        };
        let Some(clean) = before.outputs.get("clean") else {
            return Ok(None);
        };
        if !self.folder.join(&clean.file).is_file() {
            return Ok(None);
        }
        let plain = format!("{}.of-{}", clean.file, before.today);
        let numbered = (2_u64..).map(|number| format!("{plain}-{number}"));
        let mut names = std::iter::once(plain.clone()).chain(numbered);
        let free = names.find(|name| !self.folder.join(name).exists());
        Ok(free.map(|name| Kept {
            file: clean.file.clone(),
            name,
            claims: before.totals.clean.claims,
        }))
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
