//! The service of a line, where the claim bills it and where another payer judged it.

use super::claim::Line;
use super::text::{Segments, Text};

/// Writes the units of a line as an element.
pub(super) fn units(out: &mut Segments, line: &Line) {
    match line.units_text {
        Some(text) => out.element(text.as_bytes()),
        None => out.element(&Text::number(line.units)),
    }
}

/// Writes the procedure of a line with its modifiers as an element.
pub(super) fn procedure(out: &mut Segments, line: &Line) {
    out.element(b"HC");
    out.component(line.procedure.as_bytes());
    for code in line.modifiers.codes() {
        out.component(code.as_bytes());
    }
}
