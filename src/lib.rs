//! telescrub reads X12 837P claim files (005010X222A1), checks every claim against the
//! standard, the code sets and the telehealth physical-therapy rules in force on each
//! line's date of service, and writes the clean claims and the annotated rejects.
//!
//! # The line of data flow
//!
//! ```text
//! bytes ──> segments ──> claims ──> findings ──> outputs
//!  read       x12         claim       rules        emit
//!                                       │
//!                                 policy, codes  (dated tables the rules ask)
//! ```
//!
//! Each arrow is the way of the data: a rule sees a claim, never the file it came from or an
//! output. [`scrub`] runs the line. Those behind the rules ([`emit`], [`acknowledge`],
//! [`report`], [`ledger`], [`verify`]) use its types, such as a block, its items and the sums,
//! and it calls them; [`rerun`] and [`watch`] start its runs, and [`cli`] puts all of it on the
//! screen.
//!
//! | module | holds | knows nothing of |
//! | --- | --- | --- |
//! | [`value`] | dates, cents, short codes | everything else |
//! | [`x12`] | delimiters, segments, envelopes, the survey of an input | what a claim holds, rules |
//! | [`claim`] | the structure table of the 837P, the walk through its loops, the view of one claim | rules, files |
//! | [`codes`] | dated code sets: diagnoses, places of service, modifiers, taxonomy, ZIP | X12, payers |
//! | [`policy`] | who pays what by telehealth, when, by whose word | X12 |
//! | [`rules`] | the rule book: one file a rule, the registry, findings | files, outputs |
//! | [`config`] | `telescrub.toml`: payers, severities, trust | claims |
//! | [`scrub`] | blocks, workers, ordered results, control totals | what rules look for in a claim |
//! | [`emit`] | envelopes for clean and rejects, annotations, findings, the manifest | how claims were judged |
//! | [`acknowledge`] | TA1, 999 and 277CA for the submitter | how claims were judged |
//! | [`report`] | the page for people: sums, charts, rejected claims | how claims were judged |
//! | [`ledger`] | what was scrubbed before, in an SQLite database | what any rule means |
//! | [`rerun`] | corrected rejects beside the run they came from | how outputs are written |
//! | [`verify`] | the outputs read back and proved again | how they were written |
//! | [`watch`] | the drop folder: each file once, whatever dies when | how a file is scrubbed |
//! | [`generate`] | synthetic claims with planted faults | the rules' code |
//! | [`cli`] | arguments, progress, the screen; one file a command | how the others do it |
//!
//! # What always holds
//!
//! 1. Every claim of the input is in exactly one output, byte for byte but for HL
//!    segments that were renumbered and what `--fix` was asked to change, which is listed;
//!    totals are checked before anything is published.
//! 2. Scrubbing the clean output again rejects nothing and reproduces it.
//! 3. The same input, policy, configuration and day give the same bytes, whatever the
//!    number of threads or the size of a block.
//! 4. Memory does not grow with the input ([`x12::limits`]).
//! 5. A fault costs the claim, the level or the transaction set it is in, never its
//!    neighbours.
//! 6. Each service line is judged by its own date of service.
//! 7. Where a policy is unknown a finding says so; nothing is rejected on a guess.
//! 8. Claim content goes to the output files only, which their owner alone can read.
#![deny(unsafe_code)]

pub mod acknowledge;
pub mod claim;
pub mod cli;
pub mod codes;
pub mod config;
mod counted;
pub mod emit;
pub mod generate;
pub mod ledger;
mod listed;
mod lock;
pub mod policy;
pub mod report;
pub mod rerun;
pub mod rules;
pub mod scrub;
mod stored;
pub mod value;
mod varint;
pub mod verify;
pub mod watch;
pub mod x12;
