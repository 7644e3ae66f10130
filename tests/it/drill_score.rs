//! Drills that ended, on disk: kept once, private, printed again, and counted as
//! practice.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use draaiboek::cli::drill::finish::finish;
use draaiboek::config;
use draaiboek::domain::drill::record::{Entry, Manner, Record, What};
use draaiboek::domain::report::volume::Volume;
use draaiboek::domain::scenario::Scenario;
use draaiboek::domain::text::Language;
use draaiboek::domain::time::after;

use crate::world::DRAAIBOEK;

const SCENARIO: &str = "scenario: mouse-storm\ntitle: { nl: Een muis, en: A mouse }\nplaybook: mouse\n\
    begins: 2026-03-10 13:00\nlasts: 1h\nexpect:\n  - { before: 20m, trigger: rising, points: 3 }\n  \
    - { run: closed }\n";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// The good folder with a drill in it, and one that must be practised.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/good");
    copy(&good, &folder);
    let playbooks = folder.join("playbooks");
    fs::create_dir(playbooks.join("scenarios")).unwrap();
    fs::write(playbooks.join("scenarios/mouse-storm.yaml"), SCENARIO).unwrap();
    let mouse = fs::read_to_string(playbooks.join("mouse.yaml")).unwrap();
    fs::write(
        playbooks.join("mouse.yaml"),
        format!("{mouse}drill_every: 26w\n"),
    )
    .unwrap();
    folder
}

/// A drill in which the trigger fired after ten minutes and nothing else.
fn played(folder: &Path, manner: Manner) -> (Scenario, Record) {
    let mut parsed = config::load(folder);
    let scenario = parsed.scenarios.remove(0).scenario;
    let zone = parsed.organisation.unwrap().timezone;
    let began_at = scenario.story.begins_at(zone);
    let minutes = |minutes: u64| after(began_at, std::time::Duration::from_secs(60 * minutes));
    let record = Record {
        scenario: scenario.name.clone(),
        manner,
        began_at,
        ended_at: minutes(60),
        playbook: parsed.playbooks.remove(0),
        entries: vec![Entry {
            at: minutes(10),
            what: What::TriggerFired {
                trigger: "rising".to_owned(),
            },
        }],
        volume: Volume::default(),
    };
    (scenario, record)
}

fn end(folder: &Path, manner: Manner, fail_under: Option<f64>) -> ExitCode {
    let (scenario, record) = played(folder, manner);
    let language = Some(Language::Nl);
    finish(folder, &scenario, &record, fail_under, language, false)
}

fn draaiboek(folder: &Path, args: &[&str]) -> (bool, String) {
    let output = Command::new(DRAAIBOEK)
        .args(args)
        .arg("--dir")
        .arg(folder)
        .output()
        .unwrap();
    (
        output.status.success(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("drills")).unwrap();
    let mut kept: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    kept.sort();
    kept
}

#[test]
fn a_drill_is_kept_private_and_never_overwritten() {
    let folder = folder("drill-kept");
    end(&folder, Manner::Live, None);
    end(&folder, Manner::Live, None);
    let kept = kept(&folder);
    assert_eq!(kept.len(), 2);
    for path in &kept {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let mut names: Vec<String> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "record.json",
                "report.en.txt",
                "report.nl.txt",
                "score.json"
            ]
        );
        let record = fs::read_to_string(path.join("record.json")).unwrap();
        let record: Record = serde_json::from_str(&record).unwrap();
        assert_eq!(record, played(&folder, Manner::Live).1);
    }
}

#[test]
fn a_report_is_printed_again_by_any_of_its_names() {
    let folder = folder("drill-again");
    let (good, said) = draaiboek(&folder, &["drill", "report"]);
    assert!(!good && said.is_empty());
    end(&folder, Manner::Live, None);
    let name = kept(&folder).remove(0);
    let name = name.file_name().unwrap().to_str().unwrap();
    for name in ["latest", "mouse-storm", name] {
        let (good, said) = draaiboek(&folder, &["drill", "report", name]);
        assert!(good && said.starts_with("OEFENING: Een muis\n"), "{said}");
    }
    let english = ["drill", "report", "--language", "en"];
    let (_, said) = draaiboek(&folder, &english);
    assert!(said.starts_with("DRILL: A mouse\n"), "{said}");
    let (_, said) = draaiboek(&folder, &["drill", "report", "--json"]);
    let score: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(score["points"]["got"], 3);
    assert_eq!(score["share"], 0.75);
    let (good, _) = draaiboek(&folder, &["drill", "report", "../.."]);
    assert!(!good);
}

#[test]
fn a_share_decides_the_exit_code() {
    let folder = folder("drill-share");
    let code = |bound| end(&folder, Manner::Live, bound);
    assert_eq!(code(None), ExitCode::SUCCESS);
    assert_eq!(code(Some(0.75)), ExitCode::SUCCESS);
    assert_eq!(code(Some(0.76)), ExitCode::FAILURE);
}

#[test]
fn only_drills_of_people_count_as_practice() {
    let folder = folder("drill-practice");
    let state = || {
        let (_, said) = draaiboek(&folder, &["drill", "due", "--json"]);
        let due: serde_json::Value = serde_json::from_str(&said).unwrap();
        due[0]["state"].as_str().unwrap().to_owned()
    };
    let strict = || draaiboek(&folder, &["drill", "due", "--strict"]);
    end(&folder, Manner::Unattended, None);
    assert_eq!(state(), "overdue");
    let (good, said) = strict();
    assert!(!good && said.contains("NEVER PRACTISED"), "{said}");
    let (_, said) = draaiboek(&folder, &["status"]);
    assert!(said.contains("TO PRACTISE: mouse"), "{said}");
    end(&folder, Manner::TableTop, None);
    assert_eq!(state(), "fresh");
    assert!(strict().0);
    let (_, said) = draaiboek(&folder, &["status"]);
    assert!(!said.contains("TO PRACTISE"), "{said}");
}

#[test]
fn a_half_written_drill_is_left_out() {
    let folder = folder("drill-half");
    fs::create_dir_all(folder.join("drills/2026-03-10-1300-mouse-storm")).unwrap();
    let (good, _) = draaiboek(&folder, &["drill", "due"]);
    assert!(good);
    end(&folder, Manner::Live, None);
    let (good, _) = draaiboek(&folder, &["drill", "report", "latest"]);
    assert!(good);
}
