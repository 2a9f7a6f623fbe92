//! One fault is told once: which of two findings speaks for both.
//!
//! A rule that leaves a fault to another asks here whether the other will tell it, and no less
//! firmly than it would itself. What is off or only warns holds back nothing that rejects.

use super::{Context, Rule};
use crate::claim::Claim;
use crate::policy::Answer;

/// A finding in question: its rule, and the fact it would rest on.
pub(super) type Told = (&'static Rule, Answer<()>);

/// A finding of this rule that rests on this fact.
pub(super) fn told<T>(rule: &'static Rule, answer: Answer<T>) -> Told {
    (rule, answer.map(|_| ()))
}

/// Whether `one` will be told of the claim, and no less firmly than `other` would be: then
/// it speaks for both.
pub(super) fn speaks_for(one: Told, other: Told, claim: &Claim<'_>, context: &Context<'_>) -> bool {
    let told_as = |(rule, answer): Told| context.told_as(rule, &answer, claim.payer_id());
    told_as(one).is_some_and(|severity| Some(severity) >= told_as(other))
}
