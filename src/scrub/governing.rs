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
    /// `payers` remembers the answers.
    #[must_use]
    pub fn policy_of(
        &self,
        claim: &Claim<'_>,
        book: &PolicyBook,
        payers: &mut Payers,
    ) -> Option<PolicyId> {
        let id = claim.payer_id();
        let program = Program::of(claim);
        payers.policy_of(id, program, || {
            let named = self.by_payer.get(id).copied();
            named
                .or_else(|| book.by_payer_id(id))
                .or_else(|| match program {
                    Program::Medicare => book.medicare(),
                    Program::Medicaid(state) => book.medicaid(state?),
                    Program::Other => None,
                })
        })
    }
}

/// The program a claim says it is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Program {
    Medicare,
    Medicaid(Option<State>),
    Other,
}

impl Program {
    fn of(claim: &Claim<'_>) -> Program {
        match claim.filing_indicator() {
            b"MB" => Program::Medicare,
            b"MC" => Program::Medicaid(
                claim
                    .state(claim.subscriber.payer_city)
                    .or_else(|| claim.state(claim.subscriber.city))
                    .or_else(|| claim.state(claim.billing.city)),
            ),
            _ => Program::Other,
        }
    }
}

/// Payers met in a block, and their policies: files name few.
#[derive(Debug, Default)]
pub struct Payers {
    known: Vec<Option<Payer>>,
}

/// What a payer is told by, and its policy.
#[derive(Clone, Copy, Debug)]
struct Payer {
    id: [u8; LONGEST],
    length: usize,
    program: Program,
    policy: Option<PolicyId>,
}

/// Longer identifiers are not kept.
const LONGEST: usize = 16;

/// Payers kept at a time; one more takes the place of another.
const PAYERS: usize = 64;

impl Payers {
    fn policy_of(
        &mut self,
        id: &[u8],
        program: Program,
        find: impl FnOnce() -> Option<PolicyId>,
    ) -> Option<PolicyId> {
        let mut own = [0; LONGEST];
        let Some(start) = own.get_mut(..id.len()) else {
            return find();
        };
        start.copy_from_slice(id);
        let (halves, _) = own.as_chunks::<8>();
        let mixed = halves
            .iter()
            .fold(0, |mixed, half| mixed ^ u64::from_le_bytes(*half));
        let place = (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % PAYERS;
        if self.known.is_empty() {
            self.known.resize(PAYERS, None);
        }
        let slot = &mut self.known[place];
        if let Some(known) = slot
            && (known.id, known.length, known.program) == (own, id.len(), program)
        {
            return known.policy;
        }
        let policy = find();
        *slot = Some(Payer {
            id: own,
            length: id.len(),
            program,
            policy,
        });
        policy
    }
}
