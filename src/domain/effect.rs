//! What must happen in the world because of a run: notices to people, frozen
//! when they were decided. What goes out is what was decided, also hours later.

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::plane::Plane;
use super::restraint::Waiting;
use super::roll_call::Saying;
use super::run::RunId;
use super::run::alarm::Why;
use super::run::event::About;
use super::text::{Language, Text};
use super::time::Timestamp;

/// What must happen in the world, recorded with its cause before it is tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// `RUN.SEQ`: the run and the number of the event that asked for it.
    /// Stable over restarts; the Message-ID is made from it.
    pub id: String,
    pub notice: Notice,
}

/// A message to one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Key of the person under `team`.
    pub person: String,
    pub name: String,
    pub email: String,
    #[serde(default)]
    pub phone: Option<String>,
    /// How to reach them, in this order: `mail`, or keys of webhooks.
    #[serde(default = "by_mail")]
    pub ways: Vec<String>,
    pub language: Language,
    /// Title of the drill that this belongs to; `None` when it is real.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exercise: Option<Text>,
    pub content: Content,
}

impl Notice {
    /// Whether strangers' words are in it.
    pub fn quotes_strangers(&self) -> bool {
        let Content::Alert(alert) = &self.content else {
            return false;
        };
        let evidence = alert.evidence.as_ref();
        evidence.is_some_and(|evidence| !evidence.quotes.is_empty())
    }

    pub fn plane(&self) -> Plane {
        match self.exercise {
            Some(_) => Plane::Drill,
            None => Plane::Real,
        }
    }
}

/// The way that everybody can be reached by.
pub const MAIL: &str = "mail";

/// Notices from before there were other ways.
fn by_mail() -> Vec<String> {
    vec![MAIL.to_owned()]
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Alert(Box<Alert>),
    /// Somebody answered, for those who were asked as well.
    Answered(Box<Answered>),
    /// Something a person is to do: see `About`.
    Errand(Box<Errand>),
    /// Something is wrong with the program or its setting, for operators.
    Trouble(Trouble),
    /// A drill ends at once, because there is a real run.
    DrillStopped(Box<DrillStopped>),
    /// Whether people get alerts here; never an alert itself.
    RollCall(Box<RollCallNotice>),
    /// A link that lets the reader in to the pages, once.
    Entry(Box<EntryNotice>),
}

impl Content {
    /// What it is, in one word for scripts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Alert(_) => "alert",
            Self::Answered(_) => "answered",
            Self::Errand(_) => "errand",
            Self::Trouble(_) => "trouble",
            Self::DrillStopped(_) => "drill_stopped",
            Self::RollCall(_) => "roll_call",
            Self::Entry(_) => "entry",
        }
    }
}

/// Something a person is to do, or hears that it was not done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Errand {
    pub run: RunId,
    pub organisation: Text,
    pub organisation_language: Language,
    /// IANA name, such as `Europe/Amsterdam`.
    pub timezone: String,
    /// Of the playbook.
    pub title: Text,
    pub level_title: Text,
    pub at: Timestamp,
    pub about: About,
    /// The reader's role in it.
    pub role_title: Text,
    pub items: Vec<ErrandItem>,
    /// Who handed it over.
    pub by: Option<String>,
    /// The update that was promised for then.
    pub promised_at: Option<Timestamp>,
    /// Why scaling down is proposed, in English.
    pub because: Option<String>,
    /// What must be ticked before somebody stands down: what people type, and
    /// text.
    pub checklist: Vec<(String, Text)>,
    /// The facts that changed what was approved.
    #[serde(default)]
    pub facts: Vec<Text>,
    /// The rules of review that were overruled.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Mentions in the hour before a publication, and in the hour after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<(u64, u64)>,
    /// When it was due to be said, if that was well before.
    pub late_since: Option<Timestamp>,
}

/// One task or message of an errand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrandItem {
    /// What people type to mean it.
    pub key: String,
    pub title: Text,
    pub is_message: bool,
    pub role_title: Text,
    /// Who has it, when it is one person's.
    pub person: Option<String>,
    pub due_at: Option<Timestamp>,
    /// The rule behind the deadline.
    pub legal: Option<Text>,
    /// The option that counts now because nobody answered the question.
    pub default: Option<Text>,
    /// What can be chosen, where it is a question: what people type, and text.
    #[serde(default)]
    pub options: Vec<(String, Text)>,
    /// Titles of what must be finished first.
    pub waits_for: Vec<Text>,
}

/// Everything an alert says, frozen when it was decided. It stands on its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub run: RunId,
    pub organisation: Text,
    pub organisation_language: Language,
    /// IANA name, such as `Europe/Amsterdam`.
    pub timezone: String,
    pub playbook: String,
    pub title: Text,
    pub watch_title: Text,
    pub level: String,
    pub level_title: Text,
    /// The level before, when this alert is about a rise.
    pub raised_from: Option<Text>,
    pub started_at: Timestamp,
    pub at: Timestamp,
    /// The person's role in this alert.
    pub role_title: Text,
    /// Whether an answer is asked for, or the person is only told.
    pub must_answer: bool,
    /// `None` in alerts of programs that did not escalate.
    #[serde(default)]
    pub asked: Option<Asked>,
    /// Name of the trigger; `None` when it was started by hand.
    pub trigger: Option<String>,
    pub started_by_hand: Option<(String, String)>,
    pub evidence: Option<Evidence>,
    /// Everybody in this alert: name and role.
    pub told: Vec<(String, Text)>,
    /// Roles nobody could be found for, and why.
    pub not_told: Vec<(Text, String)>,
    /// The first tasks: those of this person's role first.
    pub tasks: Vec<AlertTask>,
    pub draft: Option<AlertDraft>,
    /// Why there is no draft, when one was expected.
    pub draft_failed: Option<String>,
    /// Titles of other playbooks that would have started as well.
    pub offers: Vec<String>,
    /// Alerts of other runs that wait for this person.
    #[serde(default)]
    pub waiting: Vec<Waiting>,
}

/// Why somebody is asked, and how the alarm stands at that moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub why: Why,
    /// The name of the person in `why`.
    pub person: Option<String>,
    /// Roles that nobody answered for yet.
    pub missing: Vec<Text>,
    /// Who answered, and for which role.
    pub answered: Vec<(String, Text)>,
    /// How often this step went.
    pub times: u32,
    /// When the first step went.
    pub since: Option<Timestamp>,
    /// When others are alerted if nobody answers.
    pub next_at: Option<Timestamp>,
    /// When this should have gone out, if that was well before it did.
    pub late_since: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertTask {
    pub title: Text,
    pub role_title: Text,
    pub due_at: Option<Timestamp>,
    /// Whether it is for the role this alert is sent to.
    pub is_yours: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertDraft {
    /// `Draft::id`.
    pub id: String,
    pub title: Text,
    pub channel_title: Text,
    pub language: String,
    pub text: String,
    /// Names of the gaps that must be filled in before it can be used.
    pub gaps: Vec<String>,
}

/// Somebody takes care of roles. Nothing is asked of who reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    pub run: RunId,
    pub organisation: Text,
    pub organisation_language: Language,
    pub timezone: String,
    pub title: Text,
    pub level_title: Text,
    pub at: Timestamp,
    /// The name of who answered.
    pub by: String,
    /// Whether that is the reader: then it says how to undo it.
    pub is_you: bool,
    pub role_title: Text,
    /// Roles that nobody answered for yet.
    pub missing: Vec<Text>,
}

/// A drill ends at once, because there is a real run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrillStopped {
    /// The real one.
    pub run: RunId,
    pub organisation: Text,
    pub organisation_language: Language,
    /// Of its playbook.
    pub title: Text,
    pub level_title: Text,
    pub at: Timestamp,
}

/// One mail of a roll call, or about how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RollCallNotice {
    pub organisation: Text,
    pub organisation_language: Language,
    pub timezone: String,
    pub at: Timestamp,
    pub deadline: Timestamp,
    pub saying: Saying,
}

/// A mail with a link that lets its reader in to the pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryNotice {
    pub organisation: Text,
    pub organisation_language: Language,
    pub timezone: String,
    pub at: Timestamp,
    /// The link works until then.
    pub until: Timestamp,
}

/// A fault that a person must know about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    pub organisation: Text,
    pub organisation_language: Language,
    pub timezone: String,
    pub run: Option<RunId>,
    pub at: Timestamp,
    /// What failed, in English, for the person who runs the server.
    pub what: String,
    /// Whether it is mended, and nothing has to be done any more.
    #[serde(default)]
    pub is_over: bool,
    /// What exactly is wrong, a line each, in English.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}
