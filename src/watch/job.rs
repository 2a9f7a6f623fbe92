//! A job: one file in the work folder, from the moment it is taken.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::folders::{Entrance, Folders, Submitter};
use super::intake::Shape;
use super::place::{safe_name, write_draft};

/// How the names of jobs' folders start.
const PREFIX: &str = "job-";

/// What is known of a job from the start.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ticket {
    /// The submitter's folder name.
    pub submitter: String,
    /// The box it came in by.
    pub entrance: Entrance,
    /// The file's name as it was, as far as it is text.
    pub name: String,
    /// The same, safe to use.
    pub safe_name: String,
}

/// A job in the work folder.
#[derive(Clone, Debug)]
pub struct Job {
    folder: PathBuf,
    id: String,
    /// What it was made for.
    pub ticket: Ticket,
}

impl Job {
    /// Makes a job for a file; whether its ticket lasts is for the next sync.
    ///
    /// # Errors
    /// When the work folder can't be written to; nothing of the job is left then.
    pub fn open(
        folders: &Folders,
        submitter: &Submitter,
        entrance: Entrance,
        path: &Path,
    ) -> io::Result<Job> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .rand_bytes(12)
            .tempdir_in(folders.jobs())?;
        let ticket = Ticket {
            submitter: submitter.name.clone(),
            entrance,
            safe_name: safe_name(&name),
            name,
        };
        fs::create_dir(folder.path().join("input"))?;
        write_draft(
            &folder.path().join("ticket.json"),
            &serde_json::to_vec(&ticket)?,
            0o600,
        )?;
        Ok(Job::at(folder.keep(), ticket))
    }

    /// Whether a job's folder is called so, there or not.
    pub(super) fn is_place(folder: &Path) -> bool {
        let name = folder.file_name().unwrap_or_default();
        let jobs = folder.parent();
        name.to_string_lossy().starts_with(PREFIX) && jobs.is_some_and(Folders::is_jobs)
    }

    fn at(folder: PathBuf, ticket: Ticket) -> Job {
        let id = folder.file_name().unwrap_or_default();
        Job {
            id: id.to_string_lossy().into_owned(),
            folder,
            ticket,
        }
    }

    /// The job in this folder.
    ///
    /// # Errors
    /// When its ticket can't be read.
    pub fn read(folder: PathBuf) -> io::Result<Job> {
        let ticket = fs::read(folder.join("ticket.json"))?;
        Ok(Job::at(folder, serde_json::from_slice(&ticket)?))
    }

    /// The jobs a crash, or a disk that was full, has left, in the order of their ids, and how
    /// many things lie among them that nobody can take up.
    ///
    /// # Errors
    /// When the work folder can't be read.
    pub fn left(folders: &Folders) -> io::Result<(Vec<Job>, usize)> {
        let (mut jobs, mut strange) = (Vec::new(), 0);
        for entry in fs::read_dir(folders.jobs())? {
            let folder = entry?.path();
            let is_done = folder.extension().is_some_and(|end| end == "done");
            let error = match Job::read(folder.clone()) {
                Ok(job) if !is_done => {
                    jobs.push(job);
                    continue;
                }
                Err(error) if !is_done && holds_files(&folder.join("input")) => error,
                // Nothing is moved into a job before its ticket stands.
                _ => match fs::remove_dir_all(&folder) {
                    Ok(()) => continue,
                    Err(error) => error,
                },
            };
            strange += 1;
            tracing::error!(
                %error,
                path = %folder.display(),
                "what lies among the jobs cannot be taken up; look into it"
            );
        }
        jobs.sort_by(|a, b| a.id.cmp(&b.id));
        Ok((jobs, strange))
    }

    /// Its name in logs: says nothing of the claims.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The input's shape; none when it is not here.
    #[must_use]
    pub fn shape(&self) -> Option<Shape> {
        let metadata = fs::symlink_metadata(self.input()).ok()?;
        Some(Shape::of(&metadata))
    }

    /// Size of its input.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.shape().map_or(0, Shape::bytes)
    }

    /// In a folder of its own, so that the file may have any name.
    #[must_use]
    pub fn input(&self) -> PathBuf {
        self.folder.join("input").join(&self.ticket.safe_name)
    }

    /// Where outputs are made.
    #[must_use]
    pub fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// Where what goes to the archive is made.
    #[must_use]
    pub fn packed(&self) -> PathBuf {
        self.folder.join("packed")
    }

    /// Whose file it is.
    #[must_use]
    pub fn submitter(&self, folders: &Folders) -> Submitter {
        folders.submitter(&self.ticket.submitter)
    }

    /// Moves it into another folder of the same file system.
    ///
    /// # Errors
    /// When it can't be moved.
    pub fn moved(&self, folder: &Path) -> io::Result<Job> {
        let folder = folder.join(&self.id);
        fs::rename(&self.folder, &folder)?;
        Ok(Job {
            folder,
            ..self.clone()
        })
    }

    /// Ends the job. The input goes first and the folder by a rename: a crash among the
    /// removals must not leave half a job that looks like one to be done.
    ///
    /// # Errors
    /// When it can't be removed; that may be repeated.
    pub fn remove(&self) -> io::Result<()> {
        match fs::remove_file(self.input()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let gone = self.folder.with_extension("done");
        fs::rename(&self.folder, &gone)?;
        fs::remove_dir_all(&gone)
    }
}

fn holds_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}
