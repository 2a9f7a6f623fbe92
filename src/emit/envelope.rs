//! Valid envelopes around the claims that go into one file.
//!
//! An [`Enveloper`] sees every item of the input in order and writes those that belong
//! to its file: headers when the first claim below them comes, levels likewise, then
//! trailers with the right counts. What need not change is copied byte for byte: HL
//! numbers only change where a level has left, counts where a segment has, control
//! numbers only in the files that bring their own.

use std::io::{self, Write};

use super::numbers::FreshNumbers;
use crate::scrub::item::{Fate, Item, ItemKind};
use crate::x12::Delimiters;
use crate::x12::envelope::{element, number};
use crate::x12::survey::NumberSet;

/// Widths of the sixteen elements of ISA.
const ISA_WIDTHS: [usize; 16] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];

/// Old and new control numbers of one transaction set.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct ControlMap {
    /// ISA13, GS06 and ST02 of the input.
    pub input: [String; 3],
    /// ISA13, GS06 and ST02 of the output.
    pub output: [String; 3],
}

/// Where control numbers come from.
#[derive(Debug)]
pub enum Numbering {
    /// The input's own.
    Keep,
    /// Fresh ones.
    Fresh(FreshNumbers),
}

/// An envelope header waiting for its first claim, or already written.
#[derive(Debug, Default)]
struct Header {
    text: Vec<u8>,
    segments: u64,
    /// The control number as read, and as written.
    number: String,
    written_number: String,
    written: bool,
    /// Groups in an interchange, sets in a group, segments in a set: as written.
    count: u64,
    open: bool,
}

impl Header {
    fn wait(&mut self, text: &[u8], segments: u64, number: String) {
        self.text.clear();
        self.text.extend_from_slice(text);
        self.segments = segments;
        self.written_number.clone_from(&number);
        self.number = number;
        self.written = false;
        self.count = 0;
        self.open = true;
    }
}

#[derive(Debug, Default)]
struct Level {
    text: Vec<u8>,
    segments: u64,
    open: bool,
    written: bool,
    /// HL01 as written.
    number: u64,
    claims: u64,
    fate: Fate,
    children_written: u64,
}

/// Writes the claims of one fate in valid envelopes.
#[derive(Debug)]
pub struct Enveloper<W> {
    out: W,
    mine: Fate,
    numbering: Numbering,
    delimiters: Option<Delimiters>,
    /// Bytes between a terminator and the next segment, as the input has them.
    line_end: Vec<u8>,
    interchange: Header,
    group: Header,
    set: Header,
    /// Whether the whole open set goes to the rejects.
    whole_set: bool,
    levels: [Level; 3],
    hierarchy: u64,
    /// Output held back while it is not known whether a subscriber keeps a dependent.
    delayed: Option<Vec<u8>>,
    /// Claims written.
    pub claims: u64,
    /// Control numbers given, by transaction set.
    pub control_numbers: Vec<ControlMap>,
    /// Transaction sets written.
    pub sets: u64,
    /// Segments written, envelopes counted in.
    pub segments: u64,
}

impl<W: Write> Enveloper<W> {
    /// An enveloper that writes the items of this fate to `out`.
    pub fn new(out: W, mine: Fate, numbering: Numbering) -> Enveloper<W> {
        Enveloper {
            out,
            mine,
            numbering,
            delimiters: None,
            line_end: Vec::new(),
            interchange: Header::default(),
            group: Header::default(),
            set: Header::default(),
            whole_set: false,
            levels: Default::default(),
            hierarchy: 0,
            delayed: None,
            claims: 0,
            control_numbers: Vec::new(),
            sets: 0,
            segments: 0,
        }
    }

    /// What is written to.
    pub fn into_inner(self) -> W {
        self.out
    }

    /// Takes the next item of the input.
    ///
    /// # Errors
    /// When the output cannot be written.
    #[inline]
    pub fn item(
        &mut self,
        item: &Item,
        bytes: &[u8],
        delimiters: Option<Delimiters>,
        used: &NumberSet,
    ) -> io::Result<()> {
        match item.kind {
            ItemKind::Claim => {
                for level in &mut self.levels {
                    level.claims += u64::from(level.open);
                }
                if item.fate != self.mine {
                    return Ok(());
                }
                self.open_levels(used)?;
                self.put(bytes)?;
                self.set.count += u64::from(item.segments);
                self.claims += 1;
                Ok(())
            }
            ItemKind::Level(depth) => self.level(usize::from(depth), item, bytes, used),
            ItemKind::LevelFault(depth) => {
                if let Some(level) = self.levels.get_mut(usize::from(depth)) {
                    level.fate = item.fate;
                }
                Ok(())
            }
            ItemKind::Interchange => {
                self.end_interchange(None)?;
                self.delimiters = delimiters;
                let Some(delimiters) = delimiters else {
                    return Ok(());
                };
                let segment = trimmed(bytes, delimiters);
                self.line_end = bytes[segment.len().min(bytes.len())..].to_vec();
                let number = String::from_utf8_lossy(element(
                    without_terminator(segment, delimiters),
                    delimiters.element,
                    13,
                ));
                let number = number.trim().to_owned();
                self.interchange.wait(bytes, 1, number);
                Ok(())
            }
            ItemKind::Group => {
                self.end_group(None)?;
                self.group.wait(bytes, 1, self.field(bytes, 6));
                Ok(())
            }
            ItemKind::Header => {
                self.end_set(None)?;
                self.set
                    .wait(bytes, u64::from(item.segments), self.field(bytes, 2));
                self.whole_set = item.fate == Fate::Rejected;
                self.hierarchy = 0;
                self.levels = Default::default();
                if self.whole_set && self.mine == Fate::Rejected {
                    self.open_set(used)?;
                }
                Ok(())
            }
            ItemKind::Unjudged => {
                if self.mine == Fate::Rejected {
                    self.open_set(used)?;
                    self.put(bytes)?;
                    self.set.count += u64::from(item.segments);
                    self.claims += u64::from(item.claims);
                }
                Ok(())
            }
            ItemKind::Loose => self.loose(item, bytes, used),
            ItemKind::Lead | ItemKind::Stray => Ok(()),
            ItemKind::StrayClaims => self.stray(item, bytes, used),
            ItemKind::SetEnd => self.end_set(Some(bytes)),
            ItemKind::GroupEnd => self.end_group(Some(bytes)),
            ItemKind::InterchangeEnd => self.end_interchange(Some(bytes)),
        }
    }

    /// The end of the input: closes what is open.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(&mut self) -> io::Result<()> {
        self.end_interchange(None)?;
        self.out.flush()
    }

    fn field(&self, bytes: &[u8], position: usize) -> String {
        let Some(delimiters) = self.delimiters else {
            return String::new();
        };
        let end = bytes
            .iter()
            .position(|&byte| byte == delimiters.segment)
            .unwrap_or(bytes.len());
        String::from_utf8_lossy(element(&bytes[..end], delimiters.element, position)).into_owned()
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.delayed {
            Some(delayed) => {
                delayed.extend_from_slice(bytes);
                Ok(())
            }
            None => self.out.write_all(bytes),
        }
    }

    fn level(
        &mut self,
        depth: usize,
        item: &Item,
        bytes: &[u8],
        used: &NumberSet,
    ) -> io::Result<()> {
        self.close_levels(depth, used)?;
        let level = &mut self.levels[depth];
        level.text.clear();
        level.text.extend_from_slice(bytes);
        level.segments = u64::from(item.segments);
        level.open = true;
        level.written = false;
        level.claims = 0;
        level.children_written = 0;
        level.fate = item.fate;
        if self.whole_set && self.mine == Fate::Rejected {
            self.open_levels(used)?;
        }
        Ok(())
    }

    /// Closes the levels from this depth on. A level that never held a claim stays
    /// with the claims it came with: it goes where nothing has left.
    fn close_levels(&mut self, from: usize, used: &NumberSet) -> io::Result<()> {
        for depth in (from..3).rev() {
            let level = &self.levels[depth];
            if level.open && !level.written && level.claims == 0 && level.fate == self.mine {
                self.open_to(depth, used)?;
            }
            if depth == 1 {
                self.undelay()?;
            }
            self.levels[depth].open = false;
        }
        Ok(())
    }

    fn open_levels(&mut self, used: &NumberSet) -> io::Result<()> {
        let deepest = self.levels.iter().rposition(|level| level.open);
        match deepest {
            Some(depth) => self.open_to(depth, used),
            None => self.open_set(used),
        }
    }

    /// Writes the open levels down to this depth that are not written yet.
    fn open_to(&mut self, depth: usize, used: &NumberSet) -> io::Result<()> {
        self.open_set(used)?;
        for at in 0..=depth {
            if self.levels[at].open && !self.levels[at].written {
                self.write_level(at)?;
            }
        }
        Ok(())
    }

    fn write_level(&mut self, depth: usize) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        if depth == 2 {
            self.levels[1].children_written += 1;
            self.undelay()?;
        }
        self.hierarchy += 1;
        let number_new = self.hierarchy;
        let parent_new = if depth == 0 {
            None
        } else {
            Some(self.levels[depth - 1].number)
        };
        let level = &mut self.levels[depth];
        level.written = true;
        level.number = number_new;
        let text = std::mem::take(&mut level.text);
        self.set.count += level.segments;
        let end = text
            .iter()
            .position(|&byte| byte == delimiters.segment)
            .unwrap_or(text.len());
        let head = &text[..end];
        let number_old = number(element(head, delimiters.element, 1));
        let parent_old = number(element(head, delimiters.element, 2));
        let says_children = element(head, delimiters.element, 4) == b"1";
        let unchanged =
            self.whole_set || (number_old == Some(number_new) && (parent_old == parent_new));
        if depth == 1 && says_children && !self.whole_set {
            self.delayed = Some(Vec::with_capacity(text.len() * 2));
        }
        if unchanged {
            self.put(&text)?;
        } else {
            let third = head
                .iter()
                .enumerate()
                .filter(|(_, byte)| **byte == delimiters.element)
                .nth(2)
                .map_or(end, |(at, _)| at);
            let separator = char::from(delimiters.element);
            let parent = parent_new
                .map(|parent| parent.to_string())
                .unwrap_or_default();
            let start = format!("HL{separator}{number_new}{separator}{parent}");
            self.put(start.as_bytes())?;
            self.put(&text[third..])?;
        }
        self.levels[depth].text = text;
        Ok(())
    }

    /// Writes what was held back for a subscriber; HL04 becomes 0 when no dependent
    /// stands below it, any more or ever.
    fn undelay(&mut self) -> io::Result<()> {
        let (Some(mut delayed), Some(delimiters)) = (self.delayed.take(), self.delimiters) else {
            return Ok(());
        };
        let level = &self.levels[1];
        if level.children_written == 0 {
            let end = delayed
                .iter()
                .position(|&byte| byte == delimiters.segment)
                .unwrap_or(0);
            let fourth = delayed[..end]
                .iter()
                .enumerate()
                .filter(|(_, byte)| **byte == delimiters.element)
                .nth(3)
                .map(|(at, _)| at + 1);
            if let Some(digit) = fourth.and_then(|at| delayed.get_mut(at)) {
                *digit = b'0';
            }
        }
        self.out.write_all(&delayed)
    }

    fn open_set(&mut self, used: &NumberSet) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        if self.set.written {
            return Ok(());
        }
        self.open_group(used)?;
        if !self.set.open {
            // Segments without a transaction set get one.
            let separator = char::from(delimiters.element);
            let number = "0001";
            let text = format!(
                "ST{separator}837{separator}{number}{separator}{}{}{}",
                crate::x12::survey::VERSIONS[0],
                char::from(delimiters.segment),
                String::from_utf8_lossy(&self.line_end)
            );
            self.set.wait(text.as_bytes(), 1, number.to_owned());
        }
        let text = std::mem::take(&mut self.set.text);
        let fresh = self.fresh(used);
        match fresh {
            Some(fresh) => {
                let changed = with_element(&text, delimiters, 2, &fresh);
                self.out.write_all(&changed)?;
                self.set.written_number = fresh;
                self.control_numbers.push(ControlMap {
                    input: [&self.interchange, &self.group, &self.set]
                        .map(|header| header.number.clone()),
                    output: [&self.interchange, &self.group, &self.set]
                        .map(|header| header.written_number.clone()),
                });
            }
            None => self.out.write_all(&text)?,
        }
        self.set.text = text;
        self.set.written = true;
        self.set.count = self.set.segments;
        self.group.count += 1;
        self.sets += 1;
        Ok(())
    }

    fn open_group(&mut self, used: &NumberSet) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        self.open_interchange(used)?;
        if self.group.written {
            return Ok(());
        }
        if !self.group.open {
            let text = if self.group.text.is_empty() {
                let separator = char::from(delimiters.element);
                let date = element(&self.interchange.text, delimiters.element, 9);
                format!(
                    "GS{separator}HC{separator}UNKNOWN{separator}UNKNOWN{separator}20{}{separator}0000{separator}1{separator}X{separator}{}{}{}",
                    String::from_utf8_lossy(date),
                    crate::x12::survey::VERSIONS[0],
                    char::from(delimiters.segment),
                    String::from_utf8_lossy(&self.line_end)
                )
                .into_bytes()
            } else {
                self.group.text.clone()
            };
            let number = self.field(&text, 6);
            self.group.wait(&text, 1, number);
        }
        let text = std::mem::take(&mut self.group.text);
        match self.fresh(used) {
            Some(fresh) => {
                let changed = with_element(&text, delimiters, 6, &fresh);
                self.out.write_all(&changed)?;
                self.group.written_number = fresh;
            }
            None => self.out.write_all(&text)?,
        }
        self.group.text = text;
        self.group.written = true;
        self.interchange.count += 1;
        self.segments += 1;
        Ok(())
    }

    fn open_interchange(&mut self, used: &NumberSet) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        if self.interchange.written {
            return Ok(());
        }
        if !self.interchange.open {
            let text = self.interchange.text.clone();
            let number = self.interchange.number.clone();
            self.interchange.wait(&text, 1, number);
        }
        let text = std::mem::take(&mut self.interchange.text);
        match self.fresh(used) {
            Some(fresh) => {
                self.out
                    .write_all(&isa_with_number(&text, delimiters, &fresh))?;
                self.interchange.written_number = fresh;
            }
            None => self.out.write_all(&text)?,
        }
        self.interchange.text = text;
        self.interchange.written = true;
        self.segments += 1;
        Ok(())
    }

    fn fresh(&mut self, used: &NumberSet) -> Option<String> {
        match &mut self.numbering {
            Numbering::Keep => None,
            Numbering::Fresh(numbers) => Some(numbers.next(used).to_string()),
        }
    }

    /// A segment that is cut off or comes in pieces: it goes with the set it stands in,
    /// or gets one, and the terminator it lost.
    fn loose(&mut self, item: &Item, bytes: &[u8], used: &NumberSet) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        if self.mine != Fate::Rejected {
            return Ok(());
        }
        self.open_set(used)?;
        self.put(bytes)?;
        self.claims += u64::from(item.claims);
        self.set.count += u64::from(item.segments);
        if item.segments > 0 && bytes.last() != Some(&delimiters.segment) {
            self.put(&[delimiters.segment])?;
        }
        Ok(())
    }

    /// Segments outside every set with claims among them: they get a set of their own,
    /// which ends where the next envelope starts.
    fn stray(&mut self, item: &Item, bytes: &[u8], used: &NumberSet) -> io::Result<()> {
        if self.mine != Fate::Rejected {
            return Ok(());
        }
        self.open_set(used)?;
        self.put(bytes)?;
        self.set.count += u64::from(item.segments);
        self.claims += u64::from(item.claims);
        Ok(())
    }

    fn end_set(&mut self, trailer: Option<&[u8]>) -> io::Result<()> {
        if self.set.open {
            self.close_levels(0, &NumberSet::default())?;
        }
        if self.set.written {
            let count = self.set.count + 1;
            let number = self.set.written_number.clone();
            self.trailer("SE", trailer, count, &number)?;
            self.segments += count;
        }
        self.set.written = false;
        self.set.open = false;
        self.whole_set = false;
        self.levels = Default::default();
        Ok(())
    }

    fn end_group(&mut self, trailer: Option<&[u8]>) -> io::Result<()> {
        self.end_set(None)?;
        if self.group.written {
            let number = self.group.written_number.clone();
            self.trailer("GE", trailer, self.group.count, &number)?;
            self.segments += 1;
        }
        self.group.written = false;
        self.group.open = false;
        Ok(())
    }

    fn end_interchange(&mut self, trailer: Option<&[u8]>) -> io::Result<()> {
        self.end_group(None)?;
        if self.interchange.written {
            let number = self.interchange.written_number.clone();
            self.trailer("IEA", trailer, self.interchange.count, &number)?;
            self.segments += 1;
        }
        self.interchange.written = false;
        self.interchange.open = false;
        self.group.text.clear();
        Ok(())
    }

    /// Writes a trailer: the input's own when it is right, else one that is.
    fn trailer(
        &mut self,
        id: &str,
        own: Option<&[u8]>,
        count: u64,
        number_text: &str,
    ) -> io::Result<()> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        let rest = match own {
            Some(bytes) => {
                let end = bytes
                    .iter()
                    .position(|&byte| byte == delimiters.segment)
                    .unwrap_or(bytes.len());
                let text = &bytes[..end];
                let said = number(element(text, delimiters.element, 1));
                if said == Some(count)
                    && element(text, delimiters.element, 2) == number_text.as_bytes()
                {
                    return self.out.write_all(bytes);
                }
                bytes[(end + 1).min(bytes.len())..].to_vec()
            }
            None => self.line_end.clone(),
        };
        let separator = char::from(delimiters.element);
        write!(
            self.out,
            "{id}{separator}{count}{separator}{number_text}{}",
            char::from(delimiters.segment)
        )?;
        self.out.write_all(&rest)
    }
}

/// The segment with its terminator, without what follows.
fn trimmed(bytes: &[u8], delimiters: Delimiters) -> &[u8] {
    // The terminator of an ISA is its 106th byte; in a header of the wrong width it
    // is the first one.
    let end = bytes
        .iter()
        .position(|&byte| byte == delimiters.segment)
        .map_or(bytes.len(), |at| at + 1);
    &bytes[..end]
}

fn without_terminator(bytes: &[u8], delimiters: Delimiters) -> &[u8] {
    bytes.strip_suffix(&[delimiters.segment]).unwrap_or(bytes)
}

/// The first segment of `text` with one element replaced; the rest as it is.
fn with_element(text: &[u8], delimiters: Delimiters, position: usize, value: &str) -> Vec<u8> {
    let end = text
        .iter()
        .position(|&byte| byte == delimiters.segment)
        .unwrap_or(text.len());
    let mut parts: Vec<&[u8]> = text[..end]
        .split(|&byte| byte == delimiters.element)
        .collect();
    while parts.len() <= position {
        parts.push(b"");
    }
    parts[position] = value.as_bytes();
    let mut changed = parts.join(&delimiters.element);
    changed.extend_from_slice(&text[end..]);
    changed
}

/// An ISA of the right width with another control number.
fn isa_with_number(text: &[u8], delimiters: Delimiters, fresh: &str) -> Vec<u8> {
    let segment = trimmed(text, delimiters);
    let rest = &text[segment.len()..];
    let mut changed = b"ISA".to_vec();
    let mut parts = without_terminator(segment, delimiters)
        .split(|&byte| byte == delimiters.element)
        .skip(1);
    for (at, width) in ISA_WIDTHS.into_iter().enumerate() {
        let part = parts.next().unwrap_or(b"");
        // What separates is said in its place, even where the input's header does not.
        let part = match at {
            10 if delimiters.repetition == Delimiters::NONE => b"U",
            10 => &[delimiters.repetition],
            12 => fresh.as_bytes(),
            15 => &[delimiters.component],
            _ => part,
        };
        let kept = &part[..part.len().min(width)];
        changed.push(delimiters.element);
        changed.extend_from_slice(kept);
        changed.extend(std::iter::repeat_n(b' ', width - kept.len()));
    }
    changed.push(delimiters.segment);
    changed.extend_from_slice(rest);
    changed
}
