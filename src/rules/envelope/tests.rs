//! Every fault of an envelope has its rule and its words.

use super::*;
use crate::x12::survey::{Names, Scope};

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
        (
            Fault::Unreviewed {
                rule: "ENV007".to_owned(),
                said: text(),
            },
            "ENV007",
            Severity::Reject,
        ),
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
