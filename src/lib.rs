//! telescrub reads X12 837P claim files and judges every claim.
#![deny(unsafe_code)]

pub mod claim;
pub mod codes;
pub mod policy;
pub mod rules;
pub mod value;
pub mod x12;
