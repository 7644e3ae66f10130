//! `draaiboek serve`: the daemon. Wires the rooms together and waits for a
//! signal to stop.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::post;
use super::print::{failed, note, say};
use super::systemd;
use crate::config::{self, Secrets};
use crate::domain::finding::Severity;
use crate::domain::link::Key;
use crate::domain::organisation::{Organisation, SourceKind};
use crate::domain::parse::WebhookTemplate;
use crate::domain::time::Timestamp;
use crate::engine::answering::{Answering, Links};
use crate::engine::clock::Schedule;
use crate::engine::dispatch::{self, Dispatcher};
use crate::engine::inbox::{self, Received};
use crate::engine::live::Live;
use crate::engine::request::{Counter, Owner};
use crate::engine::sources::{self, HealthBoard};
use crate::engine::{self, Handle, clock};
use crate::guard::Guard;
use crate::notify::MailTemplates;
use crate::notify::maildir::Maildir;
use crate::source::{Duty, Health, feed, file};
use crate::store::Store;
use crate::web::heartbeat::{self, Heartbeat};
use crate::web::intake::{Door, Pusher};
use crate::web::metrics::Metrics;
use crate::web::{self, Operations, answer, local};

/// How often a followed file is looked at.
const FILE_EVERY: Duration = Duration::from_millis(500);

/// Longer paths than this the system does not take for a socket.
const LONGEST_SOCKET: usize = 107;

/// Mails are from here when no sender is set and they go to `outbox/`.
const NO_SENDER: &str = "draaiboek@localhost";

/// Run the daemon: take mentions, alert the team, keep drafts ready
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Secrets come from the environment; each name may end in _FILE to name a file instead:
  DRAAIBOEK_PUSH_TOKEN      the token of a push source (the name that `token_env` gives)
  DRAAIBOEK_SMTP_PASSWORD   the password of the mail server
  DRAAIBOEK_SMS_URL         the URL of a webhook (the name that `url_env` gives)
  DRAAIBOEK_WEBHOOK_SECRET  what webhooks are signed with
  DRAAIBOEK_HEARTBEAT_URL   where the heartbeat goes (the name that `heartbeat` gives)
DRAAIBOEK_SMTP_CA_FILE names a certificate authority to trust beside the system's.
DRAAIBOEK_LOG says how much is logged: warn, info (as usual) or debug."
)]
pub struct Args {
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Address to listen on, instead of `web.listen`
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// A simulated clock, for the demo: BEGIN@SPEED[,UNTIL@SPEED]
    #[arg(long, hide = true, value_parser = Schedule::read)]
    clock: Option<Schedule>,
}

pub fn run(args: &Args) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("cannot start: {error}")),
    };
    let result = runtime.block_on(serve(args));
    // A source that is in the middle of a blocking read must not keep us.
    runtime.shutdown_timeout(Duration::from_secs(2));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

/// The organisation, already checked, with its secrets.
struct Setting {
    organisation: Arc<Organisation>,
    shelf: Vec<Arc<crate::domain::desk::Pinned>>,
    secrets: Secrets,
    webhook_templates: Vec<WebhookTemplate>,
}

async fn serve(args: &Args) -> Result<(), String> {
    let now = args
        .clock
        .as_ref()
        .map_or_else(clock::now, Schedule::begins);
    let setting = read_setting(&args.dir, now)?;
    let (templates, _) = MailTemplates::load(&args.dir);
    let (post, ways) = post::open(
        &setting.organisation,
        &setting.secrets,
        &setting.webhook_templates,
        &args.dir,
        args.clock.is_some(),
    )?;
    if let Some(schedule) = &args.clock {
        clock::simulate(schedule.clone())?;
    }
    let organisation = &setting.organisation;
    let store = Store::open(&args.dir).map_err(|error| error.to_string())?;
    engine::resume_clock(&store).map_err(|error| error.to_string())?;
    let instance = store.instance().to_owned();
    let key = Key::new(store.link_key().map_err(|error| error.to_string())?);
    let watches = engine::watches_of(organisation)?;
    let shelf = setting.shelf.clone();
    let live = Live::open(
        store,
        Arc::clone(organisation),
        watches,
        shelf.clone(),
        clock::now(),
    )
    .map_err(|error| error.to_string())?;
    let positions = positions(&live, organisation)?;
    let (handle, parcels, thread) = engine::start(live).map_err(|error| error.to_string())?;

    let from = organisation
        .mail
        .as_ref()
        .map_or(NO_SENDER, |mail| &mail.from)
        .to_owned();
    let links = organisation.web.url.clone().map(|url| Links {
        url,
        key: key.clone(),
        instance: instance.clone(),
    });
    let dispatcher = Arc::new(Dispatcher {
        post,
        templates,
        engine: handle.clone(),
        organisation: Arc::clone(organisation),
        instance: instance.clone(),
        from,
        links,
    });
    let answering = Arc::new(Answering {
        dir: args.dir.clone(),
        organisation: Arc::clone(organisation),
        engine: handle.clone(),
        key,
        instance: instance.clone(),
    });

    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    let health = HealthBoard::default();
    let metrics = Arc::new(Metrics::new());
    let heartbeat = heartbeat(&setting, args.clock.is_some())?;
    let listener = listen(args.listen.as_deref().unwrap_or(&organisation.web.listen)).await?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let socket = local::listen(&args.dir)
        .map_err(|error| {
        let socket = local::socket_path(&args.dir);
        let hint = if socket.as_os_str().len() > LONGEST_SOCKET { "; the folder's path is too long for a socket: use a shorter one, or start in the folder itself" } else { "" };
        format!("cannot open the local socket {}: {error}{hint}", socket.display())
    })?;
    let counter = Arc::new(Counter {
        dir: args.dir.clone(),
        organisation: Arc::clone(organisation),
        playbooks: shelf,
        owner: Owner::Daemon(handle.clone()),
        mail: ways.first().cloned().unwrap_or_default(),
        health: health.clone(),
        received: Received::default(),
    });
    let door = Arc::new(Door {
        pushers: pushers(&setting),
        engine: handle.clone(),
        metrics: Arc::clone(&metrics),
    });

    let board = handle.board().clone();
    let operations = Operations {
        board: board.clone(),
        sources: health.clone(),
        metrics: Arc::clone(&metrics),
    };

    tasks.spawn(dispatch::run(dispatcher, parcels, stop.clone()));
    let mail_setting = organisation.mail.as_ref();
    if let Some(path) = mail_setting.and_then(|mail| mail.inbox.as_ref()) {
        let maildir = Maildir::new(args.dir.join(path));
        let counter = Arc::clone(&counter);
        tasks.spawn(inbox::watch(maildir, counter, instance, stop.clone()));
    }
    tasks.spawn(local::serve(socket, counter, stop.clone()));
    tasks.spawn(serve_web(
        listener,
        web::router(door, operations).merge(answer::router(answering)),
        stop.clone(),
    ));
    start_sources(
        &setting, &args.dir, &handle, positions, &health, &tasks, &stop,
    );
    tasks.spawn(sources::watch(
        args.dir.clone(),
        Arc::clone(organisation),
        health,
        handle,
        stop.clone(),
    ));
    if let Some(heartbeat) = heartbeat {
        tasks.spawn(heartbeat::run(
            heartbeat,
            board.clone(),
            metrics,
            stop.clone(),
        ));
    }
    tasks.spawn(systemd::watch(board, stop.clone()));

    announce(&setting, address, &ways);
    systemd::ready().await;
    wait_for_signal().await?;
    tracing::info!("stopping");
    systemd::stopping().await;
    stop.cancel();
    tasks.close();
    if tokio::time::timeout(Duration::from_secs(10), tasks.wait())
        .await
        .is_err()
    {
        tracing::warn!("something would not stop in time; nothing that was acknowledged is lost");
    }
    let _ = std::fs::remove_file(local::socket_path(&args.dir));
    drop(thread);
    Ok(())
}

/// The heartbeat, guarded like the feeds.
fn heartbeat(setting: &Setting, is_simulated: bool) -> Result<Option<Heartbeat>, String> {
    let organisation = &setting.organisation;
    let written = organisation.heartbeat.as_ref();
    let Some((written, address)) = written.zip(setting.secrets.heartbeat_url.as_ref()) else {
        return Ok(None);
    };
    let about = |why: String| format!("{}: {why}", written.url_env);
    let guard = Guard::new(&organisation.web.private_hosts);
    let client = guard.client().map_err(|error| about(error.to_string()))?;
    let every = clock::real_pause(written.every);
    let heartbeat = Heartbeat::new(address, every, client).map_err(about)?;
    if is_simulated && !heartbeat.is_local() {
        return Err(about(
            "with a simulated clock the heartbeat goes only to this machine".to_owned(),
        ));
    }
    let allowed = guard.check(heartbeat.url());
    allowed.map_err(|refused| about(refused.to_string()))?;
    Ok(Some(heartbeat))
}

fn read_setting(dir: &Path, now: Timestamp) -> Result<Setting, String> {
    let loaded = super::check::load(dir, now);
    let n_errors = loaded.n_errors();
    let organisation = match loaded.organisation {
        Some(organisation) if n_errors == 0 => organisation,
        _ => {
            let first = loaded
                .findings
                .iter()
                .find(|finding| finding.severity == Severity::Error);
            let first = first.map_or_else(String::new, |finding| {
                format!("; the first: {}: {}", finding.place(), finding.message)
            });
            return Err(format!(
                "{} has {n_errors} errors{first}\n`draaiboek check --dir {0}` shows them all",
                dir.display()
            ));
        }
    };
    for finding in &loaded.findings {
        tracing::warn!(
            file = finding.file,
            line = finding.line,
            message = finding.message,
            "check"
        );
    }
    let secrets = config::secrets(&organisation).map_err(|problems| problems.join("\n"))?;
    let shelf = engine::shelf(&loaded.playbooks, &loaded.templates);
    Ok(Setting {
        organisation: Arc::new(organisation),
        shelf,
        secrets,
        webhook_templates: loaded.webhook_templates,
    })
}

fn positions(live: &Live, organisation: &Organisation) -> Result<Vec<Option<String>>, String> {
    let sources = organisation.sources.iter();
    sources
        .map(|source| {
            live.store()
                .position(&source.key)
                .map_err(|error| error.to_string())
        })
        .collect()
}

async fn listen(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on {address}: {error}; `web.listen` or --listen says where")
    })
}

fn pushers(setting: &Setting) -> Vec<Pusher> {
    let sources = setting.organisation.sources.iter();
    sources
        .filter_map(|source| match &source.kind {
            SourceKind::Push { platforms, .. } => {
                let token = setting.secrets.token(&source.key)?.clone();
                Some(Pusher {
                    source: source.key.clone(),
                    token,
                    platforms: platforms.clone(),
                })
            }
            _ => None,
        })
        .collect()
}

async fn serve_web(listener: TcpListener, router: axum::Router, stop: CancellationToken) {
    let until = async move { stop.cancelled().await };
    if let Err(error) = axum::serve(listener, router)
        .with_graceful_shutdown(until)
        .await
    {
        tracing::error!(%error, "the web server stopped");
    }
}

fn start_sources(
    setting: &Setting,
    dir: &Path,
    handle: &Handle,
    positions: Vec<Option<String>>,
    board: &HealthBoard,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    let guard = Guard::new(&setting.organisation.web.private_hosts);
    for (source, position) in setting.organisation.sources.iter().zip(positions) {
        let (sender, receiver) = tokio::sync::watch::channel(Health::default());
        let duty = Duty {
            source: source.key.clone(),
            position,
            now: Arc::new(clock::now),
            health: sender,
            stop: stop.clone(),
        };
        let handle = handle.clone();
        match &source.kind {
            SourceKind::Feed {
                url,
                every,
                platform,
            } => {
                let config = feed::Config {
                    url: url.clone(),
                    every: *every,
                    platform: *platform,
                };
                let guard = guard.clone();
                tasks.spawn(async move { feed::poll(config, guard, &handle, &duty).await });
            }
            SourceKind::File { path } => {
                let path = dir.join(path);
                tasks.spawn(async move { file::follow(path, FILE_EVERY, &handle, &duty).await });
            }
            // Pushed to: nothing to start. The others are not carried out yet;
            // `check` says so.
            SourceKind::Push { .. } | SourceKind::Mastodon { .. } | SourceKind::Bluesky { .. } => {
                continue;
            }
        }
        tasks.spawn(report_health(
            source.key.clone(),
            receiver,
            board.clone(),
            stop.clone(),
        ));
    }
}

/// Puts what a source says of itself on the board that `status` shows.
async fn report_health(
    source: String,
    mut health: tokio::sync::watch::Receiver<Health>,
    board: HealthBoard,
    stop: CancellationToken,
) {
    loop {
        let now = health.borrow_and_update().clone();
        match now.last_error {
            Some((at, why)) if now.failures > 0 => board.fails(&source, &why, now.failures, at),
            _ => board.works(&source, now.succeeded_at),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = health.changed() => if changed.is_err() { return },
        }
    }
}

/// One line when ready: scripts wait for it.
fn announce(setting: &Setting, address: SocketAddr, ways: &[String]) {
    let n_playbooks = setting.shelf.len();
    let n_watches = setting.organisation.watches.len();
    ways.iter().for_each(|way| note(way));
    say(&format!(
        "draaiboek is ready on http://{address}: {n_playbooks} playbooks, {n_watches} watches"
    ));
}

async fn wait_for_signal() -> Result<(), String> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
