//! Valid envelopes around the claims that go into one file.
//!
//! An [`Enveloper`] sees every item of the input in order and writes those that belong
//! to its file: headers when the first claim below them comes, levels likewise, then
//! trailers with the right counts. What need not change is copied byte for byte, in
//! runs as long as the input has them: HL numbers only change where a level has left,
//! counts where a segment has, control numbers only in the files that bring their own.

mod control_map;
mod control_maps;
mod cut;
mod header;
mod headers;
mod levels;
mod out;
mod rewrite;
mod text;
mod trailers;

use std::io::{self, Write};
use std::path::Path;

use super::numbers::FreshNumbers;
use crate::scrub::item::{Fate, Item, ItemKind};
use crate::x12::Delimiters;
use crate::x12::envelope::element;
use crate::x12::survey::NumberSet;
pub use control_map::ControlMap;
pub use control_maps::ControlMaps;
use header::Header;
use levels::Level;
use out::Out;
use text::{Context, Piece};

/// Where control numbers come from.
#[derive(Debug)]
pub enum Numbering {
    /// The input's own.
    Keep,
    /// Fresh ones.
    Fresh(FreshNumbers),
    /// Fresh ones for interchanges and functional groups; transaction sets keep theirs.
    FreshAround(FreshNumbers),
}

/// A block of the input, for whoever writes it out again.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its bytes; items are places in them.
    pub bytes: &'a [u8],
    /// The delimiters, once an ISA was read.
    pub delimiters: Option<Delimiters>,
    /// What it consists of.
    pub items: &'a [Item],
    /// Claims that fixes have changed: index of the item, and its bytes now.
    pub changed: &'a [(usize, Vec<u8>)],
    /// Control numbers in use in the input.
    pub used: &'a NumberSet,
    /// Headers (by the index of the item) of sets that are rejected for the envelopes
    /// around their claims, and the rules.
    pub refused: &'a [(usize, &'static str)],
}

/// Writes the claims of one fate in valid envelopes.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // independent facts, not a state
pub struct Enveloper<W> {
    out: Out<W>,
    mine: Fate,
    numbering: Numbering,
    delimiters: Option<Delimiters>,
    /// Bytes between a terminator and the next segment, as the input has them.
    line_end: Vec<u8>,
    interchange: Header,
    group: Header,
    set: Header,
    /// Whether the whole open set goes to the rejects, and by which rules of its envelopes.
    whole_set: bool,
    refused: Vec<&'static str>,
    levels: [Level; 3],
    /// Levels of the open set that never held a claim and stand in no open level.
    levels_waiting: Vec<levels::Waiting>,
    /// Bytes of all levels of the open set that wait.
    waiting_bytes: usize,
    /// HL01 given last in the set, and given last at each depth.
    hierarchy: u64,
    numbers: [u64; 3],
    /// Whether every HL01 and HL02 of the input is right.
    numbers_right: bool,
    /// Whether HL numbers have to be looked at from here to the end of the set.
    renumber: bool,
    /// The start of the HL numbered anew latest.
    hl_head: Vec<u8>,
    /// Whether the latest interchange was written.
    went_on: bool,
    /// Claims written.
    pub claims: u64,
    /// Control numbers given, by transaction set.
    pub control_numbers: ControlMaps,
    /// Transaction sets written.
    pub sets: u64,
    /// Segments written, envelopes counted in.
    pub segments: u64,
}

impl<W: Write> Enveloper<W> {
    /// An enveloper that writes the items of this fate to `out`. What it has to hold
    /// back lies in memory up to a bound, and beyond it in `folder`. `numbers_right` says
    /// that all HL numbers of the input are right, so that most need no look.
    pub fn new(
        out: W,
        mine: Fate,
        numbering: Numbering,
        folder: &Path,
        numbers_right: bool,
    ) -> Enveloper<W> {
        Enveloper {
            out: Out::new(out, folder),
            mine,
            numbers_right: numbers_right && !matches!(numbering, Numbering::Fresh(_)),
            numbering,
            delimiters: None,
            line_end: Vec::new(),
            interchange: Header::default(),
            group: Header::default(),
            set: Header::default(),
            whole_set: false,
            refused: Vec::new(),
            levels: Default::default(),
            levels_waiting: Vec::new(),
            waiting_bytes: 0,
            hierarchy: 0,
            numbers: [0; 3],
            renumber: false,
            hl_head: Vec::new(),
            went_on: false,
            claims: 0,
            control_numbers: ControlMaps::default(),
            sets: 0,
            segments: 0,
        }
    }

    /// What is written to.
    pub fn into_inner(self) -> W {
        self.out.into_inner()
    }

    /// Takes the next block of the input.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn block(&mut self, source: &Source<'_>) -> io::Result<()> {
        let context = Context {
            bytes: source.bytes,
            used: source.used,
        };
        let mut changed = source.changed;
        for (index, item) in source.items.iter().enumerate() {
            let piece = match changed {
                [(of, bytes), rest @ ..] if *of == index => {
                    changed = rest;
                    Piece::Apart(bytes)
                }
                _ => Piece::Here(item.start as usize, item.end as usize),
            };
            self.item(index, piece, source, context)?;
        }
        // What waits for its first claim outlives the block.
        for header in [&mut self.interchange, &mut self.group, &mut self.set] {
            header.text.keep(context);
        }
        for level in &mut self.levels {
            level.text.keep(context);
        }
        self.out.flush(source.bytes)
    }

    /// The end of the input: closes what is open.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(&mut self) -> io::Result<()> {
        let none = NumberSet::default();
        let context = Context {
            bytes: &[],
            used: &none,
        };
        self.end_interchange(None, context)?;
        self.out.finish()
    }

    #[inline]
    fn item(
        &mut self,
        index: usize,
        piece: Piece<'_>,
        source: &Source<'_>,
        context: Context<'_>,
    ) -> io::Result<()> {
        let item = &source.items[index];
        match item.kind {
            ItemKind::Claim => {
                if item.fate != self.mine {
                    self.left();
                    return Ok(());
                }
                self.open_levels(context)?;
                self.out.put(piece, context.bytes)?;
                self.set.count += u64::from(item.segments);
                self.claims += 1;
                Ok(())
            }
            ItemKind::Level(depth) => self.level(usize::from(depth), item, context),
            ItemKind::LevelFault(depth) => {
                if let Some(level) = self.levels.get_mut(usize::from(depth)) {
                    level.fate = item.fate;
                }
                self.left();
                Ok(())
            }
            ItemKind::Interchange => {
                self.end_interchange(None, context)?;
                self.delimiters = source.delimiters;
                self.start_interchange(item, context);
                Ok(())
            }
            ItemKind::Group => {
                self.end_group(None, context)?;
                let number = self.field(piece.bytes(context), 6);
                self.group.wait(item, 1, number);
                Ok(())
            }
            ItemKind::Header => {
                self.end_set(None, context)?;
                let number = self.field(piece.bytes(context), 2);
                self.set.wait(item, u64::from(item.segments), number);
                self.whole_set = item.fate == Fate::Rejected;
                let refused = source.refused.iter().filter(|(at, _)| *at == index);
                self.refused = refused.map(|(_, rule)| *rule).collect();
                self.hierarchy = 0;
                self.renumber = !self.numbers_right;
                if self.whole_set {
                    self.left();
                    if self.mine == Fate::Rejected {
                        self.open_set(context)?;
                    }
                }
                Ok(())
            }
            ItemKind::Unjudged => {
                self.left();
                if self.mine == Fate::Rejected {
                    self.open_set(context)?;
                    self.out.put(piece, context.bytes)?;
                    self.set.count += u64::from(item.segments);
                    self.claims += u64::from(item.claims);
                }
                Ok(())
            }
            ItemKind::Loose => self.loose(item, piece, context),
            // It stays with the interchange before it.
            ItemKind::Filling if self.mine == Fate::Clean && self.went_on && self.is_closed() => {
                self.out.put(piece, context.bytes)
            }
            ItemKind::Filling | ItemKind::Lead => Ok(()),
            // What stands around it does not go on behind it.
            ItemKind::Stray => self.end_set(None, context),
            ItemKind::StrayClaims => self.stray(item, piece.bytes(context), context),
            ItemKind::SetEnd => self.end_set(Some(item), context),
            ItemKind::GroupEnd => self.end_group(Some(item), context),
            ItemKind::InterchangeEnd => self.end_interchange(Some(item), context),
        }
    }

    /// Whether the item stands outside every envelope.
    fn is_closed(&self) -> bool {
        !(self.interchange.open || self.group.open || self.set.open)
    }

    /// Something goes elsewhere: what is open around it is not whole any more.
    #[inline]
    fn left(&mut self) {
        // Only what is clean goes on as a whole.
        if self.mine != Fate::Clean {
            return;
        }
        for level in &mut self.levels {
            level.left |= level.open;
        }
        for header in [&mut self.interchange, &mut self.group, &mut self.set] {
            header.left = true;
        }
    }

    /// An element of the first of these segments.
    fn field(&self, bytes: &[u8], position: usize) -> Vec<u8> {
        let Some(delimiters) = self.delimiters else {
            return Vec::new();
        };
        let segment = rewrite::first(bytes, delimiters);
        element(segment, delimiters.element, position).to_vec()
    }
}
