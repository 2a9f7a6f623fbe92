//! A user's policy folder, read whole or refused whole.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::builtin::{Builtin, POLICIES};
use super::compile::compile;
use super::document::Document;
use super::error::{PolicyError, Problem, read_text};
use super::payers;
use super::tables::Policy;
use crate::value::Confidence;

/// The file of a folder that maps payer ids.
const PAYERS_FILE: &str = "payers.toml";

/// How deep folders are followed: enough for any order a person keeps, and an end
/// to links that turn in a circle.
const MAX_DEPTH: u32 = 4;

/// What a folder holds.
#[derive(Default)]
pub(super) struct Overlay {
    pub(super) policies: Vec<Policy>,
    /// Policy keys by payer id, and how sure it is that the id is the payer's.
    pub(super) payers: BTreeMap<String, (String, Confidence)>,
    /// Texts by their path below the folder.
    pub(super) texts: BTreeMap<String, String>,
}

/// A payer id still to be checked, with where it stands.
struct Claimed {
    id: String,
    key: String,
    confidence: Confidence,
    file: String,
    line: u32,
}

impl Overlay {
    /// Reads a folder. `known` tells whether the book has a policy of a key already.
    pub(super) fn read(
        dir: &Path,
        known: impl Fn(&str) -> bool,
    ) -> Result<Overlay, Vec<PolicyError>> {
        let mut overlay = Overlay::default();
        let mut errors = Vec::new();
        let mut claimed = Vec::new();
        let mut holders: BTreeMap<String, String> = BTreeMap::new();
        for path in files(dir, &mut errors) {
            let name = path.strip_prefix(dir).unwrap_or(&path);
            let name = name.to_string_lossy().replace('\\', "/");
            let text = match read_text(&path, &name) {
                Ok(text) => text,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            overlay.texts.insert(name.clone(), text.clone());
            if name == PAYERS_FILE {
                let (ids, found) = payers::read(&name, &text);
                errors.extend(found);
                claimed.extend(ids.into_iter().map(|payer| Claimed {
                    id: payer.id,
                    key: payer.policy,
                    confidence: payer.confidence,
                    file: name.clone(),
                    line: payer.line,
                }));
                continue;
            }
            let Some((policy, line)) = read_policy(&name, text, &mut errors) else {
                continue;
            };
            if let Some(holder) = holders.insert(policy.key().to_owned(), name.clone()) {
                let what = policy.key().to_owned();
                errors.push(fault(&name, line, Problem::Taken { what, holder }));
            }
            claimed.extend(policy.payer_ids.iter().map(|id| Claimed {
                id: id.clone(),
                key: policy.key().to_owned(),
                confidence: Confidence::High,
                file: name.clone(),
                line,
            }));
            overlay.policies.push(policy);
        }
        for payer in claimed {
            if !known(&payer.key) && !holders.contains_key(&payer.key) {
                let mut known: Vec<String> = holders.keys().cloned().collect();
                known.extend(POLICIES.iter().map(|builtin| builtin.key.to_owned()));
                let key = payer.key;
                let problem = Problem::NoSuchPolicy { key, known };
                errors.push(fault(&payer.file, payer.line, problem));
                continue;
            }
            match overlay.payers.get(&payer.id) {
                Some((holder, _)) if *holder != payer.key => {
                    let (what, holder) = (payer.id, holder.clone());
                    let problem = Problem::Taken { what, holder };
                    errors.push(fault(&payer.file, payer.line, problem));
                }
                _ => {
                    overlay
                        .payers
                        .insert(payer.id, (payer.key, payer.confidence));
                }
            }
        }
        if errors.is_empty() {
            Ok(overlay)
        } else {
            errors.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
            Err(errors)
        }
    }
}

/// One file as a policy with the line of its key; `None` when it has no header.
fn read_policy(name: &str, text: String, errors: &mut Vec<PolicyError>) -> Option<(Policy, u32)> {
    let (document, found) = Document::read(name, Cow::Owned(text), true);
    errors.extend(found);
    let at = document.header.as_ref()?;
    let line = at.line;
    let mut base = Vec::new();
    if let Some(key) = at.header.extends.as_deref() {
        if let Some(builtin) = Builtin::find(key) {
            base = builtin.documents().0;
        } else {
            let known = POLICIES.iter().map(|builtin| builtin.key.to_owned());
            let problem = Problem::NoSuchPolicy {
                key: key.to_owned(),
                known: known.collect(),
            };
            errors.push(fault(name, line, problem));
        }
    }
    let (policy, found) = compile(&[document], &base);
    errors.extend(found);
    Some((policy, line))
}

/// The `*.toml` files of a folder and the folders below it, in order.
fn files(dir: &Path, errors: &mut Vec<PolicyError>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(dir, MAX_DEPTH, &mut found, errors);
    found.sort();
    found
}

fn collect(dir: &Path, depth: u32, found: &mut Vec<PathBuf>, errors: &mut Vec<PolicyError>) {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => {
            let name = dir.to_string_lossy();
            errors.push(fault(&name, 0, Problem::Unreadable(error.to_string())));
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if path.is_dir() && !hidden && depth > 0 {
            collect(&path, depth - 1, found, errors);
        } else if !hidden && path.extension().is_some_and(|end| end == "toml") {
            found.push(path);
        }
    }
}

fn fault(file: &str, line: u32, problem: Problem) -> PolicyError {
    PolicyError {
        file: file.to_owned(),
        line,
        problem,
    }
}
