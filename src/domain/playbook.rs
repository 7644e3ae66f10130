//! A playbook that is already known to be valid, with what `every_playbook`
//! gives it filled in. This is what a run pins when it starts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::condition::{Condition, Moment};
use super::organisation::Level;
use super::text::Text;

/// Everything a run needs to know about its playbook. Lists keep the order of
/// the file; entries of `every_playbook` come first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Playbook {
    /// The value of `playbook:`.
    pub name: String,
    pub title: Text,
    pub watch: String,
    pub owner: String,
    pub deputy: Option<String>,
    pub priority: i64,
    pub writer: String,
    pub approve: Vec<String>,
    pub cool_down: Duration,
    /// Who answered and did nothing for so long is alerted again.
    #[serde(default = "stale_after")]
    pub stale_after: Duration,
    /// How long after the last step the steps start over.
    #[serde(default = "start_over")]
    pub start_over: Duration,
    /// The ladder at the time it was pinned, lowest first.
    pub levels: Vec<Level>,
    pub triggers: Vec<Trigger>,
    /// Steps by level name, for the levels that have any.
    pub alert: Vec<(String, Vec<AlertStep>)>,
    /// Questions of this playbook, and the facts that are always there.
    pub facts: Vec<FactQuestion>,
    /// Tasks of the run itself.
    pub tasks: Vec<Task>,
    /// The three aims, in the order of the doctrine; those without content too.
    pub phases: Vec<Phase>,
}

/// `stale_after` when it is not written.
pub fn stale_after() -> Duration {
    Duration::from_secs(15 * 60)
}

/// `start_over` when it is not written.
pub fn start_over() -> Duration {
    Duration::from_secs(30 * 60)
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    pub name: String,
    pub when: Condition,
    /// Name of the level it starts or raises to.
    pub level: String,
    /// How long the condition must hold without a break.
    pub held_for: Duration,
}

/// One step of an alert. The first goes at once, the others while a role of
/// the first has no answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertStep {
    pub roles: Vec<String>,
    pub tell: Vec<String>,
    pub deputies: bool,
    pub after: Duration,
    pub repeat: Option<Duration>,
    /// How often it goes at most; `None`: until somebody answers.
    pub times: Option<u64>,
}

impl AlertStep {
    fn new(after_minutes: u64) -> Self {
        Self {
            roles: Vec::new(),
            tell: Vec::new(),
            deputies: false,
            after: Duration::from_secs(after_minutes * 60),
            repeat: None,
            times: None,
        }
    }

    /// The steps of a playbook that writes none: the owner, the owner's
    /// deputies, then the playbook's deputy.
    pub fn usual(owner: &str, deputy: Option<&str>) -> Vec<Self> {
        let owner = Self {
            roles: vec![owner.to_owned()],
            ..Self::new(0)
        };
        let deputies = Self {
            deputies: true,
            ..Self::new(10)
        };
        let deputy = deputy.map(|deputy| Self {
            roles: vec![deputy.to_owned()],
            ..Self::new(20)
        });
        [owner, deputies].into_iter().chain(deputy).collect()
    }
}

/// What kind of value answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    Text,
    List,
    Number,
    Time,
    Date,
    YesNo,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactQuestion {
    pub name: String,
    /// The question; `None` for the facts that are always there.
    pub ask: Option<Text>,
    pub kind: FactKind,
    /// The role that finds out; the owner when not written.
    pub role: String,
    /// The partner whose fact it is to tell.
    pub told_by: Option<String>,
}

/// The three aims of Dutch doctrine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    Information,
    DamageLimitation,
    MeaningMaking,
}

impl Aim {
    pub const ALL: [Self; 3] = [
        Self::Information,
        Self::DamageLimitation,
        Self::MeaningMaking,
    ];

    /// The name in YAML and in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::DamageLimitation => "damage_limitation",
            Self::MeaningMaking => "meaning_making",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    pub aim: Aim,
    /// `None`: at start.
    pub when: Option<Condition>,
    pub tasks: Vec<Task>,
    pub messages: Vec<Message>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub name: String,
    pub title: Text,
    pub role: String,
    pub when: Option<Condition>,
    pub due: Option<Moment>,
    pub needs: Vec<String>,
    /// Facts that must be known before it is ticked.
    pub facts: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub name: String,
    pub title: Text,
    pub template: String,
    /// `statement`, `holding`, `update`, `instruction`, `reply`, `internal`,
    /// `letter` or `closing`.
    pub kind: String,
    pub to: Vec<String>,
    /// Written channels; `None` means those of the audiences.
    pub channels: Option<Vec<String>>,
    pub role: String,
    pub approve: Vec<String>,
    pub when: Option<Condition>,
    pub due: Option<Moment>,
    pub needs: Vec<String>,
    pub per_case: bool,
}

/// A statement template as it stood when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementTemplate {
    /// `NAME.LANG.hbs` or `NAME.LANG.CHANNEL.hbs`, without the folder.
    pub file: String,
    pub name: String,
    pub language: String,
    /// Name of a channel, for a text that is made for it.
    pub channel: Option<String>,
    pub source: String,
}

impl Playbook {
    /// Place on the ladder, 0 the lowest. A name that is not on it ranks lowest.
    pub fn rank(&self, level: &str) -> usize {
        self.levels
            .iter()
            .position(|step| step.name == level)
            .unwrap_or(0)
    }

    /// Rank and title of a level.
    pub fn level_of(&self, level: &str) -> (usize, Text) {
        let found = self.levels.iter().find(|step| step.name == level);
        let title = found.map_or_else(|| level.into(), |step| step.title.clone());
        (self.rank(level), title)
    }

    /// Every message, with the aim it serves.
    pub fn messages(&self) -> impl Iterator<Item = (Aim, &Message)> {
        self.phases.iter().flat_map(|phase| {
            phase
                .messages
                .iter()
                .map(move |message| (phase.aim, message))
        })
    }

    /// Every task: those of the run itself, then those of the phases.
    pub fn every_task(&self) -> impl Iterator<Item = &Task> {
        let of_phases = self.phases.iter().flat_map(|phase| &phase.tasks);
        self.tasks.iter().chain(of_phases)
    }

    pub fn fact(&self, name: &str) -> Option<&FactQuestion> {
        self.facts.iter().find(|fact| fact.name == name)
    }
}

/// The template for a message in a language and on a channel: one made for the
/// channel where it exists, else the general one; `None` when neither does.
pub fn template_for<'a>(
    templates: &'a [StatementTemplate],
    name: &str,
    language: &str,
    channel: &str,
) -> Option<&'a StatementTemplate> {
    let fits =
        |template: &&StatementTemplate| template.name == name && template.language == language;
    templates
        .iter()
        .filter(fits)
        .find(|template| template.channel.as_deref() == Some(channel))
        .or_else(|| {
            templates
                .iter()
                .filter(fits)
                .find(|template| template.channel.is_none())
        })
}
