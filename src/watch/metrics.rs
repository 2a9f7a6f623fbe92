//! What the service tells Prometheus. Numbers only: no claim, no name of a file.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::place::{set_mode, write_whole};
use crate::scrub::tally::{Sum, Tally};

/// Counters since the start of the service.
#[derive(Debug, Default)]
pub struct Metrics {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    files: BTreeMap<&'static str, u64>,
    bytes: u64,
    tally: Tally,
    stages: BTreeMap<&'static str, Duration>,
    waiting: u64,
    oldest: Duration,
    last_success: u64,
    policy: String,
    policy_age_days: Option<i64>,
}

impl Metrics {
    /// A file came to this end: `answered`, `duplicate`, `quarantined`, `postponed`.
    pub fn file(&self, outcome: &'static str) {
        *self.inner().files.entry(outcome).or_default() += 1;
    }

    /// A file was scrubbed.
    pub fn scrubbed(&self, bytes: u64, tally: &Tally) {
        let mut inner = self.inner();
        inner.bytes += bytes;
        inner.tally.merge(tally);
        inner.last_success = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
    }

    /// Time spent in a stage.
    pub fn stage(&self, stage: &'static str, time: Duration) {
        *self.inner().stages.entry(stage).or_default() += time;
    }

    /// Files that are not whole yet, and for how long the oldest has been there.
    pub fn queue(&self, waiting: u64, oldest: Duration) {
        let mut inner = self.inner();
        inner.waiting = waiting;
        inner.oldest = oldest;
    }

    /// The policy in force and the age of its newest fact.
    pub fn policy(&self, version: &str, age_days: Option<i64>) {
        let mut inner = self.inner();
        version.clone_into(&mut inner.policy);
        inner.policy_age_days = age_days;
    }

    /// Seconds since 1970 of the latest file that was answered, 0 for none.
    #[must_use]
    pub fn last_success(&self) -> u64 {
        self.inner().last_success
    }

    /// The text exposition format.
    #[must_use]
    pub fn text(&self) -> String {
        let inner = self.inner();
        let mut page = Page::default();
        page.family("telescrub_files_total", "counter", "Files by outcome");
        for (outcome, count) in &inner.files {
            page.line("telescrub_files_total", &[("outcome", outcome)], count);
        }
        page.family("telescrub_bytes_total", "counter", "Bytes scrubbed");
        page.line("telescrub_bytes_total", &[], inner.bytes);
        let sums: [(&str, Sum); 5] = [
            ("clean", inner.tally.clean),
            ("rejected", inner.tally.rejected),
            ("held", inner.tally.held),
            ("unchecked", inner.tally.unchecked),
            ("warned", inner.tally.warned),
        ];
        page.family("telescrub_claims_total", "counter", "Claims by outcome");
        for (outcome, sum) in sums {
            page.line(
                "telescrub_claims_total",
                &[("outcome", outcome)],
                sum.claims,
            );
        }
        page.family("telescrub_dollars_total", "counter", "Charges by outcome");
        for (outcome, sum) in sums {
            page.line(
                "telescrub_dollars_total",
                &[("outcome", outcome)],
                sum.charges,
            );
        }
        page.family("telescrub_findings_total", "counter", "Findings by rule");
        for (rule, tally) in &inner.tally.rules {
            for (severity, count) in [("reject", tally.reject), ("warn", tally.warn)] {
                let labels = [("rule", *rule), ("severity", severity)];
                page.line("telescrub_findings_total", &labels, count);
            }
        }
        page.family("telescrub_queue_files", "gauge", "Files not whole yet");
        page.line("telescrub_queue_files", &[], inner.waiting);
        page.family(
            "telescrub_queue_age_seconds",
            "gauge",
            "Age of the oldest of them",
        );
        page.line("telescrub_queue_age_seconds", &[], inner.oldest.as_secs());
        page.family(
            "telescrub_last_success_timestamp_seconds",
            "gauge",
            "Latest answer",
        );
        page.line(
            "telescrub_last_success_timestamp_seconds",
            &[],
            inner.last_success,
        );
        page.family("telescrub_stage_seconds_total", "counter", "Time by stage");
        for (stage, time) in &inner.stages {
            page.line(
                "telescrub_stage_seconds_total",
                &[("stage", stage)],
                time.as_secs_f64(),
            );
        }
        page.family("telescrub_policy_info", "gauge", "The policy in force");
        page.line("telescrub_policy_info", &[("version", &inner.policy)], 1);
        if let Some(days) = inner.policy_age_days {
            page.family(
                "telescrub_policy_age_days",
                "gauge",
                "Age of its newest source",
            );
            page.line("telescrub_policy_age_days", &[], days);
        }
        page.text
    }

    /// Writes the text where the node exporter's textfile collector finds it.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        write_whole(path, self.text().as_bytes())?;
        set_mode(path, 0o644)
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Page {
    text: String,
}

// Writing to a string cannot fail.
impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = write!(self.text, "# HELP {name} {help}.\n# TYPE {name} {kind}\n");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        self.text.push_str(name);
        for (at, (label, value)) in labels.iter().enumerate() {
            let open = if at == 0 { '{' } else { ',' };
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            let _ = write!(self.text, "{open}{label}=\"{value}\"");
        }
        if !labels.is_empty() {
            self.text.push('}');
        }
        let _ = writeln!(self.text, " {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_comment_or_a_sample() {
        let metrics = Metrics::default();
        metrics.file("answered");
        metrics.scrubbed(10, &Tally::default());
        metrics.policy("a\"b", Some(3));
        for line in metrics.text().lines() {
            let sample = line.rsplit_once(' ').is_some_and(|(name, value)| {
                name.starts_with("telescrub_") && value.parse::<f64>().is_ok()
            });
            assert!(sample || line.starts_with("# "), "{line}");
        }
        assert!(metrics.text().contains(r#"version="a\"b""#));
    }
}
