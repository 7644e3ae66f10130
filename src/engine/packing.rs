//! The thread that packs what a start needs of the past, while nobody waits for it.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::clock;
use super::live::Live;
use crate::store::{Needed, Packer, StoreError};

/// In seconds. What was published so long ago has mostly come; one that comes later undoes
/// a stretch, which is packed again.
const SETTLED: u64 = 15;

/// After each few stretches the thread rests so many times as long as reading them took:
/// who mails or takes in mentions needs the processor and the disk more.
const RESTS: u32 = 4;

/// After much was written it waits at least so long for more.
const BETWEEN: Duration = Duration::from_secs(5);

/// When all was gone through it looks once more, at what was not settled then.
const ONCE_MORE: Duration = Duration::from_secs(SETTLED + 5);

/// For so long it goes on when the daemon stops.
const AT_THE_END: Duration = Duration::from_secs(1);

enum Ask {
    /// Much was written.
    GoOn,
    /// Other files came into force.
    TakeOver(Vec<Needed>),
    /// The daemon stops.
    Finish,
}

/// Asks the thread; it ends when this is gone.
#[derive(Debug)]
pub(super) struct Packing {
    /// Without the thread a start reads row by row.
    asks: Option<Sender<Ask>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Packing {
    /// Much was written.
    pub(super) fn go_on(&self) {
        self.ask(Ask::GoOn);
    }

    /// Other files came into force.
    pub(super) fn take_over(&self, live: &Live) {
        self.ask(Ask::TakeOver(live.needed()));
    }

    /// Packs what is left, for a second at most, and returns after that.
    pub(super) fn finish(&self) {
        self.ask(Ask::Finish);
        let thread = self.thread.lock().ok();
        if let Some(thread) = thread.and_then(|mut thread| thread.take()) {
            // What it panicked of stands in the log.
            let _ = thread.join();
        }
    }

    fn ask(&self, ask: Ask) {
        if let Some(asks) = &self.asks {
            let _ = asks.send(ask);
        }
    }
}

pub(super) fn start(live: &Live) -> std::io::Result<Packing> {
    let mut packing = Packing {
        asks: None,
        thread: Mutex::default(),
    };
    if let Some(packer) = live.store().packer().map_err(std::io::Error::other)? {
        let (asks, asked) = channel();
        let watches = live.needed();
        let thread = std::thread::Builder::new()
            .name("packing".into())
            .spawn(move || pack(packer, watches, &asked))?;
        packing.asks = Some(asks);
        packing.thread = Mutex::new(Some(thread));
    }
    Ok(packing)
}

fn pack(mut packer: Packer, mut watches: Vec<Needed>, asked: &Receiver<Ask>) {
    // How long to rest before the next step, from when; `None` when nothing is left.
    let mut owes = Some(BETWEEN);
    let mut since = clock::stopwatch();
    // Whether something came that may not have been settled yet.
    let mut is_fresh = true;
    loop {
        let ask = match owes {
            Some(rest) => asked.recv_timeout(rest.saturating_sub(since.elapsed())),
            None => asked.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match ask {
            Ok(Ask::Finish) => return finish(packer, &watches),
            Ok(ask) => {
                if let Ask::TakeOver(others) = ask {
                    watches = others;
                }
                is_fresh = true;
                let left = owes.map(|rest| rest.saturating_sub(since.elapsed()));
                if left.is_none_or(|left| left > BETWEEN) {
                    (owes, since) = (Some(BETWEEN), clock::stopwatch());
                }
                continue;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = clock::now().timestamp();
        let step = step(&mut packer, &watches, now, now - SETTLED.cast_signed());
        since = clock::stopwatch();
        owes = match step {
            Ok(Some(took)) => Some(took * RESTS),
            Ok(None) => std::mem::take(&mut is_fresh).then_some(ONCE_MORE),
            Err(error) => {
                tracing::warn!(%error, "what a start needs was not packed; tried again later");
                Some(BETWEEN)
            }
        };
    }
}

/// Packs a few stretches; how long reading them took, `None` when nothing is left.
/// Waiting for the turn to write is no work.
fn step(
    packer: &mut Packer,
    watches: &[Needed],
    now: i64,
    settled: i64,
) -> Result<Option<Duration>, StoreError> {
    let Some(claimed) = packer.claim(watches, now, settled)? else {
        return Ok(None);
    };
    let began = clock::stopwatch();
    let packed = packer.read(claimed)?;
    let took = began.elapsed();
    packer.fill(&packed)?;
    Ok(Some(took))
}

/// Packs also what has not settled: nobody will change it any more.
fn finish(mut packer: Packer, watches: &[Needed]) {
    let began = clock::stopwatch();
    while began.elapsed() < AT_THE_END {
        let now = clock::now().timestamp();
        match step(&mut packer, watches, now, i64::MAX) {
            Ok(Some(_)) => {}
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "what the next start needs was not packed");
                return;
            }
        }
    }
}
