//! Which inputs the arguments name, and under which names their outputs go.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use super::input::{Input, shown};
use super::pattern;
use super::run::RunError;
use crate::emit::stale;
use crate::stored;

/// The inputs that arguments name.
#[derive(Debug, Default)]
pub struct Inputs {
    /// Each with a stem of its own.
    pub inputs: Vec<Input>,
    /// Folders and files that can't be looked at.
    pub unreadable: Vec<RunError>,
    /// Files in the folders that are outputs of an earlier run, left out.
    pub outputs: Vec<PathBuf>,
    /// What is no file but a pipe, a socket or a device, left out: to open it may wait for ever.
    pub special: Vec<PathBuf>,
    /// Inputs that were named before, left out.
    pub repeated: Vec<PathBuf>,
}

/// What is taken from a folder in which a run has left its outputs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// No output of a run.
    Claims,
    /// Of the outputs, the rejects.
    Rejects,
}

impl Inputs {
    /// The inputs the arguments name: files, every file below a folder in the order of
    /// their names (dot files and outputs of earlier runs left out), what a pattern
    /// stands for, `-` for standard input. A pipe that is named by itself is read to its end.
    #[must_use]
    pub fn of(arguments: &[PathBuf], wanted: Wanted) -> Inputs {
        let mut inputs = Inputs::default();
        for argument in arguments {
            if argument == Path::new("-") {
                inputs.inputs.push(Input::standard());
            } else if pattern::is_pattern(argument) && argument.symlink_metadata().is_err() {
                let found = pattern::matching(argument);
                if found.is_empty() {
                    inputs.cannot_read(argument, io::Error::other("no file has such a name"));
                }
                for path in found {
                    if is_special(&path) {
                        inputs.special.push(path);
                    } else {
                        inputs.add(&path, wanted);
                    }
                }
            } else {
                inputs.add(argument, wanted);
            }
        }
        inputs.leave_out_repeated();
        inputs.name_apart();
        inputs
    }

    /// Whether nothing at all was named, not even what can't be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty() && self.unreadable.is_empty()
    }

    /// An input that lies where the outputs of another (or its own) will go, with that
    /// other: it would be lost.
    #[must_use]
    pub fn overwritten(&self, out: &Path) -> Option<(&Input, &Input)> {
        let out = out.canonicalize().ok()?;
        self.inputs.iter().find_map(|input| {
            let path = input.path.as_ref()?.canonicalize().ok()?;
            if path.parent() != Some(&out) {
                return None;
            }
            let (stem, _) = stale::parts(path.file_name()?.to_str()?)?;
            let writer = self.inputs.iter().find(|other| other.stem == stem)?;
            Some((input, writer))
        })
    }

    fn add(&mut self, path: &Path, wanted: Wanted) {
        if !path.is_dir() {
            self.inputs.push(Input::of(path));
            return;
        }
        let visible = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        };
        for entry in walkdir::WalkDir::new(path)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(visible)
        {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                // A link to a folder is not followed: it may lead anywhere, and in circles.
                Ok(entry) if entry.path_is_symlink() && entry.path().is_dir() => {}
                Ok(entry) if is_special(entry.path()) => self.special.push(entry.into_path()),
                Ok(entry) => match stale::is_output(entry.path()) {
                    Some("rejects.837") if wanted == Wanted::Rejects => {
                        self.inputs.push(Input::of(entry.path()));
                    }
                    Some(_) => self.outputs.push(entry.into_path()),
                    None => self.inputs.push(Input::of(entry.path())),
                },
                Err(error) => {
                    let at = error.path().unwrap_or(path).to_owned();
                    self.cannot_read(&at, error.into());
                }
            }
        }
    }

    fn cannot_read(&mut self, path: &Path, error: io::Error) {
        self.unreadable.push(RunError::Unreadable {
            file: shown(path),
            error,
        });
    }

    /// A file that is named twice is scrubbed once: its claims must not go out twice.
    fn leave_out_repeated(&mut self) {
        let mut seen = HashSet::new();
        let repeated = &mut self.repeated;
        self.inputs.retain(|input| {
            let path = input.path.as_ref();
            let place = path.map(|path| path.canonicalize().unwrap_or_else(|_| path.clone()));
            let new = seen.insert(place);
            if !new {
                repeated.push(path.cloned().unwrap_or_else(|| PathBuf::from("-")));
            }
            new
        });
    }

    /// Gives each input a stem that no other has: the first of a name keeps it, the
    /// next ones get the first free number behind it.
    fn name_apart(&mut self) {
        name_apart(self.inputs.iter_mut().collect(), BTreeSet::new());
    }

    /// Leaves those that share their names with others the stems under which the outputs of
    /// their content lie in this folder, so that another input before them takes none of these.
    pub fn keep_stems(&mut self, out: &Path) {
        let mut alike: BTreeMap<String, u64> = BTreeMap::new();
        for input in &self.inputs {
            *alike.entry(input.plain_stem()).or_default() += 1;
        }
        alike.retain(|_, inputs| *inputs > 1);
        // By size, and by the hash of it.
        let mut kept: HashMap<u64, HashMap<String, String>> = HashMap::new();
        for plain in alike.keys() {
            for stem in stale::stems(out, plain) {
                if let Some(manifest) = stale::manifest(out, &stem) {
                    let sized = kept.entry(manifest.input.bytes).or_default();
                    sized.insert(manifest.input.blake3, stem);
                }
            }
        }
        if kept.is_empty() {
            return;
        }
        let mut taken = BTreeSet::new();
        let mut others = Vec::new();
        for input in &mut self.inputs {
            let plain = input.plain_stem();
            let path = input.path.as_ref().filter(|_| alike.contains_key(&plain));
            let stem = path.and_then(|path| {
                let (bytes, hash) = stored::hash_plain(path, |bytes| kept.contains_key(&bytes))?;
                kept.get_mut(&bytes)?.remove(&hash)
            });
            if let Some(stem) = stem {
                taken.insert(stem.clone());
                input.stem = stem;
            } else {
                input.stem = plain;
                others.push(input);
            }
        }
        name_apart(others, taken);
    }
}

/// Gives each input a stem that is not taken: its own, or that with a number.
fn name_apart(inputs: Vec<&mut Input>, mut taken: BTreeSet<String>) {
    let own: BTreeSet<String> = inputs.iter().map(|input| input.stem.clone()).collect();
    for input in inputs {
        let mut number = 2_u64;
        let mut stem = input.stem.clone();
        while taken.contains(&stem) || (stem != input.stem && own.contains(&stem)) {
            stem = format!("{}-{number}", input.stem);
            number += 1;
        }
        taken.insert(stem.clone());
        input.stem = stem;
    }
}

/// Whether this, or what it leads to, is there and neither a file nor a folder.
fn is_special(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|there| !there.is_file() && !there.is_dir())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn stems(names: &[&str]) -> Vec<String> {
        let mut inputs = Inputs {
            inputs: names
                .iter()
                .map(|name| Input::of(Path::new(name)))
                .collect(),
            ..Inputs::default()
        };
        inputs.name_apart();
        inputs.inputs.into_iter().map(|input| input.stem).collect()
    }

    #[test]
    fn no_two_inputs_share_a_stem_in_any_order() {
        let names = [
            "a/claims.837",
            "b/claims.837",
            "claims.txt",
            "claims-2.837",
            "claims-3",
            "x/claims-2.txt",
        ];
        assert_eq!(
            stems(&names[..4]),
            ["claims", "claims-3", "claims-4", "claims-2"]
        );
        // Every order of the six.
        let mut orders = vec![Vec::new()];
        for _ in 0..names.len() {
            orders = orders
                .into_iter()
                .flat_map(|order: Vec<usize>| {
                    (0..names.len())
                        .filter(|at| !order.contains(at))
                        .map(|at| [&order[..], &[at]].concat())
                        .collect::<Vec<_>>()
                })
                .collect();
        }
        assert_eq!(orders.len(), 720);
        for order in orders {
            let names: Vec<&str> = order.iter().map(|&at| names[at]).collect();
            let found = stems(&names);
            let different: BTreeSet<&String> = found.iter().collect();
            assert_eq!(different.len(), names.len(), "{names:?}: {found:?}");
        }
    }
}
