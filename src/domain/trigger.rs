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
use super::deaf::{Deafness, Hearing};
use super::evidence::near::{Days, nearness};
use super::heard::Heard;
use super::meter::{Ground, Meter};
use super::playbook::Trigger;
use super::run::judge::Facing;
use super::time::Timestamp;
use super::volume::LATENESS;

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

/// How far a trigger has come. The holds are stored; the meters are rebuilt.
#[derive(Debug, Clone)]
pub struct Progress {
    /// One a test about mentions, in the order of the condition tree.
    meters: Vec<Meter>,
    held_for: i64,
    /// Whether time alone, without a mention, can make the condition true:
    /// where something must *not* be so, and where the usual changes.
    waits_for_time: bool,
    /// Everything up to and including this second has been looked at.
    swept_to: i64,
    /// Oldest first; only the last may be open.
    holds: Vec<Hold>,
    /// When it nearly fired. Found again by a sweep, so it is not stored.
    near: Days,
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
    /// A trigger that has seen nothing yet; `home` is the watch of its playbook.
    pub fn new(trigger: &Trigger, home: usize, ground: &Ground) -> Self {
        let meters = Meter::all(&trigger.when, home, ground);
        let tests = trigger.when.all_tests();
        let has_none = tests.iter().any(|test| matches!(test, Test::None(_)));
        Self {
            waits_for_time: has_none || meters.iter().any(Meter::waits_for_time),
            meters,
            held_for: seconds(trigger.held_for),
            swept_to: i64::MIN / 2,
            holds: Vec::new(),
            near: Days::default(),
        }
    }

    /// What it listens with.
    pub fn meters(&self) -> &[Meter] {
        &self.meters
    }

    /// When it nearly fired.
    pub fn near(&self) -> &Days {
        &self.near
    }

    /// Whether a second was looked at already, and time alone may have made
    /// something true since.
    pub fn is_ahead_of(&self, second: i64) -> bool {
        self.waits_for_time && self.swept_to > second
    }

    /// The holds of the last day, for the store.
    pub fn holds(&self) -> &[Hold] {
        &self.holds
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
        let newest = self.newest(judge);
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
        let ahead = newest.max(fired);
        self.swept_to = ahead.map_or(now, |ahead| ahead.max(now));
        let oldest = self.oldest(judge).unwrap_or(now);
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

    fn histories<'a>(&self, judge: &Judge<'a>) -> impl Iterator<Item = &'a Heard> {
        let heard = judge.heard;
        let watches: Vec<usize> = self.meters.iter().filter_map(Meter::watch).collect();
        watches.into_iter().filter_map(|watch| heard.get(watch))
    }

    fn newest(&self, judge: &Judge) -> Option<i64> {
        let newest = self.histories(judge).map(|heard| heard.history.newest());
        newest.max().flatten()
    }

    fn oldest(&self, judge: &Judge) -> Option<i64> {
        let oldest = self.histories(judge);
        oldest.filter_map(|heard| heard.history.oldest()).min()
    }

    /// A mention came in that is the newest of its watch, perhaps in the second
    /// of another.
    pub fn observe(&mut self, judge: &Judge, second: i64) -> Vec<Change> {
        if second < self.swept_to {
            return self.sweep_again(judge, second);
        }
        let mut changes = self.sweep(judge, second);
        // More of the second that was looked at already.
        self.consider(judge, second, &mut changes);
        changes
    }

    /// Several came in together, late, from one second through another: all of
    /// them are known before any is judged.
    pub fn observe_late(&mut self, judge: &Judge, from: i64, through: i64) -> Vec<Change> {
        let mut changes = match from <= self.swept_to {
            true => self.sweep_again(judge, from),
            false => Vec::new(),
        };
        if through > self.swept_to {
            changes.extend(self.sweep(judge, through));
            self.consider(judge, through, &mut changes);
        }
        changes
    }

    /// Our own account posted at `second`: what waited for it is judged again
    /// from there.
    pub fn hear_of_ours(&mut self, judge: &Judge, second: i64) -> Vec<Change> {
        let listens = self.meters.iter().any(Meter::hears_ours);
        if listens && second <= self.swept_to {
            return self.sweep_again(judge, second);
        }
        Vec::new()
    }

    /// What mentions say, published from a second on, was read only now: what counts
    /// that is judged again from there.
    pub fn hear_said(&mut self, judge: &Judge, from: i64) -> Vec<Change> {
        let listens = self.meters.iter().any(Meter::hears_said);
        if listens && from <= self.swept_to {
            return self.sweep_again(judge, from);
        }
        Vec::new()
    }

    /// Time went by without a mention. What time cannot change is left for the
    /// next mention: then windows need not be swept back for one that is a
    /// second late.
    pub fn advance(&mut self, judge: &Judge, now: i64) -> Vec<Change> {
        match self.is_due(judge.heard, judge.when, judge.deaf, now) {
            true => self.sweep(judge, now),
            false => Vec::new(),
        }
    }

    /// Whether time alone may have changed something that matters.
    pub fn is_due(&self, heard: &[Heard], when: &Condition, deaf: &Deafness, now: i64) -> bool {
        let wakeup = self.wakeup(heard, when, deaf);
        now > self.swept_to && wakeup.is_some_and(|wakeup| wakeup <= now)
    }

    /// The run's level changed: looks again at the present moment.
    pub fn reconsider(&mut self, judge: &Judge, now: i64) -> Vec<Change> {
        let mut changes = self.sweep(judge, now.max(self.swept_to));
        self.consider(judge, self.swept_to, &mut changes);
        changes
    }

    /// When time alone may change something that matters.
    pub fn wakeup(&self, heard: &[Heard], when: &Condition, deaf: &Deafness) -> Option<i64> {
        let by_time = || {
            let of_meters = self.next_change(heard).into_iter();
            of_meters.chain(deaf.next_change(when, self.swept_to)).min()
        };
        let by_time = self.waits_for_time.then(by_time).flatten();
        match (self.deadline(), by_time) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    fn next_change(&self, heard: &[Heard]) -> Option<i64> {
        let changes = self.meters.iter();
        changes.filter_map(|meter| meter.next_change(heard)).min()
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
        for meter in &mut self.meters {
            meter.place(judge.heard, from - 1);
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
            let changes_at = [
                self.next_change(judge.heard),
                self.deadline(),
                judge.deaf.next_change(judge.when, self.swept_to),
            ];
            let Some(next) = changes_at.into_iter().flatten().min() else {
                break;
            };
            if next > to {
                break;
            }
            // Held until this very second is held long enough, so the deadline
            // comes before what the second itself changes.
            self.fire_when_due(next, &mut changes);
            self.move_meters(judge, next);
            self.consider(judge, next, &mut changes);
        }
        self.fire_when_due(to, &mut changes);
        self.move_meters(judge, to);
        self.holds
            .retain(|hold| hold.to.is_none_or(|end| end > to - LATENESS));
        changes
    }

    fn move_meters(&mut self, judge: &Judge, second: i64) {
        for meter in &mut self.meters {
            meter.slide(judge.heard, second);
        }
        self.swept_to = second;
    }

    fn fire_when_due(&mut self, second: i64, changes: &mut Vec<Change>) {
        if let Some(deadline) = self.deadline()
            && deadline <= second
            && let Some(hold) = self.holds.last_mut()
        {
            hold.fired_at = Some(deadline);
            self.near.fire(deadline);
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
        let holds = judge.holds(&self.meters, second);
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
                    // It held, but not for long enough.
                    self.near.see(hold.from, 1.0);
                    changes.push(Change::Cleared { at: second });
                }
            }
            (false, None) => self.near.see(second, judge.nearness(&self.meters, second)),
            (true, Some(_)) => {}
        }
    }
}

/// Everything a condition is judged by at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'a> {
    pub when: &'a Condition,
    /// Of all watches.
    pub heard: &'a [Heard],
    /// The open run on its watch, if there is one.
    pub run: Option<Facing<'a>>,
    /// When sources were blind: silence is not what it seems then.
    pub deaf: &'a Deafness,
}

#[expect(
    clippy::unnecessary_fold,
    reason = "each test must take its own meter, so none may be skipped"
)]
impl Judge<'_> {
    fn holds(&self, meters: &[Meter], second: i64) -> bool {
        let mut meters = meters.iter();
        let at = Timestamp::from_timestamp(second, 0).unwrap_or_default();
        self.condition(self.when, &mut meters, at, true)
    }

    /// How much of what the condition asks was reached: 1 is all of it.
    fn nearness(&self, meters: &[Meter], second: i64) -> f64 {
        let at = Timestamp::from_timestamp(second, 0).unwrap_or_default();
        nearness(self.when, meters, self.heard, &|test| {
            self.run.is_some_and(|run| run.holds(test, at))
        })
    }

    /// `is_sure`: for sure, or else possibly; it matters while a source is blind.
    fn condition(
        &self,
        condition: &Condition,
        meters: &mut std::slice::Iter<Meter>,
        at: Timestamp,
        is_sure: bool,
    ) -> bool {
        let tests = condition.tests.iter();
        tests.fold(true, |holds, test| {
            self.test(test, meters, at, is_sure) && holds
        })
    }

    fn test(
        &self,
        test: &Test,
        meters: &mut std::slice::Iter<Meter>,
        at: Timestamp,
        is_sure: bool,
    ) -> bool {
        let mut inside = |one: &Condition, is_sure| self.condition(one, meters, at, is_sure);
        match test {
            Test::All(inner) => inner
                .iter()
                .fold(true, |holds, one| inside(one, is_sure) && holds),
            Test::Any(inner) => inner
                .iter()
                .fold(false, |holds, one| inside(one, is_sure) || holds),
            Test::None(inner) => inner
                .iter()
                .fold(true, |holds, one| !inside(one, !is_sure) && holds),
            test if Meter::is_for(test) => {
                let hearing = Hearing::of(test, self.deaf, at.timestamp(), is_sure);
                let holds = meters.next().is_some_and(|meter| match hearing {
                    Hearing::All => meter.holds(self.heard),
                    Hearing::Part => meter.holds_while_deaf(test, self.heard, is_sure),
                    Hearing::LessBefore => meter.holds(self.heard) && !is_sure,
                });
                // That we are silent is also about what the run published.
                let of_run = matches!(test, Test::WeAreSilent(_));
                holds && (!of_run || self.run.is_some_and(|run| run.holds(test, at)))
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
