//! The drop folder: files come in at any time, each is scrubbed once and answered once.
//!
//! A submitter has a folder with `inbox/`, `rerun/`, `outbox/`, `archive/` and
//! `quarantine/`. Next to the submitters the service keeps a private folder,
//! `.telescrub/`, on the same file system:
//!
//! ```text
//! .telescrub/lock                one service at a time
//! .telescrub/jobs/ID/ticket.json what was taken, from whom
//! .telescrub/jobs/ID/input/      the file, moved out of the inbox by one rename
//! .telescrub/jobs/ID/out/        outputs while they are made
//! .telescrub/jobs/ID/packed/     what goes to the archive
//! .telescrub/jobs/ID/publish.json the decision: these outputs, under these names
//! .telescrub/answered/ID/        jobs answered lately, in case their input is written to
//! .telescrub/seen/HASH.json      content answered before
//! ```
//!
//! Jobs move in batches ([`mod@line`]) through these steps, each of which may be the last
//! before a crash. Where it says *sync*, all that was written so far is made to last, for
//! the whole batch at once:
//!
//! 1. **Take** ([`take`]): tickets are written, sync, then each file renamed into its job.
//! 2. **Scrub** ([`attempt`]) into `out/`, side by side. A job found here after a crash is
//!    scrubbed anew.
//! 3. **Decide** ([`finish`]): the ledger takes the runs in one transaction; decisions are
//!    drafted, sync; each gets its name, `publish.json`, by a rename, sync. From here on a
//!    job only goes forward: every later step may be repeated without harm.
//! 4. **Carry out** ([`carrying_out`]): mark the content as seen, move each output to where it
//!    is published, acknowledgements last, never over another file; move the packed input
//!    to the archive; sync; remove the job, its input after a while ([`lately`]).
//!
//! So an accepted claim stands in one published clean file: before the decision none of
//! its outputs is visible, and behind it the same outputs are brought out until they are.
//!
//! Files of one batch are judged by what was accepted before the batch. One that shares a
//! claim, an interchange number or its content with another before it is scrubbed again
//! with the next batch, when the ledger knows of the other.

pub mod attempt;
pub mod bench;
pub mod boxes;
pub mod carrying_out;
pub mod decision;
pub mod exposition;
pub mod finish;
pub mod folders;
pub mod http;
pub mod intake;
pub mod job;
pub mod lately;
pub mod line;
pub mod metrics;
pub mod names;
pub mod passed_over;
pub mod place;
pub mod reason;
pub mod resumed;
pub mod seen;
pub mod service;
pub mod settings;
pub mod settling;
mod shift;
pub mod stem;
pub mod take;
mod tell;
pub mod unreadable;
pub mod wake;

pub use service::{Service, Signals, WatchError};
pub use settings::Settings;
