//! The questions a telehealth line asks of a policy.

use std::collections::BTreeSet;

use crate::value::{Date, Modifier, PlaceOfService, Procedure};

use super::answer::{Answer, RowRef};
use super::dated::{Entry, modifier_pair_key, procedure_key, procedure_of_key};
use super::facts::{
    CodeStanding, Communication, CommunicationKind, Coverage, Permission, PlaceRule, Refusal,
};
use super::schema::{Channel, CodesMode};
use super::tables::{CodeAudio, Period, Policy};

/// How a code stands that no row names.
pub(super) fn of_unnamed(entry: &Entry<Period>) -> Option<Answer<CodeStanding>> {
    match entry.value.codes_mode {
        CodesMode::List => {
            let answer = entry.answer(|_| CodeStanding::NotListed);
            Some(answer.doubted(entry.value.codes_cap))
        }
        CodesMode::SameAsInPerson => Some(entry.answer(|_| CodeStanding::Listed)),
        CodesMode::CodeRows | CodesMode::Unknown => None,
    }
}

impl Policy {
    /// The telehealth row that governs a date, whatever it knows: what a finding
    /// about an unknown policy cites.
    #[must_use]
    pub fn governing_row(&self, date: Date) -> Option<RowRef> {
        self.period(date).map(|entry| entry.standing.row)
    }

    #[inline]
    fn period(&self, date: Date) -> Option<&Entry<Period>> {
        self.telehealth.at((), date)
    }

    /// One fact of the period that governs a date.
    #[inline]
    fn of_period<'a, T>(
        &'a self,
        date: Date,
        read: impl FnOnce(&'a Period) -> Option<T>,
    ) -> Option<Answer<T>> {
        let entry = self.period(date)?;
        let value = read(&entry.value)?;
        Some(entry.answer(|_| value))
    }

    /// Whether the payer pays physical therapy by live video on this date at all.
    #[must_use]
    pub fn coverage(&self, date: Date) -> Option<Answer<Coverage>> {
        self.of_period(date, |period| period.coverage)
    }

    /// Whether a code is one the payer pays by telehealth on this date.
    ///
    /// A `[[code]]` row decides; without one the period's own lists do.
    #[must_use]
    pub fn code(&self, procedure: Procedure, date: Date) -> Option<Answer<CodeStanding>> {
        let key = procedure_key(procedure);
        if let Some(entry) = self.codes.at(key, date) {
            let standing = entry.value.standing?;
            return Some(entry.answer(|_| standing));
        }
        let entry = self.period(date)?;
        let period = &entry.value;
        if period.codes_excluded.binary_search(&key).is_ok() {
            return Some(entry.answer(|_| CodeStanding::Excluded));
        }
        if period.codes_mode == CodesMode::List && period.codes.binary_search(&key).is_ok() {
            return Some(entry.answer(|_| CodeStanding::Listed));
        }
        of_unnamed(entry)
    }

    /// The place of service a telehealth line must carry on this date.
    #[must_use]
    pub fn place(&self, date: Date) -> Option<Answer<PlaceRule<'_>>> {
        if let Some(entry) = self.places.at((), date) {
            let rule = entry.value.rule()?;
            return Some(entry.answer(|_| rule));
        }
        let entry = self.period(date)?;
        let rule = entry.value.place.as_ref()?.rule()?;
        Some(entry.answer(|_| rule).doubted(entry.value.place_cap))
    }

    /// Whether the sources neither take nor refuse a place on this date: that the rule on
    /// places leaves it out is then no more than a doubt.
    #[must_use]
    pub fn place_doubtful(&self, place: PlaceOfService, date: Date) -> bool {
        self.places.at((), date).is_none()
            && self
                .period(date)
                .is_some_and(|entry| entry.value.place_doubtful.contains(&place))
    }

    /// The modifiers of which a line by live video, or by telephone alone, must
    /// carry at least one; empty when none is required.
    #[must_use]
    pub fn modifiers_any_of(&self, date: Date, audio_only: bool) -> Option<Answer<&[Modifier]>> {
        self.any_of(
            date,
            if audio_only {
                Channel::AudioOnly
            } else {
                Channel::Video
            },
        )
    }

    /// The modifiers of which a store-and-forward line must carry at least one;
    /// empty when none is required.
    #[must_use]
    pub fn store_and_forward_modifiers(&self, date: Date) -> Option<Answer<&[Modifier]>> {
        self.any_of(date, Channel::StoreAndForward)
    }

    fn any_of(&self, date: Date, channel: Channel) -> Option<Answer<&[Modifier]>> {
        let required = self.required.get(channel as usize)?;
        if let Some(entry) = required.at((), date) {
            return Some(entry.answer(|modifiers| &**modifiers));
        }
        let entry = self.period(date)?;
        let modifiers = entry.value.any_of.get(channel as usize)?.as_deref()?;
        Some(
            entry
                .answer(|_| modifiers)
                .doubted(entry.value.modifiers_cap),
        )
    }

    /// Rows that want one of some modifiers on days on which the payer refuses every one of
    /// them, whatever the state.
    pub(super) fn impossible_modifiers(&self) -> BTreeSet<RowRef> {
        let mut impossible = BTreeSet::new();
        for &date in &self.turns {
            for channel in [Channel::Video, Channel::AudioOnly, Channel::StoreAndForward] {
                let Some(wanted) = self.any_of(date, channel) else {
                    continue;
                };
                let refused = |modifier: &Modifier| {
                    self.modifier_refused(*modifier, date)
                        .is_some_and(|refusal| refusal.value.except_states.is_empty())
                };
                if !wanted.value.is_empty() && wanted.value.iter().all(refused) {
                    impossible.insert(wanted.row);
                }
            }
        }
        impossible
    }

    /// The modifiers a telehealth line must carry every one of; empty when none.
    #[must_use]
    pub fn modifiers_all_of(&self, date: Date) -> Option<Answer<&[Modifier]>> {
        let entry = self.period(date)?;
        let modifiers = entry.value.all_of.as_deref()?;
        Some(
            entry
                .answer(|_| modifiers)
                .doubted(entry.value.modifiers_cap),
        )
    }

    /// That the payer does not take a modifier on a telehealth line; `None` when no
    /// row says so.
    #[must_use]
    pub fn modifier_refused(&self, modifier: Modifier, date: Date) -> Option<Answer<Refusal<'_>>> {
        if let Some(entry) = self.refused.at(modifier.index(), date) {
            return Some(entry.answer(|states| Refusal {
                except_states: states,
            }));
        }
        let entry = self.period(date)?;
        entry.value.not_allowed.contains(&modifier).then(|| {
            entry
                .answer(|_| Refusal { except_states: &[] })
                .doubted(entry.value.modifiers_cap)
        })
    }

    /// The only places of service a modifier goes with; `None` when no row bounds it.
    #[must_use]
    pub fn modifier_places(
        &self,
        modifier: Modifier,
        date: Date,
    ) -> Option<Answer<&[PlaceOfService]>> {
        let entry = self.only_with.at(modifier.index(), date)?;
        Some(entry.answer(|places| &**places))
    }

    /// That two modifiers contradict each other on one line.
    #[must_use]
    pub fn modifiers_conflict(
        &self,
        one: Modifier,
        other: Modifier,
        date: Date,
    ) -> Option<Answer<()>> {
        let entry = self.not_together.at(modifier_pair_key(one, other), date)?;
        Some(entry.answer(|()| ()))
    }

    /// Whether a code may be delivered by telephone alone.
    #[must_use]
    pub fn audio_only(&self, procedure: Procedure, date: Date) -> Option<Answer<Permission>> {
        if let Some(entry) = self.codes.at(procedure_key(procedure), date) {
            match entry.value.audio_only {
                CodeAudio::Known(permission) => return Some(entry.answer(|_| permission)),
                CodeAudio::Unknown => return None,
                CodeAudio::Silent => {}
            }
        }
        self.of_period(date, |period| period.audio_only)
    }

    /// Whether a recorded service may be billed.
    #[must_use]
    pub fn store_and_forward(&self, date: Date) -> Option<Answer<Permission>> {
        self.of_period(date, |period| period.store_and_forward)
    }

    /// Whether a physical therapist assistant may furnish telehealth.
    #[must_use]
    pub fn assistant_by_telehealth(&self, date: Date) -> Option<Answer<Permission>> {
        self.of_period(date, |period| period.assistant)
    }

    /// Whether the patient may be at home.
    #[must_use]
    pub fn home(&self, date: Date) -> Option<Answer<Permission>> {
        self.of_period(date, |period| period.home)
    }

    /// Whether the patient's consent must be in the record.
    #[must_use]
    pub fn consent_documented(&self, date: Date) -> Option<Answer<bool>> {
        self.of_period(date, |period| period.consent)
    }

    /// Whether only patients seen before may be treated by telehealth.
    #[must_use]
    pub fn established_patient_only(&self, date: Date) -> Option<Answer<bool>> {
        self.of_period(date, |period| period.established_only)
    }

    /// That a code is a communication-technology service and not telehealth: billed
    /// as telehealth it is billed wrongly. `None` also where it is not settled
    /// whether the payer counts it as telehealth.
    #[must_use]
    pub fn communication_service(
        &self,
        procedure: Procedure,
        date: Date,
    ) -> Option<Answer<CommunicationKind>> {
        let known = self.communication(procedure, date)?;
        (known.value.telehealth == Some(false)).then(|| known.map(|service| service.kind))
    }

    /// Everything known of a communication-technology service.
    #[must_use]
    pub fn communication(&self, procedure: Procedure, date: Date) -> Option<Answer<Communication>> {
        let entry = self.communication.at(procedure_key(procedure), date)?;
        Some(entry.answer(|service| *service))
    }

    /// The communication services of a kind that a therapist may bill on the date, by code.
    #[must_use]
    pub fn therapists_may_bill(&self, kind: CommunicationKind, date: Date) -> Vec<Procedure> {
        let codes = self.communication.keys().filter_map(procedure_of_key);
        let mut theirs: Vec<Procedure> = codes
            .filter(|&code| {
                self.communication(code, date).is_some_and(|answer| {
                    answer.value.kind == kind && answer.value.therapist_may_bill == Some(true)
                })
            })
            .collect();
        theirs.sort_unstable();
        theirs
    }

    /// That a service needs hands, water or a machine where the patient is.
    #[must_use]
    pub fn hands_on(&self, procedure: Procedure, date: Date) -> Option<Answer<()>> {
        let entry = self.hands_on.at(procedure_key(procedure), date)?;
        Some(entry.answer(|()| ()))
    }
}
