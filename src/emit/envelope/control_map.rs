//! Which control numbers a transaction set got in an output.

/// Old and new control numbers of one transaction set.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
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
