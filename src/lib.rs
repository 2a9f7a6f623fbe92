//! telescrub reads X12 837P claim files and judges every claim.
#![deny(unsafe_code)]

pub mod claim;
pub mod cli;
pub mod codes;
pub mod emit;
pub mod generate;
pub mod policy;
pub mod rules;
pub mod scrub;
pub mod value;
pub mod verify;
pub mod x12;
