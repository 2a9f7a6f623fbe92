//! Interchanges, functional groups and transaction sets as they open and close.

use super::pass::{Mode, Pass};
use crate::emit::record::{Record, TRANSACTION, verdict};
use crate::emit::{annotate, jsonl};
use crate::rules::envelope::{EnvelopeFault, segments_outside_envelope};
use crate::rules::{Finding, Spot, faults};
use crate::scrub::carried::Carried;
use crate::scrub::item::{Fate, ItemKind};
use crate::scrub::listener::{EnvelopeSegment, SetFindings, SetHeader};
use crate::value::{Cents, Severity};
use crate::x12::SegmentKind;
use crate::x12::survey::{Fault, Names, Scope};

impl Pass<'_> {
    pub(super) fn mode_of_set(&mut self) -> Mode {
        let passes = |fault: &Fault| matches!(fault, Fault::Unsupported { .. } | Fault::Oversize);
        let (notes, judgement) = (self.notes, self.judgement);
        let mode = if notes.around(self.headers).any(|note| passes(&note.fault)) {
            Mode::PassThrough
        } else {
            Mode::Judge
        };
        self.set_rules.clear();
        for code in judgement.rejecting(notes.around(self.headers)) {
            self.reject_set_by(code);
        }
        self.set_rejected = mode == Mode::PassThrough || !self.set_rules.is_empty();
        mode
    }

    /// Takes the rule down as one that rejects the open set.
    fn reject_set_by(&mut self, code: &'static str) {
        if !self.set_rules.contains(&code) {
            self.set_rules.push(code);
        }
    }

    /// What a segment outside every set belongs to.
    pub(super) fn stray(&self, index: u32) -> ItemKind {
        self.notes
            .stray(self.text.offset(self.text.segment(index).start()))
    }

    /// HL or CLM where nothing is judged.
    pub(super) fn unjudged(&mut self, kind: SegmentKind, index: u32, new: bool) {
        let wanted = if self.mode == Mode::Outside {
            self.stray(index)
        } else {
            ItemKind::Unjudged
        };
        if self
            .judged
            .items
            .last()
            .is_none_or(|item| item.kind != wanted)
        {
            self.begin_item(wanted, index, new, Fate::Rejected);
        }
        if self.mode == Mode::PassThrough && new {
            self.count_unread(index);
        }
        if kind == SegmentKind::Clm && new {
            self.reject_unjudged(index);
            if let Some(item) = self.judged.items.last_mut() {
                item.claims += 1;
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn reject_unjudged(&mut self, index: u32) {
        let claim = self.text.segment(index);
        self.claim_ordinal += 1;
        let outside = [segments_outside_envelope::RULE.code];
        let rules = match self.mode {
            Mode::Outside => &outside[..],
            _ => &self.set_rules,
        };
        let record = Record {
            claim_id: Some(String::from_utf8_lossy(claim.element(1))),
            scope: None,
            ordinal: Some(self.claim_ordinal),
            charge: Cents::parse(claim.element(2)),
            outside: self.mode == Mode::Outside,
            ..Record::set(&self.names, self.text.offset(claim.start()))
        };
        self.judged.reject_unjudged(&record, rules, &self.text);
    }

    pub(super) fn open(&mut self, kind: SegmentKind, index: u32, new: bool) {
        self.end_set(index);
        let segment = self.text.segment(index);
        let at = Some(self.text.offset(segment.start()));
        let number = |position| Names::name(segment.element(position));
        match kind {
            SegmentKind::Isa => {
                self.names = Names {
                    interchange: number(13),
                    group: None,
                    transaction: None,
                };
                self.headers = [at, None, None];
                self.begin_item(ItemKind::Interchange, index, new, Fate::Clean);
                self.tell_envelope(kind, index, new);
                self.tell_notes(at, Scope::Interchange, index, new);
            }
            SegmentKind::Gs => {
                self.names.group = number(6);
                self.names.transaction = None;
                self.headers[1] = at;
                self.headers[2] = None;
                self.begin_item(ItemKind::Group, index, new, Fate::Clean);
                self.tell_envelope(kind, index, new);
                self.tell_notes(at, Scope::Group, index, new);
            }
            _ => {
                self.names.transaction = number(2);
                self.headers[2] = at;
                self.mode = self.mode_of_set();
                self.ordinals.runs.push((index, 1));
                let fate = self.set_fate();
                self.begin_item(ItemKind::Header, index, new, fate);
                self.header_item = new.then(|| self.judged.items.len().wrapping_sub(1));
                self.header_start = new.then_some(index);
                self.header_checked = false;
                self.set_start = index;
                self.header_findings.clear();
                self.level_open = [false; 3];
                self.strange = false;
                self.gap = false;
                self.carried.lost = false;
                if new {
                    self.level_claims = [0; 3];
                    self.carried = Carried::default();
                }
                self.gathered.start_level(0);
                self.walk.reset(index);
                self.tell_envelope(kind, index, new);
                self.tell_notes(at, Scope::Set, index, new);
                self.refuse_for_envelopes();
            }
        }
    }

    /// Writes down by which rules the envelopes of a set that starts here reject it.
    fn refuse_for_envelopes(&mut self) {
        let Some(item) = self.header_item.filter(|_| self.set_rejected) else {
            return;
        };
        let rejecting = self.judgement.rejecting(self.notes.around(self.headers));
        (self.judged.refused).extend(rejecting.map(|code| (item, code)));
    }

    /// Writes down the faults of the envelope that starts here.
    pub(super) fn tell_notes(&mut self, at: Option<u64>, scope: Scope, index: u32, new: bool) {
        if !new {
            return;
        }
        for note in self.notes.at(at, scope) {
            let told = faults::describe(note);
            let Some(severity) = self.judgement.envelope_severity(&told) else {
                continue;
            };
            let finding = envelope_finding(&told, severity, index);
            self.judged.tally.finding(&finding);
            let record = Record::envelope(note, severity, note.header);
            jsonl::envelope(&mut self.judged.jsonl, &record, note, &told, severity);
            if severity == Severity::Reject {
                annotate::envelope(&mut self.judged.annotated, &record, note, &told, severity);
            }
        }
    }

    pub(super) fn close(&mut self, kind: SegmentKind, index: u32, new: bool) {
        let open = match kind {
            SegmentKind::Se => self.mode != Mode::Outside,
            SegmentKind::Ge => self.headers[1].is_some(),
            _ => self.headers[0].is_some(),
        };
        self.end_set(index);
        if open {
            self.tell_envelope(kind, index, new);
        }
        let (item, fate) = match kind {
            _ if !open => (ItemKind::Stray, Fate::Rejected),
            SegmentKind::Se => (ItemKind::SetEnd, self.set_fate()),
            SegmentKind::Ge => (ItemKind::GroupEnd, Fate::Clean),
            _ => (ItemKind::InterchangeEnd, Fate::Clean),
        };
        self.begin_item(item, index, new, fate);
        // A trailer closes what is inside of it, even when it closes nothing itself.
        self.carried = Carried::default();
        self.headers[2] = None;
        self.names.transaction = None;
        if kind != SegmentKind::Se {
            self.headers[1] = None;
            self.names.group = None;
        }
        if kind == SegmentKind::Iea {
            self.headers[0] = None;
            self.names = Names::default();
        }
    }

    /// The open transaction set ends here.
    pub(super) fn end_set(&mut self, end: u32) {
        if self.mode == Mode::Judge {
            self.end_claim();
            self.end_growth(end);
            self.check_header(end);
            self.end_levels(0);
        }
        self.mode = Mode::Outside;
    }

    /// Writes down findings that belong to no claim: of a level, or of the header of the set.
    pub(super) fn tell_set(&mut self, findings: &[Finding], scope: &'static str) {
        if findings.is_empty() {
            return;
        }
        let mut severities = findings.iter().map(|finding| finding.severity);
        let rejected = severities.any(|severity| severity == Severity::Reject);
        let record = Record {
            scope: Some(scope),
            verdict: verdict(rejected),
            ..Record::set(&self.names, self.headers[2].unwrap_or(0))
        };
        for finding in findings {
            self.judged.tally.finding(finding);
        }
        let ordinals = &self.ordinals;
        jsonl::claim(
            &mut self.judged.jsonl,
            &record,
            findings,
            &self.text,
            |segment| ordinals.of(segment),
        );
        let found = SetFindings {
            text: self.text,
            findings,
            names: &self.names,
            offset: self.headers[2].unwrap_or(0),
            positions: self.ordinals.positions(),
        };
        for (listener, kept) in self.listeners.iter().zip(&mut self.judged.kept) {
            listener.set_findings(&found, kept);
        }
        if rejected {
            annotate::claim(
                &mut self.judged.annotated,
                &record,
                findings,
                &self.text,
                |segment| ordinals.of(segment),
            );
        }
    }

    /// The header is whole: looks what it lacks, once.
    /// `end` is the index of the segment that ends it.
    #[inline]
    pub(super) fn check_header(&mut self, end: u32) {
        if self.mode == Mode::Judge && !self.header_checked {
            self.header_checked = true;
            self.end_header(end);
        }
    }

    #[inline(never)]
    fn end_header(&mut self, end: u32) {
        self.close_loops();
        let told = &mut self.told;
        self.walk.check_node(0, &mut |what| told.push(what));
        self.settle();
        self.judgement
            .severities
            .settle(b"", &mut self.header_findings);
        let rejects = |finding: &&Finding| finding.severity == Severity::Reject;
        if self.header_findings.iter().any(|finding| rejects(&finding)) {
            self.set_rejected = true;
            let rejecting = self.header_findings.iter().filter(rejects);
            let rules: Vec<_> = rejecting.map(|finding| finding.rule.code).collect();
            for code in rules {
                self.reject_set_by(code);
            }
            if let Some(item) = self.header_item {
                if let Some(item) = self.judged.items.get_mut(item) {
                    item.fate = Fate::Rejected;
                }
                // A rejects file brings a control number of its own.
                let number = Spot::element(self.set_start, 2);
                let rejecting = self.header_findings.iter().filter(rejects);
                let of_number = rejecting.filter(|finding| finding.spot == number);
                let refused = of_number.map(|finding| (item, finding.rule.code));
                self.judged.refused.extend(refused);
            }
        }
        self.tell_header(end);
        if self.header_start.is_some() && !self.header_findings.is_empty() {
            let findings = std::mem::take(&mut self.header_findings);
            self.tell_set(&findings, TRANSACTION);
        }
    }
}

impl Pass<'_> {
    fn tell_header(&mut self, end: u32) {
        let (Some(start), Some(offset)) = (self.header_start, self.headers[2]) else {
            return;
        };
        let header = SetHeader {
            text: self.text,
            segments: (start, end),
            names: &self.names,
            offset,
            rejected: self.set_rejected,
        };
        for (listener, kept) in self.listeners.iter().zip(&mut self.judged.kept) {
            listener.set(&header, kept);
        }
    }

    fn tell_envelope(&mut self, kind: SegmentKind, index: u32, new: bool) {
        let segment = self.text.segment(index);
        let offset = self.text.offset(segment.start());
        for (listener, kept) in self
            .listeners
            .iter()
            .zip(&mut self.judged.kept)
            .filter(|_| new)
        {
            listener.envelope(
                &EnvelopeSegment {
                    kind,
                    segment,
                    delimiters: self.text.delimiters,
                    offset,
                },
                kept,
            );
        }
    }
}

fn envelope_finding(told: &EnvelopeFault, severity: Severity, index: u32) -> Finding {
    let spot = Spot::element(index, told.element);
    Finding {
        help: told.help.clone(),
        ..Finding::new(told.rule, severity, "", spot, told.message.clone())
    }
}
