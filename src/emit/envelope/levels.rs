//! Hierarchical levels: written when a claim below comes, numbered anew where one
//! before them has left.

use std::io::{self, Write};

use super::Enveloper;
use super::headers::WAITING_BYTES;
use super::rewrite::hl_head;
use super::text::{Context, Piece, Text};
use crate::scrub::item::{Fate, Item};
use crate::x12::level::Hl;

#[derive(Debug, Default)]
pub(super) struct Level {
    pub text: Text,
    segments: u64,
    pub open: bool,
    written: bool,
    pub fate: Fate,
    /// Whether something of it has gone elsewhere.
    pub left: bool,
    /// Levels below it that were written.
    children: u64,
    /// Levels below it that never held a claim, in order: they go where the first claim
    /// around them goes.
    waiting: Vec<Waiting>,
}

/// A level without a claim.
#[derive(Debug)]
pub(super) struct Waiting {
    depth: usize,
    pub bytes: Vec<u8>,
    pub segments: u64,
}

impl<W: Write> Enveloper<W> {
    pub(super) fn level(
        &mut self,
        depth: usize,
        item: &Item,
        context: Context<'_>,
    ) -> io::Result<()> {
        let depth = depth.min(2);
        self.close_levels(depth, context)?;
        let level = &mut self.levels[depth];
        level.text.of_block(item.start as usize, item.end as usize);
        level.segments = u64::from(item.segments);
        level.open = true;
        level.written = false;
        level.left = false;
        level.children = 0;
        level.fate = item.fate;
        if self.whole_set && self.mine == Fate::Rejected {
            self.open_levels(context)?;
        }
        Ok(())
    }

    /// Closes the levels from this depth on. A level that never held a claim stays with
    /// the claims around it; one whose claims have all left leaves with them.
    pub(super) fn close_levels(
        &mut self,
        from_depth: usize,
        context: Context<'_>,
    ) -> io::Result<()> {
        for depth in (from_depth..3).rev() {
            let level = &self.levels[depth];
            if !level.open {
                if depth == 1 {
                    self.release(context)?;
                }
                continue;
            }
            if !level.written {
                if self.mine == Fate::Clean && level.fate == Fate::Clean && !level.left {
                    self.keep_level(depth, context)?;
                } else if self.mine != Fate::Clean && level.fate == self.mine {
                    // It is at fault, and holds no claim that is.
                    self.open_to(depth, context)?;
                } else {
                    self.renumber = true;
                }
            }
            if depth == 1 {
                self.release(context)?;
            }
            let level = &mut self.levels[depth];
            level.open = false;
            if !level.waiting.is_empty() {
                for left in level.waiting.drain(..) {
                    self.waiting_bytes -= left.bytes.len();
                }
            }
        }
        Ok(())
    }

    /// A level without a claim waits for a claim in the level, or set, around it.
    fn keep_level(&mut self, depth: usize, context: Context<'_>) -> io::Result<()> {
        let above = (0..depth).rev().find(|&above| self.levels[above].open);
        let written = match above {
            Some(above) => self.levels[above].written,
            None => self.set.written,
        };
        if written || self.waiting_bytes > WAITING_BYTES {
            return self.open_to(depth, context);
        }
        let level = &mut self.levels[depth];
        let mut own = vec![Waiting {
            depth,
            bytes: level.text.bytes(context).to_vec(),
            segments: level.segments,
        }];
        self.waiting_bytes += own.iter().map(|level| level.bytes.len()).sum::<usize>();
        own.append(&mut level.waiting);
        match above {
            Some(above) => self.levels[above].waiting.append(&mut own),
            None => self.levels_waiting.append(&mut own),
        }
        Ok(())
    }

    /// Writes what is open and not written yet, down to the deepest level.
    #[inline]
    pub(super) fn open_levels(&mut self, context: Context<'_>) -> io::Result<()> {
        match self.levels.iter().rposition(|level| level.open) {
            Some(depth) if self.levels[depth].written => Ok(()),
            Some(depth) => self.open_to(depth, context),
            None => self.open_set(context),
        }
    }

    /// Writes the open levels down to this depth that are not written yet.
    fn open_to(&mut self, depth: usize, context: Context<'_>) -> io::Result<()> {
        self.open_set(context)?;
        self.put_waiting_levels(None, context)?;
        for at in 0..=depth {
            if !self.levels[at].open || self.levels[at].written {
                continue;
            }
            let level = &mut self.levels[at];
            level.written = true;
            let (text, segments) = (std::mem::take(&mut level.text), level.segments);
            self.put_level(at, text.piece(), segments, context)?;
            self.put_waiting_levels(Some(at), context)?;
        }
        Ok(())
    }

    /// Writes the levels that wait for this one, or for the set.
    fn put_waiting_levels(&mut self, depth: Option<usize>, context: Context<'_>) -> io::Result<()> {
        let waiting = match depth {
            Some(depth) => &mut self.levels[depth].waiting,
            None => &mut self.levels_waiting,
        };
        if waiting.is_empty() {
            return Ok(());
        }
        for level in std::mem::take(waiting) {
            self.waiting_bytes -= level.bytes.len();
            self.put_level(
                level.depth,
                Piece::Apart(&level.bytes),
                level.segments,
                context,
            )?;
        }
        Ok(())
    }

    /// Writes a level with its number. Whether a subscriber keeps a dependent is known
    /// when one comes, or when the level ends; until then it is held back.
    fn put_level(
        &mut self,
        depth: usize,
        text: Piece<'_>,
        segments: u64,
        context: Context<'_>,
    ) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        if depth == 2 {
            self.levels[1].children += 1;
        }
        self.release(context)?;
        self.hierarchy += 1;
        let number = self.hierarchy;
        self.numbers[depth] = number;
        self.set.count += segments;
        if self.whole_set || (!self.renumber && depth != 1) {
            return self.out.put(text, context.bytes);
        }
        let bytes = text.bytes(context);
        let hl = Hl::read(bytes, delimiters);
        let parent = depth.checked_sub(1).map(|above| self.numbers[above]);
        let same = !self.renumber || (hl.number == Some(number) && hl.parent == parent);
        let (head, text) = if same {
            (&[][..], text)
        } else {
            hl_head(number, parent, delimiters, &mut self.hl_head);
            (&self.hl_head[..], text.behind(hl.rest))
        };
        if depth == 1 && hl.child == b"1" {
            self.levels[1].children = 0;
            let byte = if same {
                hl.child_place
            } else {
                hl.child_place - hl.rest + head.len()
            };
            self.out.hold(byte, context.bytes)?;
        }
        if !head.is_empty() {
            self.out.put(Piece::Apart(head), context.bytes)?;
        }
        self.out.put(text, context.bytes)
    }

    /// Writes what was held back for a subscriber; HL04 becomes 0 when no dependent
    /// stands below it, any more or ever.
    #[inline]
    fn release(&mut self, context: Context<'_>) -> io::Result<()> {
        let childless = self.levels[1].children == 0;
        self.out.release(childless.then_some(b'0'), context.bytes)
    }
}
