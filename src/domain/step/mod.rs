//! The verb: what one event makes of a run.
//!
//! `step` is the only function that decides what happens in a run. It returns
//! the run as it is afterwards, the events to log (the one that came in and
//! what follows from it), and the effects to carry out. One call, one answer:
//! nothing is left half done between two calls. The parts of a decision live in
//! files of their own.

pub mod acts;

mod alerts;

pub mod answering;

pub mod answers;

mod content;

pub mod critique;

mod drafts;

mod ending;

mod errands;

mod escalation;

mod faults;

mod holds;

mod items;

mod passing;

mod phases;

pub mod promises;

pub mod timers;

use chrono::TimeDelta;

use super::effect::Effect;
use super::organisation::Organisation;
use super::playbook::{Playbook, StatementTemplate};
use super::restraint::Ledger;
use super::run::alarm::{Next, Why};
use super::run::event::About;
use super::run::item::Item;
use super::run::{Event, Logged, Run};
use super::sight::Sight;
use super::time::Timestamp;
pub(super) use alerts::notice_to;
pub use drafts::{AFTER_ALERT, drafts_due};
pub use errands::title_of;
pub use timers::{Due, Looked, next_due, whole_minute};

/// What comes this long after its moment is said to be late.
pub const LATE: TimeDelta = TimeDelta::seconds(60);

/// How often one thing that opens may open another in one step. A playbook has
/// fewer links in a chain; this only keeps a mistake from going round for ever.
const MOST_ROUNDS: usize = 50;

/// What a step may look up: what the run pinned when it started, and the
/// organisation as it is now (team and contacts are always current).
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    pub playbook: &'a Playbook,
    pub templates: &'a [StatementTemplate],
    pub organisation: &'a Organisation,
    /// What everybody was told lately, in all runs.
    pub ledger: &'a Ledger,
    /// What can be counted now.
    pub sight: &'a dyn Sight,
    /// Whether there are people who may answer; a backtest has none.
    pub has_team: bool,
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
    let mut course = Course::new(plan, run, now);
    if is_news {
        if !matches!(event, Event::DraftsDue { .. }) {
            course.catch_up_on_drafts();
        }
        course.log(event.clone());
        course.is_look = matches!(event, Event::RunStarted { .. } | Event::RunReopened { .. });
        course.follow(event);
        if let (Event::HoldEnded { person, .. }, Some(held)) = (event, held) {
            course.end_hold(person, &held);
        }
        course.reconsider();
        course.tell_of_failed_drafts();
    }
    course.end()
}

/// Decides what the start of a run leads to, with what is known from the first
/// moment on: the alert and the first drafts say it.
pub fn start(
    plan: &Plan,
    run: Run,
    started: &Event,
    known: &[Event],
    now: Timestamp,
) -> Transition {
    let mut course = Course::new(plan, run, now);
    course.is_look = true;
    let all = || std::iter::once(started).chain(known);
    all().for_each(|event| course.log(event.clone()));
    all().for_each(|event| course.follow(event));
    course.reconsider();
    course.tell_of_failed_drafts();
    course.end()
}

/// Looks at an open run: what became true by time alone, and, when it `counts`,
/// by what is counted now. Nothing when nothing did.
pub fn look(plan: &Plan, run: Run, counts: bool, now: Timestamp) -> Transition {
    let mut course = Course::new(plan, run, now);
    if drafts_due(&course.run).is_some_and(|due_at| due_at <= now) {
        course.catch_up_on_drafts();
    }
    course.is_look = counts;
    course.reconsider();
    course.tell_of_failed_drafts();
    course.end()
}

fn is_news(run: &Run, event: &Event) -> bool {
    match event {
        Event::RunStarted { .. } => run.started_at.is_none(),
        Event::DraftsDue { .. } => run.owes_drafts,
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
        Event::RunReopened { .. } => !run.is_open || run.is_in_aftercare(),
        // One learns most when all is over.
        Event::LessonNoted { lesson, .. } => !run.lessons.contains_key(lesson),
        Event::LessonClosed { lesson, .. } => {
            let known = run.lessons.get(lesson);
            known.is_some_and(|known| known.closed.is_none())
        }
        _ if !run.is_open => false,
        Event::TaskDue {
            task: item, due_at, ..
        }
        | Event::MessageDue {
            message: item,
            due_at,
            ..
        } => {
            let is_due = |item: &Item| !item.due_told && item.due_at == Some(*due_at);
            run.items.get(item).is_some_and(is_due)
        }
        Event::SourceBlind { source, because } => run.ending.blind.get(source) != Some(because),
        Event::SourceSees { source } => run.ending.blind.contains_key(source),
        Event::PromiseDue { promised_at, .. } | Event::PromiseBroken { promised_at } => {
            let promise = run.statements.promise.as_ref();
            promise.is_some_and(|promise| promise.at == *promised_at)
        }
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
    /// Whether conditions that count mentions are judged now: only at whole
    /// minutes, so that batches change nothing.
    is_look: bool,
    events: Vec<Logged>,
    effects: Vec<Effect>,
}

impl<'a> Course<'a> {
    fn new(plan: &Plan<'a>, run: Run, now: Timestamp) -> Self {
        Self {
            plan: *plan,
            run,
            now,
            late_since: None,
            is_look: false,
            events: Vec::new(),
            effects: Vec::new(),
        }
    }

    fn end(self) -> Transition {
        Transition {
            run: self.run,
            events: self.events,
            effects: self.effects,
        }
    }
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
                self.promise_next_update();
                self.reconsider();
                self.raise_alarm(None);
            }
            Event::RunReopened { by, .. } => {
                self.promise_next_update();
                self.reconsider();
                self.alarm_again(&Why::Reopened { person: by.clone() });
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
                self.render_again(fact, Some(by));
                self.at_work(by);
            }
            Event::Noted { by, .. }
            | Event::TaskAdded { by, .. }
            | Event::TaskDone { by, .. }
            | Event::Skipped { by, .. }
            | Event::TaskReopened { by, .. }
            | Event::QuestionAdded { by, .. }
            | Event::QuestionAnswered { by, .. }
            | Event::AnswerApproved { by, .. }
            | Event::AnswerWithdrawn { by, .. }
            | Event::CaseDecided { by, .. }
            | Event::CaseClosed { by, .. }
            | Event::CaseReopened { by, .. }
            | Event::Approved { by, .. }
            | Event::DraftsHeld { by, .. }
            | Event::ApprovalWithdrawn { by, .. }
            | Event::Agreed { by, .. }
            | Event::LevelLowered { by, .. }
            | Event::StandDownPutOff { by, .. }
            | Event::Ticked { by, .. }
            | Event::MergedIn { by, .. } => self.at_work(by),
            Event::LevelRaised {
                from, by: Some(by), ..
            } => {
                self.at_work(by);
                self.reconsider();
                self.raise_alarm(Some(from.clone()));
            }
            Event::DraftsDue { .. } => {
                for aim in self.run.phases.keys().copied().collect::<Vec<_>>() {
                    self.render_phase(aim, &drafts::Cause::default());
                }
            }
            Event::PhaseOpened { phase, by, .. } => {
                if let Some(by) = by {
                    self.at_work(by);
                }
                self.render_phase(*phase, &drafts::Cause::asked(by.as_ref()));
            }
            Event::DraftEdited { draft }
            | Event::ImageAttached { draft, .. }
            | Event::ImageRemoved { draft, .. } => {
                if let Some(by) = &draft.by {
                    self.at_work(by);
                }
            }
            Event::ApprovalLapsed {
                drafts,
                approvers,
                facts,
                by,
            } => self.tell_of_lapse(drafts, approvers, facts, by.as_deref()),
            Event::ReviewOverridden {
                message,
                by,
                reason,
                rules,
                ..
            } => {
                self.at_work(by);
                self.tell_of_override(message, by, reason, rules);
            }
            Event::Decided { by, is_default, .. } if !is_default => self.at_work(by),
            Event::Assigned { item, person, by } => {
                self.at_work(by);
                if person != by {
                    self.tell_person(
                        person,
                        About::Assigned,
                        std::slice::from_ref(item),
                        Some(by),
                    );
                }
            }
            Event::CaseOpened { case, by, .. } => {
                let mut cause = drafts::Cause::default();
                if by != promises::PROGRAM {
                    self.at_work(by);
                    cause.asked_by = Some(by.clone());
                }
                self.render_case(case, &cause);
            }
            Event::Published { by, .. } => {
                self.at_work(by);
                self.promise_next_update();
            }
            Event::TaskDue { task: item, .. } | Event::MessageDue { message: item, .. } => {
                let name = item.split('@').next().unwrap_or(item);
                self.analyse_for(name);
                self.fall_due(item);
            }
            Event::SituationMade { by: Some(by), .. } | Event::RumourJudged { by, .. } => {
                self.at_work(by);
            }
            Event::ErrandDue {
                about: about @ (About::Stale | About::Back),
                items,
                ..
            } => self.tell_of_answering(*about, items),
            Event::ErrandDue { about, items, .. } => self.tell_errand(*about, items),
            Event::PromiseDue { promised_at, .. } => self.tell_of_promise(*promised_at),
            Event::PromiseBroken { promised_at } => {
                self.tell_of_promise(*promised_at);
                self.promise_next_update();
            }
            Event::StoodDown { by, .. } => {
                self.at_work(by);
                self.render_aftercare();
            }
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
            Event::Upgraded { by, .. } => {
                self.at_work(by);
                self.leave_what_is_gone(by);
                for aim in self.run.phases.keys().copied().collect::<Vec<_>>() {
                    self.render_phase(aim, &drafts::Cause::default());
                }
            }
            Event::NothingDelivered { since, failing, by } => {
                self.tell_of_outage(*since, failing, by);
            }
            Event::DeliveringAgain { since, by } => self.tell_of_its_end(*since, by),
            Event::LevelRaised { .. }
            | Event::SituationMade { .. }
            | Event::TaskOpened { .. }
            | Event::MessageCalled { .. }
            | Event::DueChanged { .. }
            | Event::Decided { .. }
            | Event::PromiseKept { .. }
            | Event::EffectMeasured { .. }
            | Event::ConditionHolds { .. }
            | Event::ConditionEnded { .. }
            | Event::StandDownProposed { .. }
            | Event::LessonNoted { .. }
            | Event::LessonClosed { .. }
            // Operators hear it outside the runs, once: see `lookout.rs`.
            | Event::SourceBlind { .. }
            | Event::SourceSees { .. }
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
            | Event::BlindnessTold { .. }
            | Event::House { .. }
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
            by: None,
        });
        self.reconsider();
        self.raise_alarm(Some(from));
    }

    /// Opens and tells whatever the run as it is now asks for, until nothing
    /// more does.
    fn reconsider(&mut self) {
        if !self.run.is_open {
            return;
        }
        for _ in 0..MOST_ROUNDS {
            let n_events = self.events.len();
            self.measure_effects();
            self.weigh_lasting();
            self.open_items();
            self.open_phases();
            self.keep_deadlines();
            if self.events.len() == n_events {
                break;
            }
        }
    }
}
