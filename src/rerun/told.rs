//! What a run told of its claims: its manifest and its findings, read again.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use super::RerunError;
use crate::emit::fixes::FixRecord;
use crate::emit::manifest::{FORMAT, Manifest};
use crate::emit::record::LEVEL;
use crate::rules::registry;
use crate::rules::telehealth::leaves_unchecked;
use crate::rules::unreviewed::{is_of_the_run_before, may_lie_around};
use crate::scrub::item::Fate;
use crate::scrub::known::Unreviewed;
use crate::stored::plain;

/// The findings of a run.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Claims with findings, in the order of the input.
    pub claims: Vec<ToldClaim>,
    sets: Vec<ToldSet>,
    /// Whether a fault is told only because nobody has looked at it since the run before.
    pub unreviewed: bool,
    /// What became of claims that an unknown policy governs.
    unchecked: Fate,
}

/// Faults of a transaction set, group or interchange.
#[derive(Debug)]
struct ToldSet {
    /// ISA13, GS06 and ST02, as far as they are open.
    names: [Option<String>; 3],
    faults: Vec<Said>,
}

/// The code of a rule; a word of its own only where another version knew it.
pub(super) type Code = Cow<'static, str>;

/// The code that a file names.
pub(super) fn code(named: &str) -> Code {
    match registry::find(named) {
        Some(rule) => Cow::Borrowed(rule.code),
        None => Cow::Owned(named.to_owned()),
    }
}

/// A rule, and what was wrong by it.
type Said = (Code, String);

/// A claim with findings.
#[derive(Debug)]
pub(super) struct ToldClaim {
    pub id: String,
    /// Its place in the input of the run, from 1.
    pub ordinal: u64,
    /// ISA13, GS06 and ST02 in the input of the run.
    pub envelope: Arc<[String; 3]>,
    /// Whether it went to the rejects.
    pub rejected: bool,
    /// Whether it was held.
    pub held: bool,
    /// The rules that only warn of it.
    pub warned: Vec<Code>,
    /// The identifier of its payer.
    pub payer: Option<Arc<str>>,
    /// The rules that reject it, or leave it unchecked where that does.
    pub rules: Vec<Code>,
    /// Faults that may lie around it, in the levels above.
    pub around: Vec<Unreviewed>,
}

#[derive(serde::Deserialize)]
struct Line {
    claim_id: Option<String>,
    claim_ordinal: Option<u64>,
    scope: Option<String>,
    verdict: String,
    interchange: Option<String>,
    group: Option<String>,
    transaction: Option<String>,
    payer: Option<Payer>,
    findings: Vec<Finding>,
}

#[derive(serde::Deserialize)]
struct Payer {
    id: Option<String>,
}

#[derive(serde::Deserialize)]
struct Finding {
    rule: String,
    severity: String,
    message: String,
}

impl Told {
    /// Reads the findings of the run with this manifest; none when it has none.
    pub(super) fn read(folder: &Path, manifest: &Manifest) -> Result<Told, RerunError> {
        let mut told = Told {
            unchecked: manifest.unchecked.unwrap_or_default(),
            ..Told::default()
        };
        let Some(published) = manifest.outputs.get("findings") else {
            return Ok(told);
        };
        let path = folder.join(&published.file);
        let mut read = || {
            for line in BufReader::new(plain(&path)?).lines() {
                told.take(serde_json::from_str(&line?)?);
            }
            Ok(())
        };
        read().map_err(|error| RerunError::Unreadable {
            file: path.display().to_string(),
            error,
        })?;
        Ok(told)
    }

    fn take(&mut self, line: Line) {
        let for_unchecked = line.verdict == "unchecked" && self.unchecked == Fate::Rejected;
        let rejected = line.verdict == "rejected" || for_unchecked;
        let (said, warned): (Vec<Finding>, Vec<Finding>) =
            line.findings.into_iter().partition(|finding| {
                finding.severity == "reject" || for_unchecked && leaves_unchecked(&finding.rule)
            });
        let mut said: Vec<Said> = said
            .into_iter()
            .map(|finding| (code(&finding.rule), finding.message))
            .collect();
        self.unreviewed |= said.iter().any(|(_, said)| is_of_the_run_before(said));
        // Of several of one rule the first is told.
        said.sort_by(|(rule, _), (other, _)| rule.cmp(other));
        said.dedup_by(|(rule, _), (other, _)| rule == other);
        // From references: what is collected in place keeps the room of all that was said.
        let warned = warned.iter().map(|finding| code(&finding.rule)).collect();
        let rules = said.iter().map(|(rule, _)| rule.clone()).collect();
        let envelope = [line.interchange, line.group, line.transaction];
        match line.claim_id {
            Some(id) => self.claims.push(ToldClaim {
                id,
                ordinal: line.claim_ordinal.unwrap_or(0),
                envelope: self.shared(envelope.map(Option::unwrap_or_default)),
                rejected,
                held: line.verdict == "unchecked" && self.unchecked == Fate::Held,
                warned,
                payer: line.payer.and_then(|payer| payer.id).map(Arc::from),
                around: said
                    .iter()
                    .filter(|(rule, _)| may_lie_around(rule))
                    .filter_map(|(rule, said)| unreviewed(rule, Some(said)))
                    .collect(),
                rules,
            }),
            // What a level without claims lacks is no fault of the claims beside it.
            None if rejected && line.scope.as_deref() != Some(LEVEL) => self.sets.push(ToldSet {
                names: envelope,
                faults: said,
            }),
            None => {}
        }
    }

    /// This envelope, which that of the claim before may be as well.
    fn shared(&self, envelope: [String; 3]) -> Arc<[String; 3]> {
        match self.claims.last() {
            Some(before) if *before.envelope == envelope => before.envelope.clone(),
            _ => Arc::new(envelope),
        }
    }

    /// The rules that reject what stands in this envelope as a whole.
    pub(super) fn of_set(&self, envelope: &[String; 3]) -> Vec<Code> {
        let faults = self.around(envelope);
        let mut rules: Vec<Code> = faults.map(|(rule, _)| rule.clone()).collect();
        rules.sort();
        rules.dedup();
        rules
    }

    /// What was wrong by this rule with what stands in this envelope.
    pub(super) fn said(&self, envelope: &[String; 3], rule: &str) -> Option<&str> {
        let mut faults = self.around(envelope).filter(|(of, _)| of == rule);
        faults.next().map(|(_, said)| said.as_str())
    }

    fn around(&self, envelope: &[String; 3]) -> impl Iterator<Item = &Said> {
        let is_around = move |set: &&ToldSet| {
            let mut pairs = set.names.iter().zip(envelope);
            pairs.all(|(name, own)| name.as_ref().is_none_or(|name| name == own))
        };
        let around = self.sets.iter().filter(is_around);
        around.flat_map(|set| &set.faults)
    }

    /// The rejected claims, or those held, by CLM01 and envelope, each with its rules, in order.
    pub(super) fn by_name(
        &self,
        held: bool,
    ) -> HashMap<(&str, &[String; 3]), VecDeque<&ToldClaim>> {
        let mut claims: HashMap<_, VecDeque<_>> = HashMap::new();
        let is_wanted = |claim: &&ToldClaim| if held { claim.held } else { claim.rejected };
        for claim in self.claims.iter().filter(is_wanted) {
            let name = (claim.id.as_str(), &*claim.envelope);
            claims.entry(name).or_default().push_back(claim);
        }
        claims
    }
}

/// A fault of this rule that nobody has looked at since; where nothing tells what was said
/// of it, the rule's name does.
pub(super) fn unreviewed(rule: &str, said: Option<&str>) -> Option<Unreviewed> {
    let rule = registry::find(rule)?;
    let said = said.map_or_else(|| rule.name.replace('-', " "), str::to_owned);
    Some(Unreviewed {
        rule: rule.code,
        said,
    })
}

/// Reads a manifest of a run that came to an end.
pub(super) fn manifest(path: &Path) -> Result<Manifest, RerunError> {
    let file = || path.display().to_string();
    let opened = File::open(path).map_err(|error| RerunError::Unreadable {
        file: file(),
        error,
    })?;
    serde_json::from_reader(BufReader::new(opened))
        .ok()
        .filter(|manifest: &Manifest| manifest.format == FORMAT && manifest.status == "scrubbed")
        .ok_or_else(|| RerunError::Manifest { file: file() })
}

/// The claims that fixes changed in the run with this manifest, by their places in its input.
pub(super) fn mended(folder: &Path, manifest: &Manifest) -> Result<HashSet<u64>, RerunError> {
    let Some(published) = manifest.outputs.get("fixes") else {
        return Ok(HashSet::new());
    };
    let path = folder.join(&published.file);
    let read = || {
        let mut mended = HashSet::new();
        for line in BufReader::new(plain(&path)?).lines() {
            let fix: FixRecord = serde_json::from_str(&line?)?;
            mended.extend(fix.claim_ordinal);
        }
        Ok(mended)
    };
    read().map_err(|error| RerunError::Unreadable {
        file: path.display().to_string(),
        error,
    })
}
