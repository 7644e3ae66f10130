//! What happened in the place of something that a test expected, in the names
//! that a playbook is written in.

use super::Clock;
use crate::domain::drill::record::{Record, What};
use crate::domain::drill::score::instead::Instead;
use crate::domain::drill::score::scene::{self, Scene, name_of};
use crate::domain::run::Event;
use crate::domain::scenario::expect::{Expected, RunState, StandDownState, Told};
use crate::domain::time::Timestamp;

/// In seconds.
const HOUR: i64 = 3_600;

/// No more of what happened is named.
const MOST_NAMED: usize = 5;

/// One line, or `None` when there is nothing to say.
pub(super) fn instead(
    what: &Expected,
    found: Option<&Instead>,
    scene: &Scene<'_>,
    clock: &Clock<'_>,
) -> Option<String> {
    let said = match found {
        Some(Instead::NoRun) => Some("no run of this playbook started".to_owned()),
        Some(Instead::Lacking(names)) => Some(format!("lacking: {}", names.join(", "))),
        Some(Instead::Level { level, at }) => {
            Some(format!("no higher than {level}, from {}", clock.shown(*at)))
        }
        Some(Instead::Option { task, option, at }) => Some(format!(
            "{task} was decided as {option} at {}",
            clock.shown(*at)
        )),
        Some(Instead::Told { .. } | Instead::ToldNothing) | None => None,
    };
    let said = said.or_else(|| other(what, scene, clock));
    let heard = is_about_mentions(what)
        .then(|| busiest(clock.record))
        .flatten();
    match (said, heard) {
        (Some(said), Some(heard)) => Some(format!("{said}; {heard}")),
        (said, heard) => said.or(heard),
    }
}

/// Whether mentions usually bring it about.
fn is_about_mentions(what: &Expected) -> bool {
    matches!(
        what,
        Expected::Trigger(_) | Expected::Run(RunState::Started) | Expected::Level(_)
    )
}

/// How loud it was at most: who sees how far a bound was away knows whether to change
/// the bound or the storm.
fn busiest(record: &Record) -> Option<String> {
    let volume = &record.volume;
    let n_steps = usize::try_from(HOUR / volume.step_seconds.max(1)).ok()?;
    if n_steps == 0 || volume.steps.is_empty() {
        return None;
    }
    let hours = volume.steps.windows(n_steps.min(volume.steps.len()));
    let sums = hours.map(|hour| hour.iter().map(|step| step.mentions).sum::<u64>());
    let watch = &record.playbook.watch;
    Some(match sums.max()? {
        0 => format!("watch {watch} heard no mention at all: does its query find what is said?"),
        n => format!("the busiest hour of watch {watch} had {n} mentions"),
    })
}

/// What there was of the same kind.
fn other(what: &Expected, scene: &Scene<'_>, clock: &Clock<'_>) -> Option<String> {
    match what {
        Expected::Trigger(_) => {
            let fired = scene.fired().into_iter();
            Some(listed("fired", fired.map(own), clock))
        }
        Expected::Phase(_) => named("phases opened", scene, clock, |event| match event {
            Event::PhaseOpened { phase, .. } => Some(phase.name()),
            _ => None,
        }),
        Expected::Answered(_) => {
            let answers = scene.answers().into_iter();
            let answers = answers.map(|answer| (answer.at, answer.role.to_owned()));
            Some(listed("answered", answers, clock))
        }
        Expected::Overdue(_) => named("overdue", scene, clock, scene::overdue),
        Expected::Done(_) => named("done", scene, clock, scene::done),
        Expected::Decided(_) => named("decided", scene, clock, |event| match event {
            Event::Decided { task, .. } => Some(name_of(task)),
            _ => None,
        }),
        Expected::Told(told) => Some(heard(told, clock)),
        Expected::Approved(_) => named("approved", scene, clock, |event| match event {
            Event::Approved { message, .. } => Some(name_of(message)),
            _ => None,
        }),
        Expected::Drafted(_) => named("drafted", scene, clock, |event| match event {
            Event::DraftRendered { draft } if draft.version == 1 => Some(name_of(&draft.message)),
            _ => None,
        }),
        Expected::Known(_) => named("known", scene, clock, |event| match event {
            Event::FactSet { fact, .. } => Some(fact.as_str()),
            _ => None,
        }),
        Expected::Blind(_) => Some(listed("blind", blind(clock).into_iter(), clock)),
        Expected::StandDown(StandDownState::Proposed) if !blind(clock).is_empty() => Some(format!(
            "nothing is proposed while a source is blind; {}",
            listed("blind", blind(clock).into_iter(), clock)
        )),
        Expected::Promise(_) => named("published", scene, clock, published)
            .map(|published| format!("a promise is made by a text that is published; {published}")),
        Expected::Run(RunState::Closed) => {
            Some("nobody closes a run in a story: it ends with `stand_down: decided`".to_owned())
        }
        Expected::Overridden(_) => {
            Some("nobody releases a text against review in a story".to_owned())
        }
        Expected::RepliedTo(_) => named("published", scene, clock, published).map(|published| {
            format!("a reply is a message with `per_case` that is published; {published}")
        }),
        Expected::Level(_) | Expected::Run(_) | Expected::StandDown(_) => None,
    }
}

/// The message that an event says was published.
fn published(event: &Event) -> Option<&str> {
    match event {
        Event::Published { message, .. } => Some(name_of(message)),
        _ => None,
    }
}

/// The sources that went blind, with their moments.
fn blind(clock: &Clock<'_>) -> Vec<(Timestamp, String)> {
    let entries = clock.record.entries.iter();
    let blind = entries.filter_map(|entry| match &entry.what {
        What::Sight {
            source,
            because: Some(_),
        } => Some((entry.at, source.clone())),
        _ => None,
    });
    blind.collect()
}

fn own((at, name): (Timestamp, &str)) -> (Timestamp, String) {
    (at, name.to_owned())
}

/// The names that events of one kind have, with their moments.
fn named<'a>(
    title: &str,
    scene: &Scene<'a>,
    clock: &Clock<'_>,
    name: impl Fn(&'a Event) -> Option<&'a str>,
) -> Option<String> {
    let found = scene
        .events()
        .filter_map(|(at, event)| Some((at, name(event)?)));
    Some(listed(title, found.map(own), clock))
}

/// `fired: rising at 12m (10:12)`.
fn listed(
    title: &str,
    found: impl Iterator<Item = (Timestamp, String)>,
    clock: &Clock<'_>,
) -> String {
    let found: Vec<String> = found
        .map(|(at, name)| format!("{name} at {}", clock.shown(at)))
        .collect();
    match found.len() {
        0 => format!("{title}: nothing"),
        n_found if n_found > MOST_NAMED => format!(
            "{title}: {}, and {} more",
            found[..MOST_NAMED].join(", "),
            n_found - MOST_NAMED
        ),
        _ => format!("{title}: {}", found.join(", ")),
    }
}

/// What a person was told, and what in it was not as expected.
fn heard(wanted: &Told, clock: &Clock<'_>) -> String {
    let entries = clock.record.entries.iter();
    let heard = entries.filter_map(|entry| match &entry.what {
        What::Told {
            person,
            through,
            subject,
            text,
            ..
        } if *person == wanted.who => {
            let words = format!("{subject}\n{text}").to_lowercase();
            let is_in = |word: &&String| words.contains(&word.to_lowercase());
            let lacking: Vec<&str> = wanted
                .says
                .iter()
                .filter(|word| !is_in(word))
                .map(String::as_str)
                .collect();
            let unwanted: Vec<&str> = wanted
                .lacks
                .iter()
                .filter(is_in)
                .map(String::as_str)
                .collect();
            let mut said = format!("“{subject}” by {through}");
            for (title, words) in [("without", lacking), ("with", unwanted)] {
                if !words.is_empty() {
                    said += &format!(" {title} “{}”", words.join("”, “"));
                }
            }
            Some((entry.at, said))
        }
        _ => None,
    });
    listed(&format!("{} was told", wanted.who), heard, clock)
}
