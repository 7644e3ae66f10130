//! What holds for all chatter: its counts, its order, and that it is found.

use std::collections::HashSet;
use std::time::Duration;

use super::*;
use crate::domain::organisation::AccountList;
use crate::domain::parse::{self, Input, SourceFile};
use crate::domain::scenario::story::Start;

/// The organisation that `init` writes.
fn organisation() -> Organisation {
    let bytes = include_bytes!("../../../templates/organisation/draaiboek.yaml").to_vec();
    let file = SourceFile {
        path: parse::ORGANISATION.to_owned(),
        bytes,
    };
    let parsed = parse::parse(Input {
        files: vec![file],
        ..Input::default()
    });
    parsed.organisation.unwrap()
}

fn chatter_on(watch: &str, story: &Story, seed: u64) -> Chatter {
    let organisation = organisation();
    let hooks = Hooks::new(&organisation, watch).unwrap();
    Chatter::new(seed, story, &organisation, hooks, Language::Nl)
}

fn chatter(story: &Story) -> Chatter {
    chatter_on("hospital", story, 1)
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

fn storm() -> Storm {
    Storm {
        start: Start::At(minutes(10)),
        lasts: minutes(60),
        rate: 60.0,
        to: 240.0,
        negative: 0.6,
        platforms: vec![Platform::Facebook, Platform::X],
        authors: None,
        by: Vec::new(),
        says: Vec::new(),
    }
}

fn story(storms: Vec<Storm>) -> Story {
    Story {
        storms,
        ..Story::default()
    }
}

fn ids(mentions: &[Mention]) -> HashSet<i64> {
    mentions.iter().map(Mention::key).collect()
}

#[test]
fn an_ordinary_time_has_the_usual_number_and_rhythm() {
    let chatter = chatter(&Story::default());
    let history: Vec<Mention> = chatter.history().collect();
    let expected = 4.0 * 24.0 * 56.0;
    let off = (history.len() as f64 - expected).abs();
    assert!(off < 4.0 * f64::sqrt(expected), "{}", history.len());
    assert!(history.is_sorted_by_key(|mention| mention.published_at));
    assert_eq!(ids(&history).len(), history.len());
    let local_hour = |mention: &Mention| {
        use chrono::Timelike;
        mention.published_at.with_timezone(&chatter.zone).hour()
    };
    let during = |hours: std::ops::Range<u32>| {
        let inside = history
            .iter()
            .filter(|mention| hours.contains(&local_hour(mention)));
        inside.count()
    };
    assert!(during(0..6) * 4 < during(9..15), "nights are quiet");
    let last = history.last().unwrap().published_at;
    assert!(last < chatter.begins);
    let authors: HashSet<_> = history.iter().map(|mention| &mention.author).collect();
    assert!(authors.len() > history.len() / 5 && authors.len() < history.len());
    let texts: HashSet<_> = history.iter().map(|mention| &mention.text).collect();
    assert!(texts.len() > history.len() / 2, "{}", texts.len());
}

#[test]
fn a_storm_is_as_it_was_written() {
    let chatter = chatter(&story(vec![storm()]));
    let mentions = chatter.storm(0, chatter.begins);
    assert_eq!(mentions.len(), 150);
    assert!(mentions.is_sorted_by_key(|mention| mention.published_at));
    assert_eq!(ids(&mentions).len(), 150);
    let authors: HashSet<_> = mentions.iter().map(|mention| &mention.author).collect();
    assert_eq!(authors.len(), 150);
    let platforms: HashSet<_> = mentions.iter().map(|mention| mention.platform).collect();
    assert_eq!(platforms.len(), 2);
    let end = chatter.begins + TimeDelta::hours(1);
    assert!(mentions.iter().all(|mention| mention.published_at <= end));
}

#[test]
fn a_storm_can_have_few_authors_and_given_words() {
    let chatter = chatter(&story(vec![Storm {
        authors: Some(5),
        says: vec!["Weg met #delinde".into(), "Foei #delinde".into()],
        ..storm()
    }]));
    let mentions = chatter.storm(0, chatter.begins);
    let authors: HashSet<_> = mentions.iter().map(|mention| &mention.author).collect();
    assert_eq!(authors.len(), 5);
    let texts: HashSet<_> = mentions
        .iter()
        .map(|mention| mention.text.as_str())
        .collect();
    assert_eq!(texts, HashSet::from(["Weg met #delinde", "Foei #delinde"]));
}

#[test]
fn the_accounts_of_a_list_post_in_turn() {
    let mut organisation = organisation();
    let list = AccountList {
        key: "press".to_owned(),
        accounts: vec!["@lindecourant".to_owned(), "omroeplinde.example".to_owned()],
        engage: crate::domain::organisation::Engage::Reply,
    };
    organisation.lists = vec![list.clone()];
    let hooks = Hooks::new(&organisation, "hospital").unwrap();
    let story = story(vec![Storm {
        by: vec!["press".to_owned()],
        ..storm()
    }]);
    let chatter = Chatter::new(1, &story, &organisation, hooks, Language::Nl);
    let accounts = crate::domain::query::watches::Accounts::new(&list.accounts);
    let mentions = chatter.storm(0, chatter.begins);
    assert!(mentions.iter().all(|mention| accounts.has(mention)));
    assert!(mentions.iter().all(|mention| !mention.text.is_empty()));
}

#[test]
fn everything_is_found_by_its_watch() {
    for watch in &organisation().watches {
        for seed in 0..3 {
            let chatter = chatter_on(&watch.key, &story(vec![storm()]), seed);
            assert!(!chatter.hooks.phrases().is_empty(), "{}", watch.key);
            let mut mentions: Vec<Mention> = chatter.history().take(500).collect();
            mentions.extend(chatter.storm(0, chatter.begins));
            for mention in &mentions {
                assert!(
                    chatter.hooks.finds(mention),
                    "{}: {}",
                    watch.key,
                    mention.text
                );
            }
        }
    }
}

#[test]
fn the_same_seed_says_the_same_however_it_is_asked() {
    let story = story(vec![storm()]);
    let chatter = chatter(&story);
    let (from, to) = (chatter.begins, chatter.begins + TimeDelta::hours(3));
    let whole = chatter.between(from, to);
    let n_storm = whole.iter().filter(|m| m.id.starts_with("storm")).count();
    assert_eq!(n_storm, 150);
    assert!(whole.is_sorted_by_key(|mention| mention.published_at));
    assert_eq!(whole, self::chatter(&story).between(from, to));
    let mut pieces = Vec::new();
    let mut at = from;
    while at < to {
        let next = (at + TimeDelta::seconds(97)).min(to);
        pieces.extend(chatter.between(at, next));
        at = next;
    }
    assert_eq!(whole, pieces);
    let other = chatter_on("hospital", &story, 2).between(from, to);
    assert_ne!(whole, other);
}

#[test]
fn a_replay_leaves_nothing_to_invent() {
    let chatter = chatter(&Story {
        replay: Some("old.ndjson".to_owned()),
        ..story(vec![storm()])
    });
    let day = chatter.begins + TimeDelta::days(1);
    assert_eq!(chatter.between(chatter.begins, day), []);
    assert_eq!(chatter.history().count(), 0);
}

#[test]
fn a_persona_posts_under_its_own_name() {
    let anna = Persona {
        key: "anna".to_owned(),
        name: "Anna V.".to_owned(),
        handle: Some("@anna_v".to_owned()),
        followers: Some(812),
    };
    let at = chatter(&Story::default()).begins;
    let mention = post(&anna, Platform::X, "Boe #delinde", Language::Nl, at);
    assert_eq!(mention.author.as_deref(), Some("anna_v"));
    assert_eq!(mention.followers, Some(812));
    assert_ne!(mention.id, "");
    assert_eq!(
        mention,
        post(&anna, Platform::X, "Boe #delinde", Language::Nl, at)
    );
}

/// Prints some, to read: `cargo test --lib chatter -- --ignored --nocapture`.
#[test]
#[ignore = "for people"]
#[expect(clippy::print_stderr, reason = "this is what it is for")]
fn shows_some() {
    for watch in &organisation().watches {
        let chatter = chatter_on(&watch.key, &story(vec![storm()]), 1);
        eprintln!("== {} {:?}", watch.key, chatter.hooks.phrases());
        let mut mentions: Vec<Mention> = chatter.history().take(14).collect();
        mentions.extend(chatter.storm(0, chatter.begins).into_iter().step_by(10));
        for mention in mentions {
            eprintln!(
                "{} {:9} @{} ({}): {}",
                mention.published_at.format("%a %H:%M:%S"),
                mention.platform.name(),
                mention.author.unwrap_or_default(),
                mention.followers.unwrap_or_default(),
                mention.text
            );
        }
    }
}
