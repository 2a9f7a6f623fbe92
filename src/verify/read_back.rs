//! An output, read again from its first byte.

use std::path::Path;

use super::error::VerifyError;
use super::second_opinion;
use crate::emit::manifest::Total;
use crate::scrub::digest::{Claims, Digest};
use crate::stored::plain;
use crate::value::{Cents, CentsTotal};
use crate::x12::envelope::{element, number};
use crate::x12::survey::claim_charge;
use crate::x12::{Delimiters, SegmentKind, SegmentSource, Step, is_filling};

/// Transaction sets are shown to the second parser in parts of about this size, so that memory
/// stays bounded: it takes some twenty times as much.
const PART_BYTES: usize = 1024 * 1024;

/// What a file should hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expected {
    /// CLM segments.
    pub claims: u64,
    /// Segments, envelopes counted in.
    pub segments: u64,
    /// Transaction sets.
    pub transaction_sets: u64,
}

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReadBack {
    /// CLM segments.
    pub claims: u64,
    /// The sum of CLM02.
    pub charges: CentsTotal,
    /// Segments, envelopes counted in.
    pub segments: u64,
    /// Transaction sets.
    pub transaction_sets: u64,
    /// A sum over the claims, byte by byte, the same for the same claims in any order.
    pub digest: Digest,
    /// Whether there is a second parser to ask.
    pub independent: bool,
    /// Transaction sets with segments that the second parser can't read, such as one
    /// without elements: it was not asked about these.
    pub unasked: u64,
}

impl ReadBack {
    /// Whether what this file holds is as many claims, with as much money, as a manifest says.
    pub(super) fn same(&self, file: &str, total: &Total) -> Result<(), VerifyError> {
        if self.claims == total.claims && self.charges.to_string() == total.charges {
            return Ok(());
        }
        Err(VerifyError::differs(
            file,
            format!(
                "{} claims with ${} are not the {} with ${} of the manifest",
                self.claims, self.charges, total.claims, total.charges
            ),
        ))
    }
}

/// Reads an 837 file, plain or zstd, and compares it with what it should hold.
///
/// # Errors
/// When it can't be read, its envelopes are wrong, the two parsers disagree, or it
/// holds something else than expected.
pub fn read_back(path: &Path, expected: Option<Expected>) -> Result<ReadBack, VerifyError> {
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let unreadable = VerifyError::output_unreadable(&name);
    let differs = |what: String| VerifyError::differs(&name, what);
    let mut reader = Reader::default();
    let mut source = SegmentSource::new(plain(path).map_err(unreadable)?);
    loop {
        match source.step().map_err(unreadable)? {
            Step::End => break,
            Step::Segment(range) => {
                let at = source.offset(range.start);
                let Some(delimiters) = source.delimiters() else {
                    continue;
                };
                let text = &source.bytes()[range.start..range.end - 1];
                reader
                    .segment(text, delimiters)
                    .map_err(|what| differs(format!("byte {at}: {what}")))?;
                source.hold(at);
            }
            Step::Piece { range, first, last } => {
                // A segment too long to be shown to anybody: counted by its end.
                let at = source.offset(range.start);
                let text = &source.bytes()[range];
                if let Some(delimiters) = source.delimiters().filter(|_| first)
                    && SegmentKind::of(text, delimiters) == SegmentKind::Clm
                {
                    let charge = claim_charge(text, delimiters);
                    reader.found.claims += 1;
                    reader.found.charges = reader.found.charges.plus(charge);
                }
                let kind = source
                    .delimiters()
                    .filter(|_| first)
                    .map(|delimiters| SegmentKind::of(text, delimiters));
                let terminator = source.delimiters().map(|delimiters| delimiters.segment);
                reader.claims.piece(kind, text, last, terminator);
                reader.piece(last);
                source.hold(at);
            }
            Step::Filling(range) => source.hold(source.offset(range.start)),
            Step::Loose(range) => {
                let at = source.offset(range.start);
                let text = &source.bytes()[range.clone()];
                let blank = is_filling(text) || text.iter().all(|&byte| byte >= 0x80);
                if !blank {
                    return Err(differs(format!("byte {at}: bytes that are no segment")));
                }
                source.hold(at);
            }
        }
    }
    let found = reader.finish().map_err(differs)?;
    if let Some(expected) = expected {
        let seen = Expected {
            claims: found.claims,
            segments: found.segments,
            transaction_sets: found.transaction_sets,
        };
        if seen != expected {
            return Err(differs(format!(
                "holds {seen:?}, but {expected:?} was written"
            )));
        }
    }
    Ok(found)
}

#[derive(Default)]
struct Reader {
    found: ReadBack,
    interchange: Option<(Vec<u8>, u64)>,
    group: Option<(Vec<u8>, u64)>,
    set: Option<(Vec<u8>, u64)>,
    delimiters: Option<Delimiters>,
    /// Segments of the open set not yet shown to the second parser, each with its
    /// terminator, and where they end.
    part: Vec<u8>,
    ends: Vec<usize>,
    skip: bool,
    claims: Claims,
}

impl Reader {
    fn segment(&mut self, text: &[u8], delimiters: Delimiters) -> Result<(), String> {
        self.found.segments += 1;
        self.delimiters = Some(delimiters);
        let field = |position| element(text, delimiters.element, position);
        let kind = SegmentKind::of(text, delimiters);
        self.claims.segment(kind, text, delimiters.segment);
        if let Some((_, count)) = &mut self.set {
            *count += 1;
        }
        match kind {
            SegmentKind::Isa => {
                Self::closed(self.interchange.is_none(), "an interchange is not closed")?;
                self.interchange = Some((field(13).trim_ascii().to_vec(), 0));
            }
            SegmentKind::Gs => {
                Self::closed(self.group.is_none(), "a functional group is not closed")?;
                if let Some((_, count)) = &mut self.interchange {
                    *count += 1;
                }
                self.group = Some((field(6).to_vec(), 0));
            }
            SegmentKind::St => {
                Self::closed(self.set.is_none(), "a transaction set is not closed")?;
                if let Some((_, count)) = &mut self.group {
                    *count += 1;
                }
                self.found.transaction_sets += 1;
                self.set = Some((field(2).to_vec(), 1));
                self.skip = false;
            }
            SegmentKind::Se => {
                self.show()?;
                Self::trailer("SE", self.set.take(), field(1), field(2))?;
            }
            SegmentKind::Ge => Self::trailer("GE", self.group.take(), field(1), field(2))?,
            SegmentKind::Iea => {
                Self::trailer(
                    "IEA",
                    self.interchange.take(),
                    field(1),
                    field(2).trim_ascii(),
                )?;
            }
            SegmentKind::Hl | SegmentKind::Clm | SegmentKind::Other => {
                if self.part.len() > PART_BYTES {
                    self.show()?;
                }
                if kind == SegmentKind::Clm {
                    self.claim(field(2));
                }
                // A TA1 stands outside every transaction set.
                if !self.skip && self.set.is_some() {
                    if !second_opinion::can_read(text, delimiters.element) {
                        self.leave();
                        return Ok(());
                    }
                    self.part.extend_from_slice(text);
                    self.part.push(delimiters.segment);
                    self.ends.push(self.part.len());
                }
            }
        }
        Ok(())
    }

    fn piece(&mut self, ends: bool) {
        self.leave();
        if ends {
            self.found.segments += 1;
            if let Some((_, count)) = &mut self.set {
                *count += 1;
            }
        }
    }

    fn claim(&mut self, charge: &[u8]) {
        self.found.claims += 1;
        self.found.charges = self
            .found
            .charges
            .plus(Cents::parse(charge).unwrap_or_default());
    }

    /// The second parser is not asked about the rest of the open set.
    fn leave(&mut self) {
        self.found.unasked += u64::from(!std::mem::replace(&mut self.skip, true));
        self.part.clear();
        self.ends.clear();
    }

    /// Shows the gathered segments to the second parser.
    fn show(&mut self) -> Result<(), String> {
        let Some(delimiters) = self.delimiters else {
            return Ok(());
        };
        if self.ends.is_empty() {
            return Ok(());
        }
        let mut segments = Vec::with_capacity(self.ends.len());
        let mut start = 0;
        for &end in &self.ends {
            segments.push(&self.part[start..end - 1]);
            start = end;
        }
        let document = document(&self.part, segments.len(), delimiters);
        let result = second_opinion::compare(&document, &segments, delimiters.element);
        self.part.clear();
        self.ends.clear();
        result
    }

    fn closed(closed: bool, what: &str) -> Result<(), String> {
        if closed { Ok(()) } else { Err(what.to_owned()) }
    }

    fn trailer(
        id: &str,
        open: Option<(Vec<u8>, u64)>,
        said: &[u8],
        control: &[u8],
    ) -> Result<(), String> {
        let Some((expected, count)) = open else {
            return Err(format!("{id} without its header"));
        };
        if number(said) != Some(count) {
            return Err(format!("{id}01 is not {count}"));
        }
        if control != expected {
            return Err(format!("{id}02 is not the number of its header"));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<ReadBack, String> {
        if self.interchange.is_some() || self.group.is_some() || self.set.is_some() {
            return Err("the file ends inside an envelope".to_owned());
        }
        self.found.independent = second_opinion::INDEPENDENT;
        self.found.digest = self.claims.digest();
        Ok(self.found)
    }
}

/// An interchange of its own around some segments.
fn document(part: &[u8], count: usize, delimiters: Delimiters) -> Vec<u8> {
    let (e, s) = (
        char::from(delimiters.element),
        char::from(delimiters.segment),
    );
    let isa = [
        "ISA",
        "00",
        "          ",
        "00",
        "          ",
        "ZZ",
        "VERIFY         ",
        "ZZ",
        "VERIFY         ",
        "200101",
        "0000",
        &char::from(delimiters.declared_repetition()).to_string(),
        "00501",
        "000000001",
        "0",
        "P",
        &char::from(delimiters.component).to_string(),
    ]
    .join(&e.to_string());
    let version = crate::x12::survey::VERSIONS[0];
    let mut text = format!("{isa}{s}GS{e}HC{e}A{e}B{e}20200101{e}0000{e}1{e}X{e}{version}{s}ST{e}837{e}0001{e}{version}{s}").into_bytes();
    text.extend_from_slice(part);
    text.extend_from_slice(
        format!(
            "SE{e}{}{e}0001{s}GE{e}1{e}1{s}IEA{e}1{e}000000001{s}",
            count + 2
        )
        .as_bytes(),
    );
    text
}
