//! Mentions and time go to the triggers that watch them.

use std::sync::Arc;

use super::{Desk, Happening, Observed, Past, Pinned};
use crate::domain::evidence::Recent;
use crate::domain::organisation::Organisation;
use crate::domain::run::judge::Facing;
use crate::domain::time::Timestamp;
use crate::domain::trigger::{Change, Hold, Judge, Progress};
use crate::domain::volume::{Added, History, LATENESS};

/// What is kept of one watch.
#[derive(Debug, Default)]
pub(super) struct WatchState {
    pub(super) history: History,
    pub(super) recent: Recent,
    /// The numbers of the triggers that look at it.
    pub(super) armed: Vec<usize>,
}

/// One trigger of a playbook in force.
#[derive(Debug)]
pub(super) struct Armed {
    /// Number of its playbook on the shelf, and of the trigger in it.
    pub(super) shelf: usize,
    pub(super) trigger: usize,
    pub(super) watch: usize,
    /// Whether its condition is also about the open run.
    pub(super) asks_about_run: bool,
    pub(super) progress: Progress,
    /// The holds as they were last handed out to be stored; `None` before.
    pub(super) stored: Option<Vec<Hold>>,
}

/// History is kept as long as a late mention may come, and the longest window more.
const KEPT: i64 = LATENESS + 86_400;

/// Every trigger that can be carried out, on a watch that exists.
pub(super) fn arm_all(organisation: &Organisation, shelf: &[Arc<Pinned>]) -> Vec<Armed> {
    let mut armed = Vec::new();
    for (shelf_number, pinned) in shelf.iter().enumerate() {
        let playbook = &pinned.playbook;
        let Some(watch) = organisation
            .watches
            .iter()
            .position(|watch| watch.key == playbook.watch)
        else {
            continue;
        };
        for (number, trigger) in playbook.triggers.iter().enumerate() {
            if trigger.when.carried_out().is_ok() {
                armed.push(Armed {
                    shelf: shelf_number,
                    trigger: number,
                    watch,
                    asks_about_run: trigger.when.asks_about_run(),
                    progress: Progress::new(trigger),
                    stored: None,
                });
            }
        }
    }
    armed
}

impl Desk {
    /// Mentions arrived at `now`. Windows go by publication time; what is older
    /// than a day wakes nobody.
    pub fn observe(&mut self, batch: &[Observed], now: Timestamp) -> Vec<Happening> {
        let oldest = now.timestamp() - LATENESS;
        let mut in_order: Vec<&Observed> = batch
            .iter()
            .filter(|seen| seen.mention.published_at.timestamp() > oldest)
            .collect();
        in_order.sort_by_key(|seen| seen.mention.published_at.timestamp());
        let mut happenings = self.observe_late(&mut in_order, now);
        for seen in in_order {
            let second = seen.mention.published_at.timestamp();
            for watch in seen.matched.counted() {
                happenings.extend(self.observe_one(usize::from(*watch), seen, second, now));
            }
        }
        happenings
    }

    fn observe_one(
        &mut self,
        watch: usize,
        seen: &Observed,
        second: i64,
        now: Timestamp,
    ) -> Vec<Happening> {
        let Some(state) = self.watches.get_mut(watch) else {
            return Vec::new();
        };
        state.recent.add(&seen.mention, &seen.source);
        let added = state.history.add(second);
        let happenings = self.with_triggers(watch, now, |progress, judge| match added {
            Added::Late => progress.sweep_again(judge, second),
            Added::New => progress.observe(judge, second, false),
            Added::Again => progress.observe(judge, second, true),
        });
        self.forget(watch, now);
        happenings
    }

    /// Forgets what is out of reach. Only after the triggers looked: a window
    /// must see everything leave that it saw come in.
    fn forget(&mut self, watch: usize, now: Timestamp) {
        self.watches[watch].history.forget(now.timestamp() - KEPT);
    }

    /// Takes the mentions out of the batch that come before what a watch has
    /// seen, and sweeps the past of each watch once for all of them.
    fn observe_late(&mut self, batch: &mut Vec<&Observed>, now: Timestamp) -> Vec<Happening> {
        let is_behind = |seen: &&Observed| {
            let second = seen.mention.published_at.timestamp();
            let states = seen.matched.counted().iter();
            let mut states = states.filter_map(|watch| self.watches.get(usize::from(*watch)));
            states.any(|state| state.history.newest() > Some(second))
        };
        if !batch.iter().any(is_behind) {
            return Vec::new();
        }
        let newest: Vec<Option<i64>> = self
            .watches
            .iter()
            .map(|state| state.history.newest())
            .collect();
        let mut from: Vec<Option<i64>> = vec![None; self.watches.len()];
        batch.retain(|seen| {
            let second = seen.mention.published_at.timestamp();
            let is_late = |watch: &&u16| {
                newest
                    .get(usize::from(**watch))
                    .is_some_and(|newest| *newest > Some(second))
            };
            if !seen.matched.counted().iter().any(|watch| is_late(&watch)) {
                return true;
            }
            for watch in seen.matched.counted() {
                let number = usize::from(*watch);
                if let Some(state) = self.watches.get_mut(number) {
                    state.recent.add(&seen.mention, &seen.source);
                    state.history.add(second);
                    from[number] =
                        Some(from[number].map_or(second, |before: i64| before.min(second)));
                }
            }
            false
        });
        let mut happenings = Vec::new();
        for (watch, from) in from.into_iter().enumerate() {
            if let Some(from) = from {
                happenings.extend(self.with_triggers(watch, now, |progress, judge| {
                    progress.sweep_again(judge, from)
                }));
            }
        }
        happenings
    }

    /// Time went by.
    pub(super) fn advance_triggers(&mut self, now: Timestamp) -> Vec<Happening> {
        let mut happenings = Vec::new();
        for watch in 0..self.watches.len() {
            happenings.extend(self.with_triggers(watch, now, |progress, judge| {
                progress.advance(judge, now.timestamp())
            }));
        }
        happenings
    }

    /// Remembers what the store has of a watch, without judging anything.
    pub fn remember(&mut self, watch: usize, past: Past) {
        if let Some(state) = self.watches.get_mut(watch) {
            state.recent = Recent::restore(past.seen, past.latest);
            state.history = History::restore(past.seconds);
        }
    }

    /// Judges what was remembered: a crossing that was stored but never acted on
    /// fires now. `stored` gives the holds of a trigger by playbook and name.
    pub fn catch_up(
        &mut self,
        now: Timestamp,
        mut stored: impl FnMut(&str, &str) -> Option<Vec<Hold>>,
    ) -> Vec<Happening> {
        let mut happenings = Vec::new();
        for watch in 0..self.watches.len() {
            let names: Vec<Option<Vec<Hold>>> = self.watches[watch]
                .armed
                .iter()
                .map(|number| {
                    let armed = &self.armed[*number];
                    let playbook = &self.shelf[armed.shelf].playbook;
                    stored(&playbook.name, &playbook.triggers[armed.trigger].name)
                })
                .collect();
            let mut names = names.into_iter();
            happenings.extend(self.with_triggers(watch, now, |progress, judge| {
                progress.restore(judge, names.next().flatten(), now.timestamp())
            }));
        }
        happenings
    }

    /// A run on a watch changed: triggers that ask about it are judged again.
    pub(super) fn run_changed(&mut self, watch: &str, now: Timestamp) -> Vec<Happening> {
        let mut watches = self.organisation.watches.iter();
        let number = watches.position(|one| one.key == watch);
        let asks = |number: &usize| {
            let armed = &self.watches[*number].armed;
            armed.iter().any(|one| self.armed[*one].asks_about_run)
        };
        number.filter(asks).map_or_else(Vec::new, |number| {
            self.with_triggers(number, now, |progress, judge| {
                if judge.when.asks_about_run() {
                    progress.reconsider(judge, now.timestamp())
                } else {
                    Vec::new()
                }
            })
        })
    }

    fn with_triggers(
        &mut self,
        watch: usize,
        now: Timestamp,
        mut ask: impl FnMut(&mut Progress, &Judge) -> Vec<Change>,
    ) -> Vec<Happening> {
        let mut changes = Vec::new();
        let state = &self.watches[watch];
        if state.armed.is_empty() {
            return Vec::new();
        }
        let open = self.open.get(&self.organisation.watches[watch].key);
        let facing = open.and_then(|id| self.runs.get(id)).map(|on_desk| Facing {
            run: &on_desk.run,
            playbook: &on_desk.pinned.playbook,
            zone: self.organisation.timezone,
        });
        for number in &state.armed {
            let armed = &mut self.armed[*number];
            let when = &self.shelf[armed.shelf].playbook.triggers[armed.trigger].when;
            let judge = Judge {
                when,
                history: &state.history,
                run: facing,
            };
            let ones = ask(&mut armed.progress, &judge);
            changes.extend(ones.into_iter().map(|change| (*number, change)));
        }
        if changes.is_empty() {
            Vec::new()
        } else {
            self.route(watch, &changes, now)
        }
    }
}
