//! A mail server on loopback that keeps what it gets: for the demo, and for
//! tests, which can make it fail in every way a real one does.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mail_parser::MessageParser;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

pub use super::fault::{Fault, Stage};

/// A mail that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caught {
    pub from: String,
    pub to: Vec<String>,
    /// With its angle brackets; empty when the mail has none.
    pub message_id: String,
    /// As a reader of mail shows it.
    pub subject: String,
    /// Headers and body, without the dots of the protocol.
    pub raw: String,
}

/// A running catcher; dropping it stops it.
pub struct Catcher {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
    /// Keeps the port ours while nobody listens.
    closed: Option<TcpSocket>,
}

#[derive(Default)]
struct Shared {
    mails: Mutex<Vec<Caught>>,
    fault: Mutex<Option<Fault>>,
    /// Each for one whole connection of those to come.
    in_turn: Mutex<VecDeque<Fault>>,
    /// When recipients were first seen, for greylisting.
    seen: Mutex<HashMap<String, Instant>>,
    n_connections: Mutex<u64>,
    n_open: Mutex<u64>,
}

impl Catcher {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start() -> std::io::Result<Self> {
        let listener = listen().await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let server = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            server,
            closed: None,
        })
    }

    /// Breaks all connections and refuses new ones, until `open`.
    pub async fn close(&mut self) -> std::io::Result<()> {
        // Before we let go of the port, or the system could give it to the next
        // who asks for any.
        let reserved = socket(self.address)?;
        self.server.abort();
        let _ = (&mut self.server).await;
        self.closed = Some(reserved);
        Ok(())
    }

    /// Listens again, on the same port.
    pub async fn open(&mut self) -> std::io::Result<()> {
        if let Some(socket) = self.closed.take() {
            let listener = socket.listen(128)?;
            self.server = tokio::spawn(accept(listener, Arc::clone(&self.shared)));
        }
        Ok(())
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to write as `mail.server`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The mails so far, in the order in which they were complete.
    pub fn mails(&self) -> Vec<Caught> {
        lock(&self.shared.mails).clone()
    }

    pub fn n_connections(&self) -> u64 {
        *lock(&self.shared.n_connections)
    }

    /// Connections that are open now.
    pub fn n_open(&self) -> u64 {
        *lock(&self.shared.n_open)
    }

    pub fn misbehave(&self, fault: Option<Fault>) {
        *lock(&self.shared.fault) = fault;
    }

    /// Gives each of the next connections a fault of its own, to its end.
    pub fn misbehave_in_turn(&self, faults: &[Fault]) {
        *lock(&self.shared.in_turn) = faults.iter().cloned().collect();
    }
}

impl Drop for Catcher {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The system gives ports from here on to whoever asks for any; one below it
/// stays ours also while nobody listens on it.
const FIRST_GIVEN: u16 = 32_768;
const FIRST_OURS: u16 = 20_000;

/// A socket that has a port and does not listen: connections to it are refused.
/// Only sockets made here share a port.
fn socket(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Past connections may still be winding down on it.
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}

async fn listen() -> std::io::Result<TcpListener> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let room = FIRST_GIVEN - FIRST_OURS;
    // Processes that start together begin at different places.
    let first = std::process::id().wrapping_mul(61) % u32::from(room);
    for _ in 0..room {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST_OURS + ((first + u32::from(number)) % u32::from(room)) as u16;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        // Whether the port is free is asked without sharing it.
        let is_free = TcpListener::bind(address).await.is_ok();
        if is_free && let Ok(listener) = socket(address).and_then(|socket| socket.listen(128)) {
            return Ok(listener);
        }
    }
    Err(std::io::ErrorKind::AddrInUse.into())
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let mut client = Client::new(stream, Arc::clone(&shared));
        connections.spawn(async move {
            // A client that hangs up is none of the catcher's business.
            let _ = client.talk().await;
        });
    }
}

/// One connection.
struct Client {
    stream: BufReader<TcpStream>,
    shared: Arc<Shared>,
    /// Its own fault, before that of all.
    own: Option<Fault>,
}

impl Drop for Client {
    fn drop(&mut self) {
        *lock(&self.shared.n_open) -= 1;
    }
}

impl Client {
    fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        *lock(&shared.n_connections) += 1;
        *lock(&shared.n_open) += 1;
        let own = lock(&shared.in_turn).pop_front();
        Self {
            stream: BufReader::new(stream),
            shared,
            own,
        }
    }

    fn fault(&self) -> Option<Fault> {
        let own = self.own.clone();
        own.or_else(|| lock(&self.shared.fault).clone())
    }

    async fn talk(&mut self) -> std::io::Result<()> {
        self.stream.get_ref().set_nodelay(true)?;
        match self.fault() {
            Some(Fault::Refuse) => return Ok(()),
            Some(Fault::Busy) => return self.say("421 too busy").await,
            Some(Fault::Silent) => return self.hang().await,
            _ => self.say("220 catcher ESMTP").await?,
        }
        let (mut from, mut to) = (String::new(), Vec::new());
        let mut line = String::new();
        while self.stream.read_line(&mut line).await? > 0 {
            let command = line.trim_end();
            let verb = command.get(..4).unwrap_or(command).to_ascii_uppercase();
            if let Some(stage) = Stage::of(&verb)
                && !self.gets_past(stage).await?
            {
                return Ok(());
            }
            match verb.as_str() {
                "EHLO" => {
                    self.say("250-catcher\r\n250-8BITMIME\r\n250 SMTPUTF8")
                        .await?;
                }
                "MAIL" => {
                    (from, to) = (address(command), Vec::new());
                    self.say("250 ok").await?;
                }
                "RCPT" => {
                    let recipient = address(command);
                    let answer = self.answer_to(&recipient);
                    to.extend(answer.starts_with('2').then_some(recipient));
                    self.say(&answer).await?;
                }
                "DATA" => {
                    if !self.take(&from, std::mem::take(&mut to)).await? {
                        return Ok(());
                    }
                }
                "QUIT" => return self.say("221 bye").await,
                "HELO" | "NOOP" | "RSET" => self.say("250 ok").await?,
                _ => self.say("502 what?").await?,
            }
            line.clear();
        }
        Ok(())
    }

    /// Hangs or leaves at a stage when that is the fault; whether the
    /// connection goes on.
    async fn gets_past(&mut self, stage: Stage) -> std::io::Result<bool> {
        match self.fault() {
            Some(Fault::Hang(at)) if at == stage => self.hang().await?,
            Some(Fault::Goodbye(at)) if at == stage => self.say("421 going down").await?,
            _ => return Ok(true),
        }
        Ok(false)
    }

    /// Says nothing until the client leaves.
    async fn hang(&mut self) -> std::io::Result<()> {
        let mut nothing = [0; 64];
        while self.stream.read(&mut nothing).await? > 0 {}
        Ok(())
    }

    /// Takes the content of a mail; whether the connection goes on.
    async fn take(&mut self, from: &str, to: Vec<String>) -> std::io::Result<bool> {
        if let Some(Fault::Data(answer)) = self.fault() {
            self.say(&answer).await?;
            return Ok(true);
        }
        self.say("354 go ahead").await?;
        if self.fault() == Some(Fault::DropInData) {
            return Ok(false);
        }
        let raw = content(&mut self.stream).await?;
        if !self.gets_past(Stage::Content).await? {
            return Ok(false);
        }
        self.keep(Caught {
            from: from.to_owned(),
            to,
            message_id: header(&raw, "Message-ID"),
            subject: subject(&raw),
            raw,
        })
        .await
    }

    fn answer_to(&self, recipient: &str) -> String {
        match self.fault() {
            Some(Fault::Recipient { who, answer }) if recipient.contains(&who) => answer,
            Some(Fault::Greylist(length)) if self.is_young(recipient, length) => {
                format!("451 4.7.1 <{recipient}> greylisted, come back later")
            }
            _ => "250 ok".to_owned(),
        }
    }

    /// Whether a recipient was first seen less than this ago.
    fn is_young(&self, recipient: &str, length: Duration) -> bool {
        let mut seen = lock(&self.shared.seen);
        let first = seen
            .entry(recipient.to_owned())
            .or_insert_with(Instant::now);
        first.elapsed() < length
    }

    /// Keeps a mail and answers; whether the connection goes on.
    async fn keep(&mut self, mail: Caught) -> std::io::Result<bool> {
        let fault = self.fault();
        if let Some(Fault::Content(answer)) = fault {
            self.say(&answer).await?;
            return Ok(true);
        }
        let is_known = {
            let mut mails = lock(&self.shared.mails);
            let is_known = mails.iter().any(|one| one.message_id == mail.message_id);
            mails.push(mail);
            is_known
        };
        match fault {
            Some(Fault::DropAfterDot) => return Ok(false),
            Some(Fault::DropOnceAfterDot) if !is_known => return Ok(false),
            Some(Fault::HangAfterDot(length)) => sleep(length).await,
            _ => {}
        }
        self.say("250 taken").await?;
        Ok(fault != Some(Fault::CloseAfterMail))
    }

    async fn say(&mut self, answer: &str) -> std::io::Result<()> {
        if let Some(Fault::Slow(length)) = self.fault() {
            sleep(length).await;
        }
        let answer = format!("{answer}\r\n");
        self.stream.write_all(answer.as_bytes()).await
    }
}

/// Reads up to the lonely dot.
async fn content(client: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut raw = String::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if client.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(raw);
        }
        let text = String::from_utf8_lossy(&line);
        raw.push_str(text.strip_prefix('.').unwrap_or(&text));
    }
}

/// What stands between the angle brackets.
fn address(command: &str) -> String {
    let after = command.split_once('<').map_or("", |(_, after)| after);
    after.split('>').next().unwrap_or("").to_owned()
}

/// A header's value, unfolded.
fn header(raw: &str, name: &str) -> String {
    let mut value: Option<String> = None;
    for line in raw.lines().take_while(|line| !line.is_empty()) {
        match &mut value {
            Some(value) if line.starts_with([' ', '\t']) => value.push_str(line),
            Some(_) => break,
            None => {
                value = line
                    .split_once(':')
                    .filter(|(found, _)| found.eq_ignore_ascii_case(name))
                    .map(|(_, rest)| rest.trim().to_owned());
            }
        }
    }
    value.unwrap_or_default()
}

/// The subject as a reader of mail shows it.
fn subject(raw: &str) -> String {
    let headers = MessageParser::default().parse_headers(raw);
    let decoded = headers.as_ref().and_then(|mail| mail.subject());
    decoded.map_or_else(|| header(raw, "Subject"), str::to_owned)
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
