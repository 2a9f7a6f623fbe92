//! The patient of one or more claims, and the subscriber whose plan pays.

use super::fault::Fault;
use super::people::{Person, beneficiary, medicaid_member, plan_member, zip9};
use super::places::{City, PLACES};
use super::plan::{Run, Step};
use super::pools::PLANS;
use super::random::{Random, Use};
use super::scene::{OtherPayer, Program};
use super::text::Text;
use crate::value::Date;

/// Days before the first visit's date that are kept free for later ones.
const VISIT_ROOM_DAYS: i64 = 30;

/// A payer that came before the one the claim goes to.
pub(super) struct Earlier {
    /// How it reports what it paid.
    pub(super) report: OtherPayer,
    /// The plan, an index into [`PLANS`].
    pub(super) plan: usize,
    /// The subscriber's number there.
    pub(super) member: Text,
}

/// A dependent of the subscriber.
pub(super) struct Dependent {
    /// Who it is.
    pub(super) person: Person,
    /// Date of birth.
    pub(super) birth: Date,
    /// PAT01.
    pub(super) relation: &'static str,
}

/// A subscriber, with the dependent who is the patient if he is not himself.
pub(super) struct Patient {
    /// The subscriber.
    pub(super) person: Person,
    /// The subscriber's date of birth.
    pub(super) birth: Date,
    /// Where he lives.
    pub(super) city: City,
    /// His ZIP code, nine digits.
    pub(super) zip: Text,
    /// His number with the payer.
    pub(super) member: Text,
    /// The number of his group, empty for none.
    pub(super) group: Text,
    /// The plan, an index into [`PLANS`], when it is commercial.
    pub(super) plan: usize,
    /// The patient, when it is not the subscriber.
    pub(super) dependent: Option<Dependent>,
    /// The payer before this one.
    pub(super) earlier: Option<Earlier>,
    /// Date of the first visit; the later ones lie before it.
    pub(super) first_day: Date,
}

impl Patient {
    /// The patient that begins with a claim.
    pub(super) fn draw(run: &Run, step: &Step, claim: u64) -> Patient {
        let mut random = Random::keyed(run.spec.seed, Use::Patient, claim);
        let random = &mut random;
        let place = &PLACES[run.roster.providers[step.provider].place];
        let room = if step.fault.is_none() && run.room_for_visits() {
            VISIT_ROOM_DAYS
        } else {
            0
        };
        let (from, through) = (step.window.from.days() + room, step.window.through.days());
        let span = u64::try_from(through - from + 1).unwrap_or(1);
        let first_day = Date::from_days(from + signed(random.below(span)));
        let person = Person::draw(random);
        let city = random.pick(place.cities);
        let zip = zip9(random, city.1);
        let (member, age) = match step.program {
            Program::Medicare => (beneficiary(random), 66 + random.below(25)),
            Program::Medicaid => (medicaid_member(random, place.state), 19 + random.below(45)),
            Program::Commercial => (plan_member(random), 28 + random.below(36)),
        };
        let commercial = step.program == Program::Commercial;
        let group = if commercial && random.percent(80) {
            Text::of(b"G").with(&Text::number(10_000 + random.below(80_000)))
        } else {
            Text::new()
        };
        let plan = random.index(PLANS.len());
        let dependent = step
            .dependent
            .then(|| Dependent::draw(random, person.last, first_day));
        let wanted = step.fault.and_then(|(_, scene)| scene.other_payer);
        let by_chance =
            commercial && step.fault.is_none() && dependent.is_none() && random.percent(7);
        let report = wanted.or_else(|| {
            let both = [OtherPayer::Claim, OtherPayer::Lines];
            by_chance.then(|| random.pick(&both))
        });
        let earlier = report.map(|report| Earlier {
            report,
            plan: (plan + 1 + random.index(PLANS.len() - 1)) % PLANS.len(),
            member: plan_member(random),
        });
        let mut patient = Patient {
            person,
            birth: birth(random, first_day, age),
            city,
            zip,
            member,
            group,
            plan,
            dependent,
            earlier,
            first_day,
        };
        if let Some((fault, _)) = step.fault {
            patient.spoil(fault);
        }
        patient
    }

    /// Plants the faults that stand in the subscriber's loops.
    fn spoil(&mut self, fault: Fault) {
        match fault {
            Fault::BirthAfterService => self.birth = self.first_day.plus_days(10),
            Fault::MemberIdMalformed => {
                // S is a letter no Medicare identifier holds.
                self.member = Text::of(&self.member[..1])
                    .with(b"S")
                    .with(&self.member[2..]);
            }
            _ => {}
        }
    }
}

impl Dependent {
    fn draw(random: &mut Random, last: &'static str, day: Date) -> Dependent {
        let (relation, age) = if random.percent(45) {
            ("01", 28 + random.below(36))
        } else {
            ("19", 4 + random.below(15))
        };
        let mut person = Person::draw(random);
        person.last = last;
        Dependent {
            person,
            birth: birth(random, day, age),
            relation,
        }
    }
}

/// A date of birth that makes somebody `years` old, or a little older, on a day.
fn birth(random: &mut Random, day: Date, years: u64) -> Date {
    day.plus_days(-(signed(years * 1_461 / 4) + 1 + signed(random.below(360))))
}

fn signed(days: u64) -> i64 {
    i64::try_from(days).unwrap_or(0)
}
