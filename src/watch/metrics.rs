//! What the service tells Prometheus. Numbers only: no claim, no name of a file.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::exposition::Page;
use super::place::write_whole;
use crate::lock::lock;
use crate::rules::registry::RULES;
use crate::scrub::tally::{Sum, Tally};
use crate::value::Date;

/// What a file comes to.
const OUTCOMES: [&str; 7] = [
    "answered",
    "duplicate",
    "postponed",
    "put_back",
    "quarantined",
    "resumed",
    "unreadable",
];

/// The stages of the way of a file: out of its box; scrubbed, and packed for the archive
/// within that; decided on; published. Take, decide and publish are those of a batch.
const STAGES: [&str; 5] = ["take", "scrub", "pack", "decide", "publish"];

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
    stages: BTreeMap<&'static str, (u64, Duration)>,
    /// Files and the age of the oldest: arriving, then whole.
    queue: [(u64, Duration); 2],
    unreadable: u64,
    ignored: u64,
    troubles: u64,
    unhealthy: bool,
    /// Jobs that wait because they could not be published.
    stuck: BTreeSet<String>,
    /// What lies among the jobs and is none that can be taken up.
    strange: usize,
    last_success: u64,
    policy: String,
    policy_as_of: Option<Date>,
}

impl Metrics {
    /// A file came to this end, one of those that `telescrub_files_total` names.
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
        let mut inner = self.inner();
        let (count, sum) = inner.stages.entry(stage).or_default();
        *count += 1;
        *sum += time;
    }

    /// Files that are not whole yet, and for how long the oldest has been there.
    pub fn queue(&self, waiting: u64, oldest: Duration) {
        self.inner().queue[0] = (waiting, oldest);
    }

    /// What is left in the boxes: files that can't be read, and what is never taken.
    pub fn left(&self, unreadable: u64, ignored: u64) {
        let mut inner = self.inner();
        inner.unreadable = unreadable;
        inner.ignored = ignored;
    }

    /// Files that were put into quarantine, and those that can't be read.
    #[must_use]
    pub fn unjudged(&self) -> u64 {
        let inner = self.inner();
        inner.files.get("quarantined").copied().unwrap_or(0) + inner.unreadable
    }

    /// Whole files that wait for their turn, and for how long they do.
    pub fn whole(&self, files: usize, age: Duration) {
        let age = if files == 0 { Duration::ZERO } else { age };
        self.inner().queue[1] = (files as u64, age);
    }

    /// A folder can't be used.
    pub fn trouble(&self) {
        self.inner().troubles += 1;
    }

    /// Whether the boxes could be looked through, and what was whole taken out of them.
    pub fn healthy(&self, healthy: bool) {
        self.inner().unhealthy = !healthy;
    }

    /// How many things among the jobs cannot be taken up.
    pub fn strange(&self, things: usize) {
        self.inner().strange = things;
    }

    /// Whether a job could be published; one that could not waits, whatever becomes of others.
    pub fn publishing(&self, job: &str, works: bool) {
        let mut inner = self.inner();
        if works {
            inner.stuck.remove(job);
        } else {
            inner.stuck.insert(job.to_owned());
        }
    }

    /// Whether the boxes can be looked through, what is whole can be taken out of them, and no
    /// job waits that could not be published or taken up.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        let inner = self.inner();
        !inner.unhealthy && inner.stuck.is_empty() && inner.strange == 0
    }

    /// The policy in force, and the day on which its oldest part was gathered.
    pub fn policy(&self, version: &str, as_of: Option<Date>) {
        let mut inner = self.inner();
        version.clone_into(&mut inner.policy);
        inner.policy_as_of = as_of;
    }

    /// The text exposition format.
    #[must_use]
    pub fn text(&self) -> String {
        let inner = self.inner();
        let mut page = Page::default();
        page.family("telescrub_files_total", "counter", "Files by outcome");
        for outcome in OUTCOMES {
            let count = inner.files.get(outcome).copied().unwrap_or(0);
            page.sample("telescrub_files_total", &[("outcome", outcome)], count);
        }
        page.single(
            "telescrub_bytes_total",
            "counter",
            "Bytes scrubbed, uncompressed",
            inner.bytes,
        );
        inner.claims(&mut page);
        inner.queue(&mut page);
        inner.stages(&mut page);
        inner.policy(&mut page);
        page.text
    }

    /// Writes the text where the node exporter's textfile collector finds it.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        write_whole(path, self.text().as_bytes(), 0o644)
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        lock(&self.inner)
    }
}

impl Inner {
    fn claims(&self, page: &mut Page) {
        let sums: [(&str, Sum); 5] = [
            ("clean", self.tally.clean),
            ("rejected", self.tally.rejected),
            ("held", self.tally.held),
            ("unchecked", self.tally.unchecked),
            ("warned", self.tally.warned),
        ];
        let name = "telescrub_claims_total";
        page.family(
            name,
            "counter",
            "Claims by outcome; unchecked and warned ones are among the others",
        );
        for (outcome, sum) in sums {
            page.sample(name, &[("outcome", outcome)], sum.claims);
        }
        let name = "telescrub_dollars_total";
        page.family(name, "counter", "Charges of claims by outcome");
        for (outcome, sum) in sums {
            page.sample(name, &[("outcome", outcome)], sum.charges);
        }
        page.single(
            "telescrub_claims_past_policy_total",
            "counter",
            "Claims with a date of service past what the policy covers",
            self.tally.past_policy,
        );
        let name = "telescrub_findings_total";
        page.family(name, "counter", "Findings by rule");
        for rule in RULES {
            let tally = self.tally.rules.get(rule.code).copied().unwrap_or_default();
            for (severity, count) in [("reject", tally.reject), ("warn", tally.warn)] {
                let labels = [("rule", rule.code), ("severity", severity)];
                page.sample(name, &labels, count);
            }
        }
    }

    fn queue(&self, page: &mut Page) {
        let states = ["arriving", "whole"];
        let name = "telescrub_queue_files";
        page.family(
            name,
            "gauge",
            "Files in the boxes: still arriving, or whole and waiting for their turn",
        );
        for (state, (files, _)) in states.iter().zip(self.queue) {
            page.sample(name, &[("state", state)], files);
        }
        let name = "telescrub_queue_age_seconds";
        page.family(name, "gauge", "How long the oldest of them has waited");
        for (state, (_, age)) in states.iter().zip(self.queue) {
            page.sample(name, &[("state", state)], age.as_secs_f64());
        }
        page.single(
            "telescrub_unreadable_files",
            "gauge",
            "Files in the boxes that cannot be read",
            self.unreadable,
        );
        page.single(
            "telescrub_ignored_files",
            "gauge",
            "What lies in the boxes and is never taken: folders, and for more than an hour hidden files and names of uploads under way",
            self.ignored,
        );
        page.single(
            "telescrub_folder_errors_total",
            "counter",
            "Times that a folder could not be used",
            self.troubles,
        );
        page.single(
            "telescrub_last_success_timestamp_seconds",
            "gauge",
            "When the latest file was answered, seconds since 1970, 0 for never",
            self.last_success,
        );
    }

    fn stages(&self, page: &mut Page) {
        let name = "telescrub_stage_seconds";
        page.family(
            name,
            "summary",
            "Time by stage: scrub and pack for each file, the others for each batch",
        );
        for stage in STAGES {
            let (count, sum) = self.stages.get(stage).copied().unwrap_or_default();
            let labels = [("stage", stage)];
            page.sample("telescrub_stage_seconds_sum", &labels, sum.as_secs_f64());
            page.sample("telescrub_stage_seconds_count", &labels, count);
        }
    }

    fn policy(&self, page: &mut Page) {
        let name = "telescrub_policy_info";
        page.family(name, "gauge", "The policy in force");
        page.sample(name, &[("version", &self.policy)], 1);
        if let Some(day) = self.policy_as_of {
            page.single(
                "telescrub_policy_age_days",
                "gauge",
                "Days since the oldest part of the policy in force was gathered",
                Date::today().days() - day.days(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and kinds of the families of a page, in which every sample belongs to the
    /// family above it.
    fn families(text: &str) -> BTreeMap<String, String> {
        let mut families = BTreeMap::new();
        let (mut help, mut open) = (String::new(), String::new());
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, words) = rest.split_once(' ').unwrap();
                assert!(words.len() > 5, "{line}");
                name.clone_into(&mut help);
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').unwrap();
                assert!(["counter", "gauge", "summary"].contains(&kind), "{line}");
                assert_eq!(name, help, "a family has its help first");
                assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
                assert!(families.insert(name.to_owned(), kind.to_owned()).is_none());
                name.clone_into(&mut open);
            } else {
                let (sample, value) = line.rsplit_once(' ').unwrap();
                assert!(value.parse::<f64>().is_ok(), "{line}");
                let name = sample.split('{').next().unwrap();
                let suffix = name.strip_prefix(open.as_str()).unwrap();
                let summary = families[&open] == "summary";
                let allowed = if summary {
                    &["_sum", "_count"][..]
                } else {
                    &[""]
                };
                assert!(allowed.contains(&suffix), "{line}");
            }
        }
        families
    }

    #[test]
    fn every_sample_is_documented_and_parses() {
        let metrics = Metrics::default();
        metrics.file("answered");
        metrics.scrubbed(10, &Tally::default());
        metrics.stage("scrub", Duration::from_millis(5));
        metrics.policy("a\"b", Date::parse_iso("2026-01-01"));
        let text = metrics.text();
        let families = families(&text);
        assert!(families.len() >= 12, "{families:?}");
        assert!(text.contains(r#"version="a\"b""#));
        assert!(text.contains("telescrub_stage_seconds_sum{stage=\"scrub\"} 0.005\n"));
    }

    #[test]
    fn every_outcome_is_there_before_it_comes() {
        let text = Metrics::default().text();
        for outcome in OUTCOMES {
            let sample = format!("telescrub_files_total{{outcome=\"{outcome}\"}} 0\n");
            assert!(text.contains(&sample), "{outcome}");
        }
        for rule in RULES {
            assert!(text.contains(&format!("rule=\"{}\",severity=\"reject\"", rule.code)));
        }
        for stage in STAGES {
            assert!(text.contains(&format!("stage=\"{stage}\"")), "{stage}");
        }
    }

    #[test]
    fn the_age_of_the_policy_goes_on_by_itself() {
        let metrics = Metrics::default();
        let day = Date::from_days(Date::today().days() - 40);
        metrics.policy("v", Some(day));
        let text = metrics.text();
        let line = text
            .lines()
            .find(|line| line.starts_with("telescrub_policy_age_days"))
            .unwrap();
        let days: i64 = line.rsplit(' ').next().unwrap().parse().unwrap();
        // The day may change between the two looks at the clock.
        assert!((40..=41).contains(&days), "{line}");
    }
}
