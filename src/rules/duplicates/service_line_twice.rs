//! DUP002: the same service line twice in a claim.

use crate::claim::text::Text;
use crate::claim::{Claim, Line};
use crate::policy::MuePer;
use crate::rules::balance::WITH_THE_LINE;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Modifier, Severity};
use crate::x12::{Segment, SegmentKind};

/// DUP002.
pub static RULE: Rule = Rule {
    code: "DUP002",
    name: "service-line-twice",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "No two service lines of a claim bill the same: procedure with its modifiers, charge, units, place, dates, providers and all else but the line's number, unless a modifier says that the service was furnished again (76, 77, 91) or was a distinct one (59, XE, XP, XS, XU).",
    why: "The payer takes the second line for a slip and denies it as a duplicate.",
    remedy: "Take the line off, or bill the units on one line. If the service was furnished a second time, say so by a modifier.",
    fails: Example {
        text: "LX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~\nLX*2~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "the same half hour twice",
    },
    passes: Example {
        text: "LX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~\nLX*2~\nSV1*HC:97110:GP:76*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "modifier 76: furnished again on the same day",
    },
    sources: &[
        "CMS Medicare Claims Processing Manual, chapter 1, section 120 (detection of duplicate claims)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A3", "78", ""),
    check: Check::ClaimWith(Features::SAME_CODE, check),
};

/// Lines that are compared, each with all before it. The guide allows no more in a claim;
/// one that has more is refused for that.
const LINES: usize = 50;

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let lines = &claim.lines()[..claim.lines().len().min(LINES)];
    for (at, line) in lines.iter().enumerate().skip(1) {
        let first = lines.iter().take(at).find(|other| {
            other.procedure == line.procedure
                && other.charge == line.charge
                && other.dates == line.dates
                && same(&claim.text, other, line)
        });
        let (Some(first), Some(sv1)) = (first, line.sv1) else {
            continue;
        };
        if line.modifiers.iter().any(says_why) {
            continue;
        }
        report
            .add(
                "2400",
                Spot::segment(sv1),
                format!("the line bills the same as line {}", first.number),
            )
            .help(if is_once(line, first, context) {
                format!("take it off {WITH_THE_LINE}: the payer pays no more of this code on one date")
            } else {
                format!(
                    "take it off {WITH_THE_LINE}, or bill all units on one line; if the service was furnished again, say so by modifier 76 or 59"
                )
            })
            .line(line.number);
    }
}

/// Whether the payer pays no more of the code on the date than one of the lines bills.
fn is_once(line: &Line, first: &Line, context: &Context<'_>) -> bool {
    let (Some(policy), Some(procedure), Some(date)) = (context.policy, line.procedure, line.from())
    else {
        return false;
    };
    let units = |line: &Line| u32::from(line.units.unwrap_or(1));
    let both = units(first).saturating_add(units(line));
    policy.one_unit(procedure, date).is_some()
        || policy
            .mue(procedure, date)
            .is_some_and(|mue| mue.value.per != MuePer::Line && both > u32::from(mue.value.units))
}

/// Whether two lines say the same but for their numbers.
fn same(text: &Text<'_>, one: &Line, other: &Line) -> bool {
    let (Some(first), Some(second)) = (text.get(one.sv1), text.get(other.sv1)) else {
        return false;
    };
    let [units, others] = [one, other].map(|line| {
        let [measure, quantity] = line.measure;
        [text.of(measure), text.of(quantity.of_number(text.bytes))]
    });
    // What SV1 says behind the place, such as diagnosis pointers, makes no other service.
    units == others
        && one.place == other.place
        && (one.place.is_some() || first.element(5) == second.element(5))
        && (one.charge.is_some() || first.element(2) == second.element(2))
        && (first.element(1) == second.element(1) || are_of_one_service(one, other))
        && rest(text, one)
            .map(|segment| segment.text())
            .eq(rest(text, other).map(|segment| segment.text()))
}

/// Whether two lines of one code have the same modifiers, in whatever order, and nothing
/// more.
fn are_of_one_service(one: &Line, other: &Line) -> bool {
    let modifiers = |line: &Line| {
        let mut modifiers: Vec<_> = line.modifiers.iter().map(Modifier::bytes).collect();
        modifiers.sort_unstable();
        modifiers
    };
    one.plain && other.plain && modifiers(one) == modifiers(other)
}

/// The segments of a line but its numbers, SV1 and the date of service.
fn rest<'a>(text: &Text<'a>, line: &Line) -> impl Iterator<Item = Segment<'a>> {
    let text = *text;
    let end = u32::try_from(text.tokens.len()).unwrap_or(u32::MAX);
    (line.lx.saturating_add(1)..end)
        .map(move |index| text.segment(index))
        .take_while(|segment| segment.kind() == SegmentKind::Other && segment.id() != b"LX")
        .filter(|segment| match segment.id() {
            b"SV1" => false,
            b"DTP" => segment.element(1) != b"472",
            b"REF" => segment.element(1) != b"6R",
            _ => true,
        })
}

fn says_why(modifier: Modifier) -> bool {
    matches!(
        &modifier.bytes(),
        b"59" | b"76" | b"77" | b"91" | b"XE" | b"XP" | b"XS" | b"XU"
    )
}
