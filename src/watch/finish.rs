//! From outputs in the work folder to answers that are published: the decisions of a
//! batch are made, and carried out, together.

use std::collections::HashSet;
use std::io;
use std::time::{Duration, Instant};

use super::attempt::{Attempt, Tried};
use super::bench::Bench;
use super::carrying_out::quarantined;
use super::decision::Decision;
use super::folders::Submitter;
use super::job::Job;
use super::lately::Lately;
use super::names::Chosen;
use super::place::{move_new, sync_all};
use super::reason::Reason;
use super::resumed::Resumed;
use crate::ledger::{Gathered, LedgerError, Preparation, Recent};
use crate::scrub::run::Outcome;

/// A job and what became of it.
#[derive(Debug)]
pub struct Finished {
    /// The job.
    pub job: Job,
    /// What became of it.
    pub done: Done,
    /// How long it was scrubbed.
    pub time: Duration,
}

/// What became of a job.
#[derive(Debug)]
pub enum Done {
    /// Scrubbed and answered.
    Answered(Box<Outcome>),
    /// Its content was answered before.
    Duplicate,
    /// In quarantine.
    Quarantined,
    /// It changed while it was read; it waits in its box again.
    PutBack,
    /// What was begun before a crash is ended.
    Resumed(Resumed),
    /// It is to be scrubbed again: another file of its batch came first.
    Again,
    /// Its place can't be written to now; it waits in the work folder.
    Postponed(io::Error),
}

/// A job on its way out.
struct Leaving<'a> {
    job: Job,
    time: Duration,
    step: Step,
    done: Done,
    preparation: Option<Preparation>,
    /// The number of the run that the ledger takes with others.
    run: Option<i64>,
    /// Whether the ledger was to take its run by itself.
    alone: bool,
    /// Whether its decision counts: it can only be carried out from then on.
    is_decided: bool,
    /// Held until the job has gone.
    names: Vec<Chosen<'a>>,
}

enum Step {
    /// To be decided, so.
    Decide(Decision),
    /// Decided: to be carried out.
    CarryOut(Decision),
    /// Nothing is to be done any more.
    Remove,
    /// It stays as it is.
    Stay,
}

/// Ends batches, one after the other.
#[derive(Debug)]
pub struct Finisher<'a> {
    /// What was accepted since runs that are still under way began.
    recent: Recent,
    /// Where inputs go that are answered.
    lately: &'a Lately,
}

impl<'a> Finisher<'a> {
    /// One that has ended nothing yet.
    #[must_use]
    pub fn new(lately: &'a Lately) -> Finisher<'a> {
        Finisher {
            recent: Recent::default(),
            lately,
        }
    }

    /// Decides on the jobs of a batch, in their order, and does what was decided. What
    /// can't be done now stays in the work folder.
    pub fn finish(&mut self, batch: Vec<Tried<'_>>, bench: Bench<'_>) -> Vec<Finished> {
        let started = Instant::now();
        let scrubbed = batch.iter().filter(|tried| tried.since > 0);
        if let Some(since) = scrubbed.map(|tried| tried.since).min() {
            self.recent.forget(since);
        }
        let mut contents = HashSet::new();
        let mut leaving = Vec::with_capacity(batch.len());
        let unsettled = bench.settling.catch_up(bench.ledger).err();
        for tried in batch {
            leaving.push(self.judge(tried, bench, &mut contents, unsettled.as_ref()));
        }
        let mut exit = Exit {
            leaving,
            bench,
            settle: false,
        };
        exit.decide();
        // What is not answered after all stands in nobody's way, itself least of all.
        for leaving in exit.leaving.iter().filter(|leaving| !leaving.is_decided) {
            if let Some(run) = leaving.run {
                self.recent.withdraw(run);
            }
        }
        bench.metrics.stage("decide", started.elapsed());
        let started = Instant::now();
        exit.carry_out(self.lately);
        bench.metrics.stage("publish", started.elapsed());
        exit.leaving.into_iter().map(Leaving::end).collect()
    }

    /// What is to be done with a job.
    fn judge<'b>(
        &mut self,
        tried: Tried<'b>,
        bench: Bench<'b>,
        contents: &mut HashSet<String>,
        unsettled: Option<&LedgerError>,
    ) -> Leaving<'b> {
        let job = tried.job;
        let mut preparation = None;
        let mut name = None;
        let mut quarantine = |reason: Reason| {
            let folder = job.submitter(bench.folders).quarantine();
            let used = |name: &str| quarantined(&folder, name);
            let (free, chosen) = bench.names.choose(&folder, &job.ticket.safe_name, used);
            name = Some(chosen);
            Step::Decide(Decision::Quarantine { name: free, reason })
        };
        let is_decided = matches!(tried.attempt, Attempt::Decided(_));
        let attempt = match (tried.attempt, unsettled) {
            // It was never scrubbed: the ledger holds nothing of it.
            (Attempt::Changed, _) if !tried.alone && tried.since == 0 => Attempt::Changed,
            (_, Some(error)) => Attempt::Later(io::Error::other(error.to_string())),
            (attempt, None) => attempt,
        };
        let (step, done) = match attempt {
            Attempt::Ready(..) if tried.dropped != bench.settling.dropped() => {
                (Step::Stay, Done::Again)
            }
            Attempt::Ready(publication, mut outcome) => {
                preparation = outcome.preparation.take();
                let gathered = match &preparation {
                    Some(Preparation::Gathered(gathered)) => Some(&**gathered),
                    _ => None,
                };
                let submitter = job.submitter(bench.folders);
                match self.fits(
                    (&publication.hashes, &submitter),
                    gathered,
                    tried.since,
                    bench,
                    contents,
                ) {
                    Ok(Fits::Yes) => (
                        Step::Decide(Decision::Publish(*publication)),
                        Done::Answered(outcome),
                    ),
                    Ok(Fits::Known(reason)) => (quarantine(reason), Done::Duplicate),
                    Ok(Fits::Later) => (Step::Stay, Done::Again),
                    Err(error) => (Step::Stay, Done::Postponed(error)),
                }
            }
            Attempt::Known(answered) => (
                quarantine(Reason::duplicate(&answered, &job.submitter(bench.folders))),
                Done::Duplicate,
            ),
            Attempt::Bad(reason) => (quarantine(reason), Done::Quarantined),
            Attempt::Changed => match put_back(&job, bench) {
                Ok(()) => (Step::Remove, Done::PutBack),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    (quarantine(Reason::superseded()), Done::Quarantined)
                }
                Err(error) => (Step::Stay, Done::Postponed(error)),
            },
            Attempt::Later(error) => (Step::Stay, Done::Postponed(error)),
            Attempt::Decided(decision) => {
                let resumed = Resumed::of(&job, &decision, bench);
                (Step::CarryOut(*decision), Done::Resumed(resumed))
            }
            Attempt::Gone => (Step::Remove, Done::Resumed(Resumed::Ended)),
        };
        let run = match &preparation {
            Some(Preparation::Gathered(gathered)) => Some(gathered.run()),
            _ => None,
        };
        Leaving {
            job,
            time: tried.time,
            step,
            done,
            preparation,
            run,
            alone: tried.alone,
            is_decided,
            names: tried.names.into_iter().chain(name).collect(),
        }
    }

    /// Whether a file may be answered as it was scrubbed, after those before it.
    fn fits(
        &mut self,
        (hashes, submitter): (&[String], &Submitter),
        gathered: Option<&Gathered>,
        since: i64,
        bench: Bench<'_>,
        contents: &mut HashSet<String>,
    ) -> io::Result<Fits> {
        if bench.accept_duplicates {
            return Ok(Fits::Yes);
        }
        for hash in hashes {
            // Its twin may have been answered while it was scrubbed itself.
            if let Some(answered) = bench.seen.answered(hash)? {
                return Ok(Fits::Known(Reason::duplicate(&answered, submitter)));
            }
            if contents.contains(hash) {
                return Ok(Fits::Later);
            }
        }
        if let Some(gathered) = gathered {
            if self.recent.concerns(gathered, since) {
                return Ok(Fits::Later);
            }
            self.recent.add(gathered);
        }
        contents.extend(hashes.iter().cloned());
        Ok(Fits::Yes)
    }
}

enum Fits {
    Yes,
    /// Its content was answered before.
    Known(Reason),
    /// What it was judged by is not all that counts by now.
    Later,
}

/// A batch on its way out.
struct Exit<'a> {
    leaving: Vec<Leaving<'a>>,
    bench: Bench<'a>,
    /// Whether the ledger took a run that is not published after all.
    settle: bool,
}

impl<'a> Exit<'a> {
    /// Up to decisions that last, and a ledger that knows of them.
    fn decide(&mut self) {
        self.settle = self.leaving.iter().any(|leaving| {
            leaving.alone && !matches!(leaving.step, Step::Decide(Decision::Publish(_)))
        });
        if let Err(error) = self.enter() {
            self.postpone(&io::Error::other(error.to_string()), |leaving| {
                leaving.preparation.is_some()
            });
        }
        (self.bench.checkpoint)("entered");
        let checkpoint = self.bench.checkpoint;
        self.each(|leaving| {
            if let Step::Decide(decision) = &leaving.step {
                decision.draft(&leaving.job)?;
                checkpoint("drafted-one");
            }
            Ok(())
        });
        let undecided = |leaving: &Leaving<'_>| matches!(leaving.step, Step::Decide(_));
        self.sync(undecided);
        (self.bench.checkpoint)("drafted");
        self.each(|leaving| {
            let step = std::mem::replace(&mut leaving.step, Step::Stay);
            leaving.step = match step {
                Step::Decide(decision) => {
                    Decision::make(&leaving.job)?;
                    leaving.is_decided = true;
                    checkpoint("made-one");
                    Step::CarryOut(decision)
                }
                other => other,
            };
            Ok(())
        });
        // A decision that may not last is not carried out yet.
        self.sync(|leaving| matches!(leaving.step, Step::CarryOut(_)));
        (self.bench.checkpoint)("decided");
        if let Err(error) = self.record() {
            tracing::warn!(%error, "the ledger could not be told which runs are published; it is tried again");
            self.bench.settling.owe();
            // A job that has gone counts as published.
            self.postpone(&io::Error::other(error.to_string()), |leaving| {
                leaving.alone && !matches!(leaving.step, Step::CarryOut(Decision::Publish(_)))
            });
        }
        (self.bench.checkpoint)("recorded");
    }

    /// The ledger takes the runs of the batch.
    fn enter(&self) -> Result<(), LedgerError> {
        let mut gathered = self.leaving.iter().filter_map(Leaving::gathered).peekable();
        match self.bench.ledger {
            Some(ledger) if gathered.peek().is_some() => ledger.enter(gathered),
            _ => Ok(()),
        }
    }

    /// The ledger is told which runs are published, and drops those that are not.
    fn record(&mut self) -> Result<(), LedgerError> {
        let Some(ledger) = self.bench.ledger else {
            return Ok(());
        };
        if self.settle {
            return self.bench.settling.settle(ledger);
        }
        let runs: Vec<i64> = self
            .leaving
            .iter()
            .filter_map(|leaving| leaving.gathered().map(Gathered::run))
            .collect();
        for leaving in &mut self.leaving {
            if let Some(preparation) = leaving.preparation.take() {
                preparation.published();
            }
        }
        if runs.is_empty() {
            return Ok(());
        }
        ledger.mark_published(&runs)
    }

    fn carry_out(&mut self, lately: &Lately) {
        let bench = self.bench;
        self.each(|leaving| {
            if let Step::CarryOut(Decision::Publish(publication)) = &mut leaving.step {
                let chosen = publication.make_way(&leaving.job, bench)?;
                leaving.names.extend(chosen);
            }
            Ok(())
        });
        self.each(|leaving| match &leaving.step {
            Step::CarryOut(decision) => decision.carry_out(&leaving.job, bench),
            _ => Ok(()),
        });
        self.sync(|leaving| matches!(leaving.step, Step::CarryOut(_) | Step::Remove));
        (bench.checkpoint)("lasting");
        self.each(|leaving| {
            match &leaving.step {
                Step::CarryOut(Decision::Publish(publication)) => {
                    lately.keep(&leaving.job, publication, bench)?;
                }
                Step::CarryOut(_) | Step::Remove => leaving.job.remove()?,
                _ => return Ok(()),
            }
            (bench.checkpoint)("removed-one");
            Ok(())
        });
    }

    /// Does something for each job; one for which it fails waits in the work folder.
    fn each(&mut self, act: impl Fn(&mut Leaving<'a>) -> io::Result<()>) {
        for leaving in &mut self.leaving {
            if let Err(error) = act(leaving) {
                self.settle |= leaving.postpone(&error);
            }
        }
    }

    /// Makes all that was written last. Where that fails, these jobs wait.
    fn sync(&mut self, concerned: impl Fn(&Leaving<'_>) -> bool) {
        if !self.leaving.iter().any(&concerned) {
            return;
        }
        if let Err(error) = sync_all(&self.bench.folders.jobs()) {
            self.postpone(&error, concerned);
        }
    }

    fn postpone(&mut self, error: &io::Error, concerned: impl Fn(&Leaving<'_>) -> bool) {
        for leaving in &mut self.leaving {
            if concerned(leaving) {
                self.settle |= leaving.postpone(error);
            }
        }
    }
}

impl Leaving<'_> {
    /// The run that the ledger takes with this job's decision.
    fn gathered(&self) -> Option<&Gathered> {
        match (&self.step, &self.preparation) {
            (
                Step::Decide(Decision::Publish(_)) | Step::CarryOut(Decision::Publish(_)),
                Some(Preparation::Gathered(gathered)),
            ) => Some(gathered),
            _ => None,
        }
    }

    /// The job has left its batch. The name that was decided on stays its own until it is gone.
    fn end(self) -> Finished {
        if self.is_decided && matches!(self.done, Done::Postponed(_)) {
            self.names.into_iter().for_each(Chosen::stay);
        }
        Finished {
            job: self.job,
            done: self.done,
            time: self.time,
        }
    }

    /// Leaves the job as it is; whether the ledger may know of it.
    fn postpone(&mut self, error: &io::Error) -> bool {
        self.step = Step::Stay;
        self.done = Done::Postponed(io::Error::new(error.kind(), error.to_string()));
        self.preparation.take().is_some()
    }
}

/// Puts the input back into its box, to be looked at again.
fn put_back(job: &Job, bench: Bench<'_>) -> io::Result<()> {
    let home = job.submitter(bench.folders).entrance(job.ticket.entrance);
    move_new(&job.input(), &home.join(&job.ticket.safe_name))
}
