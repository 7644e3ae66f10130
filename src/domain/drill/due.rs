//! When each playbook was last practised, and when it must be again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::record::Manner;
use crate::domain::playbook::Playbook;
use crate::domain::text::Text;
use crate::domain::time::{Timestamp, after};

/// A drill that was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// Name of the playbook.
    pub playbook: String,
    pub manner: Manner,
    /// On the calendar, not on the clock of the story.
    pub played_at: Timestamp,
}

impl Practice {
    /// Scripted responders teach nobody anything.
    pub fn counts(&self) -> bool {
        self.manner != Manner::Unattended
    }
}

/// How a playbook stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Due {
    pub playbook: String,
    pub title: Text,
    /// The latest drill of people.
    pub last_at: Option<Timestamp>,
    /// The latest with scripted responders, which does not count.
    pub unattended_at: Option<Timestamp>,
    /// `drill_every`.
    pub every_seconds: Option<u64>,
    /// When it must be practised again; `None` without `drill_every`, and when it
    /// was never practised.
    pub due_at: Option<Timestamp>,
    pub state: State,
}

/// Whether it is time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// There is no `drill_every`.
    Free,
    /// Not yet.
    Fresh,
    /// Within the last tenth of the time, so that a date can be found.
    Due,
    /// The time has passed, or it was never practised.
    Overdue,
}

/// Every playbook, in their order.
pub fn due<'a>(
    playbooks: impl IntoIterator<Item = &'a Playbook>,
    played: &[Practice],
    now: Timestamp,
) -> Vec<Due> {
    let of_each = playbooks.into_iter().map(|playbook| {
        let latest = |counts: bool| {
            let theirs = played
                .iter()
                .filter(|one| one.playbook == playbook.name && one.counts() == counts);
            theirs.map(|one| one.played_at).max()
        };
        let last_at = latest(true);
        let every = playbook.drill_every;
        let due_at = last_at
            .zip(every)
            .map(|(last_at, every)| after(last_at, every));
        Due {
            playbook: playbook.name.clone(),
            title: playbook.title.clone(),
            last_at,
            unattended_at: latest(false),
            every_seconds: every.map(|every| every.as_secs()),
            due_at,
            state: state(last_at, every, now),
        }
    });
    of_each.collect()
}

fn state(last_at: Option<Timestamp>, every: Option<Duration>, now: Timestamp) -> State {
    let Some(every) = every else {
        return State::Free;
    };
    let Some(last_at) = last_at else {
        return State::Overdue;
    };
    if now > after(last_at, every) {
        State::Overdue
    } else if now >= after(last_at, every - every / 10) {
        State::Due
    } else {
        State::Fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn practice(manner: Manner, day: i64) -> Practice {
        Practice {
            playbook: "storm".to_owned(),
            manner,
            played_at: Timestamp::UNIX_EPOCH + TimeDelta::days(day),
        }
    }

    fn states(every: Option<u64>, played: &[Practice], day: i64) -> (State, Option<i64>) {
        let playbook = Playbook {
            name: "storm".to_owned(),
            drill_every: every.map(|days| Duration::from_secs(days * 86_400)),
            ..Playbook::default()
        };
        let now = Timestamp::UNIX_EPOCH + TimeDelta::days(day);
        let due = due(&[playbook], played, now).remove(0);
        let day_of = |at: Timestamp| (at - Timestamp::UNIX_EPOCH).num_days();
        (due.state, due.due_at.map(day_of))
    }

    #[test]
    fn is_due_in_the_last_tenth_and_overdue_after_the_last_day() {
        let played = [practice(Manner::Live, 0), practice(Manner::TableTop, 10)];
        for (day, state) in [
            (10, State::Fresh),
            (99, State::Fresh),
            (100, State::Due),
            (110, State::Due),
            (111, State::Overdue),
        ] {
            assert_eq!(states(Some(100), &played, day), (state, Some(110)), "{day}");
        }
    }

    #[test]
    fn unattended_drills_do_not_count() {
        let played = [practice(Manner::Unattended, 9)];
        assert_eq!(states(Some(100), &played, 10), (State::Overdue, None));
        assert_eq!(states(None, &played, 10), (State::Free, None));
    }
}
