//! Interrupts of commands that leave files: the first one ends the run in hand at its next
//! block, so that its temporary files go; the second ends the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use super::Status;

/// Whether an interrupt has come.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from here on. Without a handler a run still works; an interrupt then leaves
    /// temporary files behind, which no reader takes for outputs.
    pub(super) fn listen() -> Interrupt {
        let came = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // As `nohup` asks.
            if signal == SIGHUP && is_ignored(signal) {
                continue;
            }
            // Asked twice: a run that waits for its input does not hear the first.
            let end = Status::Interrupted as i32;
            let listening = flag::register_conditional_shutdown(signal, end, Arc::clone(&came))
                .and_then(|_| flag::register(signal, Arc::clone(&came)));
            if let Err(error) = listening {
                tracing::warn!(%error, "no handler for interrupts");
            }
        }
        Interrupt(came)
    }

    /// Whether one has come.
    pub(super) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Whether whoever started the program had it ignore this signal. Where the system does not
/// say, it did not.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or(0) >> (signal - 1) & 1 == 1
}
