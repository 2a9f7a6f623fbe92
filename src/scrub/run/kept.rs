//! A clean file that outputs of the same names take the place of, kept under a name of its own.
//!
//! It has that name before anything is taken away, so that no death and no full disk costs its
//! claims, and one that was kept already is not kept twice.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::emit::publish::{sync_folder, temporary};
use crate::emit::stale;
use crate::stored::hash_file;

/// A clean file that is kept under another name.
#[derive(Debug)]
pub(super) struct Kept {
    folder: PathBuf,
    /// The name that it had.
    pub file: String,
    /// The name that stays: no output's.
    pub name: String,
    /// Whether it has had that name already.
    was_there: bool,
}

impl Kept {
    /// Gives the file of this name, of a run of this day, a second name that lasts.
    pub(super) fn of(folder: &Path, file: String, day: &str) -> io::Result<Kept> {
        let path = folder.join(&file);
        let content = hash_file(&path)?;
        let mut kept = Kept {
            folder: folder.to_owned(),
            file,
            name: String::new(),
            was_there: false,
        };
        for name in stale::kept_names(&kept.file, day) {
            let other = folder.join(&name);
            match hold(&path, &other, folder) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if !hash_file(&other).is_ok_and(|there| there == content) {
                        continue;
                    }
                    kept.was_there = true;
                }
                Err(error) => return Err(error),
            }
            kept.name = name;
            break;
        }
        sync_folder(folder).inspect_err(|_| kept.undo())?;
        Ok(kept)
    }

    /// Takes the second name away again, where the file has its first one.
    pub(super) fn undo(&self) {
        let [first, second] = [&self.file, &self.name].map(|name| self.folder.join(name));
        let content = |path: &Path| hash_file(path).ok();
        if !self.was_there && content(&first).is_some_and(|file| Some(file) == content(&second)) {
            // Under two names it is not lost.
            let _ = std::fs::remove_file(second);
        }
    }
}

/// Gives a file another name that nothing has: a second one, or where the folder knows no such
/// names, that of a copy.
fn hold(path: &Path, other: &Path, folder: &Path) -> io::Result<()> {
    match std::fs::hard_link(path, other) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {}
        result => return result,
    }
    let mut copy = temporary(folder)?;
    io::copy(&mut File::open(path)?, &mut copy)?;
    copy.as_file().sync_all()?;
    copy.persist_noclobber(other).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_file_is_kept_once_and_only_taken_back_where_it_still_lies() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let at = |name: &str| folder.join(name);
        let write = |text: &str| std::fs::write(at("a.clean.837"), text).unwrap();
        let keep = || Kept::of(folder, "a.clean.837".to_owned(), "2026-11-23").unwrap();
        write("first");
        let first = keep();
        assert_eq!(first.name, "a.clean.837.of-2026-11-23");
        first.undo();
        assert!(!at(&first.name).exists());

        // After a death it is there already, and then nobody's to take away.
        keep();
        let again = keep();
        assert_eq!(again.name, first.name);
        again.undo();
        assert!(at(&again.name).exists());

        std::fs::remove_file(at("a.clean.837")).unwrap();
        write("second");
        let second = keep();
        assert_eq!(second.name, "a.clean.837.of-2026-11-23-2");
        std::fs::remove_file(at("a.clean.837")).unwrap();
        second.undo();
        assert_eq!(std::fs::read(at(&second.name)).unwrap(), b"second");
        assert_eq!(std::fs::read(at(&first.name)).unwrap(), b"first");
    }
}
