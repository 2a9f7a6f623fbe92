//! A manifest and everything it speaks of.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::error::VerifyError;
use super::read_back::{ReadBack, read_back};
use super::report::Report;
use super::{answers, findings, input};
use crate::counted::counted;
use crate::emit::fixes::FixRecord;
use crate::emit::manifest::{AnsweredRecord, FORMAT, Manifest};
use crate::emit::publish::Published;
use crate::emit::stale::parts;
use crate::scrub::digest::Digest;
use crate::scrub::sets;
use crate::stored::{hash_file, plain};

/// Proves the run a manifest speaks of. The input is asked too when it is given or
/// stands beside the manifest under its name.
///
/// # Errors
/// At the first thing that is not as the manifest says.
pub fn manifest(path: &Path, input: Option<&Path>) -> Result<Report, VerifyError> {
    let file = path.display().to_string();
    let text = File::open(path).map_err(VerifyError::named_unreadable(&file))?;
    let manifest: Manifest = serde_json::from_reader(BufReader::new(text)).map_err(|error| {
        if error.is_io() {
            return VerifyError::named_unreadable(&file)(error.into());
        }
        VerifyError::Manifest {
            file: file.clone(),
            reason: format!("line {} says something else", error.line()),
        }
    })?;
    if manifest.format != FORMAT {
        return Err(VerifyError::Manifest {
            file,
            reason: format!("it has format {}", manifest.format),
        });
    }
    let differs = |what: &str| VerifyError::differs(&file, what);
    if manifest.right_seal().ok().as_ref() != Some(&manifest.seal) {
        return Err(differs(
            "it was altered: its seal is not that of what it says",
        ));
    }
    if let Some(what) = incomplete(&manifest) {
        return Err(differs(what));
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut report = Report::default();
    let mut written = ReadBack::default();
    for (kind, published) in &manifest.outputs {
        let output = folder.join(&published.file);
        prove_bytes(&output, published, &mut report)?;
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
            "findings" => {
                findings::prove(&output, &published.file, &manifest, &mut report)?;
                continue;
            }
            _ => continue,
        };
        let found = read_back(&output, None)?;
        found.same(&published.file, total)?;
        if kind == "rejects" {
            prove_sets(&output, &published.file, &manifest)?;
        }
        report.say(&format!(
            "{} holds {} with ${} in {}; {}",
            published.file,
            counted(found.claims, "claim"),
            found.charges,
            counted(found.transaction_sets, "transaction set"),
            readers(&found)
        ));
        written.claims += found.claims;
        written.charges = written.charges.plus(found.charges);
        written.digest = written.digest.plus(found.digest);
    }
    if manifest.status == "scrubbed" {
        written.same(&file, &manifest.totals.input)?;
        prove_claims(&manifest, written.digest).map_err(differs)?;
        report.say(&format!(
            "every claim that came in went out once: {} with ${}",
            counted(written.claims, "claim"),
            written.charges
        ));
    }
    if let Some(reason) = &manifest.reason {
        report.say(&format!(
            "no claim went out, for the input was refused: {reason}"
        ));
    }
    let beside = folder.join(&manifest.input.file);
    let beside = is_plain(&manifest.input.file) && beside.is_file();
    let beside = beside.then(|| folder.join(&manifest.input.file));
    if let Some(input) = input.or(beside.as_deref()) {
        input::prove(input, &manifest, &mut report)?;
    } else {
        report.leave_out("the input, which does not lie beside the manifest: name it with --input to have it read again");
    }
    Ok(report)
}

/// Who read a file, in words.
fn readers(found: &ReadBack) -> String {
    match (found.independent, found.unasked) {
        (false, _) => "one parser read it".to_owned(),
        (true, 0) => "two parsers agree on it".to_owned(),
        (true, unasked) => format!(
            "two parsers agree on it, but for {unasked} with segments that the second cannot read"
        ),
    }
}

/// Whether a name stands for a file of the folder at hand, and for none elsewhere.
fn is_plain(name: &str) -> bool {
    !name.contains(['/', '\\', '\0']) && Path::new(name).file_name().is_some()
}

/// What the manifest lacks or has too much of: outputs that its totals speak of, names
/// that no run gives.
fn incomplete(manifest: &Manifest) -> Option<&'static str> {
    let ends = [
        ("clean", "clean.837"),
        ("rejects", "rejects.837"),
        ("held", "held.837"),
        ("annotated", "rejects.txt"),
        ("findings", "findings.jsonl"),
        ("fixes", "fixes.jsonl"),
        ("report", "report.html"),
        ("ta1", "ta1.edi"),
        ("999", "999.edi"),
        ("277ca", "277ca.edi"),
    ];
    let mut stem = None;
    for (kind, published) in &manifest.outputs {
        let named = parts(&published.file)
            .filter(|(stem, end)| is_plain(stem) && ends.contains(&(kind.as_str(), end)));
        let Some((of, _)) = named else {
            return Some("it names an output as no run does");
        };
        if *stem.get_or_insert(of) != of {
            return Some("its outputs are of two runs");
        }
    }
    let totals = &manifest.totals;
    let answered = manifest.acknowledgements.as_ref();
    let [accepted, rejected] = answered.map_or([0; 2], |answered| {
        [answered.accepted.claims, answered.rejected.claims]
    });
    let interchanges = answered.map_or(0, |answered| answered.interchanges.all());
    let sets = answered.map_or(0, |answered| answered.transaction_sets.all());
    let said = [
        ("clean", totals.clean.claims),
        ("rejects", totals.rejected.claims),
        ("held", totals.held.claims),
        ("findings", totals.warned.claims + totals.unchecked.claims),
        ("findings", manifest.rules.len() as u64),
        (
            "fixes",
            manifest.fixes.as_ref().map_or(0, |fixes| fixes.fixes),
        ),
        ("ta1", interchanges),
        ("999", sets),
        ("277ca", accepted + rejected),
    ];
    said.iter()
        .any(|(kind, count)| *count > 0 && !manifest.outputs.contains_key(*kind))
        .then_some("it speaks of an output that it does not name")
}

/// The claims of the outputs are those of the input, but for those that fixes changed.
fn prove_claims(manifest: &Manifest, written: Digest) -> Result<(), &'static str> {
    let sums = &manifest.claims;
    let sum = |text: &str| Digest::read(text).ok_or("a sum over its claims is none");
    let mut out = sum(&sums.input)?;
    match (&sums.fixed, &manifest.fixes) {
        (Some([before, after]), Some(_)) => out = out.minus(sum(before)?).plus(sum(after)?),
        (Some(_), None) => return Err("claims were changed, but no fix is told"),
        (None, _) => {}
    }
    if out == written && sum(&sums.out)? == written {
        return Ok(());
    }
    Err("the claims that went out are not those that came in")
}

fn prove_bytes(path: &Path, published: &Published, report: &mut Report) -> Result<(), VerifyError> {
    let (bytes, hash) = hash_file(path).map_err(VerifyError::output_unreadable(&published.file))?;
    if bytes != published.bytes || hash != published.blake3 {
        return Err(VerifyError::differs(
            &published.file,
            if bytes == published.bytes {
                format!("its {bytes} bytes are others than were published")
            } else {
                format!("has {bytes} bytes, and {} were published", published.bytes)
            },
        ));
    }
    report.say(&format!(
        "{} has the {bytes} bytes that were published",
        published.file
    ));
    Ok(())
}

/// The transaction sets of the rejects hold what the manifest says they do, where it does.
fn prove_sets(path: &Path, file: &str, manifest: &Manifest) -> Result<(), VerifyError> {
    let maps = manifest.control_numbers.iter();
    // In the order of the sets in the file.
    let mut told = maps
        .filter_map(|map| Some((map.output, map.content?)))
        .peekable();
    if told.peek().is_none() {
        return Ok(());
    }
    let bytes = plain(path);
    let seen = bytes.and_then(|bytes| {
        sets::each(bytes, &mut |set| {
            let is_told = |(names, content): &_| (names, content) == (&set.names, &set.content);
            let _ = told.next_if(is_told);
        })
    });
    seen.map_err(VerifyError::output_unreadable(file))?;
    if told.peek().is_none() {
        return Ok(());
    }
    Err(VerifyError::differs(
        file,
        "its transaction sets do not hold what the manifest says",
    ))
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
        return Err(VerifyError::differs(
            &published.file,
            "it does not answer what the manifest says it does",
        ));
    }
    report.say(&format!(
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
    let unreadable = VerifyError::output_unreadable(file);
    let mut lines = 0;
    let mut claims = 0;
    let mut last = None;
    for line in BufReader::new(plain(path).map_err(unreadable)?).lines() {
        let line = line.map_err(unreadable)?;
        let record: FixRecord = serde_json::from_str(&line)
            .map_err(|_| VerifyError::differs(file, format!("line {} is no fix", lines + 1)))?;
        lines += 1;
        if record.claim_ordinal.is_some() {
            claims += u64::from(last != record.claim_ordinal);
            last = record.claim_ordinal;
        }
    }
    let said = manifest.fixes.clone().unwrap_or_default();
    if (lines, claims) != (said.fixes, said.claims) {
        return Err(VerifyError::differs(
            file,
            format!(
                "{lines} fixes in {claims} claims are not the {} in {} of the manifest",
                said.fixes, said.claims
            ),
        ));
    }
    report.say(&format!("{file} names {lines} fixes in {claims} claims"));
    Ok(())
}
