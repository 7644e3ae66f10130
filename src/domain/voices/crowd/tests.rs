//! The weights of crowds, loud accounts and copies.

use proptest::prelude::*;

use super::*;
use crate::domain::mention::Mention;

/// A Monday morning.
const START: i64 = 1_772_000_000;

const NEWS: &str = "Ziekenhuis De Linde sluit vanaf juni 's nachts de spoedeisende hulp";

fn mention(id: &str, author: &str, second: i64, text: &str) -> Mention {
    let at = chrono::DateTime::from_timestamp(second, 0).unwrap();
    let mention = serde_json::json!({
        "id": id, "platform": "x", "author": author, "text": text, "published_at": at,
    });
    serde_json::from_value(mention).unwrap()
}

/// A text that is like no other.
fn own_words(number: usize) -> String {
    let words = [
        "wachten", "arts", "gang", "brief", "koorts", "nacht", "bellen", "bed", "moeder", "poli",
        "gelekt", "boos", "bang", "operatie", "afspraak", "uur",
    ];
    let pick = |step: usize| {
        let mixed = (number * 131 + step).wrapping_mul(0x9e37_79b9) >> 7;
        format!("{}{}", words[mixed % words.len()], mixed % 97)
    };
    (0..14).map(pick).collect::<Vec<_>>().join(" ")
}

/// Weighs texts a minute apart: author and text.
fn weigh(said: &[(&str, &str)]) -> Vec<(Words, u8)> {
    let mut crowd = Crowd::default();
    let weigh = said.iter().enumerate().map(|(place, (author, text))| {
        let second = START + 60 * place as i64;
        let mention = mention(&place.to_string(), author, second, text);
        let weighed = crowd.weigh(&Reading::of(&mention), false);
        (weighed.words, weighed.weight)
    });
    weigh.collect()
}

#[test]
fn the_first_to_say_it_is_a_voice_and_copies_fade() {
    let said: Vec<(String, String)> = (0..50)
        .map(|n| {
            (
                format!("account{n}"),
                format!("{NEWS} https://t.example/{n}"),
            )
        })
        .collect();
    let said: Vec<(&str, &str)> = said.iter().map(|(a, t)| (&**a, &**t)).collect();
    let weighed = weigh(&said);
    assert_eq!(weighed[0], (Words::Own, 100));
    assert_eq!(weighed[1], (Words::Copy, 30));
    assert_eq!(weighed[4], (Words::Copy, 20));
    assert_eq!(weighed[49], (Words::Copy, 2));
    let together: u32 = weighed.iter().map(|(_, weight)| u32::from(*weight)).sum();
    assert!((350..450).contains(&together), "{together}");
}

#[test]
fn many_say_schandalig_and_each_means_it() {
    let weighed = weigh(&[
        ("a", "Schandalig!"),
        ("b", "Schandalig!"),
        ("c", "schandalig"),
    ]);
    assert_eq!(weighed, [(Words::Own, 100); 3]);
}

#[test]
fn a_loud_account_is_one_voice() {
    let texts: Vec<String> = (0..8).map(own_words).collect();
    let said: Vec<(&str, &str)> = texts.iter().map(|text| ("loud", &**text)).collect();
    let weights: Vec<u8> = weigh(&said).into_iter().map(|(_, weight)| weight).collect();
    assert_eq!(weights, [100, 30, 10, 10, 10, 0, 0, 0]);
}

#[test]
fn who_passes_on_and_then_speaks_is_heard() {
    let own = own_words(1);
    let weighed = weigh(&[
        ("press", NEWS),
        ("anna", &format!("RT @press: {NEWS}")),
        ("anna", &own),
        ("anna", &own),
    ]);
    let expected = [
        (Words::Own, 100),
        (Words::Repost, 30),
        (Words::Own, 100),
        (Words::Again, 0),
    ];
    assert_eq!(weighed, expected);
}

#[test]
fn a_repost_that_came_first_takes_nothing_from_the_original() {
    let repost = format!("RT @press: {NEWS}");
    let weighed = weigh(&[("anna", &repost), ("press", NEWS), ("bert", NEWS)]);
    let expected = [(Words::Repost, 30), (Words::Own, 100), (Words::Copy, 30)];
    assert_eq!(weighed, expected);
}

#[test]
fn a_news_site_that_carries_an_article_is_an_echo_of_news() {
    let mut crowd = Crowd::default();
    let mut article = |id: &str, author: &str| {
        let mut mention = mention(id, author, START, NEWS);
        mention.platform = Platform::News;
        crowd.weigh(&Reading::of(&mention), false).words
    };
    use crate::domain::mention::Platform;
    assert_eq!(article("1", "stentor.example"), Words::Own);
    assert_eq!(article("2", "tubantia.example"), Words::NewsEcho);
    assert_eq!(article("3", "tubantia.example"), Words::Again);
}

#[test]
fn echoes_weigh_nothing_and_make_nobody_loud() {
    let mut crowd = Crowd::default();
    for place in 0..9 {
        let echo = mention(&place.to_string(), "anna", START, &own_words(place));
        let weighed = crowd.weigh(&Reading::of(&echo), true);
        assert_eq!((weighed.words, weighed.weight), (Words::Echo, 0));
    }
    let weighed = crowd.weigh(
        &Reading::of(&mention("own", "anna", START, &own_words(77))),
        false,
    );
    assert_eq!((weighed.words, weighed.weight), (Words::Own, 100));
}

#[test]
fn a_day_later_it_is_news_again() {
    let mut crowd = Crowd::default();
    let mut words = |id: &str, after: i64| {
        crowd
            .weigh(&Reading::of(&mention(id, id, START + after, NEWS)), false)
            .words
    };
    assert_eq!(words("1", 0), Words::Own);
    assert_eq!(words("2", REMEMBERED - 1), Words::Copy);
    assert_eq!(words("3", REMEMBERED), Words::Own);
    assert_eq!(words("late", 60), Words::Copy);
}

#[test]
fn the_newest_first_weighs_the_same() {
    let mut crowd = Crowd::default();
    let weights: Vec<u8> = (0..8)
        .map(|place| {
            let second = START - 60 * place as i64;
            let mention = mention(&place.to_string(), "loud", second, &own_words(place));
            crowd.weigh(&Reading::of(&mention), false).weight
        })
        .collect();
    assert_eq!(weights[..6], [100, 30, 10, 10, 10, 0]);
}

#[test]
fn an_idle_watch_is_small_and_a_full_one_bounded() {
    let mut crowd = Crowd::default();
    assert!(crowd.bytes() < 1_000, "{}", crowd.bytes());
    for place in 0..30_000 {
        let author = format!("account{place}");
        let mention = mention(&author, &author, START + place as i64, &own_words(place));
        crowd.weigh(&Reading::of(&mention), false);
    }
    assert!(crowd.n_texts() <= 20_000, "{}", crowd.n_texts());
    assert!(crowd.bytes() < 8_000_000, "{}", crowd.bytes());
    // Two days later all of it is gone with the next mention or so.
    for place in 0..3 {
        let second = START + 200_000;
        let mention = mention(
            &format!("later{place}"),
            "anna",
            second,
            &own_words(40_000 + place),
        );
        crowd.weigh(&Reading::of(&mention), false);
    }
    assert!(crowd.n_texts() <= 3, "{}", crowd.n_texts());
}

/// A storm that is longer than what is remembered: texts that went, tables that grew.
#[test]
fn a_restart_in_a_storm_changes_nothing() {
    let mut lasting = Crowd::default();
    let mut before = Vec::new();
    for place in 0..30_000_usize {
        // Some copy what was said just before, some what was said long ago.
        let text = match place % 10 {
            3 => place.saturating_sub(7),
            7 => place / 2,
            _ => place,
        };
        let author = format!("account{}", place % 9_000);
        let second = START + place as i64 / 2;
        let mention = mention(&place.to_string(), &author, second, &own_words(text));
        let weighed = lasting.weigh(&Reading::of(&mention), place % 50 == 0);
        before.push((second, mention.author_hash(), weighed));
    }
    let mut restarted = Crowd::default();
    restarted.restore(before.into_iter());
    assert_eq!(restarted.n_texts(), lasting.n_texts());
    let second = START + 15_000;
    for place in 0..3_000_usize {
        let text = own_words(30_100 - 10 * place);
        let mention = mention(
            &format!("new{place}"),
            &format!("account{place}"),
            second,
            &text,
        );
        let reading = Reading::of(&mention);
        assert_eq!(
            restarted.weigh(&reading, false),
            lasting.weigh(&reading, false),
            "{place}"
        );
    }
}

/// What somebody says: one of a few authors, one of a few texts, perhaps
/// marked or cut, at some second of two hours, in any order.
fn any_mention() -> impl Strategy<Value = (u8, u8, u8, i64, bool)> {
    (
        0..6_u8,
        0..9_u8,
        0..4_u8,
        0..7_200_i64,
        prop::bool::weighted(0.1),
    )
}

fn made((author, text, form, after, _): (u8, u8, u8, i64, bool), place: usize) -> Mention {
    let words = own_words(usize::from(text));
    let words = match form {
        0 => format!("RT @somebody: {words}"),
        1 => format!("{words} #delinde https://t.example/{place}"),
        2 => words.split(' ').take(12).collect::<Vec<_>>().join(" "),
        _ => words,
    };
    let author = if author == 0 {
        String::new()
    } else {
        format!("account{author}")
    };
    mention(&place.to_string(), &author, START + after, &words)
}

proptest! {
    #[test]
    fn a_restart_changes_nothing(
        said in prop::collection::vec(any_mention(), 1..80),
        stop in 0..80_usize,
    ) {
        let mut lasting = Crowd::default();
        let mut before = Vec::new();
        let mut restarted = Crowd::default();
        for (place, one) in said.iter().enumerate() {
            let mention = made(*one, place);
            if place == stop {
                restarted.restore(before.iter().copied());
            }
            let weighed = lasting.weigh(&Reading::of(&mention), one.4);
            if place >= stop {
                prop_assert_eq!(restarted.weigh(&Reading::of(&mention), one.4), weighed);
            }
            before.push((mention.published_at.timestamp(), mention.author_hash(), weighed));
        }
        // What is remembered of texts is the same, also what no later mention asked for.
        let mut restarted = Crowd::default();
        restarted.restore(before.iter().copied());
        prop_assert_eq!(format!("{:?}", restarted.shelf), format!("{:?}", lasting.shelf));
        let sorted = |crowd: &Crowd| {
            let mut all: Vec<_> = crowd.repeaters.iter().map(|(who, when)| (*who, *when)).collect();
            all.sort_unstable();
            all
        };
        prop_assert_eq!(sorted(&restarted), sorted(&lasting));
    }

    /// No account adds more than two voices to an hour, whatever it does.
    #[test]
    fn nobody_is_many(said in prop::collection::vec(any_mention(), 1..80)) {
        let mut crowd = Crowd::default();
        let mut by_author = std::collections::BTreeMap::new();
        for (place, one) in said.iter().enumerate() {
            let mention = made((one.0.max(1), one.1, one.2, one.3 / 2, one.4), place);
            let weighed = crowd.weigh(&Reading::of(&mention), one.4);
            prop_assert!(weighed.weight <= 100);
            *by_author.entry(one.0.max(1)).or_insert(0) += u32::from(weighed.weight);
        }
        for (_, together) in by_author {
            prop_assert!(together <= 200, "{together}");
        }
    }
}
