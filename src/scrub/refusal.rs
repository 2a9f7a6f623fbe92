//! Why an input is refused as a whole.

use crate::x12::limits;
use crate::x12::sniff::Looks;
use crate::x12::survey::{Fault, LINE_END_INSIDE_837, Survey, UNENDED_837};
use crate::x12::{separates_by_line_end, separates_outside_ascii};

/// The note of the TA1 where the input is refused although claims of it could be judged, so
/// that all its interchanges are.
pub(crate) fn refuses_all(survey: &Survey) -> Option<&'static str> {
    const STRUCTURE: &str = "022";
    const CONTENT: &str = "024";
    if survey.flooded.is_some() || survey.lost_claim.is_some() {
        Some(STRUCTURE)
    } else {
        survey.wrapped.map(|_| CONTENT)
    }
}

/// Why nothing of the input can be judged, or not without losing some of it, if so.
pub(crate) fn refusal(survey: &Survey) -> Option<String> {
    let looks = Looks::like(&survey.head);
    if survey.interchanges == 0 || looks.is_archive() {
        let (code, advice) = match looks {
            Looks::X12 if separates_outside_ascii(&survey.head) => (
                "ENV002",
                "declares a separator outside ASCII in its ISA (byte 4 or byte 106), which no receiver reads; export \
                 it with separators such as * and ~",
            ),
            Looks::X12 if separates_by_line_end(&survey.head) => (
                "ENV002",
                "declares a line end as its element separator (byte 4 of the ISA), so that nobody can tell where an \
                 element ends and where a line; export it with a separator such as *",
            ),
            Looks::X12 => ("ENV002", looks.advice()),
            _ => ("ENV001", looks.advice()),
        };
        return Some(format!(
            "{code}: no X12 interchange at byte 0: the file {advice}"
        ));
    }
    if let Some(columns) = survey.wrapped {
        return Some(format!(
            "SYN014: a line ends behind each {columns} bytes, in the midst of segments: the file was wrapped at \
             {columns} columns; send it as it was before. Nothing of it was scrubbed, so that no claim is misread"
        ));
    }
    if let Some(at) = survey.flooded {
        return Some(format!(
            "ENV008: more than {} faults of envelopes or {} gaps in their control numbers up to byte {at}; this is no \
             file of claims, export it again",
            limits::ENVELOPE_FAULTS,
            limits::NUMBER_RUNS
        ));
    }
    if let Some(at) = survey.lost_claim {
        return Some(format!(
            "ENV008: what reads like a claim (CLM) at byte {at} stands behind no ISA header that can be read; put the \
             header back, or export the file again: nothing of it was scrubbed, so that no claim is lost"
        ));
    }
    if survey.sets_837p > 0 {
        return None;
    }
    if !survey.unsupported.is_empty() {
        let mut notes = survey.notes.iter();
        let first = notes.find(|note| matches!(note.fault, Fault::Unsupported { .. }));
        let at = first.map_or(0, |note| note.at);
        if survey.unsupported == [LINE_END_INSIDE_837] {
            return Some(format!(
                "ENV006: a line ends before the segment terminator, not behind it, from the ST at byte {at} on; export \
                 the file again with the line ends behind the terminators, or without any"
            ));
        }
        if survey.unsupported == [UNENDED_837] {
            return Some(format!(
                "ENV006: the segment terminator of the ST at byte {at} is missing, so that the next segment has run into \
                 it; put the terminator at the end of the ST segment, right behind ST03"
            ));
        }
        return Some(format!(
            "ENV006: no 837P (005010X222A1) transaction set among those from ST at byte {} on, only: {}",
            at,
            survey.unsupported.join("; ")
        ));
    }
    if survey.claims > 0 {
        return None;
    }
    Some(format!(
        "ENV003: an interchange starts (ISA), but no transaction set (ST) follows before the data ends at byte {}; send the whole file again",
        survey.bytes
    ))
}
