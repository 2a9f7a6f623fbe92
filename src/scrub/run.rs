//! One input, from its bytes to its published files.

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use rayon::ThreadPool;

use super::block::Cutter;
use super::duplicates::Seen;
use super::input::{self, Input, Surveyed};
use super::item::Fate;
use super::judge::{Assignment, Fixing, Judged, Judgement, Mended, Notes};
use super::listener::{Keeper, Listener};
use super::pipeline::{self, PipelineError};
use super::refusal::refusal;
use super::tally::{Sum, Tally};
use crate::acknowledge::{self, Acknowledgements, Answered};
use crate::emit::envelope::{Enveloper, Numbering};
use crate::emit::fixes::Fixes;
use crate::emit::manifest::{FORMAT, InputRecord, Manifest, RuleRecord, Timings, Totals};
use crate::emit::numbers::FreshNumbers;
use crate::emit::publish::{Output, sync_folder};
use crate::emit::record::Record;
use crate::emit::{annotate, jsonl, stale};
use crate::ledger::{Earlier, Entry, Ledger, LedgerError, Listen, Preparation};
use crate::report;
use crate::rules::envelope;
use crate::value::{Cents, Severity};
use crate::x12::limits;
use crate::x12::survey::{InterchangeKey, Scope, Survey};

/// How outputs are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(clippy::struct_excessive_bools)] // independent choices, not a state
pub struct Options {
    /// Compress outputs with zstd.
    pub compress: bool,
    /// Read the outputs back before publishing.
    pub verify: bool,
    /// Write the report, the page for people.
    pub report: bool,
    /// Write the acknowledgements for the submitter.
    pub acknowledge: bool,
    /// Write the rejects one segment a line, for an editor.
    pub rejects_lines: bool,
    /// Bytes a compressed input may grow to.
    pub unpacked_bytes: u64,
    /// Bytes a block aims at.
    pub block_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            compress: false,
            verify: false,
            report: true,
            acknowledge: true,
            rejects_lines: false,
            unpacked_bytes: u64::MAX,
            block_bytes: limits::BLOCK_BYTES,
        }
    }
}

/// What a run works with: the rules, the threads, and who listens.
pub struct Workplace<'a> {
    /// What claims are judged by.
    pub judgement: &'a Judgement,
    /// How outputs are written.
    pub options: Options,
    /// Where runs are remembered, and earlier ones asked for.
    pub ledger: Option<&'a Ledger>,
    /// Of a rerun: the identities of the runs it goes back to, the latest first.
    pub rerun_of: &'a [String],
    /// The threads.
    pub pool: &'a ThreadPool,
    /// Asked now and then: true stops the run, and nothing more is published.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Told how many bytes were judged since the last call.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Told each fix, as a diff, where [`Fixing`] asks for it.
    pub diff: &'a (dyn Fn(&str) + Sync),
}

/// Why an input was not scrubbed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It can't be read.
    #[error("{file}: cannot be read: {error}")]
    Unreadable {
        /// The input.
        file: String,
        /// The system's word.
        error: io::Error,
    },
    /// It holds nothing that can be judged.
    #[error("{file}: {reason}")]
    Refused {
        /// The input.
        file: String,
        /// What it is instead, and what to do.
        reason: String,
    },
    /// The ledger can't be asked or written.
    #[error("{file}: {error}")]
    Ledger {
        /// The input.
        file: String,
        /// What is wrong with the ledger.
        error: LedgerError,
    },
    /// Its outputs can't be written.
    #[error(
        "{file}: its outputs cannot be written to {folder}: {error}; nothing of it was published"
    )]
    Unwritable {
        /// The input.
        file: String,
        /// The output folder.
        folder: String,
        /// The system's word.
        error: io::Error,
    },
    /// The control totals do not agree.
    #[error(
        "{file}: control totals do not agree ({what}); nothing of it was published, please report this"
    )]
    Totals {
        /// The input.
        file: String,
        /// Which totals.
        what: String,
    },
    /// Reading the outputs back found a difference.
    #[error(
        "{file}: the outputs read back differ from what was written ({what}); nothing of it was published, please report this"
    )]
    Verify {
        /// The input.
        file: String,
        /// The difference.
        what: String,
    },
    /// The run was told to stop, or failed inside.
    #[error("{file}: {error}")]
    Stopped {
        /// The input.
        file: String,
        /// Why.
        error: PipelineError,
    },
}

impl RunError {
    /// Whether the input itself held nothing to judge, which is exit status 3.
    #[must_use]
    pub fn is_input(&self) -> bool {
        matches!(self, RunError::Unreadable { .. } | RunError::Refused { .. })
    }
}

/// What came of an input.
#[derive(Debug)]
pub struct Outcome {
    /// The ledger's record of the run, until it is told what became of the outputs.
    pub preparation: Option<Preparation>,
    /// Bytes read, uncompressed.
    pub bytes: u64,
    /// Claims and findings.
    pub tally: Tally,
    /// Names of the files published.
    pub files: Vec<String>,
}

/// The outputs of one input.
struct Outputs {
    clean: Enveloper<Output>,
    rejects: Enveloper<Output>,
    held: Enveloper<Output>,
    annotated: Output,
    findings: Output,
    fixes: Output,
}

/// Kinds of the acknowledgements.
const ANSWERS: [&str; 3] = ["ta1", "999", "277ca"];

/// Scrubs one input and publishes its outputs.
///
/// # Errors
/// See [`RunError`]; no output but a manifest is published then.
pub fn scrub(input: &Input, folder: &Path, workplace: &Workplace<'_>) -> Result<Outcome, RunError> {
    let mut outcome = scrub_undecided(input, folder, workplace)?;
    if let Some(preparation) = outcome.preparation.take() {
        preparation.published();
    }
    Ok(outcome)
}

/// Scrubs one input into a folder that nobody takes outputs from yet: whether they are
/// published is for the caller to decide, and to tell [`Outcome::preparation`].
///
/// # Errors
/// See [`RunError`].
pub fn scrub_undecided(
    input: &Input,
    folder: &Path,
    workplace: &Workplace<'_>,
) -> Result<Outcome, RunError> {
    let &Workplace {
        judgement,
        options,
        ledger,
        rerun_of,
        pool,
        stop,
        progress,
        diff,
    } = workplace;
    let file = input.name();
    let unwritable = |error| RunError::Unwritable {
        file: file.clone(),
        folder: folder.display().to_string(),
        error,
    };
    let unrecorded = |error| RunError::Ledger {
        file: file.clone(),
        error,
    };
    let started = Instant::now();
    let mut entry = ledger.map(Ledger::entry).transpose().map_err(unrecorded)?;
    let (surveyed, earlier) = survey(input, folder, ledger, options.unpacked_bytes)?;
    let survey = surveyed.survey;
    let survey_ms = milliseconds(started);
    let policy = judgement.policies.version();
    let run = identity(&survey.hash, &policy, judgement, entry.as_ref());
    let mut manifest = Manifest {
        format: FORMAT,
        status: "scrubbed".to_owned(),
        reason: None,
        program: concat!("telescrub ", env!("CARGO_PKG_VERSION")).to_owned(),
        policy,
        today: judgement.today.to_string(),
        rerun_of: rerun_of.to_vec(),
        input: InputRecord {
            file: input
                .path
                .as_ref()
                .and_then(|path| path.file_name())
                .map_or_else(
                    || "-".to_owned(),
                    |name| name.to_string_lossy().into_owned(),
                ),
            bytes: survey.bytes,
            blake3: survey.hash.clone(),
            interchanges: survey.interchanges,
            groups: survey.groups,
            transaction_sets: survey.sets,
            transaction_sets_837p: survey.sets_837p,
        },
        ..Manifest::default()
    };
    if let Some(reason) = refusal(&survey) {
        "refused".clone_into(&mut manifest.status);
        manifest.reason = Some(reason.clone());
        manifest.run = run;
        manifest.timings = Timings {
            survey_ms,
            ..Timings::default()
        };
        write_manifest(input, folder, &manifest).map_err(unwritable)?;
        return Err(RunError::Refused { file, reason });
    }
    let output =
        |kind: &str| Output::new(folder, &format!("{}.{kind}", input.stem), options.compress);
    let fresh = |purpose: &str| Numbering::Fresh(FreshNumbers::new(&survey.hash, purpose));
    let mut outputs = Outputs {
        clean: Enveloper::new(output("clean.837"), Fate::Clean, Numbering::Keep),
        rejects: Enveloper::new(
            if options.rejects_lines {
                output("rejects.837").in_lines()
            } else {
                output("rejects.837")
            },
            Fate::Rejected,
            fresh("rejects"),
        ),
        held: Enveloper::new(output("held.837"), Fate::Held, fresh("held")),
        annotated: output("rejects.txt"),
        findings: output("findings.jsonl"),
        fixes: output("fixes.jsonl"),
    };
    let mut tally = Tally::default();
    tell_input_notes(&survey, judgement, &mut tally, &mut outputs).map_err(unwritable)?;
    let started = Instant::now();
    let mut cutter = Cutter::new(surveyed.file, &survey, options.block_bytes);
    let follower = report::Follower::default();
    let mut gathering = options
        .report
        .then(|| report::Gathering::new(&follower, folder));
    let notes = Notes::new(&survey);
    let answering = acknowledge::Follower {
        today: judgement.today,
    };
    let mut answers = options
        .acknowledge
        .then(|| Acknowledgements::new(&notes, judgement, &survey, folder, output));
    let mut listeners: Vec<&dyn Listener> = Vec::new();
    let mut keepers: Vec<&mut dyn Keeper> = Vec::new();
    if let Some(gathering) = &mut gathering {
        listeners.push(&follower);
        keepers.push(gathering);
    }
    if let Some(answers) = &mut answers {
        listeners.push(&answering);
        keepers.push(answers);
    }
    if let Some(entry) = &mut entry {
        listeners.push(&Listen);
        keepers.push(entry);
    }
    let mut fixes = Fixes::default();
    let mut failed = None;
    let mut sink = |block: &super::block::Block, judged: Judged| {
        for mended in &judged.mended {
            fixes.claim(&mended.applied);
            if judgement.fixing.show {
                diff(&diffs(mended, &file));
            }
        }
        let result = write_block(&mut outputs, block, &judged, &survey).and_then(|()| {
            keepers
                .iter_mut()
                .zip(&judged.kept)
                .try_for_each(|(keeper, kept)| keeper.take(kept))
        });
        progress(block.bytes.len() as u64 - block.repeated as u64);
        tally.merge(&judged.tally);
        if let Err(error) = result {
            failed = Some(error);
            return Err(io::Error::other("output"));
        }
        Ok(())
    };
    let assignment = Assignment {
        judgement,
        survey: &survey,
        notes: &notes,
        listeners: &listeners,
        twins: &[],
        mending: judgement.fixing != Fixing::default(),
        earlier: earlier.as_ref(),
    };
    let mut seen = Seen::new(folder.to_owned());
    let result = pipeline::run(pool, &mut cutter, assignment, &mut seen, stop, &mut sink);
    if let Some(error) = failed {
        return Err(match error.downcast::<LedgerError>() {
            Ok(error) => unrecorded(error),
            Err(error) => unwritable(error),
        });
    }
    result.map_err(|error| match error {
        PipelineError::Io(error) => RunError::Unreadable {
            file: file.clone(),
            error,
        },
        error => RunError::Stopped {
            file: file.clone(),
            error,
        },
    })?;
    for enveloper in [&mut outputs.clean, &mut outputs.rejects, &mut outputs.held] {
        enveloper.finish().map_err(unwritable)?;
    }
    check_totals(&file, &survey, &tally, &outputs)?;
    let [ta1, ack999, ack277ca] = match answers {
        Some(answers) => {
            let (outputs, answered) = answers.finish().map_err(unwritable)?;
            check_answers(&file, &tally, &answered)?;
            manifest.acknowledgements = Some(answered.into());
            outputs
        }
        None => ["ta1.edi", "999.edi", "277ca.edi"].map(output),
    };
    manifest.run = run;
    let mut control_numbers = std::mem::take(&mut outputs.rejects.control_numbers);
    control_numbers.append(&mut outputs.held.control_numbers);
    manifest.control_numbers = control_numbers;
    manifest.totals = totals(&survey, &tally);
    manifest.fixes = (fixes.claims > 0).then_some(fixes);
    manifest.rules = tally
        .rules
        .iter()
        .map(|(code, tally)| {
            let record = RuleRecord {
                reject: tally.reject,
                warn: tally.warn,
                info: tally.info,
            };
            ((*code).to_owned(), record)
        })
        .collect();
    // Never compressed: it is opened by a double click.
    let mut page = Output::new(folder, &format!("{}.report.html", input.stem), false);
    if let Some(gathering) = gathering {
        let facts = report::Facts {
            manifest: &manifest,
            tally: &tally,
            survey: &survey,
            judgement,
            annotated: outputs.annotated.name(),
        };
        gathering.write(&mut page, &facts).map_err(unwritable)?;
    }
    let expected = [
        (
            outputs.clean.claims,
            outputs.clean.segments,
            outputs.clean.sets,
        ),
        (
            outputs.rejects.claims,
            outputs.rejects.segments,
            outputs.rejects.sets,
        ),
        (
            outputs.held.claims,
            outputs.held.segments,
            outputs.held.sets,
        ),
    ];
    let mut files = [
        ("clean", outputs.clean.into_inner()),
        ("rejects", outputs.rejects.into_inner()),
        ("held", outputs.held.into_inner()),
        ("annotated", outputs.annotated),
        ("findings", outputs.findings),
        ("fixes", outputs.fixes),
        ("report", page),
        ("ta1", ta1),
        ("999", ack999),
        ("277ca", ack277ca),
    ];
    for (kind, output) in &mut files {
        if let Some(published) = output.finish().map_err(unwritable)? {
            manifest
                .outputs
                .insert((*kind).to_owned(), published.clone());
        }
    }
    manifest.timings = Timings {
        survey_ms,
        scrub_ms: milliseconds(started),
        verify_ms: 0,
    };
    if options.verify {
        let started = Instant::now();
        for ((_, output), (claims, segments, sets)) in files.iter().zip(expected) {
            if let Some(path) = output.finished() {
                let expected = crate::verify::Expected {
                    claims,
                    segments,
                    transaction_sets: sets,
                };
                crate::verify::read_back(path, Some(expected)).map_err(|what| {
                    RunError::Verify {
                        file: file.clone(),
                        what: what.to_string(),
                    }
                })?;
            }
        }
        for (_, output) in files.iter().filter(|(kind, _)| ANSWERS.contains(kind)) {
            if let Some(path) = output.finished() {
                crate::verify::read_back(path, None)
                    .and_then(|_| crate::verify::answers(path))
                    .map_err(|what| RunError::Verify {
                        file: file.clone(),
                        what: what.to_string(),
                    })?;
            }
        }
        manifest.verified = true;
        manifest.timings.verify_ms = milliseconds(started);
    }
    if stop() {
        return Err(RunError::Stopped {
            file,
            error: PipelineError::Interrupted,
        });
    }
    let mut names: Vec<String> = manifest
        .outputs
        .values()
        .map(|published| published.file.clone())
        .collect();
    let taken: Vec<_> = files
        .iter()
        .filter_map(|(kind, output)| output.taken(kind))
        .collect();
    let preparation = entry
        .map(|entry| entry.prepare(&manifest, folder, &input.stem, &taken))
        .transpose()
        .map_err(unrecorded)?;
    let preparation = publish(
        files.map(|(_, output)| output),
        folder,
        &input.stem,
        preparation,
    )
    .map_err(unwritable)?;
    names.push(write_manifest(input, folder, &manifest).map_err(unwritable)?);
    Ok(Outcome {
        preparation,
        bytes: survey.bytes,
        tally,
        files: names,
    })
}

/// Surveys the input, while the ledger looks up what was accepted before.
fn survey(
    input: &Input,
    folder: &Path,
    ledger: Option<&Ledger>,
    most: u64,
) -> Result<(Surveyed, Option<Earlier>), RunError> {
    let file = || input.name();
    let unrecorded = |error| RunError::Ledger {
        file: file(),
        error,
    };
    let unreadable = |error| RunError::Unreadable {
        file: file(),
        error,
    };
    let Some(ledger) = ledger else {
        let surveyed = input::open_up_to(input, folder, None, most).map_err(unreadable)?;
        return Ok((surveyed, None));
    };
    let interchanges = ledger.interchanges().map_err(unrecorded)?;
    std::thread::scope(|scope| {
        let earlier = scope.spawn(|| ledger.earlier());
        let taken = |key: &InterchangeKey| interchanges.accepted(key);
        let surveyed = input::open_up_to(input, folder, Some(&taken), most).map_err(unreadable)?;
        if let Some(error) = interchanges.failure() {
            return Err(unrecorded(error));
        }
        let earlier = earlier.join().map_err(|_| RunError::Stopped {
            file: file(),
            error: PipelineError::Fault(0),
        })?;
        Ok((surveyed, Some(earlier.map_err(unrecorded)?)))
    })
}

/// Gives the outputs their names. The ledger keeps the run as soon as the first has its
/// name, whatever becomes of the others: somebody may have taken it. What an earlier run
/// left under names that this one does not give goes first.
fn publish<const COUNT: usize>(
    outputs: [Output; COUNT],
    folder: &Path,
    stem: &str,
    preparation: Option<Preparation>,
) -> io::Result<Option<Preparation>> {
    let mut begun = false;
    let given = outputs.iter().filter(|output| output.finished().is_some());
    let given: Vec<String> = given.map(|output| output.name().to_owned()).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    let result = stale::clear(folder, stem, &given)
        .and_then(|()| {
            outputs.into_iter().try_for_each(|output| {
                let holds = output.finished().is_some();
                output.publish()?;
                begun |= holds;
                Ok(())
            })
        })
        .and_then(|()| sync_folder(folder));
    match (result, preparation) {
        (Ok(()), preparation) => Ok(preparation),
        (Err(error), None) => Err(error),
        (Err(error), Some(preparation)) => {
            if begun {
                preparation.published();
            } else {
                preparation.withdraw();
            }
            Err(error)
        }
    }
}

fn write_block(
    outputs: &mut Outputs,
    block: &super::block::Block,
    judged: &Judged,
    survey: &Survey,
) -> io::Result<()> {
    let mut mended = judged
        .mended
        .iter()
        .filter(|mended| !mended.applied.is_empty())
        .peekable();
    for (index, item) in judged.items.iter().enumerate() {
        let (start, end) = (item.start as usize, item.end as usize);
        let mut changed = Vec::new();
        let mut bytes = &block.bytes[start..end];
        if let Some(mended) = mended.next_if(|mended| mended.item == index) {
            changed.extend_from_slice(&block.bytes[start..mended.from]);
            changed.extend_from_slice(&mended.bytes);
            changed.extend_from_slice(&block.bytes[mended.to..end]);
            bytes = &changed;
            for record in &mended.applied {
                serde_json::to_writer(&mut outputs.fixes, record)?;
                outputs.fixes.write_all(b"\n")?;
            }
        }
        for enveloper in [&mut outputs.clean, &mut outputs.rejects, &mut outputs.held] {
            enveloper.item(item, bytes, block.delimiters, &survey.numbers)?;
        }
    }
    outputs.annotated.write_all(&judged.annotated)?;
    outputs.findings.write_all(&judged.jsonl)
}

/// The fixes of a claim as a diff shows them.
fn diffs(mended: &Mended, file: &str) -> String {
    let mut page = String::new();
    for record in &mended.applied {
        record.diff(file, true, &mut page);
    }
    for record in &mended.offered {
        record.diff(file, false, &mut page);
    }
    page
}

/// Faults of the input as a whole come first in the findings.
fn tell_input_notes(
    survey: &Survey,
    judgement: &Judgement,
    tally: &mut Tally,
    outputs: &mut Outputs,
) -> io::Result<()> {
    let (mut lines, mut pages) = (Vec::new(), Vec::new());
    for note in &survey.notes {
        if note.scope != Scope::Input {
            continue;
        }
        let told = envelope::describe(note);
        let Some(severity) = judgement.envelope_severity(&told) else {
            continue;
        };
        tally.count(told.rule.code, severity);
        let record = Record {
            verdict: if severity == Severity::Reject {
                "rejected"
            } else {
                "warned"
            },
            ..Record::set(
                &crate::emit::record::EnvelopeNames {
                    interchange: note.envelope.interchange.clone(),
                    group: note.envelope.group.clone(),
                    transaction: note.envelope.transaction.clone(),
                },
                note.at,
            )
        };
        jsonl::envelope(&mut lines, &record, note, &told, severity);
        if severity == Severity::Reject {
            annotate::envelope(&mut pages, &record, &told, severity);
        }
    }
    outputs.findings.write_all(&lines)?;
    outputs.annotated.write_all(&pages)
}

/// Claims and charges in must be those that went out, counted three ways: by the
/// survey, by the judge, by the files.
fn check_totals(
    file: &str,
    survey: &Survey,
    tally: &Tally,
    outputs: &Outputs,
) -> Result<(), RunError> {
    let total = tally.total();
    let surveyed = Sum {
        claims: survey.claims,
        charges: survey.charges,
    };
    let written = [
        ("clean", outputs.clean.claims, tally.clean.claims),
        ("rejects", outputs.rejects.claims, tally.rejected.claims),
        ("held", outputs.held.claims, tally.held.claims),
    ];
    let mut what = Vec::new();
    if total != surveyed {
        what.push(format!(
            "{} claims with ${} in, {} with ${} judged",
            surveyed.claims, surveyed.charges, total.claims, total.charges
        ));
    }
    for (name, wrote, judged) in written {
        if wrote != judged {
            what.push(format!("{judged} claims for {name}, {wrote} written"));
        }
    }
    if what.is_empty() {
        return Ok(());
    }
    Err(RunError::Totals {
        file: file.to_owned(),
        what: what.join("; "),
    })
}

/// What the 277CA accepts must be what goes on, and nothing else.
fn check_answers(file: &str, tally: &Tally, answered: &Answered) -> Result<(), RunError> {
    let accepted = tally.clean.plus(tally.held);
    let none_too_many = answered.rejected.claims <= tally.rejected.claims;
    if answered.accepted == accepted && none_too_many {
        return Ok(());
    }
    Err(RunError::Totals {
        file: file.to_owned(),
        what: format!(
            "{} claims with ${} accepted, {} with ${} answered so",
            accepted.claims, accepted.charges, answered.accepted.claims, answered.accepted.charges
        ),
    })
}

fn totals(survey: &Survey, tally: &Tally) -> Totals {
    let sum = |claims: u64, charges: Cents| Sum { claims, charges }.into();
    Totals {
        input: sum(survey.claims, survey.charges),
        clean: tally.clean.into(),
        rejected: tally.rejected.into(),
        held: tally.held.into(),
        unchecked: tally.unchecked.into(),
        warned: tally.warned.into(),
    }
}

fn write_manifest(input: &Input, folder: &Path, manifest: &Manifest) -> io::Result<String> {
    // Never compressed: it is what says how to read the others.
    let mut output = Output::new(folder, &format!("{}.manifest.json", input.stem), false);
    serde_json::to_writer_pretty(&mut output, manifest)?;
    output.write_all(b"\n")?;
    output.finish()?;
    let name = output.name().to_owned();
    output.publish()?;
    sync_folder(folder)?;
    Ok(name)
}

/// The identity of a run: what determines its outputs.
fn identity(hash: &str, policy: &str, judgement: &Judgement, entry: Option<&Entry<'_>>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [
        hash,
        policy,
        env!("CARGO_PKG_VERSION"),
        &judgement.today.to_string(),
        &judgement.fingerprint(),
    ] {
        hasher.update(part.as_bytes());
        hasher.update(b"\0");
    }
    if let Some(entry) = entry {
        // What was accepted before decides as well.
        hasher.update(&entry.run().to_le_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
