//! A mail server on loopback that keeps what it gets: for the demo, and for
//! tests, which can make it fail in every way a real one does.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A mail that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caught {
    pub from: String,
    pub to: Vec<String>,
    /// With its angle brackets; empty when the mail has none.
    pub message_id: String,
    /// As it stands in the header, still encoded.
    pub subject: String,
    /// Headers and body, without the dots of the protocol.
    pub raw: String,
}

/// How the catcher misbehaves, from the next step of every connection on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Hangs up before the greeting.
    Refuse,
    /// Says `421` instead of a greeting.
    Busy,
    /// Accepts the connection and stays silent.
    Silent,
    /// Answers a recipient whose address holds `who` with `answer`.
    Recipient { who: String, answer: String },
    /// Answers DATA with this.
    Data(String),
    /// Answers the whole mail with this, and does not keep it.
    Content(String),
    /// Hangs up while the content comes in.
    DropInData,
    /// Keeps the mail and hangs up without an answer.
    DropAfterDot,
    /// Keeps the mail and answers after this long.
    HangAfterDot(Duration),
    /// Hangs up after each mail it took.
    CloseAfterMail,
}

/// A running catcher; dropping it stops it.
pub struct Catcher {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    mails: Mutex<Vec<Caught>>,
    fault: Mutex<Option<Fault>>,
    n_connections: Mutex<u64>,
    n_open: Mutex<u64>,
}

impl Catcher {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let server = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            server,
        })
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
}

impl Drop for Catcher {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        *lock(&shared.n_connections) += 1;
        *lock(&shared.n_open) += 1;
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A client that hangs up is none of the catcher's business.
            let _ = talk(stream, &shared).await;
            *lock(&shared.n_open) -= 1;
        });
    }
}

async fn talk(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut client = BufReader::new(stream);
    match shared.fault() {
        Some(Fault::Refuse) => return Ok(()),
        Some(Fault::Busy) => return say(&mut client, "421 too busy").await,
        Some(Fault::Silent) => {
            let mut nothing = [0; 64];
            while client.read(&mut nothing).await? > 0 {}
            return Ok(());
        }
        _ => say(&mut client, "220 catcher ESMTP").await?,
    }
    let (mut from, mut to) = (String::new(), Vec::new());
    let mut line = String::new();
    while client.read_line(&mut line).await? > 0 {
        let command = line.trim_end();
        let verb = command.get(..4).unwrap_or(command).to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say(&mut client, "250-catcher\r\n250-8BITMIME\r\n250 SMTPUTF8").await?,
            "MAIL" => {
                (from, to) = (address(command), Vec::new());
                say(&mut client, "250 ok").await?;
            }
            "RCPT" => {
                let recipient = address(command);
                let answer = shared.answer_to(&recipient);
                to.extend(answer.starts_with('2').then_some(recipient));
                say(&mut client, &answer).await?;
            }
            "DATA" => {
                let goes_on = take(&mut client, shared, &from, std::mem::take(&mut to)).await?;
                if !goes_on {
                    return Ok(());
                }
            }
            "QUIT" => return say(&mut client, "221 bye").await,
            "HELO" | "NOOP" | "RSET" => say(&mut client, "250 ok").await?,
            _ => say(&mut client, "502 what?").await?,
        }
        line.clear();
    }
    Ok(())
}

/// Takes the content of a mail; whether the connection goes on.
async fn take(
    client: &mut BufReader<TcpStream>,
    shared: &Shared,
    from: &str,
    to: Vec<String>,
) -> std::io::Result<bool> {
    if let Some(Fault::Data(answer)) = shared.fault() {
        say(client, &answer).await?;
        return Ok(true);
    }
    say(client, "354 go ahead").await?;
    if shared.fault() == Some(Fault::DropInData) {
        return Ok(false);
    }
    let raw = content(client).await?;
    let mail = Caught {
        from: from.to_owned(),
        to,
        message_id: header(&raw, "Message-ID"),
        subject: header(&raw, "Subject"),
        raw,
    };
    shared.keep(client, mail).await
}

impl Shared {
    fn fault(&self) -> Option<Fault> {
        lock(&self.fault).clone()
    }

    fn answer_to(&self, recipient: &str) -> String {
        match self.fault() {
            Some(Fault::Recipient { who, answer }) if recipient.contains(&who) => answer,
            _ => "250 ok".to_owned(),
        }
    }

    /// Keeps a mail and answers; whether the connection goes on.
    async fn keep(&self, client: &mut BufReader<TcpStream>, mail: Caught) -> std::io::Result<bool> {
        let fault = self.fault();
        if let Some(Fault::Content(answer)) = fault {
            say(client, &answer).await?;
            return Ok(true);
        }
        lock(&self.mails).push(mail);
        match fault {
            Some(Fault::DropAfterDot) => return Ok(false),
            Some(Fault::HangAfterDot(length)) => tokio::time::sleep(length).await,
            _ => {}
        }
        say(client, "250 taken").await?;
        Ok(fault != Some(Fault::CloseAfterMail))
    }
}

async fn say(client: &mut BufReader<TcpStream>, answer: &str) -> std::io::Result<()> {
    client.write_all(format!("{answer}\r\n").as_bytes()).await
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

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
