//! An analysis of what a desk heard, and its blocks.

use super::blocks::{Head, blocks};
use super::*;
use crate::domain::desk::{Desk, Observed};
use crate::domain::mention::Mention;
use crate::domain::parse::{Input, SourceFile, parse};
use crate::domain::query::watches::Watches;
use crate::domain::text::Language;
use crate::domain::words::Words;

const ORGANISATION: &str = "
organisation: { name: De Linde, timezone: Europe/Amsterdam, language: nl }
team: { anna: { name: Anna, email: anna@linde.example } }
roles: { lead: { title: Hoofd, people: [anna] } }
watches: { hospital: { title: Ziekenhuis, query: linde } }
";

const PLAYBOOK: &str = "
playbook: storm
title: Storm
watch: hospital
owner: lead
triggers: { angry: { when: { negative: { within: 1h, at_least: 99%, of_at_least: 500 } } } }
alert: { attention: [ { roles: [lead] } ] }
tasks: { look: { title: Kijk, role: lead } }
";

const SAID: [&str; 14] = [
    "Weet iemand of de spoedpost van de linde open is?",
    "weet iemand of de spoedpost van De Linde open is???",
    "Kan ik vandaag nog op bezoek in de linde?",
    "Klopt het dat de linde dicht is?",
    "Er is rook bij de linde, mensen worden geëvacueerd",
    "De ingang van de linde is afgesloten en er zijn gewonden",
    "Wat een schande bij de linde, ik ben woedend",
    "Sterkte voor iedereen in de linde, ik leef mee",
    "Zo verdrietig om wat er in de linde gebeurt 😢",
    "Ik hoorde dat er doden zijn in de linde, ze zeggen het niet",
    "Ik hoorde dat er doden zijn in de linde, ze zeggen het niet!",
    "@anna_v mevrouw Jansen lag in de linde, bel 06-12345678, schandalig",
    "De linde heeft een nieuwe parkeerplaats",
    "Le feu à la linde, c'est terrible pour tous les malades",
];

fn heard() -> Desk {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let parsed = parse(Input {
        files: vec![
            file("draaiboek.yaml", ORGANISATION),
            file("playbooks/storm.yaml", PLAYBOOK),
        ],
        ..Input::default()
    });
    let organisation = std::sync::Arc::new(parsed.organisation.unwrap());
    let watches = Watches::new(&organisation).unwrap();
    let pinned = crate::domain::desk::Pinned::new(parsed.playbooks[0].clone(), Vec::new());
    let mut desk = Desk::new(organisation, vec![pinned.into()]).reading_at_once();
    let at = at();
    let observed = SAID.iter().enumerate().map(|(number, text)| {
        let mention: Mention = serde_json::from_value(serde_json::json!({
            "id": number.to_string(), "platform": "x", "author": format!("a{number}"),
            "text": text, "published_at": "2026-03-02T10:00:00Z",
        }))
        .unwrap();
        Observed::new(mention, &watches, &"suite".into()).unwrap()
    });
    desk.observe(&observed.collect::<Vec<_>>(), at);
    desk
}

fn at() -> Timestamp {
    "2026-03-02T10:30:00Z".parse().unwrap()
}

fn analysis(environment: &Environment, has_published: bool) -> Analysis {
    let desk = heard();
    let heard = desk.heard_at(0).unwrap();
    let beside = Beside {
        environment,
        has_published,
        blind: &["feed".to_owned()],
    };
    analyse(&[heard], at() - chrono::TimeDelta::hours(1), at(), beside)
}

#[test]
fn mentions_are_sorted_by_what_people_need() {
    let analysis = analysis(&Environment::default(), false);
    assert_eq!(analysis.mentions, 14);
    assert_eq!(analysis.read, 13, "one is in French");
    assert_eq!(analysis.rumours[0].authors, 2);
    for quote in analysis.columns.iter().flat_map(|column| &column.quotes) {
        for name in ["anna_v", "Jansen", "12345678"] {
            assert!(!quote.text.contains(name), "{}", quote.text);
        }
    }
    let words = Words::new(Language::Nl, "Europe/Amsterdam");
    let head = Head {
        title: "Storm",
        level: "incident",
        number: 1,
        at: at(),
        drill: None,
    };
    insta::assert_snapshot!("blocks_nl", blocks(&words, &head, &analysis));
    let words = Words::new(Language::En, "Europe/Amsterdam");
    let drill = Head {
        drill: Some("Nachtoefening"),
        ..head
    };
    insta::assert_snapshot!("blocks_en", blocks(&words, &drill, &analysis));
}

#[test]
fn a_second_analysis_says_what_is_different() {
    let first = analysis(&Environment::default(), false);
    let mut environment = Environment {
        latest: Some(Made {
            seq: 4,
            at: at(),
            analysis: Analysis {
                read: 10,
                columns: vec![Column {
                    need: "information".to_owned(),
                    mentions: 1,
                    ..Column::default()
                }],
                ..first.clone()
            },
        }),
        ..Environment::default()
    };
    let number = first.rumours[0].number;
    let judged = Judged {
        status: Status::False,
        by: "anna".to_owned(),
        at: at(),
        because: "twee bronnen".to_owned(),
    };
    environment.rumours.insert(number, judged);
    let second = analysis(&environment, true);
    assert_eq!(second.columns[0].before, Some(0.1));
    assert!(second.columns[0].advice.contains(&Advice::QuestionsRise));
    assert!(second.columns[0].advice.contains(&Advice::LeaveRumour));
    assert_eq!(second.rumours[0].status, Status::False);
}
