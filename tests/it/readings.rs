//! Who may read what strangers wrote, and that it is on record before they see it.

use crate::world::{World, mentions};

/// Command, how it was chosen, how many, whether refused; the latest last.
fn record(world: &World) -> Vec<(String, String, u64, bool)> {
    let rows = world.json(&["mentions", "readings"]);
    let mut rows: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            assert!(!row["by"].as_str().unwrap().is_empty());
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            let refused = row["refused"] == true;
            (
                text("what"),
                text("query"),
                row["shown"].as_u64().unwrap(),
                refused,
            )
        })
        .collect();
    rows.reverse();
    rows
}

fn row(what: &str, query: &str, shown: u64, refused: bool) -> (String, String, u64, bool) {
    (what.to_owned(), query.to_owned(), shown, refused)
}

/// Lets only these read; the daemon must be started again.
fn only(world: &World, readers: &str) {
    let path = world.folder.path("draaiboek.yaml");
    let written = std::fs::read_to_string(&path).unwrap();
    let written = written.replacen(
        "organisation: {",
        &format!("organisation: {{ readers: {readers},"),
        1,
    );
    assert!(written.contains("readers:"), "{written}");
    std::fs::write(path, written).unwrap();
}

#[test]
fn every_reading_is_on_record_with_the_daemon_and_without_it() {
    let mut world = World::new("readings");
    world.serve();
    world.push(mentions("m", 3));
    let found = world.json(&["mentions", "search", "korst", "--limit", "2"]);
    assert_eq!(found["mentions"].as_array().unwrap().len(), 2);
    world.says(&["mentions", "export", "korst", "--since", "1d"]);
    world.says(&["watch", "try", "korst"]);
    let expected = [
        row("mentions search", "korst", 2, false),
        row("mentions export", "korst --since 1d", 3, false),
        row("watch try", "korst", 3, false),
    ];
    assert_eq!(record(&world), expected);
    world.stop();
    world.says(&["mentions", "search", "\"nummer m1\""]);
    assert_eq!(
        record(&world)[3],
        row("mentions search", "\"nummer m1\"", 1, false)
    );
    let shown = world.says(&["mentions", "readings", "--limit", "1"]);
    assert!(
        shown.contains("\"nummer m1\"") && !shown.contains("export"),
        "{shown}"
    );
    // Nothing that was read stands in the record; who is forgotten, not in a query.
    world.json(&["mentions", "forget", "--author", "am1", "--yes"]);
    world.says(&["mentions", "search", "author:am2"]);
    world.json(&["mentions", "forget", "--author", "am2", "--yes"]);
    assert_eq!(
        record(&world)[4],
        row("mentions search", "[forgotten]", 1, false)
    );
}

#[test]
fn who_is_not_named_reads_nothing_and_that_is_on_record_too() {
    let mut world = World::new("readings-refused");
    world.serve();
    world.push(mentions("m", 8));
    world.until_mails(2);
    world.stop();
    only(&world, "[owner]");
    let out = world.folder.path("out.ndjson");
    let out = out.to_str().unwrap();
    let commands: [&[&str]; 4] = [
        &["mentions", "search", "korst"],
        &["mentions", "export", "korst", "--out", out],
        &["watch", "try", "korst"],
        &["run", "show", "1", "--json", "--quotes"],
    ];
    for round in 0..2 {
        for command in commands {
            let said = world.refuses(command);
            assert!(
                said.contains("may not read") && said.contains("names owner"),
                "{said}"
            );
            assert!(!said.contains("nummer"), "{said}");
        }
        assert!(!std::path::Path::new(out).exists(), "nothing was written");
        let record = record(&world);
        assert!(record.iter().all(|(.., refused)| *refused), "{record:?}");
        assert_eq!(record.len(), 4 * (round + 1), "{record:?}");
        if round == 0 {
            world.serve();
        }
    }
    // The run itself is for everybody who works on it, without strangers' words.
    let run = world.json(&["run", "show", "1"]);
    assert!(!run.to_string().contains("nummer"), "{run}");
    assert_eq!(record(&world).len(), 8);
}

#[test]
fn quotes_of_a_run_are_shown_to_who_asks_and_may() {
    let mut world = World::new("readings-run");
    world.serve();
    world.push(mentions("m", 8));
    world.until_mails(2);
    let plain = world.json(&["run", "show", "1"]);
    assert!(!plain.to_string().contains("nummer"));
    assert!(record(&world).is_empty());
    let quoted = world.says(&["run", "show", "1", "--json", "--quotes"]);
    assert!(quoted.contains("nummer"));
    let record = record(&world);
    assert_eq!(
        (record[0].0.as_str(), record[0].1.as_str()),
        ("run show", "run 1")
    );
    assert!(record[0].2 > 0 && !record[0].3);
}
