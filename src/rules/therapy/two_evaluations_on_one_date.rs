//! PTT006: two evaluations, or an evaluation and a re-evaluation, on one date.

use crate::claim::{Claim, Line};
use crate::policy::{Answer, ClaimRule, Policy};
use crate::rules::balance::WITH_THE_LINE;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Date, Procedure, Severity};

/// PTT006.
pub static RULE: Rule = Rule {
    code: "PTT006",
    name: "two-evaluations-on-one-date",
    snip: 6,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "A claim bills one physical therapy evaluation (97161, 97162, 97163) or one re-evaluation (97164) for a date of service, not two different ones. On days on which no pair edit keeps an evaluation and a re-evaluation apart, the two together are only warned about.",
    why: "An evaluation has one complexity, and a patient just evaluated is not evaluated again. The payer pays one of the two, and no modifier makes it pay both.",
    remedy: "Keep the evaluation the record supports, and take the other line off.",
    fails: Example {
        text: "LX*1~\nSV1*HC:97161:GP*90*UN*1***1~\nDTP*472*D8*20260302~\nLX*2~\nSV1*HC:97162:GP*100*UN*1***1~\nDTP*472*D8*20260302~",
        note: "one patient, one day, two complexities",
    },
    passes: Example {
        text: "LX*1~\nSV1*HC:97162:GP*100*UN*1***1~\nDTP*472*D8*20260302~",
        note: "the evaluation that was done",
    },
    sources: &["https://www.cms.gov/medicare/coding-billing/ncci-medicare"],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "454", ""),
    check: Check::ClaimWith(Features::EVALUATION, check),
};

/// One of the physical therapy evaluations.
pub(in crate::rules) fn is_evaluation(line: &Line) -> bool {
    line.procedure
        .is_some_and(|code| matches!(&code.bytes(), b"97161" | b"97162" | b"97163" | b"97164"))
}

fn is_reevaluation(procedure: Procedure) -> bool {
    procedure.bytes() == *b"97164"
}

/// That the payer pays one of these two evaluations on one date.
pub(super) fn one_a_day(
    policy: &Policy,
    [one, other]: [Procedure; 2],
    date: Date,
) -> Option<Answer<()>> {
    let answer = policy.claim_rule(ClaimRule::OneEvaluationPerDay, date)?;
    // Which of the evaluations it was is one question; that none goes with a
    // re-evaluation is the pair edit's word.
    let again = is_reevaluation(one) || is_reevaluation(other);
    let apart = !again || policy.ncci_pair(one, other, date).is_some();
    Some(answer.capped((!apart).then_some(Severity::Warn)))
}

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(policy) = context.policy else { return };
    for (at, line) in claim.lines().iter().enumerate() {
        if !is_evaluation(line) {
            continue;
        }
        let (Some(procedure), Some(date), Some(sv1)) = (line.procedure, line.from(), line.sv1)
        else {
            continue;
        };
        // The same code twice is a matter of its units.
        let other = claim.lines().iter().take(at).find(|other| {
            is_evaluation(other) && other.procedure != line.procedure && other.from() == Some(date)
        });
        let Some((number, first)) = other.and_then(|other| Some((other.number, other.procedure?)))
        else {
            continue;
        };
        let Some(answer) = one_a_day(policy, [first, procedure], date) else {
            continue;
        };
        let message = format!(
            "{procedure} in SV101-2, but line {number} bills {first} on the same date ({date})"
        );
        report
            .add_on_line(context, &answer, line, Spot::component(sv1, 1, 2), message)
            .help(format!(
                "bill the one evaluation the record supports: take the other line off {WITH_THE_LINE} ({})",
                policy.name()
            ));
    }
}
