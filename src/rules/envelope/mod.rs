//! ENV: is every envelope whole, counted and numbered, and of the kind we read?
//!
//! The survey finds the faults; here each rule has its words for them.

pub mod control_number_mismatch;
pub mod control_number_repeated;
pub mod envelope_count_wrong;
pub mod envelope_not_closed;
mod fault;
pub mod interchange_header_malformed;
pub mod interchange_taken_before;
pub mod leading_bytes;
pub mod segments_outside_envelope;
pub mod test_data_in_production;
pub mod transaction_set_too_large;
pub mod transaction_set_unsupported;

pub use fault::EnvelopeFault;

use super::Finding;
use super::syntax::{required_loop_missing, required_segment_missing};

/// Says of what was found in a claim whose transaction set is rejected by these rules that it
/// may come of segments that are lost, where the set is cut short or has not as many as it
/// says: a charge or a segment made to fit what is left would hide them for good.
pub fn lay_to_lost_segments(set_rules: &[&str], findings: &mut [Finding]) {
    let lost = [
        envelope_not_closed::RULE.code,
        envelope_count_wrong::RULE.code,
    ];
    let Some(by) = set_rules.iter().find(|rule| lost.contains(rule)) else {
        return;
    };
    let may_come_of_it = |finding: &&mut Finding| {
        let code = finding.rule.code;
        code.starts_with("BAL")
            || code == required_segment_missing::RULE.code
            || code == required_loop_missing::RULE.code
    };
    for finding in findings.iter_mut().filter(may_come_of_it) {
        finding.help = format!(
            "segments of the claim may be lost ({by} of its transaction set): compare it with the practice system \
             before anything is changed; if it is whole, {}",
            finding.help
        );
    }
}
