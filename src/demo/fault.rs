//! What can be wrong with the mail catcher: the ways in which real servers
//! fail, on command.

use std::time::Duration;

/// How the catcher misbehaves, from the next step of every connection on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Hangs up before the greeting.
    Refuse,
    /// Says `421` instead of a greeting.
    Busy,
    /// Accepts the connection and stays silent.
    Silent,
    /// Says nothing any more from this stage on.
    Hang(Stage),
    /// Says `421` at this stage and hangs up.
    Goodbye(Stage),
    /// Waits this long before each answer.
    Slow(Duration),
    /// Answers a recipient whose address holds `who` with `answer`.
    Recipient { who: String, answer: String },
    /// Refuses a recipient for now, until this long after the first try.
    Greylist(Duration),
    /// Answers DATA with this.
    Data(String),
    /// Answers the whole mail with this, and does not keep it.
    Content(String),
    /// Hangs up while the content comes in.
    DropInData,
    /// Keeps the mail and hangs up without an answer.
    DropAfterDot,
    /// The same, but only the first time it sees a mail.
    DropOnceAfterDot,
    /// Keeps the mail and answers after this long.
    HangAfterDot(Duration),
    /// Hangs up after each mail it took.
    CloseAfterMail,
}

/// What the server is to answer; the greeting aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Hello,
    Sender,
    Recipient,
    Data,
    Content,
}

impl Stage {
    /// The stage that a command belongs to.
    pub(super) fn of(verb: &str) -> Option<Self> {
        match verb {
            "EHLO" => Some(Self::Hello),
            "MAIL" => Some(Self::Sender),
            "RCPT" => Some(Self::Recipient),
            "DATA" => Some(Self::Data),
            _ => None,
        }
    }
}
