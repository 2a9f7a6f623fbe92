//! The way of files through the service: a batch is scrubbed, small files side by side
//! and a large one by all threads, while the batch before it is published.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use rayon::ThreadPool;

use super::attempt::{Attempt, Tried, Way, attempt};
use super::bench::Bench;
use super::decision::Decision;
use super::finish::{Done, Finished, Finisher};
use super::job::Job;
use super::lately::Lately;
use crate::lock::lock;

/// Files of a batch, at most: what is lost of work when the program is killed.
pub const BATCH_FILES: usize = 128;

/// Bytes of a batch, about: what its files keep in memory stays small beside it.
pub const BATCH_BYTES: u64 = 64 << 20;

/// The threads: one pool of all of them, and one pool for each.
pub struct Pools {
    large: ThreadPool,
    small: Vec<ThreadPool>,
}

impl Pools {
    /// Pools of so many threads.
    ///
    /// # Errors
    /// When they can't be started.
    pub fn new(threads: usize) -> Result<Pools, rayon::ThreadPoolBuildError> {
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let small = std::iter::repeat_n(1, threads).map(pool);
        Ok(Pools {
            large: pool(threads)?,
            small: small.collect::<Result<_, _>>()?,
        })
    }
}

/// The entry of the line, for one thread; [`Exit`] is for another.
pub struct Line<'a> {
    bench: Bench<'a>,
    pools: &'a Pools,
    /// The number of the next run that the ledger takes with others.
    next_run: i64,
    batches: SyncSender<Vec<Tried<'a>>>,
    ended: Receiver<Vec<Job>>,
    /// Batches that are being published.
    under_way: usize,
    /// Jobs to be scrubbed again.
    again: Vec<Job>,
}

/// The end of the line.
pub struct Exit<'a> {
    bench: Bench<'a>,
    lately: &'a Lately,
    batches: Receiver<Vec<Tried<'a>>>,
    ended: Sender<Vec<Job>>,
}

/// A line with both its ends.
#[must_use]
pub fn line<'a>(bench: Bench<'a>, lately: &'a Lately, pools: &'a Pools) -> (Line<'a>, Exit<'a>) {
    // A batch is handed over when the one before it is published: two are under way.
    let (batches, receiver) = sync_channel(0);
    let (sender, ended) = channel();
    let line = Line {
        bench,
        pools,
        next_run: 0,
        batches,
        ended,
        under_way: 0,
        again: Vec::new(),
    };
    let exit = Exit {
        bench,
        lately,
        batches: receiver,
        ended: sender,
    };
    (line, exit)
}

impl Exit<'_> {
    /// Publishes batches until the entry is dropped; tells what became of each job.
    pub fn run(self, tell: &dyn Fn(&Finished)) {
        let mut finisher = Finisher::new(self.lately);
        for batch in self.batches {
            let mut again = Vec::new();
            for finished in finisher.finish(batch, self.bench) {
                tell(&finished);
                if matches!(finished.done, Done::Again) {
                    again.push(finished.job);
                }
            }
            // The entry may have gone: then the next start takes them up.
            let _ = self.ended.send(again);
        }
    }
}

impl<'a> Line<'a> {
    /// Scrubs these jobs, batch by batch, and hands them over to be published.
    pub fn scrub(&mut self, jobs: Vec<Job>) {
        let is_large = |job: &Job| job.shape().is_some_and(super::intake::Shape::is_large);
        let (large, small): (Vec<_>, Vec<_>) = jobs.into_iter().partition(is_large);
        let mut small = small.into_iter().peekable();
        while small.peek().is_some() {
            let (mut batch, mut bytes) = (Vec::new(), 0);
            while batch.len() < BATCH_FILES && bytes < BATCH_BYTES {
                let Some(job) = small.next() else { break };
                bytes += job.bytes();
                batch.push(job);
            }
            let tried = self.side_by_side(batch);
            self.hand_over(tried);
        }
        for job in large {
            // It numbers its run itself, so the ledger must know of all others.
            self.wait();
            let tried = match self.since() {
                Ok(since) => {
                    let way = Way {
                        pool: &self.pools.large,
                        since,
                        gather: None,
                    };
                    attempt(job, self.bench, way)
                }
                Err(error) => Tried::untried(job, Attempt::Later(error)),
            };
            self.hand_over(vec![tried]);
            self.wait();
        }
    }

    /// Holds the name that was decided on for this job until it is gone, though it may not even
    /// be tried: the ledger may be in use.
    pub fn hold_name(&self, job: &Job) {
        if let Ok(Some(decision)) = Decision::of(job) {
            decision.hold(job, self.bench).stay();
        }
    }

    /// Hands over jobs of which it is known already what is to be done.
    pub fn hand_over(&mut self, batch: Vec<Tried<'a>>) {
        if batch.is_empty() {
            return;
        }
        // The other end stays until this one has gone.
        if self.batches.send(batch).is_ok() {
            self.under_way += 1;
        }
        while let Ok(again) = self.ended.try_recv() {
            self.under_way -= 1;
            self.again.extend(again);
        }
    }

    /// Waits until everything handed over is published, or waits in the work folder. What is
    /// to be scrubbed again stays there once `stop` says so: the next start takes it up.
    pub fn drain(&mut self, stop: &AtomicBool) {
        loop {
            self.wait();
            if self.again.is_empty() || stop.load(Ordering::Relaxed) {
                return;
            }
            let again = std::mem::take(&mut self.again);
            self.scrub(again);
        }
    }

    fn wait(&mut self) {
        while self.under_way > 0 {
            let Ok(again) = self.ended.recv() else { return };
            self.under_way -= 1;
            self.again.extend(again);
        }
    }

    fn since(&self) -> std::io::Result<i64> {
        let last = self.bench.ledger.map(crate::ledger::Ledger::last_run);
        last.transpose()
            .map(|last| last.unwrap_or(0))
            .map_err(|error| std::io::Error::other(error.to_string()))
    }

    fn side_by_side(&mut self, jobs: Vec<Job>) -> Vec<Tried<'a>> {
        let since = match self.since() {
            Ok(since) => since,
            Err(error) => {
                let later = |job| {
                    let error = std::io::Error::other(error.to_string());
                    Tried::untried(job, Attempt::Later(error))
                };
                return jobs.into_iter().map(later).collect();
            }
        };
        let first = self.next_run.max(since + 1);
        self.next_run = first + i64::try_from(jobs.len()).unwrap_or(i64::MAX);
        let tried = Mutex::new(Vec::with_capacity(jobs.len()));
        let queue = Mutex::new((first..).zip(jobs));
        let bench = self.bench;
        std::thread::scope(|scope| {
            for pool in &self.pools.small {
                let (queue, tried) = (&queue, &tried);
                scope.spawn(move || {
                    loop {
                        let next = lock(queue).next();
                        let Some((run, job)) = next else { return };
                        let way = Way {
                            pool,
                            since,
                            gather: Some(run),
                        };
                        let done = attempt(job, bench, way);
                        lock(tried).push((run, done));
                    }
                });
            }
        });
        let mut tried = tried
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        tried.sort_by_key(|(run, _)| *run);
        tried.into_iter().map(|(_, tried)| tried).collect()
    }
}
