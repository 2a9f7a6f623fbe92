//! The answer to one transaction set, as it grows. Totals stand above what they add up,
//! so claims are spooled under their provider, and providers under their set.

use std::io::{self, Write};
use std::path::Path;

use super::UNKNOWN;
use super::claim::{NO_TRACE, statuses};
use super::spool::Spool;
use crate::acknowledge::envelope::{Envelopes, TIME};
use crate::acknowledge::frame::Frames;
use crate::acknowledge::status::RECEIVED;
use crate::acknowledge::write::{Writer, d8};
use crate::scrub::tally::Sum;
use crate::value::{CentsTotal, Date};
use crate::x12::Delimiters;

/// Claims and charges accepted and rejected.
#[derive(Clone, Copy, Default, Debug)]
pub struct Sums {
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

    fn charges(&self) -> CentsTotal {
        self.accepted.charges.plus(self.rejected.charges)
    }
}

/// The answer to one transaction set, as it grows.
#[derive(Debug)]
pub struct SetAnswer {
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
    pub fn start(
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
    pub fn claim(&mut self, at: u64, sum: Sums, frames: &mut Frames<'_>) -> io::Result<()> {
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
        let below = (segments, count);
        self.claims.write_before(below, self.delimiters, |out| {
            out.start("HL")
                .number(level)
                .number(parent)
                .text("PT")
                .end();
        })
    }

    /// Reads over a claim that is not answered.
    pub fn pass_over(frames: &mut Frames<'_>) {
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
            out.start("TRN").text("1").text(NO_TRACE).end();
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
    pub fn end<W: Write>(mut self, out: &mut Envelopes<W>, reference: &str) -> io::Result<Sums> {
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
                .plain(&today)
                .text(TIME)
                .text("TH")
                .end();
            out.start("HL").text("1").skip(1).text("20").text("1").end();
            out.start("NM1")
                .text("AY")
                .text("2")
                .required(receiver, (1, 60), UNKNOWN)
                .skip(4)
                .text("46")
                .required(receiver_id, (2, 80), UNKNOWN)
                .end();
            out.start("TRN").text("1").text(reference).end();
            for qualifier in ["050", "009"] {
                out.start("DTP")
                    .text(qualifier)
                    .text("D8")
                    .plain(&today)
                    .end();
            }
            out.start("HL")
                .text("2")
                .text("1")
                .text("21")
                .text("1")
                .end();
            // Only a person has a first name.
            let is_person = kind == b"1";
            out.start("NM1")
                .text("41")
                .text(if is_person { "1" } else { "2" })
                .required(last, (1, 60), UNKNOWN)
                .element(if is_person { first } else { &[] }, 35)
                .element(if is_person { middle } else { &[] }, 25)
                .skip(2)
                .text("46")
                .required(submitter, (2, 80), UNKNOWN)
                .end();
            out.start("TRN")
                .text("2")
                .required(batch, (1, 50), NO_TRACE)
                .end();
            out.start("STC");
            statuses(out, &[RECEIVED]);
            out.plain(&today).text("WQ").amount(sums.charges()).end();
            sums.write(out, ["90", "AA"]);
        })?;
        let count = self.providers.segments;
        out.copy_from(self.providers.read()?, count)?;
        out.end_set()?;
        Ok(sums)
    }

    /// Whether there is a claim to answer.
    pub fn has_claims(&self) -> bool {
        self.provider.is_some() || self.providers.segments > 0
    }
}
