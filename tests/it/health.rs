//! Whether our own silence is noticed: `/healthz`, `/metrics`, `status`,
//! systemd's watchdog and the heartbeat.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use draaiboek::demo::catcher::Fault;
use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock;

use crate::world::{DRAAIBOEK, World, mentions, until};

/// Simulated seconds in a second: five minutes pass in five seconds.
const SPEED: u32 = 60;

impl World {
    /// The command that serves on a clock that runs fast.
    fn fast(&self) -> Command {
        let mut command = self.command(DRAAIBOEK);
        let clock = format!("{}@{SPEED}", rfc3339(clock::now()));
        command.args(["serve", "--listen", "127.0.0.1:0", "--clock", &clock]);
        command
    }

    fn until_healthz(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        until(what, || {
            let answer = self.get("/healthz");
            if is_so(&answer) {
                Ok(answer)
            } else {
                Err(answer)
            }
        })
    }

    /// A metric by its name with labels; it must be there.
    fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics");
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let value = line.unwrap_or_else(|| panic!("no {name} in {text}"));
        value.parse().unwrap()
    }

    /// Adds to `draaiboek.yaml`.
    fn configure(&self, yaml: &str) {
        self.folder.append("draaiboek.yaml", yaml);
    }
}

fn is_ok(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 200") && answer.contains("\r\n\r\nok\n")
}

fn is_failing(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 503") && answer.contains("\r\n\r\nfailing\n")
}

#[test]
fn says_ok_while_an_open_run_waits_for_an_answer_and_who_it_waits_for() {
    let mut world = World::new("ok");
    world.serve();
    assert!(is_ok(&world.get("/healthz")));
    world.push(mentions("m", 5));
    world.until_status("mails", |status| status["mail"]["sent"] == 2);
    assert!(is_ok(&world.get("/healthz")));
    let status = world.status();
    let run = &status["runs"][0];
    assert_eq!(run["unanswered"][0]["role"], "owner");
    assert!(run["next"]["at"].is_string(), "{run}");
    assert_eq!(status["health"]["ok"], true, "{status}");
    let text = world.says(&["status"]);
    assert!(
        text.contains("Run 1: NO ANSWER YET: Eigenaar; next at "),
        "{text}"
    );

    until("the auditor", || {
        let n_open = world.metric("draaiboek_runs_open");
        if n_open > 0.0 { Ok(()) } else { Err(n_open) }
    });
    assert!(world.metric("draaiboek_roles_unanswered") >= 1.0);
    assert!(world.metric("draaiboek_next_action_seconds") > 0.0);
    assert!(world.metric("draaiboek_audit_timestamp_seconds") > 1.7e9);
    assert_eq!(world.metric("draaiboek_healthy"), 1.0);
    assert_eq!(world.metric("draaiboek_commits_failed_total"), 0.0);
    let sent = r#"draaiboek_deliveries_total{channel="mail",outcome="sent"}"#;
    assert_eq!(world.metric(sent), 2.0);
    assert_eq!(
        world.metric(r#"draaiboek_outbox_parcels{state="sent"}"#),
        2.0
    );
    let overdue = r#"draaiboek_audit_findings{finding="overdue"}"#;
    assert_eq!(world.metric(overdue), 0.0);
    let version = env!("CARGO_PKG_VERSION");
    let build = format!(r#"draaiboek_build_info{{version="{version}"}}"#);
    assert_eq!(world.metric(&build), 1.0);
}

#[test]
fn metrics_are_well_formed_and_name_nobody() {
    let mut world = World::new("metrics");
    world.serve();
    world.push(mentions("m", 5));
    world.until_mails(2);
    let answer = world.get("/metrics");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("openmetrics-text"), "{head}");
    assert!(body.ends_with("# EOF\n"), "{body}");
    let mut described = Vec::new();
    for line in body.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').unwrap();
            assert!(help.len() > 10, "{line}");
            described.push(name.to_owned());
        } else if !line.starts_with('#') {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
            assert!(name.starts_with("draaiboek_"), "{line}");
            let is_described = described.iter().any(|one| name.starts_with(one));
            assert!(is_described, "{line}");
        }
    }
    for person in ["anna", "Anna", "bo@", "korst.example", "Muis"] {
        assert!(!body.contains(person), "{person}: {body}");
    }
}

#[test]
fn a_mail_server_that_refuses_for_five_minutes_is_said_everywhere_once_and_so_is_its_return() {
    let mut world = World::new("refusing");
    world.misbehave(Some(Fault::Busy));
    world.serve_by(world.fast());
    assert!(is_ok(&world.get("/healthz")));
    let start = ["run", "start", "mouse", "--reason", "test"];
    world.says(&start);
    assert!(
        is_ok(&world.get("/healthz")),
        "one try that fails is nothing"
    );
    let answer = world.until_healthz("a failing healthz", is_failing);
    assert!(answer.contains("no alert got through for "), "{answer}");
    assert!(answer.contains("what fails: mail"), "{answer}");
    assert!(!answer.contains("anna"), "{answer}");
    let text = world.says(&["status"]);
    assert!(text.contains("NOT WELL: no alert got through"), "{text}");
    assert_eq!(world.metric("draaiboek_healthy"), 0.0);
    let found = r#"draaiboek_audit_findings{finding="nothing-delivered"}"#;
    assert_eq!(world.metric(found), 1.0);
    until("the log", || {
        let log = world.log();
        let is_said = log.contains("ERROR") && log.contains("no alert gets through");
        if is_said { Ok(()) } else { Err(log) }
    });
    let named = |world: &World, name: &str| {
        let run = world.json(&["run", "show", "1"]);
        let log = run["log"].as_array().unwrap();
        log.iter().filter(|entry| entry["event"] == name).count()
    };
    assert_eq!(named(&world, "nothing_delivered"), 1);

    // A restart does not say it again.
    world.kill();
    world.serve_by(world.fast());
    world.until_healthz("a failing healthz", is_failing);
    assert_eq!(named(&world, "nothing_delivered"), 1);

    world.misbehave(None);
    world.until_healthz("health", is_ok);
    assert_eq!(named(&world, "delivering_again"), 1);
}

#[test]
fn a_store_that_was_deleted_makes_healthz_fail_before_anybody_pushes() {
    let mut world = World::new("deleted");
    world.serve();
    assert!(is_ok(&world.get("/healthz")));
    std::fs::remove_dir_all(world.dir().join("data")).unwrap();
    let answer = world.get("/healthz");
    assert!(is_failing(&answer), "{answer}");
    assert!(answer.contains("the store was removed"), "{answer}");
}

#[test]
fn a_commit_that_fails_is_noticed_until_one_succeeds() {
    let mut world = World::new("commit");
    world.serve();
    let path = world.folder.path("data/draaiboek.db");
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = world.push(mentions("m", 1));
    assert_eq!(answer.status, 503);
    let answer = world.until_healthz("a failing healthz", is_failing);
    assert!(answer.contains("the last commit failed"), "{answer}");
    assert!(world.metric("draaiboek_commits_failed_total") >= 1.0);
    other.execute_batch("ROLLBACK").unwrap();
    world.until_healthz("health", is_ok);
}

/// What comes in at systemd's socket, read all the time as systemd does.
struct Systemd(Arc<Mutex<String>>);

impl Systemd {
    fn listen(path: &Path) -> Self {
        let socket = UnixDatagram::bind(path).unwrap();
        let heard = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&heard);
        std::thread::spawn(move || {
            let mut buffer = [0; 4_096];
            // Until the test binary ends.
            while let Ok(length) = socket.recv(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..length]);
                kept.lock().unwrap().push_str(&format!("{text}\n"));
            }
        });
        Self(heard)
    }

    /// Waits for it, behind what `after` says; gives all that came.
    fn hears(&self, after: &str, wanted: &str) -> String {
        until(wanted, || {
            let heard = self.0.lock().unwrap().clone();
            let rest = heard.split_once(after).map_or("", |(_, rest)| rest);
            if rest.contains(wanted) {
                Ok(heard)
            } else {
                Err(heard.lines().last().unwrap_or_default().to_owned())
            }
        })
    }
}

#[test]
fn systemd_hears_that_we_are_ready_alive_and_stopping() {
    let mut world = World::new("systemd");
    let path = world.folder.path("notify");
    let systemd = Systemd::listen(&path);
    // A mail server that is down is no reason to be restarted.
    world.misbehave(Some(Fault::Busy));
    let mut command = world.fast();
    command.env("NOTIFY_SOCKET", &path);
    command.env("WATCHDOG_USEC", "200000");
    world.serve_by(command);
    systemd.hears("", "STATUS=0 runs open");
    systemd.hears("READY=1", "WATCHDOG=1");
    world.says(&["run", "start", "mouse", "--reason", "test"]);
    let failing = "STATUS=FAILING: no alert got through";
    systemd.hears("READY=1", failing);
    let heard = systemd.hears(failing, "WATCHDOG=1");
    assert_eq!(heard.matches("READY=1").count(), 1);
    assert!(!heard.contains("STOPPING=1"));
    assert_eq!(world.stop(), Some(0));
    systemd.hears(failing, "STOPPING=1");
}

/// Somebody who counts heartbeats, and the address to send them to.
fn listener(world: &World, answer: &'static str) -> (Arc<AtomicUsize>, String) {
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    let take = move || async move {
        seen.fetch_add(1, Ordering::SeqCst);
        answer
    };
    let listener = world
        .runtime()
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/beat-s3cret", get(take));
    world
        .runtime()
        .spawn(async move { axum::serve(listener, router).await });
    (count, format!("http://{address}/beat-s3cret"))
}

const HEARTBEAT: &str = "heartbeat: { url_env: BEAT_URL, every: 20s }\n";

#[test]
fn the_heartbeat_comes_while_all_is_well_and_stays_away_when_it_is_not() {
    let mut world = World::new("heartbeat");
    world.configure(HEARTBEAT);
    let (count, url) = listener(&world, "OK");
    let mut command = world.fast();
    command.env("BEAT_URL", &url);
    world.serve_by(command);
    let come = |n: usize| {
        until("heartbeats", || {
            let seen = count.load(Ordering::SeqCst);
            if seen >= n { Ok(()) } else { Err(seen) }
        });
    };
    come(3);
    let data = world.dir().join("data");
    let aside = world.dir().join("aside");
    std::fs::rename(&data, &aside).unwrap();
    let withheld = r#"draaiboek_heartbeats_total{outcome="withheld"}"#;
    until("a heartbeat that is withheld", || {
        let text = world.get("/metrics");
        if text.contains(withheld) {
            Ok(())
        } else {
            Err(text)
        }
    });
    let before = count.load(Ordering::SeqCst);
    let n_withheld = world.metric(withheld);
    until("more of them", || {
        let n = world.metric(withheld);
        if n >= n_withheld + 3.0 {
            Ok(())
        } else {
            Err(n)
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), before);
    std::fs::rename(&aside, &data).unwrap();
    come(before + 1);
    assert!(!world.log().contains("s3cret"), "{}", world.log());
}

#[test]
fn a_heartbeat_that_is_not_taken_is_logged_without_its_address() {
    let mut world = World::new("heartbeat-refused");
    world.configure(HEARTBEAT);
    let mut command = world.fast();
    // Nobody listens there.
    command.env("BEAT_URL", "http://127.0.0.1:9/beat-s3cret");
    world.serve_by(command);
    let log = until("the log", || {
        let log = world.log();
        let is_said = log.contains("the heartbeat was not taken");
        if is_said { Ok(log) } else { Err(log) }
    });
    assert!(
        log.contains("127.0.0.1") && !log.contains("s3cret"),
        "{log}"
    );
    let failed = r#"draaiboek_heartbeats_total{outcome="failed"}"#;
    assert!(world.metric(failed) >= 1.0);
    assert!(is_ok(&world.get("/healthz")), "their outage is not ours");
}

#[test]
fn a_heartbeat_goes_nowhere_it_may_not() {
    let world = World::new("heartbeat-guard");
    world.configure(HEARTBEAT);
    let refused = |command: &mut Command| {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let serve = || {
        let mut command = world.command(DRAAIBOEK);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        command
    };
    let why = refused(&mut serve());
    assert!(why.contains("set BEAT_URL, or BEAT_URL_FILE"), "{why}");
    let why = refused(serve().env("BEAT_URL", "beat-s3cret"));
    assert!(
        why.contains("BEAT_URL: ") && !why.contains("s3cret"),
        "{why}"
    );
    let why = refused(serve().env("BEAT_URL", "http://10.0.0.1/beat-s3cret"));
    assert!(why.contains("web.private_hosts"), "{why}");
    assert!(!why.contains("s3cret"), "{why}");
    // The real internet has no business with simulated time.
    let mut fast = world.fast();
    let why = refused(fast.env("BEAT_URL", "https://beats.example/s3cret"));
    assert!(why.contains("only to this machine"), "{why}");
}

#[test]
fn a_machine_without_certificate_authorities_can_ask_its_daemon() {
    let feed = "  news: { feed: { url: \"http://127.0.0.1:9/rss\", every: 1h } }";
    let mut world = World::with_sources("no-authorities", feed);
    world.serve();
    let bare = |arguments: &[&str]| {
        let mut command = world.command(DRAAIBOEK);
        let command = command.args(arguments);
        let command = command.env("SSL_CERT_FILE", world.folder.path("none.pem"));
        let command = command.env("SSL_CERT_DIR", world.folder.path("none"));
        command.output().unwrap()
    };
    let output = bare(&["status"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said, "");
    // What does go out says what is missing, and not that something could not be built.
    let output = bare(&["doctor"]);
    let said = String::from_utf8_lossy(&output.stdout).replace('\n', " ");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("install the package ca-certificates"),
        "{said}"
    );
    assert_eq!(world.stop(), Some(0));
}
