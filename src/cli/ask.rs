//! Puts a request to the running daemon, or answers it from the store when
//! none runs.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::place::{Place, drill_home};
use crate::config;
use crate::domain::desk::Pinned;
use crate::domain::organisation::Organisation;
use crate::domain::plane::Plane;
use crate::domain::query::watches::Watches;
use crate::domain::time::Timestamp;
use crate::engine::NotDone;
use crate::engine::clock;
use crate::engine::inbox::Received;
use crate::engine::live::Live;
use crate::engine::memo::Memo;
use crate::engine::practice::Drills;
use crate::engine::reload::Reloading;
use crate::engine::request::{Counter, Owner, Request};
use crate::engine::sources::HealthBoard;
use crate::notify::inbox::Verdict;
use crate::store::{Store, StoreError};
use crate::web::local::socket_path;

/// The longest a daemon may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a daemon that starts is asked, and how long apart: ten seconds.
const N_TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(250);

/// Said when something is asked of a drill, and none runs.
pub(super) const NO_DRILL: &str =
    "no drill runs here; `draaiboek drill SCENARIO --live` starts one";

/// Said when the store is taken and nobody answers for it.
const STARTS: &str =
    "a daemon has the store but does not answer on its socket; try again, or look at its log";

/// The answer, or why there is none in words for the person who asked. What is
/// meant for a drill never reaches the real program, also when no drill runs.
pub(super) fn ask(place: &Place, request: &Request) -> Result<Value, String> {
    let request = match (&place.person, request) {
        // Here the person is part of the question itself.
        (None, _) | (_, Request::Reply { .. } | Request::RollCallAnswer { .. }) => request.clone(),
        (Some(person), request) => Request::As {
            person: person.clone(),
            request: Box::new(request.clone()),
        },
    };
    match place.is_drill() {
        false => ask_real(place.folder(), &request),
        true => wait_for(async {
            let answer = ask_daemon(&drill_home(place.folder()), &request).await;
            answer.unwrap_or_else(|| Err(NO_DRILL.to_owned()))
        }),
    }
}

/// The same of the real program. A daemon that has the store but does not answer
/// yet has just started, and is asked again for a while.
pub(super) fn ask_real(dir: &Path, request: &Request) -> Result<Value, String> {
    wait_for(async {
        for _ in 0..N_TRIES {
            if let Some(answer) = ask_daemon(dir, request).await {
                return answer;
            }
            match ask_store(dir, request).await {
                Err(why) if why == STARTS => tokio::time::sleep(PAUSE).await,
                answer => return answer,
            }
        }
        Err(STARTS.to_owned())
    })
}

fn wait_for(answer: impl Future<Output = Result<Value, String>>) -> Result<Value, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(answer)
}

/// `None` when no daemon listens.
async fn ask_daemon(dir: &Path, request: &Request) -> Option<Result<Value, String>> {
    match daemon(dir)? {
        Ok(client) => put(&client, request).await,
        Err(why) => Some(Err(why)),
    }
}

/// What only a running daemon knows; `None` when none answers.
pub(super) fn ask_running(dir: &Path, request: &Request) -> Option<Value> {
    let answer = wait_for(async {
        let answer = ask_daemon(dir, request).await;
        answer.unwrap_or(Ok(Value::Null))
    });
    answer.ok().filter(|answer| !answer.is_null())
}

/// A way to the daemon's socket; `None` when there is no socket.
fn daemon(dir: &Path) -> Option<Result<reqwest::Client, String>> {
    let socket = socket_path(dir);
    if !socket.exists() {
        return None;
    }
    let client = reqwest::Client::builder()
        .unix_socket(socket)
        // Nothing here is encrypted: a machine without certificate authorities will do.
        .tls_certs_only([])
        .timeout(PATIENCE)
        .no_proxy()
        .build();
    Some(client.map_err(|error| error.to_string()))
}

async fn put(client: &reqwest::Client, request: &Request) -> Option<Result<Value, String>> {
    let body = match serde_json::to_vec(request) {
        Ok(body) => body,
        Err(error) => return Some(Err(error.to_string())),
    };
    let sent = client
        .post("http://localhost/request")
        .body(body)
        .send()
        .await;
    let response = match sent {
        // A socket that nobody serves any more: the daemon died.
        Err(error) if error.is_connect() => return None,
        Err(error) if error.is_timeout() => {
            let seconds = PATIENCE.as_secs();
            let why = format!("a daemon runs and did not answer within {seconds} s: it hangs");
            return Some(Err(why));
        }
        Err(error) => return Some(Err(format!("the daemon does not answer: {error}"))),
        Ok(response) => response,
    };
    let is_fine = response.status().is_success();
    let text = match response.text().await {
        Ok(text) => text,
        Err(error) => return Some(Err(format!("the daemon broke off its answer: {error}"))),
    };
    if !is_fine {
        return Some(Err(text));
    }
    Some(
        serde_json::from_str(&text)
            .map_err(|error| format!("the daemon's answer is not JSON: {error}")),
    )
}

async fn ask_store(dir: &Path, request: &Request) -> Result<Value, String> {
    let counter = alone(dir, changes_something(request).then_some(Live::open))?;
    answered(&counter, request).await
}

async fn answered(counter: &Counter, request: &Request) -> Result<Value, String> {
    let by = crate::web::local::own_name(request, &counter.organisation);
    let answer = counter.answer(request.clone(), &by).await;
    answer.map_err(|why| match why {
        NotDone::Stopping => STARTS.to_owned(),
        why => why.to_string(),
    })
}

/// Many requests in a row, to the daemon or to a store that stays open meanwhile.
pub(super) struct Session {
    runtime: tokio::runtime::Runtime,
    end: End,
}

enum End {
    Daemon(reqwest::Client),
    Alone(Box<Counter>),
}

impl Session {
    /// Begins with a request, which shows whether a daemon answers. Without one
    /// the store is opened so that nothing in it wakes anybody.
    pub(super) fn open(dir: &Path, first: &Request) -> Result<(Self, Value), String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        if let Some(client) = daemon(dir) {
            let client = client?;
            if let Some(answer) = runtime.block_on(put(&client, first)) {
                let end = End::Daemon(client);
                return Ok((Self { runtime, end }, answer?));
            }
        }
        let counter = alone(dir, Some(Live::open_to_listen))?;
        let answer = runtime.block_on(answered(&counter, first))?;
        let end = End::Alone(Box::new(counter));
        Ok((Self { runtime, end }, answer))
    }

    pub(super) fn ask(&self, request: &Request) -> Result<Value, String> {
        match &self.end {
            End::Alone(counter) => self.runtime.block_on(answered(counter, request)),
            End::Daemon(client) => {
                let answer = self.runtime.block_on(put(client, request));
                answer.unwrap_or_else(|| Err("the daemon stopped".to_owned()))
            }
        }
    }
}

/// How a store is opened for writing.
type Opening = fn(
    Store,
    Arc<Organisation>,
    Arc<Watches>,
    Vec<Arc<Pinned>>,
    Timestamp,
) -> Result<Live, StoreError>;

/// Answers from the store itself; without `opening` only what needs no change.
fn alone(dir: &Path, opening: Option<Opening>) -> Result<Counter, String> {
    let loaded = config::load(dir);
    let Some(organisation) = loaded.organisation else {
        return Err(format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            dir.display()
        ));
    };
    let organisation = Arc::new(organisation);
    let shelf = crate::engine::shelf(&loaded.playbooks, &loaded.templates);
    let owner = if let Some(open) = opening {
        let store = Store::open(dir, Plane::Real).map_err(|error| match error {
            StoreError::InUse(_) => STARTS.to_owned(),
            other => other.to_string(),
        })?;
        crate::engine::resume_clock(&store).map_err(|error| error.to_string())?;
        let watches = crate::engine::watches_of(&organisation)?;
        crate::engine::pictures::keep_named(dir, dir, &shelf);
        let live = open(
            store,
            Arc::clone(&organisation),
            watches,
            shelf.clone(),
            clock::now(),
        )
        .map_err(|error| error.to_string())?;
        Owner::Alone(Box::new(Mutex::new(live)))
    } else {
        Owner::Nobody
    };
    let mail = match &organisation.mail {
        Some(mail) => format!("mail goes by {}", mail.server),
        None => format!(
            "no mail server is set: mails go to {}",
            dir.join("outbox").display()
        ),
    };
    let web = &organisation.web;
    let scheme = match web.tls {
        Some(_) => "https",
        None => "http",
    };
    let here = || format!("{scheme}://{}", web.listen);
    Ok(Counter {
        dir: dir.to_owned(),
        language: organisation.language,
        pages: web.url.clone().unwrap_or_else(here),
        organisation,
        playbooks: shelf,
        owner,
        mail,
        health: HealthBoard::default(),
        received: Received::default(),
        reloading: Reloading::default(),
        drills: Drills::new(super::drill::held::held),
        memo: Memo::default(),
        links: None,
    })
}

fn changes_something(request: &Request) -> bool {
    match request {
        Request::As { request, .. } => changes_something(request),
        Request::EntryLink { .. }
        | Request::TokenMake { .. }
        | Request::TokenRevoke { .. }
        | Request::SetPassword { .. }
        | Request::RemoveAccount { .. }
        | Request::PutOut { .. }
        | Request::SetFact { .. }
        | Request::AnswerFacts { .. }
        | Request::WriteDraft { .. }
        | Request::StartRun { .. }
        | Request::Act { .. }
        | Request::Situation { make: true, .. }
        | Request::PublishedAt { .. }
        | Request::PromisedBack { .. }
        | Request::Attach { .. }
        | Request::Merge { .. }
        | Request::UpgradeRun { apply: true, .. }
        | Request::CaseOf { .. }
        | Request::Reply { .. }
        | Request::RollCallAnswer { .. }
        | Request::Import { .. }
        | Request::Forget { apply: true, .. }
        | Request::Received {
            verdict: Verdict::Unreachable(_),
        } => true,
        Request::Status
        | Request::Accounts
        | Request::EntryLog { .. }
        | Request::Reload
        | Request::RollCall { .. }
        | Request::RollCallStatus
        | Request::Runs
        | Request::Overview
        | Request::Curve { .. }
        | Request::Duty { .. }
        | Request::Startable
        | Request::Drills
        | Request::Latest { .. }
        | Request::Situation { make: false, .. }
        | Request::Label { .. }
        | Request::Run { .. }
        | Request::Work { .. }
        | Request::Drafts { .. }
        | Request::Draft { .. }
        | Request::DraftHistory { .. }
        | Request::DraftDiff { .. }
        | Request::PreviewDraft { .. }
        | Request::Facts { .. }
        | Request::Lessons { .. }
        | Request::Report { .. }
        | Request::VerifyRuns { .. }
        | Request::ImportState { .. }
        | Request::Forget { apply: false, .. }
        | Request::UpgradeRun { apply: false, .. }
        | Request::Reading { .. }
        | Request::Tokens
        | Request::DutyNow
        | Request::Mentions { .. }
        | Request::Recurring { .. }
        | Request::Compliments { .. }
        | Request::Received { .. } => false,
    }
}
