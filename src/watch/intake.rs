//! Which files of an inbox are whole, and may be taken.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Ends of names that clients use while they upload.
const UPLOADING: [&[u8]; 7] = [
    b".part",
    b".filepart",
    b".partial",
    b".tmp",
    b".temp",
    b".crdownload",
    b"~",
];

/// Names looked at in one scan of one box; a larger box is emptied scan by scan, so
/// that a million files need no more memory than these.
const MOST_NAMES: usize = 20_000;

/// What of a file shows that it was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    device: u64,
    inode: u64,
    bytes: u64,
    changed: (i64, i64),
}

impl Shape {
    /// The shape of a file.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Shape {
        Shape {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            changed: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }

    /// Its size.
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.bytes
    }
}

/// A file of a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A whole file.
    Whole(PathBuf, Shape),
    /// Something that is no plain file and never will be one: why.
    Foreign(PathBuf, &'static str),
}

/// What a scan of a box found.
#[derive(Debug, Default)]
pub struct Scan {
    /// Files to take, in the order of their names.
    pub found: Vec<Found>,
    /// Files that are not whole yet.
    pub waiting: u64,
    /// For how long the one that waits longest has been seen.
    pub oldest: Duration,
}

/// Watches files until they rest.
#[derive(Debug)]
pub struct Intake {
    settle: Duration,
    /// When each file was first seen as it is now, by the clock that never jumps.
    resting: HashMap<PathBuf, (Shape, Instant, Instant)>,
}

impl Intake {
    /// A file is whole when it rested for so long, or ends with a complete IEA.
    #[must_use]
    pub fn new(settle: Duration) -> Intake {
        Intake {
            settle,
            resting: HashMap::new(),
        }
    }

    /// Looks through a box.
    ///
    /// # Errors
    /// When it can't be listed.
    pub fn scan(&mut self, folder: &Path) -> io::Result<Scan> {
        let now = Instant::now();
        let mut scan = Scan::default();
        let mut names: Vec<OsString> = Vec::new();
        for entry in fs::read_dir(folder)?.take(MOST_NAMES) {
            let name = entry?.file_name();
            if !is_uploading(name.as_bytes()) {
                names.push(name);
            }
        }
        names.sort_unstable();
        let mut resting = HashMap::new();
        for name in names {
            let path = folder.join(name);
            // The file may have gone since; then there is nothing to take.
            let Ok(metadata) = fs::symlink_metadata(&path) else {
                continue;
            };
            match foreign(&metadata) {
                Some(Foreign::Folder) => continue,
                Some(Foreign::Never(why)) => {
                    scan.found.push(Found::Foreign(path, why));
                    continue;
                }
                None => {}
            }
            let shape = Shape::of(&metadata);
            let (first, since) = match self.resting.get(&path) {
                Some(&(before, first, since)) if before == shape => (first, since),
                Some(&(_, first, _)) => (first, now),
                None => (now, now),
            };
            if now.duration_since(since) >= self.settle || ends_with_iea(&path) {
                scan.found.push(Found::Whole(path, shape));
            } else {
                scan.waiting += 1;
                scan.oldest = scan.oldest.max(now.duration_since(first));
                resting.insert(path, (shape, first, since));
            }
        }
        self.resting.retain(|path, _| path.parent() != Some(folder));
        self.resting.extend(resting);
        Ok(scan)
    }
}

enum Foreign {
    /// Left alone: somebody's folder.
    Folder,
    Never(&'static str),
}

fn foreign(metadata: &Metadata) -> Option<Foreign> {
    let kind = metadata.file_type();
    if kind.is_dir() {
        Some(Foreign::Folder)
    } else if kind.is_symlink() {
        Some(Foreign::Never("it is a symbolic link"))
    } else if kind.is_fifo() || kind.is_socket() || kind.is_block_device() || kind.is_char_device()
    {
        Some(Foreign::Never("it is a pipe, a socket or a device"))
    } else if metadata.nlink() > 1 {
        // Whoever holds the other name could change the content behind our back.
        Some(Foreign::Never("it has a second name (a hard link)"))
    } else {
        None
    }
}

fn is_uploading(name: &[u8]) -> bool {
    name.starts_with(b".") || UPLOADING.iter().any(|end| name.ends_with(end))
}

/// Whether the file ends with an IEA segment and its terminator: nothing is to follow.
fn ends_with_iea(path: &Path) -> bool {
    tail(path).is_ok_and(|tail| {
        let end = tail.trim_ascii_end();
        let Some((&terminator, text)) = end.split_last() else {
            return false;
        };
        let last = text
            .rsplit(|&byte| byte == terminator)
            .next()
            .unwrap_or(&[])
            .trim_ascii_start();
        let separator = last.get(3);
        !terminator.is_ascii_alphanumeric()
            && last.starts_with(b"IEA")
            && separator.is_some_and(|byte| !byte.is_ascii_alphanumeric())
            && last.iter().filter(|byte| Some(*byte) == separator).count() == 2
    })
}

fn tail(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    file.seek(SeekFrom::Start(bytes.saturating_sub(128)))?;
    let mut tail = Vec::with_capacity(128);
    file.take(128).read_to_end(&mut tail)?;
    Ok(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_taken_when_they_rest_or_are_complete() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("half.837"), "ISA*00*~GS*HC~").unwrap();
        fs::write(at("whole.837"), "ISA*00*~IEA*1*000000001~\r\n").unwrap();
        fs::write(at("upload.837.part"), "ISA*00*~IEA*1*000000001~").unwrap();
        fs::write(at(".hidden"), "ISA*00*~IEA*1*000000001~").unwrap();
        fs::create_dir(at("folder.837")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("link.837")).unwrap();
        let mut intake = Intake::new(Duration::from_secs(3600));
        let scan = intake.scan(folder.path()).unwrap();
        let names: Vec<_> = scan
            .found
            .iter()
            .map(|found| match found {
                Found::Whole(path, _) => (path.file_name().unwrap().to_str().unwrap(), true),
                Found::Foreign(path, _) => (path.file_name().unwrap().to_str().unwrap(), false),
            })
            .collect();
        assert_eq!(names, [("link.837", false), ("whole.837", true)]);
        assert_eq!(scan.waiting, 1);
        let mut hasty = Intake::new(Duration::ZERO);
        assert_eq!(hasty.scan(folder.path()).unwrap().waiting, 0);
    }

    #[test]
    fn an_end_is_told_from_a_middle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        for (text, whole) in [
            ("~GE*1*1~IEA*1*000000905~", true),
            ("~GE*1*1~\nIEA*1*000000905~\n", true),
            ("~GE*1*1~IEA*1*0000", false),
            ("~IEA*1*000000905~ISA*00*", false),
            ("~IEA*1~", false),
            ("", false),
        ] {
            fs::write(&path, text).unwrap();
            assert_eq!(ends_with_iea(&path), whole, "{text:?}");
        }
    }
}
