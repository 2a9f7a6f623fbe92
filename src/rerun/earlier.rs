//! The run that rejects came from: found, and the claims listed that it rejected or held.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::RerunError;
use super::accepted::Accepted;
use super::around::{self, AllUnreviewed, EarlierSets};
use super::held;
use super::listing::{Contents, Listed};
use super::outputs::{from_listed, listed, published};
use super::places::Places;
use super::shortened::{shortened, too_long};
use super::told::{self, Told};
use super::was::Was;
use crate::emit::manifest::Manifest;
use crate::emit::stale;
use crate::ledger::{KeyedHash, Ledger, LedgerError, RunRecord};
use crate::rules::duplicates::{claim_accepted_before, claim_twice_in_batch};
use crate::rules::unreviewed::may_lie_around;
use crate::scrub::item::Fate;
use crate::scrub::known::Known;
use crate::value::Date;

/// The run before a rerun.
#[derive(Debug)]
pub struct EarlierRun {
    /// Its manifest, by path.
    pub name: String,
    /// Its identity, then those of the runs it was itself a rerun of.
    pub chain: Vec<String>,
    /// What it rejected or held.
    pub(super) claims: Vec<Was>,
    /// Rejected claims that nothing tells of any more: their transaction set was
    /// rejected as a whole, and the rejects file is not as it was published.
    pub unlisted: u64,
    /// What became of its claims that an unknown policy governs.
    pub unchecked: Fate,
    /// What it and its relatives accepted, by clean files that are as they were published.
    pub(super) accepted: Vec<Accepted>,
    pub(super) hash: Option<KeyedHash>,
    /// The ledger's hashes of the names of claims it accepted, with their frequencies, when
    /// that is all there is.
    accepted_names: HashSet<(i64, String)>,
    /// Transaction sets of its rejects by the ST02 it gave them, if it rejected claims for
    /// what stood around them.
    pub(super) sets: EarlierSets,
    /// ISA13, GS06 and ST02 that it gave to the sets of its rejects.
    pub(super) numbers: [HashSet<String>; 3],
    /// The places of `claims` by their CLM01, or names, and of one by what they held.
    places: Places,
    /// Of those whose CLM01 is too long, in their order.
    too_long: Vec<usize>,
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
        let mut claims = match listed(folder, manifest, "rejects", room) {
            Some(listed) => from_listed(&listed, &maps, &told, false),
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
                    payer: claim.payer.clone(),
                    ordinal: Some(claim.ordinal),
                    ..Was::default()
                })
                .collect(),
        };
        let unlisted = manifest
            .totals
            .rejected
            .claims
            .saturating_sub(claims.len() as u64);
        claims.extend(held::claims(folder, manifest, room, &maps, &told));
        claims.sort_by_key(|claim| claim.ordinal);
        let mut run = EarlierRun {
            unlisted,
            sets: around::of_manifest(manifest, &told),
            numbers: numbers(maps.iter().map(|map| &map.output)),
            name: path.display().to_string(),
            unchecked: manifest.unchecked.unwrap_or_default(),
            ..EarlierRun::new(chain, claims, None)
        };
        run.add_accepted(folder, manifest, room)?;
        Ok(run)
    }

    /// Takes it that the rerun with this manifest has accepted what its clean file holds.
    ///
    /// # Errors
    /// When its files can't be read.
    pub fn has_accepted(&mut self, manifest: &Path) -> Result<(), RerunError> {
        let folder = manifest.parent().unwrap_or(Path::new(""));
        self.add_accepted(folder, &told::manifest(manifest)?, folder)
    }

    /// Adds what the run with this manifest accepted, which is this one or of the same night.
    pub(super) fn add_accepted(
        &mut self,
        folder: &Path,
        manifest: &Manifest,
        room: &Path,
    ) -> Result<(), RerunError> {
        let Some(path) = published(folder, manifest, "clean") else {
            return Ok(());
        };
        let day = Date::parse_iso(&manifest.today).unwrap_or_else(Date::today);
        let accepted = Accepted::read(&path, room, day, manifest.run.clone());
        let accepted = accepted.map_err(|error| RerunError::Unreadable {
            file: path.display().to_string(),
            error,
        })?;
        self.accepted.push(accepted);
        Ok(())
    }

    pub(super) fn from_ledger(record: RunRecord, hash: KeyedHash) -> EarlierRun {
        let name = manifest_of(&record).display().to_string();
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
                held: claim.held,
                rules: claim.rules.iter().map(|rule| told::code(rule)).collect(),
                ordinal: Some(claim.ordinal),
                ..Was::default()
            })
            .collect();
        EarlierRun {
            name,
            unchecked: record.unchecked.unwrap_or_default(),
            accepted_names: record.accepted.into_iter().collect(),
            sets: around::of_ledger(record.sets),
            numbers: numbers(record.numbers.iter()),
            ..EarlierRun::new(record.chain, claims, Some(hash))
        }
    }

    fn new(chain: Vec<String>, claims: Vec<Was>, hash: Option<KeyedHash>) -> EarlierRun {
        EarlierRun {
            places: Places::of(&claims),
            too_long: too_long(&claims),
            name: String::new(),
            chain,
            claims,
            unlisted: 0,
            unchecked: Fate::default(),
            accepted: Vec::new(),
            hash,
            accepted_names: HashSet::new(),
            sets: EarlierSets::default(),
            numbers: Default::default(),
        }
    }

    /// Whether this is the manifest of a rerun of this run.
    #[must_use]
    pub fn came_as(&self, manifest: &Path) -> bool {
        told::manifest(manifest).is_ok_and(|rerun| rerun.rerun_of == self.chain)
    }

    /// The identity of the first run that it goes back to: what one of its reruns accepts was
    /// rejected by all before.
    #[must_use]
    pub fn night(&self) -> Option<&String> {
        self.chain.last()
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

    /// Makes sure that outputs under the names of this stem take nothing of this run's place,
    /// nor of a run that it is a rerun of.
    ///
    /// # Errors
    /// When they would.
    pub fn stays_beside(&self, out: &Path, stem: &str) -> Result<(), RerunError> {
        let there = stale::manifest(out, stem);
        if there.is_none_or(|there| !self.chain.contains(&there.run)) {
            return Ok(());
        }
        let manifest = out.join(format!("{stem}{MANIFEST}"));
        Err(RerunError::Replaces {
            stem: stem.to_owned(),
            manifest: manifest.display().to_string(),
        })
    }

    /// What a scrub of these claims, which are run again, has to know of this run.
    /// `envelopes_checked` says that somebody has looked at what was wrong around claims.
    ///
    /// # Errors
    /// When the ledger can't be asked.
    pub fn known(
        &self,
        contents: &Contents,
        envelopes_checked: bool,
        ledger: Option<&Ledger>,
    ) -> Result<Known, LedgerError> {
        let (sets, around) = if envelopes_checked {
            AllUnreviewed::default()
        } else {
            self.unreviewed(contents)
        };
        let twin = |claim: &&Listed| {
            let mut same = self.same(claim);
            same.any(|was| was.rules.iter().any(|rule| is_twin(rule)))
        };
        let numbered = (1_u64..).zip(&contents.claims);
        let is_edited = self.is_edited(contents);
        let interchanges = if is_edited {
            self.may_come_again(contents, ledger)?
        } else {
            HashSet::new()
        };
        Ok(Known {
            is_edited,
            interchanges,
            accepted: self
                .accepted
                .iter()
                .map(|accepted| (accepted.day, accepted.prints.clone()))
                .collect(),
            accepted_by_name: self.accepted_again(contents, ledger)?,
            twins: numbered
                .filter(|(_, claim)| twin(claim))
                .map(|(ordinal, _)| ordinal)
                .collect(),
            sets,
            claims: around,
        })
    }

    /// The rejected claims that this one may have been.
    pub(super) fn candidates(&self, claim: &Listed) -> impl Iterator<Item = &Was> {
        let places = self.places.named(&self.claims, self.known_by(claim));
        places.iter().map(|&at| &self.claims[at])
    }

    /// Those of them that are the same in every byte.
    fn same(&self, claim: &Listed) -> impl Iterator<Item = &Was> {
        let name = self.known_by(claim);
        let places = self.places.same(&self.claims, name, claim.content);
        places.iter().map(|&at| &self.claims[at])
    }

    /// What the claim is looked up by; see [`Was::known_by`].
    fn known_by<'a>(&self, claim: &'a Listed) -> (Option<&'a str>, Option<i64>) {
        match &self.hash {
            Some(hash) => {
                let name = hash.name(claim.id.as_bytes(), claim.provider.as_bytes());
                (None, Some(name))
            }
            None => (Some(claim.id.as_str()), None),
        }
    }

    /// Whether the run, or a relative, accepted a claim of this name and frequency.
    pub(super) fn accepted(&self, claim: &Listed) -> bool {
        let by_ledger = self.hash.as_ref().is_some_and(|hash| {
            let name = hash.name(claim.id.as_bytes(), claim.provider.as_bytes());
            self.accepted_names
                .contains(&(name, claim.frequency.as_ref().to_owned()))
        });
        by_ledger
            || self
                .accepted
                .iter()
                .any(|accepted| accepted.times(claim) > 0)
    }

    /// The rejected claim that this one was, and marks it as come again. Of several of
    /// one CLM01, one that is the same in every byte, else one in the same transaction set,
    /// else one of the same provider, else the first. Where there is none, the one whose
    /// CLM01 was too long.
    pub(super) fn take(&mut self, claim: &Listed) -> Option<Was> {
        let name = self.known_by(claim);
        let best = (self.places)
            .find(&self.claims, name, claim)
            .or_else(|| self.shortened(claim));
        let rules_of_set = self.rules_of_set(&claim.envelope[2]);
        let Some(best) = best else {
            // Of a set that was rejected as a whole the findings name no claim, and whoever
            // looked at it gave it another ST02, which no other set has.
            let is_new = !self.numbers[2].contains(&claim.envelope[2]);
            let rules = if rules_of_set.is_empty() && is_new && self.gave_group(&claim.envelope) {
                Some(self.rules_of_sets())
            } else {
                Some(rules_of_set).filter(|rules| !rules.is_empty())
            };
            let rules = rules.filter(|_| self.unlisted > 0)?;
            self.unlisted -= 1;
            return Some(Was {
                id: Some(claim.id.clone()),
                rules,
                ..Was::default()
            });
        };
        self.places.has_come(best);
        self.claims[best].matched = true;
        let mut was = self.claims[best].clone();
        if was.rules.is_empty() {
            was.rules = rules_of_set;
        }
        Some(was)
    }

    /// The rejected claim that this one is with its CLM01 made shorter.
    pub(super) fn shortened(&self, claim: &Listed) -> Option<usize> {
        shortened(&self.claims, &self.too_long, claim)
    }

    /// The claims that did not come again, of the files of which some came: held claims are not
    /// missing where rejects are run again, nor the other way round.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Was> {
        let came = |held| {
            let mut claims = self.claims.iter();
            claims.any(|claim| claim.held == held && claim.matched)
        };
        let held_came = came(true);
        let kinds = [came(false) || !held_came, held_came];
        self.claims
            .iter()
            .filter(move |claim| !claim.matched && kinds[usize::from(claim.held)])
    }
}

/// What follows the stem in the name of a manifest.
pub(super) const MANIFEST: &str = ".manifest.json";

/// Where the manifest of a run that the ledger knows was published.
pub(super) fn manifest_of(record: &RunRecord) -> PathBuf {
    Path::new(&record.folder).join(format!("{}{MANIFEST}", record.stem))
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

/// Whether the rule says that the claim was billed already: by one in the same input
/// (DUP001), or by one that was accepted before (DUP003). Which of the two fires depends
/// on the other claim's place only.
pub(super) fn is_twin(rule: &str) -> bool {
    [
        claim_twice_in_batch::RULE.code,
        claim_accepted_before::RULE.code,
    ]
    .contains(&rule)
}
