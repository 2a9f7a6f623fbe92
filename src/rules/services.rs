//! The services a worker has met: what each shows, and whether it passes.
//!
//! What many rules find on a service line depends on nothing but its service: the code
//! and modifiers of SV101, the place of service, the taxonomy of who rendered the line,
//! the billing provider's state, the policy, and the day as far as code lists and the
//! policy change ([`Check::Service`](super::Check)). Practices bill few services, each
//! again and again, with other units, charges, days and diagnoses. So each service is
//! looked at once, and kept with what it shows ([`Features`]) and whether those rules
//! passed it. One they found something on is looked at every time.

use std::cell::Cell;

use super::features::Features;
use super::telehealth::telehealth_policy_unknown;
use super::therapy::{rendering_provider_unfit, two_evaluations_on_one_date};
use super::{Context, Remote};
use crate::claim::{Claim, Line};
use crate::codes::{self, place};
use crate::policy::{Confidence, Policy};
use crate::value::{Date, DateRange, Modifier, PlaceOfService, Procedure};

/// Services kept at a time; one more takes the place of another.
const SERVICES: usize = 4096;

/// Grounds kept at a time.
const GROUNDS: usize = 1024;

thread_local! {
    static MEMORY: Cell<Option<Box<Services>>> = const { Cell::new(None) };
}

/// The services a worker has met.
#[derive(Debug)]
pub struct Services {
    judged_by: JudgedBy,
    grounds: Vec<Option<Ground>>,
    known: Vec<Known>,
    /// Those of the claim at hand, line by line.
    lines: Vec<Met>,
}

/// What services are judged by besides their policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct JudgedBy {
    /// The number of the list of checks.
    checks: u64,
    reject_at: Confidence,
    today: Date,
}

/// A policy, or none, in a stretch of days on which it and the code lists stay the same.
#[derive(Clone, Copy, Debug)]
struct Ground {
    policy: u64,
    days: DateRange,
    /// Whether what the payer refuses depends on the billing provider's state.
    asks_state: bool,
    /// Whether the payer takes originals (CLM05-3 1).
    takes_originals: bool,
    /// A day of service from which on claims are not too late.
    timely_from: Date,
}

/// What a service is told by.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Key {
    policy: u64,
    /// The first day of the ground, and the billing provider's state where it matters.
    from_and_state: u64,
    /// Code, place, and whether the place is the line's own.
    code_and_place: u64,
    modifiers: u64,
    taxonomy: [u8; 10],
}

/// A service that was met.
#[derive(Clone, Copy, Debug)]
struct Known {
    key: Key,
    shows: Features,
    /// As many units on one line are nothing to look at.
    units: u32,
    passed: bool,
}

/// A line's service.
#[derive(Clone, Copy, Debug)]
struct Met {
    /// `None` for a line that is not plain enough to be kept.
    key: Option<Key>,
    shows: Features,
}

impl Services {
    /// The memory of this thread, for checks by this list: put it back afterwards.
    #[must_use]
    pub fn of_thread(checks: u64, context: &Context<'_>) -> Box<Services> {
        let judged_by = JudgedBy {
            checks,
            reject_at: context.reject_at,
            today: context.today,
        };
        let mut services = MEMORY.take().unwrap_or_else(|| {
            Box::new(Services {
                judged_by,
                grounds: Vec::new(),
                known: Vec::new(),
                lines: Vec::new(),
            })
        });
        if services.judged_by != judged_by || services.known.is_empty() {
            services.judged_by = judged_by;
            services.grounds.clear();
            services.grounds.resize(GROUNDS, None);
            services.known.clear();
            services.known.resize(SERVICES, Known::NONE);
        }
        services
    }

    /// Keeps the memory for the thread's next claim.
    pub fn put_back(self: Box<Services>) {
        MEMORY.set(Some(self));
    }

    /// What the line at this place of the claim shows.
    #[must_use]
    pub fn line(&self, at: usize) -> Features {
        self.lines.get(at).map_or(Features::ALL, |met| met.shows)
    }

    /// Remembers that the checks of services found nothing on the line at this place.
    pub fn passed(&mut self, at: usize) {
        if let Some(key) = self.lines.get(at).and_then(|met| met.key)
            && let Some(known) = self.known.get_mut(key.place())
            && known.key == key
        {
            known.passed = true;
        }
    }

    /// Forgets the lines of the claim before.
    pub(super) fn start_claim(&mut self) {
        self.lines.clear();
    }

    /// Looks at the next line of the claim, and says what it shows, `own` features of the
    /// line and those of its service.
    pub(super) fn meet(
        &mut self,
        claim: &Claim<'_>,
        line: &Line,
        renders: &Renders,
        own: Features,
        units: Option<u32>,
        context: &Context<'_>,
    ) -> Features {
        let mut met = self
            .look_up(claim, line, renders, units, context)
            .unwrap_or(Met {
                key: None,
                shows: Features::ALL,
            });
        met.shows |= own;
        self.lines.push(met);
        met.shows
    }

    fn look_up(
        &mut self,
        claim: &Claim<'_>,
        line: &Line,
        renders: &Renders,
        units: Option<u32>,
        context: &Context<'_>,
    ) -> Option<Met> {
        let (Some(dates), Some(procedure), Some(place), true) =
            (line.dates, line.procedure, line.place, line.plain)
        else {
            return None;
        };
        let taxonomy = if line.providers.is_empty() {
            renders.taxonomy?
        } else {
            taxonomy_of(claim, line)?
        };
        let ground = self.ground(dates.from, context);
        let mut shows = Features::LATE
            .when(!ground.is_timely(dates.from, context))
            .or(Features::NOT_ORIGINAL.when(!ground.takes_originals))
            .or(Features::SPAN.when(dates.from != dates.through));
        let key = Key {
            policy: ground.policy,
            from_and_state: u64::from(ground.days.from.number()) << 16
                | u64::from(ground.state(renders)),
            code_and_place: code_and_place(procedure, place, line.place_on_line),
            modifiers: line.modifiers.packed(),
            taxonomy,
        };
        let slot = key.place();
        if self.known.get(slot)?.key != key {
            let (shows, units) = look(claim, line, context);
            *self.known.get_mut(slot)? = Known {
                key,
                shows,
                units,
                passed: false,
            };
        }
        let known = self.known.get(slot)?;
        shows |= known.shows;
        shows |= Features::UNKNOWN_SERVICE.when(!known.passed);
        shows |= Features::MANY_UNITS.when(units.is_none_or(|units| units > known.units));
        Some(Met {
            key: Some(key),
            shows,
        })
    }

    /// The ground on this day.
    fn ground(&mut self, date: Date, context: &Context<'_>) -> &mut Ground {
        let policy = context.policy.map_or(0, Policy::serial);
        // Neighbouring months of one policy, and neighbouring policies, stand apart.
        let month = u64::from(date.number() / 100);
        let place = (policy.wrapping_mul(31) + month) as usize % GROUNDS;
        let kept = &mut self.grounds[place];
        let fits = |ground: &Ground| ground.policy == policy && ground.days.contains(date);
        if !kept.as_ref().is_some_and(fits) {
            *kept = None;
        }
        kept.get_or_insert_with(|| Ground::new(policy, date, context))
    }
}

impl Known {
    const NONE: Known = Known {
        key: Key {
            policy: u64::MAX,
            from_and_state: 0,
            code_and_place: 0,
            modifiers: 0,
            taxonomy: [0; 10],
        },
        shows: Features::ALL,
        units: 0,
        passed: false,
    };
}

impl Key {
    /// Where the service is kept.
    #[inline]
    fn place(&self) -> usize {
        let [a, b, c, d, e, f, g, h, _, _] = self.taxonomy;
        let parts = [
            self.policy,
            self.from_and_state,
            self.code_and_place,
            self.modifiers,
            u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        ];
        let mixed = parts.into_iter().fold(0_u64, |mixed, part| {
            (mixed.rotate_left(23) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        });
        (mixed >> 40) as usize % SERVICES
    }
}

impl Ground {
    #[cold]
    fn new(policy: u64, date: Date, context: &Context<'_>) -> Ground {
        let (mut days, other) = (
            codes::alike(date),
            context.policy.map(|policy| policy.alike(date)),
        );
        if let Some(other) = other {
            days.from = days.from.max(other.from);
            days.through = days.through.min(other.through);
        }
        let taken = context
            .policy
            .and_then(|policy| policy.frequency_codes(context.today));
        Ground {
            policy,
            days,
            asks_state: context.policy.is_some_and(Policy::asks_state),
            takes_originals: taken.is_none_or(|taken| taken.value.contains(&b'1')),
            timely_from: Date::MAX,
        }
    }

    /// The state of the billing provider, where it matters.
    #[inline]
    fn state(&self, renders: &Renders) -> u16 {
        if self.asks_state {
            u16::from_be_bytes(renders.state)
        } else {
            0
        }
    }

    /// Whether a service of this day can still be filed.
    #[inline]
    fn is_timely(&mut self, date: Date, context: &Context<'_>) -> bool {
        date >= self.timely_from || self.looks_timely(date, context)
    }

    /// What can be filed late today can be filed as well for a later day.
    #[cold]
    fn looks_timely(&mut self, date: Date, context: &Context<'_>) -> bool {
        let limit = context.policy.and_then(|policy| policy.timely_filing(date));
        let timely = limit.is_none_or(|limit| context.today <= limit.value.last_day(date));
        if timely {
            self.timely_from = date;
        }
        timely
    }
}

/// What a claim adds to the services of its lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Renders {
    /// The taxonomy of who renders lines that name nobody; `None` when it is too long.
    taxonomy: Option<[u8; 10]>,
    /// The billing provider's state; zeros when it is none.
    state: [u8; 2],
}

impl Renders {
    pub(super) fn of(claim: &Claim<'_>) -> Renders {
        Renders {
            taxonomy: taxonomy_of(claim, &Line::default()),
            state: claim
                .text
                .element(claim.billing.city, 2)
                .try_into()
                .unwrap_or_default(),
        }
    }
}

/// The taxonomy of who renders the line, in as many bytes as such a code has. The billing
/// provider's is told from that of somebody who is named.
fn taxonomy_of(claim: &Claim<'_>, line: &Line) -> Option<[u8; 10]> {
    let (segment, named) = match claim.rendering(line) {
        Some(provider) => (provider.taxonomy, true),
        None => (claim.billing.taxonomy, false),
    };
    let code = claim.text.element(segment, 3);
    match (<[u8; 10]>::try_from(code), code.len()) {
        // No code has a high bit.
        (Ok(mut code), _) => {
            if !code.is_ascii() {
                return None;
            }
            code[9] |= if named { 0x80 } else { 0 };
            Some(code)
        }
        (Err(_), 0) => Some([if named { 0x80 } else { 0 }; 10]),
        (Err(_), _) => None,
    }
}

/// What a service shows whoever bills it, and how many units of it are nothing to look at.
#[cold]
fn look(claim: &Claim<'_>, line: &Line, context: &Context<'_>) -> (Features, u32) {
    let has = |code: &[u8; 2]| line.modifiers.has(code);
    let mut shows = Features::TELEHEALTH.when(line.is_telehealth());
    shows |= Features::KX.when(has(b"KX"));
    shows |= Features::VIDEO.when(has(b"95"));
    shows |= Features::OLD_VIDEO.when(has(b"GT"));
    shows |= Features::AUDIO.when(line.is_audio_only());
    shows |= Features::RECORDED.when(has(b"GQ"));
    shows |= Features::EVALUATION.when(two_evaluations_on_one_date::is_evaluation(line));
    let stands =
        |place: PlaceOfService, date| place::standing(place, date) == codes::Standing::InForce;
    shows |= Features::ODD_PLACE.when(
        !line
            .place
            .zip(line.from())
            .is_some_and(|(place, date)| stands(place, date)),
    );
    let (Some(policy), Some(date), Some(procedure)) = (context.policy, line.from(), line.procedure)
    else {
        return (shows, u32::MAX);
    };
    let conflict = |one: Modifier, other| policy.modifiers_conflict(one, other, date).is_some();
    let mut modifiers = line.modifiers.iter();
    shows |= Features::CONTRADICTION
        .when(modifiers.any(|one| line.modifiers.iter().any(|other| conflict(one, other))));
    shows |= Features::ADD_ON.when(policy.add_on(procedure, date).is_some());
    shows |= Features::CERTIFIED.when(policy.certifying_provider(date).is_some());
    shows |= Features::ODD_RENDERER.when(rendering_provider_unfit::is_in_doubt(
        claim, line, policy, date,
    ));
    shows |= Features::POLICY_SILENT.when(
        Remote::of(claim, line, context)
            .is_some_and(|remote| telehealth_policy_unknown::lacks(line, &remote)),
    );
    (shows, units(policy, procedure, date))
}

/// How many units of a code on one line no rule asks about.
fn units(policy: &Policy, procedure: Procedure, date: Date) -> u32 {
    let paid = policy
        .mue(procedure, date)
        .map_or(u32::MAX, |answer| u32::from(answer.value.units));
    if policy.one_unit(procedure, date).is_some() {
        paid.min(1)
    } else {
        paid
    }
}

fn code_and_place(procedure: Procedure, place: PlaceOfService, on_line: bool) -> u64 {
    let ([a, b, c, d, e], [f, g]) = (procedure.bytes(), place.bytes());
    u64::from_le_bytes([a, b, c, d, e, f, g, u8::from(on_line)])
}
