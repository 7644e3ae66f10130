//! A drill that was played badly and well, for tests: a playbook, a scenario and
//! a record written by hand.

use std::time::Duration;

use crate::domain::answering::CaseKind;
use crate::domain::drill::record::{Entry, Manner, Record, What};
use crate::domain::evidence::{Curve, Evidence};
use crate::domain::mention::Platform;
use crate::domain::organisation::Organisation;
use crate::domain::parse::{self, Input, Parsed, SourceFile};
use crate::domain::playbook::Aim;
use crate::domain::report::volume::Volume;
use crate::domain::run::alarm::{Through, Why};
use crate::domain::run::{Cause, Draft, Event, Logged};
use crate::domain::scenario::Scenario;
use crate::domain::time::Timestamp;

const ORGANISATION: &str = include_str!("../../../../tests/it/fixtures/good/draaiboek.yaml");

const PLAYBOOK: &str = r#"
playbook: water
title: { nl: "Water in de kelder", en: "Water in the cellar" }
watch: bakery
owner: owner
approve: [owner, writer]
triggers:
  rising: { when: { mentions: { within: 1h, at_least: 20 } }, for: 5m }
facts:
  where: { ask: "Waar?", role: writer }
tasks:
  choose: { title: { nl: "Open of dicht?", en: "Open or shut?" }, role: owner, due: 20m, options: { open: Open, shut: Dicht } }
phases:
  information:
    tasks: { pump: { title: "Bel de pompdienst", role: writer, due: 10m } }
    messages:
      holding: { title: { nl: "Eerste bericht", en: "First statement" }, kind: holding, to: [public], due: 30m }
      staff: { title: "Aan het team", kind: internal, to: [public], template: holding }
  damage_limitation:
    messages: { what-to-do: { title: Advies, kind: instruction, to: [public], template: holding } }
  meaning_making:
    messages: { reply: { title: Antwoord, kind: reply, to: [public], template: holding, per_case: true } }
questions:
  safe: { ask: "Is het veilig?" }
  open: { ask: "Zijn jullie open?" }
"#;

const SCENARIO: &str = r#"
scenario: water
title: { nl: "Water in de kelder", en: "Water in the cellar" }
playbook: water
aim: { nl: "Binnen een half uur een eerste bericht", en: "A first statement within half an hour" }
begins: 2026-03-10 13:00
lasts: 3h
personas: { piet: { name: "Piet K.", handle: "@piet_k" } }
storm: [ { at: 10m, rate: 60/h, for: 1h } ]
"#;

/// Everything parsed, with this after the scenario.
pub(in crate::domain) fn parsed(more: &str) -> Parsed {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let holding =
        include_str!("../../../../tests/it/fixtures/good/templates/statements/holding.nl.hbs");
    let parsed = parse::parse(Input {
        files: vec![
            file("draaiboek.yaml", ORGANISATION),
            file("lists/press.txt", "@krant\n"),
            file("playbooks/water.yaml", PLAYBOOK),
            file(
                "playbooks/scenarios/water.yaml",
                &format!("{SCENARIO}{more}"),
            ),
            file("templates/statements/holding.nl.hbs", holding),
            file("templates/statements/holding.en.hbs", holding),
        ],
        ..Input::default()
    });
    assert_eq!(parsed.n_errors(), 0, "{:#?}", parsed.findings);
    parsed
}

pub(in crate::domain) fn organisation() -> Organisation {
    parsed("").organisation.unwrap()
}

pub(in crate::domain) fn scenario(more: &str) -> Scenario {
    parsed(more).scenarios.remove(0).scenario
}

/// So many minutes and seconds after the story began, at 13:00 in Amsterdam.
pub(in crate::domain) fn at(minutes: i64, seconds: i64) -> Timestamp {
    let begins: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
    begins + chrono::TimeDelta::seconds(60 * minutes + seconds)
}

/// A record of these entries, by their minute.
pub(in crate::domain) fn record(entries: Vec<(i64, What)>) -> Record {
    let entries = entries.into_iter().map(|(minute, what)| Entry {
        at: at(minute, 0),
        what: timed(what, at(minute, 0)),
    });
    Record {
        scenario: "water".to_owned(),
        manner: Manner::TableTop,
        began_at: at(0, 0),
        ended_at: at(180, 0),
        playbook: parsed("").playbooks.remove(0),
        entries: entries.collect(),
        volume: Volume::default(),
    }
}

fn timed(what: What, at: Timestamp) -> What {
    match what {
        What::Event { run, mut logged } => {
            logged.at = at;
            What::Event { run, logged }
        }
        other => other,
    }
}

/// An event of run 1.
pub(in crate::domain) fn event(event: Event) -> What {
    let logged = Logged {
        seq: 0,
        at: at(0, 0),
        event,
    };
    What::Event {
        run: 1,
        logged: Box::new(logged),
    }
}

pub(in crate::domain) fn text(text: &str) -> String {
    text.to_owned()
}

pub(in crate::domain) fn started(minute: i64) -> What {
    let evidence = Evidence {
        at: at(minute, 0),
        watch: text("bakery"),
        held_for: Duration::from_secs(300),
        authors: 20,
        curve: Curve {
            until: at(minute, 0),
            step_seconds: 360,
            counts: vec![20],
        },
        ..Evidence::default()
    };
    event(Event::RunStarted {
        playbook: text("water"),
        watch: text("bakery"),
        level: text("attention"),
        cause: Cause::Trigger {
            trigger: text("rising"),
            evidence: Box::new(evidence),
        },
        offers: Vec::new(),
        drafts_follow: false,
    })
}

pub(in crate::domain) fn alert_step(roles: &[&str], since: i64) -> What {
    event(Event::AlertStep {
        level: text("attention"),
        round: 1,
        step: 1,
        times: 1,
        roles: roles.iter().map(|role| text(role)).collect(),
        why: Why::LevelReached { from: None },
        since: at(since, 0),
        next: None,
    })
}

pub(in crate::domain) fn alerted(effect: &str, person: &str) -> What {
    event(Event::Alerted {
        effect: text(effect),
        level: text("attention"),
        roles: vec![text("owner")],
        person: text(person),
        must_answer: true,
        covers: vec![text("owner")],
    })
}

pub(in crate::domain) fn delivered(effect: &str, person: &str) -> What {
    event(Event::Delivered {
        effect: text(effect),
        person: text(person),
        channel: text("mail"),
    })
}

pub(in crate::domain) fn answered(person: &str, role: &str) -> What {
    event(Event::Answered {
        person: text(person),
        roles: vec![text(role)],
        through: Through::Link,
        by: text(person),
        stale_at: at(600, 0),
    })
}

pub(in crate::domain) fn opened(task: &str, due: i64) -> What {
    event(Event::TaskOpened {
        task: text(task),
        role: text("writer"),
        due_at: Some(at(due, 0)),
        turn: 1,
        case: None,
    })
}

pub(in crate::domain) fn called(message: &str, due: Option<i64>) -> What {
    event(Event::MessageCalled {
        message: text(message),
        role: text("writer"),
        due_at: due.map(|due| at(due, 0)),
        turn: 1,
        case: None,
    })
}

pub(in crate::domain) fn done(task: &str) -> What {
    event(Event::TaskDone {
        task: text(task),
        by: text("bo"),
    })
}

pub(in crate::domain) fn decided(option: &str, is_default: bool) -> What {
    event(Event::Decided {
        task: text("choose"),
        option: text(option),
        by: text(if is_default { "" } else { "anna" }),
        reason: None,
        is_default,
    })
}

pub(in crate::domain) fn drafted(message: &str) -> What {
    let draft = Draft {
        message: text(message),
        channel: text("website"),
        language: text("nl"),
        case: None,
        version: 1,
        text: text("Er staat water in de kelder."),
        gaps: Vec::new(),
        used: Vec::new(),
        template: text("holding.nl.hbs"),
        ..Draft::default()
    };
    event(Event::DraftRendered { draft })
}

pub(in crate::domain) fn approved(message: &str, role: &str) -> What {
    event(Event::Approved {
        message: text(message),
        drafts: vec![format!("{message}.website.nl")],
        role: text(role),
        by: text("anna"),
        reason: None,
        hashes: Vec::new(),
    })
}

pub(in crate::domain) fn published(message: &str) -> What {
    event(Event::Published {
        message: text(message),
        role: text("writer"),
        drafts: vec![format!("{message}.website.nl")],
        is_internal: false,
        by: text("bo"),
        url: None,
        promise: None,
        reason: None,
        posted: Vec::new(),
        went_out_at: None,
        is_preapproved: false,
        corrects: None,
    })
}

pub(in crate::domain) fn raised(to: &str) -> What {
    event(Event::LevelRaised {
        from: text("attention"),
        to: text(to),
        because: text("het gaat hard"),
        by: None,
    })
}

pub(in crate::domain) fn told(person: &str, words: &str) -> What {
    What::Told {
        effect: text("1.9"),
        person: text(person),
        through: text("mail"),
        subject: text("OEFENING - Water"),
        text: text(words),
    }
}

pub(in crate::domain) fn stood_down() -> What {
    event(Event::StoodDown {
        by: text("anna"),
        reason: text("rustig"),
    })
}

pub(in crate::domain) fn observed(words: &str) -> What {
    What::Observed { text: text(words) }
}

/// A whole drill with something of everything.
pub(in crate::domain) fn rich() -> Vec<(i64, What)> {
    let promise = event(Event::PromiseKept {
        promised_at: at(75, 0),
    });
    let injected = What::Injected {
        number: Some(1),
        what: text("De Krant belt de eigenaar: klopt het?"),
    };
    vec![
        (5, injected),
        (
            15,
            What::TriggerFired {
                trigger: text("rising"),
            },
        ),
        (15, started(15)),
        (15, opened("choose", 35)),
        (
            15,
            event(Event::PhaseOpened {
                phase: Aim::Information,
                by: None,
                reason: None,
            }),
        ),
        (15, opened("pump", 25)),
        (15, drafted("holding")),
        (15, called("holding", Some(45))),
        (15, alert_step(&["owner", "writer"], 15)),
        (15, alerted("1.9", "anna")),
        (17, told("anna", "Er staat water in de kelder.")),
        (17, delivered("1.9", "anna")),
        (19, answered("anna", "owner")),
        (22, answered("bo", "writer")),
        (24, done("pump")),
        (30, observed("Niemand belde de winkel.")),
        (37, decided("shut", false)),
        (
            40,
            event(Event::FactSet {
                fact: text("where"),
                value: crate::domain::facts::FactValue::Text("Kerkplein".into()),
                by: text("bo"),
                source: None,
                as_of: None,
            }),
        ),
        (45, approved("holding", "owner")),
        (50, approved("holding", "writer")),
        (55, published("holding")),
        (
            60,
            event(Event::CaseOpened {
                case: text("1"),
                name: text("@Piet_K"),
                platform: Platform::X,
                url: None,
                by: text("bo"),
                kind: CaseKind::Complaint,
                signs: None,
            }),
        ),
        (62, published("reply@1")),
        (70, promise),
        (71, raised("crisis")),
        (
            80,
            event(Event::QuestionAnswered {
                question: text("safe"),
                text: text("Ja."),
                by: text("bo"),
                source: None,
            }),
        ),
        (
            90,
            event(Event::StandDownProposed {
                because: text("rustig"),
            }),
        ),
        (100, stood_down()),
    ]
}
