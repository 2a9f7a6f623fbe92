//! Names for outputs that nobody else has: neither a file that is there, nor a job under
//! way, nor one that was decided on and waits.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::lock::lock;

/// Names that jobs have chosen.
#[derive(Debug, Default)]
pub struct Names(Mutex<HashSet<PathBuf>>);

/// A name chosen; free again when dropped.
#[derive(Debug)]
pub struct Chosen<'a> {
    names: &'a Names,
    path: PathBuf,
    /// Whether it stays taken all the same.
    stays: bool,
}

impl Names {
    /// The name in this folder, or with the first number behind its stem that makes it
    /// free; `used` tells of names that are taken there.
    pub fn choose(
        &self,
        folder: &Path,
        name: &str,
        used: impl Fn(&str) -> bool,
    ) -> (String, Chosen<'_>) {
        let mut chosen = lock(&self.0);
        let free = free_name(name, |name| {
            chosen.contains(&folder.join(name)) || used(name)
        });
        let path = folder.join(&free);
        chosen.insert(path.clone());
        drop(chosen);
        (free, self.guard(path))
    }

    /// This name, which was chosen for good.
    pub fn hold(&self, path: PathBuf) -> Chosen<'_> {
        lock(&self.0).insert(path.clone());
        self.guard(path)
    }

    fn guard(&self, path: PathBuf) -> Chosen<'_> {
        Chosen {
            names: self,
            path,
            stays: false,
        }
    }
}

impl Chosen<'_> {
    /// The name stays taken until it is held again.
    pub fn stay(mut self) {
        self.stays = true;
    }
}

impl Drop for Chosen<'_> {
    fn drop(&mut self) {
        if !self.stays {
            lock(&self.names.0).remove(&self.path);
        }
    }
}

/// Whether anything stands there, be it a link that leads nowhere.
#[must_use]
pub fn taken(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// The name, or with the first number behind its stem that makes it free.
#[must_use]
pub fn free_name(name: &str, used: impl Fn(&str) -> bool) -> String {
    let (stem, end) = name.split_at(name.find('.').unwrap_or(name.len()));
    let mut free = name.to_owned();
    let mut number = 1_u64;
    while used(&free) {
        number += 1;
        free = format!("{stem}-{number}{end}");
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_jobs_never_choose_one_name() {
        let names = Names::default();
        let folder = Path::new("outbox");
        let (first, held) = names.choose(folder, "a.837", |_| false);
        let (second, _also) = names.choose(folder, "a.837", |name| name == "a-2.837");
        assert_eq!((first.as_str(), second.as_str()), ("a.837", "a-3.837"));
        held.stay();
        assert_eq!(names.choose(folder, "a.837", |_| false).0, "a-2.837");
        drop(names.hold(folder.join("a.837")));
        assert_eq!(names.choose(folder, "a.837", |_| false).0, "a.837");
    }
}
