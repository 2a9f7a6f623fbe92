//! The questions the ordinary therapy edits ask of a policy.

use crate::value::{Date, Modifier, Procedure};

use super::answer::Answer;
use super::dated::{codes_of_pair, pair_key, procedure_key, procedure_of_key};
use super::edits::PairBits;
use super::facts::{
    Assistant, AssistantDoubt, CertifyingProvider, ClaimRule, CodeLife, CodeStatusFact,
    FilingLimit, KxThreshold, Mue, NcciPair, RenderingStanding, Therapy,
};
use super::tables::Policy;

impl Policy {
    /// Whether it is known on a date which codes are therapy, and how they are billed.
    #[inline]
    #[must_use]
    pub fn knows_therapy(&self, date: Date) -> bool {
        let mut days = self.edits.therapy_days.iter();
        days.any(|days| days.contains(date))
    }

    /// Whether a code is therapy, and the discipline modifiers it takes.
    #[must_use]
    pub fn therapy(&self, procedure: Procedure, date: Date) -> Option<Answer<Therapy<'_>>> {
        let entry = self.edits.therapy.at(procedure_key(procedure), date)?;
        Some(entry.answer(|fact| Therapy {
            class: fact.class,
            any_of: &fact.any_of,
            pt_modifier: fact.pt_modifier,
        }))
    }

    /// What an assistant's modifier (CQ, CO) stands beside.
    #[must_use]
    pub fn assistant(&self, modifier: Modifier, date: Date) -> Option<Answer<Assistant<'_>>> {
        let entry = self.edits.assistant.at(modifier.index(), date)?;
        Some(entry.answer(|fact| Assistant {
            with: fact.with,
            never_with: &fact.never_with,
            pay_percent: fact.pay_percent,
        }))
    }

    /// Why an assistant's modifier on this code deserves a look.
    #[must_use]
    pub fn assistant_doubt(
        &self,
        modifier: Modifier,
        procedure: Procedure,
        date: Date,
    ) -> Option<Answer<AssistantDoubt>> {
        let key = (modifier.index(), procedure_key(procedure));
        let entry = self.edits.assistant_doubt.at(key, date)?;
        Some(entry.answer(|doubt| *doubt))
    }

    /// The most units of a code that are paid.
    #[must_use]
    pub fn mue(&self, procedure: Procedure, date: Date) -> Option<Answer<Mue>> {
        let entry = self.edits.mue.at(procedure_key(procedure), date)?;
        Some(entry.answer(|mue| *mue))
    }

    /// The pair edit in force between two codes, given in either order. `None` means
    /// that none is known to be in force on the date, not that there was none. A pair
    /// that a row says was withdrawn is in force for no row.
    #[must_use]
    pub fn ncci_pair(
        &self,
        one: Procedure,
        other: Procedure,
        date: Date,
    ) -> Option<Answer<NcciPair>> {
        let key = pair_key(one, other);
        let entry = self.edits.pairs.at(key, date)?;
        let withdrawn = self.edits.withdrawn.at(key, date).is_some();
        (!withdrawn).then(|| entry.answer(|pair| *pair))
    }

    /// The pairs of a code that are in force on a date, in order of the other code.
    #[must_use]
    pub fn ncci_pairs_of(&self, code: Procedure, date: Date) -> Vec<Answer<NcciPair>> {
        let own = procedure_key(code);
        let keys = self.edits.pairs.keys().map(codes_of_pair);
        let mut others: Vec<Procedure> = keys
            .filter_map(|[one, other]| match (one == own, other == own) {
                (true, _) => procedure_of_key(other),
                (_, true) => procedure_of_key(one),
                _ => None,
            })
            .collect();
        others.sort_unstable();
        let in_force = others.into_iter();
        in_force
            .filter_map(|other| self.ncci_pair(code, other, date))
            .collect()
    }

    /// The codes that a code is in a pair edit with, roughly.
    #[must_use]
    pub fn pair_bits(&self, procedure: Procedure) -> PairBits {
        let partners = self.edits.partners.get(&procedure_key(procedure));
        PairBits::of(procedure, partners.copied().unwrap_or(0))
    }

    /// The modifiers that say the services of a pair were distinct.
    #[must_use]
    pub fn ncci_bypass(&self, date: Date) -> Option<Answer<&[Modifier]>> {
        let entry = self.edits.bypass.at((), date)?;
        Some(entry.answer(|modifiers| &**modifiers))
    }

    /// The minutes of one unit of a timed code.
    #[must_use]
    pub fn timed(&self, procedure: Procedure, date: Date) -> Option<Answer<u16>> {
        let entry = self.edits.timed.at(procedure_key(procedure), date)?;
        Some(entry.answer(|minutes| *minutes))
    }

    /// That a code is billed once a day whatever the time.
    #[must_use]
    pub fn one_unit(&self, procedure: Procedure, date: Date) -> Option<Answer<()>> {
        let entry = self.edits.one_unit.at(procedure_key(procedure), date)?;
        Some(entry.answer(|()| ()))
    }

    /// That a code does not exist yet, or no more, on a date; `None` when it lives
    /// or nothing is known of it.
    #[must_use]
    pub fn code_life(&self, procedure: Procedure, date: Date) -> Option<Answer<CodeLife<'_>>> {
        let key = procedure_key(procedure);
        if let Some(entry) = self.edits.deleted.at(key, date) {
            return Some(entry.answer(|use_instead| CodeLife::Deleted {
                on: entry.days.from,
                use_instead,
            }));
        }
        let entry = self.edits.added.all(key).first()?;
        (date < entry.days.from).then(|| {
            entry.answer(|()| CodeLife::NotYet {
                from: entry.days.from,
            })
        })
    }

    /// How the fee schedule treats a code, when in some special way.
    #[must_use]
    pub fn code_status(
        &self,
        procedure: Procedure,
        date: Date,
    ) -> Option<Answer<CodeStatusFact<'_>>> {
        let entry = self.edits.status.at(procedure_key(procedure), date)?;
        Some(entry.answer(|(status, use_instead)| CodeStatusFact {
            status: *status,
            use_instead,
        }))
    }

    /// The yearly amounts past which a therapy line needs KX.
    #[must_use]
    pub fn kx_threshold(&self, date: Date) -> Option<Answer<KxThreshold>> {
        let entry = self.edits.kx.at((), date)?;
        Some(entry.answer(|threshold| *threshold))
    }

    /// How long a service of this date may be filed.
    #[must_use]
    pub fn timely_filing(&self, service: Date) -> Option<Answer<FilingLimit>> {
        let entry = self.edits.filing.at((), service)?;
        Some(entry.answer(|limit| *limit))
    }

    /// The frequency codes (CLM05-3) the payer takes, each one digit.
    #[must_use]
    pub fn frequency_codes(&self, date: Date) -> Option<Answer<&[u8]>> {
        let entry = self.edits.frequency.at((), date)?;
        Some(entry.answer(|codes| &**codes))
    }

    /// How a therapy claim names the provider who certifies the plan of care.
    #[must_use]
    pub fn certifying_provider(&self, date: Date) -> Option<Answer<CertifyingProvider<'_>>> {
        let entry = self.edits.certifying.at((), date)?;
        Some(entry.answer(|qualifier| CertifyingProvider { qualifier }))
    }

    /// Whether a taxonomy code fits who renders physical therapy; `None` when the
    /// policy names none that fit.
    #[must_use]
    pub fn rendering_taxonomy(
        &self,
        taxonomy: &[u8],
        date: Date,
    ) -> Option<Answer<RenderingStanding>> {
        let in_force = || {
            self.edits
                .rendering
                .iter()
                .filter(|entry| entry.days.contains(date))
        };
        if let Some(entry) = in_force().find(|entry| taxonomy.starts_with(entry.value.0.as_bytes()))
        {
            return Some(entry.answer(|(_, standing)| *standing));
        }
        let fitting = in_force().find(|entry| entry.value.1 == RenderingStanding::Fits)?;
        Some(fitting.answer(|_| RenderingStanding::Other))
    }

    /// The codes of which an add-on code needs one beside it.
    #[must_use]
    pub fn add_on(&self, procedure: Procedure, date: Date) -> Option<Answer<&[Procedure]>> {
        let entry = self.edits.add_on.at(procedure_key(procedure), date)?;
        Some(entry.answer(|bases| &**bases))
    }

    /// That a rule about whole lines or claims holds on a date.
    #[must_use]
    pub fn claim_rule(&self, rule: ClaimRule, date: Date) -> Option<Answer<()>> {
        let entry = self.edits.claim_rules.at(rule, date)?;
        Some(entry.answer(|()| ()))
    }
}
