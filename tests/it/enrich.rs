//! What is read of mentions: whether it is right often enough, on texts that
//! were labelled by hand, and what must hold for any text.

#![expect(
    clippy::print_stdout,
    reason = "measuring says what it found to who asked for it"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use draaiboek::domain::enrich::words::OwnList;
use draaiboek::domain::enrich::{Enricher, Lang, Need, Reading, Tone, Why, WordLists};
use proptest::prelude::*;

/// Right, wrong and missed.
#[derive(Debug, Default, Clone, Copy)]
struct Score {
    n_right: u32,
    n_wrong: u32,
    n_missed: u32,
}

impl Score {
    fn add(&mut self, is_read: bool, is_so: bool) {
        match (is_read, is_so) {
            (true, true) => self.n_right += 1,
            (true, false) => self.n_wrong += 1,
            (false, true) => self.n_missed += 1,
            (false, false) => {}
        }
    }

    fn precision(self) -> f64 {
        f64::from(self.n_right) / f64::from((self.n_right + self.n_wrong).max(1))
    }

    fn recall(self) -> f64 {
        f64::from(self.n_right) / f64::from((self.n_right + self.n_missed).max(1))
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n = self.n_right + self.n_missed;
        write!(f, "P {:.3} R {:.3} of {n}", self.precision(), self.recall())
    }
}

fn fixture(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("tests/it/fixtures/enrich").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// Reads every labelled line of a fixture; what was scored, by kind, and a line
/// for each mistake.
fn scores(name: &str, told: Option<&str>) -> (BTreeMap<&'static str, Score>, String) {
    let enricher = Enricher::default();
    let mut scores: BTreeMap<&'static str, Score> = BTreeMap::new();
    let mut mistakes = String::new();
    let written = fixture(name);
    for line in written.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t');
        let [needs, tone, rumour, text] = std::array::from_fn(|_| parts.next().unwrap());
        let reading = enricher.read(text, told);
        let mut is_right = true;
        let mut check = |kind, is_read: bool, is_so: bool| {
            scores.entry(kind).or_default().add(is_read, is_so);
            is_right &= is_read == is_so;
        };
        for need in Need::ALL {
            check(
                need.name(),
                reading.needs.has(need),
                needs.contains(&need.name()[..1]),
            );
        }
        check("rumour", reading.rumour, rumour == "r");
        check("unclear", reading.tone == Tone::Unclear, tone == "u");
        check("negative", reading.tone == Tone::Negative, tone == "n");
        check("positive", reading.tone == Tone::Positive, tone == "p");
        if !is_right {
            let read: Vec<&str> = reading.needs.all().map(Need::name).collect();
            let (tone_read, score) = (reading.tone, reading.score);
            writeln!(
                mistakes,
                "{needs} {tone} {rumour} <- {read:?} {tone_read:?} {score} {} | {text}\n    {:?}",
                reading.rumour, reading.because
            )
            .unwrap();
        }
    }
    (scores, mistakes)
}

fn check_scores(name: &str, told: Option<&str>, floors: &[(&str, f64, f64)]) {
    let (scores, mistakes) = scores(name, told);
    for (kind, score) in &scores {
        println!("{name} {kind:12} {score}");
    }
    println!("{mistakes}");
    for (kind, precision, recall) in floors {
        let score = scores[kind];
        assert!(
            score.precision() >= *precision && score.recall() >= *recall,
            "{name} {kind}: {score}, at least {precision} and {recall}"
        );
    }
}

/// Floors well below what is measured, so that a change of the lists that does
/// harm is seen, and one word more or less is not.
#[test]
fn dutch_mentions_are_read_as_people_labelled_them() {
    for (name, told) in [("nl.tsv", Some("nl")), ("nl-second.tsv", None)] {
        check_scores(
            name,
            told,
            &[
                ("information", 0.80, 0.95),
                ("harm", 0.80, 0.90),
                ("meaning", 0.85, 0.85),
                ("rumour", 0.80, 0.80),
                ("unclear", 0.75, 0.80),
            ],
        );
    }
}

/// What to expect of new texts: these were written after the lists.
#[test]
fn dutch_mentions_that_the_lists_were_not_made_for_are_half_found() {
    check_scores(
        "nl-unseen.tsv",
        Some("nl"),
        &[
            ("information", 0.70, 0.90),
            ("harm", 0.80, 0.45),
            ("meaning", 0.90, 0.45),
        ],
    );
}

#[test]
fn english_mentions_are_read_as_people_labelled_them() {
    check_scores(
        "en.tsv",
        None,
        &[
            ("information", 0.75, 0.80),
            ("harm", 0.80, 0.80),
            ("meaning", 0.75, 0.80),
            ("rumour", 0.75, 0.75),
            ("unclear", 0.60, 0.60),
        ],
    );
}

fn read(text: &str) -> Reading {
    Enricher::default().read(text, None)
}

#[test]
fn the_words_that_made_it_so_are_said() {
    let reading = read("Schandalig! Al drie uur zonder stroom, weet iemand tot wanneer?");
    insta::assert_debug_snapshot!(reading);
    let reading = read("Not good: thoughts with the two injured. Apparently they knew 🙏");
    insta::assert_debug_snapshot!(reading);
}

#[test]
fn negation_turns_and_contrast_weighs() {
    for (text, tone) in [
        ("De zorg was goed", Tone::Positive),
        ("De zorg was niet goed", Tone::Negative),
        ("The staff were friendly", Tone::Positive),
        ("The staff were not friendly", Tone::Negative),
        ("Friendly staff but an appalling wait", Tone::Negative),
        (
            "Vriendelijke mensen, maar een waardeloze organisatie",
            Tone::Negative,
        ),
        ("De vergadering begint om acht uur", Tone::Neutral),
        ("Praise be 🙃", Tone::Unclear),
    ] {
        assert_eq!(read(text).tone, tone, "{text}: {:?}", read(text));
    }
}

#[test]
fn nothing_is_read_of_a_language_that_we_do_not_read() {
    let reading = read("Es gibt drei Tote und viele Verletzte nach dem Unfall auf der Autobahn 😡");
    assert_eq!(reading.language, Some(Lang::Other));
    let nothing = Reading {
        language: Some(Lang::Other),
        ..Reading::default()
    };
    assert_eq!(reading, nothing);
}

#[test]
fn words_of_the_organisation_count_and_shipped_ones_can_be_taken_away() {
    let lists = WordLists {
        negative: OwnList {
            more: vec!["spoedkermis".into()],
            fewer: vec!["storing".into(), "traag".into()],
        },
        harm: OwnList {
            more: vec!["muis".into(), "lindebos dicht".into()],
            fewer: vec!["brand".into()],
        },
        rumour: OwnList {
            more: vec!["zegt tante".into()],
            fewer: Vec::new(),
        },
        ..WordLists::default()
    };
    let own = Enricher::new(&lists);
    let without = Enricher::default();
    for (text, tone, tone_without) in [
        ("Het is daar een spoedkermis", Tone::Negative, Tone::Neutral),
        ("Er is een storing", Tone::Neutral, Tone::Negative),
        ("Het ging nogal traag", Tone::Neutral, Tone::Negative),
    ] {
        assert_eq!(own.read(text, Some("nl")).tone, tone, "{text}");
        assert_eq!(without.read(text, Some("nl")).tone, tone_without, "{text}");
    }
    let harm = |enricher: &Enricher, text| enricher.read(text, Some("nl")).needs.has(Need::Harm);
    for (text, is_so, is_so_without) in [
        ("Er zit een MUIS in de keuken", true, false),
        ("Het Lindebos dicht wegens de wind", true, true),
        ("De brand is groot en er is rook", true, true),
        ("De brand in de film, met die ruiten", true, true),
    ] {
        assert_eq!(harm(&own, text), is_so, "{text}");
        assert_eq!(harm(&without, text), is_so_without, "{text}");
    }
    assert!(own.read("Dat zegt tante", Some("nl")).rumour);
    assert!(!without.read("Dat zegt tante", Some("nl")).rumour);
    let because = own.read("Er zit een muis in de keuken", Some("nl")).because;
    assert!(
        because
            .iter()
            .any(|one| one.kind == Why::Harm && one.words == "muis")
    );
}

/// Words, signs and emoji as they come in posts.
fn posts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "niet",
            "goed",
            "De",
            "brand",
            "gewond",
            "sterkte",
            "weet iemand",
            "ik hoorde",
            "lekker bezig",
            "patiënt",
            "zó",
            "the",
            "not",
            "injured",
            "prayers",
            "does anyone know",
            "12",
            "drie",
            "but",
            "maar",
            "#ramp",
            "@delinde",
            "?",
            "!",
            ".",
            ",",
            "😡",
            "🙃",
            "❤️",
            ":(",
            "bang",
            "traag",
            "storing",
            "dead",
            "people",
        ])
        .prop_map(str::to_owned),
        "[a-zA-ZéëÉ]{1,9}",
        "\\PC{0,6}",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_read_and_always_the_same(text in "\\PC*", told in proptest::option::of("[a-z-]{0,6}")) {
        let enricher = Enricher::default();
        let reading = enricher.read(&text, told.as_deref());
        prop_assert_eq!(&reading, &Enricher::default().read(&text, told.as_deref()));
        prop_assert!((-1.0..=1.0).contains(&reading.score));
        for need in Need::ALL {
            prop_assert!((0.0..=1.0).contains(&reading.needs.score(need)));
        }
        prop_assert!(reading.because.len() <= 8);
        let stored = serde_json::to_string(&reading).unwrap();
        let back: Reading = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(back, reading);
    }

    #[test]
    fn what_stands_around_the_words_changes_nothing(text in posts()) {
        let enricher = Enricher::default();
        let reading = enricher.read(&text, None);
        let spaced = format!("  {}\t https://t.example/abc?x=1&y=niet", text.replace(' ', "   "));
        prop_assert_eq!(&reading, &enricher.read(&spaced, None));
    }

    #[test]
    fn capitals_change_no_need(text in posts()) {
        let enricher = Enricher::default();
        let reading = enricher.read(&text, Some("nl"));
        for other in [text.to_uppercase(), text.to_lowercase()] {
            let changed = enricher.read(&other, Some("nl"));
            prop_assert_eq!(reading.needs, changed.needs, "{}", other);
            prop_assert_eq!(reading.rumour, changed.rumour, "{}", other);
            prop_assert_eq!(reading.language, changed.language, "{}", other);
        }
    }
}

/// Posts of one event with what people said they are about; a CSV of CrisisLexT26.
fn labelled(path: &Path) -> Vec<(String, Option<Need>)> {
    let mut rows = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(path)
        .unwrap();
    let need = |label: &str| match label.trim() {
        "Sympathy and support" => Some(Need::Meaning),
        "Affected individuals"
        | "Infrastructure and utilities"
        | "Caution and advice"
        | "Donations and volunteering" => Some(Need::Harm),
        _ => None,
    };
    let records = rows.records().map(Result::unwrap);
    records
        .map(|row| (row[1].to_owned(), need(&row[3])))
        .collect()
}

/// How well needs are read on real crises: `DRAAIBOEK_CRISES` names a folder with
/// a folder for each event of CrisisLexT26.
///
/// `DRAAIBOEK_CRISES=../../shared/data/crises cargo test --release --test it --
/// --ignored --nocapture crises`
#[test]
#[ignore = "measures on data that is not in the project"]
fn measures_needs_on_real_crises() {
    let folder = PathBuf::from(std::env::var("DRAAIBOEK_CRISES").unwrap());
    let enricher = Enricher::default();
    let mut events: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    events.sort();
    let told = std::env::var("DRAAIBOEK_TOLD").ok();
    // Of the five kinds that say which need; then of all posts, where a post
    // about anything else that is read as a need is wrong.
    for is_all in [false, true] {
        println!(
            "{}",
            if is_all {
                "all posts"
            } else {
                "posts with a need"
            }
        );
        let mut all = [Score::default(); 2];
        for event in &events {
            let mut files = std::fs::read_dir(event)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            let file = files.find(|path| path.to_string_lossy().ends_with("labeled.csv"));
            let mut one = [Score::default(); 2];
            for (text, label) in labelled(&file.unwrap()) {
                if !is_all && label.is_none() {
                    continue;
                }
                let reading = enricher.read(&text, told.as_deref());
                for (place, need) in [Need::Harm, Need::Meaning].into_iter().enumerate() {
                    let (is_read, is_so) = (reading.needs.has(need), label == Some(need));
                    one[place].add(is_read, is_so);
                    all[place].add(is_read, is_so);
                }
            }
            let name = event.file_name().unwrap().to_string_lossy();
            println!("  {name:32} harm {}  meaning {}", one[0], one[1]);
        }
        println!("  {:32} harm {}  meaning {}", "all", all[0], all[1]);
    }
}

/// How well the tone of English is read: `DRAAIBOEK_TONE` names a file of
/// vaderSentiment's `hutto_ICWSM_2014` (number, mean valence -4..4, text).
#[test]
#[ignore = "measures on data that is not in the project"]
fn measures_tone_on_rated_texts() {
    let written = std::fs::read(std::env::var("DRAAIBOEK_TONE").unwrap()).unwrap();
    let written = String::from_utf8_lossy(&written);
    let enricher = Enricher::default();
    let (mut negative, mut positive) = (Score::default(), Score::default());
    let (mut n_sides, mut n_right_sides, mut n_unclear, mut n_rows, mut n_right) = (0, 0, 0, 0, 0);
    for line in written.lines() {
        let mut parts = line.splitn(3, '\t').skip(1);
        let (Some(Ok(valence)), Some(text)) = (parts.next().map(str::parse::<f32>), parts.next())
        else {
            continue;
        };
        let reading = enricher.read(text, Some("en"));
        let tone = match valence {
            valence if valence >= 0.5 => Tone::Positive,
            valence if valence <= -0.5 => Tone::Negative,
            _ => Tone::Neutral,
        };
        n_rows += 1;
        n_right += u32::from(reading.tone == tone);
        n_unclear += u32::from(reading.tone == Tone::Unclear);
        negative.add(reading.tone == Tone::Negative, tone == Tone::Negative);
        positive.add(reading.tone == Tone::Positive, tone == Tone::Positive);
        if valence.abs() >= 0.5 && matches!(reading.tone, Tone::Negative | Tone::Positive) {
            n_sides += 1;
            n_right_sides += u32::from(reading.tone == tone);
        }
    }
    println!(
        "{n_rows} texts: {:.3} right of three, {n_unclear} unclear",
        f64::from(n_right) / f64::from(n_rows)
    );
    println!(
        "side right when taken: {:.3} of {n_sides}",
        f64::from(n_right_sides) / f64::from(n_sides)
    );
    println!("negative {negative}\npositive {positive}");
}

/// How long a mention takes.
#[test]
#[ignore = "measures time; run it with --release"]
fn measures_how_long_reading_takes() {
    let texts: Vec<String> = ["nl.tsv", "nl-second.tsv", "en.tsv"]
        .iter()
        .flat_map(|name| {
            fixture(name)
                .lines()
                .skip(1)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .filter_map(|line| line.split('\t').nth(3).map(str::to_owned))
        .collect();
    let enricher = Enricher::default();
    let round = || {
        texts
            .iter()
            .map(|text| enricher.read(text, None).because.len())
            .sum::<usize>()
    };
    let n_reasons = round();
    let begin = draaiboek::engine::clock::stopwatch();
    let n_rounds = 200;
    for _ in 0..n_rounds {
        assert_eq!(round(), n_reasons);
    }
    let each = begin.elapsed() / (n_rounds * u32::try_from(texts.len()).unwrap());
    println!("{each:?} a mention");
}
