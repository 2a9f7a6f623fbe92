//! Reading the table from its text.

use super::condition::Condition;
use super::element::{ElementSpec, Kind, Relation, Usage};
use super::packed::pack;
use super::qualifier::QualifierPlace;
use super::role::{Role, role};
use super::spec::{LoopNode, SegmentSpec};

/// The nodes and the segments of a table.
pub(super) fn table(text: &'static str) -> (Vec<LoopNode>, Vec<SegmentSpec>) {
    let raw = RawLoop::read(text);
    let mut segments = Vec::new();
    let mut first_segment = Vec::new();
    for entry in &raw {
        first_segment.push(segments.len());
        segments.extend(entry.segments.iter().cloned());
    }
    let mut nodes = Vec::new();
    add(&mut nodes, &raw, &first_segment, 0, 0, Usage::Required);
    (nodes, segments)
}

/// Adds the loop at `index` below `parent`, and everything under it.
fn add(
    nodes: &mut Vec<LoopNode>,
    raw: &[RawLoop],
    first: &[usize],
    index: usize,
    parent: u8,
    usage: Usage,
) {
    let entry = &raw[index];
    let at = u8::try_from(nodes.len()).unwrap_or(u8::MAX);
    let segments: Vec<u16> = (0..entry.segments.len())
        .filter_map(|offset| u16::try_from(first[index] + offset).ok())
        .collect();
    let required_segments = entry
        .segments
        .iter()
        .filter(|segment| segment.usage == Usage::Required)
        .fold(0, |bits, segment| bits | 1_u64 << segment.bit);
    let bit = u8::try_from(
        nodes
            .get(usize::from(parent))
            .map_or(0, |node| node.children.len()),
    )
    .unwrap_or(0);
    nodes.push(LoopNode {
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
        let above = &mut nodes[usize::from(parent)];
        above.children.push(at);
        // Whether a level has levels below is seen by the survey, over the whole file, and
        // whether it has claims where it ends; a walk of one block can't.
        let below = ["2000A", "2000B", "2000C", "2300"].contains(&entry.id);
        if usage == Usage::Required && !below {
            above.required_children |= 1 << bit;
        }
    }
    for (child, lower) in raw.iter().enumerate() {
        if let Some((_, usage)) = lower.parents.iter().find(|(id, _)| *id == entry.id) {
            add(nodes, raw, first, child, at, *usage);
        }
    }
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
        for entry in &mut loops {
            for segment in &mut entry.segments {
                segment.finish(entry.id);
            }
        }
        loops
    }
}

impl SegmentSpec {
    fn finish(&mut self, loop_id: &'static str) {
        self.loop_id = loop_id;
        self.role = role(loop_id, self.id, self.name);
        if self.role == Role::Nothing && self.elements.iter().any(ElementSpec::is_amount) {
            self.role = Role::Amounts;
        }
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
        self.condition = Condition::of(self.id, &self.elements);
    }
}

fn packed(code: &str) -> u64 {
    pack(code.as_bytes()).unwrap_or(0)
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
        loop_id: "",
        role: Role::Nothing,
        position,
        usage: mark,
        max,
        elements: Vec::new(),
        required: 0,
        not_used: 0,
        relations,
        condition: None,
        bit,
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
