//! Why an input is refused as a whole.

use crate::x12::limits;
use crate::x12::sniff::Looks;
use crate::x12::survey::Survey;
use crate::x12::why_unreadable;

/// Why nothing of the input can be judged, or not without losing some of it, if so.
pub(super) fn refusal(survey: &Survey) -> Option<String> {
    if survey.interchanges == 0 {
        let looks = Looks::like(&survey.head);
        let (code, advice) = if looks == Looks::X12 {
            ("ENV002", why_unreadable(&survey.head))
        } else {
            ("ENV001", looks.advice())
        };
        return Some(format!(
            "{code}: no X12 interchange at byte 0: the file {advice}"
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
        return Some(format!(
            "ENV006: holds no 837P (005010X222A1) transaction set, only: {}",
            survey.unsupported.join("; ")
        ));
    }
    if survey.claims > 0 {
        return None;
    }
    Some(format!(
        "ENV003: an interchange starts, but no transaction set follows before the data ends at byte {}; send the whole file again",
        survey.bytes
    ))
}
