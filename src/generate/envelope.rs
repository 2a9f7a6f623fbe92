//! Headers and trailers of interchanges, groups and transaction sets.

use super::fault::Fault;
use super::plan::Run;
use super::text::{Segments, Text};

const SENDER: &[u8] = b"TELESCRUBDEMO";
const RECEIVER: &[u8] = b"DEMOCLEARING";
const VERSION: &[u8] = b"005010X222A1";
/// The professional claim of the version before 5010.
const OLD_VERSION: &[u8] = b"004010X098A1";
const TIME: &[u8] = b"0800";

/// Writes everything that stands before the first claim of a set: the headers
/// of what begins with it, and loops 1000A and 1000B. The count of segments is
/// that of the set afterwards.
pub(super) fn open(out: &mut Segments, run: &Run, set: u64) {
    let layout = &run.layout;
    let interchange = layout.interchange_of(set);
    if layout.sets_of_interchange(interchange).start == set {
        interchange_header(out, run, interchange);
    }
    let group = layout.group_of(set);
    let date = Text::date(run.spec.today);
    if group.start == set {
        let has = |fault| set == 0 && run.envelope_faults.contains(&fault);
        let other = has(Fault::VersionOther);
        out.put([
            b"GS",
            b"HC",
            SENDER,
            RECEIVER,
            &date,
            TIME,
            &group_control(group.start),
            b"X",
            if other { OLD_VERSION } else { VERSION },
        ]);
        if has(Fault::SegmentOutsideSet) {
            out.put([b"NTE", b"ADD", b"LEFT OVER"]);
        }
    }
    out.count = 0;
    out.put([b"ST", b"837", &set_control(run, set), VERSION]);
    let reference = Text::of(b"B")
        .with(&Text::padded(run.spec.seed % 1_000_000, 6))
        .with(&Text::padded(set + 1, 9));
    out.put([b"BHT", b"0019", b"00", &reference, &date, TIME, b"CH"]);
    out.put([
        b"NM1",
        b"41",
        b"2",
        b"TELESCRUB DEMO BILLING",
        b"",
        b"",
        b"",
        b"",
        b"46",
        SENDER,
    ]);
    out.put([b"PER", b"IC", b"CLAIMS DESK", b"TE", b"2025550100"]);
    out.put([
        b"NM1",
        b"40",
        b"2",
        b"DEMO CLEARINGHOUSE",
        b"",
        b"",
        b"",
        b"",
        b"46",
        RECEIVER,
    ]);
}

/// Writes the trailer of a set whose segments before it are counted, and of
/// what ends with it.
pub(super) fn close(out: &mut Segments, run: &Run, set: u64, segments: u64) {
    let layout = &run.layout;
    let has = |fault| run.envelope_faults.contains(&fault);
    let too_many = has(Fault::SetCountWrong) && set + 1 == layout.sets();
    let mismatch = has(Fault::SetControlMismatch) && set == 0;
    let control = if mismatch {
        Text::padded(9_999, 4)
    } else {
        set_control(run, set)
    };
    out.put([
        b"SE",
        &Text::number(segments + 1 + u64::from(too_many)),
        &control,
    ]);
    let group = layout.group_of(set);
    let last_of_file = set + 1 == layout.sets();
    if group.end == set + 1 {
        let too_many = has(Fault::GroupCountWrong) && last_of_file;
        out.put([
            b"GE",
            &Text::number(group.end - group.start + u64::from(too_many)),
            &group_control(group.start),
        ]);
    }
    let interchange = layout.interchange_of(set);
    let ends = layout.sets_of_interchange(interchange).end == set + 1;
    let missing = has(Fault::InterchangeTrailerMissing) && last_of_file;
    if ends && !missing {
        let mismatch = has(Fault::InterchangeControlMismatch) && interchange == 0;
        let control = interchange + 1 + 900_000_000 * u64::from(mismatch);
        out.put([
            b"IEA",
            &Text::number(layout.groups_of_interchange(interchange)),
            &Text::padded(control, 9),
        ]);
    }
}

fn interchange_header(out: &mut Segments, run: &Run, interchange: u64) {
    let date = Text::date(run.spec.today);
    let padded = |id: &[u8], width| {
        let mut text = Text::of(id);
        while text.len() < width {
            text.push(b' ');
        }
        text
    };
    let short = interchange + 1 == run.layout.interchanges()
        && run.envelope_faults.contains(&Fault::InterchangeHeaderShort);
    out.put([
        b"ISA",
        b"00",
        b"          ",
        b"00",
        b"          ",
        b"ZZ",
        &padded(SENDER, 15),
        b"ZZ",
        &padded(RECEIVER, 15 - usize::from(short)),
        &date[2..],
        TIME,
        &[run.spec.delimiters.repetition],
        b"00501",
        &Text::padded(interchange + 1, 9),
        b"0",
        b"P",
        &[run.spec.delimiters.component],
    ]);
}

/// A set's number in the file, so that it is unique in its group.
fn set_control(run: &Run, set: u64) -> Text {
    let repeats = set == 1 && run.envelope_faults.contains(&Fault::SetControlRepeated);
    Text::padded(if repeats { 1 } else { set + 1 }, 4)
}

/// A group's number is that of its first set: unique in the file.
fn group_control(first_set: u64) -> Text {
    Text::number(first_set + 1)
}
