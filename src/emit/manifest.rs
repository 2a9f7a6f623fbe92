//! `manifest.json`: what was run, on what, with what result. Enough to prove the run
//! again years later.

use std::collections::BTreeMap;

use super::envelope::ControlMap;
use super::fixes::Fixes;
use super::publish::Published;

/// The format of the manifest. A reader refuses one it does not know.
pub const FORMAT: u32 = 1;

/// A number of claims and their charges, as written.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Total {
    /// Claims.
    pub claims: u64,
    /// The sum of CLM02 in dollars, exact to the cent.
    pub charges: String,
}

impl From<crate::scrub::tally::Sum> for Total {
    fn from(sum: crate::scrub::tally::Sum) -> Total {
        Total {
            claims: sum.claims,
            charges: sum.charges.to_string(),
        }
    }
}

/// The input of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
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

/// Control totals. In = clean + held + rejected, or nothing is published.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
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
}

/// Findings of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
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
    /// same identity and the same outputs.
    pub run: String,
    /// Of a rerun: identities of the run whose rejects were the input, of the run that
    /// was a rerun of, and so on to the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rerun_of: Vec<String>,
    /// The input.
    pub input: InputRecord,
    /// The outputs by kind: `clean`, `rejects`, `held`, `annotated`, `findings`,
    /// `report`, `fixes`.
    pub outputs: BTreeMap<String, Published>,
    /// Control totals.
    pub totals: Totals,
    /// Findings by rule.
    pub rules: BTreeMap<String, RuleRecord>,
    /// Fixes that were applied; nothing when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixes: Option<Fixes>,
    /// Control numbers of the rejects (and held) file beside those of the input.
    pub control_numbers: Vec<ControlMap>,
    /// Whether the outputs were read back by an independent parser before publishing.
    pub verified: bool,
    /// How long it took.
    pub timings: Timings,
}
