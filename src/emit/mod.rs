//! What is written: clean and rejected claims, annotations, findings, the manifest.
//!
//! Each output is a file of its own here; none knows how a claim was judged.

pub mod annotate;
pub mod envelope;
pub mod exclusive;
pub mod fixes;
mod json;
pub mod jsonl;
pub mod lines;
pub mod manifest;
pub mod numbers;
pub mod plain;
pub mod publish;
pub mod record;
pub mod stale;
