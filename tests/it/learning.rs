//! What an import teaches of what is usual, and what it must not: hours in which
//! nobody listened.

use chrono::{DateTime, TimeDelta, Utc};
use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock;
use serde_json::Value;

use crate::world::World;

const HOUR: i64 = 3_600;

fn line(id: &str, at: i64) -> String {
    let at = rfc3339(DateTime::<Utc>::from_timestamp(at, 0).unwrap());
    format!("{{\"id\":\"{id}\",\"text\":\"muis bij korst {id}\",\"published_at\":\"{at}\"}}\n")
}

fn a_day(world: &World) -> f64 {
    let shown = world.json(&["watch", "show", "bakery"]);
    let a_day = shown["usual"]["mentions_a_day"].as_f64();
    a_day.unwrap_or_else(|| panic!("{}", shown["usual"]))
}

#[test]
fn hours_in_which_nobody_listened_teach_nothing() {
    let world = World::new("learning-gap");
    let hour = clock::now().timestamp() / HOUR * HOUR;
    // Forty days with five an hour, but for 5.8 days.
    let gap = 72..72 + 139;
    let heard = (1..40 * 24).filter(|ago| !gap.contains(ago));
    let lines: String = heard
        .flat_map(|ago| {
            (0..5).map(move |n| line(&format!("g{ago}-{n}"), hour - ago * HOUR + n * 700))
        })
        .collect();
    world.folder.write("h.ndjson", lines);
    world.says(&["import", "h.ndjson"]);
    let database = rusqlite::Connection::open(world.folder.path("data/draaiboek.db")).unwrap();
    let (from, to) = (hour - (gap.end - 1) * HOUR, hour - (gap.start - 1) * HOUR);
    let insert = "INSERT INTO gap (source, from_at, to_at) VALUES ('suite', $1, $2)";
    database.execute(insert, [from, to]).unwrap();
    drop(database);

    world
        .folder
        .write("one.ndjson", line("old", hour - 41 * 86_400));
    world.says(&["import", "one.ndjson"]);
    let usual = a_day(&world);
    assert!((115.0..=125.0).contains(&usual), "{usual}");

    // An export of those very days fills them, with what was said then.
    let missed = gap.clone();
    let lines: String = missed
        .flat_map(|ago| {
            (0..5).map(move |n| line(&format!("g{ago}-{n}"), hour - ago * HOUR + n * 700))
        })
        .collect();
    let hours_learnt = |world: &World| {
        let shown = world.json(&["watch", "show", "bakery"]);
        shown["usual"]["hours_learnt"].as_i64().unwrap()
    };
    let before = hours_learnt(&world);
    world.folder.write("missed.ndjson", lines);
    world.says(&["import", "missed.ndjson"]);
    assert_eq!(hours_learnt(&world) - before, 139);
    let usual = a_day(&world);
    assert!((115.0..=125.0).contains(&usual), "{usual}");
}

#[test]
fn days_without_a_time_teach_no_busy_hour() {
    let world = World::new("learning-days");
    let now = clock::now();
    let mut table = "Datum;Bericht\r\n".to_owned();
    for ago in 1..=60 {
        let day = (now - TimeDelta::days(ago)).format("%d-%m-%Y");
        for n in 0..120 {
            table.push_str(&format!("{day};Muis bij korst, bericht {ago}-{n}\r\n"));
        }
    }
    world.folder.write("days.csv", table);
    let said = world.says(&["import", "days.csv"]);
    assert!(said.contains("7200 have a day and no time"), "{said}");

    let shown = world.json(&["watch", "show", "bakery"]);
    let week: Vec<Vec<f64>> = serde_json::from_value(shown["week"].clone()).unwrap();
    assert_eq!(week.len(), 7, "{shown}");
    for (place, hour) in week.iter().flatten().enumerate() {
        assert!(
            (4.5..=5.5).contains(hour),
            "hour {place} of the week: {hour}"
        );
    }
    assert_eq!(
        shown["usual"]["grade"], "guess",
        "which hours are busy nobody knows"
    );

    let told = world.json(&["baseline"]);
    assert_eq!(
        (&told[0]["day_only"], &told[0]["baseline"]),
        (&7_200.into(), &Value::Null)
    );
    let said = world.says(&["baseline"]);
    assert!(
        said.contains("all 7200 mentions") && said.contains("cannot be told"),
        "{said}"
    );

    // Beside mentions with a time they are in no peak and no busy hour.
    let hour = now.timestamp() / HOUR * HOUR;
    let lines = (1..20 * 24).map(|n| line(&format!("t{n}"), hour - n * HOUR + 60));
    world.folder.write("t.ndjson", lines.collect::<String>());
    world.says(&["import", "t.ndjson"]);
    let told = world.json(&["baseline"]);
    assert_eq!(told[0]["baseline"]["mentions"], 20 * 24 - 1);
    assert_eq!(told[0]["baseline"]["peaks"][0]["in_an_hour"], 1);
    assert_eq!(told[0]["baseline"]["busiest"][0]["mean"], 1.0);
    assert!(
        world
            .says(&["baseline"])
            .contains("7200 more have a day and no time")
    );
}
