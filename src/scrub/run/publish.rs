//! Outputs finished, read back, and given their names.

use std::io::{self, Write};
use std::path::Path;

use super::current::Run;
use super::error::RunError;
use super::kept::Kept;
use crate::emit::exclusive::Exclusive;
use crate::emit::manifest::Manifest;
use crate::emit::publish::{Output, Taken, sync_folder};
use crate::emit::stale::{self, Aside};
use crate::ledger::{Entry, Preparation};
use crate::scrub::digest::Digest;
use crate::verify::{self, Expected};

/// Kinds of the acknowledgements.
pub(super) const ANSWERS: [&str; 3] = ["ta1", "999", "277ca"];

/// The outputs of a run by kind, in the order in which they get their names.
pub(super) struct Files {
    outputs: Vec<(&'static str, Output)>,
    manifest: Output,
    /// Whether they are synced one by one; otherwise somebody decides on them later.
    sync: bool,
}

impl Files {
    /// Finishes the outputs: they are whole, under temporary names. The
    /// manifest tells of them.
    pub(super) fn finish(
        mut outputs: Vec<(&'static str, Output)>,
        folder: &Path,
        stem: &str,
        sync: bool,
        manifest: &mut Manifest,
    ) -> io::Result<Files> {
        for (kind, output) in &mut outputs {
            if let Some(published) = output.finish()? {
                manifest
                    .outputs
                    .insert((*kind).to_owned(), published.clone());
            }
        }
        Ok(Files {
            outputs,
            // Never compressed: it is what says how to read the others.
            manifest: Output::new(folder, &format!("{stem}.manifest.json"), false).synced(sync),
            sync,
        })
    }

    /// Reads the outputs back. `expected` says what those with claims hold, by kind, and
    /// `claims` what all their claims add up to.
    pub(super) fn verify(
        &self,
        file: &str,
        expected: &[(&str, Expected)],
        claims: Digest,
    ) -> Result<(), RunError> {
        let differs = |what: String| RunError::Verify {
            file: file.to_owned(),
            what,
        };
        let mut found = Digest::default();
        for (kind, output) in &self.outputs {
            let Some(path) = output.finished() else {
                continue;
            };
            let known = expected.iter().find(|(of, _)| of == kind);
            let proved = match (known, *kind) {
                (Some((_, expected)), _) => verify::read_back(path, Some(*expected))
                    .map(|read| found = found.plus(read.digest)),
                (None, kind) if ANSWERS.contains(&kind) => verify::read_back(path, None)
                    .and_then(|_| verify::answers(path))
                    .map(|_| ()),
                _ => continue,
            };
            proved.map_err(|error| differs(error.to_string()))?;
        }
        if found == claims {
            return Ok(());
        }
        Err(differs("not every claim stands in them once".to_owned()))
    }

    /// The finished output of this kind, under its temporary name.
    pub(super) fn finished(&self, kind: &str) -> Option<&Path> {
        let mut outputs = self.outputs.iter();
        let (_, output) = outputs.find(|(of, _)| *of == kind)?;
        output.finished()
    }

    /// The manifest joins the outputs: sealed, whole and synced, under a temporary name.
    pub(super) fn tell(&mut self, manifest: &mut Manifest) -> io::Result<()> {
        manifest.seal = manifest.right_seal()?;
        serde_json::to_writer_pretty(&mut self.manifest, manifest)?;
        self.manifest.write_all(b"\n")?;
        self.manifest.finish()?;
        Ok(())
    }

    /// The finished outputs, the manifest last.
    pub(super) fn taken(&self) -> Vec<Taken> {
        let outputs = self.outputs.iter();
        outputs
            .filter_map(|(kind, output)| output.taken(kind))
            .chain(self.manifest.taken("manifest"))
            .collect()
    }

    /// The names the files will have, the manifest's last.
    pub(super) fn names(&self) -> Vec<String> {
        self.outputs
            .iter()
            .map(|(_, output)| output)
            .filter(|output| output.finished().is_some())
            .chain([&self.manifest])
            .map(|output| output.name().to_owned())
            .collect()
    }

    /// Gives the files their names, the manifest last: where it stands, all stand. What
    /// an earlier run left is put aside first. When a file does not get its name the others
    /// lose theirs again, what was there comes back, and the ledger drops the run, unless
    /// somebody has taken the first file in the meantime.
    pub(super) fn publish(
        self,
        folder: &Path,
        stem: &str,
        preparation: Option<Preparation>,
    ) -> Result<Option<Preparation>, Torn> {
        let aside = match Aside::put(folder, stem) {
            Ok(aside) => aside,
            Err(error) => {
                if let Some(preparation) = preparation {
                    preparation.withdraw();
                }
                let left = Left::Nothing;
                return Err(Torn { error, left });
            }
        };
        let mut named = Vec::new();
        let given = self.outputs.iter().map(|(_, output)| output);
        let given: Vec<&str> = given
            .filter(|output| output.finished().is_some())
            .map(Output::name)
            .collect();
        let result = stale::clear(folder, stem, &given)
            .and_then(|()| {
                let outputs = self.outputs.into_iter().map(|(_, output)| output);
                outputs.chain([self.manifest]).try_for_each(|output| {
                    let name = output.finished().map(|_| output.name().to_owned());
                    output.publish()?;
                    named.extend(name);
                    Ok(())
                })
            })
            .and_then(|()| {
                if self.sync {
                    sync_folder(folder)
                } else {
                    Ok(())
                }
            });
        let error = match result {
            Ok(()) => return Ok(preparation),
            Err(error) => error,
        };
        let mut left = take_back(folder, &named);
        if left != Left::Taken && aside.put_back().is_err() && left == Left::Nothing {
            left = Left::Aside;
        }
        if let Some(preparation) = preparation {
            if left == Left::Taken && self.sync {
                preparation.published();
            } else {
                preparation.withdraw();
            }
        }
        Err(Torn { error, left })
    }
}

impl Run<'_> {
    /// Finishes the outputs under their temporary names.
    pub(super) fn finish(
        &self,
        outputs: Vec<(&'static str, Output)>,
        manifest: &mut Manifest,
    ) -> Result<Files, RunError> {
        let sync = self.workplace.options.sync;
        Files::finish(outputs, self.folder, &self.input.stem, sync, manifest)
            .map_err(|error| self.unwritable(error))
    }

    /// Gives all files their names, which it answers with, and the ledger its record.
    pub(super) fn publish(
        &self,
        mut files: Files,
        manifest: &mut Manifest,
        entry: Option<Entry<'_>>,
    ) -> Result<(Vec<String>, Option<Preparation>), RunError> {
        let (folder, stem) = (self.folder, &self.input.stem);
        files
            .tell(manifest)
            .map_err(|error| self.unwritable(error))?;
        let names = files.names();
        // Outputs that somebody decides on later lie in a folder of their own.
        let is_shared = self.workplace.options.sync;
        let _exclusive = is_shared.then(|| Exclusive::wait(folder));
        let kept = self.keep()?;
        let undo = || kept.iter().for_each(Kept::undo);
        let preparation = entry
            .map(|entry| entry.prepare(manifest, folder, stem, files.taken()))
            .transpose()
            .map_err(|error| {
                undo();
                self.unrecorded(error)
            })?;
        let published = files.publish(folder, stem, preparation);
        let preparation = published.map_err(|torn| {
            undo();
            torn.told(&self.name(), folder)
        })?;
        Ok((names, preparation))
    }
}

/// Not every file got its name.
#[derive(Debug)]
pub(super) struct Torn {
    pub error: io::Error,
    /// What is left of the files that did.
    pub left: Left,
}

impl Torn {
    /// The same as the error of a run.
    pub(super) fn told(self, file: &str, folder: &Path) -> RunError {
        let (file, folder) = (file.to_owned(), folder.display().to_string());
        let (error, advice) = match (self.error, self.left) {
            (error, Left::Nothing) => {
                return RunError::Unwritable {
                    file,
                    folder,
                    error,
                };
            }
            (error, Left::Aside) => {
                let aside =
                    "what an earlier run left there lies under temporary names, .telescrub-*";
                return RunError::Unwritable {
                    file,
                    folder,
                    error: io::Error::other(format!("{error}; {aside}")),
                };
            }
            (error, Left::Some) => (error, "use none of them and run it again"),
            (error, Left::Taken) => (
                error,
                "the first of them is gone already, and its claims count as accepted",
            ),
        };
        RunError::Torn {
            file,
            folder,
            error,
            advice,
        }
    }
}

/// What is left under the names of outputs after they were taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Left {
    /// Nothing.
    Nothing,
    /// Files that the folder does not let go of.
    Some,
    /// Nothing, but the folder does not take back what was there before.
    Aside,
    /// The first file, which holds the claims that go on, was no longer there: somebody has
    /// it.
    Taken,
}

/// Takes the names away again, the manifest's before the others.
fn take_back(folder: &Path, named: &[String]) -> Left {
    let mut left = Left::Nothing;
    for (at, name) in named.iter().enumerate().rev() {
        match std::fs::remove_file(folder.join(name)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if at == 0 {
                    left = Left::Taken;
                }
            }
            Err(_) => left = Left::Some,
        }
    }
    left
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_outputs_that_are_taken_back_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let names = ["in.clean.837", "in.rejects.837"].map(str::to_owned);
        let [clean, rejects] = names.each_ref().map(|name| folder.join(name));
        let write = |path: &Path| std::fs::write(path, "ISA").unwrap();
        assert_eq!(take_back(folder, &[]), Left::Nothing);

        write(&clean);
        write(&rejects);
        assert_eq!(take_back(folder, &names), Left::Nothing);
        assert!(!clean.exists() && !rejects.exists());

        // Nothing that is sent on is missing when the rejects are.
        write(&clean);
        assert_eq!(take_back(folder, &names), Left::Nothing);

        write(&rejects);
        assert_eq!(take_back(folder, &names), Left::Taken);
        assert!(!rejects.exists());

        // A folder of that name is no file that can be taken back.
        std::fs::create_dir(&clean).unwrap();
        write(&rejects);
        assert_eq!(take_back(folder, &names), Left::Some);
        assert!(!rejects.exists());
    }

    #[test]
    fn what_to_do_depends_on_what_is_left() {
        let told = |left| {
            let error = io::Error::other("no room");
            Torn { error, left }
                .told("in.837", Path::new("out"))
                .to_string()
        };
        assert_eq!(
            told(Left::Nothing),
            "in.837: its outputs cannot be written to out: no room; nothing of it was published"
        );
        assert!(told(Left::Aside).contains("under temporary names"));
        assert_eq!(
            told(Left::Some),
            "in.837: only some of its outputs got their names in out, and they could not be taken back: no room; \
             use none of them and run it again"
        );
        assert!(told(Left::Taken).ends_with("its claims count as accepted"));
    }
}
