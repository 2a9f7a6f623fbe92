//! The delimiters of an interchange.

/// The four delimiters of one interchange, as its ISA declares them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delimiters {
    /// Between elements (byte 3 of ISA).
    pub element: u8,
    /// Between components of a composite element (ISA16).
    pub component: u8,
    /// Between repetitions of an element (ISA11); [`Delimiters::NONE`] when there is none.
    pub repetition: u8,
    /// After each segment (byte 105 of ISA).
    pub segment: u8,
}

impl Delimiters {
    /// Those of nearly every file.
    pub const USUAL: Delimiters = Delimiters {
        element: b'*',
        component: b':',
        repetition: b'^',
        segment: b'~',
    };

    /// Stands for a repetition separator that the interchange does not have.
    pub const NONE: u8 = 0;

    /// What ISA11 declares: the repetition separator, or that there is none.
    #[must_use]
    pub fn declared_repetition(&self) -> u8 {
        match self.repetition {
            Delimiters::NONE => b'U',
            repetition => repetition,
        }
    }

    /// Whether the byte may stand before a segment without meaning: a blank that neither ends a
    /// segment nor separates its elements.
    #[inline]
    #[must_use]
    pub fn pass_over(&self, byte: u8) -> bool {
        is_blank(byte) && !self.separate(byte)
    }

    /// Whether the byte ends segments or separates their elements.
    #[inline]
    #[must_use]
    pub fn separate(&self, byte: u8) -> bool {
        byte == self.segment || byte == self.element
    }

    /// Distinct, and each of them fit to separate.
    #[must_use]
    pub fn are_usable(&self) -> bool {
        let all = [self.element, self.component, self.segment, self.repetition];
        let distinct = all
            .iter()
            .enumerate()
            .all(|(at, byte)| !all[at + 1..].contains(byte));
        distinct && all.into_iter().all(separates)
    }
}

/// Whether the byte can be a delimiter: no letter, digit or blank, and in the ASCII
/// range. Control characters can; so can a line end.
#[must_use]
pub fn separates(byte: u8) -> bool {
    !(byte.is_ascii_alphanumeric() || byte == b' ' || byte == 0 || byte >= 0x80)
}

/// Whether the bytes mean nothing where they stand outside every interchange: blanks, the
/// end-of-file mark of old programs (Ctrl-Z), the NUL bytes that fill up a block.
#[must_use]
pub fn is_filling(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|&byte| is_blank(byte) || matches!(byte, 0 | 0x1A))
}

/// Whether the byte may stand between segments without meaning: line ends, blanks, tabs.
#[inline]
#[must_use]
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b' ' | b'\t')
}
