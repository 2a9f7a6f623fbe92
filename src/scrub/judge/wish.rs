//! Fixes to be tried, how many at a time, and whether they hold: the findings that asked for
//! them go, and no other comes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::claim::text::Text;
use crate::emit::fixes::FixRecord;
use crate::emit::jsonl::{span, spot_name};
use crate::rules::edit::{Edit, is_wanted};
use crate::rules::finding::FixSafety;
use crate::rules::{Finding, Spot};
use crate::value::{Cents, Severity};

/// A fix to be tried.
pub(super) struct Wish {
    /// Its segment in the text.
    pub segment: u32,
    /// The change, from the segment's first byte on.
    pub edit: Edit,
    /// The segment as it is.
    text: Vec<u8>,
    pub key: Key,
    /// What is told of it. Whose it is, and where in its transaction set, is for who tries it.
    pub record: FixRecord,
}

impl Wish {
    /// The fix of a finding, if it has one that is wanted.
    pub(super) fn of(text: &Text<'_>, finding: &Finding, wanted: FixSafety) -> Option<Wish> {
        if !is_wanted(text, finding, wanted) {
            return None;
        }
        let fix = finding.fix.as_ref()?;
        let mut edit = Edit::of(text, finding)?;
        let segment = text.segment(finding.spot.segment);
        edit.from -= segment.start();
        edit.to -= segment.start();
        let (from, to) = span(text, finding.spot);
        Some(Wish {
            segment: finding.spot.segment,
            key: key(finding),
            record: FixRecord {
                rule: finding.rule.code.to_owned(),
                safety: fix.safety,
                title: fix.title.clone(),
                level: None,
                claim: None,
                claim_ordinal: None,
                segment_ordinal: 0,
                element: spot_name(text, finding.spot).unwrap_or_default(),
                before: words(&text.bytes[from..to]),
                after: fix.replacement.clone(),
                segments: Default::default(),
            },
            edit,
            text: segment.text().to_vec(),
        })
    }

    /// Whether this one and `other` change the same place of a segment, or places side by side:
    /// what the one does may be undone by the other.
    fn touches(&self, other: &Wish) -> bool {
        self.segment == other.segment
            && self.edit.from <= other.edit.to
            && other.edit.from <= self.edit.to
    }
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A segment with fixes made.
pub(super) struct Changed {
    pub segment: u32,
    /// How long it was, and what it is now.
    pub len: usize,
    pub bytes: Vec<u8>,
}

/// Makes the fixes, as [`Tries::wishes`] gives them, and tells of each the segment before and
/// after it.
pub(super) fn changes(wishes: &mut [Wish]) -> Vec<Changed> {
    let mut all = Vec::new();
    for own in wishes.chunk_by_mut(|one, next| one.segment == next.segment) {
        let Some(first) = own.first() else { continue };
        let mut bytes = first.text.clone();
        let (segment, len) = (first.segment, bytes.len());
        for wish in own {
            // What stands behind the fixes made so far is as far from the end as ever.
            let shifted = |place: usize| (bytes.len() + place).saturating_sub(len);
            let range = shifted(wish.edit.from)..shifted(wish.edit.to);
            let before = words(&bytes);
            bytes.splice(range, wish.edit.with.iter().copied());
            wish.record.segments = [before, words(&bytes)];
        }
        all.push(Changed {
            segment,
            len,
            bytes,
        });
    }
    all
}

/// What is tried next on one claim or level. All fixes at once, if they hold together; else half
/// as many, down to one by itself, which is not tried again if it does not hold.
pub(super) struct Tries {
    most: usize,
    failed: Vec<Key>,
}

impl Default for Tries {
    fn default() -> Tries {
        Tries {
            most: usize::MAX,
            failed: Vec::new(),
        }
    }
}

impl Tries {
    /// The wanted fixes of these segments that are tried next, by their place. None touches
    /// another.
    pub(super) fn wishes(
        &self,
        text: &Text<'_>,
        segments: Range<u32>,
        findings: &[Finding],
        wanted: FixSafety,
    ) -> Vec<Wish> {
        let mut wishes: BTreeMap<(u32, usize), Wish> = BTreeMap::new();
        for finding in findings {
            if wishes.len() >= self.most {
                break;
            }
            if !segments.contains(&finding.spot.segment) || self.failed.contains(&key(finding)) {
                continue;
            }
            let Some(wish) = Wish::of(text, finding, wanted) else {
                continue;
            };
            let (segment, from, to) = (wish.segment, wish.edit.from, wish.edit.to);
            // They don't touch each other, so one that this one touches is the last that begins
            // before its end.
            let before = wishes.range(..=(segment, to)).next_back();
            if before.is_none_or(|(_, before)| !before.touches(&wish)) {
                wishes.insert((segment, from), wish);
            }
        }
        wishes.into_values().collect()
    }

    /// Takes down whether these, which were tried, hold.
    pub(super) fn learn(&mut self, tried: &[Wish], hold: bool) {
        match tried {
            _ if hold => self.most = self.most.saturating_mul(2),
            [alone] => self.failed.push(alone.key),
            _ => self.most = tried.len() / 2,
        }
    }
}

/// A claim or level as judged: what was found, and what it charges.
#[derive(Default)]
pub(super) struct Seen {
    pub findings: Vec<Finding>,
    pub charge: Cents,
}

/// What makes two findings the same before and after a fix.
pub(super) type Key = (u32, u8, u8, &'static str, Severity);

impl Seen {
    /// What was found where nothing is charged.
    pub(super) fn of(findings: Vec<Finding>) -> Seen {
        Seen {
            findings,
            charge: Cents::ZERO,
        }
    }

    /// Whether `self` holds nothing that `before` does not, and none of what these asked for.
    pub(super) fn improves(&self, before: &Seen, fixes: &[Wish]) -> bool {
        let mut left: BTreeMap<Key, usize> = BTreeMap::new();
        for finding in &before.findings {
            *left.entry(key(finding)).or_default() += 1;
        }
        let mut take = |key: Key| match left.get_mut(&key) {
            Some(count @ 1..) => {
                *count -= 1;
                true
            }
            _ => false,
        };
        for wish in fixes {
            take(wish.key);
        }
        self.charge == before.charge && self.findings.iter().map(key).all(take)
    }
}

pub(super) fn key(finding: &Finding) -> Key {
    let Spot {
        segment,
        element,
        component,
    } = finding.spot;
    (
        segment,
        element,
        component,
        finding.rule.code,
        finding.severity,
    )
}
