//! What an earlier run found around claims and nobody has looked at, as notes of the survey.

use super::Judgement;
use crate::rules::{envelope, faults, registry};
use crate::scrub::known::{Known, Unreviewed};
use crate::value::Severity;
use crate::x12::survey::{Fault, Names, Note, Scope, Survey};

impl Judgement {
    /// Adds a note of each fault of a transaction set that nobody has looked at, unless the
    /// configuration does not reject by its rule, or the survey has found it again.
    pub fn note_unreviewed(&self, known: &Known, survey: &mut Survey) {
        let is_rejected = |note: &&Note| {
            self.envelope_severity(&faults::describe(note)) == Some(Severity::Reject)
        };
        let found: Vec<(&str, Names)> = survey
            .notes
            .iter()
            .filter(|_| !known.sets.is_empty())
            .filter(is_rejected)
            .map(|note| (faults::describe(note).rule.code, note.envelope.clone()))
            .collect();
        for set in &known.sets {
            let envelope = set.envelope();
            for Unreviewed { rule, said } in &set.faults {
                let again =
                    |(code, names): &(&str, Names)| code == rule && names.are_around(&envelope);
                let fault = Fault::Unreviewed {
                    rule: (*rule).to_owned(),
                    said: said.clone(),
                };
                let note = Note {
                    interchange: None,
                    scope: Scope::Set,
                    header: set.at,
                    at: set.at,
                    len: set.len,
                    ordinal: 1,
                    envelope: envelope.clone(),
                    shown: Vec::new(),
                    fault,
                };
                if self.rejects_unreviewed(rule) && !found.iter().any(again) {
                    survey.notes.push(note);
                }
            }
        }
    }

    /// Whether a transaction set is rejected because nobody has looked at a fault of this
    /// rule: unless the configuration takes such faults for less.
    fn rejects_unreviewed(&self, code: &str) -> bool {
        registry::find(code).is_some_and(|rule| {
            let binding = [
                envelope::envelope_not_closed::RULE.code,
                envelope::segments_outside_envelope::RULE.code,
            ];
            binding.contains(&rule.code)
                || self.severities.of(rule, rule.severity) == Some(Severity::Reject)
        })
    }
}
