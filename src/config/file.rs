//! The format of `telescrub.toml`, as serde reads it and the published schema shows it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::watch::{LONGEST_DAYS, LONGEST_SECONDS};
use crate::value::Confidence;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

/// The configuration of telescrub, telescrub.toml
#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    /// By payer id, as claims give it in 2010BB NM109
    #[serde(default)]
    pub(super) payers: BTreeMap<String, Payer>,
    /// By rule code, such as TEL104; `telescrub rules` lists them
    #[serde(default)]
    #[schemars(schema_with = "super::schema::rules")]
    pub(super) rules: Rules,
    /// Which policy is in force, and what its facts may do
    #[serde(default)]
    pub(super) policy: PolicySection,
    /// The drop folder of `telescrub watch`
    pub(super) watch: Option<Watch>,
}

/// Settings by rule code.
pub(super) type Rules = BTreeMap<Spanned<String>, RuleSetting>;

#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Payer {
    /// Key of the policy that governs this payer's claims, such as medicaid/TX
    #[schemars(with = "Option<String>")]
    pub(super) policy: Option<Spanned<String>>,
    /// Rules that are set differently for this payer
    #[serde(default)]
    #[schemars(schema_with = "super::schema::rules")]
    pub(super) rules: Rules,
}

#[derive(Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleSetting {
    /// What its findings do instead of what the rule says
    pub(super) severity: Level,
}

/// What a finding does.
#[derive(Deserialize, JsonSchema, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Takes the claim out of the clean file
    Reject,
    /// Leaves it in and says so
    Warn,
    /// Only explains
    Info,
    /// Is not told
    Off,
}

#[derive(Deserialize, JsonSchema, Default, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicySection {
    /// Facts below this confidence only warn; medium if left out
    #[schemars(with = "Option<super::schema::ConfidenceWord>")]
    pub(super) reject_at: Option<Confidence>,
    /// Folder of policy files laid over the built-in policy, as `--policy` does; a
    /// relative path starts at the folder of this file
    pub(super) folder: Option<PathBuf>,
}

/// The drop folder.
#[derive(Deserialize, JsonSchema, Clone, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// Holds inbox/, outbox/ and so on itself, or one folder a submitter that does; a
    /// relative path starts at the folder of this file
    pub root: PathBuf,
    /// Seconds an upload must stand unchanged before it is taken; a quarter of them when
    /// it ends with a complete IEA segment
    #[serde(default = "settle_seconds")]
    #[schemars(range(min = 0, max = LONGEST_SECONDS))]
    pub settle_seconds: u64,
    /// Seconds between two looks through the boxes; changes the system tells of are
    /// looked at sooner
    #[serde(default = "scan_seconds")]
    #[schemars(range(min = 1, max = LONGEST_SECONDS))]
    pub scan_seconds: u64,
    /// Mode of published files, in octal: 0640 gives them the group of the outbox and lets
    /// it read them
    #[serde(default = "output_mode")]
    pub output_mode: String,
    /// Whether outputs are read back before they are published, as `scrub --verify` does
    #[serde(default = "verify")]
    pub verify: bool,
    /// Whether a file whose content was answered before is scrubbed again, and claims
    /// that were accepted before are accepted again: no ledger is kept then
    #[serde(default)]
    pub accept_duplicates: bool,
    /// The ledger of what was accepted; .telescrub/ledger.db in the root if left out. A
    /// relative path starts at the folder of this file
    pub ledger: Option<PathBuf>,
    /// Megabytes a compressed file may grow to; a thousand times its size, and at least
    /// 1 GiB, if left out
    pub max_unpacked_mb: Option<u64>,
    /// Where metrics are written for the node exporter's textfile collector
    pub metrics_file: Option<PathBuf>,
    /// Loopback port for /metrics and /healthz
    pub metrics_port: Option<u16>,
    /// Days after which a policy that was not gathered anew warns
    #[serde(default = "policy_age_days")]
    #[schemars(range(min = 0, max = LONGEST_DAYS))]
    pub policy_age_days: i64,
    /// Names of a submitter's folders
    #[serde(default)]
    pub folders: FolderNames,
}

/// Names of a submitter's folders.
#[derive(Deserialize, JsonSchema, Clone, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields, default)]
pub struct FolderNames {
    /// New claim files
    pub inbox: String,
    /// Corrected rejects
    pub rerun: String,
    /// Answers
    pub outbox: String,
    /// Inputs that were answered
    pub archive: String,
    /// Inputs that could not be
    pub quarantine: String,
}

impl Default for FolderNames {
    fn default() -> Self {
        FolderNames {
            inbox: "inbox".to_owned(),
            rerun: "rerun".to_owned(),
            outbox: "outbox".to_owned(),
            archive: "archive".to_owned(),
            quarantine: "quarantine".to_owned(),
        }
    }
}

fn scan_seconds() -> u64 {
    5
}

/// What nobody looks at must be proven by itself.
fn verify() -> bool {
    true
}

/// Readable by the owner only.
fn output_mode() -> String {
    "0600".to_owned()
}

/// Half a year: state programs change their pages about once a quarter.
fn policy_age_days() -> i64 {
    180
}

/// Long enough for a slow upload's pauses, short enough that nobody waits for it.
fn settle_seconds() -> u64 {
    10
}
