//! Sources that listen on Mastodon and Bluesky, against servers on this machine that
//! speak as theirs do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use draaiboek::guard::Guard;
use draaiboek::source::mastodon;
use draaiboek::source::{bluesky, feed};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response as Accepted};

use crate::sources::{LOCAL, Working, now, until};
use crate::world::World;

/// Both through the program: what comes in there counts, and alarms.
#[test]
fn posts_of_both_add_up_to_an_alarm() {
    let mut world = World::new("social");
    let at = draaiboek::engine::clock::now().to_rfc3339();
    let mut posts: Vec<Value> = (1..=3).rev().map(post).collect();
    for post in &mut posts {
        post["content"] = "<p>Muis gezien bij De Korst</p>".into();
        post["created_at"] = at.as_str().into();
        post["account"]["acct"] = format!("m{}", post["id"]).into();
    }
    let said = (1..=2).map(|number| {
        let mut event = event(number, "Alweer een muis bij de korst?");
        event["did"] = format!("did:plc:{number}").into();
        event["commit"]["record"]["createdAt"] = at.as_str().into();
        event
    });
    let said: Vec<Value> = said.collect();
    let (server, stream) = world.runtime().block_on(async {
        let posts = axum::Json(posts);
        let server = answer_with(move || posts.clone().into_response()).await;
        (server, jetstream(vec![said]).await.0)
    });
    let text = std::fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    let sources = format!(
        "sources:\n  toots: {{ mastodon: {{ server: \"{server}\", hashtag: dekorst }} }}\n  \
         sky: {{ bluesky: {{ jetstream: \"{stream}\" }} }}"
    );
    let text = text.replacen("sources:", &sources, 1);
    world.folder.write("draaiboek.yaml", text);
    let said = world.says(&["check"]);
    assert!(!said.contains("not supported"), "{said}");
    world.serve();
    world.until_mails(2);
    assert_eq!(world.source("toots")["matched"], 3);
    assert_eq!(world.source("sky")["matched"], 2);
    assert_eq!(world.stop(), Some(0));
}

/// Asks as often as a test can wait for.
const OFTEN: Duration = Duration::from_millis(10);

fn guard(hosts: &[&str]) -> Guard {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    Guard::new(&hosts)
}

fn listen_for(server: &str, hashtag: &str, position: Option<String>) -> Working {
    let config = mastodon::Config {
        every: OFTEN,
        ..mastodon::Config::new(server, hashtag)
    };
    Working::start(position, |basket, duty| {
        tokio::spawn(async move { mastodon::poll(config, guard(LOCAL), &basket, &duty).await })
    })
}

/// A post as Mastodon's documentation shows one.
fn post(number: usize) -> Value {
    json!({
        "id": format!("{number:06}"),
        "uri": format!("https://social.example/users/anna/statuses/{number}"),
        "url": format!("https://social.example/@anna/{number}"),
        "created_at": "2026-03-02T07:14:09.123Z",
        "content": format!("<p>Wat is er aan de hand in <a href=\"/tags/delinde\" class=\"mention hashtag\">#<span>delinde</span></a>?<br />Bericht {number}</p>"),
        "spoiler_text": "",
        "language": "nl",
        "in_reply_to_id": null,
        "favourites_count": 3,
        "reblogs_count": 2,
        "replies_count": 1,
        "account": { "acct": "anna", "display_name": "Anna", "followers_count": 120 },
    })
}

/// A server with as many posts as `n_posts` says, numbered from 1; what it was asked.
async fn mastodon_server(n_posts: Arc<AtomicUsize>) -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let timeline = move |Path(tag): Path<String>, RawQuery(query): RawQuery| {
        let query = query.unwrap_or_default();
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let found = pairs.find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned())
        };
        let limit: usize = value("limit").unwrap().parse().unwrap();
        let min_id: Option<usize> = value("min_id").map(|id| id.parse().unwrap());
        kept.lock().unwrap().push(format!("{tag} {min_id:?}"));
        let n_posts = n_posts.load(Ordering::Relaxed);
        // After `min_id` those right behind it, else the newest; the newest first.
        let first = match min_id {
            Some(min_id) => min_id + 1,
            None => n_posts.saturating_sub(limit) + 1,
        };
        let posts: Vec<Value> = (first..=n_posts).take(limit).map(post).collect();
        let posts: Vec<Value> = posts.into_iter().rev().collect();
        async move { axum::Json(posts) }
    };
    let router = Router::new().route("/api/v1/timelines/tag/{tag}", get(timeline));
    (serve(router).await, asked)
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn answer_with(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> String {
    let answer = move || {
        let answer = answer();
        async move { answer }
    };
    serve(Router::new().fallback(answer)).await
}

#[tokio::test]
async fn a_hashtag_is_read_to_the_last_post_and_each_once() {
    let n_posts = Arc::new(AtomicUsize::new(3));
    let (server, asked) = mastodon_server(Arc::clone(&n_posts)).await;
    let working = listen_for(&server, "#delinde", None);
    let numbers = |working: &Working| -> Vec<usize> {
        let ids = working.basket.ids();
        let numbers = ids.iter().filter_map(|id| id.rsplit('/').next());
        numbers.map(|number| number.parse().unwrap()).collect()
    };
    let reaches = async |working: &Working, from: usize, last: usize| {
        until(
            || numbers(working).len() > last - from,
            || format!("{:?} {}", numbers(working), working.last_error()),
        )
        .await;
        assert_eq!(numbers(working), (from..=last).collect::<Vec<_>>());
    };
    reaches(&working, 1, 3).await;
    // A storm of more than two pages between two looks.
    n_posts.store(100, Ordering::Relaxed);
    reaches(&working, 1, 100).await;
    let position = working.stop().await;
    // And one while nobody looked.
    n_posts.store(190, Ordering::Relaxed);
    let working = listen_for(&server, "delinde", position);
    reaches(&working, 101, 190).await;
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0], "delinde None");
    assert!(
        asked[1..].iter().all(|one| one != "delinde None"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn what_stands_in_a_post_is_read_as_people_see_it() {
    let mut odd = post(7);
    odd["account"]["acct"] = "bob@elders.example".into();
    odd["account"]["followers_count"] = json!(-1);
    odd["spoiler_text"] = "zorg, wachttijd".into();
    odd["in_reply_to_id"] = "5".into();
    odd["favourites_count"] = Value::Null;
    let broken = json!({ "id": "6", "content": "zonder datum" });
    let server = answer_with(move || axum::Json([&odd, &broken, &post(4)]).into_response()).await;
    let working = listen_for(&server, "delinde", None);
    until(|| working.basket.ids().len() == 2, || working.last_error()).await;
    let batches = working.basket.batches();
    let (plain, odd) = (&batches[0].mentions[0], &batches[0].mentions[1]);
    assert_eq!(batches[0].n_rejected, 1);
    assert_eq!(plain.text, "Wat is er aan de hand in #delinde? Bericht 4");
    assert_eq!(plain.author.as_deref(), Some("anna@127.0.0.1"));
    assert_eq!(plain.author_name.as_deref(), Some("Anna"));
    assert_eq!(plain.followers, Some(120));
    assert_eq!(plain.kind.as_deref(), Some("post"));
    assert_eq!(plain.lang.as_deref(), Some("nl"));
    assert_eq!(plain.engagement.likes, 3);
    assert_eq!(
        plain.published_at.to_rfc3339(),
        "2026-03-02T07:14:09.123+00:00"
    );
    assert_eq!(plain.url.as_deref(), Some("https://social.example/@anna/4"));
    assert!(
        odd.text.starts_with("zorg, wachttijd\nWat is er"),
        "{odd:?}"
    );
    assert_eq!(odd.author.as_deref(), Some("bob@elders.example"));
    assert_eq!(odd.followers, None);
    assert_eq!(odd.kind.as_deref(), Some("reply"));
    assert_eq!(odd.in_reply_to.as_deref(), Some("127.0.0.1/5"));
    assert_eq!(odd.engagement.likes, 0);
}

#[tokio::test]
async fn a_server_that_cannot_be_read_says_what_to_do() {
    let shut = answer_with(|| StatusCode::UNAUTHORIZED.into_response()).await;
    let working = listen_for(&shut, "delinde", None);
    working
        .fails("only to its own users; name another server")
        .await;
    let page = answer_with(|| "<html>Welkom</html>".into_response()).await;
    let working = listen_for(&page, "delinde", None);
    working.fails("is this a Mastodon server?").await;
    let busy = answer_with(|| {
        (
            StatusCode::TOO_MANY_REQUESTS,
            [(header::RETRY_AFTER, "3600")],
        )
            .into_response()
    });
    let working = listen_for(&busy.await, "delinde", None);
    working.fails("429").await;
    let n = working.health.borrow().failures;
    tokio::time::sleep(OFTEN * 10).await;
    assert_eq!(
        working.health.borrow().failures,
        n,
        "it stays away as long as asked"
    );
}

#[tokio::test]
async fn a_mastodon_server_tells_the_doctor_how_many_posts_it_has() {
    let (server, _) = mastodon_server(Arc::new(AtomicUsize::new(5))).await;
    let config = mastodon::Config::new(&server, "delinde");
    let sample = mastodon::sample(&config, &guard(LOCAL), now()).await;
    assert!(
        matches!(sample, Ok(feed::Sample { n_entries: 5, .. })),
        "{sample:?}"
    );
}

/// A Jetstream server: what it was asked, and what it says on each connection before
/// it ends it.
async fn jetstream(says: Vec<Vec<Value>>) -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut says = says.into_iter();
        while let Ok((stream, _)) = listener.accept().await {
            let mut query = String::new();
            #[expect(clippy::result_large_err, reason = "it is what the library asks for")]
            let look = |request: &Request, accepted: Accepted| {
                query = request.uri().query().unwrap_or("").to_owned();
                Ok(accepted)
            };
            let mut stream = accept_hdr_async(stream, look).await.unwrap();
            kept.lock().unwrap().push(query);
            match says.next() {
                Some(events) => {
                    for event in events {
                        let text = event.to_string();
                        stream.send(Message::text(text)).await.unwrap();
                    }
                    stream.close(None).await.unwrap();
                }
                // Then it stays, and says nothing.
                None => while let Some(Ok(_)) = stream.next().await {},
            }
        }
    });
    (format!("ws://{address}/subscribe"), asked)
}

fn event(number: i64, text: &str) -> Value {
    json!({
        "did": "did:plc:anna",
        "time_us": 1_772_434_800_000_000_i64 + number * 1_000_000,
        "kind": "commit",
        "commit": {
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "rkey": format!("k{number}"),
            "record": {
                "$type": "app.bsky.feed.post",
                "createdAt": "2026-03-02T07:00:00.000Z",
                "text": text,
                "langs": ["nl"],
            },
        },
    })
}

fn follow(jetstream: &str, hosts: &'static [&'static str], position: Option<String>) -> Working {
    let config = bluesky::Config {
        jetstream: jetstream.to_owned(),
    };
    Working::start(position, |basket, duty| {
        tokio::spawn(async move { bluesky::follow(config, guard(hosts), &basket, &duty).await })
    })
}

#[tokio::test]
async fn a_stream_goes_on_where_it_broke_off_also_after_a_restart() {
    let mut reply = event(2, "Dat klopt niet");
    reply["commit"]["record"]["reply"] =
        json!({ "parent": { "uri": "at://did:plc:bob/app.bsky.feed.post/k0" } });
    let mut gone = event(3, "");
    gone["commit"] =
        json!({ "operation": "delete", "collection": "app.bsky.feed.post", "rkey": "k1" });
    let someone =
        json!({ "did": "did:plc:x", "time_us": 1_772_434_804_000_000_i64, "kind": "identity" });
    let first = vec![event(1, "Wat is er in De Linde?"), reply, gone, someone];
    let (url, asked) = jetstream(vec![first, vec![event(5, "Nog iets")]]).await;
    let working = follow(&url, LOCAL, None);
    let id = |number: u8| format!("at://did:plc:anna/app.bsky.feed.post/k{number}");
    let (one, two, five) = (id(1), id(2), id(5));
    working.ids(&[&one, &two, &five]).await;
    {
        let batches = working.basket.batches();
        let mentions: Vec<_> = batches.iter().flat_map(|batch| &batch.mentions).collect();
        assert_eq!(mentions[0].text, "Wat is er in De Linde?");
        assert_eq!(mentions[0].author.as_deref(), Some("did:plc:anna"));
        assert_eq!(mentions[0].kind.as_deref(), Some("post"));
        assert_eq!(mentions[0].lang.as_deref(), Some("nl"));
        let url = "https://bsky.app/profile/did:plc:anna/post/k1";
        assert_eq!(mentions[0].url.as_deref(), Some(url));
        assert_eq!(mentions[1].kind.as_deref(), Some("reply"));
        let parent = "at://did:plc:bob/app.bsky.feed.post/k0";
        assert_eq!(mentions[1].in_reply_to.as_deref(), Some(parent));
        assert!(batches.iter().all(|batch| batch.n_rejected == 0));
    }
    let position = working.stop().await;
    let n_before = asked.lock().unwrap().len();
    let working = follow(&url, LOCAL, position);
    until(
        || asked.lock().unwrap().len() > n_before,
        || working.last_error(),
    )
    .await;
    let asked = asked.lock().unwrap();
    let posts = "wantedCollections=app.bsky.feed.post";
    // Two seconds before the last it heard of.
    let from = |second: i64| {
        format!(
            "{posts}&cursor={}",
            1_772_434_798_000_000 + second * 1_000_000
        )
    };
    assert_eq!(asked[0], posts);
    assert_eq!(asked[1], from(4));
    assert_eq!(*asked.last().unwrap(), from(5));
}

#[tokio::test]
async fn a_stream_that_is_none_or_stands_in_our_network_fails_with_words() {
    let page = answer_with(|| "welkom".into_response()).await;
    let page = page.replacen("http", "ws", 1);
    let working = follow(&page, LOCAL, None);
    working.fails("the site answers 200").await;
    let (url, asked) = jetstream(Vec::new()).await;
    let working = follow(&url, &[], None);
    working.fails("in our own network").await;
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_takes_us_in_and_hangs_up_does_not_count_as_one_that_works() {
    let (url, asked) = jetstream(vec![Vec::new(), Vec::new()]).await;
    let working = follow(&url, LOCAL, None);
    until(|| asked.lock().unwrap().len() >= 3, || working.last_error()).await;
    let health = working.health.borrow().clone();
    assert_eq!(
        (health.failures, health.succeeded_at),
        (2, None),
        "{health:?}"
    );
}

#[tokio::test]
async fn what_is_no_message_costs_no_other() {
    let (url, _) = jetstream(vec![vec![
        json!("iets"),
        json!({ "commit": { "operation": "create", "collection": "app.bsky.feed.post" } }),
        event(9, "Wel een bericht"),
    ]])
    .await;
    let working = follow(&url, LOCAL, None);
    working
        .ids(&["at://did:plc:anna/app.bsky.feed.post/k9"])
        .await;
    assert_eq!(working.basket.batches()[0].n_rejected, 1);
}
