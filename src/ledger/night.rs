//! What was accepted of a night by the run of it, its reruns and theirs: by name, whatever was
//! changed in the claims.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use super::accepted::day;
use super::error::LedgerError;
use super::open::Ledger;
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
    /// Whether by a run that the chain does not go back to.
    pub by_another: bool,
}

/// The identities of the first run of a night, and of the runs that go back to it.
const NIGHT: &str = "
    WITH RECURSIVE night (identity) AS (
        VALUES (?1)
        UNION SELECT runs.identity FROM runs JOIN night ON runs.rerun_of = night.identity
    )";

impl Ledger {
    /// The claims of these names that were accepted by the runs of the night to which this
    /// chain of identities, the latest first, goes back.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn accepted_of_night(
        &self,
        chain: &[String],
        names: &HashSet<i64>,
    ) -> Result<Vec<AcceptedName>, LedgerError> {
        let find = |connection: Connection| {
            let first = [chain.last()];
            let runs =
                format!("{NIGHT} SELECT run, identity, day FROM runs WHERE identity IN night");
            let mut runs = connection.prepare(&runs)?;
            let runs = runs.query_map(first, |row| {
                let identity: String = row.get(1)?;
                Ok((row.get(0)?, (day(row, 2)?, !chain.contains(&identity))))
            })?;
            let runs: HashMap<i64, (Date, bool)> = runs.collect::<rusqlite::Result<_>>()?;
            // The claims have no index by their run: all runs at once.
            let claims = format!(
                "{NIGHT} SELECT run, name, frequency FROM claims WHERE fate = 'clean'
                 AND run IN (SELECT run FROM runs WHERE identity IN night)"
            );
            let mut claims = connection.prepare(&claims)?;
            let mut claims = claims.query(first)?;
            let mut accepted = Vec::new();
            while let Some(claim) = claims.next()? {
                let (run, name): (i64, i64) = (claim.get(0)?, claim.get(1)?);
                if let Some(&(day, by_another)) = runs.get(&run)
                    && names.contains(&name)
                {
                    accepted.push(AcceptedName {
                        name,
                        frequency: claim.get(2)?,
                        day,
                        by_another,
                    });
                }
            }
            Ok(accepted)
        };
        find(self.reader()?).map_err(|error| self.failed(error))
    }
}
