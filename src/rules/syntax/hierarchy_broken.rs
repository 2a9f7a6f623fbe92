//! SYN013: levels that do not count or nest right.

use super::described::Described;
use crate::claim::validate::At;
use crate::rules::{Acknowledgement, Check, Example, Finding, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::survey::HierarchyFault;

/// SYN013.
pub static RULE: Rule = Rule {
    code: "SYN013",
    name: "hierarchy-broken",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "In each transaction set HL01 counts from 1 by 1, HL02 names the level above that is open (none for a billing provider), HL03 is 20, 22 or 23 in this order, and HL04 says 1 exactly when levels follow below. A claim behind the segments of a level whose HL is missing belongs to no level that is known; behind a billing provider's level that is out of its place, or has no HL of its own, no claim does up to the next HL 20 that is sound.",
    why: "The hierarchy says whose claim it is. When HL02 points to the wrong level, a claim is paid to another provider or charged to another member.",
    remedy: "Let the practice system write the levels anew, or number HL01 through and point each HL02 at the HL01 of the level above. No fix does it, since a machine cannot tell whose the claims are.",
    fails: Example {
        text: "HL*1**20*1~\nHL*3*1*22*0~",
        note: "2 is left out",
    },
    passes: Example {
        text: "HL*1**20*1~\nHL*2*1*22*0~",
        note: "counted by one",
    },
    sources: &[
        "ASC X12 005010, HL segment",
        "005010X222A1, implementation guide: hierarchical levels",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("7"),
    check: Check::Structure,
};

/// Puts a fault that the survey saw in an HL segment under its rule and into words.
#[must_use]
pub fn describe_hierarchy(fault: HierarchyFault) -> Described {
    let (element, number, message, help) = match fault {
        HierarchyFault::Number => (
            1,
            628,
            "HL01 does not follow on the HL01 before it: levels count from 1 by 1 in each transaction set",
            "number the HL segments of the transaction set through from 1, and point each HL02 at its parent's number",
        ),
        HierarchyFault::Parent => (
            2,
            734,
            "HL02 does not name the level above that is open: a subscriber's is its billing provider's HL01, a \
             patient's its subscriber's, and a billing provider has none",
            "write the HL01 of the level above into HL02; leave it empty at HL03 20",
        ),
        HierarchyFault::Level => (
            3,
            735,
            "HL03 is none of 20, 22 and 23, or such a level can't stand where HL02 puts it",
            "put a billing provider (20) before its subscribers (22), and a subscriber before its patients (23)",
        ),
        HierarchyFault::Child | HierarchyFault::Childless => (
            4,
            736,
            "HL04 does not tell the truth about the levels below: it is 1 when some follow, 0 when none does",
            "make HL04 1 or 0 as the levels below say, or add the level that is missing",
        ),
    };
    Described::new(
        &RULE,
        Acknowledgement::Element("7"),
        At {
            element,
            component: 0,
        },
        message,
        help,
    )
    .data_element(number)
}

/// Says of a billing provider's level that it names a level above.
#[must_use]
pub fn describe_provider_below() -> Described {
    Described::new(
        &RULE,
        Acknowledgement::Element("7"),
        At {
            element: 2,
            component: 0,
        },
        "HL02 names a level above, but HL03 says 20: a billing provider stands under no other level",
        "leave HL02 empty if this is a billing provider; write 22 or 23 into HL03 if it is a subscriber or a patient",
    )
    .data_element(734)
}

/// Says of a claim that it can't be told under which billing provider it stands.
#[must_use]
pub fn describe_provider_lost() -> Described {
    Described::new(
        &RULE,
        Acknowledgement::Claim("A3", "481", ""),
        At::default(),
        "a billing provider's level before this claim is out of its place or has lost its HL, so that it can't be \
         told whose claim it is",
        "give that billing provider an HL with an empty HL02 and HL03 20, and point its subscribers' HL02 at it",
    )
}

/// Says of what was found in a claim from the segment `first` on, where a level's own segments
/// stand behind its last line, that it may come of an HL that is missing: to move or
/// to fill up these segments would make them part of the claim.
pub fn lay_to_missing_level(first: u32, findings: &mut [Finding]) {
    let mut is_first = true;
    for finding in findings {
        if finding.spot.segment < first {
            continue;
        }
        finding.help = if std::mem::take(&mut is_first) {
            format!(
                "the HL that starts a level may be missing before it: if so, put the HL back and leave what follows \
                 as it is; if not, {}",
                finding.help
            )
        } else {
            "see above: an HL may be missing".to_owned()
        };
    }
}

/// Says of a claim that the level it belongs to has lost its HL.
#[must_use]
pub fn describe_level_missing() -> Described {
    Described::new(
        &RULE,
        Acknowledgement::Segment("3"),
        At::default(),
        "segments of a billing provider, subscriber or patient stand before this claim without the HL that \
         starts their level, so that it can't be told whose claim it is",
        "put the HL back that starts the level",
    )
    .missing(Some("HL"))
}
