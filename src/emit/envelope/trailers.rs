//! Trailers of interchanges, functional groups and transaction sets, with right counts and
//! numbers; and what becomes of an envelope that ends without a claim.

use std::borrow::Cow;
use std::io::{self, Write};

use super::header::{Header, Waiting};
use super::headers::WAITING_BYTES;
use super::text::{Context, Piece, Text};
use super::{Enveloper, rewrite};
use crate::scrub::item::{Fate, Item};
use crate::x12::envelope::number;

impl<W: Write> Enveloper<W> {
    pub(super) fn end_set(
        &mut self,
        trailer: Option<&Item>,
        context: Context<'_>,
    ) -> io::Result<()> {
        if self.set.open {
            self.close_levels(0, context)?;
        }
        if self.set.written {
            let count = self.set.count + 1;
            self.put_trailer("SE", trailer, count, context)?;
            self.segments += count;
        } else if self.set.open && self.goes_whole(&self.set) {
            self.keep_set(trailer, context)?;
        }
        self.set.closed();
        self.whole_set = false;
        self.levels = Default::default();
        self.levels_waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    /// Whether an envelope that has held no claim goes with the clean claims around it.
    fn goes_whole(&self, header: &Header) -> bool {
        self.mine == Fate::Clean && !header.left && self.delimiters.is_some()
    }

    /// A whole set without a claim waits for a claim in its group.
    fn keep_set(&mut self, trailer: Option<&Item>, context: Context<'_>) -> io::Result<()> {
        let mut bytes = self.set.text.bytes(context).to_vec();
        let mut segments = self.set.segments;
        for level in std::mem::take(&mut self.levels_waiting) {
            bytes.extend_from_slice(&level.bytes);
            segments += level.segments;
        }
        segments += 1;
        let number = self.set.written_number.clone();
        bytes.extend_from_slice(&self.trailer("SE", trailer, segments, &number, context));
        let whole = Waiting {
            bytes,
            count: 1,
            sets: 1,
            segments,
        };
        if self.group.written {
            self.group.count += 1;
            return self.put_waiting(&whole, context);
        }
        self.group.waiting.add(&whole);
        if self.group.waiting.bytes.len() > WAITING_BYTES {
            return self.open_group(context);
        }
        Ok(())
    }

    pub(super) fn end_group(
        &mut self,
        trailer: Option<&Item>,
        context: Context<'_>,
    ) -> io::Result<()> {
        self.end_set(None, context)?;
        if self.group.written {
            self.put_trailer("GE", trailer, self.group.count, context)?;
            self.segments += 1;
        } else if self.group.waiting.count > 0 && self.goes_whole(&self.group) {
            let sets = std::mem::take(&mut self.group.waiting);
            let mut bytes = self.group.text.bytes(context).to_vec();
            bytes.extend_from_slice(&sets.bytes);
            let number = self.group.written_number.clone();
            bytes.extend_from_slice(&self.trailer("GE", trailer, sets.count, &number, context));
            let whole = Waiting {
                bytes,
                count: 1,
                sets: sets.sets,
                segments: sets.segments + 2,
            };
            self.interchange.waiting.add(&whole);
            if self.interchange.written || self.interchange.waiting.bytes.len() > WAITING_BYTES {
                self.open_interchange(context)?;
                let waiting = std::mem::take(&mut self.interchange.waiting);
                self.interchange.count += waiting.count;
                self.put_waiting(&waiting, context)?;
            }
        }
        self.group.closed();
        self.group.waiting = Waiting::default();
        Ok(())
    }

    pub(super) fn end_interchange(
        &mut self,
        trailer: Option<&Item>,
        context: Context<'_>,
    ) -> io::Result<()> {
        self.end_group(None, context)?;
        if self.interchange.waiting.count > 0 && self.goes_whole(&self.interchange) {
            self.open_interchange(context)?;
        }
        if self.interchange.open {
            self.went_on = self.interchange.written;
        }
        if self.interchange.written {
            self.put_trailer("IEA", trailer, self.interchange.count, context)?;
            self.segments += 1;
        }
        self.interchange.closed();
        self.interchange.waiting = Waiting::default();
        self.group.text = Text::default();
        Ok(())
    }

    /// Writes a trailer: the input's own when it is right, else one that is.
    fn put_trailer(
        &mut self,
        id: &str,
        own: Option<&Item>,
        count: u64,
        context: Context<'_>,
    ) -> io::Result<()> {
        let header = match id {
            "SE" => &self.set,
            "GE" => &self.group,
            _ => &self.interchange,
        };
        let made = match self.trailer(id, own, count, &header.written_number, context) {
            Cow::Borrowed(_) => None,
            Cow::Owned(made) => Some(made),
        };
        match (made, own) {
            (Some(made), _) => self.out.put(Piece::Apart(&made), context.bytes),
            (None, Some(own)) => {
                let piece = Piece::Here(own.start as usize, own.end as usize);
                self.out.put(piece, context.bytes)
            }
            (None, None) => Ok(()),
        }
    }

    fn trailer<'a>(
        &self,
        id: &str,
        own: Option<&Item>,
        count: u64,
        control: &[u8],
        context: Context<'a>,
    ) -> Cow<'a, [u8]> {
        let Some(delimiters) = self.delimiters else {
            return Cow::Borrowed(&[]);
        };
        let own =
            own.map(|item| Piece::Here(item.start as usize, item.end as usize).bytes(context));
        let rest = match own {
            Some(bytes) => {
                let text = rewrite::first(bytes, delimiters);
                let mut parts = text.split(|&byte| byte == delimiters.element).skip(1);
                let said = (parts.next().and_then(number), parts.next());
                if said == (Some(count), Some(control)) {
                    return Cow::Borrowed(bytes);
                }
                rewrite::behind_first(bytes, delimiters)
            }
            None => &self.line_end,
        };
        let count = count.to_string();
        let parts: [&[u8]; 3] = [id.as_bytes(), count.as_bytes(), control];
        Cow::Owned(rewrite::segment(&parts, delimiters, rest))
    }
}
