//! The 837P as data: its loops, and the view of one claim.

pub mod gather;
pub mod lines;
pub mod parts;
pub mod plan;
pub mod provider;
mod quick;
mod read;
pub mod structure;
pub mod text;
pub mod validate;
pub mod view;
pub mod walk;

pub use lines::Line;
pub use parts::OtherPayer;
pub use provider::Provider;
pub use view::Claim;
