//! ENV: is every envelope whole, counted and numbered, and of the kind we read?
//!
//! The survey finds the faults; here each gets its rule and its words.

pub mod control_number_mismatch;
pub mod control_number_repeated;
pub mod envelope_count_wrong;
pub mod envelope_not_closed;
pub mod interchange_header_malformed;
pub mod interchange_taken_before;
pub mod leading_bytes;
pub mod segments_outside_envelope;
pub mod test_data_in_production;
#[cfg(test)]
mod tests;
mod told;
pub mod transaction_set_too_large;
pub mod transaction_set_unsupported;

pub use told::Told;

use super::rule::Answer;
use super::syntax::length_out_of_range;
use super::{registry, unreviewed};
use crate::value::Severity;
use crate::x12::survey::{Fault, Note};
use crate::x12::{IsaFault, limits};

/// Puts a fault of the survey under its rule and into words.
#[must_use]
pub fn describe(note: &Note) -> Told {
    let told = words(note);
    let binding = told.severity == Severity::Reject
        && matches!(
            note.fault,
            Fault::Header(IsaFault::Width | IsaFault::Delimiters | IsaFault::Unreadable)
                | Fault::Unclosed
                | Fault::Unsupported { .. }
                | Fault::Outside { .. }
                | Fault::Stray { .. }
                | Fault::Oversize
                | Fault::Unreviewed { .. }
        );
    Told { binding, ..told }
}

fn words(note: &Note) -> Told {
    let scope = note.scope;
    match &note.fault {
        Fault::Lead { blank } => leading_bytes::tell(*blank),
        Fault::Header(fault) => interchange_header_malformed::tell(*fault),
        Fault::Unclosed => envelope_not_closed::tell(note),
        Fault::Unopened => segments_outside_envelope::tell_unopened(),
        Fault::ControlNumber { header, trailer } => {
            control_number_mismatch::tell(scope, header, trailer)
        }
        Fault::Count { said, counted } => envelope_count_wrong::tell(scope, said, *counted),
        Fault::Filling => segments_outside_envelope::tell_filling(),
        Fault::Unsupported { name } => transaction_set_unsupported::tell(name),
        Fault::Outside { envelope } => segments_outside_envelope::tell_set(*envelope),
        Fault::Edition { version } => transaction_set_unsupported::tell_edition(scope, version),
        Fault::Repeated { number } => control_number_repeated::tell(scope, number),
        Fault::Taken { number, day } => interchange_taken_before::tell(number, *day),
        Fault::Stray { claims } => segments_outside_envelope::tell_stray(note, *claims),
        Fault::TestUsage => test_data_in_production::tell(),
        Fault::ManyClaims { claims } => transaction_set_too_large::tell(*claims),
        Fault::Oversize => oversize(),
        Fault::Unreviewed { rule, said } => unreviewed(rule, said),
    }
}

/// What an earlier run found around a transaction set, and nobody has looked at since.
fn unreviewed(code: &str, said: &str) -> Told {
    let rule = registry::find(code).unwrap_or(&envelope_count_wrong::RULE);
    Told {
        answer: match rule.answer {
            Answer::Set(code) => Answer::Set(code),
            _ => Answer::Set("5"),
        },
        severity: Severity::Reject,
        ..Told::new(rule, unreviewed::message(said), unreviewed::HELP)
    }
}

/// A transaction set that cannot be judged claim by claim. The rule is one of syntax.
fn oversize() -> Told {
    Told {
        answer: Answer::Set("5"),
        ..Told::new(
            &length_out_of_range::RULE,
            format!(
                "the transaction set holds a segment of more than {} KiB, a stretch of more than {} MiB without a \
                     claim or level, or too many faulty levels; it cannot be judged claim by claim",
                limits::SEGMENT_BYTES >> 10,
                limits::CLAIM_BYTES >> 21
            ),
            "look for missing segment terminators or foreign data in the transaction set, and export it again",
        )
    }
}
