//! 277CA: what becomes of each claim, one transaction set for each 837P set received.
//!
//! Totals stand above what they add up, so claims are spooled under their provider, and
//! providers under their set, in memory up to a bound and on disk beyond.

use std::io::{self, Read, Seek, Write};
use std::path::Path;

use tempfile::SpooledTempFile;

use super::envelope::{Envelopes, TIME};
use super::frame::Frames;
use super::status::{self, ACCEPTED, LINE, RECEIVED, Status};
use super::write::{Writer, d8};
use crate::claim::{Claim, Line};
use crate::rules::Finding;
use crate::scrub::item::Fate;
use crate::scrub::listener::JudgedClaim;
use crate::scrub::tally::Sum;
use crate::value::{Cents, Date, DateRange, Severity};
use crate::x12::{Delimiters, SegmentKind};

/// Bytes of one provider's or one set's claims kept in memory.
const SPOOL_BYTES: usize = 1 << 20;

/// Most characters of the plain message (STC12).
const MESSAGE_CHARS: usize = 264;

/// Statuses that one STC holds: STC01, STC10, STC11.
const STATUSES: usize = 3;

/// Stands for an identifier or a trace number that the claim does not have.
const NO_TRACE: &[u8] = b"0";
const UNKNOWN: &[u8] = b"UNKNOWN";

fn or<'a>(value: &'a [u8], otherwise: &'a [u8]) -> &'a [u8] {
    if value.trim_ascii().is_empty() {
        otherwise
    } else {
        value
    }
}

/// NM1 of the billing provider, whose HL the keeper writes.
pub(super) fn provider(out: &mut Writer<'_>, claim: &Claim<'_>) {
    let element = |position| claim.text.element(claim.billing.name, position);
    let tax = claim.text.element(claim.billing.tax, 2);
    let person = element(2) == b"1";
    out.start("NM1")
        .text("85")
        .text(if person { "1" } else { "2" })
        .element(or(element(3), UNKNOWN), 60);
    if person {
        out.element(element(4), 35)
            .element(element(5), 25)
            .skip(1)
            .element(element(7), 10);
    } else {
        out.skip(4);
    }
    let (qualifier, id) = match (element(8), element(9)) {
        (b"XX", npi) if npi.len() >= 2 => ("XX", npi),
        _ if tax.len() >= 2 => ("FI", tax),
        (_, other) => ("SV", if other.len() >= 2 { other } else { UNKNOWN }),
    };
    out.text(qualifier).element(id, 80).end();
}

/// Everything of a claim below its HL.
pub(super) fn claim(out: &mut Writer<'_>, judged: &JudgedClaim<'_>, today: Date) {
    let claim = judged.claim;
    let (text, subscriber) = (&claim.text, claim.subscriber.name);
    let patient = match claim.patient {
        Some(patient) => patient.name,
        None => subscriber,
    };
    let name = |position| text.element(patient, position);
    let member = text.element(subscriber, 9);
    out.start("NM1")
        .text("QC")
        .text("1")
        .element(or(name(3), UNKNOWN), 60)
        .element(name(4), 35)
        .element(name(5), 25)
        .skip(1)
        .element(name(7), 10)
        .text(match text.element(subscriber, 8) {
            b"II" => "II",
            _ => "MI",
        })
        .element(if member.len() < 2 { UNKNOWN } else { member }, 80)
        .end();
    out.start("TRN")
        .text("2")
        .element(or(claim.id(), NO_TRACE), 50)
        .end();
    let (day, charge) = (d8(today), judged.charge);
    let mut stc = |status: Status, action: &str, message: &str| {
        out.start("STC");
        statuses(out, &[status]);
        out.text(&day).text(action).amount(charge);
        out.skip(7).text(message).end();
    };
    match judged.fate {
        Fate::Clean => stc(ACCEPTED, "WQ", ""),
        Fate::Held => stc(RECEIVED, "WQ", "held until a policy it needs is known"),
        Fate::Rejected => {
            for finding in rejections(judged) {
                let status = match line_of(judged, finding) {
                    Some(_) => LINE,
                    None => status_of(judged, finding),
                };
                stc(status, "U", &message(finding));
            }
        }
    }
    let end = u32::try_from(text.tokens.len()).unwrap_or(u32::MAX);
    let reference = (claim.parts.clm + 1..end)
        .map(|index| text.segment(index))
        .take_while(|segment| {
            segment.kind() == SegmentKind::Other && !matches!(segment.id(), b"LX" | b"NM1")
        })
        .find(|segment| segment.id() == b"REF" && segment.element(1) == b"D9");
    if let Some(reference) = reference {
        out.start("REF")
            .text("D9")
            .element(reference.element(2), 50)
            .end();
    }
    // The guide demands a date. A claim rejected for having none gets the day of the run.
    let dates = claim.dates().unwrap_or(DateRange {
        from: today,
        through: today,
    });
    service_dates(out, Some(dates));
    if judged.fate == Fate::Rejected {
        for line in claim.lines() {
            faulty_line(out, judged, line, &day);
        }
    }
}

/// The findings that reject the claim: those that say so or, where the run was told to
/// reject what it cannot check, those that say what is unknown.
fn rejections<'a>(judged: &'a JudgedClaim<'_>) -> impl Iterator<Item = &'a Finding> {
    let rejects = |finding: &&Finding| finding.severity == Severity::Reject;
    let none = !judged.findings.iter().any(|finding| rejects(&finding));
    judged
        .findings
        .iter()
        .filter(move |finding| rejects(finding) || (none && finding.unchecked))
}

fn status_of(judged: &JudgedClaim<'_>, finding: &Finding) -> Status {
    let segment = judged.claim.text.segment(finding.spot.segment);
    status::of(finding, segment.id())
}

/// The service line of a finding, when it can be told under it: with a procedure.
fn line_of<'a>(judged: &JudgedClaim<'a>, finding: &Finding) -> Option<&'a Line> {
    let number = finding.service_line?;
    let lines = judged.claim.lines();
    let line = lines.iter().find(|line| line.number == number)?;
    is_tellable(judged.claim, line).then_some(line)
}

/// Whether SVC can be written for a line: it has a procedure and a charge.
fn is_tellable(claim: &Claim<'_>, line: &Line) -> bool {
    let sv1 = claim.text.get(line.sv1);
    sv1.is_some_and(|sv1| {
        let code = sv1.component(1, 2, claim.text.delimiters);
        let charge = Cents::parse(sv1.element(2));
        !code.trim_ascii().is_empty() && charge.is_some()
    })
}

/// 2220D: a line whose fault rejected the claim.
fn faulty_line(out: &mut Writer<'_>, judged: &JudgedClaim<'_>, line: &Line, today: &str) {
    let claim = judged.claim;
    let mut told: Vec<Status> = Vec::new();
    for finding in rejections(judged) {
        if finding.service_line == Some(line.number) {
            let status = status_of(judged, finding);
            if !told.contains(&status) {
                told.push(status);
            }
        }
    }
    if told.is_empty() || !is_tellable(claim, line) {
        return;
    }
    told.truncate(STATUSES);
    let text = &claim.text;
    let sv1 = |position| text.element(line.sv1, position);
    let part = |component| {
        text.get(line.sv1).map_or(&[][..], |segment| {
            segment.component(1, component, text.delimiters)
        })
    };
    let qualifier = match part(1) {
        known @ (b"ER" | b"HC" | b"IV" | b"WK") => known,
        _ => b"HC",
    };
    let modifier = |component| -> &[u8] {
        let modifier = part(component);
        if modifier.len() == 2 { modifier } else { &[] }
    };
    out.start("SVC").composite(&[
        qualifier,
        part(2),
        modifier(3),
        modifier(4),
        modifier(5),
        modifier(6),
    ]);
    let units = sv1(4);
    out.amount(line.charge.unwrap_or_default()).skip(4);
    if (1..=15).contains(&units.len()) && Cents::parse(units).is_some() {
        out.element(units, 15);
    }
    out.end();
    let (first, others) = told.split_at(1);
    out.start("STC");
    statuses(out, first);
    out.text(today).text("U").skip(6);
    for other in others {
        statuses(out, &[*other]);
    }
    out.end();
    let own = text.element(line.control, 2);
    let number = line.number.to_string();
    out.start("REF")
        .text("FJ")
        .element(or(own, number.as_bytes()), 50)
        .end();
    service_dates(out, line.dates);
}

fn statuses(out: &mut Writer<'_>, statuses: &[Status]) {
    for status in statuses {
        out.composite(&[
            status.category.as_bytes(),
            status.code.as_bytes(),
            status.entity.as_bytes(),
        ]);
    }
}

fn service_dates(out: &mut Writer<'_>, dates: Option<DateRange>) {
    let Some(dates) = dates else { return };
    out.start("DTP").text("472");
    if dates.from == dates.through {
        out.text("D8").text(&d8(dates.from));
    } else {
        out.text("RD8")
            .text(&format!("{}-{}", d8(dates.from), d8(dates.through)));
    }
    out.end();
}

/// The rule, what is wrong, and what to do when there is room for it.
fn message(finding: &Finding) -> String {
    let line = finding
        .service_line
        .map(|number| format!("line {number}, "))
        .unwrap_or_default();
    let mut message = format!("{}, {line}{}", finding.rule.code, finding.message);
    if !finding.help.is_empty() && message.len() + finding.help.len() + 2 <= MESSAGE_CHARS {
        message.push_str("; ");
        message.push_str(&finding.help);
    }
    if message.len() > MESSAGE_CHARS {
        let cut = (0..=MESSAGE_CHARS)
            .rev()
            .find(|&at| message.is_char_boundary(at) && message[..at].ends_with(' '))
            .unwrap_or(0);
        message.truncate(cut);
    }
    message
}

/// Segments put aside until what stands above them is known.
#[derive(Debug)]
struct Spool {
    file: SpooledTempFile,
    segments: u64,
    buffer: Vec<u8>,
}

impl Spool {
    fn new(folder: &Path) -> Spool {
        Spool {
            file: tempfile::spooled_tempfile_in(SPOOL_BYTES, folder),
            segments: 0,
            buffer: Vec::new(),
        }
    }

    fn put(&mut self, segments: &[u8], count: u64) -> io::Result<()> {
        self.segments += count;
        self.file.write_all(segments)
    }

    fn write(
        &mut self,
        delimiters: Delimiters,
        write: impl FnOnce(&mut Writer<'_>),
    ) -> io::Result<()> {
        self.buffer.clear();
        let mut out = Writer::new(&mut self.buffer, delimiters);
        write(&mut out);
        self.segments += out.segments;
        self.file.write_all(&self.buffer)
    }

    /// What lies in it, from the start.
    fn read(&mut self) -> io::Result<&mut impl Read> {
        self.file.rewind()?;
        Ok(&mut self.file)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.segments = 0;
        self.file.set_len(0)?;
        self.file.rewind()
    }
}

/// Claims and charges accepted and rejected.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Sums {
    pub accepted: Sum,
    pub rejected: Sum,
}

impl Sums {
    fn add(&mut self, other: Sums) {
        self.accepted
            .add(other.accepted.claims, other.accepted.charges);
        self.rejected
            .add(other.rejected.claims, other.rejected.charges);
    }

    fn write(&self, out: &mut Writer<'_>, quantities: [&str; 2]) {
        let sums = [self.accepted, self.rejected];
        for (qualifier, sum) in quantities.into_iter().zip(sums) {
            if sum.claims > 0 {
                out.start("QTY").text(qualifier).number(sum.claims).end();
            }
        }
        for (qualifier, sum) in ["YU", "YY"].into_iter().zip(sums) {
            if sum.claims > 0 {
                out.start("AMT").text(qualifier).amount(sum.charges).end();
            }
        }
    }

    fn charges(&self) -> Cents {
        self.accepted.charges.plus(self.rejected.charges)
    }
}

/// The answer to one transaction set, as it grows.
#[derive(Debug)]
pub(super) struct SetAnswer {
    today: Date,
    delimiters: Delimiters,
    /// BHT03; NM102 to NM105 and NM109 of 1000A; NM103 and NM109 of 1000B.
    header: [Vec<u8>; 8],
    sums: Sums,
    providers: Spool,
    /// HL01 given last.
    levels: u64,
    provider: Option<Provider>,
    claims: Spool,
}

#[derive(Debug)]
struct Provider {
    /// Where its loop starts in the input.
    at: u64,
    level: u64,
    name: Vec<u8>,
    sums: Sums,
}

impl SetAnswer {
    pub(super) fn start(
        header: [Vec<u8>; 8],
        delimiters: Delimiters,
        today: Date,
        folder: &Path,
    ) -> SetAnswer {
        SetAnswer {
            today,
            delimiters,
            header,
            sums: Sums::default(),
            providers: Spool::new(folder),
            levels: 2,
            provider: None,
            claims: Spool::new(folder),
        }
    }

    /// A claim of the provider whose loop starts at this offset.
    pub(super) fn claim(&mut self, at: u64, sum: Sums, frames: &mut Frames<'_>) -> io::Result<()> {
        let name = frames.text();
        let (segments, count) = (frames.text(), frames.number());
        if self.provider.as_ref().is_none_or(|open| open.at != at) {
            self.end_provider()?;
            self.levels += 1;
            self.provider = Some(Provider {
                at,
                level: self.levels,
                name: name.to_vec(),
                sums: Sums::default(),
            });
        }
        let Some(provider) = &mut self.provider else {
            return Ok(());
        };
        provider.sums.add(sum);
        self.levels += 1;
        let (level, parent) = (self.levels, provider.level);
        self.claims.write(self.delimiters, |out| {
            out.start("HL")
                .number(level)
                .number(parent)
                .text("PT")
                .end();
        })?;
        self.claims.put(segments, count)
    }

    /// Reads over a claim that is not answered.
    pub(super) fn pass_over(frames: &mut Frames<'_>) {
        let (_, _, _) = (frames.text(), frames.text(), frames.number());
    }

    fn end_provider(&mut self) -> io::Result<()> {
        let Some(provider) = self.provider.take() else {
            return Ok(());
        };
        self.sums.add(provider.sums);
        self.providers.write(self.delimiters, |out| {
            out.start("HL")
                .number(provider.level)
                .number(2)
                .text("19")
                .text("1")
                .end();
        })?;
        self.providers.put(&provider.name, 1)?;
        self.providers.write(self.delimiters, |out| {
            out.start("TRN").text("1").element(NO_TRACE, 1).end();
            out.start("STC");
            statuses(out, &[RECEIVED]);
            out.skip(1).text("WQ").amount(provider.sums.charges()).end();
            provider.sums.write(out, ["QA", "QC"]);
        })?;
        self.providers.segments += self.claims.segments;
        io::copy(self.claims.read()?, &mut self.providers.file)?;
        self.claims.clear()
    }

    /// The set ends: writes the answer, if it had a claim. Says what was answered.
    pub(super) fn end<W: Write>(
        mut self,
        out: &mut Envelopes<W>,
        reference: &str,
    ) -> io::Result<Sums> {
        self.end_provider()?;
        let (sums, today) = (self.sums, d8(self.today));
        let [
            batch,
            kind,
            last,
            first,
            middle,
            submitter,
            receiver,
            receiver_id,
        ] = &self.header;
        out.start_set("277", "005010X214")?;
        out.write(|out| {
            out.start("BHT")
                .text("0085")
                .text("08")
                .text(reference)
                .text(&today)
                .text(TIME)
                .text("TH")
                .end();
            out.start("HL").text("1").skip(1).text("20").text("1").end();
            out.start("NM1")
                .text("AY")
                .text("2")
                .element(or(receiver, UNKNOWN), 60)
                .skip(4)
                .text("46")
                .element(
                    if receiver_id.len() < 2 {
                        UNKNOWN
                    } else {
                        receiver_id
                    },
                    80,
                )
                .end();
            out.start("TRN").text("1").text(reference).end();
            for qualifier in ["050", "009"] {
                out.start("DTP")
                    .text(qualifier)
                    .text("D8")
                    .text(&today)
                    .end();
            }
            out.start("HL")
                .text("2")
                .text("1")
                .text("21")
                .text("1")
                .end();
            out.start("NM1")
                .text("41")
                .text(if kind == b"1" { "1" } else { "2" })
                .element(or(last, UNKNOWN), 60)
                .element(first, 35)
                .element(middle, 25)
                .skip(2)
                .text("46")
                .element(
                    if submitter.len() < 2 {
                        UNKNOWN
                    } else {
                        submitter
                    },
                    80,
                )
                .end();
            out.start("TRN")
                .text("2")
                .element(or(batch, NO_TRACE), 50)
                .end();
            out.start("STC");
            statuses(out, &[RECEIVED]);
            out.text(&today).text("WQ").amount(sums.charges()).end();
            sums.write(out, ["90", "AA"]);
        })?;
        let count = self.providers.segments;
        out.copy_from(self.providers.read()?, count)?;
        out.end_set()?;
        Ok(sums)
    }

    /// Whether there is a claim to answer.
    pub(super) fn has_claims(&self) -> bool {
        self.provider.is_some() || self.providers.segments > 0
    }
}
