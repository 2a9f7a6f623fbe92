//! Questions to the ledger: how much was accepted, what stands still and why.

use std::cmp::Reverse;

use rusqlite::Connection;

use super::error::LedgerError;
use super::open::Ledger;
use crate::value::{Cents, CentsTotal, Date};

/// What the rows are about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// All claims together, one row.
    All,
    /// 2010BB NM109.
    Payer,
    /// The billing provider's NPI.
    Provider,
    /// The calendar week (ISO 8601) of the run.
    Week,
}

/// The runs that are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// The first day; from the beginning if left out.
    pub from: Option<Date>,
    /// The last day; to the end if left out.
    pub through: Option<Date>,
}

/// A row about claims.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct ClaimRow {
    /// Payer, provider or week; `all`.
    pub key: String,
    /// Claims judged, each time counted.
    pub claims: i64,
    /// Of them, those that went to the clean file.
    pub accepted: i64,
    /// Accepted of all, in percent with one decimal.
    pub acceptance_rate: String,
    /// What the accepted charge.
    pub accepted_dollars: CentsTotal,
    /// Claims whose last word is not acceptance: rejected or held and not accepted
    /// since, by CLM01 and provider.
    pub open: i64,
    /// What these charge: the dollars held.
    pub held_dollars: CentsTotal,
}

/// A row about a rule.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct RuleRow {
    /// The code.
    pub rule: String,
    /// Its name.
    pub name: String,
    /// Claims it rejected, alone or with their transaction set.
    pub rejected: i64,
    /// Claims it warned about.
    pub warned: i64,
    /// What the rejected charge.
    pub rejected_dollars: CentsTotal,
    /// What is left of it: charges of claims it rejected that were not accepted since.
    pub held_dollars: CentsTotal,
}

/// The claims of the span; `open` says that it is the last word on its name, and no acceptance.
/// Of a name that was accepted the duplicates (DUP, ENV010) are no word: what was accepted came
/// again.
const CLAIMS: &str = "
    WITH judged AS (
        SELECT claim, name, fate, cents, payer, provider, week,
               max(fate = 'clean') OVER (PARTITION BY name) AS ever,
               fate <> 'clean' AND EXISTS (
                   SELECT 1 FROM findings
                   WHERE findings.claim = published.claim AND severity IN ('reject', 'set')
                     AND (rule LIKE 'DUP%' OR rule = 'ENV010')
               ) AS again
        FROM published
        WHERE (?1 IS NULL OR day >= ?1) AND (?2 IS NULL OR day <= ?2)
    ),
    told AS (
        SELECT *, fate <> 'clean' AND 1 = row_number() OVER (
            PARTITION BY name ORDER BY ever AND again, claim DESC
        ) AS open
        FROM judged
    )";

/// That a finding rejects the claim, alone or with its transaction set.
const REJECTS: &str = "severity IN ('reject', 'set')";

impl Ledger {
    /// Claims, by what `by` says, in the order of the keys.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn claims(&self, by: By, span: Span) -> Result<Vec<ClaimRow>, LedgerError> {
        let key = match by {
            By::All => "'all'",
            By::Payer => "payer",
            By::Provider => "provider",
            By::Week => "week",
        };
        let sql = format!(
            "{CLAIMS}
             SELECT {key} AS key, count(*), sum(fate = 'clean'), sum(open), {}, {}
             FROM told GROUP BY key ORDER BY key",
            sums("fate = 'clean'"),
            sums("open"),
        );
        self.rows(&sql, span, |row| {
            let (claims, accepted) = (row.get(1)?, row.get(2)?);
            Ok(ClaimRow {
                key: row.get(0)?,
                claims,
                accepted,
                acceptance_rate: percent(accepted, claims),
                accepted_dollars: dollars(row, 4)?,
                open: row.get(3)?,
                held_dollars: dollars(row, 6)?,
            })
        })
    }

    /// Rules, the one that holds most dollars first.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn rules(&self, span: Span) -> Result<Vec<RuleRow>, LedgerError> {
        let sql = format!(
            "{CLAIMS}
             SELECT rule, sum({REJECTS}), sum(severity = 'warn'), {}, {}
             FROM findings JOIN told USING (claim) GROUP BY rule ORDER BY rule",
            sums(REJECTS),
            sums(&format!("{REJECTS} AND open")),
        );
        let mut rows = self.rows(&sql, span, |row| {
            let rule: String = row.get(0)?;
            Ok(RuleRow {
                name: crate::rules::registry::find(&rule)
                    .map_or("", |rule| rule.name)
                    .to_owned(),
                rule,
                rejected: row.get(1)?,
                warned: row.get(2)?,
                rejected_dollars: dollars(row, 3)?,
                held_dollars: dollars(row, 5)?,
            })
        })?;
        rows.sort_by_key(|row| Reverse((row.held_dollars, row.rejected)));
        Ok(rows)
    }

    fn rows<T>(
        &self,
        sql: &str,
        span: Span,
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, LedgerError> {
        let connection: Connection = self.reader()?;
        let day = |date: Option<Date>| date.map(|date| date.to_string());
        let rows = || {
            connection
                .prepare(sql)?
                .query_map((day(span.from), day(span.through)), |row| read(row))?
                .collect::<rusqlite::Result<Vec<T>>>()
        };
        rows().map_err(|error| self.failed(error))
    }
}

/// Cents that are summed apart from what is left of them: the sum of whole amounts can
/// leave the range of SQLite's integers, and then is an error there.
const PARCEL: Cents = Cents(1_000_000_000);

/// Two columns for what the claims charge to which the condition applies: parcels and rest.
fn sums(condition: &str) -> String {
    ["/", "%"]
        .map(|part| {
            format!(
                "coalesce(sum(cents {part} {}) FILTER (WHERE {condition}), 0)",
                PARCEL.0
            )
        })
        .join(", ")
}

/// Those two columns, the first of them at `column`.
fn dollars(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<CentsTotal> {
    let (parcels, rest) = (row.get(column)?, row.get(column + 1)?);
    Ok(CentsTotal::times(parcels, PARCEL).plus(Cents(rest)))
}

fn percent(part: i64, whole: i64) -> String {
    let tenths = (part * 2_000 + whole).checked_div(whole * 2).unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}
