//! Packing a dated code list into the form of [`super::tree`].
//!
//! Done once a release, by `benches/pack-diagnoses.rs`: [`read_rows`] takes the list as tab
//! separated text, [`pack`] makes the file that goes into `data/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::tree::{END, MAX_LENGTH, NOBODY, Row, Span, digit, end_text};
use crate::codes::table;
use crate::value::{Confidence, DateRange};

/// Why a list cannot be packed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PackError {
    /// A line of the text is not a code, two dates and a confidence.
    #[error("line {0} is not `code, first day, last day or nothing, high|medium|low`")]
    Line(usize),
    /// Not three to seven upper-case letters and digits.
    #[error("`{0}` is not a diagnosis code")]
    Code(String),
    /// The same code in two rows.
    #[error("`{0}` stands in the list twice")]
    Twice(String),
    /// A line of the description does not open with `#`.
    #[error("the description's line `{0}` does not open with `#`")]
    About(String),
    /// More spans or slots than sixteen bits can count.
    #[error("the list outgrows the packed form")]
    TooLarge,
}

/// Reads a list, one code a line: code, first day, last day or nothing, and `high`,
/// `medium` or `low`, parted by tabs. Lines that open with `#` are skipped.
///
/// # Errors
///
/// [`PackError::Line`] with the number of the first line that is not of that form.
pub fn read_rows(text: &str) -> Result<Vec<Row>, PackError> {
    let row = |line: &str| -> Option<Row> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [code, from, through, confidence] = columns.as_slice() else {
            return None;
        };
        Some(Row {
            code: (*code).to_owned(),
            span: Span {
                days: table::days(from, through)?,
                confidence: Confidence::parse(confidence)?,
            },
        })
    };
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.starts_with('#'))
        .map(|(number, line)| row(line).ok_or(PackError::Line(number)))
        .collect()
}

/// The packed file of these rows, which may come in any order. `about` is the text
/// at its head, each line opening with `#`; `covered` are the days it speaks of.
///
/// # Errors
///
/// When a code is malformed or stands twice, or the list outgrows the form.
pub fn pack(about: &str, covered: DateRange, rows: &[Row]) -> Result<Vec<u8>, PackError> {
    if let Some(line) = about.lines().find(|line| !line.starts_with('#')) {
        return Err(PackError::About(line.to_owned()));
    }
    for row in rows {
        let length = row.code.len();
        if !(3..=MAX_LENGTH).contains(&length) || !row.code.bytes().all(|b| digit(b).is_some()) {
            return Err(PackError::Code(row.code.clone()));
        }
    }
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_unstable_by_key(|row| &row.code);
    if let Some(twice) = sorted
        .chunk_by(|a, b| a.code == b.code)
        .find(|run| run.len() > 1)
    {
        return Err(PackError::Twice(twice[0].code.clone()));
    }

    let mut builder = Builder::new(rows);
    let root = builder.node(&sorted, 0)?;
    let (places, slots) = lay_out(&builder.nodes)?;
    let root = places.get(root).ok_or(PackError::TooLarge)?;
    let mut head = String::new();
    for line in about.lines() {
        head.push_str(line);
        head.push('\n');
    }
    // Writing into a string cannot fail.
    let _ = writeln!(
        head,
        "covered\t{}\t{}",
        covered.from,
        end_text(covered.through)
    );
    for Span { days, confidence } in &builder.spans {
        let (from, through) = (days.from, end_text(days.through));
        let _ = writeln!(head, "span\t{from}\t{through}\t{}", confidence.as_str());
    }
    let _ = writeln!(head, "tree\t{root}");
    let mut file = head.into_bytes();
    for Slot { owner, holds } in slots {
        file.extend(holds.to_le_bytes());
        file.extend(owner.to_le_bytes());
    }
    Ok(file)
}

/// What follows a node: by a character's number, another node; by [`END`], a span.
type Node = Vec<(u16, usize)>;

/// The tree under construction, branches first, so that equal ones are met again.
struct Builder {
    spans: Vec<Span>,
    nodes: Vec<Node>,
    known: BTreeMap<Node, usize>,
}

impl Builder {
    fn new(rows: &[Row]) -> Builder {
        let order = |span: &Span| (span.days.from, span.days.through, span.confidence);
        let mut spans: Vec<Span> = rows.iter().map(|row| row.span).collect();
        spans.sort_unstable_by_key(order);
        spans.dedup();
        Builder {
            spans,
            nodes: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// The node that holds these sorted rows, which agree in their first `depth`
    /// characters.
    fn node(&mut self, rows: &[&Row], depth: usize) -> Result<usize, PackError> {
        let next = |row: &Row| match row.code.as_bytes().get(depth) {
            Some(&byte) => digit(byte),
            None => Some(END),
        };
        let mut node = Node::new();
        for group in rows.chunk_by(|a, b| next(a) == next(b)) {
            let Some((row, number)) = group.first().and_then(|row| Some((row, next(row)?))) else {
                continue;
            };
            let behind = if number == END {
                let span = self.spans.iter().position(|span| *span == row.span);
                span.ok_or(PackError::TooLarge)?
            } else {
                self.node(group, depth + 1)?
            };
            node.push((number, behind));
        }
        let fresh = self.nodes.len();
        let at = *self.known.entry(node.clone()).or_insert(fresh);
        if at == fresh {
            self.nodes.push(node);
        }
        Ok(at)
    }
}

#[derive(Clone, Copy)]
struct Slot {
    owner: u16,
    holds: u16,
}

/// Gives every node the first place where its slots are free, the widest nodes
/// first, and fills the slots.
fn lay_out(nodes: &[Node]) -> Result<(Vec<u16>, Vec<Slot>), PackError> {
    const FREE: Slot = Slot {
        owner: NOBODY,
        holds: 0,
    };
    let mut order: Vec<(usize, &Node)> = nodes.iter().enumerate().collect();
    order.sort_by_key(|(_, node)| std::cmp::Reverse(node.len()));
    let mut places = vec![NOBODY; nodes.len()];
    let mut taken = BTreeSet::new();
    let mut owned: Vec<bool> = Vec::new();
    for (index, node) in order {
        let slot = |place: u16, number: u16| usize::from(place) + usize::from(number);
        let place = (0..NOBODY)
            .find(|&place| {
                let is_free = |&(number, _): &(u16, usize)| {
                    !owned.get(slot(place, number)).is_some_and(|&owned| owned)
                };
                !taken.contains(&place) && node.iter().all(is_free)
            })
            .ok_or(PackError::TooLarge)?;
        taken.insert(place);
        places[index] = place;
        for &(number, _) in node {
            let slot = slot(place, number);
            owned.resize(owned.len().max(slot + 1), false);
            owned[slot] = true;
        }
    }

    let mut slots = vec![FREE; owned.len()];
    for (node, &owner) in nodes.iter().zip(&places) {
        for &(number, behind) in node {
            let holds = if number == END {
                u16::try_from(behind).map_err(|_| PackError::TooLarge)?
            } else {
                places[behind]
            };
            slots[usize::from(owner) + usize::from(number)] = Slot { owner, holds };
        }
    }
    Ok((places, slots))
}
