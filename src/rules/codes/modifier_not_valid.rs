//! COD006: modifiers that do not exist, or stand twice.

use super::parties::{capitals, safe};
use crate::claim::{Claim, Line};
use crate::codes::{Standing, modifier};
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Date, Modifier, Procedure, Severity};

/// COD006.
pub static RULE: Rule = Rule {
    code: "COD006",
    name: "modifier-not-valid",
    snip: 5,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "Each modifier (SV101-3 to SV101-6) is a CPT or HCPCS modifier in force on the first day of service, and none stands twice on a line. A pair of letters for an ambulance trip goes with a transport code only. An unknown modifier is only warned about on a day outside the program's list, as a pair of letters on a transport code, on a code of another list than HC, and where workers' compensation pays (SBR09 WC): states make modifiers of their own there.",
    why: "A payer returns a line whose modifier it does not know, and reads a doubled one as a slip for another.",
    remedy: "Correct the modifier, or take out the second one.",
    fails: Example {
        text: "SV1*HC:97110:GP:GP*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "GP stands twice",
    },
    passes: Example {
        text: "SV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "GP, for physical therapy, once",
    },
    sources: &[
        "HCPCS Level II quarterly files (CMS) and CPT appendix A, as in force on the date of service",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "453", ""),
    check: Check::Service(check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(sv1) = line.sv1 else { return };
    let parts = claim.text.segment(sv1).components(1, claim.text.delimiters);
    let mut seen = [None; 4];
    for ((value, component), at) in parts.skip(2).zip(3_u8..=6).zip(0..) {
        if value.is_empty() {
            continue;
        }
        let spot = Spot::component(sv1, 1, component);
        let Some(modifier) = Modifier::parse(value) else {
            // Another length than two is the structure's finding.
            if value.len() == 2 {
                malformed(value, spot, component, line, report);
            }
            continue;
        };
        if seen.contains(&Some(modifier)) {
            report
                .add(
                    "2400",
                    spot,
                    format!("modifier {modifier} stands twice on the line"),
                )
                .help("take out the second one, or give the modifier that was meant")
                .line(line.number);
            continue;
        }
        if let Some(slot) = seen.get_mut(at) {
            *slot = Some(modifier);
        }
        if let Some(date) = line.from() {
            match modifier::standing(modifier, date) {
                Standing::InForce => {}
                // Several such pairs, as GD, have been modifiers of another meaning too.
                _ if is_trip(modifier, line) => {}
                standing => {
                    let own_list = has_list_of_its_own(claim, sv1);
                    let found = Odd {
                        modifier,
                        standing,
                        date,
                        spot,
                        own_list,
                    };
                    not_in_force(&found, line, context, report);
                }
            }
        }
    }
}

#[cold]
fn malformed(value: &[u8], spot: Spot, component: u8, line: &Line, report: &mut Report<'_>) {
    let upper = capitals(value);
    let fixed = Modifier::parse(upper.as_bytes()).is_some();
    let message = format!("the modifier in SV101-{component} is not two capital letters or digits");
    let finding = report.add("2400", spot, message);
    finding
        .help("give a CPT or HCPCS modifier, such as GP or 59")
        .line(line.number);
    finding.fix = fixed.then(|| safe("write the modifier in capitals", upper));
}

/// A modifier that is not in force on the date, as far as the list knows.
struct Odd {
    modifier: Modifier,
    standing: Standing,
    date: Date,
    spot: Spot,
    /// Whether others than CPT and HCPCS make modifiers for the line.
    own_list: bool,
}

/// Whether the line's code is of a list of the jurisdiction's own, or the payer is one of
/// workers' compensation, which no law holds to CPT and HCPCS.
fn has_list_of_its_own(claim: &Claim<'_>, sv1: u32) -> bool {
    let text = &claim.text;
    let list = text.segment(sv1).components(1, text.delimiters).next();
    list != Some(b"HC") || claim.subscriber.filing == *b"WC"
}

#[cold]
fn not_in_force(odd: &Odd, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let &Odd {
        modifier,
        standing,
        date,
        spot,
        own_list,
    } = odd;
    let listed = modifier::first_day_covered() <= date && date <= modifier::last_day_covered();
    let (severity, message) = match standing {
        Standing::InForce => return,
        // What the list says of the days before it is complete for is the day CMS took
        // the code up; CPT may have had it earlier.
        Standing::NotYet(first) if date < modifier::first_day_covered() => (
            Severity::Warn,
            format!(
                "the program's list has modifier {modifier} only from {first}, after the date of service {date}"
            ),
        ),
        Standing::NotYet(first) => (
            Severity::Reject,
            format!(
                "modifier {modifier} is in force from {first}, after the date of service {date}"
            ),
        ),
        Standing::Ended(last) => (
            Severity::Reject,
            format!("modifier {modifier} ended on {last}, before the date of service {date}"),
        ),
        Standing::Unknown if own_list => (
            Severity::Warn,
            format!("modifier {modifier} is none of CPT and HCPCS"),
        ),
        // CMS and Medicaid programs have had letters of their own for models of transport.
        Standing::Unknown if line.procedure.is_some_and(is_transport) && is_pair(modifier) => (
            Severity::Warn,
            format!("modifier {modifier} is no trip that the program knows"),
        ),
        Standing::Unknown => {
            let what = if modifier::is_ambulance_pair(modifier) {
                "is an ambulance trip, and the procedure is no transport"
            } else {
                "is not known"
            };
            let severity = if listed {
                Severity::Reject
            } else {
                Severity::Warn
            };
            (severity, format!("modifier {modifier} {what}"))
        }
    };
    let help = if standing == Standing::Unknown && severity == Severity::Warn && listed {
        "check the modifier against the list of this payer or state"
    } else if severity == Severity::Warn {
        "the program's list does not reach this date of service: check the modifier against the list of the quarter"
    } else {
        "give a modifier that was in force on the date of service, or none"
    };
    let sure = modifier::confidence(modifier).map_or(Severity::Reject, |confidence| {
        context.severity_of(confidence)
    });
    report
        .add_as(severity.min(sure), "2400", spot, message)
        .help(help)
        .line(line.number);
}

/// Whether the modifier says where an ambulance went. Without a readable code nobody can say
/// that the line is no transport.
fn is_trip(modifier: Modifier, line: &Line) -> bool {
    modifier::is_ambulance_pair(modifier) && line.procedure.is_none_or(is_transport)
}

/// Two letters, as where from and where to.
fn is_pair(modifier: Modifier) -> bool {
    modifier.bytes().iter().all(u8::is_ascii_uppercase)
}

/// Whether the code is a trip by ambulance, or one of the transports that Medicaid
/// programs bill with the same pairs of letters.
fn is_transport(code: Procedure) -> bool {
    matches!(
        &code.bytes(),
        [b'A', b'0', ..] | [b'T', b'2', b'0', ..] | b"S0209" | b"S0215" | b"S9960" | b"S9961"
    )
}
