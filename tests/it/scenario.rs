//! Scenarios as they are read from a folder, and what they replay.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use draaiboek::config;
use draaiboek::domain::chatter::{Chatter, hooks::Hooks};
use draaiboek::domain::parse::{self, Input, Parsed, SourceFile};
use draaiboek::domain::scenario::expect::Expected;
use draaiboek::domain::scenario::story::{Deed, Happening, Start};
use draaiboek::domain::text::Language;
use draaiboek::drill::replay::{self, Shift};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures")
}

/// The good folder with these files added, or in the place of others.
fn with(files: &[(&str, &str)]) -> Parsed {
    let mut input: Input = config::read_folder(&fixtures().join("good"));
    for (path, text) in files {
        input.files.retain(|file| file.path != *path);
        input.files.push(SourceFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        });
    }
    parse::parse(input)
}

fn ids(parsed: &Parsed) -> Vec<&str> {
    parsed.findings.iter().map(|finding| finding.id).collect()
}

/// Every key of a scenario, and every kind of what can happen and be expected.
const WHOLE: &str = include_str!("fixtures/scenarios/mouse-storm.yaml");

const DRILL: &str = "playbooks/scenarios/drill.yaml";

#[test]
fn a_scenario_is_read_as_it_is_written() {
    let parsed = with(&[(DRILL, WHOLE)]);
    assert_eq!(parsed.findings, []);
    let read = &parsed.scenarios[0];
    assert_eq!(read.file, DRILL);
    assert_eq!(read.no_replay, None);
    insta::assert_debug_snapshot!("mouse_storm", read.scenario);
}

#[test]
fn what_is_not_written_has_its_default() {
    let text = "scenario: empty\ntitle: Leeg\nplaybook: mouse\n";
    let parsed = with(&[(DRILL, text)]);
    assert_eq!(parsed.findings, []);
    let scenario = &parsed.scenarios[0].scenario;
    assert_eq!(scenario.length(), Duration::from_secs(3_600));
    insta::assert_debug_snapshot!("empty_scenario", scenario);
}

#[test]
fn the_tests_of_a_playbook_are_read_too() {
    let text = "playbook: tested\ntitle: Getest\nwatch: bakery\nowner: owner\ntasks:\n  \
        choose: { title: Kies, role: owner, options: { open: Open, shut: Dicht } }\ntests:\n  \
        Een storm start het draaiboek:\n    storm: [ { at: 5m, rate: 60/h, for: 30m } ]\n    \
        injects: [ { at: 1m, post: { by: \"@krant\", platform: news, text: Muis } }, \
        { at: 2m, who: anna, does: { decide: { choose: shut } } } ]\n    \
        expect: [ { before: 40m, run: started }, { decided: { choose: [shut] } } ]\n    never: [ { level: crisis } ]\n    \
        restart_everywhere: true\n";
    let parsed = with(&[("playbooks/tested.yaml", text)]);
    assert_eq!(parsed.n_errors(), 0, "{:#?}", parsed.findings);
    assert_eq!(parsed.tests["mouse"], []);
    let test = &parsed.tests["tested"][0];
    assert_eq!(test.name, "Een storm start het draaiboek");
    assert!(test.restart_everywhere);
    assert_eq!(test.length(), Duration::from_secs(100 * 60));
    assert_eq!(
        test.story.storms[0].start,
        Start::At(Duration::from_secs(300))
    );
    let post = &test.story.injects[0].what;
    assert!(matches!(post, Happening::Post { by, .. } if by == "@krant"));
    let decided = Deed::Decide(vec![("choose".to_owned(), "shut".to_owned())]);
    let deed = &test.story.injects[1].what;
    assert!(matches!(deed, Happening::Does { deed, .. } if *deed == decided));
    let choices = vec![("choose".to_owned(), vec!["shut".to_owned()])];
    assert_eq!(test.expect[1].what, Expected::Decided(choices));
}

#[test]
fn who_has_nothing_to_do_is_said() {
    let organisation = std::fs::read_to_string(fixtures().join("good/draaiboek.yaml")).unwrap();
    let organisation = organisation.replace(
        "roles:\n",
        "  dirk: { name: \"Dirk de Boer\", email: dirk@korst.example }\n\nroles:\n  baker: { people: [dirk] }\n",
    );
    let scenario =
        "scenario: drill\ntitle: Oefening\nplaybook: mouse\nparticipants: [anna, dirk]\n";
    let parsed = with(&[(parse::ORGANISATION, &organisation), (DRILL, scenario)]);
    assert_eq!(ids(&parsed), ["no-role"]);
    assert_eq!(parsed.findings[0].place(), format!("{DRILL}:4:22"));
}

#[test]
fn a_watch_without_words_is_said() {
    let organisation = std::fs::read_to_string(fixtures().join("good/draaiboek.yaml")).unwrap();
    let organisation = organisation.replace("query: '{us}'", "query: 'author:anna'");
    let scenario = "scenario: drill\ntitle: Oefening\nplaybook: mouse\n";
    let parsed = with(&[(parse::ORGANISATION, &organisation), (DRILL, scenario)]);
    assert_eq!(ids(&parsed), ["no-chatter"]);
}

#[test]
fn two_scenarios_cannot_have_one_name() {
    let text = "scenario: twice\ntitle: Dubbel\nplaybook: mouse\n";
    let parsed = with(&[(DRILL, text), ("playbooks/scenarios/other.yaml", text)]);
    assert_eq!(ids(&parsed), ["duplicate-scenario"]);
}

#[test]
fn a_scenario_of_a_playbook_with_mistakes_is_left_out() {
    let bad = "playbook: bad\ntitle: Slecht\nwatch: bakery\nowner: nobody\n";
    let text = "scenario: drill\ntitle: Oefening\nplaybook: bad\n";
    let parsed = with(&[("playbooks/bad.yaml", bad), (DRILL, text)]);
    assert_eq!(parsed.scenarios, []);
    assert_eq!(ids(&parsed), ["unknown-role"]);
}

#[test]
fn what_the_program_invents_for_a_scenario_is_found() {
    let parsed = with(&[(DRILL, WHOLE)]);
    let organisation = parsed.organisation.unwrap();
    let story = &parsed.scenarios[0].scenario.story;
    let hooks = Hooks::new(&organisation, "bakery").unwrap();
    let chatter = Chatter::new(1, story, &organisation, hooks.clone(), Language::Nl);
    let begins = story.begins_at(organisation.timezone);
    let said = chatter.between(begins, begins + chrono::TimeDelta::hours(2));
    assert!(said.len() > 22, "{}", said.len());
    // The watch leaves the list out whose accounts post the second storm.
    let ours = |id: &str| !id.starts_with("storm-1-");
    let mut seen = said.iter().filter(|mention| ours(&mention.id));
    assert!(seen.all(|mention| hooks.finds(mention)));
}

/// A folder like the good one, with a scenario that replays `replay`.
fn folder_with(name: &str, replay: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("scenario-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    for file in config::read_folder(&fixtures().join("good")).files {
        let path = folder.join(file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes).unwrap();
    }
    let scenarios = folder.join("playbooks/scenarios");
    std::fs::create_dir_all(&scenarios).unwrap();
    let text = format!("scenario: drill\ntitle: Oefening\nplaybook: mouse\nreplay: {replay}\n");
    std::fs::write(scenarios.join("drill.yaml"), text).unwrap();
    folder
}

const OLD: &str = r#"{"id":"2","platform":"x","text":"Muis, De Korst","published_at":"2025-05-01T08:10:00Z"}
{"id":"1","platform":"x","text":"De Korst","published_at":"2025-05-01T08:00:00Z"}
not a mention
"#;

#[test]
fn a_replay_that_is_not_there_is_said_at_its_place() {
    let folder = folder_with("gone", "old.ndjson");
    let parsed = config::load(&folder);
    assert_eq!(ids(&parsed), ["missing-replay"]);
    assert_eq!(parsed.findings[0].place(), format!("{DRILL}:4:9"));
    std::fs::write(folder.join("playbooks/scenarios/old.ndjson"), OLD).unwrap();
    assert_eq!(config::load(&folder).findings, []);
}

#[test]
fn a_replay_begins_with_the_story() {
    let folder = folder_with("shifted", "../old.ndjson.gz");
    let path = folder.join("playbooks/old.ndjson.gz");
    let file = std::fs::File::create(&path).unwrap();
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    packed.write_all(OLD.as_bytes()).unwrap();
    packed.finish().unwrap();
    let parsed = config::load(&folder);
    assert_eq!(parsed.findings, []);
    let read = &parsed.scenarios[0];
    let found = config::replay_path(&folder, read).unwrap();
    let zone = parsed.organisation.unwrap().timezone;
    let begins = read.scenario.story.begins_at(zone);
    let shifted = replay::load(&found, Shift::To(begins)).unwrap();
    let told: Vec<_> = shifted
        .mentions
        .iter()
        .map(|mention| {
            (
                mention.id.as_str(),
                (mention.published_at - begins).num_minutes(),
            )
        })
        .collect();
    assert_eq!(told, [("1", 0), ("2", 10)]);
    assert_eq!(shifted.rejects.len(), 1);
    assert_eq!(shifted.rejects[0].line, 3);
    let unshifted = replay::load(&found, Shift::None).unwrap();
    let first = unshifted.mentions[0].published_at.to_rfc3339();
    assert_eq!(first, "2025-05-01T08:00:00+00:00");
}

#[test]
fn a_replay_can_be_a_table_and_must_hold_something() {
    let folder = folder_with("forms", "old.csv");
    let path = folder.join("playbooks/scenarios/old.csv");
    std::fs::write(
        &path,
        "published_at,platform,text\n2025-05-01T08:00:00Z,x,De Korst\n",
    )
    .unwrap();
    assert_eq!(replay::load(&path, Shift::None).unwrap().mentions.len(), 1);
    std::fs::write(&path, "published_at,platform,text\n").unwrap();
    let error = replay::load(&path, Shift::None).unwrap_err();
    assert!(error.ends_with("no mention is in it"), "{error}");
    assert!(replay::load(&folder.join("gone"), Shift::None).is_err());
}
