//! Conditions, deadlines and steps as a crisis team reads them.

use std::time::Duration;

use super::*;
use crate::domain::condition::Count;
use crate::domain::parse::{Input, SourceFile, parse};

const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl }
team: { anna: { name: "Anna de Wit", email: anna@korst.example } }
roles:
  desk: { title: { nl: "Balie", en: "Desk" }, people: [anna] }
  owner: { title: { nl: "Eigenaar", en: "Owner" }, people: [anna] }
lists: { press: { accounts: ["@krant"] } }
watches: { bakery: { title: { nl: "Bakkerij", en: "Bakery" }, query: korst } }
"#;

const PLAYBOOK: &str = r#"
playbook: mouse
title: { nl: "Muis in het brood", en: "Mouse in the bread" }
watch: bakery
owner: owner
triggers: { many: { level: incident, when: { mentions: { within: 1h, at_least: 5 } } } }
facts: { closed: { ask: { nl: "Zijn wij dicht?", en: "Are we closed?" }, kind: yes_no, role: desk } }
tasks:
  look: { title: { nl: "Kijk zelf", en: "Look yourself" }, role: desk, due: 10m }
  choose:
    title: { nl: "Gaan wij dicht?", en: "Do we close?" }
    role: owner
    due: 1h after look
    options: { close: { nl: "Ja, dicht", en: "Yes, close" }, open: { nl: "Nee", en: "No" } }
    default: open
"#;

fn said(language: Language, say: impl Fn(&Plainly<'_>) -> String) -> String {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let parsed = parse(Input {
        files: vec![
            file("draaiboek.yaml", ORGANISATION),
            file("playbooks/mouse.yaml", PLAYBOOK),
        ],
        ..Input::default()
    });
    assert_eq!(parsed.n_errors(), 0, "{:?}", parsed.findings);
    let organisation = parsed.organisation.unwrap();
    say(&Plainly::new(&organisation, &parsed.playbooks[0], language))
}

fn both(tests: &[Test]) -> [String; 2] {
    [Language::Nl, Language::En].map(|language| {
        let condition = Condition {
            tests: tests.to_vec(),
        };
        said(language, |plainly| plainly.condition(&condition))
    })
}

#[test]
fn conditions_read_as_sentences_with_titles() {
    let hour = Duration::from_secs(3_600);
    let many = Test::Mentions(Count {
        within: hour,
        at_least: Some(30),
        above_usual: Some(5.0),
        by: vec!["press".to_owned()],
        ..Count::default()
    });
    let level = Test::Level("crisis".to_owned());
    assert_eq!(
        both(&[many, level.clone()]),
        [
            "minstens 30 vermeldingen van de pers in 1 uur en 5 keer zoveel als gebruikelijk, en niveau crisis of hoger",
            "at least 30 mentions by the press in 1 hour and 5 times the usual, and level crisis or higher",
        ]
    );
    let closed = Test::Fact(vec![("closed".to_owned(), Value::Bool(true))]);
    let decided = Test::Decided(vec![("choose".to_owned(), vec!["close".to_owned()])]);
    let either = [closed, decided].map(|test| Condition { tests: vec![test] });
    assert_eq!(
        both(&[Test::Any(either.to_vec())]),
        [
            "óf: “Zijn wij dicht?” = ja, of besloten “Gaan wij dicht?”: Ja, dicht",
            "either: “Are we closed?” = yes, or decided “Do we close?”: Yes, close",
        ]
    );
    let calm = Test::Mentions(Count {
        within: hour * 6,
        below_usual: Some(1.5),
        ..Count::default()
    });
    assert_eq!(
        both(&[calm, Test::None(vec![Condition { tests: vec![level] }])])[0],
        "vermeldingen in 6 uur: minder dan 1,5 keer het gebruikelijke aantal, en dit geldt niet: niveau crisis of hoger"
    );
}

#[test]
fn deadlines_name_what_they_count_from() {
    let due = |language| {
        said(language, |plainly| {
            let task = plainly.playbook.task("choose").unwrap();
            plainly.due(task.due.as_ref().unwrap())
        })
    };
    assert_eq!(due(Language::Nl), "1 uur na “Kijk zelf”");
    assert_eq!(due(Language::En), "1 hour after “Look yourself”");
}

#[test]
fn steps_say_who_and_how_often() {
    let step = AlertStep {
        roles: vec!["owner".to_owned()],
        tell: vec!["desk".to_owned()],
        deputies: true,
        after: Duration::from_secs(600),
        repeat: Some(Duration::from_secs(900)),
        times: None,
    };
    assert_eq!(
        said(Language::Nl, |plainly| format!(
            "{}: {}",
            plainly.step_at(&step),
            plainly.step(&step)
        )),
        "Na 10 minuten: Eigenaar en de vervangers (ter kennis: Balie), elke 15 minuten tot iemand antwoordt"
    );
}
