//! What to generate.

use std::io;

use super::fault::Fault;
use super::places;
use crate::value::{Date, DateRange, State};

/// The first date of service a generated claim may have: the policy facts the
/// claims are built to meet begin here.
pub const FIRST_DAY: (u32, u32, u32) = (2020, 3, 1);

/// Days of service dates a Medicare claim may look back, inside its one
/// calendar year of timely filing.
const MEDICARE_LOOK_BACK_DAYS: i64 = 350;

/// A window of dates at least this wide lets a patient come more than once.
const ROOM_FOR_VISITS_DAYS: i64 = 90;

/// What to generate. The same specification always gives the same bytes,
/// whatever the number of threads.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// Claims in the file, from 1 to `u32::MAX`.
    pub claims: u64,
    /// Claims in a transaction set; the last set may hold fewer.
    pub claims_per_set: u64,
    /// Transaction sets in a functional group; the last one of an interchange
    /// may hold fewer.
    pub sets_per_group: u64,
    /// Interchanges the sets are dealt out to, never more than there are sets.
    pub interchanges: u64,
    /// Separators.
    pub delimiters: Delimiters,
    /// What follows each segment terminator.
    pub line_end: LineEnd,
    /// How many of a hundred claims are by telehealth, among those whose payer
    /// surely pays it on their date.
    pub telehealth_percent: u8,
    /// Who pays.
    pub payers: Mix,
    /// First year of service dates; days before 1 March 2020 are left out.
    pub first_year: u32,
    /// Last year of service dates; days after `today` are left out. A Medicare
    /// claim keeps to the year before `today` when these years allow it: an
    /// older one would be past timely filing.
    pub last_year: u32,
    /// The day the file is made.
    pub today: Date,
    /// How many of a hundred claims get a planted fault; exact over the file.
    pub bad_percent: f64,
    /// Which faults are planted, in turn. Kinds the rest of the specification
    /// leaves no room for (no such payer, no such date, no claim before it to be
    /// the twin of) are passed over. Envelope faults are planted once each, whatever
    /// `bad_percent` says.
    pub faults: Vec<Fault>,
}

impl Default for Spec {
    /// A thousand clean claims of the last years, as of the machine's clock.
    fn default() -> Spec {
        let today = Date::today();
        Spec {
            seed: 1,
            claims: 1_000,
            claims_per_set: 500,
            sets_per_group: 10,
            interchanges: 1,
            delimiters: Delimiters::default(),
            line_end: LineEnd::None,
            telehealth_percent: 40,
            payers: Mix::default(),
            first_year: 2020,
            last_year: today.year(),
            today,
            bad_percent: 0.0,
            faults: Fault::claim_level().collect(),
        }
    }
}

/// Who pays: weights, whatever they add up to.
#[derive(Clone, Debug)]
pub struct Mix {
    /// Weight of Medicare Part B.
    pub medicare: u32,
    /// Weight of Medicaid.
    pub medicaid: u32,
    /// Weight of invented commercial plans.
    pub commercial: u32,
    /// States whose Medicaid pays. Providers and patients live in these states
    /// only; an empty list stands for all fifty and the District of Columbia.
    pub medicaid_states: Vec<State>,
}

impl Default for Mix {
    fn default() -> Mix {
        Mix {
            medicare: 45,
            medicaid: 25,
            commercial: 30,
            medicaid_states: ["TX", "CA", "MA", "NY", "OH"]
                .iter()
                .filter_map(|code| State::parse(code.as_bytes()))
                .collect(),
        }
    }
}

/// The four separators of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delimiters {
    /// Between elements.
    pub element: u8,
    /// Between the components of an element (ISA16).
    pub component: u8,
    /// Between repetitions of an element (ISA11).
    pub repetition: u8,
    /// Behind a segment.
    pub segment: u8,
}

impl Default for Delimiters {
    fn default() -> Delimiters {
        Delimiters {
            element: b'*',
            component: b':',
            repetition: b'^',
            segment: b'~',
        }
    }
}

/// What follows each segment terminator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LineEnd {
    /// Nothing: the file is one line.
    #[default]
    None,
    /// A line feed.
    Lf,
    /// A carriage return and a line feed.
    CrLf,
    /// A carriage return.
    Cr,
}

impl LineEnd {
    /// The bytes of the line end.
    #[must_use]
    pub fn bytes(self) -> &'static [u8] {
        match self {
            LineEnd::None => b"",
            LineEnd::Lf => b"\n",
            LineEnd::CrLf => b"\r\n",
            LineEnd::Cr => b"\r",
        }
    }
}

impl Spec {
    /// Says what is wrong with the specification, if anything is.
    pub(super) fn check(&self) -> io::Result<()> {
        let wrong = self.fault_in_sizes().or_else(|| self.fault_in_content());
        match wrong {
            Some(message) => Err(io::Error::new(io::ErrorKind::InvalidInput, message)),
            None => Ok(()),
        }
    }

    fn fault_in_sizes(&self) -> Option<&'static str> {
        if self.claims == 0 || self.claims > u64::from(u32::MAX) {
            return Some("the number of claims must be from 1 to 4294967295");
        }
        if self.claims_per_set == 0 || self.sets_per_group == 0 || self.interchanges == 0 {
            return Some("a set, a group and a file hold at least one of what they hold");
        }
        let sets = self.claims.div_ceil(self.claims_per_set);
        let interchanges = self.interchanges.min(sets);
        let groups = sets
            .div_ceil(interchanges)
            .div_ceil(self.sets_per_group.min(sets));
        if sets > 999_999_999 || self.sets_per_group.min(sets) > 999_999 || groups > 99_999 {
            return Some("more sets or groups than their counts have digits for");
        }
        None
    }

    fn fault_in_content(&self) -> Option<&'static str> {
        if !(0.0..=100.0).contains(&self.bad_percent) || self.telehealth_percent > 100 {
            return Some("a percentage must be from 0 to 100");
        }
        if self.window().is_none() {
            return Some("no day of these years lies between 2020-03-01 and today");
        }
        let mix = &self.payers;
        if mix.medicare == 0 && mix.medicaid == 0 && mix.commercial == 0 {
            return Some("at least one payer must have a weight");
        }
        if mix
            .medicaid_states
            .iter()
            .any(|&state| places::find(state).is_none())
        {
            return Some("a state must be one of the fifty or DC");
        }
        let Delimiters {
            element,
            component,
            repetition,
            segment,
        } = self.delimiters;
        let all = [element, component, repetition, segment];
        // The other three are what generated values hold besides letters and digits.
        let usable = |byte: &u8| !byte.is_ascii_alphanumeric() && !b" .-".contains(byte);
        let distinct = all
            .iter()
            .enumerate()
            .all(|(index, byte)| !all[..index].contains(byte));
        if !distinct || !all.iter().all(usable) {
            return Some("separators must differ and be no letter, digit, space, point or hyphen");
        }
        let line_end = self.line_end.bytes();
        if all.iter().any(|byte| line_end.contains(byte)) {
            return Some("a separator cannot also be the line end");
        }
        None
    }

    /// The days a date of service may have.
    pub(super) fn window(&self) -> Option<DateRange> {
        let (year, month, day) = FIRST_DAY;
        let from = Date::new(self.first_year, 1, 1)?.max(Date::new(year, month, day)?);
        let through = Date::new(self.last_year, 12, 31)?.min(self.today);
        (from <= through).then_some(DateRange { from, through })
    }

    /// The days a Medicare claim's date of service may have.
    pub(super) fn medicare_window(&self) -> Option<DateRange> {
        let all = self.window()?;
        let recent = DateRange {
            from: all.from.max(self.today.plus_days(-MEDICARE_LOOK_BACK_DAYS)),
            through: all.through,
        };
        Some(if recent.from <= recent.through {
            recent
        } else {
            all
        })
    }

    /// Whether every window leaves room for a patient to come more than once.
    pub(super) fn room_for_visits(&self) -> bool {
        self.medicare_window()
            .is_some_and(|window| window.through.days() - window.from.days() > ROOM_FOR_VISITS_DAYS)
    }
}
