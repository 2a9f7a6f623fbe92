//! PTT015: modifiers of other services on a therapy line, and statements about liability that
//! contradict each other.

use super::is_therapy;
use super::two_evaluations_on_one_date::is_evaluation;
use crate::claim::{Claim, Line};
use crate::rules::spots::modifier_component;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Modifier, Severity};

/// PTT015.
pub static RULE: Rule = Rule {
    code: "PTT015",
    name: "modifier-unfit-for-therapy",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Warn,
    what: "A therapy line carries no modifier that belongs to other services: 25 (a visit of its own; on an evaluation it is left alone), 50 (both sides), 91 (a laboratory test repeated). And it says one thing about who pays if the payer does not: GZ (no notice was given) goes with neither GA (a notice was required and given) nor GY (no benefit of the payer), nor GA with GY.",
    why: "Such a modifier lifts no edit of a therapy code, and a payer may deny the line for it. Of two that contradict each other it takes either.",
    remedy: "Take the modifier off; where two services of one day were distinct, 59 or XE, XP, XS or XU says so. Keep the one of GA, GY and GZ that is true.",
    fails: Example {
        text: "SV1*HC:97110:GP:91*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "91 marks a laboratory test that was repeated",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:59*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "59: a distinct service",
    },
    sources: &[
        "HCPCS Level II quarterly files (CMS): GA, GY, GZ",
        "CPT appendix A: 25, 50, 91",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "453", ""),
    check: Check::Service(check),
};

/// Modifiers of which a line carries one at most.
const LIABILITY: [[u8; 2]; 3] = [*b"GZ", *b"GA", *b"GY"];

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(policy), Some(sv1)) = (context.policy, line.sv1) else {
        return;
    };
    let is_odd = |modifier: Modifier| {
        foreign(modifier, line).is_some() || LIABILITY.contains(&modifier.bytes())
    };
    if !line.modifiers.iter().any(is_odd) || !is_therapy(policy, line) {
        return;
    }
    let mut tell = |modifier: Modifier, message: String, help: &str| {
        let spot = Spot::component(sv1, 1, modifier_component(claim, sv1, modifier));
        report
            .add("2400", spot, message)
            .help(help)
            .line(line.number);
    };
    for modifier in line.modifiers.iter() {
        if let Some(meaning) = foreign(modifier, line) {
            let message = format!("modifier {modifier} marks {meaning}, not a therapy service");
            tell(modifier, message, "take it off");
        }
    }
    let mut said = (line.modifiers.iter()).filter(|modifier| LIABILITY.contains(&modifier.bytes()));
    if let Some(one) = said.next()
        && let Some(other) = said.find(|other| *other != one)
    {
        let message = format!(
            "modifiers {one} and {other} contradict each other: they say different things about who pays"
        );
        tell(other, message, "keep the one that is true");
    }
}

/// What the modifier marks, where that is no therapy.
fn foreign(modifier: Modifier, line: &Line) -> Option<&'static str> {
    match &modifier.bytes() {
        b"25" if !is_evaluation(line) => Some("a visit of its own beside another service"),
        b"50" => Some("a procedure on both sides of the body"),
        b"91" => Some("a laboratory test that was repeated"),
        _ => None,
    }
}
