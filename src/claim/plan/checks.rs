//! What is to be looked at in a run of segments whose sequence is known.

use super::code_set::CodeSet;
use super::composite::Composite;
use super::form::{Look, Read};
use super::limits::{EMPTY, Limits, Span};
use super::relations::Open;
use super::values::{Place, Values};
use crate::claim::gather::Gathered;
use crate::claim::structure::{ElementSpec, SegmentSpec};
use crate::claim::text::Text;
use crate::claim::walk::LevelSeen;

/// A segment of a run: its use, and how many elements it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) spec: &'static SegmentSpec,
    pub(super) elements: usize,
}

/// What is to be looked at in a run of segments, each element by the index of the separator
/// before it: first the lengths of all of them, then values, each kind by itself.
#[derive(Debug)]
pub(super) struct Plan {
    /// Separators of the run.
    separators: usize,
    limits: Limits,
    characters: Vec<(u16, u64)>,
    codes: Vec<(u16, &'static CodeSet)>,
    numbers: Vec<(u16, Number)>,
    periods: Vec<(u16, &'static ElementSpec)>,
    others: Vec<(u16, &'static ElementSpec)>,
    /// Relations between the elements of a segment, whose first separator this is.
    relations: Vec<(u16, Open)>,
    /// In their order, since each takes its separators.
    composites: Vec<(u16, &'static Composite, &'static ElementSpec)>,
    /// Segments that mean something to the view of a claim.
    notes: Vec<(u32, &'static SegmentSpec)>,
    /// What was seen of the level whose run it is.
    pub(super) level: Option<LevelSeen>,
}

#[derive(Clone, Copy, Debug)]
struct Number {
    decimal: bool,
    spec: &'static ElementSpec,
}

impl Plan {
    /// The plan of a run of these segments; `None` when their elements can't be right, so many
    /// as they are.
    pub(super) fn of(members: &[Member], level: Option<LevelSeen>) -> Option<Plan> {
        let mut plan = Plan {
            separators: 0,
            limits: Limits::default(),
            characters: Vec::new(),
            codes: Vec::new(),
            numbers: Vec::new(),
            periods: Vec::new(),
            others: Vec::new(),
            relations: Vec::new(),
            composites: Vec::new(),
            notes: Vec::new(),
            level,
        };
        let mut spans = Vec::new();
        for (index, member) in (0_u32..).zip(members) {
            let Member { spec, elements } = *member;
            let first = spans.len();
            let (own, absent) = spec.form.elements.split_at_checked(elements)?;
            if absent.iter().any(|look| !look.span.empty) {
                return None;
            }
            spans.extend(own.iter().map(|look| look.span));
            // Empty elements at the end are wrong, and a segment without any.
            let last = spans.get_mut(first..)?.last_mut()?;
            *last = last.filled()?;
            for (at, (look, element)) in own.iter().zip(&spec.elements).enumerate() {
                plan.look_at(u16::try_from(first + at).ok()?, look, element);
            }
            for &relation in &spec.form.relations {
                if let Some(open) = Open::of(relation, &mut spans[first..])? {
                    plan.relations.push((u16::try_from(first).ok()?, open));
                }
            }
            // From the terminator to the separator behind the next identifier.
            spans.push(Span::ANY);
            if spec.role.is_noted() {
                plan.notes.push((index, spec));
            }
        }
        plan.separators = spans.len();
        plan.limits = Limits::of(&spans);
        Some(plan)
    }

    fn look_at(&mut self, at: u16, look: &'static Look, spec: &'static ElementSpec) {
        match &look.read {
            Read::Nothing => {}
            Read::Character(bits) => self.characters.push((at, *bits)),
            Read::Code(codes) => self.codes.push((at, codes)),
            Read::Number { decimal } => {
                let decimal = *decimal;
                self.numbers.push((at, Number { decimal, spec }));
            }
            Read::Period => self.periods.push((at, spec)),
            Read::Composite(composite) => self.composites.push((at, composite, spec)),
            Read::All => self.others.push((at, spec)),
        }
    }

    /// Separators of the run.
    pub(super) fn size(&self) -> usize {
        self.separators
    }

    /// Whether nothing is wrong with the elements of the run whose first separator has this
    /// index; takes its component separators.
    #[inline]
    pub(super) fn is_sound(&self, text: &Text<'_>, first: usize, subs: &mut &[u32]) -> bool {
        let (edges, gaps) = text.tokens.separators(first);
        if !self.limits.hold(gaps) {
            return false;
        }
        let values = Values(text.bytes);
        let is_filled = |at: u16| gaps.get(usize::from(at)).is_some_and(|&gap| gap != EMPTY);
        let place = |at: u16| match edges.get(usize::from(at)..usize::from(at) + 2) {
            Some(&[before, end]) => Place {
                start: before + 1,
                end,
            },
            _ => Place { start: 0, end: 0 },
        };
        for &(at, bits) in &self.characters {
            if is_filled(at) && !values.is_character(place(at), bits) {
                return false;
            }
        }
        for &(at, codes) in &self.codes {
            if is_filled(at) && !values.is_code(place(at), codes) {
                return false;
            }
        }
        for &(at, Number { decimal, spec }) in &self.numbers {
            if is_filled(at)
                && !values.is_number(place(at), decimal)
                && !values.passes(place(at), spec)
            {
                return false;
            }
        }
        for &(at, spec) in &self.periods {
            // No first element is a period.
            if is_filled(at) && !values.is_period(place(at.saturating_sub(1)), place(at), spec) {
                return false;
            }
        }
        for &(at, spec) in &self.others {
            if is_filled(at) && !values.passes(place(at), spec) {
                return false;
            }
        }
        for &(at, open) in &self.relations {
            if !open.holds(gaps.get(usize::from(at)..).unwrap_or(&[])) {
                return false;
            }
        }
        for &(at, composite, spec) in &self.composites {
            if is_filled(at)
                && !composite.is_sound(values, place(at), text.delimiters.repetition, subs, spec)
            {
                return false;
            }
        }
        true
    }

    /// Notes the segments of the run, whose first has this index.
    #[inline]
    pub(super) fn note(&self, first: u32, gathered: &mut Gathered) {
        for &(index, spec) in &self.notes {
            gathered.note(spec, first + index);
        }
    }
}
