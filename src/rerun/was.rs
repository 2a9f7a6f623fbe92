//! A claim that the earlier run rejected or held.

use std::sync::Arc;

use super::listing::Listed;
use super::told::Code;
use crate::scrub::known::Unreviewed;

/// A claim that the earlier run rejected or held.
#[derive(Clone, Debug, Default)]
pub(super) struct Was {
    /// CLM01, unless only the ledger knows of it.
    pub id: Option<String>,
    pub provider: Option<Arc<str>>,
    /// Whose it was, by the levels above it; see [`Listed`].
    pub person: Option<u64>,
    pub payer: Option<Arc<str>>,
    /// ISA13, GS06 and ST02 that it was given.
    pub envelope: Option<Arc<[String; 3]>>,
    /// The ledger's hash of CLM01 and provider, when that is all there is.
    pub name: Option<i64>,
    pub content: Option<u64>,
    /// Whether it was held.
    pub held: bool,
    /// The rules that rejected it, or its transaction set.
    pub rules: Vec<Code>,
    /// Faults that may lie in the levels around it.
    pub around: Vec<Unreviewed>,
    /// Its place in the input of that run, if that is known.
    pub ordinal: Option<u64>,
    /// Whether it came again.
    pub matched: bool,
}

impl Was {
    /// What it is looked up by: its CLM01, or the ledger's hash.
    pub(super) fn known_by(&self) -> (Option<&str>, Option<i64>) {
        (self.id.as_deref(), self.name)
    }

    /// What of the levels above the claim is not what it was.
    pub(super) fn differs(&self, claim: &Listed) -> Vec<Above> {
        let person = self.person.as_ref().map(|was| *was != claim.person);
        let payer = self.payer.as_ref().map(|was| *was != claim.payer);
        let all = [(person, Above::Person), (payer, Above::Payer)];
        let differs = all
            .into_iter()
            .filter(|(differs, _)| *differs == Some(true));
        differs.map(|(_, above)| above).collect()
    }
}

/// What stands in the levels above a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Above {
    /// The subscriber (2010BA NM109) or the patient (2010CA NM103, NM104).
    Person,
    /// The payer (2010BB NM109).
    Payer,
}
