//! `draaiboek watch`, with the real program: what is listed, why a text is found
//! or not, and what another query would have found.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::world::{DRAAIBOEK, World, mentions, until};

const ORGANISATION: &str = r##"
organisation: { name: De Linde, timezone: Europe/Amsterdam, language: nl }
team:
  anna: { name: "Anna de Wit", email: anna@linde.example }
roles:
  owner: { people: [anna] }
lists:
  press: { accounts: ["@courant", "courant.example"] }
  satire: { accounts: ["@despelden"] }
queries:
  us: '"de linde" OR @zkh'
  wait: 'wacht* OR uren'
watches:
  hospital: { title: "Ziekenhuis De Linde", query: '{us}', ignore: [satire] }
  queue: { title: { nl: Wachttijden, en: Queues }, query: '{us} {wait} NOT vacature' }
  news: { query: '{us} source:news' }
sources:
  news: { feed: { url: "https://courant.example/rss" } }
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
channels:
  x: { kind: x, account: "@zkh" }
"##;

const MENTIONS: &str = r##"{"id":"1","platform":"x","author":"a","text":"Uren wachten bij #DeLinde","published_at":"2026-03-02T08:00:00+01:00","engagement":{"likes":9}}
{"id":"1","platform":"x","author":"a","text":"Uren wachten bij #DeLinde","published_at":"2026-03-02T08:00:00+01:00"}
{"id":"2","platform":"facebook","author":"b","text":"De Linde \u001b[31mbloeit","published_at":"2026-03-03T23:30:00Z"}
{"id":"3","platform":"x","author":"zkh","text":"Bij De Linde wacht u nu kort","published_at":"2026-03-05T08:00:00Z"}
{"id":"4","platform":"news","author":"c","text":"Wachten op de trein","published_at":"2026-03-05T08:00:00Z"}
not a mention
"##;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("draaiboek.yaml"), ORGANISATION).unwrap();
    fs::write(folder.join("mentions.ndjson"), MENTIONS).unwrap();
    folder
}

/// Whether it went well, and what was said on stdout and stderr.
fn watch(folder: &Path, args: &[&str]) -> (bool, String, String) {
    watch_with(folder, args, "")
}

fn watch_with(folder: &Path, args: &[&str], stdin: &str) -> (bool, String, String) {
    let mut child = Command::new(DRAAIBOEK)
        .arg("watch")
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // It may refuse its arguments before it reads anything.
    let _ = pipe.write_all(stdin.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let (is_fine, said, errors) = watch(folder, &[args, &["--json"]].concat());
    assert!(is_fine, "{errors}");
    serde_json::from_str(&said).unwrap()
}

#[test]
fn lists_what_is_watched() {
    let folder = folder("watch-list");
    let (is_fine, said, errors) = watch(&folder, &["list"]);
    assert!(is_fine, "{errors}");
    insta::assert_snapshot!(said);
    let rows = json(&folder, &["list"]);
    assert_eq!(rows[1]["query"], "{us} {wait} NOT vacature");
    assert_eq!(rows[1]["last_day"], Value::Null);
    assert_eq!(rows[0]["ignore"][0], "satire");
}

#[test]
fn explains_what_is_found_and_what_lacks() {
    let folder = folder("watch-explain");
    let explain = |args: &[&str]| {
        let (is_fine, said, errors) = watch(&folder, &[&["explain"], args].concat());
        assert!(is_fine, "{errors}");
        said
    };
    let mut all = String::new();
    all += &explain(&[
        "Al uren wachten bij #DeLinde 🚑 en verder niets",
        "--platform",
        "x",
    ]);
    all += "-----\n";
    all += &explain(&[
        "Vacature: wacht niet, kom bij de LINDE",
        "--author",
        "@DeSpelden",
    ]);
    all += "-----\n";
    all += &explain(&[
        "De\u{1b}[31m Linde wacht",
        "--author",
        "zkh",
        "--platform",
        "x",
        "--watch",
        "queue",
    ]);
    insta::assert_snapshot!(all);
}

#[test]
fn explains_to_scripts() {
    let folder = folder("watch-explain-json");
    let text = "é De Linde wacht";
    let seen = json(
        &folder,
        &["explain", text, "--source", "news", "--author", "@courant"],
    );
    let watches = seen["watches"].as_array().unwrap();
    let found: Vec<bool> = watches.iter().map(|one| one["counts"] == true).collect();
    assert_eq!(found, [true, true, true], "{seen}");
    let mark = serde_json::json!({"start": 2, "end": 10, "text": "De Linde"});
    assert_eq!(watches[0]["marks"][0], mark);
    assert_eq!(seen["queries"], serde_json::json!(["us", "wait"]));
    assert_eq!(seen["lists"], serde_json::json!(["press"]));
    assert_eq!(watches[1]["reason"]["parts"][1]["kind"], "named");

    let args = ["explain", "--mention", "-", "--json"];
    let line = MENTIONS.lines().nth(2).unwrap();
    let (is_fine, said, errors) = watch_with(&folder, &args, line);
    assert!(is_fine, "{errors}");
    let seen: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(seen["source"], "suite");
    assert_eq!(seen["watches"][0]["counts"], true);
}

#[test]
fn tries_a_query_on_a_file() {
    let folder = folder("watch-try");
    let args = [
        "try",
        "{wait}",
        "--mentions",
        "mentions.ndjson",
        "--against",
        "hospital",
    ];
    let (is_fine, said, errors) = watch(&folder, &args);
    assert!(is_fine, "{errors}");
    assert!(errors.contains("line 6"), "{errors}");
    insta::assert_snapshot!(said);
    let tried = json(&folder, &args);
    assert_eq!(
        (&tried["mentions"], &tried["found"]),
        (&4.into(), &2.into())
    );
    assert_eq!(tried["ours"], 1);
    assert_eq!(tried["against"]["both"], 1);
    assert_eq!(tried["against"]["only_query"], 1);
    assert_eq!(tried["against"]["only_watch"], 1);
    assert_eq!(tried["days"][1]["day"], "2026-03-04", "the local day");
    assert_eq!(tried["platforms"]["news"], 1);
}

#[test]
fn says_what_is_wrong_at_the_character() {
    let folder = folder("watch-wrong");
    let (is_fine, _, errors) = watch(&folder, &["try", "linde or zkh", "--mentions", "x"]);
    assert!(!is_fine);
    assert!(errors.contains("character 7"), "{errors}");
    assert!(
        errors.contains("    linde or zkh\n          ^^\n"),
        "{errors}"
    );
    let (is_fine, _, errors) = watch(&folder, &["try", "linde zkh OR seh", "--mentions", "-"]);
    assert!(!is_fine && errors.contains("AND binds first"), "{errors}");
    let (is_fine, _, errors) = watch(&folder, &["try", "linde"]);
    assert!(!is_fine && errors.contains("--mentions FILE"), "{errors}");
    let (is_fine, _, errors) = watch(&folder, &["explain", "x", "--watch", "hospitol"]);
    assert!(!is_fine && errors.contains("hospital"), "{errors}");
    let (is_fine, _, errors) = watch(&folder, &["explain", "x", "--source", "twitter"]);
    assert!(!is_fine && errors.contains("no source"), "{errors}");
    let (is_fine, _, _) = watch(&folder, &["explain"]);
    assert!(!is_fine);
}

const LOUD: &str = "playbook: loud\ntitle: Luid\nwatch: hospital\nowner: owner\ntriggers:\n  \
    rising: { when: { mentions: { within: 1h, at_least: 60, above_usual: 3x } }, for: 10m }\n  \
    press-joins: { when: { level: attention, mentions: { within: 6h, by: [press], at_least: 1 } } }\n";

/// Three weeks in which three people an hour spoke of us, until a while ago.
fn history(folder: &Path) {
    let now = draaiboek::engine::clock::now();
    let mut lines = String::new();
    for number in 0..3 * 24 * 21 {
        let at = now - chrono::TimeDelta::minutes(20 * number + 5);
        let line = serde_json::json!({
            "id": format!("h{number}"), "platform": "x", "author": format!("a{number}"),
            "text": format!("De Linde, dag {number}"), "published_at": at.to_rfc3339(),
        });
        lines += &format!("{line}\n");
    }
    fs::write(folder.join("history.ndjson"), lines).unwrap();
    let imported = Command::new(DRAAIBOEK)
        .args(["import", "history.ndjson"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(imported.status.success(), "{imported:?}");
}

#[test]
fn shows_a_watch_of_which_nothing_is_known() {
    let folder = folder("watch-show-new");
    let (is_fine, said, errors) = watch(&folder, &["show", "hospital"]);
    assert!(is_fine, "{errors}");
    insta::assert_snapshot!(said);
    let shown = json(&folder, &["show", "queue"]);
    assert_eq!(shown["usual"]["grade"], "unknown");
    assert_eq!(shown["week"], Value::Null);
    let (is_fine, _, why) = watch(&folder, &["show", "hopsital"]);
    assert!(
        !is_fine && why.contains("the watches are hospital, queue, news"),
        "{why}"
    );
}

#[test]
fn shows_what_is_usual_and_how_far_triggers_are() {
    let folder = folder("watch-show");
    let calendar = "calendar:\n  - { date: 2020-01-01, through: 2099-12-31, title: \"Feest\\u202E\", like: sunday }\n";
    fs::write(
        folder.join("draaiboek.yaml"),
        format!("{ORGANISATION}{calendar}"),
    )
    .unwrap();
    fs::create_dir_all(folder.join("playbooks")).unwrap();
    fs::write(folder.join("playbooks/loud.yaml"), LOUD).unwrap();
    history(&folder);
    let shown = json(&folder, &["show", "hospital"]);
    // What came in the last day is not learnt yet.
    assert_eq!(shown["usual"]["grade"], "learnt");
    let hours = shown["usual"]["hours_learnt"].as_u64().unwrap();
    assert!((470..=480).contains(&hours), "{hours}");
    assert_eq!(shown["day"].as_array().unwrap().len(), 24);
    assert_eq!(shown["week"].as_array().unwrap().len(), 7);
    assert_eq!(shown["busiest"].as_array().unwrap().len(), 3);
    assert_eq!(shown["last_day"]["mentions"], 72);
    let usual = shown["last_hour"]["usual"].as_f64().unwrap();
    assert!((1.0..6.0).contains(&usual), "{usual}");
    assert_eq!(shown["counted"]["last_week"]["own"], 7 * 72);
    assert_eq!(shown["special_days"][0]["like"], "Sunday");
    assert_eq!(shown["blind"], Value::Null);
    let triggers = &shown["playbooks"][0]["triggers"];
    assert_eq!(triggers[0]["holds"], false);
    // Imported mentions wake nobody: they are not what a trigger counts.
    assert_eq!(triggers[0]["tests"][0]["counted"], 0);
    assert_eq!(triggers[1]["holds"], false);
    let (is_fine, said, errors) = watch(&folder, &["show", "hospital"]);
    assert!(is_fine, "{errors}");
    for part in [
        "The usual      learnt from ",
        "[ ] 0 of 60 mentions in 1h; ",
        "[?] asks about the open run",
        "NOW: 2020-01-01 to 2099-12-31: Feest\u{fffd}, expected like a Sunday",
        "Busiest: ",
        "─ is the usual",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains('\u{1b}'), "{said}");
    assert!(
        said.lines().all(|line| line.chars().count() <= 90),
        "{said}"
    );
    let (_, list, _) = watch(&folder, &["list"]);
    assert!(list.contains("in the last hour, usually "), "{list}");
}

#[test]
fn tries_a_table_that_import_reads() {
    let folder = folder("watch-try-table");
    let table = "Datum;Bericht;Geplaatst door\r\n\
                 02-03-2026 00:30;Uren wachten bij De Linde;@anna\r\n\
                 03-03-2026 09:00;Iets anders;@bo\r\n";
    fs::write(folder.join("a.csv"), table).unwrap();
    let seen = json(&folder, &["try", "wacht*", "--mentions", "a.csv"]);
    assert_eq!((&seen["mentions"], &seen["found"]), (&2.into(), &1.into()));
    // By the organisation's clock, as an import would.
    assert_eq!(seen["days"][0]["day"], "2026-03-02", "{seen}");
    assert_eq!(
        seen["examples"][0]["mention"]["published_at"],
        "2026-03-01T23:30:00Z"
    );
}

#[test]
fn tells_what_nearly_fired_while_a_daemon_remembers_it() {
    let mut world = World::new("nearly");
    world.serve();
    // Four of the five that the rule asks.
    assert_eq!(world.push(mentions("n", 4)).n("new"), 4);
    let near = until("what nearly fired", || {
        let shown = world.json(&["watch", "show", "bakery"]);
        match shown["near_misses"].as_array() {
            Some(near) if !near.is_empty() => Ok(near.clone()),
            _ => Err(shown["near_misses"].clone()),
        }
    });
    assert_eq!(near.len(), 1, "{near:?}");
    assert_eq!(
        (&near[0]["trigger"], &near[0]["percent"]),
        (&"rising".into(), &80.into()),
        "{near:?}"
    );
    let shown = world.says(&["watch", "show", "bakery"]);
    assert!(
        shown.contains("mouse, rising: 80 % of what it takes (4 mentions in 1h"),
        "{shown}"
    );
    // It is gone with the daemon, and that is not told as nothing.
    assert_eq!(world.stop(), Some(0));
    let shown = world.json(&["watch", "show", "bakery"]);
    assert_eq!(shown["near_misses"], Value::Null);
    let shown = world.says(&["watch", "show", "bakery"]);
    assert!(
        shown.contains("only a running daemon remembers it"),
        "{shown}"
    );
}
