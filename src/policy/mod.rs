//! Who pays what by telehealth, and since when: policy as data.
//!
//! One file format serves Medicare, each Medicaid program and any commercial
//! payer; a rule is written once and asks. Nothing here knows X12 or a rule.
//!
//! ```text
//! data/*.toml ─┐
//!              ├─ document ── compile ── policy ── book ── rules
//! --policy DIR ┘  (schema)    (tables)
//! ```
//!
//! [`PolicyBook`] finds the [`Policy`] that governs a claim. A policy answers with
//! an [`Answer`]: the fact in force on the date of service, how sure it is, what it
//! may do to a claim, and the row to cite. What no row settles is `None`: unknown,
//! which is never the same as "none required".

mod answer;
mod book;
mod builtin;
mod cite;
mod compile;
mod compile_rows;
mod dated;
mod diff;
mod document;
mod edits;
mod error;
mod facts;
mod knowledge;
mod named;
mod overlay;
mod payers;
mod placing;
mod schema;
mod suggest;
mod tables;
mod telehealth;
mod therapy;
mod words;

#[cfg(test)]
mod tests;

pub use answer::{Answer, RowRef};
pub use book::{PolicyBook, PolicyId};
pub use cite::Citation;
pub use diff::{Change, diff};
pub(crate) use document::problem_of;
pub use edits::PairBits;
pub(crate) use error::read_text;
pub use error::{PolicyError, Problem};
pub use facts::{
    Assistant, AssistantDoubt, CertifyingProvider, ClaimRule, CodeLife, CodeStanding, CodeStatus,
    CodeStatusFact, Communication, CommunicationKind, Coverage, FilingLimit, KxThreshold, Mue,
    MuePer, NcciPair, PairStart, Permission, PlaceRule, Program, Refusal, RenderingStanding,
    Therapy, TherapyClass,
};
pub use knowledge::Knowledge;
pub use named::NamedCodes;
pub use schema::Kind;
pub(crate) use suggest::nearest;
pub use tables::{Cited, Policy, Source};
