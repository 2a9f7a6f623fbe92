//! 999: faults of syntax, one transaction set for each functional group received.

use std::io::{self, Write};

use super::envelope::Envelopes;
use super::frame::Frames;
use super::write::{Writer, is_plain};
use crate::claim::text::Text;
use crate::rules::{Acknowledgement, Finding};
use crate::scrub::listener::Positions;
use crate::value::Severity;

/// Most characters of a copied value (IK404) and of a claim's identifier (CTX01-2).
const VALUE_CHARS: usize = 99;
const CLAIM_ID_CHARS: usize = 35;

/// Most codes of one kind in IK5 and AK9.
const CODES: usize = 5;

/// Most characters of a loop identifier in IK303; longer ones are left out.
const LOOP_CHARS: usize = 4;

/// The name of what stands before the first level, which is no loop of the guide.
const HEADER: &str = "ST";

/// The most sets that AK9 has room for.
const MOST_SETS: u64 = 999_999;
/// Functional groups (AK101) and transaction sets (AK201) that a 999 can answer; what
/// else is received there is answered as what it was taken for.
const GROUPS: [&[u8]; 9] = [
    b"BE", b"HB", b"HC", b"HI", b"HN", b"HP", b"HR", b"HS", b"RA",
];
const SETS: [&[u8]; 9] = [
    b"270", b"271", b"276", b"277", b"278", b"820", b"834", b"835", b"837",
];

/// Fewest characters of the number of a transaction set (AK202).
const SET_NUMBER_CHARS: usize = 4;

/// Whether a 999 says anything of these findings.
pub(super) fn any<'a>(mut findings: impl Iterator<Item = &'a Finding>) -> bool {
    findings.any(is_told)
}

fn is_told(finding: &Finding) -> bool {
    finding.syntax.is_some() && finding.severity >= Severity::Warn
}

/// IK3, CTX and IK4 for the findings, which come in the order of their segments.
pub(super) fn faults<'a>(
    out: &mut Writer<'_>,
    findings: impl Iterator<Item = &'a Finding>,
    text: &Text<'_>,
    positions: Positions<'_>,
    claim_id: Option<&[u8]>,
) {
    let mut element_faults_of = None;
    for finding in findings.filter(|finding| is_told(finding)) {
        let Some(note) = finding.syntax else { continue };
        let index = finding.spot.segment;
        let segment = text.segment(index);
        let code = match note.answer {
            Acknowledgement::Segment(code) => code,
            _ => "8",
        };
        let of_element = matches!(note.answer, Acknowledgement::Element(_));
        if !of_element || element_faults_of != Some(index) {
            element_faults_of = of_element.then_some(index);
            let id = note.missing.map_or(segment.id(), str::as_bytes);
            let known = (2..=3).contains(&id.len()) && id.iter().all(u8::is_ascii_alphanumeric);
            out.start("IK3")
                .element(if known { id } else { b"ZZZ" }, 3)
                .number(positions.of(index));
            if finding.loop_id.len() <= LOOP_CHARS && finding.loop_id != HEADER {
                out.text(finding.loop_id);
            } else {
                out.skip(1);
            }
            out.text(code).end();
            let id = claim_id.filter(|id| id.len() <= CLAIM_ID_CHARS);
            let id = id.map_or_else(Vec::new, |id| out.cleaned(id, CLAIM_ID_CHARS));
            if !id.is_empty() {
                out.start("CTX").composite(&[b"CLM01", &id]).end();
            }
        }
        if let Acknowledgement::Element(code) = note.answer {
            let spot = finding.spot;
            let (element, component) = (usize::from(spot.element), usize::from(spot.component));
            let value = match (element, component) {
                (0, _) => &[],
                (_, 0) => segment.element(element),
                _ => segment.component(element, component, text.delimiters),
            };
            // Without the blanks at its ends it would show no fault.
            let copied = value.len() <= VALUE_CHARS
                && value.trim_ascii() == value
                && value.iter().all(|&byte| is_plain(byte, text.delimiters));
            let at = [spot.element.max(1), spot.component].map(|place| match place {
                0 => String::new(),
                // Two digits are all there is room for.
                place => place.min(99).to_string(),
            });
            out.start("IK4")
                .composite(&[at[0].as_bytes(), at[1].as_bytes()])
                .text(&match note.data_element {
                    0 => String::new(),
                    number => number.to_string(),
                })
                .text(code)
                .element(if copied { value } else { b"" }, VALUE_CHARS)
                .end();
        }
    }
}

/// A verdict on a transaction set or a functional group: rejected, and why.
#[derive(Clone, Default, Debug)]
pub(super) struct Verdict {
    pub rejected: bool,
    /// Distinct codes, in the order found.
    pub codes: Vec<&'static str>,
}

impl Verdict {
    pub(super) fn add(&mut self, code: &'static str, rejects: bool) {
        self.rejected |= rejects;
        if !self.codes.contains(&code) {
            self.codes.push(code);
        }
    }
}

/// The answer to one functional group, as it grows.
#[derive(Default, Debug)]
pub(super) struct GroupAnswer {
    verdict: Verdict,
    set: Option<Verdict>,
    received: u64,
    accepted: u64,
    noted: u64,
    /// Segment texts of the levels' faults told last, by depth: claims share them.
    levels: [Vec<u8>; 3],
}

/// Sets by answer.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct SetCounts {
    pub accepted: u64,
    pub noted: u64,
    pub rejected: u64,
}

impl GroupAnswer {
    /// Starts to answer a group with these GS01, GS06 and GS08.
    pub(super) fn start<W: Write>(
        out: &mut Envelopes<W>,
        received: [&[u8]; 3],
        verdict: Verdict,
    ) -> io::Result<GroupAnswer> {
        let [functional, number, version] = received;
        let functional = if GROUPS.contains(&functional) {
            functional
        } else {
            b"HC"
        };
        let digits = (1..=9).contains(&number.len()) && number.iter().all(u8::is_ascii_digit);
        out.start_set("999", "005010X231A1")?;
        out.write(|out| {
            out.start("AK1")
                .element(functional, 2)
                .element(if digits { number } else { b"0" }, 9)
                .required(version, (1, 12), "UNKNOWN")
                .end();
        })?;
        Ok(GroupAnswer {
            verdict,
            ..GroupAnswer::default()
        })
    }

    /// A transaction set with these ST01, ST02 and ST03.
    pub(super) fn start_set<W: Write>(
        &mut self,
        out: &mut Envelopes<W>,
        [id, number, version]: [&[u8]; 3],
        verdict: Verdict,
    ) -> io::Result<()> {
        self.end_set(out)?;
        self.received += 1;
        self.levels = Default::default();
        self.set = Some(verdict);
        let id = if SETS.contains(&id) { id } else { b"837" };
        // What is no letter or digit there may not be told, or be a blank in the end.
        let mut number: Vec<u8> = number
            .iter()
            .copied()
            .filter(u8::is_ascii_alphanumeric)
            .collect();
        let short = SET_NUMBER_CHARS.saturating_sub(number.len());
        number.splice(0..0, std::iter::repeat_n(b'0', short));
        out.write(|out| {
            out.start("AK2")
                .element(id, 3)
                .element(&number, 9)
                .element(version, 35)
                .end();
        })
    }

    /// Faults of syntax, as written by [`faults`].
    pub(super) fn faults<W: Write>(
        &mut self,
        out: &mut Envelopes<W>,
        segments: &[u8],
        count: u64,
    ) -> io::Result<()> {
        if let Some(set) = self.set.as_mut().filter(|_| count > 0) {
            set.add("5", false);
            out.copy(segments, count)?;
        }
        Ok(())
    }

    /// The faults of a claim's levels, each told once, and its own.
    pub(super) fn claim<W: Write>(
        &mut self,
        out: &mut Envelopes<W>,
        frames: &mut Frames<'_>,
    ) -> io::Result<()> {
        for depth in 0..self.levels.len() {
            let (text, count) = (frames.text(), frames.number());
            if self.levels[depth] != text {
                self.levels[depth] = text.to_vec();
                self.faults(out, text, count)?;
            }
        }
        let (text, count) = (frames.text(), frames.number());
        self.faults(out, text, count)
    }

    /// A fault of the group that its sets have told.
    pub(super) fn fault(&mut self, code: &'static str, rejects: bool) {
        self.verdict.add(code, rejects);
    }

    /// Whether the group is rejected as such, and its sets with it.
    pub(super) fn is_rejected(&self) -> bool {
        self.verdict.rejected
    }

    /// The header of the open set is at fault, so that all of it is rejected.
    pub(super) fn reject_set(&mut self) {
        if let Some(set) = &mut self.set {
            set.rejected = true;
        }
    }

    /// The open set ends.
    pub(super) fn end_set<W: Write>(&mut self, out: &mut Envelopes<W>) -> io::Result<()> {
        let Some(mut set) = self.set.take() else {
            return Ok(());
        };
        if set.rejected && set.codes.is_empty() {
            // The group around it is at fault.
            set.add("5", true);
        }
        let answer = match (set.rejected, set.codes.is_empty()) {
            (true, _) => "R",
            (false, false) => "E",
            (false, true) => "A",
        };
        self.accepted += u64::from(!set.rejected);
        self.noted += u64::from(answer == "E");
        out.write(|out| {
            out.start("IK5").text(answer);
            for code in set.codes.iter().take(CODES) {
                out.text(code);
            }
            out.end();
        })
    }

    /// The group ends; `said` is its GE01.
    pub(super) fn end<W: Write>(
        mut self,
        out: &mut Envelopes<W>,
        said: &[u8],
    ) -> io::Result<SetCounts> {
        self.end_set(out)?;
        let rejected = self.received - self.accepted;
        let clean = self.noted == 0 && self.verdict.codes.is_empty();
        let answer = match (rejected, self.accepted) {
            (0, _) if self.verdict.rejected => "R",
            (0, _) if clean => "A",
            (0, _) => "E",
            (_, 0) => "R",
            _ => "P",
        };
        let is_count = (1..=6).contains(&said.len()) && said.iter().all(u8::is_ascii_digit);
        out.write(|out| {
            out.start("AK9").text(answer);
            if is_count {
                out.element(said, 6);
            } else {
                out.number(self.received.min(MOST_SETS));
            }
            for sets in [self.received, self.accepted] {
                out.number(sets.min(MOST_SETS));
            }
            for code in self.verdict.codes.iter().take(CODES) {
                out.text(code);
            }
            out.end();
        })?;
        out.end_set()?;
        Ok(SetCounts {
            accepted: self.accepted - self.noted,
            noted: self.noted,
            rejected,
        })
    }
}
