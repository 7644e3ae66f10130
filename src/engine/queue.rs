//! The works that wait for the engine, and whose turn it is.
//!
//! What people ask and what became of mails goes first: an acknowledgement must
//! not wait behind a flood. Sources take turns by mentions (deficit round
//! robin), each in its own order, so that one that floods waits for itself and
//! not the others for it. Every part has a bound; who is beyond it waits.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

use super::NotDone;
use super::work::{Answer, Work};

/// Requests and outcomes that wait; more makes who asks wait.
const MOST_URGENT: usize = 256;

/// The lane of what was read in mentions: a name that no source of ours can have.
const READER: &str = "@reader";

/// Mentions of one source that wait; more makes that source wait.
const MOST_OF_SOURCE: usize = 20_000;

/// Works in one transaction, and how many of them may be urgent: sources must
/// get on even while everybody clicks.
const MOST_GROUPED: usize = 64;
const MOST_GROUPED_URGENT: usize = 48;

/// What one turn is worth, in mentions.
const TURN: usize = 250;

/// How long one transaction may hold up an alert, and the mentions in it that
/// the time is kept with. Where keeping a mention is slow, groups are small.
const LONGEST_GROUP: Duration = Duration::from_millis(100);
const FEWEST_MENTIONS: usize = 200;
const MOST_MENTIONS: usize = 20_000;

/// A work with who waits for its answer.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) work: Work,
    reply: Reply,
}

/// The way back to who waits.
#[derive(Debug)]
pub(super) struct Reply {
    answer: oneshot::Sender<Result<Answer, NotDone>>,
    /// Free again when the answer is given.
    _room: OwnedSemaphorePermit,
}

impl Queued {
    pub(super) fn split(self) -> (Work, Reply) {
        (self.work, self.reply)
    }
}

impl Reply {
    /// Who does not wait any more is not told.
    pub(super) fn give(self, result: Result<Answer, NotDone>) {
        let _ = self.answer.send(result);
    }
}

/// What waits, in the order in which it is taken.
#[derive(Debug)]
struct Turns<T> {
    urgent: VecDeque<T>,
    lanes: Vec<Lane<T>>,
    /// The lane whose turn it is.
    turn: usize,
}

/// What waits of one source.
#[derive(Debug)]
struct Lane<T> {
    source: Arc<str>,
    room: Arc<Semaphore>,
    /// Each with what it costs.
    waiting: VecDeque<(usize, T)>,
    /// What it may still take before the others.
    credit: usize,
}

impl<T> Turns<T> {
    fn lane(&mut self, source: &Arc<str>) -> &mut Lane<T> {
        let known = self.lanes.iter().position(|lane| lane.source == *source);
        let at = known.unwrap_or_else(|| {
            self.lanes.push(Lane {
                source: Arc::clone(source),
                room: Arc::new(Semaphore::new(MOST_OF_SOURCE)),
                waiting: VecDeque::new(),
                credit: 0,
            });
            self.lanes.len() - 1
        });
        &mut self.lanes[at]
    }

    /// The next works, with at least one and about `most` mentions.
    fn take(&mut self, most: usize) -> Vec<T> {
        let n_urgent = self.urgent.len().min(MOST_GROUPED_URGENT);
        let mut group: Vec<T> = self.urgent.drain(..n_urgent).collect();
        let mut n_mentions = 0;
        while group.len() < MOST_GROUPED
            && n_mentions < most
            && self.lanes.iter().any(|lane| !lane.waiting.is_empty())
        {
            let n_lanes = self.lanes.len();
            let lane = &mut self.lanes[self.turn];
            self.turn = (self.turn + 1) % n_lanes;
            lane.credit += TURN;
            while let Some((cost, _)) = lane.waiting.front()
                && *cost <= lane.credit
                && group.len() < MOST_GROUPED
                && n_mentions < most
            {
                let Some((cost, work)) = lane.waiting.pop_front() else {
                    break;
                };
                lane.credit -= cost;
                n_mentions += cost;
                group.push(work);
            }
            // Who has nothing to do saves up no turns.
            if lane.waiting.is_empty() {
                lane.credit = 0;
            }
        }
        group
    }
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self {
            urgent: VecDeque::new(),
            lanes: Vec::new(),
            turn: 0,
        }
    }
}

#[derive(Debug)]
struct Shared {
    turns: Mutex<Turns<Queued>>,
    urgent_room: Arc<Semaphore>,
    news: Notify,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Turns<Queued>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end where work comes in; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Sender(Arc<Entrance>);

/// Gone when every sender is.
#[derive(Debug)]
struct Entrance(Arc<Shared>);

impl Drop for Entrance {
    fn drop(&mut self) {
        self.0.urgent_room.close();
        self.0.news.notify_one();
    }
}

impl Sender {
    /// Waits for room, then for the answer.
    pub(super) async fn send(&self, work: Work) -> Result<Answer, NotDone> {
        let shared = &self.0.0;
        let source = match &work {
            Work::Mentions { source, .. } => Some(Arc::clone(source)),
            // An import takes turns with the sources.
            Work::History(_) => Some(crate::store::IMPORTED.into()),
            // It waits for room as an import does: what comes in goes first.
            Work::Enriched { .. } => Some(READER.into()),
            Work::TakeOver(_)
            | Work::Label(_)
            | Work::Command(_)
            | Work::Tried { .. }
            | Work::Posted { .. }
            | Work::Forget(_)
            | Work::Reading(_)
            | Work::Access(_)
            | Work::Token(_)
            | Work::MailEntry { .. } => None,
        };
        let cost = work.n_mentions() + 1;
        let (room, n_permits) = match &source {
            Some(source) => (Arc::clone(&shared.lock().lane(source).room), cost),
            None => (Arc::clone(&shared.urgent_room), 1),
        };
        let n_permits = u32::try_from(n_permits.min(MOST_OF_SOURCE)).unwrap_or(u32::MAX);
        let room = room.acquire_many_owned(n_permits).await;
        let (sender, answer) = oneshot::channel();
        let reply = Reply {
            answer: sender,
            _room: room.map_err(|_| NotDone::Stopping)?,
        };
        let queued = Queued { work, reply };
        {
            let mut turns = shared.lock();
            if shared.urgent_room.is_closed() {
                return Err(NotDone::Stopping);
            }
            match &source {
                Some(source) => turns.lane(source).waiting.push_back((cost, queued)),
                None => turns.urgent.push_back(queued),
            }
        }
        shared.news.notify_one();
        answer.await.map_err(|_| NotDone::Stopping)?
    }
}

/// The engine's end. Dropping it tells everybody who waits that we stop.
#[derive(Debug)]
pub(super) struct Receiver {
    shared: Arc<Shared>,
    /// Mentions that fit into the time a transaction may take.
    most: usize,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.urgent_room.close();
        let mut turns = self.shared.lock();
        turns.lanes.iter().for_each(|lane| lane.room.close());
        *turns = Turns::default();
    }
}

impl Receiver {
    /// Waits for work; `None` when nobody can send any more.
    pub(super) async fn next_group(&mut self) -> Option<Vec<Queued>> {
        loop {
            let group = self.shared.lock().take(self.most);
            if !group.is_empty() {
                return Some(group);
            }
            if self.shared.urgent_room.is_closed() {
                return None;
            }
            self.shared.news.notified().await;
        }
    }

    /// Learns from how long a group took how large the next may be.
    pub(super) fn learn(&mut self, n_mentions: usize, took: Duration) {
        self.most = fitting(self.most, n_mentions, took);
    }
}

/// Halfway to what would have fitted: one slow moment of the disk is no rule.
fn fitting(most: usize, n_mentions: usize, took: Duration) -> usize {
    // A few mentions tell about the disk's synchronisation, not about them.
    if n_mentions < FEWEST_MENTIONS / 2 || took.is_zero() {
        return most;
    }
    let fits = n_mentions as f64 * LONGEST_GROUP.as_secs_f64() / took.as_secs_f64();
    let fits = fits.min(MOST_MENTIONS as f64) as usize;
    usize::midpoint(most, fits).clamp(FEWEST_MENTIONS, MOST_MENTIONS)
}

/// Both ends of a queue.
pub(super) fn queue() -> (Sender, Receiver) {
    let shared = Arc::new(Shared {
        turns: Mutex::default(),
        urgent_room: Arc::new(Semaphore::new(MOST_URGENT)),
        news: Notify::new(),
    });
    let receiver = Receiver {
        shared: Arc::clone(&shared),
        most: FEWEST_MENTIONS * 10,
    };
    (Sender(Arc::new(Entrance(shared))), receiver)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::work::Command;

    /// Works named after their source, numbered in its order.
    fn filled(lanes: &[(&str, usize, usize)]) -> Turns<String> {
        let mut turns = Turns::default();
        for (source, n_works, cost) in lanes {
            let lane = turns.lane(&Arc::from(*source));
            for number in 0..*n_works {
                lane.waiting.push_back((*cost, format!("{source}{number}")));
            }
        }
        turns
    }

    #[test]
    fn people_go_before_a_flood() {
        let mut turns = filled(&[("a", 500, 100)]);
        turns.urgent.extend(["ack".to_owned(), "sent".to_owned()]);
        let group = turns.take(300);
        assert_eq!(group[..3], ["ack", "sent", "a0"]);
    }

    #[test]
    fn a_flood_of_answers_does_not_stop_sources() {
        let mut turns = filled(&[("a", 1, 100)]);
        turns
            .urgent
            .extend((0..500).map(|number| number.to_string()));
        assert!(turns.take(300).contains(&"a0".to_owned()));
    }

    #[test]
    fn sources_take_turns_by_mentions_not_by_works() {
        // One sends large works, one small ones: both get on alike.
        let mut turns = filled(&[("flood", 100, 2_000), ("feed", 1_000, 50)]);
        let mut n_mentions = [0, 0];
        for _ in 0..40 {
            for work in turns.take(2_000) {
                match work.starts_with("flood") {
                    true => n_mentions[0] += 2_000,
                    false => n_mentions[1] += 50,
                }
            }
        }
        let [flood, feed] = n_mentions;
        assert!(feed * 10 >= flood * 9, "{flood} and {feed}");
    }

    #[test]
    fn a_small_source_is_never_more_than_one_group_behind() {
        let mut turns = filled(&[("flood", 1_000, 2_000)]);
        for _ in 0..10 {
            turns.take(2_000);
        }
        let lane = turns.lane(&Arc::from("small"));
        lane.waiting.push_back((5, "small0".to_owned()));
        let taken: Vec<String> = (0..2).flat_map(|_| turns.take(2_000)).collect();
        assert!(taken.contains(&"small0".to_owned()), "{taken:?}");
    }

    #[test]
    fn a_group_takes_no_longer_than_an_alert_may_wait() {
        let mut most = 2_000;
        for _ in 0..20 {
            most = fitting(most, most, Duration::from_micros(most as u64 * 200));
        }
        assert!((450..=550).contains(&most), "{most}");
        assert_eq!(fitting(500, 3, Duration::from_secs(9)), 500);
        let stalled = fitting(500, 500, Duration::from_secs(600));
        assert!((FEWEST_MENTIONS..500).contains(&stalled), "{stalled}");
        for _ in 0..40 {
            most = fitting(most, most, Duration::from_nanos(most as u64));
        }
        assert!(
            (MOST_MENTIONS - 1..=MOST_MENTIONS).contains(&most),
            "{most}"
        );
    }

    proptest! {
        #[test]
        fn everything_is_taken_once_and_in_the_order_of_its_source(
            costs in proptest::collection::vec((0..5_usize, 0..6_000_usize), 0..80),
            most in 1..5_000_usize,
        ) {
            let mut turns = Turns::default();
            for (number, (source, cost)) in costs.iter().enumerate() {
                let lane = turns.lane(&Arc::from(source.to_string()));
                lane.waiting.push_back((*cost, (*source, number)));
            }
            let mut taken = vec![Vec::new(); 5];
            loop {
                let group = turns.take(most);
                if group.is_empty() {
                    break;
                }
                for (source, number) in group {
                    taken[source].push(number);
                }
            }
            for (source, numbers) in taken.iter().enumerate() {
                prop_assert!(numbers.is_sorted());
                let n_sent = costs.iter().filter(|(from, _)| *from == source).count();
                prop_assert_eq!(numbers.len(), n_sent);
            }
        }
    }

    #[tokio::test]
    async fn when_either_end_is_gone_the_other_hears_of_it() {
        let (sender, mut receiver) = queue();
        drop(sender);
        assert!(receiver.next_group().await.is_none());

        let (sender, receiver) = queue();
        let work = || Work::Command(Command::Learnt(Vec::new()));
        let waiting = sender.clone();
        let asked = tokio::spawn(async move { waiting.send(work()).await });
        tokio::task::yield_now().await;
        drop(receiver);
        assert_eq!(asked.await.unwrap(), Err(NotDone::Stopping));
        assert_eq!(sender.send(work()).await, Err(NotDone::Stopping));
    }
}
