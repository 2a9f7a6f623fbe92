//! The format of `telescrub.toml`, as serde reads it and the published schema shows it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::watch::Watch;
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
