//! Files that appear whole or not at all.
//!
//! Each output grows under a temporary name in its folder, readable by its owner only;
//! it is synced and renamed when the run is proven, and the temporary goes when it is not.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::lines::Lines;

/// The start of temporary names: a dot file, so that drop folders leave it alone.
pub(super) const TEMPORARY_PREFIX: &str = ".telescrub-";

/// What a published file holds, for the manifest.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Published {
    /// The file's name without its folder.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// BLAKE3 of its bytes.
    pub blake3: String,
}

/// A finished output: its kind, what it holds and its temporary name.
pub type Taken = (&'static str, Published, String);

/// An output that may never come to be: the file is made at the first byte.
#[derive(Debug)]
pub struct Output {
    folder: PathBuf,
    name: String,
    compress: bool,
    sync: bool,
    lines: Option<Lines>,
    state: State,
}

#[derive(Debug)]
enum State {
    Untouched,
    Open(Sink),
    Done(NamedTempFile, Published),
}

#[derive(Debug)]
enum Sink {
    Plain(BufWriter<Hashing>),
    Zstd(Box<Compressing>),
}

struct Compressing(zstd::Encoder<'static, BufWriter<Hashing>>);

impl std::fmt::Debug for Compressing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Compressing")
    }
}

#[derive(Debug)]
struct Hashing {
    file: NamedTempFile,
    hasher: Box<blake3::Hasher>,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Bytes gathered before they are hashed and written. Whoever writes as many at once spares
/// them being copied.
pub(super) const BUFFER_BYTES: usize = 256 * 1024;

impl Output {
    /// An output of this name in this folder; `.zst` is added when it is compressed.
    #[must_use]
    pub fn new(folder: &Path, name: &str, compress: bool) -> Output {
        let name = if compress {
            format!("{name}.zst")
        } else {
            name.to_owned()
        };
        Output {
            folder: folder.to_owned(),
            name,
            compress,
            sync: true,
            lines: None,
            state: State::Untouched,
        }
    }

    /// The same, synced when it is finished or not: whoever writes many files may sync
    /// them all at once.
    #[must_use]
    pub fn synced(self, sync: bool) -> Output {
        Output { sync, ..self }
    }

    /// The same, with each segment on a line of its own.
    #[must_use]
    pub fn in_lines(self) -> Output {
        Output {
            lines: Some(Lines::default()),
            ..self
        }
    }

    /// The name the file will have.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn sink(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.open()? {
            Sink::Plain(out) => out.write(bytes),
            Sink::Zstd(out) => out.0.write(bytes),
        }
    }

    fn open(&mut self) -> io::Result<&mut Sink> {
        if matches!(self.state, State::Untouched) {
            let file = temporary(&self.folder)?;
            let hashing = Hashing {
                file,
                hasher: Box::new(blake3::Hasher::new()),
                bytes: 0,
            };
            let buffered = BufWriter::with_capacity(BUFFER_BYTES, hashing);
            self.state = State::Open(if self.compress {
                let mut encoder = zstd::Encoder::new(buffered, 3)?;
                encoder.include_checksum(true)?;
                Sink::Zstd(Box::new(Compressing(encoder)))
            } else {
                Sink::Plain(buffered)
            });
        }
        match &mut self.state {
            State::Open(sink) => Ok(sink),
            State::Untouched | State::Done(..) => {
                Err(io::Error::other("the output is closed already"))
            }
        }
    }

    /// Writes out what is gathered and, where that is asked for, syncs it. `None` when there is nothing to say.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn finish(&mut self) -> io::Result<Option<&Published>> {
        if let State::Open(sink) = std::mem::replace(&mut self.state, State::Untouched) {
            let buffered = match sink {
                Sink::Plain(buffered) => buffered,
                Sink::Zstd(encoder) => encoder.0.finish()?,
            };
            let hashing = buffered
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            if self.sync {
                hashing.file.as_file().sync_all()?;
            }
            let published = Published {
                file: self.name.clone(),
                bytes: hashing.bytes,
                blake3: hashing.hasher.finalize().to_hex().to_string(),
            };
            self.state = State::Done(hashing.file, published);
        }
        match &self.state {
            State::Done(_, published) => Ok(Some(published)),
            _ => Ok(None),
        }
    }

    /// The finished file under its temporary name, to be read back.
    #[must_use]
    pub fn finished(&self) -> Option<&Path> {
        match &self.state {
            State::Done(file, _) => Some(file.path()),
            _ => None,
        }
    }

    /// The output, of this kind, once it is finished.
    #[must_use]
    pub fn taken(&self, kind: &'static str) -> Option<Taken> {
        let State::Done(file, published) = &self.state else {
            return None;
        };
        let temporary = file.path().file_name()?.to_string_lossy().into_owned();
        Some((kind, published.clone(), temporary))
    }

    /// Gives the finished file its name. A file of that name from an earlier run goes,
    /// also when this run has nothing to say.
    ///
    /// # Errors
    /// When the folder does not take it.
    pub fn publish(self) -> io::Result<()> {
        let path = self.folder.join(&self.name);
        match self.state {
            State::Done(file, _) => {
                file.persist(&path).map_err(|error| error.error)?;
                Ok(())
            }
            _ => match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let Some(mut lines) = self.lines.take() else {
            return self.sink(bytes);
        };
        let mut broken = Vec::with_capacity(bytes.len() + bytes.len() / 16);
        lines.put(bytes, &mut broken);
        self.lines = Some(lines);
        let mut rest = &broken[..];
        while !rest.is_empty() {
            let count = self.sink(rest)?;
            rest = &rest[count..];
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // Gathered bytes are written by `finish`.
        Ok(())
    }
}

/// A new temporary file in the folder, readable by its owner only.
///
/// # Errors
/// When the folder does not take it.
pub fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .tempfile_in(folder)
}

/// Removes what killed programs have left of such files, from a folder in which nobody else
/// works now.
///
/// # Errors
/// When the folder can't be read.
pub fn sweep(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(TEMPORARY_PREFIX) && entry.file_type()?.is_file() {
            // What cannot go takes some room, and nothing else.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// A temporary name in the folder for a file that keeps its own.
///
/// # Errors
/// When the folder knows no second names, or allows none for this file.
pub fn second_name(path: &Path, folder: &Path) -> io::Result<TempPath> {
    let link = tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .make_in(folder, |hidden| std::fs::hard_link(path, hidden))?;
    Ok(link.into_temp_path())
}

/// Makes renames in the folder last.
///
/// # Errors
/// When the folder cannot be synced.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
