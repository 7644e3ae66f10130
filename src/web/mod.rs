//! HTTP: pushed mentions, answers to alerts, health and metrics on the network;
//! requests of the command line on a local socket.

pub mod heartbeat;

pub mod listener;

pub mod tls;

pub mod door;

mod push;

pub mod intake;

pub mod answer;

mod page;

mod sayings;

mod roll_page;

pub mod room;

mod refusals;

pub mod local;

pub mod metrics;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use door::Door;
use metrics::Metrics;

use crate::engine::board::Board;
use crate::engine::current::Current;
use crate::engine::reload::Reloading;
use crate::engine::sources::HealthBoard;
use crate::engine::{Handle, clock};

/// What `/healthz` and `/metrics` look at.
#[derive(Debug)]
pub struct Operations {
    pub board: Board,
    pub sources: HealthBoard,
    pub metrics: Arc<Metrics>,
    pub reloading: Reloading,
    pub engine: Handle,
}

/// The routes that the network may reach.
pub fn router(door: Current<Door>, operations: Operations) -> Router {
    let mentions = Router::new()
        .route("/api/mentions", post(intake::take))
        // Bodies are read in pieces and bounded by what is in them, not by the
        // framework.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(door);
    let operations = Router::new()
        .route("/healthz", get(show_health))
        .route("/metrics", get(show_metrics))
        .with_state(Arc::new(operations));
    mentions.merge(operations)
}

/// Says to browsers that they are to come back by https only, for a year.
pub async fn only_encrypted(mut response: Response) -> Response {
    let value = axum::http::HeaderValue::from_static("max-age=31536000");
    let headers = response.headers_mut();
    headers.insert(axum::http::header::STRICT_TRANSPORT_SECURITY, value);
    response
}

/// `ok`, or `failing` and why: one reason a line, which names no person. A source
/// that is blind is no fault of ours, so it is a warning.
async fn show_health(State(operations): State<Arc<Operations>>) -> Response {
    let health = operations.board.health();
    if health.is_good() {
        let mut text = String::from("ok\n");
        if operations.board.reading().listening.is_some() {
            text.push_str("listening only: no mention alarms anybody\n");
        }
        let warnings = operations.reloading.warnings().into_iter();
        for warning in warnings.chain(operations.sources.warnings()) {
            text.push_str(&format!("warning: {warning}\n"));
        }
        return (StatusCode::OK, text).into_response();
    }
    let mut text = "failing\n".to_owned();
    for reason in &health.reasons {
        text.push_str(&format!("{reason}\n"));
    }
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}

async fn show_metrics(State(operations): State<Arc<Operations>>) -> impl IntoResponse {
    let Operations {
        board,
        sources,
        metrics,
        reloading,
        engine,
    } = &*operations;
    metrics.show_lag(engine.lag());
    let text = metrics.text(board, sources, &reloading.state(), clock::now());
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(axum::http::header::CONTENT_TYPE, kind)], text)
}
