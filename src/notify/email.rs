//! Hands a mail to a mail server over SMTP, and says what to do when the
//! server does not take it.
//!
//! Sockets are our own, with TCP_NODELAY: lettre writes the body and the
//! final dot separately, and without it each mail waits 40 ms for a delayed
//! acknowledgement. When a connection breaks after the final dot, nobody can
//! know whether the mail was taken: it is tried again with the same
//! Message-ID, because twice is better than not at all.

use std::path::Path;
use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::envelope::{self, Outgoing, Sealed};
use super::pool::{Line, Pool};
use super::ready::Ready;
use super::server::{Security, Server};
pub use super::verdict::Stage;
use super::verdict::{self, Fault};
use super::{Errand, Failure, Readying, Sending, Way};
use crate::domain::effect::MAIL;
use crate::domain::organisation::Mail;

/// Bounds on waiting.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For one mail, from connecting to the answer after the final dot.
    pub whole_mail: Duration,
    /// For one of the server's addresses to accept a connection.
    pub one_address: Duration,
    /// How long an unused connection is kept.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            whole_mail: Duration::from_secs(30),
            one_address: Duration::from_secs(8),
            idle: Duration::from_secs(30),
        }
    }
}

/// How far a greeting came, and why no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    pub stage: Stage,
    pub failure: Failure,
}

impl Stuck {
    pub fn reason(&self) -> &str {
        self.failure.reason()
    }
}

/// How a server received us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// Without the user.
    pub server: String,
    /// What we tell it stays on this machine.
    pub is_here: bool,
    pub is_encrypted: bool,
    /// Whether a user and a password were asked for, and taken.
    pub is_logged_in: bool,
}

/// Sends mail through one server. Share it: every call uses its own
/// connection, so the number of connections is the number of callers.
pub struct Mailer {
    pub(super) server: Server,
    credentials: Option<Credentials>,
    /// `None` when nothing is to be encrypted.
    tls: Option<TlsParameters>,
    hello: ClientId,
    pub(super) limits: Limits,
    pub(super) pool: Pool,
}

impl Mailer {
    /// `ca_file`: a PEM file with a certificate authority to trust besides
    /// the system's. `Err` says what is wrong with the setting.
    pub fn new(
        mail: &Mail,
        password: Option<String>,
        ca_file: Option<&Path>,
    ) -> Result<Self, String> {
        let server = Server::parse(&mail.server)?;
        let credentials = match (&server.user, password) {
            (None, _) => None,
            (Some(user), Some(password)) => Some(Credentials::new(user.clone(), password)),
            (Some(_), None) => {
                return Err(
                    "`mail.server` names a user, but DRAAIBOEK_SMTP_PASSWORD is not set".to_owned(),
                );
            }
        };
        // A relay on this very machine often has a certificate that nobody can
        // check. What we tell it does not leave the machine, so TLS is used
        // only when a password goes with it or an authority was given.
        let wants_tls = !server.is_loopback()
            || server.security == Security::Implicit
            || credentials.is_some()
            || ca_file.is_some();
        let tls = wants_tls
            .then(|| trust(&server.host, ca_file))
            .transpose()?;
        let limits = Limits::default();
        Ok(Self {
            server,
            credentials,
            tls,
            hello: ClientId::default(),
            pool: Pool::new(limits.idle),
            limits,
        })
    }

    /// The same mailer with other bounds on waiting.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.pool = Pool::new(limits.idle);
        self.limits = limits;
        self
    }

    /// Goes as far as a mail can go without being one: to the server's answer to
    /// the sender `from`, a mailbox. Ends within `Limits::whole_mail`.
    pub async fn greet(&self, from: &str) -> Result<Greeting, Stuck> {
        let mut stage = Stage::Connecting;
        let from: Result<Mailbox, _> = from.parse();
        let Ok(from) = from else {
            let why = "the sender address (`mail.from`) is not valid".to_owned();
            return Err(Stuck {
                stage: Stage::Sender,
                failure: Failure::GiveUp(why),
            });
        };
        let greeted = self.sound_out(from.email, &mut stage);
        let failure = match timeout(self.limits.whole_mail, greeted).await {
            Ok(Ok(greeting)) => return Ok(greeting),
            Ok(Err(fault)) => fault.judged(&self.server, stage),
            Err(_) => verdict::silence(&self.server, stage),
        };
        Err(Stuck { stage, failure })
    }

    async fn sound_out(&self, from: Address, stage: &mut Stage) -> Result<Greeting, Fault> {
        let Line { mut connection, .. } = self.connect(stage).await?;
        *stage = Stage::Sender;
        let sender = MailFrom::new(Some(from), vec![]);
        connection.command(sender).await?;
        let greeting = Greeting {
            server: self.server.to_string(),
            is_here: self.server.is_loopback(),
            is_encrypted: connection.is_encrypted(),
            is_logged_in: self.credentials.is_some(),
        };
        // What a server says to a goodbye changes nothing.
        let _ = connection.command(Rset).await;
        let _ = connection.quit().await;
        Ok(greeting)
    }

    /// Returns once the server has taken the mail. Ends within
    /// `Limits::whole_mail`, whatever the server does.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), Failure> {
        let sealed = envelope::seal(mail)?;
        let mut stage = Stage::Connecting;
        match timeout(self.limits.whole_mail, self.deliver(&sealed, &mut stage)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(fault)) => Err(fault.judged(&self.server, stage)),
            Err(_) => Err(verdict::silence(&self.server, stage)),
        }
    }

    async fn deliver(&self, sealed: &Sealed, stage: &mut Stage) -> Result<(), Fault> {
        if let Some(line) = self.pool.take() {
            match self.hand_over(line, sealed, stage).await {
                // The server hung up on an idle connection just now; nothing
                // was taken yet, so a fresh one starts over.
                Err(fault) if *stage < Stage::Content && fault.is_hang_up() => {}
                result => return result,
            }
        }
        *stage = Stage::Connecting;
        let line = self.connect(stage).await?;
        self.hand_over(line, sealed, stage).await
    }

    /// Sends one mail over a line and keeps the line when it is still good.
    pub(super) async fn hand_over(
        &self,
        mut line: Line,
        sealed: &Sealed,
        stage: &mut Stage,
    ) -> Result<(), Fault> {
        let mut result = announce(&mut line.connection, sealed, stage).await;
        if result.is_ok() {
            result = give(&mut line.connection, sealed, stage).await;
        }
        self.keep(line, result.as_ref().err(), *stage).await;
        result
    }

    /// Keeps a line that is still good after a mail, or after this fault.
    pub(super) async fn keep(&self, mut line: Line, fault: Option<&Fault>, stage: Stage) {
        match fault {
            None => self.pool.put(line),
            Some(Fault::Smtp(error)) if error.status().is_some() && !verdict::is_goodbye(error) => {
                // A refused recipient leaves the connection usable.
                let is_clean = stage == Stage::Content;
                if is_clean || line.connection.command(Rset).await.is_ok() {
                    self.pool.put(line);
                }
            }
            Some(_) => {}
        }
    }

    pub(super) async fn connect(&self, stage: &mut Stage) -> Result<Line, Fault> {
        if self.server.security == Security::Implicit {
            *stage = Stage::Encrypting;
            // lettre offers TLS from the first byte only on sockets of its own.
            let mut connection = AsyncSmtpConnection::connect_tokio1(
                (self.server.host.as_str(), self.server.port),
                Some(self.limits.one_address),
                &self.hello,
                self.tls.clone(),
                None,
            )
            .await?;
            self.log_in(&mut connection, stage).await?;
            return Ok(Line {
                connection,
                socket: None,
            });
        }
        let stream = self.dial().await?;
        stream.set_nodelay(true)?;
        let stream = stream.into_std()?;
        let socket = stream.try_clone()?;
        let stream = Box::new(TcpStream::from_std(stream)?);
        *stage = Stage::Greeting;
        let mut connection =
            AsyncSmtpConnection::connect_with_transport(stream, &self.hello).await?;
        if let Some(tls) = self.tls.as_ref().filter(|_| connection.can_starttls()) {
            *stage = Stage::Encrypting;
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        self.log_in(&mut connection, stage).await?;
        Ok(Line {
            connection,
            socket: Some(socket),
        })
    }

    async fn dial(&self) -> Result<TcpStream, Fault> {
        let host = (self.server.host.as_str(), self.server.port);
        let mut last = std::io::Error::other("the host name has no address");
        for address in tokio::net::lookup_host(host).await? {
            // A dead IPv6 route must leave time for IPv4.
            match timeout(self.limits.one_address, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = error,
                Err(_) => last = std::io::ErrorKind::TimedOut.into(),
            }
        }
        Err(last.into())
    }

    async fn log_in(
        &self,
        connection: &mut AsyncSmtpConnection,
        stage: &mut Stage,
    ) -> Result<(), Fault> {
        let Some(credentials) = &self.credentials else {
            return Ok(());
        };
        *stage = Stage::LoggingIn;
        if !connection.is_encrypted() && !self.server.is_loopback() {
            return Err(Fault::Refused(Failure::Retry(format!(
                "{} offers no TLS, and the password is not sent without it",
                self.server
            ))));
        }
        connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        Ok(())
    }
}

impl Way for Mailer {
    fn name(&self) -> &str {
        MAIL
    }

    fn describe(&self) -> String {
        let login = if self.credentials.is_some() {
            ", with a login"
        } else {
            ""
        };
        format!("mail goes by {}{login}", self.server)
    }

    fn send<'a>(&'a self, errand: &'a Errand<'a>) -> Sending<'a> {
        Box::pin(self.send(errand.mail))
    }

    fn make_ready<'a>(&'a self, mail: &'a Outgoing) -> Readying<'a> {
        Box::pin(self.make_ready(mail))
    }

    fn send_ready<'a>(&'a self, _errand: &'a Errand<'a>, ready: Ready) -> Sending<'a> {
        Box::pin(self.send_ready(ready))
    }
}

/// Everything but the content.
pub(super) async fn announce(
    connection: &mut AsyncSmtpConnection,
    sealed: &Sealed,
    stage: &mut Stage,
) -> Result<(), Fault> {
    *stage = Stage::Sender;
    let parameters = parameters(connection, &sealed.envelope, &sealed.bytes)?;
    let sender = sealed.envelope.from().cloned();
    connection
        .command(MailFrom::new(sender, parameters))
        .await?;
    *stage = Stage::Recipient;
    for recipient in sealed.envelope.to() {
        connection
            .command(Rcpt::new(recipient.clone(), vec![]))
            .await?;
    }
    Ok(())
}

/// The content, behind everything else.
pub(super) async fn give(
    connection: &mut AsyncSmtpConnection,
    sealed: &Sealed,
    stage: &mut Stage,
) -> Result<(), Fault> {
    *stage = Stage::Data;
    connection.command(Data).await?;
    *stage = Stage::Content;
    connection.message(&sealed.bytes).await?;
    Ok(())
}

fn parameters(
    connection: &AsyncSmtpConnection,
    envelope: &Envelope,
    bytes: &[u8],
) -> Result<Vec<MailParameter>, Fault> {
    let mut parameters = Vec::new();
    let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    if !envelope
        .from()
        .into_iter()
        .chain(envelope.to())
        .all(is_ascii)
    {
        if !connection
            .server_info()
            .supports_feature(Extension::SmtpUtfEight)
        {
            return Err(Fault::Refused(Failure::GiveUp(
                "the mail server takes no addresses with letters such as é".to_owned(),
            )));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(parameters)
}

fn trust(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, String> {
    let mut builder =
        TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::Default);
    if let Some(path) = ca_file {
        let unreadable = |why: String| {
            format!(
                "the certificate file {} cannot be used: {why}",
                path.display()
            )
        };
        let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        let certificate =
            Certificate::from_pem(&pem).map_err(|error| unreadable(error.to_string()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build()
        .map_err(|error| format!("TLS cannot be set up: {error}"))
}
