//! The interchange header ISA: 106 bytes of fixed width that declare the delimiters.

/// The four delimiters of one interchange, as its ISA declares them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delimiters {
    /// Between elements (byte 3 of ISA).
    pub element: u8,
    /// Between components of a composite element (ISA16).
    pub component: u8,
    /// Between repetitions of an element (ISA11).
    pub repetition: u8,
    /// After each segment (byte 105 of ISA).
    pub segment: u8,
}

/// What is wrong with an ISA.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IsaFault {
    /// Its elements do not have their fixed widths, so it is not 106 bytes long.
    Width,
    /// Two delimiters are the same character, or one is a letter, a digit or a blank.
    Delimiters,
    /// The data ends inside the header.
    Short,
}

/// An interchange header as read: its delimiters, its length, what is wrong with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IsaHeader {
    /// The delimiters it declares, at their fixed places or, in a header of the
    /// wrong width, where its elements say they are.
    pub delimiters: Delimiters,
    /// Bytes from the `I` through the segment terminator.
    pub len: usize,
    /// What is wrong, if anything.
    pub fault: Option<IsaFault>,
}

/// Length of a well-formed ISA with its terminator.
pub const ISA_BYTES: usize = 106;

/// Offsets of the sixteen element separators in a well-formed ISA.
const SEPARATORS: [usize; 16] = [
    3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103,
];

/// Longest header of the wrong width that is still looked through.
const ISA_SEARCH_BYTES: usize = 256;

impl IsaHeader {
    /// Reads the header that starts at `bytes[0]`. `None` when it does not start
    /// with `ISA` and a separator, or no sixteen separators follow.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<IsaHeader> {
        if !bytes.starts_with(b"ISA") {
            return None;
        }
        let element = *bytes.get(3)?;
        if element.is_ascii_alphanumeric() {
            return None;
        }
        if let Some(header) = bytes.get(..ISA_BYTES)
            && SEPARATORS.iter().all(|&at| header[at] == element)
            && memchr::memchr_iter(element, header).count() == SEPARATORS.len()
        {
            let delimiters = Delimiters {
                element,
                repetition: header[82],
                component: header[104],
                segment: header[105],
            };
            let fault = (!delimiters.are_usable()).then_some(IsaFault::Delimiters);
            return Some(IsaHeader {
                delimiters,
                len: ISA_BYTES,
                fault,
            });
        }
        IsaHeader::read_wrong_width(bytes, element)
    }

    fn read_wrong_width(bytes: &[u8], element: u8) -> Option<IsaHeader> {
        let window = bytes.get(..bytes.len().min(ISA_SEARCH_BYTES))?;
        let mut separators = [0_usize; 16];
        let mut found = 0;
        for (at, _) in window
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == element)
        {
            *separators.get_mut(found)? = at;
            found += 1;
            if found == 16 {
                break;
            }
        }
        if found < 16 {
            return None;
        }
        let repetition = *window.get(separators[10] + 1)?;
        let component = *window.get(separators[15] + 1)?;
        let segment = *window.get(separators[15] + 2)?;
        let delimiters = Delimiters {
            element,
            component,
            repetition,
            segment,
        };
        let fault = if delimiters.are_usable() {
            IsaFault::Width
        } else {
            IsaFault::Delimiters
        };
        Some(IsaHeader {
            delimiters,
            len: separators[15] + 3,
            fault: Some(fault),
        })
    }
}

impl Delimiters {
    /// Distinct, and none of them a letter, a digit or a space. A line end may end
    /// a segment; the repetition separator may be unused (ISA11 `U`, as before 5010).
    #[must_use]
    pub fn are_usable(&self) -> bool {
        let bad =
            |byte: u8| byte.is_ascii_alphanumeric() || byte == b' ' || byte == 0 || byte >= 0x80;
        let all = [self.element, self.component, self.segment, self.repetition];
        let distinct = all
            .iter()
            .enumerate()
            .all(|(at, byte)| !all[at + 1..].contains(byte));
        distinct && !all.into_iter().any(bad)
    }
}

/// Whether the byte may stand between segments without meaning: line ends, blanks, tabs.
#[inline]
#[must_use]
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISA: &[u8] = b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261123*0101*^*00501*000000001*0*P*:~GS";

    #[test]
    fn the_fixed_places_give_the_delimiters() {
        let header = IsaHeader::read(ISA).unwrap();
        assert_eq!(header.fault, None);
        assert_eq!(header.len, 106);
        assert_eq!(
            header.delimiters,
            Delimiters {
                element: b'*',
                component: b':',
                repetition: b'^',
                segment: b'~'
            }
        );
    }

    #[test]
    fn a_header_of_the_wrong_width_still_gives_its_delimiters() {
        let text = b"ISA*00**00**ZZ*A*ZZ*B*261123*0101*^*00501*000000001*0*P*:~GS*HC";
        let header = IsaHeader::read(text).unwrap();
        assert_eq!(header.fault, Some(IsaFault::Width));
        assert_eq!(header.delimiters.segment, b'~');
        assert_eq!(&text[header.len..header.len + 2], b"GS");
    }

    #[test]
    fn clashing_delimiters_are_a_fault() {
        let mut text = ISA.to_vec();
        text[104] = b'~';
        assert_eq!(
            IsaHeader::read(&text).unwrap().fault,
            Some(IsaFault::Delimiters)
        );
    }
}
