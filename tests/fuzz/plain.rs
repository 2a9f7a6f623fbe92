//! A reader of claim files that is slow and plain: the whole file at hand, one byte looked at
//! after the other. The program must see the same segments and the same claims.

use telescrub::x12::{Delimiters, IsaHeader, is_blank, is_filling, limits};

/// Where the last element of a whole header stands.
const COMPONENT_AT: usize = 104;

/// A segment, or bytes that nothing ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// Where it starts, blanks before it left out.
    pub start: usize,
    /// Where it ends, its terminator left out.
    pub end: usize,
    /// Whether a terminator ends it.
    pub ended: bool,
    /// The delimiters in force.
    pub delimiters: Option<Delimiters>,
}

/// The parts of a file in order.
pub fn read(bytes: &[u8]) -> Vec<Part> {
    let (mut parts, mut delimiters) = (Vec::new(), None::<Delimiters>);
    // Where the latest header starts; of a whole one, all its elements.
    let mut entered = 0..0;
    let headers: Vec<usize> = (0..bytes.len().saturating_sub(2))
        .filter(|&at| [bytes[at], bytes[at + 1], bytes[at + 2]] == *b"ISA")
        .collect();
    let mut start = 0;
    loop {
        // Before the first header blanks are told of with whatever else stands there.
        let run = |from: usize, belongs: &dyn Fn(u8) -> bool| {
            let run = bytes[from..].iter();
            delimiters.map_or(0, |delimiters| {
                run.take_while(|&&byte| belongs(byte) && !delimiters.separate(byte))
                    .count()
            })
        };
        let fills = |byte: u8| is_filling(&[byte]);
        let blanks = run(start, &is_blank);
        let filling = run(start + blanks, &fills);
        start += blanks;
        // A long run comes in parts that are no segment.
        if blanks as u64 > limits::UNCUT_BYTES || filling > limits::SEGMENT_BYTES {
            start += filling;
        }
        if start == bytes.len() {
            return parts;
        }
        if let Some([separator, ..]) = bytes[start..].strip_prefix(b"ISA")
            && !separator.is_ascii_alphanumeric()
        {
            entered = start..start + 1;
            if let Some(header) = IsaHeader::read(&bytes[start..]) {
                delimiters = Some(header.delimiters);
            }
            if delimiters.is_some() && IsaHeader::is_whole(&bytes[start..]) {
                entered.end = start + COMPONENT_AT;
            }
        }
        let header = headers.iter().copied().find(|&at| {
            if at < start || entered.contains(&at) {
                return false;
            }
            let own = at > start && !bytes[at - 1].is_ascii_alphanumeric();
            let first = delimiters.is_none() && own && IsaHeader::read(&bytes[at..]).is_some();
            let whole = delimiters.is_some() && IsaHeader::is_whole(&bytes[at..]);
            first || whole || IsaHeader::glued(&bytes[at..]).is_some()
        });
        let stop = header.unwrap_or(bytes.len());
        let end = delimiters
            .and_then(|delimiters| (start..stop).find(|&at| bytes[at] == delimiters.segment));
        parts.push(Part {
            start,
            end: end.unwrap_or(stop),
            ended: end.is_some(),
            delimiters,
        });
        start = end.map_or(stop, |end| end + 1);
    }
}
