//! What a failed mail means: whether to try again, and the reason in words.

use lettre::transport::smtp::Error;

use super::Failure;
use super::server::Server;

/// How far a mail has come: what an error or a silence means depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Connecting,
    Greeting,
    Encrypting,
    LoggingIn,
    Sender,
    Recipient,
    Data,
    Content,
}

impl Stage {
    fn said(self) -> &'static str {
        match self {
            Self::Connecting => "while connecting",
            Self::Greeting => "in its greeting",
            Self::Encrypting => "while setting up TLS",
            Self::LoggingIn => "at the login",
            Self::Sender => "at the sender address",
            Self::Recipient => "at the recipient",
            Self::Data => "before the content",
            Self::Content => "at the content",
        }
    }
}

/// What went wrong, before it is put into words.
pub(super) enum Fault {
    Smtp(Error),
    Io(std::io::Error),
    Refused(Failure),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Smtp(error)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl Fault {
    /// Whether trying again makes sense. What is wrong between us and the
    /// server (login, sender) can be mended while the mail waits; what is
    /// wrong with this recipient or this mail cannot.
    pub(super) fn judged(self, server: &Server, stage: Stage) -> Failure {
        let error = match self {
            Self::Refused(failure) => return failure,
            Self::Io(error) => {
                return Failure::Away(format!("{server} cannot be reached: {error}"));
            }
            Self::Smtp(error) => error,
        };
        let Some(status) = error.status() else {
            let cause = without_addresses(&innermost(&error));
            let said = stage.said();
            return maybe_away(
                stage < Stage::Content,
                format!(
                    "the connection to {server} broke {said}: {cause}{}",
                    doubt(stage)
                ),
            );
        };
        let code = status.to_string();
        let answer = without_addresses(&innermost(&error));
        let reason = format!("{server} refused {}: {code} {answer}", stage.said());
        let is_about_us = matches!(code.as_str(), "530" | "534" | "535" | "538");
        if error.is_permanent() && stage >= Stage::Recipient && !is_about_us {
            Failure::GiveUp(reason)
        } else {
            maybe_away(stage < Stage::Recipient || code == "421", reason)
        }
    }

    /// Whether the server just left, rather than refused something.
    pub(super) fn is_hang_up(&self) -> bool {
        match self {
            Self::Smtp(error) => error.status().is_none() || is_goodbye(error),
            Self::Io(_) => true,
            Self::Refused(_) => false,
        }
    }
}

/// The server said nothing for too long.
pub(super) fn silence(server: &Server, stage: Stage) -> Failure {
    let said = stage.said();
    let reason = format!("{server} did not answer in time {said}{}", doubt(stage));
    maybe_away(stage < Stage::Content, reason)
}

/// What fails before anything of this mail was said, any mail would fail on;
/// what fails behind that may be about this one alone.
fn maybe_away(is_away: bool, reason: String) -> Failure {
    if is_away {
        Failure::Away(reason)
    } else {
        Failure::Retry(reason)
    }
}

/// The server is closing the connection (421), whatever was asked.
pub(super) fn is_goodbye(error: &Error) -> bool {
    error
        .status()
        .is_some_and(|status| status.to_string() == "421")
}

/// Said when the mail may have been taken all the same.
fn doubt(stage: Stage) -> &'static str {
    if stage == Stage::Content {
        "; the mail may have been taken, and will come twice then"
    } else {
        ""
    }
}

fn innermost(error: &Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match innermost.to_string().as_str() {
        // How lettre says that the connection ended where an answer should be.
        "incomplete response" => "the server hung up".to_owned(),
        other => other.to_owned(),
    }
}

/// Servers repeat the address they refuse; logs and other people's mail are
/// no place for it.
fn without_addresses(answer: &str) -> String {
    let words: Vec<&str> = answer
        .split_whitespace()
        .map(|word| {
            if word.contains('@') {
                "(address)"
            } else {
                word
            }
        })
        .collect();
    super::defang::line(&words.join(" "), 200)
}
