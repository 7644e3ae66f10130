//! What counts, and what still counts when there was too much to remember.

use std::sync::Arc;

use super::narrowing::{Marks, Narrowing};
use super::pane::Pane;
use crate::domain::condition::Count;
use crate::domain::heard::notes::{MOST_NOTES, Notes};
use crate::domain::mention::Platform;
use crate::domain::said::Said;
use crate::domain::voices::{Note, What, Words};

fn note(second: i64, author: u64) -> Note {
    Note {
        second,
        author: Some(author),
        cluster: author,
        marks: 0,
        followers: 1,
        engagement: 1,
        source: 0,
        words: Words::Own,
        weight: 100,
        platform: Platform::X,
        key: 1,
        said: Said::default(),
        rumour: None,
    }
}

#[test]
fn more_notes_than_fit_leave_a_right_count_of_the_rest() {
    let mut notes = Notes::default();
    let narrowing = Narrowing::default();
    let panes = [What::Authors, What::Mentions, What::Engagement];
    let mut panes = panes.map(|what| (what, Pane::new(what, 500_000, narrowing.clone())));
    let n = i64::try_from(MOST_NOTES).unwrap() + 40_000;
    for number in 0..n {
        notes.add(note(
            number,
            number.unsigned_abs() % 1_000 + u64::from(number < 100) * 5_000,
        ));
        // Some late ones, as they come in a storm.
        let is_late = number % 50_000 == 49_999;
        if is_late {
            notes.add(note(number - 10, 9_999));
        }
        for (what, pane) in &mut panes {
            if is_late {
                pane.place(&notes, number - 11);
            }
            pane.slide(&notes, number);
            if number % 30_011 == 0 || number == n - 1 || is_late {
                let mut fresh = Pane::new(*what, 500_000, narrowing.clone());
                fresh.place(&notes, number);
                assert_eq!(pane.value(), fresh.value(), "{what:?} at {number}");
            }
        }
    }
    let kept = notes.within(i64::MIN / 2, i64::MAX).count() as u64;
    assert!(kept <= MOST_NOTES as u64 && kept > MOST_NOTES as u64 / 2);
    assert_eq!(panes[1].1.value(), kept);
    assert_eq!(panes[0].1.value(), 1_001, "the first hundred are gone");
}

#[test]
fn only_what_is_asked_for_counts() {
    let organisation = organisation();
    let severe = Count {
        matching: Some("severe".to_owned()),
        ..Count::default()
    };
    let press = Count {
        by: vec!["press".to_owned(), "unknown".to_owned()],
        platforms: vec![Platform::News],
        ..Count::default()
    };
    let lost = Count {
        by: vec!["unknown".to_owned()],
        ..Count::default()
    };
    let marks = Marks::new(&organisation, &[&severe, &press, &lost]);
    let (is_severe, is_press) = (marks.read("query:severe"), marks.read("list:press"));
    assert!(is_severe != 0 && is_press != 0 && is_severe & is_press == 0);
    assert_eq!(marks.words(is_severe | is_press), "query:severe list:press");
    assert_eq!(marks.read("query:gone list:press asks"), is_press);
    let takes = |count: &Count, note: Note| Narrowing::new(count, &marks).takes(&note);
    let of = |marks: u64, platform: Platform, words: Words| Note {
        marks,
        platform,
        words,
        ..note(0, 1)
    };
    assert!(takes(&severe, of(is_severe, Platform::X, Words::Copy)));
    assert!(!takes(&severe, of(is_severe, Platform::X, Words::Spam)));
    assert!(!takes(&severe, of(is_press, Platform::X, Words::Own)));
    assert!(takes(&press, of(is_press, Platform::News, Words::Own)));
    assert!(!takes(&press, of(is_press, Platform::X, Words::Own)));
    assert!(!takes(&press, of(is_severe, Platform::News, Words::Own)));
    assert!(!takes(&lost, of(is_press, Platform::X, Words::Own)));
    assert!(Narrowing::new(&Count::default(), &marks).is_wide());
    assert!(!Narrowing::new(&lost, &marks).is_wide());
}

fn organisation() -> Arc<crate::domain::organisation::Organisation> {
    let text = r##"
organisation: { name: De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
levels: { attention: Aandacht }
team: { anna: { name: Anna, email: anna@korst.example } }
roles: { owner: { title: Eigenaar, people: [anna] } }
watches: { bread: { title: Brood, query: brood } }
lists: { press: { accounts: ["@krant"] } }
queries: { severe: ziek }
channels: { website: { kind: web, url: "https://korst.example/nieuws" } }
"##;
    let parsed = crate::domain::parse::parse(crate::domain::parse::Input {
        files: vec![crate::domain::parse::SourceFile {
            path: "draaiboek.yaml".to_owned(),
            bytes: text.as_bytes().to_vec(),
        }],
        ..crate::domain::parse::Input::default()
    });
    Arc::new(parsed.organisation.unwrap())
}
