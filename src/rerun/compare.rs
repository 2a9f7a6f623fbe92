//! What became of each claim, and how it is told.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::Path;

use super::RerunError;
use super::around;
use super::earlier::{EarlierRun, is_twin};
use super::listing::{self, Contents, Listed};
use super::told::{self, Code, Told, ToldClaim};
use super::was::Above;
use crate::emit::exclusive::Exclusive;
use crate::emit::publish::{Output, sync_folder};
use crate::emit::stale;
use crate::rules::duplicates::claim_accepted_before;
use crate::rules::syntax::hierarchy_broken;

/// What became of a claim.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Rejected then, not rejected now.
    Fixed,
    /// Rejected now by a rule that rejected it then.
    StillFailing,
    /// Rejected now by other rules only.
    NewlyFailing,
    /// Held then, and among the claims that go out now.
    Released,
    /// Held then and now.
    StillHeld,
    /// Rejected or held then, and not in the rerun, which has others of that file.
    Missing,
    /// Accepted by that run, or by another rerun of it, and in this rerun once more.
    AcceptedAlready,
    /// In the rerun, but neither rejected nor held nor accepted by that run.
    NotFromThatRun,
}

impl Standing {
    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Standing::Fixed => "fixed",
            Standing::StillFailing => "still failing",
            Standing::NewlyFailing => "newly failing",
            Standing::Released => "held then, goes out now",
            Standing::StillHeld => "still held",
            Standing::Missing => "missing from the rerun",
            Standing::AcceptedAlready => "accepted already",
            Standing::NotFromThatRun => "not from that run",
        }
    }
}

/// By what a claim that was rejected passes now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FixedBy {
    /// The claim, or a level above it, was changed.
    Correction,
    /// A fix of the rerun changed the claim.
    Fix,
    /// The claim is as it was. The fault was around it, in control numbers, counts or
    /// hierarchy, which the rejects file has right; somebody has looked at it, since the
    /// transaction set was changed or the file confirmed.
    Surroundings,
    /// Nothing: a rule that rejected it is told again, but only warns in this run, by the
    /// configuration or by `--unchecked`.
    Severity,
}

/// A claim of the report.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Entry {
    /// CLM01; `null` for a missing claim that only the ledger remembers.
    pub claim_id: Option<String>,
    /// Its place in the rerun, from 1.
    pub claim_ordinal: Option<u64>,
    /// Its place in the input of the earlier run, from 1, if that is known.
    pub earlier_ordinal: Option<u64>,
    /// What became of it.
    pub standing: Standing,
    /// The rules that rejected it then.
    pub was: Vec<Cow<'static, str>>,
    /// The rules that reject it now.
    pub now: Vec<Cow<'static, str>>,
    /// By what it passes, if it does and that can be told.
    pub fixed_by: Option<FixedBy>,
    /// What above it is not what it was: corrected, or the claim stands in another's level
    /// since its own is lost.
    pub differs: Vec<Above>,
}

/// The report of a rerun, `<stem>.rerun.json`.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Report {
    /// Identity of the new run.
    pub run: String,
    /// Identities of the run it is a rerun of, of the one before that, and so on.
    pub rerun_of: Vec<String>,
    /// Claims by what became of them.
    pub totals: std::collections::BTreeMap<Standing, u64>,
    /// Rejected claims of the earlier run that nothing tells of any more, because its
    /// rejects file was changed in place; whether they came again can't be said.
    pub unlisted: u64,
    /// Whether claims are rejected only because nobody has looked at what was wrong around.
    #[serde(skip)]
    pub unreviewed: bool,
    /// Each claim of the rerun in its order, then those that are missing.
    pub claims: Vec<Entry>,
}

impl Report {
    /// Publishes the report as `<stem>.rerun.json`, and says so.
    ///
    /// # Errors
    /// When the folder does not take it.
    pub fn write(&self, folder: &Path, stem: &str) -> io::Result<String> {
        let mut output = Output::new(folder, &format!("{stem}.rerun.json"), false);
        serde_json::to_writer_pretty(&mut output, self)?;
        output.write_all(b"\n")?;
        output.finish()?;
        let name = output.name().to_owned();
        let _exclusive = Exclusive::wait(folder);
        if stale::manifest(folder, stem).is_some_and(|there| there.run != self.run) {
            return Err(io::Error::other(
                "another run has put its outputs there since",
            ));
        }
        output.publish()?;
        sync_folder(folder)?;
        Ok(name)
    }

    /// Compares a finished rerun, whose manifest is `manifest`, with the run before it.
    /// `contents` are those of its input; their claims are marked as come again.
    ///
    /// # Errors
    /// When a file of the rerun can't be read, or another run has taken its place.
    pub fn new(
        earlier: &mut EarlierRun,
        contents: &Contents,
        manifest: &Path,
    ) -> Result<Report, RerunError> {
        let (path, claims) = (manifest, &contents.claims);
        let folder = path.parent().unwrap_or(Path::new(""));
        let manifest = told::manifest(path)?;
        if manifest.input.blake3 != contents.hash {
            return Err(RerunError::Replaced {
                manifest: path.display().to_string(),
            });
        }
        let told = Told::read(folder, &manifest)?;
        let told_of: HashMap<u64, &ToldClaim> = told
            .claims
            .iter()
            .map(|claim| (claim.ordinal, claim))
            .collect();
        let mut rejected: HashMap<u64, u64> = HashMap::new();
        if let Some(published) = manifest.outputs.get("rejects") {
            let path = folder.join(&published.file);
            let mut count = |claim: Listed| *rejected.entry(claim.content).or_default() += 1;
            listing::each(&path, folder, &mut count).map_err(|error| RerunError::Unreadable {
                file: path.display().to_string(),
                error,
            })?;
        }
        let mut report = Report {
            run: manifest.run.clone(),
            rerun_of: manifest.rerun_of.clone(),
            totals: std::collections::BTreeMap::new(),
            unlisted: 0,
            unreviewed: told.unreviewed,
            claims: Vec::with_capacity(claims.len()),
        };
        let mut sets: HashMap<[String; 3], Vec<String>> = HashMap::new();
        let maps = manifest.control_numbers.iter();
        for map in maps.filter(|map| !map.around.is_empty()) {
            sets.entry(map.input).or_default().extend(map.around);
        }
        let mended = told::mended(folder, &manifest)?;
        let own_rules = |ordinal: u64| told_of.get(&ordinal).map_or(&[][..], |claim| &claim.rules);
        // Of twins that are the same byte for byte, the rejected one has rules of its own,
        // so only what is left of them counts for claims without.
        for (ordinal, claim) in (1_u64..).zip(claims) {
            if !own_rules(ordinal).is_empty()
                && let Some(left) = rejected.get_mut(&claim.content)
            {
                *left = left.saturating_sub(1);
            }
        }
        for (ordinal, claim) in (1_u64..).zip(claims) {
            let own = own_rules(ordinal);
            let mut is_rejected = !own.is_empty();
            if !is_rejected
                && let Some(left) = rejected.get_mut(&claim.content)
                && *left > 0
            {
                *left -= 1;
                is_rejected = true;
            }
            let now = if is_rejected {
                let of_set = sets.get(&*claim.envelope).map_or(&[][..], Vec::as_slice);
                around::rules(own, of_set, &told, &claim.envelope)
            } else {
                Vec::new()
            };
            let held = told_of.get(&ordinal).is_some_and(|claim| claim.held);
            let mut entry = entry(earlier, claim, ordinal, (is_rejected, held), now);
            if entry.standing == Standing::Fixed {
                // HL numbers that only warn come out right.
                let only_warns = |rule: &Code| {
                    let told = told_of.get(&ordinal);
                    *rule != hierarchy_broken::RULE.code
                        && told.is_some_and(|claim| claim.warned.contains(rule))
                };
                if entry.was.iter().any(only_warns) {
                    entry.fixed_by = Some(FixedBy::Severity);
                } else if mended.contains(&ordinal) {
                    entry.fixed_by = Some(FixedBy::Fix);
                }
            }
            report.add(entry);
        }
        report.unlisted = earlier.unlisted;
        Ok(report)
    }

    /// Adds what is missing, once all files of the rerun are compared.
    pub fn close(&mut self, earlier: &EarlierRun) {
        for was in earlier.missing() {
            self.add(Entry {
                claim_id: was.id.clone(),
                claim_ordinal: None,
                earlier_ordinal: was.ordinal,
                standing: Standing::Missing,
                was: was.rules.clone(),
                now: Vec::new(),
                fixed_by: None,
                differs: Vec::new(),
            });
        }
    }

    fn add(&mut self, entry: Entry) {
        *self.totals.entry(entry.standing).or_default() += 1;
        self.claims.push(entry);
    }
}

/// Whether a rule that rejected the claim then rejects it now.
fn still_fails(was: &[Code], now: &[Code]) -> bool {
    was.iter().any(|rule| now.contains(rule))
        || (was.iter().any(|rule| is_twin(rule)) && now.iter().any(|rule| is_twin(rule)))
}

fn entry(
    earlier: &mut EarlierRun,
    claim: &Listed,
    ordinal: u64,
    (is_rejected, is_held): (bool, bool),
    now: Vec<Code>,
) -> Entry {
    let was = earlier.take(claim);
    let standing = match &was {
        None if earlier.accepted(claim) => Standing::AcceptedAlready,
        None => Standing::NotFromThatRun,
        Some(was) if was.held && is_held => Standing::StillHeld,
        Some(was) if was.held && !is_rejected => Standing::Released,
        Some(_) if !is_rejected => Standing::Fixed,
        Some(was) if still_fails(&was.rules, &now) => Standing::StillFailing,
        Some(_) if now == [claim_accepted_before::RULE.code] => Standing::AcceptedAlready,
        Some(_) => Standing::NewlyFailing,
    };
    let fixed_by = was
        .as_ref()
        .and_then(|was| was.content)
        .filter(|_| standing == Standing::Fixed)
        .and_then(|content| {
            if content != claim.content {
                return Some(FixedBy::Correction);
            }
            let rules = was.as_ref().map_or(&[][..], |was| &was.rules);
            around::all_lie_around(rules).then_some(FixedBy::Surroundings)
        });
    let differs = was.as_ref().map(|was| was.differs(claim));
    Entry {
        claim_id: Some(claim.id.clone()),
        claim_ordinal: Some(ordinal),
        earlier_ordinal: was.as_ref().and_then(|was| was.ordinal),
        standing,
        was: was.map(|was| was.rules).unwrap_or_default(),
        now,
        fixed_by,
        differs: differs.unwrap_or_default(),
    }
}
