//! How long policies are taken to cover what they say.

use super::Judgement;
use crate::claim::Claim;
use crate::policy::{Policy, PolicyId};
use crate::rules::Context;
use crate::value::Date;

/// The policy of the claim before, and the last day of service it is taken to cover.
#[derive(Default)]
pub(super) struct Coverage {
    latest: Option<(PolicyId, Date)>,
}

impl Coverage {
    /// Whether the policy that governs the claim is not taken to cover all its dates of service.
    pub(super) fn ends_before(
        &mut self,
        claim: &Claim<'_>,
        policy: Option<PolicyId>,
        context: &Context<'_>,
        judgement: &Judgement,
    ) -> bool {
        let (Some(id), Some(dates)) = (policy, claim.dates()) else {
            return false;
        };
        let until = match self.latest {
            Some((of, until)) if of == id => until,
            _ => {
                let as_of = context.policy.and_then(Policy::as_of);
                as_of.map_or(Date::MAX, |as_of| as_of.plus_days(judgement.policy_days))
            }
        };
        self.latest = Some((id, until));
        dates.through > until
    }
}
