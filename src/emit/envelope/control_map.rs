//! Which control numbers a transaction set got in an output.

use std::io;

/// Old and new control numbers of one transaction set.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct ControlMap {
    /// ISA13, GS06 and ST02 of the input.
    pub input: [String; 3],
    /// ISA13, GS06 and ST02 of the output.
    pub output: [String; 3],
    /// Rules that rejected the set as a whole for the envelopes around its claims, which the
    /// output has right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub around: Vec<String>,
    /// Of a set of the rejects, where anything around claims was at fault in the run: what
    /// the set holds, to tell whether it comes again unchanged; see [`crate::scrub::sets`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// The control numbers of an output's transaction sets as they are given: kept short, since there
/// may be very many before the manifest is written.
#[derive(Default, Debug)]
pub struct ControlMaps {
    /// One JSON object a line, as the manifest has it.
    lines: Vec<u8>,
}

impl ControlMaps {
    /// Adds those of one more set.
    pub(super) fn push(&mut self, map: &ControlMap) -> io::Result<()> {
        serde_json::to_writer(&mut self.lines, map)?;
        self.lines.push(b'\n');
        Ok(())
    }

    /// All of them, in order.
    ///
    /// # Errors
    /// Never, unless the program is at fault: what was written is read.
    pub fn into_maps(self) -> io::Result<Vec<ControlMap>> {
        let maps = serde_json::Deserializer::from_slice(&self.lines).into_iter();
        maps.map(|map| Ok(map?)).collect()
    }
}
