//! A source that we cannot see through: who hears of it, and until when.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::response::IntoResponse;
use serde_json::Value;

use crate::hands::{bakery, n_events, settle, show, start};
use crate::team::{named, until_events};
use crate::world::{DRAAIBOEK, OTHER_TOKEN, World};

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
    until_events(&world, "operator_told", 1);
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
    assert_eq!(show(&world, "1")["ending"]["blind"], Value::Array(vec![]));
    assert!(!world.says(&["status"]).contains("BLIND"));
}

#[test]
fn a_source_that_is_silent_for_too_long_is_blind() {
    let mut world = bakery("hands-silent");
    let quiet = "  quiet: { push: { token_env: OTHER_TOKEN, silent_after: 10m } }";
    settle(&world, "anna", quiet);
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
    let token = format!("Authorization: Bearer {OTHER_TOKEN}");
    let body = r#"{"id":"1","text":"iets anders","published_at":"2026-03-02T10:10:00Z"}"#;
    assert_eq!(world.push_with(&[&token], body).status, 200);
    until_events(&world, "source_sees", 1);
}
