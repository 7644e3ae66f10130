//! What somebody has to finish in a run: tasks that were handed out and
//! messages that are called for, with their deadlines and what came of them.

use serde::{Deserialize, Serialize};

use super::event::About;
use super::{Event, Run};
use crate::domain::text::Text;
use crate::domain::time::{Timestamp, last_quarter};

/// A task or message of a run, by `Item::key`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its name in the playbook, or of a task that was added.
    pub name: String,
    /// Number of the case it is for.
    pub case: Option<String>,
    pub is_message: bool,
    /// Title of a task that was added by hand.
    pub title: Option<Text>,
    pub role: String,
    /// Who has it, when it was handed over to one person.
    pub person: Option<String>,
    /// From 1; one more each time it comes back.
    pub turn: u32,
    pub opened_at: Timestamp,
    /// When it opened for the first time: full turns count from here.
    pub began_at: Timestamp,
    pub due_at: Option<Timestamp>,
    /// When this deadline was set: the time allowed runs from here.
    pub timed_at: Timestamp,
    /// Whether it was said that it fell due.
    pub due_told: bool,
    /// Who was told of it in this turn.
    pub told: Told,
    pub state: State,
    /// The answer to a question.
    pub decision: Option<Decision>,
    /// How often it was finished, over all turns.
    pub n_finished: u32,
    /// When it was finished for the first time.
    pub done_at: Option<Timestamp>,
}

/// Which reminders of a turn were sent, or need not be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub reminder: bool,
    pub overdue: bool,
    pub owner: bool,
}

/// What came of an item in this turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Finished {
        at: Timestamp,
        by: String,
    },
    Skipped {
        at: Timestamp,
        by: String,
        reason: String,
    },
}

/// An option that was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub option: String,
    pub at: Timestamp,
    /// Empty for a default that counted because nobody had answered.
    pub by: String,
    pub reason: Option<String>,
    pub is_default: bool,
}

/// The key of an item: its name, with the case where it is for one.
pub fn key(name: &str, case: Option<&str>) -> String {
    case.map_or_else(|| name.to_owned(), |case| format!("{name}@{case}"))
}

impl Item {
    fn opened(name: &str, role: &str, due_at: Option<Timestamp>, at: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            case: None,
            is_message: false,
            title: None,
            role: role.to_owned(),
            person: None,
            turn: 1,
            opened_at: at,
            began_at: at,
            due_at,
            timed_at: at,
            due_told: false,
            told: Told::default(),
            state: State::Open,
            decision: None,
            n_finished: 0,
            done_at: None,
        }
    }

    fn finish(&mut self, at: Timestamp, by: &str) {
        let by = by.to_owned();
        self.state = State::Finished { at, by };
        self.n_finished += 1;
        self.done_at.get_or_insert(at);
    }

    /// It is to be done after all. What fell due meanwhile falls due now; its owner
    /// need not hear that it was late while it counted as done.
    fn reopen(&mut self, at: Timestamp) {
        if self.due_at.is_some_and(|due_at| due_at <= at) {
            self.told.reminder = true;
            self.told.owner = true;
        }
        if let State::Finished { .. } = self.state {
            self.n_finished = self.n_finished.saturating_sub(1);
        }
        if self.n_finished == 0 {
            self.done_at = None;
        }
        self.state = State::Open;
    }

    /// Left out before it was called for: without that it waits for its time again.
    fn was_left_out_ahead(&self) -> bool {
        let is_at_once = matches!(self.state, State::Skipped { at, .. } if at == self.opened_at);
        is_at_once && self.turn == 1 && self.due_at.is_none() && self.title.is_none()
    }

    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Finished in this turn, or left out with a reason: what needs it may go on.
    pub fn is_settled(&self) -> bool {
        !self.is_open()
    }

    /// When somebody is reminded: a quarter of the time is left.
    pub fn remind_at(&self) -> Option<Timestamp> {
        Some(last_quarter(self.timed_at, self.due_at?))
    }
}

impl Run {
    /// An item by its name, or by its key where there is one for each case.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.get(key)
    }

    /// Whether this is finished or left out in every case and its turn now, so
    /// that what needs it may go on. What comes back is settled once it was done.
    pub fn is_settled(&self, name: &str) -> bool {
        let mut items = self
            .items
            .values()
            .filter(|item| item.name == name)
            .peekable();
        items.peek().is_some() && items.all(|item| item.is_settled() || item.n_finished > 0)
    }

    /// Whether this was done or published, in any turn and for any case.
    pub fn is_done(&self, name: &str) -> bool {
        self.items
            .values()
            .any(|item| item.name == name && item.n_finished > 0)
    }

    /// The part of `apply` that concerns items.
    pub(super) fn apply_to_items(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::TaskOpened {
                task: name,
                role,
                due_at,
                turn,
                case,
            }
            | Event::MessageCalled {
                message: name,
                role,
                due_at,
                turn,
                case,
            } => {
                let key = key(name, case.as_deref());
                let before = self.items.get(&key);
                let item = Item {
                    case: case.clone(),
                    is_message: matches!(event, Event::MessageCalled { .. }),
                    turn: *turn,
                    began_at: before.map_or(at, |before| before.began_at),
                    person: before.and_then(|before| before.person.clone()),
                    n_finished: before.map_or(0, |before| before.n_finished),
                    done_at: before.and_then(|before| before.done_at),
                    ..Item::opened(name, role, *due_at, at)
                };
                self.items.insert(key, item);
            }
            Event::TaskAdded {
                task,
                title,
                role,
                person,
                due_at,
                ..
            } => {
                let item = Item {
                    title: Some(Text::same(title.as_str())),
                    person: person.clone(),
                    ..Item::opened(task, role, *due_at, at)
                };
                self.items.insert(task.clone(), item);
            }
            Event::TaskDue { task: key, .. } | Event::MessageDue { message: key, .. } => {
                self.change_item(key, |item| item.due_told = true);
            }
            Event::DueChanged { item, due_at } => self.change_item(item, |item| {
                item.due_at = *due_at;
                item.timed_at = at;
                item.due_told = false;
                item.told = Told::default();
            }),
            Event::ErrandDue { about, items, .. } => {
                for key in items {
                    self.change_item(key, |item| match about {
                        About::Reminder => item.told.reminder = true,
                        About::Overdue => item.told.overdue = true,
                        About::OverdueForOwner => item.told.owner = true,
                        _ => {}
                    });
                }
            }
            Event::TaskDone { task, by } => self.change_item(task, |item| item.finish(at, by)),
            Event::Skipped { item, by, reason } => self.change_item(item, |item| {
                item.state = State::Skipped {
                    at,
                    by: by.clone(),
                    reason: reason.clone(),
                };
            }),
            Event::TaskReopened { item: key, .. } => {
                let known = self.items.get(key);
                if known.is_some_and(Item::was_left_out_ahead) {
                    self.items.remove(key);
                } else {
                    self.change_item(key, |item| item.reopen(at));
                }
            }
            Event::Assigned { item, person, .. } => {
                self.change_item(item, |item| item.person = Some(person.clone()));
            }
            Event::Decided {
                task,
                option,
                by,
                reason,
                is_default,
            } => self.change_item(task, |item| {
                item.decision = Some(Decision {
                    option: option.clone(),
                    at,
                    by: by.clone(),
                    reason: reason.clone(),
                    is_default: *is_default,
                });
                if !is_default {
                    item.finish(at, by);
                }
            }),
            _ => {}
        }
    }

    /// A message was published: it is finished in this turn, also when it was
    /// not called for yet.
    pub(super) fn finish_message(&mut self, key: &str, role: &str, at: Timestamp, by: &str) {
        let (name, case) = match key.split_once('@') {
            Some((name, case)) => (name, Some(case.to_owned())),
            None => (key, None),
        };
        let item = self.items.entry(key.to_owned()).or_insert_with(|| Item {
            is_message: true,
            case,
            ..Item::opened(name, role, None, at)
        });
        item.finish(at, by);
    }

    fn change_item(&mut self, key: &str, change: impl FnOnce(&mut Item)) {
        if let Some(item) = self.items.get_mut(key) {
            change(item);
        }
    }
}
