//! Readers of other people's formats, held to a result: where a damaged file makes one panic, that is an error.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// How many guarded readers are running on this thread.
    static GUARDED: Cell<usize> = const { Cell::new(0) };
}

/// Whether a panic of this thread will be caught, and need not be told.
pub fn is_guarded() -> bool {
    GUARDED.get() > 0
}

/// What a reader returns; none where it panics. It must not use other threads.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    GUARDED.set(GUARDED.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(GUARDED.get() - 1);
    result.ok()
}
