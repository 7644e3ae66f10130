//! What docs/privacy.md says is so: every table is in it, the periods are the real
//! ones, and nothing else opens a way out of the machine.

use std::fs;
use std::path::Path;

use draaiboek::domain::parse::{Input, SourceFile, parse};
use draaiboek::domain::time::format_duration;

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_table_of_the_store_is_in_the_page() {
    let (page, schema) = (file("docs/privacy.md"), file("src/store/schema.sql"));
    let tables = schema.lines().filter_map(|line| {
        let name = line.strip_prefix("CREATE TABLE ")?;
        name.split_whitespace().next()
    });
    let mut n_tables = 0;
    for table in tables {
        assert!(page.contains(&format!("`{table}`")), "{table}");
        n_tables += 1;
    }
    assert!(n_tables > 15, "{n_tables}");
}

#[test]
fn the_periods_are_those_of_an_organisation_that_writes_none() {
    let page = file("docs/privacy.md");
    let least = "organisation: { name: K, timezone: Europe/Amsterdam }\n\
                 team: { a: { name: A, email: a@k.example } }\nroles: { r: { people: [a] } }\n";
    let input = Input {
        files: vec![SourceFile {
            path: "draaiboek.yaml".to_owned(),
            bytes: least.as_bytes().to_vec(),
        }],
        ..Input::default()
    };
    let organisation = parse(input).organisation.unwrap();
    for (setting, length) in [
        ("`organisation.keep_texts`", organisation.keep_texts),
        ("`organisation.keep_readings`", organisation.reading.keep),
    ] {
        let days = format_duration(length).replace('d', " days");
        let row = page.lines().find(|line| {
            line.contains(setting) && line.contains(&format!("{days} if you write nothing"))
        });
        assert!(row.is_some(), "{setting}: {days}");
    }
    assert!(organisation.reading.readers.is_none());
}

/// Files that connect to somewhere, and what the page calls it.
const WAYS_OUT: [(&str, &str); 9] = [
    ("src/cli/ask.rs", "socket"),
    ("src/cli/shift.rs", "heartbeat"),
    ("src/guard.rs", "requests"),
    ("src/notify/email.rs", "mail.server"),
    ("src/notify/names.rs", "name servers"),
    ("src/notify/webhook.rs", "webhooks"),
    ("src/source/bluesky.rs", "a Bluesky stream"),
    ("src/source/feed.rs", "feeds"),
    ("src/source/mastodon.rs", "Mastodon servers"),
];

#[test]
fn nothing_else_opens_a_way_out() {
    let page = file("docs/privacy.md");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src")];
    let mut found = Vec::new();
    let opens = [
        "TcpStream::connect",
        "UdpSocket::bind",
        "Client::builder()",
        "reqwest::get",
        "guard.client()",
        ".builder()",
        "AsyncSmtpConnection::connect",
        "lookup_host",
        "UnixStream::connect",
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().display().to_string();
            // The demo talks to its own daemon and catcher on this machine.
            let is_code = name.ends_with(".rs") && !name.contains("demo");
            let text = fs::read_to_string(&path).unwrap_or_default();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            if is_code && opens.iter().any(|one| code.contains(one)) {
                found.push(name);
            }
        }
    }
    found.sort();
    let named: Vec<&str> = WAYS_OUT.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, named, "docs/privacy.md says what leaves the machine");
    for (name, word) in WAYS_OUT {
        assert!(page.contains(word), "{name}: {word}");
    }
}
