//! The run that rejects came from, looked for.

use std::collections::HashSet;
use std::fs::canonicalize;
use std::path::{Path, PathBuf};

use super::RerunError;
use super::earlier::{EarlierRun, MANIFEST, manifest_of};
use super::listing::{Contents, Listed};
use super::outputs;
use super::told::{self, Told};
use crate::emit::manifest::Manifest;
use crate::ledger::{Ledger, LedgerError, RunRecord};

/// Where to look for the earlier run.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    /// The manifest the user named.
    pub manifest: Option<&'a Path>,
    /// The ledger.
    pub ledger: Option<&'a Ledger>,
    /// The output folder, where manifests may stand.
    pub out: &'a Path,
    /// The stems of the outputs that are to be made there: what lies under them is replaced.
    pub stems: HashSet<&'a str>,
}

impl Search<'_> {
    /// The run that these rejects, which hold these claims, came from.
    ///
    /// # Errors
    /// When there is none, or more than one, or their files can't be read.
    pub fn run_of(&self, rejects: &Path, contents: &Contents) -> Result<EarlierRun, RerunError> {
        let beside = manifests(&[folder(rejects), self.out]);
        let mut run = match self.manifest {
            Some(path) => EarlierRun::from_manifest(path, &told::manifest(path)?, self.out)?,
            None => self.find(rejects, &beside, contents)?,
        };
        for path in beside.iter().filter(|path| !self.replaces(path)) {
            let Ok(manifest) = told::manifest(path) else {
                continue;
            };
            if run.is_relative(&manifest) {
                run.add_accepted(folder(path), &manifest, self.out)?;
            }
        }
        Ok(run)
    }

    /// The run these rejects came from, if all of them did.
    fn find(
        &self,
        rejects: &Path,
        beside: &[PathBuf],
        contents: &Contents,
    ) -> Result<EarlierRun, RerunError> {
        let mut run = self.in_place(rejects, beside, contents)?;
        if run.is_none() {
            run = self.by_numbers(beside, contents)?;
        }
        if run.is_none() {
            run = self.by_claims(beside, contents)?;
        }
        let file = || rejects.display().to_string();
        let run = run.ok_or_else(|| RerunError::NotFound { file: file() })?;
        match self.other_run(&run, beside, contents)? {
            Some(other) => Err(RerunError::Several {
                file: file(),
                first: run.name,
                other,
            }),
            None => Ok(run),
        }
    }

    /// Whether the run of this manifest is about to be replaced.
    fn replaces(&self, manifest: &Path) -> bool {
        let name = manifest.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.strip_suffix(MANIFEST).unwrap_or_default();
        self.stems.contains(stem)
            && canonicalize(folder(manifest)).ok() == canonicalize(self.out).ok()
    }

    /// The run that made this very file, edited since, with these control numbers: another run
    /// of the same input gave its rejects the same.
    fn in_place(
        &self,
        rejects: &Path,
        beside: &[PathBuf],
        contents: &Contents,
    ) -> Result<Option<EarlierRun>, RerunError> {
        let name = rejects.file_name().unwrap_or_default();
        let pairs = pairs(contents);
        self.among(beside, |path, manifest| {
            let mut files = manifest.outputs.values();
            if folder(path) != folder(rejects) || !files.any(|output| *output.file == *name) {
                return 0;
            }
            given(manifest, &pairs)
        })
    }

    /// The run that gave its rejects these control numbers, whoever knows of it.
    fn by_numbers(
        &self,
        beside: &[PathBuf],
        contents: &Contents,
    ) -> Result<Option<EarlierRun>, RerunError> {
        let pairs = pairs(contents);
        match self.in_ledger(|ledger| ledger.run_that_numbered(&pairs))? {
            Some(run) => Ok(Some(run)),
            None => self.among(beside, |_, manifest| given(manifest, &pairs)),
        }
    }

    /// The run that rejected most claims of these names. A rerun of the run that was meant may
    /// know them as well.
    fn by_claims(
        &self,
        beside: &[PathBuf],
        contents: &Contents,
    ) -> Result<Option<EarlierRun>, RerunError> {
        let claims = &contents.claims;
        match self.in_ledger(|ledger| ledger.run_that_rejected(&names(ledger, claims.iter())))? {
            Some(run) => Ok(Some(run)),
            None => self.among(beside, |path, manifest| {
                let ids = rejected_ids(manifest, folder(path), self.out);
                claims
                    .iter()
                    .filter(|claim| ids.contains(&claim.id))
                    .count()
            }),
        }
    }

    /// The run that is found so in the ledger, by its files where they tell more.
    fn in_ledger(
        &self,
        find: impl FnOnce(&Ledger) -> Result<Option<RunRecord>, LedgerError>,
    ) -> Result<Option<EarlierRun>, RerunError> {
        let Some(ledger) = self.ledger else {
            return Ok(None);
        };
        let Some(record) = find(ledger)? else {
            return Ok(None);
        };
        let path = manifest_of(&record);
        // Files tell more than the ledger, if they still are those of the run.
        if let Ok(manifest) = told::manifest(&path)
            && Some(&manifest.run) == record.chain.first()
            && let Ok(run) = EarlierRun::from_manifest(&path, &manifest, self.out)
        {
            return Ok(Some(run));
        }
        let run = EarlierRun::from_ledger(record, ledger.hash().clone());
        Ok(Some(run))
    }

    /// The run among those with these manifests that knows most.
    fn among(
        &self,
        manifests: &[PathBuf],
        knows: impl Fn(&Path, &Manifest) -> usize,
    ) -> Result<Option<EarlierRun>, RerunError> {
        let mut best: Option<(usize, String, &Path, Manifest)> = None;
        for path in manifests {
            let Ok(manifest) = told::manifest(path) else {
                continue;
            };
            let known = knows(path, &manifest);
            // Of two that know as many, the later one; its path makes it the same each time.
            let better = best.as_ref().is_none_or(|(count, day, before, _)| {
                (known, &manifest.today, path.as_path()) > (*count, day, before)
            });
            if known > 0 && better {
                best = Some((known, manifest.today.clone(), path, manifest));
            }
        }
        let run =
            best.map(|(_, _, path, manifest)| EarlierRun::from_manifest(path, &manifest, self.out));
        run.transpose()
    }

    /// Another run whose rejects are among these, by the name of its manifest. A rerun of this
    /// one may know claims by names that were given since.
    fn other_run(
        &self,
        run: &EarlierRun,
        beside: &[PathBuf],
        contents: &Contents,
    ) -> Result<Option<String>, RerunError> {
        let strangers = run.strangers(contents);
        if strangers.are_none() {
            return Ok(None);
        }
        // Of claims exported anew the ledger itself tells what was accepted before.
        if let Some(ledger) = self.ledger.filter(|_| run.is_edited(contents)) {
            let mut other = ledger.run_that_gave(&|given| strangers.bear(given))?;
            if other.is_none() {
                let names = names(ledger, strangers.claims.iter().copied());
                let record = ledger.run_that_rejected(&names)?;
                other = record.filter(|record| !run.is_in(&record.chain));
            }
            if let Some(other) = other {
                return Ok(Some(manifest_of(&other).display().to_string()));
            }
        }
        let other = beside.iter().find(|path| {
            let Ok(manifest) = told::manifest(path) else {
                return false;
            };
            let mut maps = manifest.control_numbers.iter();
            maps.any(|map| strangers.bear(&map.output))
                || !run.is_in(std::slice::from_ref(&manifest.run))
                    && !run.is_in(&manifest.rerun_of)
                    && strangers.are_among(&rejected_ids(&manifest, folder(path), self.out))
        });
        Ok(other.map(|path| path.display().to_string()))
    }
}

/// ISA13 and GS06 around each transaction set. One that somebody has looked at may bear
/// another ST02.
fn pairs(contents: &Contents) -> HashSet<&[String]> {
    let pairs = contents.sets.iter().map(|(set, _)| &set.names[..2]);
    pairs.collect()
}

/// How many of the sets that this run wrote bear one of these pairs of numbers.
fn given(manifest: &Manifest, pairs: &HashSet<&[String]>) -> usize {
    let maps = manifest.control_numbers.iter();
    maps.filter(|map| pairs.contains(&map.output[..2])).count()
}

/// The ledger's hashes of the claims' names.
fn names<'a>(ledger: &Ledger, claims: impl Iterator<Item = &'a Listed>) -> Vec<i64> {
    let name = |claim: &Listed| {
        ledger
            .hash()
            .name(claim.id.as_bytes(), claim.provider.as_bytes())
    };
    claims.map(name).collect()
}

/// The folder of a file, which may be the one that is open.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The manifests in these folders.
fn manifests(folders: &[&Path]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        found.extend(entries.map(|entry| entry.path()).filter(|path| {
            let name = path.file_name().unwrap_or_default();
            name.to_string_lossy().ends_with(MANIFEST)
        }));
    }
    found.sort();
    found.dedup();
    found
}

/// CLM01 of the claims that the run rejected.
fn rejected_ids(manifest: &Manifest, folder: &Path, room: &Path) -> HashSet<String> {
    let Ok(told) = Told::read(folder, manifest) else {
        return HashSet::new();
    };
    let rejected = told.claims.into_iter().filter(|claim| claim.rejected);
    let mut ids: HashSet<String> = rejected.map(|claim| claim.id).collect();
    // Of a set that was rejected as a whole the findings name no claim.
    let mut maps = manifest.control_numbers.iter();
    let listed = maps
        .any(|map| !map.around.is_empty())
        .then(|| outputs::listed(folder, manifest, "rejects", room))
        .flatten()
        .unwrap_or_default();
    ids.extend(listed.into_iter().map(|claim| claim.id));
    ids
}
