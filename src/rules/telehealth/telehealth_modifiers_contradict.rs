//! TEL106: telehealth modifiers that cannot both be true.

use super::{Reach, Remote, modifier_component};
use crate::claim::{Claim, Line};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Modifier, Severity};

/// TEL106.
pub static RULE: Rule = Rule {
    code: "TEL106",
    name: "telehealth-modifiers-contradict",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "Modifiers of a line that say different things of how it was delivered: 95 with GT (two marks for one thing), live video (95, GT) with audio-only (93, FQ), live with store-and-forward (GQ). The same contradiction between lines of one date of service warns. So may others that the payer's policy names.",
    why: "A payer cannot price a service that was by video and by telephone alone at once, and returns the line. No payer's policy makes both true.",
    remedy: "Keep the one modifier that says how the service was delivered and that the payer takes.",
    fails: Example {
        text: "SV1*HC:97110:GP:95:93*60*UN*2*10**1~",
        note: "95 says audio and video, 93 says audio alone",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*10**1~",
        note: "one of them",
    },
    sources: &[
        "https://www.cms.gov/medicare/coverage/telehealth",
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "453", ""),
    check: Check::ClaimWith(Features::CONTRADICTION, check),
};

/// What a modifier says of how the service was delivered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Video,
    /// Video in the older word.
    VideoOld,
    AudioOnly,
    Recorded,
}

fn says(modifier: Modifier) -> Option<Says> {
    Some(match &modifier.bytes() {
        b"95" => Says::Video,
        b"GT" => Says::VideoOld,
        b"93" | b"FQ" => Says::AudioOnly,
        b"GQ" => Says::Recorded,
        _ => return None,
    })
}

fn why(one: Says, other: Says) -> Option<&'static str> {
    match (one, other) {
        _ if one == other => None,
        (Says::Recorded, _) | (_, Says::Recorded) => {
            Some("one says the service was live, the other that it was recorded and sent")
        }
        (Says::AudioOnly, _) | (_, Says::AudioOnly) => {
            Some("one says audio and video, the other audio alone")
        }
        _ => Some("both mark live video, and a payer takes one of them"),
    }
}

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    for (at, line) in claim.lines().iter().enumerate() {
        let Some(sv1) = line.sv1 else { continue };
        if let Some((one, other, why)) = pairs(line, line).next() {
            let component = modifier_component(claim, sv1, other);
            let message = format!(
                "modifiers {one} and {other} contradict each other on line {}: {why}",
                line.number
            );
            report
                .add("2400", Spot::component(sv1, 1, component), message)
                .help(
                    "keep the one that says how the service was delivered and that the payer takes",
                )
                .line(line.number);
            continue;
        }
        by_policy(claim, line, context, report);
        let Some(date) = line.from().filter(|_| line.has_telehealth_modifier()) else {
            continue;
        };
        let earlier = claim.lines().iter().take(at);
        let mut visit =
            earlier.filter(|other| other.has_telehealth_modifier() && other.from() == Some(date));
        let odd = visit.find_map(|earlier| {
            pairs(earlier, line)
                .next()
                .map(|pair| (earlier.number, pair))
        });
        if let Some((number, (one, other, why))) = odd {
            let component = modifier_component(claim, sv1, other);
            let message = format!(
                "line {} carries {other} and line {number} of the same date ({date}) {one}: {why}",
                line.number
            );
            // A visit that lost its picture half way is told so in two lines, rightly.
            report
                .add_as(Severity::Warn, "2400", Spot::component(sv1, 1, component), message)
                .help("bill the lines of one visit alike, unless the way of delivery changed during it")
                .line(line.number);
        }
    }
}

/// Modifiers of one line that the payer's policy does not take together.
fn by_policy(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(policy), Some(date)) = (context.policy, line.from()) else {
        return;
    };
    for (place, one) in line.modifiers.iter().enumerate() {
        for other in line.modifiers.iter().skip(place + 1) {
            let Some(answer) = policy.modifiers_conflict(one, other, date) else {
                continue;
            };
            let Some(remote) =
                Remote::of(claim, line, context).filter(|remote| remote.reach == Reach::Therapy)
            else {
                return;
            };
            let component = modifier_component(claim, remote.sv1, other);
            let message = format!(
                "{} does not take modifiers {one} and {other} on one line on {date}",
                policy.name()
            );
            let spot = Spot::component(remote.sv1, 1, component);
            report
                .add_on_line(context, &answer, line, spot, message)
                .help(format!(
                    "keep the one that says how the service was delivered ({})",
                    remote.stands(&answer)
                ));
            return;
        }
    }
}

/// Pairs of modifiers, one of each line, that contradict each other.
fn pairs<'a>(
    first: &'a Line,
    second: &'a Line,
) -> impl Iterator<Item = (Modifier, Modifier, &'static str)> + 'a {
    first
        .modifiers
        .iter()
        .enumerate()
        .flat_map(move |(place, one)| {
            let same = std::ptr::eq(first, second);
            // Within one line each pair is met once, in the order of the line.
            second
                .modifiers
                .iter()
                .skip(if same { place + 1 } else { 0 })
                .filter_map(move |other| {
                    let why = why(says(one)?, says(other)?)?;
                    Some((one, other, why))
                })
        })
}
