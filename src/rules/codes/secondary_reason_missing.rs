//! COD017: Medicare as a later payer, without the reason why.

use crate::claim::Claim;
use crate::rules::{Answer, Check, Context, Example, Features, Report, Rule, RuleScope, Spot};
use crate::value::Severity;

/// COD017.
pub static RULE: Rule = Rule {
    code: "COD017",
    name: "secondary-reason-missing",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "Where Medicare is the payer (SBR09 MB) and not the first (SBR01 other than P), SBR05 says why another pays before it, such as 12 for the working aged.",
    why: "Medicare pays after others under a few laws only and returns a claim that does not say which.",
    remedy: "Fill SBR05 with the code of the reason (12, 13, 14, 15, 16, 41, 42, 43 or 47), or make SBR01 P if Medicare pays first.",
    fails: Example {
        text: "SBR*S*18*******MB~",
        note: "Medicare pays second, and nobody says why",
    },
    passes: Example {
        text: "SBR*S*18***12****MB~",
        note: "since the patient, or the spouse, works",
    },
    sources: &["005010X222A1, 2000B SBR05"],
    asks_policy: false,
    answer: Answer::Claim("A6", "578", ""),
    check: Check::ClaimWith(Features::NOT_FIRST, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    let Some(sbr) = claim.subscriber.sbr else {
        return;
    };
    let segment = claim.text.segment(sbr);
    let later = !matches!(segment.element(1), b"" | b"P" | b"U");
    if later && segment.element(9) == b"MB" && segment.element(5).is_empty() {
        report
            .add(
                "2000B",
                Spot::element(sbr, 5),
                "Medicare is not the first payer, and SBR05 does not say why",
            )
            .help("give the reason in SBR05, such as 12 for the working aged, or make SBR01 P");
    }
}
