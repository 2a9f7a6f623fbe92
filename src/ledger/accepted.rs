//! Hashes of accepted claims: in the database as sorted chunks, in memory as layers.
//!
//! A look-up in the database costs as much as judging a claim, and an index over hashes
//! is slow to write to. So the ledger stores the hashes of accepted claims in sorted
//! chunks, and a run keeps them all in memory, some seventeen bytes a claim.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::{Connection, params};

use crate::value::Date;
use crate::x12::limits;

/// Hashes of accepted claims with the run that accepted each last.
#[derive(Clone, Debug, Default)]
pub(super) struct Accepted {
    /// The earlier runs before the later ones. Each is more than twice as large as the
    /// next, so that there are few, and a run of many small ones merges little.
    layers: Vec<Arc<Layer>>,
    /// The days of the runs, in their order.
    days: Vec<Date>,
    /// The latest run that is counted in.
    run: i64,
}

/// The hashes of some runs.
#[derive(Debug, Default)]
struct Layer {
    /// Ascending.
    hashes: Vec<u64>,
    /// Where in them the hashes with the same first bits begin: a search over all of
    /// them would wait for memory twenty times, this one waits twice.
    starts: Vec<u32>,
    /// For each hash: place in `days`, and whether it was a void.
    last: Vec<(u32, bool)>,
}

impl Accepted {
    /// The day on which a claim of this hash was accepted, and not voided since.
    pub(super) fn day(&self, hash: u64) -> Option<Date> {
        // The latest word on a claim counts.
        let last = self.layers.iter().rev().find_map(|layer| layer.find(hash));
        match last {
            Some((run, false)) => self.days.get(run as usize).copied(),
            _ => None,
        }
    }

    /// With the runs counted in that have come since; `None` when none has.
    pub(super) fn grown(&self, reader: &Connection) -> rusqlite::Result<Option<Accepted>> {
        let newer: i64 = reader.query_row(
            "SELECT count(*) FROM runs WHERE run > ?1",
            [self.run],
            |row| row.get(0),
        )?;
        if newer == 0 {
            return Ok(None);
        }
        let first = if self.layers.is_empty() {
            first_run(reader, limits::EARLIER_CLAIMS)?
        } else {
            self.run + 1
        };
        let mut grown = self.clone();
        let mut fresh: Vec<(u64, u32, bool)> = Vec::new();
        let mut runs = reader.prepare("SELECT run, day FROM runs WHERE run >= ?1 ORDER BY run")?;
        let mut chunks =
            reader.prepare("SELECT hashes, void FROM accepted WHERE run = ?1 ORDER BY chunk")?;
        let mut rows = runs.query([first])?;
        while let Some(row) = rows.next()? {
            let place = u32::try_from(grown.days.len()).unwrap_or(u32::MAX);
            grown.run = row.get(0)?;
            grown.days.push(day(row, 1)?);
            let mut chunks = chunks.query([grown.run])?;
            while let Some(chunk) = chunks.next()? {
                let void = chunk.get(1)?;
                let (hashes, _) = chunk.get_ref(0)?.as_blob()?.as_chunks::<8>();
                fresh.extend(
                    hashes
                        .iter()
                        .map(|hash| (u64::from_le_bytes(*hash), place, void)),
                );
            }
        }
        let mut top = Layer::of(fresh);
        while let Some(below) = grown
            .layers
            .pop_if(|below| below.hashes.len() / 2 <= top.hashes.len())
        {
            let both = below.entries().chain(top.entries()).collect();
            top = Layer::of(both);
        }
        grown.layers.push(Arc::new(top));
        let claims: usize = grown.layers.iter().map(|layer| layer.hashes.len()).sum();
        if claims > limits::EARLIER_CLAIMS && !self.layers.is_empty() {
            return Accepted::default().grown(reader);
        }
        Ok(Some(grown))
    }
}

impl Layer {
    /// From entries of which the last of a hash counts.
    fn of(mut all: Vec<(u64, u32, bool)>) -> Layer {
        // The stable sort merges what is sorted already, and keeps the order of one hash.
        all.sort_by_key(|(hash, ..)| *hash);
        let mut layer = Layer::default();
        for (at, &(hash, run, void)) in all.iter().enumerate() {
            if all.get(at + 1).is_none_or(|next| next.0 != hash) {
                layer.hashes.push(hash);
                layer.last.push((run, void));
            }
        }
        for (at, &hash) in layer.hashes.iter().enumerate() {
            let place = u32::try_from(at).unwrap_or(u32::MAX);
            let wanted = layer.starts.len().max(layer.bucket(hash) + 1);
            layer.starts.resize(wanted, place);
        }
        layer
    }

    fn entries(&self) -> impl Iterator<Item = (u64, u32, bool)> + '_ {
        let last = self.last.iter();
        let both = self.hashes.iter().zip(last);
        both.map(|(&hash, &(run, void))| (hash, run, void))
    }

    /// The run that had this hash last, and whether as a void.
    fn find(&self, hash: u64) -> Option<(u32, bool)> {
        let bucket = self.bucket(hash);
        let start = *self.starts.get(bucket)? as usize;
        let end = self
            .starts
            .get(bucket + 1)
            .map_or(self.hashes.len(), |&end| end as usize);
        let near = self.hashes.get(start..end)?;
        let at = start + near.iter().position(|&other| other == hash)?;
        self.last.get(at).copied()
    }

    /// The first bits of a hash; few hashes share them.
    fn bucket(&self, hash: u64) -> usize {
        const SHARED_BY: usize = 8;
        let bits = (self.hashes.len() / SHARED_BY).max(2).ilog2();
        usize::try_from(hash >> (u64::BITS - bits)).unwrap_or(usize::MAX)
    }
}

/// The first of the latest runs that accepted no more claims than this; 0 when all fit.
fn first_run(reader: &Connection, most: usize) -> rusqlite::Result<i64> {
    let mut runs = reader.prepare(
        "SELECT run, sum(length(hashes)) / 8 FROM accepted GROUP BY run ORDER BY run DESC",
    )?;
    let mut rows = runs.query([])?;
    let (mut first, mut claims) = (0, 0_usize);
    while let Some(row) = rows.next()? {
        claims += usize::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
        if claims > most && first > 0 {
            tracing::warn!(
                run = first,
                "the ledger holds more accepted claims than fit into memory; those of runs before this one are not compared, prune the ledger"
            );
            return Ok(first);
        }
        first = row.get(0)?;
    }
    Ok(0)
}

/// Stores the hashes of accepted claims of a run, a chunk at a time. Where an original and a
/// void have one hash, the chunk of the one that came last is the last.
pub(super) struct Chunks<'a> {
    connection: &'a Connection,
    run: i64,
    chunk: i64,
    /// Originals and replacements.
    open: Vec<u64>,
    /// Voids that no original has followed.
    voids: HashSet<u64>,
}

/// Hashes in a chunk.
const CHUNK_CLAIMS: usize = 1 << 16;

impl<'a> Chunks<'a> {
    pub(super) fn new(connection: &'a Connection, run: i64) -> Chunks<'a> {
        Chunks {
            connection,
            run,
            chunk: 0,
            open: Vec::new(),
            voids: HashSet::new(),
        }
    }

    /// Takes in the next claim that was accepted.
    pub(super) fn add(&mut self, hash: i64, void: bool) -> rusqlite::Result<()> {
        let hash = hash.cast_unsigned();
        if void {
            self.voids.insert(hash);
        } else {
            self.voids.remove(&hash);
            self.open.push(hash);
        }
        if self.voids.len() >= CHUNK_CLAIMS {
            return self.finish();
        }
        if self.open.len() >= CHUNK_CLAIMS {
            self.write_originals()?;
        }
        Ok(())
    }

    /// Writes what is open: the originals first, since a void among them came behind.
    pub(super) fn finish(&mut self) -> rusqlite::Result<()> {
        self.write_originals()?;
        let voids = std::mem::take(&mut self.voids);
        self.write(true, voids.into_iter().collect())
    }

    fn write_originals(&mut self) -> rusqlite::Result<()> {
        let open = std::mem::take(&mut self.open);
        self.write(false, open)
    }

    fn write(&mut self, void: bool, mut hashes: Vec<u64>) -> rusqlite::Result<()> {
        if hashes.is_empty() {
            return Ok(());
        }
        hashes.sort_unstable();
        let bytes: Vec<u8> = hashes.into_iter().flat_map(u64::to_le_bytes).collect();
        self.chunk += 1;
        self.connection
            .prepare_cached(
                "INSERT INTO accepted (run, chunk, void, hashes) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![self.run, self.chunk, void, bytes])?;
        Ok(())
    }
}

/// A day as the database has it.
pub(super) fn day(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Date> {
    let text: String = row.get(column)?;
    Date::parse_iso(&text).ok_or(rusqlite::Error::InvalidQuery)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_on_a_claim_counts_wherever_chunks_end() {
        // Claims 1 to 3: a void last, an original last, and a void alone.
        let words = [
            (1, false),
            (2, false),
            (1, true),
            (2, true),
            (3, true),
            (2, false),
        ];
        // Other claims between them, so many that chunks of one kind or the other are full.
        for (between, void) in [(0, false), (CHUNK_CLAIMS, false), (CHUNK_CLAIMS, true)] {
            let ledger = Connection::open_in_memory().unwrap();
            ledger
                .execute_batch(
                    "CREATE TABLE runs (run, day);
                     CREATE TABLE accepted (run, chunk, void, hashes);
                     INSERT INTO runs VALUES (1, '2026-11-23')",
                )
                .unwrap();
            let mut chunks = Chunks::new(&ledger, 1);
            let mut others = 10..;
            for (hash, is_void) in words {
                chunks.add(hash, is_void).unwrap();
                for other in others.by_ref().take(between) {
                    chunks.add(other, void).unwrap();
                }
            }
            chunks.finish().unwrap();
            let accepted = Accepted::default().grown(&ledger).unwrap().unwrap();
            let counts = [1, 2, 3].map(|hash| accepted.day(hash).is_some());
            assert_eq!(counts, [false, true, false], "{between} {void}");
        }
    }

    #[test]
    fn the_latest_runs_are_compared_as_far_as_they_fit_into_memory() {
        // Runs of so many claims, the oldest first.
        let first = |claims: &[usize]| {
            let runs = claims.iter().zip(1..).map(|(claims, run)| {
                format!("SELECT {run} AS run, zeroblob({}) AS hashes", 8 * claims)
            });
            let runs = runs.collect::<Vec<_>>().join(" UNION ALL ");
            let ledger = Connection::open_in_memory().unwrap();
            ledger
                .execute_batch(&format!("CREATE VIEW accepted AS {runs}"))
                .unwrap();
            first_run(&ledger, 10).unwrap()
        };
        assert_eq!(first(&[5, 5]), 0, "all fit");
        assert_eq!(first(&[9, 5, 5]), 2);
        assert_eq!(first(&[1, 10]), 2);
        assert_eq!(first(&[11]), 0, "the latest is always compared");
        assert_eq!(first(&[1, 11]), 2);
    }
}
