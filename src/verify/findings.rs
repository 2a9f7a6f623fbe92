//! The findings of a run, counted again.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::error::VerifyError;
use super::report::Report;
use crate::emit::manifest::{Manifest, RuleRecord};
use crate::stored::plain;

#[derive(serde::Deserialize)]
struct Line {
    claim_id: Option<String>,
    verdict: String,
    findings: Vec<Told>,
}

#[derive(serde::Deserialize)]
struct Told {
    rule: String,
    severity: String,
}

/// Every finding stands in the file as often as the manifest says, and as many claims
/// are warned or unchecked.
pub(super) fn prove(
    path: &Path,
    file: &str,
    manifest: &Manifest,
    report: &mut Report,
) -> Result<(), VerifyError> {
    let unreadable = VerifyError::output_unreadable(file);
    let mut rules: BTreeMap<String, RuleRecord> = BTreeMap::new();
    let [mut lines, mut warned, mut unchecked, mut all] = [0_u64; 4];
    for line in BufReader::new(plain(path).map_err(unreadable)?).lines() {
        lines += 1;
        let line: Line = serde_json::from_str(&line.map_err(unreadable)?)
            .map_err(|_| VerifyError::differs(file, format!("line {lines} holds no findings")))?;
        if line.claim_id.is_some() {
            warned += u64::from(line.verdict == "warned");
            unchecked += u64::from(line.verdict == "unchecked");
        }
        for told in line.findings {
            all += 1;
            let counts = rules.entry(told.rule).or_default();
            match told.severity.as_str() {
                "reject" => counts.reject += 1,
                "warn" => counts.warn += 1,
                _ => counts.info += 1,
            }
        }
    }
    let totals = &manifest.totals;
    if rules != manifest.rules
        || (warned, unchecked) != (totals.warned.claims, totals.unchecked.claims)
    {
        return Err(VerifyError::differs(
            file,
            "its findings are not those the manifest counts",
        ));
    }
    report.say(&format!(
        "{file} tells {all} findings, as the manifest counts them"
    ));
    Ok(())
}
