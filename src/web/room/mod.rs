//! The situation room: the pages that a crisis team works on.
//!
//! Every page is a request of the command line's list (`engine/request`), shown
//! by a template; every button is a deed (`deeds`), which is a request too. So
//! the pages can do what the command line can, and nothing is decided here.

pub mod api;

mod assets;

pub mod deeds;

mod doing;

mod draft;

mod draft_shown;

mod draft_typed;

mod drafts;

mod facts;

mod draft_images;

mod enter;

mod account;

mod gate;

mod kept;

mod live;

mod lost;

mod overview;

mod picture;

mod watches;

mod runs;

mod duty;

mod paper;

mod run;

pub mod visitor;

mod words;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use gate::Gate;

use crate::engine::News;
use crate::engine::current::Current;
use crate::engine::request::Counter;

/// What the pages need.
#[derive(Debug, Clone)]
pub struct Room {
    pub counter: Current<Counter>,
    /// Changes after each commit.
    pub changes: watch::Receiver<News>,
    /// The daemon stops: nobody may be kept waiting for news.
    pub stop: CancellationToken,
    /// How often somebody may try to get in.
    pub gate: Gate,
}

/// All pages of the room. A page is a file with a function `routes`, and a line here.
pub fn router(room: Room) -> Router {
    Router::new()
        .merge(assets::routes())
        .merge(enter::routes())
        .merge(account::routes())
        .merge(overview::routes())
        .merge(watches::routes())
        .merge(runs::routes())
        .merge(duty::routes())
        .merge(run::routes())
        .merge(facts::routes())
        .merge(drafts::routes())
        .merge(draft::routes())
        .merge(draft_images::routes())
        .merge(doing::routes())
        .merge(live::routes())
        .merge(api::routes())
        .fallback(lost::nothing_there)
        .layer(from_fn_with_state(room.clone(), lost::worded))
        .with_state(room)
}
