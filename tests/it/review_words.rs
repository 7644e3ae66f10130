//! The language half of review, over a corpus of texts: faulty ones, each with
//! the rule that must remark on it, and good ones that nothing may stop.
//!
//! Every third text was held out while the word lists were tuned.

#![expect(
    clippy::print_stdout,
    reason = "how many of each kind fail is what this corpus is for"
)]

use std::fs;
use std::path::Path;

use chrono_tz::Europe::Amsterdam;
use draaiboek::domain::review::about::Earlier;
use draaiboek::domain::review::{About, Remark, Severity, review};
use draaiboek::domain::strategy::Advice;
use draaiboek::domain::text::Language;
use draaiboek::domain::time::Timestamp;

/// One text of the corpus, as its file writes it: `### name | language kind
/// channel | rule`, lines that begin with `@`, then the text.
struct Case {
    name: String,
    language: Language,
    kind: Option<String>,
    channel: String,
    rule: String,
    directives: Vec<(String, String)>,
    text: String,
    is_held_out: bool,
}

/// Monday 2 March 2026, ten in the morning in the Netherlands.
fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn corpus(folder: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/fixtures/review")
        .join(folder);
    let mut files: Vec<_> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let written = fs::read_to_string(file).unwrap();
        for (place, part) in written.split("### ").skip(1).enumerate() {
            let mut case = case(part);
            case.is_held_out = place % 3 == 2;
            cases.push(case);
        }
    }
    cases
}

fn case(part: &str) -> Case {
    let (head, body) = part.split_once('\n').unwrap();
    let mut head = head.split('|').map(str::trim);
    let name = head.next().unwrap().to_owned();
    let about: Vec<&str> = head.next().unwrap().split(' ').collect();
    let mut directives = Vec::new();
    let mut text = body;
    while let Some((line, rest)) = text
        .strip_prefix('@')
        .and_then(|text| text.split_once('\n'))
    {
        let (key, value) = line.split_once(' ').unwrap();
        if !["earlier", "due", "unconfirmed", "strategy"].contains(&key) {
            break;
        }
        directives.push((key.to_owned(), value.to_owned()));
        text = rest;
    }
    Case {
        name,
        language: Language::from_tag(about[0]).unwrap(),
        kind: (about[1] != "-").then(|| about[1].to_owned()),
        channel: about[2].to_owned(),
        rule: head.next().unwrap_or_default().to_owned(),
        directives,
        text: text.trim().to_owned(),
        is_held_out: false,
    }
}

impl Case {
    fn about(&self) -> About {
        let mut about = About::new(Some(self.language), now(), Amsterdam);
        about.channel.clone_from(&self.channel);
        about.message_kind.clone_from(&self.kind);
        about.is_internal = self.kind.as_deref() == Some("internal");
        about.ours.phones = [
            "088 123 45 67",
            "088 123 45 00",
            "088 123 45 01",
            "088 123 45 02",
            "14 0591",
            "0900 8844",
        ]
        .map(str::to_owned)
        .to_vec();
        for (key, value) in &self.directives {
            match key.as_str() {
                "earlier" => about.earlier.push(Earlier {
                    message: "earlier".to_owned(),
                    language: self.language.tag().to_owned(),
                    text: value.clone(),
                    at: now() - chrono::TimeDelta::hours(1),
                    facts: draaiboek::domain::facts::FactSheet::new(),
                }),
                "due" => {
                    let due = format!("2026-03-02T{value}:00+01:00");
                    about.update_due = Some(
                        due.parse::<chrono::DateTime<chrono::FixedOffset>>()
                            .unwrap()
                            .to_utc(),
                    );
                }
                "unconfirmed" => {
                    let (name, way) = value.split_once('=').unwrap();
                    about
                        .unconfirmed
                        .push((name.to_owned(), vec![way.to_owned()]));
                }
                "strategy" => {
                    let advices = [
                        Advice::Deny,
                        Advice::Inform,
                        Advice::Diminish,
                        Advice::Rebuild,
                    ];
                    about.strategy = advices.into_iter().find(|advice| advice.name() == value);
                }
                other => panic!("{other}"),
            }
        }
        about
    }

    fn remarks(&self) -> Vec<Remark> {
        review(&self.text, &self.about())
    }

    /// What to print about a failure; nothing of a text that is held out.
    fn told(&self, remarks: &[Remark]) -> String {
        if self.is_held_out && std::env::var("SHOW_HELD_OUT").is_err() {
            return format!("a held-out text: {}", self.rule);
        }
        let said: Vec<String> = remarks
            .iter()
            .map(|one| {
                let span: String = self
                    .text
                    .chars()
                    .skip(one.start)
                    .take(one.end - one.start)
                    .collect();
                format!("{} {} “{span}”", one.severity.name(), one.rule)
            })
            .collect();
        format!("{} ({}): {said:#?}", self.name, self.rule)
    }
}

fn report(what: &str, cases: &[Case], failed: &[(bool, String)]) {
    let held = cases.iter().filter(|case| case.is_held_out).count();
    let n_failed = |held: bool| failed.iter().filter(|(is, _)| *is == held).count();
    println!(
        "{what}: tuned {} of {} fail, held out {} of {held} fail",
        n_failed(false),
        cases.len() - held,
        n_failed(true)
    );
}

#[test]
fn every_faulty_text_gets_the_remark_it_deserves() {
    let cases = corpus("faulty");
    assert!(cases.len() >= 60, "{}", cases.len());
    let mut missed = Vec::new();
    for case in &cases {
        let remarks = case.remarks();
        if !remarks.iter().any(|one| one.rule == case.rule) {
            missed.push((case.is_held_out, case.told(&remarks)));
        }
    }
    report("faulty", &cases, &missed);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn no_good_text_is_blocked_and_most_are_left_in_peace() {
    let cases = corpus("good");
    assert!(cases.len() >= 60, "{}", cases.len());
    let mut blocked = Vec::new();
    let mut n_warned = 0;
    for case in &cases {
        let remarks = case.remarks();
        let is_heavy = |severity| remarks.iter().any(|one| one.severity >= severity);
        if is_heavy(Severity::Block) {
            blocked.push((case.is_held_out, case.told(&remarks)));
        } else if is_heavy(Severity::Warn) {
            n_warned += 1;
            if std::env::var("SHOW_WARNINGS").is_ok() {
                println!("{}", case.told(&remarks));
            }
        }
    }
    report("good", &cases, &blocked);
    println!("good: {n_warned} of {} get a warning", cases.len());
    assert!(blocked.is_empty(), "{blocked:#?}");
}
