//! Bytes on their way into the file: in long runs, and held back where HL04 is not
//! decided yet.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::SpooledTempFile;

use super::text::Piece;

/// Bytes held back in memory; what is more lies in a file without a name.
const HELD_BYTES: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct Out<W> {
    sink: W,
    /// The stretch of the block that is to be written next.
    run: (usize, usize),
    hold: Hold,
    held: SpooledTempFile,
}

/// Whether something is held back.
#[derive(Clone, Copy, Debug)]
enum Hold {
    Nothing,
    /// What the run holds from this place of the block on; its byte to change.
    Run(usize, u64),
    /// What lies in `held`, and all that follows; its byte to change.
    Held(u64),
}

impl<W: Write> Out<W> {
    pub(super) fn new(sink: W, folder: &Path) -> Out<W> {
        Out {
            sink,
            run: (0, 0),
            hold: Hold::Nothing,
            held: tempfile::spooled_tempfile_in(HELD_BYTES, folder),
        }
    }

    pub(super) fn into_inner(self) -> W {
        self.sink
    }

    /// Writes a piece. Stretches of the block that touch are written as one.
    #[inline]
    pub(super) fn put(&mut self, piece: Piece<'_>, block: &[u8]) -> io::Result<()> {
        match piece {
            Piece::Here(start, end) => {
                if self.run.1 != start {
                    self.flush(block)?;
                    self.run.0 = start;
                }
                self.run.1 = end;
                Ok(())
            }
            Piece::Apart(bytes) => {
                self.flush(block)?;
                self.write(bytes)
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.hold {
            Hold::Held(_) => self.held.write_all(bytes),
            Hold::Nothing | Hold::Run(..) => self.sink.write_all(bytes),
        }
    }

    /// Writes what the run holds. The block may go then.
    pub(super) fn flush(&mut self, block: &[u8]) -> io::Result<()> {
        let (start, end) = std::mem::take(&mut self.run);
        if let Hold::Run(from, byte) = self.hold {
            self.sink.write_all(block.get(start..from).unwrap_or(&[]))?;
            self.hold = Hold::Held(byte);
            return self.write(block.get(from..end).unwrap_or(&[]));
        }
        if start == end {
            return Ok(());
        }
        self.write(block.get(start..end).unwrap_or(&[]))
    }

    /// Writes a piece and holds it back, with all that follows, until it is released.
    /// `byte` is the place in it of the one byte that may change.
    pub(super) fn hold(&mut self, piece: Piece<'_>, byte: usize, block: &[u8]) -> io::Result<()> {
        let byte = byte as u64;
        match piece {
            Piece::Here(start, _) => {
                self.put(piece, block)?;
                self.hold = Hold::Run(start, byte);
                Ok(())
            }
            Piece::Apart(bytes) => {
                self.flush(block)?;
                self.hold = Hold::Held(byte);
                self.write(bytes)
            }
        }
    }

    /// Writes what was held back; its one byte becomes this, if anything.
    pub(super) fn release(&mut self, change: Option<u8>, block: &[u8]) -> io::Result<()> {
        match (self.hold, change) {
            (Hold::Nothing, _) => return Ok(()),
            (Hold::Run(..), None) => {
                self.hold = Hold::Nothing;
                return Ok(());
            }
            _ => self.flush(block)?,
        }
        if let (Some(change), Hold::Held(byte)) = (change, self.hold) {
            self.held.seek(SeekFrom::Start(byte))?;
            self.held.write_all(&[change])?;
        }
        self.hold = Hold::Nothing;
        self.held.rewind()?;
        io::copy(&mut self.held, &mut self.sink)?;
        self.held.set_len(0)?;
        self.held.rewind()
    }

    /// Nothing more comes.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.release(None, &[])?;
        self.sink.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_back_may_be_long_and_have_one_byte_changed() {
        let folder = tempfile::tempdir().unwrap();
        let block = vec![b'x'; 700_000];
        let whole = Piece::Here(0, block.len());
        for change in [None, Some(b'0')] {
            let mut out = Out::new(Vec::new(), folder.path());
            out.put(Piece::Here(0, 10), &block).unwrap();
            out.hold(Piece::Here(10, block.len()), 5, &block).unwrap();
            for _ in 0..3 {
                out.flush(&block).unwrap();
                out.put(whole, &block).unwrap();
            }
            out.release(change, &block).unwrap();
            out.put(Piece::Apart(b"end"), &block).unwrap();
            out.finish().unwrap();
            let mut expected = block.repeat(4);
            expected[15] = change.unwrap_or(b'x');
            expected.extend_from_slice(b"end");
            assert!(out.into_inner() == expected);
        }
    }
}
