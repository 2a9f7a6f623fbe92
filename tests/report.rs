//! The report: what stands in the page. How it looks and works is tested in a browser,
//! by `.ci/browser`.
#![allow(clippy::unwrap_used)]

mod common;

use base64::Engine as _;
use common::{generated, scrub, scrub_file, scrub_unchecked, spec};
use sha2::{Digest, Sha256};
use telescrub::generate::Spec;
use telescrub::scrub::item::Fate;

const BLOCK: usize = 1 << 20;

fn page(files: &common::Scrubbed) -> String {
    String::from_utf8(files.file("report.html").to_vec()).unwrap()
}

/// What stands between the only `open` of the page and the next `close`.
fn between<'a>(page: &'a str, open: &str, close: &str) -> &'a str {
    assert_eq!(page.matches(open).count(), 1, "{open}");
    page.split_once(open)
        .unwrap()
        .1
        .split_once(close)
        .unwrap()
        .0
}

fn data(page: &str) -> serde_json::Value {
    let text = between(
        page,
        "<script type=\"application/json\" id=\"data\">",
        "</script>",
    );
    serde_json::from_str(text).unwrap()
}

#[test]
fn lists_each_rejected_claim_with_its_findings() {
    let (bytes, _) = generated(&Spec {
        claims: 300,
        bad_percent: 30.0,
        ..spec()
    });
    let scrubbed = scrub(&bytes, 2, BLOCK);
    let page = page(&scrubbed);
    let data = data(&page);
    let listed = data["claims"].as_array().unwrap();
    let findings = scrubbed.findings();
    let rejected: Vec<_> = findings
        .iter()
        .filter(|claim| claim["verdict"] == "rejected" && !claim["claim_id"].is_null())
        .collect();
    assert!(rejected.len() > 50);
    assert_eq!(listed.len(), rejected.len());
    for (shown, told) in listed.iter().zip(rejected) {
        assert_eq!(shown["id"], told["claim_id"]);
        assert_eq!(shown["offset"], told["byte_offset"]);
        assert_eq!(shown["payer"], told["payer"]["id"]);
        for (shown_finding, told_finding) in shown["findings"]
            .as_array()
            .unwrap()
            .iter()
            .zip(told["findings"].as_array().unwrap())
        {
            assert_eq!(shown_finding["rule"], told_finding["rule"]);
            assert_eq!(shown_finding["message"], told_finding["message"]);
            assert_eq!(shown_finding["segment"], told_finding["segment_ordinal"]);
            // The citation is found through the claim's list and the page's.
            let cite = shown_finding["cite"].as_u64().map(|place| {
                let place = shown["cites"][usize::try_from(place).unwrap()].as_u64();
                &data["cites"][usize::try_from(place.unwrap()).unwrap()]
            });
            match cite {
                Some(cite) => {
                    assert_eq!(cite["label"], told_finding["policy"]);
                    assert_eq!(cite["sources"], told_finding["source"]);
                }
                None => assert!(told_finding["policy"].is_null()),
            }
        }
    }
}

#[test]
fn its_security_policy_names_its_own_style_and_script() {
    let (bytes, _) = generated(&Spec {
        claims: 3,
        ..spec()
    });
    let page = page(&scrub(&bytes, 1, BLOCK));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let hash = |text: &str| {
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text));
        format!("'sha256-{hash}'")
    };
    let style = hash(between(&page, "<style>", "</style>"));
    let script = hash(between(&page, "<script>", "</script>"));
    assert!(policy.starts_with("default-src 'none';"));
    assert!(policy.contains(&format!("style-src {style};")));
    assert!(policy.contains(&format!("script-src {script};")));
    assert!(!policy.contains("unsafe"));
    let outside = page.matches("http").count() - data(&page).to_string().matches("http").count();
    // Of addresses outside the data, only the script's own test of a source's start.
    assert_eq!(
        outside,
        page.matches("/^https?:").count() + page.matches("http-equiv").count()
    );
}

#[test]
fn markup_in_a_claim_stays_text() {
    const HOSTILE: &str = "</script><img src=x onerror=alert(1)>";
    let (bytes, _) = generated(&Spec {
        claims: 40,
        bad_percent: 50.0,
        ..spec()
    });
    let text = String::from_utf8(bytes).unwrap();
    let text = text
        .replace("CLM*", &format!("CLM*{HOSTILE}"))
        .replace("NM1*PR*2*", &format!("NM1*PR*2*{HOSTILE}"))
        .replace("NM1*85*2*", &format!("NM1*85*2*{HOSTILE}"));
    let scrubbed = scrub(text.as_bytes(), 2, BLOCK);
    let page = page(&scrubbed);
    assert!(!page.contains("<img"));
    assert_eq!(page.matches("</script>").count(), 2);
    let data = data(&page);
    let id = data["claims"][0]["id"].as_str().unwrap();
    assert!(id.starts_with(HOSTILE), "the claim is listed as it is");
}

/// Claims and dollars of the row of the totals that has this class.
fn total(page: &str, class: &str) -> u64 {
    let row = between(page, &format!("<tr class=\"{class}\">"), "</td>");
    row.rsplit("<td>").next().unwrap().parse().unwrap()
}

#[test]
fn claims_of_an_unknown_policy_count_where_they_went() {
    let night = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/nights/first.837");
    let bytes = std::fs::read(night).unwrap();
    let [passed, held, rejected] =
        [Fate::Clean, Fate::Held, Fate::Rejected].map(|fate| scrub_unchecked(&bytes, fate));
    let unchecked = passed.result.as_ref().unwrap().tally.unchecked.claims;
    assert!(unchecked > 3);
    let headline = |files| between(&page(files), "<h1>", "</h1>").to_owned();
    let ten = "10 of 40 claims rejected ($1,778.00)";
    assert_eq!(headline(&passed), ten);
    assert_eq!(headline(&held), format!("{ten}, {unchecked} held"));
    let all = 10 + unchecked;
    assert!(headline(&rejected).starts_with(&format!("{all} of 40 claims rejected ($")));

    let page = page(&rejected);
    assert_eq!(total(&page, "rejected"), all);
    assert!(page.contains("of the rejected, the policy unknown"));
    // The ring holds each claim once, and the charts count the rejected ones.
    assert!(!between(&page, "class=\"ring\"", "</svg>").contains("class=\"unchecked\""));
    let by_payer = between(&page, "id=\"by-payer\"", "</table>");
    let counts = by_payer.split("<td>").filter_map(|cell| {
        let (count, _) = cell.split_once(" <small>of ")?;
        count.parse::<u64>().ok()
    });
    assert_eq!(counts.sum::<u64>(), all);
    let data = data(&page);
    let listed = data["claims"].as_array().unwrap();
    let for_unchecked = listed.iter().filter(|claim| claim["unchecked"] == true);
    assert_eq!(for_unchecked.count() as u64, unchecked);
    for claim in listed {
        assert!(data["payers"][claim["payer"].as_str().unwrap()].is_string());
    }
    let words = String::from_utf8(rejected.file("rejects.txt").to_vec()).unwrap();
    let why = "rejected because --unchecked reject was asked: its policy is not known";
    assert_eq!(words.matches(why).count() as u64, unchecked);
}

#[test]
fn nothing_to_say_makes_no_page() {
    let (bytes, _) = generated(&Spec {
        claims: 1,
        ..spec()
    });
    let empty = String::from_utf8(bytes).unwrap();
    let claim = empty.find("CLM*").unwrap();
    let end = empty.rfind("SE*").unwrap();
    let empty = format!("{}{}", &empty[..claim], &empty[end..]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.837");
    std::fs::write(&path, empty).unwrap();
    let scrubbed = scrub_file(&path, 1, BLOCK, false);
    assert!(scrubbed.result.is_ok());
    assert!(scrubbed.file("report.html").is_empty());
}

#[test]
fn what_rejects_a_claim_is_on_the_page_before_what_only_warns() {
    let file = common::warned_before_it_is_rejected();
    let data = data(&page(&scrub(file.as_bytes(), 1, BLOCK)));
    let claims = data["claims"].as_array().unwrap();
    let claim = claims.iter().find(|claim| !claim["id"].is_null()).unwrap();
    assert!(claim["more"].as_u64().unwrap() > 0, "{claim}");
    let findings = claim["findings"].as_array().unwrap();
    let of = |rule: &str| {
        findings
            .iter()
            .filter(|found| found["rule"] == rule)
            .count()
    };
    assert_eq!(of("COD005"), 1, "{claim}");
    assert!(of("SYN014") > 0, "{claim}");
}

#[test]
fn claims_that_are_rejected_with_a_set_that_cannot_be_judged_are_said_to_be_not_listed() {
    let (bytes, _) = generated(&Spec {
        claims: 14,
        claims_per_set: 7,
        bad_percent: 0.0,
        ..spec()
    });
    let text = String::from_utf8(bytes).unwrap();
    let page_of = |text: &str| page(&scrub(text.as_bytes(), 1, BLOCK));
    assert!(!page_of(&text).contains("id=\"unlisted\""));
    let other = text.replacen("~ST*837*0001*005010X222A1", "~ST*837*0001*005010X223A2", 1);
    assert_ne!(other, text);
    let page = page_of(&other);
    let note = |page: &str| between(page, "id=\"unlisted\">", "</p>").to_owned();
    let told = "7 claims rejected in transaction sets that can't be judged";
    assert!(note(&page).contains(told), "{}", note(&page));
    assert_eq!(data(&page)["claims"], serde_json::json!([]));
    // So are those that stand in no set.
    let outside = text.replacen("ST*837*0002*005010X222A1~", "", 1);
    assert_ne!(outside, text);
    let told = "or outside of every set. Each is in";
    assert!(note(&page_of(&outside)).contains(told));
}
