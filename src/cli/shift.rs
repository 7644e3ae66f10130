//! Who works for as long as one set of files is in force: those who read sources, the
//! inbox and the health of sources, and the heartbeat. With other files another shift
//! begins, where this one stopped.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::daemon::{Daemon, Setting};
use crate::config::Secrets;
use crate::domain::organisation::{Organisation, SourceKind};
use crate::engine::clock;
use crate::engine::inbox;
use crate::engine::sources::{self, HealthBoard};
use crate::guard::Guard;
use crate::notify::maildir::Maildir;
use crate::source::{Duty, Health, bluesky, feed, file, mastodon};
use crate::store::Store;
use crate::web::heartbeat::{self, Heartbeat};

/// How often a followed file is looked at.
const FILE_EVERY: Duration = Duration::from_millis(500);

/// How long a shift may take to end: a feed that answers slowly is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// See the module.
pub(super) struct Shift {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Shift {
    /// Begins where the store says that each source was read to. `dir` is the
    /// organisation's folder, also when its files are read from elsewhere.
    pub(super) fn begin(
        setting: &Setting,
        dir: &Path,
        daemon: &Daemon,
        heartbeat: &mut Option<Heartbeat>,
    ) -> Result<Self, String> {
        let organisation = &setting.organisation;
        let positions = positions(dir, organisation)?;
        let shift = Self {
            tasks: TaskTracker::new(),
            stop: daemon.stop.child_token(),
        };
        let (tasks, stop) = (&shift.tasks, &shift.stop);
        let mail_setting = organisation.mail.as_ref();
        if let Some(path) = mail_setting.and_then(|mail| mail.inbox.as_ref()) {
            let maildir = Maildir::new(dir.join(path));
            let (counter, instance) = (daemon.counter.get(), daemon.instance.clone());
            tasks.spawn(inbox::watch(maildir, counter, instance, stop.clone()));
        }
        shift.read_sources(setting, dir, daemon, &positions);
        tasks.spawn(sources::watch(
            dir.to_owned(),
            Arc::clone(organisation),
            daemon.health.clone(),
            daemon.handle.clone(),
            stop.clone(),
        ));
        if let Some(heartbeat) = heartbeat.take() {
            let metrics = Arc::clone(&daemon.metrics);
            let board = daemon.board.clone();
            tasks.spawn(heartbeat::run(heartbeat, board, metrics, stop.clone()));
        }
        Ok(shift)
    }

    /// Ends when what it was doing is stored.
    pub(super) async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(PATIENCE, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("a source would not stop in time; what it brings twice counts once");
        }
    }

    fn read_sources(
        &self,
        setting: &Setting,
        dir: &Path,
        daemon: &Daemon,
        positions: &[Option<String>],
    ) {
        let (tasks, stop, board) = (&self.tasks, &self.stop, &daemon.health);
        let guard = Guard::new(&setting.organisation.web.private_hosts);
        for (source, position) in setting
            .organisation
            .sources
            .iter()
            .zip(positions.iter().cloned())
        {
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
                    tasks
                        .spawn(async move { file::follow(path, FILE_EVERY, &handle, &duty).await });
                }
                SourceKind::Mastodon { server, hashtag } => {
                    let config = mastodon::Config::new(server, hashtag);
                    let guard = guard.clone();
                    tasks.spawn(async move { mastodon::poll(config, guard, &handle, &duty).await });
                }
                SourceKind::Bluesky { jetstream } => {
                    let jetstream = jetstream.clone();
                    let config = bluesky::Config { jetstream };
                    let guard = guard.clone();
                    tasks
                        .spawn(async move { bluesky::follow(config, guard, &handle, &duty).await });
                }
                // Pushed to: nothing to start.
                SourceKind::Push { .. } => continue,
            }
            tasks.spawn(report_health(
                source.key.clone(),
                receiver,
                board.clone(),
                stop.clone(),
            ));
        }
    }
}

/// Where each source continues, as the store has it.
fn positions(dir: &Path, organisation: &Organisation) -> Result<Vec<Option<String>>, String> {
    let store =
        Store::open_to_read(dir, organisation.plane()).map_err(|error| error.to_string())?;
    let Some(store) = store else {
        return Ok(vec![None; organisation.sources.len()]);
    };
    let sources = organisation.sources.iter();
    let read = sources.map(|source| store.position(&source.key));
    let read: Result<_, _> = read.collect();
    read.map_err(|error| error.to_string())
}

/// The heartbeat, guarded like the feeds.
pub(super) fn heartbeat(
    setting: &Setting,
    is_simulated: bool,
) -> Result<Option<Heartbeat>, String> {
    heartbeat_of(&setting.organisation, &setting.secrets, is_simulated)
}

/// The same of an organisation and its secrets.
pub(super) fn heartbeat_of(
    organisation: &Organisation,
    secrets: &Secrets,
    is_simulated: bool,
) -> Result<Option<Heartbeat>, String> {
    let written = organisation.heartbeat.as_ref();
    let Some((written, address)) = written.zip(secrets.heartbeat_url.as_ref()) else {
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
