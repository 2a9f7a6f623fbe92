//! Claims: gathered, judged when they are whole, told.

use super::pass::Pass;
use super::segments::opens_level;
use super::{Assignment, mend};
use crate::claim::Claim;
use crate::claim::parts::SubscriberParts;
use crate::claim::structure::STRUCTURE;
use crate::claim::validate::Violation;
use crate::claim::walk::Told;
use crate::emit::record::Record;
use crate::emit::{annotate, jsonl};
use crate::rules::duplicates::same_claim;
use crate::rules::{Context, Finding, Report, Spot, syntax, unreviewed};
use crate::scrub::duplicates::Twin;
use crate::scrub::item::{Fate, ItemKind};
use crate::scrub::listener::JudgedClaim;
use crate::value::{Date, Severity};
use crate::x12::SegmentKind;

impl Pass<'_> {
    pub(super) fn claim(&mut self, index: u32, new: bool) {
        self.end_claim();
        self.end_growth(index);
        self.check_header(index);
        let told = &mut self.told;
        self.walk.close_inner(&mut |what| told.push(what));
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
        self.told.push(Told {
            node: told.0,
            segment: index,
            violation: told.1,
        });
        self.settle();
    }

    /// Whether the open claim runs into a level whose HL is missing: segments that open a
    /// level stand behind its last line. Another payer that comes late is none: it has OI.
    fn runs_into_level(&self) -> bool {
        let claim = &self.gathered.claim;
        let first = claim.lines.last().map_or(claim.clm, |line| line.lx) + 1;
        let count = u32::try_from(self.text.tokens.len()).unwrap_or(u32::MAX);
        let behind = (first..count)
            .map(|index| self.text.segment(index))
            .take_while(|segment| segment.kind() == SegmentKind::Other);
        let mut opens = false;
        for segment in behind {
            if segment.id() == b"OI" {
                return false;
            }
            opens |= opens_level(&segment);
        }
        opens
    }

    /// The open claim is whole: judges it.
    pub(super) fn end_claim(&mut self) {
        if !self.claim_open {
            return;
        }
        let told = &mut self.told;
        self.walk.close_claim(&mut |what| told.push(what));
        self.settle();
        self.claim_open = false;
        // Whose claim it is can't be told; it is not judged by somebody else's level.
        let stray = self.carried.lost || self.strange;
        let carried = self.carried;
        // A claim without a fault so far has nothing in it that does not belong there.
        if !self.claim_findings.is_empty() && !carried.lost {
            self.carried.lost = self.runs_into_level();
        }
        let text = self.text;
        self.gathered.claim.read(&text);
        let nobody = SubscriberParts {
            hl: self.strange.then_some(self.level_starts[2]),
            ..SubscriberParts::default()
        };
        let claim = Claim {
            text,
            billing: &self.gathered.billing,
            subscriber: if stray {
                &nobody
            } else {
                &self.gathered.subscriber
            },
            patient: (self.level_open[2] && !stray).then_some(&self.gathered.patient),
            parts: &self.gathered.claim,
        };
        let judgement = self.judgement;
        let policy = judgement
            .governing
            .policy_of(&claim, &judgement.policies, &mut self.payers);
        let fingerprint = self.judged.prints.of(&claim);
        let recalled = self
            .earlier
            .map(|earlier| earlier.claim(&claim, fingerprint));
        let context = Context {
            today: judgement.today,
            policy: policy.map(|id| judgement.policies.get(id)),
            reject_at: judgement.reject_at,
            accepted_before: recalled
                .and_then(|recalled| recalled.accepted)
                .or_else(|| self.known.and_then(|known| known.accepted(fingerprint))),
        };
        let findings = &mut self.claim_findings;
        let mut telehealth = false;
        let too_large = claim.parts.are_too_many();
        if !too_large {
            telehealth = judgement.checks.ask(&claim, &context, findings);
        }
        let ordinal = self.claim_ordinal;
        let original = fingerprint.filter(|_| claim.is_original());
        let twins = self.twins;
        let known = twins.binary_search_by_key(&ordinal, |twin| twin.claim);
        let first = if let Ok(at) = known {
            Some(twins[at].first)
        } else {
            let near = self.near.as_ref().zip(original);
            let prints = &self.judged.prints.prints;
            let first = near.and_then(|(near, fingerprint)| near.first(fingerprint, prints));
            let twin = first.map(|first| Twin {
                claim: ordinal,
                first,
            });
            self.judged.twins.extend(twin);
            first
        };
        if let Some(first) = first {
            let mut report = Report::new(&same_claim::RULE, findings);
            same_claim::tell(&claim, first, &mut report);
        } else if context.accepted_before.is_none()
            && self
                .known
                .is_some_and(|known| known.twins.contains(&ordinal))
        {
            same_claim::tell_again(&claim, &mut Report::new(&same_claim::RULE, findings));
        }
        for (depth, inherited) in self.level_findings.iter().enumerate() {
            let is_its_own = match depth {
                0 => true,
                1 => !stray,
                _ => !carried.lost,
            };
            if !inherited.is_empty() && self.level_open[depth] && is_its_own {
                findings.extend(inherited.iter().cloned());
            }
        }
        for fault in self.known.map_or(&[][..], |known| known.around(ordinal)) {
            unreviewed::tell(&claim, fault.rule, &fault.said, findings);
        }
        if !findings.is_empty() {
            judgement.severities.settle(claim.payer_id(), findings);
        }
        // No setting lets a claim pass that could not be judged.
        let clm = claim.parts.clm;
        if carried.lost {
            findings.push(of_claim(syntax::describe_level_missing(), clm));
        }
        if too_large {
            findings.push(of_claim(syntax::describe_too_large(), clm));
        }
        let can_be_mended = !(self.set_rejected || stray || too_large);
        if self.mending && can_be_mended && !findings.is_empty() {
            let level = |depth: usize| self.level_open[depth].then_some(self.level_starts[depth]);
            let place = mend::Place {
                text,
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
                judgement,
                survey: self.survey,
                notes: self.notes,
                listeners: self.listeners,
                twins: self.twins,
                seeks_twins: false,
                earlier: self.earlier,
                known: self.known,
                mending: true,
            };
            if let Some((judged, mended)) = mend::mend(&place, findings, assignment) {
                let changed = judged.is_some();
                self.judged.take_mended(judged, mended);
                if changed {
                    return;
                }
            }
        }
        let tally = &mut self.judged.tally;
        tally.telehealth += u64::from(telehealth);
        if let (Some(id), Some(dates)) = (policy, claim.dates()) {
            let until = match self.covered {
                Some((of, until)) if of == id => until,
                _ => covered_until(&context, judgement.policy_days),
            };
            self.covered = Some((id, until));
            tally.past_policy += u64::from(dates.through > until);
        }
        tally.lines += claim.lines().len() as u64;
        let charge = claim.charge().unwrap_or_default();
        let mut fate = if self.set_rejected {
            Fate::Rejected
        } else {
            Fate::Clean
        };
        let mut verdict = if self.set_rejected {
            "rejected"
        } else {
            "clean"
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
            verdict = if worst == Some(Severity::Reject) || self.set_rejected {
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
        let rejected = fate == Fate::Rejected;
        if let Some(fingerprint) = original {
            self.judged.prints.take(fingerprint, ordinal, rejected);
            if let Some(near) = &mut self.near
                && !rejected
                && first.is_none()
            {
                near.keep(&self.judged.prints.prints);
            }
        }
        let positions = self.ordinals.positions();
        for (listener, kept) in self.listeners.iter().zip(&mut self.judged.kept) {
            listener.claim(
                &JudgedClaim {
                    claim: &claim,
                    recalled,
                    context: &context,
                    findings,
                    fate,
                    verdict,
                    set_rejected: self.set_rejected,
                    names: &self.names,
                    ordinal: self.claim_ordinal,
                    charge,
                    positions,
                },
                kept,
            );
        }
        let tally = &mut self.judged.tally;
        match fate {
            Fate::Clean => tally.clean.add(1, charge),
            Fate::Held => tally.held.add(1, charge),
            Fate::Rejected => tally.rejected.add(1, charge),
        }
        if let Some(item) = self.judged.items.last_mut() {
            item.fate = fate;
            item.claims = 1;
        }
    }
}

/// The last day of service that the policy is taken to cover.
fn covered_until(context: &Context<'_>, policy_days: i64) -> Date {
    let as_of = context.policy.and_then(crate::policy::Policy::as_of);
    as_of.map_or(Date::MAX, |as_of| as_of.plus_days(policy_days))
}

/// A fault of a claim as a whole.
fn of_claim(described: syntax::Described, clm: u32) -> Finding {
    Finding {
        rule: described.rule,
        severity: described.severity,
        unchecked: false,
        loop_id: "2300",
        service_line: None,
        spot: Spot::segment(clm),
        message: described.message,
        help: described.help,
        cited: None,
        fix: None,
        syntax: Some(described.note),
    }
}
