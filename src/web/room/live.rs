//! `/live`: news for pages that are open, by server-sent events. It says *that*
//! something changed and what time it is, never what: a page looks again itself,
//! with the rights of who looks.
//!
//! However many tabs are left open, there are only so many streams: the oldest of a
//! browser gives way to a new one, and is told so.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::SecondsFormat;
use futures_util::stream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Room;
use super::paper;
use super::visitor::{Visitor, cookie};
use crate::engine::current::Current;
use crate::engine::request::Counter;
use crate::engine::{News, clock};

/// The first change is told at once, and those that come within this together: also
/// when hundreds of mentions a second come in, a page looks no more than twice.
const SOONEST: Duration = Duration::from_millis(500);

/// So much later for each page that listens: all look when they are told, and those who
/// only look on must not keep the daemon busy. A team of ten sees mentions within a
/// second; two hundred who look on, within a quarter of a minute. What a person did is
/// not held back.
const LATER_FOR_EACH: Duration = Duration::from_millis(75);

/// A sign of life, so that a page knows when it has lost us.
const ALIVE_EVERY: Duration = Duration::from_secs(5);

/// Whether its person is still in is asked no more often than this, and before
/// anything is told after it.
const ASKED_EVERY: Duration = Duration::from_secs(2);

/// So many signs of life and changes, and the page asks again: then it is noted that
/// its person was seen.
const MOST_TOLD: u32 = 600;

/// Tabs of one browser that are told news.
const MOST_OF_ONE: usize = 6;

/// Streams of all together: each holds a connection.
const MOST: usize = 400;

pub(super) fn routes() -> Router<Room> {
    let streams = Arc::new(Streams::default());
    let handler =
        move |room, visitor, headers| listen(room, visitor, headers, Arc::clone(&streams));
    Router::new().route("/live", get(handler))
}

/// The streams that are open, the oldest first.
#[derive(Debug, Default)]
struct Streams(Mutex<Vec<Open>>);

#[derive(Debug)]
struct Open {
    browser: String,
    give_way: CancellationToken,
}

impl Streams {
    fn lock(&self) -> MutexGuard<'_, Vec<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for one more. It ends when what is given back is dropped.
    fn enter(self: &Arc<Self>, browser: &str) -> Place {
        let mut open = self.lock();
        open.retain(|one| !one.give_way.is_cancelled());
        let n_own = open.iter().filter(|one| one.browser == browser).count();
        let oldest = match (n_own >= MOST_OF_ONE, open.len() >= MOST) {
            (true, _) => open.iter().find(|one| one.browser == browser),
            (false, true) => open.first(),
            (false, false) => None,
        };
        if let Some(oldest) = oldest {
            oldest.give_way.cancel();
        }
        open.retain(|one| !one.give_way.is_cancelled());
        let give_way = CancellationToken::new();
        open.push(Open {
            browser: browser.to_owned(),
            give_way: give_way.clone(),
        });
        Place {
            streams: Arc::clone(self),
            give_way,
        }
    }
}

/// The place of one stream.
#[derive(Debug)]
struct Place {
    streams: Arc<Streams>,
    give_way: CancellationToken,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.give_way.cancel();
        let mut open = self.streams.lock();
        open.retain(|one| !one.give_way.is_cancelled());
    }
}

/// One page that listens.
struct Listener {
    changes: watch::Receiver<News>,
    /// Deeds that were told, or were there before.
    n_deeds: u64,
    has_news: bool,
    /// When a change was told last.
    told: Option<Instant>,
    stop: CancellationToken,
    place: Place,
    n_told: u32,
    /// Something was told just now.
    is_hot: bool,
    is_over: bool,
}

impl Listener {
    /// What to tell next; `None` when it is over.
    async fn next(&mut self) -> Option<&'static str> {
        if self.is_over {
            return None;
        }
        self.n_told += 1;
        let kind = match self.n_told {
            1 => "alive",
            n_told if n_told > MOST_TOLD => "again",
            _ => self.wait().await?,
        };
        self.is_hot = kind == "changed";
        self.is_over = matches!(kind, "again" | "crowded");
        Some(kind)
    }

    fn ends_with(&mut self, kind: &'static str) -> &'static str {
        self.is_over = true;
        kind
    }

    async fn wait(&mut self) -> Option<&'static str> {
        let (stop, give_way) = (self.stop.clone(), self.place.give_way.clone());
        tokio::select! {
            () = stop.cancelled() => None,
            () = give_way.cancelled() => Some("crowded"),
            told = self.change() => told.map(|()| "changed"),
            () = tokio::time::sleep(ALIVE_EVERY) => Some("alive"),
        }
    }

    /// Waits for something that is to be told now. Dropped halfway it forgets nothing.
    async fn change(&mut self) -> Option<()> {
        if self.is_hot {
            tokio::time::sleep(self.left(SOONEST)).await;
        }
        loop {
            let left = self.left(self.gap());
            if self.has_news && left.is_zero() {
                break;
            }
            tokio::select! {
                changed = self.changes.changed() => {
                    changed.ok()?;
                    self.has_news = true;
                    if self.changes.borrow().n_deeds != self.n_deeds {
                        break;
                    }
                }
                () = tokio::time::sleep(left), if self.has_news => break,
            }
        }
        self.has_news = false;
        self.n_deeds = self.changes.borrow_and_update().n_deeds;
        self.told = Some(clock::stopwatch());
        Some(())
    }

    /// How much of this length has not passed since a change was told.
    fn left(&self, length: Duration) -> Duration {
        let passed = self.told.map(|told| told.elapsed());
        passed.map_or(Duration::ZERO, |passed| length.saturating_sub(passed))
    }

    fn gap(&self) -> Duration {
        let n_open = u32::try_from(self.place.streams.lock().len()).unwrap_or(u32::MAX);
        SOONEST.max(LATER_FOR_EACH.saturating_mul(n_open))
    }
}

/// Whose page it is. Who is put out, or leaves the team, hears nothing more, also
/// when they leave the page open.
struct Owner {
    counter: Current<Counter>,
    cookie: String,
    person: String,
    asked: Instant,
}

impl Owner {
    fn is_in(&mut self) -> bool {
        if self.asked.elapsed() < ASKED_EVERY {
            return true;
        }
        self.asked = clock::stopwatch();
        let answer = self.counter.get().is_still(&self.cookie, &self.person);
        // What cannot be looked up now is asked again soon.
        answer.unwrap_or(true)
    }
}

async fn listen(
    State(room): State<Room>,
    visitor: Visitor,
    headers: HeaderMap,
    streams: Arc<Streams>,
) -> Response {
    let Room {
        mut changes,
        stop,
        counter,
        ..
    } = room;
    changes.mark_unchanged();
    let plane = visitor.counter.organisation.plane();
    let owner = Owner {
        counter,
        cookie: cookie(&headers, plane).unwrap_or_default().to_owned(),
        person: visitor.person,
        asked: clock::stopwatch(),
    };
    let n_deeds = changes.borrow().n_deeds;
    let listener = Listener {
        changes,
        n_deeds,
        has_news: false,
        told: None,
        stop,
        // Of the session, and of no other.
        place: streams.enter(&visitor.token),
        n_told: 0,
        is_hot: false,
        is_over: false,
    };
    let news = stream::unfold((listener, owner), async |(mut listener, mut owner)| {
        let kind = match listener.next().await? {
            // Asking again they find the way in.
            _ if !owner.is_in() => listener.ends_with("again"),
            kind => kind,
        };
        let at = clock::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let event = Event::default().event(kind).data(at);
        Some((Ok::<_, Infallible>(event), (listener, owner)))
    });
    // A proxy that keeps news back until there is more of it would make us late.
    let unbuffered = [(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    )];
    (paper::headers(), unbuffered, Sse::new(news)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_tab_of_a_browser_gives_way_to_a_new_one_and_others_stay() {
        let streams = Arc::new(Streams::default());
        let other = streams.enter("bo");
        let tabs: Vec<Place> = (0..MOST_OF_ONE + 2)
            .map(|_| streams.enter("anna"))
            .collect();
        let gone: Vec<bool> = tabs.iter().map(|tab| tab.give_way.is_cancelled()).collect();
        assert_eq!(gone.iter().filter(|gone| **gone).count(), 2);
        assert!(gone[0] && gone[1] && !other.give_way.is_cancelled());
        drop(tabs);
        assert_eq!(streams.lock().len(), 1);
    }

    #[test]
    fn there_are_only_so_many_streams() {
        let streams = Arc::new(Streams::default());
        let all: Vec<Place> = (0..MOST + 5)
            .map(|number| streams.enter(&number.to_string()))
            .collect();
        assert_eq!(streams.lock().len(), MOST);
        assert!(all[4].give_way.is_cancelled() && !all[5].give_way.is_cancelled());
    }

    fn listener(streams: &Arc<Streams>, changes: watch::Receiver<News>) -> Listener {
        Listener {
            changes,
            n_deeds: 0,
            has_news: false,
            told: None,
            stop: CancellationToken::new(),
            place: streams.enter("anna"),
            n_told: 0,
            is_hot: false,
            is_over: false,
        }
    }

    #[tokio::test]
    async fn a_change_is_told_at_once_and_many_together() {
        let (changed, changes) = watch::channel(News::default());
        let mut listener = listener(&Arc::new(Streams::default()), changes);
        assert_eq!(listener.next().await, Some("alive"));
        for _ in 1..100 {
            changed.send_modify(|news| news.n_commits += 1);
        }
        assert_eq!(listener.next().await, Some("changed"));
        changed.send_modify(|news| news.n_commits += 1);
        assert_eq!(listener.next().await, Some("changed"));
        listener.place.give_way.cancel();
        assert_eq!(listener.next().await, Some("crowded"));
        assert_eq!(listener.next().await, None);
    }

    #[tokio::test]
    async fn among_many_who_look_on_news_waits_and_deeds_do_not() {
        let (changed, changes) = watch::channel(News::default());
        let streams = Arc::new(Streams::default());
        let _others: Vec<Place> = (0..MOST - 1)
            .map(|number| streams.enter(&number.to_string()))
            .collect();
        let mut listener = listener(&streams, changes);
        listener.n_told = 1;
        assert_eq!(listener.gap(), Duration::from_secs(30));
        changed.send_modify(|news| news.n_commits += 1);
        assert_eq!(listener.next().await, Some("changed"));
        changed.send_modify(|news| news.n_commits += 1);
        let start = clock::stopwatch();
        assert_eq!(
            listener.next().await,
            Some("alive"),
            "held back, and not forgotten"
        );
        assert!(listener.has_news);
        changed.send_modify(|news| {
            news.n_commits += 1;
            news.n_deeds += 1;
        });
        assert_eq!(listener.next().await, Some("changed"));
        assert!(start.elapsed() < Duration::from_millis(5_900));
    }
}
