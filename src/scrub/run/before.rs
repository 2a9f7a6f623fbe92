//! What a run with a ledger finds in its folder of a run before it: claims that the ledger
//! counts as accepted stand in no other file than those outputs.

use super::current::Run;
use super::error::RunError;
use super::kept::Kept;
use crate::emit::manifest::Manifest;
use crate::emit::stale;
use crate::ledger::PublishedRun;
use crate::stored::hash_file;
use crate::x12::survey::Survey;

/// A run before whose outputs lie in the folder.
struct Before {
    day: String,
    /// The hash of its input, as long as all its outputs lie there.
    whole: Option<String>,
    /// Whether it rejected anything.
    rejected: bool,
    /// Its clean file, and the claims in it.
    clean: Option<(String, u64)>,
}

impl From<Manifest> for Before {
    fn from(manifest: Manifest) -> Before {
        let by_rule = manifest.rules.values().any(|rule| rule.reject > 0);
        let clean = manifest.outputs.get("clean");
        Before {
            rejected: by_rule || manifest.totals.rejected.claims > 0,
            clean: clean.map(|clean| (clean.file.clone(), manifest.totals.clean.claims)),
            day: manifest.today,
            whole: Some(manifest.input.blake3),
        }
    }
}

impl Run<'_> {
    /// Makes sure that this very content was not scrubbed before into this folder: judged
    /// again, all that was accepted would be a duplicate, and its clean file would go.
    pub(super) fn is_new(&self, survey: &Survey) -> Result<(), RunError> {
        let is_same = |run: &Before| run.whole.as_ref() == Some(&survey.hash);
        let plain = self.input.plain_stem();
        let own = std::iter::once(self.input.stem.clone());
        // Beside other inputs of its name it may have had another number.
        for stem in own.chain(stale::stems(self.folder, &plain)) {
            if let Some(before) = self.published_before(&stem)?.filter(is_same) {
                return Err(RunError::Repeated {
                    file: self.name(),
                    day: before.day,
                    folder: self.folder.display().to_string(),
                    rejected: before.rejected,
                });
            }
        }
        Ok(())
    }

    /// Keeps the clean file of a run before whose place these outputs take: its claims count as
    /// accepted, and stand nowhere else if it was not sent.
    pub(super) fn keep(&self) -> Result<Option<Kept>, RunError> {
        let before = self.published_before(&self.input.stem)?;
        let Some((day, (file, claims))) =
            before.and_then(|before| Some((before.day, before.clean?)))
        else {
            return Ok(None);
        };
        if !self.folder.join(&file).is_file() {
            return Ok(None);
        }
        let kept = Kept::of(self.folder, file, &day).map_err(|error| self.unwritable(error))?;
        tracing::warn!(
            "{}: the clean file of the run before, {}, still lay in {}, and the ledger counts its claims ({claims}) as accepted: it is kept there as {}; send it if it was not sent, else remove it",
            self.name(),
            kept.file,
            self.folder.display(),
            kept.name,
        );
        Ok(Some(kept))
    }

    /// The run whose outputs lie under the names of this stem, if the ledger knows it: by its
    /// manifest, else by its clean file.
    fn published_before(&self, stem: &str) -> Result<Option<Before>, RunError> {
        // Outputs that somebody decides on later lie in a folder of their own.
        let Some(ledger) = self
            .workplace
            .ledger
            .filter(|_| self.workplace.options.sync)
        else {
            return Ok(None);
        };
        let unrecorded = |error| self.unrecorded(error);
        if let Some(manifest) = stale::manifest(self.folder, stem)
            && ledger.has_published(&manifest.run).map_err(unrecorded)?
        {
            return Ok(Some(manifest.into()));
        }
        for file in stale::clean_files(stem) {
            let Ok((_, hash)) = hash_file(&self.folder.join(&file)) else {
                continue;
            };
            let run = ledger.run_that_published(&file, &hash);
            if let Some(run) = run.map_err(unrecorded)? {
                return Ok(Some(self.without_manifest(run, file)));
            }
        }
        Ok(None)
    }

    /// A run whose clean file lies there without the manifest: killed, or somebody has taken
    /// that away.
    fn without_manifest(&self, run: PublishedRun, clean: String) -> Before {
        let mut files = run.files.iter();
        let is_whole = files.all(|file| self.folder.join(file).is_file());
        Before {
            day: run.day,
            whole: is_whole.then_some(run.input),
            rejected: run.rejected > 0,
            clean: Some((clean, run.accepted)),
        }
    }
}
