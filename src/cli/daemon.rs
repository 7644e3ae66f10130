//! The daemon: one store, the engine over it, mail going out, pages and the
//! local socket. `serve` runs one for real, `drill --live` one that is a drill.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::post;
use super::render::counted;
use crate::config::{self, Secrets};
use crate::domain::desk::Pinned;
use crate::domain::finding::{Finding, Severity};
use crate::domain::link::Key;
use crate::domain::organisation::Organisation;
use crate::domain::parse::{Parsed, ScenarioFile, WebhookTemplate};
use crate::domain::time::Timestamp;
use crate::engine::answering::{Answering, Links};
use crate::engine::board::Board;
use crate::engine::current::Current;
use crate::engine::dispatch::{self, Dispatcher};
use crate::engine::enriching;
use crate::engine::inbox::Received;
use crate::engine::live::Live;
use crate::engine::memo::Memo;
use crate::engine::practice::Drills;
use crate::engine::reload::{Reloading, Set};
use crate::engine::request::{Counter, Owner};
use crate::engine::sources::HealthBoard;
use crate::engine::{self, Handle, clock, hooks};
use crate::notify::{MailTemplates, Post};
use crate::store::{Store, StoreError};
use crate::web::door::{Door, Pusher};
use crate::web::listener::{Acceptor, Bounded, Certificate, Peer};
use crate::web::metrics::Metrics;
use crate::web::room::{self, Gate, Room};
use crate::web::{self, Operations, answer, local, tls};

/// Longer paths than this the system does not take for a socket.
const LONGEST_SOCKET: usize = 107;

/// Mails are from here when no sender is set and they go to `outbox/`.
pub(super) const NO_SENDER: &str = "draaiboek@localhost";

/// How long what runs may take to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// The organisation, already checked, with its secrets.
pub(super) struct Setting {
    /// Where it was read: the organisation's folder, or the copy of the last good files.
    pub(super) folder: PathBuf,
    pub(super) organisation: Arc<Organisation>,
    pub(super) shelf: Vec<Arc<Pinned>>,
    pub(super) secrets: Secrets,
    pub(super) webhook_templates: Vec<WebhookTemplate>,
    pub(super) scenarios: Vec<ScenarioFile>,
}

/// Why files cannot be used.
#[derive(Debug)]
pub(super) struct Unusable {
    /// In words.
    pub(super) why: String,
    /// The mistakes in them, errors only; none when it was something else.
    pub(super) findings: Vec<Finding>,
}

impl Unusable {
    pub(super) fn other(why: impl ToString) -> Self {
        let why = why.to_string();
        Self {
            why,
            findings: Vec::new(),
        }
    }

    /// `FILE:LINE: what is wrong`, a line each.
    pub(super) fn lines(&self) -> Vec<String> {
        if self.findings.is_empty() {
            return self.why.lines().map(str::to_owned).collect();
        }
        let findings = self.findings.iter();
        findings
            .map(|finding| format!("{}: {}", finding.place(), finding.message))
            .collect()
    }

    /// The first of what is wrong, without what is written there.
    pub(super) fn first_for_log(&self) -> String {
        match self.findings.first() {
            Some(finding) => for_log(finding),
            None => self.why.lines().next().unwrap_or_default().to_owned(),
        }
    }
}

/// Where a mistake is and what kind it is. What is written there, and so its message,
/// may be somebody's address: that is for who asks, not for a log.
fn for_log(finding: &Finding) -> String {
    format!("{} [{}]", finding.place(), finding.id)
}

/// Where a daemon lives. Its plane is the organisation's.
pub(super) struct Site {
    /// The organisation's folder, with its templates.
    pub(super) folder: PathBuf,
    /// Where its store, its socket and the mails that no server takes are.
    pub(super) home: PathBuf,
    pub(super) listen: String,
    /// The files of our own certificate.
    pub(super) tls: Option<tls::Files>,
    /// Whether a reverse proxy in front does TLS.
    pub(super) is_proxied: bool,
    /// Sender of its mails, a mailbox.
    pub(super) from: String,
    /// What links in its mails begin with.
    pub(super) url: Option<String>,
    /// Without it they begin with the address it listens on.
    pub(super) links_here: bool,
    pub(super) pushers: Vec<Pusher>,
    /// Then mail stays on this machine.
    pub(super) is_simulated: bool,
    /// Whether what waits in the store goes out.
    pub(super) sends: bool,
    /// Whether no mention alarms anybody.
    pub(super) listens_only: bool,
    /// Who reads the files again; in a drill nobody does.
    pub(super) reloading: Reloading,
}

/// A daemon that runs.
pub(super) struct Daemon {
    pub(super) handle: Handle,
    pub(super) counter: Current<Counter>,
    pub(super) dispatcher: Current<Dispatcher>,
    pub(super) board: Board,
    pub(super) health: HealthBoard,
    pub(super) metrics: Arc<Metrics>,
    /// Of its store.
    pub(super) instance: String,
    pub(super) address: SocketAddr,
    /// A sentence about each way to reach people.
    pub(super) ways: Vec<String>,
    pub(super) tasks: TaskTracker,
    pub(super) stop: CancellationToken,
    answering: Current<Answering>,
    door: Current<Door>,
    lasting: Lasting,
    _thread: JoinHandle<()>,
}

/// What stays as it is for as long as the program runs.
#[derive(Clone)]
struct Lasting {
    home: PathBuf,
    /// Of its store.
    instance: String,
    key: Key,
    handle: Handle,
    health: HealthBoard,
    metrics: Arc<Metrics>,
    received: Received,
    reloading: Reloading,
    address: SocketAddr,
    certificate: Certificate,
}

/// What is made anew from other files.
struct Furniture {
    dispatcher: Arc<Dispatcher>,
    answering: Arc<Answering>,
    counter: Arc<Counter>,
    door: Arc<Door>,
}

impl Lasting {
    fn furnish(&self, setting: &Setting, site: Site, post: Post, ways: &[String]) -> Furniture {
        let organisation = &setting.organisation;
        let scheme = match site.tls {
            Some(_) => "https",
            None => "http",
        };
        let here = || {
            site.links_here
                .then(|| format!("{scheme}://{}", self.address))
        };
        let url = site.url.or_else(here);
        let pages = url.clone();
        let pages = pages.unwrap_or_else(|| format!("{scheme}://{}", self.address));
        let (templates, _) = MailTemplates::load(&site.folder);
        let links = url.map(|url| Links {
            url,
            key: self.key.clone(),
            instance: self.instance.clone(),
        });
        let dispatcher = Dispatcher {
            post,
            templates,
            engine: self.handle.clone(),
            organisation: Arc::clone(organisation),
            instance: self.instance.clone(),
            from: site.from,
            links: links.clone(),
        };
        let answering = Answering {
            dir: self.home.clone(),
            organisation: Arc::clone(organisation),
            engine: self.handle.clone(),
            key: self.key.clone(),
            instance: self.instance.clone(),
        };
        let counter = Counter {
            dir: self.home.clone(),
            organisation: Arc::clone(organisation),
            playbooks: setting.shelf.clone(),
            owner: Owner::Daemon(self.handle.clone()),
            language: organisation.language,
            pages,
            mail: ways.first().cloned().unwrap_or_default(),
            health: self.health.clone(),
            received: self.received.clone(),
            reloading: self.reloading.clone(),
            drills: Drills::new(super::drill::held::held),
            memo: Memo::default(),
            links,
        };
        let door = Door::new(
            site.pushers,
            self.handle.clone(),
            Arc::clone(&self.metrics),
            self.health.clone(),
        );
        Furniture {
            dispatcher: Arc::new(dispatcher),
            answering: Arc::new(answering),
            counter: Arc::new(counter),
            door: Arc::new(door),
        }
    }
}

impl Daemon {
    /// Opens the store, and starts all that needs nothing but it.
    pub(super) async fn start(setting: &Setting, site: Site) -> Result<Self, String> {
        let (post, ways) = post::open(
            &setting.organisation,
            &setting.secrets,
            &setting.webhook_templates,
            &site.home,
            site.is_simulated,
        )?;
        Self::start_with(setting, site, post, ways).await
    }

    /// The same with other ways to reach people.
    pub(super) async fn start_with(
        setting: &Setting,
        site: Site,
        post: Post,
        ways: Vec<String>,
    ) -> Result<Self, String> {
        let organisation = &setting.organisation;
        let certificate = Current::new(Arc::new(acceptor(&site)?));
        let has_certificate = certificate.get().is_some();
        let store = Store::open(&site.home, organisation.plane());
        let mut store = store.map_err(|error| error.to_string())?;
        let open = if site.listens_only {
            disarm(&mut store).map_err(|error| error.to_string())?;
            Live::open_to_listen
        } else {
            Live::open
        };
        engine::resume_clock(&store).map_err(|error| error.to_string())?;
        let instance = store.instance().to_owned();
        let key = Key::new(store.link_key().map_err(|error| error.to_string())?);
        let watches = engine::watches_of(organisation)?;
        engine::pictures::keep_named(&site.home, &site.folder, &setting.shelf);
        let live = open(
            store,
            Arc::clone(organisation),
            watches,
            setting.shelf.clone(),
            clock::now(),
        )
        .map_err(|error| error.to_string())?;
        let (handle, parcels, thread) = engine::start(live).map_err(|error| error.to_string())?;

        let listener = listen(&site.listen).await?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        if !address.ip().is_loopback() && !has_certificate && !site.is_proxied {
            return Err(format!(
                "others can reach {address}, and nothing encrypts what they send: listen on 127.0.0.1, give a certificate (`web.tls`), or say that a reverse proxy does TLS (`web.proxy: true`)"
            ));
        }
        let socket = local::listen(&site.home).map_err(|error| no_socket(&site.home, &error))?;
        let lasting = Lasting {
            home: site.home.clone(),
            instance: instance.clone(),
            key,
            handle: handle.clone(),
            health: HealthBoard::default(),
            metrics: Arc::new(Metrics::new()),
            received: Received::default(),
            reloading: site.reloading.clone(),
            address,
            certificate: certificate.clone(),
        };
        let sends = site.sends;
        let furniture = lasting.furnish(setting, site, post, &ways);
        let dispatcher = Current::new(furniture.dispatcher);
        let answering = Current::new(furniture.answering);
        let counter = Current::new(furniture.counter);
        let door = Current::new(furniture.door);
        let board = handle.board().clone();
        let (health, metrics) = (lasting.health.clone(), Arc::clone(&lasting.metrics));
        let operations = Operations {
            board: board.clone(),
            sources: health.clone(),
            metrics: Arc::clone(&metrics),
            reloading: lasting.reloading.clone(),
            engine: handle.clone(),
        };

        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        if sends {
            tasks.spawn(dispatch::run(dispatcher.clone(), parcels, stop.clone()));
            let home = lasting.home.clone();
            tasks.spawn(hooks::run(dispatcher.clone(), home, stop.clone()));
        }
        tasks.spawn(enriching::run(
            handle.clone(),
            lasting.home.clone(),
            organisation.plane(),
            stop.clone(),
        ));
        tasks.spawn(local::serve(socket, counter.clone(), stop.clone()));
        let pages = answer::router(answering.clone()).merge(room::router(Room {
            counter: counter.clone(),
            changes: handle.changes(),
            stop: stop.clone(),
            gate: Gate::new(Arc::clone(&metrics)),
        }));
        let mut router = web::router(door.clone(), operations).merge(pages);
        if has_certificate {
            router = router.layer(axum::middleware::map_response(web::only_encrypted));
        }
        tasks.spawn(serve_web(
            Bounded::new(listener, certificate),
            router,
            stop.clone(),
        ));
        Ok(Self {
            handle,
            counter,
            dispatcher,
            board,
            health,
            metrics,
            instance,
            address,
            ways,
            tasks,
            stop,
            answering,
            door,
            lasting,
            _thread: thread,
        })
    }

    /// Goes on with other files. Nothing has changed when that fails.
    pub(super) async fn take_over(&self, setting: &Setting, site: Site) -> Result<(), String> {
        let organisation = &setting.organisation;
        let (post, ways) = post::open(
            organisation,
            &setting.secrets,
            &setting.webhook_templates,
            &site.home,
            site.is_simulated,
        )?;
        let watches = engine::watches_of(organisation)?;
        // From none to one, or back, needs a restart; another in its place does not.
        let certificate = match self.lasting.certificate.get().as_ref() {
            Some(_) => acceptor(&site)?,
            None => None,
        };
        engine::pictures::keep_named(&site.home, &site.folder, &setting.shelf);
        let furniture = self.lasting.furnish(setting, site, post, &ways);
        let (dispatcher, answering) = (self.dispatcher.clone(), self.answering.clone());
        let (counter, door) = (self.counter.clone(), self.door.clone());
        let in_force = move || {
            dispatcher.set(Arc::clone(&furniture.dispatcher));
            answering.set(Arc::clone(&furniture.answering));
            counter.set(Arc::clone(&furniture.counter));
            door.set(Arc::clone(&furniture.door));
        };
        let set = Set {
            organisation: Arc::clone(organisation),
            watches,
            shelf: setting.shelf.clone(),
            in_force: Arc::new(in_force),
        };
        let taken = self.handle.take_over(set).await;
        taken.map_err(|error| error.to_string())?;
        if certificate.is_some() {
            self.lasting.certificate.set(Arc::new(certificate));
        }
        Ok(())
    }

    /// Stops what runs; what has not gone out stays in the store.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        let waited = tokio::time::timeout(PATIENCE, self.tasks.wait()).await;
        if waited.is_err() {
            tracing::warn!(
                "something would not stop in time; nothing that was acknowledged is lost"
            );
        }
        self.handle.pack_rest().await;
        let _ = std::fs::remove_file(local::socket_path(&self.lasting.home));
    }
}

/// Forgets how far triggers have come: when they are armed again, what holds
/// then fires, and what held meanwhile does not.
fn disarm(store: &mut Store) -> Result<(), StoreError> {
    let batch = store.begin()?;
    batch.clear_holds()?;
    batch.commit()
}

fn no_socket(home: &Path, error: &std::io::Error) -> String {
    let socket = local::socket_path(home);
    let is_long = socket.as_os_str().len() > LONGEST_SOCKET;
    let hint = match is_long {
        true => {
            "; the folder's path is too long for a socket: use a shorter one, or start in the folder itself"
        }
        false => "",
    };
    let socket = socket.display();
    format!("cannot open the local socket {socket}: {error}{hint}")
}

impl Setting {
    /// Reads the folder; what is wrong in it is a reason not to start.
    pub(super) fn read(dir: &Path, now: Timestamp) -> Result<Self, String> {
        Self::of(dir, super::check::load(dir, now)).map_err(|unusable| unusable.why)
    }

    /// The same for the real program, which looks past what is wrong in a scenario:
    /// a mistake in a drill must not silence the real alerts.
    pub(super) fn read_to_serve(dir: &Path, now: Timestamp) -> Result<Self, Unusable> {
        let (loaded, of_drills) = super::drills_only::read(dir, now);
        for finding in &of_drills {
            tracing::error!(
                file = finding.file,
                line = finding.line,
                finding = finding.id,
                "this scenario cannot be played"
            );
        }
        Self::of(dir, loaded)
    }

    fn of(dir: &Path, loaded: Parsed) -> Result<Self, Unusable> {
        let n_errors = loaded.n_errors();
        let organisation = match loaded.organisation {
            Some(organisation) if n_errors == 0 => organisation,
            _ => {
                let findings = loaded.findings.into_iter();
                let errors = findings.filter(|finding| finding.severity == Severity::Error);
                let findings: Vec<Finding> = errors.collect();
                let first = findings.first().map_or_else(String::new, |finding| {
                    format!("; the first: {}", for_log(finding))
                });
                let why = format!(
                    "{} has {}{first}\n`draaiboek check --dir {0}` shows {}",
                    dir.display(),
                    counted(n_errors, "error"),
                    if n_errors == 1 { "it" } else { "them all" }
                );
                return Err(Unusable { why, findings });
            }
        };
        for finding in &loaded.findings {
            // Its message may name people; `draaiboek check` shows it.
            tracing::warn!(
                file = finding.file,
                line = finding.line,
                finding = finding.id,
                "check"
            );
        }
        let secrets = config::secrets(&organisation);
        let secrets = secrets.map_err(|problems| Unusable::other(problems.join("\n")))?;
        let shelf = engine::shelf(&loaded.playbooks, &loaded.templates);
        Ok(Self {
            folder: dir.to_owned(),
            organisation: Arc::new(organisation),
            shelf,
            secrets,
            webhook_templates: loaded.webhook_templates,
            scenarios: loaded.scenarios,
        })
    }
}

async fn listen(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on {address}: {error}; `web.listen` or --listen says where")
    })
}

/// What connections are answered with, from the files of the certificate.
fn acceptor(site: &Site) -> Result<Option<Acceptor>, String> {
    let read = site.tls.as_ref().map(tls::Files::read).transpose()?;
    Ok(read.map(Acceptor))
}

async fn serve_web(listener: Bounded, router: axum::Router, stop: CancellationToken) {
    let until = async move { stop.cancelled().await };
    let router = router.into_make_service_with_connect_info::<Peer>();
    if let Err(error) = axum::serve(listener, router)
        .with_graceful_shutdown(until)
        .await
    {
        tracing::error!(%error, "the web server stopped");
    }
}
