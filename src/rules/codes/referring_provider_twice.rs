//! COD023: two providers who each referred the patient.

use crate::claim::Claim;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD023.
pub static RULE: Rule = Rule {
    code: "COD023",
    name: "referring-provider-twice",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Warn,
    what: "Of two referring providers of a claim (2310A) one is the referring provider (NM101 DN) and the other the primary care provider (P3).",
    why: "A payer takes one of two referring providers, perhaps not the one meant.",
    remedy: "Make the second one P3, or take it out.",
    fails: Example {
        text: "NM1*DN*1*REFERRER*RAE****XX*1590007419~\nNM1*DN*1*THERAPIST*TAY****XX*1836009252~",
        note: "both referred",
    },
    passes: Example {
        text: "NM1*DN*1*REFERRER*RAE****XX*1590007419~\nNM1*P3*1*THERAPIST*TAY****XX*1836009252~",
        note: "one referred, the other is the primary care provider",
    },
    sources: &["005010X222A1, 2310A NM101"],
    asks_policy: false,
    answer: Acknowledgement::Silent,
    check: Check::ClaimWith(Features::REFERRED_TWICE, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    let providers = claim.parts.providers.iter();
    let referring = providers.filter(|provider| {
        provider.loop_id == "2310A" && claim.text.segment(provider.name).element(1) == b"DN"
    });
    for provider in referring.skip(1) {
        report
            .add(
                "2310A",
                Spot::element(provider.name, 1),
                "a second provider of the claim is named as the referring one",
            )
            .help("make NM101 P3 if this is the primary care provider, or take the loop out");
    }
}
