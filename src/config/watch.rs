//! The drop folder's settings: their format, and what of them can't be meant.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

/// A day: nobody waits longer for an upload, or looks more seldom.
pub(super) const LONGEST_SECONDS: u64 = 86_400;

/// A century.
pub(super) const LONGEST_DAYS: i64 = 36_500;

/// The drop folder.
#[derive(Deserialize, JsonSchema, Clone, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// Holds inbox/, outbox/ and so on itself, or one folder a submitter that does; a
    /// relative path starts at the folder of this file
    pub root: PathBuf,
    /// Seconds an upload must stand unchanged before it is taken; a quarter of them when
    /// it ends with a complete IEA segment
    #[serde(default = "settle_seconds")]
    #[schemars(range(min = 0, max = LONGEST_SECONDS))]
    pub settle_seconds: u64,
    /// Seconds between two looks through the boxes; changes the system tells of are
    /// looked at sooner
    #[serde(default = "scan_seconds")]
    #[schemars(range(min = 1, max = LONGEST_SECONDS))]
    pub scan_seconds: u64,
    /// Mode of published files, in octal: 0640 gives them the group of the outbox and lets
    /// it read them
    #[serde(default = "output_mode")]
    pub output_mode: String,
    /// Whether outputs are read back before they are published, as `scrub --verify` does
    #[serde(default = "verify")]
    pub verify: bool,
    /// Whether a file whose content was answered before is scrubbed again, and claims
    /// that were accepted before are accepted again: no ledger is kept then
    #[serde(default)]
    pub accept_duplicates: bool,
    /// The ledger of what was accepted; .telescrub/ledger.db in the root if left out. A
    /// relative path starts at the folder of this file
    pub ledger: Option<PathBuf>,
    /// Megabytes a compressed file may grow to; a thousand times its size, and at least
    /// 1 GiB, if left out
    pub max_unpacked_mb: Option<u64>,
    /// Where metrics are written for the node exporter's textfile collector
    pub metrics_file: Option<PathBuf>,
    /// Loopback port for /metrics and /healthz
    pub metrics_port: Option<u16>,
    /// Days after which a policy that was not gathered anew warns
    #[serde(default = "policy_age_days")]
    #[schemars(range(min = 0, max = LONGEST_DAYS))]
    pub policy_age_days: i64,
    /// Names of a submitter's folders
    #[serde(default)]
    pub folders: FolderNames,
}

/// Names of a submitter's folders.
#[derive(Deserialize, JsonSchema, Clone, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields, default)]
pub struct FolderNames {
    /// New claim files
    pub inbox: String,
    /// Corrected rejects
    pub rerun: String,
    /// Answers
    pub outbox: String,
    /// Inputs that were answered
    pub archive: String,
    /// Inputs that could not be
    pub quarantine: String,
}

impl Default for FolderNames {
    fn default() -> Self {
        FolderNames {
            inbox: "inbox".to_owned(),
            rerun: "rerun".to_owned(),
            outbox: "outbox".to_owned(),
            archive: "archive".to_owned(),
            quarantine: "quarantine".to_owned(),
        }
    }
}

fn scan_seconds() -> u64 {
    5
}

/// What nobody looks at must be proven by itself.
fn verify() -> bool {
    true
}

/// Readable by the owner only.
fn output_mode() -> String {
    "0600".to_owned()
}

/// Half a year: state programs change their pages about once a quarter.
fn policy_age_days() -> i64 {
    180
}

/// Long enough for a slow upload's pauses, short enough that nobody waits for it.
fn settle_seconds() -> u64 {
    10
}

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
