//! `draaiboek test` from outside: the tests of shipped playbooks hold and reach all of
//! them, and a failure says where it is, what happened instead and what around it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use draaiboek::config;
use draaiboek::domain::drill::record::{Record, What};
use draaiboek::domain::run::Event;
use draaiboek::domain::trial::difference;
use draaiboek::drill::trial::{Company, Pasts, play};
use draaiboek::engine;
use draaiboek::notify::MailTemplates;
use regex::Regex;
use serde_json::Value;

/// Tests of the bakery: one that holds, and some that do not.
const TESTS: &str = r#"
tests:
  an ordinary day wakes nobody:
    usual: 0/h
    lasts: 2h
    never:
      - { run: started }
  too much is expected of a storm:
    usual: 0/h
    storm:
      - { at: 0m, rate: 120/h, for: 30m }
    injects:
      - { at: 20m, fails: mail, for: 5m }
      - { at: 25m, who: anna, does: answer }
    expect:
      - { before: 5m, trigger: rising }
      - { after: 30m, trigger: rising }
      - { before: 30m, trigger: storm }
      - before: 20m
        told: { who: anna, says: [Muis, krokodil] }
      - { before: 2h, overdue: [close-shop] }
      - { phase: meaning_making }
      - { before: 30m, answered: owner }
    never:
      - { level: crisis }
      - { run: started }
  who is asked nothing can answer nothing:
    usual: 0/h
    injects:
      - { at: 5m, who: bo, does: answer }
    never:
      - { answered: owner }
"#;

fn draaiboek(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_draaiboek"))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(said).unwrap()
}

fn new_folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("tests-{name}"));
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// The bakery with these tests in its playbook.
fn bakery(name: &str, tests: &str) -> PathBuf {
    let folder = new_folder(name);
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/good");
    for file in config::read_folder(&fixture).files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.bytes).unwrap();
    }
    let path = folder.join("playbooks/mouse.yaml");
    let playbook = fs::read_to_string(&path).unwrap();
    fs::write(path, format!("{playbook}\n{tests}")).unwrap();
    folder
}

/// What is said in a folder, without what differs each time.
fn shown(folder: &Path, output: &Output) -> String {
    let said = said(output).replace(&folder.display().to_string(), "FOLDER");
    let took = Regex::new(r"\d+ ms|\d+\.\d+ s").unwrap();
    let time = Regex::new(r#"time="[\d.]+""#).unwrap();
    time.replace_all(&took.replace_all(&said, "TOOK"), "time=\"TOOK\"")
        .into_owned()
}

/// Plays everything that `init` writes in a language.
fn shipped(language: &str) {
    let folder = new_folder(&format!("shipped-{language}"));
    let dir = folder.display().to_string();
    let made = draaiboek(&["init", &dir, "--language", language]);
    assert!(made.status.success(), "{}", said(&made));
    let played = draaiboek(&["test", "--coverage", "--json", "--dir", &dir]);
    assert!(played.status.success(), "{}", said(&played));
    let result: Value = serde_json::from_slice(&played.stdout).unwrap();
    let covered = result["coverage"].as_array().unwrap();
    assert_eq!(covered.len(), 11);
    for playbook in covered {
        for part in playbook["parts"].as_array().unwrap() {
            let missing = part["missing"].as_array().unwrap();
            assert!(missing.is_empty(), "{}: {part}", playbook["playbook"]);
        }
    }
    // Who does something in them can do it: else the test plays another story.
    for test in result["tests"].as_array().unwrap() {
        let remarks = test["remarks"].as_array().unwrap();
        assert!(remarks.is_empty(), "{test}");
    }
}

#[test]
fn shipped_playbooks_pass_their_tests_in_dutch() {
    shipped("nl");
}

#[test]
fn shipped_playbooks_pass_their_tests_in_english() {
    shipped("en");
}

#[test]
fn a_failure_says_where_what_instead_and_what_around() {
    let folder = bakery("failure", TESTS);
    let dir = folder.display().to_string();
    let output = draaiboek(&["test", "--coverage", "--dir", &dir]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(shown(&folder, &output));
}

/// Blindness without a run, and what never comes about for a reason of its own.
const LACKING: &str = r#"
tests:
  a source that fails is blind although nothing goes on:
    usual: 0/h
    lasts: 2h
    injects:
      - { at: 10m, fails: { source: suite }, for: 1h }
    expect:
      - { after: 10m, before: 30m, blind: suite }
      - { told: { who: anna, says: [suite] } }
  nobody hears it:
    usual: 0/h
    storm:
      - { at: 0m, rate: 120/h, for: 30m, says: ["Mooi weer"] }
    expect:
      - { trigger: rising }
      - { run: started }
      - { blind: suite }
  what a story cannot bring about:
    usual: 2/h
    injects:
      - { at: 5m, who: anna, does: { start: { where: "de hoofdwinkel" } } }
      - { at: 10m, fails: { source: suite }, for: 4h }
    lasts: 5h
    expect:
      - { run: closed }
      - { level: crisis }
      - { overridden: gap }
      - { replied_to: karel }
      - { promise: kept }
      - { approved: [holding] }
      - { stand_down: proposed }
"#;

#[test]
fn what_never_came_about_says_why() {
    let folder = bakery("lacking", LACKING);
    let dir = folder.display().to_string();
    let output = draaiboek(&["test", "--dir", &dir]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(shown(&folder, &output));
}

#[test]
fn only_tests_with_this_in_their_name_are_played() {
    let folder = bakery("run", TESTS);
    let dir = folder.display().to_string();
    let one = draaiboek(&["test", "mouse", "--run", "Ordinary DAY", "--dir", &dir]);
    assert!(one.status.success(), "{}", said(&one));
    assert!(
        said(&one).contains("1 test: 1 ok, 0 failed"),
        "{}",
        said(&one)
    );
    for (args, why) in [
        (
            &["--run", "no such"][..],
            "no test has `no such` in its name",
        ),
        (
            &["mice"][..],
            "there is no playbook `mice`; there are: mouse",
        ),
    ] {
        let args = [&["test", "--dir", &dir][..], args].concat();
        let output = draaiboek(&args);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(why), "{}", said(&output));
    }
}

#[test]
fn a_playbook_from_elsewhere_is_played_with_the_organisation() {
    let folder = bakery("elsewhere", "");
    let file = folder.join("draft.yaml");
    let mouse = fs::read_to_string(folder.join("playbooks/mouse.yaml")).unwrap();
    fs::write(&file, format!("{mouse}{TESTS}")).unwrap();
    let (dir, file) = (folder.display().to_string(), file.display().to_string());
    let output = draaiboek(&["test", &file, "--run", "ordinary", "--dir", &dir]);
    assert!(output.status.success(), "{}", said(&output));
    let none = draaiboek(&["test", "--dir", &dir]);
    assert_eq!(none.status.code(), Some(1));
    assert!(
        said(&none).contains("there are no tests"),
        "{}",
        said(&none)
    );
}

#[test]
fn nothing_is_played_of_a_folder_with_mistakes() {
    let folder = bakery(
        "mistakes",
        &TESTS.replace("trigger: storm", "trigger: strom"),
    );
    let dir = folder.display().to_string();
    let output = draaiboek(&["test", "--dir", &dir]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(said.contains("strom") && !said.contains("ok  "), "{said}");
}

#[test]
fn build_servers_read_what_came_of_it() {
    let folder = bakery("junit", TESTS);
    let (dir, file) = (folder.display().to_string(), folder.join("report.xml"));
    let output = draaiboek(&[
        "test",
        "--junit",
        &file.display().to_string(),
        "--dir",
        &dir,
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let report = Output {
        stdout: fs::read(&file).unwrap(),
        stderr: Vec::new(),
        ..output
    };
    let report = shown(&folder, &report);
    let heads = report.lines().filter(|line| line.trim().starts_with('<'));
    insta::assert_snapshot!(heads.collect::<Vec<_>>().join("\n"));
}

/// A storm of which mail hears late, with and without restarts.
fn records() -> (Record, Record, draaiboek::domain::scenario::Test) {
    let parsed = config::load(&bakery("restarts", TESTS));
    let organisation = parsed.organisation.unwrap();
    let company = Company {
        shelf: engine::shelf(&parsed.playbooks, &parsed.templates),
        watches: engine::watches_of(&organisation).unwrap(),
        organisation: Arc::new(organisation),
        templates: Arc::new(MailTemplates::shipped()),
        pasts: Pasts::default(),
    };
    let mut tests = parsed.tests["mouse"].iter();
    let test = tests
        .find(|test| test.name.starts_with("too much"))
        .unwrap();
    let play = |restarts| play(test, "mouse", &company, Vec::new(), restarts).unwrap();
    (play(false), play(true), test.clone())
}

#[test]
fn a_restart_after_every_event_changes_nothing_and_what_changes_is_found() {
    let (plain, restarted, test) = records();
    assert_eq!(difference(&plain, &restarted, &test), None);
    let failed = plain.entries.iter().any(|entry| {
        matches!(&entry.what, What::Event { logged, .. }
            if matches!(logged.event, Event::DeliveryFailed { .. }))
    });
    assert!(failed, "the outbox had nothing to remember");
    let mut other = restarted.clone();
    let told = |what: &What| matches!(what, What::Told { .. });
    let place = other.entries.iter().rposition(|entry| told(&entry.what));
    let removed = other.entries.remove(place.unwrap());
    let found = difference(&plain, &other, &test).unwrap();
    assert!(found.at <= removed.at);
    assert!(found.says.contains("is told"), "{}", found.says);
}
