//! What was accepted of a night by the run of it, its reruns and theirs: by name, whatever was
//! changed in the claims.

use std::collections::HashSet;

use rusqlite::Connection;

use super::accepted::day;
use super::error::LedgerError;
use super::open::Ledger;
use super::run_claims;
use crate::value::Date;

/// A claim that a run accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AcceptedName {
    /// Hash of CLM01 and the billing provider's NPI.
    pub name: i64,
    /// CLM05-3.
    pub frequency: String,
    /// What "today" was.
    pub day: Date,
}

/// The identities of the first run of a night, and of the runs that go back to it.
const NIGHT: &str = "
    WITH RECURSIVE night (identity) AS (
        VALUES (?1)
        UNION SELECT runs.identity FROM runs JOIN night ON runs.rerun_of = night.identity
    )";

impl Ledger {
    /// The claims of these names that were accepted by runs of the night to which this chain of
    /// identities, the latest first, goes back: by those of the chain, or by the others.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn accepted_of_night(
        &self,
        chain: &[String],
        by_others: bool,
        names: &HashSet<i64>,
    ) -> Result<Vec<AcceptedName>, LedgerError> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let find = |connection: Connection| {
            let runs = format!(
                "{NIGHT} SELECT run, identity, day FROM runs WHERE identity IN night ORDER BY run"
            );
            let mut runs = connection.prepare(&runs)?;
            let mut runs = runs.query([chain.last()])?;
            let mut accepted = Vec::new();
            while let Some(run) = runs.next()? {
                let is_other = !chain.contains(&run.get(1)?);
                if is_other != by_others {
                    continue;
                }
                let day = day(run, 2)?;
                run_claims::accepted(&connection, run.get(0)?, |name, frequency| {
                    if names.contains(&name) {
                        accepted.push(AcceptedName {
                            name,
                            frequency: frequency.to_owned(),
                            day,
                        });
                    }
                })?;
            }
            Ok(accepted)
        };
        find(self.reader()?).map_err(|error| self.failed(error))
    }
}
