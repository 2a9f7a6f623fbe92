//! Whether an input was written to between its survey and the end of its judging: what is
//! published must be what was hashed.

use std::fs::File;
use std::io;
use std::time::SystemTime;

/// A second handle on an input, which knows when it was written last.
#[derive(Debug)]
pub struct Witness {
    file: File,
    written: SystemTime,
}

impl Witness {
    /// Of a file that is about to be read.
    ///
    /// # Errors
    /// When the file can't be asked.
    pub fn of(file: &File) -> io::Result<Witness> {
        Ok(Witness {
            file: file.try_clone()?,
            written: file.metadata()?.modified()?,
        })
    }

    /// Says when the file was written to since.
    ///
    /// # Errors
    /// When it was, or can't be asked.
    pub fn check(&self) -> io::Result<()> {
        if self.file.metadata()?.modified()? == self.written {
            return Ok(());
        }
        Err(io::Error::other(
            "it was changed while it was read; wait until it is whole",
        ))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_file_that_is_written_to_is_found_out_whatever_has_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("in"), folder.path().join("other"));
        std::fs::write(&path, "first").unwrap();
        let file = File::options().read(true).write(true).open(&path).unwrap();
        let witness = Witness::of(&file).unwrap();
        witness.check().unwrap();
        std::fs::rename(&path, &other).unwrap();
        std::fs::write(&path, "another").unwrap();
        witness.check().unwrap();
        let later = file.metadata().unwrap().modified().unwrap() + Duration::from_secs(1);
        file.set_modified(later).unwrap();
        assert!(witness.check().is_err());
    }
}
