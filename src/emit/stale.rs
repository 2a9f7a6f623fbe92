//! The names of a run's outputs, and what an earlier run left under them.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::manifest::Manifest;
use super::publish::{second_name, temporary};
use crate::value::Date;

/// What follows the stem in the name of an output. None of them ends like another, so
/// that two inputs of different stems never share a name.
pub const KINDS: [&str; 12] = [
    CLEAN,
    "rejects.837",
    "held.837",
    "rejects.txt",
    "findings.jsonl",
    "fixes.jsonl",
    "report.html",
    "ta1.edi",
    "999.edi",
    "277ca.edi",
    "rerun.json",
    MANIFEST,
];

/// The kind of the one output that is always there.
const MANIFEST: &str = "manifest.json";

/// The kind of the claims that go on.
const CLEAN: &str = "clean.837";

/// What stands between the name of a clean file that is kept and the day of its run.
const KEPT_OF: &str = ".of-";

/// Bytes of a day, YYYY-MM-DD.
const DAY_BYTES: usize = 10;

/// Bytes that file systems give a name.
const NAME_BYTES: usize = 255;

/// The stem of an output of this name and what follows it, without `.zst`; `None` for a
/// name that the program does not give.
#[must_use]
pub fn parts(name: &str) -> Option<(&str, &'static str)> {
    let plain = name.strip_suffix(".zst").unwrap_or(name);
    KINDS.iter().find_map(|kind| {
        let stem = plain.strip_suffix(kind)?.strip_suffix('.')?;
        (!stem.is_empty()).then_some((stem, *kind))
    })
}

/// Whether a file is the output of a run, by its name and the manifest beside it: what
/// follows its stem. A clean file that was kept needs none.
#[must_use]
pub fn is_output(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    if is_kept(name) {
        return Some(CLEAN);
    }
    let (stem, kind) = parts(name)?;
    let manifest = path.with_file_name(manifest_of(stem));
    manifest.is_file().then_some(kind)
}

/// The names under which a clean file of this day may be kept, of which none is an output's.
/// A stem that leaves no room for what follows it is cut.
pub fn kept_names<'a>(file: &'a str, day: &'a str) -> impl Iterator<Item = String> + 'a {
    let numbers =
        std::iter::once(String::new()).chain((2_u64..).map(|number| format!("-{number}")));
    numbers.map(move |number| {
        let stem = parts(file).map_or(file, |(stem, _)| stem);
        let end = format!("{}{KEPT_OF}{day}{number}", &file[stem.len()..]);
        let mut room = stem.len().min(NAME_BYTES.saturating_sub(end.len()));
        while !stem.is_char_boundary(room) {
            room -= 1;
        }
        format!("{}{end}", &stem[..room])
    })
}

/// Whether a clean file was kept under this name.
fn is_kept(name: &str) -> bool {
    let Some((file, of)) = name.rsplit_once(KEPT_OF) else {
        return false;
    };
    let (day, number) = of.split_at_checked(DAY_BYTES).unwrap_or((of, ""));
    let number = if number.is_empty() { "-2" } else { number };
    parts(file).is_some_and(|(_, kind)| kind == CLEAN)
        && Date::parse_iso(day).is_some()
        && (number.strip_prefix('-')).is_some_and(|number| number.parse::<u64>().is_ok())
}

/// The manifest of the outputs that lie under the names of this stem, if it can be read.
#[must_use]
pub fn manifest(folder: &Path, stem: &str) -> Option<Manifest> {
    let bytes = std::fs::read(folder.join(manifest_of(stem))).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Whether outputs lie under the names of this stem.
#[must_use]
pub fn has_manifest(folder: &Path, stem: &str) -> bool {
    folder.join(manifest_of(stem)).is_file()
}

/// Names without outputs behind which no more with a higher number are looked for: somebody has
/// taken those away.
const GAP: usize = 8;

/// The stems under which outputs of inputs of this name lie, its own and those with numbers.
pub fn stems<'a>(folder: &'a Path, plain: &'a str) -> impl Iterator<Item = String> + 'a {
    let numbered = (2_u64..).map(move |number| format!("{plain}-{number}"));
    let all = std::iter::once(plain.to_owned()).chain(numbered);
    let mut missing = 0;
    all.map_while(move |stem| {
        let there = has_manifest(folder, &stem);
        missing = if there { 0 } else { missing + 1 };
        (missing <= GAP).then(|| there.then_some(stem))
    })
    .flatten()
}

/// The name of the manifest of this stem.
#[must_use]
fn manifest_of(stem: &str) -> String {
    format!("{stem}.{MANIFEST}")
}

/// Takes away what an earlier run left under the names of this stem, compressed or not,
/// but for the names to keep. Its manifest goes first: while there is one, the files
/// are those that it speaks of.
///
/// # Errors
/// When the folder does not let go of a file.
pub fn clear(folder: &Path, stem: &str, keep: &[&str]) -> io::Result<()> {
    for name in names(stem) {
        if keep.contains(&name.as_str()) {
            continue;
        }
        match std::fs::remove_file(folder.join(&name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The names that the clean file of a stem may have.
#[must_use]
pub fn clean_files(stem: &str) -> [String; 2] {
    ["", ".zst"].map(|end| format!("{stem}.{CLEAN}{end}"))
}

/// The names of a stem's outputs, compressed and not, the manifest's first.
fn names(stem: &str) -> impl Iterator<Item = String> {
    let kinds = KINDS.iter().rev();
    kinds.flat_map(move |kind| [format!("{stem}.{kind}.zst"), format!("{stem}.{kind}")])
}

/// What an earlier run left under the names of a stem, kept under temporary names until the
/// outputs that take its place have theirs. Dropped, it is gone.
#[derive(Debug, Default)]
pub struct Aside {
    folder: PathBuf,
    files: Vec<(String, TempPath)>,
}

impl Aside {
    /// Keeps what stands under the names of this stem. Where the folder allows it the files keep
    /// their names too, so that a run which is killed takes none away.
    ///
    /// # Errors
    /// When the folder does not let go of a file, or a name is that of a folder; everything
    /// stands where it stood then.
    pub fn put(folder: &Path, stem: &str) -> io::Result<Aside> {
        let mut aside = Aside {
            folder: folder.to_owned(),
            files: Vec::new(),
        };
        for name in names(stem) {
            if let Err(error) = aside.add(name) {
                // What cannot go back now could not have come.
                drop(aside.put_back());
                return Err(error);
            }
        }
        Ok(aside)
    }

    fn add(&mut self, name: String) -> io::Result<()> {
        let path = self.folder.join(&name);
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
            Ok(there) if there.is_dir() => {
                return Err(io::Error::other(format!("{name} is a folder")));
            }
            Ok(_) => {}
        }
        let hidden = if let Ok(hidden) = second_name(&path, &self.folder) {
            hidden
        } else {
            let hidden = temporary(&self.folder)?.into_temp_path();
            std::fs::rename(path, &hidden)?;
            hidden
        };
        self.files.push((name, hidden));
        Ok(())
    }

    /// Puts everything back where it stood, the manifest last.
    ///
    /// # Errors
    /// When the folder does not take a file back; the others are back all the same.
    pub fn put_back(self) -> io::Result<()> {
        let mut result = Ok(());
        for (name, hidden) in self.files.into_iter().rev() {
            let hidden_path = hidden.to_path_buf();
            match hidden.persist(self.folder.join(name)) {
                // Of two names of one file none goes by that.
                Ok(()) => drop(std::fs::remove_file(hidden_path)),
                Err(error) => {
                    result = Err(error.error);
                    // Better under a temporary name than lost.
                    drop(error.path.keep());
                }
            }
        }
        result
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_by_its_end() {
        assert_eq!(parts("night.clean.837"), Some(("night", "clean.837")));
        assert_eq!(parts("a.b.rejects.837.zst"), Some(("a.b", "rejects.837")));
        assert_eq!(parts("x.manifest.json"), Some(("x", "manifest.json")));
        for other in [
            "night.837",
            "clean.837",
            ".clean.837",
            "night.clean.837.gz",
            "night.txt",
        ] {
            assert_eq!(parts(other), None, "{other}");
        }
        for (at, kind) in KINDS.iter().enumerate() {
            for other in &KINDS[at + 1..] {
                assert!(!kind.ends_with(other) && !other.ends_with(kind));
            }
        }
    }

    #[test]
    fn only_outputs_of_the_stem_go_and_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let gone = [
            "a.clean.837",
            "a.clean.837.zst",
            "a.manifest.json",
            "a.rerun.json",
        ];
        let stay = ["a.837", "a.notes.txt", "b.clean.837", "a.b.clean.837"];
        let all = || gone.iter().chain(&stay);
        for name in all() {
            std::fs::write(folder.join(name), name).unwrap();
        }
        let is_whole = |name: &&&str| {
            std::fs::read_to_string(folder.join(name)).ok().as_deref() == Some(**name)
        };
        let aside = Aside::put(folder, "a").unwrap();
        clear(folder, "a", &["a.clean.837"]).unwrap();
        std::fs::write(folder.join("a.new"), "new").unwrap();
        std::fs::rename(folder.join("a.new"), folder.join("a.clean.837")).unwrap();
        assert!(gone[1..].iter().all(|name| !folder.join(name).exists()));
        assert!(stay.iter().all(|name| is_whole(&name)));
        aside.put_back().unwrap();
        assert!(all().all(|name| is_whole(&name)));

        // A folder in the place of an output stops it all.
        let report = folder.join("a.report.html");
        std::fs::create_dir(&report).unwrap();
        assert!(Aside::put(folder, "a").is_err());
        assert!(all().all(|name| is_whole(&name)));

        std::fs::remove_dir(report).unwrap();
        let count = || folder.read_dir().unwrap().count();
        let aside = Aside::put(folder, "a").unwrap();
        clear(folder, "a", &[]).unwrap();
        assert_eq!(count(), gone.len() + stay.len());
        drop(aside);
        assert_eq!(count(), stay.len());
    }

    #[test]
    fn an_output_has_a_manifest_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.clean.837");
        std::fs::write(&path, b"").unwrap();
        assert_eq!(is_output(&path), None);
        std::fs::write(folder.path().join("a.manifest.json"), b"").unwrap();
        assert_eq!(is_output(&path), Some("clean.837"));
    }

    #[test]
    fn a_clean_file_that_is_kept_is_known_by_its_name() {
        let kept: Vec<_> = kept_names("a.clean.837.zst", "2026-11-23")
            .take(2)
            .collect();
        assert_eq!(
            kept,
            [
                "a.clean.837.zst.of-2026-11-23",
                "a.clean.837.zst.of-2026-11-23-2"
            ]
        );
        let long = format!("{}.clean.837", "\u{e9}".repeat(120));
        let cut: Vec<_> = kept_names(&long, "2026-11-23").take(11).collect();
        assert!(
            cut.iter()
                .all(|name| (253..=NAME_BYTES).contains(&name.len()))
        );
        for name in kept.iter().chain(&cut) {
            assert_eq!(is_output(Path::new(name)), Some(CLEAN), "{name}");
        }
        for other in [
            "a.837.of-2026-11-23",
            "a.rejects.837.of-2026-11-23",
            "a.clean.837.of-2026-13-23",
            "a.clean.837.of-2026-11-23-x",
            "a.clean.837.of-2026-11-23.837",
            "a.clean.837.of-",
        ] {
            assert_eq!(is_output(Path::new(other)), None, "{other}");
        }
    }
}
