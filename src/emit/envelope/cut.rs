//! What stands in no whole transaction set: pieces, cut-off segments, stray claims. All
//! of it goes to the rejects, in envelopes of its own where it has none.

use std::io::{self, Write};

use super::Enveloper;
use super::text::{Context, Piece};
use crate::scrub::item::{Fate, Item};
use crate::x12::{Delimiters, SegmentKind};

/// Whether the segment would close or open an envelope among those written here.
fn is_envelope(text: &[u8], delimiters: Delimiters) -> bool {
    SegmentKind::of(text, delimiters).is_envelope()
}

impl<W: Write> Enveloper<W> {
    /// A segment that is cut off or comes in pieces: it goes with the set it stands in,
    /// or gets one, and the terminator it lost.
    pub(super) fn loose(
        &mut self,
        item: &Item,
        piece: Piece<'_>,
        context: Context<'_>,
    ) -> io::Result<()> {
        self.left();
        let (Fate::Rejected, Some(delimiters)) = (self.mine, self.delimiters) else {
            return Ok(());
        };
        self.open_set(context)?;
        self.out.put(piece, context.bytes)?;
        self.claims += u64::from(item.claims);
        self.set.count += u64::from(item.segments);
        if item.segments > 0 && piece.bytes(context).last() != Some(&delimiters.segment) {
            self.out
                .put(Piece::Apart(&[delimiters.segment]), context.bytes)?;
        }
        Ok(())
    }

    /// Segments outside every set with claims among them: they get a set of their own,
    /// which ends where the next header or trailer stands.
    pub(super) fn stray(
        &mut self,
        item: &Item,
        bytes: &[u8],
        context: Context<'_>,
    ) -> io::Result<()> {
        self.left();
        let (Fate::Rejected, Some(delimiters)) = (self.mine, self.delimiters) else {
            return Ok(());
        };
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(delimiters.segment, rest) {
            // Blanks behind a segment go with it.
            let blanks = rest[end + 1..]
                .iter()
                .take_while(|&&byte| delimiters.pass_over(byte));
            let (segment, behind) = rest.split_at(end + 1 + blanks.count());
            if is_envelope(&segment[..end], delimiters) {
                self.end_set(None, context)?;
            } else {
                self.open_set(context)?;
                self.out.put(Piece::Apart(segment), context.bytes)?;
                self.set.count += 1;
            }
            rest = behind;
        }
        self.claims += u64::from(item.claims);
        Ok(())
    }
}
