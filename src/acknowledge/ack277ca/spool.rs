//! Segments put aside until what stands above them is known, in memory up to a bound and
//! on disk beyond.

use std::io::{self, Read, Seek, Write};
use std::path::Path;

use tempfile::SpooledTempFile;

use crate::acknowledge::write::Writer;
use crate::x12::Delimiters;

/// Bytes of one provider's or one set's claims kept in memory.
const SPOOL_BYTES: usize = 1 << 20;

/// Segments put aside until what stands above them is known.
#[derive(Debug)]
pub(super) struct Spool {
    pub file: SpooledTempFile,
    pub segments: u64,
    buffer: Vec<u8>,
}

impl Spool {
    pub(super) fn new(folder: &Path) -> Spool {
        Spool {
            file: tempfile::spooled_tempfile_in(SPOOL_BYTES, folder),
            segments: 0,
            buffer: Vec::new(),
        }
    }

    pub(super) fn put(&mut self, segments: &[u8], count: u64) -> io::Result<()> {
        self.segments += count;
        self.file.write_all(segments)
    }

    pub(super) fn write(
        &mut self,
        delimiters: Delimiters,
        write: impl FnOnce(&mut Writer<'_>),
    ) -> io::Result<()> {
        self.write_before((&[], 0), delimiters, write)
    }

    /// Writes segments, and behind them so many others.
    pub(super) fn write_before(
        &mut self,
        (behind, count): (&[u8], u64),
        delimiters: Delimiters,
        write: impl FnOnce(&mut Writer<'_>),
    ) -> io::Result<()> {
        self.buffer.clear();
        let mut out = Writer::new(&mut self.buffer, delimiters);
        write(&mut out);
        self.segments += out.segments + count;
        self.buffer.extend_from_slice(behind);
        self.file.write_all(&self.buffer)
    }

    /// What lies in it, from the start.
    pub(super) fn read(&mut self) -> io::Result<&mut impl Read> {
        self.file.rewind()?;
        Ok(&mut self.file)
    }

    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.segments = 0;
        self.file.set_len(0)?;
        self.file.rewind()
    }
}
