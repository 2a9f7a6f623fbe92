//! Synthetic 837P files of any size: seeded, reproducible, about nobody.
//!
//! A file without planted faults satisfies the guide and is built to be clean
//! under every rule, whatever the date of service: telehealth is billed only
//! where the payer's terms on that day are sure, and in the form it wanted
//! then. A share of the claims can be given one fault each, with a label that
//! names the rule that has to catch it.
//!
//! Every claim is a function of the seed and its number (`random`), and where
//! it stands is arithmetic (`layout`), so that pieces of the file are rendered
//! in parallel and written in order.

mod claim;
mod envelope;
mod fault;
mod layout;
mod other_payer;
mod patient;
mod people;
mod places;
mod plan;
mod plant;
mod pools;
mod provider;
mod random;
mod render;
mod room;
mod scene;
mod service;
mod spec;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod text;
mod visits;
mod write;

pub use fault::{Fault, Level};
pub use spec::{Delimiters, FIRST_DAY, LineEnd, Mix, Spec};
pub use write::{Summary, write};
