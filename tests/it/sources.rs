//! Sources against real files and real servers on this machine.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use draaiboek::domain::mention::Platform;
use draaiboek::domain::time::Timestamp;
use draaiboek::engine::clock;
use draaiboek::guard::Guard;
use draaiboek::source::{Batch, Duty, Health, Intake, IntakeClosed, Receipt, feed, file};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::world::PATIENCE;

const TICK: Duration = Duration::from_millis(10);

/// Keeps what is delivered.
#[derive(Default, Clone)]
pub(crate) struct Basket(Arc<Mutex<Vec<Batch>>>);

impl Basket {
    pub(crate) fn batches(&self) -> MutexGuard<'_, Vec<Batch>> {
        self.0.lock().unwrap()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let batches = self.batches();
        let mentions = batches.iter().flat_map(|batch| &batch.mentions);
        mentions.map(|mention| mention.id.clone()).collect()
    }

    fn position(&self) -> Option<String> {
        self.batches()
            .last()
            .and_then(|batch| batch.position.clone())
    }
}

impl Intake for Basket {
    async fn deliver(&self, batch: Batch) -> Result<Receipt, IntakeClosed> {
        self.batches().push(batch);
        Ok(Receipt::default())
    }
}

/// A source at work; it ends with the runtime of its test.
pub(crate) struct Working {
    pub(crate) basket: Basket,
    pub(crate) health: watch::Receiver<Health>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Working {
    fn follow(path: &Path, position: Option<String>) -> Self {
        let path = path.to_owned();
        Self::start(position, |basket, duty| {
            tokio::spawn(async move { file::follow(path, TICK, &basket, &duty).await })
        })
    }

    fn poll(url: &str, private_hosts: &[&str], position: Option<String>) -> Self {
        let hosts: Vec<String> = private_hosts
            .iter()
            .map(|host| (*host).to_owned())
            .collect();
        let config = feed::Config {
            url: url.to_owned(),
            every: TICK,
            platform: Platform::News,
        };
        Self::start(position, |basket, duty| {
            tokio::spawn(
                async move { feed::poll(config, Guard::new(&hosts), &basket, &duty).await },
            )
        })
    }

    pub(crate) fn start(
        position: Option<String>,
        spawn: impl FnOnce(Basket, Duty) -> JoinHandle<()>,
    ) -> Self {
        // A second installation fails; one is enough.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (sender, health) = watch::channel(Health::default());
        let (basket, stop) = (Basket::default(), CancellationToken::new());
        let duty = Duty {
            source: "test".to_owned(),
            position,
            now: Arc::new(now),
            health: sender,
            stop: stop.clone(),
        };
        Self {
            task: spawn(basket.clone(), duty),
            basket,
            health,
            stop,
        }
    }

    pub(crate) async fn ids(&self, expected: &[&str]) {
        until(
            || self.basket.ids() == expected,
            || format!("{:?}", self.basket.ids()),
        )
        .await;
    }

    pub(crate) async fn fails(&self, reason: &str) {
        let has = || self.last_error().contains(reason);
        until(has, || self.last_error()).await;
    }

    pub(crate) fn last_error(&self) -> String {
        let health = self.health.borrow();
        health
            .last_error
            .as_ref()
            .map_or(String::new(), |error| error.1.clone())
    }

    pub(crate) async fn stop(self) -> Option<String> {
        self.stop.cancel();
        self.task.await.unwrap();
        self.basket.position()
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

pub(crate) async fn until(is_so: impl Fn() -> bool, found: impl Fn() -> String) {
    let begins = clock::stopwatch();
    while begins.elapsed() < PATIENCE {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never happened; found {}", found());
}

/// A folder of its own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sources-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn line(id: &str) -> String {
    format!("{{\"id\":\"{id}\",\"text\":\"a\",\"published_at\":\"2026-03-02T07:00:00Z\"}}\n")
}

#[tokio::test]
async fn follows_a_file_that_appears_and_grows() {
    let folder = Folder::new("grows");
    let working = Working::follow(&folder.path("in"), None);
    working.fails("is not there yet").await;
    let (a, b) = (line("a"), line("b"));
    folder.write("in", &a);
    folder.write("in", &b[..20]);
    working.ids(&["a"]).await;
    folder.write("in", &b[20..]);
    folder.write("in", "broken\n");
    folder.write("in", &line("c"));
    working.ids(&["a", "b", "c"]).await;
    assert_eq!(working.health.borrow().failures, 0);
    assert_eq!(working.health.borrow().n_rejected, 1);
}

#[tokio::test]
async fn finishes_the_old_file_after_a_rotation() {
    let folder = Folder::new("rotation");
    folder.write("in", &line("a"));
    let working = Working::follow(&folder.path("in"), None);
    working.ids(&["a"]).await;
    fs::rename(folder.path("in"), folder.path("in.1")).unwrap();
    folder.write("in.1", &line("b"));
    working.ids(&["a", "b"]).await;
    // The writer died in the middle of a line; nobody will complete it.
    folder.write("in.1", line("c").trim_end());
    folder.write("in", &line("d"));
    working.ids(&["a", "b", "c", "d"]).await;
}

#[tokio::test]
async fn starts_again_when_the_file_is_truncated() {
    let folder = Folder::new("truncation");
    folder.write("in", &(line("a") + &line("b")));
    let working = Working::follow(&folder.path("in"), None);
    working.ids(&["a", "b"]).await;
    fs::write(folder.path("in"), line("c")).unwrap();
    working.ids(&["a", "b", "c"]).await;
    // As long as what was read, or longer, but another beginning.
    fs::write(folder.path("in"), line("d") + &line("e") + &line("f")).unwrap();
    working.ids(&["a", "b", "c", "d", "e", "f"]).await;
}

#[tokio::test]
async fn continues_after_a_restart() {
    let folder = Folder::new("restart");
    folder.write("in", &(line("a") + &line("b")[..20]));
    let working = Working::follow(&folder.path("in"), None);
    working.ids(&["a"]).await;
    let position = working.stop().await;
    folder.write("in", &line("b")[20..]);
    let working = Working::follow(&folder.path("in"), position);
    working.ids(&["b"]).await;
    let position = working.stop().await;

    // Rotated while we were down: first the rest of the old file.
    folder.write("in", &line("c"));
    fs::rename(folder.path("in"), folder.path("in.1")).unwrap();
    folder.write("in", &line("d"));
    let working = Working::follow(&folder.path("in"), position);
    working.ids(&["c", "d"]).await;
    let position = working.stop().await;

    // Replaced by another file while we were down, the old one gone.
    fs::remove_file(folder.path("in")).unwrap();
    folder.write("in", &(line("e") + &line("f")));
    let working = Working::follow(&folder.path("in"), position);
    working.ids(&["e", "f"]).await;

    let working = Working::follow(&folder.path("in"), Some("not a position".to_owned()));
    working.ids(&["e", "f"]).await;
}

#[tokio::test]
async fn skips_a_line_of_many_megabytes() {
    let folder = Folder::new("long");
    folder.write("in", &line("a"));
    for _ in 0..8 {
        folder.write("in", &"x".repeat(1 << 20));
    }
    folder.write("in", &format!("\n{}", line("b")));
    let working = Working::follow(&folder.path("in"), None);
    working.ids(&["a", "b"]).await;
    assert_eq!(working.health.borrow().n_rejected, 1);
}

#[tokio::test]
async fn says_that_a_folder_is_no_file() {
    let folder = Folder::new("folder");
    let working = Working::follow(&folder.0, None);
    working.fails("is not a file").await;
}

const RSS: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>De Courant</title>
<link>https://courant.example</link><description>x</description><language>nl</language>
<item><guid isPermaLink="false">1</guid><title>Pati&amp;euml;nten wachten</title>
<description><![CDATA[<p>Al <b>drie</b> uur &amp; meer</p>]]></description>
<link>https://courant.example/1</link><author>anna@courant.example (Anna V)</author>
<pubDate>Mon, 02 Mar 2026 08:14:09 +0100</pubDate></item>
<item><title>Zonder datum</title><link>https://courant.example/2</link></item>
</channel></rss>"#;

/// A server that answers its n-th request, from 0, as told, and the address.
async fn serve(
    answer: impl Fn(usize, HeaderMap) -> Response + Clone + Send + Sync + 'static,
) -> String {
    let n_requests = Arc::new(AtomicUsize::new(0));
    let router = Router::new().fallback(move |headers: HeaderMap| {
        let number = n_requests.fetch_add(1, Ordering::Relaxed);
        let response = answer(number, headers);
        async move { response }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://127.0.0.1:{port}/feed")
}

/// A server that sends `head` and then `body` as long as somebody listens.
async fn serve_endlessly(head: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4_096]).await;
                let block = body.repeat(4_096);
                let mut is_open = stream.write_all(head.as_bytes()).await.is_ok();
                while is_open {
                    is_open = stream.write_all(block.as_bytes()).await.is_ok();
                }
            });
        }
    });
    format!("http://127.0.0.1:{port}/feed")
}

pub(crate) const LOCAL: &[&str] = &["127.0.0.1"];

#[tokio::test]
async fn reads_a_feed_once_and_then_asks_for_changes() {
    let n_unchanged = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_unchanged);
    let url = serve(move |_, headers| {
        let is_known = headers
            .get(header::IF_NONE_MATCH)
            .is_some_and(|tag| tag == "\"v1\"")
            && headers.contains_key(header::IF_MODIFIED_SINCE);
        if is_known {
            counter.fetch_add(1, Ordering::Relaxed);
            return StatusCode::NOT_MODIFIED.into_response();
        }
        let date = "Mon, 02 Mar 2026 07:14:09 GMT";
        (
            [(header::ETAG, "\"v1\""), (header::LAST_MODIFIED, date)],
            RSS,
        )
            .into_response()
    })
    .await;
    let working = Working::poll(&url, LOCAL, None);
    working
        .ids(&["127.0.0.1/1", "https://courant.example/2"])
        .await;
    let unchanged = || n_unchanged.load(Ordering::Relaxed);
    until(|| unchanged() >= 2, || unchanged().to_string()).await;
    {
        let batches = working.basket.batches();
        let (first, second) = (&batches[0].mentions[0], &batches[0].mentions[1]);
        assert_eq!(first.text, "Patiënten wachten\nAl drie uur & meer");
        assert_eq!(first.url.as_deref(), Some("https://courant.example/1"));
        assert_eq!(first.platform, Platform::News);
        assert_eq!(first.kind.as_deref(), Some("article"));
        assert_eq!(first.lang.as_deref(), Some("nl"));
        assert_eq!(first.published_at.to_rfc3339(), "2026-03-02T07:14:09+00:00");
        assert!(
            first.author.as_deref().unwrap().contains("nna"),
            "{first:?}"
        );
        assert_eq!(second.published_at, now());
    }
    let position = working.stop().await;
    let seen = unchanged();
    let working = Working::poll(&url, LOCAL, position);
    until(|| unchanged() > seen, || unchanged().to_string()).await;
    assert!(working.basket.ids().is_empty());
}

#[tokio::test]
async fn reads_atom_and_json_feeds() {
    const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>urn:x</id>
        <updated>2026-03-02T07:00:00Z</updated><entry><id>urn:1</id><title>Een</title>
        <updated>2026-03-02T07:00:00Z</updated><link href="/een"/></entry></feed>"#;
    const JSON: &str = r#"{"version":"https://jsonfeed.org/version/1.1","title":"t",
        "items":[{"id":"urn:2","content_text":"Twee","date_published":"2026-03-02T07:00:00Z"}]}"#;
    let url = serve(|number, _| [ATOM, JSON][number % 2].into_response()).await;
    let working = Working::poll(&url, LOCAL, None);
    until(|| working.basket.ids().len() >= 2, || working.last_error()).await;
    assert_eq!(working.basket.ids()[..2], ["urn:1", "urn:2"]);
    let batches = working.basket.batches();
    assert!(
        batches[0].mentions[0]
            .url
            .as_deref()
            .unwrap()
            .ends_with("/een")
    );
}

#[tokio::test]
async fn recovers_when_the_site_does() {
    let url = serve(|number, _| match number {
        0 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        1 => "<rss".into_response(),
        _ => RSS.into_response(),
    })
    .await;
    let working = Working::poll(&url, LOCAL, None);
    until(|| !working.basket.ids().is_empty(), || working.last_error()).await;
    assert!(working.last_error().contains("cannot be read"));
    assert_eq!(working.health.borrow().failures, 0);
    assert_eq!(working.health.borrow().delivered_at, Some(now()));
}

#[tokio::test]
async fn stays_away_as_long_as_the_site_asks() {
    let n_requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_requests);
    let url = serve(move |_, _| {
        counter.fetch_add(1, Ordering::Relaxed);
        (
            StatusCode::TOO_MANY_REQUESTS,
            [(header::RETRY_AFTER, "100")],
        )
            .into_response()
    })
    .await;
    let working = Working::poll(&url, LOCAL, None);
    working.fails("429").await;
    // Long enough for several polls, had it not been asked to wait.
    tokio::time::sleep(TICK * 10).await;
    assert_eq!(n_requests.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn says_that_a_web_page_is_no_feed() {
    let url =
        serve(|_, _| axum::response::Html("<html><body>hi</body></html>").into_response()).await;
    Working::poll(&url, LOCAL, None)
        .fails("a web page, not a feed")
        .await;
}

#[tokio::test]
async fn stops_reading_a_feed_that_never_ends() {
    let url = serve_endlessly("HTTP/1.1 200 OK\r\n\r\n<rss version=\"2.0\">", "<x>y</x>").await;
    Working::poll(&url, LOCAL, None)
        .fails("larger than 5 MB")
        .await;
}

#[tokio::test]
async fn follows_redirects_but_not_into_our_network() {
    let to = |target: String| {
        move |number: usize, _: HeaderMap| {
            if number == 0 || target != "/feed" {
                return (StatusCode::FOUND, [(header::LOCATION, target.clone())]).into_response();
            }
            RSS.into_response()
        }
    };
    let url = serve(to("/feed".to_owned())).await;
    let working = Working::poll(&url, LOCAL, None);
    until(|| !working.basket.ids().is_empty(), || working.last_error()).await;

    let url = serve(to("/other".to_owned())).await;
    Working::poll(&url, LOCAL, None)
        .fails("redirects more than 5 times")
        .await;

    for target in [
        "http://127.0.0.2/",
        "http://[::1]/",
        "http://localhost/",
        "http://2130706434/",
    ] {
        let url = serve(to(target.to_owned())).await;
        Working::poll(&url, LOCAL, None)
            .fails("is in our own network")
            .await;
    }
    let url = serve(to("file:///etc/passwd".to_owned())).await;
    Working::poll(&url, LOCAL, None).fails("302 Found").await;
}

#[tokio::test]
async fn reaches_our_network_only_by_name() {
    let url = serve(|_, _| RSS.into_response()).await;
    Working::poll(&url, &[], None)
        .fails("is in our own network")
        .await;
    let by_name = url.replace("127.0.0.1", "localhost");
    Working::poll(&by_name, LOCAL, None)
        .fails("is in our own network")
        .await;
    let working = Working::poll(&by_name, &["LocalHost"], None);
    until(|| !working.basket.ids().is_empty(), || working.last_error()).await;
}
