//! BAL: do the amounts add up?

mod adjustments;
pub mod amount_invalid;
pub(super) mod by_payer;
pub mod claim_charge_not_sum_of_lines;
pub mod other_payer_claim_unbalanced;
pub mod other_payer_line_unbalanced;

/// What goes with a service line that is taken off a claim, so that the claim adds up again.
pub(super) const WITH_THE_LINE: &str = "(its charge off CLM02, LX numbered anew)";
