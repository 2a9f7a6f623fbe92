//! Why a file could not be answered, and what its sender can do.

use super::folders::Submitter;
use super::seen::Answered;
use crate::scrub::run::RunError;

/// What the text beside a file in quarantine says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    /// What is wrong.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
}

impl Reason {
    /// What is wrong, and what to do about it.
    pub fn new(why: impl Into<String>, remedy: impl Into<String>) -> Reason {
        Reason {
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// It is no plain file.
    #[must_use]
    pub fn foreign(why: &str) -> Reason {
        Reason::new(
            why,
            "Upload the claims as a plain file, by itself. Nothing that this name leads to was read.",
        )
    }

    /// Its content was answered before. Another submitter learns nothing of it but that.
    #[must_use]
    pub fn duplicate(answered: &Answered, submitter: &Submitter) -> Reason {
        let Some(account) = &answered.submitter else {
            return Reason::new(
                "its content was answered before; it was not scrubbed again, so that no claim is sent twice",
                "Nothing, if it was sent twice by mistake: the answers are those of the first time. If they are not in the outbox, ask the operator which account these claims belong to. If it shall go out again, change it (a new interchange control number).",
            );
        };
        if *account != submitter.name {
            return Reason::new(
                "its content was answered before, to another account of this service; it was not scrubbed again, so that no claim is sent twice",
                "Ask the operator which account these claims belong to: the answers are in the outbox of the other one.",
            );
        }
        Reason::new(
            format!(
                "its content was answered before, as {}; it was not scrubbed again, so that no claim is sent twice",
                answered.stem
            ),
            "Nothing, if it was sent twice by mistake: the answers are those of the first time. If it shall go out again, change it (a new interchange control number), or ask the operator to set accept_duplicates.",
        )
    }

    /// It holds corrected rejects of more than one run.
    #[must_use]
    pub fn several_runs() -> Reason {
        Reason::new(
            "it holds rejects of more than one run; what a run accepted, and what was wrong around claims, is known of its own rejects only, so nothing of it was scrubbed",
            "Upload the corrected rejects of each run as a file of their own.",
        )
    }

    /// It was changed while it was read, and can't go back into its box.
    #[must_use]
    pub fn superseded() -> Reason {
        Reason::new(
            "it was changed while it was read, and a newer file of its name is in the box",
            "Nothing, if the newer file holds all claims: that one is answered. Otherwise upload this one again under another name; upload under a name that ends in .part and rename it at the end, and this can't happen.",
        )
    }

    /// It grew after it was answered.
    #[must_use]
    pub fn late(stem: &str, bytes: u64) -> Reason {
        Reason::new(
            format!(
                "it was changed after it had been answered: the answers {stem} are to its first {bytes} bytes only"
            ),
            "Upload the whole file again with another interchange control number (ISA13, IEA02): claims that were accepted are known, come back as duplicates (DUP003) and are not sent twice; the others are accepted. Upload under a name that ends in .part and rename it at the end, and this can't happen; or ask the operator to raise settle_seconds.",
        )
    }

    /// A box holds it, but it can't be read.
    #[must_use]
    pub fn unreadable(error: &std::io::Error) -> Reason {
        Reason::new(
            format!("it cannot be read: {error}; it was left where it is"),
            "Let the scrubber's user read it (chmod g+r, or an umask of 027 for uploads), or remove it. It is taken as soon as it can be read; remove this text then.",
        )
    }

    /// The program itself failed on it.
    #[must_use]
    pub fn fault() -> Reason {
        Reason::new(
            "an internal fault of the program stopped it; nothing of it was published",
            "Ask the operator to report this. The other files are not concerned.",
        )
    }

    /// What a run that failed says, if sending the same bytes again can't help.
    #[must_use]
    pub fn of(error: &RunError) -> Option<Reason> {
        match error {
            RunError::Refused { reason, .. } => Some(Reason::new(
                reason.clone(),
                "Upload an X12 837P claim file (005010X222A1), plain or compressed by zstd.",
            )),
            // The machine, not the file: there will be room again.
            RunError::Unreadable { error, .. } if is_shortage(error) => None,
            RunError::Unreadable { error, .. } => Some(Reason::new(
                format!("it cannot be read: {error}"),
                "Upload it again, whole. If it is compressed, upload it unpacked, or ask the operator to raise max_unpacked_mb.",
            )),
            RunError::Totals { what, .. } => Some(Reason::new(
                format!("control totals do not agree ({what}); nothing of it was published"),
                "Ask the operator to report this. The other files are not concerned.",
            )),
            RunError::Verify { what, .. } => Some(Reason::new(
                format!(
                    "the outputs read back differ from what was written ({what}); nothing of it was published"
                ),
                "Ask the operator to report this. The other files are not concerned.",
            )),
            RunError::Stopped {
                error: crate::scrub::pipeline::PipelineError::Fault(_),
                ..
            } => Some(Reason::fault()),
            RunError::Stopped { .. }
            | RunError::Repeated { .. }
            | RunError::Unwritable { .. }
            | RunError::Untold { .. }
            | RunError::Unspooled { .. }
            | RunError::Torn { .. }
            | RunError::Ledger { .. } => None,
        }
    }

    /// The text for the sender of a file of this name.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        // A name may hold anything, line ends too.
        let name: String = name
            .chars()
            .map(|c| if c.is_control() { '?' } else { c })
            .collect();
        format!(
            "file: {name}\nwhy: {}\nwhat to do: {}\n",
            self.why, self.remedy
        )
    }
}

/// Whether something has run out: room on the disk, open files, memory.
pub(super) fn is_shortage(error: &std::io::Error) -> bool {
    use rustix::io::Errno;
    matches!(
        Errno::from_io_error(error),
        Some(
            Errno::NOSPC | Errno::DQUOT | Errno::FBIG | Errno::MFILE | Errno::NFILE | Errno::NOMEM
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_the_file_once_and_keeps_to_its_lines() {
        let reason = Reason::foreign("it is a symbolic link");
        let text = reason.text("two\nlines.837");
        assert_eq!(text.lines().count(), 3, "{text}");
        assert_eq!(text.matches("lines.837").count(), 1, "{text}");
        assert!(text.starts_with("file: two?lines.837\nwhy: it is a symbolic link\nwhat to do: "));
    }
}
