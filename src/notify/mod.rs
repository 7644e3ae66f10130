//! How people are told: a notice becomes a letter, a letter becomes a mail,
//! and a post takes it.
//!
//! Nothing here decides who is told or when to try again; it says only
//! whether trying again makes sense. Knows the domain, not the store.

use std::path::Path;

use crate::domain::organisation::Mail;

pub mod letter;

pub mod template;

pub mod specimen;

mod view;

mod sentence;

mod words;

mod chart;

mod defang;

mod wrap;

mod plain;

pub mod envelope;

pub mod email;

mod server;

mod verdict;

mod pool;

pub mod folder;

pub mod inbox;

mod parts;

pub mod maildir;

pub use email::Mailer;
pub use envelope::Outgoing;
pub use folder::Folder;
pub use letter::{Letter, write};
pub use template::MailTemplates;

/// Why a mail was not taken, in words for the person who runs the server;
/// never with the address of the recipient in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The same mail may be taken later.
    Retry(String),
    /// It will not, however often it is tried.
    GiveUp(String),
}

impl Failure {
    pub fn reason(&self) -> &str {
        match self {
            Self::Retry(reason) | Self::GiveUp(reason) => reason,
        }
    }
}

/// Where mails go.
pub enum Post {
    Smtp(Box<Mailer>),
    Folder(Folder),
}

impl Post {
    /// The mail server that is set, or else `outbox/` in the organisation's
    /// folder. `Err` says what is wrong with the setting.
    pub fn open(
        mail: Option<&Mail>,
        password: Option<String>,
        ca_file: Option<&Path>,
        dir: &Path,
    ) -> Result<Self, String> {
        match mail {
            Some(mail) => {
                Mailer::new(mail, password, ca_file).map(|mailer| Self::Smtp(Box::new(mailer)))
            }
            None => Ok(Self::Folder(Folder::new(dir.join("outbox")))),
        }
    }

    /// Returns once the mail is in somebody else's hands, or on disk.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), Failure> {
        match self {
            Self::Smtp(mailer) => mailer.send(mail).await,
            Self::Folder(folder) => folder.keep(mail).await,
        }
    }

    /// For logs and the run's log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Smtp(_) => "mail",
            Self::Folder(_) => "outbox",
        }
    }

    /// One sentence for whoever starts the program.
    pub fn describe(&self) -> String {
        match self {
            Self::Smtp(mailer) => mailer.describe(),
            Self::Folder(folder) => {
                format!(
                    "no mail server is set: mails go to {}",
                    folder.path().display()
                )
            }
        }
    }
}
