//! Taking files out of their boxes: many at a time, each by one rename.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::attempt::{Attempt, Tried};
use super::bench::Bench;
use super::folders::{Entrance, Submitter};
use super::intake::Shape;
use super::job::Job;
use super::place::sync_all;

/// A file to be taken.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whose it is.
    pub submitter: Submitter,
    /// Its box.
    pub entrance: Entrance,
    /// Where it is.
    pub path: PathBuf,
    /// As it was seen; none of what is no plain file.
    pub shape: Option<Shape>,
}

impl Wanted {
    /// Its size.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.shape.map_or(0, Shape::bytes)
    }
}

/// Takes files into the work folder; those that have gone by now, or can't be had, are
/// left, `tell` hears of the latter. A file that has changed since it was seen comes back
/// as such.
///
/// # Errors
/// When the work folder can't be written to. What was taken by then lies in it with its
/// ticket, and is answered like what a crash leaves.
pub fn take(
    wanted: &[Wanted],
    bench: Bench<'_>,
    tell: &mut dyn FnMut(&Wanted, &io::Error),
) -> io::Result<(Vec<Job>, Vec<Tried<'static>>)> {
    let mut opened = Vec::with_capacity(wanted.len());
    for file in wanted {
        match Job::open(bench.folders, &file.submitter, file.entrance, &file.path) {
            Ok(job) => opened.push((file, job)),
            // What has been opened may still be taken.
            Err(error) if opened.is_empty() => return Err(error),
            Err(_) => break,
        }
        (bench.checkpoint)("opened");
    }
    // A ticket lasts before its file comes: a file without one could not be answered.
    if let Err(error) = sync_all(&bench.folders.jobs()) {
        for (_, job) in &opened {
            job.remove()?;
        }
        return Err(error);
    }
    (bench.checkpoint)("ticketed");
    let (mut taken, mut changed) = (Vec::with_capacity(opened.len()), Vec::new());
    for (file, job) in opened {
        if let Err(error) = fs::rename(&file.path, job.input()) {
            if error.kind() != io::ErrorKind::NotFound {
                tell(file, &error);
            }
            job.remove()?;
            continue;
        }
        (bench.checkpoint)("taken-one");
        // What was renamed may be a newer file of the same name.
        if file.shape.is_some() && job.shape() != file.shape {
            changed.push(Tried::untried(job, Attempt::Changed));
        } else {
            taken.push(job);
        }
    }
    (bench.checkpoint)("taken");
    Ok((taken, changed))
}
