//! Claims that nearly break a rule beside claims that just do: what is told of each, whole.
//!
//! Each case is one sound claim with a few changes, and every finding it must get, and no
//! other: a wrong reject fails here as surely as a missed one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

#[path = "../common/mod.rs"]
mod common;

mod added_modifiers;
mod advice;
mod balance;
mod codes;
mod communication;
mod dates;
mod diagnoses;
mod doubts;
mod hidden;
mod payers;
mod states;
mod syntax;
mod telehealth;
mod therapy;

use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;
use telescrub::value::Date;
use telescrub::x12::limits;

/// A Medicare claim by telehealth with nothing to say about it.
const MEDICARE: &str = "\
ISA*00*          *00*          *ZZ*EXAMPLEBILL    *ZZ*EXAMPLEPAYER   *260305*0900*^*00501*000000114*0*P*:~
GS*HC*EXAMPLEBILL*EXAMPLEPAYER*20260305*0900*114*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*FIX114*20260305*0900*CH~
NM1*41*2*EXAMPLE BILLING*****46*EXAMPLEBILL~
PER*IC*BILLING DESK*TE*5125550100~
NM1*40*2*EXAMPLE PAYER*****46*EXAMPLEPAYER~
HL*1**20*1~
PRV*BI*PXC*261QP2000X~
NM1*85*2*EXAMPLE THERAPY*****XX*1470258363~
N3*100 MAIN STREET~
N4*AUSTIN*TX*787011234~
REF*EI*741234567~
HL*2*1*22*0~
SBR*P*18*******MB~
NM1*IL*1*SAMPLE*PAT****MI*1EG4TE5MK73~
N3*7 ELM STREET~
N4*AUSTIN*TX*78702~
DMG*D8*19500412*F~
NM1*PR*2*MEDICARE PART B*****PI*01112~
CLM*EX114*60***02:B:1*Y*A*Y*Y~
HI*ABK:M25561~
NM1*DN*1*REFERRER*RAE****XX*1590007419~
NM1*82*1*THERAPIST*TAY****XX*1836009252~
PRV*PE*PXC*225100000X~
LX*1~
SV1*HC:97110:GP:95*60*UN*2***1~
DTP*472*D8*20260302~
REF*6R*1~
SE*28*0001~
GE*1*114~
IEA*1*000000114~
";

/// The same visit at the office.
fn in_person() -> String {
    MEDICARE
        .replace("***02:B:1", "***11:B:1")
        .replace("97110:GP:95", "97110:GP")
}

/// Changes to make to a claim: what stands there, and what shall.
type Changes<'a> = &'a [(&'a str, &'a str)];

/// The rules told of the claim with these changes, each with the letter of what it does:
/// `r` rejects, `w` warns, `u` leaves the claim unchecked, `i` informs.
fn told(claim: &str, changes: Changes<'_>) -> String {
    told_on(common::today(), claim, changes)
}

/// The same, judged on another day.
fn told_on(today: Date, claim: &str, changes: Changes<'_>) -> String {
    told_by(
        &Judgement::new(today, PolicyBook::builtin()),
        claim,
        changes,
    )
}

/// The lines of the findings file on the claim with these changes.
fn lines_by(judgement: &Judgement, claim: &str, changes: Changes<'_>) -> Vec<serde_json::Value> {
    let mut text = claim.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is not in the claim");
        text = text.replace(from, to);
    }
    let segments = text.matches("~\n").count() - 4;
    let from = text.find("SE*").unwrap();
    text.replace_range(from..from + "SE*28".len(), &format!("SE*{segments}"));
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.837");
    std::fs::write(&input, &text).unwrap();
    let scrubbed = common::scrub_as(judgement, &input, 1, limits::BLOCK_BYTES, false, None);
    assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
    scrubbed.findings()
}

/// The same, by this judgement.
fn told_by(judgement: &Judgement, claim: &str, changes: Changes<'_>) -> String {
    let mut told: Vec<String> = Vec::new();
    for line in lines_by(judgement, claim, changes) {
        for finding in line["findings"].as_array().unwrap() {
            let letter = match finding["severity"].as_str().unwrap() {
                "reject" => "r",
                "warn" if line["verdict"] == "unchecked" && finding["rule"] == "TEL190" => "u",
                "warn" => "w",
                _ => "i",
            };
            told.push(format!("{}{letter}", finding["rule"].as_str().unwrap()));
        }
    }
    told.sort();
    told.join(" ")
}

/// The same, judged by the rules of another day on a service of that day.
fn check_on(date: &str, claim: &str, cases: &[(&str, Changes<'_>, &str)]) {
    let today = Date::parse_iso(date).unwrap();
    let service = ("*20260302~", format!("*{}~", date.replace('-', "")));
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(name, changes, wanted)| {
            let mut all = vec![(service.0, service.1.as_str())];
            all.extend_from_slice(changes);
            let told = told_on(today, claim, &all);
            (told != *wanted).then(|| format!("{name}: told `{told}`, wanted `{wanted}`"))
        })
        .collect();
    assert!(wrong.is_empty(), "{date}: {}", wrong.join("\n"));
}

/// Runs a table of cases: a name, the changes, what must be told.
fn check(claim: &str, cases: &[(&str, Changes<'_>, &str)]) {
    assert_eq!(told(claim, &[]), "", "the claim itself");
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(name, changes, wanted)| {
            let told = told(claim, changes);
            (told != *wanted).then(|| format!("{name}: told `{told}`, wanted `{wanted}`"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
