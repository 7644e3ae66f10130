//! HTTP: pushed mentions, answers to alerts, health and metrics on the network;
//! requests of the command line on a local socket.

pub mod intake;

pub mod answer;

mod page;

mod sayings;

mod refusals;

pub mod local;

pub mod metrics;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use intake::Door;
use metrics::Metrics;

/// The routes that the network may reach.
pub fn router(door: Arc<Door>, metrics: Arc<Metrics>) -> Router {
    let mentions = Router::new()
        .route("/api/mentions", post(intake::take))
        // Bodies are read in pieces and bounded by what is in them, not by the
        // framework.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(door);
    let operations = Router::new()
        .route("/healthz", get(|| async { (StatusCode::OK, "ok\n") }))
        .route("/metrics", get(show_metrics))
        .with_state(metrics);
    mentions.merge(operations)
}

async fn show_metrics(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(axum::http::header::CONTENT_TYPE, kind)], metrics.text())
}
