//! What stands in no whole transaction set: pieces, cut-off segments, stray claims. All
//! of it goes to the rejects, in envelopes of its own where it has none.

use std::io::{self, Write};

use super::Enveloper;
use super::text::{Context, Piece};
use crate::scrub::block::BlockKind;
use crate::scrub::item::{Fate, Item};
use crate::x12::{Delimiters, SegmentKind, is_blank};

/// The segment that comes in pieces, if one is open.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Open {
    /// None is.
    #[default]
    No,
    /// Its pieces are written.
    Written,
    /// It is a trailer or a header; its pieces are left out.
    LeftOut,
}

/// Whether the segment would close or open an envelope among those written here.
fn is_envelope(text: &[u8], delimiters: Delimiters) -> bool {
    !matches!(
        SegmentKind::of(text, delimiters),
        SegmentKind::Hl | SegmentKind::Clm | SegmentKind::Other
    )
}

impl<W: Write> Enveloper<W> {
    /// A cut-off segment, or a piece of a long one: it goes with the set it was cut off
    /// from, and gets the terminator it lost. A cut-off header or trailer holds no
    /// claim, and stays out.
    pub(super) fn loose(
        &mut self,
        item: &Item,
        piece: Piece<'_>,
        kind: BlockKind,
        context: Context<'_>,
    ) -> io::Result<()> {
        self.left();
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        if self.mine != Fate::Rejected || !self.set.open {
            return Ok(());
        }
        let bytes = piece.bytes(context);
        if self.piece == Open::No {
            let uncounted = item.claims == 0
                && SegmentKind::of(bytes, delimiters) == SegmentKind::Clm
                && kind == BlockKind::Loose;
            self.piece = if uncounted || is_envelope(bytes, delimiters) {
                Open::LeftOut
            } else {
                Open::Written
            };
        }
        let ends = bytes.last() == Some(&delimiters.segment);
        if self.piece == Open::Written {
            self.open_set(context)?;
            self.out.put(piece, context.bytes)?;
            self.claims += u64::from(item.claims);
            self.set.count += u64::from(ends);
        }
        if ends {
            self.piece = Open::No;
        } else if kind != BlockKind::Piece {
            self.end_piece(context)?;
        }
        Ok(())
    }

    /// The open segment has lost its terminator.
    pub(super) fn end_piece(&mut self, context: Context<'_>) -> io::Result<()> {
        let open = std::mem::take(&mut self.piece);
        let (Open::Written, Some(delimiters)) = (open, self.delimiters) else {
            return Ok(());
        };
        self.set.count += 1;
        self.out
            .put(Piece::Apart(&[delimiters.segment]), context.bytes)
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
                .take_while(|&&byte| is_blank(byte) && byte != delimiters.segment);
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
