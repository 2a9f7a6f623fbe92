//! The state of a survey: what is open, what stands outside, and the note of a fault.

use super::fault::{Fault, Names, Note, Scope};
use super::interchange_key::Taken;
use super::numbers::{ControlNumbers, InterchangeNumbers};
use super::{Survey, claim_charge, lost_claim};
use crate::x12::delimiters::{is_blank, is_filling};
use crate::x12::envelope::{SegmentKind, element};
use crate::x12::header::IsaFault;
use crate::x12::hierarchy::Hierarchy;
use crate::x12::level::Hl;
use crate::x12::{Delimiters, limits, swallowed};

/// An open envelope.
#[derive(Default)]
pub(super) struct Open {
    pub header: u64,
    pub number: String,
    /// Segments (a set), sets (a group) or groups (an interchange) so far.
    pub count: u64,
}

/// A run of segments outside every transaction set.
struct Stray {
    from: u64,
    to: u64,
    claims: u64,
    unread: u64,
    /// How it starts.
    shown: Vec<u8>,
}

#[derive(Default)]
pub(super) struct Pass<'a> {
    pub survey: Survey,
    pub taken: Option<Taken<'a>>,
    pub interchange: Option<Open>,
    /// Where the latest interchange started, open or not.
    pub latest_interchange: Option<u64>,
    pub group: Option<Open>,
    pub set: Option<Open>,
    pub group_version: String,
    /// The open group in words, if it is none of 837P claims.
    pub other_group: Option<String>,
    /// Whether the open set is an 837P.
    pub judged: bool,
    pub set_claims: u64,
    pub oversize_noted: bool,
    /// Where something other than blanks starts before the first ISA.
    lead_from: Option<u64>,
    /// Where the latest claim, level or envelope starts.
    pub boundary: u64,
    pub hierarchy: Hierarchy,
    pub sets_of_group: ControlNumbers,
    pub groups_of_interchange: ControlNumbers,
    pub interchange_numbers: InterchangeNumbers,
    stray: Option<Stray>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(taken: Option<Taken<'a>>) -> Pass<'a> {
        Pass {
            taken,
            ..Pass::default()
        }
    }

    /// Whether there are more faults than are noted one by one.
    pub(super) fn is_flooded(&self) -> bool {
        self.survey.flooded.is_some()
    }

    /// Bytes before the first readable ISA. True when there is no use in going on.
    pub(super) fn lead(&mut self, at: u64, bytes: &[u8]) -> bool {
        if self.survey.lost_claim.is_none() {
            self.survey.lost_claim = lost_claim::find(bytes).map(|inside| at + inside as u64);
        }
        if let Some(from) = self.lead_from {
            return at > from + limits::LEAD_BYTES as u64;
        }
        // However many blanks stand there, the file is what comes behind them.
        let mark = bytes
            .strip_prefix("\u{FEFF}".as_bytes())
            .filter(|_| at == 0);
        let bare = mark.unwrap_or(bytes);
        let blanks = bare.iter().take_while(|&&byte| is_blank(byte)).count();
        let rest = &bare[blanks..];
        let blank = rest.iter().all(|&byte| is_blank(byte) || byte >= 0x80);
        if !rest.is_empty() {
            self.lead_from = Some(at + (bytes.len() - rest.len()) as u64);
            self.survey.head = rest[..rest.len().min(1024)].to_vec();
            if rest.len() >= limits::LEAD_BYTES {
                return true;
            }
        }
        self.note_on(at, bytes.len(), Fault::Lead { blank });
        false
    }

    pub(super) fn segment(
        &mut self,
        (at, kind): (u64, SegmentKind),
        text: &[u8],
        hl: Option<&Hl<'_>>,
        delimiters: Delimiters,
        header_fault: Option<IsaFault>,
    ) {
        if let Some(set) = &mut self.set {
            set.count += 1;
        }
        match kind {
            SegmentKind::Other => {
                if self.is_answer(text, delimiters) {
                    self.note(Scope::Input, at, at, text.len(), Fault::Answer);
                    self.look_for_claim(at, text);
                } else if self.set.is_none() {
                    self.stray(at, text, false, delimiters);
                }
            }
            SegmentKind::Clm => {
                self.count_claim(text, delimiters);
                if self.set.is_some() {
                    self.at_boundary(at);
                } else {
                    self.stray(at, text, true, delimiters);
                }
            }
            SegmentKind::Hl => {
                if self.set.is_some() {
                    self.at_boundary(at);
                    if let Some(hl) = hl.filter(|_| self.judged) {
                        self.level(at, hl);
                    }
                } else {
                    self.stray(at, text, false, delimiters);
                }
            }
            _ => self.envelope((at, kind), text, delimiters, header_fault),
        }
    }

    /// A segment that opens or closes an envelope. What is wrong with it is noted with its text.
    #[inline(never)]
    fn envelope(
        &mut self,
        (at, kind): (u64, SegmentKind),
        text: &[u8],
        delimiters: Delimiters,
        header_fault: Option<IsaFault>,
    ) {
        let noted = self.survey.notes.len();
        let field = |position| value(text, delimiters, position);
        if has_surplus(kind, text, delimiters) {
            let (scope, open) = match kind {
                SegmentKind::St => (Scope::Set, None),
                SegmentKind::Se => (Scope::Set, self.set.as_ref()),
                SegmentKind::Gs => (Scope::Group, None),
                SegmentKind::Ge => (Scope::Group, self.group.as_ref()),
                _ => (Scope::Interchange, self.interchange.as_ref()),
            };
            let header = open.map_or(at, |open| open.header);
            let unread = self.count_unread(text, delimiters);
            self.note(scope, header, at, text.len(), Fault::Surplus { unread });
        }
        match kind {
            SegmentKind::Isa => self.open_interchange(at, text, delimiters, header_fault),
            SegmentKind::Gs => self.open_group(at, text, delimiters),
            SegmentKind::St => self.open_set(at, text.len(), &field(1), &field(2), &field(3)),
            SegmentKind::Se if self.set.is_none() => self.stray(at, text, false, delimiters),
            SegmentKind::Se => self.close_set(at, text.len(), &field(1), &field(2)),
            SegmentKind::Ge => self.close_group(at, text.len(), &field(1), &field(2)),
            SegmentKind::Iea => self.close_interchange(at, text.len(), &field(1), &field(2)),
            SegmentKind::Clm | SegmentKind::Hl | SegmentKind::Other => {}
        }
        let new = self.survey.notes.get_mut(noted..).unwrap_or_default();
        for note in new.iter_mut().filter(|note| note.at == at && note.len > 0) {
            note.shown = shown(text);
        }
    }

    /// Whether it is a TA1 where one may stand.
    fn is_answer(&self, text: &[u8], delimiters: Delimiters) -> bool {
        let rest = text.strip_prefix(b"TA1").unwrap_or(&[]);
        self.interchange.is_some()
            && self.group.is_none()
            && self.set.is_none()
            && self.stray.is_none()
            && rest.first() == Some(&delimiters.element)
    }

    fn count_claim(&mut self, text: &[u8], delimiters: Delimiters) {
        self.survey.claims += 1;
        self.set_claims += u64::from(self.set.is_some());
        self.survey.charges = self.survey.charges.plus(claim_charge(text, delimiters));
    }

    /// A long stretch without a claim, level or envelope can't be judged in one block.
    pub(super) fn at_boundary(&mut self, at: u64) {
        if at - self.boundary > limits::UNCUT_BYTES {
            self.oversize(self.boundary, 0);
        }
        self.boundary = at;
    }

    /// The set can't be judged claim by claim, for what stands here.
    pub(super) fn oversize(&mut self, at: u64, len: usize) {
        if self.oversize_noted {
            return;
        }
        let Some(header) = self.set.as_ref().map(|set| set.header) else {
            return;
        };
        self.oversize_noted = true;
        // What is no 837P is refused already, whatever its size.
        if self.judged {
            self.note(Scope::Set, header, at, len, Fault::Oversize);
        }
    }

    /// A piece of a segment that is too long to be held.
    pub(super) fn piece(&mut self, at: u64, bytes: &[u8], first: bool, delimiters: Delimiters) {
        let claim = first && SegmentKind::of(bytes, delimiters) == SegmentKind::Clm;
        if claim {
            self.count_claim(bytes, delimiters);
        }
        if let Some(set) = &mut self.set {
            set.count += u64::from(first);
            self.count_unread(bytes, delimiters);
            self.oversize(at, bytes.len());
        } else {
            self.stray(at, bytes, claim, delimiters);
        }
        self.boundary = at + bytes.len() as u64;
    }

    /// A part of a long run between segments.
    pub(super) fn filling(&mut self, at: u64, bytes: &[u8], delimiters: Delimiters) {
        let is_outside = self.is_outside();
        if self.set.is_some() {
            self.oversize(at, bytes.len());
        } else if self.stray.is_some() {
            // What strayed may go on behind it.
            self.stray(at, bytes, false, delimiters);
        } else if !(is_outside && bytes.iter().copied().all(is_blank)) {
            let inside = !is_outside;
            self.note_on(at, bytes.len(), Fault::Filling { inside });
        }
        self.boundary = at + bytes.len() as u64;
    }

    fn is_outside(&self) -> bool {
        self.interchange.is_none() && self.group.is_none() && self.set.is_none()
    }

    /// Notes bytes that mean nothing once, in however many parts they come.
    fn note_on(&mut self, at: u64, len: usize, fault: Fault) {
        let before = self.survey.notes.last_mut();
        let goes_on = |note: &&mut Note| note.fault == fault && note.at + u64::from(note.len) == at;
        if let Some(note) = before.filter(goes_on) {
            let more = u32::try_from(len).unwrap_or(u32::MAX);
            note.len = note.len.saturating_add(more);
        } else {
            self.note(Scope::Input, at, at, len, fault);
        }
    }

    /// Bytes without a terminator: the data, or one of two joined files, ends inside
    /// a segment.
    pub(super) fn loose(&mut self, at: u64, bytes: &[u8], delimiters: Delimiters) {
        if self.is_outside() && is_filling(bytes) {
            self.end_stray();
            let inside = false;
            self.note_on(at, bytes.len(), Fault::Filling { inside });
            return;
        }
        if self.closes_unterminated(at, bytes.trim_ascii_end(), delimiters) {
            return;
        }
        let claim = SegmentKind::of(bytes, delimiters) == SegmentKind::Clm;
        self.survey.claims += u64::from(claim);
        if claim {
            // As far as it is there: the rejects have no more of it.
            self.survey.charges = self.survey.charges.plus(claim_charge(bytes, delimiters));
        }
        if self.set.is_some() {
            self.set_claims += u64::from(claim);
            self.count_unread(bytes, delimiters);
        } else {
            self.stray(at, bytes, claim, delimiters);
        }
    }

    /// Whether these bytes are the trailer of the open group or interchange, whole but for its
    /// terminator. A transaction set needs the terminator of its SE: what is cut off may be more.
    fn closes_unterminated(&mut self, at: u64, text: &[u8], delimiters: Delimiters) -> bool {
        let (scope, open) = match SegmentKind::of(text, delimiters) {
            SegmentKind::Ge if self.set.is_none() => (Scope::Group, &self.group),
            SegmentKind::Iea if self.set.is_none() && self.group.is_none() => {
                (Scope::Interchange, &self.interchange)
            }
            _ => return false,
        };
        let [said, number] = [1, 2].map(|position| value(text, delimiters, position));
        let Some(header) = open.as_ref().filter(|open| open.number == number) else {
            return false;
        };
        self.note(scope, header.header, at, text.len(), Fault::Unterminated);
        if let Some(note) = self.survey.notes.last_mut().filter(|note| note.at == at) {
            note.shown = shown(text);
        }
        if scope == Scope::Group {
            self.close_group(at, text.len(), &said, &number);
        } else {
            self.close_interchange(at, text.len(), &said, &number);
        }
        true
    }

    /// Counts the claims that have run into a segment that is not judged; how many they are.
    fn count_unread(&mut self, bytes: &[u8], delimiters: Delimiters) -> u64 {
        let before = self.survey.unread;
        for (_, charge) in swallowed::claims(bytes, delimiters) {
            self.survey.unread += 1;
            self.survey.unread_charges = self.survey.unread_charges.plus(charge);
        }
        self.survey.unread - before
    }

    fn stray(&mut self, at: u64, bytes: &[u8], claim: bool, delimiters: Delimiters) {
        let unread = self.count_unread(bytes, delimiters);
        // A segment without a byte still has its terminator.
        let to = at + bytes.len().max(1) as u64;
        let stray = self.stray.get_or_insert_with(|| Stray {
            from: at,
            to,
            claims: 0,
            unread: 0,
            shown: shown(bytes),
        });
        stray.to = to;
        stray.claims += u64::from(claim);
        stray.unread += unread;
        if !claim {
            self.look_for_claim(at, bytes);
        }
    }

    /// These bytes go nowhere: a claim in them would be lost.
    pub(super) fn look_for_claim(&mut self, at: u64, bytes: &[u8]) {
        if self.survey.lost_claim.is_none() {
            self.survey.lost_claim = lost_claim::find(bytes).map(|inside| at + inside as u64);
        }
    }

    pub(super) fn end_stray(&mut self) {
        if let Some(stray) = self.stray.take() {
            let Stray {
                from,
                to,
                claims,
                unread,
                shown,
            } = stray;
            let len = usize::try_from(to - from).unwrap_or(usize::MAX);
            if claims + unread > 0 {
                self.survey.strays.push((from, to));
            }
            let noted = self.survey.notes.len();
            self.note(
                Scope::Input,
                from,
                from,
                len,
                Fault::Stray { claims, unread },
            );
            if let Some(note) = self.survey.notes.get_mut(noted) {
                note.shown = shown;
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

    pub(super) fn note(&mut self, scope: Scope, header: u64, at: u64, len: usize, fault: Fault) {
        if self.survey.notes.len() >= limits::ENVELOPE_FAULTS {
            self.survey.flooded.get_or_insert(at);
            return;
        }
        let note = Note {
            scope,
            header,
            interchange: self.latest_interchange,
            at,
            len: u32::try_from(len).unwrap_or(u32::MAX),
            ordinal: self.set.as_ref().map_or(0, |set| set.count),
            envelope: self.names(),
            shown: Vec::new(),
            fault,
        };
        self.survey.notes.push(note);
    }

    pub(super) fn finish(mut self, end: u64, hash: String) -> Survey {
        self.end_stray();
        self.close_unclosed(end);
        self.survey.hierarchy.sort_unstable_by_key(|&(at, _)| at);
        self.survey.bytes = end;
        self.survey.hash = hash;
        self.survey
    }
}

/// Whether this segment of an envelope has more elements than there are. Those of an ISA stand
/// at fixed places.
fn has_surplus(kind: SegmentKind, text: &[u8], delimiters: Delimiters) -> bool {
    let most = match kind {
        SegmentKind::Gs => 8,
        SegmentKind::St => 3,
        SegmentKind::Se | SegmentKind::Ge | SegmentKind::Iea => 2,
        _ => return false,
    };
    memchr::memchr_iter(delimiters.element, text).count() > most
}

/// As much of a segment as is kept to be shown.
fn shown(text: &[u8]) -> Vec<u8> {
    text[..text.len().min(limits::SHOWN_BYTES)].to_vec()
}

/// A value of an envelope as far as it is kept: what is longer is wrong anyway.
pub(super) fn value(text: &[u8], delimiters: Delimiters, position: usize) -> String {
    const KEPT_BYTES: usize = 80;
    let value = element(text, delimiters.element, position);
    String::from_utf8_lossy(&value[..value.len().min(KEPT_BYTES)]).into_owned()
}
