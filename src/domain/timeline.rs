//! Events as sentences, for people who read what happened.

use super::organisation::Organisation;
use super::playbook::Playbook;
use super::run::alarm::{Move, Through, Why};
use super::run::{Cause, Event};
use super::text::Text;
use super::time::Timestamp;

/// What the sentences need to call things by their titles.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub playbook: &'a Playbook,
    pub organisation: &'a Organisation,
}

impl Names<'_> {
    fn show<'b>(&self, text: &'b Text) -> &'b str {
        let language = self.organisation.language;
        text.get(language.tag(), language)
    }

    fn level(&self, name: &str) -> String {
        let levels = &self.playbook.levels;
        let found = levels.iter().find(|level| level.name == name);
        found.map_or_else(
            || name.to_owned(),
            |level| self.show(&level.title).to_owned(),
        )
    }

    fn task(&self, name: &str) -> String {
        let playbook = self.playbook;
        let mut all = playbook.every_task();
        let found = all.find(|task| task.name == name);
        found.map_or_else(|| name.to_owned(), |task| self.show(&task.title).to_owned())
    }

    fn role(&self, key: &str) -> String {
        let found = self.organisation.role(key);
        found.map_or_else(|| key.to_owned(), |role| self.show(&role.title).to_owned())
    }

    fn roles(&self, keys: &[String]) -> String {
        let titles: Vec<String> = keys.iter().map(|key| self.role(key)).collect();
        titles.join(", ")
    }

    fn clock(&self, at: Timestamp) -> String {
        let at = at.with_timezone(&self.organisation.timezone);
        at.format("%H:%M").to_string()
    }

    fn person(&self, key: &str) -> String {
        let found = self.organisation.person(key);
        found.map_or_else(|| key.to_owned(), |person| person.name.clone())
    }
}

/// One sentence, in English: what happened.
pub fn sentence(event: &Event, names: Names) -> String {
    match event {
        Event::RunStarted { level, cause, .. } => {
            let level = names.level(level);
            match cause {
                Cause::Trigger { trigger, evidence } => {
                    format!(
                        "Run started at level {level}: trigger {trigger}, {}.",
                        evidence.because()
                    )
                }
                Cause::ByHand { by, reason } => {
                    format!("Run started at level {level} by {by}: {reason}")
                }
            }
        }
        Event::TriggerFired {
            trigger, evidence, ..
        } => {
            format!("Trigger {trigger} fired: {}.", evidence.because())
        }
        Event::LevelRaised {
            from, to, because, ..
        } => {
            format!(
                "Level raised from {} to {}: {because}.",
                names.level(from),
                names.level(to)
            )
        }
        Event::PhaseOpened { phase, .. } => {
            format!("Phase {} opened.", phase.name().replace('_', " "))
        }
        Event::TaskOpened { task, role, .. } => {
            format!("Task for {}: {}.", names.role(role), names.task(task))
        }
        Event::TaskDue {
            task,
            role,
            due_at,
            late,
        } => {
            let (task, role) = (names.task(task), names.role(role));
            format!(
                "Due at {} and not done, {role}: {task}.{}",
                names.clock(*due_at),
                noticed(*late)
            )
        }
        Event::AlertStep {
            step,
            times,
            round,
            roles,
            why,
            ..
        } => alert_step(names, (*step, *times, *round), roles, why),
        Event::StepSkipped {
            step,
            roles,
            because,
        } => format!("Step {step} skipped for {}: {because}.", names.roles(roles)),
        Event::AlarmDue {
            what,
            roles,
            due_at,
            late,
        } => alarm_due(names, *what, roles, *due_at) + noticed(*late),
        Event::NobodyAnswers {
            roles,
            start_over_at,
        } => format!(
            "NOBODY ANSWERS for {}: the last step is used up. Everybody in the steps is told; it starts over at {}.",
            names.roles(roles),
            names.clock(*start_over_at)
        ),
        Event::Answered {
            person,
            roles,
            through,
            by,
            ..
        } => {
            let who = said_by(names, person, *through, by);
            if roles.is_empty() {
                format!("{who} answered; others had done so before.")
            } else {
                format!("{who} answered for {}.", names.roles(roles))
            }
        }
        Event::PassedOn {
            person,
            through,
            by,
            ..
        } => format!(
            "{} cannot, and passed it on.",
            said_by(names, person, *through, by)
        ),
        Event::AnswerUndone {
            person,
            roles,
            through,
            by,
        } => {
            let who = said_by(names, person, *through, by);
            format!(
                "{who} says that the answer was not theirs: {} without an answer again. Links sent to them before do not work any more.",
                names.roles(roles)
            )
        }
        Event::AtWork { roles, by } => {
            format!(
                "{} is at work for {}.",
                names.person(by),
                names.roles(roles)
            )
        }
        Event::Unreachable { person, because } => {
            format!("{} cannot be reached: {because}.", names.person(person))
        }
        Event::Informed { person, .. } => format!("{} told of the answer.", names.person(person)),
        Event::Noted { by, text } => format!("Note of {}: {text}", names.person(by)),
        Event::Alerted {
            roles,
            person,
            must_answer,
            ..
        } => {
            let roles: Vec<String> = roles.iter().map(|role| names.role(role)).collect();
            let what = if *must_answer { "alerted" } else { "told" };
            format!("{} ({}) {what}.", names.person(person), roles.join(", "))
        }
        Event::HeldBack {
            person,
            until,
            because,
            ..
        } => format!(
            "{} not told now: {because}; held back until {}.",
            names.person(person),
            names.clock(*until)
        ),
        Event::HoldEnded { person, late, .. } => {
            let late = noticed(*late);
            format!(
                "Room for the alert to {} that was held back.{late}",
                names.person(person)
            )
        }
        Event::NotTold { role, because } => format!("{} not told: {because}.", names.role(role)),
        Event::FactSet { fact, by, .. } => format!("{by} filled in the fact {fact}."),
        Event::DraftRendered { draft } if draft.gaps.is_empty() => {
            format!(
                "Draft {} version {} is ready, without gaps.",
                draft.id(),
                draft.version
            )
        }
        Event::DraftRendered { draft } => {
            format!(
                "Draft {} version {} is ready; to fill in: {}.",
                draft.id(),
                draft.version,
                draft.gaps.join(", ")
            )
        }
        Event::DraftFailed {
            message,
            channel,
            language,
            because,
        } => {
            format!("Draft {message}.{channel}.{language} could not be made: {because}.")
        }
        Event::Delivered {
            person, channel, ..
        } => format!("Delivered to {} by {channel}.", names.person(person)),
        Event::DeliveryFailed {
            person,
            channel,
            because,
            for_good,
            ..
        } => {
            let again = if *for_good {
                "given up"
            } else {
                "will be tried again"
            };
            format!(
                "Not delivered to {} by {channel}: {because}; {again}.",
                names.person(person)
            )
        }
        Event::OperatorTold { person, what, .. } => {
            format!("{} told of a fault: {what}.", names.person(person))
        }
        Event::NothingDelivered { since, by, .. } => {
            let told = match &by[..] {
                [] => "there is no other channel to say so".to_owned(),
                by => format!("told by {}", by.join(", ")),
            };
            format!(
                "No alert gets through since {}; {told}.",
                names.clock(*since)
            )
        }
        Event::DeliveringAgain { since, .. } => {
            let since = names.clock(*since);
            format!("Alerts get through again; they did not since {since}.")
        }
        Event::PlainMailSent { because, .. } => {
            format!("A mail went out in plain words, because its template failed: {because}.")
        }
        Event::Upgraded {
            differences, by, ..
        } => {
            let by = names.person(by);
            format!(
                "{by} moved it over to the playbook of now: {}.",
                differences.join("; ")
            )
        }
        Event::RunClosed { by, reason, .. } => format!("Closed by {by}: {reason}"),
        other => format!("{}.", other.name().replace('_', " ")),
    }
}

fn alert_step(
    names: Names,
    (step, times, round): (u32, u32, u32),
    roles: &[String],
    why: &Why,
) -> String {
    let roles = names.roles(roles);
    let because = match why {
        Why::LevelReached { .. } => "the level is reached".to_owned(),
        Why::NobodyAnswered => "nobody answered".to_owned(),
        Why::Repeated => format!("nobody answered, time {times}"),
        Why::PassedOn { person } => format!("{} passed it on", names.person(person)),
        Why::Unreachable { person } => format!("{} cannot be reached", names.person(person)),
        Why::WentStale { person } => format!("{} answered and did nothing", names.person(person)),
        Why::AnswerUndone { person } => {
            format!("the answer of {} was undone", names.person(person))
        }
        Why::Reopened { person } => format!("{} opened it again", names.person(person)),
        Why::NobodyAtAll => "nobody at all answered".to_owned(),
        Why::StartedOver => format!("starting over, round {round}"),
    };
    format!("Alert step {step} for {roles}: {because}.")
}

/// Said when we were down or asleep at that moment.
fn noticed(late: bool) -> &'static str {
    if late { " Noticed LATE." } else { "" }
}

fn alarm_due(names: Names, what: Move, roles: &[String], due_at: Timestamp) -> String {
    let (roles, clock) = (names.roles(roles), names.clock(due_at));
    match what {
        Move::Repeat | Move::NextStep => format!("No answer for {roles} by {clock}."),
        Move::GiveUp => format!("No answer to the last step for {roles} by {clock}."),
        Move::StartOver => format!("Still no answer for {roles} at {clock}."),
        Move::GoStale => format!("Answered for {roles}, and nothing done by {clock}."),
    }
}

/// The person, and who said it for them.
fn said_by(names: Names, person: &str, through: Through, by: &str) -> String {
    let name = names.person(person);
    match through {
        Through::Command if by != person => format!("{name} (entered by {by})"),
        Through::Command | Through::Link => name,
    }
}
