//! BAL: do the amounts add up?

pub mod claim_charge;
