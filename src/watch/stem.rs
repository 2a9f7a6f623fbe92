//! The stem of a set of outputs in an outbox: one under which nothing lies there, chosen
//! for the whole set, since its manifest names its files. Where a stranger's file takes it
//! between the decision and its carrying out, the whole set gets another one.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::bench::Bench;
use super::decision::{Decision, Publication};
use super::job::Job;
use super::names::{Chosen, taken};
use super::place::{set_mode, sync_all, write_draft};
use crate::emit::manifest::Manifest;
use crate::emit::stale::KINDS;

/// A stem like this one under which nothing lies in the outbox, nor will by another job.
#[must_use]
pub fn choose<'a>(bench: Bench<'a>, outbox: &Path, stem: &str) -> (String, Chosen<'a>) {
    bench.names.choose(outbox, stem, |stem| {
        let there = |kind: &str| taken(&outbox.join(format!("{stem}.{kind}")));
        KINDS.iter().any(|kind| there(kind))
    })
}

impl Publication {
    /// The stem under which the outputs were made.
    #[must_use]
    pub fn made_as(&self) -> &str {
        self.made_as.as_deref().unwrap_or(&self.stem)
    }

    /// Where an output lies until it is published.
    #[must_use]
    pub fn source(&self, job: &Job, name: &str) -> PathBuf {
        let end = name.strip_prefix(&self.stem).unwrap_or_default();
        if end == MANIFEST {
            // The one that tells of the files by the names they get.
            return job.out().join(name);
        }
        job.out().join(format!("{}{end}", self.made_as()))
    }

    /// Gives the set another stem, for good, where somebody else's file has taken its own.
    /// Of a set that is out in part the stem stays.
    ///
    /// # Errors
    /// When the work folder can't be written to.
    pub fn make_way<'a>(&mut self, job: &Job, bench: Bench<'a>) -> io::Result<Option<Chosen<'a>>> {
        let outbox = job.submitter(bench.folders).outbox();
        if !self.is_blocked(job, &outbox) {
            return Ok(None);
        }
        let (stem, chosen) = choose(bench, &outbox, self.made_as());
        tracing::warn!(
            job = job.id(),
            "another file has taken its name in the outbox; its outputs get another one"
        );
        let file_of = |name: &str| {
            let end = name.strip_prefix(&self.stem).unwrap_or_default();
            format!("{stem}{end}")
        };
        let old = self.source(job, &format!("{}{MANIFEST}", self.stem));
        let mut manifest: Manifest = serde_json::from_slice(&fs::read(old)?)?;
        for output in manifest.outputs.values_mut() {
            output.file = file_of(&output.file);
        }
        manifest.seal = manifest.right_seal()?;
        let mut told = serde_json::to_vec_pretty(&manifest)?;
        told.push(b'\n');
        let path = job.out().join(format!("{stem}{MANIFEST}"));
        write_draft(&path, &told, bench.mode)?;
        set_mode(&path, bench.mode, bench.group_of(&outbox))?;
        let renamed = Publication {
            files: self.files.iter().map(|name| file_of(name)).collect(),
            made_as: Some(self.made_as().to_owned()),
            stem,
            ..self.clone()
        };
        let decision = Decision::Publish(renamed.clone());
        decision.draft(job)?;
        sync_all(job.folder())?;
        Decision::make(job)?;
        // Nothing goes out by names that a crash could take back.
        sync_all(job.folder())?;
        (bench.checkpoint)("made-way");
        *self = renamed;
        Ok(Some(chosen))
    }

    /// Whether another file has the name of an output in the outbox, and none of them is out.
    fn is_blocked(&self, job: &Job, outbox: &Path) -> bool {
        let is_here = |name: &String| taken(&self.source(job, name));
        self.files.iter().all(is_here)
            && KINDS.iter().any(|kind| {
                let name = format!("{}.{kind}", self.stem);
                let place = |path: &Path| {
                    let metadata = fs::symlink_metadata(path).ok()?;
                    Some((metadata.dev(), metadata.ino()))
                };
                // A move that is half done has the file in both places.
                let there = place(&outbox.join(&name));
                there.is_some() && there != place(&self.source(job, &name))
            })
    }
}

/// What follows the stem in the name of a manifest.
const MANIFEST: &str = ".manifest.json";
