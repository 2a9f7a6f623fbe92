//! All policies of a run: the built-in ones, read when first asked for, and the
//! user's over them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use crate::value::{Confidence, State};

use super::builtin::{Builtin, PAYERS, POLICIES};
use super::compile::compile;
use super::error::PolicyError;
use super::overlay::Overlay;
use super::payers;
use super::tables::Policy;

/// One policy of a [`PolicyBook`]; an overlay renumbers, and another book has
/// numbers of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct PolicyId(u32);

/// The policies in force, found by key, state or payer id.
///
/// Built-in policies are parsed the first time one is asked for, so that a book
/// costs nothing to make; the user's are parsed when they are laid over.
#[derive(Debug)]
pub struct PolicyBook {
    /// In order of their keys.
    slots: Vec<Slot>,
    /// Policy keys by payer id, as the user's files have them, and how sure they are.
    payer_keys: BTreeMap<String, (String, Confidence)>,
    /// Policies by payer id, the user's before the built-in ones.
    payers: OnceLock<BTreeMap<Vec<u8>, (PolicyId, Confidence)>>,
    /// The user's texts by file name, for the version.
    texts: BTreeMap<String, String>,
    version: OnceLock<String>,
}

#[derive(Debug)]
struct Slot {
    key: Cow<'static, str>,
    /// Place in [`POLICIES`]; `None` for a policy of the user's.
    builtin: Option<usize>,
    loaded: OnceLock<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    policy: Policy,
    faults: Vec<PolicyError>,
}

impl PolicyBook {
    /// The policies that come with the program.
    #[must_use]
    pub fn builtin() -> PolicyBook {
        let slots = POLICIES.iter().enumerate().map(|(index, builtin)| Slot {
            key: Cow::Borrowed(builtin.key),
            builtin: Some(index),
            loaded: OnceLock::new(),
        });
        PolicyBook {
            slots: slots.collect(),
            payer_keys: BTreeMap::new(),
            payers: OnceLock::new(),
            texts: BTreeMap::new(),
            version: OnceLock::new(),
        }
        .sorted()
    }

    fn sorted(mut self) -> PolicyBook {
        self.slots.sort_by(|one, other| one.key.cmp(&other.key));
        self
    }

    /// Lays a folder's policies over these: each `*.toml` in it, in folders below it
    /// too, replaces the policy of its key or adds one, and a `payers.toml` says
    /// which payer ids which policy governs. Every [`PolicyId`] handed out earlier becomes invalid.
    ///
    /// # Errors
    ///
    /// Every fault of every file; the book is then as it was before.
    pub fn overlay(&mut self, dir: &Path) -> Result<(), Vec<PolicyError>> {
        let overlay = Overlay::read(dir, |key| self.find(key).is_some())?;
        for policy in overlay.policies {
            let key = policy.key().to_owned();
            self.slots.retain(|slot| slot.key != key);
            self.slots.push(Slot {
                key: Cow::Owned(key),
                builtin: None,
                loaded: OnceLock::from(Loaded {
                    policy,
                    faults: Vec::new(),
                }),
            });
        }
        self.slots.sort_by(|one, other| one.key.cmp(&other.key));
        self.payer_keys.extend(overlay.payers);
        self.texts.extend(overlay.texts);
        self.payers = OnceLock::new();
        self.version = OnceLock::new();
        Ok(())
    }

    /// A short hash over every built-in and overlaid text: the same data has the
    /// same version on every machine.
    #[must_use]
    pub fn version(&self) -> String {
        let version = self.version.get_or_init(|| {
            let mut hasher = blake3::Hasher::new();
            // Lengths go in too, so that no two sets of texts run together.
            let mut feed = |text: &str| {
                hasher.update(&text.len().to_le_bytes());
                hasher.update(text.as_bytes());
            };
            feed(PAYERS.1);
            for builtin in &POLICIES {
                for (_, text) in builtin.files {
                    feed(text);
                }
            }
            for (name, text) in &self.texts {
                feed(name);
                feed(text);
            }
            hasher.finalize().to_hex().chars().take(12).collect()
        });
        version.clone()
    }

    /// The policy of this key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<PolicyId> {
        let index = self
            .slots
            .binary_search_by(|slot| (*slot.key).cmp(key))
            .ok()?;
        u32::try_from(index).ok().map(PolicyId)
    }

    /// Medicare Part B.
    #[must_use]
    pub fn medicare(&self) -> Option<PolicyId> {
        self.find("medicare")
    }

    /// A state's Medicaid program.
    #[must_use]
    pub fn medicaid(&self, state: State) -> Option<PolicyId> {
        let mut key = *b"medicaid/--";
        key.iter_mut()
            .skip(9)
            .zip(state.bytes())
            .for_each(|(slot, byte)| *slot = byte);
        self.find(std::str::from_utf8(&key).ok()?)
    }

    /// The policy that governs a payer id (NM109 of loop 2010BB), when the policy
    /// files name it.
    #[must_use]
    pub fn by_payer_id(&self, id: &[u8]) -> Option<PolicyId> {
        self.payer(id).map(|(policy, _)| policy)
    }

    /// Every payer id that the policy files name, with the key of its policy and how sure it
    /// is that the id is that payer's.
    #[must_use]
    pub fn payer_ids(&self) -> BTreeMap<String, (String, Confidence)> {
        let named = self.payers().iter().map(|(id, (policy, confidence))| {
            let id = String::from_utf8_lossy(id).into_owned();
            (id, (self.get(*policy).key().to_owned(), *confidence))
        });
        named.collect()
    }

    /// How sure it is that a payer id is that of the policy's payer.
    #[must_use]
    pub fn payer_confidence(&self, id: &[u8]) -> Option<Confidence> {
        self.payer(id).map(|(_, confidence)| confidence)
    }

    fn payer(&self, id: &[u8]) -> Option<(PolicyId, Confidence)> {
        self.payers().get(id).copied()
    }

    fn payers(&self) -> &BTreeMap<Vec<u8>, (PolicyId, Confidence)> {
        self.payers.get_or_init(|| {
            let (built_in, _) = payers::read(PAYERS.0, PAYERS.1);
            let built_in = built_in
                .into_iter()
                .map(|payer| (payer.id, (payer.policy, payer.confidence)));
            built_in
                .chain(self.payer_keys.clone())
                .filter_map(|(id, (key, confidence))| {
                    Some((id.into_bytes(), (self.find(&key)?, confidence)))
                })
                .collect()
        })
    }

    /// A policy by its id. A built-in file that cannot be read, which
    /// [`faults`](PolicyBook::faults) tells, leaves a policy that knows nothing.
    #[must_use]
    pub fn get(&self, id: PolicyId) -> &Policy {
        static NONE: LazyLock<Policy> = LazyLock::new(|| Policy::empty(""));
        self.load(id).map_or(&NONE, |loaded| &loaded.policy)
    }

    /// What was wrong with the files of a policy: nothing, in a sound build.
    #[must_use]
    pub fn faults(&self, id: PolicyId) -> &[PolicyError] {
        self.load(id).map_or(&[], |loaded| &loaded.faults)
    }

    /// The keys of all policies, in order; reads none of them.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(|slot| &*slot.key)
    }

    /// All policies, in order of their keys; reads each as it comes.
    pub fn iter(&self) -> impl Iterator<Item = (PolicyId, &Policy)> {
        (0_u32..)
            .map(PolicyId)
            .take(self.slots.len())
            .map(|id| (id, self.get(id)))
    }

    fn load(&self, id: PolicyId) -> Option<&Loaded> {
        let slot = self.slots.get(usize::try_from(id.0).ok()?)?;
        Some(slot.loaded.get_or_init(|| {
            let builtin = slot.builtin.and_then(|index| POLICIES.get(index));
            let (documents, mut faults) = builtin.map(Builtin::documents).unwrap_or_default();
            let (mut policy, found) = compile(&documents, &[]);
            faults.extend(found);
            if !faults.is_empty() {
                policy = Policy::empty(&slot.key);
            }
            Loaded { policy, faults }
        }))
    }
}
