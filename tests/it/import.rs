//! History comes in from files: every form, once, cut off and gone on with, and
//! it wakes nobody.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeDelta};
use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::world::{DRAAIBOEK, World, mention, mentions, until};

/// So many mentions, an hour apart, the newest an hour old.
fn hourly(count: i64) -> String {
    (1..=count)
        .map(|number| mention(&format!("h{number}"), number * 3_600) + "\n")
        .collect()
}

fn database(world: &World) -> rusqlite::Connection {
    rusqlite::Connection::open(world.folder.path("data/draaiboek.db")).unwrap()
}

fn number(world: &World, sql: &str) -> i64 {
    database(world)
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

fn counted(world: &World) -> i64 {
    number(world, "SELECT count(*) FROM matched WHERE watch = 'bakery'")
}

/// `read`, `rejected`, `new`, `known`, `unmatched`, `ours`, `only_counted`.
fn sums(told: &Value) -> [u64; 7] {
    [
        "read",
        "rejected",
        "new",
        "known",
        "unmatched",
        "ours",
        "only_counted",
    ]
    .map(|name| told[name].as_u64().unwrap_or_else(|| panic!("{told}")))
}

#[test]
fn every_form_comes_in_once_with_and_without_a_daemon() {
    let mut world = World::new("import-forms");
    let lines = hourly(40 * 24);
    world.folder.write("history.ndjson", &lines);
    let rehearsed = world.json(&["import", "history.ndjson", "--dry-run"]);
    assert_eq!(sums(&rehearsed[0])[..3], [960, 0, 960]);
    assert!(
        !world.folder.path("data/draaiboek.db").exists(),
        "a rehearsal stores nothing"
    );

    // 720 and some are younger than 30 days; of the others only the count is kept.
    let told = world.json(&["import", "history.ndjson"]);
    let [read, rejected, new, known, unmatched, ours, only_counted] = sums(&told[0]);
    assert_eq!(
        [read, rejected, new, known, unmatched, ours],
        [960, 0, 960, 0, 0, 0]
    );
    assert!((240..=241).contains(&only_counted), "{told}");
    assert_eq!(told[0]["watches"]["bakery"]["new"], 960);
    assert_eq!(counted(&world), 960);
    assert_eq!(
        number(&world, "SELECT count(*) FROM mention") as u64,
        960 - only_counted
    );
    let n_authors = number(
        &world,
        "SELECT count(*) FROM matched WHERE author IS NOT NULL",
    );
    assert_eq!(n_authors as u64, 960 - only_counted);

    // Again, by the digest and then record by record.
    let said = world.says(&["import", "history.ndjson"]);
    assert!(
        said.contains("imported before") && said.contains("0 new"),
        "{said}"
    );
    let told = world.json(&["import", "history.ndjson"]);
    assert_eq!(sums(&told[0]), [0; 7], "nothing is new the second time");
    assert_eq!(told[0]["watches"]["bakery"]["new"], 0);
    assert_eq!(sums(&told[0]["earlier"])[..3], [960, 0, 960]);
    let again = world.json(&["import", "history.ndjson", "--again"]);
    assert_eq!(sums(&again[0])[2..4], [0, 960]);
    assert_eq!(
        sums(&world.json(&["import", "history.ndjson", "--again", "--dry-run"])[0])[3],
        960
    );

    // Through the daemon, packed, as an array, and on stdin.
    world.serve();
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(hourly(962).as_bytes()).unwrap();
    world
        .folder
        .write("more.ndjson.gz", packer.finish().unwrap());
    assert_eq!(
        sums(&world.json(&["import", "more.ndjson.gz"])[0])[2..4],
        [2, 960]
    );
    let array = format!("[{},\n{}]", mention("a1", 9_000), mention("a2", 9_100));
    world.folder.write("array.json", array);
    assert_eq!(
        sums(&world.json(&["import", "array.json"])[0])[2..4],
        [2, 0]
    );
    let mut child = world.command(DRAAIBOEK);
    let child = child
        .args(["import", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = child.spawn().unwrap();
    let piped = format!("{}\nno mention\n", mention("p1", 9_200));
    child
        .stdin
        .take()
        .unwrap()
        .write_all(piped.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(sums(&told[0])[..3], [2, 1, 1], "{told}");
    assert!(
        told[0]["reasons"][0]
            .as_str()
            .unwrap()
            .starts_with("line 2:"),
        "{told}"
    );
    assert_eq!(counted(&world), 965);

    // 900 in a day is far above every bound, and nobody was mailed.
    assert!(world.mails().is_empty());
    assert_eq!(world.json(&["run", "list"]), Value::Array(Vec::new()));
}

#[test]
fn a_file_that_breaks_off_is_taken_so_far_and_never_counts_as_finished() {
    let mut world = World::new("import-cut");
    let packed = |text: &str| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::none());
        packer.write_all(text.as_bytes()).unwrap();
        let mut packed = packer.finish().unwrap();
        packed.truncate(packed.len() * 2 / 3);
        packed
    };
    let rows = |name: &str| {
        let row = |n: i64| {
            let at = rfc3339(clock::now() - TimeDelta::seconds(n * 60));
            format!("{name}{n},x,muis bij korst {n},{at}\n")
        };
        "id,platform,text,published_at\n".to_owned() + &(1..=900).map(row).collect::<String>()
    };
    let lines = |name: &str| -> String {
        let line = |n: i64| mention(&format!("{name}{n}"), n * 60) + "\n";
        (1..=900).map(line).collect()
    };
    let array = |name: &str| "[".to_owned() + lines(name).replace('\n', ",\n").trim_end() + "{}]";
    let mut is_first = true;
    for has_daemon in [false, true] {
        if has_daemon {
            world.serve();
        }
        let of = |what: &str| format!("{what}{}", u8::from(has_daemon));
        for (file, bytes) in [
            ("cut.ndjson.gz", packed(&lines(&of("l")))),
            ("cut.csv.gz", packed(&rows(&of("c")))),
            ("cut.json.gz", packed(&array(&of("p")))),
            ("cut.json", array(&of("a")).as_bytes()[..50_000].to_vec()),
        ] {
            world.folder.write(file, bytes);
            let before = if is_first { 0 } else { counted(&world) };
            is_first = false;
            let run = |more: &[&str]| {
                let output = world.run(&[&["import", file, "--json"], more].concat());
                assert_eq!(output.status.code(), Some(1), "{file} {more:?}");
                let why = String::from_utf8(output.stderr).unwrap();
                assert!(why.contains("breaks off at line"), "{file} {more:?}: {why}");
                let told: Value = serde_json::from_slice(&output.stdout).unwrap();
                assert!(told[0]["broken_off"].is_string(), "{told}");
                told[0].clone()
            };
            let rehearsed = run(&["--dry-run"]);
            let first = run(&[]);
            assert!((200..900).contains(&sums(&first)[2]), "{file}: {first}");
            assert_eq!(sums(&rehearsed), sums(&first), "{file}");
            assert_eq!(
                counted(&world) - before,
                sums(&first)[2].cast_signed(),
                "{file}"
            );
            // Again: nothing new, and still not finished.
            let again = run(&[]);
            assert_eq!(sums(&again), [0; 7], "{file}: {again}");
            assert_eq!(sums(&again["earlier"]), sums(&first), "{file}");
            assert_eq!(again["imported_before_at"], Value::Null);
        }
    }
    // The whole file brings the rest.
    world.folder.write("cut.json", array("a1"));
    let output = world.run(&["import", "cut.json", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let [read, rejected, new, known, ..] = sums(&told[0]);
    assert_eq!((read, rejected, new + known), (901, 1, 900), "{told}");
    assert!(output.status.success() && known > 0, "{told}");
}

#[test]
fn an_import_wakes_nobody_and_does_not_hide_a_storm() {
    let mut world = World::new("import-quiet");
    world.folder.write("now.ndjson", mentions("s", 60));
    world.says(&["import", "now.ndjson"]);
    world.serve();
    assert_eq!(
        world.json(&["run", "list"]),
        Value::Array(Vec::new()),
        "not after a start either"
    );
    world.folder.write("more.ndjson", mentions("t", 60));
    world.says(&["import", "more.ndjson"]);
    assert_eq!(world.json(&["run", "list"]), Value::Array(Vec::new()));

    // The same storm reaches us through a source too: now it is news, and
    // counts as often as it did.
    assert_eq!(world.push(mentions("s", 60)).n("new"), 60);
    let runs = world.json(&["run", "list"]);
    assert_eq!(runs[0]["level"], "crisis", "{runs}");
    assert_eq!(counted(&world), 120);
    world.until_mails(1);
    // What came in first stays known to an import; within the same second the
    // file is the first one again, byte for byte, and has to be asked for.
    world.folder.write("same.ndjson", mentions("s", 60));
    assert_eq!(
        sums(&world.json(&["import", "same.ndjson", "--again"])[0])[2..4],
        [0, 60]
    );
    assert_eq!(counted(&world), 120);
}

#[test]
fn an_import_that_is_killed_goes_on_where_it_was() {
    for has_daemon in [false, true] {
        let mut world = World::new("import-killed");
        if has_daemon {
            world.serve();
        }
        let lines: String = (0..12_000)
            .map(|n| mention(&format!("k{n}"), 3_600 + n) + "\n")
            .collect();
        world.folder.write("long.ndjson", lines);
        let mut positions = Vec::new();
        for _ in 0..3 {
            let from = positions.last().copied().unwrap_or(0);
            let mut command: Command = world.command(DRAAIBOEK);
            let mut child = command
                .args(["import", "long.ndjson"])
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            let reached = until("more of the import", || {
                let is_there = world.folder.path("data/draaiboek.db").exists();
                let sql = "SELECT coalesce(max(position), 0) FROM import";
                let position = is_there.then(|| {
                    database(&world)
                        .query_row(sql, [], |row| row.get::<_, i64>(0))
                        .ok()
                });
                position
                    .flatten()
                    .filter(|position| *position > from)
                    .ok_or(from)
            });
            child.kill().unwrap();
            child.wait().unwrap();
            positions.push(reached);
        }
        assert!(positions[0] > 0 && positions[0] < 12_000, "{positions:?}");
        // The daemon may still be storing what the killed one sent: then it is said
        // to run it again.
        let told = until("an import that goes on", || {
            let output = world.run(&["import", "long.ndjson", "--json"]);
            let told: Value = serde_json::from_slice(&output.stdout).unwrap();
            if told[0]["error"].is_null() && told["error"].is_null() {
                Ok(told)
            } else {
                Err(told)
            }
        });
        assert_eq!(
            sums(&told[0])[..4],
            [12_000, 0, 12_000, 0],
            "{positions:?} {told}"
        );
        assert!(
            told[0]["records_before"].as_i64() >= Some(positions[2]),
            "{told}"
        );
        assert_eq!(counted(&world), 12_000);
    }
}

#[test]
fn reads_an_export_as_a_dutch_office_saves_it() {
    let world = World::new("import-tables");
    let day = |ago: i64| clock::now() - TimeDelta::days(ago);
    let dutch = |ago| day(ago).format("%d-%m-%Y").to_string();
    let table = format!(
        "Datum;Tijd;Bericht;Geplaatst door;Volgers;Bron;Link\r\n\
         {};08:14;Muis bij korst, patiënt;@anna;1.234;Twitter;https://x.com/anna/1\r\n\
         {};08:15;Koekje van Korst;@bakker;12;Twitter;https://x.com/bakker/2\r\n\
         31-02-2026;08:16;korst;;;;\r\n\
         {};08:17;iets anders;;;;\r\n",
        dutch(3),
        dutch(3),
        dutch(4)
    );
    let utf16: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
    world
        .folder
        .write("utf16.csv", [b"\xff\xfe".to_vec(), utf16].concat());
    let told = world.json(&["import", "utf16.csv"]);
    assert_eq!(sums(&told[0])[..6], [4, 1, 1, 0, 1, 1], "{told}");
    assert!(
        told[0]["reasons"][0]
            .as_str()
            .unwrap()
            .contains("`31-02-2026` is not a time"),
        "{told}"
    );
    let found = world.json(&["mentions", "search", "patient"]);
    let one = &found["mentions"][0]["mention"];
    assert_eq!(one["followers"], 1_234, "{found}");
    assert_eq!(one["platform"], "x");
    let local = day(3).date_naive().and_hms_opt(8, 14, 0).unwrap();
    let local = local
        .and_local_timezone(chrono_tz::Europe::Amsterdam)
        .unwrap();
    assert_eq!(one["published_at"], rfc3339(local.to_utc()));

    // The same in Windows-1252 is the same.
    let latin: Vec<u8> = table.chars().map(|letter| letter as u8).collect();
    world.folder.write("latin.csv", latin);
    assert_eq!(sums(&world.json(&["import", "latin.csv"])[0])[2..4], [0, 1]);

    let meltwater = "Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Country,Subregion,Language,Reach,Desktop Reach,Mobile Reach,Twitter Social Echo,Facebook Social Echo,Reddit Social Echo,National Viewership,Engagement,AVE,Sentiment,Key Phrases,Input Name,Keywords,Twitter Authority,Tweet Id,Twitter Id\n\
         02-Mar-2025 08:14AM,,https://twitter.com/anna/status/9,,Muis bij korst,Twitter,@anna,Netherlands,,Dutch,812,,,,,,,3,,Negative,,,,5,9,77\n\
         03-Mar-2025 08:14AM,Muis bij bakkerij,https://courant.example/9,Bakkerij De Korst moest dicht.,Bakkerij De Korst moest dicht.,De Courant (Web),J. Jansen,Netherlands,,Dutch,20000,,,,,,,,,Neutral,,,,,,\n";
    world.folder.write("meltwater.csv", meltwater);
    let told = world.json(&["import", "meltwater.csv"]);
    assert_eq!(told[0]["preset"], "meltwater");
    assert_eq!(sums(&told[0]), [2, 0, 2, 0, 0, 0, 2]);
    assert_eq!(told[0]["oldest"], "2025-03-02T07:14:00Z");

    for (name, text, words) in [
        ("book.xlsx", "PK\u{3}\u{4}xx", "Excel workbook"),
        ("none.csv", "a,b\n1,2\n", "no column says when"),
        ("empty.csv", "", "there is nothing in it"),
        ("junk.csv", "\u{1}\u{2}\u{0}\u{7f}", "this is no text"),
    ] {
        world.folder.write(name, text);
        let why = world.refuses(&["import", name]);
        assert!(why.contains(words), "{name}: {why}");
    }
    world.folder.write(
        "future.csv",
        "datum,tekst\n2099-01-01 10:00,korst\n01/31/2026 10:00,korst\n",
    );
    let why = String::from_utf8(world.run(&["import", "future.csv"]).stdout).unwrap();
    assert!(
        why.contains("in the future") && why.contains("--dates mdy"),
        "{why}"
    );
    let output = world.run(&["import", "future.csv", "--preset", "coosto"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn texts_go_when_they_were_kept_long_enough_and_stay_known() {
    let mut world = World::new("import-retention");
    let path = world.folder.path("draaiboek.yaml");
    let setting = std::fs::read_to_string(&path).unwrap();
    world.folder.write(
        "draaiboek.yaml",
        setting.replace("language: nl,", "language: nl, keep_texts: 2d,"),
    );
    let ours = mention("o1", 3_600).replace("\"ao1\"", "\"bakker\"");
    world.folder.write("h.ndjson", hourly(72) + &ours);
    let told = world.json(&["import", "h.ndjson"]);
    assert_eq!(sums(&told[0])[..6], [73, 0, 72, 0, 0, 1]);
    let n_texts = number(&world, "SELECT count(*) FROM mention");
    assert!((48..=49).contains(&n_texts), "{n_texts}");

    // Three days later by the daemon's clock; it looks every ten minutes.
    let later = rfc3339(clock::now() + TimeDelta::days(3));
    let mut command = world.command(DRAAIBOEK);
    command.args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--clock",
        &format!("{later}@600"),
    ]);
    world.serve_by(command);
    until("no texts", || {
        match number(&world, "SELECT count(*) FROM mention") {
            0 => Ok(()),
            left => Err(left),
        }
    });
    until_in_no_file(&world, "muis bij korst");
    world.stop();
    assert_eq!(counted(&world), 72);
    assert_eq!(
        number(
            &world,
            "SELECT count(*) FROM matched WHERE author IS NOT NULL"
        ),
        0
    );
    let again = world.json(&["import", "h.ndjson", "--again"]);
    assert_eq!(sums(&again[0])[2..4], [0, 72], "{again}");
    assert_eq!(counted(&world), 72);
}

#[test]
fn a_watch_that_is_new_finds_the_history_too() {
    let world = World::new("import-new-watch");
    world.folder.write("h.ndjson", hourly(50));
    world.says(&["import", "h.ndjson"]);
    let path = world.folder.path("draaiboek.yaml");
    let mut setting = std::fs::read_to_string(&path).unwrap();
    let at = setting.find("sources:").unwrap();
    setting.insert_str(at, "  mice: { title: Muizen, query: muis }\n");
    world.folder.write("draaiboek.yaml", setting);
    let told = world.json(&["import", "h.ndjson"]);
    let mut shown = String::new();
    write!(
        shown,
        "{} {}",
        told[0]["watches"]["mice"], told[0]["watches"]["bakery"]
    )
    .unwrap();
    assert_eq!(shown, r#"{"matched":50,"new":50} {"matched":50,"new":0}"#);
}

#[test]
fn what_is_stored_is_found_and_taken_out() {
    let mut world = World::new("mentions-search");
    let lines = format!(
        "{}\n{}\n{}\n",
        mention("1", 7_200),
        mention("2", 3_600).replace("Muis bij", "=Rat @anna https://x.com/a bij"),
        mention("3", 1_800).replace("\"a3\"", "\"bakker\"")
    );
    world.folder.write("h.ndjson", &lines);
    world.says(&["import", "h.ndjson"]);
    for has_daemon in [false, true] {
        if has_daemon {
            world.serve();
        }
        let found = world.json(&["mentions", "search", "muis OR rat"]);
        assert_eq!(found["found"], 3, "ours too");
        assert_eq!(found["mentions"][0]["watches"], Value::Array(Vec::new()));
        let found = world.json(&[
            "mentions", "search", "rat", "--watch", "bakery", "--since", "90m",
        ]);
        assert_eq!(found["found"], 1);
    }
    let found = world.json(&["mentions", "search", "*", "--until", "90m", "--limit", "1"]);
    assert_eq!(
        (&found["found"], &found["mentions"][0]["mention"]["id"]),
        (&1.into(), &"1".into())
    );
    assert!(
        world
            .says(&["mentions", "search", "muis"])
            .contains("a1 on x")
    );
    let why = world.refuses(&["mentions", "search", "muis AND ("]);
    assert!(why.contains('^'), "{why}");
    assert!(
        world
            .refuses(&["mentions", "search", "*", "--watch", "bake"])
            .contains("bakery")
    );

    let lines = world.says(&["mentions", "export", "--watch", "bakery"]);
    assert_eq!(lines.lines().count(), 2);
    let anonymous = world.says(&["mentions", "export", "--watch", "bakery", "--anonymous"]);
    assert!(
        !anonymous.contains("anna") && !anonymous.contains("x.com"),
        "{anonymous}"
    );
    assert!(
        !anonymous.contains("\"a1\"") && anonymous.contains("@…"),
        "{anonymous}"
    );
    let csv = world.says(&["mentions", "export", "--format", "csv"]);
    assert!(csv.contains("\"'=Rat @anna"), "{csv}");

    // What was taken out comes in elsewhere as it was.
    let other = World::new("mentions-back");
    other.folder.write("out.csv", csv);
    assert_eq!(
        sums(&other.json(&["import", "out.csv"])[0])[..6],
        [3, 0, 2, 0, 0, 1]
    );
    let found = other.json(&["mentions", "search", "rat"]);
    let text = found["mentions"][0]["mention"]["text"].as_str().unwrap();
    assert!(text.starts_with("=Rat"), "{found}");
}

/// Everything in the store, as text.
fn everything(world: &World) -> String {
    let database = database(world);
    let mut text = String::new();
    for table in [
        "mention",
        "personal",
        "event",
        "folded",
        "outbox",
        "forgotten",
        "counted",
        "pinned",
    ] {
        let mut select = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let n_columns = select.column_count();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..n_columns {
                text += &format!(
                    "{:?} ",
                    row.get_ref(column).unwrap().as_str().unwrap_or_default()
                );
            }
        }
    }
    text
}

/// The files of `data/` in whose bytes a word is still to be read.
fn files_with(world: &World, word: &str) -> Vec<String> {
    let holds = |path: &std::path::Path| {
        let bytes = std::fs::read(path).unwrap_or_default().to_ascii_lowercase();
        bytes
            .windows(word.len())
            .any(|piece| piece == word.as_bytes())
    };
    let entries = std::fs::read_dir(world.folder.path("data")).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.is_file() && holds(path));
    files.map(|path| path.display().to_string()).collect()
}

/// Waits until nothing of it is left on the disk.
fn until_in_no_file(world: &World, word: &str) {
    until("a disk without it", || {
        let files = files_with(world, word);
        if files.is_empty() { Ok(()) } else { Err(files) }
    });
}

#[test]
fn the_bytes_of_what_is_forgotten_are_in_no_file() {
    for has_daemon in [true, false] {
        let mut world = World::new("mentions-bytes");
        // Texts of all lengths, so that pages are split, joined and written anew.
        let line = |n: i64| {
            let long = "lang verhaal ".repeat(usize::try_from(n * 37 % 61).unwrap());
            let line = mention(&format!("b{n}"), 600 + n);
            let who = if n % 3 == 0 { "geheimpje" } else { "ander" };
            line.replace(&format!("\"ab{n}\""), &format!("\"{who}\""))
                .replace("Muis", &format!("{long} zegt {who} muis"))
        };
        let lines: String = (0..3_000).map(|n| line(n) + "\n").collect();
        world.folder.write("h.ndjson", lines);
        world.says(&["import", "h.ndjson"]);
        if has_daemon {
            world.serve();
        }
        assert!(!files_with(&world, "geheimpje").is_empty());
        let done = world.json(&["mentions", "forget", "--query", "\"nummer b9\"", "--yes"]);
        assert_eq!(done["mentions"], 1);
        let done = world.json(&["mentions", "forget", "--author", "geheimpje", "--yes"]);
        assert_eq!(done["mentions"], 999);
        until_in_no_file(&world, "geheimpje");
        assert!(!files_with(&world, "ander").is_empty(), "others stay");
    }
}

#[test]
fn what_is_forgotten_is_gone_from_everywhere_and_the_chain_holds() {
    let mut world = World::new("mentions-forget");
    world.serve();
    let mut lines = mentions("m", 8);
    // Loud, so that the alert quotes it.
    let loud = mention("geheim", 60).replace("\"text\"", "\"followers\":90000,\"text\"");
    lines += &loud.replace("\"ageheim\"", "\"@Geheimpje\"");
    world.push(&lines);
    world.until_mails(2);
    assert!(everything(&world).contains("geheim"));
    let refused = world.refuses(&["mentions", "forget", "--author", "geheimpje"]);
    assert!(
        refused.contains("1 stored mentions") && refused.contains("--yes"),
        "{refused}"
    );
    let done = world.json(&["mentions", "forget", "--author", "geheimpje", "--yes"]);
    assert_eq!(
        (&done["mentions"], &done["authors"]),
        (&1.into(), &1.into()),
        "{done}"
    );
    assert!(
        done["quotes"].as_u64() >= Some(1) && done["notices"].as_u64() >= Some(1),
        "{done}"
    );
    let left = everything(&world).to_lowercase();
    assert!(!left.contains("geheim"), "{left}");
    until_in_no_file(&world, "geheim");
    assert!(world.says(&["run", "verify"]).contains("chain whole"));
    assert!(
        !world
            .says(&["run", "show", "1", "--full"])
            .to_lowercase()
            .contains("geheim")
    );
    assert_eq!(counted(&world), 9, "counts stay");

    // It comes again and stays forgotten; a later alert does not quote it.
    assert_eq!(world.push(&lines).n("new"), 0);
    world.push(mentions("n", 60));
    world.until_mails(3);
    assert!(!everything(&world).to_lowercase().contains("geheim"));
    until_in_no_file(&world, "geheim");

    // Who, when, how many; not what.
    let record = world.json(&["mentions", "forgotten"]);
    assert_eq!(
        (&record[0]["how"], &record[0]["mentions"]),
        (&"author".into(), &1.into())
    );
    world.stop();

    // Without a daemon, by words and by age.
    let done = world.json(&["mentions", "forget", "--query", "\"nummer m3\"", "--yes"]);
    assert_eq!(done["mentions"], 1);
    let done = world.json(&["mentions", "forget", "--id", "m4", "--yes"]);
    assert_eq!(done["mentions"], 1);
    let done = world.json(&["mentions", "forget", "--before", "0s", "--yes"]);
    assert_eq!(done["mentions"], 66, "{done}");
    assert_eq!(
        number(
            &world,
            "SELECT count(*) FROM matched WHERE author IS NOT NULL"
        ),
        0
    );
    assert_eq!(
        number(&world, "SELECT count(*) FROM personal WHERE kind = 'quote'"),
        0
    );
    assert_eq!(counted(&world), 69);
    assert!(world.says(&["run", "verify"]).contains("chain whole"));
    assert_eq!(
        world.run(&["mentions", "forget", "--yes"]).status.code(),
        Some(2)
    );
}

#[test]
fn a_baseline_proposes_bounds_in_words() {
    let world = World::new("baseline");
    assert!(world.says(&["baseline"]).contains("nothing was counted"));
    // Eight weeks of one an hour, and a storm of 60 three weeks ago.
    let hour = clock::now().timestamp() / 3_600 * 3_600;
    let at = |second: i64| rfc3339(DateTime::from_timestamp(second, 0).unwrap());
    let line = |id: &str, second: i64| {
        let at = at(second);
        format!("{{\"id\":\"{id}\",\"text\":\"muis bij korst {id}\",\"published_at\":\"{at}\"}}\n")
    };
    let usual = (1..8 * 7 * 24).map(|n| line(&format!("u{n}"), hour - n * 3_600 + 60));
    let storm = (0..60).map(|n| line(&format!("s{n}"), hour - 21 * 86_400 + n * 50));
    world
        .folder
        .write("h.ndjson", usual.chain(storm).collect::<String>());
    world.says(&["import", "h.ndjson"]);
    let said = world.says(&["baseline", "bakery"]);
    for words in [
        "bakery: 1403 mentions in 8 weeks of listening",
        "Largest peaks",
        "60 in an hour: reached once in 8 weeks",
        "80 in an hour: reached never in 8 weeks",
        "  rising: { level: attention, when: { mentions: { within: 1h, at_least: 5 } }, for: 10m }",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let found = world.json(&["baseline", "bakery", "--days", "10"]);
    assert_eq!(found[0]["baseline"]["trust"], "little");
    // The proposal is a playbook's.
    let yaml = world.json(&["baseline"])[0]["yaml"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = world.folder.path("playbooks/mouse.yaml");
    let before = std::fs::read_to_string(&path).unwrap();
    let from = before.find("triggers:").unwrap();
    let until = before.find("alert:").unwrap();
    world.folder.write(
        "playbooks/mouse.yaml",
        format!("{}{yaml}{}", &before[..from], &before[until..]),
    );
    world.says(&["check"]);
    assert!(world.refuses(&["baseline", "bake"]).contains("bakery"));
}

#[test]
fn listening_only_counts_and_alarms_nobody() {
    let mut world = World::new("listen-only");
    let listen = |world: &mut World| {
        let mut command = world.command(DRAAIBOEK);
        command.args(["serve", "--listen", "127.0.0.1:0", "--listen-only"]);
        world.serve_by(command);
    };
    listen(&mut world);
    assert_eq!(world.push(mentions("s", 60)).n("new"), 60);
    let status = world.until_status("what it would have done", |status| {
        status["listening_only"]["would_have_alarmed"].as_u64() >= Some(2)
    });
    assert_eq!(status["watches"][0]["last_hour"], 60);
    assert!(
        world
            .says(&["status"])
            .contains("LISTENING ONLY: no mention alarms anybody; would have alarmed 2 times")
    );
    assert!(world.get("/healthz").contains("listening only"));
    assert!(world.get("/metrics").contains("draaiboek_listening_only 1"));
    assert!(world.mails().is_empty());
    assert_eq!(world.json(&["run", "list"]), Value::Array(Vec::new()));

    // What people start goes on, and mentions do not raise its level.
    world.says(&[
        "run",
        "start",
        "mouse",
        "--reason",
        "proef",
        "--level",
        "attention",
    ]);
    world.until_mails(1);
    world.push(mentions("t", 60));
    assert_eq!(world.json(&["run", "list"])[0]["level"], "attention");
    world.says(&["run", "close", "1", "--reason", "klaar"]);
    world.stop();

    // Armed again, what holds then does fire.
    let path = world.folder.path("playbooks/mouse.yaml");
    let playbook = std::fs::read_to_string(&path).unwrap();
    world.folder.write(
        "playbooks/mouse.yaml",
        playbook.replace("cool_down: 1h", "cool_down: 1s"),
    );
    world.serve();
    assert_eq!(world.status()["listening_only"], Value::Null);
}
