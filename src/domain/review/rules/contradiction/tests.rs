//! What is news and what contradicts: figures that were brought up to date, and
//! doors that were open.

use super::*;
use crate::domain::facts::{Fact, FactSheet, FactValue};
use crate::domain::review::about::Earlier;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

/// A fact sheet that says how many are ill, and since when it says so.
fn ill(number: f64, as_of: Timestamp) -> FactSheet {
    let fact = Fact {
        value: FactValue::Number(number),
        by: "anna".to_owned(),
        at: as_of,
        source: Some("infectiepreventie".to_owned()),
        as_of: Some(as_of),
    };
    FactSheet::from([("ill".to_owned(), fact)])
}

/// How much weighs what is remarked on `text` after `earlier`, an hour later.
fn weighs(
    kind: &str,
    earlier: &str,
    text: &str,
    facts: Option<(FactSheet, FactSheet)>,
) -> Vec<Severity> {
    let now: Timestamp = "2026-11-22T17:00:00Z".parse().unwrap();
    let mut about = About::new(Some(Language::Nl), now, chrono_tz::Europe::Amsterdam);
    about.message_kind = Some(kind.to_owned());
    let (then, today) = facts.unwrap_or_default();
    about.facts = today;
    about.earlier = vec![Earlier {
        message: "holding".to_owned(),
        language: "nl".to_owned(),
        text: earlier.to_owned(),
        at: now - chrono::TimeDelta::hours(1),
        facts: then,
    }];
    let page = Page::new(text, &about);
    let hits = look(&page).into_iter();
    hits.map(|hit| hit.severity.unwrap_or(Severity::Block))
        .collect()
}

fn sheets() -> Option<(FactSheet, FactSheet)> {
    let then: Timestamp = "2026-11-22T15:00:00Z".parse().unwrap();
    let later: Timestamp = "2026-11-22T16:50:00Z".parse().unwrap();
    Some((ill(12.0, then), ill(15.0, later)))
}

const EARLIER: &str = "Wij leven mee. Op de afdeling zijn 12 bewoners ziek.";

#[test]
fn figures_under_a_dated_line_are_news() {
    let text = "Zo staat het er nu voor (zondag 22 november, 17.50 uur)\n\n- Op de afdeling zijn 15 bewoners ziek\n- De bron is infectiepreventie\n";
    assert!(weighs("update", EARLIER, text, sheets()).is_empty());
    let dated = "De cijfers van 22 november, 17.50 uur:\n- Op de afdeling zijn 15 bewoners ziek\n";
    assert!(weighs("update", EARLIER, dated, sheets()).is_empty());
    assert!(weighs("update", EARLIER, dated, None).is_empty());
}

#[test]
fn a_later_figure_in_an_update_is_no_contradiction() {
    let text = "Op de afdeling zijn 15 bewoners ziek.";
    let update = weighs("update", EARLIER, text, sheets());
    assert!(
        !update.is_empty() && update.iter().all(|one| *one == Severity::Note),
        "{update:?}"
    );
    // In a statement the reader does not expect a new figure, and without the
    // fact nobody knows whether it is one.
    assert!(weighs("statement", EARLIER, text, sheets()).contains(&Severity::Block));
    assert!(weighs("update", EARLIER, text, None).contains(&Severity::Block));
    // An older moment is no news.
    let turned = sheets().map(|(then, later)| (later, then));
    let back = weighs("update", text, EARLIER, turned);
    assert!(back.contains(&Severity::Block), "{back:?}");
}

#[test]
fn a_list_without_a_moment_still_contradicts() {
    let text = "Wat wij weten:\n- Op de afdeling zijn 15 bewoners ziek\n";
    assert!(weighs("update", EARLIER, text, None).contains(&Severity::Block));
}

#[test]
fn open_and_then_shut_is_remarked() {
    let open = "De polikliniek in Oost is open.";
    let shut = "De polikliniek in Oost is dicht.";
    assert_eq!(weighs("update", open, shut, None), [Severity::Warn]);
    assert_eq!(weighs("update", shut, open, None), [Severity::Warn]);
    assert!(weighs("update", open, "De polikliniek in Oost is nu dicht.", None).is_empty());
    assert!(weighs("update", open, "De polikliniek in West is dicht.", None).is_empty());
    assert!(weighs("update", open, open, None).is_empty());
}
