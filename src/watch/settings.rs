//! How the drop folder works, as the configuration says.

use std::path::PathBuf;
use std::time::Duration;

use crate::config::{FolderNames, Watch};

/// How the drop folder works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Holds the submitters' folders, or is the only submitter's.
    pub root: PathBuf,
    /// Names of a submitter's folders.
    pub names: FolderNames,
    /// How long a file must stand unchanged before it is taken.
    pub settle: Duration,
    /// How often the boxes are looked through, whatever the system tells of changes.
    pub scan: Duration,
    /// Mode of published files, such as 0o600.
    pub mode: u32,
    /// Whether outputs are read back before they are published.
    pub verify: bool,
    /// Whether a content is scrubbed however often it comes.
    pub accept_duplicates: bool,
    /// The ledger; in the private folder when none is named.
    pub ledger: Option<PathBuf>,
    /// Bytes a compressed file may grow to.
    pub unpacked_bytes: u64,
    /// Where metrics are written besides the private folder.
    pub metrics_file: Option<PathBuf>,
    /// The loopback port for `/metrics` and `/healthz`.
    pub metrics_port: Option<u16>,
    /// A policy gathered longer ago than this warns, days.
    pub policy_age_days: i64,
    /// Threads to work with.
    pub threads: usize,
}

impl Settings {
    /// What the configuration says.
    ///
    /// # Errors
    /// What is wrong with it, and what would be right.
    pub fn of(watch: &Watch, threads: usize) -> Result<Settings, String> {
        let mode = watch.mode();
        let mode = mode.ok_or_else(|| "output_mode is not an octal file mode".to_owned())?;
        Ok(Settings {
            root: watch.root.clone(),
            names: watch.folders.clone(),
            settle: Duration::from_secs(watch.settle_seconds),
            scan: Duration::from_secs(watch.scan_seconds),
            mode,
            verify: watch.verify,
            accept_duplicates: watch.accept_duplicates,
            ledger: watch.ledger.clone(),
            unpacked_bytes: watch
                .max_unpacked_mb
                .map_or(u64::MAX, |most| most.saturating_mul(1_000_000)),
            metrics_file: watch.metrics_file.clone(),
            metrics_port: watch.metrics_port,
            policy_age_days: watch.policy_age_days,
            threads: threads.max(1),
        })
    }

    /// The names of what can't be changed while the service runs but differs in `new`.
    #[must_use]
    pub fn fixed(&self, new: &Settings) -> Vec<&'static str> {
        [
            ("root", self.root != new.root),
            ("ledger", self.ledger != new.ledger),
            (
                "accept_duplicates",
                self.accept_duplicates != new.accept_duplicates,
            ),
            ("metrics_port", self.metrics_port != new.metrics_port),
        ]
        .into_iter()
        .filter_map(|(key, differs)| differs.then_some(key))
        .collect()
    }

    /// The new settings, but for what can't be changed while the service runs.
    #[must_use]
    pub fn changed(&self, new: Settings) -> Settings {
        Settings {
            root: self.root.clone(),
            ledger: self.ledger.clone(),
            accept_duplicates: self.accept_duplicates,
            metrics_port: self.metrics_port,
            ..new
        }
    }
}
