//! Acknowledgements, read again and held against the tables of their guides.

use std::path::Path;

use super::error::VerifyError;
use crate::acknowledge::Answered;
use crate::acknowledge::structure::{ACK277CA, ACK999};
use crate::claim::structure::Structure;
use crate::claim::validate;
use crate::claim::walk::Walk;
use crate::scrub::tally::Sum;
use crate::stored::plain;
use crate::value::{Cents, CentsTotal};
use crate::x12::envelope::number;
use crate::x12::{Delimiters, Segment, SegmentSource, Step, Tokens};

/// Reads a file of answers (TA1, 999 or 277CA) and says what they answer.
///
/// Its envelopes and their counts are the matter of [`super::read_back`].
///
/// # Errors
/// When it can't be read, breaks the structure of its guide, or states totals that
/// are not those of its claims.
pub fn answers(path: &Path) -> Result<Answered, VerifyError> {
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let unreadable = VerifyError::output_unreadable(&name);
    let mut source = SegmentSource::new(plain(path).map_err(unreadable)?);
    let mut tokens = Tokens::default();
    let mut reader = Reader::default();
    loop {
        match source.step().map_err(unreadable)? {
            Step::End => return Ok(reader.answered),
            Step::Segment(range) => {
                let at = source.offset(range.start);
                let Some(delimiters) = source.delimiters() else {
                    continue;
                };
                let bytes = &source.bytes()[range];
                tokens.fill(bytes, delimiters);
                let segment = tokens.segment(bytes, 0);
                reader
                    .segment(&segment, tokens.sub_positions(), delimiters)
                    .map_err(|what| VerifyError::differs(&name, format!("byte {at}: {what}")))?;
                source.hold(at);
            }
            Step::Piece { range, .. } | Step::Loose(range) | Step::Filling(range) => {
                source.hold(source.offset(range.start));
            }
        }
    }
}

/// Claims and charges accepted and rejected: stated by a level, found below it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Totals([Sum; 2]);

/// The levels of a 277CA that state totals: information receiver, billing provider.
#[derive(Default)]
struct Level {
    stated: Totals,
    found: Totals,
}

#[derive(Default)]
struct Reader {
    walk: Option<(Walk, &'static Structure)>,
    index: u32,
    levels: [Level; 2],
    depth: usize,
    /// Whether the status of the open claim was counted.
    counted: bool,
    answered: Answered,
}

impl Reader {
    fn segment(
        &mut self,
        segment: &Segment<'_>,
        subs: &[u32],
        delimiters: Delimiters,
    ) -> Result<(), String> {
        let verdict = |code: &[u8]| match code {
            b"A" => Ok(0),
            b"E" => Ok(1),
            b"R" => Ok(2),
            _ => Err("a verdict that is none".to_owned()),
        };
        match segment.id() {
            b"ST" => return self.start(segment),
            b"SE" => return self.end(),
            b"TA1" => {
                self.answered.interchanges[verdict(segment.element(4))?] += 1;
                return Ok(());
            }
            b"IK5" => self.answered.sets[verdict(segment.element(1))?] += 1,
            b"HL" => self.level(segment.element(3))?,
            b"QTY" | b"AMT" => self.stated(segment),
            b"STC" => self.status(segment),
            _ => {}
        }
        self.structure(segment, subs, delimiters)
    }

    fn start(&mut self, segment: &Segment<'_>) -> Result<(), String> {
        let structure: &'static Structure = match segment.element(1) {
            b"999" => &ACK999,
            b"277" => &ACK277CA,
            _ => return Err("a transaction set that is no answer".to_owned()),
        };
        let mut walk = Walk::over(structure);
        walk.reset(0);
        self.walk = Some((walk, structure));
        self.index = 0;
        self.depth = 0;
        self.levels = Default::default();
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        self.close(0)?;
        let Some((mut walk, structure)) = self.walk.take() else {
            return Ok(());
        };
        let mut fault = None;
        walk.close_inner(&mut |told| fault = Some(told));
        walk.check_node(0, &mut |told| fault = Some(told));
        match fault {
            None => Ok(()),
            Some(told) => Err(format!(
                "loop {}: {:?}",
                structure.node(told.node).id,
                told.violation
            )),
        }
    }

    fn structure(
        &mut self,
        segment: &Segment<'_>,
        subs: &[u32],
        delimiters: Delimiters,
    ) -> Result<(), String> {
        let Some((walk, structure)) = &mut self.walk else {
            return Ok(());
        };
        let id = String::from_utf8_lossy(segment.id()).into_owned();
        self.index = self.index.saturating_add(1);
        let mut fault = None;
        let place = walk.step(segment, self.index, delimiters.component, &mut |told| {
            fault = Some(format!("{id}: {:?}", told.violation));
        });
        if let Some(place) = place {
            let spec = structure.spec(place);
            validate::elements(segment, spec, delimiters, subs, |at, violation| {
                fault = Some(format!("{id}{:02}: {violation:?}", at.element));
            });
        }
        fault.map_or(Ok(()), Err)
    }

    fn level(&mut self, code: &[u8]) -> Result<(), String> {
        self.counted = false;
        match code {
            b"21" => self.depth = 1,
            b"19" => {
                self.close(1)?;
                self.depth = 2;
            }
            _ => {}
        }
        Ok(())
    }

    /// The level at this depth ends: what it states must be what was found.
    fn close(&mut self, depth: usize) -> Result<(), String> {
        for level in self.levels.iter_mut().skip(depth) {
            let Level { stated, found } = std::mem::take(level);
            if stated != found {
                return Err("totals that are not those of the claims below".to_owned());
            }
        }
        Ok(())
    }

    fn stated(&mut self, segment: &Segment<'_>) {
        let Some(level) = self
            .depth
            .checked_sub(1)
            .and_then(|at| self.levels.get_mut(at))
        else {
            return;
        };
        let [accepted, rejected] = &mut level.stated.0;
        let value = segment.element(2);
        match segment.element(1) {
            b"90" | b"QA" => accepted.claims = number(value).unwrap_or(0),
            b"AA" | b"QC" => rejected.claims = number(value).unwrap_or(0),
            b"YU" => accepted.charges = CentsTotal::parse(value).unwrap_or_default(),
            b"YY" => rejected.charges = CentsTotal::parse(value).unwrap_or_default(),
            _ => {}
        }
    }

    /// The first status below a patient's level counts the claim.
    fn status(&mut self, segment: &Segment<'_>) {
        let in_claim = self
            .walk
            .as_ref()
            .is_some_and(|(walk, structure)| structure.node(walk.node()).id == "2200D");
        if !in_claim || std::mem::replace(&mut self.counted, true) {
            return;
        }
        let rejected = usize::from(segment.element(3) == b"U");
        let charge = Cents::parse(segment.element(4)).unwrap_or_default();
        for level in &mut self.levels {
            level.found.0[rejected].add(1, charge);
        }
        match rejected {
            0 => self.answered.accepted.add(1, charge),
            _ => self.answered.rejected.add(1, charge),
        }
    }
}
