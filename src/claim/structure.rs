//! The structure table of the 837P guide, read once from `837p.structure`.
//!
//! A loop that hangs under two parents (2300 under 2000B and 2000C) is laid out once
//! for each, so that every node of the tree has one parent and a walk needs no search.

use std::sync::LazyLock;

use super::glance::Form;
use crate::x12::{Segment, key};

/// Whether the guide asks for a loop, segment or element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Usage {
    /// Must be there.
    Required,
    /// May be there.
    Situational,
    /// Must not be there.
    NotUsed,
}

/// The data type of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A code.
    Code,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A date CCYYMMDD.
    Date,
    /// A time HHMM, HHMMSS or longer.
    Time,
    /// A date or a range of dates in the format the element before it names
    /// (data element 1251 behind 1250).
    Period,
    /// A composite of components.
    Composite,
    /// Exactly so many digits.
    Digits(u8),
}

/// One element or component.
#[derive(Clone, Debug)]
pub struct ElementSpec {
    /// Whether it is asked for.
    pub usage: Usage,
    /// Its type.
    pub kind: Kind,
    /// Fewest characters.
    pub min: u16,
    /// Most characters.
    pub max: u16,
    /// The X12 data element number, for acknowledgements; 0 for composites.
    pub data_element: u16,
    /// The codes of the guide, packed by [`pack`], in order; empty when the list is
    /// kept elsewhere.
    pub codes: Vec<u64>,
    /// Components of a composite.
    pub components: Vec<ElementSpec>,
    /// Bit `n`: the component at index `n` is required.
    pub required_components: u32,
}

/// A relation between elements of one segment; masks have bit `n` for element `n`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// All or none.
    Paired(u32),
    /// At least one.
    AtLeastOne(u32),
    /// At most one.
    AtMostOne(u32),
    /// If the first, then all the others.
    IfThenAll(u32, u32),
    /// If the first, then at least one of the others.
    IfThenAny(u32, u32),
}

/// One use of a segment in a loop.
#[derive(Clone, Debug)]
pub struct SegmentSpec {
    /// The segment identifier.
    pub id: &'static str,
    /// What it is here.
    pub name: &'static str,
    /// Its place in the order of the loop.
    pub position: u16,
    /// Whether the loop asks for it.
    pub usage: Usage,
    /// Most uses; 0 for no limit.
    pub max: u16,
    /// Its elements; element `n` at index `n - 1`.
    pub elements: Vec<ElementSpec>,
    /// Bit `n`: element `n` is required.
    pub required: u32,
    /// Bit `n`: element `n` is not used.
    pub not_used: u32,
    /// Relations between elements.
    pub relations: Vec<(Relation, &'static str)>,
    /// The bit of this segment in its loop's frame.
    pub bit: u8,
    /// The same for a glance.
    pub form: Form,
    qualifier: Option<(QualifierPlace, Vec<u64>)>,
}

/// Where the code stands that tells uses of one segment identifier apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum QualifierPlace {
    Element(usize),
    FirstComponent,
}

impl QualifierPlace {
    /// The code there, packed; `None` when it is too long for any code.
    #[inline]
    fn of(self, segment: &Segment<'_>, component: u8) -> Option<u64> {
        pack(match self {
            QualifierPlace::Element(position) => segment.element(position),
            QualifierPlace::FirstComponent => {
                let element = segment.element(1);
                let end = element.iter().position(|&byte| byte == component);
                &element[..end.unwrap_or(element.len())]
            }
        })
    }
}

/// A place that was found for a segment, to be found again for one alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    node: u8,
    key: u32,
    /// The qualifier that was read, and its code.
    read: Option<(QualifierPlace, Option<u64>)>,
    /// Whether no other qualifier was read.
    sure: bool,
    pub(super) place: Place,
}

impl Found {
    /// Whether a search for this segment from this node would find the same.
    #[inline]
    pub(super) fn holds(&self, node: u8, segment: &Segment<'_>, component: u8) -> bool {
        self.key == segment.key()
            && self.node == node
            && self.sure
            && self
                .read
                .is_none_or(|(qualifier, code)| qualifier.of(segment, component) == code)
    }
}

/// One loop under one parent.
#[derive(Clone, Debug)]
pub struct LoopNode {
    /// The loop identifier, such as `2010AA`.
    pub id: &'static str,
    /// What it is.
    pub name: &'static str,
    /// The node above; the root's is itself.
    pub parent: u8,
    /// Whether the parent asks for it.
    pub usage: Usage,
    /// Most repetitions under one parent; 0 for no limit.
    pub repeat: u16,
    /// The bit of this loop in its parent's frame.
    pub bit: u8,
    /// Position of its first segment.
    pub position: u16,
    /// The segments of the loop; the first starts it. Indexes of [`Structure::segments`].
    pub segments: Vec<u16>,
    /// Nodes below.
    pub children: Vec<u8>,
    /// Bits of required segments.
    pub required_segments: u64,
    /// Bits of required child loops.
    pub required_children: u32,
}

/// Where a segment may go: into the loop the walk stands in, into a child loop, or
/// into one of the loops above and their children.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    qualifier: QualifierPlace,
    /// The packed code; 0 takes any.
    code: u64,
    place: Place,
}

/// A place found for a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The loop it belongs to (a child loop that it starts, or the loop itself).
    pub node: u8,
    /// Which use of the segment.
    pub segment: u16,
}

/// The table.
#[derive(Debug)]
pub struct Structure {
    /// Loop nodes; 0 is the transaction set's header.
    pub nodes: Vec<LoopNode>,
    /// Segment uses.
    pub segments: Vec<SegmentSpec>,
    /// Segment identifiers, see [`crate::x12::key`].
    ids: Vec<u32>,
    /// Candidates by node and identifier, the nearest loop's first.
    candidates: Vec<Candidate>,
    ranges: Vec<(u16, u16)>,
    id_hash: [u8; 256],
}

/// The table of the 837P.
pub static STRUCTURE: LazyLock<Structure> =
    LazyLock::new(|| Structure::read(include_str!("837p.structure")));

/// Up to eight characters as one number; different texts give different numbers.
#[inline]
#[must_use]
pub fn pack(code: &[u8]) -> Option<u64> {
    // Most codes have one to three characters.
    match *code {
        [] => Some(0),
        [a] => Some(u64::from(a)),
        [a, b] => Some(u64::from(u16::from_be_bytes([a, b]))),
        [a, b, c] => Some(u64::from(u32::from_be_bytes([0, a, b, c]))),
        _ if code.len() > 8 => None,
        _ => Some(
            code.iter()
                .fold(0, |packed, &byte| (packed << 8) | u64::from(byte)),
        ),
    }
}

fn packed(code: &str) -> u64 {
    pack(code.as_bytes()).unwrap_or(0)
}

impl Structure {
    /// The specification of a place's segment.
    #[inline]
    #[must_use]
    pub fn spec(&self, place: Place) -> &SegmentSpec {
        &self.segments[usize::from(place.segment)]
    }

    /// The loop node.
    #[inline]
    #[must_use]
    pub fn node(&self, node: u8) -> &LoopNode {
        &self.nodes[usize::from(node)]
    }

    /// The first node of this loop identifier, in the order of the guide.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<u8> {
        self.nodes
            .iter()
            .position(|node| node.id == id)
            .and_then(|at| u8::try_from(at).ok())
    }

    /// Whether any loop of the guide uses a segment of this identifier.
    #[must_use]
    pub fn knows(&self, id: &[u8]) -> bool {
        self.id_index(key(id)).is_some()
    }

    #[inline]
    fn id_index(&self, key: u32) -> Option<usize> {
        let index = usize::from(self.id_hash[hash(key)]);
        (self.ids.get(index) == Some(&key)).then_some(index)
    }

    /// Where the segment goes when the walk stands in `node`: in its own loop, a child
    /// loop, or one of the loops above, the nearest first.
    #[must_use]
    pub fn place(&self, node: u8, segment: &Segment<'_>, component: u8) -> Option<Place> {
        self.seek(node, segment, component).map(|found| found.place)
    }

    /// The place of a segment, and by what it was found.
    pub(super) fn seek(&self, node: u8, segment: &Segment<'_>, component: u8) -> Option<Found> {
        let id = self.id_index(segment.key())?;
        let (from, to) = self.ranges[usize::from(node) * self.ids.len() + id];
        let mut found = Found {
            node,
            key: segment.key(),
            read: None,
            sure: true,
            place: Place::default(),
        };
        for candidate in &self.candidates[usize::from(from)..usize::from(to)] {
            found.place = candidate.place;
            if candidate.code == 0 {
                return Some(found);
            }
            // Neighbours in the list mostly ask for the same element.
            let asked = candidate.qualifier;
            let value = match found.read {
                Some((qualifier, value)) if qualifier == asked => value,
                before => {
                    found.sure = before.is_none();
                    let value = asked.of(segment, component);
                    found.read = Some((asked, value));
                    value
                }
            };
            if value == Some(candidate.code) {
                return Some(found);
            }
        }
        None
    }

    /// Reads the table. Lines it cannot read are left out; a test counts what is there.
    pub(crate) fn read(text: &'static str) -> Structure {
        let raw = RawLoop::read(text);
        let mut structure = Structure {
            nodes: Vec::new(),
            segments: Vec::new(),
            ids: Vec::new(),
            candidates: Vec::new(),
            ranges: Vec::new(),
            id_hash: [u8::MAX; 256],
        };
        let mut first_segment = Vec::new();
        for entry in &raw {
            first_segment.push(structure.segments.len());
            structure.segments.extend(entry.segments.iter().cloned());
        }
        structure.add(&raw, &first_segment, 0, 0, Usage::Required);
        structure.index();
        structure
    }

    /// Adds the loop at `index` below `parent`, and everything under it.
    fn add(&mut self, raw: &[RawLoop], first: &[usize], index: usize, parent: u8, usage: Usage) {
        let entry = &raw[index];
        let at = u8::try_from(self.nodes.len()).unwrap_or(u8::MAX);
        let segments: Vec<u16> = (0..entry.segments.len())
            .filter_map(|offset| u16::try_from(first[index] + offset).ok())
            .collect();
        let required_segments = entry
            .segments
            .iter()
            .filter(|segment| segment.usage == Usage::Required)
            .fold(0, |bits, segment| bits | 1_u64 << segment.bit);
        let bit = u8::try_from(
            self.nodes
                .get(usize::from(parent))
                .map_or(0, |node| node.children.len()),
        )
        .unwrap_or(0);
        self.nodes.push(LoopNode {
            id: entry.id,
            name: entry.name,
            parent,
            usage,
            repeat: entry.repeat,
            bit,
            position: entry.segments.first().map_or(0, |segment| segment.position),
            segments,
            children: Vec::new(),
            required_segments,
            required_children: 0,
        });
        if at != parent {
            let above = &mut self.nodes[usize::from(parent)];
            above.children.push(at);
            // Whether a level has levels or claims below is seen by the survey, over
            // the whole file; a walk of one block can't.
            let below = ["2000A", "2000B", "2000C", "2300"].contains(&entry.id);
            if usage == Usage::Required && !below {
                above.required_children |= 1 << bit;
            }
        }
        for (child, lower) in raw.iter().enumerate() {
            if let Some((_, usage)) = lower.parents.iter().find(|(id, _)| *id == entry.id) {
                self.add(raw, first, child, at, *usage);
            }
        }
    }

    /// Builds the candidate lists.
    fn index(&mut self) {
        for segment in &self.segments {
            let key = key(segment.id.as_bytes());
            if !self.ids.contains(&key) {
                self.id_hash[hash(key)] = u8::try_from(self.ids.len()).unwrap_or(u8::MAX);
                self.ids.push(key);
            }
        }
        for node in 0..self.nodes.len() {
            for id in 0..self.ids.len() {
                let from = self.candidates.len();
                let mut above = node;
                loop {
                    self.add_candidates(above, self.ids[id]);
                    let parent = usize::from(self.nodes[above].parent);
                    if parent == above {
                        break;
                    }
                    above = parent;
                }
                let bound = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
                self.ranges
                    .push((bound(from), bound(self.candidates.len())));
            }
        }
    }

    /// Adds the uses of this identifier in the node's own loop and as the first
    /// segment of a child loop.
    fn add_candidates(&mut self, node: usize, id: u32) {
        let here = &self.nodes[node];
        let own = here.segments.iter().skip(1).map(|&segment| (node, segment));
        // The root is never entered, so its first segment is its own.
        let root = here
            .segments
            .first()
            .filter(|_| node == 0)
            .map(|&segment| (node, segment));
        let below = here.children.iter().filter_map(|&child| {
            let child = usize::from(child);
            self.nodes[child]
                .segments
                .first()
                .map(|&segment| (child, segment))
        });
        for (target, segment) in root.into_iter().chain(own).chain(below) {
            let spec = &self.segments[usize::from(segment)];
            if key(spec.id.as_bytes()) != id {
                continue;
            }
            let place = Place {
                node: u8::try_from(target).unwrap_or(u8::MAX),
                segment,
            };
            let any = (QualifierPlace::Element(1), vec![0]);
            let (qualifier, codes) = spec.qualifier.as_ref().unwrap_or(&any);
            self.candidates.extend(codes.iter().map(|&code| Candidate {
                qualifier: *qualifier,
                code,
                place,
            }));
        }
    }
}

const MULTIPLIER: u32 = 0x2265_B1F5;

/// A hash without collisions among the 39 identifiers of the guide (a test checks it).
#[inline]
fn hash(key: u32) -> usize {
    (key.wrapping_mul(MULTIPLIER) >> 24) as usize
}

struct RawLoop {
    id: &'static str,
    name: &'static str,
    repeat: u16,
    parents: Vec<(&'static str, Usage)>,
    segments: Vec<SegmentSpec>,
}

impl RawLoop {
    fn read(text: &'static str) -> Vec<RawLoop> {
        let mut loops: Vec<RawLoop> = Vec::new();
        for line in text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
        {
            if let Some(rest) = line.strip_prefix("loop ") {
                loops.extend(read_loop(rest));
            } else if let Some(rest) = line.strip_prefix("seg ") {
                if let Some(last) = loops.last_mut() {
                    let bit = u8::try_from(last.segments.len()).unwrap_or(u8::MAX);
                    last.segments.extend(read_segment(rest, bit));
                }
            } else if let Some(segment) = loops.last_mut().and_then(|last| last.segments.last_mut())
            {
                read_element(line.trim(), segment);
            }
        }
        for segment in loops.iter_mut().flat_map(|entry| &mut entry.segments) {
            segment.finish();
        }
        loops
    }
}

impl SegmentSpec {
    fn finish(&mut self) {
        for (at, element) in self.elements.iter_mut().enumerate() {
            for (index, component) in element.components.iter().enumerate() {
                let required = component.usage == Usage::Required;
                element.required_components |= u32::from(required) << index;
            }
            match element.usage {
                Usage::Required => self.required |= 2 << at,
                Usage::NotUsed => self.not_used |= 2 << at,
                Usage::Situational => {}
            }
        }
        self.form = Form::of(&self.elements);
    }
}

fn usage(text: &str) -> Usage {
    match text {
        "R" => Usage::Required,
        "S" => Usage::Situational,
        _ => Usage::NotUsed,
    }
}

fn read_loop(line: &'static str) -> Option<RawLoop> {
    let (head, name) = line.split_once(" | ")?;
    let mut words = head.split(' ');
    let id = words.next()?;
    let repeat = words.next()?.parse().ok()?;
    let parents = words
        .skip(1)
        .filter_map(|word| word.split_once(':'))
        .map(|(id, mark)| (id, usage(mark)))
        .collect();
    Some(RawLoop {
        id,
        name,
        repeat,
        parents,
        segments: Vec::new(),
    })
}

fn read_segment(line: &'static str, bit: u8) -> Option<SegmentSpec> {
    let (head, name) = line.split_once(" | ")?;
    let mut words = head.split(' ');
    let id = words.next()?;
    let position = words.next()?.parse().ok()?;
    let mark = usage(words.next()?);
    let max = words.next()?.parse().ok()?;
    let mut qualifier = None;
    let mut relations = Vec::new();
    for word in words {
        if let Some((place, codes)) = word.split_once('=') {
            let place = if place == "01.01" {
                QualifierPlace::FirstComponent
            } else {
                QualifierPlace::Element(place.parse().ok()?)
            };
            qualifier = Some((place, codes.split(',').map(packed).collect()));
        } else {
            relations.extend(read_relation(word).map(|relation| (relation, word)));
        }
    }
    Some(SegmentSpec {
        id,
        name,
        position,
        usage: mark,
        max,
        elements: Vec::new(),
        required: 0,
        not_used: 0,
        relations,
        bit,
        form: Form::default(),
        qualifier,
    })
}

/// Reads a syntax note such as `P0304`.
fn read_relation(word: &str) -> Option<Relation> {
    let (letter, digits) = word.split_at_checked(1)?;
    let numbers: Vec<u32> = digits
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.parse().ok())
        .collect();
    let mask = |numbers: &[u32]| {
        numbers
            .iter()
            .fold(0_u32, |bits, number| bits | 1 << number)
    };
    let (first, rest) = numbers.split_first()?;
    Some(match letter {
        "P" => Relation::Paired(mask(&numbers)),
        "R" => Relation::AtLeastOne(mask(&numbers)),
        "E" => Relation::AtMostOne(mask(&numbers)),
        "C" => Relation::IfThenAll(1 << first, mask(rest)),
        "L" => Relation::IfThenAny(1 << first, mask(rest)),
        _ => return None,
    })
}

fn not_used() -> ElementSpec {
    ElementSpec {
        usage: Usage::NotUsed,
        kind: Kind::Text,
        min: 0,
        max: u16::MAX,
        data_element: 0,
        codes: Vec::new(),
        components: Vec::new(),
        required_components: 0,
    }
}

fn read_element(line: &'static str, segment: &mut SegmentSpec) {
    let mut words = line.split(' ');
    let Some(places) = words.next() else { return };
    let Some(mark) = words.next() else { return };
    let in_composite = places.contains('.');
    let list = if in_composite {
        match segment.elements.last_mut() {
            Some(composite) => &mut composite.components,
            None => return,
        }
    } else {
        &mut segment.elements
    };
    if mark == "N" {
        let last = |place: &str| {
            place
                .rsplit('.')
                .next()
                .and_then(|part| part.parse::<usize>().ok())
        };
        let (from, to) = places.split_once('-').unwrap_or((places, places));
        if let (Some(from), Some(to)) = (last(from), last(to)) {
            list.extend((from..=to).map(|_| not_used()));
        }
        return;
    }
    let mut spec = ElementSpec {
        usage: usage(mark),
        ..not_used()
    };
    match words.next() {
        Some("C") => spec.kind = Kind::Composite,
        Some(kind) => {
            spec.kind = match kind {
                "ID" => Kind::Code,
                "N0" => Kind::Integer,
                "R" => Kind::Decimal,
                "DT" => Kind::Date,
                "TM" => Kind::Time,
                _ => Kind::Text,
            };
            if let Some((min, max)) = words.next().and_then(|limits| limits.split_once('-')) {
                spec.min = min.parse().unwrap_or(0);
                spec.max = max.parse().unwrap_or(u16::MAX);
            }
            spec.data_element = words
                .next()
                .and_then(|number| number.parse().ok())
                .unwrap_or(0);
            if spec.data_element == 1251 {
                spec.kind = Kind::Period;
            }
        }
        None => return,
    }
    for word in words {
        if let Some(codes) = word.strip_prefix('=') {
            spec.codes = codes.split(',').map(packed).collect();
        } else if let Some(count) = word
            .strip_prefix("/[0-9]{")
            .and_then(|rest| rest.strip_suffix("}/"))
        {
            spec.kind = Kind::Digits(count.parse().unwrap_or(0));
        }
    }
    list.push(spec);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_is_read() {
        let structure = &*STRUCTURE;
        assert_eq!(structure.segments.len(), 212);
        assert_eq!(structure.ids.len(), 39);
        assert_eq!(
            structure
                .nodes
                .iter()
                .filter(|node| node.id == "2300")
                .count(),
            2
        );
        let elements: usize = structure
            .segments
            .iter()
            .map(|segment| {
                segment.elements.len()
                    + segment
                        .elements
                        .iter()
                        .map(|element| element.components.len())
                        .sum::<usize>()
            })
            .sum();
        assert!(
            elements > 1687,
            "{elements} elements and components, the unused ones counted"
        );
        for segment in &structure.segments {
            assert!(
                segment.elements.len() < 32,
                "{} does not fit its masks",
                segment.id
            );
        }
    }

    #[test]
    fn every_identifier_is_found_again() {
        for segment in &STRUCTURE.segments {
            assert!(STRUCTURE.knows(segment.id.as_bytes()), "{}", segment.id);
        }
        assert!(!STRUCTURE.knows(b"ZZZ"));
    }
}
