//! Transaction sets as they stand in a file: which one it is, and what it holds.

use std::io::{self, Read};

use crate::x12::envelope::element;
use crate::x12::{Delimiters, SegmentKind, SegmentSource, Step};

/// A transaction set of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Set {
    /// Offset of its ST.
    pub at: u64,
    /// Length of its ST, without the terminator.
    pub len: u32,
    /// ISA13, GS06 and ST02.
    pub names: [String; 3],
    /// The same for sets that hold the same segments between ST and SE, and the same ST but
    /// for its control number; line ends and blanks behind segments are no difference.
    pub content: String,
}

/// Follows the segments of a file, and tells each transaction set as it ends.
#[derive(Debug, Default)]
pub struct Sets {
    names: [String; 3],
    open: Option<(u64, u32)>,
    hasher: blake3::Hasher,
    /// What is hashed next: segments are short, and many at once are hashed in less time.
    gathered: Vec<u8>,
}

/// Bytes that are hashed at once.
const GATHERED_BYTES: usize = 64 << 10;

impl Sets {
    /// Takes the latest step of a source, and gives the set that ends with it.
    pub fn step<R: Read>(&mut self, step: &Step, source: &SegmentSource<R>) -> Option<Set> {
        let delimiters = source.delimiters()?;
        match step {
            Step::Segment(range) => {
                let text = &source.bytes()[range.start..range.end - 1];
                self.segment(source.offset(range.start), text, delimiters)
            }
            Step::Loose(range) => {
                let text = &source.bytes()[range.clone()];
                self.segment(source.offset(range.start), text, delimiters)
            }
            Step::Piece { range, .. } => {
                self.put(&source.bytes()[range.clone()]);
                None
            }
            Step::Filling(_) => None,
            Step::End => self.end(),
        }
    }

    /// Whether the open set starts at this offset.
    #[must_use]
    pub fn begins_at(&self, at: u64) -> bool {
        self.open.is_some_and(|(start, _)| start == at)
    }

    fn segment(&mut self, at: u64, text: &[u8], delimiters: Delimiters) -> Option<Set> {
        let field = |position| {
            let value = element(text, delimiters.element, position).trim_ascii();
            String::from_utf8_lossy(value).into_owned()
        };
        let kind = SegmentKind::of(text, delimiters);
        if !kind.is_envelope() {
            self.put_line(text.trim_ascii());
            return None;
        }
        let ended = self.end();
        match kind {
            SegmentKind::Isa => self.names = [field(13), String::new(), String::new()],
            SegmentKind::Gs => {
                self.names[1] = field(6);
                self.names[2].clear();
            }
            SegmentKind::St => {
                self.names[2] = field(2);
                self.open = Some((at, u32::try_from(text.len()).unwrap_or(u32::MAX)));
                self.hasher.reset();
                self.gathered.clear();
                for position in [1, 3] {
                    self.put_line(element(text, delimiters.element, position).trim_ascii());
                }
            }
            _ => {}
        }
        ended
    }

    /// Takes whole segments that open and close no envelope.
    fn plain(&mut self, mut segments: &[u8], delimiters: Delimiters) {
        if self.open.is_none() {
            return;
        }
        while let Some(end) = memchr::memchr(delimiters.segment, segments) {
            self.put_line(segments[..end].trim_ascii());
            segments = &segments[end + 1..];
        }
    }

    /// The file, or the open set, ends.
    pub fn end(&mut self) -> Option<Set> {
        let (at, len) = self.open.take()?;
        self.hasher.update(&self.gathered);
        Some(Set {
            at,
            len,
            names: self.names.clone(),
            content: self.hasher.finalize().to_hex()[..32].to_owned(),
        })
    }

    fn put_line(&mut self, text: &[u8]) {
        if self.open.is_some() {
            self.gathered.extend_from_slice(text);
            self.gathered.push(b'\n');
            self.hash_much();
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        if self.open.is_some() {
            self.gathered.extend_from_slice(bytes);
            self.hash_much();
        }
    }

    #[inline]
    fn hash_much(&mut self) {
        if self.gathered.len() >= GATHERED_BYTES {
            self.hasher.update(&self.gathered);
            self.gathered.clear();
        }
    }
}

/// Hands over each transaction set of a file, in its order.
///
/// # Errors
/// When it can't be read.
pub fn each(file: impl Read, see: &mut dyn FnMut(Set)) -> io::Result<()> {
    let mut source = SegmentSource::new(file);
    let mut sets = Sets::default();
    loop {
        let step = source.step()?;
        sets.step(&step, &source).into_iter().for_each(&mut *see);
        match step {
            Step::Segment(range) => {
                source.hold(source.offset(range.start));
                let plain = source.plain();
                if let Some(delimiters) = source.delimiters() {
                    sets.plain(&source.bytes()[plain], delimiters);
                }
            }
            Step::Loose(range) | Step::Piece { range, .. } | Step::Filling(range) => {
                source.hold(source.offset(range.start));
            }
            Step::End => return Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const FILE: &str = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261123*0101*^*00501*000000007*0*P*:~\n\
        GS*HC*A*B*20261123*0101*8*X*005010X222A1~\nST*837*0009*005010X222A1~\nHL*1**20*1~\nCLM*1*2~\nSE*4*0009~\n\
        ST*837*0010*005010X222A1~\nHL*1**20*1~\nCLM*1*2~\nSE*4*0010~\nGE*2*8~\nIEA*1*000000007~\n";

    fn sets(text: &str) -> Vec<Set> {
        let mut found = Vec::new();
        each(text.as_bytes(), &mut |set| found.push(set)).unwrap();
        found
    }

    #[test]
    fn sets_of_the_same_segments_are_the_same_whatever_their_numbers_and_lines() {
        let found = sets(FILE);
        assert_eq!(found.len(), 2);
        let second = &found[1];
        assert_eq!(second.names, ["000000007", "8", "0010"]);
        let at = FILE.find("ST*837*0010").unwrap();
        assert_eq!((second.at, second.len), (at as u64, 24));
        let one = &found[0].content;
        assert_eq!(&second.content, one);
        for saved in [
            FILE.replace('\n', " \r\n"),
            FILE.replace('\n', ""),
            FILE.replace("0009", "77").replace("SE*4*", "SE*5*"),
        ] {
            assert_eq!(&sets(&saved)[0].content, one);
        }
        let cut = FILE.find("SE*4*0010").unwrap();
        assert_eq!(&sets(&FILE[..cut])[1].content, one);
    }

    #[test]
    fn a_segment_more_or_less_or_changed_is_another_content() {
        let one = &sets(FILE)[0].content;
        for changed in [
            FILE.replacen("HL*1**20*1~\n", "HL*1**20*0~\n", 1),
            FILE.replacen("CLM*1*2~\n", "", 1),
            FILE.replacen("CLM*1*2~\n", "CLM*1*2~\nLX*1~\n", 1),
            FILE.replacen("005010X222A1~\nHL", "005010X222A2~\nHL", 1),
        ] {
            assert_ne!(&sets(&changed)[0].content, one);
        }
    }
}
