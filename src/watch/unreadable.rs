//! Files that can't be read: left where they are, and told.

use std::fs;
use std::io;
use std::path::Path;

use super::bench::Bench;
use super::folders::Submitter;
use super::names::free_name;
use super::place::{safe_name, write_whole};
use super::reason::Reason;

/// Says that a file of this submitter can't be read: in the log, in the metrics, and by a
/// text in quarantine, if none says so yet.
pub fn tell(bench: Bench<'_>, submitter: &Submitter, path: &Path, error: &io::Error) {
    bench.metrics.file("unreadable");
    tracing::warn!(
        submitter = submitter.name,
        %error,
        "an upload cannot be read; it is left in its box"
    );
    if let Err(error) = explain(bench, submitter, path, error) {
        tracing::warn!(submitter = submitter.name, %error, "quarantine cannot be written to");
    }
}

fn explain(
    bench: Bench<'_>,
    submitter: &Submitter,
    path: &Path,
    error: &io::Error,
) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let text = Reason::unreadable(error).text(&name);
    let folder = submitter.quarantine();
    let why = |name: &str| folder.join(format!("{name}.why.txt"));
    // A service that was started anew tells it again.
    let others = |name: &str| fs::read(why(name)).is_ok_and(|there| there != text.as_bytes());
    let free = free_name(&safe_name(&name), others);
    write_whole(&why(&free), text.as_bytes(), bench.mode)
}
