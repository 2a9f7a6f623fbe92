//! The rule book. One file a rule; [`registry::RULES`] is the only list.
//!
//! A rule's file holds its documentation, its metadata and its check, and nothing
//! else. `explain`, the rules table and the reports are made from it.

pub mod balance;
pub mod codes;
pub mod context;
pub mod duplicates;
pub mod edit;
pub mod envelope;
pub mod faults;
pub mod features;
pub mod finding;
pub mod registry;
pub mod rule;
pub mod services;
pub mod severities;
mod shown;
mod spoken_for;
mod spots;
pub mod syntax;
pub mod telehealth;
pub mod therapy;
pub mod unreviewed;

pub use context::{Context, LevelView};
pub use features::Features;
pub use finding::{Finding, Fix, Report, Spot, SyntaxNote};
pub use rule::{Acknowledgement, Check, Example, Rule, RuleScope};
pub use telehealth::Remote;
