//! `/live`: news for pages that are open, by server-sent events. It says *that*
//! something changed and what time it is, never what: a page looks again itself,
//! with the rights of who looks.
//!
//! However many tabs are left open, there are only so many streams: the oldest of a
//! browser gives way to a new one, and is told so.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::SecondsFormat;
use futures_util::stream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Room;
use super::paper;
use super::visitor::Visitor;
use crate::engine::clock;

/// The first change is told at once, and those that come within this together: also
/// when hundreds of mentions a second come in, a page looks no more than twice.
const SOONEST: Duration = Duration::from_millis(500);

/// A sign of life, so that a page knows when it has lost us.
const ALIVE_EVERY: Duration = Duration::from_secs(5);

/// So many signs of life and changes, and the page asks again: then it is seen
/// whether its person is still in.
const MOST_TOLD: u32 = 600;

/// Tabs of one browser that are told news.
const MOST_OF_ONE: usize = 6;

/// Streams of all together: each holds a connection.
const MOST: usize = 400;

pub(super) fn routes() -> Router<Room> {
    let streams = Arc::new(Streams::default());
    let handler = move |room, visitor| listen(room, visitor, Arc::clone(&streams));
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
    changes: watch::Receiver<u64>,
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

    async fn wait(&mut self) -> Option<&'static str> {
        let Self {
            changes,
            stop,
            place,
            is_hot,
            ..
        } = self;
        let change = async {
            if *is_hot {
                tokio::time::sleep(SOONEST).await;
            }
            changes.changed().await
        };
        tokio::select! {
            () = stop.cancelled() => None,
            () = place.give_way.cancelled() => Some("crowded"),
            changed = change => changed.ok().map(|()| "changed"),
            () = tokio::time::sleep(ALIVE_EVERY) => Some("alive"),
        }
    }
}

async fn listen(State(room): State<Room>, visitor: Visitor, streams: Arc<Streams>) -> Response {
    let Room {
        mut changes, stop, ..
    } = room;
    changes.mark_unchanged();
    let listener = Listener {
        changes,
        stop,
        // Of the session, and of no other.
        place: streams.enter(&visitor.token),
        n_told: 0,
        is_hot: false,
        is_over: false,
    };
    let news = stream::unfold(listener, async |mut listener| {
        let kind = listener.next().await?;
        let at = clock::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let event = Event::default().event(kind).data(at);
        Some((Ok::<_, Infallible>(event), listener))
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

    #[tokio::test]
    async fn a_change_is_told_at_once_and_many_together() {
        let (changed, changes) = watch::channel(0);
        let streams = Arc::new(Streams::default());
        let mut listener = Listener {
            changes,
            stop: CancellationToken::new(),
            place: streams.enter("anna"),
            n_told: 0,
            is_hot: false,
            is_over: false,
        };
        assert_eq!(listener.next().await, Some("alive"));
        for number in 1..100 {
            changed.send_replace(number);
        }
        assert_eq!(listener.next().await, Some("changed"));
        changed.send_replace(100);
        assert_eq!(listener.next().await, Some("changed"));
        listener.place.give_way.cancel();
        assert_eq!(listener.next().await, Some("crowded"));
        assert_eq!(listener.next().await, None);
    }
}
