//! What goes from the workers to the keeper, as bytes: a kind, numbers, texts.

/// What a frame tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// ISA: offset; the four delimiters; its elements.
    Interchange,
    /// GS: offset; its elements.
    Group,
    /// ST: offset; its elements.
    Set,
    /// The header of a set that is judged; see [`super::follow`].
    Header,
    /// Faults of syntax of no claim: segments of the 999.
    Faults,
    /// A claim; see [`super::follow`].
    Claim,
    /// SE.
    SetEnd,
    /// GE: its elements.
    GroupEnd,
    /// IEA.
    InterchangeEnd,
}

const KINDS: [Kind; 9] = [
    Kind::Interchange,
    Kind::Group,
    Kind::Set,
    Kind::Header,
    Kind::Faults,
    Kind::Claim,
    Kind::SetEnd,
    Kind::GroupEnd,
    Kind::InterchangeEnd,
];

/// Writes a frame.
#[derive(Debug)]
pub(super) struct Frame<'a>(pub &'a mut Vec<u8>);

impl<'a> Frame<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>, kind: Kind) -> Frame<'a> {
        out.push(kind as u8);
        Frame(out)
    }

    pub(super) fn number(&mut self, number: u64) -> &mut Frame<'a> {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    pub(super) fn text(&mut self, text: &[u8]) -> &mut Frame<'a> {
        self.written(|out| out.extend_from_slice(text))
    }

    /// A text that `write` appends.
    pub(super) fn written(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Frame<'a> {
        let at = self.0.len();
        self.0.extend_from_slice(&[0; 4]);
        write(self.0);
        let length = u32::try_from(self.0.len() - at - 4).unwrap_or(u32::MAX);
        if let Some(place) = self.0.get_mut(at..at + 4) {
            place.copy_from_slice(&length.to_le_bytes());
        }
        self
    }
}

/// Reads frames, one part after the other. What is not there reads as nothing.
#[derive(Debug)]
pub(super) struct Frames<'a>(pub &'a [u8]);

impl<'a> Frames<'a> {
    /// The next frame's kind.
    pub(super) fn kind(&mut self) -> Option<Kind> {
        let (&kind, rest) = self.0.split_first()?;
        self.0 = rest;
        KINDS.get(usize::from(kind)).copied()
    }

    pub(super) fn number(&mut self) -> u64 {
        let Some((bytes, rest)) = self.0.split_first_chunk::<8>() else {
            return 0;
        };
        self.0 = rest;
        u64::from_le_bytes(*bytes)
    }

    pub(super) fn text(&mut self) -> &'a [u8] {
        let Some((length, rest)) = self.0.split_first_chunk::<4>() else {
            return &[];
        };
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let (text, rest) = rest.split_at_checked(length).unwrap_or((&[], &[]));
        self.0 = rest;
        text
    }

    /// So many texts.
    pub(super) fn texts<const N: usize>(&mut self) -> [Vec<u8>; N] {
        std::array::from_fn(|_| self.text().to_vec())
    }
}
