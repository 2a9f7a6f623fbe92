//! COD004: places of service that do not exist on the day.

use super::parties::on_line;
use crate::claim::{Claim, Line};
use crate::codes::{Standing, place};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Date, PlaceOfService, Severity};

/// COD004.
pub static RULE: Rule = Rule {
    code: "COD004",
    name: "place-of-service-not-valid",
    snip: 5,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "The place of service, of the claim (CLM05-1) and of a line (SV105), is a code of the CMS list that exists on the date of service: 10 from 2022-01-01, 27 from 2023-10-01, 66 from 2024-08-01.",
    why: "The place decides what is paid; a payer returns a claim with a place that its list does not have.",
    remedy: "Give the two digits of the place where the patient was, with the zero in front (02, not 2). For telehealth before 2022 the place was 02 wherever the patient sat.",
    fails: Example {
        text: "CLM*26463774*60***10:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20211130~",
        note: "place 10 exists from 2022-01-01",
    },
    passes: Example {
        text: "CLM*26463774*60***02:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20211130~",
        note: "place 02 exists from 2017-01-01",
    },
    sources: &["CMS place of service codes for professional claims (code source 237)"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "249", ""),
    check: Check::ClaimWith(Features::ODD_PLACE, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    claim_place(claim, report);
    for line in claim.lines().iter().filter(|line| line.place_on_line) {
        if let Some(sv1) = line.sv1
            && let Some(fault) = fault(line.place, line.from())
        {
            let at = At {
                loop_id: "2400",
                spot: Spot::element(sv1, 5),
                element: "SV105",
                line: Some(line.number),
            };
            tell(at, line.place, &fault, report);
        }
    }
}

/// The claim's place, on the day of each line that does not state its own.
fn claim_place(claim: &Claim<'_>, report: &mut Report<'_>) {
    let value = claim.place();
    if value.trim_ascii().is_empty() {
        return;
    }
    let code = PlaceOfService::parse(value);
    let inherits = |line: &&Line| !line.place_on_line;
    let found = if claim.lines().iter().any(|line| inherits(&line)) {
        claim
            .lines()
            .iter()
            .filter(inherits)
            .find_map(|line| fault(code, line.from()))
    } else {
        fault(code, claim.dates().map(|dates| dates.through))
    };
    if let Some(fault) = found {
        let at = At {
            loop_id: "2300",
            spot: Spot::component(claim.parts.clm, 5, 1),
            element: "CLM05-1",
            line: None,
        };
        tell(at, code, &fault, report);
    }
}

enum Fault {
    Malformed,
    Unassigned,
    /// Unassigned, on a day the list may not reach.
    Unlisted,
    NotYet(Date),
    Ended(Date),
}

fn fault(code: Option<PlaceOfService>, date: Option<Date>) -> Option<Fault> {
    let Some(code) = code else {
        return Some(Fault::Malformed);
    };
    let Some(date) = date else {
        return (!place::is_assigned(code)).then_some(Fault::Unassigned);
    };
    match place::standing(code, date) {
        Standing::InForce => None,
        Standing::NotYet(first) => Some(Fault::NotYet(first)),
        Standing::Ended(last) => Some(Fault::Ended(last)),
        Standing::Unknown if date > place::last_day_covered() => Some(Fault::Unlisted),
        Standing::Unknown => Some(Fault::Unassigned),
    }
}

/// Where a place stands.
#[derive(Clone, Copy)]
struct At {
    loop_id: &'static str,
    spot: Spot,
    element: &'static str,
    line: Option<u32>,
}

#[cold]
fn tell(at: At, code: Option<PlaceOfService>, fault: &Fault, report: &mut Report<'_>) {
    let At {
        loop_id,
        spot,
        element,
        line,
    } = at;
    let code = code.map_or_else(String::new, |code| code.to_string());
    let message = match fault {
        Fault::Malformed => format!("the place of service in {element} is not a two-digit code"),
        Fault::Unassigned => format!("place of service {code} in {element} does not exist"),
        Fault::Unlisted => format!(
            "place of service {code} in {element} is not in the program's list, which is complete through {}",
            place::last_day_covered()
        ),
        Fault::NotYet(first) => format!(
            "place of service {code} in {element} exists from {first}, after the date of service"
        ),
        Fault::Ended(last) => format!(
            "place of service {code} in {element} ended on {last}, before the date of service"
        ),
    };
    let severity = match fault {
        Fault::Unlisted => Severity::Warn,
        Fault::Malformed | Fault::Unassigned | Fault::NotYet(_) | Fault::Ended(_) => {
            Severity::Reject
        }
    };
    on_line(report.add_as(severity, loop_id, spot, message), line).help(
        "give a two-digit code of the CMS list that is in force on the date of service, such as 11 office, 12 home, 02 or 10 telehealth",
    );
}
