//! What is to be looked at in a run of segments whose sequence is known.

use super::code_set::{CodeSet, short};
use super::composite::Composite;
use super::form::{Content, Form, Look};
use super::limits::{EMPTY, Limits, Span};
use super::read::Read;
use super::relations::Open;
use super::shapes::Shapes;
use super::values::{Place, Values};
use crate::claim::gather::{Gathered, LineParts};
use crate::claim::structure::{Condition, ElementSpec, SegmentSpec};
use crate::claim::text::Text;
use crate::claim::walk::LevelSeen;

/// A segment of a run: its use, and how many elements it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) spec: &'static SegmentSpec,
    pub(super) form: &'static Form,
    pub(super) elements: usize,
}

/// What is to be looked at in a run of segments, each element by the index of the separator
/// before it: first the lengths of all of them, then values, each kind by itself.
#[derive(Debug)]
pub(super) struct Plan {
    /// Its segments and separators.
    pub(super) members: Vec<Member>,
    separators: usize,
    limits: Limits,
    characters: Vec<(u16, u64)>,
    /// Whom a name names, and how many elements of it only a person's has.
    persons: Vec<(u16, u16)>,
    codes: Vec<Coded>,
    numbers: Vec<(u16, Number)>,
    periods: Vec<(u16, Period)>,
    others: Vec<(u16, &'static ElementSpec)>,
    /// Segments with a condition on values: the first separator, and how many elements.
    conditions: Vec<(u16, usize, Condition)>,
    /// Relations between the elements of a segment, whose first separator this is.
    relations: Vec<(u16, Open)>,
    /// In their order, since each takes its separators, with the index of their shapes.
    composites: Vec<(u16, u16)>,
    /// Segments that mean something to the view of a claim, but for those of the line.
    notes: Vec<(u32, &'static SegmentSpec)>,
    /// What belongs to the line that starts here.
    pub(super) line: Option<LineParts>,
    /// What was seen of the level whose run it is.
    pub(super) level: Option<LevelSeen>,
}

#[derive(Clone, Copy, Debug)]
struct Coded {
    at: u16,
    /// The code of the run that was met first, with the separator behind it; the mask is 0
    /// where it can't be told by that.
    usual: u32,
    mask: u32,
    codes: &'static CodeSet,
}

#[derive(Clone, Copy, Debug)]
struct Number {
    decimal: bool,
    spec: &'static ElementSpec,
}

/// A date or dates, and the format before it.
#[derive(Clone, Copy, Debug)]
struct Period {
    /// The formats it may have, where they are to be looked at.
    formats: Option<&'static CodeSet>,
    /// Whether D8 is one of them.
    has_d8: bool,
    spec: &'static ElementSpec,
}

/// The positions of a first name and of a suffix in NM1, and from whom it names to the first.
const FIRST_NAME: usize = 4;
const SUFFIX: usize = 7;
const TO_FIRST_NAME: u16 = 2;

/// The bits of the characters 1 and 2.
const PERSON_OR_NONE: u64 = 0b110;

/// The gap over a date of the format D8, and over that.
const DAY: u8 = 9;
const D8: u8 = 3;

impl Plan {
    /// The plan of a run of these segments, the first separator of which has this index; `None`
    /// when their elements can't be right, so many as they are.
    pub(super) fn of(
        members: &[Member],
        level: Option<LevelSeen>,
        text: &Text<'_>,
        first: usize,
        shapes: &mut Vec<Shapes>,
    ) -> Option<Plan> {
        let (edges, gaps) = text.tokens.separators(first);
        let values = Values(text.bytes);
        let row = Row { edges, gaps };
        let mut plan = Plan {
            members: members.to_vec(),
            separators: 0,
            limits: Limits::default(),
            characters: Vec::new(),
            persons: Vec::new(),
            codes: Vec::new(),
            numbers: Vec::new(),
            periods: Vec::new(),
            others: Vec::new(),
            conditions: Vec::new(),
            relations: Vec::new(),
            composites: Vec::new(),
            notes: Vec::new(),
            line: None,
            level,
        };
        let mut spans = Vec::new();
        for (index, member) in (0_u32..).zip(members) {
            let Member {
                spec,
                form,
                elements,
            } = *member;
            let first = spans.len();
            let (own, absent) = form.elements.split_at_checked(elements)?;
            if absent.iter().any(|look| !look.span.empty) {
                return None;
            }
            spans.extend(own.iter().map(|look| look.span));
            // Empty elements at the end are wrong, and a segment without any.
            let last = spans.get_mut(first..)?.last_mut()?;
            *last = last.filled()?;
            for (at, (look, element)) in own.iter().zip(&spec.elements).enumerate() {
                plan.look_at(u16::try_from(first + at).ok()?, look, element, shapes)?;
            }
            for &relation in &form.relations {
                if let Some(open) = Open::of(relation, &mut spans[first..])? {
                    plan.relations.push((u16::try_from(first).ok()?, open));
                }
            }
            match spec.condition {
                Some(Condition::PersonName) => {
                    let names = u16::try_from(elements.min(SUFFIX).saturating_sub(FIRST_NAME - 1));
                    match (plan.persons.pop(), names.ok()?) {
                        // Without a first name there is nothing wrong with whom it names.
                        (Some((at, _)), 0) => plan.characters.push((at, PERSON_OR_NONE)),
                        (Some((at, _)), names) => plan.persons.push((at, names)),
                        (None, _) => {}
                    }
                }
                Some(condition @ Condition::AttachmentNumber) => {
                    let first = u16::try_from(first).ok()?;
                    plan.conditions.push((first, elements, condition));
                }
                _ => {}
            }
            // From the terminator to the separator behind the next identifier.
            spans.push(Span::ANY);
            if !LineParts::take(&mut plan.line, spec, index) && spec.role.is_noted() {
                plan.notes.push((index, spec));
            }
        }
        for coded in &mut plan.codes {
            coded.learn(values, row);
        }
        plan.separators = spans.len();
        plan.limits = Limits::of(&spans);
        Some(plan)
    }

    fn look_at(
        &mut self,
        at: u16,
        look: &'static Look,
        spec: &'static ElementSpec,
        shapes: &mut Vec<Shapes>,
    ) -> Option<()> {
        let read = match &look.content {
            Content::Value(read) => read,
            Content::Composite(composite) => {
                self.composites.push((at, place_of(composite, shapes)?));
                return Some(());
            }
        };
        match read {
            Read::Nothing | Read::Known => {}
            Read::Character(bits) => self.characters.push((at, *bits)),
            Read::Person => self.persons.push((at, 0)),
            Read::Code(codes) => self.codes.push(Coded {
                at,
                usual: 1,
                mask: 0,
                codes,
            }),
            Read::Number { decimal } => {
                let decimal = *decimal;
                self.numbers.push((at, Number { decimal, spec }));
            }
            Read::Period => {
                // The format before it is looked at with the date.
                let format = self.codes.pop_if(|coded| coded.at + 1 == at);
                let formats = format.map(|format| format.codes);
                let period = Period {
                    formats,
                    has_d8: formats.is_none_or(|formats| formats.has(short(*b"D8\0\0", 2))),
                    spec,
                };
                self.periods.push((at, period));
            }
            Read::All => self.others.push((at, spec)),
        }
        Some(())
    }

    /// Separators of the run.
    pub(super) fn size(&self) -> usize {
        self.separators
    }

    /// Whether nothing is wrong with the elements of the run whose first separator has this
    /// index; takes its component separators.
    #[inline]
    pub(super) fn is_sound(
        &self,
        text: &Text<'_>,
        first: usize,
        subs: &mut &[u32],
        shapes: &mut [Shapes],
    ) -> bool {
        let (edges, gaps) = text.tokens.separators(first);
        if !self.limits.hold(gaps) {
            return false;
        }
        let values = Values(text.bytes);
        let row = Row { edges, gaps };
        // An empty element has no value that is looked for, and nothing wrong with it. Most
        // are not empty.
        for &(at, bits) in &self.characters {
            if !values.is_character(row.start(at), bits) && !row.is_empty(at) {
                return false;
            }
        }
        for &(at, names) in &self.persons {
            let is_sound = match values.byte(row.start(at)) {
                Some(b'1') => true,
                Some(b'2') => (at + TO_FIRST_NAME..)
                    .take(usize::from(names))
                    .all(|at| row.is_empty(at)),
                _ => false,
            };
            if !is_sound && !row.is_empty(at) {
                return false;
            }
        }
        for coded in &self.codes {
            if !coded.is_usual(values, row) && !coded.is_sound(values, row) {
                return false;
            }
        }
        for &(at, Number { decimal, spec }) in &self.numbers {
            if !values.is_number(row.start(at), row.length(at), decimal)
                && !values.passes(row.place(at), spec)
            {
                return false;
            }
        }
        for &(at, period) in &self.periods {
            if !period.is_day(values, row, at) && !period.is_sound(values, row, at) {
                return false;
            }
        }
        for &(at, spec) in &self.others {
            if !row.is_empty(at) && !values.passes(row.place(at), spec) {
                return false;
            }
        }
        for &(at, open) in &self.relations {
            if !open.holds(gaps.get(usize::from(at)..).unwrap_or(&[])) {
                return false;
            }
        }
        for &(first, elements, condition) in &self.conditions {
            let value = |position: usize| {
                let place = (1..=elements)
                    .contains(&position)
                    .then(|| u16::try_from(position - 1).map(|at| row.place(first + at)));
                place
                    .and_then(Result::ok)
                    .map_or(&[][..], |place| values.value(place))
            };
            if condition.broken(value).is_some() {
                return false;
            }
        }
        for &(at, shape) in &self.composites {
            let (start, length) = (row.start(at), row.length(at));
            let repetition = text.delimiters.repetition;
            let is_sound = length == 0
                || shapes.get_mut(usize::from(shape)).is_some_and(|shapes| {
                    shapes.are_sound(values, start, length, repetition, subs)
                });
            if !is_sound {
                return false;
            }
        }
        true
    }

    /// Whether nothing is noted but a line and what nearly every line has.
    pub(super) fn is_plain_line(&self) -> bool {
        self.line.is_some() && self.notes.is_empty()
    }

    /// Notes the segments of the run, whose first has this index.
    #[inline]
    pub(super) fn note(&self, first: u32, gathered: &mut Gathered) {
        if let Some(line) = &self.line {
            gathered.note_line(first, line);
        }
        for &(index, spec) in &self.notes {
            gathered.note(spec, first + index);
        }
    }
}

/// The index of a composite's shapes, which are made when there are none.
fn place_of(composite: &'static Composite, shapes: &mut Vec<Shapes>) -> Option<u16> {
    let place = shapes.iter().position(|shapes| shapes.are_of(composite));
    let place = place.unwrap_or_else(|| {
        shapes.push(Shapes::of(composite));
        shapes.len() - 1
    });
    u16::try_from(place).ok()
}

impl Coded {
    /// Takes the code that stands there for the usual one.
    fn learn(&mut self, values: Values<'_>, row: Row<'_>) {
        let length = row.length(self.at);
        if let Some(code) = values.bytes(row.start(self.at))
            && matches!(length, 1..=3)
            && self.is_sound(values, row)
        {
            self.mask = u32::MAX >> (24 - 8 * length);
            self.usual = u32::from_le_bytes(code) & self.mask;
        }
    }

    #[inline]
    fn is_usual(&self, values: Values<'_>, row: Row<'_>) -> bool {
        let code = values.bytes(row.start(self.at)).map(u32::from_le_bytes);
        code.is_some_and(|code| code & self.mask == self.usual)
    }

    #[inline(never)]
    fn is_sound(&self, values: Values<'_>, row: Row<'_>) -> bool {
        row.is_empty(self.at) || values.is_code(row.place(self.at), self.codes)
    }
}

impl Period {
    /// Whether it is one day, as most are.
    #[inline]
    fn is_day(&self, values: Values<'_>, row: Row<'_>, at: u16) -> bool {
        // No first element is a period.
        let before = at.saturating_sub(1);
        let format = values.bytes(row.start(before));
        self.has_d8
            && format == Some(*b"D8")
            && row.gap(before) == Some(D8)
            && row.gap(at) == Some(DAY)
            && values.is_day(row.start(at))
    }

    #[inline(never)]
    fn is_sound(&self, values: Values<'_>, row: Row<'_>, at: u16) -> bool {
        let before = at.saturating_sub(1);
        let format = row.place(before);
        let is_format = row.is_empty(before)
            || (self.formats).is_none_or(|formats| values.is_code(format, formats));
        is_format && (row.is_empty(at) || values.is_period(format, row.place(at), self.spec))
    }
}

/// The separators of a run, and how far each of the others lies behind the one before it.
#[derive(Clone, Copy)]
struct Row<'a> {
    edges: &'a [u32],
    gaps: &'a [u8],
}

impl Row<'_> {
    #[inline]
    fn gap(self, at: u16) -> Option<u8> {
        self.gaps.get(usize::from(at)).copied()
    }

    /// Whether the element behind this separator is empty.
    #[inline]
    fn is_empty(self, at: u16) -> bool {
        self.gap(at) == Some(EMPTY)
    }

    /// Where it starts.
    #[inline]
    fn start(self, at: u16) -> u32 {
        self.edges.get(usize::from(at)).map_or(0, |&edge| edge + 1)
    }

    /// How long it is, when it is not too long.
    #[inline]
    fn length(self, at: u16) -> u32 {
        self.gap(at).map_or(0, |gap| u32::from(gap).wrapping_sub(1))
    }

    #[inline]
    fn place(self, at: u16) -> Place {
        let start = self.start(at);
        Place {
            start,
            end: start + self.length(at),
        }
    }
}
