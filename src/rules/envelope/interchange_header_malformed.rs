//! ENV002: an ISA of the wrong width or with unusable separators.

use super::fault::{EnvelopeFault, names};
use crate::rules::syntax::printed;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::IsaFault;
use crate::x12::survey::Scope;

/// ENV002.
pub static RULE: Rule = Rule {
    code: "ENV002",
    name: "interchange-header-malformed",
    snip: 1,
    scope: RuleScope::Interchange,
    severity: Severity::Reject,
    what: "The ISA segment is 106 bytes long with sixteen elements of fixed width, and the four separators it declares (byte 4, ISA11, ISA16 and byte 106) differ from each other and are no letters, digits or blanks. U in ISA11, as before version 5010, only warns, and so does a value that the guide does not have for its element (a date that is none, a control number without nine digits, an unknown qualifier), in ISA and GS; an ST02 that is not four to nine characters long warns too. A header without a control number (ISA13, GS06, ST02), or with one of blanks alone, rejects what it opens. The claims behind a damaged header are found all the same, by what separates them, and rejected.",
    why: "Receivers find the separators at fixed bytes of the header. One missing blank shifts them, and nothing behind the header can be read for sure; the interchange comes back with a TA1 rejection.",
    remedy: "Pad every ISA element with blanks to its width (ISA06 and ISA08 have 15), and choose separators that never occur in values, such as * : ^ ~.",
    fails: Example {
        text: "ISA*00**00**ZZ*CLINIC01*ZZ*PAYER01*260305*0900*^*00501*000000101*0*P*:~",
        note: "the elements are not padded to their widths",
    },
    passes: Example {
        text: "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260305*0900*^*00501*000000101*0*P*:~",
        note: "106 bytes, each element padded",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Acknowledgement::Ta1("022"),
    check: Check::Envelope,
};

/// The ISA is not as it should be.
pub(in crate::rules) fn tell(fault: IsaFault) -> EnvelopeFault {
    match fault {
        IsaFault::Width => EnvelopeFault::new(
            &RULE,
            "the ISA segment of this interchange is not 106 bytes of fixed width; receivers find the separators by \
             their byte positions",
            "pad each ISA element with blanks to its fixed width (ISA06 and ISA08 to 15 characters)",
        ),
        IsaFault::Terminator(byte) => {
            let terminator = printed(byte);
            let told = EnvelopeFault::new(
                &RULE,
                format!(
                    "the ISA segment does not end, at byte 106, with {terminator}, the segment terminator that ends \
                     the segments behind it"
                ),
                format!(
                    "put {terminator} at the end of the ISA segment, right behind ISA16; what stands behind it is read \
                     as it should be then"
                ),
            );
            EnvelopeFault {
                answer: Acknowledgement::Ta1("004"),
                ..told
            }
        }
        IsaFault::Unreadable => EnvelopeFault::new(
            &RULE,
            "the ISA segment of this interchange cannot be read; what follows was read with the separators of the \
             interchange before it",
            "export the interchange again, with an ISA of 106 bytes",
        ),
        IsaFault::Repetition => EnvelopeFault {
            answer: Acknowledgement::Ta1("016"),
            ..EnvelopeFault::new(
                &RULE,
                "ISA11 is U, as before version 5010, and no repetition separator",
                "declare a repetition separator in ISA11, such as ^",
            )
        }
        .at(11)
        .warn(),
        IsaFault::Delimiters(position) => {
            let (what, note) = match position {
                11 => ("repetition separator, ISA11,", "016"),
                _ => ("component separator, ISA16,", "027"),
            };
            let told = EnvelopeFault::new(
                &RULE,
                format!(
                    "the {what} is the same character as another separator of the ISA segment, or a letter, a digit \
                     or a blank"
                ),
                "declare four different separators that never occur in values, such as * (byte 4), ^ (ISA11), : (ISA16) \
                 and ~ (the terminator)",
            );
            EnvelopeFault {
                answer: Acknowledgement::Ta1(note),
                ..told
            }
            .at(position)
        }
    }
}

/// An element of the header of this scope, by position, holds no value that the guide has for
/// it.
pub(in crate::rules) fn tell_value(scope: Scope, position: u8) -> EnvelopeFault {
    match scope {
        Scope::Group => tell_group_value(position),
        Scope::Set => EnvelopeFault {
            answer: Acknowledgement::Set("7"),
            ..EnvelopeFault::new(
                &RULE,
                "ST02 has fewer than four or more than nine characters, or blanks among them; receivers may refuse the transaction set",
                "write a number of four to nine characters into ST02 and SE02, such as 0001",
            )
        }
        .at(position)
        .warn(),
        Scope::Interchange | Scope::Input => tell_interchange_value(position),
    }
}

/// The header of this scope has nothing but blanks at the place of its control number.
pub(in crate::rules) fn tell_no_number(scope: Scope, position: u8) -> EnvelopeFault {
    let (_, number, trailer) = names(scope);
    let (answer, form) = match scope {
        Scope::Set => (Acknowledgement::Set("7"), "four to nine characters"),
        Scope::Group => (Acknowledgement::Group("6"), "up to nine digits"),
        Scope::Interchange | Scope::Input => (Acknowledgement::Ta1("018"), "nine digits"),
    };
    let told = EnvelopeFault::new(
        &RULE,
        format!(
            "{number} is empty: receivers refuse the {}, which nobody can answer without its control number",
            scope.name()
        ),
        format!("write a number of {form} into {number}, and the same into {trailer}02"),
    );
    EnvelopeFault { answer, ..told }
        .right_in_rejects("look whether anything else is missing")
        .at(position)
}

fn tell_group_value(position: u8) -> EnvelopeFault {
    let (answer, wanted) = match position {
        2 => (
            Acknowledgement::Silent,
            "the sender's code, two to fifteen characters",
        ),
        3 => (
            Acknowledgement::Silent,
            "the receiver's code, two to fifteen characters",
        ),
        4 => (Acknowledgement::Silent, "the day as CCYYMMDD"),
        5 => (Acknowledgement::Silent, "the time as HHMM or HHMMSS"),
        6 => (
            Acknowledgement::Group("6"),
            "up to nine digits, and the same into GE02",
        ),
        _ => (Acknowledgement::Silent, "X"),
    };
    EnvelopeFault {
        answer,
        ..EnvelopeFault::new(
            &RULE,
            format!("GS{position:02} holds no value that the guide has for it; receivers may refuse the functional group"),
            format!("write into it {wanted}"),
        )
    }
    .at(position)
    .warn()
}

fn tell_interchange_value(position: u8) -> EnvelopeFault {
    let (note, wanted) = match position {
        1 => ("010", "00 or 03"),
        3 => ("012", "00 or 01"),
        5 => (
            "005",
            "the kind of the sender's id: ZZ, 30, 01, 14, 20, 27, 28, 29 or 33",
        ),
        6 => ("006", "the sender's id"),
        7 => (
            "007",
            "the kind of the receiver's id: ZZ, 30, 01, 14, 20, 27, 28, 29 or 33",
        ),
        8 => ("008", "the receiver's id"),
        9 => ("014", "the day as YYMMDD"),
        10 => ("015", "the time as HHMM, up to 2359"),
        12 => ("003", "00501"),
        13 => ("018", "nine digits"),
        14 => ("019", "0, or 1 to ask for a TA1"),
        _ => ("020", "P for production, or T for test"),
    };
    EnvelopeFault {
        answer: Acknowledgement::Ta1(note),
        ..EnvelopeFault::new(
            &RULE,
            format!("ISA{position:02} holds no value that the guide has for it; receivers may refuse the interchange"),
            format!("write into it {wanted}"),
        )
    }
    .at(position)
    .warn()
}
