//! The rows of a run in the database.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{CachedStatement, Connection, params};

use super::accepted::Chunks;
use super::record::{ClaimRecord, Kept, Records};
use crate::emit::manifest::Manifest;
use crate::emit::publish::Taken;
use crate::value::Severity;

/// Parties remembered by number; a file with more of them asks the database again.
const PARTIES: usize = 100_000;

/// The outputs of a run are certain to be published.
pub(super) fn mark_published(connection: &Connection, run: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE runs SET state = 'published' WHERE run = ?1")?
        .execute([run])
        .map(drop)
}

/// Rows of one run, each statement compiled once.
pub(super) struct Rows<'a> {
    connection: &'a Connection,
    run: i64,
    accepted: Chunks<'a>,
    insert_claim: CachedStatement<'a>,
    insert_finding: CachedStatement<'a>,
    /// The number of the last claim.
    claim: i64,
    /// The open interchange and its accepted claims.
    open: Option<([String; 3], i64)>,
    parties: HashMap<String, HashMap<String, i64>>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(connection: &'a Connection, run: i64) -> rusqlite::Result<Rows<'a>> {
        let last = "SELECT coalesce(max(claim), 0) FROM claims";
        Ok(Rows {
            connection,
            run,
            accepted: Chunks::new(connection, run),
            insert_claim: connection.prepare_cached(
                "INSERT INTO claims (claim, run, ordinal, content, name, frequency, verdict, fate, cents, party)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?,
            insert_finding: connection.prepare_cached(
                "INSERT INTO findings (claim, rule, severity, count) VALUES (?1, ?2, ?3, ?4)",
            )?,
            claim: connection.query_row(last, [], |row| row.get(0))?,
            open: None,
            parties: HashMap::new(),
        })
    }

    /// Takes in what the listener has kept of a block.
    pub(super) fn block(&mut self, block: &[u8]) -> rusqlite::Result<()> {
        for kept in Records(block) {
            match kept {
                Kept::Interchange(key) => self.interchange(Some(key))?,
                Kept::Claim(record) => self.claim(&record)?,
            }
        }
        Ok(())
    }

    /// Nothing more comes.
    pub(super) fn finish(&mut self) -> rusqlite::Result<()> {
        self.interchange(None)?;
        self.accepted.finish()
    }

    /// Closes the open interchange and opens this one.
    fn interchange(&mut self, next: Option<[&str; 3]>) -> rusqlite::Result<()> {
        let next = next.map(|key| (key.map(str::to_owned), 0));
        if let Some(([sender, receiver, number], accepted)) =
            std::mem::replace(&mut self.open, next)
        {
            self.connection
                .prepare_cached(
                    "INSERT INTO interchanges (sender, receiver, number, run, accepted)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO UPDATE SET accepted = accepted + excluded.accepted",
                )?
                .execute(params![sender, receiver, number, self.run, accepted])?;
        }
        Ok(())
    }

    fn claim(&mut self, record: &ClaimRecord<'_>) -> rusqlite::Result<()> {
        self.claim += 1;
        if record.fate == "clean" {
            if let Some(content) = record.content {
                self.accepted.add(content, record.frequency == "8")?;
            }
            if let Some((_, accepted)) = &mut self.open {
                *accepted += 1;
            }
        }
        let party = self.party(record.payer, record.provider)?;
        self.insert_claim.execute(params![
            self.claim,
            self.run,
            record.ordinal,
            record.content,
            record.name,
            record.frequency,
            record.verdict.as_str(),
            record.fate,
            record.cents,
            party
        ])?;
        let mut rules: Vec<(&str, Severity, i64)> = Vec::new();
        for &(rule, severity) in &record.findings {
            match rules.iter_mut().find(|(other, ..)| *other == rule) {
                Some((_, worst, count)) => {
                    *worst = severity.max(*worst);
                    *count += 1;
                }
                None => rules.push((rule, severity, 1)),
            }
        }
        for &(rule, severity, count) in &rules {
            self.insert_finding
                .execute(params![self.claim, rule, severity.as_str(), count])?;
        }
        for &rule in &record.set_rules {
            if !rules.iter().any(|(own, ..)| *own == rule) {
                self.insert_finding
                    .execute(params![self.claim, rule, "set", 1])?;
            }
        }
        Ok(())
    }

    fn party(&mut self, payer: &str, provider: &str) -> rusqlite::Result<i64> {
        if let Some(&party) = self.parties.get(payer).and_then(|of| of.get(provider)) {
            return Ok(party);
        }
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO parties (payer, provider) VALUES (?1, ?2)")?
            .execute([payer, provider])?;
        let party = self
            .connection
            .prepare_cached("SELECT party FROM parties WHERE payer = ?1 AND provider = ?2")?
            .query_row([payer, provider], |row| row.get(0))?;
        if self.parties.values().map(HashMap::len).sum::<usize>() >= PARTIES {
            self.parties.clear();
        }
        self.parties
            .entry(payer.to_owned())
            .or_default()
            .insert(provider.to_owned(), party);
        Ok(party)
    }
}

/// The run itself, its files and the control numbers it gave.
pub(super) fn details(
    connection: &Connection,
    run: i64,
    manifest: &Manifest,
    folder: &Path,
    stem: &str,
    outputs: &[Taken],
) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO runs (run, identity, rerun_of, state, day, program, policy, folder, stem)
         VALUES (?1, ?2, ?3, 'prepared', ?4, ?5, ?6, ?7, ?8)",
        params![
            run,
            manifest.run,
            manifest.rerun_of.first().map_or("", String::as_str),
            manifest.today,
            manifest.program,
            manifest.policy,
            folder.to_string_lossy(),
            stem
        ],
    )?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO files (run, position, kind, file, bytes, blake3, temporary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let input = &manifest.input;
    let size = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    insert.execute(params![
        run,
        0,
        "input",
        input.file,
        size(input.bytes),
        input.blake3,
        ""
    ])?;
    for (position, (kind, published, temporary)) in (1_i64..).zip(outputs) {
        insert.execute(params![
            run,
            position,
            kind,
            published.file,
            size(published.bytes),
            published.blake3,
            temporary
        ])?;
    }
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO control_numbers
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for map in &manifest.control_numbers {
        let ([given, group, set], [input, of_group, of_set]) = (&map.output, &map.input);
        insert.execute(params![given, group, set, run, input, of_group, of_set])?;
    }
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO surroundings VALUES (?1, ?2, ?3, ?4)")?;
    for map in &manifest.control_numbers {
        if let Some(content) = &map.content {
            insert.execute(params![run, map.output[2], map.around.join(" "), content])?;
        }
    }
    Ok(())
}
