//! What findings advise, and what comes of a claim that is corrected word for word as they do.

use serde_json::Value;
use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;
use telescrub::value::Date;

use super::doubts::medicaid;
use super::{Changes, MEDICARE, common, in_person, lines_by, told, told_by};

const LINE: &str = "SV1*HC:97110:GP:95*60*UN*2***1";
const DAY: &str = "*20260302~";

/// A second line of the same charge.
macro_rules! and_line {
    ($sv1:literal, $day:literal) => {
        (
            "REF*6R*1~\n",
            concat!(
                "REF*6R*1~\nLX*2~\nSV1*HC:",
                $sv1,
                "~\nDTP*472*D8*",
                $day,
                "~\nREF*6R*2~\n"
            ),
        )
    };
}

const SUM: (&str, &str) = ("CLM*EX114*60*", "CLM*EX114*120*");
const OFFICE: (&str, &str) = ("***02:B:1", "***11:B:1");
const HOME: (&str, &str) = ("***02:B:1", "***10:B:1");

/// The findings of this rule.
fn found_by(judgement: &Judgement, claim: &str, changes: Changes<'_>, rule: &str) -> Vec<Value> {
    let lines = lines_by(judgement, claim, changes);
    let all = lines
        .iter()
        .flat_map(|line| line["findings"].as_array().unwrap());
    all.filter(|finding| finding["rule"] == rule)
        .cloned()
        .collect()
}

fn builtin() -> Judgement {
    Judgement::new(common::today(), PolicyBook::builtin())
}

/// The help of the first finding of this rule, without the policy it cites.
fn help_by(judgement: &Judgement, claim: &str, changes: Changes<'_>, rule: &str) -> String {
    let found = found_by(judgement, claim, changes, rule);
    let help = found.first().map(|finding| finding["help"].as_str());
    let help = help.flatten().unwrap_or("nothing").to_owned();
    let Some(cited) = help.find(", in force ") else {
        return help;
    };
    let advice = help[..cited].rfind(" (").unwrap_or(cited);
    help[..advice].to_owned()
}

fn help(claim: &str, changes: Changes<'_>, rule: &str) -> String {
    help_by(&builtin(), claim, changes, rule)
}

#[test]
fn another_place_goes_to_the_line_where_the_claims_stands_for_others() {
    // A visit at the office, and another by video.
    let first = (LINE, "SV1*HC:97110:GP*60*UN*2***1");
    let visits = [
        first,
        SUM,
        OFFICE,
        and_line!("97110:GP:95*60*UN*2***1", "20260304"),
    ];
    assert_eq!(
        help(MEDICARE, &visits, "TEL107"),
        "write 02 or 10 in SV105 of line 2, or take 95 off if the visit was in person; CLM05-1 also stands for line 1"
    );
    let corrected = [
        first,
        SUM,
        OFFICE,
        and_line!("97110:GP:95*60*UN*2*02**1", "20260304"),
    ];
    assert_eq!(told(MEDICARE, &corrected), "");
    // Both by video: CLM05-1 mends both.
    let both = [
        SUM,
        OFFICE,
        and_line!("97110:GP:95*60*UN*2***1", "20260304"),
    ];
    assert_eq!(
        help(MEDICARE, &both, "TEL107"),
        "use 02 or 10, or take 95 off if the visit was in person"
    );
    // A line of its own place is nobody else's.
    let apart = [SUM, OFFICE, and_line!("97112:GP*60*UN*2*11**1", "20260304")];
    assert!(help(MEDICARE, &apart, "TEL107").starts_with("use 02 or 10"));
}

#[test]
fn a_service_that_was_in_person_does_not_take_the_others_with_it() {
    let hybrid = [SUM, HOME, and_line!("97140:GP*60*UN*2***1", "20260302")];
    let advice = help(MEDICARE, &hybrid, "TEL110");
    assert!(
        advice.contains("its place goes in SV105 of line 2; CLM05-1 also stands for line 1"),
        "{advice}"
    );
    let corrected = [SUM, HOME, and_line!("97140:GP*60*UN*2*11**1", "20260302")];
    assert!(!told(MEDICARE, &corrected).contains('r'));
    // All lines need hands: the claim's own place is right to change.
    let all = [
        (LINE, "SV1*HC:97124:GP*60*UN*2***1"),
        SUM,
        HOME,
        and_line!("97140:GP*60*UN*2***1", "20260303"),
    ];
    assert!(!help(MEDICARE, &all, "TEL110").contains("CLM05-1"));
}

#[test]
fn no_fix_changes_the_place_of_other_lines() {
    let today = Date::parse_iso("2022-06-01").unwrap();
    let judgement = Judgement::new(today, one_place());
    let alone = [
        ("PI*01112", "PI*ACME1"),
        ("*MB~", "*CI~"),
        HOME,
        (DAY, "*20220302~"),
    ];
    let found = found_by(&judgement, MEDICARE, &alone, "TEL103");
    assert_eq!(found[0]["fix"]["replacement"], "02");
    let shared = [
        ("PI*01112", "PI*ACME1"),
        ("*MB~", "*CI~"),
        SUM,
        HOME,
        (DAY, "*20220302~"),
        and_line!("97110:GP:95*60*UN*2***1", "20201230"),
    ];
    let found = found_by(&judgement, MEDICARE, &shared, "TEL103");
    assert_eq!(found[0]["fix"], Value::Null);
    let advice = found[0]["help"].as_str().unwrap();
    assert!(
        advice.starts_with("write 02 in SV105 of line 1; CLM05-1 also stands for line 2"),
        "{advice}"
    );
}

/// A payer that takes 02 only.
fn one_place() -> PolicyBook {
    acme("pos = [\"02\"]")
}

/// A commercial payer whose telehealth period says this too.
fn acme(more: &str) -> PolicyBook {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"key = "commercial/acme"
program = "commercial"
jurisdiction = "US"
name = "Acme Health"
publisher = "Acme Health, provider manual"
payer_ids = ["ACME1"]

[sources]
manual = {{ title = "Provider manual", publisher = "Acme Health", url = "https://acme.example/manual", dated = "2026-01" }}

[[telehealth]]
from = 2021-01-01
pt_telehealth = "covered"
codes_mode = "list"
codes = ["97110", "97161", "97530"]
pos_rule = "required"
modifiers_any_of = ["95", "GT"]
{more}
source = ["manual"]
confidence = "high"
"#
    );
    std::fs::write(folder.path().join("acme.toml"), text).unwrap();
    let mut policies = PolicyBook::builtin();
    policies.overlay(folder.path()).unwrap();
    policies
}

const ACME: [(&str, &str); 2] = [("PI*01112", "PI*ACME1"), ("*MB~", "*CI~")];

#[test]
fn places_that_another_rule_refuses_are_not_offered() {
    let both = "pos = [\"02\", \"10\"]";
    let change = |day: &'static str| [ACME[0], ACME[1], OFFICE, (DAY, day)];
    let first = |more: &str, day| {
        let judgement = Judgement::new(common::today(), acme(more));
        help_by(&judgement, MEDICARE, &change(day), "TEL107")
    };
    assert!(first(both, "*20260302~").starts_with("use 02 or 10,"));
    assert!(
        first(both, "*20211102~").starts_with("use 02,"),
        "10 came in 2022"
    );
    let clinic = format!("{both}\nhome_as_originating_site = \"not_allowed\"");
    assert!(first(&clinic, "*20260302~").starts_with("use 02,"));
}

#[test]
fn what_marks_a_service_is_taken_off_whole_or_not_at_all() {
    let idaho = medicaid("ID", "83702");
    let marks = [(LINE, "SV1*HC:97110:GP:95:GT*60*UN*2***1"), OFFICE];
    assert!(help(&idaho, &marks, "TEL107").contains("take 95 and GT off"));
    // The only mark of an audio-only service, and the payer's word for one is not known.
    let telephone = "pos = [\"02\"]\nmodifiers_not_allowed = [\"FQ\"]\naudio_only = \"allowed\"";
    let judgement = Judgement::new(common::today(), acme(telephone));
    let audio = (LINE, "SV1*HC:97110:GP:FQ*60*UN*2***1");
    let advice = help_by(&judgement, MEDICARE, &[ACME[0], ACME[1], audio], "TEL105");
    assert!(
        advice.starts_with("which modifier it wants for audio-only is not known: ask the payer"),
        "{advice}"
    );
}

#[test]
fn one_mark_of_video_comes_in_place_of_another() {
    let idaho = medicaid("ID", "83702");
    let found = found_by(&builtin(), &idaho, &[], "TEL104");
    assert_eq!(found[0]["element"], "SV101-4");
    assert_eq!(found[0]["fix"]["replacement"], "GT");
    assert_eq!(help(&idaho, &[], "TEL104"), "put GT in place of 95");
    assert_eq!(told(&idaho, &[("97110:GP:95", "97110:GP:GT")]), "");
    let recorded = [("97110:GP:95", "97110:GP:GQ")];
    assert!(
        help(&idaho, &recorded, "TEL109")
            .starts_with("put GT in place of GQ if the service was live"),
    );
    // Texas wants 93 for audio-only, and does not take it for this code.
    let texas = medicaid("TX", "78702");
    let audio = [("97110:GP:95", "97110:GP:93")];
    assert!(
        help(&texas, &audio, "TEL108").starts_with("put 95 in place of 93 if it was live video"),
    );
}

#[test]
fn where_no_place_for_a_modifier_is_free_room_must_be_made() {
    let california = medicaid("CA", "93721");
    let full = [("97110:GP:95", "97110:GP:59:KX:CR")];
    let found = found_by(&builtin(), &california, &full, "TEL104");
    assert_eq!(found[0]["element"], "SV101");
    assert_eq!(found[0]["fix"], Value::Null);
    let advice = found[0]["help"].as_str().unwrap();
    assert!(
        advice.starts_with("SV101-3 to SV101-6 are all taken"),
        "{advice}"
    );
    assert!(advice.contains("to make room for 95"), "{advice}");
    let office = in_person();
    let full = [("97110:GP", "97110:KX:59:76:XS")];
    let found = found_by(&builtin(), &office, &full, "PTT001");
    assert_eq!(found[0]["element"], "SV101");
    assert!(
        found[0]["help"]
            .as_str()
            .unwrap()
            .contains("to make room for GP")
    );
}

#[test]
fn codes_that_are_named_live_on_the_date() {
    let office = in_person();
    let old = [("97110:GP", "97532:GP"), ("UN*2", "UN*1")];
    assert_eq!(
        help(&office, &old, "PTT010"),
        "bill 97129 instead, and 97130 beside it for further time (Medicare Part B)"
    );
    let review = [("97110:GP", "G2010:GP"), ("UN*2", "UN*1")];
    assert!(help(&office, &review, "PTT014").contains("takes from therapists: G2250"));
}

#[test]
fn a_line_that_is_there_twice_gets_the_remedies_that_help() {
    let office = in_person();
    let evaluation = [
        ("97110:GP*60*UN*2", "97161:GP*60*UN*1"),
        SUM,
        and_line!("97161:GP*60*UN*1***1", "20260302"),
    ];
    let once = help(&office, &evaluation, "DUP002");
    assert!(
        once.starts_with("take it off (its charge off CLM02"),
        "{once}"
    );
    assert!(
        !once.contains("76") && !once.contains("on one line"),
        "{once}"
    );
    let exercise = [SUM, and_line!("97110:GP*60*UN*2***1", "20260302")];
    assert!(help(&office, &exercise, "DUP002").contains("modifier 76 or 59"));
}

#[test]
fn no_fix_is_told_that_no_flag_applies() {
    let office = in_person();
    for (changes, rule) in [
        ([("97110:GP*60*UN*2", "97161:GP*60*UN*2")], "PTT004"),
        ([("97110:GP", "97014:GP")], "PTT013"),
        ([("97110:GP", "97001:GP")], "PTT010"),
    ] {
        let found = found_by(&builtin(), &office, &changes, rule);
        assert!(!found.is_empty(), "{rule}");
        assert!(
            found.iter().all(|finding| finding["fix"].is_null()),
            "{rule}"
        );
    }
}

#[test]
fn a_level_that_runs_into_a_claim_is_laid_to_a_missing_hl() {
    let second = [(
        "SE*",
        "SBR*P*18*******CI~\nNM1*IL*1*OTHER*ANN****MI*Z999~\nN3*25 OAK LN~\nN4*AUSTIN*TX*78704~\n\
         DMG*D8*19560410*F~\nNM1*PR*2*EVERGREEN HEALTH PLAN*****PI*EVG01~\nCLM*SECOND*60***11:B:1*Y*A*Y*Y~\n\
         HI*ABK:M5450~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~\nSE*",
    )];
    let lines = lines_by(&builtin(), &in_person(), &second);
    let helps: Vec<&str> = lines[0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["help"].as_str().unwrap())
        .collect();
    assert!(helps.len() > 2);
    assert!(
        helps[0].starts_with("the HL that starts a level may be missing"),
        "{helps:?}"
    );
    assert!(
        helps[1..]
            .iter()
            .all(|help| *help == "see above: an HL may be missing"),
        "{helps:?}"
    );
    assert_eq!(lines[1]["findings"][0]["rule"], "SYN013");
    // Another payer behind the lines is one, with its OI, and is to be moved.
    let payer = [(
        "SE*",
        "SBR*S*18*******CI~\nOI***Y***Y~\nNM1*IL*1*OTHER*ANN****MI*Z999~\n\
         NM1*PR*2*EVERGREEN HEALTH PLAN*****PI*EVG01~\nSE*",
    )];
    let lines = lines_by(&builtin(), &in_person(), &payer);
    assert!(lines[0].to_string().contains("put SBR before LX"));
    assert!(!lines[0].to_string().contains("may be missing"));
}

#[test]
fn states_that_are_none_are_told_once() {
    let today = common::today();
    let judgement = Judgement::new(today, PolicyBook::builtin());
    let nowhere = [("AUSTIN*TX*78702", "AUSTIN*XX*78702")];
    let told = told_by(&judgement, MEDICARE, &nowhere);
    assert!(
        told.contains("COD003") && !told.contains("TEL192"),
        "{told}"
    );
}

#[test]
fn a_deleted_code_names_its_successors_whoever_pays() {
    let commercial = MEDICARE.replace("*******MB~", "*******CI~");
    let deleted = |code: &str, date: &str| {
        let service = format!(":{code}*60*UN*1");
        let day = format!("*{date}~");
        let changes = [(":97110:GP:95*60*UN*2", &*service), ("*20260302~", &day)];
        help(&commercial, &changes, "COD005")
    };
    let evaluation = deleted("97001", "20260302");
    assert_eq!(evaluation, "bill 97161, 97162 or 97163 instead");
    // Of those that came after it none lives yet, or any more.
    let unknown = "give the code that describes the service and was in force on its date";
    assert_eq!(deleted("97550", "20230302"), unknown);
}
