//! Runs the ledger knows, for a rerun of their rejects.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::LedgerError;
use super::open::Ledger;
use super::run_claims;
use crate::scrub::item::Fate;

/// A run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunRecord {
    /// Its identity and those of the runs it was a rerun of, the latest first.
    pub chain: Vec<String>,
    /// Where its outputs were published.
    pub folder: String,
    /// The start of their names.
    pub stem: String,
    /// The claims it rejected or held.
    pub rejected: Vec<RejectedClaim>,
    /// What became of its claims that an unknown policy governs, if it had any.
    pub unchecked: Option<Fate>,
    /// Of the claims it accepted, hashes of CLM01 and the billing provider's NPI, and CLM05-3.
    pub accepted: Vec<(i64, String)>,
    /// ISA13, GS06 and ST02 that it gave to transaction sets.
    pub numbers: Vec<[String; 3]>,
    /// Transaction sets of its rejects, where it rejected claims for what stood around them.
    pub sets: Vec<RejectedSet>,
}

/// A transaction set of a rejects file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RejectedSet {
    /// ST02 as given.
    pub number: String,
    /// The rules that rejected the whole set for its envelopes.
    pub around: Vec<String>,
    /// What it holds; see [`crate::scrub::sets`].
    pub content: String,
}

/// A claim that a run rejected or held, as far as the ledger knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RejectedClaim {
    /// Its place in the input of that run, from 1.
    pub ordinal: u64,
    /// Hash of CLM01 and the billing provider's NPI.
    pub name: i64,
    /// Whether it was held.
    pub held: bool,
    /// The rules that rejected it; none when the fault was its transaction set's.
    pub rules: Vec<String>,
}

/// A run whose outputs are found without its manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedRun {
    /// What "today" was.
    pub day: String,
    /// BLAKE3 of its input.
    pub input: String,
    /// The names of its outputs.
    pub files: Vec<String>,
    /// Claims that it accepted.
    pub accepted: u64,
    /// Claims that it rejected.
    pub rejected: u64,
}

impl Ledger {
    /// The latest run that published an output of this name and BLAKE3.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn run_that_published(
        &self,
        file: &str,
        blake3: &str,
    ) -> Result<Option<PublishedRun>, LedgerError> {
        let find = |connection: Connection| {
            let run = connection.query_row(
                "SELECT max(run) FROM files JOIN runs USING (run)
                 WHERE position > 0 AND file = ?1 AND blake3 = ?2 AND state = 'published'",
                [file, blake3],
                |row| row.get::<_, Option<i64>>(0),
            )?;
            run.map(|run| published(&connection, run)).transpose()
        };
        find(self.reader()?).map_err(|error| self.failed(error))
    }

    /// Whether a run of this identity was published.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn has_published(&self, identity: &str) -> Result<bool, LedgerError> {
        let query = "SELECT 1 FROM runs WHERE identity = ?1 AND state = 'published'";
        let find = |connection: Connection| connection.prepare(query)?.exists([identity]);
        find(self.reader()?).map_err(|error| self.failed(error))
    }

    /// Claims that are no originals, accepted from an interchange of this number (ISA13): hashes
    /// of CLM01 and the billing provider's NPI, and CLM05-3.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn corrections_accepted(&self, number: &str) -> Result<Vec<(i64, String)>, LedgerError> {
        let find = |connection: Connection| {
            let mut runs = connection.prepare(
                "SELECT DISTINCT run FROM interchanges WHERE number = ?1 AND accepted > 0",
            )?;
            let mut corrections = Vec::new();
            for run in runs.query_map([number], |row| row.get(0))? {
                run_claims::accepted(&connection, run?, |name, frequency| {
                    if frequency != "1" {
                        corrections.push((name, frequency.to_owned()));
                    }
                })?;
            }
            Ok(corrections)
        };
        find(self.reader()?).map_err(|error| self.failed(error))
    }

    /// The latest run that gave one of these pairs of control numbers (ISA13, GS06) to its
    /// rejects.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn run_that_numbered(
        &self,
        pairs: &HashSet<&[String]>,
    ) -> Result<Option<RunRecord>, LedgerError> {
        self.found(|connection| by_numbers(connection, pairs))
    }

    /// The run that rejected most claims of these names.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn run_that_rejected(&self, names: &[i64]) -> Result<Option<RunRecord>, LedgerError> {
        self.found(|connection| by_names(connection, names))
    }

    fn found(
        &self,
        find: impl FnOnce(&Connection) -> rusqlite::Result<Option<i64>>,
    ) -> Result<Option<RunRecord>, LedgerError> {
        let record = |connection: &Connection| {
            let run = find(connection)?;
            run.map(|run| read(connection, run)).transpose()
        };
        record(&self.reader()?).map_err(|error| self.failed(error))
    }

    /// The latest run that gave control numbers (ISA13, GS06, ST02) of which this holds to its
    /// rejects.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn run_that_gave(
        &self,
        those: &dyn Fn(&[String; 3]) -> bool,
    ) -> Result<Option<RunRecord>, LedgerError> {
        let find = |connection: &Connection| {
            let mut query = connection.prepare(
                "SELECT run, interchange, functional_group, transaction_set
                 FROM control_numbers JOIN runs USING (run)
                 WHERE state = 'published' ORDER BY run DESC",
            )?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                if those(&[row.get(1)?, row.get(2)?, row.get(3)?]) {
                    return read(connection, row.get(0)?).map(Some);
                }
            }
            Ok(None)
        };
        find(&self.reader()?).map_err(|error| self.failed(error))
    }
}

fn by_numbers(
    connection: &Connection,
    pairs: &HashSet<&[String]>,
) -> rusqlite::Result<Option<i64>> {
    let mut query = connection.prepare(
        "SELECT max(run) FROM control_numbers JOIN runs USING (run)
         WHERE interchange = ?1 AND functional_group = ?2 AND state = 'published'",
    )?;
    let mut runs = pairs
        .iter()
        .map(|pair| query.query_row(rusqlite::params_from_iter(*pair), |row| row.get(0)));
    runs.try_fold(None, |latest: Option<i64>, run| Ok(latest.max(run?)))
}

fn by_names(connection: &Connection, names: &[i64]) -> rusqlite::Result<Option<i64>> {
    let mut query = connection.prepare(
        "SELECT run FROM claims JOIN runs USING (run)
         WHERE name = ?1 AND fate <> 'clean' AND fate = 'rejected' AND state = 'published'",
    )?;
    let mut counts = std::collections::BTreeMap::<i64, u64>::new();
    for name in names {
        let runs = query.query_map([name], |row| row.get(0))?;
        for run in runs {
            *counts.entry(run?).or_default() += 1;
        }
    }
    let best = counts.into_iter().max_by_key(|&(run, count)| (count, run));
    Ok(best.map(|(run, _)| run))
}

const COUNT: &str = "SELECT count(*) FROM claims WHERE claim >= ?1 AND claim < ?2 AND fate = ?3";

fn published(connection: &Connection, run: i64) -> rusqlite::Result<PublishedRun> {
    let [first, end] = run_claims::numbers(connection, run)?;
    let claims = |fate: &str| {
        let count = |row: &Row<'_>| row.get::<_, u32>(0).map(u64::from);
        connection.query_row(COUNT, params![first, end, fate], count)
    };
    let text = |query: &str| connection.query_row(query, [run], |row| row.get(0));
    let mut files = connection
        .prepare("SELECT file FROM files WHERE run = ?1 AND position > 0 AND kind <> 'manifest'")?;
    let files = files.query_map([run], |row| row.get(0))?;
    Ok(PublishedRun {
        day: text("SELECT day FROM runs WHERE run = ?1")?,
        input: text("SELECT blake3 FROM files WHERE run = ?1 AND position = 0")?,
        files: files.collect::<rusqlite::Result<_>>()?,
        accepted: claims("clean")?,
        rejected: claims("rejected")?,
    })
}

const REJECTED: &str = "
    SELECT ordinal, name, coalesce(group_concat(rule) FILTER (WHERE severity = 'reject'), ''),
        fate = 'held'
    FROM claims LEFT JOIN findings USING (claim)
    WHERE claim >= ?1 AND claim < ?2 AND fate <> 'clean' GROUP BY claim ORDER BY ordinal";

const UNCHECKED: &str =
    "SELECT fate FROM claims WHERE claim >= ?1 AND claim < ?2 AND verdict = 'unchecked' LIMIT 1";

fn read(connection: &Connection, run: i64) -> rusqlite::Result<RunRecord> {
    let (identity, mut before, folder, stem) = connection.query_row(
        "SELECT identity, rerun_of, folder, stem FROM runs WHERE run = ?1",
        [run],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let mut chain: Vec<String> = vec![identity];
    let mut link = connection
        .prepare("SELECT rerun_of FROM runs WHERE identity = ?1 ORDER BY run DESC LIMIT 1")?;
    // A run before the ledger's memory ends the chain; one that names itself can't be.
    while !String::is_empty(&before) && !chain.contains(&before) {
        let further = link.query_row([&before], |row| row.get(0)).optional()?;
        chain.push(std::mem::replace(&mut before, further.unwrap_or_default()));
    }
    let claims = run_claims::numbers(connection, run)?;
    let mut query = connection.prepare(REJECTED)?;
    let rejected = query.query_map(claims, |row| {
        let rules: String = row.get(2)?;
        Ok(RejectedClaim {
            ordinal: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            name: row.get(1)?,
            held: row.get(3)?,
            rules: rules
                .split(',')
                .filter(|rule| !rule.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    })?;
    let mut accepted = Vec::new();
    run_claims::accepted(connection, run, |name, frequency| {
        accepted.push((name, frequency.to_owned()));
    })?;
    let unchecked: Option<String> = connection
        .query_row(UNCHECKED, claims, |row| row.get(0))
        .optional()?;
    let mut query = connection
        .prepare("SELECT transaction_set, rules, content FROM surroundings WHERE run = ?1")?;
    let sets = query.query_map([run], |row| {
        let rules: String = row.get(1)?;
        Ok(RejectedSet {
            number: row.get(0)?,
            around: rules.split_whitespace().map(str::to_owned).collect(),
            content: row.get(2)?,
        })
    })?;
    let mut query = connection.prepare(
        "SELECT interchange, functional_group, transaction_set FROM control_numbers WHERE run = ?1",
    )?;
    let numbers = query.query_map([run], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
    Ok(RunRecord {
        chain,
        accepted,
        unchecked: unchecked.map(|fate| match fate.as_str() {
            "held" => Fate::Held,
            "rejected" => Fate::Rejected,
            _ => Fate::Clean,
        }),
        numbers: numbers.collect::<rusqlite::Result<_>>()?,
        sets: sets.collect::<rusqlite::Result<_>>()?,
        folder,
        stem,
        rejected: rejected.collect::<rusqlite::Result<_>>()?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn no_claims_of_other_runs_are_read() {
        let ledger = Connection::open_in_memory().unwrap();
        ledger.execute_batch(include_str!("schema.sql")).unwrap();
        for query in [COUNT, REJECTED, UNCHECKED, run_claims::ACCEPTED] {
            let mut plan = ledger
                .prepare(&format!("EXPLAIN QUERY PLAN {query}"))
                .unwrap();
            let mut steps = plan.raw_query();
            let mut of_claims = 0;
            while let Some(step) = steps.next().unwrap() {
                let step: String = step.get(3).unwrap();
                if step.contains("claims") {
                    let by = "SEARCH claims USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)";
                    assert_eq!(step, by, "{query}");
                    of_claims += 1;
                }
            }
            assert_eq!(of_claims, 1, "{query}");
        }
    }
}
