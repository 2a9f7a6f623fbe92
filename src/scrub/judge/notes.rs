//! What the survey found wrong with envelopes, filed by the envelope.

use std::collections::HashMap;

use crate::scrub::item::ItemKind;
use crate::x12::survey::{Fault, Note, Scope, Survey};

/// Envelope faults by the offset of the header they belong to.
#[derive(Debug, Default)]
pub struct Notes<'a> {
    /// Runs of segments outside every set that hold claims: from, to; ascending.
    strays: &'a [(u64, u64)],
    by_header: HashMap<u64, Vec<&'a Note>>,
    /// Of what no functional group holds, or no 999 has a code for, by the interchange it
    /// stands in or behind.
    outside: HashMap<u64, Vec<&'a Note>>,
}

impl<'a> Notes<'a> {
    /// Files the notes of a survey.
    #[must_use]
    pub fn new(survey: &'a Survey) -> Notes<'a> {
        let mut by_header: HashMap<u64, Vec<&Note>> = HashMap::new();
        let mut outside: HashMap<u64, Vec<&Note>> = HashMap::new();
        for note in &survey.notes {
            by_header.entry(note.header).or_default().push(note);
            if let Some(interchange) = note.interchange
                && (matches!(
                    note.fault,
                    Fault::Stray { .. } | Fault::Unopened | Fault::Outside { .. }
                ) || (matches!(note.fault, Fault::Surplus { .. })
                    && note.scope == Scope::Group))
            {
                outside.entry(interchange).or_default().push(note);
            }
        }
        Notes {
            strays: &survey.strays,
            by_header,
            outside,
        }
    }

    /// What no functional group holds, or no 999 has a code for, in or behind the interchange
    /// that starts here.
    pub fn outside(&self, interchange: u64) -> impl Iterator<Item = &'a Note> + '_ {
        let notes = self.outside.get(&interchange);
        notes.into_iter().flatten().copied()
    }

    /// What a segment outside every set belongs to.
    pub(super) fn stray(&self, at: u64) -> ItemKind {
        let run = self.strays.partition_point(|&(from, _)| from <= at);
        let kept = self.strays[..run].last().is_some_and(|&(_, to)| at < to);
        if kept {
            ItemKind::StrayClaims
        } else {
            ItemKind::Stray
        }
    }

    /// The notes of the envelopes that start here: ISA, GS and ST, as far as they are open.
    pub(super) fn around(&self, headers: [Option<u64>; 3]) -> impl Iterator<Item = &'a Note> + '_ {
        let scopes = [Scope::Interchange, Scope::Group, Scope::Set];
        let headers = headers.into_iter().zip(scopes);
        headers.flat_map(move |(at, scope)| self.at(at, scope))
    }

    /// The notes of the envelope that starts here.
    pub fn at(&self, header: Option<u64>, scope: Scope) -> impl Iterator<Item = &'a Note> + '_ {
        let notes = match header {
            Some(header) if !self.by_header.is_empty() => self.by_header.get(&header),
            _ => None,
        };
        notes
            .into_iter()
            .flatten()
            .copied()
            .filter(move |note| note.scope == scope)
    }
}
