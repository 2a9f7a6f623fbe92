//! COD005: procedure codes that cannot be billed on the day.

use super::parties::{capitals, safe};
use crate::claim::{Claim, Line};
use crate::codes::{Standing, procedure};
use crate::listed::one_of;
use crate::rules::therapy::therapy_code_not_live;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Procedure, Severity};

/// COD005.
pub static RULE: Rule = Rule {
    code: "COD005",
    name: "procedure-not-valid",
    snip: 5,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A procedure code (SV101-2, qualifier HC) has the form of a CPT or HCPCS code, and of the codes the program knows with their dates, it is in force on the first day of service. The whole CPT and HCPCS lists are not known to it.",
    why: "Payers return a code that is not valid on the date of service, and CMS's front end does so before the claim is read.",
    remedy: "Give the code that was in force on the date of service. The finding names the successors of a deleted one, where they are known.",
    fails: Example {
        text: "SV1*HC:9711:GP*120*UN*1***1~\nDTP*472*D8*20260302~",
        note: "a code has five characters",
    },
    passes: Example {
        text: "SV1*HC:97110:GP*120*UN*1***1~\nDTP*472*D8*20260302~",
        note: "97110 in full",
    },
    sources: &["CPT and HCPCS Level II as in force on the date of service (code source 130)"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "507", ""),
    check: Check::Service(check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(sv1) = line.sv1 else { return };
    let mut parts = claim.text.segment(sv1).components(1, claim.text.delimiters);
    if parts.next() != Some(b"HC") {
        return;
    }
    let code = parts.next().unwrap_or(&[]);
    if code.trim_ascii().is_empty() {
        return;
    }
    let spot = Spot::component(sv1, 1, 2);
    if !procedure::well_formed(code) {
        let upper = capitals(code);
        let fixed = procedure::well_formed(upper.as_bytes());
        let finding = report.add(
            "2400",
            spot,
            "the procedure code in SV101-2 does not have the form of a CPT or HCPCS code",
        );
        finding
            .help("give five digits, four digits and a capital letter, or a capital letter and four digits, without blanks")
            .line(line.number);
        finding.fix = fixed.then(|| safe("write the code in capitals", upper));
        return;
    }
    let (Some(code), Some(date)) = (line.procedure, line.from()) else {
        return;
    };
    let Some(life) = procedure::life(code, date) else {
        return;
    };
    if matches!(life.standing, Standing::InForce | Standing::Unknown) {
        return;
    }
    let severity = context.severity_of(life.confidence);
    // What the payer's policy says of the code's life is PTT010's to tell, as firmly at least.
    let by_policy = (context.policy)
        .and_then(|policy| policy.code_life(code, date))
        .and_then(|gone| context.told_as(&therapy_code_not_live::RULE, &gone, claim.payer_id()));
    let own = (context.severities).for_payer(claim.payer_id(), &RULE, severity);
    if by_policy.is_some() && by_policy >= own {
        return;
    }
    let message = match life.standing {
        Standing::InForce | Standing::Unknown => return,
        Standing::NotYet(first) => {
            format!("procedure {code} is in force from {first}, after the date of service {date}")
        }
        Standing::Ended(last) => {
            format!("procedure {code} ended on {last}, before the date of service {date}")
        }
    };
    let is_live = |code: &&Procedure| {
        procedure::life(**code, date).is_none_or(|life| life.standing == Standing::InForce)
    };
    let mut live = life.successors.iter().filter(is_live).peekable();
    let help = if live.peek().is_some() {
        format!("bill {} instead", one_of(live))
    } else {
        "give the code that describes the service and was in force on its date".to_owned()
    };
    report
        .add_as(severity, "2400", spot, message)
        .help(help)
        .line(line.number);
}
