//! What the survey found wrong with envelopes: each fault under its rule, and in words.

use super::envelope::{
    EnvelopeFault, control_number_mismatch, control_number_repeated, envelope_count_wrong,
    envelope_not_closed, interchange_header_malformed, interchange_taken_before, leading_bytes,
    segments_outside_envelope, test_data_in_production, transaction_set_too_large,
    transaction_set_unsupported,
};
use super::rule::Acknowledgement;
use super::syntax::{length_out_of_range, required_loop_missing, too_many_elements};
use super::{registry, unreviewed};
use crate::value::Severity;
use crate::x12::survey::{Fault, Note};
use crate::x12::{IsaFault, limits};

/// Puts a fault of the survey under its rule and into words.
#[must_use]
pub fn describe(note: &Note) -> EnvelopeFault {
    let told = words(note);
    let binding = told.severity == Severity::Reject
        && matches!(
            note.fault,
            Fault::Header(
                IsaFault::Width
                    | IsaFault::Terminator(_)
                    | IsaFault::Delimiters(_)
                    | IsaFault::Unreadable
            ) | Fault::Unclosed
                | Fault::Unsupported { .. }
                | Fault::Outside { .. }
                | Fault::Stray { .. }
                | Fault::Empty
                | Fault::Oversize
                | Fault::Unreviewed { .. }
        );
    EnvelopeFault { binding, ..told }
}

fn words(note: &Note) -> EnvelopeFault {
    let scope = note.scope;
    match &note.fault {
        Fault::Lead { blank } => leading_bytes::tell(*blank),
        Fault::Header(fault) => interchange_header_malformed::tell(*fault),
        Fault::HeaderValue { position } => {
            interchange_header_malformed::tell_value(scope, *position)
        }
        Fault::NoNumber { position } => {
            interchange_header_malformed::tell_no_number(scope, *position)
        }
        Fault::Unclosed => envelope_not_closed::tell(note),
        Fault::Unterminated => envelope_not_closed::tell_unterminated(scope),
        Fault::Unopened => segments_outside_envelope::tell_unopened(),
        Fault::ControlNumber { header, trailer } => {
            control_number_mismatch::tell(scope, header, trailer)
        }
        Fault::Count { said, counted } => envelope_count_wrong::tell(scope, said, *counted),
        Fault::Filling { inside: true } => segments_outside_envelope::tell_long_filling(),
        Fault::Filling { inside: false } => segments_outside_envelope::tell_filling(),
        Fault::Answer => segments_outside_envelope::tell_answer(),
        Fault::Unsupported { name } => transaction_set_unsupported::tell(name),
        Fault::Outside { envelope } => segments_outside_envelope::tell_set(*envelope),
        Fault::Edition { version } if version.is_empty() => {
            transaction_set_unsupported::tell_no_edition()
        }
        Fault::Edition { version } => transaction_set_unsupported::tell_edition(scope, version),
        Fault::Repeated { number } => control_number_repeated::tell(scope, number),
        Fault::Taken { number, day } => interchange_taken_before::tell(number, *day),
        Fault::Stray { claims, unread } => {
            segments_outside_envelope::tell_stray(note, *claims, *unread)
        }
        Fault::TestUsage => test_data_in_production::tell(),
        Fault::ManyClaims { claims } => transaction_set_too_large::tell(*claims),
        Fault::Surplus { unread } => too_many_elements::tell_envelope(scope, *unread),
        Fault::Empty => empty(),
        Fault::Oversize => oversize(),
        Fault::Unreviewed { rule, said } => unreviewed(rule, said),
    }
}

/// What an earlier run found around a transaction set, and nobody has looked at since.
fn unreviewed(code: &str, said: &str) -> EnvelopeFault {
    let rule = registry::find(code).unwrap_or(&envelope_count_wrong::RULE);
    EnvelopeFault {
        answer: match rule.answer {
            Acknowledgement::Set(code) => Acknowledgement::Set(code),
            _ => Acknowledgement::Set("5"),
        },
        severity: Severity::Reject,
        ..EnvelopeFault::new(rule, unreviewed::message(said), unreviewed::HELP)
    }
}

/// A transaction set in which nothing is billed. The rule is one of syntax.
fn empty() -> EnvelopeFault {
    EnvelopeFault {
        answer: Acknowledgement::Set("5"),
        ..EnvelopeFault::new(
            &required_loop_missing::RULE,
            "the transaction set lacks its required loop 2000A: it holds no billing provider and no claim",
            "take the transaction set out, or export it again with its claims",
        )
    }
}

/// A transaction set that cannot be judged claim by claim. The rule is one of syntax.
fn oversize() -> EnvelopeFault {
    EnvelopeFault {
        answer: Acknowledgement::Set("5"),
        ..EnvelopeFault::new(
            &length_out_of_range::RULE,
            format!(
                "the transaction set holds a segment of more than {} KiB, a stretch of more than {} MiB without a \
                     claim or level, or too many faulty levels; it cannot be judged claim by claim, and claims inside such a segment are not listed",
                limits::SEGMENT_BYTES >> 10,
                limits::UNCUT_BYTES >> 20
            ),
            "look for missing segment terminators or foreign data in the transaction set, and export it again",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::survey::{Names, Scope};

    fn note(scope: Scope, fault: Fault) -> Note {
        Note {
            scope,
            header: 0,
            interchange: None,
            at: 0,
            len: 40,
            ordinal: 0,
            envelope: Names::default(),
            shown: Vec::new(),
            fault,
        }
    }

    fn stray(claims: u64, unread: u64) -> Fault {
        Fault::Stray { claims, unread }
    }

    #[test]
    fn every_fault_has_a_rule_and_words() {
        let text = || "0001".to_owned();
        let faults = [
            (Fault::Lead { blank: true }, "ENV001", Severity::Warn),
            (Fault::Lead { blank: false }, "ENV001", Severity::Warn),
            (Fault::Header(IsaFault::Width), "ENV002", Severity::Reject),
            (
                Fault::Header(IsaFault::Terminator(b'~')),
                "ENV002",
                Severity::Reject,
            ),
            (
                Fault::Header(IsaFault::Delimiters(16)),
                "ENV002",
                Severity::Reject,
            ),
            (
                Fault::Header(IsaFault::Unreadable),
                "ENV002",
                Severity::Reject,
            ),
            (
                Fault::Header(IsaFault::Repetition),
                "ENV002",
                Severity::Warn,
            ),
            (Fault::HeaderValue { position: 9 }, "ENV002", Severity::Warn),
            (Fault::NoNumber { position: 13 }, "ENV002", Severity::Reject),
            (
                Fault::Outside {
                    envelope: Scope::Interchange,
                },
                "ENV008",
                Severity::Reject,
            ),
            (Fault::Unclosed, "ENV003", Severity::Reject),
            (Fault::Unterminated, "ENV003", Severity::Warn),
            (Fault::Unopened, "ENV008", Severity::Warn),
            (Fault::Answer, "ENV008", Severity::Warn),
            (
                Fault::ControlNumber {
                    header: text(),
                    trailer: "0002".to_owned(),
                },
                "ENV004",
                Severity::Reject,
            ),
            (
                Fault::Count {
                    said: String::new(),
                    counted: 1,
                },
                "ENV005",
                Severity::Reject,
            ),
            (
                Fault::Unsupported {
                    name: "835 claim payment/advice".to_owned(),
                },
                "ENV006",
                Severity::Reject,
            ),
            (Fault::Edition { version: text() }, "ENV006", Severity::Warn),
            (
                Fault::Edition {
                    version: String::new(),
                },
                "ENV006",
                Severity::Warn,
            ),
            (
                Fault::Repeated { number: text() },
                "ENV007",
                Severity::Reject,
            ),
            (stray(2, 0), "ENV008", Severity::Reject),
            (stray(0, 1), "ENV008", Severity::Reject),
            (
                Fault::Taken {
                    number: text(),
                    day: crate::value::Date::from_days(0),
                },
                "ENV010",
                Severity::Reject,
            ),
            (Fault::TestUsage, "ENV009", Severity::Warn),
            (Fault::ManyClaims { claims: 5001 }, "ENV011", Severity::Warn),
            (Fault::Surplus { unread: 0 }, "SYN007", Severity::Warn),
            (Fault::Surplus { unread: 1 }, "SYN007", Severity::Reject),
            (Fault::Empty, "SYN003", Severity::Reject),
            (Fault::Oversize, "SYN008", Severity::Reject),
            (
                Fault::Unreviewed {
                    rule: "ENV007".to_owned(),
                    said: text(),
                },
                "ENV007",
                Severity::Reject,
            ),
        ];
        faults.into_iter().for_each(has_words);
    }

    fn has_words((fault, code, severity): (Fault, &str, Severity)) {
        let told = describe(&note(Scope::Set, fault));
        assert_eq!((told.rule.code, told.severity), (code, severity));
        assert!(!told.message.is_empty() && !told.help.is_empty(), "{code}");
        assert!(!told.message.contains("  "), "{}", told.message);
    }

    #[test]
    fn a_blank_beside_a_control_number_costs_nothing() {
        for (trailer, severity) in [("0001 ", Severity::Warn), ("0002", Severity::Reject)] {
            let fault = Fault::ControlNumber {
                header: "0001".to_owned(),
                trailer: trailer.to_owned(),
            };
            let told = describe(&note(Scope::Set, fault));
            assert_eq!((told.rule.code, told.severity), ("ENV004", severity));
        }
    }

    #[test]
    fn a_group_or_interchange_never_costs_its_sets() {
        for scope in [Scope::Group, Scope::Interchange] {
            for fault in [
                Fault::Unclosed,
                Fault::ControlNumber {
                    header: String::new(),
                    trailer: String::new(),
                },
                Fault::Count {
                    said: String::new(),
                    counted: 2,
                },
                Fault::Repeated {
                    number: String::new(),
                },
            ] {
                assert_eq!(describe(&note(scope, fault)).severity, Severity::Warn);
            }
        }
    }

    #[test]
    fn a_count_reads_as_a_sentence() {
        let told = describe(&note(
            Scope::Set,
            Fault::Count {
                said: "31".to_owned(),
                counted: 32,
            },
        ));
        assert_eq!(
            told.message,
            "SE01 says 31, but the transaction set holds 32 segments"
        );
        assert_eq!(told.element, 1);
        assert_eq!(told.answer, Acknowledgement::Set("4"));
    }

    #[test]
    fn an_end_of_file_mark_only_warns() {
        let mark = Note {
            len: 1,
            ..note(Scope::Set, stray(0, 0))
        };
        assert_eq!(describe(&mark).severity, Severity::Warn);
        let segment = note(Scope::Set, stray(0, 0));
        assert_eq!(describe(&segment).severity, Severity::Reject);
    }

    #[test]
    fn what_an_envelope_holds_is_clipped() {
        let number = "\u{1b}[31m".to_owned() + &"9".repeat(500);
        let told = describe(&note(Scope::Interchange, Fault::Repeated { number }));
        assert!(told.message.len() < 150, "{}", told.message);
        assert!(!told.message.contains('\u{1b}'));
    }
}
