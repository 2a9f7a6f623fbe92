//! What of the drop folder's settings can't be meant.

use super::file::{FolderNames, Watch};

/// A day: nobody waits longer for an upload, or looks more seldom.
pub(super) const LONGEST_SECONDS: u64 = 86_400;

/// A century.
pub(super) const LONGEST_DAYS: i64 = 36_500;

impl Watch {
    /// The mode of published files; none where it is no mode that lets the owner read them, or
    /// lets others than the group do so.
    #[must_use]
    pub fn mode(&self) -> Option<u32> {
        let digits = self.output_mode.bytes().all(|byte| byte.is_ascii_digit());
        let mode = u32::from_str_radix(&self.output_mode, 8).ok();
        mode.filter(|mode| digits && mode & !0o640 == 0 && mode & 0o400 != 0)
    }

    /// Keys whose values can't be meant, each with what is wrong and what is right.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if self.settle_seconds > LONGEST_SECONDS {
            let text = format!(
                "settle_seconds = {} is too long; it takes 0 to {LONGEST_SECONDS}",
                self.settle_seconds
            );
            faults.push(("settle_seconds", text));
        }
        if !(1..=LONGEST_SECONDS).contains(&self.scan_seconds) {
            let text = format!(
                "scan_seconds = {} is no pause; it takes 1 to {LONGEST_SECONDS}",
                self.scan_seconds
            );
            faults.push(("scan_seconds", text));
        }
        if self.mode().is_none() {
            let text = format!(
                "output_mode = \"{}\" is not an octal file mode for the owner, and a group that reads; write \"0600\" or \"0640\"",
                self.output_mode
            );
            faults.push(("output_mode", text));
        }
        if !(0..=LONGEST_DAYS).contains(&self.policy_age_days) {
            let text = format!(
                "policy_age_days = {} is no age; it takes 0 to {LONGEST_DAYS}",
                self.policy_age_days
            );
            faults.push(("policy_age_days", text));
        }
        self.folders.faults(&mut faults);
        faults
    }
}

impl FolderNames {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> [&str; 5] {
        self.by_key().map(|(_, name)| name)
    }

    fn by_key(&self) -> [(&'static str, &str); 5] {
        [
            ("inbox", &self.inbox),
            ("rerun", &self.rerun),
            ("outbox", &self.outbox),
            ("archive", &self.archive),
            ("quarantine", &self.quarantine),
        ]
    }

    /// Each is a folder of its own inside the submitter's: what is published must not come
    /// in again, nor leave the drop folder.
    fn faults(&self, faults: &mut Vec<(&'static str, String)>) {
        let names = self.by_key();
        for (at, &(key, name)) in names.iter().enumerate() {
            let plain = !name.starts_with('.')
                && !name.contains('/')
                && !name.chars().any(char::is_control)
                && (1..=255).contains(&name.len());
            if !plain {
                let text = format!(
                    "{key} = {name:?} is not the name of a folder; it takes one name, without / and not hidden"
                );
                faults.push((key, text));
            }
            let same = |&&(_, other): &&(&str, &str)| other.eq_ignore_ascii_case(name);
            if let Some((other, _)) = names[..at].iter().find(same) {
                let text = format!(
                    "{key} = {name:?} is the folder of {other} too; each takes a folder of its own"
                );
                faults.push((key, text));
            }
        }
    }
}
