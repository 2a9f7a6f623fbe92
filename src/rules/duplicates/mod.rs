//! DUP: is something billed that was billed already?

pub mod same_line;
