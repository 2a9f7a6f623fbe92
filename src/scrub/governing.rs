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
    /// `asked` remembers the answers.
    #[must_use]
    pub fn policy_of(
        &self,
        claim: &Claim<'_>,
        book: &PolicyBook,
        asked: &mut Asked,
    ) -> Option<PolicyId> {
        // The claims of one subscriber level share the segment of the payer.
        if let (Some((segment, policy)), Some(payer)) = (asked.last, claim.subscriber.payer)
            && segment == payer
        {
            return policy;
        }
        let id = claim.payer_id();
        let program = Program::of(claim);
        let look_up = || {
            let named = self.by_payer.get(id).copied();
            named
                .or_else(|| book.by_payer_id(id))
                .or_else(|| program.policy(book))
        };
        let policy = match Who::of(id, program) {
            None => look_up(),
            Some(who) => {
                let answer = &mut asked.answers[who.slot()];
                match answer {
                    Some((of, policy)) if *of == who => *policy,
                    _ => answer.insert((who, look_up())).1,
                }
            }
        };
        asked.last = claim.subscriber.payer.map(|payer| (payer, policy));
        policy
    }
}

/// The answers so far: few payers have most of the claims.
#[derive(Clone, Default, Debug)]
pub struct Asked {
    /// The payer segment of the claim before, and its policy.
    last: Option<(u32, Option<PolicyId>)>,
    /// The latest answer of each slot.
    answers: [Option<(Who, Option<PolicyId>)>; 32],
}

/// What decides which policy governs a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Who {
    /// The payer identifier, behind it zeros; and its length.
    payer: u128,
    len: usize,
    program: Program,
}

impl Who {
    /// `None` when the identifier is longer than payers' are.
    fn of(id: &[u8], program: Program) -> Option<Who> {
        let mut payer = [0; 16];
        payer.get_mut(..id.len())?.copy_from_slice(id);
        Some(Who {
            payer: u128::from_le_bytes(payer),
            len: id.len(),
            program,
        })
    }

    fn slot(&self) -> usize {
        let program = match self.program {
            Program::Medicare => 1,
            Program::Medicaid(state) => u64::from(u16::from_le_bytes(state.bytes())),
            Program::Other => 0,
        };
        let low = u64::try_from(self.payer & u128::from(u64::MAX)).unwrap_or(0);
        let mixed = (low ^ program << 48).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        usize::try_from(mixed >> 59).unwrap_or(0)
    }
}

/// The program of a claim, by its filing indicator (SBR09).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Program {
    Medicare,
    Medicaid(State),
    Other,
}

impl Program {
    fn of(claim: &Claim<'_>) -> Program {
        match claim.filing_indicator() {
            b"MB" => Program::Medicare,
            b"MC" => {
                let cities = [
                    claim.subscriber.payer_city,
                    claim.subscriber.city,
                    claim.billing.city,
                ];
                let state = cities.into_iter().find_map(|city| claim.state(city));
                state.map_or(Program::Other, Program::Medicaid)
            }
            _ => Program::Other,
        }
    }

    fn policy(self, book: &PolicyBook) -> Option<PolicyId> {
        match self {
            Program::Medicare => book.medicare(),
            Program::Medicaid(state) => book.medicaid(state),
            Program::Other => None,
        }
    }
}
