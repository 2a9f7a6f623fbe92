//! TEL115: ambulance transport on a claim that is wholly telehealth.

use crate::claim::{Claim, Line};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// TEL115.
pub static RULE: Rule = Rule {
    code: "TEL115",
    name: "transport-on-telehealth-claim",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Warn,
    what: "A claim whose every line is telehealth carries ambulance data: CR1, or a pick-up or drop-off place (loops 2310E and 2310F).",
    why: "Nobody is driven to a visit at a distance. The data belongs to another claim, or the visit was in person.",
    remedy: "Take the ambulance segments off the claim, or correct place of service and modifiers if the patient was brought in.",
    fails: Example {
        text: "CLM*26463774*60***10:B:1*Y*A*Y*Y~\nCR1*LB*140**A*DH*12~\nLX*1~\nSV1*HC:97110:GP:95*60*UN*2***1~",
        note: "an ambulance trip and a visit at the patient's home by video",
    },
    passes: Example {
        text: "CLM*26463774*60***10:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP:95*60*UN*2***1~",
        note: "the visit alone",
    },
    sources: &["005010X222A1, loops 2300 (CR1), 2310E and 2310F"],
    asks_policy: false,
    answer: Acknowledgement::Silent,
    check: Check::ClaimWith(Features::AMBULANCE, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    let stop = claim
        .parts
        .providers
        .iter()
        .find(|provider| matches!(provider.loop_id, "2310E" | "2310F"));
    let (loop_id, segment, name) = match (claim.parts.ambulance, stop) {
        (Some(segment), _) => ("2300", segment, "ambulance transport (CR1)"),
        (None, Some(provider)) => (
            provider.loop_id,
            provider.name,
            "an ambulance pick-up or drop-off place",
        ),
        (None, None) => return,
    };
    if claim.lines().is_empty() || !claim.lines().iter().all(Line::is_telehealth) {
        return;
    }
    let message = format!("the claim carries {name}, but every service line is by telehealth");
    report
        .add(loop_id, Spot::segment(segment), message)
        .help("take the ambulance data off, or correct place of service and modifiers if the visit was in person");
}
