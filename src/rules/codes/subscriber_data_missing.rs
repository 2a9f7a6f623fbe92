//! COD016: a patient who is the subscriber, without what a patient needs.

use crate::claim::Claim;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, LevelView, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD016.
pub static RULE: Rule = Rule {
    code: "COD016",
    name: "subscriber-data-missing",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "The patient of a claim under the subscriber's level is the subscriber: SBR02 says so (18), and loop 2010BA has address (N3, N4), birth date and sex (DMG). Where SBR02 says so and only dependents (2000C) have claims, it is warned about.",
    why: "Without them the payer cannot tell who the patient is; without SBR02 it looks for a patient's level that is not there.",
    remedy: "Fill SBR02 with 18 and 2010BA with the subscriber's address and demographics, or give the patient a level (2000C) of his own.",
    fails: Example {
        text: "SBR*P*18*******MB~\nNM1*IL*1*DOE*JANE****MI*1EG4TE5MK73~\nNM1*PR*2*MEDICARE PART B*****PI*01112~\nCLM*26463774*60***11:B:1*Y*A*Y*Y~",
        note: "neither address nor birth date",
    },
    passes: Example {
        text: "SBR*P*18*******MB~\nNM1*IL*1*DOE*JANE****MI*1EG4TE5MK73~\nN3*7 ELM ST~\nN4*DALLAS*TX*75201~\nDMG*D8*19500412*F~\nNM1*PR*2*MEDICARE PART B*****PI*01112~\nCLM*26463774*60***11:B:1*Y*A*Y*Y~",
        note: "both",
    },
    sources: &["005010X222A1, 2000B SBR02, 2010BA N3, N4 and DMG"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A6", "158", "IL"),
    check: Check::SubscriberAndClaimWith(level, Features::ODD_SUBSCRIBER, check),
};

/// What a 277CA says of SBR02: the relationship of the patient to the subscriber.
const RELATIONSHIP: (&str, &str, &str) = ("A7", "156", "");

/// A dependent's level under a subscriber who is said to be the patient himself.
fn level(view: &LevelView<'_>, report: &mut Report<'_>) {
    if let Some(sbr) = view.no_dependent {
        report
            .add_as(
                Severity::Warn,
                "2000B",
                Spot::element(sbr, 2),
                "SBR02 says that the subscriber is the patient, and the claims stand under a dependent",
            )
            .answered(RELATIONSHIP)
            .help("leave SBR02 empty when the patient has a level (2000C) of his own, or move the claims to the subscriber's");
    }
}

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    if claim.patient.is_some() {
        return;
    }
    let subscriber = claim.subscriber;
    let Some(sbr) = subscriber.sbr else { return };
    if claim.text.segment(sbr).element(2) != b"18" {
        report
            .add("2000B", Spot::element(sbr, 2), "the claim stands under the subscriber, and SBR02 does not say that the subscriber is the patient")
            .answered(RELATIONSHIP)
            .help("make SBR02 18, or put the claim under a patient's level (2000C)");
        return;
    }
    let Some(name) = subscriber.name else { return };
    let parts = [subscriber.street, subscriber.city, subscriber.demographics];
    if claim.text.segment(name).element(2) == b"2" && parts.contains(&None) {
        report
            .add(
                "2000B",
                Spot::element(sbr, 2),
                "SBR02 says that the subscriber is the patient, and the subscriber is no person",
            )
            .answered(RELATIONSHIP)
            .help("leave SBR02 empty and give the patient a level (2000C) under the subscriber's");
        return;
    }
    for (part, what, status) in [
        (subscriber.street, "a street (N3)", "126"),
        (subscriber.city, "a city (N4)", "126"),
        (subscriber.demographics, "birth date and sex (DMG)", "158"),
    ] {
        if part.is_none() {
            report
                .add(
                    "2010BA",
                    Spot::segment(name),
                    format!("the subscriber is the patient, and 2010BA lacks {what}"),
                )
                .answered(("A6", status, "IL"))
                .help("add the segment behind NM1*IL, in the order N3, N4, DMG");
        }
    }
}
