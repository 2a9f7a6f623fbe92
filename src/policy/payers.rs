//! Which policy governs which payer id.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::error::{PolicyError, Problem};
use super::schema::SourceEntry;
use crate::value::Confidence;

/// A `payers.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PayersFile {
    #[serde(default)]
    sources: std::collections::BTreeMap<String, SourceEntry>,
    #[serde(default)]
    payer: Vec<Spanned<PayerRow>>,
}

/// Payer ids and the policy that governs them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PayerRow {
    ids: Vec<String>,
    policy: String,
    source: Vec<String>,
    confidence: Confidence,
    #[serde(rename = "note")]
    _note: Option<String>,
}

/// One payer id with where it stands.
pub(super) struct PayerId {
    pub(super) id: String,
    pub(super) policy: String,
    pub(super) confidence: Confidence,
    pub(super) line: u32,
}

/// Reads a `payers.toml`.
pub(super) fn read(file: &str, text: &str) -> (Vec<PayerId>, Vec<PolicyError>) {
    let line_of = |span: &Range<usize>| {
        let before = text.as_bytes().get(..span.start).unwrap_or_default();
        let ends = memchr::memchr_iter(b'\n', before).count();
        u32::try_from(ends + 1).unwrap_or(u32::MAX)
    };
    let fault = |line, problem| PolicyError {
        file: file.to_owned(),
        line,
        problem,
    };
    let parsed: PayersFile = match toml::from_str(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let line = error.span().map_or(0, |span| line_of(&span));
            let problem = super::document::problem_of(error.message());
            return (Vec::new(), vec![fault(line, problem)]);
        }
    };
    let mut ids = Vec::new();
    let mut errors = Vec::new();
    for row in parsed.payer {
        let line = line_of(&row.span());
        let row = row.into_inner();
        if row.source.is_empty() {
            errors.push(fault(line, Problem::NoSource));
        }
        for id in &row.source {
            if !parsed.sources.contains_key(id) {
                let known = parsed.sources.keys().cloned().collect();
                let id = id.clone();
                errors.push(fault(line, Problem::UnknownSource { id, known }));
            }
        }
        ids.extend(row.ids.into_iter().map(|id| PayerId {
            id,
            policy: row.policy.clone(),
            confidence: row.confidence,
            line,
        }));
    }
    (ids, errors)
}
