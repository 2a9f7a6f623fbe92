//! Locks that outlive a panic: what a thread that panicked left behind a lock is as sound as
//! what any other did.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Waits for the lock, whatever became of who held it before.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
