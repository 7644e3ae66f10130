//! A small world for the real binary: an organisation's folder, a daemon that
//! can be killed, a mail server that can misbehave, and the patience to wait
//! for what must happen without guessing how long it takes.

use std::fmt::Debug;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use draaiboek::demo::catcher::{Catcher, Caught, Fault};
use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock;
use serde_json::Value;
use tokio::runtime::Runtime;

/// How long something that must happen may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The push tokens of the fixtures.
pub(crate) const TOKEN: &str = "s3cret-of-suite";
pub(crate) const OTHER_TOKEN: &str = "s3cret-of-other";

pub(crate) const DRAAIBOEK: &str = env!("CARGO_BIN_EXE_draaiboek");

/// An organisation that listens to one watch. `{server}` is the mail server.
const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
levels: { attention: Aandacht, crisis: Crisis }
team:
  anna: { name: "Anna de Wit", email: anna@korst.example, phone: "+31 6 0000 0001" }
  bo: { name: "Bo Li", email: bo@korst.example, language: en }
roles:
  owner: { title: Eigenaar, people: [anna, bo] }
  writer: { title: Schrijver, people: [bo, anna] }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
web: { private_hosts: ["127.0.0.1", localhost] }
watches:
  bakery: { title: Bakkerij, query: korst }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN, platforms: [x, facebook, other] } }
  other: { push: { token_env: OTHER_TOKEN } }
  log: { file: { path: in.ndjson } }
{sources}
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl] }
own_accounts: ["@bakker"]
"#;

const PLAYBOOK: &str = r"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
writer: writer
cool_down: 1h
triggers:
  rising: { when: { mentions: { within: 1h, at_least: 5 } } }
  storm: { level: crisis, when: { mentions: { within: 1h, at_least: 50 } } }
alert:
  attention:
    - { roles: [owner], tell: [writer] }
facts:
  where: { ask: In welke winkel?, role: writer }
tasks:
  close-shop: { title: Sluit de winkel, role: owner, due: 30m after start }
phases:
  information:
    messages:
      holding: { kind: holding, to: [public], due: 30m }
";

/// A folder of its own, gone afterwards.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{name}-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn append(&self, name: &str, text: &str) {
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .append(true)
            .create(true)
            .open(self.path(name))
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running `draaiboek serve`, and what it says.
struct Daemon {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
}

/// See the module. Dropping it kills the daemon and removes the folder.
pub(crate) struct World {
    daemon: Option<Daemon>,
    catcher: Catcher,
    runtime: Runtime,
    pub(crate) folder: Folder,
}

impl World {
    /// The bakery with its one playbook, no daemon yet.
    pub(crate) fn new(name: &str) -> Self {
        Self::with_sources(name, "")
    }

    /// The bakery with more sources: lines of YAML.
    pub(crate) fn with_sources(name: &str, sources: &str) -> Self {
        let world = Self::empty(name);
        let text = ORGANISATION
            .replace("{server}", &world.catcher.url())
            .replace("{sources}", sources);
        world.folder.write("draaiboek.yaml", text);
        world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
        let template = "Er is een muis gezien in {{facts.where}}.\n";
        world
            .folder
            .write("templates/statements/holding.nl.hbs", template);
        world
    }

    /// A folder without anything in it, and a mail server.
    pub(crate) fn empty(name: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let catcher = runtime.block_on(Catcher::start()).unwrap();
        Self {
            daemon: None,
            catcher,
            runtime,
            folder: Folder::new(name),
        }
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    pub(crate) fn mail_server(&self) -> String {
        self.catcher.url()
    }

    pub(crate) fn misbehave(&self, fault: Option<Fault>) {
        self.catcher.misbehave(fault);
    }

    /// Gives each of the next connections a fault of its own.
    pub(crate) fn misbehave_in_turn(&self, faults: &[Fault]) {
        self.catcher.misbehave_in_turn(faults);
    }

    /// Nobody listens where the mail server was, until it is opened again.
    pub(crate) fn close_mail_server(&mut self) {
        self.runtime.block_on(self.catcher.close()).unwrap();
    }

    pub(crate) fn open_mail_server(&mut self) {
        self.runtime.block_on(self.catcher.open()).unwrap();
    }

    pub(crate) fn mails(&self) -> Vec<Caught> {
        self.catcher.mails()
    }

    /// Connections to the mail server that are open now.
    pub(crate) fn n_open_mail(&self) -> u64 {
        self.catcher.n_open()
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.folder.0
    }

    /// The program in this folder, with the secrets it needs.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.dir())
            .env("DRAAIBOEK_PUSH_TOKEN", TOKEN)
            .env("OTHER_TOKEN", OTHER_TOKEN)
            .env_remove("DRAAIBOEK_LOG")
            .env_remove("DRAAIBOEK_LOG_FORMAT")
            // Nobody answers there: no test asks the name servers of this machine.
            .env("DRAAIBOEK_DNS_SERVER", "127.0.0.1:9")
            .env("DRAAIBOEK_SMTP_PASSWORD", "not needed");
        command
    }

    /// Runs one command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(DRAAIBOEK).args(arguments).output().unwrap()
    }

    /// Runs a command with `--json`, which must succeed.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
    }

    /// What a command says on stdout; it must succeed.
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command complains of on stderr; it must fail.
    pub(crate) fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    pub(crate) fn status(&self) -> Value {
        self.json(&["status"])
    }

    /// The line of a source in `status`.
    pub(crate) fn source(&self, name: &str) -> Value {
        let status = self.status();
        let sources = status["sources"].as_array().unwrap();
        let found = sources.iter().find(|source| source["source"] == name);
        found.unwrap_or_else(|| panic!("{status}")).clone()
    }

    /// Starts the daemon and waits until it is ready.
    pub(crate) fn serve(&mut self) {
        let mut command = self.command(DRAAIBOEK);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        self.serve_by(command);
    }

    /// Starts the daemon by another command that ends in `exec`.
    pub(crate) fn serve_by(&mut self, mut command: Command) {
        assert!(self.daemon.is_none(), "one daemon at a time");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (lines, log) = listen(&mut child);
        let ready = wait_ready(&lines);
        let daemon = Daemon {
            child,
            address: ready.clone().unwrap_or_default(),
            log,
        };
        let log = Arc::clone(&daemon.log);
        self.daemon = Some(daemon);
        assert!(ready.is_some(), "not ready: {}", log.lock().unwrap());
    }

    /// A daemon on a clock that begins now and runs thirty times as fast: what
    /// takes minutes need not be waited for.
    pub(crate) fn hurry(&mut self) {
        let clock = format!("{}@30", rfc3339(clock::now()));
        let mut command = self.command(DRAAIBOEK);
        command.args(["serve", "--listen", "127.0.0.1:0", "--clock", &clock]);
        self.serve_by(command);
    }

    pub(crate) fn address(&self) -> String {
        self.daemon.as_ref().expect("a daemon").address.clone()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.daemon.as_ref().expect("a daemon").child.id()
    }

    /// What the daemon logged so far.
    pub(crate) fn log(&self) -> String {
        let daemon = self.daemon.as_ref().expect("a daemon");
        daemon.log.lock().unwrap().clone()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.child.kill();
            let _ = daemon.child.wait();
        }
    }

    /// Asks the daemon to stop and gives its exit code; it must be quick.
    pub(crate) fn stop(&mut self) -> Option<i32> {
        let pid = self.pid().to_string();
        let mut kill = Command::new("kill");
        assert!(kill.args(["-TERM", &pid]).status().unwrap().success());
        let mut daemon = self.daemon.take().unwrap();
        let ended = wait(|| daemon.child.try_wait().unwrap());
        let _ = daemon.child.kill();
        ended.expect("the daemon never stopped").code()
    }

    /// Whether the daemon still runs.
    pub(crate) fn is_up(&mut self) -> bool {
        let daemon = self.daemon.as_mut().expect("a daemon");
        daemon.child.try_wait().unwrap().is_none()
    }

    /// A number from /proc/PID/status, in KiB.
    pub(crate) fn memory(&self, name: &str) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn push(&self, body: impl AsRef<[u8]>) -> Answer {
        let answer = post(&self.address(), &[&bearer(TOKEN)], body.as_ref());
        answer.expect("an answer")
    }

    pub(crate) fn push_with(&self, headers: &[&str], body: impl AsRef<[u8]>) -> Answer {
        post(&self.address(), headers, body.as_ref()).expect("an answer")
    }

    pub(crate) fn get(&self, path: &str) -> String {
        let mut stream = connect(&self.address()).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    /// Waits until as many mails came in, and gives them.
    pub(crate) fn until_mails(&self, n_mails: usize) -> Vec<Caught> {
        until("mails", || {
            let mails = self.mails();
            if mails.len() >= n_mails {
                Ok(mails)
            } else {
                Err(mails.iter().map(|mail| mail.to.clone()).collect::<Vec<_>>())
            }
        })
    }

    /// Waits until `status` is as wanted, and gives it.
    pub(crate) fn until_status(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        until(what, || {
            let status = self.status();
            if is_so(&status) {
                Ok(status)
            } else {
                Err(status)
            }
        })
    }
}

impl Drop for World {
    #[expect(
        clippy::print_stderr,
        reason = "a failing test shows what the daemon said"
    )]
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(daemon) = &self.daemon
            && let Ok(log) = daemon.log.lock()
        {
            eprintln!("--- the daemon said ---\n{log}");
        }
        self.kill();
    }
}

/// Reads both outputs in the background, so that the daemon never waits for us.
fn listen(child: &mut Child) -> (Receiver<String>, Arc<Mutex<String>>) {
    let (sender, lines) = channel();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let log = Arc::new(Mutex::new(String::new()));
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let kept = Arc::clone(&log);
    std::thread::spawn(move || {
        let mut line = String::new();
        while stderr.read_line(&mut line).is_ok_and(|length| length > 0) {
            kept.lock().unwrap().push_str(&line);
            line.clear();
        }
    });
    (lines, log)
}

/// The address from the one line that scripts wait for.
fn wait_ready(lines: &Receiver<String>) -> Option<String> {
    let line = match lines.recv_timeout(PATIENCE) {
        Ok(line) => line,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
    };
    let (_, address) = line
        .strip_prefix("draaiboek is ready on ")?
        .split_once("://")?;
    Some(address.split_once(": ")?.0.to_owned())
}

/// What an HTTP request was answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// One number of the answer.
    pub(crate) fn n(&self, name: &str) -> u64 {
        let number = self.body[name].as_u64();
        number.unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    /// `received new known matched unmatched rejected`.
    pub(crate) fn numbers(&self) -> [u64; 6] {
        [
            "received",
            "new",
            "known",
            "matched",
            "unmatched",
            "rejected",
        ]
        .map(|name| self.n(name))
    }

    /// Line and reason of every problem.
    pub(crate) fn problems(&self) -> Vec<(u64, String)> {
        let problems = self.body["problems"].as_array().unwrap();
        let line = |problem: &Value| {
            (
                problem["line"].as_u64().unwrap(),
                problem["reason"].as_str().unwrap().to_owned(),
            )
        };
        problems.iter().map(line).collect()
    }
}

pub(crate) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

fn connect(address: &str) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Posts mentions by hand, so that every kind of wrong request can be made.
pub(crate) fn post(address: &str, headers: &[&str], body: &[u8]) -> std::io::Result<Answer> {
    post_stream(address, headers, body.len() as u64, |stream| {
        stream.write_all(body)
    })
}

/// The same with a body that is written piece by piece.
pub(crate) fn post_stream(
    address: &str,
    headers: &[&str],
    length: u64,
    body: impl FnOnce(&mut TcpStream) -> std::io::Result<()>,
) -> std::io::Result<Answer> {
    let mut stream = connect(address)?;
    let mut head = "POST /api/mentions HTTP/1.1\r\nHost: d\r\nConnection: close\r\n".to_owned();
    for header in headers {
        head.push_str(&format!("{header}\r\n"));
    }
    head.push_str(&format!("Content-Length: {length}\r\n\r\n"));
    stream.write_all(head.as_bytes())?;
    // A server that has heard enough answers before the end of the body.
    let _ = body(&mut stream);
    let mut raw = Vec::new();
    let read = stream.read_to_end(&mut raw);
    let text = String::from_utf8_lossy(&raw);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        read?;
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    Ok(Answer {
        status: status.unwrap_or(0),
        body,
    })
}

/// One mention that the bakery's watch matches, `ago` seconds old.
pub(crate) fn mention(id: &str, ago: i64) -> String {
    mention_about("korst", id, ago)
}

pub(crate) fn mention_about(word: &str, id: &str, ago: i64) -> String {
    let at = rfc3339(clock::now() - TimeDelta::seconds(ago));
    format!(
        r#"{{"id":"{id}","platform":"x","author":"a{id}","text":"Muis bij {word} nummer {id}","published_at":"{at}"}}"#
    )
}

/// So many mentions as lines, with ids that begin with `name`.
pub(crate) fn mentions(name: &str, count: usize) -> String {
    (0..count)
        .map(|number| mention(&format!("{name}{number}"), 30) + "\n")
        .collect()
}

/// Waits until `look` finds it; says what was found instead when it never does.
pub(crate) fn until<T, D: Debug>(what: &str, mut look: impl FnMut() -> Result<T, D>) -> T {
    let mut last = None;
    let found = wait(|| match look() {
        Ok(found) => Some(found),
        Err(instead) => {
            last = Some(instead);
            None
        }
    });
    found.unwrap_or_else(|| panic!("{what} never came; the last seen is {last:?}"))
}

fn wait<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = clock::stopwatch();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if start.elapsed() > PATIENCE {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Numbers that look random and are the same in every run (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 0 up to and not including `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}
