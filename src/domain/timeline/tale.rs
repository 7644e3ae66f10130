//! Tells events that belong together in one line: an alert, an errand, drafts
//! that came up at once.

use super::names::Teller;
use super::reasons::reason;
use super::{en, ended, nl};
use crate::domain::run::event::About;
use crate::domain::run::{Event, Logged};
use crate::domain::text::Language;

/// How the way is called that writes mails as files.
const FOLDER: &str = "outbox";

/// Names in one line before it says how many more there are.
const MOST_NAMED: usize = 12;

/// Tells events that belong together.
pub(super) struct Tale<'a> {
    pub teller: &'a Teller<'a>,
    pub members: &'a [&'a Logged],
}

impl Tale<'_> {
    fn says(&self, nl: String, en: String) -> String {
        match self.teller.words.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    fn events(&self) -> impl Iterator<Item = &Event> {
        self.members.iter().map(|logged| &logged.event)
    }

    fn whole(&self, event: &Event) -> String {
        match self.teller.words.language {
            Language::Nl => nl::sentence(event, self.teller),
            Language::En => en::sentence(event, self.teller),
        }
    }

    fn list(&self, mut names: Vec<String>) -> String {
        let n_more = names.len().saturating_sub(MOST_NAMED);
        if n_more > 0 {
            names.truncate(MOST_NAMED);
            names.push(self.says(format!("nog {n_more}"), format!("{n_more} more")));
        }
        self.teller.words.list(&names)
    }

    /// A trigger that raises the level is told by the rise.
    pub(super) fn rise(&self) -> Option<String> {
        let mut rises = self
            .events()
            .filter(|event| matches!(event, Event::LevelRaised { .. }));
        rises.next().map(|rise| self.whole(rise))
    }

    /// `Geen antwoord als Lead; Bo (Lead) gealarmeerd.`
    pub(super) fn alarm(&self) -> String {
        let t = self.teller;
        let mut parts: Vec<String> = Vec::new();
        let mut add = |part: String| {
            let part = part.trim_end_matches('.').to_owned();
            if !parts.contains(&part) {
                parts.push(part);
            }
        };
        let is_due = self
            .events()
            .any(|event| matches!(event, Event::AlarmDue { .. }));
        for event in self.events() {
            match event {
                Event::AlarmDue {
                    what,
                    roles,
                    due_at,
                    late,
                } => {
                    let (said, late) = match t.words.language {
                        Language::Nl => {
                            (nl::alarm_due(t, *what, roles, *due_at), nl::noticed(*late))
                        }
                        Language::En => {
                            (en::alarm_due(t, *what, roles, *due_at), en::noticed(*late))
                        }
                    };
                    add(said + late);
                }
                Event::NobodyAnswers { .. } => add(self.whole(event)),
                // What fell due says it already.
                Event::AlertStep { .. } if is_due => {}
                Event::AlertStep {
                    round, times, why, ..
                } => {
                    let why = match t.words.language {
                        Language::Nl => nl::because(t, why, *times, *round),
                        Language::En => en::because(t, why, *times, *round),
                    };
                    add(self.says(format!("Alarm ({why})"), format!("Alert ({why})")));
                }
                Event::StepSkipped { step, because, .. } => {
                    let because = reason(&t.words, because);
                    add(self.says(
                        format!("stap {step} overgeslagen: {because}"),
                        format!("step {step} skipped: {because}"),
                    ));
                }
                _ => {}
            }
        }
        for must_answer in [true, false] {
            let people = self.alerted(must_answer);
            if !people.is_empty() {
                let people = self.list(people);
                let (nl, en) = match must_answer {
                    true => ("gealarmeerd", "alerted"),
                    false => ("geïnformeerd", "told"),
                };
                add(self.says(format!("{people} {nl}"), format!("{people} {en}")));
            }
        }
        for event in self.events() {
            if matches!(event, Event::HeldBack { .. } | Event::NotTold { .. }) {
                add(self.whole(event));
            }
        }
        parts.join("; ")
    }

    fn alerted(&self, wanted: bool) -> Vec<String> {
        let t = self.teller;
        let people = self.events().filter_map(|event| match event {
            Event::Alerted {
                person,
                roles,
                must_answer,
                ..
            } if *must_answer == wanted => {
                Some(format!("{} ({})", t.person(person), t.roles(roles)))
            }
            _ => None,
        });
        people.collect()
    }

    /// What fell due or was done, and who hears of it.
    pub(super) fn errand(&self, about: About) -> String {
        let t = self.teller;
        let told = self.events().filter_map(|event| match event {
            Event::Informed { person, .. } => Some(person.as_str()),
            _ => None,
        });
        let mut people: Vec<String> = Vec::new();
        for person in told.map(|person| t.person(person)) {
            if !people.contains(&person) {
                people.push(person);
            }
        }
        // What fell due says itself that it is overdue.
        let is_due =
            |event: &Event| matches!(event, Event::TaskDue { .. } | Event::MessageDue { .. });
        let has_due = self.events().any(is_due);
        let causes: Vec<&Event> = self
            .events()
            .filter(|event| match event {
                Event::Informed { .. } => false,
                Event::ErrandDue { .. } => !has_due,
                _ => true,
            })
            .collect();
        if causes.is_empty() {
            let all: Vec<String> = self.events().map(|event| self.whole(event)).collect();
            return all.join(" ");
        }
        let whole: Vec<String> = causes.iter().map(|event| self.whole(event)).collect();
        let whole = ended(whole.join(" "));
        if people.is_empty() {
            return whole;
        }
        let have = if people.len() > 1 { "hebben" } else { "heeft" };
        let people = self.list(people);
        let tail = match about {
            About::Answered => self.says(
                format!("{people} ingelicht"),
                format!("{people} told of it"),
            ),
            About::StandDown => self.says(
                format!("Besluit gevraagd aan {people}"),
                format!("{people} asked to decide"),
            ),
            About::Reminder => return self.reminded(&people),
            About::Promise | About::Stale | About::Back => {
                self.says(format!("{people} herinnerd"), format!("{people} reminded"))
            }
            About::Overdue
            | About::OverdueForOwner
            | About::Assigned
            | About::Lapsed
            | About::Amplified
            | About::Overridden => {
                self.says(format!("{people} {have} bericht"), format!("{people} told"))
            }
        };
        format!("{whole} {tail}.")
    }

    fn reminded(&self, people: &str) -> String {
        let t = self.teller;
        let mut keys: Vec<String> = Vec::new();
        let mut is_late = false;
        for event in self.events() {
            if let Event::ErrandDue { items, late, .. } = event {
                keys.extend(items.iter().cloned());
                is_late |= late;
            }
        }
        let items = t.items(&keys);
        let late = match t.words.language {
            Language::Nl => nl::noticed(is_late),
            Language::En => en::noticed(is_late),
        };
        let said = self.says(
            format!("Herinnering aan {people}: {items}."),
            format!("Reminder to {people}: {items}."),
        );
        said + late
    }

    /// `12 concepten staan klaar: Eerste reactie (4), Update (8).`
    /// `None` when there are no two.
    pub(super) fn drafts(&self) -> Option<String> {
        let t = self.teller;
        let drafts = self.events().filter_map(|event| match event {
            Event::DraftRendered { draft } => Some(draft),
            _ => None,
        });
        let mut titles: Vec<(String, usize)> = Vec::new();
        let mut gaps: Vec<String> = Vec::new();
        let mut n_drafts = 0;
        for draft in drafts {
            n_drafts += 1;
            let title = t.item(&draft.item());
            match titles.iter_mut().find(|(known, _)| *known == title) {
                Some((_, n_drafts)) => *n_drafts += 1,
                None => titles.push((title, 1)),
            }
            for gap in &draft.gaps {
                let gap = t.fact(gap);
                if !gaps.contains(&gap) {
                    gaps.push(gap);
                }
            }
        }
        if n_drafts < 2 {
            return None;
        }
        let titles: Vec<String> = titles
            .into_iter()
            .map(|(title, n_drafts)| match n_drafts {
                1 => title,
                n_drafts => format!("{title} ({n_drafts})"),
            })
            .collect();
        let titles = self.list(titles);
        let ready = self.says(
            format!("{n_drafts} concepten staan klaar: {titles}."),
            format!("{n_drafts} drafts are ready: {titles}."),
        );
        Some(match &gaps[..] {
            [] => ready,
            gaps => {
                let gaps = gaps.join("; ");
                let heading = t.words.pick("Nog invullen", "To fill in");
                format!("{ready} {heading}: {gaps}")
            }
        })
    }

    /// `5 taken en berichten: Webcare: a en b. Woordvoerder: c.`
    pub(super) fn opened(&self) -> String {
        let t = self.teller;
        let mut by_role: Vec<(String, Vec<String>)> = Vec::new();
        let mut n_opened = 0;
        for event in self.events() {
            let (Event::TaskOpened {
                task: name,
                role,
                due_at,
                case,
                ..
            }
            | Event::MessageCalled {
                message: name,
                role,
                due_at,
                case,
                ..
            }) = event
            else {
                continue;
            };
            n_opened += 1;
            let key = t.key(name, case.as_deref());
            let due = match t.words.language {
                Language::Nl => nl::due(t, &key, *due_at),
                Language::En => en::due(t, &key, *due_at),
            };
            let said = format!("{}{due}", t.item(&key));
            let role = t.role(role);
            match by_role.iter_mut().find(|(known, _)| *known == role) {
                Some((_, items)) => items.push(said),
                None => by_role.push((role, vec![said])),
            }
        }
        let by_role: Vec<String> = by_role
            .into_iter()
            .map(|(role, items)| format!("{role}: {}.", items.join("; ")))
            .collect();
        let by_role = by_role.join(" ");
        self.says(
            format!("{n_opened} taken en berichten uitgezet. {by_role}"),
            format!("{n_opened} tasks and messages handed out. {by_role}"),
        )
    }

    pub(super) fn ticks(&self) -> String {
        let t = self.teller;
        let ticks = self.events().filter_map(|event| match event {
            Event::Ticked { entry, by } => Some((t.entry(entry), by)),
            _ => None,
        });
        let (entries, people): (Vec<String>, Vec<&String>) = ticks.unzip();
        let by = people.first().map_or_else(String::new, |by| t.person(by));
        let entries = entries.join("; ");
        self.says(
            format!("{by} vinkt af: {entries}"),
            format!("{by} ticked: {entries}"),
        )
    }

    /// Who heard of which fault.
    pub(super) fn faults(&self) -> String {
        let t = self.teller;
        let mut faults: Vec<(&String, Vec<String>)> = Vec::new();
        for event in self.events() {
            let Event::OperatorTold { person, what, .. } = event else {
                continue;
            };
            let person = t.person(person);
            match faults.iter_mut().find(|(known, _)| *known == what) {
                Some((_, people)) if people.contains(&person) => {}
                Some((_, people)) => people.push(person),
                None => faults.push((what, vec![person])),
            }
        }
        let told = faults.into_iter().map(|(what, people)| {
            let (people, what) = (self.list(people), reason(&t.words, what));
            self.says(
                format!("Storing gemeld aan {people}: {what}."),
                format!("{people} told of a fault: {what}."),
            )
        });
        told.collect::<Vec<_>>().join(" ")
    }

    /// `Bezorgd bij A en B per mail, bij C per sms.`
    pub(super) fn deliveries(&self) -> String {
        let t = self.teller;
        let mut by_channel: Vec<(&String, Vec<String>)> = Vec::new();
        for event in self.events() {
            let Event::Delivered {
                person, channel, ..
            } = event
            else {
                continue;
            };
            let person = t.person(person);
            match by_channel.iter_mut().find(|(known, _)| *known == channel) {
                Some((_, people)) if people.contains(&person) => {}
                Some((_, people)) => people.push(person),
                None => by_channel.push((channel, vec![person])),
            }
        }
        let told = by_channel.into_iter().map(|(channel, people)| {
            let people = self.list(people);
            // Without a mail server nothing leaves this machine.
            if channel == FOLDER {
                return self.says(
                    format!("voor {people} alleen als bestand in de map {FOLDER}"),
                    format!("for {people} as a file in the folder {FOLDER} only"),
                );
            }
            self.says(
                format!("bij {people} per {channel}"),
                format!("to {people} by {channel}"),
            )
        });
        let told = told.collect::<Vec<_>>().join(", ");
        self.says(format!("Bezorgd {told}"), format!("Delivered {told}"))
    }
}
