//! The run that rejects came from, looked for.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::RerunError;
use super::earlier::{self, EarlierRun};
use super::listing::{Contents, Listed};
use super::told::{self, Told};
use crate::emit::manifest::Manifest;
use crate::ledger::Ledger;

/// Where to look for the earlier run.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// The manifest the user named.
    pub manifest: Option<&'a Path>,
    /// The ledger.
    pub ledger: Option<&'a Ledger>,
    /// The output folder, where manifests may stand.
    pub out: &'a Path,
}

impl Search<'_> {
    /// The run that these rejects, which hold these claims, came from.
    ///
    /// # Errors
    /// When there is none, or its files can't be read.
    pub fn run_of(&self, rejects: &Path, contents: &Contents) -> Result<EarlierRun, RerunError> {
        let claims = &contents.claims;
        if let Some(path) = self.manifest {
            return EarlierRun::from_manifest(path, &told::manifest(path)?, self.out);
        }
        if let Some(ledger) = self.ledger {
            let sets = contents.sets.iter();
            let numbers: Vec<_> = sets.map(|(set, _)| set.names.clone()).collect();
            let hash = |claim: &Listed| {
                ledger
                    .hash()
                    .name(claim.id.as_bytes(), claim.provider.as_bytes())
            };
            let names: Vec<i64> = claims.iter().map(hash).collect();
            if let Some(record) = ledger.run_of_rejects(&numbers, &names)? {
                let path = Path::new(&record.folder).join(format!("{}.manifest.json", record.stem));
                // Files tell more than the ledger, if they still are those of the run.
                if let Ok(manifest) = told::manifest(&path)
                    && Some(&manifest.run) == record.chain.first()
                    && let Ok(run) = EarlierRun::from_manifest(&path, &manifest, self.out)
                {
                    return Ok(run);
                }
                return Ok(EarlierRun::from_ledger(record, ledger.hash().clone()));
            }
        }
        let beside = rejects.parent().unwrap_or(Path::new(""));
        let mut best: Option<(usize, String, PathBuf, Manifest)> = None;
        for path in manifests(&[beside, self.out]) {
            let Ok(manifest) = told::manifest(&path) else {
                continue;
            };
            let folder = path.parent().unwrap_or(beside);
            let known = known(&manifest, folder, self.out, contents);
            // Of two that know as many, the later one; its path makes it the same each time.
            let better = best.as_ref().is_none_or(|(count, day, before, _)| {
                (known, &manifest.today, &path) > (*count, day, before)
            });
            if known > 0 && better {
                best = Some((known, manifest.today.clone(), path, manifest));
            }
        }
        match best {
            Some((_, _, path, manifest)) => EarlierRun::from_manifest(&path, &manifest, self.out),
            None => Err(RerunError::NotFound {
                file: rejects.display().to_string(),
            }),
        }
    }
}

/// The manifests in these folders.
fn manifests(folders: &[&Path]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in folders {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        found.extend(entries.map(|entry| entry.path()).filter(|path| {
            let name = path.file_name().unwrap_or_default();
            name.to_string_lossy().ends_with(".manifest.json")
        }));
    }
    found.sort();
    found.dedup();
    found
}

/// How many of the claims the run knows: by the control numbers it gave its rejects, whose
/// sets count before all else, else by rejected claims of the same CLM01.
fn known(manifest: &Manifest, folder: &Path, room: &Path, contents: &Contents) -> usize {
    let claims = &contents.claims;
    // A set that somebody has looked at may bear another ST02.
    let maps = manifest.control_numbers.all();
    let given: HashSet<&[String]> = maps.iter().map(|map| &map.output[..2]).collect();
    let by_number = contents
        .sets
        .iter()
        .filter(|(set, _)| given.contains(&set.names[..2]))
        .count();
    if by_number > 0 {
        return claims.len() + by_number;
    }
    let Ok(told) = Told::read(folder, manifest) else {
        return 0;
    };
    let mut ids: HashSet<&str> = told
        .claims
        .iter()
        .filter(|claim| claim.rejected)
        .map(|claim| claim.id.as_str())
        .collect();
    // Of a set that was rejected as a whole the findings name no claim.
    let mut maps = manifest.control_numbers.iter();
    let listed = maps
        .any(|map| !map.around.is_empty())
        .then(|| earlier::rejects(folder, manifest, room))
        .flatten()
        .unwrap_or_default();
    ids.extend(listed.iter().map(|claim| claim.id.as_str()));
    claims
        .iter()
        .filter(|claim| ids.contains(claim.id.as_str()))
        .count()
}
