//! What a job comes to that was decided on before a crash, or before its place could not be
//! written to: it counts like any other.

use std::fs;

use super::bench::Bench;
use super::decision::{Decision, Publication};
use super::job::Job;
use crate::emit::manifest::{Manifest, Total};
use crate::rules::registry;
use crate::scrub::tally::{RuleTally, Sum, Tally};
use crate::value::CentsTotal;

/// What a job comes to.
#[derive(Debug)]
pub enum Resumed {
    /// Answered: bytes of the input, claims and findings.
    Answered(u64, Box<Tally>),
    /// In quarantine.
    Quarantined,
    /// Ended without an answer to be counted.
    Ended,
}

impl Resumed {
    /// What this decision comes to; asked before it is carried out.
    #[must_use]
    pub fn of(job: &Job, decision: &Decision, bench: Bench<'_>) -> Resumed {
        match decision {
            Decision::Quarantine { .. } => Resumed::Quarantined,
            Decision::Publish(publication) => match manifest(job, publication, bench) {
                Some(manifest) => Resumed::Answered(manifest.input.bytes, tally(&manifest)),
                None => Resumed::Ended,
            },
        }
    }
}

/// The copy that goes to the archive, on this side of the way or on that.
fn manifest(job: &Job, publication: &Publication, bench: Bench<'_>) -> Option<Manifest> {
    let copy = format!("{}.{}.manifest.json", publication.made_as(), job.id());
    let archive = job.submitter(bench.folders).archive();
    let bytes = fs::read(job.packed().join(&copy))
        .or_else(|_| fs::read(archive.join(&publication.day).join(&copy)));
    serde_json::from_slice(&bytes.ok()?).ok()
}

/// What the manifest tells of the counts.
fn tally(manifest: &Manifest) -> Box<Tally> {
    let totals = &manifest.totals;
    let sum = |total: &Total| Sum {
        claims: total.claims,
        charges: CentsTotal::parse(total.charges.as_bytes()).unwrap_or_default(),
    };
    let mut tally = Tally {
        clean: sum(&totals.clean),
        rejected: sum(&totals.rejected),
        held: sum(&totals.held),
        warned: sum(&totals.warned),
        unchecked: sum(&totals.unchecked),
        ..Tally::default()
    };
    for (code, record) in &manifest.rules {
        if let Some(rule) = registry::find(code) {
            let count = RuleTally {
                reject: record.reject,
                warn: record.warn,
                info: record.info,
            };
            tally.rules.insert(rule.code, count);
        }
    }
    Box::new(tally)
}
