//! The engine: an input becomes blocks, blocks are judged in parallel, results are
//! written in order. It calls the rooms below it; `rerun` and
//! `watch` call it.

pub mod apart;
pub mod batch;
pub mod block;
pub mod carried;
pub mod claims;
pub mod cutter;
pub mod digest;
pub mod duplicates;
pub mod governing;
pub mod input;
pub mod inputs;
pub mod item;
pub mod judge;
pub mod known;
pub mod listener;
mod looking;
mod pattern;
pub mod pipeline;
mod planned;
pub(crate) mod refusal;
pub mod replay;
pub mod run;
pub mod sets;
pub mod tally;
pub mod witness;
