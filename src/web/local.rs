//! The local socket: requests of the command line to the running daemon.
//!
//! Who may ask is a matter of file permissions; who asks is what the system
//! says of the other end of the socket: its user, or who logged in behind `sudo`.
//! Nothing that is sent can claim it.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::IncomingStream;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

use crate::domain::organisation::Organisation;
use crate::domain::reading::asks_as;
use crate::engine::NotDone;
use crate::engine::current::Current;
use crate::engine::request::{Counter, Request};

/// Where the socket of an organisation is.
pub fn socket_path(dir: &Path) -> PathBuf {
    dir.join("data").join("draaiboek.sock")
}

/// The largest request: a piece of an import with a few long texts in it.
const MOST_BYTES: usize = 64 << 20;

/// The user at the other end, and the process, as the system says.
#[derive(Debug, Clone)]
struct Caller {
    user: String,
    process: Option<i32>,
}

impl Connected<IncomingStream<'_, UnixListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, UnixListener>) -> Self {
        let credentials = stream.io().peer_cred().ok();
        let user = credentials.as_ref().map(|credentials| credentials.uid());
        Self {
            user: user.map_or_else(|| "somebody".to_owned(), user_name),
            process: credentials.and_then(|credentials| credentials.pid()),
        }
    }
}

/// Opens the socket. Only called by the process that holds the store's lock, so
/// a socket that is there was left behind.
pub fn listen(dir: &Path) -> std::io::Result<UnixListener> {
    let path = socket_path(dir);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers until told to stop.
pub async fn serve(
    listener: UnixListener,
    counter: Current<Counter>,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/request", post(answer))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(counter);
    let service = router.into_make_service_with_connect_info::<Caller>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await
}

async fn answer(
    State(counter): State<Current<Counter>>,
    ConnectInfo(caller): ConnectInfo<Caller>,
    body: axum::body::Bytes,
) -> Response {
    let request: Request = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(_) => {
            let why = "the daemon does not know this request; is it another version of draaiboek?";
            return (StatusCode::BAD_REQUEST, why).into_response();
        }
    };
    let counter = counter.get();
    let login = caller.process.and_then(|id| login(&id.to_string()));
    let reads = request.reads_mentions();
    let user = asks_as(&counter.organisation, reads, caller.user, login);
    match counter.answer(request, &user).await {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(why @ (NotDone::Refused(_) | NotDone::NoReply(_))) => {
            (StatusCode::CONFLICT, why.to_string()).into_response()
        }
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why.to_string()).into_response(),
    }
}

/// As whom this process asks, when no daemon says it.
pub fn own_name(request: &Request, organisation: &Organisation) -> String {
    asks_as(
        organisation,
        request.reads_mentions(),
        own_user(),
        login("self"),
    )
}

/// Who logged in before they became another user with `sudo` or `su`: the system
/// remembers it for each process, and only root can change it. `None` for what no
/// login started, and where the system does not say.
fn login(process: &str) -> Option<String> {
    let written = std::fs::read_to_string(format!("/proc/{process}/loginuid")).ok()?;
    let uid: u32 = written.trim().parse().ok()?;
    (uid != u32::MAX).then(|| user_name(uid))
}

/// The user this process runs as.
fn own_user() -> String {
    // The owner of /proc/self is the effective user, without a call into libc.
    std::fs::metadata("/proc/self")
        .map_or_else(|_| "somebody".to_owned(), |about| user_name(about.uid()))
}

/// A user's name; `uid 1000` for one that is not in /etc/passwd.
fn user_name(uid: u32) -> String {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    name.unwrap_or_else(|| format!("uid {uid}"))
}
