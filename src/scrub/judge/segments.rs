//! One segment against the structure table, and whose finding a fault in it is.

use super::pass::{Depth, Pass};
use crate::claim::glance;
use crate::claim::structure::{STRUCTURE, SegmentSpec};
use crate::claim::validate::{self, At};
use crate::claim::walk::Told;
use crate::rules::{Finding, Spot, syntax};
use crate::x12::{Delimiters, Seen, Segment, SegmentKind, limits};

/// Whether this is a segment by which the contents of a level begin.
pub(super) fn opens_level(segment: &Segment<'_>) -> bool {
    match segment.id() {
        b"SBR" | b"PAT" => true,
        b"PRV" => segment.element(1) == b"BI",
        b"NM1" => matches!(
            segment.element(1),
            b"85" | b"87" | b"PE" | b"IL" | b"PR" | b"QC"
        ),
        _ => false,
    }
}

/// Takes the finding down, unless as many of its rule and severity are there already.
pub(super) fn keep(findings: &mut Vec<Finding>, finding: Finding, most: usize) {
    let alike = findings
        .iter()
        .filter(|other| other.rule.code == finding.rule.code && other.severity == finding.severity);
    if alike.count() < most {
        findings.push(finding);
    }
}

impl<'a> Pass<'a> {
    /// Where a segment goes that is not known to go where one like it went.
    #[inline(never)]
    pub(super) fn place(&mut self, index: u32) -> Option<&'static SegmentSpec> {
        let segment = self.text.segment(index);
        let component = self.text.delimiters.component;
        let told = &mut self.told;
        let mut tell = |what| told.push(what);
        let place = match segment.kind() {
            SegmentKind::Clm => Some(self.walk.open_claim(index, &mut tell)),
            // Of a level that stands nowhere only its HL is told.
            SegmentKind::Hl if self.strange => {
                self.walk.lose_level(&mut tell);
                None
            }
            SegmentKind::Hl => self
                .level_open
                .iter()
                .rposition(|&open| open)
                .map(|depth| self.walk.open_level(depth, index, &mut tell)),
            _ if self.strange && !self.claim_open => None,
            _ => self.walk.step(&segment, index, component, &mut tell),
        };
        if !self.told.is_empty() {
            self.settle();
        }
        place.map(|place| self.walk.spec(place))
    }

    /// Looks at the elements of a segment that was placed, or was found no place.
    #[inline]
    pub(super) fn structure(
        &mut self,
        seen: &Seen<'_>,
        index: u32,
        spec: Option<&'static SegmentSpec>,
    ) {
        let mut behind = self.subs;
        let sound = spec.is_some_and(|spec| {
            self.gathered.note(spec, index);
            let repetition = self.text.delimiters.repetition;
            glance::is_sound(seen, spec, repetition, self.next_unusual, &mut behind)
        });
        if sound {
            self.subs = behind;
        } else {
            self.look_closer(index, spec);
        }
    }

    /// Looks at a segment that is not sound at first glance.
    #[inline(never)]
    fn look_closer(&mut self, index: u32, spec: Option<&'static SegmentSpec>) {
        let segment = self.text.segment(index);
        let end = segment.end();
        let subs = self.subs_up_to(end);
        if let Some(spec) = spec {
            let at_told = &mut self.at_told;
            let delimiters = self.text.delimiters;
            validate::elements(&segment, spec, delimiters, subs, |at, violation| {
                at_told.push((at, violation));
            });
            if !self.at_told.is_empty() {
                self.settle_elements(self.walk.node(), index);
            }
        } else {
            self.gap |= !self.claim_open && opens_level(&segment);
        }
        if self.next_unusual < end {
            self.odd_bytes(index, end);
            self.next_unusual = self.unusual(end);
        }
    }

    /// Where from `end` on the next blank beside a separator or the next odd byte is.
    fn unusual(&mut self, end: usize) -> usize {
        let blanks = &self.text.tokens.blank_positions()[self.next_blank..];
        let passed = blanks.iter().take_while(|&&at| (at as usize) < end);
        self.next_blank += passed.count();
        let blank = self.text.tokens.blank_positions().get(self.next_blank);
        let odd = self.text.tokens.odd_positions().get(self.next_odd);
        let next = blank.into_iter().chain(odd).min();
        next.map_or(usize::MAX, |&at| at as usize)
    }

    /// Passes the component and repetition separators up to `end`.
    fn subs_up_to(&mut self, end: usize) -> &'a [u32] {
        let passed = self.subs.iter().take_while(|&&at| (at as usize) < end);
        let (own, behind) = self.subs.split_at(passed.count());
        self.subs = behind;
        own
    }

    /// Bytes outside the character set, up to the end of this segment.
    pub(super) fn odd_bytes(&mut self, index: u32, end: usize) {
        let segment = self.text.segment(index);
        let odds = self.text.tokens.odd_positions();
        let Delimiters {
            element,
            component,
            repetition,
            ..
        } = self.text.delimiters;
        // Separators may be control characters themselves.
        let delimiters = [element, component, repetition];
        let mut first = None;
        while let Some(&at) = odds.get(self.next_odd).filter(|&&at| (at as usize) < end) {
            let byte = self.text.bytes[at as usize];
            if at as usize >= segment.start() && !delimiters.contains(&byte) {
                let worse = first.is_none_or(|(_, before)| before >= 0x80 && byte < 0x80);
                if worse {
                    first = Some((at as usize, byte));
                }
            }
            self.next_odd += 1;
        }
        let Some((place, byte)) = first else { return };
        let element = (1..=segment.len())
            .rev()
            .find(|&position| segment.element_start(position) <= place)
            .unwrap_or(0);
        let at = At {
            element: u8::try_from(element).unwrap_or(u8::MAX),
            component: 0,
        };
        let described = syntax::odd_byte(byte, at, &String::from_utf8_lossy(segment.id()));
        let node = self.walk.node();
        self.push_described(described, node, index, at);
    }

    /// Turns what the walk told into findings of whatever is open.
    #[inline]
    pub(super) fn settle(&mut self) {
        if !self.told.is_empty() {
            self.settle_told();
        }
    }

    #[cold]
    fn settle_told(&mut self) {
        let told = std::mem::take(&mut self.told);
        for what in &told {
            let segment = self.text.segment(what.segment);
            let described = syntax::describe(what, At::default(), &segment, self.text.delimiters);
            self.push_described(described, what.node, what.segment, At::default());
        }
        self.told = told;
        self.told.clear();
    }

    pub(super) fn settle_elements(&mut self, node: u8, index: u32) {
        let told = std::mem::take(&mut self.at_told);
        let segment = self.text.segment(index);
        for &(at, violation) in &told {
            let what = Told {
                node,
                segment: index,
                violation,
            };
            let described = syntax::describe(&what, at, &segment, self.text.delimiters);
            self.push_described(described, node, index, at);
        }
        self.at_told = told;
        self.at_told.clear();
    }

    pub(super) fn push_described(
        &mut self,
        described: syntax::Described,
        node: u8,
        index: u32,
        at: At,
    ) {
        let scope = self.scopes[usize::from(node)];
        let line = self.gathered.claim.lines.last().map(|line| line.number);
        let loop_id = STRUCTURE.node(node).id;
        let finding = Finding {
            rule: described.rule,
            severity: described.severity,
            unchecked: false,
            loop_id,
            service_line: line.filter(|_| self.claim_open && loop_id.starts_with("24")),
            spot: Spot {
                segment: index,
                element: at.element,
                component: at.component,
            },
            message: described.message,
            help: described.help,
            cited: None,
            fix: described.fix,
            syntax: Some(described.note),
        };
        let level = match scope {
            Depth::Level(depth) if self.level_open[depth] => Some(depth),
            _ => self.level_open.iter().rposition(|&open| open),
        };
        let (findings, most) = match level {
            _ if self.claim_open => (&mut self.claim_findings, limits::FINDINGS),
            Some(depth) => (&mut self.level_findings[depth], limits::LEVEL_FINDINGS),
            None => (&mut self.header_findings, limits::FINDINGS),
        };
        keep(findings, finding, most);
    }
}
