//! `doctor`: what would keep somebody from being told tonight is found on a quiet
//! afternoon, and what is well is called well.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use draaiboek::engine::clock;
use rusqlite::Connection;
use serde_json::Value;

use crate::world::{DRAAIBOEK, World, mentions};

/// What `doctor` says, and whether it succeeded.
fn doctor(world: &World, arguments: &[&str]) -> (Value, bool) {
    let output = world.run(&[&["doctor", "--json"], arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    let found = serde_json::from_slice(&output.stdout);
    let found: Value = found.unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(found["ready"], output.status.success(), "{found}");
    (found, output.status.success())
}

/// One check, by its id and what it is about.
fn check<'a>(found: &'a Value, id: &str, about: &str) -> &'a Value {
    let checks = found["checks"].as_array().unwrap();
    let of = |check: &&Value| check["id"] == id && check["about"] == about;
    checks
        .iter()
        .find(of)
        .unwrap_or_else(|| panic!("no {id} {about} in {found:#}"))
}

#[track_caller]
fn expect(found: &Value, id: &str, about: &str, outcome: &str, words: &str) {
    let check = check(found, id, about);
    let why = check["why"].as_str().unwrap();
    assert!(
        check["outcome"] == outcome && why.contains(words),
        "{check}"
    );
    let is_bad = ["warn", "fail"].contains(&outcome);
    assert!(!is_bad || check["hint"] != "", "no way out: {check}");
}

/// A bakery in which all is well.
fn healthy(name: &str) -> World {
    let mut world = World::new(name);
    world.folder.write("in.ndjson", "");
    world.serve();
    world.push(mentions("a", 5));
    world.until_mails(2);
    world.until_status("both are recorded", |status| status["mail"]["sent"] == 2);
    let to = world.folder.path("night.tar.gz");
    world.says(&["backup", "--to", to.to_str().unwrap()]);
    world
}

#[test]
fn a_daemon_that_is_well_is_ready_and_nobody_is_mailed() {
    let world = healthy("doctor-well");
    let (found, is_ready) = doctor(&world, &[]);
    assert!(is_ready, "{found:#}");
    for (id, about, words) in [
        ("daemon", "", "well"),
        ("secrets", "", "are set"),
        ("mail", "", "it takes our sender"),
        ("source", "suite", "its token is set; it last brought"),
        ("source", "log", "can be read"),
        ("duty", "", "for 14 days"),
        ("log", "of run 1", "whole"),
        ("disk", "", "MB free"),
        ("store", "", "whole; version"),
        ("backup", "", "less than an hour"),
    ] {
        expect(&found, id, about, "ok", words);
    }
    // What it cannot see it does not call well.
    expect(&found, "sender", "korst.example", "skipped", "dig");
    expect(&found, "clock", "", "skipped", "no feed");
    assert_eq!(world.mails().len(), 2, "the alerts, and nothing else");
    let said = world.says(&["doctor"]);
    assert!(said.contains("Ready for tonight"), "{said}");
}

#[test]
fn a_test_mail_goes_to_one_person_and_only_when_asked_for() {
    let world = healthy("doctor-mail");
    let said = world.refuses(&["doctor", "--send-test", "zoe"]);
    assert!(said.contains("write anna, bo"), "{said}");
    assert_eq!(world.mails().len(), 2);
    for (number, person) in ["anna", "bo"].into_iter().enumerate() {
        let (found, _) = doctor(&world, &["--send-test", person]);
        expect(&found, "test-mail", person, "ok", "took it");
        let mails = world.mails();
        assert_eq!(mails.len(), 3 + number);
        assert_eq!(mails[2 + number].to, [format!("{person}@korst.example")]);
        let name = format!("test_mail_to_{person}");
        insta::assert_snapshot!(name, readable_part(mails[2 + number].raw.as_bytes()));
    }
}

/// Subject and plain text of a mail, as far as they say something.
fn readable_part(raw: &[u8]) -> String {
    let mail = mail_parser::MessageParser::default().parse(raw).unwrap();
    format!(
        "{}\n\n{}",
        mail.subject().unwrap(),
        mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end()
    )
}

#[test]
fn what_is_broken_is_found_and_named() {
    let mut world = healthy("doctor-broken");
    world.stop();
    world.close_mail_server();
    fs::remove_file(world.folder.path("in.ndjson")).unwrap();
    let data = world.folder.path("data");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(data.join("last-backup.json")).unwrap();
    let yaml = fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let today = clock::now();
    let day = |ahead| {
        (today + TimeDelta::days(ahead))
            .format("%Y-%m-%d")
            .to_string()
    };
    // The owner is away soon, and there is nobody else; the writer is away now.
    let yaml = yaml
        .replace("people: [anna, bo] }", "people: [anna] }")
        .replace("people: [bo, anna] }", "people: [bo] }");
    let away = format!(
        "away: [{{ who: anna, from: {}, through: {} }}, {{ who: bo, from: {}, through: {} }}]\n",
        day(5),
        day(6),
        day(-1),
        day(1)
    );
    world
        .folder
        .write("draaiboek.yaml", format!("{yaml}{away}"));
    let store = Connection::open(data.join("draaiboek.db")).unwrap();
    store
        .execute(
            "UPDATE event SET json = replace(json, 'mouse', 'moose')",
            [],
        )
        .unwrap();
    drop(store);
    let token = world.folder.write("token", "s3cret");
    fs::set_permissions(&token, fs::Permissions::from_mode(0o644)).unwrap();
    let mut command = world.command(DRAAIBOEK);
    command
        .env_remove("DRAAIBOEK_PUSH_TOKEN")
        .env_remove("OTHER_TOKEN")
        .env("OTHER_TOKEN_FILE", &token)
        .args(["doctor", "--json"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["ready"], false);
    for (id, about, outcome, words) in [
        ("daemon", "", "fail", "nobody listens"),
        ("secrets", "", "fail", "DRAAIBOEK_PUSH_TOKEN"),
        ("mail", "", "fail", "cannot be reached"),
        ("source", "suite", "fail", "no token"),
        ("source", "log", "fail", "No such file"),
        ("duty", "owner", "warn", "nobody has it from"),
        ("duty", "writer", "fail", "NOBODY has it now"),
        ("log", "of run 1", "fail", "not what was once written"),
        ("backup", "", "warn", "never"),
    ] {
        expect(&found, id, about, outcome, words);
    }
    let checks = found["checks"].as_array().unwrap();
    for name in ["/token has permissions 644", "/data has permissions 755"] {
        let is_said = |check: &Value| {
            let why = check["why"].as_str().unwrap();
            check["id"] == "permissions" && check["outcome"] == "fail" && why.contains(name)
        };
        assert!(checks.iter().any(is_said), "{name}: {found:#}");
    }
    assert!(!found.to_string().contains("s3cret"), "{found:#}");
    // A person reads the same, and a mark that stands out.
    let said = world.run(&["doctor"]);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("FAIL  daemon"), "{said}");
    assert!(said.contains("NOT READY for tonight"), "{said}");
}

#[test]
fn a_damaged_store_and_a_broken_configuration_are_told_apart() {
    let mut world = healthy("doctor-damaged");
    world.stop();
    let path = world.folder.path("data/draaiboek.db");
    let mut bytes = fs::read(&path).unwrap();
    assert!(bytes.len() > 5 * 4096);
    // Rows and indexes, and not the page that says which tables there are.
    bytes[2 * 4096..].fill(0x55);
    fs::write(&path, bytes).unwrap();
    let (found, is_ready) = doctor(&world, &[]);
    assert!(!is_ready);
    assert_eq!(check(&found, "store", "")["outcome"], "fail", "{found:#}");
    assert_ne!(check(&found, "configuration", "")["outcome"], "fail");
    world.folder.write("draaiboek.yaml", "organisation: [");
    let (found, is_ready) = doctor(&world, &[]);
    assert!(!is_ready);
    expect(&found, "configuration", "", "fail", "error");
    assert_eq!(check(&found, "store", "")["outcome"], "fail", "{found:#}");
}

/// Exactly what `serve` would trip over, and what looks empty and is not.
#[test]
fn what_is_not_well_is_never_called_well() {
    let mut world = healthy("doctor-honest");
    let (found, _) = doctor(&world, &[]);
    expect(
        &found,
        "source",
        "other",
        "warn",
        "it never brought anything",
    );
    world.stop();
    let yaml = fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let more = "webhooks: { pager: { url_env: PAGER_URL } }\nheartbeat: { url_env: BEAT_URL }\n";
    let tls = "web: { tls: { cert: tls.pem, key: tls.key }, ";
    let yaml = yaml.replace("web: { ", tls) + more;
    world.folder.write("draaiboek.yaml", yaml);
    for name in ["tls.key", "playbooks/mouse.yaml"] {
        let path = world.folder.path(name);
        if !path.exists() {
            fs::write(&path, "").unwrap();
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    }
    let looked = || {
        let mut command = world.command(DRAAIBOEK);
        command
            .env("PAGER_URL", "pager")
            .env("BEAT_URL", "nothing at all")
            .args(["doctor", "--json"]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let found = looked();
    let fails = |id: &str, words: &str| {
        let mut checks = found["checks"].as_array().unwrap().iter();
        checks.any(|check| {
            let why = check["why"].as_str().unwrap();
            check["id"] == id && check["outcome"] == "fail" && why.contains(words)
        })
    };
    for (id, words) in [
        ("secrets", "webhook `pager`: PAGER_URL: no URL"),
        ("secrets", "BEAT_URL"),
        ("permissions", "tls.key has permissions 666"),
        ("permissions", "may change ./playbooks/mouse.yaml"),
    ] {
        assert!(fails(id, words), "{id} {words}: {found:#}");
    }
    let database = world.folder.path("data/draaiboek.db");
    fs::write(&database, "no database").unwrap();
    expect(&looked(), "lessons", "", "skipped", "cannot be asked");
    for file in ["draaiboek.db", "draaiboek.db-wal", "draaiboek.db-shm"] {
        let _ = fs::remove_file(world.folder.path("data").join(file));
    }
    expect(&looked(), "store", "", "fail", "it is gone or empty");
}

const FEED: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>Nieuws</title>
<item><guid>1</guid><title>Bakkerij dicht</title><link>https://nieuws.example/1</link></item>
</channel></rss>"#;

const OLD_FEED: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>Nieuws</title>
<item><guid>1</guid><title>Bakkerij dicht</title><link>https://nieuws.example/1</link><pubDate>Mon, 02 Mar 2020 10:00:00 GMT</pubDate></item>
</channel></rss>"#;

fn site(status: &'static str, date: DateTime<Utc>) -> String {
    site_with(status, date, FEED)
}

/// Answers every request the same, at a time of its own.
fn site_with(status: &'static str, date: DateTime<Utc>, feed: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nDate: {}\r\nContent-Type: application/rss+xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{feed}",
                date.to_rfc2822(),
                feed.len()
            );
        }
    });
    format!("http://{address}/rss")
}

#[test]
fn feeds_are_fetched_and_tell_the_time() {
    let late = site("200 OK", clock::now() - TimeDelta::hours(2));
    let gone = site("404 Not Found", clock::now());
    let old = site_with("200 OK", clock::now(), OLD_FEED);
    let sources = format!(
        "  late: {{ feed: {{ url: \"{late}\" }} }}\n  gone: {{ feed: {{ url: \"{gone}\" }} }}\n  old: {{ feed: {{ url: \"{old}\" }} }}\n  inside: {{ feed: {{ url: \"http://10.255.255.1/rss\" }} }}\n"
    );
    let world = World::with_sources("doctor-feeds", &sources);
    let (found, _) = doctor(&world, &[]);
    expect(&found, "source", "late", "ok", "1 entry can be read");
    expect(&found, "source", "gone", "fail", "404");
    expect(&found, "source", "old", "warn", "the newest of 2020-03-02");
    expect(&found, "source", "inside", "fail", "our own network");
    // Two hours and the moments until it was asked.
    expect(&found, "clock", "", "fail", "s ahead of theirs (late)");
}

/// A certificate that signed itself, valid from 2024 until then, and its key.
fn certificate(world: &World, name: &str, until: &str) {
    world.folder.write("ca.conf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n");
    world
        .folder
        .write("leaf.ext", "basicConstraints=critical,CA:FALSE\n");
    world.folder.write("index.txt", "");
    world.folder.write("serial", "10");
    for arguments in [
        format!(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={name} -keyout {name}.key -out {name}.csr"
        ),
        format!(
            "ca -batch -notext -config ca.conf -extfile leaf.ext -startdate 20240101000000Z -enddate {until} -selfsign -keyfile {name}.key -in {name}.csr -out {name}.pem"
        ),
    ] {
        let done = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(world.folder.path(""))
            .output()
            .expect("openssl is needed");
        assert!(done.status.success(), "{done:?}");
    }
}

#[test]
fn our_own_certificate_is_there_fits_its_key_and_has_not_ended() {
    let world = World::new("doctor-certificate");
    let written = fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let day = |ahead| {
        let day = clock::now() + TimeDelta::days(ahead);
        day.format("%Y%m%d000000Z").to_string()
    };
    certificate(&world, "ours", &day(90));
    certificate(&world, "ending", &day(5));
    certificate(&world, "ended", "20250101000000Z");
    certificate(&world, "theirs", "20491231000000Z");
    world.folder.write("empty.pem", "no certificate\n");
    for (cert, key, outcome, words) in [
        (
            "ours.pem",
            "ours.key",
            "ok",
            "it fits its key, and is valid until",
        ),
        ("ending.pem", "ending.key", "warn", "it ends soon"),
        ("ended.pem", "ended.key", "fail", "it is not valid any more"),
        (
            "ours.pem",
            "theirs.key",
            "fail",
            "it does not fit the certificate",
        ),
        ("none.pem", "ours.key", "fail", "none.pem"),
        (
            "empty.pem",
            "ours.key",
            "fail",
            "there is no certificate in it",
        ),
    ] {
        let tls = format!("web: {{ tls: {{ cert: {cert}, key: {key} }}, ");
        assert!(written.contains("web: { "));
        world
            .folder
            .write("draaiboek.yaml", written.replace("web: { ", &tls));
        let (found, _) = doctor(&world, &[]);
        expect(&found, "certificate", "", outcome, words);
    }
    world.folder.write("draaiboek.yaml", &written);
    let (found, _) = doctor(&world, &[]);
    let checks = found["checks"].as_array().unwrap();
    assert!(checks.iter().all(|check| check["id"] != "certificate"));
}
