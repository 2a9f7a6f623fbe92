//! What became of files, in the log and in the metrics: numbers and ids, never a claim.

use super::finish::{Done, Finished};
use super::resumed::Resumed;
use super::service::Service;

impl Service {
    /// Says what became of a job.
    pub(super) fn tell(&self, finished: &Finished) {
        let Finished { job, done, time } = finished;
        let id = job.id();
        let metrics = self.metrics();
        match done {
            Done::Postponed(_) => metrics.publishing(id, false),
            Done::Again => {}
            _ => metrics.publishing(id, true),
        }
        match done {
            Done::Answered(outcome) => {
                metrics.file("answered");
                metrics.scrubbed(outcome.bytes, &outcome.tally);
                tracing::info!(
                    job = id,
                    bytes = outcome.bytes,
                    claims = outcome.tally.total().claims,
                    rejected = outcome.tally.rejected.claims,
                    milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
                    "answered"
                );
                if outcome.tally.past_policy > 0 {
                    tracing::warn!(
                        job = id,
                        claims = outcome.tally.past_policy,
                        "dates of service past what the policy covers; look for a newer one"
                    );
                }
            }
            Done::Duplicate => {
                metrics.file("duplicate");
                tracing::warn!(job = id, "answered before, not scrubbed again");
            }
            Done::Quarantined => {
                metrics.file("quarantined");
                tracing::warn!(job = id, "quarantined; the reason lies beside it");
            }
            Done::PutBack => {
                metrics.file("put_back");
                tracing::warn!(job = id, "changed while read, put back");
            }
            Done::Resumed(resumed) => {
                metrics.file("resumed");
                match resumed {
                    Resumed::Answered(bytes, tally) => {
                        metrics.file("answered");
                        metrics.scrubbed(*bytes, tally);
                    }
                    Resumed::Quarantined => metrics.file("quarantined"),
                    Resumed::Ended => {}
                }
                tracing::info!(job = id, "finished what was begun");
            }
            Done::Again => tracing::debug!(job = id, "scrubbed again after another of its batch"),
            Done::Postponed(error) => {
                metrics.file("postponed");
                let submitter = &job.ticket.submitter;
                tracing::error!(job = id, submitter, %error, "cannot be finished now, will be tried again");
            }
        }
    }
}
