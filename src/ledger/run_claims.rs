//! The claims of one run. Their table has no index by the run, which would cost every scrub time
//! and room.
//!
//! Each run and each claim gets a number above all there are, so in the order of their own
//! numbers the claims stand run by run, and halving finds where those of a run begin.

use rusqlite::Connection;

/// The numbers of the claims of a run: from the first on, before the second. Queries say
/// `claim >= ?1 AND claim < ?2`.
pub(super) fn numbers(connection: &Connection, run: i64) -> rusqlite::Result<[i64; 2]> {
    let first = first_since(connection, run)?;
    Ok([first, first_since(connection, run.saturating_add(1))?])
}

pub(super) const ACCEPTED: &str =
    "SELECT name, frequency FROM claims WHERE claim >= ?1 AND claim < ?2 AND fate = 'clean'";

/// Tells of each claim that the run accepted the hash of CLM01 and the billing provider's NPI,
/// and CLM05-3.
pub(super) fn accepted(
    connection: &Connection,
    run: i64,
    mut tell: impl FnMut(i64, &str),
) -> rusqlite::Result<()> {
    let mut claims = connection.prepare_cached(ACCEPTED)?;
    let mut claims = claims.query(numbers(connection, run)?)?;
    while let Some(claim) = claims.next()? {
        tell(claim.get(0)?, claim.get_ref(1)?.as_str()?);
    }
    Ok(())
}

/// Where the claims of the runs from this one on begin.
fn first_since(connection: &Connection, run: i64) -> rusqlite::Result<i64> {
    let end = |query: &str| connection.query_row(query, [], |row| row.get(0));
    let mut first: i64 = end("SELECT coalesce(min(claim), 0) FROM claims")?;
    let mut last: i64 = end("SELECT coalesce(max(claim), -1) + 1 FROM claims")?;
    // Runs that left the ledger have left gaps.
    let mut next = connection
        .prepare_cached("SELECT claim, run FROM claims WHERE claim >= ?1 ORDER BY claim LIMIT 1")?;
    while first < last {
        let middle = first.saturating_add(last.saturating_sub(first) / 2);
        let (claim, of): (i64, i64) =
            next.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if of < run {
            first = claim + 1;
        } else {
            last = middle;
        }
    }
    Ok(first)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_claims_of_a_run_are_found_between_gaps() {
        let ledger = Connection::open_in_memory().unwrap();
        ledger
            .execute_batch("CREATE TABLE claims (claim INTEGER PRIMARY KEY, run)")
            .unwrap();
        assert_eq!(numbers(&ledger, 1).unwrap(), [0, 0]);
        // The third run had no claims, the fourth has left.
        let claims = [
            (10, 1),
            (11, 1),
            (12, 2),
            (20, 5),
            (21, 5),
            (22, 5),
            (30, 9),
        ];
        for claim in claims {
            let insert = "INSERT INTO claims VALUES (?1, ?2)";
            ledger.execute(insert, claim).unwrap();
        }
        for run in 0..11 {
            let [first, end] = numbers(&ledger, run).unwrap();
            let found = claims
                .iter()
                .filter(|(claim, _)| (first..end).contains(claim));
            let expected = claims.iter().filter(|(_, of)| *of == run);
            assert!(found.eq(expected), "{run}: {first}..{end}");
        }
    }
}
