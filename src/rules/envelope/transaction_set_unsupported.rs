//! ENV006: not an 837P of the version in force.

use super::fault::{EnvelopeFault, clip};
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::survey::{
    GROUP_NOT_OF_CLAIMS, GROUP_VERSION, LINE_END_INSIDE_837, Scope, UNENDED_837, VERSIONS,
};

/// ENV006.
pub static RULE: Rule = Rule {
    code: "ENV006",
    name: "transaction-set-unsupported",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Reject,
    what: "Claims come as 837P: GS01 HC, ST01 837, and 005010X222A1 in GS08 and ST03. Another transaction set or version is rejected and named; the editions 005010X222 and 005010X222A2 of the same guide are read as the current one, with a warning.",
    why: "Institutional and dental claims, remittances and eligibility answers have other loops, and other rules apply to them. Release 4010 has not been accepted since 2012.",
    remedy: "Send other transaction sets to the program that is meant for them. For an older version, set the practice system to 005010X222A1.",
    fails: Example {
        text: "GS*HC*CLINIC01*PAYER01*20260305*0900*11*X*005010X223A2~\nST*837*0001*005010X223A2~",
        note: "institutional claims (837I)",
    },
    passes: Example {
        text: "GS*HC*CLINIC01*PAYER01*20260305*0900*11*X*005010X222A1~\nST*837*0001*005010X222A1~",
        note: "professional claims (837P)",
    },
    sources: &[
        "005010X222A1, transaction set header and control segments",
        "45 CFR 162.1102",
    ],
    asks_policy: false,
    answer: Acknowledgement::Set("I6"),
    check: Check::Envelope,
};

/// It is this instead.
pub(in crate::rules) fn tell(name: &str) -> EnvelopeFault {
    if name == UNENDED_837 {
        return EnvelopeFault {
            answer: Acknowledgement::Set("I6"),
            ..EnvelopeFault::new(
                &RULE,
                "the segment terminator of this ST is missing: the next segment has run into ST03",
                "put the terminator at the end of the ST segment, right behind ST03",
            )
        }
        .at(3);
    }
    if name == LINE_END_INSIDE_837 {
        return EnvelopeFault {
            answer: Acknowledgement::Set("I6"),
            ..EnvelopeFault::new(
                &RULE,
                "a line ends before the segment terminator of this ST, so that the line end belongs to ST03",
                "put the line ends behind the segment terminators, or leave them out",
            )
        }
        .at(3);
    }
    let (answer, element) = if name.starts_with(GROUP_VERSION) {
        (Acknowledgement::Group("2"), 0)
    } else if name == GROUP_NOT_OF_CLAIMS {
        (Acknowledgement::Group("1"), 0)
    } else if name.starts_with("functional group") {
        (Acknowledgement::Set("18"), 0)
    } else if name.starts_with("837") {
        (Acknowledgement::Set("I6"), 3)
    } else {
        (Acknowledgement::Set("1"), 1)
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
    EnvelopeFault {
        answer,
        ..EnvelopeFault::new(&RULE, message, help).at(element)
    }
}

/// ST03 is empty, and the functional group names the guide.
pub(in crate::rules) fn tell_no_edition() -> EnvelopeFault {
    EnvelopeFault {
        answer: Acknowledgement::Set("I6"),
        ..EnvelopeFault::new(
            &RULE,
            "ST03 is empty, which the guide requires; the transaction set was read as GS08 says",
            format!("write {} into ST03", VERSIONS[0]),
        )
    }
    .at(3)
    .warn()
}

/// The envelope names another edition of the guide.
pub(in crate::rules) fn tell_edition(scope: Scope, version: &str) -> EnvelopeFault {
    let envelope = scope.name();
    EnvelopeFault {
            answer: if scope == Scope::Group { Acknowledgement::Group("2") } else { Acknowledgement::Set("I6") },
            ..EnvelopeFault::new(
                &RULE,
                format!(
                    "the {envelope} names edition {} of the 837P guide; it was read as {}, the edition in force",
                    clip(version),
                    VERSIONS[0]
                ),
                format!("set the practice system to version {} in GS08 and ST03", VERSIONS[0]),
            )
        }
        .at(if scope == Scope::Group { 8 } else { 3 })
        .warn()
}
