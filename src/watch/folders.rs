//! The folders of submitters, and the service's own.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::config::FolderNames;

/// Which box a file came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Entrance {
    /// New claims.
    Inbox,
    /// Corrected rejects.
    Rerun,
}

/// A submitter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitter {
    /// The name of its folder; empty when the root is the only submitter's.
    pub name: String,
    folder: PathBuf,
    names: FolderNames,
}

impl Submitter {
    /// Where files of this kind come in.
    #[must_use]
    pub fn entrance(&self, entrance: Entrance) -> PathBuf {
        self.folder.join(match entrance {
            Entrance::Inbox => &self.names.inbox,
            Entrance::Rerun => &self.names.rerun,
        })
    }

    /// Where answers are published.
    #[must_use]
    pub fn outbox(&self) -> PathBuf {
        self.folder.join(&self.names.outbox)
    }

    /// Where answered inputs go.
    #[must_use]
    pub fn archive(&self) -> PathBuf {
        self.folder.join(&self.names.archive)
    }

    /// Where inputs go that could not be answered.
    #[must_use]
    pub fn quarantine(&self) -> PathBuf {
        self.folder.join(&self.names.quarantine)
    }

    fn make(&self) -> io::Result<()> {
        for folder in [
            self.entrance(Entrance::Inbox),
            self.entrance(Entrance::Rerun),
            self.outbox(),
            self.archive(),
            self.quarantine(),
        ] {
            // Whoever set the folders up chose their owners and modes.
            if !folder.is_dir() {
                fs::create_dir(&folder)?;
            }
        }
        Ok(())
    }
}

/// The name of the service's own folder.
const PRIVATE: &str = ".telescrub";

/// The name of the folder of jobs in it.
const JOBS: &str = "jobs";

/// The folders below the root.
#[derive(Clone, Debug)]
pub struct Folders {
    root: PathBuf,
    names: FolderNames,
}

impl Folders {
    /// The folders below `root`, which is made if it is not there.
    ///
    /// # Errors
    /// When a folder can't be made.
    pub fn open(root: &Path, names: FolderNames) -> io::Result<Folders> {
        fs::create_dir_all(root)?;
        let folders = Folders {
            root: root.to_owned(),
            names,
        };
        for private in [
            folders.private(),
            folders.jobs(),
            folders.answered(),
            folders.seen(),
        ] {
            match DirBuilder::new().mode(0o700).create(&private) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        Ok(folders)
    }

    /// Gives a submitter's folders other names.
    pub fn rename(&mut self, names: FolderNames) {
        self.names = names;
    }

    /// The service's own folder.
    #[must_use]
    pub fn private(&self) -> PathBuf {
        self.root.join(PRIVATE)
    }

    /// Whether a folder of jobs, of whatever root, is called so.
    pub(super) fn is_jobs(folder: &Path) -> bool {
        folder.ends_with(Path::new(PRIVATE).join(JOBS))
    }

    /// Jobs under way.
    #[must_use]
    pub fn jobs(&self) -> PathBuf {
        self.private().join(JOBS)
    }

    /// Jobs answered lately.
    #[must_use]
    pub fn answered(&self) -> PathBuf {
        self.private().join("answered")
    }

    /// Contents answered before.
    #[must_use]
    pub fn seen(&self) -> PathBuf {
        self.private().join(super::seen::SEEN)
    }

    /// The submitters there are now, in the order of their names: each folder that holds an
    /// inbox, and the root where it holds one itself, or where there is no other. Folders that
    /// lack are made; a submitter whose folders can't be made is told and left out.
    ///
    /// # Errors
    /// When the root can't be listed.
    pub fn submitters(
        &self,
        tell: &mut dyn FnMut(&Submitter, &io::Error),
    ) -> io::Result<Vec<Submitter>> {
        let mut submitters = Vec::new();
        let is_own = self.root.join(&self.names.inbox).is_dir();
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            // A link may lead anywhere: it is no submitter's folder. Nor is a box.
            let folder = entry.file_type()?.is_dir() && !name.starts_with('.');
            let is_box = is_own && self.names.all().contains(&name.as_str());
            if folder && !is_box && entry.path().join(&self.names.inbox).is_dir() {
                submitters.push(Submitter {
                    name,
                    folder: entry.path(),
                    names: self.names.clone(),
                });
            }
        }
        if is_own || submitters.is_empty() {
            submitters.push(self.submitter(""));
        }
        // A root that was unmounted must not be filled anew.
        self.jobs().metadata()?;
        submitters.sort_by(|a, b| a.name.cmp(&b.name));
        submitters.retain(|submitter| match submitter.make() {
            Ok(()) => true,
            Err(error) => {
                tell(submitter, &error);
                false
            }
        });
        Ok(submitters)
    }

    /// The submitter of this name, whether its folders are there or not.
    #[must_use]
    pub fn submitter(&self, name: &str) -> Submitter {
        Submitter {
            name: name.to_owned(),
            folder: if name.is_empty() {
                self.root.clone()
            } else {
                self.root.join(name)
            },
            names: self.names.clone(),
        }
    }
}
