//! One segment against the structure table, and whose finding a fault in it is.

use std::ops::Range;

use super::pass::{Depth, Pass};
use crate::claim::structure::{Place, STRUCTURE};
use crate::claim::validate::{self, At, Violation};
use crate::claim::walk::ViolationAt;
use crate::rules::{Finding, Spot, syntax};
use crate::x12::{Delimiters, Segment, SegmentKind, limits, swallowed};

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

/// Whether this is a segment that only a billing provider's level has, and must have.
pub(super) fn opens_provider(segment: &Segment<'_>) -> bool {
    segment.id() == b"NM1" && segment.element(1) == b"85"
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
    pub(super) fn place(&mut self, index: u32) -> Option<Place> {
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
        let is_unread = self.strange && !self.claim_open;
        if !self.told.is_empty() {
            self.settle();
        }
        if is_unread {
            self.swallowed(self.walk.node(), index);
        }
        place
    }

    /// Whether the level or claim of these segments goes by plan, its first segment having been
    /// met but not placed: all of it is as planned then, and placed.
    pub(super) fn is_planned(&mut self, segments: Range<u32>) -> bool {
        let text = self.text;
        let first = text.segment(segments.start);
        let is_level = first.kind() == SegmentKind::Hl;
        let takes = match first.kind() {
            SegmentKind::Hl => true,
            SegmentKind::Clm => self.walk.takes_claim(),
            _ => false,
        };
        if !takes
            || self.strange
            || !self.is_usual(first.start(), text.tokens.start_of(segments.end))
        {
            return false;
        }
        let mut subs = self.subs;
        let (plans, gathered) = (&mut self.plans, &mut self.gathered);
        let index = segments.start;
        if is_level {
            let Some(depth) = self.level_open.iter().rposition(|&open| open) else {
                return false;
            };
            let Some(seen) = plans.level(depth, &text, segments, &mut subs, gathered) else {
                return false;
            };
            let told = &mut self.told;
            self.walk
                .open_level(depth, index, &mut |what| told.push(what));
            self.settle();
            self.walk.pass_level(seen);
        } else {
            if !plans.claim(&text, segments, &mut subs, gathered) {
                gathered.start_claim(index);
                return false;
            }
            self.walk.pass_claim();
        }
        self.subs = subs;
        true
    }

    /// Whether no blank stands beside a separator between these places, and no odd byte there.
    /// Passes what stands before.
    #[inline]
    fn is_usual(&mut self, start: usize, end: usize) -> bool {
        while let [sub, rest @ ..] = self.subs
            && (*sub as usize) < start
        {
            self.subs = rest;
        }
        if self.next_unusual < end {
            let odds = self.text.tokens.odd_positions().get(self.next_odd..);
            let passed = odds
                .unwrap_or(&[])
                .iter()
                .take_while(|&&at| (at as usize) < start);
            self.next_odd += passed.count();
            self.next_unusual = self.unusual(start);
        }
        self.next_unusual >= end
    }

    /// Looks at the elements of a segment that was placed, or was found no place.
    #[inline(never)]
    pub(super) fn structure(&mut self, index: u32, place: Option<Place>) {
        let segment = self.text.segment(index);
        let end = segment.end();
        let subs = self.subs_up_to(end);
        if let Some(place) = place {
            let spec = self.walk.spec(place);
            self.gathered.note(spec, index);
            let at_told = &mut self.at_told;
            let delimiters = self.text.delimiters;
            validate::elements(&segment, spec, delimiters, subs, |at, violation| {
                at_told.push((at, violation));
            });
            if !self.at_told.is_empty() {
                self.settle_elements(place.node, index);
            }
        } else if !self.claim_open && opens_level(&segment) {
            self.gap = true;
            self.carried.orphaned |= opens_provider(&segment);
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
        let Some((place, _)) = first else { return };
        let element = (1..=segment.len())
            .rev()
            .find(|&position| segment.element_start(position) <= place)
            .unwrap_or(0);
        let at = At {
            element: u8::try_from(element).unwrap_or(u8::MAX),
            component: 0,
        };
        let inside = place - segment.start();
        let described = syntax::odd_byte(&segment, inside, at, self.text.delimiters);
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
            let has_no_place = matches!(
                what.violation,
                Violation::SegmentUnknown | Violation::SegmentMisplaced
            );
            if has_no_place {
                self.swallowed(what.node, what.segment);
            }
        }
        self.told = told;
        self.told.clear();
    }

    pub(super) fn settle_elements(&mut self, node: u8, index: u32) {
        let told = std::mem::take(&mut self.at_told);
        let segment = self.text.segment(index);
        let is_too_long = |&(_, violation): &(At, Violation)| {
            matches!(violation, Violation::TooMany | Violation::ElementNotUsed)
        };
        // From another claim's CLM on nothing belongs to the segment.
        let swallowed = told
            .iter()
            .any(is_too_long)
            .then(|| self.swallowed(node, index));
        let foreign = swallowed.flatten().unwrap_or(u8::MAX);
        for &(at, violation) in told.iter().filter(|(at, _)| at.element < foreign) {
            let what = ViolationAt {
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

    /// Counts the claims inside a segment that is not judged.
    pub(super) fn count_unread(&mut self, index: u32) {
        let segment = self.text.segment(index);
        for (_, charge) in swallowed::claims(segment.text(), self.text.delimiters) {
            self.judged.tally.unread.add(1, charge);
        }
    }

    /// Tells of a claim inside the segment, whose terminator is lost, and counts it; the element
    /// where it begins.
    fn swallowed(&mut self, node: u8, index: u32) -> Option<u8> {
        let segment = self.text.segment(index);
        let (start, delimiters) = (segment.start(), self.text.delimiters);
        let mut first = None;
        for (inside, charge) in swallowed::claims(segment.text(), delimiters) {
            first.get_or_insert(start + inside);
            // Levels are repeated for the claims under them.
            if start >= self.block.repeated {
                self.judged.tally.unread.add(1, charge);
            }
        }
        let place = first?;
        let mut positions = (1..=segment.len()).rev();
        let element = positions.find(|&position| segment.element_start(position) <= place)?;
        let at = At {
            element: u8::try_from(element).unwrap_or(u8::MAX),
            component: 0,
        };
        let described = syntax::describe_swallowed(&segment, at, delimiters);
        self.push_described(described, node, index, at);
        Some(at.element)
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
        let spot = Spot {
            segment: index,
            element: at.element,
            component: at.component,
        };
        let finding = Finding {
            service_line: line.filter(|_| self.claim_open && loop_id.starts_with("24")),
            ..described.finding(loop_id, spot)
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
        keep(findings, finding, self.look.most(most));
    }
}
