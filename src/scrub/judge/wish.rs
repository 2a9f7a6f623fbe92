//! A fix to be tried, and whether it holds: the finding that asked for it goes, and no
//! other comes.

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
    /// The segment as it would be.
    pub after: Vec<u8>,
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
        let mut after = segment.text().to_vec();
        after.splice(edit.from..edit.to, edit.with.iter().copied());
        let (from, to) = span(text, finding.spot);
        let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
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
                segments: [words(segment.text()), words(&after)],
            },
            edit,
            after,
        })
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

    /// Whether `self` holds nothing that `before` does not, and none of what was fixed.
    pub(super) fn improves(&self, before: &Seen, fixed: &[Key]) -> bool {
        let mut left: Vec<Key> = before.findings.iter().map(key).collect();
        for gone in fixed {
            if let Some(at) = left.iter().position(|key| key == gone) {
                left.swap_remove(at);
            }
        }
        self.charge == before.charge
            && self.findings.iter().map(key).all(|key| {
                let at = left.iter().position(|other| *other == key);
                at.map(|at| left.swap_remove(at)).is_some()
            })
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
