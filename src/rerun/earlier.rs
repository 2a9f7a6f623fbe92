//! The run that rejects came from: found, and its rejected claims listed.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::RerunError;
use super::accepted::Accepted;
use super::listing::{self, Listed};
use super::told::{self, Told};
use crate::emit::manifest::Manifest;
use crate::ledger::{KeyedHash, Ledger};
use crate::rules::duplicates::{accepted_before, same_claim};
use crate::scrub::duplicates::Known;
use crate::value::Date;
use crate::verify::hash_file;

/// The run before a rerun.
#[derive(Debug)]
pub struct EarlierRun {
    /// Its identity, then those of the runs it was itself a rerun of.
    pub chain: Vec<String>,
    /// What it rejected.
    pub(super) claims: Vec<Was>,
    /// Rejected claims that nothing tells of any more: their transaction set was
    /// rejected as a whole, and the rejects file is not as it was published.
    pub unlisted: u64,
    /// What it accepted, if its clean file still is as it was published.
    accepted: Accepted,
    day: Date,
    hash: Option<KeyedHash>,
    /// The ledger's hashes of the names of claims it accepted, with their frequencies, when
    /// that is all there is.
    accepted_names: HashSet<(i64, String)>,
    by_id: HashMap<String, Vec<usize>>,
    by_name: HashMap<i64, Vec<usize>>,
}

/// A claim that the earlier run rejected.
#[derive(Clone, Debug, Default)]
pub(super) struct Was {
    /// CLM01, unless only the ledger knows of it.
    pub id: Option<String>,
    provider: Option<String>,
    /// The ledger's hash of CLM01 and provider, when that is all there is.
    name: Option<i64>,
    pub content: Option<u64>,
    /// The rules that rejected it, or its transaction set.
    pub rules: Vec<String>,
    /// Its place in the input of that run, if that is known.
    pub ordinal: Option<u64>,
    /// Whether it came again.
    pub matched: bool,
}

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
    pub fn run_of(&self, rejects: &Path, claims: &[Listed]) -> Result<EarlierRun, RerunError> {
        if let Some(path) = self.manifest {
            return EarlierRun::from_manifest(path, &told::manifest(path)?, self.out);
        }
        if let Some(ledger) = self.ledger {
            let mut numbers: Vec<_> = claims.iter().map(|claim| claim.envelope.clone()).collect();
            numbers.sort();
            numbers.dedup();
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
            let known = known(&manifest, path.parent().unwrap_or(beside), claims);
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

/// How many of the claims the run knows: by the control numbers it gave its rejects, which
/// count before all else, else by rejected claims of the same CLM01.
fn known(manifest: &Manifest, folder: &Path, claims: &[Listed]) -> usize {
    let given: HashSet<&[String; 3]> = manifest
        .control_numbers
        .iter()
        .map(|map| &map.output)
        .collect();
    let by_number = claims
        .iter()
        .filter(|claim| given.contains(&claim.envelope))
        .count();
    if by_number > 0 {
        return claims.len() + by_number;
    }
    let Ok(told) = Told::read(folder, manifest) else {
        return 0;
    };
    let ids: HashSet<&str> = told
        .claims
        .iter()
        .filter(|claim| claim.rejected)
        .map(|claim| claim.id.as_str())
        .collect();
    claims
        .iter()
        .filter(|claim| ids.contains(claim.id.as_str()))
        .count()
}

impl EarlierRun {
    /// The run of this manifest, by the files beside it. What has to be unpacked is
    /// unpacked into `room`.
    fn from_manifest(
        path: &Path,
        manifest: &Manifest,
        room: &Path,
    ) -> Result<EarlierRun, RerunError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let told = Told::read(folder, manifest)?;
        let mut chain = vec![manifest.run.clone()];
        chain.extend(manifest.rerun_of.iter().cloned());
        let mut claims = match rejects(folder, manifest, room) {
            Some(listed) => from_rejects(&listed, manifest, &told),
            None => told
                .claims
                .iter()
                .filter(|claim| claim.rejected)
                .map(|claim| Was {
                    id: Some(claim.id.clone()),
                    rules: own_or_set(&claim.rules, &told, &claim.envelope),
                    ordinal: Some(claim.ordinal),
                    ..Was::default()
                })
                .collect(),
        };
        claims.sort_by_key(|claim| claim.ordinal);
        let unlisted = manifest
            .totals
            .rejected
            .claims
            .saturating_sub(claims.len() as u64);
        let accepted = match published(folder, manifest, "clean") {
            Some(path) => Accepted::read(&path, room).map_err(|error| RerunError::Unreadable {
                file: path.display().to_string(),
                error,
            })?,
            None => Accepted::default(),
        };
        Ok(EarlierRun {
            unlisted,
            accepted,
            day: Date::parse_iso(&manifest.today).unwrap_or_else(Date::today),
            ..EarlierRun::new(chain, claims, None)
        })
    }

    fn from_ledger(record: crate::ledger::RunRecord, hash: KeyedHash) -> EarlierRun {
        let claims = record
            .rejected
            .into_iter()
            .map(|claim| Was {
                name: Some(claim.name),
                rules: claim.rules,
                ordinal: Some(claim.ordinal),
                ..Was::default()
            })
            .collect();
        EarlierRun {
            accepted_names: record.accepted.into_iter().collect(),
            ..EarlierRun::new(record.chain, claims, Some(hash))
        }
    }

    fn new(chain: Vec<String>, claims: Vec<Was>, hash: Option<KeyedHash>) -> EarlierRun {
        let mut by_id: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_name: HashMap<i64, Vec<usize>> = HashMap::new();
        for (at, claim) in claims.iter().enumerate() {
            if let Some(id) = &claim.id {
                by_id.entry(id.clone()).or_default().push(at);
            }
            if let Some(name) = claim.name {
                by_name.entry(name).or_default().push(at);
            }
        }
        EarlierRun {
            chain,
            claims,
            unlisted: 0,
            accepted: Accepted::default(),
            day: Date::today(),
            hash,
            accepted_names: HashSet::new(),
            by_id,
            by_name,
        }
    }

    /// What a scrub of these claims, which are run again, has to know of this run.
    #[must_use]
    pub fn known(&self, claims: &[Listed]) -> Known {
        let twin = |claim: &&Listed| {
            let places = self.by_id.get(&claim.id).into_iter().flatten();
            let mut same = places.map(|&at| &self.claims[at]);
            same.any(|was| {
                was.content == Some(claim.content) && was.rules.iter().any(|rule| is_twin(rule))
            })
        };
        let numbered = (1_u64..).zip(claims);
        Known {
            day: self.day,
            accepted: self.accepted.prints.clone(),
            twins: numbered
                .filter(|(_, claim)| twin(claim))
                .map(|(ordinal, _)| ordinal)
                .collect(),
        }
    }

    /// Whether the run accepted a claim of this name and frequency.
    pub(super) fn accepted(&self, claim: &Listed) -> bool {
        let by_ledger = self.hash.as_ref().is_some_and(|hash| {
            let name = hash.name(claim.id.as_bytes(), claim.provider.as_bytes());
            self.accepted_names
                .contains(&(name, claim.frequency.clone()))
        });
        by_ledger || self.accepted.has(claim)
    }

    /// The rejected claim that this one was, and marks it as come again. Of several of
    /// one CLM01, the one that is the same in every byte, else the one of the same
    /// provider, else the first.
    pub(super) fn take(&mut self, claim: &Listed) -> Option<Was> {
        let places = match &self.hash {
            Some(hash) => self
                .by_name
                .get(&hash.name(claim.id.as_bytes(), claim.provider.as_bytes())),
            None => self.by_id.get(&claim.id),
        };
        let best = places?
            .iter()
            .copied()
            .filter(|&at| !self.claims[at].matched)
            .min_by_key(|&at| {
                let was = &self.claims[at];
                (
                    was.content != Some(claim.content),
                    was.provider.as_ref() != Some(&claim.provider),
                    at,
                )
            })?;
        self.claims[best].matched = true;
        Some(self.claims[best].clone())
    }

    /// The claims that did not come again.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Was> {
        self.claims.iter().filter(|claim| !claim.matched)
    }
}

/// The rejects as the run published them, if they still are.
fn rejects(folder: &Path, manifest: &Manifest, room: &Path) -> Option<Vec<Listed>> {
    listing::list(&published(folder, manifest, "rejects")?, room).ok()
}

/// The output of this kind, if it still is as the run published it.
fn published(folder: &Path, manifest: &Manifest, kind: &str) -> Option<PathBuf> {
    let published = manifest.outputs.get(kind)?;
    let path = folder.join(&published.file);
    let (bytes, hash) = hash_file(&path).ok()?;
    (bytes == published.bytes && hash == published.blake3).then_some(path)
}

/// Whether the rule says that the claim was billed already: by one in the same input
/// (DUP001), or by one that was accepted before (DUP003). Which of the two fires depends
/// on the other claim's place only.
pub(super) fn is_twin(rule: &str) -> bool {
    [same_claim::RULE.code, accepted_before::RULE.code].contains(&rule)
}

/// The claims of the rejects with what the findings say of each, found by the control
/// numbers of the input.
fn from_rejects(listed: &[Listed], manifest: &Manifest, told: &Told) -> Vec<Was> {
    let input: HashMap<&[String; 3], &[String; 3]> = manifest
        .control_numbers
        .iter()
        .map(|map| (&map.output, &map.input))
        .collect();
    let mut by_name = told.by_name();
    listed
        .iter()
        .map(|claim| {
            let envelope = input
                .get(&claim.envelope)
                .copied()
                .unwrap_or(&claim.envelope);
            let found = by_name
                .get_mut(&(claim.id.as_str(), envelope))
                .and_then(std::collections::VecDeque::pop_front);
            let own = found.map_or(&[][..], |found| &found.rules);
            Was {
                rules: own_or_set(own, told, envelope),
                ordinal: found.map(|found| found.ordinal),
                content: Some(claim.content),
                provider: Some(claim.provider.clone()),
                id: Some(claim.id.clone()),
                ..Was::default()
            }
        })
        .collect()
}

/// A claim's own rules, else those of what it stands in.
pub(super) fn own_or_set(own: &[String], told: &Told, envelope: &[String; 3]) -> Vec<String> {
    if own.is_empty() {
        told.of_set(envelope)
    } else {
        own.to_vec()
    }
}
