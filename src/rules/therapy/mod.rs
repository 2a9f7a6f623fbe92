//! PTT: is ordinary physical therapy billed as its payer wants it?

pub mod discipline_modifier;
