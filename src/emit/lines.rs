//! Interchanges written one segment a line, for people with an editor.

use crate::x12::{ISA_BYTES, is_blank};

/// Puts a line end behind each terminator that has none.
///
/// It reads the separators from each ISA, so it takes what an
/// [`super::envelope::Enveloper`] writes: interchanges with an ISA of the right width,
/// one after the other.
#[derive(Debug, Default)]
pub struct Lines {
    /// Inside an interchange its element separator and its terminator.
    separators: Option<[u8; 2]>,
    /// The bytes of the open segment, as far as they can be an ISA.
    start: Vec<u8>,
    /// Whether the last byte was a terminator.
    ended: bool,
}

impl Lines {
    /// Appends the next bytes to `out`, in lines.
    pub fn put(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            let line_end = matches!(byte, b'\r' | b'\n');
            if std::mem::take(&mut self.ended)
                && !line_end
                && !matches!(out.last(), Some(b'\n' | b'\r'))
            {
                out.push(b'\n');
            }
            out.push(byte);
            if self.start.len() < ISA_BYTES && !(self.start.is_empty() && is_blank(byte)) {
                self.start.push(byte);
            }
            let is_end = match self.separators {
                Some([_, terminator]) => byte == terminator,
                // The bytes of an ISA are counted: what ended the segments before may stand in it.
                None => self.start.len() == ISA_BYTES,
            };
            if is_end {
                self.end(byte);
                self.ended = !line_end;
            }
        }
    }

    /// A segment ends with this terminator.
    fn end(&mut self, terminator: u8) {
        match (self.separators, &self.start[..]) {
            (None, [_, _, _, element, ..]) => self.separators = Some([*element, terminator]),
            (Some([element, _]), [b'I', b'E', b'A', third, ..]) if *third == element => {
                self.separators = None;
            }
            _ => {}
        }
        self.start.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, piece: usize) -> String {
        let (mut lines, mut out) = (Lines::default(), Vec::new());
        for bytes in text.as_bytes().chunks(piece) {
            lines.put(bytes, &mut out);
        }
        String::from_utf8(out).unwrap_or_default()
    }

    #[test]
    fn each_segment_gets_a_line_whatever_the_delimiters() {
        let isa = |end: char| {
            format!(
                "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260305*0900*^*00501*000000101*0*P*:{end}"
            )
        };
        let (first, second) = (isa('~'), isa('!'));
        let text = format!("{first}GS*HC~IEA*1~{second}GS*~HC!IEA*1!");
        let expected = format!("{first}\nGS*HC~\nIEA*1~\n{second}\nGS*~HC!\nIEA*1!");
        for piece in [1, 7, 1_000] {
            assert_eq!(lines(&text, piece), expected);
            // What only begins like an ISA ends no segment by its length.
            let long = format!("{first}{}~IEA*1~", "ISA".repeat(60));
            let in_lines = format!("{first}\n{}~\nIEA*1~", "ISA".repeat(60));
            assert_eq!(lines(&long, piece), in_lines);
            // What has lines already stays as it is.
            assert_eq!(lines(&expected, piece), expected);
            // What ends segments in one interchange may stand in the header of the next.
            let odd = second.replace("*^*", "*~*");
            let both = format!("{first}GS*HC~IEA*1~{odd}GS*HC!IEA*1!");
            let in_lines = format!("{first}\nGS*HC~\nIEA*1~\n{odd}\nGS*HC!\nIEA*1!");
            assert_eq!(lines(&both, piece), in_lines);
            // Blanks may stand between interchanges.
            let apart = text.replacen(&second, &format!(" \t{second}"), 1);
            let expected = expected.replacen(&second, &format!(" \t{second}"), 1);
            assert_eq!(lines(&apart, piece), expected);
        }
    }
}
