//! What evidence says, in both languages, and that old logs can be read.

use super::*;
use crate::domain::text::Language;
use crate::domain::words::Words as Said;

const HOUR: Duration = Duration::from_secs(3_600);

fn measure(kind: &str, counted: u64) -> Measure {
    Measure {
        kind: kind.to_owned(),
        within: HOUR,
        counted,
        ..Measure::default()
    }
}

fn compared(counted: u64, usual: f64) -> Measure {
    Measure {
        above_usual: Some(4.0),
        usual: Some(usual),
        grade: Some(Grade::Learnt),
        ..measure("mentions", counted)
    }
}

/// Every kind, with every bound and narrowing.
fn all_kinds() -> Vec<Measure> {
    vec![
        Measure {
            at_least: 30,
            ..measure("mentions", 42)
        },
        Measure {
            at_most: Some(10),
            ..measure("mentions", 3)
        },
        compared(42, 7.2),
        compared(42, 0.3),
        Measure {
            usual: None,
            grade: Some(Grade::Unknown),
            at_least: 20,
            ..compared(42, 0.0)
        },
        Measure {
            above_usual: None,
            below_usual: Some(0.5),
            ..compared(42, 140.0)
        },
        Measure {
            growing: Some(3.0),
            before: Some(12),
            ..measure("mentions", 42)
        },
        Measure {
            at_least: 1,
            matching: Some("severe".to_owned()),
            by: vec!["press".to_owned(), "politics".to_owned()],
            platforms: vec![Platform::X, Platform::News],
            watch: Some("hospital".to_owned()),
            ..measure("mentions", 1)
        },
        Measure {
            at_least: 5,
            ..measure("authors", 31)
        },
        Measure {
            at_least: 5,
            ..measure("voices", 1)
        },
        Measure {
            at_least: 3,
            ..measure("platforms", 4)
        },
        Measure {
            at_least: 10_000,
            ..measure("reach", 12_400)
        },
        Measure {
            at_least: 100,
            ..measure("engagement", 340)
        },
        Measure {
            usual: Some(7.2),
            grade: Some(Grade::Learnt),
            ..measure("unusual", 42)
        },
    ]
}

fn told(language: Language) -> String {
    let words = Said::new(language, "Europe/Amsterdam");
    let all = all_kinds().into_iter().map(|one| {
        let evidence = Evidence {
            measures: vec![one.clone()],
            ..Evidence::default()
        };
        let why = said::why(&words, &evidence, |_| String::new());
        format!("{}\n  {}\n", why.join(" "), said::phrase(&words, &one))
    });
    all.collect()
}

#[test]
fn every_kind_and_bound_is_told_in_dutch() {
    insta::assert_snapshot!(told(Language::Nl));
}

#[test]
fn every_kind_and_bound_is_told_in_english() {
    insta::assert_snapshot!(told(Language::En));
}

#[test]
fn little_history_is_said() {
    let words = Said::new(Language::Nl, "Europe/Amsterdam");
    let said = |usual, grade, days| {
        let evidence = Evidence {
            at: moment(1_772_401_900),
            hour: Some(Hour {
                counted: 42,
                usual,
                grade,
                days,
            }),
            ..Evidence::default()
        };
        said::why(&words, &evidence, |_| String::new()).join(" ")
    };
    assert_eq!(
        said(None, Grade::Unknown, 0),
        "Van 21:51 tot 22:51: 42 vermeldingen. Er is nog te weinig geschiedenis om mee te vergelijken."
    );
    assert_eq!(
        said(Some(7.2), Grade::Guess, 9),
        "Van 21:51 tot 22:51: 42 vermeldingen. Gebruikelijk op zondag rond deze tijd: 7 per uur (nu 6 keer zoveel). Dat is een eerste schatting, op 9 dagen geschiedenis."
    );
    assert_eq!(
        said(Some(0.2), Grade::Learnt, 90),
        "Van 21:51 tot 22:51: 42 vermeldingen. Gebruikelijk op zondag rond deze tijd: minder dan 1 per uur."
    );
}

#[test]
fn an_hour_ago_it_was_so_already() {
    let words = Said::new(Language::Nl, "Europe/Amsterdam");
    let evidence = Evidence {
        measures: vec![measure("mentions", 42)],
        earlier: Some(Earlier {
            at: moment(0),
            measures: vec![Then {
                counted: 40,
                lacked: None,
            }],
        }),
        ..Evidence::default()
    };
    let said = said::why(&words, &evidence, |_| String::new());
    assert_eq!(
        said[1],
        "Een uur eerder was dit ook al zo, met 40 vermeldingen."
    );
}

#[test]
fn evidence_of_old_logs_is_read() {
    let old = r#"{
        "at": "2026-03-01T21:51:00Z", "watch": "hospital", "held_for": { "secs": 600, "nanos": 0 },
        "measures": [{ "kind": "mentions", "within": { "secs": 3600, "nanos": 0 }, "counted": 42, "at_least": 30 }],
        "authors": 31, "platforms": [["x", 42]], "sources": [["suite", 42]],
        "curve": { "until": "2026-03-01T21:51:00Z", "step_seconds": 360, "counts": [1, 2] },
        "quotes": [{ "platform": "x", "author": "a", "followers": 3, "text": "t", "url": null, "published_at": "2026-03-01T21:51:00Z" }]
    }"#;
    let read: Evidence = serde_json::from_str(old).unwrap();
    assert_eq!(
        (read.hour, read.earlier, read.quotes[0].alike),
        (None, None, 0)
    );
    let words = Said::new(Language::Nl, "Europe/Amsterdam");
    let again: Evidence = serde_json::from_str(old).unwrap();
    assert_eq!(
        said::measured(&words, &again),
        "42 vermeldingen in 1 uur (grens 30), 10 minuten lang"
    );
}

#[test]
fn what_fired_is_told_by_what_held() {
    let reading = |holds: bool| Reading {
        holds,
        measure: measure("mentions", 1),
    };
    let all = [reading(false), reading(true), reading(false), reading(true)];
    assert_eq!(super::told(true, &all), [1, 3]);
    // What nearly fired is told whole, and so is what nothing explains.
    assert_eq!(super::told(false, &all), [0, 1, 2, 3]);
    assert_eq!(super::told(true, &all[..1]), [0]);
}
