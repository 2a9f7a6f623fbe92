//! Who pays: which policy governs a claim.

use std::collections::HashMap;

use crate::claim::Claim;
use crate::policy::{self, PolicyBook, PolicyId};
use crate::value::{Confidence, State, low_bits};

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
    /// known, else by the claim filing indicator and, of Medicaid, the state.
    ///
    /// An identifier of low confidence does not overrule a filing indicator that names
    /// another program.
    ///
    /// `payers` remembers the answers.
    #[must_use]
    pub fn policy_of(
        &self,
        claim: &Claim<'_>,
        book: &PolicyBook,
        payers: &mut Payers,
    ) -> Option<PolicyId> {
        let program = Program::of(claim);
        payers.policy_of(claim, program, || {
            let id = claim.payer_id();
            let named = self.by_payer.get(id).copied();
            named
                .or_else(|| {
                    let sure = book.payer_confidence(id)? > Confidence::Low;
                    book.by_payer_id(id)
                        .filter(|policy| sure || program.is(book.get(*policy).program()))
                })
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
        match &claim.subscriber.filing {
            b"MB" => Program::Medicare,
            b"MC" => Program::Medicaid(medicaid_state(claim)),
            _ => Program::Other,
        }
    }

    fn is(self, program: policy::Program) -> bool {
        matches!(
            (self, program),
            (Program::Medicare, policy::Program::Medicare)
                | (Program::Medicaid(_), policy::Program::Medicaid)
                | (Program::Other, policy::Program::Commercial)
        )
    }
}

/// Whose Medicaid program pays: that of the state of subscriber and billing provider. Where
/// they are in two, the payer's address decides if it is in one of them: a plan takes its
/// mail wherever it likes. Else the subscriber's, who is insured where he lives.
fn medicaid_state(claim: &Claim<'_>) -> Option<State> {
    let home = claim.state(claim.subscriber.city);
    let practice = State::parse(&claim.billing.state);
    if home == practice && home.is_some() {
        return home;
    }
    let payer = claim.state(claim.subscriber.payer_city);
    let agrees = |state: &State| Some(*state) == home || Some(*state) == practice;
    payer.filter(agrees).or(home).or(practice).or(payer)
}

/// Payers met in a block, and their policies: files name few.
#[derive(Debug, Default)]
pub struct Payers {
    known: Vec<Option<Payer>>,
}

/// What a payer is told by, and its policy.
#[derive(Clone, Copy, Debug)]
struct Payer {
    id: u128,
    length: u32,
    program: Program,
    policy: Option<PolicyId>,
}

/// Payers kept at a time; one more takes the place of another.
const PAYERS: usize = 64;

impl Payers {
    fn policy_of(
        &mut self,
        claim: &Claim<'_>,
        program: Program,
        find: impl FnOnce() -> Option<PolicyId>,
    ) -> Option<PolicyId> {
        // Longer identifiers are not kept.
        let length = claim.subscriber.payer_id.len;
        let Some(id) = claim.text.short(claim.subscriber.payer_id) else {
            return find();
        };
        let mixed = low_bits(id >> 64 ^ id);
        let place = (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % PAYERS;
        if self.known.is_empty() {
            self.known.resize(PAYERS, None);
        }
        let slot = &mut self.known[place];
        if let Some(known) = slot
            && (known.id, known.length, known.program) == (id, length, program)
        {
            return known.policy;
        }
        let policy = find();
        *slot = Some(Payer {
            id,
            length,
            program,
            policy,
        });
        policy
    }
}
