//! PTT007: a therapy claim that does not name who certified the plan of care.

use super::is_therapy;
use crate::claim::{Claim, Line, Provider};
use crate::policy::{Policy, RenderingStanding};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Date, Severity};

/// PTT007.
pub static RULE: Rule = Rule {
    code: "PTT007",
    name: "certifier-missing",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "A Medicare therapy claim names the physician or practitioner who certified the plan of care as the referring provider of the claim (2310A, NM101 DN), and that is not the therapist himself. One named only on the service lines (2420F) is warned about. That he has an NPI is COD002's matter.",
    why: "Medicare pays for therapy under a certified plan of care only, and finds the certifier by this NPI: without it the claim is returned.",
    remedy: "Add loop 2310A with NM1*DN, the certifier's name and his NPI.",
    fails: Example {
        text: "CLM*26463774*60***11:B:1*Y*A*Y*Y~\nHI*ABK:M25561~\nNM1*82*1*THERAPIST*TAY****XX*1836009252~",
        note: "a rendering provider, and nobody who certified",
    },
    passes: Example {
        text: "CLM*26463774*60***11:B:1*Y*A*Y*Y~\nHI*ABK:M25561~\nNM1*DN*1*REFERRER*RAE****XX*1590007419~\nNM1*82*1*THERAPIST*TAY****XX*1836009252~",
        note: "the certifier as the referring provider",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
        "005010X222A1, 2310A",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A6", "562", "DN"),
    check: Check::ClaimWith(Features::UNCERTIFIED.or(Features::ODD_CERTIFIER), check),
};

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(policy) = context.policy else { return };
    let Some(date) = claim.lines().iter().find_map(Line::from) else {
        return;
    };
    let Some(answer) = policy.certifying_provider(date) else {
        return;
    };
    let qualifier = answer.value.qualifier;
    let refers = |id: &str, provider: &Provider| {
        let name = claim.text.segment(provider.name);
        provider.loop_id == id && name.element(1) == qualifier.as_bytes()
    };
    let help = format!(
        "name who certified the plan of care in loop 2310A, NM1*{qualifier} with his NPI ({})",
        policy.name()
    );
    let mut providers = claim.parts.providers.iter();
    if let Some(certifier) = providers.find(|provider| refers("2310A", provider)) {
        if is_therapist(claim, certifier, policy, date) {
            let message = "NM109 of the referring provider is the therapist's own NPI, and a therapist does not certify the plan of care";
            let spot = Spot::element(certifier.name, 9);
            let finding = report.add_cited(context, &answer, "2310A", spot, message);
            finding.help(help).answered(("A7", "562", "DN"));
        }
        return;
    }
    let names_one = |line: &&Line| {
        let mut providers = line.providers.iter();
        providers.any(|provider| refers("2420F", provider))
    };
    // Who stands on a line may be the claim's, and the claim names him then.
    if claim.lines().iter().any(|line| names_one(&line)) && lines_begin_early(claim) {
        return;
    }
    let therapy = claim.lines().iter();
    let (with, without): (Vec<&Line>, Vec<&Line>) = therapy
        .filter(|line| is_therapy(policy, line))
        .partition(names_one);
    let where_else = match (with.first(), without.first()) {
        (None, None) => return,
        (None, Some(_)) => String::new(),
        (Some(_), None) => " but on its lines".to_owned(),
        (Some(_), Some(line)) => format!(", and of its lines line {} has none", line.number),
    };
    let message = format!(
        "a therapy claim names no certifying physician or practitioner (2310A NM1*{qualifier}){where_else}"
    );
    let answer = answer.capped(without.is_empty().then_some(Severity::Warn));
    let spot = Spot::segment(claim.parts.clm);
    let finding = report.add_cited(context, &answer, "2300", spot, message);
    finding.help(help);
}

/// Whether who is named as certifier has rendered a therapy line himself, as a therapist.
fn is_therapist(claim: &Claim<'_>, certifier: &Provider, policy: &Policy, date: Date) -> bool {
    let text = &claim.text;
    let npi = text.segment(certifier.name).element(9);
    // Without a rendering provider the billing provider rendered the line.
    let himself = |line: &Line| {
        let (name, taxonomy) = match claim.rendering(line) {
            Some(rendering) => (Some(rendering.name), rendering.taxonomy),
            None => (claim.billing.name, claim.billing.taxonomy),
        };
        text.element(name, 9) == npi
            && policy
                .rendering_taxonomy(text.element(taxonomy, 3), date)
                .is_some_and(|answer| answer.value == RenderingStanding::Fits)
    };
    let mut therapy = claim.lines().iter().filter(|line| is_therapy(policy, line));
    !npi.is_empty() && therapy.any(himself)
}

/// Whether a line begins before the claim's own segments are over, which the rules of syntax
/// tell: HI stands behind it, or a line's provider before its service.
fn lines_begin_early(claim: &Claim<'_>) -> bool {
    let behind_lines = |&index: &u32| {
        let first = claim.lines().first();
        first.is_some_and(|line| line.lx < index)
    };
    claim.parts.diagnoses.iter().any(behind_lines)
        || claim.lines().iter().any(|line| {
            let before_service = |name: u32| line.sv1.is_none_or(|sv1| name < sv1);
            let mut providers = line.providers.iter();
            providers.any(|provider| before_service(provider.name))
        })
}
