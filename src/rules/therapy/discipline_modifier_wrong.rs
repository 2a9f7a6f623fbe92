//! PTT001: the discipline modifier of a therapy code.

use super::{is_discipline, rendering_discipline};
use crate::claim::{Claim, Line};
use crate::listed::one_of;
use crate::policy::{Answer, ClaimRule, Policy, Therapy, TherapyClass};
use crate::rules::finding::FixSafety;
use crate::rules::spots::{NO_ROOM, free_modifier_component, modifier_component, modifier_place};
use crate::rules::{Acknowledgement, Check, Context, Example, Fix, Report, Rule, RuleScope, Spot};
use crate::value::{Date, Modifier, Severity};

/// PTT001.
pub static RULE: Rule = Rule {
    code: "PTT001",
    name: "discipline-modifier-wrong",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A code that is always therapy carries exactly one of GP (physical), GO (occupational) and GN (speech), one the code takes, and the one that fits who rendered it; under the taxonomy of an occupational or speech therapist one that does not fit is only warned about. A code that is therapy only in a therapist's hands is held to it when a physical therapist rendered it.",
    why: "The modifier says under which plan of care the service was furnished. Medicare returns an always-therapy line without it, counts it towards the wrong yearly threshold with the wrong one, and cannot read it with two.",
    remedy: "Put the modifier of the discipline on the line, and only that one.",
    fails: Example {
        text: "SV1*HC:97110*60*UN*2***1~",
        note: "97110 is always therapy, and no discipline is named",
    },
    passes: Example {
        text: "SV1*HC:97110:GP*60*UN*2***1~",
        note: "under a physical therapy plan of care",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
        "https://www.cms.gov/medicare/coding-billing/therapy-services/annual-therapy-update",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "453", ""),
    check: Check::Service(check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(policy), Some(procedure), Some(date), Some(sv1)) =
        (context.policy, line.procedure, line.from(), line.sv1)
    else {
        return;
    };
    let Some(found) = found(claim, line, policy, date) else {
        return;
    };
    let Found {
        fault,
        any_of,
        right,
        answer,
    } = found;
    let part = |at| Spot::component(sv1, 1, at);
    let (spot, said) = match fault {
        Fault::Missing { free } => (
            modifier_place(sv1, free),
            match any_of {
                [only] => {
                    format!("{procedure} is a therapy code and does not carry {only} on {date}")
                }
                _ => format!(
                    "{procedure} is a therapy code and carries none of {} on {date}",
                    one_of(any_of)
                ),
            },
        ),
        Fault::Several { one, other, at } => (
            part(at),
            format!("{procedure} carries both {one} and {other}; a line belongs to one discipline"),
        ),
        Fault::NotTaken { one, at } => (
            part(at),
            format!(
                "{procedure} takes {}, and SV101-{at} is {one} on {date}",
                one_of(any_of)
            ),
        ),
        Fault::AnothersThan { right, one, at } => (
            part(at),
            format!("SV101-{at} is {one}, but the taxonomy of who rendered the line fits {right}"),
        ),
    };
    let wanted = right.map_or_else(|| one_of(any_of), |modifier| modifier.to_string());
    let advice = match fault {
        Fault::Missing { free: None } => format!("{NO_ROOM} for {wanted}"),
        _ => format!("put {wanted} on the line, and no other discipline"),
    };
    let finding = report
        .add_on_line(context, &answer, line, spot, said)
        .help(format!("{advice} ({})", policy.name()));
    if let Some(modifier) = fault.mended_by(any_of, right) {
        finding.fix(replacement(modifier));
    }
}

/// A line whose discipline modifiers are wrong.
pub(in crate::rules) struct Found<'p> {
    fault: Fault,
    /// Those of which the code takes one.
    pub(in crate::rules) any_of: &'p [Modifier],
    /// The one that fits who rendered the line, if the code takes it.
    right: Option<Modifier>,
    /// What the finding rests on.
    pub(in crate::rules) answer: Answer<()>,
}

/// What is wrong with the discipline modifiers of the line, and by which fact; `None` also where
/// the claim does not show whether it is therapy.
pub(in crate::rules) fn found<'p>(
    claim: &Claim<'_>,
    line: &Line,
    policy: &'p Policy,
    date: Date,
) -> Option<Found<'p>> {
    let therapy = policy.therapy(line.procedure?, date)?;
    let Therapy {
        class,
        any_of,
        pt_modifier,
    } = therapy.value;
    let rendering = rendering_discipline(claim, line);
    let by_pt = rendering.is_some_and(|modifier| modifier.bytes() == *b"GP");
    // Whether such a code is therapy in other hands the claim does not show.
    if class == TherapyClass::Sometimes && !by_pt {
        return None;
    }
    // What a physical therapist puts on this code the payer may state itself.
    let fitting = pt_modifier.filter(|_| by_pt).or(rendering);
    let right = fitting.filter(|modifier| any_of.contains(modifier));
    let fault = fault(claim, line, any_of, right)?;
    let mut answer = therapy.map(|_| ());
    let stated = match fault {
        Fault::Missing { .. } => {
            (by_pt && class == TherapyClass::Always).then_some(ClaimRule::TherapistRendersUnderGp)
        }
        Fault::Several { .. } => Some(ClaimRule::OneDisciplinePerLine),
        Fault::NotTaken { .. } => None,
        Fault::AnothersThan { .. } => {
            // A payer knows a therapist by NPI and enrolment: what the taxonomy says of an
            // occupational or speech therapist is a hint, and policies speak for
            // physical therapists only.
            answer = answer.capped((!by_pt).then_some(Severity::Warn));
            None
        }
    };
    // Where the policy states the sentence itself, that is cited.
    if let Some(stated) = stated.and_then(|rule| policy.claim_rule(rule, date)) {
        answer = stated.resting_on(&answer);
    }
    Some(Found {
        fault,
        any_of,
        right,
        answer,
    })
}

/// What is wrong with the discipline modifiers of a line; `at` is a component of SV101.
#[derive(Clone, Copy)]
enum Fault {
    /// There is none. One could stand in the component `free`, if any is.
    Missing { free: Option<u8> },
    /// There are two.
    Several {
        one: Modifier,
        other: Modifier,
        at: u8,
    },
    /// The code does not take the one that is there.
    NotTaken { one: Modifier, at: u8 },
    /// The code takes it, but it is not that of who rendered the line.
    AnothersThan {
        right: Modifier,
        one: Modifier,
        at: u8,
    },
}

/// The fault of a line whose code takes `any_of`; `right` is the one that fits who rendered it.
fn fault(
    claim: &Claim<'_>,
    line: &Line,
    any_of: &[Modifier],
    right: Option<Modifier>,
) -> Option<Fault> {
    let sv1 = line.sv1?;
    let at = |modifier| modifier_component(claim, sv1, modifier);
    let mut found = line
        .modifiers
        .iter()
        .filter(|modifier| is_discipline(*modifier));
    let Some(one) = found.next() else {
        let free = free_modifier_component(claim, sv1);
        return Some(Fault::Missing { free });
    };
    // The same one twice is COD006's.
    if let Some(other) = found.find(|modifier| *modifier != one) {
        let at = at(other);
        return Some(Fault::Several { one, other, at });
    }
    if !any_of.contains(&one) {
        return Some(Fault::NotTaken { one, at: at(one) });
    }
    let right = right.filter(|right| *right != one)?;
    let at = at(one);
    Some(Fault::AnothersThan { right, one, at })
}

impl Fault {
    /// The modifier that mends it when it takes the place the finding shows, where one alone
    /// can.
    fn mended_by(self, any_of: &[Modifier], right: Option<Modifier>) -> Option<Modifier> {
        match self {
            Fault::Missing { free } => {
                free?;
                right.or(match any_of {
                    [only] => Some(*only),
                    _ => None,
                })
            }
            Fault::AnothersThan { right, .. } => Some(right),
            Fault::Several { .. } | Fault::NotTaken { .. } => None,
        }
    }
}

fn replacement(modifier: Modifier) -> Fix {
    Fix {
        safety: FixSafety::Unsafe,
        title: format!("bill modifier {modifier}"),
        replacement: modifier.to_string(),
    }
}
