//! `draaiboek duty`, and what `check` says about days without anybody, with the
//! real program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use draaiboek::config;
use draaiboek::domain::finding::Finding;
use serde_json::Value;

use crate::world::DRAAIBOEK;

/// A desk that takes turns over the night in which the clock changes, a role
/// without anybody for two days, and one with nothing to say about it.
const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl }
team:
  anna: { name: "Anna de Wit", email: anna@korst.example }
  bo: { name: "Bo Li", email: bo@korst.example }
  cas: { name: "Cas Jansen", email: cas@korst.example }
away:
  - { who: bo, from: 2026-03-26, through: 2026-04-01 }
  - { who: cas, from: 2026-03-30, through: 2026-03-31 }
roles:
  desk:
    title: { nl: "Dienstdoende webcare voor de hele bakkerij", en: Desk }
    people: [anna, bo, cas]
    rota: { each: week, change: sunday 02:30, from: 2026-03-22 }
    swaps: [ { who: cas, from: 2026-03-28, through: 2026-03-28 } ]
  press: { title: Woordvoerder, people: [bo, cas] }
  owner: { title: Eigenaar, people: [anna] }
"#;

fn folder(name: &str, organisation: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("draaiboek.yaml"), organisation).unwrap();
    folder
}

/// Whether it went well, and what was said.
fn draaiboek(folder: &Path, args: &[&str]) -> (bool, String) {
    let output = Command::new(DRAAIBOEK)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn duty(folder: &Path, args: &[&str]) -> String {
    let (is_fine, said) = draaiboek(folder, &[&["duty"], args].concat());
    assert!(is_fine, "{said}");
    let is_table = !args.contains(&"--json");
    for line in said.lines().filter(|_| is_table) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    said
}

#[test]
fn shows_who_is_on_duty_and_shouts_when_nobody_is() {
    let folder = folder("duty-now", ORGANISATION);
    let texts = [
        "2026-03-24T10:00:00+01:00",
        "2026-03-28 10:00",
        "2026-03-30 10:00",
    ]
    .map(|at| duty(&folder, &["--at", at]));
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn shows_every_change_also_in_the_night_the_clock_changes() {
    let folder = folder("duty-next", ORGANISATION);
    insta::assert_snapshot!(duty(
        &folder,
        &["--at", "2026-03-25 12:00", "--next", "14d"]
    ));
}

#[test]
fn json_gives_times_with_their_offset() {
    let folder = folder("duty-json", ORGANISATION);
    let now = duty(&folder, &["--at", "2026-03-30 10:00", "--json"]);
    insta::assert_snapshot!("duty_json", now);
    let args = ["--at", "2026-03-25 12:00", "--next", "14d", "--json"];
    let rows: Value = serde_json::from_str(&duty(&folder, &args)).unwrap();
    let desk: Vec<String> = rows
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["role"] == "desk")
        .map(|row| format!("{} {} {}", row["from"], row["person"], row["deputies"]))
        .collect();
    insta::assert_snapshot!("duty_json_next", desk.join("\n").replace('"', ""));
}

#[test]
fn refuses_times_that_cannot_be() {
    let folder = folder("duty-times", ORGANISATION);
    for (args, expected) in [
        (["--at", "tomorrow"], "`tomorrow` is not a time"),
        (["--at", "2026-03-29 02:30"], "the clock skips that hour"),
        (["--at", "9999-01-01 00:00"], "too far away"),
        (["--next", "0d"], "such as 14d"),
        (["--next", "soon"], "not a duration"),
    ] {
        let (is_fine, said) = draaiboek(&folder, &[&["duty"], &args[..]].concat());
        assert!(!is_fine && said.contains(expected), "{said}");
    }
}

#[test]
fn a_folder_with_mistakes_is_left_to_check() {
    let folder = folder("duty-mistakes", "organisation: {}\n");
    let (is_fine, said) = draaiboek(&folder, &["duty"]);
    assert!(
        !is_fine && said.contains("`draaiboek check --dir"),
        "{said}"
    );
}

/// What is said about days to come, seen from `now`.
fn ahead(folder: &Path, now: &str) -> Vec<Finding> {
    config::load_at(folder, now.parse().unwrap()).findings
}

#[test]
fn check_warns_of_the_next_two_weeks_only() {
    let folder = folder("duty-check", ORGANISATION);
    let shown = |now: &str| {
        let findings = ahead(&folder, now);
        draaiboek::cli::render::findings(&findings, false)
    };
    assert_eq!(shown("2026-03-10T12:00:00Z"), "");
    let gap = ["2026-03-20T12:00:00Z", "2026-03-30T12:00:00Z"].map(shown);
    insta::assert_snapshot!(gap.join("\n"));
    assert_eq!(shown("2026-04-01T12:00:00Z"), "");
    assert_eq!(config::load(&folder).findings.len(), 0);
}

#[test]
fn check_asks_the_clock() {
    let away = "{ who: anna, from: 2020-01-01, through: 2099-12-31 }";
    let organisation = ORGANISATION.replace("away:\n", &format!("away:\n  - {away}\n"));
    let folder = folder("duty-clock", &organisation);
    let (is_fine, said) = draaiboek(&folder, &["check"]);
    let expected =
        "warning[nobody-on-duty]: nobody is on duty as `owner` from now, for more than a year";
    assert!(is_fine && said.contains(expected), "{said}");
}

#[test]
fn an_alert_goes_to_who_is_on_duty_then() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("duty-alert");
    let _ = fs::remove_dir_all(&folder);
    let (is_made, said) = draaiboek(Path::new("."), &["init", &folder.display().to_string()]);
    assert!(is_made, "{said}");
    let mentions = (0..120).map(|number| {
        let (minute, second) = (number / 3, number % 3 * 20);
        format!(
            r##"{{"id":"{number}","author":"a{number}","text":"Wachten #delinde","published_at":"2026-03-02T08:{minute:02}:{second:02}Z"}}"##
        )
    });
    fs::write(
        folder.join("storm.ndjson"),
        mentions.collect::<Vec<_>>().join("\n"),
    )
    .unwrap();
    let own = fs::read_to_string(folder.join("draaiboek.yaml")).unwrap();
    let alerted = |away: &str| {
        fs::write(folder.join("draaiboek.yaml"), format!("{own}{away}")).unwrap();
        let args = ["--playbook", "playbooks/viral-complaint.yaml"];
        let args = [
            &["backtest", "--json", "--mentions", "storm.ndjson"],
            &args[..],
        ]
        .concat();
        let (is_fine, said) = draaiboek(&folder, &args);
        assert!(is_fine, "{said}");
        let mut events = said
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let alert: Value = events
            .find(|event: &Value| event["event"] == "alert")
            .unwrap();
        alert["to"].as_str().unwrap().to_owned()
    };
    assert_eq!(alerted(""), "samir");
    let away = "away: [ { who: samir, from: 2026-03-02, through: 2026-03-02 } ]\n";
    assert_eq!(alerted(away), "karin");
}
