//! The interchange header ISA: 106 bytes of fixed width that declare the delimiters.
//!
//! A header that is damaged still has to be read: the claims behind it must be found,
//! counted and rejected. The segments that follow a header show what separates them,
//! whatever the header says.

use super::delimiters::{Delimiters, is_blank, separates};

/// Length of a well-formed ISA with its terminator.
pub const ISA_BYTES: usize = 106;

/// Bytes from the start of a header that are looked through to read it.
pub const HEADER_WINDOW_BYTES: usize = 512;

/// Element separators of an ISA.
const ISA_SEPARATORS: usize = 16;

/// Offsets of the sixteen element separators in a well-formed ISA.
const SEPARATORS: [usize; ISA_SEPARATORS] = [
    3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103,
];

/// Offset of ISA16, behind the last separator.
pub const COMPONENT_AT: usize = 104;

/// Segments that are found soon behind an ISA.
const FOLLOWERS: [&[u8]; 12] = [
    b"GS", b"ST", b"BHT", b"NM1", b"PER", b"HL", b"IEA", b"TA1", b"GE", b"SE", b"CLM", b"REF",
];

/// Separators of the elements of an ISA, as many as a damaged one has left at least.
const SEPARATORS_LEAST: usize = 10;

/// Component separators to take when an ISA declares none that can be used.
const COMPONENT_SEPARATORS: &[u8] = b":>|^!<\\";

/// What is wrong with an ISA.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IsaFault {
    /// Its elements do not have their fixed widths, so it is not 106 bytes long.
    Width,
    /// Its elements stand in their places, but it does not end with this terminator, which ends
    /// the segments behind it.
    Terminator(u8),
    /// The separator that this element declares, ISA11 or ISA16, clashes with another one, or
    /// can't be one.
    Delimiters(u8),
    /// ISA11 is `U`, as before 5010: there is no repetition separator.
    Repetition,
    /// Nothing tells its delimiters; those of the interchange before stay in force.
    Unreadable,
}

/// An interchange header as read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IsaHeader {
    /// The delimiters in force behind it: those it declares where they can be used.
    pub delimiters: Delimiters,
    /// What is wrong, if anything.
    pub fault: Option<IsaFault>,
}

impl IsaHeader {
    /// Reads the header that starts at `bytes[0]`, from its first
    /// `HEADER_WINDOW_BYTES`. `None` when it does not start with `ISA` and a
    /// separator, or nothing tells what ends its segments.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<IsaHeader> {
        let declared = *bytes.strip_prefix(b"ISA")?.first()?;
        if declared.is_ascii_alphanumeric() || is_line_end(declared) {
            return None;
        }
        let window = own_window(bytes);
        if let Some(fixed) = fixed_places(window) {
            return IsaHeader::of_fixed_width(window, fixed);
        }
        elements(window).find_map(|element| IsaHeader::of_wrong_width(window, element))
    }

    /// Reads a header that may start here in the middle of a segment, where a file was
    /// cut off and another one joined to it. Stricter than [`IsaHeader::read`]: names
    /// such as LISA end with `ISA` as well. Whether it is one shows before the end of the
    /// segment behind it, so that it does not hang on where these bytes go.
    #[must_use]
    pub fn glued(bytes: &[u8]) -> Option<IsaHeader> {
        let header = IsaHeader::read(bytes)?;
        let window = own_window(bytes);
        let is_one = IsaHeader::is_whole(bytes)
            || elements(window).any(|element| is_followed(window, element));
        is_one.then_some(header)
    }

    /// Whether a header starts here with all its separators in place. It is one whatever
    /// follows, though it may lack its terminator and can't be read then; and up to its last
    /// separator stand its elements, though one may read like a header of its own.
    #[must_use]
    pub fn is_whole(bytes: &[u8]) -> bool {
        let header = bytes.get(..COMPONENT_AT);
        header.is_some_and(|header| {
            separates(header[3]) && !is_line_end(header[3]) && separators_in_place(header)
        })
    }

    /// `fixed` are the delimiters at the fixed places, any bytes but the first.
    fn of_fixed_width(window: &[u8], fixed: Delimiters) -> Option<IsaHeader> {
        let element = fixed.element;
        if !separates(element) {
            return None;
        }
        let declared = Some(fixed.segment).filter(|&byte| is_separate(byte, &[element]));
        let segment = terminator(window, ISA_BYTES, element, declared).or(declared)?;
        let mut delimiters = Delimiters { segment, ..fixed };
        let mut fault = None;
        if !is_separate(fixed.repetition, &[element, segment, fixed.component]) {
            delimiters.repetition = Delimiters::NONE;
            // Of two that clash the unusual one is at fault.
            let clashes = fixed.repetition == fixed.component && fixed.component != b':';
            fault = Some(match fixed.repetition {
                b'U' => IsaFault::Repetition,
                _ if clashes => IsaFault::Delimiters(16),
                _ => IsaFault::Delimiters(11),
            });
        }
        if !is_separate(fixed.component, &[element, segment]) {
            delimiters.component = component(delimiters);
            fault = Some(IsaFault::Delimiters(16));
        }
        if segment != fixed.segment || window[..COMPONENT_AT].contains(&segment) {
            let mut start = window.iter().take(ISA_BYTES + 1);
            fault = Some(if start.any(|&byte| byte == segment) {
                IsaFault::Width
            } else {
                IsaFault::Terminator(segment)
            });
        }
        Some(IsaHeader { delimiters, fault })
    }

    fn of_wrong_width(window: &[u8], element: u8) -> Option<IsaHeader> {
        let segment = terminator(window, 0, element, None)?;
        let end = memchr::memchr(segment, window).unwrap_or(window.len());
        let mut parts = window[..end].split(|&byte| byte == element);
        let mut delimiters = Delimiters {
            element,
            component: Delimiters::NONE,
            repetition: Delimiters::NONE,
            segment,
        };
        if let Some(&[repetition]) = parts.nth(11)
            && is_separate(repetition, &[element, segment])
        {
            delimiters.repetition = repetition;
        }
        delimiters.component = match parts.next_back() {
            Some(&[component])
                if is_separate(component, &[element, segment, delimiters.repetition]) =>
            {
                component
            }
            _ => component(delimiters),
        };
        Some(IsaHeader {
            delimiters,
            fault: Some(IsaFault::Width),
        })
    }
}

/// What a header is read from: the bytes up to the next one.
fn own_window(bytes: &[u8]) -> &[u8] {
    let window = &bytes[..bytes.len().min(HEADER_WINDOW_BYTES)];
    // In a whole header the word is a name, of a sender perhaps.
    let from = match fixed_places(window) {
        Some(_) => COMPONENT_AT,
        None => 1,
    };
    let next = memchr::memmem::find_iter(window, b"ISA").find(|&at| {
        let other = |at: usize| {
            window
                .get(at)
                .is_none_or(|byte| !byte.is_ascii_alphanumeric())
        };
        at >= from && other(at - 1) && other(at + 3)
    });
    &window[..next.unwrap_or(window.len())]
}

/// What may separate the elements of this header: what is declared, or what stands behind
/// the first element.
fn elements(window: &[u8]) -> impl Iterator<Item = u8> {
    let declared = window.get(3).copied();
    let other = window
        .get(6)
        .copied()
        .filter(|&byte| Some(byte) != declared);
    let found = [declared, other].into_iter().flatten();
    found.filter(|&element| separates(element) && !is_line_end(element))
}

/// Whether the first segment that is seen behind this header is one that follows an ISA, and
/// the header has about as many elements as it should.
fn is_followed(window: &[u8], element: u8) -> bool {
    const SEPARATORS_MOST: usize = 20;
    let first = followers(window, element)
        .find_map(|(before, id)| Some((before, id, ended_by(before, element, None)?)));
    let Some((before, id, terminator)) = first else {
        return false;
    };
    let end = memchr::memchr(terminator, before).unwrap_or(before.len());
    let separators = memchr::memchr_iter(element, &before[..end]).count();
    [&b"GS"[..], b"ST", b"IEA", b"TA1"].contains(&id)
        && before[end..].iter().skip(1).all(|&byte| is_blank(byte))
        && (SEPARATORS_LEAST..=SEPARATORS_MOST).contains(&separators)
}

/// Whether a header may be read inside this segment once another segment stands behind it.
#[must_use]
pub fn holds_header(segment: &[u8], element: u8) -> bool {
    // Behind the first of them stand the most separators.
    let behind = segment.get(1..).unwrap_or(&[]);
    memchr::memmem::find(behind, b"ISA")
        .is_some_and(|at| memchr::memchr_iter(element, &behind[at..]).count() >= SEPARATORS_LEAST)
}

/// Whether this start of an interchange, its ISA and GS, is read with these delimiters whatever
/// stands behind the ST that follows.
#[must_use]
pub fn tells(start: &[u8], delimiters: Delimiters) -> bool {
    let Delimiters {
        element, segment, ..
    } = delimiters;
    let others = [b'~', b'!', b'|'].into_iter();
    let other = others.filter(|byte| ![element, segment].contains(byte));
    let behind: Vec<u8> = other
        .flat_map(|other| [other, b'H', b'L', element].repeat(2))
        .collect();
    let text = [start, b"ST", &[element], &behind].concat();
    IsaHeader::read(&text).is_some_and(|header| header.delimiters == delimiters)
}

/// Whether the header at the start of an input declares an element separator or a
/// terminator outside ASCII, which nothing can be read with.
#[must_use]
pub fn separates_outside_ascii(bytes: &[u8]) -> bool {
    let header = from_header(bytes);
    [3, ISA_BYTES - 1]
        .iter()
        .any(|&at| header.get(at).is_some_and(|&byte| byte >= 0x80))
}

/// Whether the header at the start of an input declares a line end as its element separator:
/// what is a separator there, and what a line end, can't be told.
#[must_use]
pub fn separates_by_line_end(bytes: &[u8]) -> bool {
    (from_header(bytes).get(3)).is_some_and(|&byte| is_line_end(byte))
}

/// An input from its first header on: a byte order mark and blanks may stand before it.
fn from_header(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.trim_ascii_start()
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The bytes at the places of the delimiters, when all sixteen element separators
/// stand where they should and nowhere else.
fn fixed_places(window: &[u8]) -> Option<Delimiters> {
    let header = window.get(..ISA_BYTES)?;
    separators_in_place(header).then(|| Delimiters {
        element: header[3],
        repetition: header[82],
        component: header[COMPONENT_AT],
        segment: header[ISA_BYTES - 1],
    })
}

/// Whether the sixteen element separators of a header stand at their places, and no more.
fn separators_in_place(header: &[u8]) -> bool {
    let element = header[3];
    SEPARATORS.iter().all(|&at| header[at] == element)
        && memchr::memchr_iter(element, &header[..COMPONENT_AT]).count() == SEPARATORS.len()
}

fn is_separate(byte: u8, others: &[u8]) -> bool {
    separates(byte) && !others.contains(&byte)
}

/// A component separator that none of the other delimiters is.
fn component(others: Delimiters) -> u8 {
    let taken = [others.element, others.segment, others.repetition];
    COMPONENT_SEPARATORS
        .iter()
        .copied()
        .find(|byte| !taken.contains(byte))
        .unwrap_or(b':')
}

/// What ends segments, as seen in front of the segments that follow an ISA: `declared` if
/// it ends one besides the ISA, which no damage to the header makes it do, else the byte that
/// most of them have before them. `None` when no segment is seen from `from` on.
fn terminator(window: &[u8], from: usize, element: u8, declared: Option<u8>) -> Option<u8> {
    let mut votes: Vec<(u8, usize)> = declared.map(|byte| (byte, 0)).into_iter().collect();
    for (before, _) in followers(window, element) {
        if before.len() < from {
            continue;
        }
        // The ISA itself may well end with its component separator and a line end.
        let own = memchr::memchr_iter(element, before).count() <= ISA_SEPARATORS;
        let Some(byte) = ended_by(before, element, declared.filter(|_| own)) else {
            continue;
        };
        match votes.iter_mut().find(|(voted, _)| *voted == byte) {
            Some((_, count)) => *count += 1,
            None => votes.push((byte, 1)),
        }
    }
    if let (Some(byte), Some((_, 2..))) = (declared, votes.first()) {
        return Some(byte);
    }
    // The first of equals: what is declared.
    let most = votes.iter().map(|&(_, count)| count).max()?;
    let winner = votes.iter().find(|&&(_, count)| count == most)?;
    (most > 0).then_some(winner.0)
}

/// Where segments that are found behind an ISA may start: what stands before, and which it is.
fn followers(window: &[u8], element: u8) -> impl Iterator<Item = (&[u8], &'static [u8])> {
    memchr::memchr_iter(element, window).filter_map(move |end| {
        let before = &window[..end];
        let id = FOLLOWERS.iter().find(|id| before.ends_with(id))?;
        Some((&before[..end - id.len()], *id))
    })
}

/// The terminator at the end of these bytes, where a segment starts behind them: a
/// separator with blanks behind it, or a line end. `own` goes before all others.
fn ended_by(bytes: &[u8], element: u8, own: Option<u8>) -> Option<u8> {
    let text = bytes
        .iter()
        .rposition(|&byte| !is_blank(byte))
        .map_or(0, |at| at + 1);
    let blanks = &bytes[text..];
    if let Some(byte) = own.filter(|byte| blanks.contains(byte)) {
        return Some(byte);
    }
    let last = *bytes[..text].last()?;
    if is_separate(last, &[element]) {
        return Some(last);
    }
    blanks
        .first()
        .copied()
        .filter(|byte| matches!(byte, b'\r' | b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261123*0101*^*00501*000000001*0*P*:~";
    const REST: &str = "GS*HC*A*B*20261123*0101*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20261123*0101*CH~";
    const PLAIN: Delimiters = Delimiters::USUAL;

    fn read(isa: &str) -> Option<IsaHeader> {
        let rest = if isa.ends_with('\n') {
            REST.replace('~', "~\n")
        } else {
            REST.to_owned()
        };
        IsaHeader::read(format!("{isa}{rest}").as_bytes())
    }

    #[test]
    fn the_fixed_places_give_the_delimiters() {
        let header = read(ISA).unwrap();
        assert_eq!((header.delimiters, header.fault), (PLAIN, None));
        let alone = IsaHeader::read(ISA.as_bytes()).unwrap();
        assert_eq!((alone.delimiters, alone.fault), (PLAIN, None));
    }

    #[test]
    fn a_sender_may_be_called_isa() {
        for name in ["ISA            ", "            ISA", "THE ISA        "] {
            let named = ISA.replace("SENDER         ", name);
            let header = read(&named).unwrap();
            assert_eq!((header.delimiters, header.fault), (PLAIN, None), "{name}");
        }
    }

    #[test]
    fn a_line_end_may_be_the_terminator() {
        for (end, terminator) in [("\n", b'\n'), ("\r\n", b'\r'), ("\r", b'\r')] {
            let text = format!("{ISA}{REST}").replace('~', end);
            let header = IsaHeader::read(text.as_bytes()).unwrap();
            assert_eq!(header.delimiters.segment, terminator);
            assert_eq!(header.fault, None);
        }
    }

    #[test]
    fn what_a_header_declares_holds_though_a_file_of_others_was_joined_behind_it() {
        let own: String = REST.split_inclusive('~').take(2).collect();
        let own = own.replace('~', "!");
        let other = "NM1*41*2*A~PER*IC*B~NM1*40*2*C~HL*1**20*1~NM1*85*2*D~REF*EI*1~";
        let text = format!("{}{own}{other}", ISA.replace('~', "!"));
        let header = IsaHeader::read(text.as_bytes()).unwrap();
        assert_eq!((header.delimiters.segment, header.fault), (b'!', None));
    }

    #[test]
    fn an_element_of_a_whole_header_tells_no_terminator() {
        let named = ISA.replace("*          *", "*      !NM1*");
        let text = format!("{named}GS*{}~ST*837*0001~", "X".repeat(400));
        let header = IsaHeader::read(text.as_bytes()).unwrap();
        assert_eq!((header.delimiters, header.fault), (PLAIN, None));
    }

    #[test]
    fn damage_to_a_header_does_not_hide_what_separates() {
        for (damaged, fault) in [
            (
                ISA.replace("          *00*          ", "*00*"),
                IsaFault::Width,
            ),
            (ISA.replace(":~", "~"), IsaFault::Width),
            (ISA.replace("*:~", "~"), IsaFault::Width),
            (ISA.replace(":~", "~\n"), IsaFault::Width),
            (ISA.replace(":~", "::~"), IsaFault::Width),
            (ISA.replace(":~", ":!~"), IsaFault::Width),
            (ISA.replace(":~", ":!"), IsaFault::Terminator(b'~')),
            (ISA.replace(":~", ":X"), IsaFault::Terminator(b'~')),
            (ISA.replace(":~", ":\n"), IsaFault::Terminator(b'~')),
            (ISA.replace(":~", ":"), IsaFault::Terminator(b'~')),
            (ISA.replace("ISA*", "ISA!"), IsaFault::Width),
            (ISA.replace("*ZZ*SENDER", "*Z"), IsaFault::Width),
            (ISA.replace("SENDER ", "SEND~R "), IsaFault::Width),
            (ISA.replace("*:~", "*~~"), IsaFault::Delimiters(16)),
            (ISA.replace("*:~", "**~"), IsaFault::Delimiters(16)),
            (ISA.replace("*^*", "*:*"), IsaFault::Delimiters(11)),
            (ISA.replace("*:~", "*1~"), IsaFault::Delimiters(16)),
            (ISA.replace("*:~", "*^~"), IsaFault::Delimiters(16)),
            (ISA.replace("*^*", "*U*"), IsaFault::Repetition),
        ] {
            let header = read(&damaged).unwrap_or_else(|| panic!("{damaged}"));
            assert_eq!(header.fault, Some(fault), "{damaged}");
            let found = header.delimiters;
            assert_eq!((found.element, found.segment), (b'*', b'~'), "{damaged}");
            assert!(is_separate(
                found.component,
                &[b'*', b'~', found.repetition]
            ));
        }
    }

    #[test]
    fn what_nothing_tells_is_not_guessed() {
        assert_eq!(IsaHeader::read(b"ISA*00*~~"), None);
        assert_eq!(IsaHeader::read(b"ISAAC*GS*ST*"), None);
        let high = format!("{ISA}{REST}").replace('*', "\u{1}");
        let high: Vec<u8> = high
            .bytes()
            .map(|byte| if byte == 1 { 0xC3 } else { byte })
            .collect();
        assert_eq!(IsaHeader::read(&high), None);
        for line_end in ["\n", "\r"] {
            let lines = format!("{ISA}{REST}").replace('*', line_end);
            assert_eq!(IsaHeader::read(lines.as_bytes()), None);
            assert!(separates_by_line_end(lines.as_bytes()));
        }
        assert!(!separates_by_line_end(ISA.as_bytes()));
        assert!(separates_outside_ascii(&high));
        assert!(!separates_outside_ascii(ISA.as_bytes()));
    }

    #[test]
    fn the_next_interchange_does_not_tell_of_this_one() {
        let other = format!("{ISA}{REST}").replace('~', "!").replace('^', "{");
        let text = format!("{ISA}TA1*1~IEA*0*000000001~{other}");
        let header = IsaHeader::read(text.as_bytes()).unwrap();
        assert_eq!((header.delimiters, header.fault), (PLAIN, None));
    }

    #[test]
    fn a_name_that_ends_like_a_header_is_none() {
        let name = format!("ISA****MI*1~N3*1 MAIN ST~SE*9*0001~GE*1*1~{REST}");
        assert_eq!(IsaHeader::glued(name.as_bytes()), None);
        let short = format!("ISA*X~{REST}");
        assert_eq!(IsaHeader::glued(short.as_bytes()), None);
        for isa in [ISA.to_owned(), ISA.replace("          *00", "*00")] {
            let glued = format!("{isa}{REST}");
            assert_eq!(
                IsaHeader::glued(glued.as_bytes()).map(|header| header.delimiters),
                Some(PLAIN)
            );
        }
    }
}
