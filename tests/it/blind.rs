//! A source that we cannot see through: who hears of it, and until when.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::response::IntoResponse;
use chrono::TimeDelta;
use draaiboek::domain::freshness::Habit;
use draaiboek::domain::plane::Plane;
use draaiboek::domain::time::Timestamp;
use draaiboek::store::Store;
use serde_json::Value;

use crate::hands::{bakery, n_events, settle, show, start};
use crate::team::{named, until_clock, until_events};
use crate::world::{DRAAIBOEK, OTHER_TOKEN, World, until};

const QUIET: &str = "  quiet: { push: { token_env: OTHER_TOKEN, silent_after: 10m } }";

/// What the operators were mailed about sources, in order.
fn said(world: &World) -> Vec<String> {
    let mails = world.mails();
    let subjects = mails.iter().map(|mail| mail.subject.clone());
    subjects
        .filter(|said| said.contains("] draaiboek: bron"))
        .collect()
}

/// Waits until they were mailed this, and no more than this.
fn until_said(world: &World, expected: &[&str]) {
    let said = until("mails about sources", || {
        let said = said(world);
        if said.len() >= expected.len() {
            Ok(said)
        } else {
            Err(said)
        }
    });
    let is_as_expected = said
        .iter()
        .zip(expected)
        .all(|(one, part)| one.contains(part));
    assert!(said.len() == expected.len() && is_as_expected, "{said:?}");
}

fn serve(world: &mut World, clock: &str) {
    let mut command = world.command(DRAAIBOEK);
    command.args(["serve", "--listen", "127.0.0.1:0", "--clock", clock]);
    world.serve_by(command);
}

/// The quiet source brings something that no watch wants.
fn murmur(world: &World) {
    let token = format!("Authorization: Bearer {OTHER_TOKEN}");
    let body = r#"{"id":"1","text":"iets anders","published_at":"2026-03-02T10:10:00Z"}"#;
    assert_eq!(world.push_with(&[&token], body).status, 200);
}

#[test]
fn a_feed_that_fails_for_five_minutes_is_blind_until_it_works() {
    let mut world = bakery("hands-blind");
    let works = Arc::new(AtomicBool::new(false));
    let is_up = Arc::clone(&works);
    let router = Router::new().fallback(move || {
        let is_up = is_up.load(Ordering::Relaxed);
        async move {
            if is_up {
                let feed = "<rss version=\"2.0\"><channel><title>n</title></channel></rss>";
                ([("Content-Type", "application/rss+xml")], feed).into_response()
            } else {
                axum::http::StatusCode::BAD_GATEWAY.into_response()
            }
        }
    });
    let listener = world.runtime().block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        listener.unwrap()
    });
    let address = listener.local_addr().unwrap();
    world
        .runtime()
        .spawn(async move { axum::serve(listener, router).await });
    let news = format!("  news: {{ feed: {{ url: \"http://{address}/rss\", every: 30s }} }}");
    settle(&world, "anna", &news);

    // Five minutes pass in five seconds.
    let serve = |world: &mut World, begins: &str| {
        let mut command = world.command(DRAAIBOEK);
        let clock = format!("{begins}@60");
        command.args(["serve", "--listen", "127.0.0.1:0", "--clock", &clock]);
        world.serve_by(command);
    };
    serve(&mut world, "2026-03-02T10:00:00Z");
    start(&world);
    assert_eq!(n_events(&world, "1", "source_blind"), 0);
    let log = until_events(&world, "source_blind", 1);
    let blind = named(&log, "source_blind").next().unwrap();
    assert_eq!(blind["source"], "news");
    assert!(
        blind["because"].as_str().unwrap().contains("502"),
        "{blind}"
    );
    assert!(
        blind["at"].as_str().unwrap() > "2026-03-02T11:04:50",
        "{blind}"
    );
    until_said(&world, &["bron news levert niets"]);
    let metrics = world.get("/metrics");
    let metric = "draaiboek_source_blind{source=\"news\"} 1";
    assert!(metrics.contains(metric), "{metrics}");
    assert!(world.source("news")["blind"].is_string());
    assert!(world.source("suite")["blind"].is_null());
    let text = world.says(&["status"]);
    assert!(text.contains("BLIND: news"), "{text}");
    let shown = world.says(&["stand-down"]);
    assert!(shown.contains("BLIND: news"), "{shown}");

    // It works again before we start again, which must be said too.
    works.store(true, Ordering::Relaxed);
    world.kill();
    serve(&mut world, "2026-03-02T12:00:00Z");
    until_events(&world, "source_sees", 1);
    assert_eq!(n_events(&world, "1", "source_blind"), 1);
    // Once blind, once well again, though a run is open as well.
    until_said(&world, &["bron news levert niets", "bron news levert weer"]);
    assert_eq!(show(&world, "1")["ending"]["blind"], Value::Array(vec![]));
    assert!(!world.says(&["status"]).contains("BLIND"));
}

#[test]
fn a_source_that_is_silent_for_too_long_is_blind() {
    let mut world = bakery("hands-silent");
    settle(&world, "anna", QUIET);
    let mut command = world.command(DRAAIBOEK);
    let clock = "2026-03-02T10:00:00Z@120";
    command.args(["serve", "--listen", "127.0.0.1:0", "--clock", clock]);
    world.serve_by(command);
    start(&world);
    let log = until_events(&world, "source_blind", 1);
    let blind = named(&log, "source_blind").next().unwrap();
    assert_eq!(
        (&blind["source"], &blind["because"]),
        (
            &"quiet".into(),
            &"nothing came in for longer than 10m".into()
        )
    );
    murmur(&world);
    until_events(&world, "source_sees", 1);
}

#[test]
fn operators_hear_of_a_blind_source_without_any_run_once_and_when_it_sees() {
    let mut world = bakery("blind-no-run");
    settle(&world, "anna", QUIET);
    serve(&mut world, "2026-03-02T10:00:00Z@600");
    until_said(&world, &["[storing] draaiboek: bron quiet levert niets"]);
    let mail = world.mails().pop().unwrap();
    assert_eq!(mail.to, ["ruth@korst.example"]);
    assert!(
        mail.raw
            .contains("er kwam langer dan 10 minuten niets binnen"),
        "{}",
        mail.raw
    );
    assert!(world.json(&["run", "list"]).as_array().unwrap().is_empty());

    // It sees through another source: partly blind, which is a warning.
    let health = world.get("/healthz");
    assert!(
        health.contains("200 OK") && health.contains("warning: source quiet is blind"),
        "{health}"
    );
    assert!(
        health.contains("warning: watch bakery is partly blind: quiet"),
        "{health}"
    );
    let metrics = world.get("/metrics");
    assert!(
        metrics.contains("draaiboek_watch_blind{watch=\"bakery\"} 1"),
        "{metrics}"
    );
    let text = world.says(&["status"]);
    assert!(
        text.contains("PARTLY BLIND: bakery, through quiet"),
        "{text}"
    );
    let status = world.status();
    assert_eq!(status["watches"][0]["blind"], "partly");
    assert_eq!(status["watches"][0]["blind_sources"][0], "quiet");

    // Neither a restart nor hours make a second mail of one blindness.
    world.kill();
    serve(&mut world, "2026-03-02T12:00:00Z@600");
    until_clock(&world, "2026-03-02T14:30");
    until_said(&world, &["bron quiet levert niets"]);
    murmur(&world);
    until_said(
        &world,
        &[
            "bron quiet levert niets",
            "[opgelost] draaiboek: bron quiet levert weer",
        ],
    );

    let store = Store::open_to_read(world.dir(), Plane::Real)
        .unwrap()
        .unwrap();
    // The program itself was down for an hour and a half as well.
    let mut gaps = store.gaps(Timestamp::UNIX_EPOCH).unwrap();
    gaps.retain(|gap| gap.source == "quiet");
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert!(
        gaps[0].until > Some(gaps[0].from + TimeDelta::hours(3)),
        "{gaps:?}"
    );
}

#[test]
fn a_source_that_flickers_costs_one_mail_an_hour() {
    let mut world = bakery("blind-flickers");
    settle(&world, "anna", QUIET);
    serve(&mut world, "2026-03-02T10:00:00Z@600");
    until_said(&world, &["levert niets"]);
    let begin = world.status()["at"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        murmur(&world);
        let is_blind = |blind: bool| {
            until("a change", || {
                let source = world.source("quiet");
                if source["blind"].is_string() == blind {
                    Ok(())
                } else {
                    Err(source)
                }
            })
        };
        is_blind(false);
        is_blind(true);
    }
    // Three times in less than an hour: they think it blind, and it is.
    let hour: i64 = begin[11..13].parse().unwrap();
    until_clock(&world, &format!("2026-03-02T{:02}:50", hour + 1));
    let n_said = said(&world).len();
    assert!(n_said <= 2, "{:?}", said(&world));
}

#[test]
fn how_long_a_source_is_usually_silent_is_learnt() {
    let mut world = bakery("blind-learnt");
    // Eight weeks with something every ten minutes by day.
    let zone = chrono_tz::Europe::Amsterdam;
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-03T09:50:00Z")
        .unwrap()
        .to_utc();
    let mut at = now - TimeDelta::days(56);
    let mut habit = Habit::new(at);
    while at <= now {
        match (7..19).contains(&chrono::Timelike::hour(&at)) {
            true => habit.sign(at, zone),
            false => habit.pass(at, zone),
        }
        at += TimeDelta::minutes(10);
    }
    let mut store = Store::open(world.dir(), Plane::Real).unwrap();
    let batch = store.begin().unwrap();
    let json = serde_json::to_string(&habit).unwrap();
    batch.remember_freshness("suite", &json).unwrap();
    batch.commit().unwrap();
    drop(store);

    serve(&mut world, "2026-03-03T10:00:00Z@600");
    until_said(&world, &["bron suite levert niets"]);
    let at = world.status()["at"].as_str().unwrap().to_owned();
    assert!(at.as_str() < "2026-03-03T13:30", "noticed at {at}");
    let because = world.source("suite")["blind"].as_str().unwrap().to_owned();
    assert!(
        because.contains("unusually long for this source at this hour"),
        "{because}"
    );
    // What was learnt goes along over a restart.
    assert_eq!(world.stop(), Some(0));
    let store = Store::open_to_read(world.dir(), Plane::Real)
        .unwrap()
        .unwrap();
    let kept = store.freshness().unwrap();
    let kept = kept.iter().find(|(source, _)| source == "suite").unwrap();
    assert!(Habit::read(&kept.1).unwrap().last_at() == habit.last_at());
}

#[test]
fn what_needs_silence_waits_while_a_source_is_blind() {
    let mut world = bakery("blind-waits");
    let tasks = "
playbook: calm
title: Rustig
watch: mill
owner: owner
tasks:
  few: { title: Weinig, role: owner, when: { mentions: { within: 5m, at_most: 0 } } }
  none: { title: Niets, role: owner, when: { none: [ { mentions: { within: 5m, at_least: 1 } } ] } }
";
    world.folder.write("playbooks/calm.yaml", tasks);
    settle(&world, "anna", QUIET);
    serve(&mut world, "2026-03-02T10:00:00Z@300");
    world.until_status("blindness", |status| {
        let sources = status["sources"].as_array().unwrap();
        sources.iter().any(|source| source["blind"].is_string())
    });
    world.says(&["run", "start", "calm", "--reason", "proef"]);
    let start = world.status()["at"].as_str().unwrap().to_owned();
    let minute: i64 = start[14..16].parse().unwrap();
    let hour: i64 = start[11..13].parse::<i64>().unwrap() + (minute + 5) / 60;
    until_clock(
        &world,
        &format!("2026-03-02T{hour:02}:{:02}", (minute + 5) % 60),
    );
    let names = |run: &Value| -> Vec<String> {
        let items = run["items"].as_array().unwrap().iter();
        items
            .filter(|item| item["state"] == "open")
            .map(|item| item["item"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(names(&show(&world, "1")), Vec::<String>::new());
    murmur(&world);
    until("tasks", || {
        let open = names(&show(&world, "1"));
        if open.len() == 2 { Ok(()) } else { Err(open) }
    });
}
