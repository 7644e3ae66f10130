//! The verb: what one event makes of a run.
//!
//! `step` is the only function that decides what happens in a run. It returns
//! the run as it is afterwards, the events to log (the one that came in and
//! what follows from it), and the effects to carry out. One call, one answer:
//! nothing is left half done between two calls. The parts of a decision live in
//! files of their own: `phases`, `drafts`, `alerts`, `faults`.

mod alerts;

mod drafts;

mod faults;

mod phases;

use super::condition::Condition;
use super::effect::Effect;
use super::organisation::Organisation;
use super::playbook::{Playbook, StatementTemplate};
use super::run::{Event, Logged, Run};
use super::time::Timestamp;

/// What a step may look up: what the run pinned when it started, and the
/// organisation as it is now (team and contacts are always current).
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    pub playbook: &'a Playbook,
    pub templates: &'a [StatementTemplate],
    pub organisation: &'a Organisation,
}

/// What one event led to.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    pub run: Run,
    /// In order; empty when the event changed nothing.
    pub events: Vec<Logged>,
    pub effects: Vec<Effect>,
}

/// Decides what `event`, which happened at `now`, makes of `run`.
///
/// A closed run takes only news of what it sent before; everything else leaves
/// it as it is. An event that tells nothing new (a second receipt for the same
/// mail) is a no-op, not an error.
///
/// Takes the run and gives it back: copying the log of a long crisis for every
/// receipt would cost more than deciding.
pub fn step(plan: &Plan, run: Run, event: &Event, now: Timestamp) -> Transition {
    let is_news = is_news(&run, event);
    let mut course = Course {
        plan,
        run,
        now,
        events: Vec::new(),
        effects: Vec::new(),
    };
    if is_news {
        course.log(event.clone());
        course.follow(event);
        course.tell_of_failed_drafts();
    }
    Transition {
        run: course.run,
        events: course.events,
        effects: course.effects,
    }
}

/// When time alone will change something in this run.
pub fn next_wakeup(run: &Run) -> Option<Timestamp> {
    let due = run
        .tasks
        .values()
        .filter(|task| !task.due_told)
        .filter_map(|task| task.due_at);
    due.min().filter(|_| run.is_open)
}

/// The events that time brought by `now`, earliest first, each with the moment
/// it belongs to: timers that passed while we were down are among them once.
pub fn overdue(run: &Run, now: Timestamp) -> Vec<(Timestamp, Event)> {
    if !run.is_open {
        return Vec::new();
    }
    let due = run.tasks.iter().filter(|(_, task)| !task.due_told);
    let mut events: Vec<(Timestamp, Event)> = due
        .filter_map(|(name, task)| {
            let due_at = task.due_at.filter(|due_at| *due_at <= now)?;
            let (task, role) = (name.clone(), task.role.clone());
            Some((due_at, Event::TaskDue { task, role, due_at }))
        })
        .collect();
    events.sort_by_key(|(due_at, _)| *due_at);
    events
}

fn is_news(run: &Run, event: &Event) -> bool {
    match event {
        Event::RunStarted { .. } => run.started_at.is_none(),
        Event::Delivered { effect, .. } => !run.delivered.contains(effect),
        Event::DeliveryFailed {
            effect,
            because,
            for_good,
            ..
        } => {
            run.alerts.get(effect).is_none_or(|alert| {
                // The same fault at every try is one line in the log, not hundreds.
                let is_same =
                    alert.failure.as_ref() == Some(because) && alert.given_up == *for_good;
                alert.delivered_at.is_none() && !is_same
            })
        }
        Event::PlainMailSent { .. } => true,
        Event::TaskDue { task, .. } => {
            run.is_open && run.tasks.get(task).is_some_and(|state| !state.due_told)
        }
        _ => run.is_open,
    }
}

/// One decision under way: the run so far, and what came out.
struct Course<'a> {
    plan: &'a Plan<'a>,
    run: Run,
    now: Timestamp,
    events: Vec<Logged>,
    effects: Vec<Effect>,
}

impl Course<'_> {
    /// The one place where a run changes.
    fn log(&mut self, event: Event) {
        let run = std::mem::replace(&mut self.run, Run::new(0));
        self.run = run.apply(&event, self.now);
        self.events.push(Logged {
            seq: self.run.seq,
            at: self.now,
            event,
        });
    }

    fn follow(&mut self, event: &Event) {
        match event {
            Event::RunStarted { .. } => {
                self.open_phases();
                self.alert_level(None);
            }
            Event::TriggerFired {
                level,
                trigger,
                evidence,
                ..
            } => {
                let because = evidence.because();
                self.raise_to(level, &format!("{trigger}: {because}"));
            }
            Event::FactSet { fact, .. } => self.render_again(fact),
            Event::PlainMailSent { effect, because } if self.is_alert(effect) => {
                self.tell_operators(&format!("a mail template failed: {because}"), None);
            }
            Event::DeliveryFailed {
                effect,
                person,
                because,
                for_good: true,
                ..
            } if self.is_alert(effect) => {
                self.alert_deputies(effect);
                let what = format!("{person} could not be reached by mail: {because}");
                self.tell_operators(&what, Some(person));
            }
            Event::LevelRaised { .. }
            | Event::PhaseOpened { .. }
            | Event::TaskOpened { .. }
            | Event::TaskDue { .. }
            | Event::Alerted { .. }
            | Event::NotTold { .. }
            | Event::DraftRendered { .. }
            | Event::DraftFailed { .. }
            | Event::Delivered { .. }
            | Event::DeliveryFailed { .. }
            | Event::OperatorTold { .. }
            | Event::PlainMailSent { .. }
            | Event::RunClosed { .. } => {}
        }
    }

    /// A trigger raises, it never lowers: that is a person's decision.
    fn raise_to(&mut self, level: &str, because: &str) {
        let playbook = self.plan.playbook;
        if playbook.rank(level) <= playbook.rank(&self.run.level) {
            return;
        }
        let from = self.run.level.clone();
        self.log(Event::LevelRaised {
            from: from.clone(),
            to: level.to_owned(),
            because: because.to_owned(),
        });
        self.open_phases();
        self.alert_level(Some(&from));
    }

    /// Whether a condition about the run holds. Conditions that count mentions
    /// do not open phases in this version; `check` says so.
    fn holds(&self, when: Option<&Condition>) -> bool {
        let Some(when) = when else { return true };
        let playbook = self.plan.playbook;
        let levels: Vec<String> = playbook
            .levels
            .iter()
            .map(|level| level.name.clone())
            .collect();
        super::trigger::holds_for_run(when, &levels, Some(playbook.rank(&self.run.level)))
    }
}
