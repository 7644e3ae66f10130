//! The running account of a drill: what happened, as lines with the time of the
//! story.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::cli::print::{safe, say};
use crate::domain::drill::record::{Entry, What};
use crate::domain::run::Event;
use crate::domain::time::Timestamp;
use crate::domain::timeline::{Names, sentence};
use crate::drill::player::Player;

/// Tells entries, and remembers how far it came.
#[derive(Debug, Default)]
pub(super) struct Account {
    n_told: usize,
    day: Option<NaiveDate>,
    hour: Option<i64>,
    /// What does not get through, by person and way: said once.
    failing: BTreeSet<(String, String)>,
    /// Whether it also tells what alerts say, in short.
    has_excerpts: bool,
}

/// Lines of an alert that are read aloud.
const MOST_LINES: usize = 6;

impl Account {
    /// For a table, where nobody has the mails.
    pub(super) fn with_excerpts() -> Self {
        Self {
            has_excerpts: true,
            ..Self::default()
        }
    }

    /// Tells what happened since it was last asked; whether there was anything
    /// worth telling.
    pub(super) fn tell(&mut self, player: &Player) -> bool {
        let entries = &player.entries()[self.n_told..];
        self.n_told = player.entries().len();
        let mut n_said = 0;
        let mut rest = entries;
        while let [entry, ..] = rest {
            let n_together = together(rest);
            let is_news = self.is_news(entry);
            if let Some(line) = line(player, &rest[..n_together]).filter(|_| is_news) {
                self.say(player, entry.at, &line);
                if self.has_excerpts {
                    say_excerpt(entry);
                }
                n_said += 1;
            }
            rest = &rest[n_together..];
        }
        n_said > 0
    }

    /// Whether it was not said before: a failure comes at every try.
    fn is_news(&mut self, entry: &Entry) -> bool {
        match &entry.what {
            What::Told {
                person, through, ..
            } => {
                self.failing.remove(&(person.clone(), through.clone()));
                true
            }
            What::Event { logged, .. } => match &logged.event {
                Event::DeliveryFailed {
                    person,
                    channel,
                    for_good: false,
                    ..
                } => self.failing.insert((person.clone(), channel.clone())),
                _ => true,
            },
            _ => true,
        }
    }

    /// One entry more was put in among those that were told.
    pub(super) fn step_over(&mut self) {
        self.n_told += 1;
    }

    /// One line under its time; a new day is said first.
    pub(super) fn say(&mut self, player: &Player, at: Timestamp, line: &str) {
        let local = at.with_timezone(&player.organisation().timezone);
        let day = local.date_naive();
        if self.day.replace(day) != Some(day) {
            say(&format!("\n{}", day.format("%A %-d %B %Y")));
        }
        let hour = at.timestamp().div_euclid(3_600);
        if self.hour.replace(hour).is_some_and(|before| before != hour) {
            let (n_mentions, _) = player.n_mentions();
            say(&format!("        {n_mentions} mentions so far"));
        }
        let clock = local.format("%H:%M");
        for (number, part) in safe(line).lines().enumerate() {
            match number {
                0 => say(&format!("{clock}  {part}")),
                _ => say(&format!("       {part}")),
            }
        }
    }
}

/// How many entries from the first on are one line: notices with one subject
/// that reach people at the same time.
fn together(entries: &[Entry]) -> usize {
    let about = |entry: &Entry| match &entry.what {
        What::Told {
            subject, through, ..
        } => Some((entry.at, subject.clone(), through.clone())),
        _ => None,
    };
    let Some(first) = entries.first().and_then(about) else {
        return 1;
    };
    // Their deliveries stand between them in the log.
    let is_news = |entry: &Entry| match &entry.what {
        What::Event { logged, .. } => matches!(logged.event, Event::Delivered { .. }),
        _ => about(entry).as_ref() == Some(&first),
    };
    entries.iter().take_while(|entry| is_news(entry)).count()
}

/// What is worth saying of these entries.
fn line(player: &Player, entries: &[Entry]) -> Option<String> {
    let [entry, ..] = entries else { return None };
    match &entry.what {
        What::Event { run, logged } => {
            let names = Names {
                playbook: player.playbook_of(*run),
                organisation: player.organisation(),
                run: player.run_with(*run),
            };
            let language = player.organisation().language;
            is_told(&logged.event).then(|| sentence(logged, names, language))
        }
        What::TriggerFired { .. } => None,
        What::Told {
            through, subject, ..
        } => Some(format!(
            "→ {} by {through}: {subject}",
            readers(player, entries).join(", ")
        )),
        What::Injected {
            number: Some(number),
            what,
        } => Some(format!("INJECT {number}: {what}")),
        What::Injected { number: None, what } => Some(format!("INJECT: {what}")),
        What::Observed { text } => Some(format!("Note: {text}")),
        What::Paused => Some("The time stands still.".to_owned()),
        What::Resumed => Some("The time goes on.".to_owned()),
        // What fails is in the story, and a run that is open tells it.
        What::Sight { .. } | What::Skipped { .. } => None,
        What::Stopped { because } => Some(format!("Stopped: {because}.")),
    }
}

/// What a notice says first, below its line.
fn say_excerpt(entry: &Entry) {
    let What::Told { subject, text, .. } = &entry.what else {
        return;
    };
    // Its first two lines are the subject again; commands are of no use here.
    let lines = text.lines().skip(1).filter(|line| {
        let is_use = !line.contains("draaiboek ") && !subject.contains(*line);
        !line.trim().is_empty() && is_use
    });
    for line in lines.take(MOST_LINES) {
        say(&safe(&format!("         | {line}")));
    }
}

/// Names of who was told, each once, in order.
fn readers(player: &Player, entries: &[Entry]) -> Vec<String> {
    let mut names = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        if let What::Told { person, .. } = &entry.what {
            let known = player.organisation().person(person);
            let name = known.map_or_else(|| person.clone(), |known| known.name.clone());
            names.entry(name).or_insert(place);
        }
    }
    let mut names: Vec<(String, usize)> = names.into_iter().collect();
    names.sort_by_key(|(_, place)| *place);
    names.into_iter().map(|(name, _)| name).collect()
}

/// Whether an event says more than the notices and injects around it.
fn is_told(event: &Event) -> bool {
    !matches!(
        event,
        Event::Delivered { .. }
            | Event::Alerted { .. }
            | Event::Informed { .. }
            | Event::AlertStep { .. }
            | Event::AlarmDue { .. }
            | Event::AtWork { .. }
            | Event::DraftsDue { .. }
            | Event::ErrandDue { .. }
            | Event::DraftRendered { .. }
            | Event::OperatorTold { .. }
            | Event::PromiseDue { .. }
            | Event::ConditionHolds { .. }
            | Event::ConditionEnded { .. }
            | Event::DueChanged { .. }
            | Event::HoldEnded { .. }
    )
}
