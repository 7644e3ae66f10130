//! Hands out tasks and calls for messages: from when, by when, and when they
//! come back.

use chrono::TimeDelta;

use super::holds::facing;
use super::{Course, Plan};
use crate::domain::condition::Moment;
use crate::domain::playbook::{Every, Home, Item, ItemKind, Report};
use crate::domain::rhythm::{full_turn, next_turn};
use crate::domain::run::item::key;
use crate::domain::run::{Event, Run, item};
use crate::domain::time::{Timestamp, last_quarter};

impl<'a> Course<'a> {
    /// Opens every task and message whose condition holds by now, for every case
    /// where there is one for each, and those that come back.
    pub(super) fn open_items(&mut self) {
        let playbook = self.plan.playbook;
        let items: Vec<Item<'a>> = playbook.items().collect();
        for item in items {
            if !is_home_open(&self.run, item.home) {
                continue;
            }
            let cases: Vec<Option<String>> = if item.per_case {
                self.run.cases.keys().cloned().map(Some).collect()
            } else {
                vec![None]
            };
            for case in cases {
                match self.run.items.get(&key(item.name, case.as_deref())) {
                    None => self.open_first(&item, case),
                    Some(_) if item.every.is_some() => self.open_again(&item, case),
                    Some(_) => {}
                }
            }
        }
    }

    /// The playbook changed under the run: what is not in it any more need not
    /// be done.
    pub(super) fn leave_what_is_gone(&mut self, by: &str) {
        let playbook = self.plan.playbook;
        let open = self.run.items.iter().filter(|(_, item)| item.is_open());
        let gone =
            open.filter(|(_, item)| item.title.is_none() && playbook.item(&item.name).is_none());
        let gone: Vec<String> = gone.map(|(key, _)| key.clone()).collect();
        for item in gone {
            self.log(Event::Skipped {
                item,
                by: by.to_owned(),
                reason: "not in the playbook any more".to_owned(),
            });
        }
    }

    fn open_first(&mut self, item: &Item, case: Option<String>) {
        if self.holds(item.when) != Some(true) {
            return;
        }
        let due_at = match (item.due, item.every) {
            (Some(due), _) => self.deadline(due, self.now),
            (None, Some(every)) => self.turn_after(every, self.now, self.now),
            (None, None) => None,
        };
        self.open(item, case, due_at, 1);
    }

    /// The next turn of what comes back until stand-down: at once when this one
    /// is finished; an unfinished one is replaced when a quarter of the time to
    /// the next is left.
    fn open_again(&mut self, item: &Item, case: Option<String>) {
        let key = key(item.name, case.as_deref());
        let (Some(every), Some(now)) = (item.every, self.run.items.get(&key)) else {
            return;
        };
        if self.run.ending.stood_down_at.is_some() {
            return;
        }
        let (turn, began_at, due_at) = (now.turn, now.began_at, now.due_at);
        let next = match self.run.settled_at(&key) {
            Some(settled_at) => {
                let then = due_at.map_or(settled_at, |due_at| due_at.max(settled_at));
                self.turn_after(every, began_at, then)
            }
            None => next_replacement(&self.plan, &self.run, every, now)
                .filter(|(_, replace_at)| *replace_at <= self.now)
                .map(|(next, _)| next),
        };
        let Some(next) = next else { return };
        if self.holds(item.when) != Some(true) {
            return;
        }
        // After a long time down only the turn that is to come counts.
        let next = if next < self.now - TimeDelta::seconds(60) {
            self.turn_after(every, began_at, self.now)
        } else {
            Some(next)
        };
        self.open(item, case, next, turn + 1);
        if matches!(item.kind, ItemKind::Message(_)) {
            self.render_item(&key);
        }
    }

    fn open(&mut self, item: &Item, case: Option<String>, due_at: Option<Timestamp>, turn: u32) {
        let (name, role) = (item.name.to_owned(), item.role.to_owned());
        self.log(match item.kind {
            ItemKind::Task(_) => Event::TaskOpened {
                task: name,
                role,
                due_at,
                turn,
                case,
            },
            ItemKind::Message(_) => Event::MessageCalled {
                message: name,
                role,
                due_at,
                turn,
                case,
            },
        });
        // Of the first turn there is little to analyse yet: it is made when it is due.
        if turn > 1 || due_at.is_none() {
            self.analyse_for(item.name);
        }
    }

    /// The environment analysis that a task asks for lies ready with it.
    pub(super) fn analyse_for(&mut self, item: &str) {
        let task = self.plan.playbook.task(item);
        let asks = task.is_some_and(|task| task.report == Some(Report::Situation));
        if !asks || !self.run.is_open {
            return;
        }
        if let Some(analysis) = self.plan.sight.environment(&self.run, self.now) {
            self.log(Event::SituationMade {
                analysis: Box::new(analysis),
                task: Some(item.to_owned()),
                by: None,
            });
        }
    }

    fn turn_after(&self, every: Every, began_at: Timestamp, then: Timestamp) -> Option<Timestamp> {
        turn_after(&self.plan, &self.run, every, began_at, then)
    }

    /// When the next update is to be promised for, by the playbook's rhythm.
    pub(super) fn next_of_cadence(&self) -> Option<Timestamp> {
        next_update_due(&self.plan, &self.run, self.now)
    }

    /// The instant of a deadline for something whose time runs from `timed_at`;
    /// `None` while what it hangs on is unknown. A moment already past then falls
    /// due one hour later.
    pub(super) fn deadline(&self, due: &Moment, timed_at: Timestamp) -> Option<Timestamp> {
        let instant = self.run.moment(due, timed_at)?;
        Some(if instant < timed_at {
            timed_at + TimeDelta::hours(1)
        } else {
            instant
        })
    }

    /// What a deadline hangs on became known, or changed.
    pub(super) fn keep_deadlines(&mut self) {
        for item in self.plan.playbook.items() {
            let Some(due @ (Moment::After(..) | Moment::Before(..))) = item.due else {
                continue;
            };
            let open = self
                .run
                .items
                .iter()
                .filter(|(_, open)| open.name == item.name && open.is_open() && open.turn == 1);
            let moved = open.filter(|(_, open)| self.deadline(due, open.timed_at) != open.due_at);
            let moved: Vec<String> = moved.map(|(key, _)| key.clone()).collect();
            for key in moved {
                let due_at = self.deadline(due, self.now);
                self.log(Event::DueChanged { item: key, due_at });
            }
        }
    }
}

/// Until when the next update may be promised, by the playbook's rhythm.
pub(super) fn next_update_due(plan: &Plan, run: &Run, now: Timestamp) -> Option<Timestamp> {
    turn_after(plan, run, Every::Cadence, run.started_at?, now)
}

/// Whether the place where an item stands is open.
fn is_home_open(run: &Run, home: Home) -> bool {
    match home {
        Home::Run => run.started_at.is_some(),
        Home::Phase(aim) => run.phases.contains_key(&aim),
        Home::Aftercare => run.ending.stood_down_at.is_some(),
    }
}

/// The first turn after `then` of something that began at `began_at`.
fn turn_after(
    plan: &Plan,
    run: &Run,
    every: Every,
    began_at: Timestamp,
    then: Timestamp,
) -> Option<Timestamp> {
    match every {
        Every::Length(length) => Some(full_turn(length, began_at, then)),
        // The rhythm is the run's: what we promise and what falls due must not
        // drift apart.
        Every::Cadence => {
            let facing = facing(plan, run);
            next_turn(&facing.cadence(), run.started_at?, then, facing.zone)
        }
    }
}

/// The turn after an unfinished one, and when it takes its place.
fn next_replacement(
    plan: &Plan,
    run: &Run,
    every: Every,
    item: &item::Item,
) -> Option<(Timestamp, Timestamp)> {
    let due_at = item.due_at.filter(|_| item.due_told)?;
    let next = turn_after(plan, run, every, item.began_at, due_at)?;
    Some((next, last_quarter(due_at, next)))
}

/// When unfinished turns are replaced.
pub(super) fn replacements(plan: &Plan, run: &Run) -> Vec<Timestamp> {
    if run.ending.stood_down_at.is_some() {
        return Vec::new();
    }
    let items = run.items.values().filter(|item| item.is_open());
    let found = items.filter_map(|item| {
        let every = plan.playbook.item(&item.name)?.every?;
        next_replacement(plan, run, every, item).map(|(_, replace_at)| replace_at)
    });
    found.collect()
}
