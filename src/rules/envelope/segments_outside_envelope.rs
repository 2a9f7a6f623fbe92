//! ENV008: segments where no transaction set is open.

use super::fault::{EnvelopeFault, names};
use crate::counted::counted;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::survey::{Note, Scope};

/// ENV008.
pub static RULE: Rule = Rule {
    code: "ENV008",
    name: "segments-outside-envelope",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Reject,
    what: "Between ISA and IEA everything but GS, GE, ST and SE stands inside a transaction set, each transaction set inside a functional group, each group inside an interchange. Segments or claims outside are rejected; a trailer without its header is a warning, and so are an end-of-file mark or NUL bytes outside every interchange, which are passed on as they are.",
    why: "What stands outside belongs to nobody: receivers skip it or refuse the file, and a claim in it is never paid and never denied.",
    remedy: "Put the segments back into their transaction set, between ST and SE, and correct SE01; or take them out when they are a left-over.",
    fails: Example {
        text: "SE*32*0001~\nCLM*PT1002*90***11:B:1*Y*A*Y*Y~\nGE*1*11~",
        note: "a claim behind the end of the set",
    },
    passes: Example {
        text: "CLM*PT1002*90***11:B:1*Y*A*Y*Y~\nSE*33*0001~\nGE*1*11~",
        note: "the claim inside the set",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Acknowledgement::Ta1("024"),
    check: Check::Envelope,
};

/// A trailer without its header.
pub(in crate::rules) fn tell_unopened() -> EnvelopeFault {
    EnvelopeFault {
        answer: Acknowledgement::Ta1("022"),
        ..EnvelopeFault::new(
            &RULE,
            "a GE or IEA trailer closes a functional group or interchange that is not open",
            "take the trailer out, or put the GS or ISA header back that belongs to it",
        )
    }
    .warn()
}

/// Bytes without meaning outside every interchange.
pub(in crate::rules) fn tell_filling() -> EnvelopeFault {
    EnvelopeFault::new(
        &RULE,
        "bytes that mean nothing (an end-of-file mark, NUL bytes) stand outside every interchange",
        "they are harmless, and were passed on as they are; take them out if a receiver complains",
    )
    .warn()
}

/// A run of bytes without meaning inside an interchange that is too long to be passed on.
pub(in crate::rules) fn tell_long_filling() -> EnvelopeFault {
    EnvelopeFault::new(
        &RULE,
        "a very long run of blanks or NUL bytes stands between the segments of this interchange, in no transaction set",
        "no claim was lost by it, and it was left out of the clean file; look why the program that writes the file fills it \
         up there, since a receiver may refuse it",
    )
}

/// A TA1 between an ISA and its groups.
pub(in crate::rules) fn tell_answer() -> EnvelopeFault {
    EnvelopeFault::new(
        &RULE,
        "a TA1 stands before the functional groups of this interchange: it answers an interchange of the receiver's \
         and says nothing of these claims; it was left out of the clean file",
        "send the TA1 by itself if the receiver waits for it",
    )
    .warn()
}

/// A transaction set outside every envelope of this kind.
pub(in crate::rules) fn tell_set(envelope: Scope) -> EnvelopeFault {
    let (header, _, trailer) = names(envelope);
    EnvelopeFault::new(
        &RULE,
        format!(
            "this transaction set stands outside every {} (no {header} before its ST)",
            envelope.name()
        ),
        format!(
            "put the {header} segment before the transaction set and the {trailer} behind it; look whether the segment \
             before it has lost its terminator"
        ),
    )
}

/// Segments outside every transaction set, so many claims among them, and so many that have run
/// into others of them.
pub(in crate::rules) fn tell_stray(note: &Note, claims: u64, unread: u64) -> EnvelopeFault {
    // The shortest segment is longer than an end-of-file mark and a line end.
    const MARK_BYTES: u32 = 2;
    let rule = &RULE;
    if claims + unread == 0 && note.len <= MARK_BYTES {
        let help = "take the bytes out; an end-of-file mark of an old program is harmless";
        return EnvelopeFault::new(
            rule,
            "a byte or two that are no segment stand outside every transaction set",
            help,
        )
        .warn();
    }
    let inside = format!(
        "{} that can't be read, since the segment terminator before its CLM is missing,",
        counted(unread, "claim")
    );
    let what = match (claims, unread) {
        (0, 0) => "segments, none of them a claim,".to_owned(),
        (_, 0) => format!("segments with {} among them", counted(claims, "claim")),
        (0, _) => format!("segments with {inside}"),
        _ => format!(
            "segments with {} among them and {inside}",
            counted(claims, "claim")
        ),
    };
    let told = EnvelopeFault::new(
        rule,
        format!("{what} stand outside every transaction set, where no receiver reads them"),
        "put them back between ST and SE and correct SE01, or take them out",
    );
    if claims + unread == 0 {
        // They are in no file.
        return told;
    }
    told.helped_in_rejects(
        "the rejects file has them in a transaction set of their own: add there what it lacks in front of them (BHT to \
         NM1*40, the billing provider's HL with its segments) and count SE01 anew, or have the claims exported again",
    )
}
