//! TEL: is a service by telehealth billed as its payer wants it on its date?
//!
//! Policy decides, the rules ask. Each rule is written once for every payer: which
//! codes, places and modifiers, since when and by whose word is data. What the rules
//! share stands here: what a telehealth line is to a policy, and how it says so.
//!
//! A policy speaks of therapy. A line of another profession on a mixed claim (an office
//! visit, a talk with a psychologist) is telehealth under rules the program does not know:
//! it is told as unchecked (TEL190), and of these rules only TEL113 judges it. So is a
//! line of a discipline its policy does not speak of. See `Reach`.
//!
//! One fault is told once. A line that cannot be telehealth at all (the payer does
//! not pay it, the service needs hands, or it is a communication service) is told
//! so, and advice on how to mark it better is held back: see `Obstacle`. What will not
//! be told as a reject, by its facts or by the configuration, holds back nothing that will.

mod advice;
pub mod assistant_by_telehealth_not_allowed;
pub mod audio_only_not_allowed;
pub mod communication_service_as_telehealth;
pub mod hands_on_service_by_telehealth;
mod mark;
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

use std::fmt::Write;

use mark::mark_spot;

use super::spoken_for::{Told, speaks_for, told};
use super::spots::{
    NO_ROOM, free_modifier_component, modifier_component, modifier_place, place_spot,
};
use super::therapy::therapy_of;
use super::{Context, Rule};
use crate::claim::{Claim, Line};
use crate::listed::{all_of, one_of};
use crate::policy::{Answer, Communication, Coverage, Permission, PlaceRule, Policy};
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
    /// How the service reached the patient.
    channel: Channel,
    /// What the policy says of the code as a communication-technology service.
    communication: Option<Communication>,
    /// What bars the line from being telehealth: what is told most firmly, else the first.
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

impl Obstacle {
    /// The rule that tells it.
    fn rule(self) -> &'static Rule {
        match self {
            Obstacle::Communication => &communication_service_as_telehealth::RULE,
            Obstacle::NotCovered => &telehealth_not_paid::RULE,
            Obstacle::HandsOn => &hands_on_service_by_telehealth::RULE,
        }
    }
}

/// What is wrong with the place of service of a telehealth line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PlaceFault {
    /// The payer does not take this place for telehealth: TEL103.
    NotTaken,
    /// A modifier says telehealth and the place says in person: TEL107.
    InPerson,
}

/// That the policy forbids it, as a finding of the rule that tells so.
fn forbidden(rule: &'static Rule, permission: Option<Answer<Permission>>) -> Option<Told> {
    permission
        .filter(|answer| answer.value == Permission::NotAllowed)
        .map(|answer| told(rule, answer))
}

/// The bound on a finding that the payer will not pay the line, where the line asks for just
/// that: GY and GX bill for the denial.
fn denial_asked(line: &Line) -> Option<Severity> {
    let asked = line.modifiers.has(b"GY") || line.modifiers.has(b"GX");
    asked.then_some(Severity::Warn)
}

/// The first of two wordings for a fact that is settled, the second for one that is open.
fn worded<T>(answer: &Answer<T>, settled: &'static str, open: &'static str) -> &'static str {
    if answer.open { open } else { settled }
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
        let communication = line
            .procedure
            .and_then(|code| policy.communication(code, date));
        // What is no telehealth is none whoever furnishes it.
        let apart = communication
            .filter(|service| service.value.telehealth == Some(false))
            .map(|answer| answer.map(|_| ()));
        let firmest = if reach == Reach::Therapy {
            obstacle(policy, date, claim, line, apart, context)
        } else {
            apart.map(|answer| (Obstacle::Communication, answer, None))
        };
        // An obstacle that can only warn must not hide what would reject.
        let barred = firmest.is_some_and(|(_, _, told)| told == Some(Severity::Reject));
        Some(Remote {
            policy,
            date,
            sv1: line.sv1?,
            reach,
            channel: channel(line, policy, date),
            communication: communication.map(|answer| answer.value),
            obstacle: firmest.map(|(obstacle, answer, _)| (obstacle, answer)),
            payable: reach == Reach::Therapy && !barred,
        })
    }
}

/// What bars the line most firmly, and how severely it is told.
fn obstacle(
    policy: &Policy,
    date: Date,
    claim: &Claim<'_>,
    line: &Line,
    apart: Option<Answer<()>>,
    context: &Context<'_>,
) -> Option<(Obstacle, Answer<()>, Option<Severity>)> {
    let uncovered = policy
        .coverage(date)
        .filter(|answer| answer.value == Coverage::NotCovered)
        .map(|answer| answer.map(|_| ()));
    let hands_on = line.procedure.and_then(|code| policy.hands_on(code, date));
    let all = [
        apart.map(|answer| (Obstacle::Communication, answer)),
        uncovered.map(|answer| (Obstacle::NotCovered, answer)),
        hands_on.map(|answer| (Obstacle::HandsOn, answer)),
    ];
    let firmness = |obstacle: Obstacle, answer: &Answer<()>| match obstacle {
        // What is no telehealth to the payer is no matter of the other two, even though the
        // rule that tells it only warns.
        Obstacle::Communication => Some(answer.severity(Severity::Reject, context.reject_at)),
        _ => context.told_as(obstacle.rule(), answer, claim.payer_id()),
    };
    let found = all.into_iter().flatten();
    found
        .map(|(obstacle, answer)| (obstacle, answer, firmness(obstacle, &answer)))
        .reduce(|first, next| if next.2 > first.2 { next } else { first })
}

impl Remote<'_> {
    /// Whether the policy's places and modifiers for telehealth are known to hold for the
    /// line. A communication service that is no telehealth takes no mark of it, and where it
    /// is not settled whether it is any, nobody knows its marks.
    fn takes_marks(&self) -> bool {
        self.payable
            && self
                .communication
                .is_none_or(|service| service.telehealth == Some(true))
    }

    /// Whether the policy can refuse a modifier of the line: it may do so of a communication
    /// service too.
    fn can_refuse(&self) -> bool {
        let apart = matches!(self.obstacle, Some((Obstacle::Communication, _)));
        self.payable || (apart && self.reach == Reach::Therapy)
    }

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
        Some((fault, answer.doubted(doubt.then_some(Severity::Warn))))
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

    /// Where a fact stands, for the help of a finding, and that it is to be checked where
    /// the sources leave it open.
    fn stands<T>(&self, answer: &Answer<T>) -> String {
        let cited = self.policy.cite(answer.row);
        let (name, publisher) = cited.holder();
        let mut text = name.to_owned();
        if let Some(days) = cited.days() {
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
        if !publisher.is_empty() {
            let _ = write!(text, ", published by {publisher}");
        }
        if answer.open {
            text.push_str("; the sources do not settle it: check before you change the line");
        }
        text
    }
}

/// How the line's modifiers say the service was delivered.
fn channel(line: &Line, policy: &Policy, date: Date) -> Channel {
    if audio_mark(line, policy, date).is_some() {
        Channel::AudioOnly
    } else if line.modifiers.has(b"GQ") {
        Channel::StoreAndForward
    } else {
        Channel::Video
    }
}

/// The modifier by which the line says audio-only: 93 or FQ, or else one by which its payer
/// tells such lines. The latter may have another meaning too (KX, CR), and marks no line
/// that carries a modifier of live video.
fn audio_mark(line: &Line, policy: &Policy, date: Date) -> Option<Modifier> {
    let mut modifiers = line.modifiers.iter();
    if line.is_audio_only() {
        return modifiers.find(|modifier| matches!(&modifier.bytes(), b"93" | b"FQ"));
    }
    let of = |audio_only| {
        let wanted = policy.modifiers_any_of(date, audio_only);
        wanted.map_or(&[][..], |answer| answer.value)
    };
    let mark = modifiers.find(|modifier| of(true).contains(modifier))?;
    let by_video = |modifier: Modifier| is_video(modifier) || of(false).contains(&modifier);
    (!line.modifiers.iter().any(by_video)).then_some(mark)
}

/// One of the modifiers that say live video.
fn is_video(modifier: Modifier) -> bool {
    matches!(&modifier.bytes(), b"95" | b"GT")
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
