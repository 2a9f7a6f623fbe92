//! The first pass over an input: its envelopes, counted and compared.
//!
//! What only a trailer can tell (a wrong segment count, a missing IEA) decides about
//! claims that stand before it. So every input is surveyed once, at memory speed,
//! before a claim is judged: the pass counts segments, transaction sets, groups,
//! hierarchical levels and claims, compares them with what the envelopes say, and
//! keeps a note of each fault. A sound file leaves no note, whatever its size.

use std::io::{self, Read};

use super::delimiters::{ISA_BYTES, IsaFault, IsaHeader};
use super::envelope::{SegmentKind, element};
use super::hierarchy::Hierarchy;
pub use super::hierarchy::HierarchyFault;
use super::{Delimiters, SegmentSource, Step, limits};
use crate::value::{Cents, Date};

/// What a fault is about and takes along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The input as a whole; nothing is taken along.
    Input,
    /// ISA to IEA.
    Interchange,
    /// GS to GE.
    Group,
    /// ST to SE.
    Set,
}

impl Scope {
    /// The term of the standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Input => "input",
            Scope::Interchange => "interchange",
            Scope::Group => "functional group",
            Scope::Set => "transaction set",
        }
    }
}

/// What is wrong with an envelope. Each is what an acknowledgement will need to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Something stands before the first ISA.
    Lead {
        /// A byte order mark or blanks, nothing to be read.
        blank: bool,
    },
    /// The ISA is not 106 bytes of fixed width.
    IsaWidth,
    /// The delimiters clash or are letters, digits or blanks.
    IsaDelimiters,
    /// No trailer before the next header or the end of the data.
    Unclosed,
    /// A trailer without its header.
    Unopened,
    /// Header and trailer carry different control numbers.
    ControlNumber {
        /// The number in the header.
        header: String,
        /// The number in the trailer.
        trailer: String,
    },
    /// The trailer's count is wrong.
    Count {
        /// What the trailer says.
        said: String,
        /// What was counted.
        counted: u64,
    },
    /// Another transaction set or version than the 837P.
    Unsupported {
        /// What it is, in words.
        name: String,
    },
    /// An older or newer edition of the 837P guide, read as the current one.
    Edition {
        /// The version found.
        version: String,
    },
    /// The control number was used before in the same envelope.
    Repeated {
        /// The number.
        number: String,
    },
    /// Claims of an interchange of this sender, receiver and number were accepted in an
    /// earlier run.
    Taken {
        /// ISA13.
        number: String,
        /// When.
        day: Date,
    },
    /// Segments or bytes outside every transaction set.
    Stray {
        /// How many claims were among them.
        claims: u64,
    },
    /// The usage indicator ISA15 says test data.
    TestUsage,
    /// More claims in the transaction set than the guide recommends.
    ManyClaims {
        /// How many.
        claims: u64,
    },
    /// A segment, or a stretch without a claim boundary, too long to be judged.
    Oversize,
}

/// What tells one interchange from all others: its sender, receiver and number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterchangeKey {
    /// ISA05 and ISA06.
    pub sender: String,
    /// ISA07 and ISA08.
    pub receiver: String,
    /// ISA13.
    pub number: String,
}

impl InterchangeKey {
    /// From the elements of an ISA.
    pub fn of<'a>(element: impl Fn(usize) -> &'a [u8]) -> InterchangeKey {
        let text = |position| String::from_utf8_lossy(element(position).trim_ascii()).into_owned();
        InterchangeKey {
            sender: format!("{}:{}", text(5), text(6)),
            receiver: format!("{}:{}", text(7), text(8)),
            number: text(13),
        }
    }
}

/// Tells when claims of an interchange were accepted in an earlier run.
pub type Taken<'a> = &'a dyn Fn(&InterchangeKey) -> Option<Date>;

/// A fault with its place.
#[derive(Clone, Debug)]
pub struct Note {
    /// What the fault takes along.
    pub scope: Scope,
    /// Offset of the header segment of that scope: the key under which the second
    /// pass finds the note again.
    pub header: u64,
    /// Offset of the segment at fault.
    pub at: u64,
    /// Its length without the terminator.
    pub len: u32,
    /// Its position in the transaction set, ST being 1; 0 outside.
    pub ordinal: u64,
    /// ISA13, GS06 and ST02 around it, as far as they are open.
    pub envelope: Names,
    /// What is wrong.
    pub fault: Fault,
}

/// Control numbers of the envelopes around a place.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Names {
    /// ISA13.
    pub interchange: Option<String>,
    /// GS06.
    pub group: Option<String>,
    /// ST02.
    pub transaction: Option<String>,
}

/// The result of the first pass.
#[derive(Debug, Default)]
pub struct Survey {
    /// Bytes of the input, uncompressed.
    pub bytes: u64,
    /// BLAKE3 of those bytes, in hexadecimal.
    pub hash: String,
    /// Interchanges begun.
    pub interchanges: u64,
    /// Functional groups begun.
    pub groups: u64,
    /// Transaction sets begun.
    pub sets: u64,
    /// Those that are an 837P.
    pub sets_837p: u64,
    /// CLM segments, wherever they stand.
    pub claims: u64,
    /// The sum of their CLM02, as far as it can be read.
    pub charges: Cents,
    /// Envelope faults in the order of the file.
    pub notes: Vec<Note>,
    /// Offsets of faulty HL segments, ascending.
    pub hierarchy: Vec<(u64, HierarchyFault)>,
    /// Offsets where an ISA starts in the middle of a segment.
    pub splits: Vec<u64>,
    /// Control numbers in use, of every kind.
    pub numbers: NumberSet,
    /// The first bytes of the input.
    pub head: Vec<u8>,
    /// Names of the transaction sets that are not an 837P, in order of appearance.
    pub unsupported: Vec<String>,
    /// How often something in front of an envelope, or the lack of it, was too
    /// broken to note one by one.
    pub hierarchy_overflow: bool,
}

impl Survey {
    /// Offsets of the HL segments whose level stands nowhere, ascending.
    #[must_use]
    pub fn strange_levels(&self) -> Vec<u64> {
        let strange = self.hierarchy.iter();
        strange
            .filter(|(_, fault)| *fault == HierarchyFault::Level)
            .map(|&(at, _)| at)
            .collect()
    }
}

/// The versions of the guide that are read, the current one first.
pub const VERSIONS: [&str; 3] = ["005010X222A1", "005010X222", "005010X222A2"];

/// A set of control numbers, small when they run in sequence.
#[derive(Debug, Default)]
pub struct NumberSet {
    runs: std::collections::BTreeMap<u64, u64>,
}

impl NumberSet {
    /// Adds a number; true when it was not there before.
    pub fn insert(&mut self, number: u64) -> bool {
        let before = self
            .runs
            .range(..=number)
            .next_back()
            .map(|(&from, &to)| (from, to));
        if before.is_some_and(|(_, to)| number <= to) {
            return false;
        }
        let to = match self.runs.remove(&(number + 1)) {
            Some(to) => to,
            None => number,
        };
        match before {
            Some((from, last)) if last + 1 == number => self.runs.insert(from, to),
            _ => self.runs.insert(number, to),
        };
        true
    }

    /// Whether the number is in the set.
    #[must_use]
    pub fn contains(&self, number: u64) -> bool {
        self.runs
            .range(..=number)
            .next_back()
            .is_some_and(|(_, &to)| number <= to)
    }
}

#[derive(Default)]
struct Open {
    header: u64,
    number: String,
    /// Segments (a set), sets (a group) or groups (an interchange) so far.
    count: u64,
}

/// Surveys a stream to its end. `taken` is asked for each interchange.
///
/// # Errors
/// When the stream cannot be read.
pub fn survey<R: Read>(input: R, taken: Option<Taken<'_>>) -> io::Result<Survey> {
    let hasher = blake3::Hasher::new();
    let mut source = SegmentSource::new(Hashing { input, hasher });
    let mut pass = Pass {
        taken,
        ..Pass::default()
    };
    loop {
        let step = source.step()?;
        let range = match &step {
            Step::Segment(range) | Step::Piece(range) | Step::Loose(range) => range.clone(),
            Step::End => break,
        };
        let at = source.offset(range.start);
        let Some(delimiters) = source.delimiters() else {
            if pass.lead(at, &source.bytes()[range]) {
                break;
            }
            continue;
        };
        match step {
            Step::Segment(_) => {
                pass.segment(at, &source.bytes()[range.start..range.end - 1], delimiters);
                if let Some(set) = &mut pass.set {
                    let passed = source.pass_plain();
                    set.count += passed;
                    if passed > 0 {
                        pass.previous.1.clear();
                    }
                }
            }
            Step::Piece(_) => pass.piece(at, range.len()),
            Step::Loose(_) => pass.loose(at, &source.bytes()[range.clone()], delimiters),
            Step::End => {}
        }
        source.hold(at);
    }
    let end = source.offset(source.bytes().len());
    let survey = pass.finish(
        end,
        source.into_input().hasher.finalize().to_hex().to_string(),
    );
    Ok(survey)
}

struct Hashing<R> {
    input: R,
    hasher: blake3::Hasher,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

#[derive(Default)]
struct Pass<'a> {
    survey: Survey,
    taken: Option<Taken<'a>>,
    interchange: Option<Open>,
    group: Option<Open>,
    set: Option<Open>,
    group_version: String,
    group_is_claims: bool,
    /// Whether the open set is an 837P.
    judged: bool,
    set_claims: u64,
    oversize_noted: bool,
    boundary: u64,
    hierarchy: Hierarchy,
    sets_of_group: NumberSet,
    groups_of_interchange: NumberSet,
    interchange_numbers: NumberSet,
    /// Start of a run of segments outside every set, and the claims in it.
    stray: Option<(u64, u64, u64)>,
    previous: (u64, Vec<u8>),
}

impl Pass<'_> {
    /// Bytes before the first readable ISA. True when there is no use in going on.
    fn lead(&mut self, at: u64, bytes: &[u8]) -> bool {
        if self.survey.head.is_empty() {
            self.survey.head = bytes[..bytes.len().min(1024)].to_vec();
            let blank = bytes
                .iter()
                .all(|&byte| super::delimiters::is_blank(byte) || byte >= 0x80);
            if bytes.len() >= limits::LEAD_BYTES {
                return true;
            }
            self.note(Scope::Input, 0, at, bytes.len(), Fault::Lead { blank });
        }
        false
    }

    fn segment(&mut self, at: u64, text: &[u8], delimiters: Delimiters) {
        let kind = SegmentKind::of(text, delimiters);
        if let Some(set) = &mut self.set {
            set.count += 1;
        }
        let field = |position| {
            String::from_utf8_lossy(element(text, delimiters.element, position)).into_owned()
        };
        match kind {
            SegmentKind::Other => {
                if self.set.is_none() {
                    self.stray_segment(at, text.len(), false);
                }
            }
            SegmentKind::Clm => {
                self.survey.claims += 1;
                let charge = element(text, delimiters.element, 2);
                self.survey.charges = self
                    .survey
                    .charges
                    .plus(Cents::parse(charge).unwrap_or_default());
                if self.set.is_some() {
                    self.set_claims += 1;
                    self.at_boundary(at);
                } else {
                    self.stray_segment(at, text.len(), true);
                }
            }
            SegmentKind::Hl => {
                if self.set.is_some() {
                    self.at_boundary(at);
                    if self.judged {
                        self.level(at, text, delimiters);
                    }
                } else {
                    self.stray_segment(at, text.len(), false);
                }
            }
            SegmentKind::Isa => self.open_interchange(at, text, delimiters),
            SegmentKind::Gs => self.open_group(at, text, delimiters),
            SegmentKind::St => self.open_set(at, text.len(), &field(1), &field(2), &field(3)),
            SegmentKind::Se => self.close_set(at, text.len(), &field(1), &field(2)),
            SegmentKind::Ge => self.close_group(at, text.len(), &field(1), &field(2)),
            SegmentKind::Iea => self.close_interchange(at, text.len(), &field(1), &field(2)),
        }
        // Kept only until the next one: a GS may show that an ISA was glued to it.
        if self.set.is_some() && text.len() > ISA_BYTES - 2 && matches!(kind, SegmentKind::Other) {
            self.previous.0 = at;
            self.previous.1.clear();
            self.previous.1.extend_from_slice(text);
            self.previous.1.push(delimiters.segment);
        } else if !self.previous.1.is_empty() && kind != SegmentKind::Gs {
            self.previous.1.clear();
        }
    }

    /// A long stretch without HL or CLM can't be judged in one block.
    fn at_boundary(&mut self, at: u64) {
        if at - self.boundary > limits::CLAIM_BYTES as u64 / 2 {
            self.oversize(self.boundary, 0);
        }
        self.boundary = at;
    }

    fn oversize(&mut self, at: u64, len: usize) {
        if self.oversize_noted {
            return;
        }
        if !self.judged {
            // It is refused already, whatever its size.
            self.oversize_noted = true;
            return;
        }
        if let Some(header) = self.set.as_ref().map(|set| set.header) {
            self.oversize_noted = true;
            self.note(Scope::Set, header, at, len, Fault::Oversize);
        }
    }

    fn piece(&mut self, at: u64, len: usize) {
        if self.set.is_some() {
            if !self.oversize_noted
                && let Some(set) = &mut self.set
            {
                set.count += 1;
            }
            self.oversize(at, len);
        } else {
            self.stray_segment(at, len, false);
        }
        self.boundary = at + len as u64;
    }

    /// Bytes without a terminator: the data, or one of two glued files, ends inside
    /// a segment.
    fn loose(&mut self, at: u64, bytes: &[u8], delimiters: Delimiters) {
        if self.set.is_none() && self.interchange.is_none() {
            self.stray_segment(at, bytes.len(), false);
        } else if SegmentKind::of(bytes, delimiters) == SegmentKind::Clm && self.set.is_some() {
            let charge = element(bytes, delimiters.element, 2);
            self.survey.claims += 1;
            self.survey.charges = self
                .survey
                .charges
                .plus(Cents::parse(charge).unwrap_or_default());
            self.set_claims += 1;
        }
    }

    fn stray_segment(&mut self, at: u64, len: usize, claim: bool) {
        let end = at + len as u64;
        let (_, last, claims) = self.stray.get_or_insert((at, end, 0));
        *last = end;
        *claims += u64::from(claim);
    }

    fn end_stray(&mut self) {
        if let Some((at, end, claims)) = self.stray.take() {
            let len = usize::try_from(end - at).unwrap_or(usize::MAX);
            self.note(Scope::Set, at, at, len, Fault::Stray { claims });
        }
    }

    fn open_interchange(&mut self, at: u64, text: &[u8], delimiters: Delimiters) {
        self.end_stray();
        self.close_unclosed(at);
        self.survey.interchanges += 1;
        let number = String::from_utf8_lossy(element(text, delimiters.element, 13))
            .trim()
            .to_owned();
        self.interchange = Some(Open {
            header: at,
            number: number.clone(),
            count: 0,
        });
        self.groups_of_interchange = NumberSet::default();
        let mut whole = text.to_vec();
        whole.push(delimiters.segment);
        match IsaHeader::read(&whole).and_then(|header| header.fault) {
            Some(IsaFault::Width | IsaFault::Short) => {
                self.note(Scope::Interchange, at, at, text.len(), Fault::IsaWidth);
            }
            Some(IsaFault::Delimiters) => {
                self.note(Scope::Interchange, at, at, text.len(), Fault::IsaDelimiters);
            }
            None => {}
        }
        if element(text, delimiters.element, 15) == b"T" {
            self.note(Scope::Interchange, at, at, text.len(), Fault::TestUsage);
        }
        let key = InterchangeKey::of(|position| element(text, delimiters.element, position));
        if let Some(day) = self.taken.and_then(|taken| taken(&key)) {
            let number = key.number;
            self.note(
                Scope::Interchange,
                at,
                at,
                text.len(),
                Fault::Taken { number, day },
            );
        }
        if let Some(value) = super::envelope::number(number.as_bytes()) {
            self.survey.numbers.insert(value);
            if !self.interchange_numbers.insert(value) {
                self.note(
                    Scope::Interchange,
                    at,
                    at,
                    text.len(),
                    Fault::Repeated { number },
                );
            }
        }
    }

    fn open_group(&mut self, at: u64, text: &[u8], delimiters: Delimiters) {
        self.end_stray();
        if self.set.is_some() {
            self.glued_interchange(delimiters);
        }
        self.close_unclosed_set(at);
        self.close_unclosed_group(at);
        self.survey.groups += 1;
        let field = |position| {
            String::from_utf8_lossy(element(text, delimiters.element, position)).into_owned()
        };
        let (code, number, version) = (field(1), field(6), field(8));
        if let Some(interchange) = &mut self.interchange {
            interchange.count += 1;
        }
        self.group = Some(Open {
            header: at,
            number: number.clone(),
            count: 0,
        });
        self.sets_of_group = NumberSet::default();
        self.group_is_claims = code == "HC" && VERSIONS.contains(&version.as_str());
        if code == "HC" && version != VERSIONS[0] && VERSIONS.contains(&version.as_str()) {
            self.note(
                Scope::Group,
                at,
                at,
                text.len(),
                Fault::Edition {
                    version: version.clone(),
                },
            );
        }
        self.group_version = version;
        if let Some(value) = super::envelope::number(number.as_bytes()) {
            self.survey.numbers.insert(value);
            if !self.groups_of_interchange.insert(value) {
                self.note(Scope::Group, at, at, text.len(), Fault::Repeated { number });
            }
        }
    }

    /// A GS inside a transaction set: the segment before it may be the start of one
    /// segment and then a whole ISA, where a file was cut off and another one glued on.
    fn glued_interchange(&mut self, delimiters: Delimiters) {
        let (at, text) = std::mem::take(&mut self.previous);
        let found = memchr::memmem::find_iter(&text, b"ISA")
            .filter(|&inside| inside > 0)
            .find(|&inside| {
                IsaHeader::read(&text[inside..]).is_some_and(|header| header.fault.is_none())
            });
        if let Some(inside) = found {
            let split = at + inside as u64;
            self.survey.splits.push(split);
            if let Some(set) = &mut self.set {
                set.count = set.count.saturating_sub(1);
            }
            self.open_interchange(split, &text[inside..text.len() - 1], delimiters);
        }
    }

    fn open_set(&mut self, at: u64, len: usize, code: &str, number: &str, version: &str) {
        self.end_stray();
        self.close_unclosed_set(at);
        self.survey.sets += 1;
        if let Some(group) = &mut self.group {
            group.count += 1;
        }
        self.set = Some(Open {
            header: at,
            number: number.to_owned(),
            count: 1,
        });
        self.set_claims = 0;
        self.oversize_noted = false;
        self.boundary = at;
        self.hierarchy = Hierarchy::default();
        let effective = if version.is_empty() {
            self.group_version.clone()
        } else {
            version.to_owned()
        };
        self.judged = code == "837" && VERSIONS.contains(&effective.as_str());
        if self.judged {
            self.survey.sets_837p += 1;
            if self.group.is_some() && !self.group_is_claims {
                let name = format!("functional group of version {}", self.group_version);
                self.note(Scope::Set, at, at, len, Fault::Unsupported { name });
            } else if effective != VERSIONS[0] && effective != self.group_version {
                self.note(
                    Scope::Set,
                    at,
                    at,
                    len,
                    Fault::Edition { version: effective },
                );
            }
            if self.group.is_none() {
                self.note(Scope::Set, at, at, len, Fault::Stray { claims: 0 });
            }
        } else {
            let name = transaction_name(code, &effective);
            if self.survey.unsupported.len() < 16 && !self.survey.unsupported.contains(&name) {
                self.survey.unsupported.push(name.clone());
            }
            self.note(Scope::Set, at, at, len, Fault::Unsupported { name });
        }
        let repeated = match super::envelope::number(number.as_bytes()) {
            Some(value) => {
                self.survey.numbers.insert(value);
                !self.sets_of_group.insert(value)
            }
            None => false,
        };
        if repeated {
            self.note(
                Scope::Set,
                at,
                at,
                len,
                Fault::Repeated {
                    number: number.to_owned(),
                },
            );
        }
    }

    fn close_set(&mut self, at: u64, len: usize, said: &str, number: &str) {
        let Some(set) = self.set.take() else {
            self.stray_segment(at, len, false);
            return;
        };
        self.at_boundary_of(&set, at);
        self.close_levels();
        let names = self.names_with(&set);
        let ordinal = set.count;
        let mut note = |fault| {
            self.survey.notes.push(Note {
                scope: Scope::Set,
                header: set.header,
                at,
                len: u32::try_from(len).unwrap_or(u32::MAX),
                ordinal,
                envelope: names.clone(),
                fault,
            });
        };
        if number != set.number {
            note(Fault::ControlNumber {
                header: set.number.clone(),
                trailer: number.to_owned(),
            });
        }
        if super::envelope::number(said.as_bytes()) != Some(set.count) {
            note(Fault::Count {
                said: said.to_owned(),
                counted: set.count,
            });
        }
        if self.set_claims > limits::CLAIMS_PER_SET {
            note(Fault::ManyClaims {
                claims: self.set_claims,
            });
        }
    }

    fn at_boundary_of(&mut self, set: &Open, at: u64) {
        if at - self.boundary > limits::CLAIM_BYTES as u64 / 2
            && !self.oversize_noted
            && self.judged
        {
            self.note(Scope::Set, set.header, self.boundary, 0, Fault::Oversize);
        }
        self.boundary = at;
    }

    fn close_group(&mut self, at: u64, len: usize, said: &str, number: &str) {
        self.end_stray();
        self.close_unclosed_set(at);
        let Some(group) = self.group.take() else {
            self.note(Scope::Input, at, at, len, Fault::Unopened);
            return;
        };
        self.compare(Scope::Group, &group, at, len, said, number);
    }

    fn close_interchange(&mut self, at: u64, len: usize, said: &str, number: &str) {
        self.end_stray();
        self.close_unclosed_set(at);
        self.close_unclosed_group(at);
        let Some(interchange) = self.interchange.take() else {
            self.note(Scope::Input, at, at, len, Fault::Unopened);
            return;
        };
        self.compare(
            Scope::Interchange,
            &interchange,
            at,
            len,
            said,
            number.trim(),
        );
        self.interchange = None;
    }

    fn compare(
        &mut self,
        scope: Scope,
        open: &Open,
        at: u64,
        len: usize,
        said: &str,
        number: &str,
    ) {
        if number != open.number {
            let fault = Fault::ControlNumber {
                header: open.number.clone(),
                trailer: number.to_owned(),
            };
            self.note(scope, open.header, at, len, fault);
        }
        if super::envelope::number(said.as_bytes()) != Some(open.count) {
            let fault = Fault::Count {
                said: said.to_owned(),
                counted: open.count,
            };
            self.note(scope, open.header, at, len, fault);
        }
    }

    fn close_unclosed(&mut self, at: u64) {
        self.close_unclosed_set(at);
        self.close_unclosed_group(at);
        if let Some(interchange) = self.interchange.take() {
            self.note(
                Scope::Interchange,
                interchange.header,
                at,
                0,
                Fault::Unclosed,
            );
        }
    }

    fn close_unclosed_group(&mut self, at: u64) {
        if let Some(group) = self.group.take() {
            self.note(Scope::Group, group.header, at, 0, Fault::Unclosed);
        }
    }

    fn close_unclosed_set(&mut self, at: u64) {
        if let Some(set) = self.set.take() {
            self.close_levels();
            let names = self.names_with(&set);
            self.survey.notes.push(Note {
                scope: Scope::Set,
                header: set.header,
                at,
                len: 0,
                ordinal: set.count,
                envelope: names,
                fault: Fault::Unclosed,
            });
        }
    }

    fn level(&mut self, at: u64, text: &[u8], delimiters: Delimiters) {
        let mut found = Vec::new();
        let mut tell = |at, fault| found.push((at, fault));
        self.hierarchy.level(at, text, delimiters, &mut tell);
        for (at, fault) in found {
            self.hierarchy_fault(at, fault);
        }
    }

    /// The set ends, and all its levels.
    fn close_levels(&mut self) {
        let mut found = Vec::new();
        self.hierarchy
            .close(0, &mut |at, fault| found.push((at, fault)));
        for (at, fault) in found {
            self.hierarchy_fault(at, fault);
        }
    }

    fn hierarchy_fault(&mut self, at: u64, fault: HierarchyFault) {
        if self.survey.hierarchy.len() < limits::HIERARCHY_FAULTS {
            self.survey.hierarchy.push((at, fault));
        } else {
            self.survey.hierarchy_overflow = true;
            if let Some(header) = self.set.as_ref().map(|set| set.header) {
                let noted = self
                    .survey
                    .notes
                    .last()
                    .is_some_and(|note| note.header == header);
                if !noted {
                    self.note(Scope::Set, header, at, 0, Fault::Oversize);
                }
            }
        }
    }

    fn names(&self) -> Names {
        let name = |open: &Option<Open>| open.as_ref().map(|open| open.number.clone());
        Names {
            interchange: name(&self.interchange),
            group: name(&self.group),
            transaction: name(&self.set),
        }
    }

    fn names_with(&self, set: &Open) -> Names {
        Names {
            transaction: Some(set.number.clone()),
            ..self.names()
        }
    }

    fn note(&mut self, scope: Scope, header: u64, at: u64, len: usize, fault: Fault) {
        let note = Note {
            scope,
            header,
            at,
            len: u32::try_from(len).unwrap_or(u32::MAX),
            ordinal: self.set.as_ref().map_or(0, |set| set.count),
            envelope: self.names(),
            fault,
        };
        self.survey.notes.push(note);
    }

    fn finish(mut self, end: u64, hash: String) -> Survey {
        self.end_stray();
        self.close_unclosed(end);
        self.survey.hierarchy.sort_unstable_by_key(|&(at, _)| at);
        self.survey.bytes = end;
        self.survey.hash = hash;
        self.survey
    }
}

/// What a transaction set is, in words, from ST01 and the version.
#[must_use]
pub fn transaction_name(code: &str, version: &str) -> String {
    let guide = version.get(6..).unwrap_or("");
    let is = |prefix: &str| guide.starts_with(prefix);
    let what = match code {
        "837" if is("X222") || is("X098") => "837P professional claims",
        "837" if is("X223") || is("X096") => "837I institutional claims",
        "837" if is("X224") || is("X097") => "837D dental claims",
        "837" if is("X291") => "837P professional predetermination",
        "837" if is("X292") => "837I institutional predetermination",
        "837" if is("X293") => "837D dental predetermination",
        "837" if is("X298") || is("X299") || is("X300") => {
            "837 post-adjudicated claims data reporting"
        }
        "837" => "837 claims of an unknown guide",
        "835" => "835 claim payment/advice",
        "834" => "834 benefit enrollment",
        "820" => "820 payment order",
        "270" => "270 eligibility inquiry",
        "271" => "271 eligibility response",
        "276" => "276 claim status request",
        "277" if is("X214") => "277CA claim acknowledgement",
        "277" => "277 claim status response",
        "278" => "278 services review",
        "275" => "275 patient information",
        "997" => "997 functional acknowledgement",
        "999" => "999 implementation acknowledgement",
        "824" => "824 application advice",
        _ => "unknown transaction set",
    };
    let release = match version.get(..6) {
        Some("004010") => ", release 4010",
        Some("003070" | "003051" | "004050" | "006020" | "007030" | "008020") => {
            ", another release"
        }
        _ => "",
    };
    let code = if what.starts_with("unknown") {
        format!(" {code}")
    } else {
        String::new()
    };
    let version = if version.is_empty() {
        String::new()
    } else {
        format!(" ({version}{release})")
    };
    format!("{what}{code}{version}")
}
