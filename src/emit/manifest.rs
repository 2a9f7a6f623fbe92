//! `manifest.json`: what was run, on what, with what result. Enough to prove the run
//! again years later.

use std::collections::BTreeMap;
use std::io::{self, BufWriter};

use super::envelope::ControlMaps;
use super::fixes::Fixes;
use super::publish::Published;
use crate::acknowledge::Answered;
use crate::scrub::item::Fate;
use crate::scrub::tally::Sum;
use crate::x12::survey::Survey;

/// The format of the manifest. A reader refuses one it does not know.
pub const FORMAT: u32 = 1;

/// A number of claims and their charges, as written.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Total {
    /// Claims.
    pub claims: u64,
    /// The sum of CLM02 in dollars, exact to the cent.
    pub charges: String,
}

impl Default for Total {
    fn default() -> Total {
        Sum::default().into()
    }
}

impl From<Sum> for Total {
    fn from(sum: Sum) -> Total {
        Total {
            claims: sum.claims,
            charges: sum.charges.to_string(),
        }
    }
}

/// The input of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputRecord {
    /// The name it was given by.
    pub file: String,
    /// Bytes, uncompressed.
    pub bytes: u64,
    /// BLAKE3 of those bytes.
    pub blake3: String,
    /// Interchanges, functional groups, transaction sets, and of those the 837P.
    pub interchanges: u64,
    /// Functional groups.
    pub groups: u64,
    /// Transaction sets.
    pub transaction_sets: u64,
    /// Transaction sets that are an 837P.
    pub transaction_sets_837p: u64,
}

impl InputRecord {
    /// What the survey saw of the input that was given by this name.
    #[must_use]
    pub fn of(file: String, survey: &Survey) -> InputRecord {
        InputRecord {
            file,
            bytes: survey.bytes,
            blake3: survey.hash.clone(),
            interchanges: survey.interchanges,
            groups: survey.groups,
            transaction_sets: survey.sets,
            transaction_sets_837p: survey.sets_837p,
        }
    }
}

/// Control totals. In = clean + held + rejected, or nothing is published.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// All claims of the input, as the survey counted them.
    #[serde(rename = "in")]
    pub input: Total,
    /// Claims in the clean file.
    pub clean: Total,
    /// Claims in the rejects file.
    pub rejected: Total,
    /// Claims in the held file.
    pub held: Total,
    /// Of the clean and held: claims that an unknown policy governs.
    pub unchecked: Total,
    /// Of the clean: claims with warnings.
    pub warned: Total,
    /// Of the clean and held: claims for therapy, the therapy rules of whose payer are not known.
    /// Nothing when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub therapy_unknown: Option<Total>,
    /// Claims seen inside other segments, of which a terminator is lost; none of those that came
    /// in. Nothing when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Total>,
}

/// Sums over the claims, byte by byte and in any order: claims that came in, less those
/// that fixes changed as they were, plus those as they are, equal those of the outputs. Empty
/// for an input that is refused.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimSums {
    /// Of the input; see [`crate::scrub::digest`].
    #[serde(rename = "in")]
    pub input: String,
    /// Of the outputs.
    pub out: String,
    /// Of the claims that fixes changed, before and after; nothing when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<[String; 2]>,
}

/// What the acknowledgements say.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnsweredRecord {
    /// Interchanges by the verdict of their TA1.
    pub interchanges: Verdicts,
    /// Transaction sets by the verdict of the 999.
    pub transaction_sets: Verdicts,
    /// Claims that the 277CA accepts: the clean and the held.
    pub accepted: Total,
    /// Claims that the 277CA rejects. Other rejected claims went with their interchange,
    /// group or transaction set, as the TA1 or the 999 says.
    pub rejected: Total,
}

/// Envelopes by verdict.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdicts {
    /// A.
    pub accepted: u64,
    /// E: accepted with errors noted.
    pub noted: u64,
    /// R.
    pub rejected: u64,
}

impl Verdicts {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.accepted + self.noted + self.rejected
    }
}

impl From<[u64; 3]> for Verdicts {
    fn from([accepted, noted, rejected]: [u64; 3]) -> Verdicts {
        Verdicts {
            accepted,
            noted,
            rejected,
        }
    }
}

impl From<Answered> for AnsweredRecord {
    fn from(answered: Answered) -> AnsweredRecord {
        AnsweredRecord {
            interchanges: answered.interchanges.into(),
            transaction_sets: answered.sets.into(),
            accepted: answered.accepted.into(),
            rejected: answered.rejected.into(),
        }
    }
}

/// Findings of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRecord {
    /// Findings that reject.
    pub reject: u64,
    /// Findings that warn.
    pub warn: u64,
    /// Findings that explain.
    pub info: u64,
}

/// How long the stages took, in milliseconds. The only part of the manifest that
/// differs between two runs on the same input.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timings {
    /// The survey of the envelopes.
    pub survey_ms: u64,
    /// Judging and writing.
    pub scrub_ms: u64,
    /// Reading the outputs back.
    pub verify_ms: u64,
}

/// The manifest.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// `scrubbed`, or `refused` when the input held nothing that could be judged.
    pub status: String,
    /// Why it was refused.
    pub reason: Option<String>,
    /// Program and version.
    pub program: String,
    /// Version of the policy data.
    pub policy: String,
    /// What "today" was.
    pub today: String,
    /// Identity of the run: the same input, policy, configuration and day give the
    /// same identity and the same verdicts.
    pub run: String,
    /// Of a rerun: identities of the run whose rejects were the input, of the run that
    /// was a rerun of, and so on to the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rerun_of: Vec<String>,
    /// Where claims went that an unknown policy governs, and nothing else was wrong with:
    /// `held` or `rejected`; nothing when to the clean file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unchecked: Option<Fate>,
    /// The input.
    pub input: InputRecord,
    /// The outputs by kind: `clean`, `rejects`, `held`, `annotated`, `findings`,
    /// `report`, `fixes`, `ta1`, `999`, `277ca`.
    pub outputs: BTreeMap<String, Published>,
    /// Control totals.
    pub totals: Totals,
    /// Sums over the claims themselves.
    pub claims: ClaimSums,
    /// What the acknowledgements say; nothing when none were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgements: Option<AnsweredRecord>,
    /// Findings by rule.
    pub rules: BTreeMap<String, RuleRecord>,
    /// Fixes that were applied; nothing when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixes: Option<Fixes>,
    /// Control numbers of the rejects (and held) file beside those of the input.
    pub control_numbers: ControlMaps,
    /// Whether the outputs were read back by an independent parser before publishing.
    pub verified: bool,
    /// How long it took.
    pub timings: Timings,
    /// BLAKE3 of the manifest as compact JSON, timings and this seal left empty: an
    /// altered manifest is told by it.
    pub seal: String,
}

impl Manifest {
    /// What the seal has to be.
    ///
    /// # Errors
    /// Never, for what can be written as JSON.
    pub fn right_seal(&self) -> io::Result<String> {
        let sealed = Manifest {
            timings: Timings::default(),
            seal: String::new(),
            ..self.clone()
        };
        // As it is written: it may be much longer than what is kept in memory.
        let mut hasher = BufWriter::new(blake3::Hasher::new());
        serde_json::to_writer(&mut hasher, &sealed)?;
        let hasher = hasher
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        Ok(hasher.finalize().to_string())
    }
}
