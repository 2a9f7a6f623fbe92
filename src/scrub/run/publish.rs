//! Outputs finished, read back, and given their names.

use std::io::{self, Write};
use std::path::Path;

use super::error::RunError;
use crate::emit::manifest::Manifest;
use crate::emit::publish::{Output, sync_folder};
use crate::emit::stale;
use crate::ledger::Preparation;
use crate::scrub::digest::Digest;
use crate::verify::{self, Expected};

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
                (None, kind) if super::ANSWERS.contains(&kind) => verify::read_back(path, None)
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

    /// The finished outputs: kind, what they hold, temporary name.
    pub(super) fn taken(&self) -> Vec<(&str, &crate::emit::publish::Published, String)> {
        self.outputs
            .iter()
            .filter_map(|(kind, output)| output.taken(kind))
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
    /// an earlier run left goes first, its manifest before the rest. The ledger keeps the
    /// run as soon as the first file has its name, whatever becomes of the others:
    /// somebody may have taken it.
    pub(super) fn publish(
        self,
        folder: &Path,
        stem: &str,
        preparation: Option<Preparation>,
    ) -> Result<Option<Preparation>, Torn> {
        let mut begun = false;
        let given = self.outputs.iter().map(|(_, output)| output);
        let given: Vec<&str> = given
            .filter(|output| output.finished().is_some())
            .map(Output::name)
            .collect();
        let result = stale::clear(folder, stem, &given)
            .and_then(|()| {
                let outputs = self.outputs.into_iter().map(|(_, output)| output);
                outputs.chain([self.manifest]).try_for_each(|output| {
                    let holds = output.finished().is_some();
                    output.publish()?;
                    begun |= holds;
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
        if let Some(preparation) = preparation {
            if begun && self.sync {
                preparation.published();
            } else {
                preparation.withdraw();
            }
        }
        Err(Torn { error, begun })
    }
}

/// Not every file got its name.
pub(super) struct Torn {
    pub error: io::Error,
    /// Whether one did.
    pub begun: bool,
}
