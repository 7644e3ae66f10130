//! What is known beside a text when it is reviewed: for whom, where, when, and
//! what was said before.

use chrono_tz::Tz;

use super::Tuning;
use crate::domain::facts::FactSheet;
use crate::domain::organisation::{Engage, Organisation, RuleSetting};
use crate::domain::picture::Picture;
use crate::domain::strategy::Advice;
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;

/// See the module. What is not known is empty, and the rules that need it are
/// silent.
#[derive(Debug, Clone)]
pub struct About {
    /// Language of the text; `None` for one that no word list knows.
    pub language: Option<Language>,
    /// Kind of channel as in `channels.NAME.kind`: `web`, `x`, `sms`, …
    pub channel: String,
    /// Characters the channel takes, where the organisation says so.
    pub limit: Option<u64>,
    /// Kind of message as in `kind`: `holding`, `reply`, …; `None` for any text.
    pub message_kind: Option<String>,
    /// Only our own people read it.
    pub is_internal: bool,
    pub now: Timestamp,
    pub zone: Tz,
    /// Until when the next update may be promised: the rhythm of the run.
    pub update_due: Option<Timestamp>,
    pub ours: Ours,
    /// Contact points nobody confirmed in this run: name, and how texts write it.
    pub unconfirmed: Vec<(String, Vec<String>)>,
    pub facts: FactSheet,
    /// What we published in this run, oldest first.
    pub earlier: Vec<Earlier>,
    /// The latest replies we sent, oldest first: at most twenty.
    pub replies: Vec<Reply>,
    /// To whom a reply goes, as `Reply::to` writes it.
    pub reply_to: Option<String>,
    /// The list on which this account stands, and how we deal with those on it.
    pub engage: Option<(String, Engage)>,
    /// How the playbook advises to speak.
    pub strategy: Option<Advice>,
    /// Wordings this playbook does not want.
    pub avoid: Vec<Avoid>,
    /// Jargon of the organisation: added words, and shipped ones it takes away.
    pub jargon: Vec<String>,
    pub not_jargon: Vec<String>,
    pub tunings: Vec<Tuning>,
    /// What is shown with the text.
    pub images: Vec<Picture>,
}

/// Who we are, as texts write it.
#[derive(Debug, Clone, Default)]
pub struct Ours {
    /// The organisation, in each language.
    pub names: Vec<String>,
    /// People who may be named: the team, and `review.public_names`.
    pub people: Vec<String>,
    /// Phone numbers, e-mail addresses, pages and handles of contacts and channels.
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub urls: Vec<String>,
    pub handles: Vec<String>,
    /// How our patient numbers look: `review.patient_number`.
    pub patient_number: Option<String>,
}

/// A text that went out before.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub message: String,
    pub language: String,
    pub text: String,
    pub at: Timestamp,
    /// What the fact sheet said then.
    pub facts: FactSheet,
}

/// A reply that went out before.
#[derive(Debug, Clone)]
pub struct Reply {
    pub to: Option<String>,
    pub text: String,
}

/// A wording to stay away from: `avoid.NAME` of a playbook.
#[derive(Debug, Clone)]
pub struct Avoid {
    pub name: String,
    pub words: Vec<String>,
    pub because: Text,
    pub severity: super::Severity,
}

impl About {
    /// A text for a channel of an organisation: what `draaiboek.yaml` says about
    /// it. `channel` is a name under `channels`, or a kind of channel. What a run
    /// knows (facts, earlier texts, the rhythm) is for the caller to fill in.
    pub fn of(organisation: &Organisation, language: &str, channel: &str, now: Timestamp) -> Self {
        let ours = organisation.channel(channel);
        let audiences = organisation.audiences.iter();
        let mut readers = audiences
            .filter(|audience| audience.channels.iter().any(|one| one == channel))
            .peekable();
        let is_internal = readers.peek().is_some() && readers.all(|audience| audience.internal);
        let tag = language.split('-').next().unwrap_or_default();
        let tuning = |setting: &RuleSetting| Tuning {
            rule: setting.rule.clone(),
            severity: setting.severity,
            because: setting
                .because
                .get(organisation.language.tag(), organisation.language)
                .to_owned(),
        };
        Self {
            channel: ours.map_or(channel, |ours| &ours.kind).to_owned(),
            limit: ours.and_then(|ours| ours.limit),
            is_internal,
            ours: Ours::of(organisation),
            jargon: organisation.words.jargon.clone(),
            not_jargon: organisation.words.not_jargon.clone(),
            tunings: organisation.review.rules.iter().map(tuning).collect(),
            ..Self::new(Language::from_tag(tag), now, organisation.timezone)
        }
    }

    /// A text for our site of which nothing else is known.
    pub fn new(language: Option<Language>, now: Timestamp, zone: Tz) -> Self {
        Self {
            language,
            channel: "web".to_owned(),
            limit: None,
            message_kind: None,
            is_internal: false,
            now,
            zone,
            update_due: None,
            ours: Ours::default(),
            unconfirmed: Vec::new(),
            facts: FactSheet::new(),
            earlier: Vec::new(),
            replies: Vec::new(),
            reply_to: None,
            engage: None,
            strategy: None,
            avoid: Vec::new(),
            jargon: Vec::new(),
            not_jargon: Vec::new(),
            tunings: Vec::new(),
            images: Vec::new(),
        }
    }
}

impl Ours {
    /// What an organisation may say of itself in any text. Mail addresses of
    /// people are not among it: a text gives a function's.
    fn of(organisation: &Organisation) -> Self {
        let names = match &organisation.name {
            Text::Same(name) => vec![name.to_string()],
            Text::By(names) => names.values().cloned().collect(),
        };
        let contacts = &organisation.contacts;
        let channels = &organisation.channels;
        let team = &organisation.team;
        let sender = organisation.mail.as_ref().map(|mail| {
            let address = mail.from.rsplit('<').next().unwrap_or_default();
            address.trim_end_matches('>').trim().to_owned()
        });
        let phones = contacts.iter().filter_map(|contact| contact.phone.clone());
        let emails = contacts.iter().filter_map(|contact| contact.email.clone());
        let urls = contacts.iter().filter_map(|contact| contact.url.clone());
        let handles = channels
            .iter()
            .filter_map(|channel| channel.account.clone());
        let public = organisation.review.public_names.iter().cloned();
        Self {
            names,
            people: team
                .iter()
                .map(|person| person.name.clone())
                .chain(public)
                .collect(),
            phones: phones
                .chain(team.iter().filter_map(|person| person.phone.clone()))
                .collect(),
            emails: emails.chain(sender).collect(),
            urls: urls
                .chain(channels.iter().filter_map(|channel| channel.url.clone()))
                .collect(),
            handles: handles
                .chain(organisation.own_accounts.iter().cloned())
                .collect(),
            patient_number: organisation.review.patient_number.clone(),
        }
    }
}
