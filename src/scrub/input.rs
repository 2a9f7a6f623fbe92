//! Inputs: files, folders, standard input; plain or zstd, told by their bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

use rayon::ThreadPool;

use super::witness::Witness;
use crate::emit::publish::temporary;
use crate::stored::{self, is_zstd};
use crate::x12::limits::BLOCK_BYTES;
use crate::x12::survey::{Survey, Taken, survey_for, survey_unhashed};

/// Something to scrub.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// Where it is; `None` for standard input.
    pub path: Option<PathBuf>,
    /// The start of the outputs' names.
    pub stem: String,
}

/// The largest size a compressed input may grow to, times its own size; beyond it
/// the input is refused as a decompression bomb.
const EXPANSION: u64 = 1_000;

/// A file of this size is hashed by one thread while another surveys it.
const HASHED_BESIDE_BYTES: u64 = 1 << 20;

/// An input below this size may grow as it likes.
const EXPANSION_FREE_BYTES: u64 = 1 << 30;

impl Input {
    /// The name for messages.
    #[must_use]
    pub fn name(&self) -> String {
        self.path
            .as_ref()
            .map_or_else(|| "standard input".to_owned(), |path| shown(path))
    }

    /// Standard input.
    #[must_use]
    pub fn standard() -> Input {
        Input {
            path: None,
            stem: STDIN.to_owned(),
        }
    }

    /// The file at this path.
    #[must_use]
    pub fn of(path: &Path) -> Input {
        Input {
            path: Some(path.to_owned()),
            stem: stem_of(path),
        }
    }

    /// The stem it has where no other input has it.
    #[must_use]
    pub fn plain_stem(&self) -> String {
        (self.path.as_deref()).map_or_else(|| STDIN.to_owned(), stem_of)
    }
}

/// The stem of standard input's outputs.
const STDIN: &str = "stdin";

fn stem_of(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.map_or_else(|| "input".to_owned(), |name| stem(&name))
}

/// A path for messages: see [`written_out`].
#[must_use]
pub fn shown(path: &Path) -> String {
    written_out(&path.display().to_string())
}

/// A text for messages: it may hold line ends and escapes, which are written out.
#[must_use]
pub fn written_out(text: &str) -> String {
    let written = |character: char| {
        if character.is_control() {
            character.escape_default().to_string()
        } else {
            character.to_string()
        }
    };
    text.chars().map(written).collect()
}

/// The name without `.zst` and without its last extension.
#[must_use]
pub fn stem(name: &str) -> String {
    let name = name.strip_suffix(".zst").unwrap_or(name);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => name.to_owned(),
    }
}

/// An input that was surveyed and can be read again from its start.
#[derive(Debug)]
pub struct Surveyed {
    /// The bytes, uncompressed.
    pub file: File,
    /// What the first pass found.
    pub survey: Survey,
    /// Of a file that others may write to meanwhile: whether they did.
    pub witness: Option<Witness>,
}

/// Surveys an input. What can't be read twice (standard input, zstd) is spooled to a
/// temporary file in `folder` on the way. `taken` is asked for each interchange.
///
/// # Errors
/// When it can't be read, or the spool can't be written.
pub fn open(input: &Input, folder: &Path, taken: Option<Taken<'_>>) -> io::Result<Surveyed> {
    open_up_to(input, folder, taken, (u64::MAX, BLOCK_BYTES), None)
}

/// The same, to be read in blocks of this size; a compressed input that grows past `most` bytes
/// is refused. Threads of `pool` help, if it has several.
///
/// # Errors
/// When it can't be read or grows too large, or the spool can't be written.
pub fn open_up_to(
    input: &Input,
    folder: &Path,
    taken: Option<Taken<'_>>,
    (most, block_bytes): (u64, usize),
    pool: Option<&ThreadPool>,
) -> io::Result<Surveyed> {
    let magic;
    let (source, size): (Box<dyn Read + Send>, Option<u64>) = match &input.path {
        None => {
            magic = stored::magic(&mut io::stdin())?;
            (Box::new(io::stdin()), None)
        }
        Some(path) => {
            let mut file = File::open(path)?;
            let metadata = file.metadata()?;
            magic = stored::magic(&mut file)?;
            if metadata.is_file() && !is_zstd(&magic) {
                file.seek(SeekFrom::Start(0))?;
                let witness = Some(Witness::of(&file)?);
                let is_large = metadata.len() >= HASHED_BESIDE_BYTES;
                let pool = pool.filter(|pool| is_large && pool.current_num_threads() > 1);
                let survey = match pool {
                    Some(pool) => hashed_beside(pool, &file, taken, block_bytes)?,
                    None => survey_for(&mut file, taken, block_bytes)?,
                };
                file.seek(SeekFrom::Start(0))?;
                return Ok(Surveyed {
                    file,
                    survey,
                    witness,
                });
            }
            (Box::new(file), Some(metadata.len()))
        }
    };
    let compressed = is_zstd(&magic);
    let whole = io::Cursor::new(magic).chain(source);
    let spool = temporary(folder)?.into_file();
    let mut tee = Tee {
        source: Receiver::start(whole, compressed, limit(size).min(most)),
        spool,
    };
    let survey = survey_for(&mut tee, taken, block_bytes)?;
    // A survey that gave up early (no X12 at all) has read enough.
    let mut file = tee.spool;
    file.seek(SeekFrom::Start(0))?;
    Ok(Surveyed {
        file,
        survey,
        witness: None,
    })
}

/// Surveys a file while another thread hashes it.
fn hashed_beside(
    pool: &ThreadPool,
    file: &File,
    taken: Option<Taken<'_>>,
    block_bytes: usize,
) -> io::Result<Survey> {
    let mut hashed = Ok((0, String::new()));
    let survey = pool.in_place_scope(|scope| {
        scope.spawn(|_| hashed = stored::hash(file, u64::MAX));
        survey_unhashed(file, taken, block_bytes)
    });
    let (mut survey, (bytes, whole)) = (survey?, hashed?);
    // A survey that gave up early has not read all of it.
    survey.hash = if survey.bytes == bytes {
        whole
    } else {
        stored::hash(file, survey.bytes)?.1
    };
    Ok(survey)
}

struct Tee<R> {
    source: R,
    spool: File,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.spool.write_all(&buffer[..count])?;
        Ok(count)
    }
}

/// Bytes that another thread reads (and decompresses) ahead.
struct Receiver {
    blocks: mpsc::Receiver<io::Result<Vec<u8>>>,
    current: io::Cursor<Vec<u8>>,
}

impl Receiver {
    fn start(source: impl Read + Send + 'static, compressed: bool, limit: u64) -> Receiver {
        let (sender, blocks) = mpsc::sync_channel(4);
        std::thread::spawn(move || {
            let result = if compressed {
                unpack(source, &sender, limit)
            } else {
                pump(source, &sender, u64::MAX, &mut 0)
            };
            if let Err(error) = result {
                // The reader may have gone; then nobody asks for the error.
                let _ = sender.send(Err(error));
            }
        });
        Receiver {
            blocks,
            current: io::Cursor::new(Vec::new()),
        }
    }
}

/// Bytes read of a compressed input so far.
struct Counting<R> {
    source: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Sends what the zstd frames hold.
fn unpack(
    source: impl Read,
    sender: &mpsc::SyncSender<io::Result<Vec<u8>>>,
    limit: u64,
) -> io::Result<()> {
    let read = Arc::new(AtomicU64::new(0));
    let mut good = 0;
    let counting = Counting {
        source,
        read: Arc::clone(&read),
    };
    zstd::Decoder::new(counting)
        .and_then(|decoder| pump(decoder, sender, limit, &mut good))
        .map_err(|error| {
            let read = read.load(Ordering::Relaxed);
            if error.kind() == io::ErrorKind::FileTooLarge {
                error
            } else if error.kind() == io::ErrorKind::UnexpectedEof {
                io::Error::other(format!(
                    "the zstd data ends at byte {read} in the middle of a frame, after {good} unpacked bytes; send the whole file again"
                ))
            } else {
                io::Error::other(format!(
                    "the zstd data is damaged before byte {read}, after {good} unpacked bytes ({error}); send the file again"
                ))
            }
        })
}

fn limit(size: Option<u64>) -> u64 {
    size.map_or(u64::MAX, |size| {
        size.saturating_mul(EXPANSION).max(EXPANSION_FREE_BYTES)
    })
}

/// Sends all of a source, and counts what was sent.
fn pump(
    mut source: impl Read,
    sender: &mpsc::SyncSender<io::Result<Vec<u8>>>,
    limit: u64,
    total: &mut u64,
) -> io::Result<()> {
    loop {
        let mut block = Vec::with_capacity(crate::x12::limits::READ_BYTES);
        let result = source
            .by_ref()
            .take(crate::x12::limits::READ_BYTES as u64)
            .read_to_end(&mut block);
        *total += block.len() as u64;
        result?;
        if block.is_empty() {
            return Ok(());
        }
        if *total > limit {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!(
                    "the compressed input grows past {limit} bytes; unpack it yourself if it is meant to"
                ),
            ));
        }
        if sender.send(Ok(block)).is_err() {
            return Ok(());
        }
    }
}

impl Read for Receiver {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.current.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            match self.blocks.recv() {
                Ok(block) => self.current = io::Cursor::new(block?),
                Err(mpsc::RecvError) => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stem_loses_zst_and_the_last_extension() {
        for (name, expected) in [
            ("claims.837", "claims"),
            ("claims.837.zst", "claims"),
            ("claims.txt", "claims"),
            ("night.2026.837", "night.2026"),
            ("claims", "claims"),
            (".hidden", ".hidden"),
        ] {
            assert_eq!(stem(name), expected, "{name}");
        }
    }

    #[test]
    #[allow(clippy::unwrap_used)] // a test may fail
    fn a_file_is_hashed_alike_by_one_thread_and_by_several() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
        let pool = pool.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.837");
        let isa = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261123*0101*^*00501*000000001*0*P*:~";
        let whole = format!("{isa}{}", "REF*6R*1~".repeat(300_000));
        // Of what is no X12 only the start is read.
        let text = "nothing of the kind ".repeat(150_000);
        for (bytes, all) in [(&whole, true), (&text, false)] {
            std::fs::write(&path, bytes).unwrap();
            let input = Input::of(&path);
            let [alone, beside] = [None, Some(&pool)].map(|pool| {
                let surveyed =
                    open_up_to(&input, folder.path(), None, (u64::MAX, BLOCK_BYTES), pool);
                surveyed.unwrap().survey
            });
            assert_eq!(alone.bytes == bytes.len() as u64, all);
            assert_eq!((&alone.hash, alone.bytes), (&beside.hash, beside.bytes));
        }
    }
}
