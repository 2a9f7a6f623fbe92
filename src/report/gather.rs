//! In order: sums of all claims, and the rejected ones put aside for the page.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::Follower;
use super::kept::{CODE, Entries, Entry};
use super::sums::Sums;
use super::text::script_json;
use crate::emit::manifest::Manifest;
use crate::scrub::judge::Judgement;
use crate::scrub::listener::Keeper;
use crate::scrub::tally::Tally;
use crate::value::Verdict;
use crate::x12::survey::Survey;

/// Most rejected claims on the page. More of them no one reads there, and a browser
/// with a small machine under it has to hold them all.
pub const CLAIMS: u64 = 5_000;

/// Most bytes of them, for the same reason.
const BYTES: u64 = 24 * 1024 * 1024;

/// What the page says besides what was gathered.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Versions, input and totals.
    pub manifest: &'a Manifest,
    /// Claims and findings by rule.
    pub tally: &'a Tally,
    /// The envelopes and their faults.
    pub survey: &'a Survey,
    /// What faults of envelopes do.
    pub judgement: &'a Judgement,
    /// Name of the file that holds every reject in words.
    pub annotated: &'a str,
}

/// Sums and rejected claims of one input.
#[derive(Debug)]
pub struct Gathering<'a> {
    follower: &'a Follower,
    folder: PathBuf,
    /// JSON of the listed claims, a comma between two. Without a name, so that it goes
    /// with the run whatever ends it.
    spool: Option<BufWriter<File>>,
    spooled: u64,
    /// Claims and sets on the page.
    pub(super) listed: u64,
    /// Citations of the listed claims, each once, in the order they came.
    pub(super) cites: Vec<Vec<u8>>,
    places: HashMap<Vec<u8>, usize>,
    pub(super) rules: Sums,
    pub(super) payers: Sums,
    pub(super) providers: Sums,
    /// By first day of service, as big-endian days since 1970; no bytes without one.
    pub(super) days: Sums,
    /// Claims summed up.
    pub(super) claims: u64,
}

impl<'a> Gathering<'a> {
    /// An empty one; rejected claims wait in a nameless file in `folder`.
    #[must_use]
    pub fn new(follower: &'a Follower, folder: &Path) -> Gathering<'a> {
        Gathering {
            follower,
            folder: folder.to_owned(),
            spool: None,
            spooled: 0,
            listed: 0,
            cites: Vec::new(),
            places: HashMap::new(),
            rules: Sums::default(),
            payers: Sums::default(),
            providers: Sums::default(),
            days: Sums::default(),
            claims: 0,
        }
    }

    /// The JSON of the listed claims, read from its start.
    ///
    /// # Errors
    /// When what was put aside can't be read.
    pub(super) fn spooled(&mut self) -> io::Result<Box<dyn Read>> {
        let Some(mut spool) = self.spool.take() else {
            return Ok(Box::new(io::empty()));
        };
        spool.seek(SeekFrom::Start(0))?;
        Ok(Box::new(spool.into_inner()?))
    }

    /// Whether claims were rejected that the page has no room for.
    pub(super) fn is_full(&self) -> bool {
        self.follower.full.load(Ordering::Relaxed)
    }

    fn list(&mut self, object: &[u8], cites: &[u8]) -> io::Result<()> {
        let size = object.len() as u64;
        let full = self.listed >= CLAIMS || self.spooled + size > BYTES;
        if full || self.is_full() {
            self.follower.full.store(true, Ordering::Relaxed);
            return Ok(());
        }
        let mut text = if self.listed == 0 {
            Vec::new()
        } else {
            b",\n".to_vec()
        };
        text.extend_from_slice(object);
        text.extend_from_slice(b",\"cites\":[");
        let mut list = Entries(cites);
        let mut comma = "";
        while let Some(cite) = list.long() {
            let place = if let Some(&place) = self.places.get(cite) {
                place
            } else {
                self.cites.push(cite.to_vec());
                self.places.insert(cite.to_vec(), self.cites.len() - 1);
                self.cites.len() - 1
            };
            write!(text, "{comma}{place}")?;
            comma = ",";
        }
        text.extend_from_slice(b"]}");
        let spool = match &mut self.spool {
            Some(spool) => spool,
            none => none.insert(BufWriter::new(tempfile::tempfile_in(&self.folder)?)),
        };
        script_json(spool, &text)?;
        self.spooled += size;
        self.listed += 1;
        Ok(())
    }
}

impl Keeper for Gathering<'_> {
    fn take(&mut self, kept: &[u8]) -> io::Result<()> {
        for entry in Entries(kept) {
            match entry {
                Entry::Claim(brief, rules) => {
                    self.claims += 1;
                    self.payers.add(brief.payer, brief.verdict, brief.charge);
                    self.providers
                        .add(brief.provider, brief.verdict, brief.charge);
                    let day = brief.day.map(|day| day.days().to_be_bytes());
                    let day: &[u8] = day.as_ref().map_or(&[], |day| day);
                    self.days.add([day, b""], brief.verdict, brief.charge);
                    for rule in rules.chunks_exact(CODE + 1) {
                        let (code, rejects) = rule.split_at(CODE);
                        let verdict = if rejects == [1] {
                            Verdict::Rejected
                        } else {
                            Verdict::Warned
                        };
                        self.rules.add([code, b""], verdict, brief.charge);
                    }
                }
                Entry::Detail(object, cites) => self.list(object, cites)?,
            }
        }
        Ok(())
    }
}
