//! Putting files in their place for good: whole, and never over another file.
//!
//! What belongs to a batch is written without a sync of its own; [`sync_all`] makes all
//! of it last at once, which costs a thousand small files little more than one.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Once;

use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;

use crate::emit::publish::{sync_folder, temporary};
use crate::stored::{is_zstd, magic};

/// Moves `from` to `to`, which must not exist. May be repeated after a crash: where
/// `from` has gone the move was done, even if somebody has fetched `to` since.
///
/// # Errors
/// `AlreadyExists` when another file stands at `to`; whatever the system says.
pub fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    move_by(from, to, || {
        rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)
    })
}

/// The same by this rename that must not replace.
fn move_by(from: &Path, to: &Path, rename: impl FnOnce() -> Result<(), Errno>) -> io::Result<()> {
    match rename() {
        Ok(()) => Ok(()),
        Err(Errno::NOENT) if fs::symlink_metadata(from).is_err() => Ok(()),
        // Not every file system can: NFS refuses the flag.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => link_new(from, to),
        Err(error) => Err(error.into()),
    }
}

/// The same by a link and a removal; what a crash has left half done is completed.
fn link_new(from: &Path, to: &Path) -> io::Result<()> {
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

/// Makes everything last that was written to the file system of this folder.
///
/// # Errors
/// When the disk has not taken all of it.
pub fn sync_all(folder: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(File::open(folder)?)?;
    #[cfg(not(target_os = "linux"))]
    {
        sync_folder(folder)?;
        rustix::fs::sync();
    }
    Ok(())
}

/// Writes a small file whole: temporary name, sync, rename, sync of the folder.
///
/// # Errors
/// Whatever the system says.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut file = temporary(folder)?;
    file.write_all(bytes)?;
    file.as_file()
        .set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Writes a small file that nobody reads yet; whether it lasts is for a later sync.
///
/// # Errors
/// Whatever the system says.
pub fn write_draft(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    new_file(path, mode)?.write_all(bytes)
}

fn new_file(path: &Path, mode: u32) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)
}

/// Gives a file the mode it is published with, and where a group may read it, that group.
/// A group that the program may not give files to is told once, and left.
///
/// # Errors
/// Whatever the system says of the mode.
pub fn set_mode(path: &Path, mode: u32, group: Option<u32>) -> io::Result<()> {
    static REFUSED: Once = Once::new();
    if let Some(group) = group
        && fs::metadata(path)?.gid() != group
        && let Err(error) = std::os::unix::fs::chown(path, None, Some(group))
    {
        REFUSED.call_once(|| {
            tracing::warn!(
                group,
                %error,
                "outputs cannot be given to the group of their folder; make the scrubber's user a member of it"
            );
        });
    }
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Compresses `from` into the new file `to` by zstd, or copies it if it is zstd already, so
/// that what is unpacked once is the claims; whether it lasts is for a later sync.
///
/// # Errors
/// Whatever the system says.
pub fn compress(from: &Path, to: &Path, mode: u32) -> io::Result<()> {
    let mut file = File::open(from)?;
    let compressed = is_zstd(&magic(&mut file)?);
    file.rewind()?;
    let mut to = new_file(to, mode)?;
    if compressed {
        return io::copy(&mut file, &mut to).map(drop);
    }
    let mut encoder = zstd::Encoder::new(to, ARCHIVE_LEVEL)?;
    encoder.include_checksum(true)?;
    io::copy(&mut file, &mut encoder)?;
    encoder.finish().map(drop)
}

/// The level of zstd that still keeps up with the disk.
const ARCHIVE_LEVEL: i32 = 1;

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
        let by = |errno: Option<Errno>| {
            move |from: &Path, to: &Path| match errno {
                Some(errno) => move_by(from, to, || Err(errno)),
                None => move_new(from, to),
            }
        };
        let unable = [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP];
        for mover in unable.map(Some).into_iter().chain([None]).map(by) {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = (folder.path().join("a"), folder.path().join("b"));
            fs::write(&from, "one").unwrap();
            mover(&from, &to).unwrap();
            assert!(!from.exists());
            mover(&from, &to).unwrap();
            fs::write(&from, "two").unwrap();
            let error = mover(&from, &to).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(&to).unwrap(), b"one");
            assert_eq!(fs::read(&from).unwrap(), b"two");
        }
    }

    #[test]
    fn a_move_that_is_refused_leaves_the_file_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&from, "one").unwrap();
        for errno in [Errno::ACCESS, Errno::NOSPC, Errno::XDEV] {
            let error = move_by(&from, &to, || Err(errno)).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(errno.raw_os_error()));
            assert!(from.exists() && !to.exists());
        }
    }

    #[test]
    fn a_link_that_was_half_a_move_is_completed() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&from, "one").unwrap();
        fs::hard_link(&from, &to).unwrap();
        link_new(&from, &to).unwrap();
        assert!(!from.exists());
        assert_eq!(fs::read(&to).unwrap(), b"one");
    }

    #[test]
    fn what_goes_to_the_archive_is_compressed_once() {
        let folder = tempfile::tempdir().unwrap();
        let [from, once, twice] = ["from", "once", "twice"].map(|name| folder.path().join(name));
        fs::write(&from, "ISA*00*").unwrap();
        compress(&from, &once, 0o600).unwrap();
        compress(&once, &twice, 0o600).unwrap();
        let bytes = fs::read(&twice).unwrap();
        assert_eq!(bytes, fs::read(&once).unwrap());
        assert_eq!(zstd::decode_all(&*bytes).unwrap(), b"ISA*00*");
    }

    #[test]
    fn names_lose_what_could_lead_elsewhere() {
        assert_eq!(safe_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(safe_name("a\nb.837"), "a_b.837");
        assert_eq!(safe_name("..."), "file");
        assert_eq!(safe_name(&"x".repeat(255)).len(), 100);
    }
}
