//! The golden hour: what happened in the first sixty minutes, line by line.
//!
//! Control is won or lost there (`domain.md` 1.3). Minute 0 is the start of the
//! run; when none started, the begin of the story.

use chrono::TimeDelta;
use serde::Serialize;

use super::Subject;
use super::page::Page;
use super::words::Words;
use crate::domain::drill::record::{Record, What};
use crate::domain::drill::score::scene::Scene;
use crate::domain::run::{Cause, Event};
use crate::domain::time::Timestamp;

/// How long it lasts, in minutes.
const MINUTES: i64 = 60;

/// More lines than this are no overview; what comes then is only counted.
const MOST_LINES: usize = 60;

pub(super) fn write(page: &mut Page, words: &Words<'_>, subject: Subject<'_>) {
    let record = subject.record;
    page.heading(words.pick(
        "Het gouden uur: minuut 0-60",
        "The golden hour: minute 0-60",
    ));
    let started_at = Scene::new(record).started_at();
    let from = started_at.unwrap_or(record.began_at);
    if started_at.is_none() {
        page.paragraph(words.pick(
            "Er is geen draaiboek gestart; minuut 0 is het begin van het verhaal.",
            "No run started; minute 0 is the begin of the story.",
        ));
    }
    let lines = lines(words, record, from);
    if lines.is_empty() {
        page.paragraph(words.pick("Er gebeurde niets.", "Nothing happened."));
    }
    let n_more = lines.len().saturating_sub(MOST_LINES);
    for line in lines.iter().take(MOST_LINES) {
        page.hanging(&format!("{:>4}  ", line.minute), &line.says);
    }
    if n_more > 0 {
        let more = words.pick("en nog {} regels", "and {} lines more");
        page.line(&format!(
            "      {}",
            more.replace("{}", &n_more.to_string())
        ));
    }
}

/// Something that happened in the first sixty minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub at: Timestamp,
    /// Whole minutes since the start.
    pub minute: i64,
    pub says: String,
    /// Numbers of the events it tells; none of what the log does not hold.
    pub seqs: Vec<u64>,
}

/// What happened in the first sixty minutes after `from`, in order.
pub(in crate::domain) fn lines(words: &Words<'_>, record: &Record, from: Timestamp) -> Vec<Line> {
    let until = from + TimeDelta::minutes(MINUTES);
    let entries = record.entries.iter();
    let within = entries.filter(|entry| (from..=until).contains(&entry.at));
    let mut lines: Vec<Line> = Vec::new();
    for entry in within {
        let Some(says) = sentence(words, &entry.what) else {
            continue;
        };
        let minute = entry.at.signed_duration_since(from).num_minutes();
        let seq = match &entry.what {
            What::Event { logged, .. } => Some(logged.seq),
            _ => None,
        };
        // One alert is many mails; one firing is told twice.
        let mut known = lines.iter_mut();
        match known.find(|line| line.minute == minute && line.says == says) {
            Some(line) => line.seqs.extend(seq),
            None => lines.push(Line {
                at: entry.at,
                minute,
                says,
                seqs: seq.into_iter().collect(),
            }),
        }
    }
    lines
}

/// What is worth a line; most of a log is not.
fn sentence(words: &Words<'_>, what: &What) -> Option<String> {
    match what {
        What::Event { logged, .. } => event(words, &logged.event),
        What::TriggerFired { trigger } => Some(format!(
            "Trigger {trigger} {}.",
            words.pick("ging af", "fired")
        )),
        What::Injected { what, .. } => Some(format!("{}: {what}", words.pick("Verhaal", "Story"))),
        What::Stopped { because } => Some(format!(
            "{}: {}",
            words.pick("Gestopt", "Stopped"),
            words.stopped(because)
        )),
        What::Sight { .. }
        | What::Told { .. }
        | What::Observed { .. }
        | What::Paused
        | What::Resumed
        | What::Skipped { .. } => None,
    }
}

fn event(words: &Words<'_>, event: &Event) -> Option<String> {
    let said = |nl: &str, en: &str, parts: &[&str]| {
        let mut text = words.pick(nl, en).to_owned();
        for part in parts {
            text = text.replacen("{}", part, 1);
        }
        Some(text)
    };
    match event {
        Event::RunStarted { level, cause, .. } => {
            let level = words.level(level);
            match cause {
                Cause::Trigger { .. } => {
                    said("Gestart op niveau {}.", "Started at level {}.", &[&level])
                }
                Cause::ByHand { by, .. } => said(
                    "Met de hand gestart door {}, niveau {}.",
                    "Started by hand by {}, level {}.",
                    &[&words.person(by), &level],
                ),
            }
        }
        Event::LevelRaised { to, .. } => {
            said("Opgeschaald naar {}.", "Raised to {}.", &[&words.level(to)])
        }
        Event::LevelLowered { to, by, .. } => said(
            "Afgeschaald naar {} door {}.",
            "Lowered to {} by {}.",
            &[&words.level(to), &words.person(by)],
        ),
        Event::AlertStep { roles, step, .. } => said(
            "Alarm aan {} (stap {}).",
            "Alert to {} (step {}).",
            &[&words.roles(roles), &step.to_string()],
        ),
        Event::NobodyAnswers { roles, .. } => said(
            "NIEMAND REAGEERT voor {}.",
            "NOBODY ANSWERS for {}.",
            &[&words.roles(roles)],
        ),
        Event::Answered { person, roles, .. } if !roles.is_empty() => said(
            "{} reageert voor {}.",
            "{} answers for {}.",
            &[&words.person(person), &words.roles(roles)],
        ),
        Event::PassedOn { person, .. } => {
            said("{} kan niet.", "{} cannot.", &[&words.person(person)])
        }
        Event::TaskDone { task, by } => said(
            "Af: {} ({}).",
            "Finished: {} ({}).",
            &[&words.item(task), &words.person(by)],
        ),
        Event::TaskReopened { item, by, .. } => said(
            "Toch niet af: {} ({}).",
            "Not finished after all: {} ({}).",
            &[&words.item(item), &words.person(by)],
        ),
        Event::Decided {
            task,
            option,
            by,
            is_default,
            ..
        } => {
            let option = words.option(task, option);
            let task = words.item(task);
            if *is_default {
                return said(
                    "Niemand besloot; {}: {} geldt.",
                    "Nobody decided; {}: {} counts.",
                    &[&task, &option],
                );
            }
            said(
                "Besluit van {}: {}: {}.",
                "Decision of {}: {}: {}.",
                &[&words.person(by), &task, &option],
            )
        }
        Event::Approved {
            message, role, by, ..
        } => said(
            "Akkoord van {} ({}) op {}.",
            "{} ({}) released {}.",
            &[&words.person(by), &words.role(role), &words.item(message)],
        ),
        Event::Published { message, by, .. } => said(
            "Gepubliceerd: {} ({}).",
            "Published: {} ({}).",
            &[&words.item(message), &words.person(by)],
        ),
        Event::TaskDue { task: key, .. } | Event::MessageDue { message: key, .. } => {
            said("TE LAAT: {}.", "OVERDUE: {}.", &[&words.item(key)])
        }
        Event::PromiseKept { .. } => said("Belofte nagekomen.", "Promise kept.", &[]),
        Event::PromiseBroken { .. } => said("BELOFTE GEBROKEN.", "PROMISE BROKEN.", &[]),
        Event::SourceBlind { source, .. } => {
            said("Bron {} is blind.", "Source {} is blind.", &[source])
        }
        Event::NothingDelivered { .. } => said(
            "Er komt geen alarm meer aan.",
            "No alert gets through.",
            &[],
        ),
        Event::StandDownProposed { .. } => {
            said("Afschalen voorgesteld.", "Stand-down proposed.", &[])
        }
        Event::StoodDown { by, .. } => said(
            "Afschalen besloten door {}.",
            "Stand-down decided by {}.",
            &[&words.person(by)],
        ),
        Event::RunClosed { by, .. } => {
            said("Afgesloten door {}.", "Closed by {}.", &[&words.person(by)])
        }
        _ => None,
    }
}
