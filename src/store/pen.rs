//! Whose turn it is to write, of the two in one process that do. Who waits is next: the
//! database itself lets in whoever happens to ask while nobody writes, and under load that
//! is always the same one.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Pen {
    /// Held by who is next.
    next: Mutex<()>,
    writes: Mutex<()>,
}

/// The turn of who has it.
#[derive(Debug)]
pub(super) struct Writing<'a>(#[expect(dead_code, reason = "held")] MutexGuard<'a, ()>);

impl Pen {
    /// Waits until it is our turn, at most until the one who writes is done.
    pub(super) fn take(&self) -> Writing<'_> {
        let next = lock(&self.next);
        let writes = lock(&self.writes);
        drop(next);
        Writing(writes)
    }
}

/// Who panicked while it wrote left nothing behind: its transaction is taken back.
fn lock(mutex: &Mutex<()>) -> MutexGuard<'_, ()> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn who_waits_is_let_in_by_one_who_writes_again_and_again() {
        let (pen, is_over) = (Pen::default(), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let _turn = pen.take();
                }
            });
            for _ in 0..1_000 {
                drop(pen.take());
            }
            is_over.store(true, Ordering::Relaxed);
        });
    }
}
