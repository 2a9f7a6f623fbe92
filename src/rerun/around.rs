//! Faults that lay around the claims of the earlier run: in envelopes, which rejected whole
//! transaction sets, or in the numbers of levels. The rejects file has these right, and so
//! has its rerun; whether a person has looked at them shows by the transaction sets. One that
//! comes with the control number it was given and all that it held was not looked at.

use std::collections::{BTreeMap, HashMap};

use super::told::{Code, Told, code, unreviewed};
use crate::emit::manifest::Manifest;
use crate::ledger::RejectedSet;
use crate::rules::unreviewed::may_lie_around;
use crate::scrub::known::{Unreviewed, UnreviewedSet};

/// A transaction set of the earlier run's rejects.
#[derive(Clone, Debug)]
pub(super) struct EarlierSet {
    /// What rejected it as a whole.
    pub(super) faults: Vec<Unreviewed>,
    /// What it held.
    pub(super) content: String,
}

/// The sets by the ST02 they were given.
pub(super) type EarlierSets = HashMap<String, EarlierSet>;

/// The sets as the manifest knows them; the findings say what was wrong.
pub(super) fn of_manifest(manifest: &Manifest, told: &Told) -> EarlierSets {
    let maps = manifest.control_numbers.iter().filter_map(|map| {
        let fault = |rule: &String| unreviewed(rule, told.said(&map.input, rule));
        let set = EarlierSet {
            faults: map.around.iter().filter_map(fault).collect(),
            content: map.content.clone()?,
        };
        Some((map.output[2].clone(), set))
    });
    maps.collect()
}

/// The sets as the ledger knows them.
pub(super) fn of_ledger(sets: Vec<RejectedSet>) -> EarlierSets {
    let sets = sets.into_iter().map(|set| {
        let fault = |rule: &String| unreviewed(rule, None);
        let earlier = EarlierSet {
            faults: set.around.iter().filter_map(fault).collect(),
            content: set.content,
        };
        (set.number, earlier)
    });
    sets.collect()
}

/// A claim's own rules and those of the envelopes around it; where there is none of either,
/// those of its transaction set's header.
pub(super) fn rules(
    own: &[Code],
    around: &[String],
    told: &Told,
    envelope: &[String; 3],
) -> Vec<Code> {
    let mut rules = own.to_vec();
    rules.extend(around.iter().map(|rule| code(rule)));
    if rules.is_empty() {
        rules = told.of_set(envelope);
    }
    rules.sort();
    rules.dedup();
    rules
}

/// Whether a claim may pass unchanged that was rejected by these rules, because all that was
/// wrong lay around it.
pub(super) fn all_lie_around(rules: &[Code]) -> bool {
    let lies_around = |rule: &Code| rule.starts_with("ENV") || may_lie_around(rule);
    !rules.is_empty() && rules.iter().all(lies_around)
}

/// What nobody has looked at: transaction sets, and claims by their place in the rerun.
pub(super) type AllUnreviewed = (Vec<UnreviewedSet>, BTreeMap<u64, Vec<Unreviewed>>);
