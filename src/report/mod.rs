//! `report.html`: one self-contained page for people.
//!
//! A [`Follower`] hears of each claim on the worker that judged it and leaves a few
//! bytes; a [`Gathering`] takes them in order, sums them up and puts the rejected
//! claims aside in a temporary file; at the end [`Gathering::write`] makes the page of
//! both. Memory is bounded whatever the input: see `sums.rs` and `gather.rs`.
//!
//! The page needs no network and runs no script but its own, which its content
//! security policy names by hash. Claims travel in it as JSON in which no `<` occurs
//! and are put on the screen as text, never as markup.

mod chart;
mod dates;
mod follow;
mod gather;
mod kept;
mod page;
mod sections;
mod sums;
mod text;

pub use follow::Follower;
pub use gather::{CLAIMS, Facts, Gathering};
