//! What is learnt is noted with an owner and a date, and comes back until somebody
//! saw to it; drills stand side by side.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::report::{assert_page, drilled, json, real, run, says};
use crate::world::DRAAIBOEK;

#[test]
fn lessons_are_noted_after_the_end_and_come_back_until_somebody_saw_to_them() {
    let mut world = real("report-lessons");
    world.says(&["close", "1", "--reason", "het is over"]);
    // Also when the program was started anew meanwhile.
    world.stop();
    world.serve();
    // Long ago, whatever day it is.
    let due = "2020-01-02";
    let said = world.says(&[
        "lesson",
        "add",
        "Zet een val",
        "--owner",
        "owner",
        "--due",
        due,
        "--run",
        "1",
    ]);
    assert!(
        said.contains("lesson") || said.contains("leerpunt"),
        "{said}"
    );
    let why = world.refuses(&[
        "lesson", "add", "Nog een", "--owner", "ownr", "--due", due, "--run", "1",
    ]);
    assert!(why.contains("did you mean `owner`?"), "{why}");
    let again = [
        "lesson",
        "add",
        "Zet een val",
        "--owner",
        "owner",
        "--due",
        due,
        "--run",
        "1",
    ];
    assert!(world.refuses(&again).contains("says that already"));
    let listed = world.says(&["lesson", "list"]);
    assert!(
        listed.contains("run 1") && listed.contains("OVERDUE"),
        "{listed}"
    );
    let doctor = Command::new(DRAAIBOEK)
        .args(["doctor", "--json", "--dir"])
        .arg(world.dir())
        .output()
        .unwrap();
    let doctor: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let check = |doctor: &Value| {
        let checks = doctor["checks"].as_array().unwrap().iter();
        let mut checks = checks.filter(|one| one["id"] == "lessons");
        checks.next().unwrap().clone()
    };
    assert_eq!(check(&doctor)["outcome"], "warn");
    // Another run's report says it, and its own.
    world.says(&["run", "start", "mouse", "--reason", "weer een muis"]);
    let other = world.json(&["report", "2", "--format", "json"]);
    assert_eq!(other["carried"][0]["text"], "Zet een val");
    assert_eq!(other["carried"][0]["of"], "run 1");
    let own = world.json(&["report", "1", "--format", "json"]);
    assert_eq!(own["lessons"][0]["is_overdue"], true);
    assert_eq!(own["carried"].as_array().unwrap().len(), 0);
    let close = [
        "lesson",
        "close",
        "1",
        "--how",
        "Er staat een val",
        "--run",
        "1",
    ];
    world.says(&close);
    assert!(world.refuses(&close).contains("closed already"));
    assert!(
        world
            .says(&["lesson", "list"])
            .contains("No lesson is open")
    );
    let own = world.json(&["report", "1", "--format", "json"]);
    assert_eq!(own["lessons"][0]["how"], "Er staat een val");
    // Nobody was mailed about it, and the log holds.
    assert_eq!(world.json(&["run", "verify", "1"])["whole"], true);
}

#[test]
fn what_a_drill_taught_comes_back_in_the_next_one() {
    let folder = drilled("report-learnt");
    let add = [
        "lesson",
        "add",
        "Bel eerst de <balie>",
        "--owner",
        "webcare",
        "--due",
        "2026-04-01",
        "--of",
        "latest",
    ];
    let said = says(&folder, &add);
    assert!(said.contains("viral-complaint-storm"), "{said}");
    let report = says(&folder, &["report", "latest"]);
    assert_page(&report);
    assert!(report.contains("Bel eerst de &lt;balie&gt;"));
    let first = json(&folder, &["report", "latest", "--format", "json"]);
    assert_eq!(first["lessons"][0]["owner"], "Webcare");
    // The same people again: who leads it reads it first, and it stands in what is kept.
    let typed = Command::new(DRAAIBOEK)
        .args(["drill", "viral-complaint-storm", "--table-top", "--dir"])
        .arg(&folder)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let typed = String::from_utf8(typed.stdout).unwrap();
    let (briefing, _) = typed.split_once("Score").unwrap_or((&typed, ""));
    assert!(
        briefing.contains("Bel eerst de <balie> (Webcare"),
        "{briefing}"
    );
    let again = says(&folder, &["drill", "report", "latest"]);
    assert!(again.contains("Leerpunten van eerder"), "{again}");
    let name = json(&folder, &["drill", "trend", "--unattended", "--json"])[0]["drill"].clone();
    let name = name.as_str().unwrap();
    says(
        &folder,
        &["lesson", "close", "1", "--how", "Staat erin", "--of", name],
    );
    assert_eq!(
        json(&folder, &["lesson", "list", "--json"]),
        serde_json::json!([])
    );
    let all = json(&folder, &["lesson", "list", "--all", "--json"]);
    assert_eq!(all[0]["how"], "Staat erin");
}

#[test]
fn drills_stand_side_by_side() {
    let folder = drilled("report-trend");
    let none = run(&folder, &["drill", "trend"]);
    assert!(!none.status.success());
    assert!(String::from_utf8_lossy(&none.stderr).contains("--unattended"));
    says(
        &folder,
        &[
            "drill",
            "viral-complaint-storm",
            "--unattended",
            "--seed",
            "7",
        ],
    );
    let table = says(&folder, &["drill", "trend", "--unattended"]);
    assert!(
        table.contains("First statement out") && table.contains("score"),
        "{table}"
    );
    let rows = json(&folder, &["drill", "trend", "--unattended", "--json"]);
    let score = json(&folder, &["drill", "report", "latest", "--json"]);
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[1]["share"], score["share"]);
    assert_eq!(rows[1]["measures"], score["measures"]);
    let page = folder.join("trend.html");
    let args = [
        "drill",
        "trend",
        "--unattended",
        "--language",
        "nl",
        "--out",
    ];
    says(&folder, &[&args[..], &[page.to_str().unwrap()]].concat());
    let page = fs::read_to_string(page).unwrap();
    assert_eq!(page.matches("<rect class=\"trend-").count(), 2);
    assert!(page.contains("<desc id=\"trend-d\">") && !page.contains("<script"));
}
