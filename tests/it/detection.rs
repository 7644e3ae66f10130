//! Properties of everything between a mention and a trigger, over the whole
//! vocabulary of conditions: batches, restarts and lateness change nothing, and
//! what slides counts as what is counted anew.

use std::collections::{BTreeMap, BTreeSet};

use draaiboek::domain::condition::Test;
use draaiboek::domain::desk::Observed;
use draaiboek::domain::heard::Heard;
use draaiboek::domain::mention::{Engagement, Mention, Platform};
use draaiboek::domain::meter::narrowing::Marks;
use draaiboek::domain::meter::{Ground, Meter};
use draaiboek::domain::parse::Parsed;
use draaiboek::domain::query::watches::Watches;
use draaiboek::domain::voices::Reading;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::core::{ORGANISATION, Office, START, Setting, at, cut, parsed_of, playbook, setting_of};
use crate::world::Dice;

const MORE: &str = r#"
own_accounts: ["@dekorst"]
lists:
  press: { accounts: ["@krant", "@omroep"] }
  regulars: { accounts: ["@a1", "@a2"] }
queries:
  severe: 'ziek OR vergiftigd'
"#;

const AUTHORS: [&str; 7] = [
    "@krant",
    "@omroep",
    "@a1",
    "@a2",
    "@a3",
    "@anna_visser",
    "@annavisser",
];
const PLATFORMS: [Platform; 4] = [
    Platform::X,
    Platform::Facebook,
    Platform::News,
    Platform::Review,
];
const TEXTS: [&str; 8] = [
    "het brood van de korst is weer heerlijk vandaag",
    "ik werd ziek van het brood, wat een schande @dekorst",
    "brood en taart van de korst op de markt gekocht",
    "waarom krijg ik geen antwoord over mijn taart @dekorst?",
    "zo slecht brood heb ik nog nooit gehad, ik ben woedend #dekorst",
    "taart",
    "mijn zus is vergiftigd door die taart van hun, ze is er slecht aan toe",
    "RT @krant: brood van de korst teruggeroepen",
];

/// One mention, in numbers.
#[derive(Debug, Clone)]
struct Said {
    /// Seconds after the one before.
    gap: i64,
    author: usize,
    platform: usize,
    text: usize,
    followers: u64,
    likes: u64,
    is_ours: bool,
}

fn said() -> impl Strategy<Value = Said> {
    let gap = prop_oneof![4 => 0_i64..4, 2 => 0_i64..30, 1 => 0_i64..150];
    (
        gap,
        0..AUTHORS.len(),
        0..PLATFORMS.len(),
        0..TEXTS.len(),
        0_u64..4,
        0_u64..5,
        0_u8..12,
    )
        .prop_map(
            |(gap, author, platform, text, followers, likes, ours)| Said {
                gap,
                author,
                platform,
                text,
                followers: followers * 100,
                likes,
                is_ours: ours == 0,
            },
        )
}

fn stream() -> impl Strategy<Value = Vec<Said>> {
    prop::collection::vec(said(), 0..50)
}

fn mention(id: usize, second: i64, said: &Said) -> Mention {
    let author = if said.is_ours {
        "@dekorst"
    } else {
        AUTHORS[said.author]
    };
    Mention {
        id: id.to_string(),
        platform: PLATFORMS[said.platform],
        author: Some(author.to_owned()),
        author_name: None,
        followers: Some(said.followers),
        text: TEXTS[said.text].to_owned(),
        url: None,
        lang: None,
        published_at: at(second),
        kind: None,
        in_reply_to: None,
        engagement: Engagement {
            likes: said.likes,
            ..Engagement::default()
        },
        extra: serde_json::Map::new(),
    }
}

fn observed(setting: &Setting, stream: &[Said]) -> Vec<Observed> {
    let watches = Watches::new(&setting.0).unwrap();
    let mut second = START;
    let numbered = stream.iter().enumerate();
    let all = numbered.filter_map(|(id, said)| {
        second += said.gap;
        Observed::new(mention(id, second, said), &watches, &"suite".into())
    });
    all.collect()
}

/// What narrows a count, in YAML.
fn narrowed() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => Just(""),
        1 => Just(", watch: cake"),
        1 => Just(", matching: severe"),
        1 => Just(", by: [press]"),
        1 => Just(", by: [press, regulars], platforms: [x, news]"),
        1 => Just(", platforms: [facebook]"),
        1 => Just(", watch: cake, matching: severe"),
    ]
}

/// One test of a condition, in YAML.
fn test() -> BoxedStrategy<String> {
    let within = 2_i64..90;
    let plain = || {
        (
            prop_oneof![Just("mentions"), Just("authors"), Just("voices")],
            within.clone(),
            1_u64..5,
            narrowed(),
        )
    };
    let large = (
        prop_oneof![Just("reach"), Just("engagement")],
        within.clone(),
        1_u64..9,
        narrowed(),
    );
    let grows = (
        prop_oneof![Just("mentions"), Just("authors")],
        within.clone(),
        2_u64..4,
        1_u64..4,
    );
    prop_oneof![
        4 => plain().prop_map(|(what, within, n, narrowed)| {
            format!("{what}: {{ within: {within}s, at_least: {n}{narrowed} }}")
        }),
        1 => plain().prop_map(|(what, within, n, narrowed)| {
            format!("{what}: {{ within: {within}s, at_most: {n}{narrowed} }}")
        }),
        2 => large.prop_map(|(what, within, n, narrowed)| {
            let n = if what == "reach" { n * 100 } else { n };
            format!("{what}: {{ within: {within}s, at_least: {n}{narrowed} }}")
        }),
        1 => (within.clone(), 1_u64..4)
            .prop_map(|(within, n)| format!("platforms: {{ within: {within}s, at_least: {n} }}")),
        2 => grows.prop_map(|(what, within, times, n)| {
            format!("{what}: {{ within: {within}s, growing: {times}x, at_least: {n} }}")
        }),
        1 => within.clone()
            .prop_map(|within| format!("mentions: {{ within: {within}s, growing: 2x }}")),
        1 => (within.clone(), 1_u64..5).prop_map(|(within, n)| {
            format!("mentions: {{ within: {within}s, above_usual: 2x, at_least: {n} }}")
        }),
        2 => (1_i64..60, 1_u64..3, 0_usize..3).prop_map(|(older, n, what)| {
            let what = ["", ", what: complaints", ", what: questions"][what];
            format!("unanswered: {{ older_than: {older}s, at_least: {n}{what} }}")
        }),
        1 => (within, 2_u64..4)
            .prop_map(|(within, n)| format!("same_author: {{ within: {within}s, on_platforms: {n} }}")),
        1 => Just("unusual: normal".to_owned()),
    ]
    .boxed()
}

/// A condition of several, and how long it must hold.
fn condition() -> BoxedStrategy<String> {
    let one = || test().prop_map(|test| format!("{{ {test} }}")).boxed();
    let when = prop_oneof![
        4 => one(),
        1 => (one(), one()).prop_map(|(a, b)| format!("{{ all: [{a}, {b}] }}")),
        1 => (one(), one()).prop_map(|(a, b)| format!("{{ any: [{a}, {b}] }}")),
        1 => (one(), one()).prop_map(|(a, b)| format!("{{ all: [{a}], none: [{b}] }}")),
        1 => (one(), one(), one())
            .prop_map(|(a, b, c)| format!("{{ any: [{a}, {{ all: [{b}], none: [{c}] }}] }}")),
    ];
    // `check` refuses what excludes itself.
    let when = when.prop_filter("never holds", |when| {
        let trigger = format!("  t: {{ when: {when} }}\n");
        parsed(&trigger).n_errors() == 0
    });
    let held = prop_oneof![Just(0), 0_i64..60];
    (when, held)
        .prop_map(|(when, held)| format!("{{ when: {when}, for: {held}s }}"))
        .boxed()
}

/// What `check` makes of these triggers.
fn parsed(triggers: &str) -> Parsed {
    let organisation = format!("{ORGANISATION}{MORE}");
    parsed_of(&organisation, &[playbook("one", "bread", triggers)])
}

fn with(triggers: &[String]) -> Setting {
    let lines = triggers.iter().enumerate();
    let lines: String = lines
        .map(|(number, trigger)| format!("  t{number}: {trigger}\n"))
        .collect();
    setting_of(
        &format!("{ORGANISATION}{MORE}"),
        &[playbook("one", "bread", &lines)],
    )
}

/// An office that is open since the beginning.
fn office(setting: &Setting) -> Office {
    let mut office = Office::open(setting);
    office.restart(START);
    office
}

fn in_order(office: &Office) -> BTreeSet<(String, i64)> {
    let all: BTreeSet<(String, i64)> = office.firings.iter().cloned().collect();
    assert_eq!(
        all.len(),
        office.firings.len(),
        "fired twice: {:?}",
        office.firings
    );
    all
}

fn end(stream: &[Said]) -> i64 {
    START + stream.iter().map(|said| said.gap).sum::<i64>() + 1_000
}

/// The firings when each mention comes by itself, on time; `wakes`: time passes
/// before it.
fn one_by_one(setting: &Setting, stream: &[Said], wakes: bool) -> BTreeSet<(String, i64)> {
    let mut office = office(setting);
    for one in observed(setting, stream) {
        let now = one.mention.published_at.timestamp();
        if wakes {
            office.wake_until(now);
        }
        office.observe(&[one], now);
        office.tick(now);
    }
    office.wake_until(end(stream));
    office.check();
    in_order(&office)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_into_batches_gives_the_same_firings(
        triggers in prop::collection::vec(condition(), 1..5),
        stream in stream(),
        cuts in prop::collection::vec(any::<Index>(), 0..8),
    ) {
        let setting = with(&triggers);
        let mut office = office(&setting);
        // What time alone makes true must not be asked before the mentions are
        // in that were said by then: so nobody wakes in between.
        for piece in cut(&observed(&setting, &stream), &cuts) {
            let now = piece.last().unwrap().mention.published_at.timestamp();
            office.observe(&piece, now);
            office.tick(now);
        }
        office.wake_until(end(&stream));
        prop_assert_eq!(in_order(&office), one_by_one(&setting, &stream, false));
    }

    #[test]
    fn a_restart_anywhere_gives_the_same_firings(
        triggers in prop::collection::vec(condition(), 1..5),
        stream in stream(),
        restarts in prop::collection::vec((any::<Index>(), 0_i64..100), 1..5),
    ) {
        let setting = with(&triggers);
        let mut office = office(&setting);
        let mentions = observed(&setting, &stream);
        for (number, one) in mentions.iter().enumerate() {
            let now = one.mention.published_at.timestamp();
            office.wake_until(now);
            office.observe(std::slice::from_ref(one), now);
            office.tick(now);
            let next = mentions.get(number + 1).map_or(end(&stream), |next| next.mention.published_at.timestamp());
            for (place, later) in &restarts {
                if place.index(mentions.len()) == number {
                    office.restart((now + later).min(next));
                }
            }
        }
        office.restart(end(&stream));
        office.restart(end(&stream) + 1);
        prop_assert_eq!(in_order(&office), one_by_one(&setting, &stream, true));
    }

    #[test]
    fn lateness_never_suppresses_what_counting_says(
        kind in 0_usize..5,
        within in 2_i64..90,
        at_least in 1_u64..5,
        narrowed in narrowed(),
        stream in stream(),
        order in any::<u64>(),
        cuts in prop::collection::vec(any::<Index>(), 0..20),
        lateness in 0_i64..80_000,
    ) {
        let what = ["mentions", "authors", "platforms", "reach", "engagement"][kind];
        let at_least = match (what, narrowed) {
            ("reach", _) => at_least * 100,
            // More platforms than are named is a mistake that `check` refuses.
            ("platforms", one) if one.contains("[facebook]") => 1,
            ("platforms", one) if one.contains("platforms:") => at_least.min(2),
            _ => at_least,
        };
        let trigger = format!("{{ when: {{ {what}: {{ within: {within}s, at_least: {at_least}{narrowed} }} }} }}");
        let setting = with(&[trigger]);
        let stream: Vec<Said> = stream.into_iter().map(|said| Said { is_ours: false, ..said }).collect();
        let mut mentions = observed(&setting, &stream);
        let expected = counts(what, within, narrowed, &mentions, at_least);
        let mut dice = Dice::new(order);
        for place in (1..mentions.len()).rev() {
            mentions.swap(place, usize::try_from(dice.roll(place as u64 + 1)).unwrap());
        }
        let mut office = office(&setting);
        let mut now = end(&stream) - 1_000 + lateness;
        office.tick(now);
        for piece in cut(&mentions, &cuts) {
            office.wake_until(now);
            office.observe(&piece, now);
            office.tick(now);
            now += 10;
        }
        office.wake_until(now + 1_000);
        prop_assert_eq!(!office.firings.is_empty(), expected);
    }

    #[test]
    fn a_meter_that_slides_shows_what_a_fresh_one_shows(
        tests in prop::collection::vec(test(), 1..4),
        stream in stream(),
    ) {
        let triggers: Vec<String> = tests.iter().map(|test| format!("{{ when: {{ {test} }} }}")).collect();
        let setting = with(&triggers);
        let when = setting.1[0].playbook.triggers.iter().map(|trigger| &trigger.when);
        let tests: Vec<&Test> = when.flat_map(|when| when.all_tests()).collect();
        let marks = Marks::new(&setting.0, &tests.iter().filter_map(|test| test.count()).collect::<Vec<_>>());
        let ground = Ground { organisation: &setting.0, marks: &marks };
        let mut heard: Vec<Heard> = setting.0.watches.iter().map(|one| Heard::new(&setting.0, &one.key)).collect();
        let mut sliding: Vec<Meter> = tests.iter().filter_map(|test| Meter::new(test, 0, &ground)).collect();
        sliding.iter().for_each(|meter| meter.listen(&mut heard));
        let mentions = observed(&setting, &stream);
        let mut coming = mentions.iter().peekable();
        let mut promised: Vec<Option<i64>> = vec![None; sliding.len()];
        for second in START..end(&stream) - 800 {
            let mut is_news = false;
            while let Some(seen) = coming.next_if(|seen| seen.mention.published_at.timestamp() <= second) {
                is_news = true;
                if seen.matched.ours {
                    heard.iter_mut().for_each(|one| one.post_of_ours(&seen.mention, true));
                }
                for watch in seen.matched.counted() {
                    let marks = marks.of(&seen.matched, &setting.0);
                    heard[usize::from(*watch)].add(
                        &seen.mention,
                        &seen.source,
                        &Reading::of(&seen.mention),
                        marks,
                        false,
                    );
                }
            }
            heard.iter_mut().for_each(|one| one.advance(second));
            for (number, (meter, test)) in sliding.iter_mut().zip(&tests).enumerate() {
                let before = meter.holds(&heard);
                meter.slide(&heard, second);
                let mut fresh = Meter::new(test, 0, &ground).unwrap();
                fresh.place(&heard, second);
                prop_assert_eq!(meter.reading(&heard), fresh.reading(&heard), "{:?} at {}", test, second - START);
                let is_promised = promised[number].is_none_or(|change| second < change);
                if !is_news && is_promised && second > START {
                    prop_assert_eq!(meter.holds(&heard), before, "{:?} at {}", test, second - START);
                }
                promised[number] = meter.next_change(&heard);
                prop_assert!(promised[number].is_none_or(|change| change > second));
            }
        }
    }

    #[test]
    fn while_a_source_is_blind_nothing_that_needs_silence_comes_true(
        within in 2_i64..60,
        held in 0_i64..60,
        is_none in any::<bool>(),
        stream in stream(),
        blind in (0_i64..200, 1_i64..200),
        restarts in any::<bool>(),
    ) {
        let when = if is_none {
            format!("{{ none: [{{ mentions: {{ within: {within}s, at_least: 1 }} }}] }}")
        } else {
            format!("{{ authors: {{ within: {within}s, at_most: 0 }} }}")
        };
        let setting = with(&[format!("{{ when: {when}, for: {held}s }}")]);
        let mut office = office(&setting);
        let (from, to) = (START + blind.0, START + blind.0 + blind.1);
        let (mut was_blind, mut sees) = (false, false);
        let turn = |office: &mut Office, now: i64, was_blind: &mut bool, sees: &mut bool| {
            if !*was_blind && from <= now {
                *was_blind = true;
                office.wake_until(from);
                office.blind("suite", true, from);
                if restarts {
                    office.restart(from + (to - from) / 2);
                }
            }
            if !*sees && to <= now {
                *sees = true;
                office.wake_until(to);
                office.blind("suite", false, to);
            }
        };
        for one in observed(&setting, &stream) {
            let now = one.mention.published_at.timestamp();
            turn(&mut office, now, &mut was_blind, &mut sees);
            office.wake_until(now);
            office.observe(&[one], now);
            office.tick(now);
        }
        let last = end(&stream).max(to + 1_000);
        turn(&mut office, last, &mut was_blind, &mut sees);
        office.wake_until(last);
        office.restart(last);
        for (_, second) in &office.firings {
            // To the end it must have held as long as it must, after we saw.
            prop_assert!(*second <= from || *second >= to + held, "{} in {:?}", second - START, blind);
        }
        let n_said = stream.iter().filter(|said| !said.is_ours).count();
        if n_said > 0 {
            prop_assert!(!office.firings.is_empty(), "it is silent in the end");
        }
    }
}

/// Whether plain counting, second by second, ever finds enough.
fn counts(what: &str, within: i64, narrowed: &str, all: &[Observed], at_least: u64) -> bool {
    let watch = u16::from(narrowed.contains("cake"));
    let takes = |one: &&Observed| {
        let (matched, mention) = (&one.matched, &one.mention);
        let platforms: &[Platform] = match narrowed {
            text if text.contains("[x, news]") => &[Platform::X, Platform::News],
            text if text.contains("[facebook]") => &[Platform::Facebook],
            _ => &PLATFORMS,
        };
        let lists: &[u16] = match narrowed {
            text if text.contains("regulars") => &[0, 1],
            text if text.contains("press") => &[0],
            _ => &[],
        };
        matched.counted().contains(&watch)
            && (!narrowed.contains("severe") || !matched.queries.is_empty())
            && (lists.is_empty() || matched.lists.iter().any(|list| lists.contains(list)))
            && platforms.contains(&mention.platform)
    };
    let all: Vec<&Mention> = all.iter().filter(takes).map(|one| &*one.mention).collect();
    let second = |one: &Mention| one.published_at.timestamp();
    all.iter().any(|last| {
        let now = second(last);
        let inside = all
            .iter()
            .filter(|one| second(one) > now - within && second(one) <= now);
        let inside: Vec<&&Mention> = inside.collect();
        let counted = match what {
            "mentions" => inside.len() as u64,
            "authors" => inside
                .iter()
                .map(|one| one.author_hash())
                .collect::<BTreeSet<_>>()
                .len() as u64,
            "platforms" => inside
                .iter()
                .map(|one| one.platform)
                .collect::<BTreeSet<_>>()
                .len() as u64,
            "engagement" => inside.iter().map(|one| one.engagement.likes).sum(),
            _ => {
                let mut reach: BTreeMap<_, u64> = BTreeMap::new();
                for one in inside {
                    let most = reach.entry(one.author_hash()).or_default();
                    *most = (*most).max(one.followers.unwrap_or(0));
                }
                reach.values().sum()
            }
        };
        counted >= at_least
    })
}

const WEEKS: &str = "  above: { when: { mentions: { within: 1h, above_usual: 3x } } }
  among: { when: { mentions: { within: 1h, above_usual: 3x, at_least: 20 } } }
  people: { when: { authors: { within: 2h, above_usual: 3x } } }
  below: { when: { mentions: { within: 6h, below_usual: 0.3x } } }
  voices: { when: { voices: { within: 1h, above_usual: 2x, at_least: 6 } }, for: 5m }
  grows: { when: { mentions: { within: 30m, growing: 4x } } }
  low: { when: { unusual: low } }
  normal: { when: { unusual: normal } }
  high: { when: { unusual: high } }
  over: { when: { mentions: { within: 1d, at_least: 60 }, none: [ { unusual: high } ] }, for: 30m }
";

const HOUR: i64 = 3_600;

/// Three weeks with a rhythm of the day; a storm on the sixteenth day, a bigger
/// one two days later in every second of three minutes, and a day of silence.
fn weeks() -> Vec<(i64, Said)> {
    let mut dice = Dice::new(7);
    let mut all = Vec::new();
    let mut say = |second: i64, dice: &mut Dice, n_authors: u64| {
        let author = usize::try_from(dice.roll(n_authors)).unwrap();
        let said = Said {
            gap: 0,
            author,
            platform: usize::try_from(dice.roll(2)).unwrap(),
            text: usize::try_from(dice.roll(3)).unwrap(),
            followers: 10,
            likes: 0,
            is_ours: false,
        };
        all.push((second, said));
    };
    for hour in 0..21 * 24 {
        let of_day = hour % 24;
        let a_rate = if (7..22).contains(&of_day) { 9 } else { 2 };
        let is_silent = (19 * 24..20 * 24).contains(&hour);
        let n = if is_silent { 0 } else { dice.roll(a_rate) };
        for _ in 0..n {
            let second = START + hour * HOUR + i64::try_from(dice.roll(3_600)).unwrap();
            say(second, &mut dice, 200);
        }
    }
    let storm = START + (15 * 24 + 14) * HOUR;
    for number in 0..120 {
        say(storm + number * 8, &mut dice, 1_000);
    }
    // While the first still goes on, bigger, without a second of silence.
    for second in 0..240 {
        say(storm + 3 * HOUR + second, &mut dice, 1_000);
        say(storm + 3 * HOUR + second, &mut dice, 1_000);
    }
    for minute in 10..3 * 60 {
        say(storm + minute * 60, &mut dice, 1_000);
    }
    all.sort_by_key(|(second, _)| *second);
    all
}

/// Delivers the three weeks in pieces that end where an hour (or so) does.
fn live_through(pieces: impl Fn(i64) -> i64, restart_every: Option<i64>) -> Office {
    let setting = setting_of(
        &format!("{ORGANISATION}{MORE}"),
        &[playbook("one", "bread", WEEKS)],
    );
    let mut office = Office::open(&setting).listening_only();
    office.restart(START);
    let watches = Watches::new(&setting.0).unwrap();
    let mut pending: Vec<Observed> = Vec::new();
    let mut restart_at = restart_every.map(|every| START + every);
    let give = |office: &mut Office, pending: &mut Vec<Observed>| {
        let Some(last) = pending.last() else { return };
        let now = last.mention.published_at.timestamp();
        office.observe(pending, now);
        office.tick(now);
        let wakeup = office.desk.next_wakeup();
        assert!(
            wakeup.is_none_or(|wakeup| wakeup > at(now)),
            "{wakeup:?} at {now}"
        );
        pending.clear();
    };
    for (id, (second, said)) in weeks().into_iter().enumerate() {
        let author = format!("@p{}", said.author);
        let mut mention = mention(id, second, &Said { author: 0, ..said });
        mention.author = Some(author);
        mention.text = format!("brood {} {} {}", id % 977, id % 613, id % 211);
        let Some(one) = Observed::new(mention, &watches, &"suite".into()) else {
            continue;
        };
        let first = pending
            .first()
            .map(|one: &Observed| one.mention.published_at.timestamp());
        if first.is_some_and(|first| pieces(first) != pieces(second)) {
            give(&mut office, &mut pending);
        }
        if pending.is_empty() {
            office.wake_until(second);
            if let Some(due) = restart_at.filter(|due| *due <= second) {
                office.restart(second);
                restart_at = Some(due + restart_every.unwrap());
            }
        }
        pending.push(one);
    }
    give(&mut office, &mut pending);
    office.wake_until(START + 22 * 24 * HOUR);
    office
}

#[test]
fn three_weeks_are_the_same_in_batches_and_over_restarts() {
    let plain = live_through(|second| second, None);
    let expected = in_order(&plain);
    for name in [
        "above", "among", "people", "below", "voices", "grows", "low", "normal", "high", "over",
    ] {
        assert!(
            !plain.firings_of(name).is_empty(),
            "{name} never fired: {:?}",
            plain.firings
        );
    }
    assert!(
        plain.firings_of("normal").len() >= 2,
        "the bigger second storm: {:?}",
        plain.firings_of("normal")
    );
    for name in ["low", "normal"] {
        assert!(
            plain.firings_of(name).len() <= 4,
            "{name}: {:?}",
            plain.firings_of(name)
        );
    }
    let batches = live_through(|second| second.div_euclid(2 * HOUR), None);
    assert_eq!(in_order(&batches), expected);
    let restarted = live_through(|second| second, Some(17 * HOUR + 300));
    assert_eq!(in_order(&restarted), expected);
    let both = live_through(|second| second.div_euclid(1_000), Some(31 * HOUR));
    assert_eq!(in_order(&both), expected);
}

/// A playbook whose trigger is about somebody, with a task for each case.
fn with_cases(when: &str) -> Setting {
    let playbook = format!(
        "playbook: one\ntitle: one\nwatch: bread\nowner: owner\nwriter: writer\n\
         triggers:\n  t0: {{ when: {{ {when} }} }}\n\
         facts:\n  what: {{ ask: Wat?, role: writer }}\n\
         tasks:\n  answer: {{ title: Antwoord, role: writer, per_case: true }}\n"
    );
    setting_of(&format!("{ORGANISATION}{MORE}"), &[playbook])
}

/// Somebody says something at a second; time goes on until then.
fn say(
    office: &mut Office,
    setting: &Setting,
    second: i64,
    author: &str,
    platform: Platform,
    text: &str,
) {
    let said = Said {
        gap: 0,
        author: 0,
        platform: 0,
        text: 0,
        followers: 1,
        likes: 0,
        is_ours: false,
    };
    let mut mention = mention(usize::try_from(second).unwrap(), second, &said);
    mention.author = Some(author.to_owned());
    mention.platform = platform;
    mention.url = Some(format!("https://x.example/{second}"));
    text.clone_into(&mut mention.text);
    let watches = Watches::new(&setting.0).unwrap();
    let one = Observed::new(mention, &watches, &"suite".into()).unwrap();
    office.wake_until(second);
    office.observe(&[one], second);
    office.tick(second);
}

fn cases(office: &Office) -> Vec<(String, String, Platform)> {
    let run = &office.runs[&1].0;
    let cases = run.cases.iter();
    cases
        .map(|(number, case)| (number.clone(), case.name.clone(), case.platform))
        .collect()
}

#[test]
fn who_waits_for_an_answer_is_a_case_once() {
    let setting = with_cases("unanswered: { older_than: 60s, what: complaints }");
    let mut office = office(&setting);
    let complaint = "wat een schande, ik werd ziek van jullie brood @dekorst";
    say(
        &mut office,
        &setting,
        START + 10,
        "@anna",
        Platform::X,
        complaint,
    );
    say(
        &mut office,
        &setting,
        START + 20,
        "@bert",
        Platform::Facebook,
        complaint,
    );
    // The same person again.
    say(
        &mut office,
        &setting,
        START + 15,
        "@anna",
        Platform::X,
        "nog steeds ziek van het brood, schande @dekorst",
    );
    assert!(office.runs.is_empty());
    office.wake_until(START + 69);
    assert!(office.runs.is_empty());
    office.wake_until(START + 200);
    assert_eq!(
        cases(&office),
        [("1".to_owned(), "@anna".to_owned(), Platform::X)]
    );
    let run = &office.runs[&1].0;
    assert!(run.items.contains_key("answer@1"), "{:?}", run.items.keys());
    assert_eq!(
        run.cases["1"].url.as_deref(),
        Some(format!("https://x.example/{}", START + 10).as_str())
    );
    // We answer everybody; another complaint fires again.
    say(
        &mut office,
        &setting,
        START + 300,
        "@dekorst",
        Platform::X,
        "@anna we bellen je over het brood",
    );
    say(
        &mut office,
        &setting,
        START + 301,
        "@dekorst",
        Platform::Facebook,
        "@bert we bellen je over het brood",
    );
    say(
        &mut office,
        &setting,
        START + 400,
        "@carla",
        Platform::X,
        complaint,
    );
    say(
        &mut office,
        &setting,
        START + 401,
        "@anna",
        Platform::X,
        "weer ziek van het brood, schande @dekorst",
    );
    office.restart(START + 402);
    office.wake_until(START + 1_000);
    let expected = [
        ("1".to_owned(), "@anna".to_owned(), Platform::X),
        ("2".to_owned(), "@carla".to_owned(), Platform::X),
    ];
    assert_eq!(cases(&office), expected);
    office.check();
}

#[test]
fn who_complains_in_several_places_is_one_case() {
    let setting = with_cases("same_author: { within: 1d, on_platforms: 2 }");
    let mut office = office(&setting);
    say(
        &mut office,
        &setting,
        START + 10,
        "@annavisser",
        Platform::X,
        "wat een schande, ziek van dat brood",
    );
    say(
        &mut office,
        &setting,
        START + 20,
        "@bert",
        Platform::X,
        "wat een schande, dat brood",
    );
    assert!(office.runs.is_empty());
    say(
        &mut office,
        &setting,
        START + 30,
        "anna.visser",
        Platform::Facebook,
        "schandalig brood, echt woedend ben ik",
    );
    assert_eq!(
        cases(&office),
        [("1".to_owned(), "anna.visser".to_owned(), Platform::Facebook)]
    );
    assert!(office.runs[&1].0.items.contains_key("answer@1"));
    say(
        &mut office,
        &setting,
        START + 40,
        "annavisser",
        Platform::Reddit,
        "schandalig brood, echt woedend ben ik",
    );
    office.wake_until(START + 500);
    assert_eq!(cases(&office).len(), 1);
    office.check();
}
