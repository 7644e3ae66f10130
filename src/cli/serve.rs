//! `draaiboek serve`: the daemon. Wires the rooms together, reads its files again when
//! asked, and waits for a signal to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

use super::daemon::{Daemon, NO_SENDER, Setting, Site};
use super::folder_watch::FolderWatch;
use super::print::{failed, note, say};
use super::reloading::{self, Reloader};
use super::shift::{self, Shift};
use super::start::{self, Began};
use super::systemd;
use crate::domain::organisation::SourceKind;
use crate::engine::clock;
use crate::engine::clock::Schedule;
use crate::engine::reload::{Cause, Reloading};
use crate::web::door::Pusher;
use crate::web::tls;

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
    pub(super) dir: PathBuf,
    /// Address to listen on, instead of `web.listen`
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<String>,
    /// Do not start on the last good files when those in the folder are broken
    #[arg(long)]
    pub(super) strict_config: bool,
    /// Take, count and store mentions, but alarm nobody: for the first weeks. What
    /// triggers would have done is counted; runs that people start go on
    #[arg(long)]
    listen_only: bool,
    /// A simulated clock, for the demo: BEGIN@SPEED[,UNTIL@SPEED]
    #[arg(long, hide = true, value_parser = Schedule::read)]
    pub(super) clock: Option<Schedule>,
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
    let mut signals = Signals::heed()?;
    let begins = args.clock.as_ref().map(Schedule::begins);
    // What changes while we start is noticed.
    let watch = FolderWatch::new(&args.dir);
    let Began {
        setting,
        files,
        broken,
    } = start::read(args, begins.unwrap_or_else(clock::now))?;
    let (asks, asked) = mpsc::channel(8);
    let channel = Reloading::new(asks);
    let site = site(args, &setting, &channel);
    // Before anything that waits is made: its pauses go by this clock.
    if let Some(schedule) = &args.clock {
        clock::simulate(schedule.clone())?;
    }
    let mut heartbeat = shift::heartbeat(&setting, args.clock.is_some())?;
    let daemon = Daemon::start(&setting, site).await?;
    let shift = Shift::begin(&setting, &args.dir, &daemon, &mut heartbeat)?;
    let board = daemon.board.clone();
    daemon
        .tasks
        .spawn(systemd::watch(board, daemon.stop.clone()));

    let ready = ready(&setting, daemon.address, args.listen_only);
    let others = reloading::others(&files);
    let mut reloader = Reloader::begin(args, (setting, others), shift, watch, (channel, asked));
    reloader.tell_of_start(&daemon, files, broken).await;
    daemon.ways.iter().for_each(|way| note(way));
    say(&ready);
    systemd::ready().await;
    loop {
        tokio::select! {
            () = signals.ends.any() => break,
            _ = signals.hangup.recv() => {
                reloader.reload(&daemon, Cause::Signal).await;
            }
            () = reloader.wanted() => reloader.answer(&daemon).await,
        }
    }
    tracing::info!("stopping");
    systemd::stopping().await;
    daemon.stop().await;
    Ok(())
}

/// Where the daemon lives, with these files.
pub(super) fn site(args: &Args, setting: &Setting, reloading: &Reloading) -> Site {
    let organisation = &setting.organisation;
    Site {
        folder: setting.folder.clone(),
        home: args.dir.clone(),
        listen: args
            .listen
            .clone()
            .unwrap_or_else(|| organisation.web.listen.clone()),
        tls: organisation
            .web
            .tls
            .as_ref()
            .map(|written| tls::Files::of(&args.dir, written)),
        is_proxied: organisation.web.proxy,
        from: organisation
            .mail
            .as_ref()
            .map_or(NO_SENDER, |mail| &mail.from)
            .to_owned(),
        url: organisation.web.url.clone(),
        links_here: false,
        pushers: pushers(setting),
        is_simulated: args.clock.is_some(),
        sends: true,
        listens_only: args.listen_only,
        reloading: reloading.clone(),
    }
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

/// One line when ready: scripts wait for it.
fn ready(setting: &Setting, address: SocketAddr, listens_only: bool) -> String {
    let n_playbooks = setting.shelf.len();
    let n_watches = setting.organisation.watches.len();
    let listening = if listens_only {
        "; LISTENING ONLY: no mention alarms anybody"
    } else {
        ""
    };
    let scheme = match setting.organisation.web.tls {
        Some(_) => "https",
        None => "http",
    };
    format!(
        "draaiboek is ready on {scheme}://{address}: {n_playbooks} playbooks, {n_watches} watches{listening}"
    )
}

/// What asks the program to stop, or to read its files again.
struct Signals {
    ends: Ends,
    hangup: Signal,
}

struct Ends {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on a signal no longer ends the program at once.
    fn heed() -> Result<Self, String> {
        let listen = |kind| signal(kind).map_err(|error| error.to_string());
        Ok(Self {
            ends: Ends {
                terminate: listen(SignalKind::terminate())?,
                interrupt: listen(SignalKind::interrupt())?,
            },
            hangup: listen(SignalKind::hangup())?,
        })
    }
}

impl Ends {
    async fn any(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
