//! TA1: one for each interchange, rejected, accepted with errors, or accepted.

use std::io::{self, Write};

use super::envelope::{Envelopes, Received};

/// What the TA1 says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Answer {
    /// TA105.
    pub note: &'static str,
    /// Whether it rejects the interchange.
    pub rejects: bool,
}

/// No fault (TA105).
const NO_ERROR: &str = "000";

/// Answers an interchange: the faults as its notes say them, the gravest first.
pub(super) fn answer<W: Write>(
    out: &mut Envelopes<W>,
    received: &Received,
    number: u64,
    fault: Option<Answer>,
) -> io::Result<()> {
    let (verdict, note) = match fault {
        None => ("A", NO_ERROR),
        Some(fault) if fault.rejects => ("R", fault.note),
        Some(fault) => ("E", fault.note),
    };
    out.start_interchange(received, number)?;
    out.write(|out| {
        out.start("TA1");
        for (position, otherwise) in [(13, "000000000"), (9, "000101"), (10, "0000")] {
            let value = received.element(position);
            let digits = value.len() == otherwise.len() && value.iter().all(u8::is_ascii_digit);
            out.element(
                if digits { value } else { otherwise.as_bytes() },
                otherwise.len(),
            );
        }
        out.text(verdict).text(note).end();
    })?;
    out.end_interchange()
}
