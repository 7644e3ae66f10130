//! Decides when a trigger fires: its condition held without a break for as
//! long as it must.
//!
//! Truth is a function of publication time: the condition holds in intervals
//! (`Hold`), and each long enough hold fires once. A late mention changes the
//! past, so the past is swept again from there; a hold that already fired is
//! recognised and does not fire again. How mentions were cut into batches
//! therefore changes nothing. Knows nothing about runs: it gets their level.

use serde::{Deserialize, Serialize};

use super::condition::{Condition, Test};
use super::playbook::Trigger;
use super::run::judge::Facing;
use super::time::Timestamp;
use super::volume::{History, LATENESS, Window};

/// One stretch of time in which the condition held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// First second in which it held.
    pub from: i64,
    /// First second in which it held no longer; `None` while it holds.
    pub to: Option<i64>,
    /// When it had held long enough.
    pub fired_at: Option<i64>,
}

impl Hold {
    /// Whether two holds have a second in common, or touch.
    fn meets(&self, other: &Self) -> bool {
        self.from <= other.to.unwrap_or(i64::MAX) && other.from <= self.to.unwrap_or(i64::MAX)
    }
}

/// How far a trigger has come. The holds are stored; the windows are rebuilt.
#[derive(Debug, Clone)]
pub struct Progress {
    /// One a `mentions` test, in the order of the condition tree.
    windows: Vec<Window>,
    held_for: i64,
    /// Whether time alone, without a mention, can make the condition true:
    /// only where something must *not* be so.
    waits_for_less: bool,
    /// Everything up to and including this second has been looked at.
    swept_to: i64,
    /// Oldest first; only the last may be open.
    holds: Vec<Hold>,
}

/// What became of a trigger, by publication time in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The condition holds, but not yet long enough.
    Pending {
        since: i64,
    },
    /// It stopped holding before it fired.
    Cleared {
        at: i64,
    },
    Fired {
        at: i64,
    },
}

impl Progress {
    /// A trigger that has seen nothing yet.
    pub fn new(trigger: &Trigger) -> Self {
        let windows = trigger
            .when
            .all_tests()
            .into_iter()
            .filter_map(|test| match test {
                Test::Mentions(count) => Some(Window::new(seconds(count.within))),
                _ => None,
            });
        Self {
            windows: windows.collect(),
            held_for: seconds(trigger.held_for),
            waits_for_less: trigger.when.all_tests().iter().any(|test| match test {
                Test::None(_) => true,
                Test::Mentions(count) => count.at_most.is_some(),
                _ => false,
            }),
            swept_to: i64::MIN / 2,
            holds: Vec::new(),
        }
    }

    /// The holds of the last day, for the store.
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    /// What each `mentions` test counts now, in the order of the tree.
    pub fn counts(&self) -> Vec<u64> {
        self.windows.iter().map(Window::sum).collect()
    }

    /// Starts over on a rebuilt history, up to `now`. With the stored holds,
    /// what was missed fires; without any (a new trigger) only what still
    /// holds does, because a playbook that was added today must not alarm about
    /// last night.
    pub fn restore(&mut self, judge: &Judge, stored: Option<Vec<Hold>>, now: i64) -> Vec<Change> {
        let is_new = stored.is_none();
        self.holds = stored.unwrap_or_default();
        // A stored hold that was open may have ended while we were down. What is
        // sure is that it lasted until it fired, and until the newest mention:
        // had one ended it, that would be stored.
        let newest = judge.history.newest();
        for hold in self.holds.iter_mut().filter(|hold| hold.to.is_none()) {
            let lasted = hold
                .fired_at
                .map(|at| newest.map_or(at, |newest| newest.max(at)));
            hold.to = Some(lasted.unwrap_or(hold.from) + 1);
        }
        // What was looked at before may lie ahead of the clock: a sender's clock
        // was fast, or ours was set back. Looking less far would forget a
        // firing and repeat it.
        let fired = self.holds.iter().filter_map(|hold| hold.fired_at).max();
        let ahead = judge.history.newest().max(fired);
        self.swept_to = ahead.map_or(now, |ahead| ahead.max(now));
        let oldest = judge.history.oldest().unwrap_or(now);
        let changes = self.sweep_again(judge, oldest);
        let still = self
            .holds
            .last()
            .filter(|hold| hold.to.is_none())
            .map(|hold| hold.from);
        // Older than a day is history, also when it was never judged.
        let since = if is_new { i64::MAX } else { now - LATENESS };
        changes
            .into_iter()
            .filter(|change| match change {
                Change::Fired { at } => *at > since || still.is_some_and(|from| *at >= from),
                Change::Pending { since } => Some(*since) == still,
                Change::Cleared { .. } => false,
            })
            .collect()
    }

    /// A mention came in as the newest, or in the newest second (`again`).
    pub fn observe(&mut self, judge: &Judge, second: i64, again: bool) -> Vec<Change> {
        if second < self.swept_to {
            return self.sweep_again(judge, second);
        }
        if again && second == self.swept_to {
            self.windows.iter_mut().for_each(Window::bump);
            let mut changes = Vec::new();
            self.consider(judge, second, &mut changes);
            return changes;
        }
        self.sweep(judge, second)
    }

    /// Time went by without a mention. What time cannot change is left for the
    /// next mention: then windows need not be swept back for one that is a
    /// second late.
    pub fn advance(&mut self, judge: &Judge, now: i64) -> Vec<Change> {
        match self.wakeup(judge.history) {
            Some(wakeup) if wakeup <= now && now > self.swept_to => self.sweep(judge, now),
            _ => Vec::new(),
        }
    }

    /// The run's level changed: looks again at the present moment.
    pub fn reconsider(&mut self, judge: &Judge, now: i64) -> Vec<Change> {
        let mut changes = self.sweep(judge, now.max(self.swept_to));
        self.consider(judge, self.swept_to, &mut changes);
        changes
    }

    /// When time alone may change something that matters.
    pub fn wakeup(&self, history: &History) -> Option<i64> {
        let less = self
            .windows
            .iter()
            .filter_map(|window| window.next_change(history))
            .min();
        let less = less.filter(|_| self.waits_for_less);
        match (self.deadline(), less) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// When it fires if its condition goes on to hold.
    fn deadline(&self) -> Option<i64> {
        let hold = self.holds.last()?;
        (hold.to.is_none() && hold.fired_at.is_none()).then_some(hold.from + self.held_for)
    }

    /// Late mentions came in at or after `from`: sweeps that past once more.
    pub fn sweep_again(&mut self, judge: &Judge, from: i64) -> Vec<Change> {
        let swept_to = self.swept_to;
        let fired: Vec<Hold> = self
            .holds
            .iter()
            .filter(|hold| hold.fired_at.is_some())
            .copied()
            .collect();
        let was_pending = self.deadline().is_some();
        self.holds.retain(|hold| hold.from < from);
        if let Some(last) = self.holds.last_mut()
            && last.to.is_some_and(|to| to >= from)
        {
            last.to = None;
        }
        self.swept_to = from - 1;
        for window in &mut self.windows {
            window.place(judge.history, from - 1);
        }
        let mut changes = self.sweep(judge, swept_to.max(from));
        let known: Vec<i64> = self
            .holds
            .iter()
            .filter(|hold| fired.iter().any(|old| old.meets(hold)))
            .filter_map(|hold| hold.fired_at)
            .collect();
        for hold in &mut self.holds {
            // Also one that has not come so far again: the clock may have been
            // set back.
            if let Some(old) = fired.iter().find(|old| old.meets(hold)) {
                hold.fired_at = old.fired_at;
            }
        }
        changes.retain(|change| match change {
            Change::Fired { at } => !known.contains(at),
            // The past is told by what it leads to now, not step by step.
            Change::Cleared { .. } => false,
            Change::Pending { since } => {
                !was_pending
                    && self.holds.last().is_some_and(|hold| {
                        hold.from == *since && hold.fired_at.is_none() && hold.to.is_none()
                    })
            }
        });
        changes
    }

    fn sweep(&mut self, judge: &Judge, to: i64) -> Vec<Change> {
        let mut changes = Vec::new();
        loop {
            let change = self
                .windows
                .iter()
                .filter_map(|window| window.next_change(judge.history))
                .min();
            let next = match (change, self.deadline()) {
                (Some(one), Some(other)) => one.min(other),
                (Some(at), None) | (None, Some(at)) => at,
                (None, None) => break,
            };
            if next > to {
                break;
            }
            // Held until this very second is held long enough, so the deadline
            // comes before what the second itself changes.
            self.fire_when_due(next, &mut changes);
            self.move_windows(judge, next);
            self.consider(judge, next, &mut changes);
        }
        self.fire_when_due(to, &mut changes);
        self.move_windows(judge, to);
        self.holds
            .retain(|hold| hold.to.is_none_or(|end| end > to - LATENESS));
        changes
    }

    fn move_windows(&mut self, judge: &Judge, second: i64) {
        for window in &mut self.windows {
            window.slide(judge.history, second);
        }
        self.swept_to = second;
    }

    fn fire_when_due(&mut self, second: i64, changes: &mut Vec<Change>) {
        if let Some(deadline) = self.deadline()
            && deadline <= second
            && let Some(hold) = self.holds.last_mut()
        {
            hold.fired_at = Some(deadline);
            changes.push(Change::Fired { at: deadline });
        }
    }

    /// Opens a hold from `second`, and gives where it begins. A hold that ended
    /// in this very second goes on: the second was looked at before all of its
    /// mentions were in, and held without a break after all.
    fn open_hold(&mut self, second: i64) -> i64 {
        match self.holds.last_mut() {
            Some(hold) if hold.to == Some(second) => {
                hold.to = None;
                hold.from
            }
            _ => {
                self.holds.push(Hold {
                    from: second,
                    to: None,
                    fired_at: None,
                });
                second
            }
        }
    }

    fn consider(&mut self, judge: &Judge, second: i64, changes: &mut Vec<Change>) {
        let holds = judge.holds(&self.windows, second);
        let open = self.holds.last_mut().filter(|hold| hold.to.is_none());
        match (holds, open) {
            (true, None) => {
                let since = self.open_hold(second);
                if self.held_for > 0 && self.deadline().is_some() {
                    changes.push(Change::Pending { since });
                }
                self.fire_when_due(second, changes);
            }
            (false, Some(hold)) => {
                hold.to = Some(second);
                if hold.fired_at.is_none() {
                    changes.push(Change::Cleared { at: second });
                }
            }
            _ => {}
        }
    }
}

/// Everything a condition is judged by at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'a> {
    pub when: &'a Condition,
    pub history: &'a History,
    /// The open run on its watch, if there is one.
    pub run: Option<Facing<'a>>,
}

#[expect(
    clippy::unnecessary_fold,
    reason = "each test must take its own window, so none may be skipped"
)]
impl Judge<'_> {
    fn holds(&self, windows: &[Window], second: i64) -> bool {
        let mut windows = windows.iter();
        let at = Timestamp::from_timestamp(second, 0).unwrap_or_default();
        self.condition(self.when, &mut windows, at)
    }

    fn condition(
        &self,
        condition: &Condition,
        windows: &mut std::slice::Iter<Window>,
        at: Timestamp,
    ) -> bool {
        let tests = condition.tests.iter();
        tests.fold(true, |holds, test| self.test(test, windows, at) && holds)
    }

    fn test(&self, test: &Test, windows: &mut std::slice::Iter<Window>, at: Timestamp) -> bool {
        match test {
            Test::All(inner) => inner
                .iter()
                .fold(true, |holds, one| self.condition(one, windows, at) && holds),
            Test::Any(inner) => inner.iter().fold(false, |holds, one| {
                self.condition(one, windows, at) || holds
            }),
            Test::None(inner) => inner.iter().fold(true, |holds, one| {
                !self.condition(one, windows, at) && holds
            }),
            Test::Mentions(count) => {
                let counted = windows.next().map_or(0, Window::sum);
                count.allows(counted)
            }
            // `check` says of those that are not about the run that they are not
            // supported yet; a trigger that needs one is never armed
            // (`Condition::carried_out`).
            _ => self.run.is_some_and(|run| run.holds(test, at)),
        }
    }
}

fn seconds(length: std::time::Duration) -> i64 {
    i64::try_from(length.as_secs()).unwrap_or(i64::MAX)
}
