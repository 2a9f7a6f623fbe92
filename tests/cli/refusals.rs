//! What is no claim file, and what is damaged: each with its message.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_no_837p_is_refused_with_its_name() {
    let other = |code: &str, version: &str| {
        with(
            "ST*837*0001*005010X222A1",
            &format!("ST*{code}*0001*{version}"),
        )
        .split(|&byte| byte == b'~')
        .map(<[u8]>::to_vec)
        .collect::<Vec<_>>()
        .join(&b'~')
    };
    let one_set = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.replace("ST*837*0002*005010X222A1", "ST*835*0002*005010X221A1")
            .into_bytes()
    };
    let zip = stored_zip("claims.837", &small());
    let only =
        "ENV006: no 837P (005010X222A1) transaction set among those from ST at byte 170 on, only: ";
    let not_x12 = "ENV001: no X12 interchange at byte 0: the file ";
    let payment = "835 claim payment/advice (005010X221A1)";
    for (name, bytes, said) in [
        (
            "empty.837",
            Vec::new(),
            format!("{not_x12}is empty; send it again from the practice system"),
        ),
        (
            "letter.txt",
            b"Dear Sir, please find attached".to_vec(),
            format!("{not_x12}looks like plain text, not X12"),
        ),
        (
            "claims.pdf",
            b"%PDF-1.7 ...".to_vec(),
            format!("{not_x12}looks like a PDF; export the claims as an 837P file instead"),
        ),
        (
            "packed.zip",
            b"PK\x03\x04....".to_vec(),
            format!("{not_x12}looks like a zip archive; unpack it and scrub the 837 files inside"),
        ),
        (
            "stored.zip",
            zip,
            format!("{not_x12}looks like a zip archive; unpack it and scrub the 837 files inside"),
        ),
        (
            "claims.tar",
            tar("claims.837", &small()),
            format!("{not_x12}looks like a tar archive; unpack it and scrub the 837 files inside"),
        ),
        (
            "claims.gz",
            b"\x1F\x8B\x08\x00....".to_vec(),
            format!("{not_x12}looks like gzip; run gunzip on it first (zstd is read as it is)"),
        ),
        (
            "letter.rtf",
            b"{\\rtf1\\ansi ISA*00*".to_vec(),
            format!(
                "{not_x12}looks like a word processor's file (RTF); save the claims as plain text (.txt) instead"
            ),
        ),
        (
            "unended.edi",
            String::from_utf8(small())
                .unwrap()
                .replace("005010X222A1~BHT", "005010X222A1\nBHT")
                .into_bytes(),
            "ENV006: the segment terminator of the ST at byte 170 is missing, so that the next segment has run into it; put the terminator at the end of the ST segment, right behind ST03".to_owned(),
        ),
        (
            "inside.edi",
            String::from_utf8(small())
                .unwrap()
                .replace("~ST", "\r\n~ST")
                .replace("~BHT", "\r\n~BHT")
                .into_bytes(),
            "ENV006: a line ends before the segment terminator, not behind it, from the ST at byte 172 on; export the file again with the line ends behind the terminators, or without any".to_owned(),
        ),
        (
            "wrapped.edi",
            small().chunks(80).collect::<Vec<_>>().join(&b"\r\n"[..]),
            "SYN014: a line ends behind each 80 bytes, in the midst of segments: the file was wrapped at 80 columns; send it as it was before. Nothing of it was scrubbed, so that no claim is misread".to_owned(),
        ),
        (
            "claims.json",
            b"{\"claims\":[]}".to_vec(),
            format!("{not_x12}looks like JSON; export the claims as an X12 837P file instead"),
        ),
        (
            "claims.edi",
            b"UNA:+.? 'UNB+UNOA:1+A+B'".to_vec(),
            format!(
                "{not_x12}looks like UN/EDIFACT, not X12; claims in the United States use X12 837P"
            ),
        ),
        (
            "nothing.837",
            small()[..106].to_vec(),
            "ENV003: an interchange starts (ISA), but no transaction set (ST) follows before the data ends at byte 106; send the whole file again".to_owned(),
        ),
        (
            "short.837",
            small()[..60].to_vec(),
            "ENV002: no X12 interchange at byte 0: the file starts like X12 but its ISA cannot be read; export it again".to_owned(),
        ),
        (
            "835.edi",
            one_set(other("835", "005010X221A1")),
            format!("{only}{payment}"),
        ),
        (
            "837i.edi",
            one_set(other("837", "005010X223A2")),
            format!("{only}837I institutional claims (005010X223A2); {payment}"),
        ),
        (
            "837d.edi",
            one_set(other("837", "005010X224A2")),
            format!("{only}837D dental claims (005010X224A2); {payment}"),
        ),
        (
            "4010.edi",
            one_set(other("837", "004010X098A1")),
            format!("{only}837P professional claims (004010X098A1, release 4010); {payment}"),
        ),
    ] {
        let (status, stderr, files) = scrub(name, &bytes);
        assert_eq!(status, 3, "{name}: {stderr}");
        let (file, message) = stderr.split_once(&format!("{name}: ")).unwrap();
        assert!(file.starts_with("error: /"), "{stderr}");
        assert_eq!(message.trim_end(), said, "{name}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        let stem = name.split_once('.').unwrap().0;
        // Its manifest, and answers to what of it can be read.
        let kinds: &[&str] = match said.split_once(':') {
            Some(("ENV006", _)) => &["999.edi", "manifest.json", "ta1.edi"],
            Some(("ENV003" | "SYN014", _)) => &["manifest.json", "ta1.edi"],
            _ => &["manifest.json"],
        };
        let left = kinds.iter().map(|kind| format!("{stem}.{kind}"));
        assert_eq!(files, left.collect::<Vec<_>>(), "{name}");
    }
}

/// A zip archive that holds a file as it is, as far as it matters here.
fn stored_zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let size = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let length = u16::try_from(name.len()).unwrap().to_le_bytes();
    let mut zip = b"PK\x03\x04\x0A\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    for part in [&size[..], &size, &length, &[0, 0], name.as_bytes(), bytes] {
        zip.extend_from_slice(part);
    }
    zip
}

/// A tar archive with one file in it.
fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut tar = vec![0; 512];
    tar[..name.len()].copy_from_slice(name.as_bytes());
    tar[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    tar[257..263].copy_from_slice(b"ustar\0");
    tar.extend_from_slice(bytes);
    tar.resize(tar.len().next_multiple_of(512) + 1024, 0);
    tar
}

#[test]
fn damaged_zstd_says_where_and_what_to_do() {
    let whole = common::generated(&telescrub::generate::Spec {
        claims: 2_000,
        ..common::spec()
    })
    .0;
    let packed = zstd::encode_all(&whole[..], 3).unwrap();
    let cut = packed[..packed.len() / 2].to_vec();
    let mut spoilt = packed.clone();
    for byte in &mut spoilt[packed.len() / 2..packed.len() / 2 + 64] {
        *byte = !*byte;
    }
    let glued = [&packed[..], b"not a frame at all"].concat();
    for (name, bytes, said) in [
        (
            "cut.837.zst",
            cut,
            [
                format!(
                    "the zstd data ends at byte {} in the middle of a frame, after ",
                    packed.len() / 2
                ),
                "send the whole file again".to_owned(),
            ],
        ),
        (
            "spoilt.837.zst",
            spoilt,
            [
                "the zstd data is damaged before byte ".to_owned(),
                "send the file again".to_owned(),
            ],
        ),
        (
            "glued.837.zst",
            glued,
            [
                "the zstd data is damaged before byte ".to_owned(),
                "send the file again".to_owned(),
            ],
        ),
    ] {
        let (status, stderr, files) = scrub(name, &bytes);
        assert_eq!(status, 3, "{name}: {stderr}");
        let start = format!("{name}: cannot be read: {}", said[0]);
        assert!(
            stderr.contains(&start) && stderr.trim_end().ends_with(&said[1]),
            "{stderr}"
        );
        assert_eq!(files, [""; 0], "{name}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn damage_is_answered_with_its_rule() {
    let text = String::from_utf8(small()).unwrap();
    let at = |segment: &str| text.find(&format!("~{segment}")).unwrap() + 1;
    let cut = text.len() * 3 / 4;
    let truncated = text.as_bytes()[..cut].to_vec();
    let cut_and_glued = [&text.as_bytes()[..cut], &small()[..]].concat();
    let long = with("NM1*40*2*", &format!("NM1*40*2*{}", "A".repeat(50 << 20)));
    let many = with("NM1*40*2*", &format!("NM1*40*2{}", "*A".repeat(1 << 20)));
    let spoilt = |byte| {
        let mut bytes = small();
        bytes[at("NM1*40") + 10] = byte;
        bytes
    };
    let open_set =
        "transaction set 0002 is opened by ST and never closed by SE; its claims may not be whole";
    let too_large = "the transaction set holds a segment of more than 256 KiB";
    for (name, bytes, rule, offset, message) in [
        ("truncated", truncated, "ENV003", cut, open_set),
        (
            "glued",
            [small(), small()].concat(),
            "ENV007",
            text.len(),
            "control number 000000001 in ISA13 was used before in the same input",
        ),
        ("cut and glued", cut_and_glued, "ENV003", cut, open_set),
        (
            "narrow ISA",
            with("ISA*00*          *00*", "ISA*00**00*"),
            "ENV002",
            0,
            "the ISA segment of this interchange is not 106 bytes of fixed width",
        ),
        (
            "clashing separators",
            with("*P*:~GS", "*P**~GS"),
            "ENV002",
            0,
            "the component separator, ISA16, is the same character as another separator of the ISA segment, or a letter, a digit or a blank",
        ),
        (
            "wrong set count",
            with("~SE*", "~SE*9"),
            "ENV005",
            at("SE*"),
            "SE01 says 985, but the transaction set holds 85 segments",
        ),
        (
            "wrong group count",
            with("~GE*2", "~GE*3"),
            "ENV005",
            at("GE*"),
            "GE01 says 3, but the functional group holds 2 transaction sets",
        ),
        (
            "wrong interchange count",
            with("~IEA*1", "~IEA*2"),
            "ENV005",
            at("IEA*"),
            "IEA01 says 2, but the interchange holds 1 functional group",
        ),
        (
            "wrong set number",
            with("*0001~ST", "*0009~ST"),
            "ENV004",
            at("SE*"),
            "the transaction set opens with control number 0001 in ST02 and closes with 0009 in SE02",
        ),
        (
            "wrong group number",
            with("~GE*2*1~", "~GE*2*7~"),
            "ENV004",
            at("GE*"),
            "the functional group opens with control number 1 in GS06 and closes with 7 in GE02",
        ),
        (
            "wrong interchange number",
            with("~IEA*1*000000001", "~IEA*1*000000009"),
            "ENV004",
            at("IEA*"),
            "the interchange opens with control number 000000001 in ISA13 and closes with 000000009 in IEA02",
        ),
        (
            "no set trailer",
            with("~SE*", "~SX*"),
            "ENV003",
            at("ST*837*0002"),
            "transaction set 0001 is opened by ST and never closed by SE; its claims may not be whole",
        ),
        (
            "no group trailer",
            with("~GE*", "~GX*"),
            "ENV003",
            at("IEA*"),
            "functional group 1 is opened by GS and never closed by GE",
        ),
        (
            "no interchange trailer",
            text.as_bytes()[..at("IEA*")].to_vec(),
            "ENV003",
            at("IEA*"),
            "interchange 000000001 is opened by ISA and never closed by IEA",
        ),
        (
            "invalid UTF-8",
            spoilt(0xFF),
            "SYN014",
            at("NM1*40") + 9,
            "NM103 holds a byte outside ASCII (0xFF)",
        ),
        (
            "NUL",
            spoilt(0),
            "SYN014",
            at("NM1*40") + 9,
            "NM103 holds a NUL byte (0x00), which no value may hold",
        ),
        (
            "a segment of 50 MB",
            long,
            "SYN008",
            at("NM1*40"),
            too_large,
        ),
        (
            "a million elements",
            many,
            "SYN008",
            at("NM1*40"),
            too_large,
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in.837");
        std::fs::write(&input, &bytes).unwrap();
        let (status, _, stderr) = scrub_into(folder.path(), &[&input], &["--quiet", "--verify"]);
        assert_eq!((status, stderr.as_str()), (0, ""), "{name}");
        let findings = std::fs::read_to_string(folder.path().join("in.findings.jsonl")).unwrap();
        let told = findings.lines().any(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["findings"].as_array().unwrap().iter().any(|finding| {
                finding["rule"] == rule
                    && finding["byte_offset"].as_u64() == Some(offset as u64)
                    && finding["message"].as_str().unwrap().starts_with(message)
            })
        });
        assert!(told, "{name}: {rule} at {offset}: {findings:.2000}");
    }
}

#[test]
fn a_segment_terminator_that_is_the_component_separator_rejects_each_claim() {
    // `:` cannot be told then, so every composite is one value.
    let scrubbed = common::scrub(&with("*P*:~GS", "*P*~~GS"), 1, 1 << 20);
    let tally = scrubbed.result.unwrap().tally;
    assert_eq!((tally.rejected.claims, tally.clean.claims), (6, 0));
}

#[test]
fn the_whole_sets_of_a_truncated_file_are_judged() {
    let text = String::from_utf8(small()).unwrap();
    let second = text.find("ST*837*0002").unwrap();
    let scrubbed = common::scrub(&text.as_bytes()[..second + 900], 1, 100);
    assert_eq!(scrubbed.result.unwrap().tally.clean.claims, 3);
}
