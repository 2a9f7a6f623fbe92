//! The service at work: look through the boxes, have answered what is whole, wait.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use super::bench::{Bench, Checkpoint};
use super::boxes::Boxes;
use super::decision::Decision;
use super::folders::Entrance;
use super::intake::Intake;
use super::job::Job;
use super::line::{Line, Pools, line};
use super::names::Names;
use super::service::{Service, Signals, WatchError};
use super::settings::Settings;
use super::take::take;
use crate::lock::lock;
use crate::scrub::judge::Judgement;
use crate::value::Date;

/// How long a job whose place can't be written to waits for the next attempt, and a
/// complaint until it is made again.
const PATIENCE: Duration = Duration::from_secs(30);

/// What "today" is, asked again and again: a service outlives its first day.
pub type Day<'a> = &'a dyn Fn() -> Date;

/// Settings and rules, read again.
pub type Reload<'a> = &'a mut dyn FnMut() -> Option<(Settings, Judgement)>;

/// The service from one reading of its configuration, or one midnight, to the next.
pub(super) struct Shift<'a> {
    /// The service.
    pub service: &'a Service,
    /// What it is told from outside.
    pub signals: &'a Signals,
    /// Whether it ends when the boxes are empty.
    pub once: bool,
    /// The rules.
    pub judgement: &'a Judgement,
    /// Told each step.
    pub checkpoint: Checkpoint<'a>,
    /// What was complained of lately, and when.
    pub complained: Mutex<HashMap<String, Instant>>,
    /// What "today" is.
    pub day: Day<'a>,
}

/// What a pass over the boxes did.
#[derive(Clone, Copy, Debug, Default)]
struct Pass {
    taken: usize,
    waiting: u64,
    oldest: Duration,
    /// Files that could not be had.
    missed: usize,
    /// Submitters and boxes that could not be looked at.
    unseen: usize,
}

impl Service {
    /// Answers files until told to stop; with `once`, until the boxes hold nothing
    /// that is or becomes whole. `reload` is asked for new settings and rules on request;
    /// it says itself what is wrong when it has none, and the old ones stay. `day` says what
    /// "today" is; the files of each batch are judged by it.
    ///
    /// # Errors
    /// When the drop folder can't be used, or files are left with `once`.
    pub fn run(
        &mut self,
        mut judgement: Judgement,
        once: bool,
        signals: &Signals,
        day: Day<'_>,
        reload: Reload<'_>,
        checkpoint: Checkpoint<'_>,
    ) -> Result<(), WatchError> {
        let (wake, woken) = mpsc::channel();
        let watcher = super::wake::notifications(&self.folders, wake.clone());
        let mut watcher = Some(watcher);
        let mut intake = Intake::new(self.settings.settle);
        loop {
            if signals.reload.swap(false, Ordering::Relaxed)
                && let Some((settings, new)) = reload()
            {
                judgement = new;
                self.reconfigure(settings);
                intake.set_settle(self.settings.settle);
                drop(watcher.take());
                watcher = Some(super::wake::notifications(&self.folders, wake.clone()));
                tracing::info!("configuration and policy read again");
            }
            judgement.today = day();
            self.tell_policy(&judgement);
            let ended = Shift {
                service: self,
                signals,
                once,
                judgement: &judgement,
                checkpoint,
                complained: Mutex::default(),
                day,
            }
            .work(&mut intake, &woken);
            self.write_metrics();
            if ended? {
                return Ok(());
            }
        }
    }

    /// Takes over what may change while the service runs.
    fn reconfigure(&mut self, new: Settings) {
        for key in self.settings.fixed(&new) {
            tracing::warn!(key, "takes effect when the service is started anew");
        }
        self.settings = self.settings.changed(new);
        self.folders.rename(self.settings.names.clone());
    }

    /// Says which policy is in force, and warns when it is old.
    fn tell_policy(&self, judgement: &Judgement) {
        let oldest = judgement
            .policies
            .iter()
            .filter_map(|(_, policy)| policy.as_of())
            .min();
        let version = judgement.policies.version();
        self.metrics.policy(&version, oldest);
        let age = oldest.map(|day| judgement.today.days() - day.days());
        if let Some(days) = age.filter(|days| *days > self.settings.policy_age_days) {
            tracing::warn!(days, "the policy is old; look for a newer one");
        }
        tracing::info!(policy = version, "policy in force");
    }
}

impl Shift<'_> {
    /// Works until it is told to stop (true), or to reload or another day begins (false).
    pub(super) fn work(
        &self,
        intake: &mut Intake,
        woken: &mpsc::Receiver<()>,
    ) -> Result<bool, WatchError> {
        let service = self.service;
        let settings = &service.settings;
        let pools =
            Pools::new(settings.threads).map_err(|error| WatchError::Start(error.to_string()))?;
        // Corrected rejects: what editing leaves wrong around the claims only warns.
        let mut by_hand = self.judgement.clone();
        by_hand.counts_by_hand = true;
        let names = Names::default();
        let bench = Bench {
            folders: &service.folders,
            seen: &service.seen,
            names: &names,
            judgement: self.judgement,
            by_hand: &by_hand,
            ledger: service.ledger.as_ref(),
            settling: &service.settling,
            mode: settings.mode,
            verify: settings.verify,
            unpacked_bytes: settings.unpacked_bytes,
            accept_duplicates: settings.accept_duplicates,
            metrics: &service.metrics,
            checkpoint: self.checkpoint,
        };
        let (mut line, exit) = line(bench, &service.lately, &pools);
        std::thread::scope(|scope| {
            scope.spawn(move || exit.run(&|finished| service.tell(finished)));
            let ended = self.look_and_wait(&mut line, intake, bench, woken);
            line.drain(&self.signals.stop);
            drop(line);
            ended
        })
    }

    fn look_and_wait<'a>(
        &self,
        line: &mut Line<'a>,
        intake: &mut Intake,
        bench: Bench<'a>,
        woken: &mpsc::Receiver<()>,
    ) -> Result<bool, WatchError> {
        let settings = &self.service.settings;
        let mut retried = Instant::now();
        self.retry(line, "found unfinished");
        loop {
            if self.signals.stop.load(Ordering::Relaxed) {
                return Ok(true);
            }
            if self.signals.reload.load(Ordering::Relaxed) || self.is_another_day() {
                return Ok(false);
            }
            let pass = match self.pass(line, intake, bench) {
                Ok(pass) => {
                    self.service.metrics.healthy(pass.missed + pass.unseen == 0);
                    pass
                }
                Err(error) if self.once => return Err(self.service.failed(error)),
                Err(error) => {
                    self.service.metrics.healthy(false);
                    self.complain("", &error, "the drop folder cannot be used now");
                    Pass::default()
                }
            };
            line.drain(&self.signals.stop);
            if self.is_over() {
                continue;
            }
            self.service.write_metrics();
            // A file that grows for ever must not keep a nightly batch from its end.
            let patient = pass.oldest > settings.settle * 4 + Duration::from_secs(1);
            if self.once && pass.taken == 0 && (pass.waiting == 0 || patient) {
                let left = Job::left(bench.folders).map_err(|error| self.service.failed(error));
                let (left, strange) = left.map(|(jobs, strange)| (jobs.len(), strange))?;
                return match left + strange + pass.missed {
                    0 => Ok(true),
                    files => Err(WatchError::Unfinished { files }),
                };
            }
            if pass.taken == 0 {
                let pause = if self.once {
                    settings.settle / 8 + Duration::from_millis(20)
                } else {
                    settings.scan
                };
                super::wake::wait(pause, || self.is_over(), woken);
            }
            if retried.elapsed() > PATIENCE {
                retried = Instant::now();
                self.retry(line, "tried again");
            }
        }
    }

    /// Whether another day has begun: dates of service are compared with today.
    fn is_another_day(&self) -> bool {
        (self.day)() != self.judgement.today
    }

    fn is_over(&self) -> bool {
        self.signals.any() || self.is_another_day()
    }

    /// Takes up what lies in the work folder.
    fn retry(&self, line: &mut Line<'_>, what: &str) {
        line.drain(&self.signals.stop);
        let jobs = match Job::left(&self.service.folders) {
            Ok((jobs, strange)) => {
                self.service.metrics.strange(strange);
                jobs
            }
            Err(error) => {
                self.service.metrics.strange(1);
                self.complain("", &error, "the work folder cannot be read now");
                return;
            }
        };
        for job in &jobs {
            tracing::info!(job = job.id(), "{what}");
        }
        // What was decided before a crash comes first: its contents are known then.
        let (decided, others): (Vec<_>, Vec<_>) = jobs
            .into_iter()
            .partition(|job| matches!(Decision::of(job), Ok(Some(_))));
        for job in &decided {
            line.hold_name(job);
        }
        for jobs in [decided, others] {
            line.scrub(jobs);
            line.drain(&self.signals.stop);
        }
    }

    /// Looks through every box once and takes what is whole.
    fn pass<'a>(
        &self,
        line: &mut Line<'a>,
        intake: &mut Intake,
        bench: Bench<'a>,
    ) -> io::Result<Pass> {
        let mut pass = Pass::default();
        self.service.lately.let_go(bench);
        let submitters = bench.folders.submitters(&mut |submitter, error| {
            pass.unseen += 1;
            self.complain(&submitter.name, error, "folders cannot be made");
        })?;
        let mut boxes = Boxes::default();
        let (mut unreadable, mut ignored, mut whole) = (0, 0, Duration::ZERO);
        for submitter in submitters {
            for entrance in [Entrance::Inbox, Entrance::Rerun] {
                let scan = match intake.scan(&submitter.entrance(entrance)) {
                    Ok(scan) => scan,
                    Err(error) => {
                        pass.unseen += 1;
                        self.complain(&submitter.name, &error, "a box cannot be read");
                        continue;
                    }
                };
                pass.waiting += scan.waiting;
                pass.oldest = pass.oldest.max(scan.oldest);
                whole = whole.max(scan.whole);
                unreadable += scan.unreadable;
                ignored += scan.ignored;
                for (path, error) in &scan.told {
                    super::unreadable::tell(bench, &submitter, path, error);
                }
                for what in &scan.passed_over {
                    let submitter = &submitter.name;
                    tracing::warn!(
                        submitter,
                        ?entrance,
                        "{what} is left in its box and not taken"
                    );
                }
                boxes.add(&submitter, entrance, scan.found);
            }
        }
        let metrics = &self.service.metrics;
        metrics.queue(pass.waiting, pass.oldest);
        metrics.left(unreadable, ignored);
        let seen = Instant::now();
        metrics.whole(boxes.len(), whole);
        let mut told = 0;
        while let Some(wanted) = boxes.batch() {
            if self.is_over() {
                break;
            }
            let started = Instant::now();
            let (jobs, changed) = take(&wanted, bench, &mut |file, error| {
                pass.missed += 1;
                let what = "a file cannot be taken out of its box";
                self.complain(&file.submitter.name, error, what);
            })?;
            metrics.stage("take", started.elapsed());
            pass.taken += jobs.len() + changed.len();
            line.hand_over(changed);
            line.scrub(jobs);
            metrics.whole(boxes.len() + pass.missed, whole + seen.elapsed());
            // A long pass is told of on the way.
            if seen.elapsed().as_secs() / 10 > told {
                told = seen.elapsed().as_secs() / 10;
                self.service.write_metrics();
            }
        }
        metrics.whole(boxes.len() + pass.missed, whole + seen.elapsed());
        Ok(pass)
    }

    /// Says what stands in the way; the same not more than once in a while.
    fn complain(&self, submitter: &str, error: &io::Error, what: &str) {
        self.service.metrics.trouble();
        let mut complained = lock(&self.complained);
        let key = format!("{submitter}/{what}");
        let due = complained
            .get(&key)
            .is_none_or(|said| said.elapsed() > PATIENCE);
        if due {
            complained.insert(key, Instant::now());
            tracing::error!(submitter, %error, "{what}; it is tried again, others go on");
        }
    }
}
