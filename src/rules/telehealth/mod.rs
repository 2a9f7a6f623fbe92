//! TEL: is a service by telehealth billed as its payer wants it on its date?
//!
//! Policy decides, the rules ask. Each rule is written once for every payer: which
//! codes, places and modifiers, since when and by whose word is data. What the rules
//! share stands here: what a telehealth line is to a policy, and the spots they name.
//!
//! A policy speaks of therapy. A line of another profession on a mixed claim (an office
//! visit, a talk with a psychologist) is telehealth under rules the program does not know:
//! it is told as unchecked (TEL190), and of these rules only TEL113 judges it. So is a
//! line of a discipline its policy does not speak of. See `Reach`.
//!
//! One fault is told once. A line that cannot be telehealth at all (the payer does
//! not pay it, the service needs hands, or it is a communication service) is told
//! so, and advice on how to mark it better is held back: see `Obstacle`.

mod advice;
pub mod assistant_by_telehealth_not_allowed;
pub mod audio_only_not_allowed;
pub mod communication_service_as_telehealth;
pub mod hands_on_service_by_telehealth;
pub mod new_patient_by_telehealth;
pub mod payer_policy_not_told;
pub mod store_and_forward_not_allowed;
pub mod telehealth_code_not_payable;
pub mod telehealth_home_not_taken;
pub mod telehealth_modifier_at_in_person_place;
pub mod telehealth_modifier_missing;
pub mod telehealth_modifier_not_taken;
pub mod telehealth_modifiers_contradict;
pub mod telehealth_not_paid;
pub mod telehealth_place_not_taken;
pub mod telehealth_places_disagree;
pub mod telehealth_policy_unknown;
pub mod telehealth_states_differ;
pub mod transport_on_telehealth_claim;

use std::fmt::{self, Display, Write};

use super::therapy::therapy_of;
use super::{Context, Spot};
use crate::claim::{Claim, Line};
use crate::policy::{Answer, Coverage, Permission, PlaceRule, Policy, RowRef};
use crate::value::{Date, Modifier, PlaceOfService, Severity};

/// Whether a rule of this code leaves a claim unchecked: the policy that it needs is not known.
#[must_use]
pub fn leaves_unchecked(code: &str) -> bool {
    [
        telehealth_policy_unknown::RULE.code,
        payer_policy_not_told::RULE.code,
    ]
    .contains(&code)
}

/// A telehealth line with what every question to its policy needs.
#[derive(Clone, Copy)]
pub struct Remote<'p> {
    policy: &'p Policy,
    /// First date of service.
    date: Date,
    /// The SV1 segment.
    sv1: u32,
    /// Whether the policy speaks of lines like this.
    reach: Reach,
    /// What bars the line from being telehealth: the first fact that may reject, else
    /// the first.
    obstacle: Option<(Obstacle, Answer<()>)>,
    /// Whether the policy speaks of it and nothing bars it so firmly that it rejects: what
    /// is right for a telehealth line would be wrong advice for one that cannot be any.
    payable: bool,
}

/// Whether a policy's telehealth rows speak of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// They do.
    Therapy,
    /// The line is therapy of a discipline they do not speak of.
    Discipline(Modifier),
    /// The line is no therapy that the claim shows.
    OtherService,
}

/// How the service reached the patient, as the modifiers tell it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Channel {
    Video,
    AudioOnly,
    StoreAndForward,
}

/// Why a line cannot be telehealth, whatever place and modifiers it carries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    /// A communication-technology service: TEL113.
    Communication,
    /// The payer does not pay telehealth on the date: TEL101.
    NotCovered,
    /// The service needs hands or a machine where the patient is: TEL110.
    HandsOn,
}

/// What is wrong with the place of service of a telehealth line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PlaceFault {
    /// The payer does not take this place for telehealth: TEL103.
    NotTaken,
    /// A modifier says telehealth and the place says in person: TEL107.
    InPerson,
}

/// Whether a finding that rests on this fact may reject.
fn rejects<T>(answer: &Answer<T>, context: &Context<'_>) -> bool {
    answer.severity(Severity::Reject, context.reject_at) == Severity::Reject
}

/// Whether the policy forbids, and no less firmly than `other` speaks.
fn forbids<T>(
    permission: Option<Answer<Permission>>,
    other: &Answer<T>,
    context: &Context<'_>,
) -> bool {
    permission.is_some_and(|answer| {
        answer.value == Permission::NotAllowed
            && answer.severity(Severity::Reject, context.reject_at)
                >= other.severity(Severity::Reject, context.reject_at)
    })
}

impl<'p> Remote<'p> {
    /// The line as a policy is asked about it; `None` unless it is telehealth, has a
    /// readable date and its payer's policy is known.
    #[inline]
    #[must_use]
    pub fn of(claim: &Claim<'_>, line: &Line, context: &Context<'p>) -> Option<Remote<'p>> {
        if !line.is_telehealth() {
            return None;
        }
        let (policy, date) = (context.policy?, line.from()?);
        let reach = match therapy_of(claim, line, policy, date) {
            Some(discipline) if policy.speaks_of(discipline) => Reach::Therapy,
            Some(discipline) => Reach::Discipline(discipline),
            None => Reach::OtherService,
        };
        let obstacle = if reach == Reach::Therapy {
            obstacle(policy, date, line, context)
        } else {
            // What is no telehealth is none whoever furnishes it.
            communication(policy, date, line).map(|answer| (Obstacle::Communication, answer))
        };
        Some(Remote {
            policy,
            date,
            sv1: line.sv1?,
            reach,
            obstacle,
            // An obstacle that can only warn must not hide what would reject.
            payable: reach == Reach::Therapy
                && obstacle.is_none_or(|(_, answer)| !rejects(&answer, context)),
        })
    }
}

/// That the line's code is a communication service, and no telehealth to its payer.
fn communication(policy: &Policy, date: Date, line: &Line) -> Option<Answer<()>> {
    line.procedure
        .and_then(|code| policy.communication_service(code, date))
        .map(|answer| answer.map(|_| ()))
}

fn obstacle(
    policy: &Policy,
    date: Date,
    line: &Line,
    context: &Context<'_>,
) -> Option<(Obstacle, Answer<()>)> {
    let uncovered = policy
        .coverage(date)
        .filter(|answer| answer.value == Coverage::NotCovered)
        .map(|answer| answer.map(|_| ()));
    let hands_on = line.procedure.and_then(|code| policy.hands_on(code, date));
    let all = [
        communication(policy, date, line).map(|answer| (Obstacle::Communication, answer)),
        uncovered.map(|answer| (Obstacle::NotCovered, answer)),
        hands_on.map(|answer| (Obstacle::HandsOn, answer)),
    ];
    let found = || all.iter().copied().flatten();
    found()
        .find(|(_, answer)| rejects(answer, context))
        .or_else(|| found().next())
}

impl Remote<'_> {
    /// What the policy's rule on places has against the line's.
    fn place_fault(&self, line: &Line) -> Option<(PlaceFault, Answer<PlaceRule<'_>>)> {
        // A place that is no code is a matter of code sets.
        let place = line.place?;
        let answer = self.policy.place(self.date)?;
        let fault = match answer.value {
            PlaceRule::OneOf(places) if places.contains(&place) => return None,
            PlaceRule::OneOf(places)
                if !line.has_telehealth_place() && places.iter().copied().any(is_remote_place) =>
            {
                PlaceFault::InPerson
            }
            PlaceRule::OneOf(_) => PlaceFault::NotTaken,
            PlaceRule::InPerson if line.has_telehealth_place() => PlaceFault::NotTaken,
            PlaceRule::InPerson | PlaceRule::NoneNamed => return None,
        };
        let doubt = self.policy.place_doubtful(place, self.date);
        Some((fault, answer.capped(doubt.then_some(Severity::Warn))))
    }

    /// The modifiers of which the line wants one.
    fn wanted(&self, channel: Channel) -> Option<Answer<&[Modifier]>> {
        match channel {
            Channel::Video => self.policy.modifiers_any_of(self.date, false),
            Channel::AudioOnly => self.policy.modifiers_any_of(self.date, true),
            Channel::StoreAndForward => self.policy.store_and_forward_modifiers(self.date),
        }
    }

    /// That the payer refuses the modifier, its exceptions by state considered.
    fn refused(&self, claim: &Claim<'_>, modifier: Modifier) -> Option<Answer<()>> {
        let answer = self.policy.modifier_refused(modifier, self.date)?;
        let excepted = !answer.value.except_states.is_empty()
            && claim
                .state(claim.billing.city)
                .is_some_and(|state| answer.value.except_states.contains(&state));
        (!excepted).then(|| answer.map(|_| ()))
    }

    /// Where a fact stands, for the help of a finding.
    fn stands(&self, row: RowRef) -> String {
        let mut text = self.policy.name().to_owned();
        if let Some(days) = self.policy.cite(row).days() {
            // Writing to a string cannot fail.
            let _ = if days.through == Date::MAX {
                write!(text, ", in force since {}", days.from)
            } else {
                write!(
                    text,
                    ", in force from {} through {}",
                    days.from, days.through
                )
            };
        }
        let publisher = self.policy.publisher();
        if !publisher.is_empty() {
            let _ = write!(text, ", published by {publisher}");
        }
        text
    }
}

/// How the line's modifiers say the service was delivered.
fn channel(line: &Line) -> Channel {
    if line.is_audio_only() {
        Channel::AudioOnly
    } else if line.modifiers.has(b"GQ") {
        Channel::StoreAndForward
    } else {
        Channel::Video
    }
}

fn is_remote_place(place: PlaceOfService) -> bool {
    matches!(&place.bytes(), b"02" | b"10")
}

/// One of the modifiers that mark a line as telehealth.
fn is_remote_modifier(modifier: Modifier) -> bool {
    matches!(
        &modifier.bytes(),
        b"95" | b"GT" | b"GQ" | b"93" | b"FQ" | b"G0"
    )
}

/// Where the line's place of service stands: loop, spot, and the element's name.
pub(super) fn place_spot(claim: &Claim<'_>, line: &Line) -> (&'static str, Spot, &'static str) {
    match line.sv1 {
        Some(sv1) if line.place_on_line => ("2400", Spot::element(sv1, 5), "SV105"),
        _ => ("2300", Spot::component(claim.parts.clm, 5, 1), "CLM05-1"),
    }
}

/// The component of SV101 that holds this modifier, from 3 to 6.
pub(super) fn modifier_component(claim: &Claim<'_>, sv1: u32, modifier: Modifier) -> u8 {
    let segment = claim.text.segment(sv1);
    let parts = segment.components(1, claim.text.delimiters);
    let found = (1_u8..)
        .zip(parts)
        .skip(2)
        .find(|(_, part)| **part == modifier.bytes());
    found.map_or(3, |(position, _)| position)
}

/// The first component of SV101 that is free for a modifier, from 3 to 6; `None` when all
/// four are taken.
pub(super) fn free_modifier_component(claim: &Claim<'_>, sv1: u32) -> Option<u8> {
    let (segment, delimiters) = (claim.text.segment(sv1), claim.text.delimiters);
    (3..=6_u8).find(|&at| segment.component(1, usize::from(at), delimiters).is_empty())
}

/// Where a modifier goes: to a free component of SV101, which is shown as a whole when there
/// is none.
pub(super) fn modifier_place(sv1: u32, free: Option<u8>) -> Spot {
    free.map_or(Spot::element(sv1, 1), |free| Spot::component(sv1, 1, free))
}

/// What is to be done before a modifier can be added where no component is free.
pub(super) const NO_ROOM: &str =
    "SV101-3 to SV101-6 are all taken: take one off that does not decide the payment, to make room";

/// What says of a line that it is telehealth.
enum Mark {
    /// The place of service, and where it stands.
    Place(PlaceOfService, &'static str),
    /// A modifier, and which component of SV101 it is.
    Modifier(Modifier, u8),
    /// The service itself.
    Service,
}

impl Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mark::Place(place, name) => write!(f, "place of service {place} in {name}"),
            Mark::Modifier(modifier, component) => {
                write!(f, "modifier {modifier} in SV101-{component}")
            }
            Mark::Service => f.write_str("SV101"),
        }
    }
}

/// Where the line says that it is telehealth: its place, else its first such modifier.
fn mark_spot(claim: &Claim<'_>, line: &Line, sv1: u32) -> (&'static str, Spot, Mark) {
    if let Some(place) = line.place.filter(|_| line.has_telehealth_place()) {
        let (loop_id, spot, name) = place_spot(claim, line);
        return (loop_id, spot, Mark::Place(place, name));
    }
    match line
        .modifiers
        .iter()
        .find(|modifier| is_remote_modifier(*modifier))
    {
        Some(modifier) => {
            let component = modifier_component(claim, sv1, modifier);
            let mark = Mark::Modifier(modifier, component);
            ("2400", Spot::component(sv1, 1, component), mark)
        }
        None => ("2400", Spot::element(sv1, 1), Mark::Service),
    }
}

/// `95`, `95 or GT`, `02, 10 or 11`.
pub(super) fn one_of<T: Display>(codes: impl IntoIterator<Item = T>) -> String {
    joined(codes, "or")
}

/// `95, GP and KX`.
fn all_of<T: Display>(codes: impl IntoIterator<Item = T>) -> String {
    joined(codes, "and")
}

fn joined<T: Display>(codes: impl IntoIterator<Item = T>, word: &str) -> String {
    let mut codes = codes.into_iter().peekable();
    let mut text = String::new();
    while let Some(code) = codes.next() {
        let glue = match (text.is_empty(), codes.peek().is_some()) {
            (true, _) => String::new(),
            (false, true) => ", ".to_owned(),
            (false, false) => format!(" {word} "),
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{glue}{code}");
    }
    text
}
