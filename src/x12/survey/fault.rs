//! What can be wrong with envelopes, and where.

use crate::value::Date;
use crate::x12::cuts::OpenNames;
use crate::x12::header::IsaFault;

/// What a fault is about and takes along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The input as a whole; nothing is taken along.
    Input,
    /// ISA to IEA.
    Interchange,
    /// GS to GE.
    Group,
    /// ST to SE.
    Set,
}

impl Scope {
    /// The term of the standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Input => "input",
            Scope::Interchange => "interchange",
            Scope::Group => "functional group",
            Scope::Set => "transaction set",
        }
    }
}

/// What is wrong with an envelope. Each is what an acknowledgement will need to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Something stands before the first ISA.
    Lead {
        /// A byte order mark or blanks, nothing to be read.
        blank: bool,
    },
    /// The ISA is not as it should be.
    Header(IsaFault),
    /// An element of the ISA, GS or ST holds no value that the guide has for it.
    HeaderValue {
        /// Its position.
        position: u8,
    },
    /// The header has no control number, or one of blanks alone.
    NoNumber {
        /// Its position.
        position: u8,
    },
    /// No trailer before the next header or the end of the data.
    Unclosed,
    /// The trailer lacks its terminator.
    Unterminated,
    /// A trailer without its header.
    Unopened,
    /// Header and trailer carry different control numbers.
    ControlNumber {
        /// The number in the header.
        header: String,
        /// The number in the trailer.
        trailer: String,
    },
    /// The trailer's count is wrong.
    Count {
        /// What the trailer says.
        said: String,
        /// What was counted.
        counted: u64,
    },
    /// Another transaction set or version than the 837P.
    Unsupported {
        /// What it is, in words.
        name: String,
    },
    /// An older or newer edition of the 837P guide, read as the current one.
    Edition {
        /// The version found.
        version: String,
    },
    /// The control number was used before in the same envelope.
    Repeated {
        /// The number.
        number: String,
    },
    /// Claims of an interchange of this sender, receiver and number were accepted in an
    /// earlier run.
    Taken {
        /// ISA13.
        number: String,
        /// When.
        day: Date,
    },
    /// A transaction set outside every envelope of this kind.
    Outside {
        /// Functional group or interchange.
        envelope: Scope,
    },
    /// Bytes without meaning, such as an end-of-file mark.
    Filling {
        /// Whether they are a long run inside an interchange, which is left out. Between or
        /// behind interchanges they stay.
        inside: bool,
    },
    /// A TA1 between an ISA and its groups, which answers another interchange.
    Answer,
    /// Segments or bytes outside every transaction set.
    Stray {
        /// How many claims were among them.
        claims: u64,
        /// How many have run into other segments of them, and can't be read.
        unread: u64,
    },
    /// A segment of the envelope has more elements than there are.
    Surplus {
        /// How many claims have run into it.
        unread: u64,
    },
    /// The usage indicator ISA15 says test data.
    TestUsage,
    /// More claims in the transaction set than the guide recommends.
    ManyClaims {
        /// How many.
        claims: u64,
    },
    /// An 837P that holds neither a hierarchical level nor a claim.
    Empty,
    /// A segment, or a stretch without a claim boundary, too long to be judged.
    Oversize,
    /// What an earlier run found around the claims of a transaction set whose envelope is
    /// of its own making since: nobody has looked at it. Not found by a survey.
    Unreviewed {
        /// The code of the rule.
        rule: String,
        /// What was wrong, as a sentence.
        said: String,
    },
}

/// A fault with its place.
#[derive(Clone, Debug)]
pub struct Note {
    /// What the fault takes along.
    pub scope: Scope,
    /// Offset of the header segment of that scope: the key under which the second
    /// pass finds the note again.
    pub header: u64,
    /// Offset of the interchange that it stands in or behind, if there is one.
    pub interchange: Option<u64>,
    /// Offset of the segment at fault.
    pub at: u64,
    /// Its length without the terminator.
    pub len: u32,
    /// Its position in the transaction set, ST being 1; 0 outside.
    pub ordinal: u64,
    /// ISA13, GS06 and ST02 around it, as far as they are open.
    pub envelope: Names,
    /// The start of the segment at fault, as much as a page shows; empty where none is at hand.
    pub shown: Vec<u8>,
    /// What is wrong.
    pub fault: Fault,
}

/// Control numbers of the envelopes around a place.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Names {
    /// ISA13.
    pub interchange: Option<String>,
    /// GS06.
    pub group: Option<String>,
    /// ST02.
    pub transaction: Option<String>,
}

impl Names {
    /// A control number as it is told, if there is one.
    #[must_use]
    pub fn name(element: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(element);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Those of the envelopes that are open.
    #[must_use]
    pub fn of(open: &OpenNames) -> Names {
        Names {
            interchange: Names::name(&open.interchange),
            group: Names::name(&open.group),
            transaction: Names::name(&open.transaction),
        }
    }

    /// Whether what stands in these envelopes, as far as they are named, holds the other.
    #[must_use]
    pub fn are_around(&self, other: &Names) -> bool {
        let [own, others] = [self, other].map(|names| {
            let Names {
                interchange,
                group,
                transaction,
            } = names;
            [interchange, group, transaction]
        });
        own.iter()
            .zip(others)
            .all(|(own, other)| own.is_none() || *own == other)
    }
}
