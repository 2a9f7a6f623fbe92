//! How far a policy's facts reach: what can be judged on a date, and what not.

use crate::value::{Date, Procedure};

use super::tables::Policy;

/// What a policy knows of telehealth on one date. `true` is "known", whatever the fact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "one question, asked of each fact"
)]
pub struct Knowledge {
    /// Whether it pays physical therapy by telehealth at all.
    pub coverage: bool,
    /// Which codes it pays by telehealth, at least some.
    pub codes: bool,
    /// What holds for the codes that no row names.
    pub other_codes: bool,
    /// Whether it pays what is done by telephone alone.
    pub audio_only: bool,
    /// Which place of service the line carries.
    pub place: bool,
    /// Which modifier a live video line carries.
    pub modifiers: bool,
    /// Which modifier an audio-only line carries.
    pub audio_only_modifiers: bool,
    /// Whether an assistant may furnish it.
    pub assistant: bool,
    /// Whether the patient may be at home.
    pub home: bool,
    /// Which therapy rules hold, of telehealth or not: discipline modifiers, units, pairs.
    pub therapy: bool,
}

impl Knowledge {
    /// The facts that are missing, in a biller's words.
    pub fn missing(self) -> impl Iterator<Item = &'static str> {
        [
            (
                self.coverage,
                "whether physical therapy by telehealth is paid",
            ),
            (self.codes, "which codes are paid"),
            (self.other_codes || !self.codes, "codes that no row names"),
            (self.place, "place of service"),
            (self.modifiers, "telehealth modifier"),
            (self.audio_only, "whether audio-only is paid"),
            (self.audio_only_modifiers, "audio-only modifier"),
            (self.assistant, "assistants by telehealth"),
            (self.home, "the patient's home as the place"),
            (
                self.therapy,
                "therapy rules for any visit, so that no PTT rule speaks",
            ),
        ]
        .into_iter()
        .filter_map(|(known, words)| (!known).then_some(words))
    }
}

impl Policy {
    /// What the policy knows of telehealth on a date.
    #[must_use]
    pub fn knowledge(&self, date: Date) -> Knowledge {
        let named = self.named_codes(date);
        let some = !named.listed.is_empty() || !named.not_listed.is_empty();
        // The commonest code stands for all where none is named.
        let any = Procedure::parse(b"97110");
        let mut codes = named.listed.iter().copied().chain(any);
        Knowledge {
            codes: some || named.others.is_some(),
            other_codes: named.others.is_some(),
            audio_only: codes.any(|code| self.audio_only(code, date).is_some()),
            coverage: self.coverage(date).is_some(),
            place: self.place(date).is_some(),
            modifiers: self.modifiers_any_of(date, false).is_some(),
            audio_only_modifiers: self.modifiers_any_of(date, true).is_some(),
            assistant: self.assistant_by_telehealth(date).is_some(),
            home: self.home(date).is_some(),
            therapy: self.knows_therapy(date),
        }
    }
}
