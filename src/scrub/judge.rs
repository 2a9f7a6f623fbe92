//! Judging one block: every segment against the guide, every claim against the rules.

use std::collections::HashMap;

use super::block::{Block, BlockKind};
use super::governing::Governing;
use super::item::{Fate, Item, ItemKind};
use super::tally::Tally;
use crate::claim::gather::Gathered;
use crate::claim::structure::STRUCTURE;
use crate::claim::text::Text;
use crate::claim::validate::{self, At, Violation};
use crate::claim::walk::{Told, Walk};
use crate::claim::{Claim, Line};
use crate::emit::record::{EnvelopeNames, Record};
use crate::emit::{annotate, jsonl};
use crate::policy::{Confidence, PolicyBook};
use crate::rules::context::Severities;
use crate::rules::registry::RULES;
use crate::rules::{Check, Context, Finding, LevelView, Report, Rule, Spot, envelope, syntax};
use crate::value::{Cents, Date, Severity};
use crate::x12::survey::{Fault, HierarchyFault, Note, Scope, Survey};
use crate::x12::{SegmentKind, Tokens};

/// What claims are judged by.
#[derive(Debug)]
pub struct Judgement {
    /// What "today" is.
    pub today: Date,
    /// Facts below this confidence only warn.
    pub reject_at: Confidence,
    /// The policies.
    pub policies: PolicyBook,
    /// Policies by payer, from the configuration.
    pub governing: Governing,
    /// Severities the configuration sets.
    pub severities: Severities,
    /// What becomes of claims that an unknown policy governs.
    pub unchecked: Fate,
    checks: Checks,
}

type LevelCheck = fn(&LevelView<'_>, &mut Report<'_>);
type ClaimCheck = fn(&Claim<'_>, &Context<'_>, &mut Report<'_>);
type LineCheck = fn(&Claim<'_>, &Line, &Context<'_>, &mut Report<'_>);

/// The checks of the registry by what they look at, in its order.
#[derive(Debug, Default)]
struct Checks {
    provider: Vec<(&'static Rule, LevelCheck)>,
    subscriber: Vec<(&'static Rule, LevelCheck)>,
    claim: Vec<(&'static Rule, ClaimCheck)>,
    line: Vec<(&'static Rule, LineCheck)>,
}

impl Judgement {
    /// A judgement by the built-in rules and policies on this day.
    #[must_use]
    pub fn new(today: Date, policies: PolicyBook) -> Judgement {
        let mut checks = Checks::default();
        for &rule in RULES {
            match rule.check {
                Check::Envelope | Check::Structure => {}
                Check::Provider(check) => checks.provider.push((rule, check)),
                Check::Subscriber(check) => checks.subscriber.push((rule, check)),
                Check::Claim(check) => checks.claim.push((rule, check)),
                Check::Line(check) => checks.line.push((rule, check)),
                Check::LevelAndClaim(level, claim) => {
                    checks.provider.push((rule, level));
                    checks.subscriber.push((rule, level));
                    checks.claim.push((rule, claim));
                }
            }
        }
        Judgement {
            today,
            reject_at: Confidence::Medium,
            policies,
            governing: Governing::default(),
            severities: Severities::default(),
            unchecked: Fate::Clean,
            checks,
        }
    }

    /// What of the configuration changes verdicts, as text: part of a run's identity.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!(
            "{:?} {:?} {:?} {}",
            self.reject_at,
            self.severities,
            self.unchecked,
            self.governing.fingerprint()
        )
    }

    /// The severity of an envelope fault: the configuration's, else the rule's own.
    #[must_use]
    pub fn envelope_severity(&self, told: &envelope::Told) -> Severity {
        self.severities.get(told.rule).unwrap_or(told.severity)
    }
}

/// Envelope faults by the offset of the header they belong to.
#[derive(Debug, Default)]
pub struct Notes<'a> {
    /// Runs of segments outside every set that hold claims: from, to.
    strays: Vec<(u64, u64)>,
    by_header: HashMap<u64, Vec<&'a Note>>,
}

impl<'a> Notes<'a> {
    /// Files the notes of a survey.
    #[must_use]
    pub fn new(survey: &'a Survey) -> Notes<'a> {
        let mut by_header: HashMap<u64, Vec<&Note>> = HashMap::new();
        let mut strays = Vec::new();
        for note in &survey.notes {
            if matches!(note.fault, Fault::Stray { claims } if claims > 0) {
                strays.push((note.header, note.header + u64::from(note.len)));
            }
            by_header.entry(note.header).or_default().push(note);
        }
        Notes { strays, by_header }
    }

    /// What a segment outside every set belongs to.
    fn stray(&self, at: u64) -> ItemKind {
        let kept = self.strays.iter().any(|&(from, to)| from <= at && at < to);
        if kept {
            ItemKind::StrayClaims
        } else {
            ItemKind::Stray
        }
    }

    /// The notes of the envelope that starts here.
    pub fn at(&self, header: Option<u64>, scope: Scope) -> impl Iterator<Item = &'a Note> + '_ {
        let notes = match header {
            Some(header) if !self.by_header.is_empty() => self.by_header.get(&header),
            _ => None,
        };
        notes
            .into_iter()
            .flatten()
            .copied()
            .filter(move |note| note.scope == scope)
    }
}

/// What comes of judging a block.
#[derive(Default, Debug)]
pub struct Judged {
    /// The new part of the block, cut into items.
    pub items: Vec<Item>,
    /// Lines of findings.jsonl.
    pub jsonl: Vec<u8>,
    /// Paragraphs of rejects.txt.
    pub annotated: Vec<u8>,
    /// Claims and findings of the block.
    pub tally: Tally,
}

/// How an open transaction set is dealt with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    /// No set is open.
    Outside,
    /// An 837P: every claim is judged.
    Judge,
    /// Something else, or too large: passed through to the rejects.
    PassThrough,
}

/// Judges one block.
pub fn judge(
    block: &Block,
    tokens: &mut Tokens,
    judgement: &Judgement,
    survey: &Survey,
    notes: &Notes<'_>,
) -> Judged {
    let mut judged = Judged::default();
    let whole = u32::try_from(block.bytes.len()).unwrap_or(u32::MAX);
    let item = |kind| Item {
        kind,
        start: u32::try_from(block.repeated).unwrap_or(0),
        end: whole,
        segments: 0,
        claims: 0,
        fate: Fate::Rejected,
        charge: Cents::ZERO,
    };
    match (block.kind, block.delimiters) {
        (BlockKind::Segments, Some(delimiters)) => {
            tokens.fill(&block.bytes, delimiters);
            let text = Text {
                bytes: &block.bytes,
                tokens,
                delimiters,
                stretches: &block.stretches,
            };
            let pass = Pass::new(block, text, judgement, survey, notes, &mut judged);
            pass.run();
        }
        (BlockKind::Loose, delimiters) if delimiters.is_none() || block.headers[0].is_none() => {
            judged.items.push(item(ItemKind::Lead));
        }
        _ => {
            // A cut-off CLM still is a claim: the survey counted it.
            let claims = u32::from(
                block.kind == BlockKind::Loose
                    && block.headers[2].is_some()
                    && block.bytes.starts_with(b"CLM"),
            );
            let loose = Item {
                claims,
                ..item(ItemKind::Loose)
            };
            judged.tally.rejected.add(u64::from(claims), Cents::ZERO);
            judged.items.push(loose);
        }
    }
    judged
}

// Each flag says of one open envelope or level what is known of it; together they
// are the state of the walk, not options.
#[allow(clippy::struct_excessive_bools)]
struct Pass<'a> {
    block: &'a Block,
    text: Text<'a>,
    judgement: &'a Judgement,
    survey: &'a Survey,
    notes: &'a Notes<'a>,
    judged: &'a mut Judged,
    walk: Walk,
    gathered: Gathered,
    mode: Mode,
    /// Whether the open transaction set is rejected as a whole.
    set_rejected: bool,
    /// Whether the header of the open set was looked at, and is new in this block.
    header_checked: bool,
    header_new: bool,
    header_item: Option<usize>,
    names: EnvelopeNames,
    headers: [Option<u64>; 3],
    /// Findings of the header and of the open levels.
    header_findings: Vec<Finding>,
    level_findings: [Vec<Finding>; 3],
    level_checked: [bool; 3],
    level_open: [bool; 3],
    level_claims: [u64; 3],
    /// Open levels without a claim that are found faulty as they end.
    faulty_levels: Vec<u8>,
    claim_open: bool,
    /// Whether the open claim stands where no claim can stand.
    claim_lost: bool,
    claim_findings: Vec<Finding>,
    claim_ordinal: u64,
    scopes: Vec<Depth>,
    /// Told by the walk, not yet turned into findings.
    told: Vec<Told>,
    at_told: Vec<(At, Violation)>,
    /// Index of the next component separator not yet passed, and the next odd byte.
    next_sub: usize,
    next_odd: usize,
    /// First segment of each stretch, for positions in the set.
    ordinals: Ordinals,
    last_payer: Option<(u32, Option<crate::policy::PolicyId>)>,
}

/// Which open thing a fault belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Depth {
    Header,
    Level(usize),
    Claim,
}

/// Positions of segments in their transaction set.
#[derive(Debug, Default)]
struct Ordinals {
    /// First segment of a stretch or set, and its position.
    runs: Vec<(u32, u64)>,
}

impl Ordinals {
    fn of(&self, segment: u32) -> u64 {
        let run = self.runs.iter().rev().find(|(first, _)| *first <= segment);
        run.map_or(0, |(first, ordinal)| ordinal + u64::from(segment - first))
    }
}

impl<'a> Pass<'a> {
    fn new(
        block: &'a Block,
        text: Text<'a>,
        judgement: &'a Judgement,
        survey: &'a Survey,
        notes: &'a Notes<'a>,
        judged: &'a mut Judged,
    ) -> Pass<'a> {
        let scopes = (0_u8..)
            .zip(&STRUCTURE.nodes)
            .map(|(_, node)| match node.id {
                "2000A" | "2010AA" | "2010AB" | "2010AC" => Depth::Level(0),
                "2000B" | "2010BA" | "2010BB" => Depth::Level(1),
                "2000C" | "2010CA" => Depth::Level(2),
                "ST" | "1000A" | "1000B" => Depth::Header,
                _ => Depth::Claim,
            })
            .collect();
        Pass {
            block,
            text,
            judgement,
            survey,
            notes,
            judged,
            walk: Walk::new(),
            gathered: Gathered::default(),
            mode: Mode::Outside,
            set_rejected: false,
            header_checked: false,
            header_new: false,
            header_item: None,
            names: EnvelopeNames::from_open(&block.names),
            headers: block.headers,
            header_findings: Vec::new(),
            level_findings: [const { Vec::new() }; 3],
            level_checked: [false; 3],
            level_open: [false; 3],
            level_claims: block.level_claims,
            faulty_levels: Vec::new(),
            claim_open: false,
            claim_lost: false,
            claim_findings: Vec::new(),
            claim_ordinal: block.claims_before,
            scopes,
            told: Vec::new(),
            at_told: Vec::new(),
            next_sub: 0,
            next_odd: 0,
            ordinals: Ordinals::default(),
            last_payer: None,
        }
    }

    fn run(mut self) {
        let count = u32::try_from(self.text.tokens.len()).unwrap_or(u32::MAX);
        let mut stretch = 0;
        if self.headers[2].is_some() {
            self.mode = self.mode_of_set();
        }
        for index in 0..count {
            let start = self.text.segment(index).start();
            while self
                .block
                .stretches
                .get(stretch)
                .is_some_and(|next| next.start <= start)
            {
                self.ordinals
                    .runs
                    .push((index, self.block.stretches[stretch].ordinal));
                stretch += 1;
            }
            self.segment(index, start >= self.block.repeated);
        }
        self.end_claim();
        self.check_header();
        let end = u32::try_from(self.block.bytes.len()).unwrap_or(u32::MAX);
        if let Some(last) = self.judged.items.last_mut() {
            last.end = end;
        }
    }

    fn mode_of_set(&mut self) -> Mode {
        let header = self.headers[2];
        let mut mode = Mode::Judge;
        self.set_rejected = false;
        for note in self.notes.at(header, Scope::Set) {
            if matches!(note.fault, Fault::Unsupported { .. } | Fault::Oversize) {
                mode = Mode::PassThrough;
            }
            let told = envelope::describe(note);
            self.set_rejected |= self.judgement.envelope_severity(&told) == Severity::Reject;
        }
        for (at, scope) in [
            (self.headers[0], Scope::Interchange),
            (self.headers[1], Scope::Group),
        ] {
            for note in self.notes.at(at, scope) {
                let told = envelope::describe(note);
                self.set_rejected |= self.judgement.envelope_severity(&told) == Severity::Reject;
            }
        }
        self.set_rejected |= mode == Mode::PassThrough;
        mode
    }

    /// Starts an item at this segment, if the segment is new.
    fn begin_item(&mut self, kind: ItemKind, index: u32, new: bool, fate: Fate) {
        if !new {
            return;
        }
        let start = match self.judged.items.last_mut() {
            Some(last) => {
                let start = u32::try_from(self.text.segment(index).start()).unwrap_or(u32::MAX);
                last.end = start;
                start
            }
            // Blanks between the cut and the first segment belong to it.
            None => u32::try_from(self.block.repeated).unwrap_or(0),
        };
        let item = |kind, fate| Item {
            kind,
            start,
            end: start,
            segments: 0,
            claims: 0,
            fate,
            charge: Cents::ZERO,
        };
        for depth in self.faulty_levels.drain(..) {
            self.judged
                .items
                .push(item(ItemKind::LevelFault(depth), Fate::Rejected));
        }
        self.judged.items.push(item(kind, fate));
    }

    fn set_fate(&self) -> Fate {
        if self.set_rejected {
            Fate::Rejected
        } else {
            Fate::Clean
        }
    }

    fn segment(&mut self, index: u32, new: bool) {
        let segment = self.text.segment(index);
        let kind = SegmentKind::of(segment.text(), self.text.delimiters);
        match kind {
            SegmentKind::Other => {
                if self.mode == Mode::Outside {
                    let kind = self.stray(index);
                    if self
                        .judged
                        .items
                        .last()
                        .is_none_or(|item| item.kind != kind)
                    {
                        self.begin_item(kind, index, new, Fate::Rejected);
                    }
                } else if new && self.judged.items.is_empty() {
                    // Only a set passed through is cut at any segment.
                    self.begin_item(ItemKind::Unjudged, index, new, Fate::Rejected);
                }
            }
            SegmentKind::Isa | SegmentKind::Gs | SegmentKind::St => self.open(kind, index, new),
            SegmentKind::Se | SegmentKind::Ge | SegmentKind::Iea => self.close(kind, index, new),
            SegmentKind::Hl if self.mode == Mode::Judge => self.level(index, new),
            SegmentKind::Clm if self.mode == Mode::Judge => self.claim(index, new),
            SegmentKind::Hl | SegmentKind::Clm => self.unjudged(kind, index, new),
        }
        if self.mode == Mode::Judge
            && matches!(
                kind,
                SegmentKind::Other | SegmentKind::Hl | SegmentKind::Clm
            )
        {
            self.structure(index);
        }
        if new && let Some(item) = self.judged.items.last_mut() {
            item.segments += 1;
        }
    }

    /// What a segment outside every set belongs to.
    fn stray(&self, index: u32) -> ItemKind {
        self.notes
            .stray(self.text.offset(self.text.segment(index).start()))
    }

    /// HL or CLM where nothing is judged.
    fn unjudged(&mut self, kind: SegmentKind, index: u32, new: bool) {
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
        if kind == SegmentKind::Clm && new {
            let charge = Cents::parse(self.text.segment(index).element(2)).unwrap_or_default();
            self.claim_ordinal += 1;
            self.judged.tally.rejected.add(1, charge);
            if let Some(item) = self.judged.items.last_mut() {
                item.claims += 1;
                item.charge = item.charge.plus(charge);
            }
        }
    }

    fn open(&mut self, kind: SegmentKind, index: u32, new: bool) {
        self.end_set();
        let segment = self.text.segment(index);
        let at = Some(self.text.offset(segment.start()));
        let number = |position| {
            let text = String::from_utf8_lossy(segment.element(position));
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        match kind {
            SegmentKind::Isa => {
                self.names = EnvelopeNames {
                    interchange: number(13),
                    group: None,
                    transaction: None,
                };
                self.headers = [at, None, None];
                self.begin_item(ItemKind::Interchange, index, new, Fate::Clean);
                self.tell_notes(at, Scope::Interchange, index, new);
            }
            SegmentKind::Gs => {
                self.names.group = number(6);
                self.names.transaction = None;
                self.headers[1] = at;
                self.headers[2] = None;
                self.begin_item(ItemKind::Group, index, new, Fate::Clean);
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
                self.header_new = new;
                self.header_checked = false;
                self.header_findings.clear();
                self.level_open = [false; 3];
                if new {
                    self.level_claims = [0; 3];
                }
                self.walk.reset(index);
                self.tell_notes(at, Scope::Set, index, new);
            }
        }
    }

    /// Writes down the faults of the envelope that starts here.
    fn tell_notes(&mut self, at: Option<u64>, scope: Scope, index: u32, new: bool) {
        if !new {
            return;
        }
        for note in self.notes.at(at, scope) {
            let told = envelope::describe(note);
            let severity = self.judgement.envelope_severity(&told);
            let finding = envelope_finding(&told, severity, index);
            self.judged.tally.finding(&finding);
            let record = Record::envelope(note, &finding);
            jsonl::envelope(&mut self.judged.jsonl, &record, note, &told, severity);
            if severity == Severity::Reject {
                annotate::envelope(&mut self.judged.annotated, &record, &told, severity);
            }
        }
    }

    fn close(&mut self, kind: SegmentKind, index: u32, new: bool) {
        let open = match kind {
            SegmentKind::Se => self.mode != Mode::Outside,
            SegmentKind::Ge => self.headers[1].is_some(),
            _ => self.headers[0].is_some(),
        };
        self.end_set();
        if !open {
            self.begin_item(self.stray(index), index, new, Fate::Rejected);
            return;
        }
        let fate = self.set_fate();
        match kind {
            SegmentKind::Se => {
                self.begin_item(ItemKind::SetEnd, index, new, fate);
                self.headers[2] = None;
                self.names.transaction = None;
            }
            SegmentKind::Ge => {
                self.begin_item(ItemKind::GroupEnd, index, new, Fate::Clean);
                self.headers[1] = None;
                self.names.group = None;
            }
            _ => {
                self.begin_item(ItemKind::InterchangeEnd, index, new, Fate::Clean);
                self.headers = [None; 3];
                self.names = EnvelopeNames::default();
            }
        }
        self.mode = Mode::Outside;
    }

    /// The open transaction set ends here.
    fn end_set(&mut self) {
        if self.mode == Mode::Judge {
            self.end_claim();
            self.check_header();
            self.end_levels(0);
        }
        self.mode = Mode::Outside;
    }

    fn level(&mut self, index: u32, new: bool) {
        self.end_claim();
        self.check_header();
        let depth = match self.text.segment(index).element(3) {
            b"20" => 0,
            b"22" => 1,
            _ => 2,
        };
        self.end_levels(depth);
        let mut told = std::mem::take(&mut self.told);
        self.walk.close_inner(&mut |what| told.push(what));
        self.told = told;
        self.settle();
        self.gathered.start_level(depth);
        self.begin_item(
            ItemKind::Level(u8::try_from(depth).unwrap_or(2)),
            index,
            new,
            self.set_fate(),
        );
        self.level_open[depth] = true;
        self.level_checked[depth] = false;
        self.level_findings[depth].clear();
        if new {
            self.level_claims[depth] = 0;
        }
        if !self.survey.hierarchy.is_empty() {
            self.hierarchy(index, depth);
        }
    }

    /// Faults of this HL against its neighbours, which the survey has seen.
    fn hierarchy(&mut self, index: u32, depth: usize) {
        let at = self.text.offset(self.text.segment(index).start());
        let faults = &self.survey.hierarchy;
        let first = faults.partition_point(|&(offset, _)| offset < at);
        for &(_, fault) in faults[first..]
            .iter()
            .take_while(|&&(offset, _)| offset == at)
        {
            let finding = hierarchy_finding(fault, index, depth, &self.judgement.severities);
            self.level_findings[depth].push(finding);
        }
    }

    /// Closes the levels from this depth on. A faulty level without a claim has
    /// nobody to tell, so it is told by itself.
    fn end_levels(&mut self, from: usize) {
        for depth in (from..3).rev() {
            if !self.level_open[depth] {
                continue;
            }
            let mut told = std::mem::take(&mut self.told);
            self.walk.close_inner(&mut |what| told.push(what));
            if self.level_claims[depth] == 0 && !self.level_checked[depth] {
                self.walk
                    .check_node(self.walk.levels().hierarchy[depth], &mut |what| {
                        told.push(what);
                    });
            }
            self.walk.close_level(depth, &mut |what| told.push(what));
            self.told = told;
            self.settle();
            self.level_open[depth] = false;
            if self.level_claims[depth] == 0 && !self.level_findings[depth].is_empty() {
                self.tell_empty_level(depth);
            }
            self.level_findings[depth].clear();
            self.level_claims[depth] = 0;
        }
    }

    fn tell_empty_level(&mut self, depth: usize) {
        let findings = std::mem::take(&mut self.level_findings[depth]);
        let rejected = findings
            .iter()
            .any(|finding| finding.severity == Severity::Reject);
        if rejected {
            // The level leaves the clean file with its fault; it holds no claim.
            self.faulty_levels.push(u8::try_from(depth).unwrap_or(2));
        }
        self.tell_set(&findings);
    }

    /// Writes down findings that belong to no claim.
    fn tell_set(&mut self, findings: &[Finding]) {
        let record = Record::set(&self.names, self.headers[2].unwrap_or(0));
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
        if findings
            .iter()
            .any(|finding| finding.severity == Severity::Reject)
        {
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
    fn check_header(&mut self) {
        if self.mode != Mode::Judge || self.header_checked {
            return;
        }
        self.header_checked = true;
        let mut told = std::mem::take(&mut self.told);
        self.walk.close_inner(&mut |what| told.push(what));
        self.walk.check_node(0, &mut |what| told.push(what));
        self.told = told;
        self.settle();
        if self.header_findings.is_empty() {
            return;
        }
        if self
            .header_findings
            .iter()
            .any(|finding| finding.severity == Severity::Reject)
        {
            self.set_rejected = true;
            if let Some(item) = self
                .header_item
                .and_then(|item| self.judged.items.get_mut(item))
            {
                item.fate = Fate::Rejected;
            }
        }
        if self.header_new {
            let findings = std::mem::take(&mut self.header_findings);
            self.tell_set(&findings);
        }
    }

    fn claim(&mut self, index: u32, new: bool) {
        self.end_claim();
        self.check_header();
        let mut told = std::mem::take(&mut self.told);
        self.walk.close_inner(&mut |what| told.push(what));
        self.told = told;
        self.settle();
        for depth in 0..3 {
            if self.level_open[depth] {
                self.level_claims[depth] += 1;
                self.check_level(depth);
            }
        }
        self.begin_item(ItemKind::Claim, index, new, Fate::Clean);
        self.gathered.start_claim(index);
        self.claim_lost = false;
        self.claim_open = true;
        self.claim_ordinal += 1;
        self.claim_findings.clear();
    }

    /// Looks once what a level lacks and what its rules say.
    fn check_level(&mut self, depth: usize) {
        if self.level_checked[depth] {
            return;
        }
        self.level_checked[depth] = true;
        let mut told = std::mem::take(&mut self.told);
        let node = self.walk.levels().hierarchy[depth];
        self.walk.check_node(node, &mut |what| told.push(what));
        self.told = told;
        self.settle();
        let view = LevelView {
            text: self.text,
            today: self.judgement.today,
            billing: &self.gathered.billing,
            subscriber: (depth == 1).then_some(&self.gathered.subscriber),
            patient: (depth == 2).then_some(&self.gathered.patient),
        };
        let checks = if depth == 0 {
            &self.judgement.checks.provider
        } else {
            &self.judgement.checks.subscriber
        };
        for (rule, check) in checks {
            let mut report = Report::new(
                rule,
                &self.judgement.severities,
                &mut self.level_findings[depth],
            );
            check(&view, &mut report);
        }
    }

    /// One segment against the structure table.
    #[inline]
    fn structure(&mut self, index: u32) {
        let segment = self.text.segment(index);
        let end = segment.end();
        let in_claim = self.claim_open && index != self.gathered.claim.clm;
        let subs = self.text.tokens.sub_positions();
        let mut has_subs = false;
        while subs
            .get(self.next_sub)
            .is_some_and(|&at| (at as usize) < end)
        {
            has_subs |= subs[self.next_sub] as usize >= segment.start();
            self.next_sub += 1;
        }
        if in_claim && self.claim_lost {
            return;
        }
        let mut told = std::mem::take(&mut self.told);
        let delimiters = self.text.delimiters;
        let place = self.walk.step(
            &segment,
            index,
            delimiters.component,
            in_claim,
            &mut |what| {
                told.push(what);
            },
        );
        self.told = told;
        // A claim without a place loses its segments too; that CLM has none says it all.
        self.claim_lost |= place.is_none() && self.claim_open && !in_claim;
        if !self.told.is_empty() {
            self.settle();
        }
        if let Some(place) = place {
            self.gathered.note(place, index);
            let spec = STRUCTURE.spec(place);
            let at_told = &mut self.at_told;
            validate::elements(&segment, spec, delimiters, has_subs, |at, violation| {
                at_told.push((at, violation));
            });
            if !self.at_told.is_empty() {
                self.settle_elements(place.node, index);
            }
        }
        let odds = self.text.tokens.odd_positions();
        if self.next_odd < odds.len() {
            self.odd_bytes(index, end);
        }
    }

    /// Bytes outside the character set, up to the end of this segment.
    fn odd_bytes(&mut self, index: u32, end: usize) {
        let segment = self.text.segment(index);
        let odds = self.text.tokens.odd_positions();
        let mut first = None;
        while let Some(&at) = odds.get(self.next_odd).filter(|&&at| (at as usize) < end) {
            if at as usize >= segment.start() {
                let byte = self.text.bytes[at as usize];
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
    fn settle(&mut self) {
        let told = std::mem::take(&mut self.told);
        for what in &told {
            let segment = self.text.segment(what.segment);
            let described = syntax::describe(what, At::default(), &segment, self.text.delimiters);
            self.push_described(described, what.node, what.segment, At::default());
        }
        self.told = told;
        self.told.clear();
    }

    fn settle_elements(&mut self, node: u8, index: u32) {
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

    fn push_described(&mut self, described: syntax::Described, node: u8, index: u32, at: At) {
        let severity = self
            .judgement
            .severities
            .get(described.rule)
            .unwrap_or(described.severity);
        let scope = self.scopes[usize::from(node)];
        let line = self.gathered.claim.lines.last().map(|line| line.number);
        let loop_id = STRUCTURE.node(node).id;
        let finding = Finding {
            rule: described.rule,
            severity,
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
        };
        // An HL without a place still is the start of the level that is open now.
        let starts_level = self.text.segment(index).id() == b"HL";
        match scope {
            _ if starts_level => match self.level_open.iter().rposition(|&open| open) {
                Some(depth) => self.level_findings[depth].push(finding),
                None => self.header_findings.push(finding),
            },
            _ if self.claim_open => self.claim_findings.push(finding),
            Depth::Level(depth) if self.level_open[depth] => {
                self.level_findings[depth].push(finding);
            }
            Depth::Claim | Depth::Level(_) => {
                match self.level_open.iter().rposition(|&open| open) {
                    Some(depth) => self.level_findings[depth].push(finding),
                    None => self.header_findings.push(finding),
                }
            }
            Depth::Header => self.header_findings.push(finding),
        }
    }

    /// The open claim is whole: judges it.
    fn end_claim(&mut self) {
        if !self.claim_open {
            return;
        }
        let mut told = std::mem::take(&mut self.told);
        self.walk.close_claim(&mut |what| told.push(what));
        self.told = told;
        if !self.told.is_empty() {
            self.settle();
        }
        self.claim_open = false;
        let text = self.text;
        let place = text
            .segment(self.gathered.claim.clm)
            .component(5, 1, text.delimiters);
        for line in &mut self.gathered.claim.lines {
            line.read(&text, place);
        }
        let claim = Claim {
            text,
            billing: &self.gathered.billing,
            subscriber: &self.gathered.subscriber,
            patient: self.level_open[2].then_some(&self.gathered.patient),
            parts: &self.gathered.claim,
        };
        let judgement = self.judgement;
        let policy =
            judgement
                .governing
                .policy_of(&claim, &judgement.policies, &mut self.last_payer);
        let context = Context {
            today: judgement.today,
            policy: policy.map(|id| judgement.policies.get(id)),
            reject_at: judgement.reject_at,
        };
        let findings = &mut self.claim_findings;
        for (rule, check) in &judgement.checks.claim {
            check(
                &claim,
                &context,
                &mut Report::new(rule, &judgement.severities, findings),
            );
        }
        let mut telehealth = false;
        for line in claim.lines() {
            telehealth |= line.is_telehealth();
            for (rule, check) in &judgement.checks.line {
                check(
                    &claim,
                    line,
                    &context,
                    &mut Report::new(rule, &judgement.severities, findings),
                );
            }
        }
        let tally = &mut self.judged.tally;
        tally.telehealth += u64::from(telehealth);
        tally.lines += claim.lines().len() as u64;
        for (depth, inherited) in self.level_findings.iter().enumerate() {
            if self.level_open[depth] {
                findings.extend(inherited.iter().cloned());
            }
        }
        let charge = claim.charge().unwrap_or_default();
        let item = self.judged.items.last_mut();
        let mut fate = if self.set_rejected {
            Fate::Rejected
        } else {
            Fate::Clean
        };
        if !findings.is_empty() {
            findings.sort_by_key(|finding| {
                (
                    finding.spot.segment,
                    finding.spot.element,
                    finding.spot.component,
                    finding.rule.code,
                )
            });
            let worst = findings.iter().map(|finding| finding.severity).max();
            let unchecked = findings.iter().any(|finding| finding.unchecked);
            for finding in findings.iter() {
                tally.finding(finding);
            }
            let verdict = if worst == Some(Severity::Reject) || self.set_rejected {
                fate = Fate::Rejected;
                "rejected"
            } else if unchecked {
                fate = judgement.unchecked;
                tally.unchecked.add(1, charge);
                "unchecked"
            } else {
                tally.warned.add(1, charge);
                "warned"
            };
            let record = Record::claim(&claim, &context, &self.names, self.claim_ordinal, verdict);
            let ordinals = &self.ordinals;
            jsonl::claim(
                &mut self.judged.jsonl,
                &record,
                findings,
                &text,
                |segment| ordinals.of(segment),
            );
            if fate == Fate::Rejected {
                annotate::claim(
                    &mut self.judged.annotated,
                    &record,
                    findings,
                    &text,
                    |segment| ordinals.of(segment),
                );
            }
        }
        let tally = &mut self.judged.tally;
        match fate {
            Fate::Clean => tally.clean.add(1, charge),
            Fate::Held => tally.held.add(1, charge),
            Fate::Rejected => tally.rejected.add(1, charge),
        }
        if let Some(item) = item {
            item.fate = fate;
            item.claims = 1;
            item.charge = charge;
        }
    }
}

fn envelope_finding(told: &envelope::Told, severity: Severity, index: u32) -> Finding {
    Finding {
        rule: told.rule,
        severity,
        unchecked: false,
        loop_id: "",
        service_line: None,
        spot: Spot {
            segment: index,
            element: told.element,
            component: 0,
        },
        message: told.message.clone(),
        help: told.help.clone(),
        cited: None,
        fix: None,
    }
}

fn hierarchy_finding(
    fault: HierarchyFault,
    index: u32,
    depth: usize,
    severities: &Severities,
) -> Finding {
    let described = syntax::describe_hierarchy(fault);
    let element = match fault {
        HierarchyFault::Number => 1,
        HierarchyFault::Parent => 2,
        HierarchyFault::Level => 3,
        HierarchyFault::Child => 4,
    };
    Finding {
        rule: described.rule,
        severity: severities.get(described.rule).unwrap_or(described.severity),
        unchecked: false,
        loop_id: ["2000A", "2000B", "2000C"][depth],
        service_line: None,
        spot: Spot::element(index, element),
        message: described.message,
        help: described.help,
        cited: None,
        fix: described.fix,
    }
}
