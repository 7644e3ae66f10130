//! Work that is divided over all processors.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does `step` for every number below `n`, each once, and returns what the workers
/// have at the end; each begins with a state of its own. A worker that would get less
/// than `least` numbers is not worth starting; one works at least, here when alone.
/// A panic of a worker goes on here.
pub fn divided<S: Send>(
    n: usize,
    least: usize,
    begin: impl Fn() -> S + Sync,
    step: impl Fn(&mut S, usize) + Sync,
) -> Vec<S> {
    let n_workers = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut state = begin();
        loop {
            match next.fetch_add(1, Ordering::Relaxed) {
                number if number < n => step(&mut state, number),
                _ => return state,
            }
        }
    };
    match n_workers.min(n / least.max(1)) {
        0 | 1 => vec![work()],
        n_workers => thread::scope(|scope| {
            let workers: Vec<_> = (0..n_workers).map(|_| scope.spawn(work)).collect();
            let done = workers.into_iter().map(|worker| match worker.join() {
                Ok(state) => state,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            done.collect()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_worked_on_once() {
        for n in [0, 1, 5, 300] {
            let done = divided(n, 2, Vec::new, |mine: &mut Vec<usize>, number| {
                mine.push(number);
            });
            let mut done: Vec<usize> = done.into_iter().flatten().collect();
            done.sort_unstable();
            assert_eq!(done, (0..n).collect::<Vec<_>>());
        }
    }
}
