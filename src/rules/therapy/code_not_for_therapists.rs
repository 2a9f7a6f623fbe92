//! PTT014: a communication service that its payer does not let a therapist bill.

use super::{discipline, rendering_discipline};
use crate::claim::{Claim, Line};
use crate::listed::one_of;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::Severity;

/// PTT014.
pub static RULE: Rule = Rule {
    code: "PTT014",
    name: "code-not-for-therapists",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A therapist's line (GP, GO or GN, or a therapist as rendering provider) does not bill a communication-technology service that the payer keeps for other professions on the date of service.",
    why: "E-visits, check-ins and reviews of images have one code for physicians and another for therapists, and they changed in 2021. The payer denies the wrong one.",
    remedy: "Bill the code for therapists, such as G2250 for a review of images and G2251 for a check-in; if a physician furnished the service, name the physician and take the therapy modifier off.",
    fails: Example {
        text: "SV1*HC:G2010:GP*25*UN*1***1~\nDTP*472*D8*20260302~",
        note: "the physicians' code for a review of images",
    },
    passes: Example {
        text: "SV1*HC:G2250:GP*25*UN*1***1~\nDTP*472*D8*20260302~",
        note: "the therapists' code",
    },
    sources: &["https://www.cms.gov/medicare/coding-billing/therapy-services"],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "454", ""),
    check: Check::Service(check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(policy), Some(procedure), Some(date), Some(sv1)) =
        (context.policy, line.procedure, line.from(), line.sv1)
    else {
        return;
    };
    let Some(answer) = policy
        .communication(procedure, date)
        .filter(|answer| answer.value.therapist_may_bill == Some(false))
    else {
        return;
    };
    if discipline(line)
        .or_else(|| rendering_discipline(claim, line))
        .is_none()
    {
        return;
    }
    let message = format!(
        "{procedure} in SV101-2 ({}) is not a therapist's to bill with {} on {date}",
        answer.value.kind.as_str(),
        policy.name()
    );
    let spot = Spot::component(sv1, 1, 2);
    report
        .add_on_line(context, &answer, line, spot, message)
        .help(format!(
            "{}, or name the profession that furnished it",
            match policy.therapists_may_bill(answer.value.kind, date) {
                codes if codes.is_empty() =>
                    "bill the code this payer takes from therapists".to_owned(),
                codes => format!(
                    "bill what this payer takes from therapists: {}",
                    one_of(codes)
                ),
            }
        ));
}
