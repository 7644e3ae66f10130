//! How people are told: a notice becomes a letter, a letter becomes a mail or
//! the body of a webhook, and a post takes it.
//!
//! Nothing here decides who is told or when to try again; it says only
//! whether trying again makes sense. Knows the domain, not the store.

use std::collections::BTreeMap;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use crate::domain::effect::Notice;
use crate::domain::organisation::Mail;
use crate::domain::time::Timestamp;
// The letters' own name for it.
use crate::domain::words;

pub mod letter;

mod frame;

pub mod template;

pub mod specimen;

mod view;

mod roll_call;

mod entry;

mod errand;

mod sentence;

mod asked;

pub mod glance;

mod chart;

mod defang;

pub mod trial;

mod wrap;

mod plain;

pub mod envelope;

pub mod email;

pub mod names;

mod server;

mod verdict;

mod pool;

mod ready;

pub mod folder;

mod short;

mod body;

pub mod sign;

pub mod webhook;

pub use body::check_templates;
pub mod inbox;

mod parts;

pub mod maildir;

pub use email::Mailer;
pub use envelope::Outgoing;
pub use folder::Folder;
pub use letter::{AnswerLink, Letter, write, write_text};
pub use ready::Ready;
pub use server::host_of;
pub use sign::Signer;
pub use template::MailTemplates;
pub use webhook::Webhook;

/// Why a notice was not taken, in words for the person who runs the server;
/// never with the address of the recipient in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The same may be taken later.
    Retry(String),
    /// Nothing gets through now, whatever it is: the other side is away.
    Away(String),
    /// The same may be taken later; the other side asks for so much time.
    RetryAfter(String, Duration),
    /// It will not, however often it is tried.
    GiveUp(String),
}

impl Failure {
    pub fn reason(&self) -> &str {
        match self {
            Self::Retry(reason)
            | Self::Away(reason)
            | Self::RetryAfter(reason, _)
            | Self::GiveUp(reason) => reason,
        }
    }
}

/// One notice on its way to one person.
#[derive(Debug)]
pub struct Errand<'a> {
    pub notice: &'a Notice,
    /// The notice as a mail; a webhook uses its letter.
    pub mail: &'a Outgoing,
    /// Where the person can answer.
    pub link: Option<&'a AnswerLink>,
    /// The same at every try and unlike any other: for those who must tell
    /// twice from again.
    pub id: &'a str,
    pub now: Timestamp,
}

/// An event of a run on its way to a program.
#[derive(Debug)]
pub struct Event<'a> {
    /// The JSON that is posted.
    pub body: &'a str,
    /// The same at every try and unlike any other.
    pub id: &'a str,
    /// Name of the drill that it belongs to.
    pub scenario: Option<&'a str>,
    pub now: Timestamp,
}

/// What comes of sending, once it is known.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// What comes of making a mail ready; `None` when it goes without.
pub type Readying<'a> = Pin<Box<dyn Future<Output = Option<Ready>> + Send + 'a>>;

/// One way to reach people.
pub trait Way: Send + Sync {
    /// For logs and the run's log.
    fn name(&self) -> &str;

    /// One sentence for whoever starts the program.
    fn describe(&self) -> String;

    /// Done once the notice is in somebody else's hands, or on disk.
    fn send<'a>(&'a self, errand: &'a Errand<'a>) -> Sending<'a>;

    /// Makes ready what may be sent in a moment: nothing of it is in anybody's hands
    /// then, and nothing comes of it when it is dropped.
    fn make_ready<'a>(&'a self, _mail: &'a Outgoing) -> Readying<'a> {
        Box::pin(std::future::ready(None))
    }

    /// Sends what this way made ready.
    fn send_ready<'a>(&'a self, errand: &'a Errand<'a>, _ready: Ready) -> Sending<'a> {
        self.send(errand)
    }

    /// Tells a program of an event; done once it has taken it. Most ways lead to
    /// people only.
    fn tell<'a>(&'a self, _event: &'a Event<'a>) -> Sending<'a> {
        let because = format!("`{}` is no webhook", self.name());
        Box::pin(std::future::ready(Err(Failure::GiveUp(because))))
    }
}

/// Every way to reach people, by its name in `reach`.
#[derive(Default)]
pub struct Post {
    ways: BTreeMap<String, Box<dyn Way>>,
    hindrance: Option<Hindrance>,
}

/// Whether a way (the first) does not reach a person now: what fails in a drill.
pub type Hindrance = Box<dyn Fn(&str, &str) -> bool + Send + Sync>;

impl Post {
    /// Registers a way.
    pub fn add(&mut self, name: &str, way: Box<dyn Way>) {
        self.ways.insert(name.to_owned(), way);
    }

    /// From now on this may keep things from getting through.
    pub fn hinder(&mut self, by: Hindrance) {
        self.hindrance = Some(by);
    }

    /// Makes ready by one way what may be sent to a person in a moment, if that way
    /// does such a thing.
    pub async fn make_ready(&self, way: &str, person: &str, mail: &Outgoing) -> Option<Ready> {
        match self.is_hindered(way, person) {
            true => None,
            false => self.ways.get(way)?.make_ready(mail).await,
        }
    }

    fn is_hindered(&self, way: &str, person: &str) -> bool {
        let hindrance = self.hindrance.as_ref();
        hindrance.is_some_and(|fails| fails(way, person))
    }

    /// Sends by one way. A way that is there no more refuses for good: a
    /// notice may be older than the setting.
    pub async fn send(&self, way: &str, errand: &Errand<'_>) -> Result<(), Failure> {
        self.way(way, errand)?.send(errand).await
    }

    /// Sends what that way made ready.
    pub async fn send_ready(
        &self,
        way: &str,
        errand: &Errand<'_>,
        ready: Ready,
    ) -> Result<(), Failure> {
        self.way(way, errand)?.send_ready(errand, ready).await
    }

    fn way(&self, way: &str, errand: &Errand<'_>) -> Result<&dyn Way, Failure> {
        if self.is_hindered(way, &errand.notice.person) {
            return Err(Failure::Away("the drill lets this fail".to_owned()));
        }
        let found = self.ways.get(way).map(AsRef::as_ref);
        found.ok_or_else(|| Failure::GiveUp(format!("`{way}` stands under `webhooks` no more")))
    }

    /// Tells a webhook of an event. One that is there no more refuses for good.
    pub async fn tell(&self, webhook: &str, event: &Event<'_>) -> Result<(), Failure> {
        if self.is_hindered(webhook, "") {
            return Err(Failure::Away("the drill lets this fail".to_owned()));
        }
        match self.ways.get(webhook) {
            Some(way) => way.tell(event).await,
            None => Err(Failure::GiveUp(format!(
                "`{webhook}` stands under `webhooks` no more"
            ))),
        }
    }

    /// What a way is called in logs.
    pub fn name<'a>(&'a self, way: &'a str) -> &'a str {
        self.ways.get(way).map_or(way, |way| way.name())
    }
}

/// The mail server that is set, or else `outbox/` in the organisation's
/// folder. `Err` says what is wrong with the setting.
pub fn mail_way(
    mail: Option<&Mail>,
    password: Option<String>,
    ca_file: Option<&Path>,
    dir: &Path,
) -> Result<Box<dyn Way>, String> {
    Ok(match mail {
        Some(mail) => Box::new(Mailer::new(mail, password, ca_file)?),
        None => Box::new(Folder::new(dir.join("outbox"))),
    })
}
