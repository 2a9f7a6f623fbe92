//! COD014: what the claim says of its payers does not fit together.

use crate::claim::Claim;
use crate::policy::Program;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD014.
pub static RULE: Rule = Rule {
    code: "COD014",
    name: "payers-contradict",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "Exactly one payer is primary: SBR01 is P in 2000B or in one of the 2320 loops. No other rank is given twice either, but for unknown (U), and a gap in the ranks is warned about. And the claim filing indicator (SBR09) is not that of another program than the payer's: Medicare Part B (MB) for a Medicaid agency, Medicaid (MC) for Medicare. A commercial payer under MB or MC, and Medicaid under a commercial indicator, are warned about, since one company may run plans of several programs.",
    why: "Payers pay in the order SBR01 gives: with two first payers each waits for the other, with none each takes itself for the second. The filing indicator decides by which program's rules the claim is read.",
    remedy: "Give P to the payer that pays first, S to the next, T to the third, and SBR09 as the patient's card says it.",
    fails: Example {
        text: "SBR*P*18*******MB~\nNM1*PR*2*MEDICARE PART B*****PI*01112~\nSBR*P*18*******CI~\nNM1*PR*2*SUMMIT INSURANCE*****PI*SUM01~",
        note: "two payers, and both are the first",
    },
    passes: Example {
        text: "SBR*S*18***12****MB~\nNM1*PR*2*MEDICARE PART B*****PI*01112~\nSBR*P*18*******CI~\nNM1*PR*2*SUMMIT INSURANCE*****PI*SUM01~",
        note: "Medicare pays after the employer's plan",
    },
    sources: &["005010X222A1, 2000B and 2320 SBR01 and SBR09"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "480", "PR"),
    check: Check::ClaimWith(
        Features::NOT_FIRST
            .or(Features::OTHER_PAYER)
            .or(Features::ODD_PROGRAM),
        check,
    ),
};

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(sbr) = claim.subscriber.sbr else {
        return;
    };
    if let (Some(severity), Some(policy)) = (other_program(claim, context), context.policy) {
        let message = format!(
            "SBR09 is {}, and the payer is {}",
            String::from_utf8_lossy(claim.filing_indicator()),
            policy.name()
        );
        report
            .add_as(severity, "2000B", Spot::element(sbr, 9), message)
            .help("give SBR09 as the program of the patient's card, or the payer id of that program (2010BB NM109)");
    }
    let first = claim.text.segment(sbr).element(1) == b"P";
    if first && claim.parts.others.is_empty() {
        return;
    }
    primaries(claim, sbr, first, report);
    gap(claim, sbr, report);
}

/// What a 277CA says of SBR01: the sequence of the payers' responsibility.
const RANK: (&str, &str, &str) = ("A7", "742", "");

/// The ranks in their order.
const RANKS: &[u8] = b"PSTABCDEFGH";

/// Whether no place in the order is told by this rank: by U, by none, or by one the guide does
/// not know, which is a syntax matter.
fn is_unknown(rank: &[u8]) -> bool {
    !matches!(rank, [rank] if RANKS.contains(rank))
}

/// A rank that nobody has between two that somebody has.
fn gap(claim: &Claim<'_>, sbr: u32, report: &mut Report<'_>) {
    let others = claim.parts.others.iter().filter_map(|other| other.sbr);
    let payers = std::iter::once(("2000B", sbr)).chain(others.map(|other| ("2320", other)));
    let mut held = [None; RANKS.len()];
    for (loop_id, index) in payers {
        match claim.text.segment(index).element(1) {
            // A payer of unknown rank may have any.
            rank if is_unknown(rank) => return,
            &[rank] => {
                let place = RANKS.iter().position(|&other| other == rank);
                if let Some(slot) = place.and_then(|place| held.get_mut(place)) {
                    *slot = Some((loop_id, index));
                }
            }
            _ => {}
        }
    }
    // That nobody is the first is told already.
    let Some(empty) = held
        .iter()
        .position(Option::is_none)
        .filter(|&empty| empty > 0)
    else {
        return;
    };
    let behind = held.iter().skip(empty).flatten().next();
    if let (Some(&(loop_id, index)), Some(&missing)) = (behind, RANKS.get(empty)) {
        let message = format!(
            "SBR01 is {}, and no payer is {}",
            String::from_utf8_lossy(claim.text.segment(index).element(1)),
            char::from(missing)
        );
        report
            .add_as(Severity::Warn, loop_id, Spot::element(index, 1), message)
            .answered(RANK)
            .help("give the ranks in SBR01 without a gap: P, S, T, then A to H, or add the payer that is missing");
    }
}

/// How bad it is that SBR09 names another program than the payer's; `None` when it does not.
#[inline]
pub(in crate::rules) fn other_program(
    claim: &Claim<'_>,
    context: &Context<'_>,
) -> Option<Severity> {
    match (context.policy?.program(), &claim.subscriber.filing) {
        (Program::Medicare, b"MC") | (Program::Medicaid, b"MB") => Some(Severity::Reject),
        (Program::Commercial, b"MB" | b"MC")
        | (Program::Medicaid, b"BL" | b"CI" | b"12" | b"13" | b"14" | b"15") => {
            Some(Severity::Warn)
        }
        _ => None,
    }
}

/// Tells of a rank but P and U that this payer (2000B, `sbr`) or an earlier one of the others
/// has already.
fn ranks_again(claim: &Claim<'_>, sbr: u32, index: u32, own: &[u8], report: &mut Report<'_>) {
    let others = claim.parts.others.iter().filter_map(|other| other.sbr);
    let mut before = others.take_while(|&other| other != index);
    let has_it = |other: u32| claim.text.segment(other).element(1) == own;
    let earlier = if has_it(sbr) {
        Some("2000B")
    } else {
        before.any(has_it).then_some("2320")
    };
    if let Some(earlier) = earlier {
        let message = format!(
            "SBR01 is {}, which another payer has already (loop {earlier})",
            String::from_utf8_lossy(own)
        );
        report
            .add("2320", Spot::element(index, 1), message)
            .answered(RANK)
            .help("give each payer its own rank in SBR01: P, S, T, then A to H");
    }
}

/// Exactly one payer is primary, this one (`first`) or one of the others.
fn primaries(claim: &Claim<'_>, sbr: u32, first: bool, report: &mut Report<'_>) {
    let others = claim.parts.others.iter().filter_map(|other| other.sbr);
    let rank = |index| claim.text.segment(index).element(1);
    let help = "give P in SBR01 to the one payer that pays first";
    let mut primary = first.then_some("2000B");
    let mut unknown = is_unknown(rank(sbr));
    for index in others {
        match (rank(index), primary) {
            (b"P", None) => primary = Some("2320"),
            (b"P", Some(earlier)) => {
                let message = format!("SBR01 is P, but another payer is primary (loop {earlier})");
                report
                    .add("2320", Spot::element(index, 1), message)
                    .answered(RANK)
                    .help(help);
            }
            (own, _) if is_unknown(own) => unknown = true,
            (own, _) => ranks_again(claim, sbr, index, own, report),
        }
    }
    // A payer of unknown rank may be the first.
    if primary.is_none() && !unknown {
        let message = format!(
            "SBR01 is {}, and no other payer (2320) is primary",
            String::from_utf8_lossy(rank(sbr))
        );
        let finding = report.add("2000B", Spot::element(sbr, 1), message);
        finding
            .answered(RANK)
            .help(if claim.parts.others.is_empty() {
                "add loop 2320 for the payer that paid first, or make SBR01 P"
            } else {
                help
            });
    }
}
