//! Bytes on their way into the file: gathered into long runs, and held back where HL04 is
//! not decided yet.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::SpooledTempFile;

use super::text::Piece;
use crate::emit::publish::BUFFER_BYTES;

/// Bytes held back in memory; what is more lies in a file without a name.
const HELD_BYTES: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct Out<W> {
    sink: W,
    /// What goes to the sink next.
    gathered: Vec<u8>,
    /// The stretch of the block that comes behind it.
    run: (usize, usize),
    hold: Hold,
    held: SpooledTempFile,
}

/// Whether something is held back.
#[derive(Clone, Copy, Debug)]
enum Hold {
    Nothing,
    /// What is gathered from the first place on; the byte to change stands at the second.
    Gathered(usize, usize),
    /// What lies in `held`, and all that is gathered; the place in `held` of the byte.
    Held(u64),
}

impl<W: Write> Out<W> {
    pub(super) fn new(sink: W, folder: &Path) -> Out<W> {
        Out {
            sink,
            gathered: Vec::new(),
            run: (0, 0),
            hold: Hold::Nothing,
            held: tempfile::spooled_tempfile_in(0, folder),
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

    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() >= BUFFER_BYTES && matches!(self.hold, Hold::Nothing) {
            self.sink.write_all(&self.gathered)?;
            self.gathered.clear();
            return self.sink.write_all(bytes);
        }
        self.gathered.extend_from_slice(bytes);
        self.pass_on()
    }

    /// Passes on what is gathered once it is much.
    #[inline]
    fn pass_on(&mut self) -> io::Result<()> {
        if self.gathered.len() < BUFFER_BYTES {
            return Ok(());
        }
        self.pass_on_much()
    }

    #[cold]
    fn pass_on_much(&mut self) -> io::Result<()> {
        match self.hold {
            Hold::Nothing => self.sink.write_all(&self.gathered)?,
            _ if self.gathered.len() < HELD_BYTES => return Ok(()),
            Hold::Gathered(start, byte) => {
                let (free, held) = self.gathered.split_at(start);
                self.sink.write_all(free)?;
                self.held.write_all(held)?;
                self.hold = Hold::Held((byte - start) as u64);
            }
            Hold::Held(_) => self.held.write_all(&self.gathered)?,
        }
        self.gathered.clear();
        Ok(())
    }

    /// Writes what the run holds. The block may go then.
    #[inline]
    pub(super) fn flush(&mut self, block: &[u8]) -> io::Result<()> {
        let (start, end) = std::mem::take(&mut self.run);
        if start == end {
            return Ok(());
        }
        self.write(block.get(start..end).unwrap_or(&[]))
    }

    /// Holds back what is written from here on, until it is released. `byte` is the place in
    /// the next piece of the one byte that may change.
    pub(super) fn hold(&mut self, byte: usize, block: &[u8]) -> io::Result<()> {
        self.flush(block)?;
        let start = self.gathered.len();
        self.hold = Hold::Gathered(start, start + byte);
        Ok(())
    }

    /// Lets go what was held back; its one byte becomes this, if anything.
    #[inline]
    pub(super) fn release(&mut self, change: Option<u8>, block: &[u8]) -> io::Result<()> {
        match self.hold {
            Hold::Nothing => Ok(()),
            Hold::Gathered(..) | Hold::Held(_) => self.let_go(change, block),
        }
    }

    fn let_go(&mut self, change: Option<u8>, block: &[u8]) -> io::Result<()> {
        if change.is_some() {
            self.flush(block)?;
        }
        match (self.hold, change) {
            (Hold::Gathered(_, byte), Some(change)) => {
                if let Some(byte) = self.gathered.get_mut(byte) {
                    *byte = change;
                }
            }
            (Hold::Held(byte), change) => {
                if let Some(change) = change {
                    self.held.seek(SeekFrom::Start(byte))?;
                    self.held.write_all(&[change])?;
                }
                self.held.rewind()?;
                io::copy(&mut self.held, &mut self.sink)?;
                self.held.set_len(0)?;
                self.held.rewind()?;
            }
            _ => {}
        }
        self.hold = Hold::Nothing;
        Ok(())
    }

    /// Nothing more comes.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.release(None, &[])?;
        self.sink.write_all(&self.gathered)?;
        self.gathered = Vec::new();
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
        for (change, times) in [(None, 0), (Some(b'0'), 0), (None, 3), (Some(b'0'), 3)] {
            let mut out = Out::new(Vec::new(), folder.path());
            out.put(Piece::Here(0, 10), &block).unwrap();
            out.hold(5, &block).unwrap();
            out.put(Piece::Here(10, block.len()), &block).unwrap();
            for _ in 0..times {
                out.flush(&block).unwrap();
                out.put(whole, &block).unwrap();
            }
            assert_eq!(matches!(out.hold, Hold::Held(_)), times > 0);
            out.release(change, &block).unwrap();
            out.put(Piece::Apart(b"end"), &block).unwrap();
            out.finish().unwrap();
            let mut expected = block.repeat(1 + times);
            expected[15] = change.unwrap_or(b'x');
            expected.extend_from_slice(b"end");
            assert!(out.into_inner() == expected);
        }
    }
}
