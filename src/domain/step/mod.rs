//! The verb: what one event makes of a run.
//!
//! `step` is the only function that decides what happens in a run. It returns
//! the run as it is afterwards, the events to log (the one that came in and
//! what follows from it), and the effects to carry out. One call, one answer:
//! nothing is left half done between two calls. The parts of a decision live in
//! files of their own.

mod alerts;

pub mod answers;

mod content;

mod drafts;

mod escalation;

mod faults;

mod passing;

mod phases;

pub mod timers;

use chrono::TimeDelta;

use super::condition::Condition;
use super::effect::Effect;
use super::organisation::Organisation;
use super::playbook::{Playbook, StatementTemplate};
use super::restraint::Ledger;
use super::run::alarm::{Next, Why};
use super::run::{Event, Logged, Run};
use super::time::Timestamp;
pub use timers::next_due;

/// What comes this long after its moment is said to be late.
pub const LATE: TimeDelta = TimeDelta::seconds(60);

/// What a step may look up: what the run pinned when it started, and the
/// organisation as it is now (team and contacts are always current).
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    pub playbook: &'a Playbook,
    pub templates: &'a [StatementTemplate],
    pub organisation: &'a Organisation,
    /// What everybody was told lately, in all runs.
    pub ledger: &'a Ledger,
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
    let held = match event {
        Event::HoldEnded { person, .. } => run.held.get(person).cloned(),
        _ => None,
    };
    let mut course = Course {
        plan: *plan,
        run,
        now,
        late_since: None,
        events: Vec::new(),
        effects: Vec::new(),
    };
    if is_news {
        course.log(event.clone());
        course.follow(event);
        if let (Event::HoldEnded { person, .. }, Some(held)) = (event, held) {
            course.end_hold(person, &held);
        }
        course.tell_of_failed_drafts();
    }
    Transition {
        run: course.run,
        events: course.events,
        effects: course.effects,
    }
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
        _ if !run.is_open => false,
        Event::AlarmDue {
            what,
            roles,
            due_at,
            ..
        } => {
            let next = Some(Next {
                at: *due_at,
                what: *what,
            });
            let is_next = |role: &String| {
                let alarm = run.alarm.as_ref()?;
                Some(alarm.roles.get(role)?.next == next)
            };
            !roles.is_empty() && roles.iter().all(|role| is_next(role) == Some(true))
        }
        Event::HoldEnded { person, due_at, .. } => run
            .held
            .get(person)
            .is_some_and(|held| held.until == *due_at),
        Event::Answered { person, roles, .. } => {
            let heard = run.alarm.as_ref().map(|alarm| &alarm.heard);
            !roles.is_empty() || heard.is_some_and(|heard| !heard.contains_key(person))
        }
        Event::PassedOn { person, roles, .. } => !roles.is_empty() || !is_out(run, person),
        Event::Unreachable { person, .. } => run.alarm.is_some() && !is_out(run, person),
        _ => true,
    }
}

fn is_out(run: &Run, person: &str) -> bool {
    let alarm = run.alarm.as_ref();
    alarm.is_some_and(|alarm| alarm.out.contains_key(person))
}

/// One decision under way: the run so far, and what came out.
struct Course<'a> {
    plan: Plan<'a>,
    run: Run,
    now: Timestamp,
    /// When what is decided now was due, if that was well before.
    late_since: Option<Timestamp>,
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
                self.raise_alarm(None);
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
            Event::FactSet { fact, by, .. } => {
                self.render_again(fact);
                self.at_work(by);
            }
            Event::Noted { by, .. } => self.at_work(by),
            Event::AlarmDue {
                what,
                roles,
                due_at,
                late,
            } => {
                self.late_since = late.then_some(*due_at);
                self.move_on(*what, roles);
            }
            Event::Answered { person, roles, .. } => self.tell_of_answer(event, person, roles),
            Event::PassedOn { person, roles, .. } => {
                let why = Why::PassedOn {
                    person: person.clone(),
                };
                self.hand_on(person, roles, &why);
            }
            Event::AnswerUndone { person, roles, .. } => {
                let person = person.clone();
                self.begin_again(roles.clone(), &Why::AnswerUndone { person });
            }
            Event::Unreachable { person, because } => {
                let why = Why::Unreachable {
                    person: person.clone(),
                };
                self.pass_on(person, &why);
                let what = format!("{person} could not be reached: {because}");
                self.tell_operators(&what, Some(person));
            }
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
                let why = Why::Unreachable {
                    person: person.clone(),
                };
                self.pass_on(person, &why);
                let what = format!("{person} could not be reached: {because}");
                self.tell_operators(&what, Some(person));
            }
            // What the new playbook adds to what is open already.
            Event::Upgraded { .. } => self.open_phases(),
            Event::NothingDelivered { since, failing, by } => {
                self.tell_of_outage(*since, failing, by);
            }
            Event::DeliveringAgain { since, by } => self.tell_of_its_end(*since, by),
            Event::LevelRaised { .. }
            | Event::PhaseOpened { .. }
            | Event::TaskOpened { .. }
            | Event::TaskDue { .. }
            | Event::AlertStep { .. }
            | Event::StepSkipped { .. }
            | Event::NobodyAnswers { .. }
            | Event::HeldBack { .. }
            | Event::HoldEnded { .. }
            | Event::AtWork { .. }
            | Event::Informed { .. }
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
        self.raise_alarm(Some(from));
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
