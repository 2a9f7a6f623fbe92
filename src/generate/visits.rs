//! What is done in a visit, and how a payer wants a remote one to look.
//!
//! Every visit is a set of codes that no pair edit in force from March 2020 on
//! keeps apart, so that a claim without a planted fault needs no modifier 59.

use super::random::Random;
use super::scene::Program;
use crate::value::Date;

/// A procedure with its charge for one unit.
#[derive(Clone, Copy)]
pub(super) struct Procedure {
    /// CPT code.
    pub(super) code: &'static str,
    /// Cents a unit, before a practice's own mark-up.
    pub(super) rate: i64,
    /// Whether it counts in units of fifteen minutes.
    pub(super) timed: bool,
}

const fn timed(code: &'static str, rate: i64) -> Procedure {
    Procedure {
        code,
        rate,
        timed: true,
    }
}

const fn once(code: &'static str, rate: i64) -> Procedure {
    Procedure {
        code,
        rate,
        timed: false,
    }
}

pub(super) const EXERCISE: Procedure = timed("97110", 4_200);
pub(super) const BALANCE: Procedure = timed("97112", 4_600);
const GAIT: Procedure = timed("97116", 3_900);
pub(super) const MANUAL: Procedure = timed("97140", 4_100);
pub(super) const GROUP: Procedure = once("97150", 3_500);
const ACTIVITIES: Procedure = timed("97530", 5_200);
const SELF_CARE: Procedure = timed("97535", 4_700);
const WHEELCHAIR: Procedure = timed("97542", 4_500);
const PERFORMANCE: Procedure = timed("97750", 4_800);
const ORTHOTIC: Procedure = timed("97760", 6_000);
const PROSTHETIC: Procedure = timed("97761", 5_800);
const ULTRASOUND: Procedure = timed("97035", 2_200);
pub(super) const EVALUATION_LOW: Procedure = once("97161", 13_500);
pub(super) const EVALUATION_MODERATE: Procedure = once("97162", 14_500);
const EVALUATION_HIGH: Procedure = once("97163", 15_500);
const RE_EVALUATION: Procedure = once("97164", 9_500);
/// Sensory integration: therapy, never on the Medicare telehealth list.
pub(super) const SENSORY: Procedure = timed("97533", 5_000);
/// An e-visit: a service of its own, not telehealth.
pub(super) const E_VISIT: Procedure = once("98970", 2_400);
/// A further quarter hour of caregiver training.
pub(super) const TRAINING_MORE: Procedure = once("97551", 2_700);
/// Electrical stimulation, for which Medicare takes G0283.
pub(super) const STIMULATION: Procedure = once("97014", 1_800);
/// A physician's review of images; therapists have a code of their own.
pub(super) const IMAGES_REVIEW: Procedure = once("G2010", 2_500);
/// The physical therapy evaluation of before 2017.
pub(super) const OLD_EVALUATION: Procedure = once("97001", 12_000);

/// The procedures of one visit.
pub(super) type Visit = &'static [Procedure];

static IN_PERSON: &[Visit] = &[
    &[EXERCISE, BALANCE, MANUAL],
    &[EXERCISE, MANUAL],
    &[EXERCISE, BALANCE, GAIT],
    &[EXERCISE, ACTIVITIES],
    &[BALANCE, ACTIVITIES, MANUAL],
    &[EXERCISE, BALANCE, ACTIVITIES, MANUAL],
    &[EXERCISE, BALANCE, ACTIVITIES],
    &[EXERCISE, GAIT, MANUAL],
    &[EVALUATION_LOW, EXERCISE],
    &[EVALUATION_MODERATE, EXERCISE, BALANCE],
    &[EVALUATION_HIGH],
    &[RE_EVALUATION, EXERCISE],
    &[GROUP],
    &[BALANCE, GAIT, SELF_CARE],
    &[PERFORMANCE],
    &[WHEELCHAIR, EXERCISE],
    &[ORTHOTIC],
    &[PROSTHETIC, SELF_CARE],
    &[EXERCISE, BALANCE, GAIT, MANUAL],
    &[EXERCISE, BALANCE, MANUAL, ULTRASOUND],
    &[EXERCISE, GAIT, ACTIVITIES, MANUAL],
    &[EXERCISE, BALANCE, GAIT, ACTIVITIES],
    &[EXERCISE, BALANCE, MANUAL, SELF_CARE],
    &[EXERCISE, BALANCE, ACTIVITIES, ULTRASOUND],
    &[EXERCISE, BALANCE, GAIT, MANUAL, SELF_CARE],
    &[EXERCISE, BALANCE, GAIT, ACTIVITIES, MANUAL],
    &[EXERCISE, BALANCE, GAIT, MANUAL, SELF_CARE, ULTRASOUND],
];

/// Remote visits every payer below takes.
static REMOTE: &[Visit] = &[
    &[EXERCISE, BALANCE, ACTIVITIES],
    &[EXERCISE, ACTIVITIES],
    &[EXERCISE, BALANCE, GAIT],
    &[EXERCISE, SELF_CARE],
    &[EXERCISE, BALANCE],
    &[BALANCE, GAIT, SELF_CARE],
    &[EXERCISE, BALANCE, GAIT, ACTIVITIES],
    &[EXERCISE, BALANCE, GAIT, SELF_CARE],
    &[EXERCISE, GAIT, ACTIVITIES],
    &[EXERCISE, BALANCE, GAIT, SELF_CARE],
    &[EVALUATION_LOW, EXERCISE],
    &[EVALUATION_MODERATE, EXERCISE, BALANCE],
    &[EVALUATION_HIGH],
    &[RE_EVALUATION, EXERCISE],
    &[GROUP],
    &[EXERCISE],
];

/// Remote visits Medicare takes besides.
static REMOTE_MEDICARE: &[Visit] = &[
    &[WHEELCHAIR, EXERCISE],
    &[PERFORMANCE],
    &[ORTHOTIC],
    &[PROSTHETIC, SELF_CARE],
    &[EXERCISE, BALANCE, GAIT, SELF_CARE, WHEELCHAIR],
];

/// What is done in a visit.
pub(super) fn draw(random: &mut Random, program: Program, remote: bool) -> Visit {
    if !remote {
        return random.pick(IN_PERSON);
    }
    let more: &[Visit] = match program {
        Program::Medicare => REMOTE_MEDICARE,
        Program::Medicaid | Program::Commercial => &[],
    };
    let index = random.index(REMOTE.len() + more.len());
    match REMOTE.get(index) {
        Some(visit) => visit,
        None => more[index - REMOTE.len()],
    }
}

/// Whether a code is an evaluation, which no assistant does.
pub(super) fn is_evaluation(code: &str) -> bool {
    code.starts_with("9716")
}

/// How a remote visit has to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Terms {
    /// Place of service.
    pub(super) place: &'static str,
    /// Modifier besides GP.
    pub(super) modifier: &'static str,
}

/// How this payer wants a remote visit on this day to look; `None` when it is
/// not sure that it pays one.
pub(super) fn terms(
    random: &mut Random,
    program: Program,
    state: &str,
    date: Date,
) -> Option<Terms> {
    let since = |year, month, day| Date::new(year, month, day).is_some_and(|from| date >= from);
    let home_or_elsewhere = if random.percent(80) { "10" } else { "02" };
    let video = |place| Terms {
        place,
        modifier: "95",
    };
    match (program, state) {
        (Program::Medicare, _) => match date.year() {
            // Through 2023 at the place the visit would have had in person.
            2020 if !since(2020, 3, 1) => None,
            2020..=2023 => Some(video("11")),
            // From 2025 on also audio-only, for patients at home.
            2025..=2027 if random.percent(10) => Some(Terms {
                place: "10",
                modifier: "93",
            }),
            2024..=2027 => Some(video(home_or_elsewhere)),
            _ => None,
        },
        (Program::Medicaid, "TX") if since(2022, 9, 1) => Some(video("02")),
        (Program::Medicaid, "CA") if since(2023, 1, 1) => Some(video(home_or_elsewhere)),
        (Program::Medicaid, "CA") => Some(video("02")),
        (Program::Medicaid, "MA") if since(2023, 4, 1) => Some(video(home_or_elsewhere)),
        (Program::Medicaid | Program::Commercial, _) => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::random::Use;
    use super::*;

    fn at(iso: &str, program: Program, state: &str) -> Option<Terms> {
        let mut random = Random::keyed(3, Use::Claim, 1);
        terms(&mut random, program, state, Date::parse_iso(iso).unwrap())
    }

    #[test]
    fn a_remote_visit_looks_as_its_payer_wants_it_then() {
        let medicare_2022 = at("2022-06-01", Program::Medicare, "TX").unwrap();
        assert_eq!((medicare_2022.place, medicare_2022.modifier), ("11", "95"));
        let medicare_2024 = at("2024-01-01", Program::Medicare, "TX").unwrap();
        assert!(matches!(medicare_2024.place, "02" | "10"));
        assert!(at("2028-01-01", Program::Medicare, "TX").is_none());
        assert!(at("2022-08-31", Program::Medicaid, "TX").is_none());
        assert!(at("2025-05-05", Program::Commercial, "TX").is_none());
    }

    #[test]
    fn no_visit_holds_a_code_twice_or_two_evaluations() {
        for visit in IN_PERSON.iter().chain(REMOTE).chain(REMOTE_MEDICARE) {
            let mut codes: Vec<_> = visit.iter().map(|procedure| procedure.code).collect();
            let evaluations = codes.iter().filter(|code| is_evaluation(code)).count();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), visit.len());
            assert!(evaluations <= 1);
        }
    }
}
