//! The run that rejects came from: found, and its rejected claims listed.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::RerunError;
use super::accepted::Accepted;
use super::around::{self, AllUnreviewed, EarlierSets};
use super::listing::{self, Contents, Listed};
use super::told::{self, Told};
use crate::emit::envelope::ControlMap;
use crate::emit::manifest::Manifest;
use crate::ledger::KeyedHash;
use crate::rules::duplicates::{accepted_before, same_claim};
use crate::rules::unreviewed::may_lie_around;
use crate::scrub::known::{Known, Unreviewed};
use crate::stored::hash_file;
use crate::value::Date;

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
    /// Transaction sets of its rejects by the ST02 it gave them, if it rejected claims for
    /// what stood around them.
    pub(super) sets: EarlierSets,
    /// ISA13, GS06 and ST02 that it gave to the sets of its rejects.
    numbers: [HashSet<String>; 3],
    by_id: HashMap<String, Vec<usize>>,
    by_name: HashMap<i64, Vec<usize>>,
}

/// A claim that the earlier run rejected.
#[derive(Clone, Debug, Default)]
pub(super) struct Was {
    /// CLM01, unless only the ledger knows of it.
    pub id: Option<String>,
    provider: Option<String>,
    /// The ST02 that its transaction set was given.
    number: Option<String>,
    /// The ledger's hash of CLM01 and provider, when that is all there is.
    name: Option<i64>,
    pub content: Option<u64>,
    /// The rules that rejected it, or its transaction set.
    pub rules: Vec<String>,
    /// Faults that may lie in the levels around it.
    pub around: Vec<Unreviewed>,
    /// Its place in the input of that run, if that is known.
    pub ordinal: Option<u64>,
    /// Whether it came again.
    pub matched: bool,
}

impl EarlierRun {
    /// The run of this manifest, by the files beside it. What has to be unpacked is
    /// unpacked into `room`.
    pub(super) fn from_manifest(
        path: &Path,
        manifest: &Manifest,
        room: &Path,
    ) -> Result<EarlierRun, RerunError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let told = Told::read(folder, manifest)?;
        let mut chain = vec![manifest.run.clone()];
        chain.extend(manifest.rerun_of.iter().cloned());
        let maps = manifest.control_numbers.all();
        let mut around: HashMap<&[String; 3], &[String]> = HashMap::new();
        for map in &maps {
            around.entry(&map.input).or_insert(&map.around);
        }
        let around_of = |input: &[String; 3]| around.get(input).copied().unwrap_or(&[]);
        let mut claims = match rejects(folder, manifest, room) {
            Some(listed) => from_rejects(&listed, &maps, &told),
            None => told
                .claims
                .iter()
                .filter(|claim| claim.rejected)
                .map(|claim| Was {
                    id: Some(claim.id.clone()),
                    rules: around::rules(
                        &claim.rules,
                        around_of(&claim.envelope),
                        &told,
                        &claim.envelope,
                    ),
                    around: claim.around.clone(),
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
            sets: around::of_manifest(manifest, &told),
            numbers: numbers(maps.iter().map(|map| &map.output)),
            day: Date::parse_iso(&manifest.today).unwrap_or_else(Date::today),
            ..EarlierRun::new(chain, claims, None)
        })
    }

    pub(super) fn from_ledger(record: crate::ledger::RunRecord, hash: KeyedHash) -> EarlierRun {
        let claims = record
            .rejected
            .into_iter()
            .map(|claim| Was {
                name: Some(claim.name),
                around: claim
                    .rules
                    .iter()
                    .filter(|rule| may_lie_around(rule))
                    .filter_map(|rule| told::unreviewed(rule, None))
                    .collect(),
                rules: claim.rules,
                ordinal: Some(claim.ordinal),
                ..Was::default()
            })
            .collect();
        EarlierRun {
            accepted_names: record.accepted.into_iter().collect(),
            sets: around::of_ledger(record.sets),
            numbers: numbers(record.numbers.iter()),
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
            sets: EarlierSets::default(),
            numbers: Default::default(),
            by_id,
            by_name,
        }
    }

    /// Whether these are the run's rejects, edited: whoever edits may leave counts and the
    /// numbers of levels wrong. In envelopes with other numbers they are exported anew.
    #[must_use]
    pub fn is_edited(&self, contents: &Contents) -> bool {
        contents.sets.iter().any(|(set, _)| {
            let mut pairs = set.names.iter().zip(&self.numbers);
            pairs.any(|(name, given)| given.contains(name))
        })
    }

    /// What a scrub of these claims, which are run again, has to know of this run.
    /// `envelopes_checked` says that somebody has looked at what was wrong around claims.
    #[must_use]
    pub fn known(&self, contents: &Contents, envelopes_checked: bool) -> Known {
        let (sets, around) = if envelopes_checked {
            AllUnreviewed::default()
        } else {
            self.unreviewed(contents)
        };
        let twin = |claim: &&Listed| {
            self.candidates(claim).any(|was| {
                was.content == Some(claim.content) && was.rules.iter().any(|rule| is_twin(rule))
            })
        };
        let numbered = (1_u64..).zip(&contents.claims);
        Known {
            day: self.day,
            accepted: self.accepted.prints.clone(),
            twins: numbered
                .filter(|(_, claim)| twin(claim))
                .map(|(ordinal, _)| ordinal)
                .collect(),
            sets,
            claims: around,
        }
    }

    /// The rejected claims that this one may have been.
    pub(super) fn candidates(&self, claim: &Listed) -> impl Iterator<Item = &Was> {
        self.places(claim).iter().map(|&at| &self.claims[at])
    }

    fn places(&self, claim: &Listed) -> &[usize] {
        let places = match &self.hash {
            Some(hash) => self
                .by_name
                .get(&hash.name(claim.id.as_bytes(), claim.provider.as_bytes())),
            None => self.by_id.get(&claim.id),
        };
        places.map_or(&[], Vec::as_slice)
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
    /// one CLM01, one that is the same in every byte, else one in the same transaction set,
    /// else one of the same provider, else the first.
    pub(super) fn take(&mut self, claim: &Listed) -> Option<Was> {
        let best = self
            .places(claim)
            .iter()
            .copied()
            .filter(|&at| !self.claims[at].matched)
            .min_by_key(|&at| {
                let was = &self.claims[at];
                (
                    was.content != Some(claim.content),
                    was.number.as_ref() != Some(&claim.envelope[2]),
                    was.provider.as_ref() != Some(&claim.provider),
                    at,
                )
            });
        let rules_of_set = self.rules_of_set(&claim.envelope[2]);
        let Some(best) = best else {
            // Of a set that was rejected as a whole the findings name no claim.
            if self.unlisted == 0 || rules_of_set.is_empty() {
                return None;
            }
            self.unlisted -= 1;
            return Some(Was {
                id: Some(claim.id.clone()),
                rules: rules_of_set,
                ..Was::default()
            });
        };
        self.claims[best].matched = true;
        let mut was = self.claims[best].clone();
        if was.rules.is_empty() {
            was.rules = rules_of_set;
        }
        Some(was)
    }

    /// The claims that did not come again.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Was> {
        self.claims.iter().filter(|claim| !claim.matched)
    }
}

/// The rejects as the run published them, if they still are.
pub(super) fn rejects(folder: &Path, manifest: &Manifest, room: &Path) -> Option<Vec<Listed>> {
    let contents = listing::list(&published(folder, manifest, "rejects")?, room).ok()?;
    Some(contents.claims)
}

/// Control numbers by their kind.
fn numbers<'a>(all: impl Iterator<Item = &'a [String; 3]>) -> [HashSet<String>; 3] {
    let mut numbers: [HashSet<String>; 3] = Default::default();
    for names in all {
        for (known, name) in numbers.iter_mut().zip(names) {
            known.insert(name.clone());
        }
    }
    numbers
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
fn from_rejects(listed: &[Listed], maps: &[ControlMap], told: &Told) -> Vec<Was> {
    let maps: HashMap<&[String; 3], &ControlMap> =
        maps.iter().map(|map| (&map.output, map)).collect();
    let mut by_name = told.by_name();
    listed
        .iter()
        .map(|claim| {
            let map = maps.get(&claim.envelope);
            let envelope = map.map_or(&claim.envelope, |map| &map.input);
            let found = by_name
                .get_mut(&(claim.id.as_str(), envelope))
                .and_then(std::collections::VecDeque::pop_front);
            let own = found.map_or(&[][..], |found| &found.rules);
            let of_set = map.map_or(&[][..], |map| &map.around);
            Was {
                rules: around::rules(own, of_set, told, envelope),
                around: found.map_or_else(Vec::new, |found| found.around.clone()),
                ordinal: found.map(|found| found.ordinal),
                content: Some(claim.content),
                provider: Some(claim.provider.clone()),
                number: Some(claim.envelope[2].clone()),
                id: Some(claim.id.clone()),
                ..Was::default()
            }
        })
        .collect()
}
