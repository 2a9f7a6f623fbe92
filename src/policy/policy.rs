//! One payer's policy, compiled, and the telehealth questions it answers.

use crate::value::{Date, DateRange, Modifier, PlaceOfService, Procedure, Severity, State};

use super::answer::{Answer, Confidence, RowRef};
use super::cite::Source;
use super::dated::{Dated, Entry, modifier_pair_key, procedure_key};
use super::edits::Edits;
use super::facts::{
    CodeStanding, Communication, CommunicationKind, Coverage, Permission, PlaceRule, Program,
    Refusal,
};
use super::schema::{Channel, CodesMode, Kind};

/// Everything known of one payer's billing policy.
///
/// A look-up answers `None` when the policy does not know; what is known to be
/// "none" is an answer (an empty list, [`PlaceRule::NoneNamed`]).
#[derive(Debug)]
pub struct Policy {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) program: Program,
    pub(super) jurisdiction: String,
    pub(super) publisher: String,
    pub(super) summary: String,
    pub(super) payer_ids: Vec<String>,
    pub(super) as_of: Option<Date>,
    pub(super) rows: Vec<RowMeta>,
    pub(super) sources: Vec<Source>,
    pub(super) telehealth: Dated<(), Period>,
    pub(super) places: Dated<(), Place>,
    pub(super) codes: Dated<u64, CodeFact>,
    pub(super) required: [Dated<(), Box<[Modifier]>>; 3],
    pub(super) refused: Dated<usize, Box<[State]>>,
    pub(super) only_with: Dated<usize, Box<[PlaceOfService]>>,
    pub(super) not_together: Dated<usize, ()>,
    pub(super) communication: Dated<u64, Communication>,
    pub(super) hands_on: Dated<u64, ()>,
    pub(super) edits: Edits,
}

/// What a row says of itself, kept for citations.
#[derive(Debug)]
pub(super) struct RowMeta {
    pub(super) kind: Kind,
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) days: DateRange,
    pub(super) confidence: Confidence,
    pub(super) cap: Option<Severity>,
    pub(super) sources: Box<[usize]>,
    pub(super) note: Option<String>,
    pub(super) gap_before: Option<String>,
    /// The row's own keys and values, as written.
    pub(super) facts: Box<[(String, String)]>,
}

/// A `[[telehealth]]` row. `None` is "not verified" throughout.
#[derive(Debug)]
pub(super) struct Period {
    pub(super) coverage: Option<Coverage>,
    pub(super) codes_mode: CodesMode,
    pub(super) codes: Box<[u64]>,
    pub(super) codes_excluded: Box<[u64]>,
    pub(super) codes_cap: Option<Severity>,
    pub(super) place: Option<Place>,
    pub(super) place_cap: Option<Severity>,
    /// By [`Channel`].
    pub(super) any_of: [Option<Box<[Modifier]>>; 3],
    pub(super) all_of: Option<Box<[Modifier]>>,
    pub(super) not_allowed: Box<[Modifier]>,
    pub(super) modifiers_cap: Option<Severity>,
    pub(super) audio_only: Option<Permission>,
    pub(super) store_and_forward: Option<Permission>,
    pub(super) home: Option<Permission>,
    pub(super) assistant: Option<Permission>,
    pub(super) consent: Option<bool>,
    pub(super) established_only: Option<bool>,
}

/// A place-of-service rule that owns its codes.
#[derive(Clone, Debug)]
pub(super) enum Place {
    OneOf(Box<[PlaceOfService]>),
    InPerson,
    NoneNamed,
    Unknown,
}

impl Place {
    fn rule(&self) -> Option<PlaceRule<'_>> {
        match self {
            Place::OneOf(places) => Some(PlaceRule::OneOf(places)),
            Place::InPerson => Some(PlaceRule::InPerson),
            Place::NoneNamed => Some(PlaceRule::NoneNamed),
            Place::Unknown => None,
        }
    }
}

/// A `[[code]]` row.
#[derive(Debug)]
pub(super) struct CodeFact {
    pub(super) standing: Option<CodeStanding>,
    /// Outer `None`: the row is silent and its period speaks.
    pub(super) audio_only: Option<Option<Permission>>,
}

impl Policy {
    /// What the policy is called: `medicare`, `medicaid/TX`, `commercial/acme`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The program's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose money it is.
    #[must_use]
    pub fn program(&self) -> Program {
        self.program
    }

    /// A state's postal code, or `US`.
    #[must_use]
    pub fn jurisdiction(&self) -> &str {
        &self.jurisdiction
    }

    /// Who publishes the billing policy.
    #[must_use]
    pub fn publisher(&self) -> &str {
        &self.publisher
    }

    /// The policy in two or three sentences; may be empty.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The day up to which its facts were gathered, when the file says. A later date
    /// of service is judged by the facts of that day carried forward.
    #[must_use]
    pub fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// The first and last date of service for which the policy knows whether it
    /// pays telehealth at all; [`Date::MAX`] where no end is set. `None` when it
    /// knows of no date.
    #[must_use]
    pub fn known_days(&self) -> Option<DateRange> {
        let mut known = self
            .telehealth
            .entries()
            .filter(|entry| entry.value.coverage.is_some())
            .map(|entry| entry.days);
        let first = known.next()?;
        let last = known.last().unwrap_or(first);
        Some(DateRange {
            from: first.from,
            through: last.through,
        })
    }

    /// The last date of service for which the policy knows whether it pays
    /// telehealth at all; [`Date::MAX`] where no end is set.
    #[must_use]
    pub fn known_through(&self) -> Option<Date> {
        self.known_days().map(|days| days.through)
    }

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
        match period.codes_mode {
            CodesMode::List if period.codes.binary_search(&key).is_ok() => {
                Some(entry.answer(|_| CodeStanding::Listed))
            }
            CodesMode::List => Some(
                entry
                    .answer(|_| CodeStanding::NotListed)
                    .capped(period.codes_cap),
            ),
            CodesMode::SameAsInPerson => Some(entry.answer(|_| CodeStanding::Listed)),
            CodesMode::CodeRows | CodesMode::Unknown => None,
        }
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
        Some(entry.answer(|_| rule).capped(entry.value.place_cap))
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
                .capped(entry.value.modifiers_cap),
        )
    }

    /// The modifiers a telehealth line must carry every one of; empty when none.
    #[must_use]
    pub fn modifiers_all_of(&self, date: Date) -> Option<Answer<&[Modifier]>> {
        let entry = self.period(date)?;
        let modifiers = entry.value.all_of.as_deref()?;
        Some(
            entry
                .answer(|_| modifiers)
                .capped(entry.value.modifiers_cap),
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
                .capped(entry.value.modifiers_cap)
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
        if let Some(entry) = self.codes.at(procedure_key(procedure), date)
            && let Some(permission) = entry.value.audio_only
        {
            let permission = permission?;
            return Some(entry.answer(|_| permission));
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

    /// That a service needs hands, water or a machine where the patient is.
    #[must_use]
    pub fn hands_on(&self, procedure: Procedure, date: Date) -> Option<Answer<()>> {
        let entry = self.hands_on.at(procedure_key(procedure), date)?;
        Some(entry.answer(|()| ()))
    }

    /// A policy that knows nothing: what a built-in file that cannot be read leaves.
    pub(super) fn empty(key: &str) -> Policy {
        Policy {
            key: key.to_owned(),
            name: key.to_owned(),
            program: Program::Commercial,
            jurisdiction: String::new(),
            publisher: String::new(),
            summary: String::new(),
            payer_ids: Vec::new(),
            as_of: None,
            rows: Vec::new(),
            sources: Vec::new(),
            telehealth: Dated::default(),
            places: Dated::default(),
            codes: Dated::default(),
            required: Default::default(),
            refused: Dated::default(),
            only_with: Dated::default(),
            not_together: Dated::default(),
            communication: Dated::default(),
            hands_on: Dated::default(),
            edits: Edits::default(),
        }
    }
}
