//! What mentions say: tone, needs and rumours are read after the commit, conditions
//! wait for them, people correct them, and a restart loses nothing of it.

use serde_json::{Value, json};

use crate::answer::words;
use crate::world::{TOKEN, World, until};

const ABOUT: &str = r"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
triggers:
  angry: { when: { negative: { within: 1h, at_least: 60%, of_at_least: 8 } } }
  told: { level: crisis, when: { rumour: { within: 1h, at_least: 3 } } }
alert:
  attention:
    - { roles: [owner] }
facts:
  where: { ask: In welke winkel? }
phases:
  information:
    messages:
      holding: { kind: holding, to: [public], due: 30m }
";

fn world(name: &str) -> World {
    let world = World::new(name);
    world.folder.write("playbooks/mouse.yaml", ABOUT);
    world
}

fn post(id: usize, text: &str) -> Value {
    let at = draaiboek::domain::time::rfc3339(draaiboek::engine::clock::now());
    json!({
        "id": format!("p{id}"), "platform": "x", "author": format!("klant{id}"),
        "text": text, "published_at": at, "lang": "nl",
    })
}

fn ndjson(posts: impl IntoIterator<Item = Value>) -> String {
    posts.into_iter().map(|post| format!("{post}\n")).collect()
}

/// Different words each, all angry.
const ANGRY: [&str; 10] = [
    "Wat een schandalig slecht brood bij de korst, ik ben woedend",
    "Vreselijke bediening in de korst vandaag, echt een schande",
    "De korst is vies en smerig, nooit meer",
    "Wat een puinhoop bij bakkerij de korst, verschrikkelijk",
    "Ik ben boos op de korst: bedorven taart verkocht",
    "De korst liegt tegen klanten, walgelijk gewoon",
    "Afschuwelijk oud brood gekregen van de korst, waardeloos",
    "Heel slecht, de korst heeft mijn bestelling verpest",
    "Belachelijk duur en slecht, die korst",
    "De korst heeft mijn kind ziek gemaakt, schandalig",
];

#[test]
fn anger_starts_a_run_and_the_mail_says_so() {
    let mut world = world("said-anger");
    world.serve();
    let calm = (0..4).map(|id| post(100 + id, "Vanmiddag haal ik een half brood bij de korst"));
    world.push(ndjson(calm));
    let angry = ANGRY.iter().enumerate().map(|(id, text)| post(id, text));
    world.push(ndjson(angry));
    let mails = world.until_mails(1);
    let text = words(&mails[0]);
    assert!(text.contains("is negatief"), "{text}");
    assert!(text.contains("de grens is 60%"), "{text}");
    let status = world.until_status("all is read", |status| status["unread"]["mentions"] == 0);
    assert_eq!(status["runs"].as_array().unwrap().len(), 1);
    // It reads like this again after a restart, and nothing fires twice.
    world.kill();
    world.serve();
    let status = world.status();
    assert_eq!(status["runs"].as_array().unwrap().len(), 1, "{status}");
    assert_eq!(status["unread"]["mentions"], 0);
}

#[test]
fn what_was_stored_and_not_read_is_read_after_a_kill() {
    let mut world = world("said-kill");
    world.serve();
    let angry = ANGRY.iter().enumerate().map(|(id, text)| post(id, text));
    world.push(ndjson(angry));
    world.kill();
    world.serve();
    world.until_mails(1);
    let status = world.until_status("all is read", |status| status["unread"]["mentions"] == 0);
    assert_eq!(status["runs"].as_array().unwrap().len(), 1, "{status}");
}

#[test]
fn one_rumour_counts_by_who_passes_it_on() {
    let mut world = world("said-rumour");
    world.serve();
    let others = [
        "Naar verluidt krijgt de korst een nieuwe oven in de winkel aan de markt",
        "Ik hoorde dat de bakker van de korst met pensioen gaat deze zomer",
    ];
    let others = others.iter().enumerate();
    world.push(ndjson(others.map(|(id, text)| post(50 + id, text))));
    world.until_status("read", |status| status["unread"]["mentions"] == 0);
    assert_eq!(world.status()["runs"].as_array().unwrap().len(), 0);
    let told = "Ik hoorde dat er muizen zijn gezien in de keuken van de korst";
    let same = ["", " echt waar", " help"];
    let same = same.iter().enumerate();
    world.push(ndjson(
        same.map(|(id, end)| post(60 + id, &format!("{told}{end}"))),
    ));
    let status = world.until_status("a run", |status| status["runs"] != json!([]));
    assert_eq!(status["runs"][0]["level"], "crisis");
    let run = world.says(&["run", "show", "1"]);
    assert!(run.contains("eenzelfde gerucht"), "{run}");
}

#[test]
fn a_correction_counts_and_shows_how_well_we_read() {
    let mut world = world("said-label");
    world.serve();
    let angry = ANGRY[..7].iter().enumerate();
    let posts = angry.map(|(id, text)| post(id, text));
    let more = [post(7, "De korst is om vijf uur dicht, staat op de deur")];
    world.push(ndjson(posts.chain(more)));
    world.until_status("read", |status| status["unread"]["mentions"] == 0);
    // Seven of eight: it fires. Somebody reads one of them otherwise.
    let shown = world.json(&["mentions", "label", "p0"]);
    assert_eq!(shown["counts_as"]["tone"], "negative", "{shown}");
    let because = shown["read"]["because"].as_array().unwrap();
    assert!(!because.is_empty(), "{shown}");
    let labels = [
        "mentions", "label", "p0", "--tone", "unclear", "--needs", "none",
    ];
    let shown = world.json(&labels);
    assert_eq!(
        shown["counts_as"],
        json!({ "tone": "unclear", "needs": [], "rumour": false })
    );
    world.json(&["mentions", "label", "p1", "--tone", "negative"]);
    let quality = world.json(&["watch", "quality"]);
    assert_eq!(quality["labels"], 2);
    assert_eq!(quality["tone"][0][3], 1, "{quality}");
    assert_eq!(quality["tone"][0][0], 1, "{quality}");
    assert_eq!(quality["tone_accuracy"], 0.5);
    // It outlives a restart, and the words are gone when they are forgotten.
    world.kill();
    world.serve();
    let shown = world.json(&["mentions", "label", "p0"]);
    assert_eq!(shown["counts_as"]["tone"], "unclear");
    let readings = world.says(&["mentions", "readings"]);
    assert!(readings.contains("mentions label"), "{readings}");
    let why = world.refuses(&["mentions", "label", "p999"]);
    assert!(why.contains("no mention `p999`"), "{why}");
    let why = world.refuses(&["mentions", "label", "p1", "--needs", "none,harm"]);
    assert!(why.contains("`none` stands alone"), "{why}");
}

#[test]
fn a_backtest_reads_as_the_daemon_does() {
    let world = world("said-backtest");
    let posts = ANGRY.iter().enumerate().map(|(id, text)| {
        let mut post = post(id, text);
        post["published_at"] = format!("2026-03-02T10:{id:02}:00Z").into();
        post
    });
    world.folder.write("m.ndjson", ndjson(posts));
    let output = world.says(&[
        "backtest",
        "--playbook",
        "playbooks/mouse.yaml",
        "--mentions",
        "m.ndjson",
        "--json",
    ]);
    let lines = output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    let fired = lines.iter().find(|line| line["event"] == "trigger_fired");
    let fired = fired.unwrap_or_else(|| panic!("{output}"));
    assert_eq!(fired["trigger"], "angry");
    assert_eq!(fired["at"], "2026-03-02T10:07:00Z");
}

#[test]
fn metrics_say_how_far_behind_reading_is() {
    let mut world = world("said-metrics");
    world.serve();
    world.push(ndjson([post(1, "Brood van de korst")]));
    let metrics = until("it is read", || {
        let metrics = world.get("/metrics");
        match metrics.contains("draaiboek_mentions_unread 0") {
            true => Ok(metrics),
            false => Err(metrics),
        }
    });
    assert!(
        metrics.contains("draaiboek_reading_lag_seconds"),
        "{metrics}"
    );
    assert!(!metrics.contains(TOKEN));
}

/// As the program before wrote it: what was read stood in the rows of mentions and
/// of what they count for.
const NINE: &str = "
    ALTER TABLE mention ADD COLUMN because TEXT;
    ALTER TABLE matched ADD COLUMN said BIGINT;
    UPDATE mention SET because = (SELECT json FROM because WHERE mention = number);
    UPDATE matched SET said = (SELECT s.said FROM said s
        WHERE s.mention = matched.mention AND s.published_at = matched.published_at);
    DROP TRIGGER because_gone; DROP TABLE because; DROP TABLE said;
    PRAGMA user_version = 9;";

#[test]
fn what_an_older_program_read_stays_and_goes_with_its_text() {
    let mut world = world("said-older");
    world.serve();
    let angry = ANGRY[..8].iter().enumerate();
    world.push(ndjson(angry.map(|(id, text)| post(id, text))));
    world.until_status("read", |status| status["unread"]["mentions"] == 0);
    let before = world.json(&["mentions", "label", "p1"]);
    world.json(&["mentions", "label", "p0", "--tone", "unclear"]);
    world.kill();
    let path = world.folder.path("data/draaiboek.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch(NINE).unwrap();
    drop(database);
    world.serve();
    assert!(world.folder.path("data/draaiboek-v9.db").exists());
    assert_eq!(world.json(&["mentions", "label", "p1"]), before);
    let corrected = world.json(&["mentions", "label", "p0"]);
    assert_eq!(corrected["counts_as"]["tone"], "unclear", "{corrected}");
    let status = world.status();
    assert_eq!(status["runs"].as_array().unwrap().len(), 1, "{status}");
    // What comes next is read as ever, and reasons go with the words.
    world.push(ndjson([post(20, ANGRY[8])]));
    world.until_status("read", |status| status["unread"]["mentions"] == 0);
    let shown = world.json(&["mentions", "label", "p20"]);
    assert_eq!(shown["counts_as"]["tone"], "negative", "{shown}");
    let n_rows = |table: &str| {
        let database = rusqlite::Connection::open(&path).unwrap();
        let sql = format!("SELECT count(*) FROM {table}");
        database.query_row(&sql, [], |row| row.get::<_, i64>(0))
    };
    assert_eq!((n_rows("because"), n_rows("said")), (Ok(9), Ok(9)));
    world.json(&["mentions", "forget", "--author", "klant1", "--yes"]);
    assert_eq!((n_rows("because"), n_rows("said")), (Ok(8), Ok(9)));
    world.refuses(&["mentions", "label", "p1"]);
}
