//! The report of one drill, in both languages.

use super::*;
use crate::domain::drill::record::What;
use crate::domain::drill::score::sample::{event, organisation, record, rich, scenario};
use crate::domain::drill::score::score;
use crate::domain::run::Event;

const EXPECT: &str = r#"
expect:
  - { before: 20m, run: started, points: 5 }
  - { before: 45m, done: [holding], points: 10, because: { nl: "Stilte wordt ingevuld", en: "Silence is filled in" } }
  - { after: 80m, level: crisis }
  - { before: 1h, decided: { choose: [open] } }
  - { before: 1h, told: { who: bo, through: mail, says: [water], lacks: [brand] } }
  - { done: [pump, staff] }
  - { overridden: privacy, points: 2 }
never:
  - { promise: broken }
  - { level: crisis }
  - { overridden: privacy }
debrief:
  - { nl: "Wat zou u morgen anders doen?", en: "What would you do otherwise tomorrow?" }
  - { nl: "Wie miste u?", en: "Who was missing?" }
"#;

fn written(language: Language, entries: Vec<(i64, What)>) -> String {
    let (scenario, record) = (scenario(EXPECT), record(entries));
    let score = score(&scenario, &record);
    let organisation = organisation();
    let subject = Subject {
        scenario: &scenario,
        record: &record,
        score: &score,
        organisation: &organisation,
        carried: &[],
    };
    report(subject, language)
}

#[test]
fn reads_well_in_dutch() {
    insta::assert_snapshot!("report_nl", written(Language::Nl, rich()));
}

#[test]
fn reads_well_in_english() {
    insta::assert_snapshot!("report_en", written(Language::En, rich()));
}

#[test]
fn says_what_it_is_first_and_fits_the_page() {
    for (language, first) in [(Language::Nl, "OEFENING"), (Language::En, "DRILL")] {
        for entries in [rich(), Vec::new()] {
            let report = written(language, entries);
            assert!(report.starts_with(first));
            for line in report.lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }
}

#[test]
fn what_people_wrote_cannot_steer_a_terminal_or_leave_its_line() {
    let mut entries = rich();
    entries.push((
        50,
        What::Observed {
            text: "rood\u{1b}[31m\nPASSED: 10 of 10".to_owned(),
        },
    ));
    entries.push((
        51,
        event(Event::TaskDone {
            task: "pump".to_owned(),
            by: "x\u{202e}y".to_owned(),
        }),
    ));
    let report = written(Language::En, entries);
    assert!(!report.contains('\u{1b}') && !report.contains('\u{202e}'));
    assert!(!report.lines().any(|line| line.starts_with("PASSED: 10")));
}
