//! What becomes of a telehealth line: every program, every code it lists, by place of
//! service, modifier and date of service.
//!
//! `INSTA_UPDATE=always cargo test --test policy matrix` writes the snapshot again; what
//! then differs is what a change of rules or facts does to claims.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use telescrub::policy::{Kind, Policy, PolicyBook, Program};
use telescrub::rules::RuleScope;
use telescrub::scrub::cutter::Cutter;
use telescrub::scrub::duplicates::Seen;
use telescrub::scrub::input::{self, Input};
use telescrub::scrub::judge::{Assignment, Judgement, Notes};
use telescrub::scrub::listener::{EnvelopeSegment, JudgedClaim, Listener, SetFindings, SetHeader};
use telescrub::scrub::pipeline;
use telescrub::value::{Date, Severity};
use telescrub::x12::limits;

/// Both sides of each change of Medicare's policy, a day inside its lapse, two days of
/// its everyday, and the day the facts were gathered.
const DATES: [&str; 12] = [
    "2020-02-29",
    "2020-03-01",
    "2021-06-10",
    "2021-12-31",
    "2022-01-01",
    "2023-12-31",
    "2024-01-01",
    "2025-10-15",
    "2026-02-01",
    "2026-11-23",
    "2027-12-31",
    "2028-01-01",
];
const PLACES: [&str; 4] = ["02", "10", "11", "12"];
const MODIFIERS: [&str; 7] = ["", "95", "GT", "GQ", "93", "FQ", "G0"];

/// A line's place in the matrix.
type Case<'a> = (&'a str, &'a str, &'a str, &'a str);

/// What the telehealth rules say of a line: `-`, or their numbers, each with a letter
/// for what it does.
type Outcome = String;

/// Judges one line for each case, each in a claim of its own, under one policy.
fn judge(policies: PolicyBook, key: &str, cases: &[Case<'_>]) -> Vec<Outcome> {
    let id = policies.find(key).unwrap();
    let program = match policies.get(id).program() {
        Program::Medicare => "MB",
        Program::Medicaid => "MC",
        Program::Commercial => "CI",
    };
    // After the last date, so that no date of service lies in the future.
    let mut judgement = Judgement::new(Date::parse_iso("2028-01-01").unwrap(), policies);
    judgement.governing.set(b"PAYER", id);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.837");
    std::fs::write(&path, claims(program, cases)).unwrap();
    let input = Input {
        path: Some(path),
        stem: "in".to_owned(),
    };
    let surveyed = input::open(&input, folder.path(), None).unwrap();
    let mut cutter = Cutter::new(surveyed.file, &surveyed.survey, limits::BLOCK_BYTES);
    let pool = rayon::ThreadPoolBuilder::new().build().unwrap();
    let mut outcomes = Vec::new();
    pipeline::run(
        &pool,
        &mut cutter,
        Assignment {
            judgement: &judgement,
            survey: &surveyed.survey,
            notes: &Notes::new(&surveyed.survey),
            listeners: &[&Outcomes],
            twins: &[],
            seeks_twins: false,
            mending: false,
            earlier: None,
            known: None,
        },
        &mut Seen::of(folder.path().to_owned(), surveyed.survey.claims),
        &|| false,
        &mut |_, judged| {
            for line in Cursor::new(&judged.kept[0])
                .get_ref()
                .split(|&byte| byte == b'\n')
            {
                outcomes.push(String::from_utf8(line.to_vec()).unwrap());
            }
            // The bytes end with a line end.
            outcomes.pop();
            Ok(())
        },
    )
    .unwrap();
    assert_eq!(outcomes.len(), cases.len());
    outcomes
}

fn claims(program: &str, cases: &[Case<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(
        b"ISA*00*          *00*          *ZZ*MATRIX         *ZZ*PAYER          *280101*0900*^*00501*000000001*0*P*:~\
          GS*HC*MATRIX*PAYER*20280101*0900*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*M*20280101*0900*CH~\
          NM1*41*2*MATRIX*****46*MATRIX~PER*IC*DESK*TE*5125550100~NM1*40*2*PAYER*****46*PAYER~HL*1**20*1~\
          NM1*85*2*EXAMPLE THERAPY*****XX*1470258363~N3*100 MAIN STREET~N4*AUSTIN*TX*787011234~REF*EI*741234567~\
          HL*2*1*22*0~",
    );
    write!(
        out,
        "SBR*P*18*******{program}~NM1*IL*1*SAMPLE*PAT****MI*EX12345~N3*7 ELM STREET~N4*AUSTIN*TX*78702~\
         DMG*D8*19500412*F~NM1*PR*2*PAYER*****PI*PAYER~"
    )
    .unwrap();
    for (date, code, place, modifier) in cases {
        let colon = if modifier.is_empty() { "" } else { ":" };
        write!(
            out,
            "CLM*{code}*60***{place}:B:1*Y*A*Y*Y~HI*ABK:M25561~LX*1~SV1*HC:{code}:GP{colon}{modifier}*60*UN*1***1~\
             DTP*472*D8*{}~",
            date.replace('-', "")
        )
        .unwrap();
    }
    out.extend_from_slice(b"SE*0*0001~GE*1*1~IEA*1*000000001~");
    out
}

/// Keeps the outcome of each claim, a line each.
struct Outcomes;

impl Listener for Outcomes {
    fn envelope(&self, _: &EnvelopeSegment<'_>, _: &mut Vec<u8>) {}

    fn set(&self, _: &SetHeader<'_>, _: &mut Vec<u8>) {}

    fn set_findings(&self, _: &SetFindings<'_>, _: &mut Vec<u8>) {}

    fn claim(&self, judged: &JudgedClaim<'_>, kept: &mut Vec<u8>) {
        let mut told: Vec<String> = judged
            .findings
            .iter()
            .filter(|finding| finding.rule.code.starts_with("TEL"))
            // What the claim as a whole is asked is the same in every cell.
            .filter(|finding| finding.rule.scope == RuleScope::Line)
            .map(|finding| {
                let letter = match finding.severity {
                    Severity::Reject => 'r',
                    Severity::Warn if finding.unchecked => 'u',
                    Severity::Warn => 'w',
                    Severity::Info => 'i',
                };
                format!("{}{letter}", &finding.rule.code[3..])
            })
            .collect();
        told.sort();
        told.dedup();
        let outcome = if told.is_empty() {
            "-".to_owned()
        } else {
            told.join("+")
        };
        kept.extend_from_slice(outcome.as_bytes());
        kept.push(b'\n');
    }
}

/// The codes that this policy or Medicare's names on any date.
fn codes(policies: &PolicyBook, policy: &Policy) -> Vec<String> {
    let medicare = policies.get(policies.medicare().unwrap());
    let rows = medicare.rows().chain(policy.rows());
    let named: BTreeSet<String> = rows
        .filter(|row| matches!(row.kind(), Some(Kind::Telehealth | Kind::CodeOnList)))
        .flat_map(|row| [row.words_of("codes"), row.words_of("codes_excluded")])
        .flatten()
        .collect();
    named.into_iter().collect()
}

#[test]
fn every_program_by_code_place_modifier_and_date() {
    let mut grids: BTreeMap<Vec<Outcome>, usize> = BTreeMap::new();
    let mut text = String::new();
    let keys: Vec<String> = PolicyBook::builtin().keys().map(str::to_owned).collect();
    for key in &keys {
        let policies = PolicyBook::builtin();
        let codes = codes(&policies, policies.get(policies.find(key).unwrap()));
        let cases: Vec<Case<'_>> = codes
            .iter()
            .flat_map(|code| DATES.map(|date| (code.as_str(), date)))
            .flat_map(|(code, date)| PLACES.map(|place| (date, code, place)))
            .flat_map(|(date, code, place)| MODIFIERS.map(|modifier| (date, code, place, modifier)))
            .collect();
        let outcomes = judge(policies, key, &cases);
        // Codes with the same grids on the same dates share a line.
        let mut groups: BTreeMap<Vec<usize>, Vec<&str>> = BTreeMap::new();
        let by_code = outcomes.chunks(DATES.len() * PLACES.len() * MODIFIERS.len());
        for (code, outcomes) in codes.iter().zip(by_code) {
            let of_dates = outcomes
                .chunks(PLACES.len() * MODIFIERS.len())
                .map(|grid| {
                    let next = grids.len() + 1;
                    *grids.entry(grid.to_vec()).or_insert(next)
                })
                .collect();
            groups.entry(of_dates).or_default().push(code);
        }
        writeln!(text, "\n{key}").unwrap();
        for (of_dates, codes) in &groups {
            writeln!(text, "  {}", codes.join(" ")).unwrap();
            for run in runs(of_dates) {
                writeln!(text, "    {run}").unwrap();
            }
        }
    }
    let mut by_number: Vec<_> = grids.iter().map(|(grid, number)| (*number, grid)).collect();
    by_number.sort_unstable();
    for (number, grid) in by_number {
        writeln!(text, "\ngrid {number}").unwrap();
        for (place, row) in PLACES.iter().zip(grid.chunks(MODIFIERS.len())) {
            let cells: Vec<String> = MODIFIERS
                .iter()
                .zip(row)
                .map(|(modifier, outcome)| {
                    let modifier = if modifier.is_empty() {
                        "none"
                    } else {
                        modifier
                    };
                    format!("{modifier} {outcome}")
                })
                .collect();
            writeln!(text, "  {place}: {}", cells.join(", ")).unwrap();
        }
    }
    assert!(text.len() < 300_000, "{} bytes", text.len());
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("matrix", text);
    });
}

/// `2020-03-01..2021-12-31 grid 3` for each run of dates with one grid.
fn runs(of_dates: &[usize]) -> Vec<String> {
    let mut runs: Vec<(&str, &str, usize)> = Vec::new();
    for (date, &grid) in DATES.into_iter().zip(of_dates) {
        match runs.last_mut() {
            Some((_, last, known)) if *known == grid => *last = date,
            _ => runs.push((date, date, grid)),
        }
    }
    runs.into_iter()
        .map(|(first, last, grid)| {
            let dates = if first == last {
                first.to_owned()
            } else {
                format!("{first}..{last}")
            };
            format!("{dates} grid {grid}")
        })
        .collect()
}

/// The eleven categories of the HHS page on tele-physical therapy, with their codes.
const SEED: [(&str, &[&str]); 11] = [
    ("evaluations", &["97161", "97162", "97163", "97164"]),
    ("exercise", &["97110"]),
    ("neuromuscular", &["97112"]),
    ("therapeutic procedures", &["97116", "97150"]),
    ("therapeutic activities", &["97530"]),
    ("self-care", &["97535"]),
    ("wheelchair management", &["97542"]),
    ("functional capacity", &["97750"]),
    ("assistive technology", &["97755"]),
    ("orthotic training", &["97760"]),
    ("orthotic and prosthetic training", &["97761"]),
];

#[test]
fn the_seed_page_s_categories_are_payable_under_medicare_then_and_now() {
    // Then the place was that of the visit in person; now it is 02 or 10.
    for (date, place) in [
        ("2021-06-10", "11"),
        ("2026-03-02", "02"),
        ("2026-03-02", "10"),
    ] {
        for (category, codes) in SEED {
            let cases: Vec<Case<'_>> = codes
                .iter()
                .map(|code| (date, *code, place, "95"))
                .collect();
            for (case, outcome) in
                cases
                    .iter()
                    .zip(judge(PolicyBook::builtin(), "medicare", &cases))
            {
                assert_eq!(outcome, "-", "{category} {case:?}");
            }
        }
    }
    // The same judge refuses what is not on the list.
    let other = [("2026-03-02", "97140", "02", "95")];
    assert_ne!(judge(PolicyBook::builtin(), "medicare", &other), ["-"]);
}
