//! From a configuration to what claims are judged by.

use std::path::Path;

use super::Config;
use crate::policy::{PolicyBook, PolicyError, Problem};
use crate::scrub::judge::Judgement;
use crate::value::Date;

impl Config {
    /// The built-in rules and policies with this configuration's own over them, and
    /// those of `folder` (`--policy`) over all.
    ///
    /// # Errors
    /// Every fault of the policy files, or every payer whose policy there is not.
    pub fn judgement(
        &self,
        today: Date,
        folder: Option<&Path>,
    ) -> Result<Judgement, Vec<PolicyError>> {
        self.apply(today, folder, |_| false)
    }

    /// The same without a folder's policies, which `after` has: a payer that the configuration
    /// gives to one of those is governed as if it said nothing of him.
    ///
    /// # Errors
    /// As [`Config::judgement`].
    pub fn judgement_before(
        &self,
        today: Date,
        after: &Judgement,
    ) -> Result<Judgement, Vec<PolicyError>> {
        self.apply(today, None, |key| after.policies.find(key).is_some())
    }

    fn apply(
        &self,
        today: Date,
        folder: Option<&Path>,
        comes: impl Fn(&str) -> bool,
    ) -> Result<Judgement, Vec<PolicyError>> {
        let mut policies = PolicyBook::builtin();
        for folder in self.folder.as_deref().into_iter().chain(folder) {
            policies.overlay(folder)?;
        }
        let mut judgement =
            Judgement::new(today, policies).with_severities(self.severities.clone());
        judgement.reject_at = self.reject_at.unwrap_or(judgement.reject_at);
        let mut errors = Vec::new();
        for (payer, key, line) in &self.payers {
            match judgement.policies.find(key) {
                Some(policy) => judgement.governing.set(payer.as_bytes(), policy),
                None if comes(key) => {}
                None => errors.push(PolicyError {
                    file: self.name.clone(),
                    line: *line,
                    problem: Problem::NoSuchPolicy {
                        key: key.clone(),
                        known: judgement.policies.keys().map(str::to_owned).collect(),
                    },
                }),
            }
        }
        if errors.is_empty() {
            Ok(judgement)
        } else {
            Err(errors)
        }
    }
}
