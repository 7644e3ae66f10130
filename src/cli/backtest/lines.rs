//! What happens in a backtest, event by event: lines for people or for scripts.

use std::io::Write;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cli::print::safe;
use crate::domain::desk::{Change, Happening, Signal};
use crate::domain::evidence::near::NearMiss;
use crate::domain::organisation::Organisation;
use crate::domain::run::{Event, Logged};
use crate::domain::text::Language;
use crate::domain::time::rfc3339;
use crate::domain::timeline::{Names, sentence};

/// Prints what happens, as lines for people or for scripts.
pub(super) struct Printer<W: Write> {
    pub(super) organisation: Arc<Organisation>,
    pub(super) is_json: bool,
    pub(super) out: W,
}

impl<W: Write> Printer<W> {
    pub(super) fn print(&mut self, happenings: &[Happening]) {
        for happening in happenings {
            match happening {
                // A backtest listens to no source that could go blind.
                Happening::Outside(_) => {}
                Happening::Signal(signal) => self.signal(signal),
                Happening::Change(change) => {
                    for logged in &change.events {
                        self.event(change, logged);
                    }
                }
            }
        }
    }

    pub(super) fn near_misses(&mut self, missed: &[NearMiss]) {
        for one in missed {
            let NearMiss {
                at,
                playbook,
                watch,
                trigger,
                share,
                because,
            } = one;
            let line = match self.is_json {
                true => json!({
                    "at": rfc3339(*at), "event": "trigger_nearly", "playbook": playbook, "watch": watch,
                    "trigger": trigger, "because": because, "share": (share * 100.0).round() / 100.0,
                })
                .to_string(),
                false => safe(&format!(
                    "{}  trigger nearly fired: {trigger}, at {:.0} % ({because})",
                    rfc3339(*at),
                    share * 100.0
                )),
            };
            self.line(&line);
        }
    }

    fn signal(&mut self, signal: &Signal) {
        let Signal {
            at,
            playbook,
            watch,
            trigger,
            kind,
            because,
        } = signal;
        if self.is_json {
            self.line(
                &json!({
                    "at": rfc3339(*at), "event": kind.name(), "playbook": playbook, "watch": watch,
                    "trigger": trigger, "because": because,
                })
                .to_string(),
            );
        } else {
            let what = kind.name().replace('_', " ");
            self.line(&safe(&format!(
                "{}  {what}: {trigger} ({because})",
                rfc3339(*at)
            )));
        }
    }

    fn event(&mut self, change: &Change, logged: &Logged) {
        // The signal told that it fired already, with its reason.
        // That the first step goes is told by its alerts, and that drafts are due by them.
        if matches!(
            logged.event,
            Event::TriggerFired { .. } | Event::AlertStep { step: 1, .. } | Event::DraftsDue { .. }
        ) {
            return;
        }
        if self.is_json {
            let line = self.json(change, logged).to_string();
            self.line(&line);
        } else {
            let organisation = Arc::clone(&self.organisation);
            let names = Names {
                playbook: &change.pinned.playbook,
                organisation: &organisation,
                run: None,
            };
            let said = sentence(logged, names, Language::En);
            let line = safe(&format!("{}  {said}", rfc3339(logged.at)));
            self.line(&line);
        }
    }

    fn json(&self, change: &Change, logged: &Logged) -> Value {
        let run = &change.run;
        let mut line = json!({
            "at": rfc3339(logged.at), "event": logged.event.name(), "playbook": run.playbook, "watch": run.watch,
            "run": run.id,
        });
        match &logged.event {
            Event::RunStarted {
                level,
                cause,
                offers,
                ..
            } => {
                line["level"] = json!(level);
                if let crate::domain::run::Cause::Trigger { trigger, evidence } = cause {
                    line["trigger"] = json!(trigger);
                    line["because"] = json!(evidence.because());
                }
                if !offers.is_empty() {
                    line["offers"] = json!(offers);
                }
            }
            Event::LevelRaised {
                from, to, because, ..
            } => {
                line["from"] = json!(from);
                line["to"] = json!(to);
                line["because"] = json!(because);
            }
            Event::PhaseOpened { phase, .. } => line["phase"] = json!(phase.name()),
            Event::TaskOpened {
                task: name,
                role,
                due_at,
                turn,
                ..
            }
            | Event::MessageCalled {
                message: name,
                role,
                due_at,
                turn,
                ..
            } => {
                line[kind_of(&logged.event)] = json!(name);
                line["role"] = json!(role);
                line["due_at"] = json!(due_at.map(rfc3339));
                line["turn"] = json!(turn);
            }
            Event::TaskDue {
                task: name,
                role,
                due_at,
                ..
            }
            | Event::MessageDue {
                message: name,
                role,
                due_at,
                ..
            } => {
                line["due_at"] = json!(rfc3339(*due_at));
                line[kind_of(&logged.event)] = json!(name);
                line["role"] = json!(role);
            }
            Event::DueChanged { item, due_at } => {
                line["item"] = json!(item);
                line["due_at"] = json!(due_at.map(rfc3339));
            }
            Event::Decided { task, option, .. } => {
                line["task"] = json!(task);
                line["option"] = json!(option);
            }
            Event::FactSet { fact, .. } => line["fact"] = json!(fact),
            Event::ConditionHolds { what, until } => {
                line["what"] = json!(what);
                line["until"] = json!(rfc3339(*until));
            }
            Event::ConditionEnded { what } => line["what"] = json!(what),
            Event::StandDownProposed { because } => line["because"] = json!(because),
            Event::Alerted {
                person,
                roles,
                level,
                must_answer,
                ..
            } => {
                line["to"] = json!(person);
                line["roles"] = json!(roles);
                line["level"] = json!(level);
                line["must_answer"] = json!(must_answer);
            }
            Event::HeldBack {
                person,
                roles,
                until,
                because,
                ..
            } => {
                line["to"] = json!(person);
                line["roles"] = json!(roles);
                line["until"] = json!(rfc3339(*until));
                line["because"] = json!(because);
            }
            Event::NotTold { role, because } => {
                line["role"] = json!(role);
                line["because"] = json!(because);
            }
            Event::DraftRendered { draft } => {
                line["draft"] = json!(draft.id());
                line["message"] = json!(draft.message);
                line["channel"] = json!(draft.channel);
                line["language"] = json!(draft.language);
                line["gaps"] = json!(draft.gaps);
            }
            Event::DraftFailed {
                message,
                channel,
                language,
                because,
            } => {
                line["message"] = json!(message);
                line["channel"] = json!(channel);
                line["language"] = json!(language);
                line["because"] = json!(because);
            }
            Event::AlertStep { step, roles, .. } | Event::StepSkipped { step, roles, .. } => {
                line["step"] = json!(step);
                line["roles"] = json!(roles);
            }
            // A backtest sends nothing, nobody answers, and it closes nothing.
            Event::TriggerFired { .. }
            | Event::AlarmDue { .. }
            | Event::NobodyAnswers { .. }
            | Event::Answered { .. }
            | Event::PassedOn { .. }
            | Event::AnswerUndone { .. }
            | Event::AtWork { .. }
            | Event::DraftsDue { .. }
            | Event::HoldEnded { .. }
            | Event::Unreachable { .. }
            | Event::Informed { .. }
            | Event::Noted { .. }
            | Event::LevelLowered { .. }
            | Event::TaskAdded { .. }
            | Event::TaskDone { .. }
            | Event::Skipped { .. }
            | Event::TaskReopened { .. }
            | Event::Assigned { .. }
            | Event::ErrandDue { .. }
            | Event::QuestionAnswered { .. }
            | Event::CaseOpened { .. }
            | Event::QuestionAdded { .. }
            | Event::AnswerApproved { .. }
            | Event::AnswerWithdrawn { .. }
            | Event::CaseDecided { .. }
            | Event::CaseClosed { .. }
            | Event::CaseReopened { .. }
            | Event::Approved { .. }
            | Event::DraftsHeld { .. }
            | Event::DraftEdited { .. }
            | Event::ImageAttached { .. }
            | Event::ImageRemoved { .. }
            | Event::ApprovalWithdrawn { .. }
            | Event::ApprovalLapsed { .. }
            | Event::ReviewOverridden { .. }
            | Event::Agreed { .. }
            | Event::Published { .. }
            | Event::PromiseDue { .. }
            | Event::PromiseKept { .. }
            | Event::PromiseBroken { .. }
            | Event::SituationMade { .. }
            | Event::RumourJudged { .. }
            | Event::EffectMeasured { .. }
            | Event::StandDownPutOff { .. }
            | Event::Ticked { .. }
            | Event::StoodDown { .. }
            | Event::RunReopened { .. }
            | Event::MergedIn { .. }
            | Event::SourceBlind { .. }
            | Event::SourceSees { .. }
            | Event::Delivered { .. }
            | Event::DeliveryFailed { .. }
            | Event::OperatorTold { .. }
            | Event::BlindnessTold { .. }
            | Event::House { .. }
            | Event::NothingDelivered { .. }
            | Event::DeliveringAgain { .. }
            | Event::PlainMailSent { .. }
            | Event::Upgraded { .. }
            | Event::RunClosed { .. }
            | Event::LessonNoted { .. }
            | Event::LessonClosed { .. } => {}
        }
        line
    }

    pub(super) fn line(&mut self, line: &str) {
        // A reader that stopped reading (`| head`) is told of at the end.
        let _ = writeln!(self.out, "{line}");
    }

    pub(super) fn finish(&mut self) -> Result<(), String> {
        match self.out.flush() {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.to_string()),
            _ => Ok(()),
        }
    }
}

/// Under which key an item is printed.
fn kind_of(event: &Event) -> &'static str {
    match event {
        Event::MessageCalled { .. } | Event::MessageDue { .. } => "message",
        _ => "task",
    }
}
