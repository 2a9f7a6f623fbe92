//! The 837P as data: its loops, and the view of one claim.

pub mod gather;
pub mod lines;
pub mod plan;
mod quick;
mod read;
pub mod structure;
pub mod text;
pub mod validate;
pub mod view;
pub mod walk;

pub use view::{Claim, Line, OtherPayer, Provider};
