//! Renders a file: pieces in parallel, written in order.

use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;

use super::claim::Claim;
use super::envelope;
use super::fault::Fault;
use super::patient::Patient;
use super::plan::{BLOCK, Run, Walk};
use super::render;
use super::spec::Spec;
use super::text::Segments;
use crate::value::Cents;

/// Claims in a piece: whole blocks of one set, or whole sets when they are small.
const PIECE_CLAIMS: u64 = 8 * BLOCK;

/// Pieces of one wave. While a wave is rendered the one before is written, so
/// that two waves are in memory at a time.
const WAVE_PIECES: usize = 32;

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Claims in the file.
    pub claims: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// How often each fault was planted; those never planted are not in it.
    pub planted: Vec<(Fault, u64)>,
    /// Sum of all claims' charges as they stand in CLM02.
    pub charges: Cents,
}

/// Writes the file a specification asks for, and a line of JSON for each
/// planted fault to `labels`: `claim_id`, `claim_ordinal` (from 1 in the file),
/// `fault` and `rule`. The first two are `null` for a fault of an envelope.
///
/// Works in the current rayon thread pool; the bytes do not depend on it.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] when the specification cannot be met, and
/// whatever `out` and `labels` answer.
pub fn write<W: Write, L: Write>(
    spec: &Spec,
    out: &mut W,
    mut labels: Option<&mut L>,
) -> io::Result<Summary> {
    spec.check()?;
    let invalid = |message| io::Error::new(io::ErrorKind::InvalidInput, message);
    let run = Run::new(spec).ok_or_else(|| invalid("no day is left for a date of service"))?;
    if run.lacks_faults() {
        return Err(invalid(
            "none of the faults fits the payers, states and years asked for",
        ));
    }
    let mut tally = Tally::new(&run);
    let mut planner = Planner::new(&run);
    let mut ready = Wave::default();
    let mut next = Wave::default();
    loop {
        planner.fill(&mut next);
        if next.pieces().is_empty() && ready.pieces().is_empty() {
            break;
        }
        rayon::in_place_scope(|scope| {
            let rendered = next.pieces_mut();
            let run = &run;
            scope.spawn(move |_| rendered.par_iter_mut().for_each(|piece| piece.render(run)));
            ready
                .pieces()
                .iter()
                .try_for_each(|piece| tally.take(piece, out, labels.as_deref_mut()))
        })?;
        ready.used = 0;
        std::mem::swap(&mut ready, &mut next);
    }
    tally.finish(out, labels)
}

/// The pieces of one wave, their buffers kept from one use to the next.
#[derive(Default)]
struct Wave {
    all: Vec<Piece>,
    used: usize,
}

impl Wave {
    fn pieces(&self) -> &[Piece] {
        &self.all[..self.used]
    }

    fn pieces_mut(&mut self) -> &mut [Piece] {
        &mut self.all[..self.used]
    }

    fn add(&mut self, part: Part) {
        match self.all.get_mut(self.used) {
            Some(piece) => piece.begin(part),
            None => self.all.push(Piece::new(part)),
        }
        self.used += 1;
    }
}

/// What a piece holds of the file.
#[derive(Clone)]
enum Part {
    /// Whole sets.
    Sets(Range<u64>),
    /// Claims of one set, and the number of its levels before them.
    Claims {
        set: u64,
        claims: Range<u64>,
        levels: u64,
    },
}

/// Cuts the file into pieces, in order.
struct Planner<'a> {
    run: &'a Run<'a>,
    set: u64,
    claim: u64,
    levels: u64,
}

impl<'a> Planner<'a> {
    fn new(run: &'a Run<'a>) -> Planner<'a> {
        Planner {
            run,
            set: 0,
            claim: 0,
            levels: 0,
        }
    }

    fn fill(&mut self, wave: &mut Wave) {
        wave.used = 0;
        while wave.used < WAVE_PIECES
            && let Some(part) = self.next()
        {
            wave.add(part);
        }
    }

    fn next(&mut self) -> Option<Part> {
        let layout = &self.run.layout;
        if self.set >= layout.sets() {
            return None;
        }
        let of_set = layout.claims_of(self.set);
        if of_set.end - of_set.start > PIECE_CLAIMS {
            return Some(self.part_of_set(&of_set));
        }
        let first = self.set;
        let enough = of_set.start + PIECE_CLAIMS;
        self.set += 1;
        while self.set < layout.sets() && layout.claims_of(self.set).end <= enough {
            self.set += 1;
        }
        self.claim = layout.claims_of(self.set - 1).end;
        Some(Part::Sets(first..self.set))
    }

    fn part_of_set(&mut self, of_set: &Range<u64>) -> Part {
        let claims = self.claim..(self.claim + PIECE_CLAIMS).min(of_set.end);
        let part = Part::Claims {
            set: self.set,
            claims: claims.clone(),
            levels: self.levels,
        };
        self.claim = claims.end;
        if claims.end == of_set.end {
            self.set += 1;
            self.levels = 0;
        } else {
            let mut walk = Walk::new(self.run, of_set.start);
            self.levels += claims.map(|claim| walk.step(claim).levels()).sum::<u64>();
        }
        part
    }
}

/// A stretch of the file.
struct Piece {
    part: Part,
    out: Vec<u8>,
    labels: Vec<u8>,
    segments: u64,
    charges: i64,
    planted: Vec<u64>,
}

impl Piece {
    fn new(part: Part) -> Piece {
        Piece {
            part,
            out: Vec::new(),
            labels: Vec::new(),
            segments: 0,
            charges: 0,
            planted: vec![0; Fault::all().len()],
        }
    }

    fn begin(&mut self, part: Part) {
        self.part = part;
        self.out.clear();
        self.labels.clear();
        self.segments = 0;
        self.charges = 0;
        self.planted.fill(0);
    }

    fn render(&mut self, run: &Run) {
        let mut bytes = std::mem::take(&mut self.out);
        let mut out = Segments::new(&mut bytes, run.spec.delimiters, run.spec.line_end);
        match self.part.clone() {
            Part::Sets(sets) => {
                for set in sets {
                    let claims = run.layout.claims_of(set);
                    envelope::open(&mut out, run, set);
                    self.render_claims(&mut out, run, claims.start, claims, 0);
                    let segments = out.count;
                    envelope::close(&mut out, run, set, segments);
                }
            }
            Part::Claims {
                set,
                claims,
                levels,
            } => {
                let set_start = run.layout.claims_of(set).start;
                if claims.start == set_start {
                    envelope::open(&mut out, run, set);
                }
                self.render_claims(&mut out, run, set_start, claims, levels);
                self.segments = out.count;
            }
        }
        self.out = bytes;
    }

    fn render_claims(
        &mut self,
        out: &mut Segments,
        run: &Run,
        set_start: u64,
        claims: Range<u64>,
        mut level: u64,
    ) {
        let mut walk = Walk::new(run, set_start);
        let mut provider_level = level;
        let mut patient = None;
        for number in claims {
            let step = walk.step(number);
            if step.new_provider {
                level += 1;
                provider_level = level;
                render::provider(out, &run.roster.providers[step.provider], level);
            }
            // The first claim of a piece begins a block, hence a patient.
            if step.new_patient || patient.is_none() {
                let drawn = Patient::draw(run, &step, number);
                level += 1;
                render::patient(out, run, &step, &drawn, level, provider_level);
                level += u64::from(drawn.dependent.is_some());
                patient = Some(drawn);
            }
            if let Some(patient) = &patient {
                let claim = Claim::draw(run, &step, patient, number);
                render::claim(out, run, patient, &claim);
                self.note(&claim);
            }
        }
    }

    fn note(&mut self, claim: &Claim) {
        self.charges += claim.charge;
        if let Some(fault) = claim.fault {
            self.planted[fault.index()] += 1;
            self.labels.extend_from_slice(b"{\"claim_id\":\"");
            self.labels.extend_from_slice(&claim.id);
            self.labels.push(b'"');
            label_rest(&mut self.labels, &(claim.number + 1).to_string(), fault);
        }
    }
}

fn label_rest(labels: &mut Vec<u8>, ordinal: &str, fault: Fault) {
    for part in [
        ",\"claim_ordinal\":",
        ordinal,
        ",\"fault\":\"",
        fault.name(),
        "\",\"rule\":\"",
        fault.rule(),
        "\"}\n",
    ] {
        labels.extend_from_slice(part.as_bytes());
    }
}

/// Puts the pieces together and adds up what they hold.
struct Tally<'a> {
    run: &'a Run<'a>,
    bytes: u64,
    segments: u64,
    charges: i64,
    planted: Vec<u64>,
    trailer: Vec<u8>,
}

impl<'a> Tally<'a> {
    fn new(run: &'a Run<'a>) -> Tally<'a> {
        Tally {
            run,
            bytes: 0,
            segments: 0,
            charges: 0,
            planted: vec![0; Fault::all().len()],
            trailer: Vec::new(),
        }
    }

    fn take<W: Write, L: Write>(
        &mut self,
        piece: &Piece,
        out: &mut W,
        labels: Option<&mut L>,
    ) -> io::Result<()> {
        out.write_all(&piece.out)?;
        self.bytes += piece.out.len() as u64;
        if let Some(labels) = labels {
            labels.write_all(&piece.labels)?;
        }
        self.charges += piece.charges;
        for (sum, count) in self.planted.iter_mut().zip(&piece.planted) {
            *sum += count;
        }
        if let Part::Claims { set, claims, .. } = &piece.part {
            let of_set = self.run.layout.claims_of(*set);
            let before = if claims.start == of_set.start {
                0
            } else {
                self.segments
            };
            self.segments = before + piece.segments;
            if claims.end == of_set.end {
                self.close(*set, out)?;
            }
        }
        Ok(())
    }

    /// Only here all segments of a set in several pieces are counted.
    fn close<W: Write>(&mut self, set: u64, out: &mut W) -> io::Result<()> {
        let spec = self.run.spec;
        self.trailer.clear();
        let mut trailer = Segments::new(&mut self.trailer, spec.delimiters, spec.line_end);
        envelope::close(&mut trailer, self.run, set, self.segments);
        self.bytes += self.trailer.len() as u64;
        out.write_all(&self.trailer)
    }

    fn finish<W: Write, L: Write>(
        mut self,
        out: &mut W,
        labels: Option<&mut L>,
    ) -> io::Result<Summary> {
        let mut lines = Vec::new();
        for &fault in &self.run.envelope_faults {
            self.planted[fault.index()] += 1;
            lines.extend_from_slice(b"{\"claim_id\":null");
            label_rest(&mut lines, "null", fault);
        }
        if let Some(labels) = labels {
            labels.write_all(&lines)?;
            labels.flush()?;
        }
        out.flush()?;
        let planted = Fault::all().iter().copied().zip(self.planted);
        Ok(Summary {
            claims: self.run.spec.claims,
            bytes: self.bytes,
            planted: planted.filter(|&(_, count)| count > 0).collect(),
            charges: Cents(self.charges),
        })
    }
}
