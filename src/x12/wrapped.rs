//! Files that were wrapped: a line end after so many bytes, wherever in a segment that is.

/// How much of the input is looked at, from its first interchange header on.
const LOOKED_AT: usize = 16 * 1024;

/// The least lines that make a width, the shorter last one left aside.
const LINES: usize = 3;

/// The width of the lines of an input that starts with an interchange header and has this
/// segment terminator, if they all have the same and most of them end inside a segment.
pub(super) fn columns(bytes: &[u8], terminator: u8) -> Option<usize> {
    if matches!(terminator, b'\r' | b'\n') {
        return None;
    }
    let bytes = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let mut ends = memchr::memchr_iter(b'\n', bytes).peekable();
    let (mut start, mut width, mut lines, mut inside) = (0, 0, 0, 0);
    while let Some(end) = ends.next() {
        let line = bytes.get(start..end)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        start = end + 1;
        if lines == 0 {
            width = line.len();
        } else if line.len() != width {
            // The last line is as long as is left.
            let is_last = ends.peek().is_none() && line.len() < width;
            if is_last {
                break;
            }
            return None;
        }
        lines += 1;
        inside += usize::from(line.last().is_some_and(|&last| last != terminator));
    }
    (lines >= LINES && inside * 2 > lines).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::Delimiters;

    const END: u8 = Delimiters::USUAL.segment;
    const SEGMENTS: &str = "ISA*00*1~GS*HC*12345~ST*837~BHT*0019*00~NM1*41~SE*4~GE*1~IEA*1~";

    fn wrapped(width: usize, line_end: &str) -> String {
        let lines = SEGMENTS.as_bytes().chunks(width);
        let lines: Vec<_> = lines.map(String::from_utf8_lossy).collect();
        lines.join(line_end)
    }

    #[test]
    fn lines_of_one_width_that_end_inside_segments_were_wrapped() {
        for line_end in ["\n", "\r\n"] {
            for tail in ["", line_end] {
                let text = wrapped(10, line_end) + tail;
                assert_eq!(columns(text.as_bytes(), END), Some(10), "{text:?}");
            }
        }
    }

    #[test]
    fn lines_that_end_with_segments_were_not() {
        let by_segment = SEGMENTS.replace('~', "~\n");
        let alike = "REF*6R*1~\n".repeat(20);
        let by_terminator = "REF*6R*1\n".repeat(20);
        let one_line = wrapped(40, "\n");
        for (text, end) in [
            (SEGMENTS, END),
            (&by_segment, END),
            (&alike, END),
            (&by_terminator, b'\n'),
            (&one_line, END),
            ("", END),
        ] {
            assert_eq!(columns(text.as_bytes(), end), None, "{text:?}");
        }
    }
}
