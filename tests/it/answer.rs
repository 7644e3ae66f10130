//! Answers from a mail, as a phone: the link out of a real mail, the page it
//! opens, and what its buttons do to a run.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use draaiboek::demo::catcher::{Caught, Fault};
use serde_json::Value;

use crate::world::{DRAAIBOEK, PATIENCE, World, mention, mentions, until};

const URL: &str = "https://crisis.korst.example/";

/// The bakery where phones can reach the page, not yet running.
pub(crate) fn prepared(name: &str) -> World {
    let world = World::new(name);
    let text = std::fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let text = text.replace("web: {", &format!("web: {{ url: \"{URL}\","));
    world.folder.write("draaiboek.yaml", text);
    world
}

/// The same with a daemon and a run by hand.
fn world(name: &str) -> World {
    let mut world = prepared(name);
    world.serve();
    start_run(&world);
    world
}

fn start_run(world: &World) {
    world.says(&["run", "start", "mouse", "--reason", "de krant belt"]);
}

/// What a page was answered with.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Page {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

fn fetch(world: &World, method: &str, token: &str, headers: &str, body: &str) -> Page {
    let mut stream = TcpStream::connect(world.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = body.len();
    let head = format!(
        "{method} /a/{token} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // A server that has heard enough answers before the end of the body.
    let _ = stream.write_all(body.as_bytes());
    let mut raw = Vec::new();
    let _ = stream.read_to_end(&mut raw);
    let text = String::from_utf8(raw).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
    Page {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub(crate) fn get(world: &World, token: &str) -> Page {
    fetch(world, "GET", token, "", "")
}

pub(crate) fn press(world: &World, token: &str, form: &str) -> Page {
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    fetch(world, "POST", token, kind, form)
}

/// All parts of a mail, decoded.
pub(crate) fn words(mail: &Caught) -> String {
    let mut words = String::new();
    for part in mail.raw.split("--draaiboek-") {
        let (head, body) = part.split_once("\r\n\r\n").unwrap_or_default();
        if head.contains("base64") {
            let packed: String = body
                .split_whitespace()
                .take_while(|line| !line.starts_with("--"))
                .collect();
            words += &String::from_utf8(STANDARD.decode(packed).unwrap()).unwrap();
        } else if head.contains("quoted-printable") {
            words += &unquoted(body);
        } else {
            words += body;
        }
    }
    words
}

fn unquoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' && after.len() >= 2 {
            let digits = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The one token that a mail carries.
pub(crate) fn token(mail: &Caught) -> Option<String> {
    let words = words(mail);
    let start = format!("{URL}a/");
    let mut tokens: Vec<String> = words
        .match_indices(&start)
        .map(|(at, start)| {
            let rest = &words[at + start.len()..];
            let is_token = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
            rest.chars()
                .take_while(|letter| is_token(*letter))
                .collect()
        })
        .collect();
    tokens.dedup();
    assert!(tokens.len() < 2, "{tokens:?}");
    tokens.pop()
}

/// Waits for mail number `n_mails` to somebody, and gives its token.
fn token_for(world: &World, who: &str, n_mails: usize) -> String {
    until("a link", || {
        let mails = world.mails();
        let theirs: Vec<_> = mails
            .iter()
            .filter(|mail| mail.to[0].starts_with(who))
            .collect();
        theirs
            .get(n_mails - 1)
            .and_then(|mail| token(mail))
            .ok_or(mails.len())
    })
}

fn log(world: &World) -> Vec<Value> {
    let run = world.json(&["run", "show", "1"]);
    run["log"].as_array().unwrap().clone()
}

/// Events of a run in order, without the receipts of mails.
fn events(world: &World) -> Vec<String> {
    let names = log(world)
        .into_iter()
        .map(|entry| entry["event"].as_str().unwrap().to_owned());
    names.filter(|name| name != "delivered").collect()
}

fn n_events(world: &World, name: &str) -> usize {
    events(world).iter().filter(|event| *event == name).count()
}

#[test]
fn opening_a_link_changes_nothing_and_its_button_does() {
    let world = world("answer-take");
    let anna = token_for(&world, "anna", 1);
    world.until_mails(2);
    let before = events(&world);

    let page = get(&world, &anna);
    assert_eq!(page.status, 200);
    for words in [
        "lang=\"nl\"",
        "AANDACHT",
        "Muis in de bakkerij",
        "Bakkerij De Korst",
        "Pak jij dit op als Eigenaar?",
        "value=\"take\"",
        "value=\"pass_on\"",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    for (name, value) in [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
        ("X-Robots-Tag", "noindex, nofollow"),
        ("X-Content-Type-Options", "nosniff"),
    ] {
        assert_eq!(page.header(name), Some(value), "{}", page.head);
    }
    let policy = page.header("Content-Security-Policy").unwrap();
    for rule in [
        "default-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(
            policy.contains(rule) && !policy.contains("unsafe"),
            "{policy}"
        );
    }
    assert!(!page.body.contains("<script") && !page.body.contains("http"));

    let head = fetch(&world, "HEAD", &anna, "", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("Content-Security-Policy"), Some(policy));
    for headers in [
        "Sec-Purpose: prefetch\r\n",
        "Purpose: prefetch\r\n",
        "User-Agent: SafeLinks\r\n",
    ] {
        assert_eq!(fetch(&world, "GET", &anna, headers, "do=take").status, 200);
    }
    assert_eq!(get(&world, &format!("{anna}?do=take")).status, 200);
    assert_eq!(fetch(&world, "PUT", &anna, "", "do=take").status, 405);
    assert_eq!(events(&world), before, "looking changed the run");

    let pressed = press(&world, &anna, "do=take");
    assert_eq!(
        (pressed.status, pressed.header("Location")),
        (303, Some(anna.as_str()))
    );
    assert_eq!(pressed.header("Cache-Control"), Some("no-store"));
    let answered = log(&world)
        .into_iter()
        .find(|entry| entry["event"] == "answered")
        .unwrap();
    assert_eq!(
        (&answered["person"], &answered["through"]),
        (&"anna".into(), &"link".into())
    );
    assert_eq!(answered["roles"], serde_json::json!(["owner"]));
    let after = get(&world, &anna);
    assert!(
        after.body.contains("Je hebt dit om") && after.body.contains("opgepakt als Eigenaar"),
        "{}",
        after.body
    );
    for words in [
        "Horen we vóór",
        "holding.website.nl",
        "Sluit de winkel",
        "value=\"not_me\"",
        "<textarea",
    ] {
        assert!(after.body.contains(words), "{words}: {}", after.body);
    }

    // Pressed twice, or by somebody who goes back: nothing more happens.
    let n_logged = events(&world).len();
    assert_eq!(press(&world, &anna, "do=take").status, 303);
    assert_eq!(events(&world).len(), n_logged);
    // Whoever answered by a link hears of it, with a link of their own.
    let told = token_for(&world, "anna", 2);
    assert_ne!(told, anna);
    assert!(get(&world, &told).body.contains("Sluit de winkel"));

    assert_eq!(
        press(&world, &told, "do=note&text=Ik+bel+de+krant").status,
        303
    );
    assert_eq!(
        (n_events(&world, "noted"), n_events(&world, "at_work")),
        (1, 1)
    );
    let page = get(&world, &anna);
    assert!(
        page.body.contains("Ik bel de krant") && page.body.contains("We zien dat je bezig bent"),
        "{}",
        page.body
    );
    let daemon = world.log();
    assert!(
        daemon.contains("answer by link") && !daemon.contains(&anna) && !daemon.contains("anna"),
        "{daemon}"
    );
}

#[test]
fn passing_on_reaches_the_next_in_line_at_once() {
    let world = world("answer-pass");
    let anna = token_for(&world, "anna", 1);
    assert_eq!(press(&world, &anna, "do=pass_on").status, 303);
    let page = get(&world, &anna);
    assert!(page.body.contains("Dit is doorgegeven"), "{}", page.body);
    let bo = token_for(&world, "bo", 2);
    let page = get(&world, &bo);
    assert!(
        page.body.contains("lang=\"en\"") && page.body.contains("Are you on it as Eigenaar?"),
        "{}",
        page.body
    );
    assert_eq!(press(&world, &bo, "do=take").status, 303);
    let page = get(&world, &anna);
    assert!(
        page.body.contains("Opgepakt door Bo Li (Eigenaar) om"),
        "{}",
        page.body
    );
    // Both are there: that is worth knowing, and takes nothing from Bo.
    assert_eq!(press(&world, &anna, "do=take").status, 303);
    let page = get(&world, &anna);
    assert!(
        page.body.contains("Bo Li pakt dit op") && page.body.contains("er ook bent"),
        "{}",
        page.body
    );
    assert!(get(&world, &bo).body.contains("You took this at"));
}

#[test]
fn an_answer_that_was_not_theirs_is_undone_and_its_link_is_dead() {
    let world = world("answer-not-me");
    let anna = token_for(&world, "anna", 1);
    assert_eq!(
        press(&world, &anna, "do=not_me").status,
        409,
        "nothing to undo yet"
    );
    assert_eq!(press(&world, &anna, "do=take").status, 303);
    let told = token_for(&world, "anna", 2);
    assert_eq!(press(&world, &told, "do=not_me").status, 303);
    for old in [&anna, &told] {
        let page = get(&world, old);
        assert_eq!(page.status, 410);
        assert!(
            page.body.contains("werkt niet meer") && !page.body.contains("Muis"),
            "{}",
            page.body
        );
        assert_eq!(press(&world, old, "do=take").status, 410);
    }
    let fresh = token_for(&world, "anna", 3);
    assert!(get(&world, &fresh).body.contains("Pak jij dit op"));
    assert_eq!(press(&world, &fresh, "do=take").status, 303);
    assert_eq!(
        (
            n_events(&world, "answered"),
            n_events(&world, "answer_undone")
        ),
        (2, 1)
    );
}

#[test]
fn a_link_that_is_not_ours_opens_nothing() {
    let one = world("answer-forged");
    let anna = token_for(&one, "anna", 1);
    for place in 0..anna.len() {
        let other = if &anna[place..=place] == "A" {
            "B"
        } else {
            "A"
        };
        let forged = format!("{}{other}{}", &anna[..place], &anna[place + 1..]);
        assert_eq!(press(&one, &forged, "do=take").status, 404, "{forged}");
    }
    for odd in [
        "x",
        "%00",
        "..%2f..%2fdata",
        &"A".repeat(5_000),
        &anna[..40],
    ] {
        let page = get(&one, odd);
        assert_eq!(page.status, 404, "{odd}");
        assert!(
            page.header("Content-Security-Policy").is_some()
                && page.body.contains("Deze link klopt niet")
        );
        assert!(!page.body.contains(odd) || odd == "x");
    }
    let other = world("answer-foreign");
    let page = press(&other, &anna, "do=take");
    assert!(
        page.status == 404 && page.body.contains("niet van hier"),
        "{}",
        page.body
    );
    assert_eq!(
        (n_events(&one, "answered"), n_events(&other, "answered")),
        (0, 0)
    );
}

#[test]
fn a_link_expires() {
    let mut world = prepared("answer-expired");
    let mut command = world.command(DRAAIBOEK);
    // Slowly at first: the mail must be here before its link has expired.
    let clock = "2026-03-02T00:00:00Z@120,2026-03-02T00:16:00Z@12000";
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(["--clock", clock]);
    world.serve_by(command);
    start_run(&world);
    let anna = token_for(&world, "anna", 1);
    assert_eq!(get(&world, &anna).status, 200);
    let page = until("the end of a link", || {
        let page = get(&world, &anna);
        if page.status == 410 {
            Ok(page)
        } else {
            Err(page.status)
        }
    });
    assert!(page.body.contains("Deze link is verlopen"), "{}", page.body);
    assert!(
        page.body.contains("draaiboek ack 1 --for anna"),
        "{}",
        page.body
    );
    assert_eq!(press(&world, &anna, "do=take").status, 410);
    assert_eq!(n_events(&world, "answered"), 0);
}

#[test]
fn after_the_end_a_link_says_so() {
    let world = world("answer-closed");
    let anna = token_for(&world, "anna", 1);
    world.says(&["run", "close", "1", "--reason", "het was een hamster"]);
    let page = get(&world, &anna);
    assert_eq!(page.status, 410);
    assert!(
        page.body.contains("Inzet 1 is om") && page.body.contains("afgesloten"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("<button"), "{}", page.body);
    assert_eq!(press(&world, &anna, "do=take").status, 410);
}

#[test]
fn whatever_is_typed_stays_text() {
    let world = world("answer-hostile");
    let anna = token_for(&world, "anna", 1);
    assert_eq!(press(&world, &anna, "do=take").status, 303);
    let hostile =
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E%E2%80%AEtxet%00%1B[31m+{{style}}%0D%0Aregel+2";
    assert_eq!(
        press(&world, &anna, &format!("do=note&text={hostile}")).status,
        303
    );
    let page = get(&world, &anna);
    assert!(
        page.body.contains("&lt;script&gt;") && !page.body.contains("<script"),
        "{}",
        page.body
    );
    assert!(!page.body.contains(['\u{202e}', '\0', '\u{1b}']) && page.body.contains("{{style}}"));
    let noted = log(&world)
        .into_iter()
        .find(|entry| entry["event"] == "noted")
        .unwrap();
    assert_eq!(
        noted["text"],
        "<script>alert(1)</script>txet[31m {{style}}\nregel 2"
    );

    let form = |text: &str| format!("do=note&text={text}");
    assert_eq!(press(&world, &anna, &form("")).status, 422);
    assert_eq!(press(&world, &anna, &form("%E2%80%8B+%0A")).status, 422);
    assert_eq!(
        press(&world, &anna, &form(&"%F0%9F%90%AD".repeat(2_000))).status,
        303
    );
    let long = press(&world, &anna, &form(&"x".repeat(2_001)));
    assert!(
        long.status == 422 && long.body.contains("te lang"),
        "{}",
        long.body
    );
    let huge = press(&world, &anna, &form(&"x".repeat(1 << 20)));
    assert!(
        huge.status == 413 && huge.body.contains("te lang"),
        "{}",
        huge.body
    );
    for odd in [
        "",
        "do=",
        "do=publish",
        "text=x",
        "{\"do\":\"take\"}",
        "do=take%00",
    ] {
        assert_eq!(press(&world, &anna, odd).status, 400, "{odd}");
    }
    assert_eq!(n_events(&world, "noted"), 2);
}

#[test]
fn an_answer_survives_what_comes_right_after_it() {
    let mut world = world("answer-killed");
    let anna = token_for(&world, "anna", 1);
    world.until_mails(2);
    world.misbehave(Some(Fault::Busy));
    assert_eq!(press(&world, &anna, "do=pass_on").status, 303);
    world.kill();
    world.misbehave(None);
    world.serve();
    assert_eq!(n_events(&world, "passed_on"), 1);
    // The same link still works, and the next in line is told.
    assert!(get(&world, &anna).body.contains("Dit is doorgegeven"));
    let bo = token_for(&world, "bo", 2);
    assert_eq!(press(&world, &bo, "do=take").status, 303);
}

#[test]
fn a_full_disk_is_said_and_not_hidden() {
    let mut world = prepared("answer-full");
    // With the signal ignored, a write beyond the limit fails like one to a
    // full disk.
    let mut command = world.command("bash");
    let script = "trap '' XFSZ; exec \"$0\" serve --listen 127.0.0.1:0";
    command.args(["-c", script, DRAAIBOEK]);
    world.serve_by(command);
    start_run(&world);
    let anna = token_for(&world, "anna", 1);
    world.until_mails(2);
    let pid = world.pid().to_string();
    let limit = |size: &str| {
        let limit = format!("--fsize={size}:unlimited");
        let done = Command::new("prlimit")
            .args(["--pid", &pid, &limit])
            .status();
        assert!(done.unwrap().success());
    };
    limit("1");
    let page = press(&world, &anna, "do=take");
    assert!(
        page.status == 503 && page.body.contains("Niet opgeslagen"),
        "{page:?}"
    );
    assert!(page.body.contains("value=\"take\"") && page.body.contains("bel het crisisteam"));
    let note = press(&world, &anna, "do=note&text=Ik+ben+er+bijna");
    assert!(
        note.status == 503 && note.body.contains("Ik ben er bijna</textarea>"),
        "{note:?}"
    );
    limit("unlimited");
    until("room on the disk", || {
        match press(&world, &anna, "do=take").status {
            303 => Ok(()),
            other => Err(other),
        }
    });
    assert_eq!(n_events(&world, "answered"), 1);
    assert!(world.is_up());
}

#[test]
fn somebody_who_left_the_team_has_no_say() {
    let mut world = world("answer-left");
    let anna = token_for(&world, "anna", 1);
    world.until_mails(2);
    world.stop();
    let text = std::fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let text = text
        .replace("[anna, bo]", "[bo]")
        .replace("[bo, anna]", "[bo]");
    let without: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("anna@"))
        .collect();
    world.folder.write("draaiboek.yaml", without.join("\n"));
    world.serve();
    let page = get(&world, &anna);
    assert!(
        page.status == 403 && !page.body.contains("Muis"),
        "{page:?}"
    );
    assert_eq!(press(&world, &anna, "do=take").status, 403);
}

#[test]
fn without_an_address_for_phones_mails_say_how_else_to_answer() {
    let mut world = World::new("answer-no-url");
    world.serve();
    start_run(&world);
    let mails = world.until_mails(2);
    for mail in &mails {
        let words = words(mail);
        assert!(!words.contains("href") && !words.contains("/a/"), "{words}");
    }
    let anna = mails
        .iter()
        .find(|mail| mail.to[0].starts_with("anna"))
        .unwrap();
    assert!(words(anna).contains("draaiboek ack 1 --for anna"));
}

#[test]
fn no_log_level_tells_a_link_a_text_or_an_address() {
    for level in [
        "debug",
        "trace,handlebars=trace,hyper=debug,lettre=trace,reqwest=trace",
    ] {
        let mut world = prepared("answer-log");
        let mut command = world.command(DRAAIBOEK);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        command.env("DRAAIBOEK_LOG", level);
        world.serve_by(command);
        let loud = mention("m", 60).replace("\"text\"", "\"followers\":90000,\"text\"");
        let loud = loud.replace("\"am\"", "\"@Geheimpje\"");
        world.push(mentions("s", 8) + &loud.replace("Muis", "Onthulling: muis"));
        let anna = token_for(&world, "anna", 1);
        let quoted = world
            .until_mails(2)
            .iter()
            .any(|mail| words(mail).contains("Onthulling"));
        assert!(quoted, "the alert quotes what a log must not");
        assert_eq!(get(&world, "forged").status, 404);
        assert_eq!(press(&world, &anna, "do=take").status, 303);
        let log = until("a refused link", || {
            let log = world.log();
            if log.contains("a link was refused") {
                Ok(log)
            } else {
                Err(log)
            }
        });
        for secret in [
            &anna,
            "/a/",
            "Onthulling",
            "eheimpje",
            "korst nummer",
            "@korst.example",
        ] {
            assert!(!log.contains(secret), "{level}: {secret}: {log}");
        }
        let others = ["handlebars", "hyper", "lettre", "reqwest", "rustls"];
        let is_of = |line: &&str| {
            others
                .iter()
                .any(|name| line.contains(&format!(" {name}::")))
        };
        assert_eq!(log.lines().find(is_of), None);
    }
}
