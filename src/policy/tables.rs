//! One payer's policy, compiled into tables.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::value::{Confidence, Date, DateRange, Modifier, PlaceOfService, Severity, State};

use super::dated::Dated;
use super::edits::Edits;
use super::facts::{CodeStanding, Communication, Coverage, Permission, PlaceRule, Program};
use super::schema::{CodesMode, Kind};

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
    /// `None` only for a policy without a header.
    pub(super) disciplines: Option<Box<[Modifier]>>,
    pub(super) texts: Vec<PolicyFile>,
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
    /// No other policy of the process has it.
    pub(super) serial: u64,
    /// The days on which some fact starts or has just ended, in order.
    pub(super) turns: Vec<Date>,
}

/// Policies made so far.
static SERIALS: AtomicU64 = AtomicU64::new(1);

/// What a row says of itself, kept for citations.
#[derive(Debug)]
pub(super) struct RowMeta {
    pub(super) kind: Kind,
    /// Place in [`Policy::texts`].
    pub(super) text: usize,
    pub(super) line: u32,
    pub(super) days: DateRange,
    pub(super) confidence: Confidence,
    pub(super) cap: Option<Severity>,
    pub(super) sources: Box<[usize]>,
    pub(super) note: Option<String>,
    pub(super) gap_before: Option<String>,
    /// Where the row's keys and values stand in its text.
    pub(super) keys: Box<[(Range<u32>, Range<u32>)]>,
    /// What findings cite, once one does.
    pub(super) cited: OnceLock<Arc<Cited>>,
}

/// A document a fact rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its id in the policy file.
    pub id: String,
    /// Its title, when known.
    pub title: Option<String>,
    /// Who published it.
    pub publisher: String,
    /// Where it was read.
    pub url: String,
    /// Its own date, as far as it shows one.
    pub dated: Option<String>,
}

/// The policy row a finding rests on, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cited {
    /// Policy and dates, such as `medicaid/TX 2023-09-01..`.
    pub label: String,
    /// Addresses of the sources.
    pub sources: Vec<String>,
}

/// A file a policy was made of.
#[derive(Debug)]
pub(super) struct PolicyFile {
    pub(super) file: String,
    pub(super) text: Cow<'static, str>,
    /// The policy the file is of, where this one extends it.
    pub(super) extended: Option<Extended>,
}

/// A policy that another extends, as its rows are cited.
#[derive(Clone, Debug)]
pub(super) struct Extended {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) publisher: String,
}

impl PolicyFile {
    pub(super) fn slice(&self, span: &Range<u32>) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }
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
    pub(super) place_doubtful: Box<[PlaceOfService]>,
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
    pub(super) fn rule(&self) -> Option<PlaceRule<'_>> {
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
    pub(super) audio_only: CodeAudio,
}

/// What a `[[code]]` row says of delivery by telephone alone.
#[derive(Clone, Copy, Debug)]
pub(super) enum CodeAudio {
    /// Nothing: its period speaks.
    Silent,
    /// That it is not known, whatever the period says.
    Unknown,
    Known(Permission),
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

    /// Whether its telehealth rows speak of a discipline: `GP`, `GO` or `GN`.
    #[must_use]
    pub fn speaks_of(&self, discipline: Modifier) -> bool {
        self.disciplines
            .as_ref()
            .is_some_and(|disciplines| disciplines.contains(&discipline))
    }

    /// The disciplines its telehealth rows speak of.
    pub fn disciplines(&self) -> impl Iterator<Item = Modifier> {
        self.disciplines.iter().flatten().copied()
    }

    /// A key for caches: above zero, constant, unique in the process.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// The days around this one on which the policy answers every question alike.
    #[must_use]
    pub fn alike(&self, date: Date) -> DateRange {
        DateRange::between(&self.turns, date)
    }

    /// Whether some answer depends on the billing provider's state.
    #[must_use]
    pub fn asks_state(&self) -> bool {
        self.refused.entries().any(|entry| !entry.value.is_empty())
    }

    /// The day up to which its facts were gathered, when the file says. A later date
    /// of service is judged by the facts of that day carried forward.
    #[must_use]
    pub fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// The dates of service for which the policy knows whether it pays telehealth at all, in
    /// order, with no two stretches that touch; [`Date::MAX`] where no end is set.
    #[must_use]
    pub fn known_days(&self) -> Vec<DateRange> {
        let known = self
            .telehealth
            .entries()
            .filter(|entry| entry.value.coverage.is_some());
        let mut stretches: Vec<DateRange> = Vec::new();
        for days in known.map(|entry| entry.days) {
            match stretches.last_mut() {
                Some(last) if last.through.plus_days(1) == days.from => last.through = days.through,
                _ => stretches.push(days),
            }
        }
        stretches
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
            disciplines: None,
            texts: Vec::new(),
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
            serial: SERIALS.fetch_add(1, Ordering::Relaxed),
            turns: Vec::new(),
        }
    }
}
