//! telescrub reads X12 837P claim files and judges every claim.
#![deny(unsafe_code)]

pub mod generate;
pub mod value;
