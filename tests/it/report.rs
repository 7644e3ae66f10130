//! After-action reports, as people get them: of a real run and of a drill, as pages,
//! as text and in files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use draaiboek::domain::report::volume::{Cut, Volume};
use draaiboek::domain::report::{Subject, html, markdown, report};
use draaiboek::domain::run::{Event, Logged};
use draaiboek::domain::text::Language;
use serde_json::Value;

use crate::room::browser::enter;
use crate::story::{Life, life};
use crate::world::{DRAAIBOEK, World};

/// A folder with the hospital of the drills in it.
fn hospital(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/drill"),
        &folder,
    );
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => {
                fs::copy(&path, &target).unwrap();
            }
        }
    }
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(DRAAIBOEK);
    command.args(args).arg("--dir").arg(folder);
    command.output().unwrap()
}

pub(crate) fn says(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn json(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&says(folder, args)).unwrap()
}

/// A drill that was played by scripted people.
pub(crate) fn drilled(name: &str) -> PathBuf {
    let folder = hospital(name);
    let log = folder.join("drill.ndjson");
    let play = [
        "drill",
        "viral-complaint-storm",
        "--unattended",
        "--log",
        log.to_str().unwrap(),
    ];
    says(&folder, &play);
    folder
}

/// The report without what is of today, and without the log behind it.
fn timeless(report: &str) -> String {
    let short = report.split("\n## Bijlage").next().unwrap();
    let short = short.split("\n## Appendix").next().unwrap();
    let lines = short.lines().map(|line| {
        match line.starts_with("Gemaakt op") || line.starts_with("Made on") {
            true => line
                .split_once(" uit het ")
                .map_or("Made …", |_| "Gemaakt …"),
            false => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn of_life(life: &Life, volume: &Volume, language: Language) -> (String, String) {
    let subject = Subject {
        run: 1,
        log: &life.log,
        playbook: &life.pinned.playbook,
        organisation: &life.organisation,
        volume,
        pictures: &[],
        drill: None,
        carried: &[],
        made_at: life.now,
    };
    let made = report(&subject, language);
    (markdown::markdown(&made), html::html(&made))
}

/// Twelve mentions in every step, and nobody knows what is usual.
fn volume(life: &Life) -> Volume {
    let started = life.log[0].at;
    let cut = Cut::of(started.timestamp(), life.now.timestamp());
    Volume::new(
        cut,
        |place| 12 + place.unsigned_abs() % 3,
        |_, _| None,
        life.now,
    )
}

#[test]
fn a_real_run_is_reported_in_both_languages() {
    let life = life();
    let volume = volume(&life);
    let (nl, _) = of_life(&life, &volume, Language::Nl);
    let (en, _) = of_life(&life, &volume, Language::En);
    insta::assert_snapshot!("report_real_nl", timeless(&nl));
    insta::assert_snapshot!("report_real_en", timeless(&en));
    for report in [nl, en] {
        assert!(!report.contains("Kees"), "who a case is about stays out");
        assert!(!report.contains("OEFENING") && !report.contains("DRILL"));
    }
}

#[test]
fn a_drill_is_reported_in_both_languages_and_nobody_takes_it_for_real() {
    let folder = drilled("report-drill");
    let shown = |format: &str, language: &str| {
        let args = [
            "report",
            "latest",
            "--format",
            format,
            "--language",
            language,
        ];
        says(&folder, &args)
    };
    insta::assert_snapshot!("report_drill_nl", timeless(&shown("md", "nl")));
    insta::assert_snapshot!("report_drill_en", timeless(&shown("md", "en")));
    for (language, mark) in [("nl", "OEFENING"), ("en", "DRILL")] {
        let page = shown("html", language);
        assert_page(&page);
        assert!(page.contains(&format!("<title>{mark}")));
        // On every sheet of paper, too.
        assert!(page.contains(&format!("@top-left{{content:\"{mark}")));
        let same = says(
            &folder,
            &[
                "drill",
                "report",
                "latest",
                "--format",
                "html",
                "--language",
                language,
            ],
        );
        let without_moment = |page: &str| {
            page.lines()
                .filter(|line| !line.contains("class=\"small\""))
                .collect::<String>()
        };
        assert_eq!(without_moment(&page), without_moment(&same));
    }
}

/// What must be true of every page: it loads nothing and runs nothing, and what is
/// opened is closed.
pub(crate) fn assert_page(page: &str) {
    let lower = page.to_lowercase();
    for forbidden in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        "<object",
        "src=",
        "href=",
        "url(",
        "@import",
        "javascript:",
        " onload",
        " onclick",
        "style=\"",
    ] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    assert!(page.starts_with("<!DOCTYPE html>"));
    assert!(page.contains("default-src 'none'"));
    let body = page.split_once("<body>").unwrap().1;
    let mut open: Vec<String> = vec!["html".to_owned(), "body".to_owned()];
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for part in body.split('<').skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        assert!(!rest.contains('>'), "a sign that is not escaped: {part}");
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap()
            .to_owned();
        if let Some((_, id)) = tag.split_once(" id=\"") {
            let id = id.split('"').next().unwrap().to_owned();
            assert!(ids.insert(id.clone()), "{id} is there twice");
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "{part}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} is open");
    // For who does not see the picture.
    for part in [
        "role=\"img\"",
        "<title id=\"chart-report-t\"",
        "<desc id=\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn a_page_loads_nothing_whatever_people_wrote() {
    let mut life = life();
    let evil = "</style><script>alert('x')</script>\"><img src=x onerror=\"y\">`|\n# [a](b)";
    let last = life.log.last().unwrap().clone();
    life.log.push(Logged {
        seq: last.seq + 1,
        at: last.at,
        event: Event::Noted {
            by: evil.to_owned(),
            text: evil.to_owned(),
        },
    });
    life.log.push(Logged {
        seq: last.seq + 2,
        at: last.at,
        event: Event::LessonNoted {
            lesson: "3".to_owned(),
            text: evil.to_owned(),
            owner: draaiboek::domain::run::lesson::Owner::Role(evil.to_owned()),
            due: last.at.date_naive(),
            by: evil.to_owned(),
        },
    });
    let volume = volume(&life);
    for language in [Language::Nl, Language::En] {
        let (text, page) = of_life(&life, &volume, language);
        let page = page.replace("onerror=", "");
        assert!(page.contains("&lt;script&gt;"));
        let page = page.replace("src=x", "");
        assert_page(&page);
        assert!(!text.contains("<script") && !text.contains("[a](b)"));
        assert!(text.lines().all(|line| !line.starts_with("# [")));
    }
}

/// Whoever asks in the middle gets what is known by then.
#[test]
fn a_report_can_be_made_at_every_moment() {
    let whole = life();
    for n_events in (1..whole.log.len()).step_by(9) {
        let mut life = life();
        life.log.truncate(n_events);
        life.now = life.log.last().unwrap().at;
        let volume = volume(&life);
        let (text, page) = of_life(&life, &volume, Language::Nl);
        assert_page(&page);
        assert!(text.contains("loopt nu") || text.contains("duurde"));
        assert!(!text.contains("{}") && !page.contains("{}"), "{text}");
    }
}

const PLAYBOOK: &str = r#"
playbook: mouse
title: { nl: Muis in de bakkerij, en: A mouse in the bakery }
watch: bakery
owner: owner
writer: writer
alert:
  attention: [ { roles: [owner] } ]
tasks:
  close-shop: { title: Sluit de winkel, role: owner, due: 30m }
  look-back: { title: Maak de evaluatie, role: owner, due: 14d, report: after_action }
  choose: { title: Blijven wij open?, role: owner, due: 1h, options: { stay: Open, shut: Dicht } }
"#;

/// A run that was real, with a daemon: alerted, answered, worked in.
pub(crate) fn real(name: &str) -> World {
    let mut world = World::new(name);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "Een klant belde"]);
    world.says(&["case", "open", "Kees Jansen", "--platform", "x"]);
    world.says(&["note", "Kees Jansen belde, en @piet_p ook"]);
    world.says(&["task", "done", "close-shop"]);
    world.says(&["decide", "choose", "shut"]);
    world
}

#[test]
fn a_report_is_written_for_its_owner_and_over_nothing_else() {
    use std::os::unix::fs::PermissionsExt;
    let folder = drilled("report-out");
    for format in ["html", "md", "json"] {
        let out = folder.join(format!("report.{format}"));
        let out = out.to_str().unwrap();
        let args = ["report", "latest", "--format", format, "--out", out];
        says(&folder, &args);
        let mode = fs::metadata(out).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        // Its own may be written anew, somebody's may not.
        says(&folder, &args);
        fs::write(out, "# Mine\n{}\n").unwrap();
        let refused = run(&folder, &args);
        assert!(!refused.status.success());
        assert_eq!(fs::read_to_string(out).unwrap(), "# Mine\n{}\n");
    }
}

#[test]
fn the_page_of_a_run_shows_its_report_and_takes_lessons() {
    let world = real("report-page");
    let mut browser = enter(&world, "anna");
    let page = browser.opens("/runs/1/report");
    // On the screen one wants back; printed and saved it has no link at all.
    let back = "<p class=\"back\"><a href=\"/runs/1\">Terug naar de inzet</a></p>";
    assert_eq!(page.body.matches(back).count(), 1);
    assert_page(&page.body.replace(back, ""));
    assert!(page.body.contains("Evaluatie: Muis in de bakkerij"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("'sha256-"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"));
    let run = browser.opens("/runs/1");
    assert!(run.body.contains("href=\"/runs/1/report\""));
    assert!(run.body.contains("/do/lesson"));
    let readings = world.json(&["mentions", "readings"]).to_string();
    assert!(readings.contains("anna"), "{readings}");
}
