//! The ledger: what was scrubbed before, in an SQLite database (`schema.sql`).
//!
//! A run takes the ledger for itself ([`Ledger::open`] locks it against other runs,
//! not against readers), so that what is accepted before stays the same while claims
//! are judged by it. Its rows are written in one transaction as the claims come, on a
//! thread of their own. The transaction ends, with the run `prepared`, before the first
//! output gets its name; the run is `published` after the last. A run killed in between
//! is settled by whoever opens the ledger next (`settle`), by what its service knows of it or
//! by the files; as long as neither tells, its claims count as accepted.

mod accepted;
mod earlier;
mod entry;
mod error;
mod forget;
mod gathered;
mod key;
mod night;
mod open;
mod prune;
mod record;
mod rows;
mod run_claims;
mod runs;
mod settle;
pub mod stats;

pub use earlier::{Earlier, Interchanges, Recalled};
pub use entry::{Entry, Preparation};
pub use error::LedgerError;
pub use forget::Pruned;
pub use gathered::{Gathered, Recent};
pub use key::{ClaimKeys, KeyedHash};
pub use night::AcceptedName;
pub use open::Ledger;
pub use record::Listen;
pub use runs::{PublishedRun, RejectedClaim, RejectedSet, RunRecord};
pub use settle::Known;
