//! The daemon from outside: what it answers, what it survives, and what its
//! commands show beside it and without it.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::response::{Html, IntoResponse};
use draaiboek::demo::catcher::Fault;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::world::{
    DRAAIBOEK, OTHER_TOKEN, TOKEN, World, bearer, mention, mention_about, mentions, post_stream,
    until,
};

/// What the daemon may need at most, also while somebody sends nonsense.
const MOST_MEMORY_KIB: u64 = 120 * 1024;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// Names that scripts know and that are not there any more; others may come.
fn lacks<'a>(value: &Value, names: &[&'a str]) -> Vec<&'a str> {
    let names = names.iter().filter(|name| value.get(**name).is_none());
    names.copied().collect()
}

fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().unwrap_or_else(|| panic!("{value}"));
    object.keys().map(String::as_str).collect()
}

fn last_hour(world: &World) -> u64 {
    world.status()["watches"][0]["last_hour"].as_u64().unwrap()
}

#[test]
fn takes_every_form_of_body_and_says_what_became_of_it() {
    let mut world = World::new("forms");
    world.serve();

    let lines = format!("{}\n{}\n", mention("1", 9), mention_about("iets", "2", 9));
    let answer = world.push(&lines);
    assert_eq!(answer.status, 200);
    let names = [
        "received",
        "new",
        "known",
        "matched",
        "unmatched",
        "rejected",
        "problems",
    ];
    assert_eq!(keys(&answer.body), names);
    assert_eq!(answer.numbers(), [2, 1, 0, 1, 1, 0]);
    assert_eq!(world.push(&lines).numbers(), [2, 0, 1, 1, 1, 0]);

    let array = format!("[{},\n {}]", mention("3", 9), mention("4", 9));
    assert_eq!(world.push(&array).numbers(), [2, 2, 0, 2, 0, 0]);
    let object = mention("5", 9).replace(",\"", ",\n\"");
    assert_eq!(world.push(&object).numbers(), [1, 1, 0, 1, 0, 0]);

    let headers = [bearer(TOKEN), "Content-Encoding: gzip".to_owned()];
    let headers = [headers[0].as_str(), headers[1].as_str()];
    let packed = gzip((mention("6", 9) + "\n" + &mention("7", 9)).as_bytes());
    assert_eq!(
        world.push_with(&headers, &packed).numbers(),
        [2, 2, 0, 2, 0, 0]
    );
    let broken = world.push_with(&headers, &packed[..packed.len() - 9]);
    assert_eq!(broken.status, 400, "{broken:?}");

    // Broken lines in the middle cost nobody else anything.
    let body = format!(
        "{}\nnonsense\n{{\"text\":\"korst\"}}\n\n{}\r\n[]\n{}",
        mention("8", 9),
        mention("9", 9),
        mention("10", 9)
    );
    let answer = world.push(&body);
    assert_eq!((answer.status, answer.numbers()), (200, [3, 3, 0, 3, 0, 3]));
    let problems = answer.problems();
    let lines: Vec<u64> = problems.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3, 6], "{problems:?}");
    assert!(problems[1].1.contains("published_at"), "{problems:?}");

    assert_eq!(last_hour(&world), 9);
    let source = world.source("suite");
    assert_eq!(
        (&source["new"], &source["rejected"]),
        (&9.into(), &3.into()),
        "{source}"
    );
    let metrics = world.get("/metrics");
    assert!(metrics.contains("suite"), "{metrics}");
    assert!(world.get("/healthz").starts_with("HTTP/1.1 200"));
}

#[test]
fn refuses_who_may_not_push_and_what_is_no_mention() {
    let mut world = World::new("refusals");
    world.serve();
    let body = mention("1", 9);
    for headers in [
        vec![],
        vec![bearer("wrong")],
        vec![bearer("")],
        vec![format!("Authorization: Basic {TOKEN}")],
        vec![format!("Authorization: {TOKEN}")],
    ] {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let answer = world.push_with(&headers, &body);
        assert_eq!(answer.status, 401, "{headers:?}");
        assert!(
            answer.body["error"].as_str().unwrap().contains("token"),
            "{answer:?}"
        );
    }

    // The token of this source is for three platforms.
    let news = body.replace("\"x\"", "\"news\"");
    let answer = world.push(&news);
    assert_eq!(answer.status, 422);
    assert!(answer.problems()[0].1.contains("news"), "{answer:?}");
    assert_eq!(world.push_with(&[&bearer(OTHER_TOKEN)], &news).n("new"), 1);

    for (body, words) in [
        (&b"{\"id\":\"l\",\"text\":\"pati\xebnt bij korst\",\"published_at\":\"2026-03-02T08:00:00Z\"}"[..], "UTF-8"),
        (b"id=1&text=korst", "JSON"),
        (b"\xff\xfe{\x00}\x00", "UTF-8"),
        (b"[1, 2]", "object"),
    ] {
        let answer = world.push(body);
        assert_eq!(answer.status, 422, "{answer:?}");
        assert!(answer.problems()[0].1.contains(words), "{answer:?}");
        assert!(answer.body["error"].is_string());
    }
    let odd = world.push_with(&[&bearer(TOKEN), "Content-Encoding: br"], &body);
    assert_eq!(odd.status, 415);
    assert!(
        odd.body["error"].as_str().unwrap().contains("gzip"),
        "{odd:?}"
    );

    let empty = world.push("");
    assert_eq!((empty.status, empty.numbers()), (200, [0; 6]));
    assert!(world.is_up());
}

#[test]
fn times_that_cannot_be_are_refused_or_moved_to_now() {
    let mut world = World::new("times");
    world.serve();
    let dated = |id: &str, at: &str| {
        format!(r#"{{"id":"{id}","text":"korst","published_at":"{at}"}}"#) + "\n"
    };
    let body = "\n{}\n".to_owned()
        + &dated("old", "1970-01-01T00:00:00Z")
        + &dated("year0", "0000-01-01T00:00:00Z")
        + &dated("future", "2199-01-01T00:00:00Z")
        + &dated("zone", "2199-01-01T00:00:00+14:00")
        + &dated("none", "yesterday");
    let answer = world.push(&body);
    assert_eq!(answer.numbers(), [2, 2, 0, 2, 0, 4]);
    let problems = answer.problems();
    assert!(
        problems.iter().any(|(_, reason)| reason.contains("1970")),
        "{problems:?}"
    );
    // Clamped to now: inside the last hour, and still once when sent again.
    assert_eq!(last_hour(&world), 2);
    assert_eq!(world.push(&body).numbers(), [2, 0, 2, 2, 0, 4]);
    assert_eq!(last_hour(&world), 2);
    let mut lines: Vec<u64> = problems.iter().map(|(line, _)| *line).collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [2, 3, 4, 7],
        "each problem names its line: {problems:?}"
    );
    let array = format!(
        "[{},\n{}]",
        mention("1", 9),
        dated("old", "1970-01-01T00:00:00Z")
    );
    assert_eq!(world.push(array).problems()[0].0, 2);
}

#[test]
fn a_line_of_100_megabytes_is_skipped_without_being_held() {
    let mut world = World::new("long-line");
    world.serve();
    let (first, last) = (
        mention("1", 9) + "\n",
        "\n".to_owned() + &mention("2", 9) + "\n",
    );
    let length = first.len() + (100 << 20) + last.len();
    let token = bearer(TOKEN);
    let piece = vec![b'x'; 1 << 20];
    let answer = post_stream(&world.address(), &[&token], length as u64, |stream| {
        stream.write_all(first.as_bytes())?;
        for _ in 0..100 {
            stream.write_all(&piece)?;
        }
        stream.write_all(last.as_bytes())
    });
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.numbers()), (200, [2, 2, 0, 2, 0, 1]));
    assert!(answer.problems()[0].1.contains("longer than"), "{answer:?}");

    // The same as the first line: it must not be taken for something to keep.
    let answer = post_stream(&world.address(), &[&token], 100 << 20, |stream| {
        for _ in 0..100 {
            stream.write_all(&piece)?;
        }
        Ok(())
    });
    if let Ok(answer) = answer {
        assert!([200, 413, 422].contains(&answer.status), "{answer:?}");
        assert_eq!(answer.n("new"), 0);
    }
    let peak = world.memory("VmHWM");
    assert!(peak < MOST_MEMORY_KIB, "the daemon needed {peak} KiB");
    assert_eq!(world.push(mention("3", 9)).status, 200);
}

#[test]
fn a_gzip_bomb_does_not_unfold() {
    let mut world = World::new("bomb");
    world.serve();
    let headers = [bearer(TOKEN), "Content-Encoding: gzip".to_owned()];
    let headers = [headers[0].as_str(), headers[1].as_str()];
    let spaces = vec![b' '; 8 << 20];
    let mut bomb = Vec::new();
    // Two gigabytes, as many gzip members behind one another.
    let member = gzip(&spaces);
    for _ in 0..256 {
        bomb.extend_from_slice(&member);
    }
    let answer = world.push_with(&headers, &bomb);
    assert_eq!(answer.status, 413, "{answer:?}");
    let mut array = gzip(b"[");
    array.extend_from_slice(&bomb);
    let answer = world.push_with(&headers, &array);
    assert_eq!(answer.status, 413, "{answer:?}");
    let peak = world.memory("VmHWM");
    assert!(peak < MOST_MEMORY_KIB, "the daemon needed {peak} KiB");
    assert_eq!(world.push(mention("1", 9)).n("new"), 1);
}

#[test]
fn the_same_mention_counts_once_and_our_own_words_never() {
    let mut world = World::new("same");
    world.serve();
    let four = mentions("m", 4);
    assert_eq!(world.push(&four).n("new"), 4);
    // Through another source, and twice in one batch.
    let other = [&bearer(OTHER_TOKEN)[..]];
    assert_eq!(world.push_with(&other, &four).numbers(), [4, 0, 4, 4, 0, 0]);
    assert_eq!(world.push(four.clone() + &four).n("known"), 8);
    // Other words under a known id: kept beside the first, never counted.
    let squatted = mention("m0", 9).replace("Muis", "Kaas");
    assert_eq!(world.push(&squatted).n("new"), 0);
    // Our own account, however often.
    let ours: String = (0..20)
        .map(|number| {
            mention(&format!("o{number}"), 9).replace(&format!("ao{number}"), "@Bakker") + "\n"
        })
        .collect();
    let answer = world.push(&ours);
    // Kept, to see what was answered, and never counted.
    assert_eq!((answer.n("new"), answer.n("unmatched")), (20, 0));
    assert_eq!(last_hour(&world), 4);
    assert_eq!(world.json(&["run", "list"]), Value::Array(Vec::new()));
    // The same id on another platform is another mention: the fifth.
    let elsewhere = mention("m0", 9).replace("\"x\"", "\"facebook\"");
    assert_eq!(world.push(&elsewhere).n("new"), 1);
    let mails = world.until_mails(2);
    assert!(mails.iter().any(|mail| mail.to == ["anna@korst.example"]));
    assert!(mails.iter().any(|mail| mail.to == ["bo@korst.example"]));
}

#[test]
fn a_file_is_followed_through_rotation_and_restart() {
    let mut world = World::new("file");
    world.folder.write("in.ndjson", mentions("a", 2));
    world.serve();
    let seen = |world: &World, count: u64| {
        until("the file's mentions", || match last_hour(world) {
            n if n == count => Ok(()),
            n => Err(n),
        });
    };
    seen(&world, 2);
    world.folder.append("in.ndjson", &mentions("b", 1));
    world.folder.append("in.ndjson", "no mention\n");
    seen(&world, 3);
    let source = until("the broken line", || {
        let source = world.source("log");
        if source["rejected"] == 1 {
            Ok(source)
        } else {
            Err(source)
        }
    });
    assert!(source["trouble"].is_null(), "{source}");
    let (now, before) = (world.folder.path("in.ndjson"), world.folder.path("in.1"));
    std::fs::rename(&now, &before).unwrap();
    world.folder.append("in.1", &mentions("c", 1));
    world.folder.append("in.ndjson", &mentions("d", 1));
    seen(&world, 5);
    assert_eq!(world.stop(), Some(0));
    world.folder.append("in.ndjson", &mentions("e", 1));
    world.serve();
    seen(&world, 6);
    assert_eq!(world.source("log")["received"], 6);
    world.until_mails(2);
}

const RSS: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>Krant</title>
<link>https://krant.example</link><description>x</description>{items}</channel></rss>"#;

#[test]
fn feeds_bring_mentions_or_trouble_and_nothing_stops_the_daemon() {
    let mut world = World::new("feeds");
    let items: String = (0..5)
        .map(|number| {
            let at = (draaiboek::engine::clock::now() - chrono::TimeDelta::minutes(1)).to_rfc2822();
            format!("<item><guid>{number}</guid><title>Muis {number} bij De Korst</title><pubDate>{at}</pubDate></item>")
        })
        .collect();
    let rss = RSS.replace("{items}", &items);
    let router = Router::new()
        .route(
            "/rss",
            axum::routing::get(move || async { rss.into_response() }),
        )
        .route(
            "/html",
            axum::routing::get(|| async { Html("<html><body>hoi</body></html>") }),
        );
    let listener = world
        .runtime()
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    world
        .runtime()
        .spawn(async move { axum::serve(listener, router).await });
    let text = std::fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let sources = format!(
        "sources:\n  news: {{ feed: {{ url: \"{site}/rss\", every: 30s, platform: news }} }}\n  \
         page: {{ feed: {{ url: \"{site}/html\", every: 30s }} }}\n  \
         gone: {{ feed: {{ url: \"http://127.0.0.1:9/rss\", every: 30s }} }}\n  \
         inside: {{ feed: {{ url: \"http://127.0.0.2:9/rss\", every: 30s }} }}"
    );
    world
        .folder
        .write("draaiboek.yaml", text.replacen("sources:", &sources, 1));
    world.serve();
    world.until_mails(2);
    let status = world.until_status("trouble", |status| {
        let sources = status["sources"].as_array().unwrap();
        sources
            .iter()
            .filter(|source| source["trouble"].is_string())
            .count()
            == 4
    });
    let trouble = |name: &str| {
        let sources = status["sources"].as_array().unwrap();
        let source = sources
            .iter()
            .find(|source| source["source"] == name)
            .unwrap();
        source["trouble"].as_str().unwrap_or_default().to_owned()
    };
    assert!(
        trouble("page").contains("a web page, not a feed"),
        "{status}"
    );
    assert!(trouble("inside").contains("our own network"), "{status}");
    assert!(!trouble("gone").is_empty());
    assert!(trouble("log").contains("not there yet"), "{status}");
    assert_eq!(trouble("news"), "");
    let shown = world.says(&["status"]);
    assert!(
        shown.contains("TROUBLE: ") && shown.contains("a web page"),
        "{shown}"
    );
    assert_eq!(world.push(mention("1", 9)).n("new"), 1);
    assert_eq!(world.stop(), Some(0));
}

#[test]
fn a_mail_server_that_refuses_and_comes_back_gets_every_alert() {
    let mut world = World::new("mail-back");
    world.misbehave(Some(Fault::Refuse));
    world.serve();
    world.push(mentions("m", 5));
    let status = world.until_status("trouble with the mail", |status| {
        status["mail"]["trouble"].is_string()
    });
    assert_eq!(
        (&status["mail"]["waiting"], &status["mail"]["sent"]),
        (&2.into(), &0.into())
    );
    let shown = world.says(&["status"]);
    assert!(
        shown.contains("2 waiting") && shown.contains("MAIL TROUBLE: "),
        "{shown}"
    );
    assert_eq!(world.push(mention("later", 9)).n("new"), 1);
    world.misbehave(None);
    world.until_mails(2);
    let status = world.until_status("all sent", |status| status["mail"]["sent"] == 2);
    assert_eq!(status["mail"]["waiting"], 0);
    assert!(status["mail"]["trouble"].is_null(), "{status}");
}

#[test]
fn a_mail_server_that_hangs_holds_up_nothing() {
    let mut world = World::new("mail-hangs");
    world.misbehave(Some(Fault::HangAfterDot(Duration::from_secs(3))));
    world.serve();
    world.push(mentions("m", 5));
    world.until_mails(2);
    assert_eq!(world.push(mentions("n", 3)).n("new"), 3);
    let status = world.status();
    assert_eq!(status["mail"]["waiting"], 2, "{status}");
    world.until_status("both recorded", |status| status["mail"]["sent"] == 2);
    assert_eq!(world.mails().len(), 2);

    // Stopping does not wait for a server that never answers, and a mail that
    // was under way is sent again after the start.
    world.misbehave(Some(Fault::HangAfterDot(Duration::from_secs(60))));
    world.push(mentions("o", 50));
    world.until_mails(4);
    assert_eq!(world.status()["mail"]["waiting"], 2);
    assert_eq!(world.stop(), Some(0));
    world.misbehave(None);
    world.serve();
    let mails = world.until_mails(6);
    let id = |number: usize| &mails[number].message_id;
    let twice = [id(4), id(5)];
    assert!(
        twice.contains(&id(2)) && twice.contains(&id(3)),
        "{mails:?}"
    );
}

#[test]
fn one_refused_recipient_costs_the_others_nothing() {
    let mut world = World::new("refused");
    world.misbehave(Some(Fault::Recipient {
        who: "anna".to_owned(),
        answer: "550 5.1.1 no such user".to_owned(),
    }));
    world.serve();
    world.push(mentions("m", 5));
    // Bo is told as the writer, and alerted as the owner's deputy once the
    // owner's mail was refused.
    let status = world.until_status("two sent, one failed", |status| {
        status["mail"]["sent"] == 2 && status["mail"]["failed"] == 1
    });
    assert!(
        status["mail"]["trouble"].as_str().unwrap().contains("550"),
        "{status}"
    );
    let mails = world.mails();
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        assert_eq!(mail.to, ["bo@korst.example"]);
    }
    let run = world.json(&["run", "show", "1"]);
    let log = run["log"].as_array().unwrap();
    let is_deputy = |entry: &&Value| {
        entry["event"] == "alert" && entry["person"] == "bo" && entry["roles"][0] == "owner"
    };
    assert_eq!(log.iter().filter(is_deputy).count(), 1, "{run}");
    let alerts = run["alerts"].as_array().unwrap();
    let anna = alerts
        .iter()
        .find(|alert| alert["person"] == "anna")
        .unwrap();
    assert_eq!(anna["state"], "failed", "{run}");
    assert!(
        !anna["trouble"].as_str().unwrap().contains("anna@"),
        "no addresses: {anna}"
    );
}

#[test]
fn a_full_disk_is_told_and_survived() {
    let mut world = World::new("full");
    // No file may grow beyond half a megabyte; with the signal ignored a write
    // fails like one to a full disk. The soft limit can be lifted later.
    let mut command = world.command("bash");
    let script = "trap '' XFSZ; ulimit -S -f 512; exec \"$0\" serve --listen 127.0.0.1:0";
    command.args(["-c", script, DRAAIBOEK]);
    world.serve_by(command);
    let mut n_stored = 0;
    let refused = (0..200).find_map(|batch| {
        let answer = world.push(mentions(&format!("b{batch}-"), 100));
        if answer.status == 200 {
            assert_eq!(answer.n("new"), 100);
            n_stored += 100;
            return None;
        }
        Some((batch, answer))
    });
    let (batch, answer) = refused.expect("the disk never filled up");
    assert_eq!(answer.status, 503, "{answer:?}");
    let error = answer.body["error"].as_str().unwrap();
    assert!(
        error.contains("nothing was stored") && error.contains("send it again"),
        "{error}"
    );
    assert_eq!(answer.n("new"), 0);
    assert!(world.is_up());
    assert!(world.get("/healthz").starts_with("HTTP/1.1 "));
    assert_eq!(
        last_hour(&world),
        n_stored,
        "what was acknowledged is there"
    );

    let pid = world.pid().to_string();
    let lift = Command::new("prlimit")
        .args(["--pid", &pid, "--fsize=unlimited:unlimited"])
        .status();
    assert!(lift.unwrap().success());
    let again = world.push(mentions(&format!("b{batch}-"), 100));
    assert_eq!((again.status, again.n("new")), (200, 100), "{again:?}");
    assert_eq!(last_hour(&world), n_stored + 100);
    world.until_status("all mail", |status| {
        status["mail"]["waiting"] == 0 && status["mail"]["sent"] == 4
    });
    assert_eq!(world.json(&["run", "list"]).as_array().unwrap().len(), 1);
    assert_eq!(world.stop(), Some(0));
    world.serve();
    assert_eq!(last_hour(&world), n_stored + 100);
}

/// A small disk, mounted over a folder until it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where we may not mount.
    fn mount(folder: PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir_all(&folder).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", size, "tmpfs"])
            .arg(&folder);
        let output = mount.output().ok()?;
        output.status.success().then_some(Self(folder))
    }

    fn remount(&self, size: &str) {
        let option = format!("remount,{size}");
        let mut mount = Command::new("mount");
        assert!(
            mount
                .args(["-o", &option])
                .arg(&self.0)
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "what could not be checked must be told"
)]
fn a_disk_that_is_really_full_is_survived_too() {
    let mut world = World::new("small-disk");
    let Some(disk) = SmallDisk::mount(world.folder.path("data"), "size=2m") else {
        eprintln!("NOT CHECKED: mounting a small disk is not allowed here");
        return;
    };
    world.serve();
    let refused = (0..500).find_map(|batch| {
        let body = mentions(&format!("b{batch}-"), 100);
        let answer = world.push(&body);
        (answer.status != 200).then_some((batch, body, answer))
    });
    let (batch, body, answer) = refused.expect("the disk never filled up");
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(
        answer.body["error"].as_str().unwrap().contains("full"),
        "{answer:?}"
    );
    // Again and again, and nothing breaks: it is kept as soon as there is room,
    // which emptying the log beside the database may make.
    let is_kept = (0..3).any(|_| match world.push(&body).status {
        200 => true,
        status => {
            assert_eq!(status, 503);
            false
        }
    });
    let n_new = u64::from(!is_kept) * 100;
    assert_eq!(last_hour(&world), (batch + 1) * 100 - n_new);
    disk.remount("size=64m");
    let numbers = [100, n_new, 100 - n_new, 100, 0, 0];
    assert_eq!(world.push(&body).numbers(), numbers);
    assert_eq!(last_hour(&world), (batch + 1) * 100);
    world.until_status("all mail", |status| status["mail"]["sent"] == 4);
    assert_eq!(world.stop(), Some(0));
}

#[test]
fn a_mistake_in_a_drill_keeps_no_real_alert_from_going_out() {
    let mut world = World::new("bad-scenario");
    world.folder.write(
        "playbooks/scenarios/bad.yaml",
        "scenario: bad\nplaybook: nothing\n",
    );
    let said = world.refuses(&["drill", "bad", "--live"]);
    assert!(said.contains("playbooks/scenarios/bad.yaml"), "{said}");
    world.serve();
    let said = world.log();
    assert!(said.contains("this scenario cannot be played"), "{said}");
    assert_eq!(world.stop(), Some(0));
}

#[test]
fn who_puts_their_own_people_in_place_of_the_invented_ones_can_start() {
    // Scenarios still name somebody who is not there: `check` says so once, under `team`.
    let mut world = World::new("own-people");
    for name in ["one", "two", "three"] {
        let path = format!("playbooks/scenarios/{name}.yaml");
        let text = format!(
            "scenario: {name}\ntitle: Muizen\nplaybook: mouse\nparticipants: [marieke, bo]\n\
             injects:\n  - {{ at: 0m, message: Er loopt een muis door de winkel }}\n"
        );
        world.folder.write(&path, text);
    }
    let said = world.run(&["check"]);
    assert_eq!(said.status.code(), Some(1));
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("`marieke` is used 3 times"), "{said}");
    world.serve();
    let said = world.log();
    assert!(said.contains("this scenario cannot be played"), "{said}");
    let said = world.run(&["doctor"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        said.contains("errors in scenarios: `serve` starts"),
        "{said}"
    );
    world.push(mentions("a", 5));
    world.until_mails(2);
    // The same mistake in a playbook is one of real alerts.
    let path = world.folder.path("playbooks/mouse.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("tell: [writer]", "tell: [reader]")).unwrap();
    let said = world.run(&["reload"]);
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    assert_eq!(world.stop(), Some(0));
}

#[test]
fn a_second_daemon_and_a_taken_port_are_refused_clearly() {
    let mut world = World::new("second");
    world.serve();
    let said = world.refuses(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("in use by another draaiboek"), "{said}");
    let other = World::new("port");
    let said = other.refuses(&["serve", "--listen", &world.address()]);
    assert!(said.contains("cannot listen on"), "{said}");
    let said = other
        .command(DRAAIBOEK)
        .env_remove("OTHER_TOKEN")
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    let said = String::from_utf8(said.stderr).unwrap();
    assert!(
        said.contains("OTHER_TOKEN") && said.contains("other"),
        "{said}"
    );
    // The first is none the worse.
    assert_eq!(world.push(mention("1", 9)).status, 200);
}

#[test]
fn commands_answer_the_same_beside_a_daemon_and_without_one() {
    let mut world = World::new("commands");
    let nothing = world.status();
    assert_eq!(nothing["daemon"], false);
    assert_eq!(world.json(&["run", "list"]), Value::Array(Vec::new()));
    assert!(world.says(&["status"]).contains("NO DAEMON IS RUNNING"));
    assert!(
        world
            .refuses(&["run", "show", "1"])
            .contains("nothing has happened here yet")
    );

    world.serve();
    world.push(mentions("m", 5));
    world.until_status("mail", |status| status["mail"]["sent"] == 2);
    let status = world.status();
    let names = [
        "at",
        "organisation",
        "drill",
        "daemon",
        "health",
        "listening_only",
        "unread",
        "reload",
        "roll_call",
        "runs",
        "watches",
        "sources",
        "playbooks",
        "mail",
        "webhooks",
    ];
    assert_eq!(keys(&status), names);
    assert_eq!(status["daemon"], true);
    assert_eq!(
        keys(&status["watches"][0]),
        [
            "watch",
            "title",
            "last_hour",
            "last_day",
            "blind",
            "blind_sources"
        ]
    );
    let source = [
        "source",
        "kind",
        "received",
        "matched",
        "new",
        "rejected",
        "last_at",
        "last_success_at",
        "trouble",
        "trouble_says",
        "blind_says",
        "failures",
        "blind",
        "refused",
    ];
    assert_eq!(keys(&status["sources"][0]), source);
    assert_eq!(
        keys(&status["mail"]),
        [
            "by",
            "waiting",
            "sent",
            "failed",
            "trouble",
            "trouble_says",
            "last_sent_at",
            "received"
        ]
    );

    let set = world.json(&["fact", "set", "where", "de Markt"]);
    let fact = |facts: &Value| {
        let facts = facts["facts"].as_array().unwrap();
        facts.iter().find(|fact| fact["fact"] == "where").unwrap()["value"].clone()
    };
    assert_eq!(fact(&set), "de Markt");
    assert!(
        world
            .refuses(&["fact", "set", "wher", "x"])
            .contains("did you mean `where`?")
    );

    let commands: [&[&str]; 5] = [
        &["run", "list"],
        &["run", "show", "1"],
        &["draft", "list"],
        &["draft", "show", "holding"],
        &["fact", "list"],
    ];
    let look = |world: &World| {
        let json = commands.iter().map(|command| {
            let mut told = world.json(command);
            // When it was looked at.
            if let Some(fields) = told.as_object_mut() {
                fields.remove("now");
            }
            told
        });
        let json: Vec<Value> = json.collect();
        let text: Vec<String> = commands.iter().map(|command| world.says(command)).collect();
        (json, text)
    };
    let beside = look(&world);
    let (list, run, drafts, draft) = (&beside.0[0], &beside.0[1], &beside.0[2], &beside.0[3]);
    let line = [
        "run",
        "playbook",
        "watch",
        "level",
        "open",
        "started_at",
        "closed_at",
    ];
    assert_eq!(lacks(&list[0], &line), [""; 0]);
    let parts = [
        "run",
        "playbook",
        "title",
        "watch",
        "level",
        "open",
        "one_source",
        "started_at",
        "closed_at",
        "why",
        "evidence",
        "strategy",
        "levels",
        "phases",
        "items",
        "cases",
        "questions",
        "answers",
        "alerts",
        "drafts",
        "failed_drafts",
        "publications",
        "promise",
        "ending",
        "language",
        "story",
        "log",
    ];
    assert_eq!(lacks(run, &parts), [""; 0]);
    assert_eq!(
        lacks(drafts, &["run", "language", "drafts", "failed"]),
        [""; 0]
    );
    assert_eq!(draft["text"], "Er is een muis gezien in de Markt.");
    assert_eq!(
        (&draft["version"], &draft["gaps"]),
        (&2.into(), &Value::Array(Vec::new()))
    );

    assert_eq!(world.stop(), Some(0));
    assert_eq!(look(&world), beside);
    assert_eq!(world.status()["daemon"], false);
    assert!(
        world
            .refuses(&["run", "show", "7"])
            .contains("there is no run 7")
    );

    // Without a daemon people can still act; with one again, it knows.
    world.says(&["fact", "set", "where", "de Kade"]);
    assert_eq!(fact(&world.json(&["fact", "list"])), "de Kade");
    world.says(&["run", "close", "1", "--reason", "opgelost"]);
    assert!(
        world
            .refuses(&["run", "close", "1", "--reason", "nog eens"])
            .contains("is closed")
    );
    world.serve();
    assert_eq!(world.json(&["run", "show", "1"])["open"], false);
    assert!(
        world
            .refuses(&["run", "close", "1", "--reason", "nog eens"])
            .contains("is closed")
    );
    assert!(world.refuses(&["draft", "list"]).contains("no run is open"));
    assert!(
        world
            .refuses(&["run", "start", "mous", "--reason", "x"])
            .contains("did you mean `mouse`?")
    );
    // The tail of the storm stays quiet, a bigger storm does not.
    assert_eq!(world.push(mentions("tail", 5)).n("new"), 5);
    assert_eq!(world.json(&["run", "list"]).as_array().unwrap().len(), 1);
    world.push(mentions("big", 50));
    let runs = world.json(&["run", "list"]);
    assert_eq!(
        (&runs[0]["run"], &runs[0]["level"]),
        (&2.into(), &"crisis".into()),
        "{runs}"
    );
}

#[test]
fn a_run_started_without_a_daemon_is_mailed_when_one_starts() {
    let mut world = World::new("by-hand");
    let command = [
        "run",
        "start",
        "mouse",
        "--reason",
        "telefoontje van de buren",
    ];
    let run = world.json(&command);
    assert_eq!(
        (&run["open"], &run["level"]),
        (&true.into(), &"attention".into())
    );
    assert_eq!(run["alerts"][0]["state"], "waiting");
    assert!(world.refuses(&command).contains("already open"));
    assert_eq!(world.mails().len(), 0);
    world.serve();
    let mails = world.until_mails(2);
    assert!(mails.iter().all(|mail| !mail.message_id.is_empty()));
    world.until_status("recorded", |status| status["mail"]["sent"] == 2);
    assert!(world.refuses(&command).contains("already open"));

    // The same beside a daemon; a killed one leaves a socket that misleads
    // nobody.
    world.says(&["run", "close", "1", "--reason", "vals alarm"]);
    world.says(&[
        "run", "start", "mouse", "--level", "crisis", "--reason", "toch",
    ]);
    world.until_mails(4);
    world.kill();
    assert!(world.folder.path("data/draaiboek.sock").exists());
    assert_eq!(world.status()["daemon"], false);
    world.says(&["fact", "set", "where", "de Markt"]);
}

#[test]
fn a_mail_template_that_fails_when_it_is_needed_stops_no_alert() {
    let mut world = World::new("template");
    // Fine on every specimen, and wrong on the first run.
    let template = "Lees dit. {{#if (eq run 1)}}{{nergens}}{{/if}}\n";
    world
        .folder
        .write("templates/mail/alert.nl.txt.hbs", template);
    world.serve();
    world.push(mentions("m", 5));
    let mails = world.until_mails(2);
    let anna = mails
        .iter()
        .find(|mail| mail.to == ["anna@korst.example"])
        .unwrap();
    assert!(!anna.raw.contains("Lees dit"), "{}", anna.raw);
    assert!(anna.raw.contains("Bakkerij"), "the raw facts: {}", anna.raw);
    let run = until("the failure in the log", || {
        let run = world.json(&["run", "show", "1"]);
        let log = run["log"].as_array().unwrap();
        if log.iter().any(|entry| entry["event"] == "plain_mail_sent") {
            Ok(run)
        } else {
            Err(run)
        }
    });
    assert!(run.to_string().contains("alert.nl.txt"), "{run}");

    // One that is broken from the start is left aside, and said so.
    world.kill();
    world
        .folder
        .write("templates/mail/alert.nl.txt.hbs", "{{#if");
    world.serve();
    until("the warning", || {
        let log = world.log();
        if log.contains("alert.nl.txt.hbs") {
            Ok(())
        } else {
            Err(log)
        }
    });
}

#[test]
fn what_init_makes_can_be_served_at_once() {
    let mut world = World::empty("init");
    world.says(&["init", "."]);
    world.says(&["check"]);
    world.serve();
    let lines: String = (0..60)
        .map(|number| mention_about("#delinde", &format!("i{number}"), 1_200 - number) + "\n")
        .collect();
    assert_eq!(world.push(&lines).n("new"), 60);
    let status = world.until_status("a mail in the folder", |status| {
        status["mail"]["waiting"] == 0 && status["mail"]["sent"].as_u64() > Some(0)
    });
    assert!(
        status["mail"]["by"]
            .as_str()
            .unwrap()
            .contains("no mail server is set"),
        "{status}"
    );
    assert!(
        std::fs::read_dir(world.folder.path("outbox"))
            .unwrap()
            .count()
            > 0
    );
    assert!(
        world.log().contains("no mail server is set"),
        "{}",
        world.log()
    );
}

#[test]
fn stops_quickly_also_while_somebody_is_sending() {
    let mut world = World::new("stop");
    world.serve();
    let token = bearer(TOKEN);
    let address = world.address();
    // A sender that never finishes.
    let sender = std::thread::spawn(move || {
        let _ = post_stream(&address, &[&token], 1_000, |stream| {
            stream.write_all(b"{\"id\":\"1\"")
        });
    });
    world.push(mention("1", 9));
    let start = draaiboek::engine::clock::stopwatch();
    assert_eq!(world.stop(), Some(0));
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    assert!(!world.folder.path("data/draaiboek.sock").exists());
    sender.join().unwrap();
    assert_eq!(last_hour(&world), 1);
}

#[test]
fn a_byte_order_mark_costs_no_mention() {
    let mut world = World::new("mark");
    world.serve();
    let answer = world.push(format!(
        "\u{feff}{}\n{}",
        mention("m1", 60),
        mention("m2", 60)
    ));
    assert_eq!((answer.n("new"), answer.n("rejected")), (2, 0));
}

#[test]
fn a_store_that_was_deleted_takes_nothing_more() {
    let mut world = World::new("gone");
    world.serve();
    assert_eq!(world.push(mentions("a", 3)).n("new"), 3);
    std::fs::remove_dir_all(world.dir().join("data")).unwrap();
    let answer = world.push(mentions("b", 3));
    assert_eq!(answer.status, 503);
    // The answer may be here before the line in the log was read.
    until("the reason in the log", || match world.log() {
        log if log.contains("was removed or replaced") => Ok(()),
        log => Err(log),
    });
    assert!(world.is_up());
}
