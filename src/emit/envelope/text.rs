//! Bytes of the block at hand, or kept from blocks before it.

use crate::x12::survey::NumberSet;

/// The block at hand, and the control numbers the input uses.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub bytes: &'a [u8],
    pub used: &'a NumberSet,
}

/// Bytes to be written.
#[derive(Clone, Copy)]
pub(super) enum Piece<'a> {
    /// A stretch of the block.
    Here(usize, usize),
    /// Bytes of their own.
    Apart(&'a [u8]),
}

impl<'a> Piece<'a> {
    pub(super) fn bytes(self, context: Context<'a>) -> &'a [u8] {
        match self {
            Piece::Here(start, end) => context.bytes.get(start..end).unwrap_or(&[]),
            Piece::Apart(bytes) => bytes,
        }
    }

    /// What is left of it behind this many bytes.
    pub(super) fn behind(self, count: usize) -> Piece<'a> {
        match self {
            Piece::Here(start, end) => Piece::Here(end.min(start + count), end),
            Piece::Apart(bytes) => Piece::Apart(bytes.get(count..).unwrap_or(&[])),
        }
    }
}

/// The text of a header or level that may have to be written later.
#[derive(Default, Debug)]
pub(super) struct Text {
    own: Vec<u8>,
    here: Option<(usize, usize)>,
}

impl Text {
    /// A stretch of the block; it is good until the block ends, unless it is kept.
    pub(super) fn of_block(&mut self, start: usize, end: usize) {
        self.here = Some((start, end));
    }

    pub(super) fn of(&mut self, bytes: Vec<u8>) {
        self.own = bytes;
        self.here = None;
    }

    pub(super) fn piece(&self) -> Piece<'_> {
        match self.here {
            Some((start, end)) => Piece::Here(start, end),
            None => Piece::Apart(&self.own),
        }
    }

    pub(super) fn bytes<'a>(&'a self, context: Context<'a>) -> &'a [u8] {
        self.piece().bytes(context)
    }

    /// Copies what is a stretch of the block, which goes.
    pub(super) fn keep(&mut self, context: Context<'_>) {
        if let Some((start, end)) = self.here.take() {
            self.own.clear();
            self.own
                .extend_from_slice(context.bytes.get(start..end).unwrap_or(&[]));
        }
    }
}
