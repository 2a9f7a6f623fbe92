//! What a look-up gives back: a fact, how sure it is, and where it is written.

use crate::value::{Confidence, Severity};

/// One row of one policy: what [`Policy::cite`](super::Policy::cite) turns into
/// a label and its sources. Means nothing to any other policy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct RowRef(pub(super) u32);

/// A fact in force on the date asked about, with the row that states it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer<T> {
    /// The fact.
    pub value: T,
    /// How sure the row is.
    pub confidence: Confidence,
    /// The most a finding that rests on this row may do to a claim; `None` sets no bound.
    pub cap: Option<Severity>,
    /// Whether the sources leave this fact of the row open, so that a finding on it asks to
    /// check.
    pub open: bool,
    /// The row, to be cited.
    pub row: RowRef,
}

impl<T> Answer<T> {
    /// What a finding that rests on this fact does to its claim.
    ///
    /// `default` is the rule's own severity. A fact below `reject_at` lowers it to
    /// a warning, and the row's cap lowers it further; nothing here ever raises it.
    #[must_use]
    pub fn severity(&self, default: Severity, reject_at: Confidence) -> Severity {
        let trusted = if self.confidence < reject_at {
            default.min(Severity::Warn)
        } else {
            default
        };
        self.cap.map_or(trusted, |cap| trusted.min(cap))
    }

    /// The same standing and row with another value.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        Answer {
            value: change(self.value),
            confidence: self.confidence,
            cap: self.cap,
            open: self.open,
            row: self.row,
        }
    }

    /// The same fact with a further bound on its findings.
    #[must_use]
    pub fn capped(mut self, bound: Option<Severity>) -> Answer<T> {
        self.cap = match (self.cap, bound) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        };
        self
    }

    /// The same fact where a finding rests on another as well: it is as sure as the weaker one.
    #[must_use]
    pub(crate) fn resting_on<U>(mut self, other: &Answer<U>) -> Answer<T> {
        self.confidence = self.confidence.min(other.confidence);
        self.open |= other.open;
        self.capped(other.cap)
    }

    /// The same fact where the sources leave it open: findings on it are bound.
    #[must_use]
    pub(crate) fn doubted(mut self, bound: Option<Severity>) -> Answer<T> {
        self.open |= bound.is_some();
        self.capped(bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(confidence: Confidence, cap: Option<Severity>) -> Answer<()> {
        Answer {
            value: (),
            confidence,
            cap,
            open: false,
            row: RowRef(0),
        }
    }

    #[test]
    fn a_finding_is_as_sure_as_the_weakest_fact_it_rests_on() {
        let (high, medium) = (
            answer(Confidence::High, None),
            answer(Confidence::Medium, None),
        );
        let warned = answer(Confidence::High, Some(Severity::Warn));
        for (one, other) in [(high, medium), (medium, high)] {
            assert_eq!(one.resting_on(&other).confidence, Confidence::Medium);
        }
        for (one, other) in [(high, warned), (warned, high)] {
            assert_eq!(one.resting_on(&other).cap, Some(Severity::Warn));
        }
    }

    #[test]
    fn confidence_and_cap_only_ever_lower() {
        let reject = Severity::Reject;
        let medium = Confidence::Medium;
        assert_eq!(
            answer(Confidence::High, None).severity(reject, medium),
            reject
        );
        assert_eq!(
            answer(Confidence::Low, None).severity(reject, medium),
            Severity::Warn
        );
        assert_eq!(
            answer(Confidence::Low, None).severity(reject, Confidence::Low),
            reject
        );
        assert_eq!(
            answer(Confidence::High, Some(Severity::Warn)).severity(reject, medium),
            Severity::Warn
        );
        assert_eq!(
            answer(Confidence::High, Some(reject)).severity(Severity::Info, medium),
            Severity::Info
        );
    }
}
