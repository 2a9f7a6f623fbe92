//! One input, from its bytes to its published files.

mod error;
mod outputs;
mod publish;
mod refused;
mod surroundings;
mod totals;
mod workplace;

use std::io;
use std::path::Path;
use std::time::Instant;

use super::block::Block;
use super::cutter::Cutter;
use super::duplicates::Seen;
use super::input::{self, Input, Surveyed};
use super::judge::{Assignment, Fixing, Judged, Mended, Notes};
use super::known::Known;
use super::listener::{Keeper, Listener};
use super::pipeline::{self, PipelineError};
use super::refusal::refusal;
use super::tally::Tally;
use crate::acknowledge::{self, Acknowledgements};
use crate::emit::fixes::Fixes;
use crate::emit::manifest::{FORMAT, InputRecord, Manifest, RuleRecord, Timings};
use crate::emit::publish::Output;
use crate::ledger::{Earlier, Entry, LedgerError, Listen, Preparation};
use crate::report;
use crate::verify::Expected;
use crate::x12::survey::InterchangeKey;
pub use error::RunError;
use outputs::Outputs;
use publish::{Files, Torn};
pub use workplace::{Options, Workplace};

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

/// Kinds of the acknowledgements.
const ANSWERS: [&str; 3] = ["ta1", "999", "277ca"];

/// Scrubs one input and publishes its outputs.
///
/// # Errors
/// See [`RunError`]; no output is published then but the answers to a refused input,
/// and its manifest.
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
        known,
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
    let mut entry = ledger
        .map(|ledger| match options.gather {
            Some(run) => Ok(ledger.gather(run)),
            None => ledger.entry(),
        })
        .transpose()
        .map_err(unrecorded)?;
    let (surveyed, earlier) = survey(input, workplace, folder)?;
    let mut survey = surveyed.survey;
    if let Some(known) = known {
        judgement.note_unreviewed(known, &mut survey);
    }
    let survey_ms = milliseconds(started);
    let policy = judgement.policies.version();
    let run = identity(&survey.hash, &policy, workplace, entry.as_ref());
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
    let torn = |torn: Torn| torn.told(&file, folder);
    let output = |kind: &str| {
        Output::new(folder, &format!("{}.{kind}", input.stem), options.compress)
            .synced(options.sync)
    };
    let notes = Notes::new(&survey);
    let acknowledgements = || Acknowledgements::new(&notes, judgement, &survey, folder, output);
    if let Some(reason) = refusal(&survey) {
        "refused".clone_into(&mut manifest.status);
        manifest.reason = Some(reason.clone());
        manifest.run = run;
        manifest.timings = Timings {
            survey_ms,
            ..Timings::default()
        };
        let answers = refused::answer(surveyed.file, &survey, &notes, workplace, acknowledgements);
        let files = answers
            .map_err(unwritable)?
            .map_or_else(Vec::new, |(files, answered)| {
                manifest.acknowledgements = Some(answered.into());
                ANSWERS.into_iter().zip(files).collect()
            });
        let mut files = Files::finish(files, folder, &input.stem, options.sync, &mut manifest)
            .map_err(unwritable)?;
        files.tell(&mut manifest).map_err(unwritable)?;
        files.publish(folder, &input.stem, None).map_err(torn)?;
        return Err(RunError::Refused { file, reason });
    }
    let mut outputs = Outputs::new(&survey, folder, options.rejects_lines, output);
    let mut tally = Tally::default();
    outputs
        .tell_input_notes(&survey, judgement, &mut tally)
        .map_err(unwritable)?;
    let started = Instant::now();
    let mut cutter = Cutter::new(surveyed.file, &survey, options.block_bytes);
    let follower = report::Follower::default();
    let mut gathering = options
        .report
        .then(|| report::Gathering::new(&follower, folder));
    let answering = acknowledge::Follower {
        today: judgement.today,
    };
    let mut answers = options.acknowledge.then(acknowledgements);
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
    let mut sink = |block: &Block, mut judged: Judged| {
        for mended in &judged.mended {
            fixes.add(&mended.applied);
            if judgement.fixing.show {
                diff(&diffs(mended, &file));
            }
        }
        let result = outputs.block(block, &mut judged, &survey).and_then(|()| {
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
        // Where fixes are tried, claims change after they were judged.
        seeks_twins: judgement.fixing == Fixing::default(),
        mending: judgement.fixing != Fixing::default(),
        earlier: earlier.as_ref(),
        known,
    };
    let mut seen = Seen::of(folder.to_owned(), survey.claims);
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
    outputs.end().map_err(unwritable)?;
    totals::check(&file, &survey, &tally, &outputs)?;
    let [ta1, ack999, ack277ca] = match answers {
        Some(answers) => {
            let (outputs, answered) = answers.finish().map_err(unwritable)?;
            totals::check_answers(&file, &tally, &answered)?;
            manifest.acknowledgements = Some(answered.into());
            outputs
        }
        None => ["ta1.edi", "999.edi", "277ca.edi"].map(output),
    };
    manifest.run = run;
    for enveloper in [&mut outputs.rejects, &mut outputs.held] {
        let maps = std::mem::take(&mut enveloper.control_numbers).into_maps();
        manifest.control_numbers.extend(maps.map_err(unwritable)?);
    }
    let (sums, claims) = outputs.claim_sums();
    manifest.claims = sums;
    manifest.totals = totals::totals(&survey, &tally);
    manifest.fixes = (fixes.fixes > 0).then_some(fixes);
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
    let mut page =
        Output::new(folder, &format!("{}.report.html", input.stem), false).synced(options.sync);
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
    let written = [
        ("clean", &outputs.clean),
        ("rejects", &outputs.rejects),
        ("held", &outputs.held),
    ];
    let expected = written.map(|(kind, file)| {
        let expected = Expected {
            claims: file.claims,
            segments: file.segments,
            transaction_sets: file.sets,
        };
        (kind, expected)
    });
    let all = vec![
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
    let mut files =
        Files::finish(all, folder, &input.stem, options.sync, &mut manifest).map_err(unwritable)?;
    surroundings::tell(&files, &mut manifest).map_err(unwritable)?;
    manifest.timings = Timings {
        survey_ms,
        scrub_ms: milliseconds(started),
        verify_ms: 0,
    };
    if options.verify {
        let started = Instant::now();
        files.verify(&file, &expected, claims)?;
        manifest.verified = true;
        manifest.timings.verify_ms = milliseconds(started);
    }
    if stop() {
        return Err(RunError::Stopped {
            file,
            error: PipelineError::Interrupted,
        });
    }
    files.tell(&mut manifest).map_err(unwritable)?;
    let names = files.names();
    let preparation = entry
        .map(|entry| entry.prepare(&manifest, folder, &input.stem, &files.taken()))
        .transpose()
        .map_err(unrecorded)?;
    let preparation = files
        .publish(folder, &input.stem, preparation)
        .map_err(torn)?;
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
    workplace: &Workplace<'_>,
    folder: &Path,
) -> Result<(Surveyed, Option<Earlier>), RunError> {
    let options = &workplace.options;
    let (sizes, pool) = (
        (options.unpacked_bytes, options.block_bytes),
        Some(workplace.pool),
    );
    let file = || input.name();
    let unrecorded = |error| RunError::Ledger {
        file: file(),
        error,
    };
    let unreadable = |error| RunError::Unreadable {
        file: file(),
        error,
    };
    let Some(ledger) = workplace.ledger else {
        let surveyed = input::open_up_to(input, folder, None, sizes, pool).map_err(unreadable)?;
        return Ok((surveyed, None));
    };
    let interchanges = ledger.interchanges().map_err(unrecorded)?;
    std::thread::scope(|scope| {
        let earlier = scope.spawn(|| ledger.earlier());
        let taken = |key: &InterchangeKey| interchanges.accepted(key);
        let surveyed =
            input::open_up_to(input, folder, Some(&taken), sizes, pool).map_err(unreadable)?;
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

/// The identity of a run: what determines its outputs.
fn identity(
    hash: &str,
    policy: &str,
    workplace: &Workplace<'_>,
    entry: Option<&Entry<'_>>,
) -> String {
    let judgement = workplace.judgement;
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
    // What was accepted before decides as well.
    if let Some(before) = workplace.rerun_of.first() {
        hasher.update(before.as_bytes());
    }
    if workplace.known.is_some_and(Known::is_unreviewed) {
        hasher.update(b"unreviewed");
    }
    if let Some(entry) = entry {
        hasher.update(&entry.run().to_le_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
