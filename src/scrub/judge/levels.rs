//! Hierarchical levels: 2000A, 2000B, 2000C.

use super::Look;
use super::mend_levels::SeenLevel;
use super::pass::Pass;
use super::segments::keep;
use crate::claim::structure::LEVEL_LOOPS;
use crate::claim::validate::Violation;
use crate::claim::walk::ViolationAt;
use crate::emit::record::LEVEL;
use crate::rules::{Finding, LevelView, Report, Spot, syntax};
use crate::scrub::item::ItemKind;
use crate::value::Severity;
use crate::x12::limits;
use crate::x12::survey::HierarchyFault;

impl<'a> Pass<'a> {
    pub(super) fn level(&mut self, index: u32, new: bool) {
        self.end_claim();
        self.end_growth(index);
        self.check_header(index);
        let hl = self.text.segment(index);
        let at = self.text.offset(hl.start());
        let known = match hl.element(3) {
            b"20" => Some(0),
            b"22" => Some(1),
            b"23" => Some(2),
            _ => None,
        };
        let faults = self.hierarchy_faults(at);
        let stands_nowhere = |&(_, fault): &_| fault == HierarchyFault::Level;
        let known = known.filter(|_| !faults.iter().any(stands_nowhere));
        let depth = known.unwrap_or(2);
        self.end_levels(depth);
        self.strange = known.is_none();
        if known == Some(0) {
            self.carried.orphaned = false;
        }
        self.carried.orphaned |= self.is_lost_provider(index);
        let excused = (self.carried.lost || self.gap).then_some(at);
        self.carried.lost = false;
        self.gap = false;
        if new {
            self.carried.excused[depth..].fill(None);
            self.carried.excused[depth] = excused;
        }
        self.close_loops();
        self.settle();
        self.gathered.start_level(depth);
        self.begin_item(
            ItemKind::Level(u8::try_from(depth).unwrap_or(2)),
            index,
            new,
            self.set_fate(),
        );
        self.level_open[depth] = true;
        self.level_starts[depth] = index;
        self.level_checked[depth] = false;
        self.level_findings[depth].clear();
        self.growing = (self.look != Look::Usual).then_some(depth);
        if new {
            self.level_claims[depth] = 0;
        }
        for &(_, fault) in faults {
            self.hierarchy(fault, index, depth, at);
        }
    }

    /// Whether the level of this HL stands nowhere and says that it is a billing provider's,
    /// and does not begin as a subscriber's or a patient's.
    fn is_lost_provider(&self, index: u32) -> bool {
        let begins_below = |index: u32| {
            (index as usize) < self.text.tokens.len()
                && matches!(self.text.segment(index).id(), b"SBR" | b"PAT")
        };
        self.strange && self.text.segment(index).element(3) == b"20" && !begins_below(index + 1)
    }

    /// Faults of the HL at this offset against its neighbours, which the survey has seen.
    fn hierarchy_faults(&mut self, at: u64) -> &'a [(u64, HierarchyFault)] {
        let faults = self.survey.hierarchy.as_slice();
        if faults.is_empty() {
            return &[];
        }
        // Levels come in their order, and few are faulty.
        let is_before = |&(offset, _): &(u64, _)| offset < at;
        let passed = self
            .next_fault
            .checked_sub(1)
            .and_then(|last| faults.get(last));
        let is_next =
            passed.is_none_or(is_before) && !faults.get(self.next_fault).is_some_and(is_before);
        if !is_next {
            self.next_fault = faults.partition_point(is_before);
        }
        let behind = faults.get(self.next_fault..).unwrap_or(&[]);
        let own = behind.iter().take_while(|&&(offset, _)| offset == at);
        &behind[..own.count()]
    }

    fn hierarchy(&mut self, fault: HierarchyFault, index: u32, depth: usize, at: u64) {
        let kind = self.text.segment(index).element(3);
        let mut finding = hierarchy_finding(fault, index, depth, kind);
        let mended = matches!(fault, HierarchyFault::Number | HierarchyFault::Parent);
        let excused = fault == HierarchyFault::Number && self.carried.excused[depth] == Some(at);
        if excused || (self.judgement.counts_by_hand && mended) {
            finding.severity = finding.severity.min(Severity::Warn);
        }
        keep(
            &mut self.level_findings[depth],
            finding,
            self.look.most(limits::LEVEL_FINDINGS),
        );
    }

    /// The level that grew until this segment is whole: tells what is found in it. Nothing
    /// else comes of that, so that what is told of claims stays the same.
    #[inline]
    pub(super) fn end_growth(&mut self, end: u32) {
        if let Some(depth) = self.growing.take() {
            self.tell_growth(depth, end);
        }
    }

    #[inline(never)]
    fn tell_growth(&mut self, depth: usize, end: u32) {
        self.close_loops();
        self.settle();
        if self.set_rejected || !self.level_open[depth] {
            return;
        }
        let kept = self.level_findings.clone();
        let checked = std::mem::replace(&mut self.level_checked[depth], false);
        self.check_level(depth);
        self.level_checked[depth] = checked;
        let seen = std::mem::replace(&mut self.level_findings, kept);
        let mut findings = seen.into_iter().nth(depth).unwrap_or_default();
        self.judgement.severities.settle(b"", &mut findings);
        let start = self.level_starts[depth];
        self.judged.levels.push(SeenLevel {
            depth,
            segments: (start, end),
            new: self.text.segment(start).start() >= self.block.repeated,
            findings,
        });
    }

    /// Closes the levels from this depth on. A faulty level without a claim has
    /// nobody to tell, so it is told by itself.
    pub(super) fn end_levels(&mut self, from: usize) {
        for depth in (from..3).rev() {
            if !self.level_open[depth] {
                continue;
            }
            self.close_loops();
            let is_known = depth < 2 || !self.strange;
            if self.level_claims[depth] == 0 && !self.level_checked[depth] && is_known {
                let (told, level) = (&mut self.told, self.walk.levels().hierarchy[depth]);
                self.walk.check_node(level, &mut |what| told.push(what));
            }
            if is_known && self.lacks_claim(depth) {
                let levels = self.walk.levels();
                self.told.push(ViolationAt {
                    node: levels.hierarchy[depth],
                    segment: self.level_starts[depth],
                    violation: Violation::LoopMissing(levels.claim[depth - 1], None),
                });
            }
            let told = &mut self.told;
            self.walk.close_level(depth, &mut |what| told.push(what));
            self.settle();
            self.level_open[depth] = false;
            if self.level_claims[depth] == 0 && !self.level_findings[depth].is_empty() {
                self.tell_empty_level(depth);
            }
            self.level_findings[depth].clear();
            self.level_claims[depth] = 0;
        }
    }

    /// Whether this level is one of claims and has none. A subscriber's may have patients'
    /// levels instead, and says so in HL04.
    fn lacks_claim(&self, depth: usize) -> bool {
        let holds_claims = match depth {
            0 => false,
            1 => self.text.segment(self.level_starts[1]).element(4) == b"0",
            _ => true,
        };
        holds_claims && self.level_claims[depth] == 0
    }

    pub(super) fn tell_empty_level(&mut self, depth: usize) {
        let mut findings = std::mem::take(&mut self.level_findings[depth]);
        self.judgement.severities.settle(b"", &mut findings);
        let rejected = findings
            .iter()
            .any(|finding| finding.severity == Severity::Reject);
        if rejected {
            // The level leaves the clean file with its fault; it holds no claim.
            self.faulty_levels.push(u8::try_from(depth).unwrap_or(2));
        }
        self.tell_set(&findings, LEVEL);
    }

    /// Looks once what a level lacks and what its rules say.
    #[inline]
    pub(super) fn check_level(&mut self, depth: usize) {
        if !self.level_checked[depth] && (depth < 2 || !self.strange) {
            self.level_checked[depth] = true;
            self.look_at_level(depth);
        }
    }

    #[inline(never)]
    fn look_at_level(&mut self, depth: usize) {
        let told = &mut self.told;
        let node = self.walk.levels().hierarchy[depth];
        self.walk.check_node(node, &mut |what| told.push(what));
        self.settle();
        match depth {
            0 => self.gathered.billing.read(&self.text),
            1 => self.gathered.subscriber.read(&self.text),
            _ => self.gathered.patient.read(&self.text),
        }
        let subscriber = &self.gathered.subscriber;
        // Behind the first claim of another patient it cannot be told any more.
        let all_are_his = self.level_claims[1] == self.level_claims[2];
        let view = LevelView {
            text: self.text,
            today: self.judgement.today,
            billing: &self.gathered.billing,
            subscriber: (depth == 1).then_some(&self.gathered.subscriber),
            patient: (depth == 2).then_some(&self.gathered.patient),
            no_dependent: subscriber
                .sbr
                .filter(|_| depth == 2 && subscriber.is_patient && all_are_his),
        };
        let checks = &self.judgement.checks;
        let checks = match depth {
            0 => &checks.provider,
            1 => &checks.subscriber,
            _ => &checks.patient,
        };
        for (rule, check) in checks {
            let mut report = Report::new(rule, &mut self.level_findings[depth]);
            check(&view, &mut report);
        }
    }
}

fn hierarchy_finding(fault: HierarchyFault, index: u32, depth: usize, kind: &[u8]) -> Finding {
    let is_provider = fault == HierarchyFault::Level && kind == b"20";
    let (described, loop_id) = if is_provider {
        (syntax::describe_provider_below(), "2000A")
    } else {
        (syntax::describe_hierarchy(fault), LEVEL_LOOPS[depth])
    };
    let spot = Spot::element(index, described.at.element);
    described.finding(loop_id, spot)
}
