//! All claims of a file as one number, whatever their order: the proof that each claim
//! that came in went out once.
//!
//! A claim is its CLM and what follows, up to the next HL, CLM or envelope segment. Its
//! segments count as they stand, in their order, with their terminators; blanks and line
//! ends between them, and the levels above, do not.

use std::fmt;
use std::ops::Range;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::block::{Block, BlockKind};
use crate::x12::{Delimiters, SegmentKind, Tokens};

/// A sum over claims, the same for the same claims in any order.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Digest(u128);

impl Digest {
    /// Reads what [`Digest`] shows itself as.
    #[must_use]
    pub fn read(text: &str) -> Option<Digest> {
        let digits = text.len() == 32 && !text.starts_with('+');
        u128::from_str_radix(text, 16)
            .ok()
            .filter(|_| digits)
            .map(Digest)
    }

    /// The sum over the claims of both.
    #[must_use]
    pub fn plus(self, other: Digest) -> Digest {
        Digest(self.0.wrapping_add(other.0))
    }

    /// The sum without the claims of the other.
    #[must_use]
    pub fn minus(self, other: Digest) -> Digest {
        Digest(self.0.wrapping_sub(other.0))
    }
}

/// 32 hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The claims of a stretch of a file. Stretches that follow on each other are joined.
#[derive(Clone, Default)]
pub struct Claims {
    /// Segments before the first one that ends or starts a claim: they belong to the
    /// claim that is open where the stretch before ends.
    before: Vec<u8>,
    /// Whether there was such a segment.
    bounded: bool,
    sum: Digest,
    open: Option<Box<Xxh3>>,
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").finish_non_exhaustive()
    }
}

impl Claims {
    /// The claims that start or go on in a block; its repeated part is left out. Pieces
    /// of a long segment are for [`Claims::piece`].
    #[must_use]
    pub fn of_block(block: &Block, tokens: &Tokens) -> Claims {
        let Some(delimiters) = block.delimiters else {
            return Claims::default();
        };
        match block.kind {
            BlockKind::Segments if tokens.is_gapless() => Claims::of_bounds(block, tokens),
            BlockKind::Segments => Claims::of_segments(&block.bytes, tokens.places(block.repeated)),
            BlockKind::Loose if block.is_filling() => Claims::default(),
            BlockKind::Loose => {
                let mut claims = Claims::default();
                if let Some(cut) = block.apart() {
                    claims.segment(cut.kind, cut.bytes, delimiters.segment);
                }
                claims
            }
            BlockKind::Piece { .. } | BlockKind::Filling => Claims::default(),
        }
    }

    /// The claims that start or go on in a block without blanks between its segments: only
    /// where claims start and end has to be looked at.
    fn of_bounds(block: &Block, tokens: &Tokens) -> Claims {
        let mut claims = Claims::default();
        let mut inside = false;
        let mut from = block.repeated;
        for &index in tokens.bounds() {
            let segment = tokens.segment(&block.bytes, index as usize);
            if segment.start() < block.repeated {
                continue;
            }
            let run = &block.bytes[from..segment.start()];
            if inside {
                claims.sum = claims.sum.plus(Digest(xxh3_128(run)));
            } else {
                claims.go_on(run, false);
            }
            claims.bounded = true;
            inside = segment.kind() == SegmentKind::Clm;
            from = segment.start();
        }
        claims.go_on(&block.bytes[from..tokens.end()], inside);
        claims
    }

    /// The claims among these whole segments.
    #[must_use]
    pub fn of(bytes: &[u8], delimiters: Delimiters) -> Claims {
        let mut at = 0;
        let segments = std::iter::from_fn(|| {
            let rest = bytes.get(at..)?;
            let blanks = rest
                .iter()
                .take_while(|&&byte| delimiters.pass_over(byte))
                .count();
            let rest = &rest[blanks..];
            let end = memchr::memchr(delimiters.segment, rest)?;
            let start = at + blanks;
            at = start + end + 1;
            Some((SegmentKind::of(&rest[..end], delimiters), start..at))
        });
        Claims::of_segments(bytes, segments)
    }

    /// The claims among segments, each given with its terminator by its place in `bytes`.
    fn of_segments(
        bytes: &[u8],
        segments: impl Iterator<Item = (SegmentKind, Range<usize>)>,
    ) -> Claims {
        let mut claims = Claims::default();
        let mut inside = false;
        // What of the claim is not yet taken: without blanks between, all of it at once; what is
        // before blanks is gathered.
        let (mut run, mut gathered) = (0..0, Vec::new());
        for (kind, place) in segments {
            if kind == SegmentKind::Other {
                if run.end == place.start {
                    run.end = place.end;
                } else {
                    if inside {
                        gathered.extend_from_slice(&bytes[run]);
                    } else {
                        claims.go_on(&bytes[run], false);
                    }
                    run = place;
                }
                continue;
            }
            if inside {
                let claim = if gathered.is_empty() {
                    &bytes[run]
                } else {
                    gathered.extend_from_slice(&bytes[run]);
                    &gathered
                };
                claims.sum = claims.sum.plus(Digest(xxh3_128(claim)));
                gathered.clear();
            } else {
                claims.go_on(&bytes[run], false);
            }
            claims.bounded = true;
            inside = kind == SegmentKind::Clm;
            run = if inside { place } else { place.end..place.end };
        }
        claims.go_on(&gathered, inside);
        claims.go_on(&bytes[run], inside);
        claims
    }

    /// Takes segments that start no claim; `inside` says whether a claim is open.
    fn go_on(&mut self, bytes: &[u8], inside: bool) {
        if inside {
            self.open.get_or_insert_default().update(bytes);
        } else if !self.bounded {
            self.before.extend_from_slice(bytes);
        }
    }

    /// The next segment, without its terminator.
    pub fn segment(&mut self, kind: SegmentKind, text: &[u8], terminator: u8) {
        if kind != SegmentKind::Other {
            self.end();
        }
        if kind == SegmentKind::Clm {
            self.open = Some(Box::default());
        }
        for bytes in [text, &[terminator]] {
            self.go_on(bytes, self.open.is_some());
        }
    }

    /// The next piece of a segment that is too long to be looked at, with its terminator
    /// if that is its `last`. The first one tells the kind of the segment.
    pub fn piece(
        &mut self,
        kind: Option<SegmentKind>,
        bytes: &[u8],
        last: bool,
        terminator: Option<u8>,
    ) {
        if kind.is_some_and(|kind| kind != SegmentKind::Other) {
            self.end();
        }
        if kind == Some(SegmentKind::Clm) {
            self.open = Some(Box::default());
        }
        let Some(open) = &mut self.open else { return };
        open.update(bytes);
        if last
            && let Some(terminator) = terminator
            && bytes.last() != Some(&terminator)
        {
            open.update(&[terminator]);
        }
    }

    /// The piece that a block holds.
    pub fn piece_of_block(&mut self, block: &Block) {
        if let Some(piece) = block.apart() {
            let terminator = block.delimiters.map(|delimiters| delimiters.segment);
            let kind = piece.starts.then_some(piece.kind);
            self.piece(kind, piece.bytes, piece.ends, terminator);
        }
    }

    fn end(&mut self) {
        self.bounded = true;
        if let Some(claim) = self.open.take() {
            self.sum = self.sum.plus(Digest(claim.digest128()));
        }
    }

    /// Takes in the stretch that follows.
    pub fn join(&mut self, next: Claims) {
        if let Some(open) = &mut self.open {
            open.update(&next.before);
        }
        if next.bounded {
            self.end();
            self.sum = self.sum.plus(next.sum);
            self.open = next.open;
        }
    }

    /// The sum over all claims.
    #[must_use]
    pub fn digest(mut self) -> Digest {
        self.end();
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDARD: Delimiters = Delimiters::USUAL;

    fn digest(text: &str) -> Digest {
        Claims::of(text.as_bytes(), STANDARD).digest()
    }

    #[test]
    fn claims_count_whatever_their_order_and_the_levels_around_them() {
        let one = digest("ST*837~HL*1**20~CLM*A*1~SV1*X~HL*2~CLM*B*2~SE*9~");
        assert_eq!(one, digest("CLM*B*2~\r\nHL*7**20~CLM*A*1~\n SV1*X~SE*1~"));
        for other in [
            "CLM*A*1~SV1*X~CLM*B*3~",
            "CLM*A*1~CLM*B*2~SV1*X~",
            "CLM*A*1~SV1*X~CLM*B*2~CLM*B*2~",
            "CLM*A*1~SV1*X~",
            "CLM*A*1~SV1*X ~CLM*B*2~",
            "CLM*A*1~SV1~*X~CLM*B*2~",
        ] {
            assert_ne!(one, digest(other), "{other}");
        }
        assert_eq!(one.minus(digest("CLM*B*2~")), digest("CLM*A*1~SV1*X~"));
    }

    #[test]
    fn stretches_join_wherever_they_are_cut() {
        let text = "REF*X~CLM*A*1~SV1*X~DTP*Y~HL*2~NM1*Q~CLM*B*2~LX*1~SE*9~REF*Z~";
        let cuts: Vec<usize> = text.match_indices('~').map(|(at, _)| at + 1).collect();
        for &first in &cuts {
            for &second in cuts.iter().filter(|&&cut| cut >= first) {
                let mut claims = Claims::default();
                for part in [&text[..first], &text[first..second], &text[second..]] {
                    claims.join(Claims::of(part.as_bytes(), STANDARD));
                }
                assert_eq!(claims.digest(), digest(text));
            }
        }
    }

    #[test]
    fn a_long_segment_counts_the_same_in_pieces() {
        let mut claims = Claims::of(b"CLM*A*1~", STANDARD);
        let terminator = Some(b'~');
        claims.piece(Some(SegmentKind::Other), b"NTE*AD", false, terminator);
        claims.piece(None, b"D*X~", true, terminator);
        claims.join(Claims::of(b"LX*1~", STANDARD));
        claims.piece(Some(SegmentKind::Clm), b"CLM*B", false, terminator);
        claims.piece(None, b"*2", true, terminator);
        let whole = digest("CLM*A*1~NTE*ADD*X~LX*1~CLM*B*2~");
        assert_eq!(claims.digest(), whole);
    }
}
