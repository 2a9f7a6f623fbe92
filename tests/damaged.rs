//! Damaged claim files: whatever happened to them, no claim is lost and none comes twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;
mod damage;

use damage::{Dice, Sample};

/// Two interchanges with two claims each, sound.
fn two_interchanges() -> String {
    let (bytes, _) = common::generated(&telescrub::generate::Spec {
        claims: 4,
        claims_per_set: 2,
        sets_per_group: 1,
        interchanges: 2,
        line_end: telescrub::generate::LineEnd::Lf,
        ..common::spec()
    });
    String::from_utf8(bytes).unwrap()
}

/// The interchanges of a file of two.
fn split(file: &str) -> (&str, &str) {
    let second = file.rfind("ISA*").unwrap();
    (&file[..second], &file[second..])
}

/// Numbers of the claims in a file.
fn ids(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace('|', "*");
    let claims = text.split("CLM*").skip(1);
    claims
        .map(|claim| claim.split('*').next().unwrap().to_owned())
        .collect()
}

/// Scrubs a file of two interchanges of which the second is damaged: its claims are
/// rejected under the rule, the first goes through byte for byte.
fn costs_the_second(file: &str, first: &str, rule: &str) {
    let scrubbed = common::scrub_proving(file.as_bytes(), 1, 1 << 20);
    scrubbed.result.as_ref().unwrap();
    assert_eq!(
        String::from_utf8_lossy(scrubbed.file("clean.837")),
        first,
        "{rule}"
    );
    let (_, damaged) = file.split_at(first.len());
    assert_eq!(
        ids(scrubbed.file("rejects.837")),
        ids(damaged.as_bytes()),
        "{rule}"
    );
    let found = String::from_utf8_lossy(scrubbed.file("findings.jsonl")).into_owned();
    assert!(found.contains(rule), "{found}");
}

#[test]
fn a_damaged_header_costs_its_own_claims_alone() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    for damaged in [
        second.replacen("*:~", "~", 1),
        second.replacen(":~", "~", 1),
        second.replacen("          ", "", 1),
        second.replacen("*:~", "*:!~", 1),
        second.replacen("*:~", "*:!", 1),
        second.replacen("*:~", "*~~", 1),
        second.replacen("ISA*", "ISA!", 1),
        second.replacen("*^*", "*:*", 1),
        second.replacen("TELESCRUBDEMO", "TELE~~~~~DEMO", 1),
    ] {
        costs_the_second(&format!("{first}{damaged}"), first, "ENV002");
    }
}

#[test]
fn a_missing_header_costs_its_own_claims_alone() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let (isa, rest) = second.split_once('\n').unwrap();
    costs_the_second(&format!("{first}{rest}"), first, "ENV008");
    let (gs, rest) = rest.split_once('\n').unwrap();
    costs_the_second(&format!("{first}{isa}\n{rest}"), first, "ENV008");
    costs_the_second(&format!("{first}{rest}"), first, "ENV008");
    let (_, rest) = rest.split_once('\n').unwrap();
    costs_the_second(&format!("{first}{isa}\n{gs}\n{rest}"), first, "ENV008");
}

#[test]
fn trailers_that_are_cut_or_stray_cost_their_own_claims_alone() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let se = &second[second.find("\nSE*").unwrap() + 1..];
    let (trailer, _) = se.split_once('~').unwrap();
    costs_the_second(
        &format!("{first}{}", second.replace(trailer, "SE")),
        first,
        "ENV005",
    );
    costs_the_second(
        &format!("{first}{}", second.replace(trailer, "S")),
        first,
        "ENV003",
    );
    let in_claim = second.replacen("LX*1~", "GE*1*1~LX*1~", 1);
    costs_the_second(&format!("{first}{in_claim}"), first, "ENV003");
    let in_claim = second.replacen("LX*1~", "IEA*1*1~LX*1~", 1);
    costs_the_second(&format!("{first}{in_claim}"), first, "ENV003");
    let in_claim = second.replacen("LX*1~", "SE*1*1~LX*1~", 1);
    costs_the_second(&format!("{first}{in_claim}"), first, "ENV008");
}

#[test]
fn a_cut_file_joined_to_another_costs_what_was_cut() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let other = second
        .replace('*', "|")
        .replace('^', "{")
        .replace(':', ">")
        .replace('~', "!");
    for (cut, whole) in [(second, first.to_owned()), (first, other)] {
        for at in [cut.find("SV1").unwrap() + 6, cut.find("CLM*").unwrap() + 20] {
            let joined = format!("{}{whole}", &cut[..at]);
            let scrubbed = common::scrub_proving(joined.as_bytes(), 1, 1 << 20);
            scrubbed.result.as_ref().unwrap();
            assert_eq!(String::from_utf8_lossy(scrubbed.file("clean.837")), whole);
            assert_eq!(
                ids(scrubbed.file("rejects.837")),
                ids(&cut.as_bytes()[..at])
            );
        }
    }
}

#[test]
fn claims_before_the_first_header_are_not_passed_over() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    for skipped in [1, 2, 3] {
        let headless: String = first.split_inclusive('\n').skip(skipped).collect();
        let at = headless.find("CLM*").unwrap();
        let scrubbed = common::scrub(format!("{headless}{second}").as_bytes(), 1, 1 << 20);
        let error = scrubbed.result.unwrap_err();
        assert!(error.is_input());
        let said = format!("a claim (CLM) at byte {at} stands behind no ISA");
        assert!(error.to_string().contains(&said), "{error}");
        let answers = ["ta1.edi", "999.edi", "277ca.edi"];
        assert!(
            scrubbed
                .files
                .keys()
                .all(|kind| answers.contains(&kind.as_str()))
        );
    }
}

/// A file of two claims in one set, with a text put in front of the first service line.
fn with_in_claim(text: &str) -> String {
    let file = two_interchanges();
    let (first, second) = split(&file);
    format!(
        "{first}{}",
        second.replacen("LX*1~", &format!("{text}LX*1~"), 1)
    )
}

#[test]
fn a_segment_or_stretch_too_long_to_judge_costs_its_transaction_set_alone() {
    let first_of = two_interchanges();
    let (first, _) = split(&first_of);
    let long = "9".repeat(700_000);
    costs_the_second(&with_in_claim(&format!("NTE*ADD*{long}~")), first, "SYN008");
    costs_the_second(&with_in_claim(&format!("CLM*X*1*{long}~")), first, "SYN008");
    let stretch = format!("NTE*ADD*{}~", "9".repeat(60)).repeat(40_000);
    costs_the_second(&with_in_claim(&stretch), first, "SYN008");
    // The same in a set that nothing closes.
    let open = with_in_claim(&stretch);
    let cut = &open[..=open.rfind("\nSE*").unwrap()];
    costs_the_second(cut, first, "SYN008");
}

#[test]
fn a_flood_of_envelopes_is_refused() {
    let first = two_interchanges();
    for tiny in ["ST~", "GE~", "GS~", "ST*837*1~SE*1*1~", "CLM~GE~"] {
        let flood = format!("{first}{}", tiny.repeat(150_000));
        let scrubbed = common::scrub(flood.as_bytes(), 1, 1 << 20);
        let error = scrubbed.result.unwrap_err();
        assert!(error.is_input(), "{tiny}: {error}");
        assert!(error.to_string().contains("faults of envelopes"), "{error}");
    }
}

#[test]
fn a_flood_of_segments_is_told_up_to_a_bound() {
    let scrubbed = common::scrub(with_in_claim(&"~".repeat(60_000)).as_bytes(), 1, 1 << 20);
    let findings = scrubbed.findings();
    let most = findings
        .iter()
        .map(|line| line["findings"].as_array().unwrap().len())
        .max();
    assert!(
        most.is_some_and(|most| (100..200).contains(&most)),
        "{most:?}"
    );
}

#[test]
fn separators_that_cannot_be_used_are_refused_or_told() {
    let file = two_interchanges();
    let high: Vec<u8> = file
        .bytes()
        .map(|byte| if byte == b'*' { 0xC4 } else { byte })
        .collect();
    let error = common::scrub(&high, 1, 1 << 20).result.unwrap_err();
    assert!(error.is_input());
    assert!(
        error.to_string().contains("separator outside ASCII"),
        "{error}"
    );
    for line_end in ["\n", "\r"] {
        let lines = file.replace('\n', "").replace('*', line_end);
        let error = common::scrub(lines.as_bytes(), 1, 1 << 20)
            .result
            .unwrap_err();
        assert!(error.is_input());
        assert!(
            error
                .to_string()
                .contains("a line end as its element separator"),
            "{error}"
        );
    }
    // Before 5010, ISA11 was no separator.
    let old = file.replace("*^*00501*", "*U*00501*");
    let scrubbed = common::scrub_proving(old.as_bytes(), 1, 1 << 20);
    assert_eq!(String::from_utf8_lossy(scrubbed.file("clean.837")), old);
    assert_eq!(scrubbed.findings().len(), 2);
    assert!(scrubbed.file("rejects.837").is_empty());
}

#[test]
fn what_means_nothing_between_segments_goes_through_byte_for_byte() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let plain = file.replace('\n', "");
    for text in [
        format!("{first}\r\n\r\n  {second}\n\n"),
        format!("{first}\x1A{second}"),
        format!("{first}{second}\x1A"),
        format!("{first}{second}\r\n\x1A\r\n"),
        format!("{first}{second}{}", "\0".repeat(300)),
        file.replace("~\n", "~\r\n \r\n\t"),
        format!("{plain}\r\n"),
        plain.clone(),
        plain.replace('~', "\r\n"),
        plain.replace('~', "\n"),
        plain
            .replace('*', "\x1D")
            .replace('~', "\x1C")
            .replace(':', "\x1F")
            .replace('^', "\x1E"),
    ] {
        let scrubbed = common::scrub_proving(text.as_bytes(), 2, 100);
        scrubbed.result.as_ref().unwrap();
        assert!(scrubbed.file("rejects.837").is_empty(), "{text:?}");
        assert!(scrubbed.file("clean.837") == text.as_bytes(), "{text:?}");
    }
}

#[test]
fn a_tab_that_separates_elements_is_no_blank_before_a_segment() {
    let file = two_interchanges().replace('*', "\t");
    let scrubbed = common::scrub_proving(file.as_bytes(), 1, 1 << 20);
    assert!(scrubbed.file("clean.837") == file.as_bytes());
    let first = &file[..file.rfind("ISA\t").unwrap()];
    for segment in ["CLM", "ST", "SE", "SV1", "HL"] {
        let place = first.len() + file[first.len()..].find(&format!("\n{segment}\t")).unwrap() + 1;
        let text = format!("{}\t{}", &file[..place], &file[place..]);
        for block in [100, 1 << 20] {
            let scrubbed = common::scrub_proving(text.as_bytes(), 2, block);
            scrubbed.result.as_ref().unwrap();
            assert!(
                scrubbed.file("clean.837").starts_with(first.as_bytes()),
                "{segment}"
            );
        }
    }
    // The second parser drops separators at the end where they are blanks to it.
    let ended = file.replacen("~\nCLM", "\t~\nCLM", 1);
    common::scrub_proving(ended.as_bytes(), 1, 1 << 20)
        .result
        .unwrap();
}

#[test]
fn blanks_in_a_control_number_are_told_alike_whatever_the_block() {
    let file = two_interchanges()
        .replace("~\nST*", "~\nST*837*0009~\nST*")
        .replace("*0800*1*X*", "*0800*1\r*X*");
    let [whole, cut] = [1 << 20, 1].map(|block| common::scrub(file.as_bytes(), 1, block));
    assert!(file.contains("*1\r*X*"));
    assert!(whole.files == cut.files);
}

#[test]
fn an_empty_segment_behind_a_claim_in_no_transaction_set_stays_with_it() {
    let file = two_interchanges();
    let (isa, _) = file.split_once('\n').unwrap();
    let scrubbed = common::scrub_proving(format!("{isa}\nCLM*A1*60~\n~").as_bytes(), 1, 1 << 20);
    scrubbed.result.unwrap();
    let rejects = String::from_utf8_lossy(&scrubbed.files["rejects.837"]);
    assert!(rejects.contains("CLM*A1*60~\n~"), "{rejects}");
}

#[test]
fn what_means_nothing_is_no_part_of_the_claim_before_it() {
    let file = two_interchanges();
    let (isa, _) = file.split_once('\n').unwrap();
    for (open, behind) in [("", ""), ("", &file), ("GS*HC*A*B~", &file)] {
        for nothing in ["\0\0\n", "\x1A"] {
            let text = format!("{isa}\nIEA*0*1~\n{open}CLM*A1*60~\n{nothing}{behind}");
            let scrubbed = common::scrub_proving(text.as_bytes(), 1, 1 << 20);
            scrubbed.result.unwrap();
            assert_eq!(ids(&scrubbed.files["rejects.837"]), ["A1"]);
        }
    }
}

#[test]
fn a_refused_file_is_rejected_by_its_ta1_wherever_its_blocks_are_cut() {
    let spec = telescrub::generate::Spec {
        claims: 8,
        line_end: telescrub::generate::LineEnd::Lf,
        ..common::spec()
    };
    let file = String::from_utf8(common::generated(&spec).0).unwrap();
    // The second claim's level lost its HL; what stands behind the file reads like a claim.
    let level = file.match_indices("\nHL*").nth(2).unwrap().0 + 1;
    let (before, behind) = file.split_at(level);
    let (_, behind) = behind.split_once('\n').unwrap();
    let file = format!("{before}{behind}NTE*ADD*X\nCLM*A1*60***11:B:1~\n");
    let [whole, cut] = [1 << 20, 1].map(|block| common::scrub(file.as_bytes(), 1, block));
    assert!(whole.result.is_err());
    let answer = String::from_utf8_lossy(whole.file("ta1.edi"));
    assert_eq!(answer, String::from_utf8_lossy(cut.file("ta1.edi")));
    assert!(answer.contains("*R*022~"), "{answer}");
    assert!(whole.file("999.edi").is_empty() && whole.file("277ca.edi").is_empty());
}

#[test]
fn a_header_without_its_terminator_does_not_come_out_inside_a_segment() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let isa = second.split_once('~').unwrap().0;
    let other = second.replace('~', "!");
    let (open, _) = first.split_once("\nSE*").unwrap();
    for behind in ["", &other] {
        let file = format!("{open}\nREF*6R*1!{isa}{behind}");
        let scrubbed = common::scrub_proving(file.as_bytes(), 1, 1 << 20);
        scrubbed.result.as_ref().unwrap();
        assert_eq!(ids(scrubbed.file("rejects.837")), ids(first.as_bytes()));
    }
}

#[test]
fn a_header_that_is_cut_by_the_next_one_leaves_the_interchange_before_it_alone() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let other = second.replace('*', "|").replace('~', "!");
    for block in [1, 1 << 20] {
        let cut = format!("{first}ISA|00|X{other}");
        let scrubbed = common::scrub_proving(cut.as_bytes(), 1, block);
        scrubbed.result.as_ref().unwrap();
        let clean = String::from_utf8_lossy(scrubbed.file("clean.837"));
        assert_eq!(clean, format!("{first}{other}"));
    }
}

#[test]
fn a_header_inside_a_functional_group_header_does_not_come_to_life_in_the_rejects() {
    let file = two_interchanges().replace('~', "!");
    let (isa, _) = file.split_once('!').unwrap();
    let inner = isa.replace("*:", "*").replace("*00*", "*010*");
    let file = format!("{isa}!GS*HC*A*B*1*2*3*X*X~{inner}~X!CLM*A1*60***10:B:1!{isa}!");
    for block in [1, 1 << 20] {
        let scrubbed = common::scrub_proving(file.as_bytes(), 1, block);
        scrubbed.result.as_ref().unwrap();
        assert_eq!(ids(scrubbed.file("rejects.837")), ["A1"]);
    }
}

#[test]
fn a_header_that_is_mended_does_not_start_inside_of_itself() {
    let file = two_interchanges();
    let isa = "ISA*00*          *00*    ISA*1*2*3*4*5*6*7*8*9*10*11*:~";
    let file = format!("{file}{isa}REF*X~ST*837*1*005010X222A1~CLM*A1*60~");
    let scrubbed = common::scrub_proving(file.as_bytes(), 1, 1 << 20);
    scrubbed.result.as_ref().unwrap();
    assert_eq!(ids(scrubbed.file("rejects.837")), ["A1"]);
}

#[test]
fn what_reads_like_a_header_inside_a_segment_reads_alike_in_the_rejects() {
    let file = two_interchanges();
    let (isa, _) = file.split_once('~').unwrap();
    let lines = isa.to_owned() + "\n";
    let doubtful = "GS*HC*A*B*1*2*3*X*005010X222A1*!\nST*837**005010X222A1*1!PER*2!HL*1\nREF*";
    for text in [
        format!("{isa}~CLM*A1*60*{}", &isa[..104]),
        format!("{isa}~CLM*A1*60*{}12*3", &isa[..104]),
        format!("{isa}~CLM*A1*60*{}12*3~{isa}~", &isa[..104]),
        format!("{isa}~CLM*A1*60*ISA********\nREF**~TA1*"),
        format!("{lines}ST*837**005010X222A1*ISA**********\n\nCLM*A1*60\n"),
        // As much as leaves room for one more segment where a header is read from.
        format!("{lines}{doubtful:X<393}\nCLM*A1*60\n"),
    ] {
        let scrubbed = common::scrub_proving(text.as_bytes(), 1, 1 << 20);
        scrubbed.result.as_ref().unwrap();
        assert_eq!(ids(scrubbed.file("rejects.837")), ["A1"], "{text}");
    }
}

#[test]
fn a_group_header_that_holds_a_header_costs_its_group() {
    let file = two_interchanges();
    let (first, second) = split(&file);
    let holding = "005010X222A1*ISA*1*2*3*4*5*6*7*8*9*10~\nREF*1~";
    let second = second.replacen("005010X222A1~", holding, 1);
    costs_the_second(&format!("{first}{second}"), first, "ENV006");
}

#[test]
fn a_long_group_header_does_not_pass_its_separators_on_to_the_rejects() {
    let file = two_interchanges();
    let (isa, _) = file.split_once('~').unwrap();
    // As much as leaves room for one more segment where a header is read from.
    let long = format!("GS*HC*A*B*1*2*3*X*X~\nNM1*~\nPER*{}", "X".repeat(366));
    let file = format!("{isa}!{long}!CLM*A1*60***11:B:1!");
    let scrubbed = common::scrub_proving(file.as_bytes(), 1, 1 << 20);
    scrubbed.result.as_ref().unwrap();
    assert_eq!(ids(scrubbed.file("rejects.837")), ["A1"]);
}

#[test]
fn a_sender_may_be_called_isa() {
    let file = two_interchanges();
    let sender = file.split('*').nth(6).unwrap();
    for name in [format!("{:15}", "ISA"), format!("{:>15}", "ISA")] {
        let named = file.replace(sender, &name);
        assert_ne!(named, file);
        let scrubbed = common::scrub_proving(named.as_bytes(), 1, 1 << 20);
        scrubbed.result.as_ref().unwrap();
        assert_eq!(String::from_utf8_lossy(scrubbed.file("clean.837")), named);
    }
}

#[test]
fn no_damage_loses_a_claim() {
    let wrong_answer = |seed| {
        let mut dice = Dice(seed);
        let mut sample = Sample::generated(&mut dice);
        for _ in 0..=dice.below(3) {
            damage::damage(&mut sample, &mut dice);
        }
        let what = damage::check(&sample).err()?;
        Some(format!("seed {seed}: {what}"))
    };
    let wrong: Vec<String> = (0..150).filter_map(wrong_answer).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_ta1_among_claims_in_no_transaction_set_goes_with_them() {
    let file = two_interchanges();
    let (isa, rest) = file.split_once('\n').unwrap();
    let (claim, answer) = ("CLM*A1*60~\n", "TA1*000000001*261123*0101*A*000~\n");
    for text in [
        format!("{isa}\n{claim}{answer}{claim}"),
        format!("{isa}\n{answer}{claim}{answer}"),
        format!("{isa}\n{claim}{answer}{answer}{rest}"),
    ] {
        for block in [1, 1 << 20] {
            let scrubbed = common::scrub_proving(text.as_bytes(), 1, block);
            scrubbed.result.unwrap();
            let rejects = ids(&scrubbed.files["rejects.837"]);
            assert!(rejects.starts_with(&["A1".to_owned()]), "{rejects:?}");
        }
    }
}

#[test]
fn sets_and_groups_in_no_envelope_repeat_no_number_of_it() {
    let file = two_interchanges();
    let (first, _) = split(&file);
    let place = |id: &str| first.find(id).unwrap();
    let set = &first[place("ST*")..place("GE*")];
    let group = &first[place("GS*")..place("IEA*")];
    for (behind, again) in [("GE*", set), ("IEA*", group)] {
        let at = place(behind);
        let end = at + first[at..].find('~').unwrap() + 1;
        let file = format!("{}{again}{}", &first[..end], &first[end..]);
        let rules: Vec<String> = common::scrub(file.as_bytes(), 1, 1 << 20)
            .findings()
            .iter()
            .flat_map(|object| object["findings"].as_array().unwrap().clone())
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect();
        assert!(rules.iter().any(|rule| rule == "ENV008"), "{rules:?}");
        assert!(rules.iter().all(|rule| rule != "ENV007"), "{rules:?}");
    }
}
