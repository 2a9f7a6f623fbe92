//! TEL192: subscriber and billing provider in different states.

use crate::claim::{Claim, Line};
use crate::codes::geography;
use crate::policy::Program;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// TEL192.
pub static RULE: Rule = Rule {
    code: "TEL192",
    name: "telehealth-states-differ",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Warn,
    what: "On a claim with telehealth lines the subscriber (2010BA N402, or the patient where the subscriber has no address) and the billing provider (2010AA N402) are in different states, and no service facility of the claim is in the subscriber's.",
    why: "A therapist treats where the patient is, and needs a licence or compact privilege there. A state's program may also pay only providers enrolled with it, and another state's policy may govern: of Medicaid that of the payer's state (2010BB N402) is taken where it is one of the two, else that of the subscriber's.",
    remedy: "See that the therapist may practise in the patient's state on the date of service and that the program takes providers from outside; then leave the claim as it is.",
    fails: Example {
        text: "NM1*85*2*EXAMPLE THERAPY*****XX*1234567893~\nN3*100 MAIN ST~\nN4*TULSA*OK*741031234~\nNM1*IL*1*DOE*JANE****MI*EX123~\nN3*7 ELM ST~\nN4*DALLAS*TX*75201~\nSV1*HC:97110:GP:95*60*UN*2*10**1~",
        note: "a practice in OK, a subscriber in TX",
    },
    passes: Example {
        text: "NM1*85*2*EXAMPLE THERAPY*****XX*1234567893~\nN3*100 MAIN ST~\nN4*AUSTIN*TX*787011234~\nNM1*IL*1*DOE*JANE****MI*EX123~\nN3*7 ELM ST~\nN4*DALLAS*TX*75201~\nSV1*HC:97110:GP:95*60*UN*2*10**1~",
        note: "both in TX",
    },
    sources: &[
        "https://telehealth.hhs.gov/licensure",
        "https://ptcompact.org",
    ],
    asks_policy: false,
    answer: Acknowledgement::Silent,
    check: Check::ClaimWith(Features::TELEHEALTH, check),
};

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    if !claim.lines().iter().any(Line::is_telehealth) {
        return;
    }
    let (loop_id, city) = match (
        claim.subscriber.city,
        claim.patient.and_then(|patient| patient.city),
    ) {
        (Some(city), _) => ("2010BA", city),
        (None, Some(city)) => ("2010CA", city),
        (None, None) => return,
    };
    // A state that is none is COD003's.
    let state = |city| {
        claim
            .state(city)
            .filter(|state| geography::is_state(*state))
    };
    let (Some(home), Some(practice)) = (state(Some(city)), state(claim.billing.city)) else {
        return;
    };
    let there = |city: Option<u32>| claim.state(city) == Some(home);
    if home == practice
        || claim
            .parts
            .providers
            .iter()
            .any(|provider| there(provider.city))
    {
        return;
    }
    let message = format!(
        "the address in {loop_id} is in {home} (N402), and the billing provider of the telehealth claim in {practice} (2010AA N402)"
    );
    let governs = match context.policy {
        Some(policy) if policy.program() == Program::Medicaid => format!(
            "that {}, by which the claim was judged, is whose policy governs",
            policy.name()
        ),
        _ => "which state's policy governs".to_owned(),
    };
    report
        .add(loop_id, Spot::element(city, 2), message)
        .help(format!(
            "see that the therapist may practise in {home}, and {governs}"
        ));
}
