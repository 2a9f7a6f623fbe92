//! One input judged twice: which claims would have another verdict, and what they charge.
//!
//! The verdicts of the first judgement go to a temporary file without a name, a line a
//! claim; the second pass reads it beside its own. Memory does not grow with the input.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use rayon::ThreadPool;
use serde::{Deserialize, Serialize};

use super::block::Block;
use super::cutter::Cutter;
use super::duplicates;
use super::input::{self, Input};
use super::judge::{Assignment, Judged, Judgement, Notes};
use super::listener::{EnvelopeSegment, JudgedClaim, Listener, SetFindings, SetHeader};
use super::pipeline::{self, PipelineError};
use super::refusal::refusal;
use super::run::RunError;
use super::tally::Sum;
use crate::value::{Cents, Severity, Verdict};
use crate::x12::limits;
use crate::x12::survey::Survey;

/// A claim as one judgement sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Seen {
    claim_id: String,
    ordinal: u64,
    payer: String,
    cents: i64,
    verdict: String,
    /// The rules behind the verdict, in order of their codes.
    rules: Vec<String>,
}

/// A claim whose verdict would change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// CLM01.
    pub claim_id: String,
    /// Its place in the input, from 1.
    pub claim_ordinal: u64,
    /// 2010BB NM109.
    pub payer: String,
    /// CLM02.
    pub charge: Cents,
    /// Its verdict as things are: `clean`, `warned`, `unchecked` or `rejected`.
    pub before: String,
    /// Its verdict under the other policy.
    pub after: String,
    /// The rules behind the verdict as things are.
    pub rules_before: Vec<String>,
    /// The rules behind the other verdict.
    pub rules_after: Vec<String>,
}

/// What came of a replay.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replayed {
    /// All claims of the input.
    pub claims: Sum,
    /// Those whose verdict changes, by the verdict before and after.
    pub changed: BTreeMap<(String, String), Sum>,
}

impl Replayed {
    /// Adds what came of another input.
    pub fn merge(&mut self, other: Replayed) {
        self.claims = self.claims.plus(other.claims);
        for (verdicts, sum) in other.changed {
            let known = self.changed.entry(verdicts).or_default();
            *known = known.plus(sum);
        }
    }
}

/// Who judges and who is told.
pub struct Replay<'a> {
    /// How things are.
    pub before: &'a Judgement,
    /// How they would be.
    pub after: &'a Judgement,
    /// The threads.
    pub pool: &'a ThreadPool,
    /// Asked now and then: true stops the replay.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

impl Replay<'_> {
    /// Judges an input under both and tells each claim whose verdict changes, in order.
    /// `folder` takes the temporary files.
    ///
    /// # Errors
    /// When the input can't be read or holds nothing to judge, or `tell` fails.
    pub fn run(
        &self,
        input: &Input,
        folder: &Path,
        tell: &mut (dyn FnMut(&Change) -> io::Result<()> + Send),
    ) -> Result<Replayed, RunError> {
        let file = input.name();
        let unreadable = |error| RunError::Unreadable {
            file: file.clone(),
            error,
        };
        let surveyed = input::open(input, folder, None).map_err(unreadable)?;
        let (mut bytes, survey) = (surveyed.file, surveyed.survey);
        if let Some(reason) = refusal(&survey) {
            return Err(RunError::Refused { file, reason });
        }
        let unspooled = |error| RunError::Unspooled {
            file: file.clone(),
            folder: folder.display().to_string(),
            error,
        };
        let failed = |failed| match failed {
            Failed::Taking(error) => unspooled(error),
            Failed::Judging(PipelineError::Io(error)) => unreadable(error),
            Failed::Judging(error) => RunError::Stopped {
                file: file.clone(),
                error,
            },
        };
        let mut seen = tempfile::tempfile_in(folder).map_err(unspooled)?;
        let mut writer = BufWriter::new(&seen);
        self.judge(self.before, (&bytes, &survey), folder, &mut |lines| {
            writer.write_all(lines)
        })
        .map_err(failed)?;
        writer.flush().map_err(unspooled)?;
        drop(writer);
        seen.seek(SeekFrom::Start(0)).map_err(unspooled)?;
        bytes.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut replayed = Replayed {
            claims: Sum {
                claims: survey.claims,
                charges: survey.charges,
            },
            ..Replayed::default()
        };
        let (mut reader, mut line) = (BufReader::new(&seen), Vec::new());
        let mut untold = None;
        let judged = self.judge(self.after, (&bytes, &survey), folder, &mut |lines| {
            for after in lines.split_inclusive(|&byte| byte == b'\n') {
                line.clear();
                reader.read_until(b'\n', &mut line)?;
                if line == after {
                    continue;
                }
                let (before, after): (Seen, Seen) = (
                    serde_json::from_slice(&line)?,
                    serde_json::from_slice(after)?,
                );
                if before.verdict == after.verdict {
                    continue;
                }
                let charge = Cents(after.cents);
                let verdicts = (before.verdict.clone(), after.verdict.clone());
                replayed.changed.entry(verdicts).or_default().add(1, charge);
                let change = Change {
                    claim_id: after.claim_id,
                    claim_ordinal: after.ordinal,
                    payer: after.payer,
                    charge,
                    before: before.verdict,
                    after: after.verdict,
                    rules_before: before.rules,
                    rules_after: after.rules,
                };
                tell(&change).map_err(|error| {
                    untold = Some(error);
                    io::Error::other("answer")
                })?;
            }
            Ok(())
        });
        if let Some(error) = untold {
            return Err(RunError::Untold { file, error });
        }
        judged.map_err(failed)?;
        Ok(replayed)
    }

    fn judge(
        &self,
        judgement: &Judgement,
        (bytes, survey): (&File, &Survey),
        folder: &Path,
        take: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send),
    ) -> Result<(), Failed> {
        let mut cutter = Cutter::new(bytes, survey, limits::BLOCK_BYTES);
        let mut not_taken = None;
        let mut sink = |_: &Block, judged: Judged| {
            let taken = judged.kept.iter().try_for_each(|lines| take(lines));
            taken.map_err(|error| {
                not_taken = Some(error);
                io::Error::other("output")
            })
        };
        let listeners: [&dyn Listener; 1] = [&Verdicts];
        let assignment = Assignment {
            judgement,
            survey,
            notes: &Notes::new(survey),
            listeners: &listeners,
            twins: &[],
            seeks_twins: true,
            mending: false,
            earlier: None,
            known: None,
        };
        let mut claims = duplicates::Seen::of(folder.to_owned(), survey.claims);
        let result = pipeline::run(
            self.pool,
            &mut cutter,
            assignment,
            &mut claims,
            self.stop,
            &mut sink,
        );
        match not_taken {
            Some(error) => Err(Failed::Taking(error)),
            None => result.map_err(Failed::Judging),
        }
    }
}

/// Why an input was not judged to its end.
enum Failed {
    /// Whoever takes the verdicts failed.
    Taking(io::Error),
    /// The input can't be read, or the work was stopped.
    Judging(PipelineError),
}

/// Keeps each claim's verdict, a line a claim.
struct Verdicts;

impl Listener for Verdicts {
    fn envelope(&self, _: &EnvelopeSegment<'_>, _: &mut Vec<u8>) {}

    fn set(&self, _: &SetHeader<'_>, _: &mut Vec<u8>) {}

    fn set_findings(&self, _: &SetFindings<'_>, _: &mut Vec<u8>) {}

    fn claim(&self, judged: &JudgedClaim<'_>, kept: &mut Vec<u8>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let rejected = judged.verdict == Verdict::Rejected;
        let mut rules: Vec<String> = judged
            .findings
            .iter()
            .filter(|finding| !rejected || finding.severity == Severity::Reject)
            .map(|finding| finding.rule.code.to_owned())
            .collect();
        rules.sort();
        rules.dedup();
        let seen = Seen {
            claim_id: text(judged.claim.id()),
            ordinal: judged.ordinal,
            payer: text(judged.claim.payer_id()),
            cents: judged.charge.0,
            verdict: judged.verdict.to_string(),
            rules,
        };
        // Writing to memory cannot fail, and nothing in it is beyond JSON.
        if serde_json::to_writer(&mut *kept, &seen).is_ok() {
            kept.push(b'\n');
        }
    }
}
