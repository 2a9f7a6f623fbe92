//! Claims: gathered, judged when they are whole, told.

use super::conclusion::Conclusion;
use super::pass::Pass;
use super::segments::{opens_level, opens_provider};
use super::{Assignment, Judged, Mended, mend};
use crate::claim::Claim;
use crate::claim::parts::{BillingParts, SubscriberParts};
use crate::claim::structure::STRUCTURE;
use crate::claim::validate::Violation;
use crate::claim::walk::ViolationAt;
use crate::emit::record::Record;
use crate::rules::duplicates::claim_twice_in_batch;
use crate::rules::{Context, Finding, Report, Spot, envelope, syntax, unreviewed};
use crate::scrub::carried::Carried;
use crate::scrub::duplicates::Print;
use crate::scrub::item::{Fate, ItemKind};
use crate::scrub::listener::JudgedClaim;
use crate::x12::SegmentKind;

impl Pass<'_> {
    pub(super) fn claim(&mut self, index: u32, new: bool) {
        self.end_claim();
        self.end_growth(index);
        self.check_header(index);
        self.close_loops();
        self.settle();
        for depth in 0..3 {
            if self.level_open[depth] {
                self.level_claims[depth] += 1;
                self.check_level(depth);
            }
        }
        self.begin_item(ItemKind::Claim, index, new, Fate::Clean);
        self.gathered.start_claim(index);
        self.claim_open = true;
        self.claim_ordinal += 1;
        self.claim_findings.clear();
        self.check_place(index);
    }

    /// Whether a claim can stand here: in a subscriber's or patient's level, and not as one
    /// too many.
    fn check_place(&mut self, index: u32) {
        let levels = self.walk.levels();
        let lowest = self.level_open.iter().rposition(|&open| open);
        let told = match lowest {
            _ if self.strange => return,
            Some(depth @ 1..) => {
                let most = u64::from(STRUCTURE.node(levels.claim[0]).repeat);
                if self.level_claims[depth] <= most {
                    return;
                }
                (levels.claim[0], Violation::LoopRepeated)
            }
            Some(_) => (levels.hierarchy[0], Violation::SegmentMisplaced),
            None => (0, Violation::SegmentMisplaced),
        };
        self.told.push(ViolationAt {
            node: told.0,
            segment: index,
            violation: told.1,
        });
        self.settle();
    }

    /// Where the open claim runs into a level whose HL is missing: the first segment that opens
    /// a level behind its last line, and whether that level is a billing provider's. Another
    /// payer that comes late is none: it has OI.
    #[inline]
    fn runs_into_level(&self, carried: Carried) -> Option<(u32, bool)> {
        // A claim without a fault so far has nothing in it that does not belong there.
        if self.claim_findings.is_empty() || carried.lost && carried.orphaned {
            return None;
        }
        self.level_run_into()
    }

    #[cold]
    fn level_run_into(&self) -> Option<(u32, bool)> {
        let claim = &self.gathered.claim;
        let first = claim.lines.last().map_or(claim.clm, |line| line.lx) + 1;
        let count = u32::try_from(self.text.tokens.len()).unwrap_or(u32::MAX);
        let behind = (first..count)
            .map(|index| (index, self.text.segment(index)))
            .take_while(|(_, segment)| segment.kind() == SegmentKind::Other);
        let (mut opened, mut provider) = (None, false);
        for (index, segment) in behind {
            if segment.id() == b"OI" {
                return None;
            }
            if opened.is_none() && opens_level(&segment) {
                opened = Some(index);
            }
            provider |= opens_provider(&segment);
        }
        opened.map(|index| (index, provider))
    }

    /// No segment follows that belongs to the open claim.
    fn close_claim(&mut self) {
        let told = &mut self.told;
        self.walk.close_claim(&mut |what| told.push(what));
        self.settle();
        self.claim_open = false;
        self.gathered.claim.read(&self.text);
    }

    /// The open claim is whole: judges it.
    pub(super) fn end_claim(&mut self) {
        if !self.claim_open {
            return;
        }
        self.close_claim();
        // Whose claim it is can't be told; it is not judged by somebody else's level.
        let carried = self.carried;
        let stray = carried.lost || self.strange;
        let no_provider = carried.orphaned.then(BillingParts::default);
        let mut nobody = None;
        let subscriber = if stray {
            let hl = self.strange.then_some(self.level_starts[2]);
            nobody.insert(SubscriberParts::of_nobody(hl))
        } else {
            &self.gathered.subscriber
        };
        let claim = Claim {
            text: self.text,
            billing: no_provider.as_ref().unwrap_or(&self.gathered.billing),
            subscriber,
            patient: (self.level_open[2] && !stray).then_some(&self.gathered.patient),
            parts: &self.gathered.claim,
        };
        let runs_into = self.runs_into_level(carried);
        self.carried.lost |= runs_into.is_some();
        self.carried.orphaned |= runs_into.is_some_and(|(_, provider)| provider);
        let level = runs_into.map(|(first, _)| first).filter(|_| !carried.lost);
        let (judgement, ordinal) = (self.judgement, self.claim_ordinal);
        let (policies, governing) = (&judgement.policies, &judgement.governing);
        let policy = governing.policy_of(&claim, policies, &mut self.payers);
        let fingerprint = self.judged.prints.of(&claim);
        let recalled = (self.earlier).map(|earlier| earlier.claim(&claim, fingerprint));
        let context = Context {
            today: judgement.today,
            policy: policy.map(|id| policies.get(id)),
            reject_at: judgement.reject_at,
            severities: &judgement.severities,
            accepted_before: recalled.and_then(|recalled| recalled.accepted).or_else(|| {
                self.known
                    .and_then(|known| known.accepted(ordinal, fingerprint))
            }),
        };
        let mut findings = std::mem::take(&mut self.claim_findings);
        let too_large = claim.parts.are_too_many();
        let telehealth = !too_large && judgement.checks.ask(&claim, &context, &mut findings);
        let original = fingerprint.filter(|_| claim.is_sent_as_new());
        let first = self.twins.first(ordinal, original, self.judged);
        self.tell_of_twin(&claim, &context, first, &mut findings);
        self.tell_of_levels(&claim, carried, level, &mut findings);
        if too_large {
            findings.push(of_claim(syntax::describe_too_large(), claim.parts.clm));
        }
        let can_be_mended = !(self.set_rejected || stray || carried.orphaned || too_large);
        if self.mending
            && can_be_mended
            && !findings.is_empty()
            && let Some((judged, mended)) = self.mend(&claim, carried, &findings)
            && self.judged.take_mended(judged, mended)
        {
            return;
        }
        let charge = claim.charge().unwrap_or_default();
        findings.sort_by_key(Finding::place);
        let concluded = Conclusion::of(&findings, self.set_rejected, judgement);
        let tally = &mut self.judged.tally;
        let is_past = (self.coverage).ends_before(&claim, policy, &context, judgement);
        tally.past_policy += u64::from(is_past);
        tally.telehealth += u64::from(telehealth);
        concluded.count(&claim, context.policy, &findings, &self.set_rules, tally);
        if !findings.is_empty() || concluded.fate == Fate::Rejected {
            let record = Record::claim(&claim, &context, &self.names, ordinal, concluded.verdict);
            let (text, positions) = (&self.text, self.ordinals.positions());
            (self.judged).tell(&record, &findings, text, positions, concluded.fate);
        }
        let print = original.map(|fingerprint| Print {
            fingerprint,
            claim: ordinal,
            rejected: concluded.fate == Fate::Rejected,
        });
        self.twins.take(print, first, &mut self.judged.prints);
        let judged = JudgedClaim {
            claim: &claim,
            recalled,
            context: &context,
            findings: &findings,
            fate: concluded.fate,
            verdict: concluded.verdict,
            set_rejected: self.set_rejected,
            set_rules: &self.set_rules,
            names: &self.names,
            ordinal,
            charge,
            positions: self.ordinals.positions(),
        };
        for (listener, kept) in self.listeners.iter().zip(&mut self.judged.kept) {
            listener.claim(&judged, kept);
        }
        if let Some(item) = self.judged.items.last_mut() {
            item.fate = concluded.fate;
            item.claims = 1;
        }
        self.claim_findings = findings;
    }

    /// Tells that the claim bills the same as an earlier one: `first` of this input, or one
    /// that an earlier run knows.
    fn tell_of_twin(
        &self,
        claim: &Claim<'_>,
        context: &Context<'_>,
        first: Option<u64>,
        findings: &mut Vec<Finding>,
    ) {
        let is_known = || {
            let ordinal = &self.claim_ordinal;
            self.known
                .is_some_and(|known| known.twins.contains(ordinal))
        };
        if let Some(first) = first {
            claim_twice_in_batch::tell(
                claim,
                first,
                &mut Report::new(&claim_twice_in_batch::RULE, findings),
            );
        } else if context.accepted_before.is_none() && is_known() {
            claim_twice_in_batch::tell_again(
                claim,
                &mut Report::new(&claim_twice_in_batch::RULE, findings),
            );
        }
    }

    /// Adds what was found in the levels that the claim belongs to, and what an earlier run
    /// found around it; then says of each finding how severe it is, and of those from where the
    /// claim runs into a `level` on what they may come of.
    fn tell_of_levels(
        &self,
        claim: &Claim<'_>,
        carried: Carried,
        level: Option<u32>,
        findings: &mut Vec<Finding>,
    ) {
        for (depth, inherited) in self.level_findings.iter().enumerate() {
            let is_its_own = match depth {
                0 => !carried.orphaned,
                1 => !(carried.lost || self.strange),
                _ => !carried.lost,
            };
            if !inherited.is_empty() && self.level_open[depth] && is_its_own {
                findings.extend(inherited.iter().cloned());
            }
        }
        let around = self.known.map(|known| known.around(self.claim_ordinal));
        for fault in around.unwrap_or(&[]) {
            unreviewed::tell(claim, fault.rule, &fault.said, findings);
        }
        if !findings.is_empty() {
            let severities = &self.judgement.severities;
            severities.settle(claim.payer_id(), findings);
        }
        if let Some(first) = level {
            findings.sort_by_key(Finding::place);
            syntax::lay_to_missing_level(first, findings);
        }
        envelope::lay_to_lost_segments(&self.set_rules, findings);
        // No setting lets a claim pass that could not be judged.
        if carried.lost {
            findings.push(of_claim(syntax::describe_level_missing(), claim.parts.clm));
        } else if carried.orphaned {
            let described = syntax::describe_provider_lost();
            findings.push(Finding {
                answer: Some(described.note.answer),
                syntax: None,
                ..of_claim(described, claim.parts.clm)
            });
        }
    }

    /// Tries fixes on the claim: what it is judged after them, when they change it.
    fn mend(
        &self,
        claim: &Claim<'_>,
        carried: Carried,
        findings: &[Finding],
    ) -> Option<(Option<Judged>, Mended)> {
        let level = |depth: usize| self.level_open[depth].then_some(self.level_starts[depth]);
        let place = mend::Place {
            text: self.text,
            clm: claim.parts.clm,
            segments: self.judged.items.last().map_or(0, |item| item.segments),
            starts: [Some(self.set_start), level(0), level(1), level(2)],
            positions: self.ordinals.positions(),
            names: &self.names,
            headers: self.headers,
            ordinal: self.claim_ordinal,
            level_claims: self.level_claims.map(|claims| claims.saturating_sub(1)),
            carried,
        };
        let assignment = Assignment {
            judgement: self.judgement,
            survey: self.survey,
            notes: self.notes,
            listeners: self.listeners,
            twins: self.twins.known,
            seeks_twins: false,
            earlier: self.earlier,
            known: self.known,
            mending: true,
        };
        mend::mend(&place, findings, assignment)
    }
}

/// A fault of a claim as a whole.
fn of_claim(described: syntax::Described, clm: u32) -> Finding {
    described.finding("2300", Spot::segment(clm))
}
