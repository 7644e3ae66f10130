//! What stands on the sheet, before anything has a place: the ladder of levels,
//! a lane for each phase, and a card for everything that somebody has to do.

use std::collections::BTreeMap;

use super::Look;
use crate::domain::condition::{Condition, Test};
use crate::domain::draft::places;
use crate::domain::plainly::Plainly;
use crate::domain::playbook::{Aim, Home, Item, ItemKind, Message, StandDown, Task};

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Banner,
    Heading,
    Title,
    Label,
    Lane,
    Who,
    Body,
    Bullet,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub(super) style: Style,
    pub(super) text: String,
}

/// Text that stands together, with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) look: Look,
    pub(super) paragraphs: Vec<Paragraph>,
}

/// What must be done or hold before something opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// Place on the ladder.
    Level(usize),
    /// Place among all cards.
    Card(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) piece: Piece,
    /// Cards that must be finished first.
    pub(super) needs: Vec<usize>,
    /// Cards that open this one.
    pub(super) opened_by: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) piece: Piece,
    pub(super) opened_by: Vec<Cause>,
    /// By the time they are due.
    pub(super) cards: Vec<Card>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) title: String,
    pub(super) head: Piece,
    pub(super) ladder: Vec<Piece>,
    pub(super) lanes: Vec<Lane>,
    pub(super) foot: Piece,
}

fn paragraph(style: Style, text: impl Into<String>) -> Paragraph {
    Paragraph {
        style,
        text: text.into(),
    }
}

pub(super) fn of(plainly: &Plainly<'_>, version: &str) -> Content {
    let playbook = plainly.playbook;
    let title = plainly.text(&playbook.title);
    let organisation = plainly.text(&plainly.organisation.name);
    let mut about = vec![
        organisation.clone(),
        format!(
            "{} {}",
            plainly.pick("zoekopdracht:", "watch:"),
            plainly.watch(&playbook.watch)
        ),
        format!(
            "{} {}",
            plainly.pick("eigenaar:", "owner:"),
            plainly.role(&playbook.owner)
        ),
    ];
    about.push(format!(
        "{} {}",
        plainly.pick("updates:", "updates:"),
        plainly.cadence()
    ));
    let (lanes, _) = lanes(plainly);
    let legend = plainly.pick(
        "Doorgetrokken pijl: dit eerst klaar. Stippelpijl: dit opent het. Een termijn telt vanaf het moment dat iets opengaat. Een mens plaatst; draaiboek plaatst nooit zelf.",
        "Solid arrow: finish this first. Dotted arrow: this opens it. A deadline counts from when something opens. A person publishes; draaiboek never does.",
    );
    let eyes = match playbook.four_eyes {
        true => plainly.pick(
            " Vier ogen: wie schreef, geeft geen akkoord.",
            " Four eyes: who wrote it does not approve it.",
        ),
        false => "",
    };
    Content {
        head: Piece {
            look: Look::Plain,
            paragraphs: vec![
                paragraph(Style::Banner, title.clone()),
                paragraph(Style::Body, about.join("  ·  ")),
            ],
        },
        title: format!("{title} – {organisation}"),
        ladder: ladder(plainly),
        lanes,
        foot: Piece {
            look: Look::Plain,
            paragraphs: vec![paragraph(
                Style::Label,
                format!(
                    "{legend}{eyes} {} {version}.",
                    plainly.pick("Versie", "Version")
                ),
            )],
        },
    }
}

/// Levels, lowest first: what leads to each, and who is told.
fn ladder(plainly: &Plainly<'_>) -> Vec<Piece> {
    let playbook = plainly.playbook;
    let mut rungs = Vec::new();
    for (rank, level) in playbook.levels.iter().enumerate() {
        let mut paragraphs = vec![paragraph(
            Style::Heading,
            format!("{}. {}", rank + 1, plainly.text(&level.title)),
        )];
        let triggers: Vec<Paragraph> = playbook
            .triggers
            .iter()
            .filter(|trigger| trigger.level == level.name)
            .map(|trigger| {
                let said = plainly.lasting(&trigger.when, trigger.held_for);
                paragraph(Style::Bullet, said)
            })
            .collect();
        if !triggers.is_empty() {
            let when = match triggers.len() {
                1 => plainly.pick("Vanzelf, als:", "By itself, when:"),
                _ => plainly.pick("Vanzelf, als één hiervan geldt:", "By itself, when one of:"),
            };
            paragraphs.push(paragraph(Style::Label, when));
            paragraphs.extend(triggers);
        }
        let by_hand = playbook.by_hand.level.as_deref();
        let is_by_hand = match by_hand {
            Some(name) => name == level.name,
            None => rank == 0,
        };
        if is_by_hand {
            let who = match playbook.by_hand.allowed.as_slice() {
                [] => plainly
                    .pick("iedereen in het team", "anybody in the team")
                    .to_owned(),
                roles => plainly.roles(roles),
            };
            let label = plainly.pick("Met de hand, door:", "By hand, by:");
            paragraphs.push(paragraph(Style::Label, label));
            paragraphs.push(paragraph(Style::Body, who));
        }
        let label = plainly.pick("Wie hoort het:", "Who is told:");
        paragraphs.push(paragraph(Style::Label, label));
        match plainly.steps(rank) {
            (_, Some(lower)) => {
                let like = plainly.pick("dezelfden als bij", "the same as at");
                let said = format!("{like} {}", plainly.level(lower));
                paragraphs.push(paragraph(Style::Body, said));
            }
            (steps, None) => paragraphs.extend(steps.iter().map(|step| {
                let said = format!("{}: {}", plainly.step_at(step), plainly.step(step));
                paragraph(Style::Bullet, said)
            })),
        }
        rungs.push(Piece {
            look: Look::Level(rank),
            paragraphs,
        });
    }
    rungs
}

/// Lanes with cards, and the place of each item among all cards.
fn lanes<'a>(plainly: &Plainly<'a>) -> (Vec<Lane>, BTreeMap<&'a str, usize>) {
    let playbook = plainly.playbook;
    let homes = [
        Home::Run,
        Home::Phase(Aim::Information),
        Home::Phase(Aim::DamageLimitation),
        Home::Phase(Aim::MeaningMaking),
        Home::Aftercare,
    ];
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut filled: Vec<(Home, Vec<Item<'a>>)> = Vec::new();
    let mut n_cards = 0;
    for home in homes {
        let items = plainly.items(home);
        // The end stands before what is done after it.
        if home == Home::Aftercare && playbook.stand_down.is_some() {
            n_cards += 1;
        }
        for item in &items {
            places.entry(item.name).or_insert(n_cards);
            n_cards += 1;
        }
        let is_shown = match home {
            Home::Aftercare => playbook.stand_down.is_some() || !items.is_empty(),
            _ => !items.is_empty(),
        };
        if is_shown {
            filled.push((home, items));
        }
    }
    let lanes = filled.into_iter().map(|(home, items)| Lane {
        piece: Piece {
            look: Look::Lane,
            paragraphs: about_lane(plainly, home),
        },
        opened_by: causes(plainly, opens(plainly, home), &places),
        cards: end_of(plainly, home)
            .into_iter()
            .chain(items.iter().map(|item| card(plainly, item, &places)))
            .collect(),
    });
    (lanes.collect(), places)
}

/// It stands where the cards of the phases end.
fn end_of(plainly: &Plainly<'_>, home: Home) -> Option<Card> {
    let end = plainly.playbook.stand_down.as_ref()?;
    let items = plainly.playbook.items();
    let n_before = items.filter(|one| one.home != Home::Aftercare).count();
    (home == Home::Aftercare).then(|| end_card(plainly, end, n_before + 1))
}

fn opens<'a>(plainly: &Plainly<'a>, home: Home) -> Option<&'a Condition> {
    let Home::Phase(aim) = home else { return None };
    let phases = &plainly.playbook.phases;
    let phase = phases.iter().find(|phase| phase.aim == aim)?;
    phase.when.as_ref()
}

/// What a condition names that stands on the sheet.
fn causes(
    plainly: &Plainly<'_>,
    condition: Option<&Condition>,
    places: &BTreeMap<&str, usize>,
) -> Vec<Cause> {
    let tests = condition.map(Condition::all_tests).unwrap_or_default();
    let mut causes: Vec<Cause> = Vec::new();
    for test in tests {
        match test {
            Test::Level(level) => causes.push(Cause::Level(plainly.playbook.rank(level))),
            Test::Done(names) => {
                let known = names.iter().filter_map(|name| places.get(name.as_str()));
                causes.extend(known.map(|place| Cause::Card(*place)));
            }
            Test::Decided(wanted) => {
                let known = wanted
                    .iter()
                    .filter_map(|(name, _)| places.get(name.as_str()));
                causes.extend(known.map(|place| Cause::Card(*place)));
            }
            _ => {}
        }
    }
    causes.sort_unstable();
    causes.dedup();
    causes
}

fn about_lane(plainly: &Plainly<'_>, home: Home) -> Vec<Paragraph> {
    let playbook = plainly.playbook;
    let (heading, aim) = match home {
        Home::Run => (
            plainly.pick("Meteen", "At once"),
            plainly.pick("bij elke inzet", "in every run"),
        ),
        Home::Phase(Aim::Information) => (
            plainly.pick("Informeren", "Information"),
            plainly.pick("wat is er aan de hand", "what is going on"),
        ),
        Home::Phase(Aim::DamageLimitation) => (
            plainly.pick("Schade beperken", "Damage limitation"),
            plainly.pick("wat moeten mensen doen", "what people must do"),
        ),
        Home::Phase(Aim::MeaningMaking) => (
            plainly.pick("Betekenis geven", "Meaning-making"),
            plainly.pick("wat betekent het voor hen", "what it means to them"),
        ),
        Home::Aftercare => (
            plainly.pick("Afschalen en nazorg", "Stand-down and aftercare"),
            plainly.pick(
                "tijden tellen vanaf het afschalen",
                "times count from the stand-down",
            ),
        ),
    };
    let mut about = vec![paragraph(Style::Lane, heading)];
    if !aim.is_empty() {
        about.push(paragraph(Style::Body, aim));
    }
    if let Home::Phase(aim) = home {
        let phase = playbook.phases.iter().find(|phase| phase.aim == aim);
        match phase.and_then(|phase| Some((phase, phase.when.as_ref()?))) {
            None => about.push(paragraph(
                Style::Label,
                plainly.pick("Opent bij de start", "Opens at the start"),
            )),
            Some((phase, when)) => {
                let label = plainly.pick("Opent als:", "Opens when:");
                about.push(paragraph(Style::Label, label));
                about.push(paragraph(
                    Style::Body,
                    plainly.lasting(when, phase.held_for),
                ));
            }
        }
    }
    about
}

/// The card that says when it is over, what is ticked first, and who decides.
fn end_card(plainly: &Plainly<'_>, end: &StandDown, number: usize) -> Card {
    let label = plainly.pick(
        "AFSCHALEN · een mens besluit",
        "STAND-DOWN · a person decides",
    );
    let label = format!("{number} {label}");
    let title = plainly.pick("Is het voorbij?", "Is it over?");
    let mut paragraphs = vec![
        paragraph(Style::Label, label),
        paragraph(Style::Title, title),
        paragraph(Style::Who, plainly.role(&end.role)),
    ];
    let proposed = plainly.pick("Voorgesteld als:", "Proposed when:");
    let when = plainly.lasting(&end.when, end.held_for);
    paragraphs.push(paragraph(Style::Body, format!("{proposed} {when}")));
    if !end.checklist.is_empty() {
        let first = plainly.pick("Eerst afvinken:", "First tick:");
        paragraphs.push(paragraph(Style::Label, first));
        let entries = end.checklist.iter();
        paragraphs.extend(entries.map(|(_, entry)| paragraph(Style::Bullet, plainly.text(entry))));
    }
    Card {
        piece: Piece {
            look: Look::Decision,
            paragraphs,
        },
        needs: Vec::new(),
        opened_by: Vec::new(),
    }
}

fn card(plainly: &Plainly<'_>, item: &Item<'_>, places: &BTreeMap<&str, usize>) -> Card {
    let place = places.get(item.name).copied();
    let number = place.map_or(0, |place| place + 1);
    let due = match (item.due, item.every) {
        (Some(due), _) => Some(plainly.due(due)),
        (None, Some(every)) => Some(plainly.every(every)),
        (None, None) => None,
    };
    let (look, kind) = match item.kind {
        ItemKind::Task(task) if task.is_question() => {
            (Look::Decision, plainly.pick("BESLUIT", "DECISION"))
        }
        ItemKind::Task(_) => (Look::Task, plainly.pick("TAAK", "TASK")),
        ItemKind::Message(_) => (Look::Message, plainly.pick("BERICHT", "MESSAGE")),
    };
    let label = match &due {
        Some(due) => format!("{number} {kind} · {due}"),
        None => format!("{number} {kind}"),
    };
    let mut paragraphs = vec![
        paragraph(Style::Label, label),
        paragraph(Style::Title, plainly.text(item.title)),
        paragraph(Style::Who, plainly.role(item.role)),
    ];
    match item.kind {
        ItemKind::Task(task) => about_task(plainly, task, &mut paragraphs),
        ItemKind::Message(message) => about_message(plainly, message, &mut paragraphs),
    }
    let mut needs: Vec<usize> = item
        .needs
        .iter()
        .filter_map(|name| places.get(name.as_str()).copied())
        .collect();
    needs.sort_unstable();
    needs.dedup();
    let mut body = |text: String| paragraphs.push(paragraph(Style::Body, text));
    if let Some(when) = item.when {
        let when = plainly.condition(when);
        body(format!("{} {when}", plainly.pick("Als:", "When:")));
    }
    if !needs.is_empty() {
        let numbers: Vec<String> = needs.iter().map(|place| (place + 1).to_string()).collect();
        let first = plainly.words.list(&numbers);
        body(format!(
            "{} {first}",
            plainly.pick("Eerst klaar:", "First:")
        ));
    }
    if item.per_case {
        body(
            plainly
                .pick("Voor elke melder apart", "For each person apart")
                .to_owned(),
        );
    }
    if let (Some(every), Some(_)) = (item.every, item.due) {
        body(plainly.every(every));
    }
    if let Some(legal) = item.legal {
        let law = plainly.pick("Wet:", "Law:");
        body(format!("{law} {}", plainly.text(legal)));
    }
    let opened_by = causes(plainly, item.when, places);
    let opened_by = opened_by.into_iter().filter_map(|cause| match cause {
        Cause::Card(place) if !needs.contains(&place) => Some(place),
        _ => None,
    });
    Card {
        opened_by: opened_by.collect(),
        piece: Piece { look, paragraphs },
        needs,
    }
}

fn about_task(plainly: &Plainly<'_>, task: &Task, paragraphs: &mut Vec<Paragraph>) {
    for (name, text) in &task.options {
        let is_default = task.default.as_deref() == Some(name);
        let text = plainly.text(text);
        let said = match is_default {
            true => format!(
                "{text} ({})",
                plainly.pick("geldt als niemand kiest", "counts when nobody chooses")
            ),
            false => text,
        };
        paragraphs.push(paragraph(Style::Bullet, said));
    }
}

fn about_message(plainly: &Plainly<'_>, message: &Message, paragraphs: &mut Vec<Paragraph>) {
    let audiences: Vec<String> = message.to.iter().map(|key| plainly.audience(key)).collect();
    let mut channels: Vec<String> = Vec::new();
    for (channel, _) in places(plainly.organisation, message) {
        let title = plainly.channel(&channel);
        if !channels.contains(&title) {
            channels.push(title);
        }
    }
    let to = plainly.pick("Aan", "To");
    let through = plainly.pick("via", "through");
    let audiences = plainly.words.list(&audiences);
    let channels = channels.join(", ");
    paragraphs.push(paragraph(
        Style::Body,
        format!("{to} {audiences}; {through} {channels}"),
    ));
    paragraphs.push(paragraph(Style::Body, released(plainly, message)));
    if !message.agree_with.is_empty() {
        let partners: Vec<String> = message
            .agree_with
            .iter()
            .map(|key| plainly.partner(key))
            .collect();
        let with = plainly.pick("Afstemmen met", "Agree with");
        let said = format!("{with} {}", plainly.words.list(&partners));
        paragraphs.push(paragraph(Style::Body, said));
    }
}

/// Who lets it go out.
fn released(plainly: &Plainly<'_>, message: &Message) -> String {
    if message.preapproved {
        let alone = plainly.pick("mag dit zonder akkoord plaatsen", "may post this alone");
        return format!("{} {alone}", plainly.role(&message.role));
    }
    let approve = plainly.roles(&message.approve);
    format!("{} {approve}", plainly.pick("Akkoord:", "Approval:"))
}
