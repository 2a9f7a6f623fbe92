//! COD002: providers without the identifiers they need.

use super::parties::{has_reference, on_line, providers, safe};
use crate::claim::Claim;
use crate::claim::text::Text;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, LevelView, Report, Rule, RuleScope, Spot,
};
use crate::value::{Date, Severity};

/// COD002.
pub static RULE: Rule = Rule {
    code: "COD002",
    name: "provider-identifier-missing",
    snip: 4,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "The billing provider and every person who renders the service are named with an NPI, and the billing provider's tax number (REF*EI or REF*SY) has nine digits. A referring or ordering person without an NPI is warned about, and rejected for Medicare; an organization that renders the service or a supervising person without one is warned about. A provider named by a number of the payer's (REF*G2), of the place (LU) or a license (0B) instead may be one that is no health care provider, and is warned about.",
    why: "Payers know providers by NPI and pay by tax number: a claim without them is returned unread.",
    remedy: "Fill NM108 with XX and NM109 with the NPI. Only a provider that is no health care provider, such as a taxi company, bills without one. Write the tax number as nine digits without hyphens.",
    fails: Example {
        text: "NM1*85*2*HARBOR PHYSICAL THERAPY~\nN3*100 MAIN ST~\nN4*AUSTIN*TX*787011234~\nREF*EI*12-3456789~",
        note: "no NPI in NM109, and a hyphen in the tax number",
    },
    passes: Example {
        text: "NM1*85*2*HARBOR PHYSICAL THERAPY*****XX*1234567893~\nN3*100 MAIN ST~\nN4*AUSTIN*TX*787011234~\nREF*EI*123456789~",
        note: "an NPI and a tax number of nine digits",
    },
    sources: &[
        "45 CFR 162.410 (use of the NPI)",
        "005010X222A1, 2010AA NM109 and REF*EI, 2310A, 2310B, 2310D, 2420A, 2420D, 2420E, 2420F",
        "CMS MLN SE1305 (ordering and referring providers on Medicare claims)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A6", "562", "85"),
    check: Check::ProviderAndClaimWith(level, Features::NO_NPI, claim),
};

/// The billing provider's tax number.
fn level(view: &LevelView<'_>, report: &mut Report<'_>) {
    let Some(index) = view.billing.tax else {
        return;
    };
    let number = view.text.segment(index).element(2);
    if number.is_empty() || (number.len() == 9 && number.iter().all(u8::is_ascii_digit)) {
        return;
    }
    let digits: String = number
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .map(|&byte| char::from(byte))
        .collect();
    let only_hyphens = digits.len() == 9
        && number
            .iter()
            .all(|&byte| byte.is_ascii_digit() || byte == b'-');
    let finding = report.add(
        "2010AA",
        Spot::element(index, 2),
        "the billing provider's tax number is not nine digits",
    );
    finding.answered(("A7", "128", "85")).help(
        "write the nine digits of the employer or social security number without hyphens or blanks",
    );
    finding.fix = only_hyphens.then(|| safe("leave out the hyphens", digits));
}

/// The NPIs. The billing provider's is asked for claim by claim, since what may stand
/// in its place stands with the payer (2010BB REF*G2 or LU).
fn claim(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    let text = &claim.text;
    if let Some(name) = claim.billing.name
        && text.segment(name).element(9).is_empty()
    {
        let payer = claim.subscriber.payer;
        let named_otherwise = payer.is_some_and(|payer| is_named_otherwise(text, payer))
            || is_named_otherwise(text, name);
        missing(
            Missing {
                who: "billing",
                loop_id: "2010AA",
                name,
                line: None,
                named_otherwise,
                optional: false,
            },
            report,
        );
    }
    for (provider, line) in providers(claim) {
        let who = match provider.loop_id {
            "2310B" | "2420A" => "rendering",
            "2310A" | "2420F" => "referring",
            "2420E" => "ordering",
            "2310D" | "2420D" => "supervising",
            _ => continue,
        };
        let segment = text.segment(provider.name);
        let is_person = segment.element(2) == b"1";
        let renders = who == "rendering";
        if !segment.element(9).is_empty() || !(is_person || renders) {
            continue;
        }
        let optional = match who {
            "rendering" => !is_person,
            "supervising" => true,
            _ => !medicare_asks(claim),
        };
        missing(
            Missing {
                who,
                loop_id: provider.loop_id,
                name: provider.name,
                line,
                named_otherwise: renders && is_named_otherwise(text, provider.name),
                optional,
            },
            report,
        );
    }
}

/// Whether the loop of this NM1 segment has a number by which payers know providers that
/// can have no NPI: their own, that of the place, or a license.
fn is_named_otherwise(text: &Text<'_>, name: u32) -> bool {
    [b"G2", b"LU", b"0B"]
        .into_iter()
        .any(|qualifier| has_reference(text, name, qualifier))
}

/// Whether Medicare Part B turns the claim away without the NPI of who referred or ordered, as
/// it does from 2014-01-06.
fn medicare_asks(claim: &Claim<'_>) -> bool {
    let service = claim.dates().map(|dates| dates.from);
    claim.filing_indicator() == b"MB"
        && service
            .zip(Date::new(2014, 1, 6))
            .is_some_and(|(day, first)| day >= first)
}

/// A provider without an NPI.
#[derive(Clone, Copy)]
struct Missing {
    who: &'static str,
    loop_id: &'static str,
    name: u32,
    line: Option<u32>,
    /// Another number stands in the NPI's place.
    named_otherwise: bool,
    /// Not every payer asks for it.
    optional: bool,
}

#[cold]
fn missing(what: Missing, report: &mut Report<'_>) {
    let Missing {
        who,
        loop_id,
        name,
        line,
        named_otherwise,
        optional,
    } = what;
    let severity = if named_otherwise || optional {
        Severity::Warn
    } else {
        Severity::Reject
    };
    let help = if named_otherwise {
        "only a provider that is no health care provider may be named by such a number (REF) alone; any other needs NM108 XX and the NPI in NM109"
    } else {
        "fill NM108 with XX and NM109 with the provider's NPI"
    };
    let finding = report.add_as(
        severity,
        loop_id,
        Spot::element(name, 9),
        format!("the {who} provider has no NPI"),
    );
    on_line(finding, line).help(help);
}
