//! `draaiboek serve`: the daemon. Wires the rooms together and waits for a
//! signal to stop.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::daemon::{Daemon, NO_SENDER, Setting, Site};
use super::print::{failed, note, say};
use super::systemd;
use crate::domain::organisation::SourceKind;
use crate::engine::clock;
use crate::engine::clock::Schedule;
use crate::engine::inbox;
use crate::engine::sources::{self, HealthBoard};
use crate::guard::Guard;
use crate::notify::maildir::Maildir;
use crate::source::{Duty, Health, feed, file};
use crate::web::door::Pusher;
use crate::web::heartbeat::{self, Heartbeat};

/// How often a followed file is looked at.
const FILE_EVERY: Duration = Duration::from_millis(500);

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
    /// Take, count and store mentions, but alarm nobody: for the first weeks. What
    /// triggers would have done is counted; runs that people start go on
    #[arg(long)]
    listen_only: bool,
    /// A simulated clock, for the demo: BEGIN@SPEED[,UNTIL@SPEED]
    #[arg(long, hide = true, value_parser = Schedule::read)]
    clock: Option<Schedule>,
}

pub fn run(args: &Args) -> ExitCode {
    // A flood computes on as many threads as there are processors
    // (`Entrance::turn`); everybody else finds one that is free.
    let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(n_processors + 2)
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

async fn serve(args: &Args) -> Result<(), String> {
    // First of all: also who stops us while we start finds us orderly.
    let signals = Signals::heed()?;
    let begins = args.clock.as_ref().map(Schedule::begins);
    let setting = Setting::read_to_serve(&args.dir, begins.unwrap_or_else(clock::now))?;
    let organisation = Arc::clone(&setting.organisation);
    let site = Site {
        folder: args.dir.clone(),
        home: args.dir.clone(),
        listen: args
            .listen
            .clone()
            .unwrap_or_else(|| organisation.web.listen.clone()),
        from: organisation
            .mail
            .as_ref()
            .map_or(NO_SENDER, |mail| &mail.from)
            .to_owned(),
        url: organisation.web.url.clone(),
        links_here: false,
        pushers: pushers(&setting),
        is_simulated: args.clock.is_some(),
        sends: true,
        listens_only: args.listen_only,
    };
    // Before anything that waits is made: its pauses go by this clock.
    if let Some(schedule) = &args.clock {
        clock::simulate(schedule.clone())?;
    }
    let heartbeat = heartbeat(&setting, args.clock.is_some())?;
    let daemon = Daemon::start(&setting, site).await?;
    let (tasks, stop) = (&daemon.tasks, &daemon.stop);
    let mail_setting = organisation.mail.as_ref();
    if let Some(path) = mail_setting.and_then(|mail| mail.inbox.as_ref()) {
        let maildir = Maildir::new(args.dir.join(path));
        let (counter, instance) = (Arc::clone(&daemon.counter), daemon.instance.clone());
        tasks.spawn(inbox::watch(maildir, counter, instance, stop.clone()));
    }
    start_sources(&setting, &args.dir, &daemon);
    daemon.tasks.spawn(sources::watch(
        args.dir.clone(),
        organisation,
        daemon.health.clone(),
        daemon.handle.clone(),
        stop.clone(),
    ));
    if let Some(heartbeat) = heartbeat {
        let metrics = Arc::clone(&daemon.metrics);
        let board = daemon.board.clone();
        tasks.spawn(heartbeat::run(heartbeat, board, metrics, stop.clone()));
    }
    tasks.spawn(systemd::watch(daemon.board.clone(), stop.clone()));

    announce(&setting, daemon.address, &daemon.ways, args.listen_only);
    systemd::ready().await;
    signals.any().await;
    tracing::info!("stopping");
    systemd::stopping().await;
    daemon.stop().await;
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

fn start_sources(setting: &Setting, dir: &Path, daemon: &Daemon) {
    let (tasks, stop, board) = (&daemon.tasks, &daemon.stop, &daemon.health);
    let positions = daemon.positions.iter().cloned();
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
        let handle = daemon.handle.clone();
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
fn announce(setting: &Setting, address: SocketAddr, ways: &[String], listens_only: bool) {
    let n_playbooks = setting.shelf.len();
    let n_watches = setting.organisation.watches.len();
    ways.iter().for_each(|way| note(way));
    let listening = if listens_only {
        "; LISTENING ONLY: no mention alarms anybody"
    } else {
        ""
    };
    say(&format!(
        "draaiboek is ready on http://{address}: {n_playbooks} playbooks, {n_watches} watches{listening}"
    ));
}

/// What asks the program to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on a signal no longer ends the program at once.
    fn heed() -> Result<Self, String> {
        let listen = |kind| signal(kind).map_err(|error| error.to_string());
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn any(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
