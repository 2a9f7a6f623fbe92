//! The claims and transaction sets of a file, as far as they have to be known again.

use std::collections::HashSet;
use std::hash::Hasher as _;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use crate::scrub::input::{self, Input};
use crate::scrub::refusal::refusal;
use crate::scrub::sets::{Set, Sets};
use crate::x12::envelope::element;
use crate::x12::limits::BLOCK_BYTES;
use crate::x12::{Delimiters, SegmentKind, SegmentSource, Step};

/// A claim of a file. There may be many of them: what several share is kept once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// CLM01.
    pub id: String,
    /// The billing provider's identifier (2010AA NM109).
    pub provider: Arc<str>,
    /// Equal for claims of one person by the levels above: the subscriber's member number
    /// (2010BA NM109), the patient's last and first name (2010CA NM103, NM104).
    pub person: u64,
    /// The payer's identifier (2010BB NM109).
    pub payer: Arc<str>,
    /// CLM05-3: 1 original, 7 replacement, 8 void.
    pub frequency: Arc<str>,
    /// ISA13, GS06 and ST02 around it.
    pub envelope: Arc<[String; 3]>,
    /// Equal for claims that are the same byte for byte, levels above them counted in,
    /// HL segments and line ends not.
    pub content: u64,
}

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// Its claims, in their order.
    pub claims: Vec<Listed>,
    /// Its transaction sets, in their order, and which of the claims stand in each.
    pub sets: Vec<(Set, Range<usize>)>,
    /// Why nothing of it can be judged, if so.
    pub refusal: Option<String>,
    /// What its transaction sets are that are none of claims.
    pub others: Vec<String>,
    /// BLAKE3 of its bytes, uncompressed.
    pub hash: String,
}

/// Lists what a file holds. What is compressed is unpacked into
/// `folder` on the way.
///
/// # Errors
/// When it can't be read.
pub fn list(path: &Path, folder: &Path) -> io::Result<Contents> {
    list_up_to(path, folder, u64::MAX)
}

/// The same of a file that unpacked has no more bytes than this.
///
/// # Errors
/// When it can't be read, or has more.
pub fn list_up_to(path: &Path, folder: &Path, most: u64) -> io::Result<Contents> {
    let mut claims = Vec::new();
    let mut contents = each_up_to(path, folder, most, &mut |claim| claims.push(claim))?;
    contents.claims = claims;
    Ok(contents)
}

/// The claims of a file, each told by itself instead of kept.
pub(super) fn each(
    path: &Path,
    folder: &Path,
    take: &mut dyn FnMut(Listed),
) -> io::Result<Contents> {
    each_up_to(path, folder, u64::MAX, take)
}

fn each_up_to(
    path: &Path,
    folder: &Path,
    most: u64,
    take: &mut dyn FnMut(Listed),
) -> io::Result<Contents> {
    let input = Input {
        path: Some(path.to_owned()),
        stem: String::new(),
    };
    let surveyed = input::open_up_to(&input, folder, None, (most, BLOCK_BYTES), None)?;
    let mut source = SegmentSource::new(surveyed.file);
    let mut listing = Listing::new(take);
    let (mut sets, mut first) = (Sets::default(), 0);
    let mut contents = Contents {
        refusal: refusal(&surveyed.survey),
        others: surveyed.survey.unsupported,
        hash: surveyed.survey.hash,
        ..Contents::default()
    };
    loop {
        let step = source.step()?;
        let (range, cut) = match &step {
            Step::Segment(range) => (range.start..range.end - 1, false),
            Step::Loose(range) | Step::Piece { range, .. } => (range.clone(), true),
            Step::Filling(range) => {
                source.hold(source.offset(range.start));
                continue;
            }
            Step::End => break,
        };
        let goes_on = matches!(step, Step::Piece { first: false, .. });
        if let Some(delimiters) = source.delimiters().filter(|_| !goes_on) {
            let text = &source.bytes()[range.clone()];
            if !cut || text.starts_with(b"CLM") {
                listing.segment(text, delimiters);
            }
        }
        let count = listing.count;
        if let Some(set) = sets.step(&step, &source) {
            contents.sets.push((set, first..count));
        }
        let at = source.offset(range.start);
        if sets.begins_at(at) {
            first = count;
        }
        source.hold(at);
    }
    listing.end_claim();
    if let Some(set) = sets.end() {
        contents.sets.push((set, first..listing.count));
    }
    Ok(contents)
}

/// What is open.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Open {
    #[default]
    Header,
    Level(usize),
    Claim,
}

struct Listing<'a> {
    take: &'a mut dyn FnMut(Listed),
    /// The claims that were taken.
    count: usize,
    texts: Texts,
    envelope: Arc<[String; 3]>,
    open: Open,
    provider: Arc<str>,
    person: [String; 3],
    payer: Arc<str>,
    /// The open billing provider's, subscriber's and patient's level, and the claim.
    parts: [blake3::Hasher; 4],
    id: String,
    frequency: Arc<str>,
}

impl<'a> Listing<'a> {
    fn new(take: &'a mut dyn FnMut(Listed)) -> Listing<'a> {
        let none: Arc<str> = Arc::default();
        Listing {
            take,
            count: 0,
            texts: Texts::default(),
            envelope: Arc::default(),
            open: Open::default(),
            provider: none.clone(),
            person: Default::default(),
            payer: none.clone(),
            parts: Default::default(),
            id: String::new(),
            frequency: none,
        }
    }

    fn segment(&mut self, text: &[u8], delimiters: Delimiters) {
        let field = |position| {
            let value = element(text, delimiters.element, position).trim_ascii();
            String::from_utf8_lossy(value).into_owned()
        };
        let kind = SegmentKind::of(text, delimiters);
        if kind != SegmentKind::Other {
            self.end_claim();
        }
        match kind {
            SegmentKind::Isa => {
                self.envelope = Arc::new([field(13), String::new(), String::new()]);
            }
            SegmentKind::Gs => {
                let envelope = Arc::make_mut(&mut self.envelope);
                envelope[1] = field(6);
                envelope[2].clear();
            }
            SegmentKind::St => {
                Arc::make_mut(&mut self.envelope)[2] = field(2);
                self.open = Open::Header;
                self.begin(0);
            }
            SegmentKind::Se | SegmentKind::Ge | SegmentKind::Iea => self.open = Open::Header,
            SegmentKind::Hl => {
                let depth = match element(text, delimiters.element, 3) {
                    b"20" => 0,
                    b"22" => 1,
                    _ => 2,
                };
                self.open = Open::Level(depth);
                self.begin(depth);
            }
            SegmentKind::Clm => {
                self.open = Open::Claim;
                self.id = field(1);
                let place = element(text, delimiters.element, 5);
                let frequency = place.split(|&byte| byte == delimiters.component).nth(2);
                let frequency = String::from_utf8_lossy(frequency.unwrap_or_default());
                self.frequency = self.texts.share(&frequency);
                self.put(3, text);
            }
            SegmentKind::Other => match self.open {
                Open::Header => {}
                Open::Level(depth) => {
                    if element(text, delimiters.element, 0) == b"NM1" {
                        match (depth, field(1).as_str()) {
                            (0, "85") => self.provider = self.texts.share(&field(9)),
                            (1, "IL") => self.person[0] = field(9),
                            (1, "PR") => self.payer = self.texts.share(&field(9)),
                            (2, "QC") => self.person[1..].clone_from_slice(&[field(3), field(4)]),
                            _ => {}
                        }
                    }
                    self.put(depth, text);
                }
                Open::Claim => self.put(3, text),
            },
        }
    }

    /// A level begins, 0 the billing provider's; what was told of it and below is over.
    fn begin(&mut self, depth: usize) {
        self.reset(depth);
        if depth == 0 {
            self.provider = Arc::default();
        }
        if depth <= 1 {
            self.payer = Arc::default();
            self.person[0].clear();
        }
        self.person[1..].iter_mut().for_each(String::clear);
    }

    fn reset(&mut self, from: usize) {
        for part in &mut self.parts[from..] {
            part.reset();
        }
    }

    fn put(&mut self, part: usize, text: &[u8]) {
        self.parts[part].update(text.trim_ascii()).update(b"\n");
    }

    fn end_claim(&mut self) {
        if self.open != Open::Claim {
            return;
        }
        let mut hasher = blake3::Hasher::new();
        for part in &self.parts {
            hasher.update(part.finalize().as_bytes());
        }
        let mut first = [0_u8; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        self.count += 1;
        (self.take)(Listed {
            id: std::mem::take(&mut self.id),
            provider: self.provider.clone(),
            person: hash_of(&self.person),
            payer: self.payer.clone(),
            frequency: self.frequency.clone(),
            envelope: self.envelope.clone(),
            content: u64::from_le_bytes(first),
        });
        self.reset(3);
        self.open = Open::Header;
    }
}

/// Texts that many claims share, such as the number of a payer: each is kept once.
#[derive(Default)]
struct Texts(HashSet<Arc<str>>);

impl Texts {
    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let text: Arc<str> = text.into();
        self.0.insert(text.clone());
        text
    }
}

fn hash_of(texts: &[String]) -> u64 {
    let mut hasher = Xxh3::new();
    for text in texts {
        hasher.write(text.as_bytes());
        hasher.write(b"\0");
    }
    hasher.finish()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_expands_beyond_the_bound_is_not_unpacked_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects.837");
        let packed = zstd::encode_all(&*vec![b' '; 100_000], 3).unwrap();
        std::fs::write(&path, packed).unwrap();
        assert!(list_up_to(&path, folder.path(), 99_999).is_err());
        assert!(list_up_to(&path, folder.path(), 100_000).is_ok());
    }
}
