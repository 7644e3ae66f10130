//! The chain over a run's log: whoever changes a stored log is seen, what is
//! forgotten is gone from every copy and leaves the chain whole, and a mail's
//! head shows what was cut off.

use std::process::{Command, Output};

use chrono::TimeDelta;
use draaiboek::domain::run::Event;
use mail_parser::MessageParser;
use serde_json::Value;

use crate::long::{Long, open};
use crate::world::{DRAAIBOEK, Folder, World, mentions};

fn verify(folder: &Folder, arguments: &[&str]) -> (Output, Value) {
    let mut command = Command::new(DRAAIBOEK);
    command.current_dir(folder.path("")).args(["run", "verify"]);
    let output = command.args(arguments).arg("--json").output().unwrap();
    let found = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output, found)
}

/// What is stored anywhere, as text.
fn all_text(long: &Long) -> String {
    let database = long.database();
    let mut text = String::new();
    for sql in [
        "SELECT value FROM personal",
        "SELECT json FROM event",
        "SELECT json FROM folded",
        "SELECT json FROM outbox",
        "SELECT json FROM mention",
        "SELECT json FROM because",
    ] {
        let mut select = database.prepare(sql).unwrap();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            text += &(row.get::<_, String>(0).unwrap() + "\n");
        }
    }
    text
}

#[test]
fn quotes_are_forgotten_everywhere_and_the_chain_stays_whole() {
    let mut long = Long::new("forget");
    long.storm("geheim");
    long.night(150);
    assert!(all_text(&long).contains("geheim") && all_text(&long).contains("seen 149"));
    let (_, before) = verify(&long.folder, &[]);
    assert_eq!(before["whole"], true, "{before}");
    assert_eq!(
        (
            &before["runs"][0]["forgotten"],
            &before["runs"][0]["folded"]
        ),
        (&0.into(), &"same".into())
    );
    let head = before["runs"][0]["head"].as_str().unwrap();

    // Who read what is known for a year.
    for days_ago in [326, 324] {
        let at = (long.now - TimeDelta::days(days_ago)).timestamp();
        let insert = "INSERT INTO reading (at, by, what, query, shown, refused)
                      VALUES ($1, 'anna', 'mentions search', 'korst', 1, 0)";
        long.database().execute(insert, [at]).unwrap();
    }

    // Longer than texts are kept, and some commits so that all is looked at.
    long.settle();
    long.now += TimeDelta::days(40);
    for _ in 0..3 {
        long.now += TimeDelta::minutes(11);
        long.commit(Vec::new());
    }
    assert_eq!(long.live.store().readings(9).unwrap().len(), 1);
    let text = all_text(&long);
    assert!(!text.contains("geheim"), "a copy stayed");
    assert!(text.contains("seen 149"), "what our people typed stays");
    let store = long.live.store();
    let (run, _) = store.run(1).unwrap().unwrap();
    assert_eq!(Some(&run), long.live.runs().next(), "nor in memory");
    assert_eq!(run.evidence.as_ref().unwrap().quotes[0].text, "[forgotten]");
    let log = store.log(1).unwrap();
    assert!(
        log.iter()
            .any(|one| matches!(&one.event, Event::Noted { text, .. } if text.contains("seen")))
    );

    // Nor does it come back when the run is folded again.
    long.night(150);
    assert!(!all_text(&long).contains("geheim"));
    let (output, after) = verify(&long.folder, &["1", "--head", &head[..16]]);
    assert!(output.status.success(), "{after}");
    let run = &after["runs"][0];
    assert!(run["forgotten"].as_u64() >= Some(3), "{run}");
    assert_eq!(run["folded"], "same");
    assert_eq!(after["head"]["found"]["seq"], before["runs"][0]["events"]);
}

#[test]
fn whoever_changes_a_log_is_seen() {
    for (deed, key, seq) in [
        ("UPDATE event SET json = json || ' ' WHERE run = 1 AND seq = 5", "broken", 5),
        ("UPDATE event SET at = '2001-01-01T00:00:00Z' WHERE run = 1 AND seq = 5", "broken", 5),
        ("DELETE FROM event WHERE run = 1 AND seq = 5", "broken", 6),
        ("DELETE FROM event WHERE run = 1 AND seq = 1", "broken", 2),
        (
            "UPDATE event SET seq = -6 WHERE run = 1 AND seq = 6; UPDATE event SET seq = 6 WHERE run = 1 AND seq = 5;
             UPDATE event SET seq = 5 WHERE run = 1 AND seq = -6",
            "broken",
            5,
        ),
        ("DELETE FROM event WHERE run = 1 AND seq = (SELECT max(seq) FROM event)", "listed", 0),
        ("UPDATE run SET level = 'attention'", "listed", 0),
        ("UPDATE run SET closed_at = 1", "listed", 0),
        ("DELETE FROM run", "listed", 0),
        ("UPDATE personal SET value = 'never' WHERE value LIKE 'seen 1 %'", "changed", 0),
        ("DELETE FROM personal WHERE value LIKE 'seen 1 %'", "missing", 0),
        ("UPDATE folded SET json = replace(json, '\"watch\":\"bread\"', '\"watch\":\"cake\"')", "folded", 0),
        ("UPDATE run SET id = 2; UPDATE event SET run = 2; UPDATE personal SET run = 2; DELETE FROM folded", "gone", 0),
    ] {
        let mut long = Long::new("tamper");
        long.storm("geheim");
        long.night(110);
        let (output, before) = verify(&long.folder, &[]);
        assert!(output.status.success(), "{before}");
        long.database().execute_batch(deed).unwrap();
        let (output, found) = verify(&long.folder, &[]);
        assert_eq!(output.status.code(), Some(1), "{deed}: {found}");
        let run = &found["runs"][0];
        match key {
            "broken" => assert_eq!(run["broken"]["seq"], seq, "{deed}: {run}"),
            "listed" => assert!(run["listed"].is_string(), "{deed}: {run}"),
            "folded" => assert_eq!(run["folded"], "differs", "{deed}: {run}"),
            "gone" => assert_eq!(found["gone"][0], 1, "{deed}: {found}"),
            key => assert_eq!(run[key].as_array().unwrap().len(), 1, "{deed}: {run}"),
        }
        let others = ["broken", "listed"].iter().filter(|other| **other != key);
        for other in others.filter(|_| key != "gone" && key != "broken") {
            assert!(run[*other].is_null(), "{deed}: {run}");
        }
    }
}

#[test]
fn a_log_from_before_the_chain_gets_one() {
    let mut long = Long::new("unchained");
    long.storm("geheim");
    long.night(40);
    let log = long.live.store().log(1).unwrap();
    let Long { folder, live, now } = long;
    drop(live);
    let database = rusqlite::Connection::open(folder.path("data/draaiboek.db")).unwrap();
    for logged in &log {
        let json = serde_json::to_string(logged).unwrap();
        let seq = logged.seq.cast_signed();
        let update = "UPDATE event SET json = $1 WHERE run = 1 AND seq = $2";
        database
            .execute(update, rusqlite::params![json, seq])
            .unwrap();
    }
    database
        .execute_batch(
            "DROP TABLE freshness; DROP TABLE gap; DROP TABLE usual;
             DROP TABLE counted; DROP TABLE import; DROP TABLE forgotten; DROP TABLE reading;
             DROP TABLE entry_link; DROP TABLE session; DROP TABLE account; DROP TABLE entry;
             DROP TABLE token; DROP TABLE keyed; DROP TABLE label;
             DROP TRIGGER packed_new; DROP TRIGGER packed_changed; DROP TRIGGER packed_moved;
             DROP TRIGGER packed_gone; DROP TRIGGER packed_text_gone; DROP TABLE packed;
             DELETE FROM meta WHERE key = 'mentions_gone';
             DROP TRIGGER because_gone; DROP TABLE because; DROP TABLE said;
             ALTER TABLE matched DROP COLUMN rumour;
             ALTER TABLE matched DROP COLUMN words;
             ALTER TABLE matched DROP COLUMN weight;
             ALTER TABLE matched DROP COLUMN cluster;
             ALTER TABLE matched DROP COLUMN sketch_1;
             ALTER TABLE matched DROP COLUMN sketch_2;
             ALTER TABLE matched DROP COLUMN followers;
             ALTER TABLE matched DROP COLUMN engagement;
             ALTER TABLE matched DROP COLUMN marks;
             DROP TABLE folded; DROP TABLE personal; DROP INDEX outbox_quoted;
             ALTER TABLE outbox DROP COLUMN quoted; ALTER TABLE outbox DROP COLUMN head;
             ALTER TABLE event DROP COLUMN head; PRAGMA user_version = 2;",
        )
        .unwrap();
    drop(database);
    let live = open(&folder, now);
    let mut long = Long { folder, live, now };
    assert_eq!(long.live.store().log(1).unwrap(), log);
    long.night(5);
    let (output, found) = verify(&long.folder, &[]);
    assert!(output.status.success(), "{found}");
    long.settle();
    long.now += TimeDelta::days(40);
    long.commit(Vec::new());
    long.now += TimeDelta::minutes(11);
    long.commit(Vec::new());
    assert!(!all_text(&long).contains("geheim"));
}

#[test]
fn a_head_that_is_none_is_refused() {
    let long = Long::new("no-head");
    for (arguments, words) in [
        (["--head", "abc"], "12 to 64"),
        (["--head", "0123456789xyz"], "12 to 64"),
        (["7", "--head=0123456789ab"], "no run 7"),
    ] {
        let (output, _) = verify(&long.folder, &arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1));
        assert!(said.contains(words), "{said}");
    }
    let (output, found) = verify(&long.folder, &["--head", "0123456789ab"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(found["runs"][0]["broken"], Value::Null);
    assert_eq!(found["head"]["found"], Value::Null);
}

/// The head in a mail's header, as mails wrap it.
fn head_of(mail: &str) -> (String, String) {
    let mail = mail.replace("\r\n ", " ").replace("\n ", " ");
    let mut lines = mail.lines();
    let line = lines.find_map(|line| line.strip_prefix("X-Draaiboek-Log: "));
    let (place, head) = line.expect("a head").trim().split_once(' ').unwrap();
    (place.to_owned(), head.to_owned())
}

#[test]
fn a_head_in_a_mail_shows_what_was_cut_off() {
    let mut world = World::new("heads");
    world.serve();
    world.push(mentions("m", 6));
    let mails = world.until_mails(2);
    world.says(&["note", "bewijs"]);
    let mut heads = Vec::new();
    for mail in &mails {
        let (place, head) = head_of(&mail.raw);
        let read = MessageParser::default().parse(&mail.raw).unwrap();
        let name = if mail.to[0].contains("anna") {
            "Logboek"
        } else {
            "Log"
        };
        let line = format!("{name} {place}: {}", &head[..16]);
        assert!(
            read.body_text(0).unwrap().trim_end().ends_with(&line),
            "{mail:?}"
        );
        assert!(read.body_html(0).unwrap().contains(&line), "{mail:?}");
        heads.push((place, head));
    }
    let (place, head) = heads.pop().unwrap();

    // Beside the daemon.
    let found = world.json(&["run", "verify", "--head", &head[..12]]);
    let seq: u64 = place.split_once('.').unwrap().1.parse().unwrap();
    assert_eq!(found["head"]["found"]["seq"], seq);
    assert!(
        world
            .says(&["run", "verify", "--head", &head])
            .contains(&format!("event {seq} of run 1"))
    );
    world.stop();

    // Everything after the third event never was, says who can write the file.
    let database = rusqlite::Connection::open(world.folder.path("data/draaiboek.db")).unwrap();
    database
        .execute_batch(
            "DELETE FROM event WHERE seq > 3; DELETE FROM personal WHERE seq > 3; UPDATE run SET seq = 3;",
        )
        .unwrap();
    assert!(
        world
            .says(&["run", "verify"])
            .contains("Run 1: 3 events, chain whole")
    );
    let output = world.run(&["run", "verify", "--head", &head[..16]]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("stands nowhere"), "{said}");
}

#[test]
fn an_open_run_is_moved_over_to_the_playbook_of_now() {
    let world = World::new("upgrade");
    world.says(&["run", "start", "mouse", "--reason", "proef"]);
    let upgrade = ["run", "upgrade", "1"];
    assert!(world.says(&upgrade).contains("nothing to move over"));
    let path = world.folder.path("playbooks/mouse.yaml");
    let before = std::fs::read_to_string(&path).unwrap();
    let task = "tasks:\n  call-cat: { title: Bel de kat, role: writer, due: 10m after start }\n";
    let after = before
        .replace("tasks:\n", task)
        .replace("due: 30m after start", "due: 45m after start")
        .replace("cool_down: 1h", "cool_down: 2h");
    std::fs::write(&path, after).unwrap();
    let template = "Er is een muis gezien in {{facts.where}}.\nKom niet.\n";
    world
        .folder
        .write("templates/statements/holding.nl.hbs", template);

    let shown = world.json(&upgrade);
    let said = world.says(&upgrade);
    for words in [
        "cool_down: 1h → 2h",
        "tasks.call-cat: added",
        "tasks.close-shop.due: 30m after start → 45m after start",
        "template holding.nl.hbs: 1 lines added, 0 taken away",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let tasks = || {
        let run = world.json(&["run", "show", "1"]);
        let tasks = run["items"].as_array().unwrap();
        tasks
            .iter()
            .filter(|task| task["kind"] != "message")
            .map(|task| task["item"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(tasks(), ["close-shop"], "looking moves nothing");

    let applied = world.json(&["run", "upgrade", "1", "--apply"]);
    assert_eq!(
        (&applied["applied"], &applied["differences"]),
        (&true.into(), &shown["differences"])
    );
    assert_eq!(tasks(), ["call-cat", "close-shop"]);
    assert!(
        world
            .says(&["run", "show", "1"])
            .contains("cool_down: 1h → 2h")
    );
    for again in [&upgrade[..], &["run", "upgrade", "1", "--apply"]] {
        assert!(world.says(again).contains("nothing to move over"));
    }
    // A draft that is made anew has the new words.
    world.says(&["fact", "set", "where", "de winkel"]);
    assert!(
        world
            .says(&["draft", "show", "holding"])
            .contains("Kom niet.")
    );
    assert!(world.says(&["run", "verify"]).contains("chain whole"));

    std::fs::remove_file(&path).unwrap();
    assert!(
        world
            .refuses(&upgrade)
            .contains("no playbook `mouse` any more")
    );
    world.says(&["run", "close", "1", "--reason", "klaar"]);
    assert!(
        world
            .refuses(&["run", "upgrade", "1", "--apply"])
            .contains("run 1 is closed")
    );
    assert!(world.refuses(&["run", "upgrade", "9"]).contains("no run 9"));
}
