//! COD017: Medicare as a later payer, without the reason why.

use crate::claim::Claim;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD017.
pub static RULE: Rule = Rule {
    code: "COD017",
    name: "secondary-reason-missing",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "Where Medicare is the payer (SBR09 MA or MB) and not the first (SBR01 other than P), SBR05 says why another pays before it, such as 12 for the working aged. That Medicare as another payer (2320) or under MA gives no reason, and a reason given for the first payer, are warned about. A Medicare Advantage plan's encounter to CMS (payer 80881 or 80882, or the first payer with SBR09 16) needs none.",
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
    sources: &[
        "005010X222A1, 2000B and 2320 SBR05",
        "CMS Encounter Data System Companion Guide, 837 Professional",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A6", "578", ""),
    check: Check::ClaimWith(Features::NOT_FIRST.or(Features::OTHER_PAYER), check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    if let Some(sbr) = claim.subscriber.sbr {
        let severity = match claim.text.segment(sbr).element(9) {
            _ if is_encounter(claim) => None,
            b"MB" => Some(Severity::Reject),
            _ => Some(Severity::Warn),
        };
        payer(claim, sbr, "2000B", severity, report);
    }
    for other in &claim.parts.others {
        if let Some(sbr) = other.sbr {
            payer(claim, sbr, "2320", Some(Severity::Warn), report);
        }
    }
}

/// Whether a Medicare Advantage plan tells CMS of what it has paid itself: Medicare stands
/// behind it, and is asked for nothing.
fn is_encounter(claim: &Claim<'_>) -> bool {
    let is_plan = |sbr: Option<u32>| claim.text.element(sbr, 9) == b"16";
    matches!(claim.payer_id(), b"80881" | b"80882")
        || claim
            .parts
            .others
            .iter()
            .any(|other| is_plan(other.sbr) && claim.text.element(other.sbr, 1) == b"P")
}

/// One payer; how bad it is if Medicare gives no reason to stand behind another.
fn payer(
    claim: &Claim<'_>,
    sbr: u32,
    loop_id: &'static str,
    missing: Option<Severity>,
    report: &mut Report<'_>,
) {
    let segment = claim.text.segment(sbr);
    let (rank, reason) = (segment.element(1), segment.element(5));
    let medicare = matches!(segment.element(9), b"MA" | b"MB");
    let spot = Spot::element(sbr, 5);
    if rank == b"P" && !reason.is_empty() {
        report
            .add_as(
                Severity::Warn,
                loop_id,
                spot,
                "SBR05 says why Medicare is not the first payer, and the payer is the first",
            )
            .help("leave SBR05 empty, or correct the rank in SBR01");
    }
    // None, U, and what is no rank tell nothing of the order.
    let later = matches!(rank, [b'S' | b'T' | b'A'..=b'H']);
    if let Some(severity) = missing.filter(|_| later && medicare && reason.is_empty()) {
        report
            .add_as(
                severity,
                loop_id,
                spot,
                "Medicare is not the first payer, and SBR05 does not say why",
            )
            .help("give the reason in SBR05, such as 12 for the working aged, or make SBR01 P");
    }
}
