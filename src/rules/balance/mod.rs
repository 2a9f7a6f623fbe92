//! BAL: do the amounts add up?

mod adjustments;
pub mod amount_invalid;
pub mod claim_charge;
pub mod other_payer_claim;
pub mod other_payer_line;
