//! Long runs of bytes that mean nothing between segments: given out in parts, so that none is held
//! as a whole.

use std::io::{self, Read};
use std::slice;

use super::{SegmentSource, Step};
use crate::x12::delimiters::is_filling;
use crate::x12::limits;

impl<R: Read> SegmentSource<R> {
    /// Where the run of such bytes ends that stands here between segments, as far as it is read.
    pub(super) fn end_of_run(&self, start: usize, belongs: impl Fn(u8) -> bool) -> usize {
        let Some(delimiters) = self.delimiters else {
            return start;
        };
        let run = self.buffer.get(start..).unwrap_or(&[]).iter();
        start
            + run
                .take_while(|&&byte| belongs(byte) && !delimiters.separate(byte))
                .count()
    }

    /// Whether the blanks from this offset to the cursor are too many to be held, or no segment
    /// starts there but bytes that fill up a file, and more of them than a segment may have:
    /// then the next step is a part of them. Reads on until that can be told.
    pub(super) fn is_long_run(&mut self, from: u64) -> io::Result<bool> {
        if self.offset(self.cursor) - from > limits::UNCUT_BYTES {
            self.cursor = self.place(from);
            self.in_filling = true;
        } else if let Some(byte) = self.buffer.get(self.cursor)
            && is_filling(slice::from_ref(byte))
        {
            let length = self.read_run(limits::SEGMENT_BYTES + 1)?;
            self.in_filling = length > limits::SEGMENT_BYTES;
        }
        Ok(self.in_filling)
    }

    /// The next part of a run that is too long to be held; nothing where it has ended.
    pub(super) fn filling(&mut self) -> io::Result<Option<Step>> {
        if !self.in_filling {
            return Ok(None);
        }
        let length = self
            .read_run(limits::SEGMENT_BYTES)?
            .min(limits::SEGMENT_BYTES);
        self.in_filling = length > 0;
        let start = self.cursor;
        self.cursor += length;
        self.searched = self.searched.max(self.cursor);
        Ok(self.in_filling.then_some(Step::Filling(start..self.cursor)))
    }

    /// The length of the run at the cursor of bytes that fill up a file; reads on until that, or
    /// that it has so many bytes, can be told.
    fn read_run(&mut self, enough: usize) -> io::Result<usize> {
        let mut length = 0;
        loop {
            let start = self.cursor + length;
            length = self.end_of_run(start, |byte| is_filling(&[byte])) - self.cursor;
            let goes_on = self.cursor + length == self.buffer.len();
            if length >= enough || !goes_on || !self.fill()? {
                return Ok(length);
            }
        }
    }
}
