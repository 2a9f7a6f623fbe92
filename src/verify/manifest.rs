//! A manifest and everything it speaks of.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::read_back::{ReadBack, hash_file, plain, read_back};
use super::{VerifyError, answers};
use crate::emit::fixes::FixRecord;
use crate::emit::manifest::{AnsweredRecord, FORMAT, Manifest, Total};
use crate::emit::publish::Published;
use crate::value::Cents;

/// What was proved, a line each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    lines: Vec<String>,
}

impl Report {
    fn say(&mut self, line: String) {
        self.lines.push(line);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "proved: {line}")?;
        }
        Ok(())
    }
}

/// Proves the run a manifest speaks of. The input is asked too when it is given or
/// stands beside the manifest under its name.
///
/// # Errors
/// At the first thing that is not as the manifest says.
pub fn manifest(path: &Path, input: Option<&Path>) -> Result<Report, VerifyError> {
    let file = path.display().to_string();
    let text = std::fs::read(path).map_err(|error| VerifyError::Unreadable {
        file: file.clone(),
        error,
    })?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| VerifyError::Manifest {
            file: file.clone(),
            reason: format!("line {}", error.line()),
        })?;
    if manifest.format != FORMAT {
        return Err(VerifyError::Manifest {
            file,
            reason: format!("format {}", manifest.format),
        });
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut report = Report::default();
    let mut written = ReadBack::default();
    for (kind, published) in &manifest.outputs {
        let output = folder.join(&published.file);
        let unreadable = |error| VerifyError::Unreadable {
            file: published.file.clone(),
            error,
        };
        let (bytes, hash) = hash_file(&output).map_err(unreadable)?;
        if bytes != published.bytes || hash != published.blake3 {
            return Err(VerifyError::Differs {
                file: published.file.clone(),
                what: format!(
                    "its {bytes} bytes are not the {} bytes that were published",
                    published.bytes
                ),
            });
        }
        report.say(format!(
            "{} has the {bytes} bytes that were published",
            published.file
        ));
        let total = match kind.as_str() {
            "clean" => &manifest.totals.clean,
            "rejects" => &manifest.totals.rejected,
            "held" => &manifest.totals.held,
            "ta1" | "999" | "277ca" => {
                prove_answers(&output, kind, published, &manifest, &mut report)?;
                continue;
            }
            "fixes" => {
                prove_fixes(&output, &published.file, &manifest, &mut report)?;
                continue;
            }
            _ => continue,
        };
        let found = read_back(&output, None)?;
        same(&published.file, &found, total)?;
        let reader = if found.independent {
            "two parsers agree on it"
        } else {
            "one parser read it"
        };
        report.say(format!(
            "{} holds {} claims with ${} in {} transaction sets; {reader}",
            published.file, found.claims, found.charges, found.transaction_sets
        ));
        written.claims += found.claims;
        written.charges = written.charges.plus(found.charges);
        written.digest = written.digest.wrapping_add(found.digest);
    }
    if manifest.status == "scrubbed" {
        same(&file, &written, &manifest.totals.input)?;
        report.say(format!(
            "claims and charges in are those that went out: {} with ${}",
            written.claims, written.charges
        ));
    }
    let beside = folder.join(&manifest.input.file);
    let input = input.or_else(|| beside.is_file().then_some(beside.as_path()));
    if let Some(input) = input {
        prove_input(input, &manifest, &mut report)?;
    }
    Ok(report)
}

/// An acknowledgement keeps to its guide and says what the manifest says it does.
fn prove_answers(
    path: &Path,
    kind: &str,
    published: &Published,
    manifest: &Manifest,
    report: &mut Report,
) -> Result<(), VerifyError> {
    read_back(path, None)?;
    let found = AnsweredRecord::from(answers(path)?);
    let told = manifest.acknowledgements.clone().unwrap_or_default();
    let agrees = match kind {
        "ta1" => found.interchanges == told.interchanges,
        "999" => found.transaction_sets == told.transaction_sets,
        _ => (found.accepted, found.rejected) == (told.accepted, told.rejected),
    };
    if !agrees {
        return Err(VerifyError::Differs {
            file: published.file.clone(),
            what: "it does not answer what the manifest says it does".to_owned(),
        });
    }
    report.say(format!(
        "{} keeps to its guide and answers what the manifest says",
        published.file
    ));
    Ok(())
}

/// Every fix the manifest counts stands in the fixes file. Claims and charges need no
/// allowance for them: no fix changes how many there are or what they charge.
fn prove_fixes(
    path: &Path,
    file: &str,
    manifest: &Manifest,
    report: &mut Report,
) -> Result<(), VerifyError> {
    let unreadable = |error| VerifyError::Unreadable {
        file: file.to_owned(),
        error,
    };
    let mut lines = 0;
    let mut claims = 0;
    let mut last = None;
    for line in BufReader::new(plain(path).map_err(unreadable)?).lines() {
        let line = line.map_err(unreadable)?;
        let record: FixRecord = serde_json::from_str(&line).map_err(|_| VerifyError::Differs {
            file: file.to_owned(),
            what: format!("line {} is no fix", lines + 1),
        })?;
        lines += 1;
        if record.claim_ordinal.is_some() {
            claims += u64::from(last != record.claim_ordinal);
            last = record.claim_ordinal;
        }
    }
    let said = manifest.fixes.clone().unwrap_or_default();
    if (lines, claims) != (said.fixes, said.claims) {
        return Err(VerifyError::Differs {
            file: file.to_owned(),
            what: format!(
                "{lines} fixes in {claims} claims are not the {} in {} of the manifest",
                said.fixes, said.claims
            ),
        });
    }
    report.say(format!("{file} names {lines} fixes in {claims} claims"));
    Ok(())
}

fn same(file: &str, found: &ReadBack, total: &Total) -> Result<(), VerifyError> {
    if found.claims == total.claims && found.charges.to_string() == total.charges {
        return Ok(());
    }
    Err(VerifyError::Differs {
        file: file.to_owned(),
        what: format!(
            "{} claims with ${} are not the {} with ${} of the manifest",
            found.claims, found.charges, total.claims, total.charges
        ),
    })
}

fn prove_input(path: &Path, manifest: &Manifest, report: &mut Report) -> Result<(), VerifyError> {
    let file = path.display().to_string();
    let spool = crate::scrub::input::Input {
        path: Some(path.to_owned()),
        stem: String::new(),
    };
    let surveyed =
        crate::scrub::input::open(&spool, &std::env::temp_dir(), None).map_err(|error| {
            VerifyError::Unreadable {
                file: file.clone(),
                error,
            }
        })?;
    if surveyed.survey.hash != manifest.input.blake3 {
        return Err(VerifyError::Differs {
            file,
            what: "it is not the input of this run".to_owned(),
        });
    }
    let found = ReadBack {
        claims: surveyed.survey.claims,
        charges: surveyed.survey.charges,
        ..ReadBack::default()
    };
    if manifest.status == "scrubbed" {
        same(&file, &found, &manifest.totals.input)?;
    }
    let charges: Cents = found.charges;
    report.say(format!(
        "{file} is the input of the run, with {} claims and ${charges}",
        found.claims
    ));
    Ok(())
}
