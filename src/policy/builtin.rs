//! The policies that come with the program, as text inside it.

use std::borrow::Cow;

use super::document::Document;
use super::error::PolicyError;

/// A built-in policy: its key, and the files it is made of with their names.
pub(super) struct Builtin {
    pub(super) key: &'static str,
    pub(super) files: &'static [(&'static str, &'static str)],
}

impl Builtin {
    /// The policy of a key.
    pub(super) fn find(key: &str) -> Option<&'static Builtin> {
        POLICIES.iter().find(|builtin| builtin.key == key)
    }

    /// Its files, read.
    pub(super) fn documents(&self) -> (Vec<Document>, Vec<PolicyError>) {
        let mut faults = Vec::new();
        let documents = (self.files.iter().enumerate())
            .map(|(nth, (name, text))| {
                let (document, found) = Document::read(name, Cow::Borrowed(text), nth == 0);
                faults.extend(found);
                document
            })
            .collect();
        (documents, faults)
    }
}

/// Whether a policy of this key comes with the program.
#[must_use]
pub fn is_builtin(key: &str) -> bool {
    Builtin::find(key).is_some()
}

/// Which policy governs which payer id.
pub(super) const PAYERS: (&str, &str) = ("builtin/payers.toml", include_str!("data/payers.toml"));

macro_rules! medicaid {
    ($($state:literal)*) => {
        [
            Builtin {
                key: "medicare",
                files: &[
                    ("builtin/medicare/telehealth.toml", include_str!("data/medicare/telehealth.toml")),
                    ("builtin/medicare/therapy.toml", include_str!("data/medicare/therapy.toml")),
                    ("builtin/medicare/units_and_pairs.toml", include_str!("data/medicare/units_and_pairs.toml")),
                ],
            },
            $(Builtin {
                key: concat!("medicaid/", $state),
                files: &[(
                    concat!("builtin/medicaid/", $state, ".toml"),
                    include_str!(concat!("data/medicaid/", $state, ".toml")),
                )],
            },)*
        ]
    };
}

/// Every built-in policy: Medicare, then the Medicaid programs in order of their key.
pub(super) static POLICIES: [Builtin; 53] = medicaid! {
    "AK" "AL" "AR" "AZ" "CA" "CO" "CT" "DC" "DE" "FL" "GA" "HI" "IA" "ID" "IL" "IN" "KS" "KY"
    "LA" "MA" "MD" "ME" "MI" "MN" "MO" "MS" "MT" "NC" "ND" "NE" "NH" "NJ" "NM" "NV" "NY" "OH"
    "OK" "OR" "PA" "PR" "RI" "SC" "SD" "TN" "TX" "UT" "VA" "VT" "WA" "WI" "WV" "WY"
};
