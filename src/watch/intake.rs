//! Which files of an inbox are whole, and may be taken.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::OFlags;

use super::passed_over::{PassedOver, is_uploading};

/// Names looked at in one scan of one box; a larger box is emptied scan by scan, so
/// that a million files need no more memory than these.
const MOST_NAMES: usize = 20_000;

/// What of a file shows that it was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

    /// Whether a file of the other shape holds the same, by all that shows it. The number of
    /// a device may change when the machine is started anew.
    #[must_use]
    pub fn is_unchanged(self, other: Shape) -> bool {
        let here = Shape {
            device: other.device,
            ..self
        };
        here == other
    }

    /// Its size.
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.bytes
    }
}

/// A file of a box.
#[derive(Debug)]
pub enum Found {
    /// A whole file.
    Whole(PathBuf, Shape),
    /// Something that is no plain file and never will be one.
    Foreign(PathBuf),
}

/// What a scan of a box found.
#[derive(Debug, Default)]
pub struct Scan {
    /// Files to take, in the order of their names.
    pub found: Vec<Found>,
    /// Files that are not whole yet.
    pub waiting: u64,
    /// Files that rest, but turned out to be unreadable now. Each is told once.
    pub told: Vec<(PathBuf, io::Error)>,
    /// Files that can't be read.
    pub unreadable: u64,
    /// What is never taken.
    pub ignored: u64,
    /// What of it was not there before.
    pub passed_over: Vec<&'static str>,
    /// For how long the one that waits longest has been seen.
    pub oldest: Duration,
    /// For how long one of the files to take has been whole at the most.
    pub whole: Duration,
}

/// Watches files until they rest.
#[derive(Debug)]
pub struct Intake {
    settle: Duration,
    resting: HashMap<PathBuf, Rest>,
    passed_over: PassedOver,
}

/// What is known of a file that was not taken yet. Times are by the clock that never
/// jumps; those of the file only tell that it changed.
#[derive(Clone, Copy, Debug)]
struct Rest {
    shape: Shape,
    /// When it was seen first.
    first: Instant,
    /// Since when it has been as it is.
    since: Instant,
    /// How often it could not be read.
    failures: u32,
    /// Whether it was to be taken. It is still there if it could not be.
    whole: bool,
}

/// How often a file must turn out to be unreadable before that is told: an upload may
/// get its mode at the end.
const FAILURES_TOLD: u32 = 3;

impl Intake {
    /// A file is whole when it rested for so long; one that ends with a complete IEA
    /// when it rested for a quarter of it, since another interchange may follow.
    #[must_use]
    pub fn new(settle: Duration) -> Intake {
        Intake {
            settle,
            resting: HashMap::new(),
            passed_over: PassedOver::default(),
        }
    }

    /// Changes the time, for files that are still watched too.
    pub fn set_settle(&mut self, settle: Duration) {
        self.settle = settle;
    }

    /// Looks through a box.
    ///
    /// # Errors
    /// When it can't be listed.
    pub fn scan(&mut self, folder: &Path) -> io::Result<Scan> {
        let now = Instant::now();
        let mut scan = Scan::default();
        let mut names: Vec<OsString> = Vec::new();
        let mut ignored = HashSet::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            // Whatever is left for good must not stand in the way of files behind it.
            let left = is_uploading(entry.file_name().as_bytes())
                || entry.file_type().is_ok_and(|kind| kind.is_dir())
                || self.is_told(&entry.path());
            if left {
                self.passed_over.look(&entry, &mut ignored);
            } else {
                names.push(entry.file_name());
            }
            if names.len() == MOST_NAMES {
                break;
            }
        }
        scan.ignored = ignored.len() as u64;
        scan.passed_over = self.passed_over.note(folder, ignored);
        names.sort_unstable();
        let mut resting = HashMap::new();
        for name in names {
            let path = folder.join(name);
            // The file may have gone since; then there is nothing to take.
            let Ok(metadata) = fs::symlink_metadata(&path) else {
                continue;
            };
            let mut rest = Rest::now(self.resting.get(&path), Shape::of(&metadata), now);
            let rested = now.duration_since(rest.since);
            match self.look(&path, &metadata, rested) {
                Look::Take(found) => {
                    scan.found.push(found);
                    scan.whole = scan.whole.max(rested.saturating_sub(self.settle));
                    rest.whole = true;
                    resting.insert(path, rest);
                }
                Look::Wait => {
                    scan.waiting += 1;
                    scan.oldest = scan.oldest.max(now.duration_since(rest.first));
                    resting.insert(path, rest);
                }
                Look::Unreadable(error) => {
                    rest.failures += 1;
                    resting.insert(path.clone(), rest);
                    if rest.failures < FAILURES_TOLD || rested < self.settle {
                        scan.waiting += 1;
                    } else {
                        rest.failures = u32::MAX;
                        scan.told.push((path.clone(), error));
                        resting.insert(path, rest);
                    }
                }
            }
        }
        let told = |path: &PathBuf, rest: &mut Rest| {
            let here = path.parent() == Some(folder);
            !here || rest.failures == u32::MAX && still_unreadable(path)
        };
        self.resting.retain(told);
        self.resting.extend(resting);
        let unreadable = self
            .resting
            .iter()
            .filter(|(path, rest)| rest.failures == u32::MAX && path.parent() == Some(folder));
        scan.unreadable = unreadable.count() as u64;
        Ok(scan)
    }

    /// Whether the file was told to be unreadable.
    fn is_told(&self, path: &Path) -> bool {
        !self.resting.is_empty()
            && self
                .resting
                .get(path)
                .is_some_and(|rest| rest.failures == u32::MAX)
    }

    fn look(&self, path: &Path, metadata: &Metadata, rested: Duration) -> Look {
        let foreign = foreign(metadata);
        // A move that is made by a link has two names for a moment only.
        if foreign.is_some() && (!metadata.is_file() || rested >= self.settle / 4) {
            return Look::Take(Found::Foreign(path.to_owned()));
        }
        if foreign.is_some() || rested < self.settle / 4 {
            return Look::Wait;
        }
        match ends_with_iea(path) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Look::Unreadable(error)
            }
            Ok(true) => Look::Take(Found::Whole(path.to_owned(), Shape::of(metadata))),
            _ if rested >= self.settle => {
                Look::Take(Found::Whole(path.to_owned(), Shape::of(metadata)))
            }
            _ => Look::Wait,
        }
    }
}

/// Why this is no file that may be read, if so.
#[must_use]
pub fn foreign(metadata: &Metadata) -> Option<&'static str> {
    if metadata.is_symlink() {
        Some("it is a symbolic link")
    } else if !metadata.is_file() {
        Some("it is a pipe, a socket or a device")
    } else if metadata.nlink() > 1 {
        // Whoever holds the other name could change the content behind our back.
        Some("it has a second name (a hard link)")
    } else {
        None
    }
}

/// What a look at a file says.
enum Look {
    Take(Found),
    Wait,
    Unreadable(io::Error),
}

impl Rest {
    fn now(before: Option<&Rest>, shape: Shape, now: Instant) -> Rest {
        match before {
            Some(&rest) if rest.shape == shape => rest,
            before => Rest {
                shape,
                // What was to be taken is gone; this is another file of its name.
                first: before
                    .filter(|rest| !rest.whole)
                    .map_or(now, |rest| rest.first),
                since: now,
                failures: 0,
                whole: false,
            },
        }
    }
}

fn still_unreadable(path: &Path) -> bool {
    File::open(path).is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

/// Whether the file ends with an IEA segment and its terminator.
fn ends_with_iea(path: &Path) -> io::Result<bool> {
    let tail = tail(path)?;
    let end = tail.trim_ascii_end();
    let Some((&terminator, text)) = end.split_last() else {
        return Ok(false);
    };
    let last = text
        .rsplit(|&byte| byte == terminator)
        .next()
        .unwrap_or(&[])
        .trim_ascii_start();
    let separator = last.get(3);
    Ok(!terminator.is_ascii_alphanumeric()
        && last.starts_with(b"IEA")
        && separator.is_some_and(|byte| !byte.is_ascii_alphanumeric())
        && last.iter().filter(|byte| Some(*byte) == separator).count() == 2)
}

fn tail(path: &Path) -> io::Result<Vec<u8>> {
    // It may have become a pipe or a link since it was looked at.
    let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW;
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    let bytes = file.metadata()?.len();
    file.seek(SeekFrom::Start(bytes.saturating_sub(128)))?;
    let mut tail = Vec::with_capacity(128);
    file.take(128).read_to_end(&mut tail)?;
    Ok(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[Found]) -> Vec<(String, bool)> {
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        found
            .iter()
            .map(|found| match found {
                Found::Whole(path, _) => (name(path), true),
                Found::Foreign(path) => (name(path), false),
            })
            .collect()
    }

    #[test]
    fn files_are_taken_when_they_rest_and_are_complete() {
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
        assert_eq!(names(&scan.found), [("link.837".to_owned(), false)]);
        assert_eq!(
            scan.waiting, 2,
            "a complete end does not cut the wait to nothing"
        );
        // As if a quarter of the time had gone by.
        rest_for(&mut intake, Duration::from_secs(901));
        let scan = intake.scan(folder.path()).unwrap();
        let found = names(&scan.found);
        assert!(found.contains(&("whole.837".to_owned(), true)), "{found:?}");
        assert_eq!(scan.waiting, 1);
        let mut hasty = Intake::new(Duration::ZERO);
        assert_eq!(hasty.scan(folder.path()).unwrap().waiting, 0);
    }

    /// As if that time had gone by.
    fn rest_for(intake: &mut Intake, time: Duration) {
        let rests = intake.resting.values_mut();
        rests.for_each(|rest| rest.since = rest.since.checked_sub(time).unwrap());
    }

    #[test]
    fn a_pause_between_two_interchanges_is_no_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("two.837");
        fs::write(&path, "ISA*00*~IEA*1*000000001~").unwrap();
        let mut intake = Intake::new(Duration::from_secs(3600));
        intake.scan(folder.path()).unwrap();
        rest_for(&mut intake, Duration::from_secs(901));
        fs::write(&path, "ISA*00*~IEA*1*000000001~ISA*00*~IEA*1*000000002~").unwrap();
        let scan = intake.scan(folder.path()).unwrap();
        assert_eq!((scan.found.len(), scan.waiting), (0, 1), "it rests anew");
    }

    #[test]
    fn times_of_files_that_jump_only_tell_of_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claims.837");
        fs::write(&path, "ISA*00*~IEA*1*000000001~").unwrap();
        let mut intake = Intake::new(Duration::from_secs(3600));
        let years = Duration::from_secs(10 * 365 * 24 * 3600);
        let now = std::time::SystemTime::now();
        for time in [now + years, now.checked_sub(years).unwrap()] {
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(time).unwrap();
            let scan = intake.scan(folder.path()).unwrap();
            assert_eq!((scan.found.len(), scan.waiting), (0, 1), "it rests anew");
        }
        let mut hasty = Intake::new(Duration::ZERO);
        assert_eq!(hasty.scan(folder.path()).unwrap().found.len(), 1);
    }

    #[test]
    fn a_crowded_box_is_emptied_scan_by_scan() {
        let folder = tempfile::tempdir().unwrap();
        // What is left for good does not stand in the way of the files behind it.
        for number in 0..500 {
            fs::create_dir(folder.path().join(format!("folder-{number}"))).unwrap();
        }
        for number in 0..MOST_NAMES + 10 {
            File::create(folder.path().join(format!("{number}.837"))).unwrap();
        }
        let mut intake = Intake::new(Duration::ZERO);
        let mut taken = 0;
        for expected in [MOST_NAMES, 10, 0] {
            let scan = intake.scan(folder.path()).unwrap();
            assert_eq!(scan.found.len(), expected);
            for found in scan.found {
                let Found::Whole(path, _) = found else {
                    panic!("{found:?}")
                };
                fs::remove_file(path).unwrap();
                taken += 1;
            }
        }
        assert_eq!(taken, MOST_NAMES + 10);
    }

    #[test]
    fn a_device_that_has_another_number_is_no_change() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let shape = Shape::of(&file.path().metadata().unwrap());
        let moved = Shape {
            device: shape.device + 1,
            ..shape
        };
        assert!(shape.is_unchanged(moved));
        let grown = Shape {
            bytes: shape.bytes + 1,
            ..shape
        };
        assert!(!shape.is_unchanged(grown));
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
            assert_eq!(ends_with_iea(&path).unwrap(), whole, "{text:?}");
        }
    }
}
