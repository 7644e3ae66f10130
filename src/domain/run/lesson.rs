//! What was learnt in a run: lessons, each with somebody who sees to it and a
//! day by which it is done. They may be noted and closed after the run is closed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Event, Run};
use crate::domain::time::Timestamp;

/// Who sees to a lesson.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Key of a role.
    Role(String),
    /// Key of somebody of the team.
    Person(String),
}

impl Owner {
    /// The key, of a role or a person.
    pub fn key(&self) -> &str {
        match self {
            Self::Role(key) | Self::Person(key) => key,
        }
    }
}

/// Something to do otherwise next time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    pub text: String,
    pub owner: Owner,
    /// The last day on which it is in time, on the organisation's calendar.
    pub due: NaiveDate,
    pub by: String,
    pub at: Timestamp,
    /// How it was seen to.
    pub closed: Option<Closed>,
}

/// A lesson that was seen to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub how: String,
    pub by: String,
    pub at: Timestamp,
}

impl Lesson {
    /// Whether it should have been seen to before `today`, and was not.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.closed.is_none() && self.due < today
    }
}

/// Lessons by number, which are counted from 1 and written as text. Numbers are
/// compared as numbers: 10 comes after 9.
pub fn in_order(lessons: &BTreeMap<String, Lesson>) -> Vec<(&String, &Lesson)> {
    let mut all: Vec<_> = lessons.iter().collect();
    all.sort_by_key(|(number, _)| number.parse::<u64>().unwrap_or(u64::MAX));
    all
}

/// Folds one event into the lessons; of any other nothing comes.
pub fn fold(lessons: &mut BTreeMap<String, Lesson>, event: &Event, at: Timestamp) {
    match event {
        Event::LessonNoted {
            lesson,
            text,
            owner,
            due,
            by,
        } => {
            let noted = Lesson {
                text: text.clone(),
                owner: owner.clone(),
                due: *due,
                by: by.clone(),
                at,
                closed: None,
            };
            lessons.insert(lesson.clone(), noted);
        }
        Event::LessonClosed { lesson, how, by } => {
            if let Some(known) = lessons.get_mut(lesson) {
                known.closed = Some(Closed {
                    how: how.clone(),
                    by: by.clone(),
                    at,
                });
            }
        }
        _ => {}
    }
}

impl Run {
    /// The part of `apply` that concerns lessons.
    pub(super) fn apply_to_lessons(&mut self, event: &Event, at: Timestamp) {
        fold(&mut self.lessons, event, at);
    }
}
