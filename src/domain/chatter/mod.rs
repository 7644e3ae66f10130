//! The mentions of a story: what people would say on an ordinary day and in a
//! storm, invented but always the same for the same seed.
//!
//! Each mention has dice of its own, thrown for its hour or its storm and its
//! number. So any stretch of time can be asked for, in any order and cut in any
//! way, and nothing needs to be remembered.

use std::sync::Arc;

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::mention::{Engagement, Mention, Platform};
use super::organisation::Organisation;
use super::scenario::Persona;
use super::scenario::story::{HISTORY, Storm, Story};
use super::text::Language;
use super::time::{Timestamp, after, before};

pub mod dice;

pub mod people;

mod rhythm;

mod course;

pub mod care;

mod town;

mod general;

mod english;

pub mod hooks;

mod wording;

use course::{Course, is_among};
use dice::Dice;
use hooks::Hooks;
use people::{Author, person, somebody};
use wording::{Mood, Wording};

/// Everything that is said in one story.
#[derive(Debug, Clone)]
pub struct Chatter {
    seed: u64,
    zone: Tz,
    language: Language,
    begins: Timestamp,
    /// Mentions an hour.
    usual: f64,
    storms: Vec<Storm>,
    /// By storm: the accounts of its lists.
    accounts: Vec<Vec<String>>,
    hooks: Arc<Hooks>,
    wording: Wording,
}

/// What tells the dice of one kind of thing from those of another.
const HOURS: u64 = 10;
const USUAL: u64 = 11;
/// And the number of the storm.
const STORM: u64 = 1_000;

/// How many people ever say something on an ordinary day.
const N_REGULARS: u64 = 3_000;

/// Where ordinary days are talked about.
const PLATFORMS: [(u64, Platform); 9] = [
    (30, Platform::X),
    (28, Platform::Facebook),
    (14, Platform::Instagram),
    (6, Platform::Mastodon),
    (6, Platform::Bluesky),
    (4, Platform::Reddit),
    (6, Platform::Forum),
    (3, Platform::Review),
    (3, Platform::Linkedin),
];

impl Chatter {
    /// `hooks` are those of the watch of the playbook that is played; `language`
    /// is what most people write. A story with a `replay` brings its own
    /// mentions: then there is nothing here.
    pub fn new(
        seed: u64,
        story: &Story,
        organisation: &Organisation,
        hooks: impl Into<Arc<Hooks>>,
        language: Language,
    ) -> Self {
        let hooks = hooks.into();
        let is_replay = story.replay.is_some();
        let storms = if is_replay {
            Vec::new()
        } else {
            story.storms.clone()
        };
        let accounts = storms.iter().map(|storm| {
            let lists = organisation.lists.iter();
            let lists = lists.filter(|list| storm.by.contains(&list.key));
            lists.flat_map(|list| list.accounts.clone()).collect()
        });
        Self {
            seed,
            zone: organisation.timezone,
            language,
            begins: story.begins_at(organisation.timezone),
            usual: if is_replay { 0.0 } else { story.usual },
            accounts: accounts.collect(),
            storms,
            wording: Wording::new(organisation, &hooks, language),
            hooks,
        }
    }

    /// What is said from `from` up to and without `to`, in order: the usual, and
    /// the storms whose beginning is written. See [`Chatter::storm`] for others.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Vec<Mention> {
        let mut mentions: Vec<Mention> = self.usual(from, to).collect();
        for (number, storm) in self.storms.iter().enumerate() {
            if let Some(start) = storm.start.at() {
                let begins = after(self.begins, start);
                mentions.extend(self.storm_between(number, begins, from, to));
            }
        }
        mentions.sort_by_key(|mention| mention.published_at);
        mentions
    }

    /// The usual of the eight weeks before the story, in order, one by one.
    pub fn history(&self) -> impl Iterator<Item = Mention> {
        self.usual(before(self.begins, HISTORY), self.begins)
    }

    /// The usual only, from `from` up to and without `to`, in order, one by one.
    pub fn usual(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Mention> {
        let first = from.timestamp().div_euclid(3_600);
        let last = if self.usual > 0.0 && from < to {
            to.timestamp().div_euclid(3_600)
        } else {
            first - 1
        };
        let mentions = (first..=last).flat_map(|hour| self.hour(hour));
        mentions
            .filter(move |moment| moment.at >= from && moment.at < to)
            .map(|moment| self.usual_mention(moment))
    }

    /// All mentions of the storm with this place in the story, which begins at
    /// `begins`, in order.
    pub fn storm(&self, number: usize, begins: Timestamp) -> Vec<Mention> {
        let ends = self
            .storms
            .get(number)
            .map(|storm| after(begins, storm.lasts));
        let end = ends.unwrap_or(begins) + TimeDelta::seconds(1);
        self.storm_between(number, begins, begins, end)
    }

    /// Those from `from` up to and without `to`.
    pub fn storm_between(
        &self,
        number: usize,
        begins: Timestamp,
        from: Timestamp,
        to: Timestamp,
    ) -> Vec<Mention> {
        let Some(storm) = self.storms.get(number) else {
            return Vec::new();
        };
        let course = Course::of(storm);
        let since = |moment: Timestamp| (moment - begins).to_std().unwrap_or_default();
        let numbers = course.between(since(from), since(to));
        let mentions = numbers.map(|mention| {
            let at = after(begins, course.moment(mention));
            self.storm_mention(number, storm, mention, at)
        });
        mentions.collect()
    }

    /// When something is said in an hour, counted since 1970.
    fn hour(&self, hour: i64) -> Vec<Moment> {
        let begins = Timestamp::from_timestamp(hour * 3_600, 0).unwrap_or(self.begins);
        let mut dice = Dice::for_one(self.seed, HOURS, hour.cast_unsigned());
        let expected = self.usual * rhythm::busyness(begins, self.zone);
        let n_mentions = dice.arrivals(expected);
        let mut seconds: Vec<u64> = (0..n_mentions).map(|_| dice.below(3_600)).collect();
        seconds.sort_unstable();
        let moments = seconds.into_iter().zip(0..).map(|(second, number)| Moment {
            hour,
            number,
            at: begins + TimeDelta::seconds(second.cast_signed()),
        });
        moments.collect()
    }

    fn usual_mention(&self, moment: Moment) -> Mention {
        let Moment { hour, number, at } = moment;
        let seed = self.seed ^ hour.cast_unsigned().wrapping_mul(0x9e37_79b9);
        let mut dice = Dice::for_one(seed, USUAL, number);
        let author = person(somebody(&mut dice, N_REGULARS));
        let id = format!("usual-{hour}-{number}");
        let platform = dice.share(&PLATFORMS);
        let blank = blank(id, platform, at);
        self.said(
            &mut dice,
            Mood::Quiet,
            &PLATFORMS.map(|(_, platform)| platform),
            by(blank, &author),
        )
    }

    fn storm_mention(&self, number: usize, storm: &Storm, mention: u64, at: Timestamp) -> Mention {
        let place = number as u64;
        let mut dice = Dice::for_one(self.seed, STORM + place, mention);
        let platform = dice.pick(&storm.platforms);
        let blank = blank(format!("storm-{number}-{mention}"), platform, at);
        // Each storm has its own people, behind those of ordinary days.
        let among = storm.authors.unwrap_or(u64::MAX);
        let which = if mention < among {
            mention
        } else {
            dice.below(among)
        };
        let author = person(N_REGULARS + place * 100_000 + which);
        let mood = if is_among(mention, storm.negative) {
            Mood::Negative
        } else {
            Mood::Friendly
        };
        let accounts = &self.accounts[number];
        let written = if storm.says.is_empty() {
            self.said(&mut dice, mood, &storm.platforms, by(blank, &author))
        } else {
            self.quoted(&mut dice, storm, by(blank, &author))
        };
        // Asked of the watch before it is signed: a watch may leave the posts
        // of a list out, and that is for the watch to say.
        if accounts.is_empty() {
            return written;
        }
        signed(
            written,
            &accounts[(mention % accounts.len() as u64) as usize],
        )
    }

    /// With a text that the watch finds. The few that it does not, because of a
    /// word that must not occur or a platform, are written again.
    fn said(
        &self,
        dice: &mut Dice,
        mood: Mood,
        platforms: &[Platform],
        mut blank: Mention,
    ) -> Mention {
        for try_number in 0..6 {
            let hook = self.hooks.pick(dice);
            let (text, language) = self.wording.text(dice, mood, hook);
            blank.text = text;
            blank.lang = Some(language.to_owned());
            if try_number > 0 {
                blank.platform = dice.pick(platforms);
            }
            if self.hooks.finds(&blank) {
                return blank;
            }
        }
        blank.text = self.hooks.pick(dice).to_owned();
        blank.lang = Some(self.language.tag().to_owned());
        blank
    }

    /// With one of the texts that the story gives, word for word.
    fn quoted(&self, dice: &mut Dice, storm: &Storm, mut blank: Mention) -> Mention {
        let texts: Vec<&str> = storm
            .says
            .iter()
            .map(|text| text.get(self.language.tag(), self.language))
            .collect();
        blank.text = dice.pick(&texts).to_owned();
        blank.lang = Some(self.language.tag().to_owned());
        blank
    }
}

/// One mention of an ordinary hour.
struct Moment {
    hour: i64,
    number: u64,
    at: Timestamp,
}

/// The post of a persona, as `post` in a story asks for it.
pub fn post(
    persona: &Persona,
    platform: Platform,
    text: &str,
    language: Language,
    at: Timestamp,
) -> Mention {
    let mut post = blank(String::new(), platform, at);
    post.author = Some(persona.account().to_owned());
    post.author_name = Some(persona.name.clone());
    post.followers = persona.followers;
    post.text = text.to_owned();
    post.lang = Some(language.tag().to_owned());
    let mut post = post.complete();
    post.url = Some(url_of(platform, &post.id));
    post
}

/// A mention that nobody wrote yet.
fn blank(id: String, platform: Platform, at: Timestamp) -> Mention {
    let kind = match platform {
        Platform::News | Platform::Blog => "article",
        Platform::Review => "review",
        _ => "post",
    };
    Mention {
        url: (!id.is_empty()).then(|| url_of(platform, &id)),
        id,
        platform,
        author: None,
        author_name: None,
        followers: None,
        text: String::new(),
        lang: None,
        published_at: at,
        kind: Some(kind.to_owned()),
        in_reply_to: None,
        engagement: Engagement::default(),
        extra: serde_json::Map::new(),
    }
}

fn url_of(platform: Platform, id: &str) -> String {
    format!("https://{}.example/{id}", platform.name())
}

fn by(mut mention: Mention, author: &Author) -> Mention {
    let mut dice = Dice::new(mention.published_at.timestamp().cast_unsigned() ^ author.followers);
    let likes = dice.below(author.followers / 40 + 3);
    mention.engagement = Engagement {
        likes,
        reposts: likes / 4,
        replies: dice.below(likes / 3 + 2),
    };
    mention.author = Some(author.handle.clone());
    mention.author_name = Some(author.name.clone());
    mention.followers = Some(author.followers);
    mention
}

/// The same by an account of a list: a handle, or a site.
fn signed(mut mention: Mention, account: &str) -> Mention {
    let bare = account.trim().trim_start_matches('@');
    if !account.trim().starts_with('@') && bare.contains('.') {
        mention.url = Some(format!("https://{bare}/{}", mention.id));
    }
    mention.author = Some(bare.to_owned());
    mention.author_name = Some(bare.to_owned());
    mention
}

#[cfg(test)]
mod tests;
