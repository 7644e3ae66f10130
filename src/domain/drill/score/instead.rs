//! What happened in the place of something that was expected: why it was missed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::occasions::occasions;
use super::scene::{Scene, name_of};
use crate::domain::drill::record::What;
use crate::domain::run::Event;
use crate::domain::scenario::expect::{Expected, Told};
use crate::domain::time::Timestamp;

/// What happened instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instead {
    /// Of a list, these never came about.
    Lacking(Vec<String>),
    /// The highest level there was.
    Level { level: String, at: Timestamp },
    /// The question was answered with something else.
    Option {
        task: String,
        option: String,
        at: Timestamp,
    },
    /// They were told something else, or by another way.
    Told { through: String, at: Timestamp },
    /// They were told nothing at all.
    ToldNothing,
    /// No run started.
    NoRun,
}

/// What can be said about why this never came about.
pub(super) fn instead(what: &Expected, scene: &Scene<'_>) -> Option<Instead> {
    let is_about_run = !matches!(
        what,
        Expected::Run(_) | Expected::Trigger(_) | Expected::Told(_) | Expected::Blind(_)
    );
    if scene.started_at().is_none() && is_about_run {
        return Some(Instead::NoRun);
    }
    match what {
        Expected::Level(_) => highest(scene),
        Expected::Told(told) => heard(told, scene),
        Expected::Decided(wanted) => other_option(wanted, scene),
        Expected::Drafted(names) => lacking(names, &Expected::Drafted, scene),
        Expected::Approved(names) => lacking(names, &Expected::Approved, scene),
        Expected::Done(names) => lacking(names, &Expected::Done, scene),
        Expected::Overdue(names) => lacking(names, &Expected::Overdue, scene),
        Expected::Known(names) => lacking(names, &Expected::Known, scene),
        Expected::Trigger(_)
        | Expected::Run(_)
        | Expected::Phase(_)
        | Expected::Answered(_)
        | Expected::StandDown(_)
        | Expected::Promise(_)
        | Expected::Blind(_)
        | Expected::Overridden(_)
        | Expected::RepliedTo(_) => None,
    }
}

/// Which of a list never came about; says nothing of a list of one.
fn lacking(
    names: &[String],
    alone: &dyn Fn(Vec<String>) -> Expected,
    scene: &Scene<'_>,
) -> Option<Instead> {
    let is_missing = |name: &&String| {
        let moments = occasions(&alone(vec![(*name).clone()]), &[], scene);
        moments.is_none_or(|moments| moments.is_empty())
    };
    let missing: Vec<String> = names.iter().filter(is_missing).cloned().collect();
    (names.len() > 1).then_some(Instead::Lacking(missing))
}

fn highest(scene: &Scene<'_>) -> Option<Instead> {
    let playbook = scene.playbook();
    let levels = scene.events.iter().filter_map(|seen| match seen.event {
        Event::RunStarted { level, .. } | Event::LevelRaised { to: level, .. } => {
            Some((level, seen.at))
        }
        _ => None,
    });
    // The first of equals: that is when it was reached.
    let highest = levels.reduce(|best, next| {
        let is_higher = playbook.rank(next.0) > playbook.rank(best.0);
        if is_higher { next } else { best }
    });
    highest.map(|(level, at)| Instead::Level {
        level: level.clone(),
        at,
    })
}

fn heard(wanted: &Told, scene: &Scene<'_>) -> Option<Instead> {
    let mut entries = scene.record.entries.iter();
    let other = entries.find_map(|entry| match &entry.what {
        What::Told {
            person, through, ..
        } if *person == wanted.who => Some(Instead::Told {
            through: through.clone(),
            at: entry.at,
        }),
        _ => None,
    });
    other.or(Some(Instead::ToldNothing))
}

fn other_option(wanted: &[(String, Vec<String>)], scene: &Scene<'_>) -> Option<Instead> {
    let mut answered = BTreeSet::new();
    let mut other = None;
    for seen in &scene.events {
        let Event::Decided { task, option, .. } = seen.event else {
            continue;
        };
        let name = name_of(task);
        let Some((_, options)) = wanted.iter().find(|(task, _)| task == name) else {
            continue;
        };
        answered.insert(name);
        if !options.contains(option) {
            other = Some(Instead::Option {
                task: name.to_owned(),
                option: option.clone(),
                at: seen.at,
            });
        }
    }
    let missing = wanted.iter().map(|(task, _)| task);
    let missing = missing.filter(|task| !answered.contains(task.as_str()));
    let missing: Vec<String> = missing.cloned().collect();
    let lacking = (wanted.len() > 1 && !missing.is_empty()).then_some(Instead::Lacking(missing));
    other.or(lacking)
}
