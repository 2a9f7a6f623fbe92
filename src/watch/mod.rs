//! The drop folder: files come in at any time, each is scrubbed once and answered once.
//!
//! A submitter has a folder with `inbox/`, `rerun/`, `outbox/`, `archive/` and
//! `quarantine/`. Next to the submitters the service keeps a private folder,
//! `.telescrub/`, on the same file system:
//!
//! ```text
//! .telescrub/lock                one service at a time
//! .telescrub/work/ID/ticket.json what was taken, from whom
//! .telescrub/work/ID/input       the file, moved out of the inbox by one rename
//! .telescrub/work/ID/out/        outputs while they are made
//! .telescrub/work/ID/publish.json the decision: these outputs, under these names
//! .telescrub/seen/HASH.json      content answered before
//! ```
//!
//! A job moves through these steps, each of which may be the last before a crash:
//!
//! 1. **Take**: the ticket is written and synced, then the file renamed into the job.
//! 2. **Scrub** into `out/`. A job found here after a crash is scrubbed anew.
//! 3. **Decide**: `publish.json` appears by rename. From here on the job only goes
//!    forward: every later step may be repeated without harm.
//! 4. **Mark** the content as seen, **publish** each output by a link that never
//!    replaces a file, acknowledgements last, **archive** the input, **remove** the job.
//!
//! So an accepted claim stands in one published clean file: before the decision none of
//! its outputs is visible, and behind it the same outputs are brought out until they are.

pub mod folders;
pub mod http;
pub mod intake;
pub mod job;
pub mod metrics;
pub mod place;
pub mod seen;
pub mod service;

pub use service::{Service, Settings, Signals, WatchError};
