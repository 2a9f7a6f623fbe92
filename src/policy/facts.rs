//! The words a policy speaks: what each look-up may answer.

use serde::Deserialize;

use crate::value::{Cents, Date, Modifier, PlaceOfService, Procedure, State};

/// Whose money it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Program {
    /// Medicare Part B.
    Medicare,
    /// A state's or territory's Medicaid program.
    Medicaid,
    /// Any other payer.
    Commercial,
}

impl Program {
    /// The word used in policy files and outputs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Program::Medicare => "medicare",
            Program::Medicaid => "medicaid",
            Program::Commercial => "commercial",
        }
    }
}

/// Whether a payer pays physical therapy by live video at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coverage {
    /// It does.
    Covered,
    /// For some patients, settings or codes only; the row's note says which.
    Limited,
    /// It does not.
    NotCovered,
}

/// How a procedure code stands towards telehealth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeStanding {
    /// Payable by telehealth: on the list, or the payer takes every code it pays in person.
    Listed,
    /// The payer keeps a list, and this code is not on it.
    NotListed,
    /// The policy names this code as one it never pays by telehealth.
    Excluded,
}

/// The place of service a telehealth line must carry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlaceRule<'a> {
    /// One of these.
    OneOf(&'a [PlaceOfService]),
    /// That of the visit as it would have been in person, so neither 02 nor 10.
    InPerson,
    /// The policy is known to name none.
    NoneNamed,
}

/// Whether a way of delivering a service is allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// It is.
    Allowed,
    /// Under conditions a claim does not show; the row's note says which.
    Limited,
    /// It is not.
    NotAllowed,
}

/// A modifier that is not taken on a telehealth line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal<'a> {
    /// States where it is taken all the same.
    pub except_states: &'a [State],
}

/// What kind of communication-technology service a code is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommunicationKind {
    /// Messages through a patient portal.
    EVisit,
    /// A short call or message to see whether a visit is needed.
    VirtualCheckIn,
    /// Review of a recorded video or image.
    RemoteEvaluation,
    /// An assessment by telephone.
    Telephone,
    /// Remote therapeutic monitoring.
    RemoteMonitoring,
}

impl CommunicationKind {
    /// The kind as a biller calls it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CommunicationKind::EVisit => "e-visit",
            CommunicationKind::VirtualCheckIn => "virtual check-in",
            CommunicationKind::RemoteEvaluation => "remote evaluation of recorded images",
            CommunicationKind::Telephone => "telephone assessment",
            CommunicationKind::RemoteMonitoring => "remote therapeutic monitoring",
        }
    }
}

/// What is known of a communication-technology service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Communication {
    /// What kind it is.
    pub kind: CommunicationKind,
    /// Whether the payer counts it as telehealth; `None` when the sources do not settle it.
    pub telehealth: Option<bool>,
    /// Whether a physical therapist may bill it; `None` when the sources do not settle it.
    pub therapist_may_bill: Option<bool>,
    /// Whether an assistant's part is marked with CQ; `None` when no source says.
    pub assistant_modifier: Option<bool>,
}

/// Whether a code is always therapy or only in a therapist's hands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TherapyClass {
    /// Therapy whoever furnishes it.
    Always,
    /// Therapy when a therapist furnishes it or a therapy plan of care covers it.
    Sometimes,
}

/// How a therapy code is marked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Therapy<'a> {
    /// Always or sometimes therapy.
    pub class: TherapyClass,
    /// One of these discipline modifiers must be on the line.
    pub any_of: &'a [Modifier],
    /// The one that fits a physical therapist, when the row names it.
    pub pt_modifier: Option<Modifier>,
}

/// What an assistant's modifier may stand beside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assistant<'a> {
    /// The discipline modifier it must stand with.
    pub with: Modifier,
    /// Modifiers it never stands with.
    pub never_with: &'a [Modifier],
    /// Percent of the fee that is paid, when the row says.
    pub pay_percent: Option<u8>,
}

/// Why an assistant's modifier on a code deserves a look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AssistantDoubt {
    /// The service is the therapist's own act.
    Unlikely,
    /// The assistant rule does not reach this code.
    NotApplicable,
}

/// A medically unlikely edit: the most units of a code that are paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mue {
    /// Units, at most.
    pub units: u16,
    /// What the units are counted over (CMS's adjudication indicator 1, 2 or 3).
    pub per: MuePer,
}

/// What a medically unlikely edit counts over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MuePer {
    /// Indicator 1: each line by itself.
    Line,
    /// Indicator 2: a date of service, absolutely.
    DayByPolicy,
    /// Indicator 3: a date of service, but open to appeal on clinical grounds.
    DayClinical,
}

/// A procedure-to-procedure pair that is not paid together as it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NcciPair {
    /// The code that is paid.
    pub column1: Procedure,
    /// The code that is not, unless a modifier says it was distinct.
    pub column2: Procedure,
    /// Whether a modifier can say so (indicator 1) or nothing can (indicator 0).
    pub modifier_allowed: bool,
    /// What the first day of the row is.
    pub start: PairStart,
}

/// What is known of the day a pair edit began.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairStart {
    /// The row's first day is the edit's, as its publisher states it.
    #[default]
    Stated,
    /// The row's first day is that of a reinstatement the edit was part of.
    Reinstatement,
    /// The row's first day is only the first on which the edit was seen in force;
    /// before it the pair's state is not known.
    SeenInForce,
}

/// Why a code cannot be billed on a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeLife<'a> {
    /// It came into being later.
    NotYet {
        /// Its first day.
        from: Date,
    },
    /// It was deleted before.
    Deleted {
        /// The first day it was gone.
        on: Date,
        /// What to bill instead, when known.
        use_instead: &'a [Procedure],
    },
}

/// How a payer's fee schedule treats a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeStatus {
    /// Never paid on its own.
    Bundled,
    /// Not valid with this payer; another code stands for it.
    Invalid,
    /// Paid under special coverage rules only.
    Restricted,
    /// Not covered.
    NotCovered,
    /// Priced by hand; under an unlisted code the line needs a description.
    CarrierPriced,
    /// No longer asked for.
    NoLongerRequired,
}

impl CodeStatus {
    /// The status in plain words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CodeStatus::Bundled => "bundled, never paid on its own",
            CodeStatus::Invalid => "not valid with this payer",
            CodeStatus::Restricted => "restricted coverage",
            CodeStatus::NotCovered => "not covered",
            CodeStatus::CarrierPriced => "priced by hand",
            CodeStatus::NoLongerRequired => "no longer required",
        }
    }
}

/// The status of a code with what stands for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeStatusFact<'a> {
    /// The status.
    pub status: CodeStatus,
    /// What to bill instead, when known.
    pub use_instead: &'a [Procedure],
}

/// The yearly amounts past which a therapy line needs KX.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KxThreshold {
    /// Physical therapy and speech-language pathology together.
    pub pt_slp: Cents,
    /// Occupational therapy.
    pub ot: Cents,
}

/// How long after its date of service a line may be filed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FilingLimit {
    /// One calendar year: the anniversary is still in time.
    OneYear,
    /// So many days.
    Days(u16),
}

impl FilingLimit {
    /// The last day on which a service of this date can be filed.
    #[must_use]
    pub fn last_day(self, service: Date) -> Date {
        match self {
            FilingLimit::OneYear => service.plus_one_year(),
            FilingLimit::Days(days) => service.plus_days(i64::from(days)),
        }
    }
}

/// The provider who certifies a plan of care, as a claim names him.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CertifyingProvider<'a> {
    /// NM101 of loop 2310A.
    pub qualifier: &'a str,
}

/// Whether a taxonomy code fits a rendering therapist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RenderingStanding {
    /// It does.
    Fits,
    /// Whoever holds it never renders in his own name.
    Never,
    /// The policy names those that fit, and this is not one of them.
    Other,
}

/// A rule about whole lines or claims that a policy states in one sentence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimRule {
    /// A line carries one discipline modifier, not two.
    OneDisciplinePerLine,
    /// An always-therapy line without a discipline modifier fails, and a physical
    /// therapist's is GP.
    TherapistRendersUnderGp,
    /// A timed therapy line covers one date of service.
    OneDatePerLine,
    /// One evaluation a day.
    OneEvaluationPerDay,
    /// Procedure pairs are judged across the disciplines one provider bills.
    PairsAcrossDisciplines,
}
