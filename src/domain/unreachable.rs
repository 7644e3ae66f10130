//! What a mail that reached us says of somebody in the team: what we sent them
//! came back, or they are away.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// News that somebody may not read what we sent.
///
/// Anybody can write such a mail. So it only ever makes us alert *more* people:
/// nothing in it can answer an alert, close a run or take anybody off a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreachable {
    pub sign: Sign,
    /// Effects of this store that it is about, as far as it names any.
    pub effects: Vec<String>,
    /// Whom it is about by their address: counts when it names no effect.
    pub addresses: Vec<String>,
    /// By its own word; what was sent later it cannot be about.
    pub written_at: Option<Timestamp>,
}

/// How far the clock of another mail server may be behind ours.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(15);

impl Unreachable {
    /// Whether it was written before something that was sent then, so that it cannot be
    /// about that.
    pub fn is_older_than(&self, sent: Timestamp) -> bool {
        self.written_at
            .is_some_and(|written| sent - CLOCKS_DIFFER > written)
    }

    /// Whether it is about whoever has this address.
    pub fn is_from(&self, email: &str) -> bool {
        let mut addresses = self.addresses.iter();
        addresses.any(|address| address.eq_ignore_ascii_case(email.trim()))
    }
}

/// How we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// The status is a code such as `5.1.1`; never text from outside.
    CameBack {
        status: Option<String>,
    },
    /// Nothing could be delivered, by any of their ways, and it is not tried again.
    Undelivered,
    Away,
}

impl Sign {
    /// The reason as the log of a run says it.
    pub fn because(&self) -> String {
        match self {
            Self::CameBack { status: None } => "their mail came back".to_owned(),
            Self::CameBack {
                status: Some(status),
            } => format!("their mail came back ({status})"),
            Self::Undelivered => "it could not be delivered".to_owned(),
            Self::Away => "an automatic answer says they are away".to_owned(),
        }
    }
}
