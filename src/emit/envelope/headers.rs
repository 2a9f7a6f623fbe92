//! Interchanges, functional groups and transaction sets: headers when something comes
//! that needs them, trailers that are right.

use std::borrow::Cow;
use std::io::{self, Write};

use super::text::{Context, Piece, Text};
use super::{ControlMap, Enveloper, Numbering, rewrite};
use crate::rules::envelope::segments_outside_envelope;
use crate::scrub::item::{Fate, Item};
use crate::x12::envelope::{element, number};
use crate::x12::{Delimiters, holds_header, tells};

/// Bytes of transaction sets and levels without a claim that wait for the first claim
/// around them. What is more is written, claim or not.
pub(super) const WAITING_BYTES: usize = 1 << 20;

/// An envelope header waiting for its first claim, or already written.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub text: Text,
    pub segments: u64,
    /// The control number as read, and as written.
    pub number: Vec<u8>,
    pub written_number: Vec<u8>,
    pub written: bool,
    /// Groups in an interchange, sets in a group, segments in a set: as written.
    pub count: u64,
    pub open: bool,
    /// Whether something of it has gone elsewhere.
    pub left: bool,
    /// Of an interchange: groups, of a group: sets that never held a claim, whole and
    /// in order. They go where the first claim around them goes.
    waiting: Waiting,
}

/// Envelopes without a claim.
#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// How many, of the kind right below; transaction sets and segments in all.
    count: u64,
    sets: u64,
    segments: u64,
}

impl Header {
    /// Waits with a header that stands in the block.
    pub(super) fn wait(&mut self, item: &Item, segments: u64, number: Vec<u8>) {
        self.text.of_block(item.start as usize, item.end as usize);
        self.opened(segments, number);
    }

    /// Waits with a header of our own making.
    fn wait_with(&mut self, text: Vec<u8>, number: Vec<u8>) {
        self.text.of(text);
        self.opened(1, number);
    }

    fn opened(&mut self, segments: u64, number: Vec<u8>) {
        self.segments = segments;
        self.written_number.clone_from(&number);
        self.number = number;
        self.written = false;
        self.count = 0;
        self.open = true;
        self.left = false;
        self.waiting = Waiting::default();
    }

    fn closed(&mut self) {
        self.written = false;
        self.open = false;
    }
}

impl<W: Write> Enveloper<W> {
    pub(super) fn start_interchange(&mut self, item: &Item, context: Context<'_>) {
        let Some(delimiters) = self.delimiters else {
            return;
        };
        let bytes = Piece::Here(item.start as usize, item.end as usize).bytes(context);
        rewrite::behind_first(bytes, delimiters).clone_into(&mut self.line_end);
        let number = self.field(bytes, 13).trim_ascii().to_vec();
        self.interchange.wait(item, 1, number);
    }

    pub(super) fn open_set(&mut self, context: Context<'_>) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        if self.set.written {
            return Ok(());
        }
        self.open_group(context)?;
        if !self.set.open {
            // Segments without a transaction set get one.
            self.set
                .wait_with(self.made_set(delimiters), b"0001".to_vec());
            self.refused = vec![segments_outside_envelope::RULE.code];
        }
        let fresh = self.fresh(context);
        let numbered = fresh.is_some();
        let text = std::mem::take(&mut self.set.text);
        self.put_header(&text, fresh.as_deref(), 2, context)?;
        self.set.text = text;
        if let Some(fresh) = fresh {
            self.set.written_number = fresh.into_bytes();
        }
        if numbered {
            let headers = [&self.interchange, &self.group, &self.set];
            let text = |number: &[u8]| String::from_utf8_lossy(number.trim_ascii()).into_owned();
            let mut around: Vec<String> =
                self.refused.iter().map(|&rule| rule.to_owned()).collect();
            around.sort();
            around.dedup();
            self.control_numbers.push(&ControlMap {
                input: headers.map(|header| text(&header.number)),
                output: headers.map(|header| text(&header.written_number)),
                around,
                content: None,
            })?;
        }
        self.set.written = true;
        self.set.count = self.set.segments;
        self.group.count += 1;
        self.sets += 1;
        Ok(())
    }

    fn open_group(&mut self, context: Context<'_>) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        self.open_interchange(context)?;
        if self.group.written {
            return Ok(());
        }
        if !self.group.open {
            let text = match self.group.text.bytes(context) {
                b"" => self.made_group(delimiters, context),
                text => text.to_vec(),
            };
            let number = self.field(&text, 6);
            self.group.wait_with(text, number);
        }
        let fresh = self.fresh(context);
        let text = std::mem::take(&mut self.group.text);
        self.put_header(&text, fresh.as_deref(), 6, context)?;
        self.group.text = text;
        if let Some(fresh) = fresh {
            self.group.written_number = fresh.into_bytes();
        }
        self.group.written = true;
        self.interchange.count += 1;
        self.segments += 1;
        let waiting = std::mem::take(&mut self.group.waiting);
        self.group.count += waiting.count;
        self.put_waiting(&waiting, context)
    }

    /// ST for claims that stand in no transaction set.
    fn made_set(&self, delimiters: Delimiters) -> Vec<u8> {
        let version = crate::x12::survey::VERSIONS[0].as_bytes();
        let parts: [&[u8]; 4] = [b"ST", b"837", b"0001", version];
        rewrite::segment(&parts, delimiters, &self.line_end)
    }

    /// GS for claims that stand in no functional group.
    fn made_group(&self, delimiters: Delimiters, context: Context<'_>) -> Vec<u8> {
        let isa = self.interchange.text.bytes(context);
        let date = element(isa, delimiters.element, 9);
        let known = date.len() == 6 && date.iter().all(u8::is_ascii_digit);
        let date = [&b"20"[..], if known { date } else { b"000101" }].concat();
        let version = crate::x12::survey::VERSIONS[0].as_bytes();
        let parts: [&[u8]; 9] = [
            b"GS", b"HC", b"UNKNOWN", b"UNKNOWN", &date, b"0000", b"1", b"X", version,
        ];
        rewrite::segment(&parts, delimiters, &self.line_end)
    }

    fn open_interchange(&mut self, context: Context<'_>) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        if self.interchange.written {
            return Ok(());
        }
        if !self.interchange.open {
            let text = self.interchange.text.bytes(context).to_vec();
            let number = self.interchange.number.clone();
            self.interchange.wait_with(text, number);
        }
        let text = std::mem::take(&mut self.interchange.text);
        if let Some(fresh) = self.fresh(context) {
            let isa = rewrite::isa_with_number(text.bytes(context), delimiters, &fresh);
            self.out.put(Piece::Apart(&isa), context.bytes)?;
            self.interchange.written_number = fresh.into_bytes();
        } else {
            self.out.put(text.piece(), context.bytes)?;
        }
        self.interchange.text = text;
        self.interchange.written = true;
        self.segments += 1;
        let waiting = std::mem::take(&mut self.interchange.waiting);
        self.interchange.count += waiting.count;
        self.put_waiting(&waiting, context)
    }

    fn put_waiting(&mut self, waiting: &Waiting, context: Context<'_>) -> io::Result<()> {
        if waiting.count == 0 {
            return Ok(());
        }
        self.sets += waiting.sets;
        self.segments += waiting.segments;
        self.out.put(Piece::Apart(&waiting.bytes), context.bytes)
    }

    /// Writes a header, with a fresh control number if there is one. One that would mislead
    /// whoever reads it is made anew.
    fn put_header(
        &mut self,
        text: &Text,
        fresh: Option<&str>,
        position: usize,
        context: Context<'_>,
    ) -> io::Result<()> {
        match (fresh, self.delimiters) {
            (Some(fresh), Some(delimiters)) => {
                let bytes = text.bytes(context);
                let rest = &bytes[rewrite::first(bytes, delimiters).len()..];
                let mut header = rewrite::with_element(bytes, delimiters, position, fresh);
                if self.misleads(&header, position, delimiters, context) {
                    let made = match position {
                        2 => self.made_set(delimiters),
                        _ => self.made_group(delimiters, context),
                    };
                    let made = [rewrite::first(&made, delimiters), rest].concat();
                    header = rewrite::with_element(&made, delimiters, position, fresh);
                }
                self.out.put(Piece::Apart(&header), context.bytes)
            }
            _ => self.out.put(text.piece(), context.bytes),
        }
    }

    /// Whether, behind other segments than its own, an interchange might be read to start
    /// inside of this header, or other delimiters be taken for those of the interchange: what
    /// follows an ISA tells them as well.
    fn misleads(
        &self,
        header: &[u8],
        position: usize,
        delimiters: Delimiters,
        context: Context<'_>,
    ) -> bool {
        if holds_header(rewrite::first(header, delimiters), delimiters.element) {
            return true;
        }
        if position == 2 {
            return false;
        }
        let isa = rewrite::isa_with_number(self.interchange.text.bytes(context), delimiters, "");
        !tells(&[&isa, header].concat(), delimiters)
    }

    fn fresh(&mut self, context: Context<'_>) -> Option<String> {
        match &mut self.numbering {
            Numbering::Keep => None,
            Numbering::Fresh(numbers) => Some(numbers.next(context.used).to_string()),
        }
    }

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

impl Waiting {
    fn add(&mut self, whole: &Waiting) {
        self.bytes.extend_from_slice(&whole.bytes);
        self.count += whole.count;
        self.sets += whole.sets;
        self.segments += whole.segments;
    }
}
