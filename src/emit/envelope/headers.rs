//! Headers of interchanges, functional groups and transaction sets, written when something
//! comes that needs them.

use std::io::{self, Write};

use super::header::Waiting;
use super::text::{Context, Piece, Text};
use super::{ControlMap, Enveloper, Numbering, rewrite};
use crate::rules::envelope::segments_outside_envelope;
use crate::scrub::item::Item;
use crate::x12::envelope::element;
use crate::x12::{Delimiters, holds_header, tells};

/// Bytes of transaction sets and levels without a claim that wait for the first claim
/// around them. What is more is written, claim or not.
pub(super) const WAITING_BYTES: usize = 1 << 20;

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
        let fresh = match self.numbering {
            Numbering::FreshAround(_) => None,
            _ => self.fresh(context),
        };
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
            self.control_numbers.push(ControlMap {
                input: headers.map(|header| text(&header.number)),
                output: headers.map(|header| text(&header.written_number)),
                around,
                content: None,
            });
        }
        self.set.written = true;
        self.set.count = self.set.segments;
        self.group.count += 1;
        self.sets += 1;
        Ok(())
    }

    pub(super) fn open_group(&mut self, context: Context<'_>) -> io::Result<()> {
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

    pub(super) fn open_interchange(&mut self, context: Context<'_>) -> io::Result<()> {
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

    pub(super) fn put_waiting(
        &mut self,
        waiting: &Waiting,
        context: Context<'_>,
    ) -> io::Result<()> {
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
            Numbering::Fresh(numbers) | Numbering::FreshAround(numbers) => {
                Some(numbers.next(context.used).to_string())
            }
        }
    }
}
