//! What lies in the boxes and is never taken: folders, hidden files, and names that clients use
//! while they upload. Their sender may wait for an answer in vain, so what stays is told.

use std::collections::HashSet;
use std::fs::{self, DirEntry};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Ends of names that clients, and editors, use while they write; in any case of letters.
const UPLOADING: [&str; 16] = [
    ".part",
    ".filepart",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".writing",
    ".uploading",
    ".inprogress",
    ".in-progress",
    ".incomplete",
    ".swp",
    ".swo",
    ".swx",
    "~",
];

/// How long an upload may pause, under its own name, until that is told.
const FORGOTTEN: Duration = Duration::from_secs(3_600);

/// What is told of one box at most, of things that are never taken.
const MOST_TOLD: usize = 1_000;

/// What is never taken, and was told.
#[derive(Debug, Default)]
pub struct PassedOver(HashSet<PathBuf>);

impl PassedOver {
    /// Adds something that is not taken to what is ignored, if it has been so for long enough.
    pub fn look(&self, entry: &DirEntry, ignored: &mut HashSet<PathBuf>) {
        if ignored.len() < MOST_TOLD && self.is_ignored(entry) {
            ignored.insert(entry.path());
        }
    }

    /// Whether this is something that its sender may wait for in vain: a folder that holds
    /// something, or a name of an upload under way that has not been written to for long.
    fn is_ignored(&self, entry: &DirEntry) -> bool {
        let path = entry.path();
        if self.0.contains(&path) {
            return true;
        }
        let Ok(metadata) = entry.metadata() else {
            return false;
        };
        if metadata.is_dir() {
            return fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
        }
        let age = metadata.modified().map(|time| time.elapsed());
        is_uploading(entry.file_name().as_bytes()) && matches!(age, Ok(Ok(age)) if age > FORGOTTEN)
    }

    /// Takes note of what is ignored in a box; says what of it is new.
    pub fn note(&mut self, folder: &Path, ignored: HashSet<PathBuf>) -> Vec<&'static str> {
        let new = ignored.iter().filter(|path| !self.0.contains(*path));
        let told = new.map(|path| {
            if path.is_dir() {
                "a folder"
            } else {
                "a file with a name of an upload under way, an hour old,"
            }
        });
        let told = told.collect();
        self.0.retain(|path| path.parent() != Some(folder));
        self.0.extend(ignored);
        told
    }
}

/// Whether this is a name that an upload has while it is under way.
#[must_use]
pub fn is_uploading(name: &[u8]) -> bool {
    let ends = |end: &&str| {
        let at = name.len().checked_sub(end.len());
        at.and_then(|at| name.get(at..))
            .is_some_and(|last| last.eq_ignore_ascii_case(end.as_bytes()))
    };
    name.starts_with(b".") || UPLOADING.iter().any(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_uploads_under_way_are_known_however_they_are_written() {
        for end in UPLOADING {
            for name in [
                format!("a.837{end}"),
                format!("A.837{}", end.to_uppercase()),
            ] {
                assert!(is_uploading(name.as_bytes()), "{name}");
            }
        }
        for name in [".a.837", "a.837.PART", "a.InProgress", "~"] {
            assert!(is_uploading(name.as_bytes()), "{name}");
        }
        for name in ["a.837", "part", "a.part.837", "a.parts", ""] {
            assert!(!is_uploading(name.as_bytes()), "{name}");
        }
    }
}
