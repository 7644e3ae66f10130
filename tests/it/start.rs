//! What a start reads: what was packed of the last days while the daemon ran, and row by
//! row what was not.

use std::fmt::Write;

use rusqlite::Connection;

use crate::world::{World, mention};

/// Enough for a stretch or two, two hours old.
const MANY: usize = 1_200;

fn database(world: &World) -> Connection {
    Connection::open(world.folder.path("data/draaiboek.db")).unwrap()
}

fn number(world: &World, sql: &str) -> i64 {
    database(world)
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

/// A daemon that took in many mentions, read them and was stopped. Five more within
/// three hours alarm.
fn stormy(name: &str) -> World {
    let mut world = World::new(name);
    let playbook = world.folder.path("playbooks/mouse.yaml");
    let text = std::fs::read_to_string(&playbook).unwrap();
    let rule = format!("within: 3h, at_least: {}", MANY + 5);
    let changed = text.replace("within: 1h, at_least: 5 ", &format!("{rule} "));
    // Also what is told late fires: nothing else may.
    let changed = changed.replace("within: 1h, at_least: 50 ", "within: 1h, at_least: 9999 ");
    assert!(
        changed.contains(&rule) && changed.contains("9999"),
        "{changed}"
    );
    std::fs::write(&playbook, changed).unwrap();
    world.serve();
    let mut lines = String::new();
    for id in 0..MANY {
        let ago = 7_000 - i64::try_from(id).unwrap();
        writeln!(lines, "{}", mention(&format!("m{id}"), ago)).unwrap();
    }
    assert_eq!(world.push(&lines).n("new"), MANY as u64);
    world.until_status("all read", |status| status["unread"]["mentions"] == 0);
    assert_eq!(world.stop(), Some(0));
    world
}

fn push(world: &World, ids: &[&str]) {
    let lines: String = ids.iter().map(|id| mention(id, 30) + "\n").collect();
    assert_eq!(world.push(&lines).n("new"), ids.len() as u64);
}

#[test]
fn a_start_goes_on_from_what_was_packed_and_from_the_rows_beside_it() {
    let mut world = stormy("packed-start");
    let n_packed = number(&world, "SELECT count(*) FROM packed");
    assert!(n_packed > 0);
    // Rows that a stretch still speaks of: only who reads the stretch counts them.
    database(&world)
        .execute_batch("DROP TRIGGER packed_gone; DELETE FROM matched")
        .unwrap();
    assert_eq!(number(&world, "SELECT count(*) FROM packed"), n_packed);
    world.serve();
    push(&world, &["n1", "n2", "n3", "n4"]);
    world.kill();
    world.serve();
    assert_eq!(world.mails().len(), 0);
    push(&world, &["n5"]);
    world.until_mails(2);
}

#[test]
fn what_cannot_be_unpacked_stops_nobody() {
    let mut world = stormy("unpackable-start");
    let spoil = "UPDATE packed SET notes = zeroblob(9), counts = zeroblob(9)";
    assert!(database(&world).execute(spoil, []).unwrap() > 0);
    world.serve();
    push(&world, &["n1", "n2", "n3", "n4"]);
    assert_eq!(world.mails().len(), 0);
    push(&world, &["n5"]);
    world.until_mails(2);
}

#[test]
fn who_is_forgotten_is_packed_nowhere() {
    let mut world = stormy("packed-forget");
    let n_packed = "SELECT count(*) FROM packed WHERE counts IS NOT NULL";
    assert!(number(&world, n_packed) > 0);
    let hash = "SELECT author FROM matched WHERE watch = 'bakery' ORDER BY published_at LIMIT 1";
    let hash = number(&world, hash).to_le_bytes();
    let holds = |world: &World| -> i64 {
        let find = "SELECT count(*) FROM packed WHERE instr(notes, $1) > 0";
        let database = database(world);
        database
            .query_row(find, [hash.to_vec()], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(holds(&world), 1);
    world.json(&["mentions", "forget", "--author", "am0", "--yes"]);
    assert_eq!(holds(&world), 0);
    world.serve();
    push(&world, &["n1", "n2", "n3", "n4", "n5"]);
    world.until_mails(2);
    world.json(&["mentions", "forget", "--before", "0s", "--yes"]);
    world.stop();
    assert_eq!(holds(&world), 0);
    let files =
        ["draaiboek.db", "draaiboek.db-wal"].map(|name| world.folder.path("data").join(name));
    for file in files.iter().filter(|file| file.exists()) {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(8).any(|eight| eight == hash), "{file:?}");
    }
}
