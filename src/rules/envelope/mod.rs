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
pub mod transaction_set_too_large;
pub mod transaction_set_unsupported;

use super::rule::{Answer, Rule};
use super::syntax::length_out_of_range;
use crate::value::Severity;
use crate::x12::survey::{Fault, Note, Scope, VERSIONS};
use crate::x12::{IsaFault, limits};

/// A fault of an envelope, in words.
#[derive(Clone, Debug)]
pub struct Told {
    /// The rule it falls under.
    pub rule: &'static Rule,
    /// What it does, unless the configuration says otherwise.
    pub severity: Severity,
    /// What is wrong, as a sentence. Names control numbers and counts, never claims.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The element at fault of the segment at [`Note::at`]; 0 for the whole segment.
    pub element: u8,
    /// The exact code of the acknowledgement.
    pub answer: Answer,
    /// Whether the configuration cannot soften it: what it is about is not whole enough
    /// to go to a clean file.
    pub binding: bool,
}

impl Told {
    fn new(rule: &'static Rule, message: impl Into<String>, help: impl Into<String>) -> Told {
        Told {
            rule,
            severity: rule.severity,
            message: message.into(),
            help: help.into(),
            element: 0,
            answer: rule.answer,
            binding: false,
        }
    }

    fn at(self, element: u8) -> Told {
        Told { element, ..self }
    }

    fn warn(self) -> Told {
        Told {
            severity: Severity::Warn,
            ..self
        }
    }

    /// The code for each scope, and a warning for all but the transaction set: a fault
    /// of a group or an interchange does not cost the sets in it.
    fn by_scope(
        self,
        scope: Scope,
        (set, group, interchange): (&'static str, &'static str, &'static str),
    ) -> Told {
        match scope {
            Scope::Set => Told {
                answer: Answer::Set(set),
                ..self
            },
            Scope::Group => Told {
                answer: Answer::Group(group),
                ..self
            }
            .warn(),
            Scope::Interchange | Scope::Input => Told {
                answer: Answer::Ta1(interchange),
                ..self
            }
            .warn(),
        }
    }
}

/// Header segment, its control number, trailer segment of a scope.
fn names(scope: Scope) -> (&'static str, &'static str, &'static str) {
    match scope {
        Scope::Input | Scope::Interchange => ("ISA", "ISA13", "IEA"),
        Scope::Group => ("GS", "GS06", "GE"),
        Scope::Set => ("ST", "ST02", "SE"),
    }
}

/// The first characters of a value from an envelope that may hold anything.
fn clip(value: &str) -> String {
    const SHOWN_CHARS: usize = 40;
    if value.is_empty() {
        return "nothing".to_owned();
    }
    let shown = value.chars().take(SHOWN_CHARS);
    shown
        .map(|letter| {
            if letter.is_ascii_graphic() || letter == ' ' {
                letter
            } else {
                '?'
            }
        })
        .collect()
}

/// The plural of a word of the standard, but for one.
fn counted(count: u64, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

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
        );
    Told { binding, ..told }
}

fn words(note: &Note) -> Told {
    let scope = note.scope;
    let envelope = scope.name();
    let (header, number, trailer) = names(scope);
    match &note.fault {
        Fault::Lead { blank: false } => Told::new(
            &leading_bytes::RULE,
            "text that is no X12 stands before the first ISA segment of the input; it was skipped",
            "take the text out, so that ISA are the first three bytes of the file",
        ),
        Fault::Lead { blank: true } => Told::new(
            &leading_bytes::RULE,
            "a byte order mark or blank space stands before the first ISA segment of the input; it was skipped",
            "save the file as plain ASCII without a byte order mark, with ISA as its first three bytes",
        ),
        Fault::Header(IsaFault::Width) => Told::new(
            &interchange_header_malformed::RULE,
            "the ISA segment of this interchange is not 106 bytes of fixed width; receivers find the separators by \
             their byte positions",
            "pad each ISA element with blanks to its fixed width (ISA06 and ISA08 to 15 characters)",
        ),
        Fault::Header(IsaFault::Unreadable) => Told::new(
            &interchange_header_malformed::RULE,
            "the ISA segment of this interchange cannot be read; what follows was read with the separators of the \
             interchange before it",
            "export the interchange again, with an ISA of 106 bytes",
        ),
        Fault::Header(IsaFault::Repetition) => Told::new(
            &interchange_header_malformed::RULE,
            "ISA11 is U, as before version 5010, and no repetition separator",
            "declare a repetition separator in ISA11, such as ^",
        )
        .at(11)
        .warn(),
        Fault::Header(IsaFault::Delimiters) => {
            let told = Told::new(
                &interchange_header_malformed::RULE,
                "two separators that the ISA segment declares are the same character, or one is a letter, a digit or \
                 a blank",
                "declare four different separators that never occur in values, such as * (byte 4), ^ (ISA11), : (ISA16) \
                 and ~ (the terminator)",
            );
            Told { answer: Answer::Ta1("026"), ..told }
        }
        Fault::Unclosed => unclosed(note, header, trailer),
        Fault::Unopened => Told {
            answer: Answer::Ta1("022"),
            ..Told::new(
                &segments_outside_envelope::RULE,
                "a GE or IEA trailer closes a functional group or interchange that is not open",
                "take the trailer out, or put the GS or ISA header back that belongs to it",
            )
        }
        .warn(),
        Fault::ControlNumber { header: begun, trailer: ended } => Told::new(
            &control_number_mismatch::RULE,
            format!(
                "the {envelope} opens with control number {} in {number} and closes with {} in {trailer}02",
                clip(begun),
                clip(ended)
            ),
            format!(
                "write the same number into {number} and {trailer}02; if two files were joined here, send each by itself"
            ),
        )
        .at(2)
        .by_scope(scope, ("3", "4", "001")),
        Fault::Count { said, counted: found } => {
            let what = match scope {
                Scope::Set => "segment",
                Scope::Group => "transaction set",
                Scope::Interchange | Scope::Input => "functional group",
            };
            Told::new(
                &envelope_count_wrong::RULE,
                format!("{trailer}01 says {}, but the {envelope} holds {}", clip(said), counted(*found, what)),
                format!("make sure that no {what} is missing, then write {found} into {trailer}01"),
            )
            .at(1)
            .by_scope(scope, ("4", "5", "021"))
        }
        Fault::Filling => Told::new(
            &segments_outside_envelope::RULE,
            "bytes that mean nothing (an end-of-file mark, NUL bytes) stand outside every interchange",
            "they are harmless, and were passed on as they are; take them out if a receiver complains",
        )
        .warn(),
        Fault::Unsupported { name } => unsupported(name),
        Fault::Outside { envelope: outer } => outside(*outer),
        Fault::Edition { version } => Told {
            answer: if scope == Scope::Group { Answer::Group("2") } else { Answer::Set("I6") },
            ..Told::new(
                &transaction_set_unsupported::RULE,
                format!(
                    "the {envelope} names edition {} of the 837P guide; it was read as {}, the edition in force",
                    clip(version),
                    VERSIONS[0]
                ),
                format!("set the practice system to version {} in GS08 and ST03", VERSIONS[0]),
            )
        }
        .at(if scope == Scope::Group { 8 } else { 3 })
        .warn(),
        Fault::Repeated { number: value } => {
            let within = match scope {
                Scope::Set => "functional group",
                Scope::Group => "interchange",
                Scope::Interchange | Scope::Input => "input",
            };
            let element = match scope {
                Scope::Set => 2,
                Scope::Group => 6,
                Scope::Interchange | Scope::Input => 13,
            };
            Told::new(
                &control_number_repeated::RULE,
                format!("control number {} in {number} was used before in the same {within}", clip(value)),
                format!(
                    "give each {envelope} a number of its own in {number} and {trailer}02; if this one is a copy, send \
                     it once"
                ),
            )
            .at(element)
            .by_scope(scope, ("23", "19", "025"))
        }
        Fault::Taken { number: value, day } => Told::new(
            &interchange_taken_before::RULE,
            format!(
                "claims of an interchange with this sender, this receiver and control number {} in ISA13 were accepted \
                 on {day}",
                clip(value)
            ),
            "if this is the same file, do not send it again; else give the interchange a number of its own in ISA13 \
             and IEA02",
        )
        .at(13),
        Fault::Stray { claims } => stray(note, *claims),
        Fault::TestUsage => Told::new(
            &test_data_in_production::RULE,
            "the usage indicator ISA15 of this interchange is T, test data; receivers in production do not pay it",
            "set ISA15 to P before you send real claims",
        )
        .at(15),
        Fault::ManyClaims { claims } => Told::new(
            &transaction_set_too_large::RULE,
            format!(
                "the transaction set holds {claims} claims; the guide recommends {} at most",
                limits::CLAIMS_PER_SET
            ),
            format!("start a new transaction set (ST to SE) after {} claims at the latest", limits::CLAIMS_PER_SET),
        ),
        Fault::Oversize => Told {
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
        },
    }
}

fn unclosed(note: &Note, header: &str, trailer: &str) -> Told {
    let envelope = note.scope.name();
    let number = match note.scope {
        Scope::Set => &note.envelope.transaction,
        Scope::Group => &note.envelope.group,
        Scope::Interchange | Scope::Input => &note.envelope.interchange,
    };
    let number = number
        .as_deref()
        .map(|number| format!(" {}", clip(number)))
        .unwrap_or_default();
    let rest = match note.scope {
        Scope::Set => "its claims may not be whole",
        _ => "its whole transaction sets were judged",
    };
    Told::new(
        &envelope_not_closed::RULE,
        format!("{envelope}{number} is opened by {header} and never closed by {trailer}; {rest}"),
        "the upload may have been cut off: compare its size with the original and send what is missing",
    )
    .by_scope(note.scope, ("2", "3", "023"))
}

fn unsupported(name: &str) -> Told {
    let (code, element) = if name.starts_with("functional group") {
        ("18", 0)
    } else if name.starts_with("837") {
        ("I6", 3)
    } else {
        ("1", 1)
    };
    let message = if element == 0 {
        format!(
            "this 837P transaction set stands in a {}, not in one of GS01 HC and GS08 {}",
            clip(name),
            VERSIONS[0]
        )
    } else {
        // The name is our own wording around ST01 and ST03; only its end can be odd.
        let name: String = name
            .chars()
            .filter(|letter| !letter.is_control())
            .take(100)
            .collect();
        format!(
            "this transaction set is no 837P professional claim of version {}: it is {name}",
            VERSIONS[0]
        )
    };
    let help = if element == 0 {
        format!("write HC into GS01 and {} into GS08 and ST03", VERSIONS[0])
    } else {
        format!(
            "send it to the program meant for it; 837P claims carry 837 in ST01 and {} in ST03",
            VERSIONS[0]
        )
    };
    Told {
        answer: Answer::Set(code),
        ..Told::new(&transaction_set_unsupported::RULE, message, help).at(element)
    }
}

fn outside(envelope: Scope) -> Told {
    let (header, _, trailer) = names(envelope);
    Told::new(
        &segments_outside_envelope::RULE,
        format!(
            "this transaction set stands outside every {} (no {header} before its ST)",
            envelope.name()
        ),
        format!(
            "put an {header} header before the transaction set and an {trailer} trailer behind it"
        ),
    )
}

fn stray(note: &Note, claims: u64) -> Told {
    // The shortest segment is longer than an end-of-file mark and a line end.
    const MARK_BYTES: u32 = 2;
    let rule = &segments_outside_envelope::RULE;
    if claims == 0 && note.len <= MARK_BYTES {
        let help = "take the bytes out; an end-of-file mark of an old program is harmless";
        return Told::new(
            rule,
            "a byte or two that are no segment stand outside every transaction set",
            help,
        )
        .warn();
    }
    let what = match claims {
        0 => "segments, none of them a claim,".to_owned(),
        _ => format!("segments with {} among them", counted(claims, "claim")),
    };
    Told::new(
        rule,
        format!("{what} stand outside every transaction set, where no receiver reads them"),
        "put them back between ST and SE and correct SE01, or take them out",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::survey::Names;

    fn note(scope: Scope, fault: Fault) -> Note {
        Note {
            scope,
            header: 0,
            at: 0,
            len: 40,
            ordinal: 0,
            envelope: Names::default(),
            fault,
        }
    }

    #[test]
    fn every_fault_has_a_rule_and_words() {
        let text = || "0001".to_owned();
        let faults = [
            (Fault::Lead { blank: true }, "ENV001", Severity::Warn),
            (Fault::Lead { blank: false }, "ENV001", Severity::Warn),
            (Fault::Header(IsaFault::Width), "ENV002", Severity::Reject),
            (
                Fault::Header(IsaFault::Delimiters),
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
            (
                Fault::Outside {
                    envelope: Scope::Interchange,
                },
                "ENV008",
                Severity::Reject,
            ),
            (Fault::Unclosed, "ENV003", Severity::Reject),
            (Fault::Unopened, "ENV008", Severity::Warn),
            (
                Fault::ControlNumber {
                    header: text(),
                    trailer: text(),
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
                Fault::Repeated { number: text() },
                "ENV007",
                Severity::Reject,
            ),
            (Fault::Stray { claims: 2 }, "ENV008", Severity::Reject),
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
            (Fault::Oversize, "SYN008", Severity::Reject),
        ];
        for (fault, code, severity) in faults {
            let told = describe(&note(Scope::Set, fault));
            assert_eq!((told.rule.code, told.severity), (code, severity));
            assert!(!told.message.is_empty() && !told.help.is_empty(), "{code}");
            assert!(!told.message.contains("  "), "{}", told.message);
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
        assert_eq!(told.answer, Answer::Set("4"));
    }

    #[test]
    fn an_end_of_file_mark_only_warns() {
        let mark = Note {
            len: 1,
            ..note(Scope::Set, Fault::Stray { claims: 0 })
        };
        assert_eq!(describe(&mark).severity, Severity::Warn);
        let segment = note(Scope::Set, Fault::Stray { claims: 0 });
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
