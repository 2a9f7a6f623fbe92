//! Interrupts of commands that leave files: the first one ends the run in hand at its next
//! block, so that its temporary files go; the second ends the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Status;

/// Whether an interrupt has come.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from here on. Without a handler a run still works; an interrupt then leaves
    /// temporary files behind, which no reader takes for outputs.
    pub(super) fn listen() -> Interrupt {
        let came = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&came);
        let interrupted = move || {
            if flag.swap(true, Ordering::Relaxed) {
                // Asked twice: a run that waits for its input does not hear the first.
                std::process::exit(Status::Interrupted as i32);
            }
        };
        if let Err(error) = ctrlc::set_handler(interrupted) {
            tracing::warn!(%error, "no handler for interrupts");
        }
        Interrupt(came)
    }

    /// Whether one has come.
    pub(super) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
