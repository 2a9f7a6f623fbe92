//! The page of the rejects, as a billing clerk reads it who has edited a file by hand.
#![allow(clippy::unwrap_used, missing_docs)] // a test may fail

mod common;

use telescrub::generate::{LineEnd, Spec};
use telescrub::rules::finding::FixSafety;
use telescrub::scrub::judge::Fixing;

/// Three sound claims in one transaction set, a segment a line.
fn sound() -> String {
    let spec = Spec {
        claims: 3,
        claims_per_set: 3,
        line_end: LineEnd::Lf,
        ..common::spec()
    };
    String::from_utf8(common::generated(&spec).0).unwrap()
}

/// The page of a file, whose proof holds.
fn page(file: &str) -> String {
    let scrubbed = common::scrub_proving(file.as_bytes(), 1, 1 << 20);
    scrubbed.result.as_ref().unwrap();
    String::from_utf8(scrubbed.file("rejects.txt").to_vec()).unwrap()
}

/// The sound file with this piece changed.
fn changed(from: &str, to: &str) -> String {
    let file = sound();
    assert!(file.contains(from), "{from} is not in the input");
    file.replacen(from, to, 1)
}

/// The paragraph of the page that starts so.
fn paragraph<'a>(page: &'a str, start: &str) -> &'a str {
    let at = page.find(&format!("\n{start}")).unwrap() + 1;
    let rest = &page[at..];
    let next = ["\nclaim ", "\nenvelope: "].map(|next| rest.find(next).unwrap_or(rest.len()));
    &rest[..next.into_iter().min().unwrap()]
}

/// The number of the segments that the set says it has, made another.
fn with_count(file: &str, by: i64) -> String {
    let at = file.find("\nSE*").unwrap() + 4;
    let end = at + file[at..].find('*').unwrap();
    let said: i64 = file[at..end].parse().unwrap();
    format!("{}{}{}", &file[..at], said + by, &file[end..])
}

#[test]
fn a_lost_terminator_is_put_back_where_it_was() {
    let file = sound();
    let at = file.find("\nHI*").unwrap();
    let file = format!("{}{}", &file[..at - 1], &file[at..]);
    let page = page(&with_count(&file, -1));
    assert!(
        page.contains("put ~ at the end of that line, before HI;"),
        "{page}"
    );
    assert!(!page.contains("write a blank"), "{page}");
}

#[test]
fn an_isa_without_its_terminator_is_not_padded() {
    let page = page(&changed("*:~\n", "*:\n"));
    assert!(
        page.contains("help: put ~ at the end of the ISA segment, right behind ISA16;"),
        "{page}"
    );
    assert!(!page.contains("pad each"), "{page}");
}

#[test]
fn each_claim_of_a_rejected_set_is_listed_below_its_fault() {
    let page = page(&with_count(&sound(), 7));
    let fault = paragraph(
        &page,
        "envelope: transaction set, rejected with all claims in it\n",
    );
    let shown = fault.split_once("\n    | SE*").unwrap().1;
    assert!(shown.contains("\n    |    ^^"), "{fault}");
    let charges: usize = page
        .lines()
        .filter(|line| line.starts_with("claim ") && line.contains("  $"))
        .count();
    assert_eq!(charges, 3, "{page}");
    let along = "  rejected with its transaction set: see the envelope above\n";
    assert_eq!(page.matches(along).count(), 3, "{page}");
}

#[test]
fn claims_that_are_not_judged_are_listed_too() {
    let file = sound();
    let other = file.replace("005010X222A1", "005010X223A2");
    let claims = format!("{file}{other}");
    let page = page(&claims);
    let along = "  rejected with its transaction set: see the envelope above\n";
    assert_eq!(page.matches(along).count(), 3, "{page}");
}

#[test]
fn a_segment_in_the_wrong_order_is_told_its_place() {
    let file = sound();
    let at = file.find("\nHI*").unwrap() + 1;
    let file = format!("{}NTE*ADD*NOTE~\nREF*EA*1~\n{}", &file[..at], &file[at..]);
    let page = page(&with_count(&file, 2));
    assert!(
        page.contains("help: put REF*EA before NTE, Claim Note: that is the order of the guide"),
        "{page}"
    );
}

#[test]
fn an_empty_segment_is_told_as_that() {
    let page = page(&with_count(&changed("~\nHI*", "~~\nHI*"), 1));
    assert!(
        page.contains("two segment terminators ~ stand in a row"),
        "{page}"
    );
    assert!(page.contains("help: take one of the two out"), "{page}");
    let lines = sound().replace("~\n", "\n").replacen("\nHI*", "\n\nHI*", 1);
    let page = self::page(&with_count(&lines, 1));
    assert!(page.contains("help: take the empty line out"), "{page}");
}

#[test]
fn what_the_input_holds_can_not_break_the_page() {
    let file = sound();
    let at = file.find("\nCLM*").unwrap() + 5;
    let file = format!("{}\u{1b}[31m{}", &file[..at], &file[at..]);
    let page = page(&file);
    assert!(page.contains("\nclaim .[31m"), "{page}");
    assert!(!page.contains('\u{1b}'), "{page}");
}

#[test]
fn a_claim_without_a_payer_id_shows_that() {
    let file = sound();
    let from = file.find("\nNM1*PR*").unwrap() + 1;
    let to = from + file[from..].find('\n').unwrap();
    let payer = &file[from..to];
    let id = payer.rfind('*').unwrap();
    let file = file.replacen(payer, &format!("{}*~", &payer[..id]), 1);
    let page = page(&file);
    assert!(page.contains("  payer -"), "{page}");
}

#[test]
fn the_page_says_whose_numbers_it_gives() {
    let page = page(&with_count(&sound(), 7));
    assert!(page.starts_with("Segments, bytes and control numbers are those of the input."));
    assert_eq!(page.matches("are those of the input").count(), 1);
}

#[test]
fn what_is_missing_is_told_its_place() {
    let file = sound();
    let from = file.find("\nHI*").unwrap();
    let to = from + 1 + file[from + 1..].find('\n').unwrap();
    let file = format!("{}{}", &file[..from], &file[to..]);
    let page = page(&with_count(&file, -1));
    let help = "help: add the segment HI*ABK or HI*BK to the loop, before NM1*";
    assert!(page.contains(help), "{page}");
}

#[test]
fn what_stands_outside_every_set_is_shown() {
    let page = page(&changed("\nGE*", "\nREF*EA*LEFT OVER~\nGE*"));
    let fault = paragraph(
        &page,
        "envelope: segments outside of every transaction set\n",
    );
    assert!(
        fault.contains("\n    | REF*EA*LEFT OVER\n    | ^^^\n"),
        "{fault}"
    );
}

#[test]
fn what_a_fault_without_a_claim_takes_along_is_told() {
    let file = sound();
    let of_set = with_count(&file, 7);
    // The first subscriber has no claim.
    let from = file.find("\nCLM*").unwrap() + 1;
    let to = from + file[from..].find("\nHL*").unwrap() + 1;
    let of_level = format!("{}{}", &file[..from], &file[to..]);
    let segments = file[from..to].matches('~').count();
    let of_level = with_count(&of_level, -i64::try_from(segments).unwrap());
    for (text, scope, heading, claims) in [
        (
            of_set,
            "transaction",
            "envelope: transaction set, rejected with all claims in it\n",
            3,
        ),
        (
            of_level,
            "level",
            "level without claims, rejected by itself\n",
            0,
        ),
        (
            changed("\nGE*", "\nREF*EA*LEFT OVER~\nGE*"),
            "input",
            "envelope: segments outside of every transaction set\n",
            0,
        ),
    ] {
        let scrubbed = common::scrub(text.as_bytes(), 1, 1 << 20);
        let findings = scrubbed.findings();
        let without = findings.iter().filter(|line| line["claim_id"].is_null());
        let rejected: Vec<_> = without
            .filter(|line| line["verdict"] == "rejected")
            .collect();
        let scopes: Vec<_> = rejected.iter().map(|line| &line["scope"]).collect();
        assert_eq!(scopes, [scope]);
        let with_claim = |line: &&serde_json::Value| !line["claim_id"].is_null();
        assert!(
            findings
                .iter()
                .filter(with_claim)
                .all(|line| line["scope"].is_null())
        );
        let page = String::from_utf8_lossy(scrubbed.file("rejects.txt")).into_owned();
        assert!(page.contains(heading), "{page}");
        assert_eq!(
            scrubbed.result.unwrap().tally.rejected.claims,
            claims,
            "{scope}"
        );
    }
}

#[test]
fn an_identifier_in_small_letters_is_told_as_that() {
    let page = page(&changed("\nHI*", "\nhi*"));
    assert!(
        page.contains("help: write the identifier in capitals: HI"),
        "{page}"
    );
}

#[test]
fn an_amount_with_blanks_counts_and_is_mended() {
    let file = sound();
    let from = file.find("\nCLM*").unwrap() + 5;
    let from = from + file[from..].find('*').unwrap() + 1;
    let to = from + file[from..].find('*').unwrap();
    let charge = &file[from..to];
    let blank = format!("{} {charge} {}", &file[..from], &file[to..]);
    let whole = common::scrub(file.as_bytes(), 1, 1 << 20).result.unwrap();
    let scrubbed = common::scrub_proving(blank.as_bytes(), 1, 1 << 20);
    let tally = &scrubbed.result.as_ref().unwrap().tally;
    assert_eq!(tally.rejected.claims, 1);
    assert_eq!(
        tally.clean.charges.plus(tally.rejected.charges),
        whole.tally.clean.charges
    );
    let page = String::from_utf8_lossy(scrubbed.file("rejects.txt")).into_owned();
    assert!(page.contains("CLM02 in Claim Information (loop 2300) has blanks around it"));
    let safe = Fixing {
        apply: Some(FixSafety::Safe),
        show: false,
    };
    let (mended, _) = common::scrub_fixing(blank.as_bytes(), safe, 1, 1 << 20);
    mended.result.as_ref().unwrap();
    assert_eq!(String::from_utf8_lossy(mended.file("clean.837")), file);
}

#[test]
fn what_rejects_a_claim_is_shown_before_what_only_warns() {
    let page = page(&common::warned_before_it_is_rejected());
    let claim = paragraph(&page, "claim ");
    assert!(claim.contains("  REJECT COD005 "), "{claim}");
    assert!(claim.contains("\n  warn   SYN014 "), "{claim}");
    assert!(claim.contains("more, in the findings file\n"), "{claim}");
}

#[test]
fn a_claim_that_is_cut_off_is_listed_too() {
    let file = sound();
    let at = file.rfind("\nCLM*").unwrap();
    let scrubbed = common::scrub_proving(&file.as_bytes()[..at + 25], 1, 1 << 20);
    let page = String::from_utf8_lossy(scrubbed.file("rejects.txt")).into_owned();
    let along = "  rejected with its transaction set: see the envelope above\n";
    assert_eq!(page.matches(along).count(), 3, "{page}");
    let tally = scrubbed.result.unwrap().tally;
    assert_eq!(tally.rejected.claims, 3);
    assert_eq!(tally.taken_along["ENV003"], tally.rejected);
}

#[test]
fn what_no_rejects_file_has_is_not_said_to_be_there() {
    let page = page(&format!("{}REF*EI*1~\nNTE*ADD*NOTE~\n", sound()));
    let fault = paragraph(&page, "envelope: ");
    assert!(fault.contains("put them back between ST and SE"), "{fault}");
    assert!(!fault.contains("the rejects file has them"), "{fault}");
}

#[test]
fn a_set_without_a_number_is_a_set() {
    let page = page(&changed("*0001*005010X222A1~", "**005010X222A1~"));
    let along = "  rejected with its transaction set: see the envelope above\n";
    assert_eq!(page.matches(along).count(), 3, "{page}");
}
