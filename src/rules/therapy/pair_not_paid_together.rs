//! PTT005: two codes that are not paid together.

use super::two_evaluations_on_one_date::{is_evaluation, one_a_day};
use super::{discipline, renderer, two_evaluations_on_one_date};
use crate::claim::{Claim, Line};
use crate::listed::one_of;
use crate::policy::{self, ClaimRule, NcciPair, Policy};
use crate::rules::balance::WITH_THE_LINE;
use crate::rules::spoken_for::{speaks_for, told};
use crate::rules::spots::{NO_ROOM, free_modifier_component};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Modifier, Severity};

/// PTT005.
pub static RULE: Rule = Rule {
    code: "PTT005",
    name: "pair-not-paid-together",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "Two procedures that one provider furnished on one date and that a pair edit (NCCI) in force on the date keeps apart are not billed together: never (indicator 0), or only when a modifier such as 59 or XS on one of them says that the services were distinct (indicator 1). A modifier of side, finger or separate visit may say so too, and is warned about; so are lines under two disciplines. Two evaluations are PTT006's, where it tells of them as firmly.",
    why: "The payer takes the second service for a part of the first and denies its line. No modifier helps where the indicator is 0.",
    remedy: "Bill the first code alone. If the two were furnished in separate blocks of time and the record shows it, put 59 or the fitting X modifier on the second.",
    fails: Example {
        text: "SV1*HC:97150:GP*35*UN*1***1~\nDTP*472*D8*20260302~\nSV1*HC:97110:GP*42*UN*1***1~\nDTP*472*D8*20260302~",
        note: "exercise in the group and exercise alone, and nothing says they were distinct",
    },
    passes: Example {
        text: "SV1*HC:97150:GP*35*UN*1***1~\nDTP*472*D8*20260302~\nSV1*HC:97110:GP:59*42*UN*1***1~\nDTP*472*D8*20260302~",
        note: "exercise in another block of time",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/ncci-medicare/medicare-ncci-procedure-procedure-ptp-edits",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A8", "454", ""),
    check: Check::ClaimWith(Features::MAY_PAIR, check),
};

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(policy) = context.policy else { return };
    let lines = claim.lines();
    for (at, later) in lines.iter().enumerate().skip(1) {
        let (Some(code), Some(date)) = (later.procedure, later.from()) else {
            continue;
        };
        for earlier in lines.iter().take(at) {
            let Some(other) = earlier.procedure else {
                continue;
            };
            if earlier.from() != Some(date) || other == code {
                continue;
            }
            if let Some(answer) = policy.ncci_pair(other, code, date) {
                pair(claim, [earlier, later], policy, &answer, context, report);
            }
        }
    }
}

/// Two lines of one date whose codes an edit keeps apart.
fn pair(
    claim: &Claim<'_>,
    lines: [&Line; 2],
    policy: &Policy,
    answer: &policy::Answer<NcciPair>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let edit = answer.value;
    let [paid, denied] = if lines[1].procedure == Some(edit.column2) {
        lines
    } else {
        [lines[1], lines[0]]
    };
    let (Some(date), Some(sv1)) = (denied.from(), denied.sv1) else {
        return;
    };
    if renderer(claim, paid) != renderer(claim, denied) {
        return;
    }
    let mut answer = *answer;
    // Across disciplines only where the policy says that its pairs reach so far.
    if let (Some(one), Some(other)) = (discipline(paid), discipline(denied))
        && one != other
    {
        let Some(across) = policy.claim_rule(ClaimRule::PairsAcrossDisciplines, date) else {
            return;
        };
        answer = answer.resting_on(&across);
    }
    let remedy = if edit.modifier_allowed {
        // Which modifiers lift the edit must be known before their lack is a fault.
        let Some(bypass) = policy.ncci_bypass(date) else {
            return;
        };
        let has = |line: &Line| line.modifiers.has_any(bypass.value);
        if has(paid) || has(denied) {
            return;
        }
        if lines
            .iter()
            .any(|line| line.modifiers.iter().any(tells_apart))
        {
            answer = answer.capped(Some(Severity::Warn));
        }
        format!(
            "put {} on {} if the record shows that they were distinct{}; else take its line off {WITH_THE_LINE}",
            one_of(bypass.value),
            edit.column2,
            match free_modifier_component(claim, sv1) {
                Some(_) => String::new(),
                None => format!(" ({NO_ROOM})"),
            }
        )
    } else {
        format!(
            "take the line of {} off {WITH_THE_LINE}; no modifier makes the two paid together",
            edit.column2
        )
    };
    let evaluations = is_evaluation(paid) && is_evaluation(denied);
    let one_a_day = evaluations
        .then(|| one_a_day(policy, [edit.column1, edit.column2], date))
        .flatten()
        .map(|one_a_day| told(&two_evaluations_on_one_date::RULE, one_a_day));
    if one_a_day.is_some_and(|one| speaks_for(one, told(&RULE, answer), claim, context)) {
        return;
    }
    let message = format!(
        "{} in SV101-2 is not paid beside {} (line {}) on {date}{}",
        edit.column2,
        edit.column1,
        paid.number,
        if edit.modifier_allowed {
            " unless a modifier sets them apart"
        } else {
            ""
        }
    );
    report
        .add_on_line(
            context,
            &answer,
            denied,
            Spot::component(sv1, 1, 2),
            message,
        )
        .help(format!("{remedy} ({})", policy.name()));
}

/// The other modifiers that may lift a pair edit: a separate encounter or test (25, 27,
/// 91), a side, a finger or a toe.
fn tells_apart(modifier: Modifier) -> bool {
    matches!(
        &modifier.bytes(),
        b"25" | b"27" | b"91" | b"LT" | b"RT" | [b'F' | b'T', b'1'..=b'9' | b'A']
    )
}
