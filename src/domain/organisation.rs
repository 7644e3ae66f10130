//! The organisation, already known to be valid: who does what, what is
//! listened to, where it speaks.

use std::time::Duration;

use chrono::{NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::access::Right;
use super::almanac::SpecialDays;
use super::effect::MAIL;
use super::enrich::WordLists;
use super::hook::Events;
use super::mention::Platform;
use super::office::OfficeHours;
use super::plane::Plane;
use super::query::accounts::Accounts;
use super::reading::ReadingRules;
use super::review::Severity;
use super::text::{Language, Text};

/// One `draaiboek.yaml`. Lists keep the order of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    pub name: Text,
    pub timezone: Tz,
    pub language: Language,
    /// How long the texts of mentions are kept.
    pub keep_texts: Duration,
    /// Who may read them, and how long that is remembered.
    #[serde(default)]
    pub reading: ReadingRules,
    /// When people may expect an answer; `None`: always.
    #[serde(default)]
    pub office_hours: Option<OfficeHours>,
    /// Roles that hear when something about the daemon itself is wrong.
    pub operators: Vec<String>,
    /// Lowest first; at least one.
    pub levels: Vec<Level>,
    pub team: Vec<Person>,
    pub roles: Vec<Role>,
    /// Who cannot be alerted on which days.
    pub away: Vec<Stay>,
    pub mail: Option<Mail>,
    pub webhooks: Vec<Webhook>,
    /// Who is told, by a request now and then, that we are well.
    #[serde(default)]
    pub heartbeat: Option<Heartbeat>,
    pub web: Web,
    #[serde(default)]
    pub drill: Drill,
    /// When the daemon reads these files again.
    #[serde(default)]
    pub reload: Reload,
    /// Set by who plays a drill; never written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exercise: Option<Exercise>,
    pub lists: Vec<AccountList>,
    /// Named building blocks of queries: name and text.
    pub queries: Vec<(String, String)>,
    pub watches: Vec<Watch>,
    pub sources: Vec<Source>,
    /// Days that are unlike their weekday.
    #[serde(default)]
    pub calendar: Vec<SpecialDays>,
    pub channels: Vec<Channel>,
    pub own_accounts: Vec<String>,
    pub contacts: Vec<Contact>,
    /// Others who speak in the same crisis; never told anything by us.
    #[serde(default)]
    pub partners: Vec<Partner>,
    pub audiences: Vec<Audience>,
    #[serde(default)]
    pub review: Reviewing,
    #[serde(default)]
    pub words: OwnWords,
}

/// A step of the ladder; its rank is its place in `Organisation::levels`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    pub name: String,
    pub title: Text,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The key under `team`.
    pub key: String,
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    pub language: Language,
    /// How to reach them, in this order: `mail`, or keys of webhooks.
    pub reach: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// The key under `roles`.
    pub key: String,
    pub title: Text,
    /// Keys of people: the holder first, then the deputies in order. Who has the
    /// role at a moment is for `domain::duty` to say.
    pub people: Vec<String>,
    /// How they take turns, when they do.
    pub rota: Option<Rota>,
    /// Who has the role on some days instead; no two of one role overlap.
    pub swaps: Vec<Stay>,
}

/// Somebody for some days, the first and the last included; days of the
/// organisation's time zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stay {
    /// Key of a person.
    pub who: String,
    pub from: NaiveDate,
    pub through: NaiveDate,
}

/// People of a role take turns, in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rota {
    pub each: Turn,
    /// The clock time at which a turn begins.
    pub change: NaiveTime,
    /// The day the first person's turn begins.
    pub from: NaiveDate,
}

/// How long a turn of a rota lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    Day,
    /// From this weekday to the next one.
    Week(Weekday),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    /// A mailbox, with or without a display name.
    pub from: String,
    /// `smtp://[user@]host[:port]` (STARTTLS when offered) or `smtps://…`.
    pub server: String,
    /// A Maildir where bounces and out-of-office answers come in; relative to
    /// the organisation's folder, or absolute.
    pub inbox: Option<String>,
    /// Under which name the mail server's key for signing (DKIM) stands in DNS.
    #[serde(default)]
    pub dkim_selector: Option<String>,
}

/// Another program that is told by an HTTP request: for a person to be reached, of
/// what happens in runs, or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    /// The key under `webhooks`; never `mail`.
    pub key: String,
    /// Names the environment variable that holds the URL.
    pub url_env: String,
    /// Name of a template in `templates/webhooks`; without one the body is
    /// everything as JSON.
    pub template: Option<String>,
    /// The events of runs that it is told of; `None`: of none.
    #[serde(default)]
    pub events: Option<Events>,
    /// Whether it is told of those of drills too.
    #[serde(default)]
    pub drills: bool,
}

/// A request at regular times for as long as all is well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Name of the environment variable that holds the address.
    pub url_env: String,
    pub every: Duration,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Web {
    pub url: Option<String>,
    /// Host and port, such as `127.0.0.1:7300`.
    pub listen: String,
    /// A reverse proxy in front does TLS.
    pub proxy: bool,
    /// Certificate and key files, when we do TLS ourselves.
    pub tls: Option<(String, String)>,
    /// Hosts in our own network that sources and webhooks may reach.
    pub private_hosts: Vec<String>,
    /// Who has which right on the pages: keys of roles and people. What is not here is
    /// as usual (`access::rights_of`).
    #[serde(default)]
    pub access: Vec<(Right, Vec<String>)>,
}

/// Where drills are played; their store and key are always their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// A mailbox; without it the sender of real mail, under another name.
    pub from: Option<String>,
    /// What links in the mails of a drill begin with.
    pub url: Option<String>,
    /// Host and port.
    pub listen: String,
}

/// When the daemon takes changed files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reload {
    /// A few seconds after the last change of a file; also when it is asked for.
    #[default]
    Automatic,
    /// Only when it is asked for.
    Manual,
}

impl Reload {
    /// Whether a change of a file is enough.
    pub fn is_automatic(self) -> bool {
        self == Self::Automatic
    }
}

/// The address that drills listen on when none is written.
pub const DRILL_LISTEN: &str = "127.0.0.1:7310";

impl Default for Drill {
    fn default() -> Self {
        Self {
            from: None,
            url: None,
            listen: DRILL_LISTEN.to_owned(),
        }
    }
}

/// The drill that an organisation is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exercise {
    /// Name of the scenario.
    pub scenario: String,
    pub title: Text,
    /// Keys of people; nobody else is told anything.
    pub participants: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountList {
    pub key: String,
    pub accounts: Vec<String>,
    /// Whether we answer who is on it.
    #[serde(default)]
    pub engage: Engage,
}

/// How we deal with the accounts on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engage {
    #[default]
    Reply,
    /// We answer on our own site only.
    OwnSite,
    Never,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    pub key: String,
    pub title: Text,
    pub query: String,
    /// Lists whose posts never count.
    pub ignore: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub key: String,
    pub kind: SourceKind,
    /// A longer silence means that it is blind; `None`: what is usual is learnt.
    #[serde(default)]
    pub silent_after: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Feed {
        url: String,
        every: Duration,
        platform: Platform,
    },
    /// `token_env` names the environment variable that holds the bearer token;
    /// an empty list means every platform.
    Push {
        token_env: String,
        platforms: Vec<Platform>,
    },
    /// An NDJSON file that grows; relative to the organisation's folder.
    File { path: String },
    /// The public timeline of a hashtag on a Mastodon server.
    Mastodon { server: String, hashtag: String },
    /// All posts of Bluesky, from a Jetstream server.
    Bluesky { jetstream: String },
}

/// `kind` of a channel, as `draaiboek.yaml` writes it.
pub const CHANNEL_KINDS: [&str; 16] = [
    "web",
    "x",
    "mastodon",
    "bluesky",
    "facebook",
    "instagram",
    "linkedin",
    "youtube",
    "tiktok",
    "reply",
    "email",
    "letter",
    "sms",
    "phone",
    "poster",
    "nl-alert",
];

/// Those of them that only show all to who has an account there.
pub const SOCIAL_KINDS: [&str; 8] = [
    "x",
    "mastodon",
    "bluesky",
    "facebook",
    "instagram",
    "linkedin",
    "youtube",
    "tiktok",
];

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    pub key: String,
    /// One of the kinds of the format: `web`, `x`, `email`, `sms` …
    pub kind: String,
    pub title: Option<Text>,
    pub url: Option<String>,
    pub account: Option<String>,
    pub limit: Option<u64>,
}

/// Kinds whose name is that of a platform, as people write it.
const BRANDS: [(&str, &str); 9] = [
    ("x", "X"),
    ("facebook", "Facebook"),
    ("instagram", "Instagram"),
    ("linkedin", "LinkedIn"),
    ("youtube", "YouTube"),
    ("tiktok", "TikTok"),
    ("mastodon", "Mastodon"),
    ("bluesky", "Bluesky"),
    ("reddit", "Reddit"),
];

impl Channel {
    /// What people call it: its title; the platform, when it bears its name; else its
    /// key.
    pub fn called(&self) -> Text {
        let brand = BRANDS
            .iter()
            .find(|(kind, _)| *kind == self.kind && *kind == self.key);
        let brand = brand.map_or(self.key.as_str(), |(_, name)| *name);
        let title = self.title.clone();
        title.unwrap_or_else(|| Text::same(brand))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub key: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub url: Option<String>,
    pub hours: Option<Text>,
    /// Whether a text may name it only after a task of the run confirmed it.
    #[serde(default)]
    pub confirm_live: bool,
}

/// Somebody outside who speaks in the same crisis: municipality, police, school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    pub key: String,
    pub title: Text,
    pub phone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Audience {
    pub key: String,
    pub title: Text,
    pub channels: Vec<String>,
    /// Language tags; filled in with the organisation's when not written.
    pub languages: Vec<String>,
    pub internal: bool,
}

/// How texts are looked at before they go out: `review`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewing {
    /// How our patient numbers look: a regular expression that compiles.
    pub patient_number: Option<String>,
    /// People who may be named, beside the team.
    pub public_names: Vec<String>,
    /// How long a release can be withdrawn before it counts.
    pub pause: Duration,
    pub rules: Vec<RuleSetting>,
}

/// What the organisation changed about one rule of review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSetting {
    /// Name of a rule in `domain::review::rules`.
    pub rule: String,
    /// `None`: the rule is switched off.
    pub severity: Option<Severity>,
    pub because: Text,
}

impl Default for Reviewing {
    fn default() -> Self {
        Self {
            patient_number: None,
            public_names: Vec::new(),
            pause: Duration::from_secs(20),
            rules: Vec::new(),
        }
    }
}

/// Words beside the lists that are shipped: `words`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWords {
    /// Words that the public does not know.
    pub jargon: Vec<String>,
    /// Words of the shipped list that here everybody knows.
    pub not_jargon: Vec<String>,
    /// What mentions are read by.
    #[serde(default)]
    pub lists: WordLists,
}

impl Organisation {
    /// What mentions are read by, beside the lists that are shipped.
    pub fn word_lists(&self) -> &WordLists {
        &self.words.lists
    }

    /// The same organisation in a drill: everybody keeps their roles, and only
    /// who takes part can still be reached.
    pub fn in_drill(mut self, exercise: Exercise) -> Self {
        for person in &mut self.team {
            if !exercise.participants.contains(&person.key) {
                // `.invalid` is nobody's, whatever goes wrong behind this.
                person.email = format!("{}@does-not-take-part.invalid", person.key);
                person.phone = None;
                person.reach = vec![MAIL.to_owned()];
            }
        }
        for webhook in &mut self.webhooks {
            webhook.events = webhook.events.take().filter(|_| webhook.drills);
        }
        self.exercise = Some(exercise);
        self
    }

    /// Whether a webhook is a way to somebody, and not only told of events. One that
    /// is told of none is for people, whoever they will be.
    pub fn is_way(&self, webhook: &Webhook) -> bool {
        let mut reach = self.team.iter().flat_map(|person| &person.reach);
        webhook.events.is_none() || reach.any(|way| *way == webhook.key)
    }

    pub fn plane(&self) -> Plane {
        match self.exercise {
            Some(_) => Plane::Drill,
            None => Plane::Real,
        }
    }

    /// Whether a person may be told anything at all.
    pub fn may_be_told(&self, person: &str) -> bool {
        let exercise = self.exercise.as_ref();
        exercise.is_none_or(|exercise| exercise.participants.iter().any(|one| one == person))
    }

    pub fn person(&self, key: &str) -> Option<&Person> {
        self.team.iter().find(|person| person.key == key)
    }

    pub fn role(&self, key: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.key == key)
    }

    pub fn watch(&self, key: &str) -> Option<&Watch> {
        self.watches.iter().find(|watch| watch.key == key)
    }

    /// The source that would bring what is said on a platform: a feed of it,
    /// else what is pushed, else a file.
    pub fn source_of(&self, platform: Platform) -> Option<&str> {
        let fits = |kind: &SourceKind| match kind {
            SourceKind::Feed { platform: its, .. } => (*its == platform).then_some(0),
            SourceKind::Mastodon { .. } => (platform == Platform::Mastodon).then_some(0),
            SourceKind::Bluesky { .. } => (platform == Platform::Bluesky).then_some(0),
            SourceKind::Push { platforms, .. } => {
                (platforms.is_empty() || platforms.contains(&platform)).then_some(1)
            }
            SourceKind::File { .. } => Some(2),
        };
        let sources = self.sources.iter();
        let fitting = sources.filter_map(|source| Some((fits(&source.kind)?, &source.key)));
        let best = fitting.min_by_key(|(rank, _)| *rank);
        best.map(|(_, key)| key.as_str())
    }

    pub fn channel(&self, key: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.key == key)
    }

    pub fn audience(&self, key: &str) -> Option<&Audience> {
        self.audiences.iter().find(|audience| audience.key == key)
    }

    /// The list that keeps us from replying to this account, who posted at `url`,
    /// and what it says to do instead: what review takes. Of several lists the
    /// strictest.
    pub fn engage_with(&self, account: &str, url: Option<&str>) -> Option<(String, Engage)> {
        let is_on =
            |list: &AccountList| Accounts::new(&list.accounts).has_account(Some(account), url);
        let strict = self.lists.iter();
        let strict = strict.filter(|list| list.engage != Engage::Reply && is_on(list));
        let strictest = strict.max_by_key(|list| list.engage == Engage::Never)?;
        Some((strictest.key.clone(), strictest.engage))
    }

    /// Place on the ladder, 0 the lowest; `None` for a name that is not on it.
    pub fn rank(&self, level: &str) -> Option<usize> {
        self.levels.iter().position(|step| step.name == level)
    }
}
