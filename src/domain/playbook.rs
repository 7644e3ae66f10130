//! A playbook that is already known to be valid, with what `every_playbook`
//! gives it filled in. This is what a run pins when it starts.

use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::condition::{Condition, Moment};
use super::organisation::Level;
use super::picture::{Look, Picture};
use super::review::Severity;
use super::review::about::Avoid;
use super::text::{Language, Text};

/// Everything a run needs to know about its playbook. Lists keep the order of
/// the file; entries of `every_playbook` come first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// Nobody approves what they wrote or asked for.
    #[serde(default = "is_so")]
    pub four_eyes: bool,
    /// Our rhythm of updates: the last line whose `from` has come counts.
    #[serde(default = "usual_cadence")]
    pub cadence: Vec<CadenceLine>,
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
    #[serde(default)]
    pub by_hand: ByHand,
    #[serde(default)]
    pub stand_down: Option<StandDown>,
    /// What opens at stand-down.
    #[serde(default)]
    pub aftercare: Aftercare,
    /// What people will ask.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// `victim`, `accidental`, `preventable` or `rumour`: how much people will
    /// blame us.
    #[serde(default)]
    pub responsibility: Option<String>,
    /// Wordings that review points out.
    #[serde(default)]
    pub avoid: Vec<Wording>,
    #[serde(default)]
    pub review_by: Option<NaiveDate>,
    #[serde(default)]
    pub drill_every: Option<Duration>,
}

/// `four_eyes` when it is not written.
fn is_so() -> bool {
    true
}

/// `cadence` when it is not written: every two hours.
pub fn usual_cadence() -> Vec<CadenceLine> {
    vec![CadenceLine {
        every: Duration::from_secs(2 * 3_600),
        at: None,
        from: None,
    }]
}

/// One line of the rhythm: every so long, or each so many days at a clock time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CadenceLine {
    pub every: Duration,
    pub at: Option<NaiveTime>,
    /// From when it counts; `None` means from the start.
    pub from: Option<Moment>,
}

/// How a person may start the playbook.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ByHand {
    /// Roles of which any may; empty means everybody.
    pub allowed: Vec<String>,
    /// `None`: the lowest.
    pub level: Option<String>,
    /// Facts that must be given.
    pub facts: Vec<String>,
}

/// When scaling down is proposed, what must be ticked, and who decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandDown {
    pub when: Condition,
    pub held_for: Duration,
    pub checklist: Vec<(String, Text)>,
    pub role: String,
}

/// What is done after the storm; deadlines count from the stand-down.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Aftercare {
    pub tasks: Vec<Task>,
    pub messages: Vec<Message>,
}

/// A question that people will ask, and who finds the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub name: String,
    pub ask: Text,
    pub role: String,
    #[serde(default = "information")]
    pub goal: Aim,
    /// How long an answer may be told; `None`: as long as the rhythm of updates.
    #[serde(default)]
    pub valid_for: Option<Duration>,
}

fn information() -> Aim {
    Aim::Information
}

/// A wording to stay away from: `avoid.NAME`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wording {
    pub name: String,
    pub words: Vec<String>,
    pub because: Text,
    /// `None`: an entry of `every_playbook` that this playbook ignores.
    pub severity: Option<Severity>,
    /// Only while this holds; at any time without one.
    pub when: Option<Condition>,
}

/// The wordings that count while `holds` says which conditions hold, as review
/// takes them.
pub fn avoided(wordings: &[Wording], holds: impl Fn(&Condition) -> bool) -> Vec<Avoid> {
    let counts = |one: &&Wording| one.when.as_ref().is_none_or(&holds);
    let counting = wordings.iter().filter(counts);
    counting
        .filter_map(|one| {
            Some(Avoid {
                name: one.name.clone(),
                words: one.words.clone(),
                because: one.because.clone(),
                severity: one.severity?,
            })
        })
        .collect()
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// How long `when` must hold without a break.
    #[serde(default)]
    pub held_for: Duration,
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
    #[serde(default)]
    pub every: Option<Every>,
    #[serde(default)]
    pub per_case: bool,
    /// The rule behind the deadline.
    #[serde(default)]
    pub legal: Option<Text>,
    /// Contacts that are live once it is done.
    #[serde(default)]
    pub confirms: Vec<String>,
    /// Names and texts; not empty makes it a question.
    #[serde(default)]
    pub options: Vec<(String, Text)>,
    /// The option that counts at `due` when nobody has answered.
    #[serde(default)]
    pub default: Option<String>,
    /// A report that lies ready with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
}

/// A report that the program makes for who does a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// What people need now: the environment analysis.
    Situation,
    /// How it went, when all is over.
    AfterAction,
}

impl Report {
    /// The name in YAML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Situation => "situation",
            Self::AfterAction => "after_action",
        }
    }

    /// What somebody types to get it.
    pub fn command(self, run: u64) -> String {
        match self {
            Self::Situation => format!("draaiboek report {run} --sitrep"),
            Self::AfterAction => format!("draaiboek report {run} --out report-{run}.html"),
        }
    }
}

/// How often something comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// In the playbook's rhythm of updates.
    Cadence,
    Length(Duration),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    #[serde(default)]
    pub every: Option<Every>,
    #[serde(default)]
    pub legal: Option<Text>,
    /// Partners who must have agreed before it is released.
    #[serde(default)]
    pub agree_with: Vec<String>,
    /// Who has the role may release it alone.
    #[serde(default)]
    pub preapproved: bool,
    /// Pictures that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Illustration>,
}

/// A picture that goes with a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Illustration {
    /// Below the organisation's folder: `images/NAME`.
    pub file: Text,
    /// What it shows, for who cannot see it.
    pub alt: Text,
    /// The channels it goes with; none means every one that can show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// What each file was when the playbook was read; one that could not be used
    /// is not in it.
    pub looks: Vec<(String, Look)>,
}

impl Illustration {
    /// Whether it is meant for a channel.
    pub fn goes_with(&self, channel: &str) -> bool {
        self.channels.is_empty() || self.channels.iter().any(|one| one == channel)
    }

    /// The file for a language.
    pub fn file_in(&self, language: &str, organisations: Language) -> &str {
        self.file.get(language, organisations)
    }

    /// The picture with its words in a language, never in another one; `None`
    /// when there is no such file.
    pub fn picture(&self, language: &str, organisations: Language) -> Option<Picture> {
        let file = self.file_in(language, organisations);
        let (_, look) = self.looks.iter().find(|(name, _)| name == file)?;
        let alt = match &self.alt {
            Text::Same(alt) => alt,
            Text::By(texts) => texts.get(language).map_or("", String::as_str),
        };
        Some(Picture {
            file: file.to_owned(),
            look: look.clone(),
            alt: super::picture::alt::clean(alt),
        })
    }
}

/// Where a task or a message stands in the playbook: what opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    Run,
    Phase(Aim),
    Aftercare,
}

/// What tasks and messages have in common: somebody has to finish it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item<'a> {
    pub home: Home,
    pub name: &'a str,
    pub title: &'a Text,
    pub role: &'a str,
    pub when: Option<&'a Condition>,
    pub due: Option<&'a Moment>,
    pub needs: &'a [String],
    pub every: Option<Every>,
    pub per_case: bool,
    pub legal: Option<&'a Text>,
    pub kind: ItemKind<'a>,
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ItemKind<'a> {
    Task(&'a Task),
    Message(&'a Message),
}

impl Task {
    fn item(&self, home: Home) -> Item<'_> {
        Item {
            home,
            name: &self.name,
            title: &self.title,
            role: &self.role,
            when: self.when.as_ref(),
            due: self.due.as_ref(),
            needs: &self.needs,
            every: self.every,
            per_case: self.per_case,
            legal: self.legal.as_ref(),
            kind: ItemKind::Task(self),
        }
    }

    /// Whether it is a question with options.
    pub fn is_question(&self) -> bool {
        !self.options.is_empty()
    }
}

impl Message {
    fn item(&self, home: Home) -> Item<'_> {
        Item {
            home,
            name: &self.name,
            title: &self.title,
            role: &self.role,
            when: self.when.as_ref(),
            due: self.due.as_ref(),
            needs: &self.needs,
            every: self.every,
            per_case: self.per_case,
            legal: self.legal.as_ref(),
            kind: ItemKind::Message(self),
        }
    }
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
    /// Shared by every playbook that may use it.
    pub source: Arc<str>,
}

impl Playbook {
    /// Whether a task of it comes with an environment analysis.
    pub fn asks_for_situation(&self) -> bool {
        self.items().any(|item| match item.kind {
            ItemKind::Task(task) => task.report == Some(Report::Situation),
            ItemKind::Message(_) => false,
        })
    }

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

    /// Every message, with the aim it serves; none for those of aftercare.
    pub fn messages(&self) -> impl Iterator<Item = (Option<Aim>, &Message)> {
        let of_phases = self.phases.iter().flat_map(|phase| {
            phase
                .messages
                .iter()
                .map(move |message| (Some(phase.aim), message))
        });
        of_phases.chain(
            self.aftercare
                .messages
                .iter()
                .map(|message| (None, message)),
        )
    }

    /// Every condition: of triggers, phases, tasks, messages and the stand-down.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let triggers = self.triggers.iter().map(|trigger| &trigger.when);
        let phases = self.phases.iter().filter_map(|phase| phase.when.as_ref());
        let tasks = self.every_task().filter_map(|task| task.when.as_ref());
        let messages = self.messages();
        let messages = messages.filter_map(|(_, message)| message.when.as_ref());
        let stand_down = self.stand_down.iter().map(|stand_down| &stand_down.when);
        let all = triggers.chain(phases).chain(tasks);
        all.chain(messages).chain(stand_down)
    }

    pub fn message(&self, name: &str) -> Option<&Message> {
        let found = self.messages().find(|(_, message)| message.name == name);
        found.map(|(_, message)| message)
    }

    /// The same, to note something about it.
    pub fn message_mut(&mut self, name: &str) -> Option<&mut Message> {
        let of_phases = self.phases.iter_mut().flat_map(|one| &mut one.messages);
        let mut all = of_phases.chain(&mut self.aftercare.messages);
        all.find(|message| message.name == name)
    }

    /// Every task: those of the run itself, then those of the phases and of
    /// aftercare.
    pub fn every_task(&self) -> impl Iterator<Item = &Task> {
        let of_phases = self.phases.iter().flat_map(|phase| &phase.tasks);
        self.tasks
            .iter()
            .chain(of_phases)
            .chain(&self.aftercare.tasks)
    }

    pub fn task(&self, name: &str) -> Option<&Task> {
        self.every_task().find(|task| task.name == name)
    }

    /// Everything that somebody has to finish, in the order people read.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let own = self.tasks.iter().map(|task| task.item(Home::Run));
        let of_phases = self.phases.iter().flat_map(|phase| {
            let home = Home::Phase(phase.aim);
            let tasks = phase.tasks.iter().map(move |task| task.item(home));
            tasks.chain(phase.messages.iter().map(move |message| message.item(home)))
        });
        let after = self.aftercare.tasks.iter();
        let after = after.map(|task| task.item(Home::Aftercare)).chain(
            self.aftercare
                .messages
                .iter()
                .map(|message| message.item(Home::Aftercare)),
        );
        own.chain(of_phases).chain(after)
    }

    pub fn item(&self, name: &str) -> Option<Item<'_>> {
        self.items().find(|item| item.name == name)
    }

    pub fn fact(&self, name: &str) -> Option<&FactQuestion> {
        self.facts.iter().find(|fact| fact.name == name)
    }
}
