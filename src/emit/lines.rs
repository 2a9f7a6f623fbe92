//! Interchanges written one segment a line, for people with an editor.

use crate::x12::{IsaHeader, is_blank};

/// Puts a line end behind each terminator that has none.
///
/// It reads the terminator from each ISA it sees, so it takes what an
/// [`super::envelope::Enveloper`] writes: interchanges with an ISA of the right width,
/// one after the other.
#[derive(Debug, Default)]
pub struct Lines {
    terminator: Option<u8>,
    /// The bytes of the open segment, as far as they can be an ISA.
    start: Vec<u8>,
    /// Whether the last byte was a terminator.
    ended: bool,
}

/// Bytes of an ISA with its terminator.
const ISA_BYTES: usize = crate::x12::ISA_BYTES;

impl Lines {
    /// Appends the next bytes to `out`, in lines.
    pub fn put(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            let line_end = matches!(byte, b'\r' | b'\n');
            if self.ended {
                if !line_end && !matches!(out.last(), Some(b'\n' | b'\r')) {
                    out.push(b'\n');
                }
                self.ended = false;
                self.start.clear();
            }
            out.push(byte);
            if self.start.len() < ISA_BYTES && !(self.start.is_empty() && is_blank(byte)) {
                self.start.push(byte);
                let is_header =
                    || self.start.starts_with(b"ISA") && IsaHeader::is_whole(&self.start);
                if self.start.len() == ISA_BYTES && is_header() {
                    self.terminator = Some(byte);
                }
            }
            self.ended = Some(byte) == self.terminator && !line_end;
        }
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
            // Blanks may stand between interchanges.
            let apart = text.replacen(&second, &format!(" \t{second}"), 1);
            let expected = expected.replacen(&second, &format!(" \t{second}"), 1);
            assert_eq!(lines(&apart, piece), expected);
        }
    }
}
