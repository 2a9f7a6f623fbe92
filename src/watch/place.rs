//! Putting files in their place for good: whole, synced, and never over another file.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use crate::emit::publish::{sync_folder, temporary};

/// Moves `from` to `to`, which must not exist. May be repeated after a crash: a move
/// that was half done is completed, and where `from` has gone the move was done, even
/// if somebody has fetched `to` since.
///
/// # Errors
/// `AlreadyExists` when another file stands at `to`; whatever the system says.
pub fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let (Ok(ours), Ok(there)) = (fs::symlink_metadata(from), fs::symlink_metadata(to))
            else {
                return Err(error);
            };
            if (ours.dev(), ours.ino()) != (there.dev(), there.ino()) {
                return Err(error);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && !from.exists() => return Ok(()),
        Err(error) => return Err(error),
    }
    fs::remove_file(from)
}

/// Writes a small file whole: temporary name, sync, rename, sync of the folder.
///
/// # Errors
/// Whatever the system says.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = temporary(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Gives a file the mode it is published with, and syncs it.
///
/// # Errors
/// Whatever the system says.
pub fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode))?;
    File::open(path)?.sync_all()
}

/// Compresses `from` into `to` by zstd, whole or not at all.
///
/// # Errors
/// Whatever the system says.
pub fn compress(from: &Path, to: &Path, mode: u32) -> io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    let file = temporary(folder)?;
    zstd::stream::copy_encode(File::open(from)?, file.as_file(), 0)?;
    file.as_file()
        .set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    file.persist(to).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// A name that is safe anywhere: letters, digits, `.`, `_`, `-`, at most 100 characters,
/// never empty nor starting with a dot.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .take(100)
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    match safe.trim_start_matches('.') {
        "" => "file".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_never_replaces_and_may_be_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&from, "one").unwrap();
        fs::hard_link(&from, &to).unwrap();
        move_new(&from, &to).unwrap();
        assert!(!from.exists());
        move_new(&from, &to).unwrap();
        fs::write(&from, "two").unwrap();
        let error = move_new(&from, &to).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&to).unwrap(), b"one");
        assert_eq!(fs::read(&from).unwrap(), b"two");
    }

    #[test]
    fn names_lose_what_could_lead_elsewhere() {
        assert_eq!(safe_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(safe_name("a\nb.837"), "a_b.837");
        assert_eq!(safe_name("..."), "file");
        assert_eq!(safe_name(&"x".repeat(255)).len(), 100);
    }
}
