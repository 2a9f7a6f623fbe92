//! What ends a wait early: the system's word that a box has changed.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::folders::{Entrance, Folders};

/// How long changes are gathered before the boxes are looked through.
const MOMENT: Duration = Duration::from_millis(200);

/// Lets the system tell of changes. Where it can't (network file systems), the periodic
/// scan finds them.
pub fn notifications(
    folders: &Folders,
    wake: mpsc::Sender<()>,
) -> Option<notify::RecommendedWatcher> {
    use notify::Watcher;
    let handler = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            // The service may have stopped listening.
            let _ = wake.send(());
        }
    };
    let mut watcher = notify::recommended_watcher(handler)
        .inspect_err(|error| tracing::warn!(%error, "no notifications, scanning only"))
        .ok()?;
    // Those whose folders can't be made are told of by the scan.
    for submitter in folders.submitters(&mut |_, _| {}).ok()? {
        for entrance in [Entrance::Inbox, Entrance::Rerun] {
            let folder = submitter.entrance(entrance);
            let mode = notify::RecursiveMode::NonRecursive;
            if let Err(error) = watcher.watch(&folder, mode) {
                tracing::warn!(%error, "no notifications from one folder, scanning only");
            }
        }
    }
    Some(watcher)
}

/// Waits, but not longer than until something changes, or `enough` says so.
pub fn wait(longest: Duration, enough: impl Fn() -> bool, woken: &mpsc::Receiver<()>) {
    let until = Instant::now() + longest;
    while Instant::now() < until && !enough() {
        let step = Duration::from_millis(200).min(until.saturating_duration_since(Instant::now()));
        if woken.recv_timeout(step).is_ok() {
            // One change mostly comes with others: an upload is written to again and again.
            std::thread::sleep(MOMENT.min(until.saturating_duration_since(Instant::now())));
            while woken.try_recv().is_ok() {}
            return;
        }
    }
}
