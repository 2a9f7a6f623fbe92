//! What a rule may ask.

use crate::claim::parts::{BillingParts, PatientParts, SubscriberParts};
use crate::claim::text::Text;
use crate::policy::{Answer, Policy};
use crate::rules::rule::Rule;
use crate::rules::severities::Severities;
use crate::value::{Confidence, Date, Severity};

/// What is known about a claim besides its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What "today" is.
    pub today: Date,
    /// The policy that governs the claim; `None` when it could not be told.
    pub policy: Option<&'a Policy>,
    /// Facts below this confidence only warn.
    pub reject_at: Confidence,
    /// What the configuration makes of findings.
    pub severities: &'a Severities,
    /// The day on which the same claim was accepted in an earlier run and not voided
    /// since, as the ledger or the run that is run again knows it.
    pub accepted_before: Option<Date>,
}

impl Context<'_> {
    /// What a finding does that rests on an entry of a code list.
    #[must_use]
    pub fn severity_of(&self, confidence: Confidence) -> Severity {
        if confidence < self.reject_at {
            Severity::Warn
        } else {
            Severity::Reject
        }
    }

    /// What a finding of this rule does that rests on this fact, on a claim to this payer;
    /// `None` when the rule is off for it.
    #[must_use]
    pub fn told_as<T>(&self, rule: &Rule, answer: &Answer<T>, payer: &[u8]) -> Option<Severity> {
        let severity = answer.severity(rule.severity, self.reject_at);
        self.severities.for_payer(payer, rule, severity)
    }
}

/// A hierarchical level with what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct LevelView<'a> {
    /// The block.
    pub text: Text<'a>,
    /// What "today" is.
    pub today: Date,
    /// The billing provider's level.
    pub billing: &'a BillingParts,
    /// The subscriber's level; `None` when the billing provider's is looked at.
    pub subscriber: Option<&'a SubscriberParts>,
    /// The patient's level; `None` unless it is the one looked at.
    pub patient: Option<&'a PatientParts>,
    /// SBR above a patient's level, where it says that the subscriber is the patient (SBR02
    /// 18), and no claim of his own stands before the patient's.
    pub no_dependent: Option<u32>,
}
