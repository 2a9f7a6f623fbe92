//! Keyed hashes of claims: the ledger knows a claim again without holding it.

use crate::claim::Claim;

/// The hashes of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClaimKeys {
    /// Of what the claim bills, as DUP001 compares it: CLM01 and CLM05-3 do not count.
    /// `None` when it lacks a part of that.
    pub content: Option<i64>,
    /// Of CLM01 and the billing provider's NPI: the claim as the submitter names it,
    /// whatever is corrected in it.
    pub name: i64,
}

/// Hashes with a ledger's key.
#[derive(Clone)]
pub struct KeyedHash {
    key: [u8; 32],
}

impl std::fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyedHash")
    }
}

impl KeyedHash {
    pub(super) fn new(key: [u8; 32]) -> KeyedHash {
        KeyedHash { key }
    }

    /// The hashes of a claim with this fingerprint.
    #[must_use]
    pub fn claim(&self, claim: &Claim<'_>, fingerprint: Option<u128>) -> ClaimKeys {
        let provider = claim.text.element(claim.billing.name, 9);
        ClaimKeys {
            content: fingerprint.map(|print| self.hash(&[b"bills", &print.to_le_bytes()])),
            name: self.name(claim.id(), provider),
        }
    }

    /// The hash of CLM01 and the billing provider's NPI.
    #[must_use]
    pub fn name(&self, id: &[u8], provider: &[u8]) -> i64 {
        self.hash(&[b"named", provider.trim_ascii(), b"*", id.trim_ascii()])
    }

    fn hash(&self, parts: &[&[u8]]) -> i64 {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        for part in parts {
            hasher.update(part);
        }
        let mut first = [0_u8; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        i64::from_le_bytes(first)
    }
}
