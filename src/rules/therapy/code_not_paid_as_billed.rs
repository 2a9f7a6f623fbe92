//! PTT013: a code that the payer's fee schedule does not pay as it is billed.

use crate::claim::{Claim, Line};
use crate::listed::one_of;
use crate::policy::CodeStatus;
use crate::rules::balance::WITH_THE_LINE;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Procedure, Severity};

/// PTT013.
pub static RULE: Rule = Rule {
    code: "PTT013",
    name: "code-not-paid-as-billed",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "The payer's fee schedule pays the procedure code (SV101-2) on the date of service: it is valid with this payer, where another code stands for it if not. It covers it, unless GA, GX, GY or GZ says that the denial is expected. A bundled code, one of restricted coverage, one priced by hand (an unlisted one without a description in SV101-7), and one no longer asked for are warned about.",
    why: "Some codes exist and are still not paid: the payer wants another one, or pays the service within the rest of the visit.",
    remedy: "Bill the code the finding names; take a bundled service off; describe what was done under an unlisted code.",
    fails: Example {
        text: "SV1*HC:97014:GP*25*UN*1***1~",
        note: "Medicare does not take 97014",
    },
    passes: Example {
        text: "SV1*HC:G0283:GP*25*UN*1***1~",
        note: "the code it takes for the same service",
    },
    sources: &[
        "https://www.cms.gov/medicare/payment/fee-schedules/physician",
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "507", ""),
    check: Check::Service(check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(policy), Some(procedure), Some(date), Some(sv1)) =
        (context.policy, line.procedure, line.from(), line.sv1)
    else {
        return;
    };
    let Some(answer) = policy.code_status(procedure, date) else {
        return;
    };
    let status = answer.value.status;
    let unlisted = status == CodeStatus::CarrierPriced && names_no_service(procedure);
    let cap = match status {
        CodeStatus::NotCovered if expects_denial(line) => return,
        CodeStatus::CarrierPriced if unlisted && is_described(claim, sv1) => return,
        CodeStatus::Invalid | CodeStatus::NotCovered => None,
        CodeStatus::Bundled
        | CodeStatus::Restricted
        | CodeStatus::CarrierPriced
        | CodeStatus::NoLongerRequired => Some(Severity::Warn),
    };
    let message = format!(
        "by {} on {date}, {procedure} in SV101-2 is {}{}",
        policy.name(),
        status.as_str(),
        if unlisted {
            ", and SV101-7 does not describe it"
        } else {
            ""
        },
    );
    let instead = answer.value.use_instead;
    let help = match status {
        _ if !instead.is_empty() => format!("bill {} instead", one_of(instead)),
        CodeStatus::Bundled => {
            format!("take the line off {WITH_THE_LINE}: its payment is within the others'")
        }
        CodeStatus::NotCovered => {
            "bill it with GY where a denial is wanted for another payer".to_owned()
        }
        CodeStatus::CarrierPriced if unlisted => "say in SV101-7 what was done".to_owned(),
        CodeStatus::CarrierPriced => "see what the payer asks for to price it".to_owned(),
        CodeStatus::Restricted => "see the payer's coverage rules for this code".to_owned(),
        CodeStatus::NoLongerRequired => "it may be left out".to_owned(),
        CodeStatus::Invalid => "bill the code this payer takes for the service".to_owned(),
    };
    let (spot, capped) = (Spot::component(sv1, 1, 2), answer.capped(cap));
    report
        .add_on_line(context, &capped, line, spot, message)
        .help(help);
}

/// The modifiers that say the provider expects the payer to deny the line.
fn expects_denial(line: &Line) -> bool {
    [b"GA", b"GX", b"GY", b"GZ"]
        .iter()
        .any(|modifier| line.modifiers.has(modifier))
}

/// Whether the code is one of the unlisted ones of therapy (a modality, a procedure, a service
/// of rehabilitation), so that the line must say what was done.
fn names_no_service(code: Procedure) -> bool {
    [*b"97039", *b"97139", *b"97799"].contains(&code.bytes())
}

/// Whether the line says in words what was done.
fn is_described(claim: &Claim<'_>, sv1: u32) -> bool {
    let segment = claim.text.segment(sv1);
    !segment.component(1, 7, claim.text.delimiters).is_empty()
}
