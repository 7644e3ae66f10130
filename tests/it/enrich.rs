//! What is read of mentions: whether it is right often enough, on texts that
//! were labelled by hand, and what must hold for any text.

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
            check(need.name(), reading.needs.has(need), needs.contains(&need.name()[..1]));
        }
        check("rumour", reading.rumour, rumour == "r");
        check("unclear", reading.tone == Tone::Unclear, tone == "u");
        check("negative", reading.tone == Tone::Negative, tone == "n");
        check("positive", reading.tone == Tone::Positive, tone == "p");
        if !is_right {
            let read: Vec<&str> = reading.needs.all().map(Need::name).collect();
            let (tone_read, score) = (reading.tone, reading.score);
            writeln!(mistakes, "{needs} {tone} {rumour} <- {read:?} {tone_read:?} {score} {} | {text}\n    {:?}", reading.rumour, reading.because).unwrap();
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

#[test]
fn dutch_mentions_are_read_as_people_labelled_them() {
    check_scores("nl.tsv", Some("nl"), &[]);
}
