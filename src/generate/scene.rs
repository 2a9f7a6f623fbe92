//! The kind of claim a fault needs, so that its rule and no luck catches it.

use super::places;

/// Who pays a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Program {
    /// Medicare Part B.
    Medicare,
    /// The Medicaid program of the provider's state.
    Medicaid,
    /// An invented commercial plan.
    Commercial,
}

/// How a payer that came before reports what it paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OtherPayer {
    /// For the claim as a whole.
    Claim,
    /// Line by line.
    Lines,
}

/// Year, month and day.
pub(super) type Day = (u32, u32, u32);

/// A kind of claim.
#[derive(Clone, Copy)]
pub(super) struct Scene {
    /// Who has to pay, when it matters.
    pub(super) program: Option<Program>,
    /// Whether it has to be by telehealth, when it matters.
    pub(super) remote: Option<bool>,
    /// First date of service.
    pub(super) from: Day,
    /// Last date of service.
    pub(super) through: Day,
    /// States it has to be in; empty when it does not matter.
    pub(super) states: &'static [&'static str],
    /// What another payer has to report, when it matters.
    pub(super) other_payer: Option<OtherPayer>,
    /// Whether Medicare's limit for filing has to be over.
    pub(super) past_filing: bool,
}

/// Any claim.
pub(super) const ANY: Scene = Scene {
    program: None,
    remote: None,
    from: super::FIRST_DAY,
    through: (2199, 12, 31),
    states: &[],
    other_payer: None,
    past_filing: false,
};

/// Any claim in person.
pub(super) const IN_PERSON: Scene = Scene {
    remote: Some(false),
    ..ANY
};

/// Commercial, which generated claims always are in person.
pub(super) const COMMERCIAL: Scene = Scene {
    program: Some(Program::Commercial),
    remote: Some(false),
    ..ANY
};

/// Commercial before 2022.
pub(super) const COMMERCIAL_BEFORE_2022: Scene = Scene {
    through: (2021, 12, 31),
    ..COMMERCIAL
};

/// Commercial with an earlier payer's answer for the claim.
pub(super) const OTHER_PAYER_CLAIM: Scene = Scene {
    other_payer: Some(OtherPayer::Claim),
    ..COMMERCIAL
};

/// Commercial with an earlier payer's answer line by line.
pub(super) const OTHER_PAYER_LINES: Scene = Scene {
    other_payer: Some(OtherPayer::Lines),
    ..COMMERCIAL
};

/// Medicare.
pub(super) const MEDICARE: Scene = Scene {
    program: Some(Program::Medicare),
    ..ANY
};

/// Medicare in person.
pub(super) const MEDICARE_IN_PERSON: Scene = Scene {
    remote: Some(false),
    ..MEDICARE
};

/// Medicare in person, filed more than a year later.
pub(super) const MEDICARE_PAST_FILING: Scene = Scene {
    past_filing: true,
    ..MEDICARE_IN_PERSON
};

/// Medicare after another payer.
pub(super) const MEDICARE_AFTER_ANOTHER: Scene = Scene {
    other_payer: Some(OtherPayer::Claim),
    ..MEDICARE_IN_PERSON
};

/// Medicare in person since the terms of 2021: one date a line, and codes of
/// their own for the communication services of therapists.
pub(super) const MEDICARE_SINCE_MAY_2021: Scene = Scene {
    from: (2021, 5, 1),
    ..MEDICARE_IN_PERSON
};

/// Medicare in person since the pair edits of October 2020.
pub(super) const MEDICARE_IN_PERSON_SINCE_OCTOBER_2020: Scene = Scene {
    from: (2020, 10, 1),
    ..MEDICARE_IN_PERSON
};

/// Medicare since the unit limits known to the program.
pub(super) const MEDICARE_SINCE_JULY_2024: Scene = Scene {
    from: (2024, 7, 1),
    remote: Some(false),
    ..MEDICARE
};

/// Medicare by telehealth while the law has it for physical therapists.
pub(super) const MEDICARE_REMOTE: Scene = Scene {
    remote: Some(true),
    through: (2027, 12, 31),
    ..MEDICARE
};

/// The same at a telehealth place of service.
pub(super) const MEDICARE_REMOTE_SINCE_2024: Scene = Scene {
    from: (2024, 1, 1),
    ..MEDICARE_REMOTE
};

/// The same since audio-only was opened.
pub(super) const MEDICARE_REMOTE_SINCE_2025: Scene = Scene {
    from: (2025, 1, 1),
    ..MEDICARE_REMOTE
};

/// Medicare after the law's last day.
pub(super) const MEDICARE_SINCE_2028: Scene = Scene {
    from: (2028, 1, 1),
    remote: Some(false),
    ..MEDICARE
};

/// Medicaid by telehealth in the states whose terms are sure.
pub(super) const MEDICAID_REMOTE: Scene = Scene {
    program: Some(Program::Medicaid),
    remote: Some(true),
    from: (2023, 4, 1),
    states: &["TX", "CA", "MA"],
    ..ANY
};

/// Medicaid by telehealth in California, while it took place of service 02
/// only and 10 existed.
pub(super) const CALIFORNIA_REMOTE_2022: Scene = Scene {
    from: (2022, 1, 1),
    through: (2022, 12, 31),
    states: &["CA"],
    ..MEDICAID_REMOTE
};

/// Medicaid by telehealth in Texas.
pub(super) const TEXAS_REMOTE: Scene = Scene {
    from: (2022, 9, 1),
    states: &["TX"],
    ..MEDICAID_REMOTE
};

impl Scene {
    /// Whether a place of [`places::PLACES`] is in one of its states.
    pub(super) fn takes_place(&self, place: usize) -> bool {
        self.states.is_empty() || self.states.contains(&places::PLACES[place].state)
    }
}
