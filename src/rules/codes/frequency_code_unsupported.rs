//! COD011: corrected claims without the number of the claim they correct.

use crate::claim::Claim;
use crate::listed::one_of;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD011.
pub static RULE: Rule = Rule {
    code: "COD011",
    name: "frequency-code-unsupported",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "A replacement or void (CLM05-3 7 or 8) carries the payer's number of the claim it is about (REF*F8). An original (1) that carries one, and a frequency code other than 1, 6, 7 and 8, are warned about. Where the payer's policy says which codes it takes, no other is sent.",
    why: "Without the number the payer cannot find the claim to replace: it returns the new one or pays it as a duplicate.",
    remedy: "Copy the payer's claim number from its remittance (835 CLP07) into REF*F8. Send a claim the payer never took in as an original, without it.",
    fails: Example {
        text: "CLM*26463774*60***11:B:7*Y*A*Y*Y~",
        note: "a replacement that does not say of what",
    },
    passes: Example {
        text: "CLM*26463774*60***11:B:7*Y*A*Y*Y~\nREF*F8*20260300012345~",
        note: "a replacement with the payer's claim number",
    },
    sources: &[
        "005010X222A1, 2300 CLM05-3 and REF*F8",
        "NUBC claim frequency codes (code source 235)",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A6", "464", ""),
    check: Check::ClaimWith(Features::NOT_ORIGINAL, check),
};

/// What a 277CA says of CLM05-3 itself.
const FREQUENCY: (&str, &str, &str) = ("A7", "535", "");

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let spot = Spot::component(claim.parts.clm, 5, 3);
    if let ([code], Some(policy)) = (claim.frequency(), context.policy)
        && let Some(answer) = policy.frequency_codes(context.today)
        && !answer.value.contains(code)
    {
        let taken = one_of(answer.value.iter().map(|&code| char::from(code)));
        let message = format!(
            "{} does not take frequency code {} (CLM05-3)",
            policy.name(),
            char::from(*code)
        );
        report
            .add_cited(context, &answer, "2300", spot, message)
            .answered(FREQUENCY)
            .help(format!(
                "it takes {taken}; correct such a claim as the payer asks for it"
            ));
        return;
    }
    match (claim.frequency(), claim.parts.payer_claim_number) {
        (b"" | b"6", _) | (b"1", None) | (b"7" | b"8", Some(_)) => {}
        (b"1", Some(reference)) => {
            report
                .add_as(
                    Severity::Warn,
                    "2300",
                    Spot::element(reference, 2),
                    "an original claim (CLM05-3 1) carries a payer claim number in REF*F8",
                )
                .answered(("A8", "464", ""))
                .help("make CLM05-3 7 when this replaces that claim, or leave REF*F8 out");
        }
        (b"7" | b"8", None) => {
            let what = if claim.frequency() == b"7" {
                "replacement (CLM05-3 7)"
            } else {
                "void (CLM05-3 8)"
            };
            report
                .add("2300", spot, format!("a {what} has no payer claim number (REF*F8)"))
                .help("add REF*F8 with the payer's claim number from its remittance, or make CLM05-3 1 when the payer has no such claim");
        }
        _ => {
            report
                .add_as(
                    Severity::Warn,
                    "2300",
                    spot,
                    "the frequency code in CLM05-3 is not one that professional claims use",
                )
                .answered(FREQUENCY)
                .help(
                    "give 1 for an original, 7 for a replacement, 8 for a void; few payers take 6",
                );
        }
    }
}
