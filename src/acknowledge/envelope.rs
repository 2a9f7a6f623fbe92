//! The envelopes of an answer: ISA to IEA, GS to GE, ST to SE, numbered and counted.

use std::io::{self, Write};

use super::write::Writer;
use crate::value::Date;
use crate::x12::Delimiters;

/// An interchange that came in.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// The delimiters to answer with.
    pub delimiters: Delimiters,
    /// ISA01 to ISA16.
    pub isa: [Vec<u8>; 16],
}

impl Received {
    /// An element of its ISA, blanks included.
    pub(super) fn element(&self, position: usize) -> &[u8] {
        position
            .checked_sub(1)
            .and_then(|at| self.isa.get(at))
            .map_or(&[], Vec::as_slice)
    }
}

/// A file of answers: envelopes around what is written.
#[derive(Debug)]
pub(super) struct Envelopes<W> {
    out: W,
    today: Date,
    delimiters: Delimiters,
    interchange: u64,
    groups: u64,
    sets: u64,
    segments: u64,
    buffer: Vec<u8>,
}

impl<W: Write> Envelopes<W> {
    pub(super) fn new(out: W, today: Date, delimiters: Delimiters) -> Envelopes<W> {
        Envelopes {
            out,
            today,
            delimiters,
            interchange: 0,
            groups: 0,
            sets: 0,
            segments: 0,
            buffer: Vec::new(),
        }
    }

    /// Starts the interchange with this control number that answers another: what came
    /// from A to B goes from B to A.
    pub(super) fn start_interchange(&mut self, received: &Received, number: u64) -> io::Result<()> {
        self.delimiters = received.delimiters;
        self.interchange = number;
        self.groups = 0;
        let separator = self.delimiters.element;
        let today = self.today;
        let fixed = |position: usize, width: usize, otherwise: &[u8]| {
            let plain = |&byte: &u8| {
                if super::write::is_plain(byte, received.delimiters) {
                    byte
                } else {
                    b' '
                }
            };
            let value: Vec<u8> = received.element(position).iter().map(plain).collect();
            let value = if value.trim_ascii().is_empty() {
                otherwise
            } else {
                &value
            };
            let mut padded = value[..value.len().min(width)].to_vec();
            padded.resize(width, b' ');
            padded
        };
        let usage = match received.element(15) {
            b"T" => b"T".to_vec(),
            _ => b"P".to_vec(),
        };
        let date = format!(
            "{:02}{:02}{:02}",
            today.year() % 100,
            today.month(),
            today.day()
        );
        let elements: [Vec<u8>; 16] = [
            b"00".to_vec(),
            b" ".repeat(10),
            b"00".to_vec(),
            b" ".repeat(10),
            fixed(7, 2, b"ZZ"),
            fixed(8, 15, b"UNKNOWN"),
            fixed(5, 2, b"ZZ"),
            fixed(6, 15, b"UNKNOWN"),
            date.into_bytes(),
            TIME.as_bytes().to_vec(),
            vec![self.delimiters.repetition],
            b"00501".to_vec(),
            format!("{number:09}").into_bytes(),
            b"0".to_vec(),
            usage,
            vec![self.delimiters.component],
        ];
        // Fixed width, blanks and delimiters as values: no segment like the others.
        self.buffer.clear();
        self.buffer.extend_from_slice(b"ISA");
        for element in &elements {
            self.buffer.push(separator);
            self.buffer.extend_from_slice(element);
        }
        Writer::new(&mut self.buffer, self.delimiters).end();
        self.out.write_all(&self.buffer)
    }

    /// Starts a functional group that answers the one with these GS02 and GS03.
    pub(super) fn start_group(
        &mut self,
        functional: &str,
        [sender, receiver]: [&[u8]; 2],
        version: &str,
    ) -> io::Result<()> {
        self.groups += 1;
        self.sets = 0;
        let (number, today) = (self.groups, self.today);
        self.write(|out| {
            out.start("GS")
                .text(functional)
                .required(receiver, (2, 15), "UNKNOWN")
                .required(sender, (2, 15), "UNKNOWN")
                .plain(&super::write::d8(today))
                .text(TIME)
                .number(number)
                .text("X")
                .text(version)
                .end();
        })
    }

    /// Starts a transaction set.
    pub(super) fn start_set(&mut self, id: &str, version: &str) -> io::Result<()> {
        self.sets += 1;
        self.segments = 0;
        let number = format!("{:04}", self.sets);
        self.write(|out| out.start("ST").text(id).text(&number).text(version).end())
    }

    /// Writes segments.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut Writer<'_>)) -> io::Result<()> {
        self.buffer.clear();
        let mut writer = Writer::new(&mut self.buffer, self.delimiters);
        write(&mut writer);
        self.segments += writer.segments;
        self.out.write_all(&self.buffer)
    }

    /// Writes segments that are written already.
    pub(super) fn copy(&mut self, segments: &[u8], count: u64) -> io::Result<()> {
        self.segments += count;
        self.out.write_all(segments)
    }

    /// Writes segments that lie in a file.
    pub(super) fn copy_from(&mut self, segments: &mut impl io::Read, count: u64) -> io::Result<()> {
        self.segments += count;
        io::copy(segments, &mut self.out)?;
        Ok(())
    }

    /// Ends the transaction set.
    pub(super) fn end_set(&mut self) -> io::Result<()> {
        let (segments, number) = (self.segments + 1, format!("{:04}", self.sets));
        self.write(|out| out.start("SE").number(segments).text(&number).end())
    }

    /// Ends the functional group.
    pub(super) fn end_group(&mut self) -> io::Result<()> {
        let (sets, number) = (self.sets, self.groups);
        self.write(|out| out.start("GE").number(sets).number(number).end())
    }

    /// Ends the interchange.
    pub(super) fn end_interchange(&mut self) -> io::Result<()> {
        let (groups, number) = (self.groups, format!("{:09}", self.interchange));
        self.write(|out| out.start("IEA").number(groups).text(&number).end())
    }

    pub(super) fn into_inner(self) -> W {
        self.out
    }
}

/// ISA10 and GS05. The answers of a run depend on its day alone, so that it can be
/// repeated byte for byte.
pub(super) const TIME: &str = "0000";
