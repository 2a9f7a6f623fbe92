//! What is said of a claim as a whole.

use std::fmt;

/// What is said of a claim as a whole; ordered from good to bad.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something was found that rejects nothing.
    Warned,
    /// A rule that applies could not decide, since the policy is not known.
    Unchecked,
    /// Something rejects it.
    Rejected,
}

impl Verdict {
    /// All of them, each at its [`Verdict::index`].
    pub const ALL: [Verdict; 4] = [
        Verdict::Clean,
        Verdict::Warned,
        Verdict::Unchecked,
        Verdict::Rejected,
    ];

    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Clean => "clean",
            Verdict::Warned => "warned",
            Verdict::Unchecked => "unchecked",
            Verdict::Rejected => "rejected",
        }
    }

    /// Its place among all.
    #[must_use]
    pub fn index(self) -> u8 {
        self as u8
    }

    /// The one at this place.
    #[must_use]
    pub fn at(index: u8) -> Option<Verdict> {
        Verdict::ALL.get(usize::from(index)).copied()
    }
}

/// The word used in every output.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
