//! What a rule is: its names, its documentation, its answer, its check.

use std::fmt;

use super::Remote;
use super::context::{Context, LevelView};
use super::features::Features;
use super::finding::Report;
use crate::claim::{Claim, Line};
use crate::value::Severity;

/// What a rule looks at, and so what a finding of it takes along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleScope {
    /// ISA to IEA.
    Interchange,
    /// ST to SE.
    Transaction,
    /// Loop 2000A: every claim of the billing provider.
    Provider,
    /// Loop 2000B or 2000C: every claim of the subscriber or patient.
    Subscriber,
    /// Loop 2300.
    Claim,
    /// Loop 2400; a fault rejects the claim.
    Line,
    /// Whatever loop the faulty segment stands in.
    Segment,
}

impl RuleScope {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RuleScope::Interchange => "interchange",
            RuleScope::Transaction => "transaction",
            RuleScope::Provider => "provider",
            RuleScope::Subscriber => "subscriber",
            RuleScope::Claim => "claim",
            RuleScope::Line => "line",
            RuleScope::Segment => "segment",
        }
    }
}

/// How a finding of the rule is told to the submitter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acknowledgement {
    /// A TA1 with this note code (TA105).
    Ta1(&'static str),
    /// A 999 with this segment code (IK304).
    Segment(&'static str),
    /// A 999 with this element code (IK403).
    Element(&'static str),
    /// A 999 with this transaction set code (IK502).
    Set(&'static str),
    /// A 999 with this functional group code (AK905).
    Group(&'static str),
    /// A 277CA with category, status and entity (empty when the status needs none).
    Claim(&'static str, &'static str, &'static str),
    /// Told to people only: a 277CA has no warnings.
    Silent,
}

impl fmt::Display for Acknowledgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Acknowledgement::Ta1(note) => write!(f, "TA1, TA105 {note}"),
            Acknowledgement::Segment(code) => write!(
                f,
                "999, IK304 {code} or the exact fault's code; 277CA when a claim is rejected"
            ),
            Acknowledgement::Element(code) => write!(
                f,
                "999, IK403 {code} or the exact fault's code; 277CA when a claim is rejected"
            ),
            Acknowledgement::Set(code) => write!(
                f,
                "999, IK502 {code} or the exact fault's code; AK905 of a group, TA1 of an interchange"
            ),
            Acknowledgement::Group(code) => write!(f, "999, AK905 {code}"),
            Acknowledgement::Claim(category, status, "") => write!(f, "277CA, {category}:{status}"),
            Acknowledgement::Claim(category, status, entity) => write!(
                f,
                "277CA, {category}:{status}:{entity}, the entity that of the loop at fault"
            ),
            Acknowledgement::Silent => f.write_str("none: it is told to people only"),
        }
    }
}

/// A piece of a claim that shows the rule: one or a few segments.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The segments, one a line, with `*`, `:` and `~`.
    pub text: &'static str,
    /// What to see in it.
    pub note: &'static str,
}

/// How the rule is checked.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// By the survey of the envelopes.
    Envelope,
    /// By the structure table, on every segment.
    Structure,
    /// By the run, which knows the claims before.
    Batch,
    /// Once for each billing provider level.
    Provider(fn(&LevelView<'_>, &mut Report<'_>)),
    /// Once for each subscriber or patient level.
    Subscriber(fn(&LevelView<'_>, &mut Report<'_>)),
    /// Once for each claim.
    Claim(fn(&Claim<'_>, &Context<'_>, &mut Report<'_>)),
    /// Once for each claim that shows one of these features.
    ClaimWith(Features, fn(&Claim<'_>, &Context<'_>, &mut Report<'_>)),
    /// Once for each service line.
    Line(fn(&Claim<'_>, &Line, &Context<'_>, &mut Report<'_>)),
    /// Once for each service line that shows one of these features.
    LineWith(
        Features,
        fn(&Claim<'_>, &Line, &Context<'_>, &mut Report<'_>),
    ),
    /// For each service line, by its service alone: whether it finds something depends on nothing
    /// but the code and modifiers of SV101, the place of service, the taxonomy of who rendered
    /// the line, the billing provider's state, the policy, and the first day of service as
    /// far as code lists and the policy change. A service that passed once is not asked
    /// about again.
    Service(fn(&Claim<'_>, &Line, &Context<'_>, &mut Report<'_>)),
    /// The same, for service lines that say telehealth, when their policy is known.
    Telehealth(fn(&Claim<'_>, &Line, &Remote<'_>, &Context<'_>, &mut Report<'_>)),
    /// For all levels, and for claims that show one of these features: a check of parties that
    /// stand in both.
    LevelAndClaimWith(
        fn(&LevelView<'_>, &mut Report<'_>),
        Features,
        fn(&Claim<'_>, &Context<'_>, &mut Report<'_>),
    ),
    /// The same, for the billing provider's levels and for claims.
    ProviderAndClaimWith(
        fn(&LevelView<'_>, &mut Report<'_>),
        Features,
        fn(&Claim<'_>, &Context<'_>, &mut Report<'_>),
    ),
    /// The same, for the subscribers' and patients' levels and for claims.
    SubscriberAndClaimWith(
        fn(&LevelView<'_>, &mut Report<'_>),
        Features,
        fn(&Claim<'_>, &Context<'_>, &mut Report<'_>),
    ),
}

/// One rule of the book.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The fixed code, such as `TEL104`.
    pub code: &'static str,
    /// The kebab-case name of the fault.
    pub name: &'static str,
    /// The WEDI SNIP type, 1 to 7.
    pub snip: u8,
    /// What it looks at.
    pub scope: RuleScope,
    /// What a finding does unless the configuration says otherwise.
    pub severity: Severity,
    /// What it checks, in plain words; one or two sentences.
    pub what: &'static str,
    /// Why it matters: what happens to a claim that breaks it.
    pub why: &'static str,
    /// What to do about a finding.
    pub remedy: &'static str,
    /// An example that fails.
    pub fails: Example,
    /// The same, right.
    pub passes: Example,
    /// Where the rule is written down; policy rows bring their own sources.
    pub sources: &'static [&'static str],
    /// Whether findings cite a policy row.
    pub asks_policy: bool,
    /// How the submitter is told.
    pub answer: Acknowledgement,
    /// How it is checked.
    pub check: Check,
}
