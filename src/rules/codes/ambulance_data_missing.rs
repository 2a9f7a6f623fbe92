//! COD022: ambulance trips without what is asked of them.

use crate::claim::{Claim, Line};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{PlaceOfService, Procedure, Severity};

/// COD022.
pub static RULE: Rule = Rule {
    code: "COD022",
    name: "ambulance-data-missing",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Warn,
    what: "A claim of an ambulance trip (place of service 41 or 42, code A0425 to A0436) says why and how far (CR1), and where the patient was picked up (loop 2310E).",
    why: "Payers price a trip by where it begins, and Medicare returns one without it.",
    remedy: "Add CR1 behind the claim's references, and loop 2310E with street and city of the pick-up.",
    fails: Example {
        text: "CLM*26463774*100***41:B:1*Y*A*Y*Y~\nHI*ABK:M25561~\nLX*1~\nSV1*HC:A0427:RH*100*UN*1***1~",
        note: "neither CR1 nor a pick-up",
    },
    passes: Example {
        text: "CLM*26463774*100***41:B:1*Y*A*Y*Y~\nCR1****A*DH*12~\nHI*ABK:M25561~\nNM1*PW*2~\nN3*1129 REINDEER ROAD~\nN4*CARR*CO*80612~\nLX*1~\nSV1*HC:A0427:RH*100*UN*1***1~",
        note: "both",
    },
    sources: &["005010X222A1, 2300 CR1 and 2310E"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A6", "337", ""),
    check: Check::ClaimWith(Features::AMBULANCE_CODE, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    if !claim.lines().iter().any(is_trip) {
        return;
    }
    let stops = |id| {
        let lines = claim.lines().iter().flat_map(|line| &line.providers);
        let mut all = claim.parts.providers.iter().chain(lines);
        all.any(|provider| provider.loop_id == id)
    };
    let lacks = [
        (claim.parts.ambulance.is_none(), "CR1, why and how far"),
        (
            !stops("2310E") && !stops("2420G"),
            "loop 2310E, where the patient was picked up",
        ),
    ];
    for (_, what) in lacks.into_iter().filter(|(lacks, _)| *lacks) {
        report
            .add(
                "2300",
                Spot::segment(claim.parts.clm),
                format!("the claim is an ambulance's, and lacks {what}"),
            )
            .help("add it, unless the payer asks for none");
    }
}

/// Whether the line is a trip by ambulance, or the way of one.
pub(in crate::rules) fn is_trip(line: &Line) -> bool {
    let place = line.place.map(PlaceOfService::bytes);
    let code = line.procedure.map(Procedure::bytes);
    matches!(place.as_ref(), Some(b"41" | b"42"))
        && matches!(
            code.as_ref(),
            Some([b'A', b'0', b'4', b'2', b'5'..=b'9'] | [b'A', b'0', b'4', b'3', b'0'..=b'6'])
        )
}
