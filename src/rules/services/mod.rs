//! The services a worker has met: what each shows, and whether it passes.
//!
//! What many rules find on a service line depends on nothing but its service: the code
//! and modifiers of SV101, the place of service, the taxonomy of who rendered the line,
//! the billing provider's state, the policy, and the day as far as code lists and the
//! policy change ([`Check::Service`](super::Check)). Practices bill few services, each
//! again and again, with other units, charges, days and diagnoses. So each service is
//! looked at once, and kept with what it shows ([`Features`]) and whether those rules
//! passed it. One they found something on is looked at every time.

mod diagnoses;
mod ground;
mod known;
mod providers;

use std::cell::Cell;

use super::Context;
use super::features::Features;
use crate::claim::{Claim, Line};
use crate::policy::{PairBits, Policy};
use crate::value::{Confidence, Date};
pub(super) use diagnoses::{Code, Diagnoses};
use ground::Ground;
pub(super) use ground::{Renders, taxonomy};
use known::{Key, Known};
use providers::Providers;

/// Services kept at a time.
const SERVICES: usize = 1 << 14;

/// Services that are kept side by side: of more that belong to one place, one more takes the
/// place of another. With fewer, two that are billed often would drive each other out for ever.
const WAYS: usize = 4;

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
    /// Where the ground is that was asked for last.
    ground: usize,
    known: Vec<Known>,
    /// Services looked at so far.
    stamps: u32,
    pub(super) providers: Providers,
    pub(super) diagnoses: Diagnoses,
    /// Those of the claim at hand, line by line.
    lines: Vec<Met>,
    /// The bits of the codes on its lines so far.
    codes: u64,
}

/// What services are judged by besides their policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct JudgedBy {
    /// The number of the list of checks.
    checks: u64,
    reject_at: Confidence,
    today: Date,
}

/// A line's service.
#[derive(Clone, Copy, Default, Debug)]
struct Met {
    shows: Features,
    pairs: PairBits,
    /// Where it is kept.
    place: usize,
    /// No service's for a line that is not plain enough to be kept.
    stamp: u32,
}

impl Services {
    /// The memory of this thread, for checks by this list: put it back afterwards.
    #[inline]
    #[must_use]
    pub fn of_thread(checks: u64, context: &Context<'_>) -> Box<Services> {
        let judged_by = JudgedBy {
            checks,
            reject_at: context.reject_at,
            today: context.today,
        };
        match MEMORY.take() {
            Some(services) if services.judged_by == judged_by => services,
            services => Services::start(services, judged_by),
        }
    }

    /// A memory that holds nothing of what other checks found, in the room of the one before.
    #[cold]
    fn start(before: Option<Box<Services>>, judged_by: JudgedBy) -> Box<Services> {
        let mut services = before.unwrap_or_else(|| {
            Box::new(Services {
                judged_by,
                grounds: Vec::new(),
                ground: 0,
                known: Vec::new(),
                stamps: 0,
                providers: Providers::default(),
                diagnoses: Diagnoses::default(),
                lines: Vec::new(),
                codes: 0,
            })
        });
        services.judged_by = judged_by;
        services.grounds.clear();
        services.grounds.resize(GROUNDS, None);
        services.known.clear();
        services.known.resize(SERVICES, Known::NONE);
        services
    }

    /// Keeps the memory for the thread's next claim.
    #[inline]
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
        if let Some(met) = self.lines.get(at)
            && let Some(known) = self.known.get_mut(met.place)
            && known.stamp == met.stamp
        {
            known.shows = known.shows.without(Features::UNKNOWN_SERVICE);
        }
    }

    /// Forgets the lines of the claim before.
    pub(super) fn start_claim(&mut self) {
        self.lines.clear();
        self.codes = 0;
    }

    /// Looks at the next line of the claim, and says what it shows, `own` features of the
    /// line and those of its service.
    pub(super) fn meet(
        &mut self,
        claim: &Claim<'_>,
        line: &Line,
        renders: &Renders,
        own: Features,
        context: &Context<'_>,
    ) -> Features {
        let mut met = self.look_up(claim, line, renders, context).unwrap_or(Met {
            shows: Features::ALL,
            ..Met::default()
        });
        met.shows |= own;
        self.lines.push(met);
        let shown = met
            .shows
            .or(Features::MAY_PAIR.when(met.pairs.meets(self.codes)));
        let code = met.pairs.own();
        let again = self.codes & code != 0;
        self.codes |= code;
        shown.or(Features::SAME_CODE.when(again))
    }

    fn look_up(
        &mut self,
        claim: &Claim<'_>,
        line: &Line,
        renders: &Renders,
        context: &Context<'_>,
    ) -> Option<Met> {
        let (Some(dates), Some(procedure), Some(place), true) =
            (line.dates, line.procedure, line.place, line.plain)
        else {
            return None;
        };
        let taxonomy = renders.taxonomy_of(claim, line)?;
        let ground = self.ground(dates.from, context);
        let mut shows = Features::LATE
            .when(!ground.is_timely(dates.from, context))
            .or(Features::NOT_ORIGINAL.when(!ground.takes_originals))
            .or(Features::SPAN.when(dates.from != dates.through));
        let key = Key {
            policy: ground.policy,
            from_and_state: u64::from(ground.days.from.number()) << 16
                | u64::from(ground.state(renders)),
            code_and_place: Key::code_and_place(procedure, place, line.place_on_line),
            modifiers: line.modifiers.packed(),
            taxonomy,
        };
        let first = key.place();
        let ways = self.known.get_mut(first..)?.first_chunk_mut::<WAYS>()?;
        let way = ways.iter().position(|known| known.is(&key));
        let way = way.unwrap_or_else(|| {
            self.stamps = self.stamps.wrapping_add(1);
            let way = self.stamps as usize % WAYS;
            ways[way] = Known::new(key, self.stamps, claim, line, context);
            way
        });
        let (place, known) = (first + way, &ways[way]);
        shows |= known.shows;
        shows |= Features::MANY_UNITS.when(line.units.is_none_or(|units| units > known.units));
        Some(Met {
            shows,
            pairs: PairBits::of(procedure, known.partners),
            place,
            stamp: known.stamp,
        })
    }

    /// The ground on this day.
    fn ground(&mut self, date: Date, context: &Context<'_>) -> &mut Ground {
        let policy = context.policy.map_or(0, Policy::serial);
        let fits = |ground: &Ground| ground.policy == policy && ground.days.contains(date);
        // Lines of a claim nearly always stand on the same.
        if !matches!(self.grounds.get(self.ground), Some(Some(last)) if fits(last)) {
            self.ground = self.find_ground(policy, date);
        }
        self.grounds[self.ground].get_or_insert_with(|| Ground::new(policy, date, context))
    }

    /// Where the ground of this policy on this day is kept; the place is free if it is not.
    fn find_ground(&mut self, policy: u64, date: Date) -> usize {
        let month = u64::from(date.number() / 100);
        let mixed = (policy << 20 | month).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let place = (mixed >> 40) as usize % GROUNDS;
        let kept = &mut self.grounds[place];
        let fits = |ground: &Ground| ground.policy == policy && ground.days.contains(date);
        if !kept.as_ref().is_some_and(fits) {
            *kept = None;
        }
        place
    }
}
