//! TEL191: a telehealth claim whose payer's policy could not be told.

use crate::claim::{Claim, Line};
use crate::codes::geography;
use crate::policy;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// TEL191.
pub static RULE: Rule = Rule {
    code: "TEL191",
    name: "payer-policy-not-told",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Warn,
    what: "A claim has telehealth lines, and neither the payer's identifier (2010BB NM109) nor its program (SBR09) and state tell which policy governs them.",
    why: "No telehealth rule of the payer could be asked. The claim is neither rejected on a guess nor passed in silence; it counts as unchecked.",
    remedy: "Name the policy of the payer once in `telescrub.toml`, under `[payers.\"ID\"]`.",
    fails: Example {
        text: "SBR*P*18*******CI~\nNM1*PR*2*EXAMPLE HEALTH*****PI*EX001~\nSV1*HC:97110:GP:95*60*UN*2*10**1~",
        note: "nobody said which policy governs EX001",
    },
    passes: Example {
        text: "SBR*P*18*******MB~\nNM1*PR*2*MEDICARE PART B*****PI*01112~\nSV1*HC:97110:GP:95*60*UN*2*10**1~",
        note: "SBR09 MB names the program, which has one policy",
    },
    sources: &[
        "005010X222A1, SBR09 and loop 2010BB",
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
    ],
    asks_policy: false,
    answer: Acknowledgement::Silent,
    check: Check::ClaimWith(Features::TELEHEALTH, check),
};

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    if context.policy.is_some() || !claim.lines().iter().any(Line::is_telehealth) {
        return;
    }
    let id = claim.payer_id();
    let (loop_id, spot) = match claim.subscriber.payer {
        Some(payer) if !id.is_empty() => ("2010BB", Spot::element(payer, 9)),
        Some(payer) => ("2010BB", Spot::segment(payer)),
        None => ("2300", Spot::segment(claim.parts.clm)),
    };
    if id.is_empty() {
        report
            .add(
                loop_id,
                spot,
                "the telehealth policy of the payer could not be told: 2010BB NM109 is empty",
            )
            .help("give the payer's identifier in 2010BB NM109, and its policy in telescrub.toml")
            .unchecked();
        return;
    }
    let id = String::from_utf8_lossy(id);
    let message = format!("the telehealth policy of payer {id} (2010BB NM109) could not be told");
    let help = match proposal(claim) {
        Some(key) => format!(
            "say it in telescrub.toml, in two lines: `[payers.\"{id}\"]` and `policy = \"{key}\"`"
        ),
        None => format!(
            "write a policy file for the payer, with `payer_ids = [\"{id}\"]`, and give its folder to `--policy` (README, A payer of your own)"
        ),
    };
    report.add(loop_id, spot, message).help(help).unchecked();
}

/// The built-in policy that this claim would have, for the user to correct; of commercial
/// payers there is none.
fn proposal(claim: &Claim<'_>) -> Option<String> {
    match claim.filing_indicator() {
        b"MA" | b"MB" => Some("medicare".to_owned()),
        b"MC" => {
            let state = |city| {
                let state = claim.state(city);
                state.filter(|state| geography::is_state(*state))
            };
            state(claim.subscriber.city)
                .or_else(|| state(claim.billing.city))
                .map(|state| format!("medicaid/{state}"))
                .filter(|key| policy::is_builtin(key))
        }
        _ => None,
    }
}
