//! Who pays: which policy governs a claim.

use std::collections::HashMap;

use crate::claim::Claim;
use crate::policy::{PolicyBook, PolicyId};
use crate::value::State;

/// Policies by payer identifier, as the configuration names them.
#[derive(Clone, Debug, Default)]
pub struct Governing {
    by_payer: HashMap<Vec<u8>, PolicyId>,
}

impl Governing {
    /// Lets `payer` (2010BB NM109) be governed by this policy.
    pub fn set(&mut self, payer: &[u8], policy: PolicyId) {
        self.by_payer.insert(payer.to_vec(), policy);
    }

    /// The payers and their policies, as text in a fixed order.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut payers: Vec<String> = self
            .by_payer
            .iter()
            .map(|(payer, policy)| format!("{payer:?}={policy:?}"))
            .collect();
        payers.sort();
        payers.join(",")
    }

    /// The policy of a claim: by the configuration, by a payer identifier that is
    /// known, else by the claim filing indicator and the jurisdiction (the payer's
    /// address, the subscriber's state, the billing provider's).
    ///
    /// `last` remembers the answer for the payer segment of the claim before: claims
    /// of one subscriber level share it.
    #[must_use]
    pub fn policy_of(
        &self,
        claim: &Claim<'_>,
        book: &PolicyBook,
        last: &mut Option<(u32, Option<PolicyId>)>,
    ) -> Option<PolicyId> {
        if let (Some((segment, policy)), Some(payer)) = (*last, claim.subscriber.payer)
            && segment == payer
        {
            return policy;
        }
        let id = claim.payer_id();
        let policy = self
            .by_payer
            .get(id)
            .copied()
            .or_else(|| book.by_payer_id(id))
            .or_else(|| by_program(claim, book));
        *last = claim.subscriber.payer.map(|payer| (payer, policy));
        policy
    }
}

fn by_program(claim: &Claim<'_>, book: &PolicyBook) -> Option<PolicyId> {
    match claim.filing_indicator() {
        b"MB" => book.medicare(),
        b"MC" => {
            let states = [
                claim.state(claim.subscriber.payer_city),
                claim.state(claim.subscriber.city),
                claim.state(claim.billing.city),
            ];
            let state: State = states.into_iter().flatten().next()?;
            book.medicaid(state)
        }
        _ => None,
    }
}
