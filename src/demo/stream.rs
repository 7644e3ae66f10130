//! The demo stream: three quiet days around an invented hospital, then a
//! storm about a long wait in its emergency department.
//!
//! Always the same mentions for the same start, which is taken as midnight.
//! It is made to try the shipped playbooks on: the quiet days must wake
//! nobody, the storm must wake everybody, and there is what reality brings:
//! reposts, copies, spam, other lindens, one mention through two sources.

use chrono::TimeDelta;

use crate::domain::chatter::care;
use crate::domain::chatter::dice::Dice;
use crate::domain::chatter::people::Author;
use crate::domain::mention::{Engagement, Mention, Platform};
use crate::domain::time::Timestamp;

use super::crowd;
use super::hand::{self, CALM, HEATED, WARM, WRY};
use super::phrases as say;

/// When the complaint is posted: ten past eight on the fourth day.
pub fn storm_start(start: Timestamp) -> Timestamp {
    start + TimeDelta::days(3) + TimeDelta::minutes(490)
}

/// Mentions in each hour of a quiet day, from midnight: fewest and how many
/// more there can be.
const DAY: [(u64, u64); 24] = [
    (0, 2),
    (0, 2),
    (0, 1),
    (0, 1),
    (0, 1),
    (0, 2),
    (1, 2),
    (2, 2),
    (2, 4),
    (3, 4),
    (3, 4),
    (2, 4),
    (2, 5),
    (3, 4),
    (2, 4),
    (2, 4),
    (3, 4),
    (2, 4),
    (2, 4),
    (3, 4),
    (3, 4),
    (2, 4),
    (1, 3),
    (0, 3),
];

/// Mentions in each hour of the storm.
const STORM: [u64; 13] = [16, 58, 150, 235, 290, 260, 190, 140, 105, 75, 50, 32, 20];

/// The stream, in order of time.
pub fn mentions(start: Timestamp) -> Vec<Mention> {
    let mut dice = Dice::new(0x11de);
    let people = crowd::people(&mut dice);
    let mut stream = Stream {
        dice,
        people,
        made: Vec::with_capacity(2_100),
    };
    for day in 0..3 {
        stream.quiet_hours(start + TimeDelta::days(day), 24);
    }
    stream.quiet_hours(start + TimeDelta::days(3), 8);
    stream.storm(storm_start(start));
    stream.second_deliveries();
    stream.made.sort_by_key(|mention| mention.published_at);
    stream.made
}

struct Stream {
    dice: Dice,
    people: Vec<Author>,
    made: Vec<Mention>,
}

impl Stream {
    fn quiet_hours(&mut self, midnight: Timestamp, n_hours: usize) {
        for (hour, (fewest, more)) in DAY.iter().enumerate().take(n_hours) {
            let begins = midnight + TimeDelta::hours(hour as i64);
            for _ in 0..fewest + self.dice.below(*more) {
                let at = begins + self.moment_in(3_600);
                let text = match self.dice.below(100) {
                    0..=17 => self.dice.pick(&say::NOISE).to_owned(),
                    18..=19 => self.dice.pick(&say::SPAM).to_owned(),
                    _ => hand::sentence(&mut self.dice, &care::QUIET, &CALM),
                };
                let author = self.anybody();
                let platform = self.platform(&QUIET_PLATFORMS);
                self.add(at, platform, &author, text, "post", None);
            }
        }
    }

    fn storm(&mut self, begins: Timestamp) {
        let complaint = self.add(
            begins,
            Platform::Facebook,
            &crowd::named("complainant"),
            say::COMPLAINT.to_owned(),
            "post",
            None,
        );
        for (hour, n_mentions) in STORM.iter().enumerate() {
            let hour_begins = begins + TimeDelta::hours(hour as i64);
            for number in 0..*n_mentions {
                // Spread evenly with a wobble; people do not wait for the hour.
                let slot = 3_600 / n_mentions;
                let second = number * slot + self.dice.below(slot) + 1;
                let at = hour_begins + TimeDelta::seconds(second.cast_signed());
                self.storm_mention(at, hour, complaint);
            }
        }
        for (minute, who, text) in say::MOMENTS_OF_STORM {
            let at = begins + TimeDelta::minutes(minute);
            self.named_mention(at, who, text);
        }
        for (copy, text) in say::COPIES.iter().enumerate() {
            let copies_begin = begins + TimeDelta::minutes(200 + 70 * copy as i64);
            for _ in 0..14 {
                let at = copies_begin + self.moment_in(900);
                let author = crowd::copier(&mut self.dice);
                self.add(at, Platform::X, &author, (*text).to_owned(), "post", None);
            }
        }
    }

    fn named_mention(&mut self, at: Timestamp, who: &str, text: &str) {
        let (platform, kind) = match who {
            "complainant" => (Platform::Facebook, "post"),
            "courant" | "radio" => (Platform::News, "article"),
            "blog" => (Platform::Blog, "article"),
            _ => (Platform::X, "post"),
        };
        self.add(
            at,
            platform,
            &crowd::named(who),
            text.to_owned(),
            kind,
            None,
        );
    }

    fn storm_mention(&mut self, at: Timestamp, hour: usize, complaint: usize) {
        // It begins on one platform; the others join when they hear of it.
        let platform = match hour {
            0 => self.platform(&FIRST_HOUR),
            1 => self.platform(&SECOND_HOUR),
            _ => self.platform(&STORM_PLATFORMS),
        };
        let author = self.anybody();
        match self.dice.below(100) {
            0..=15 => self.repost(at, platform, &author, complaint),
            16..=23 => {
                let text = self.dice.pick(&say::REPLIES).to_owned();
                let parent = self.made[complaint].id.clone();
                self.add(at, Platform::Facebook, &author, text, "reply", Some(parent));
            }
            24 => {
                let text = self.dice.pick(&say::SPAM).to_owned();
                self.add(at, platform, &author, text, "post", None);
            }
            25 => {
                let text = self.dice.pick(&say::NOISE).to_owned();
                self.add(at, platform, &author, text, "post", None);
            }
            _ => {
                let text = self.storm_text();
                let parent = self
                    .dice
                    .chance(20)
                    .then(|| self.made[complaint].id.clone());
                let kind = if parent.is_some() { "reply" } else { "post" };
                self.add(at, platform, &author, text, kind, parent);
            }
        }
    }

    fn storm_text(&mut self) -> String {
        match self.dice.below(100) {
            0..=31 => hand::sentence(&mut self.dice, &care::ANGER, &HEATED),
            32..=52 => hand::sentence(&mut self.dice, &care::WITNESS, &HEATED),
            53..=68 => hand::sentence(&mut self.dice, &care::QUESTIONS, &HEATED),
            69..=79 => hand::sentence(&mut self.dice, &care::JOKES, &WRY),
            80..=92 => hand::sentence(&mut self.dice, &care::SUPPORT, &WARM),
            _ => hand::sentence(&mut self.dice, &care::RUMOURS, &HEATED),
        }
    }

    /// Passes on something of this storm; mostly the post it began with.
    fn repost(&mut self, at: Timestamp, platform: Platform, author: &Author, complaint: usize) {
        let n_since = (self.made.len() - complaint) as u64;
        let which = if self.dice.chance(40) {
            complaint
        } else {
            complaint + self.dice.below(n_since) as usize
        };
        let original = &self.made[which];
        let by = original.author.as_deref().unwrap_or("");
        let is_repost = original.kind.as_deref() == Some("repost");
        let said = match original.text.split_once(": ") {
            Some((_, said)) if is_repost => said,
            _ => original.text.trim_matches('"'),
        };
        let said = match platform {
            Platform::X | Platform::Bluesky => hand::shortened(said, 200),
            _ => said.to_owned(),
        };
        let tag = if said.to_lowercase().contains("#delinde") {
            ""
        } else {
            " #delinde"
        };
        let text = match self.dice.below(3) {
            0 => format!("RT @{by}: {said}{tag}"),
            1 => format!("\"{said}\"{tag}"),
            _ => format!("Dit over ziekenhuis De Linde: {said}"),
        };
        let parent = original.id.clone();
        self.add(at, platform, author, text, "repost", Some(parent));
    }

    /// Mostly one of the many, sometimes one of the few who post a lot.
    fn anybody(&mut self) -> Author {
        let end = if self.dice.chance(12) {
            60
        } else {
            self.people.len() as u64
        };
        let at = self.dice.below(end) as usize;
        self.people[at].clone()
    }

    fn platform(&mut self, shares: &[(u64, Platform)]) -> Platform {
        let mut rolled = self.dice.below(100);
        for (share, platform) in shares {
            if rolled < *share {
                return *platform;
            }
            rolled -= share;
        }
        Platform::X
    }

    fn moment_in(&mut self, seconds: u64) -> TimeDelta {
        TimeDelta::seconds(self.dice.below(seconds).cast_signed())
    }

    /// Adds a mention and says where it is.
    fn add(
        &mut self,
        at: Timestamp,
        platform: Platform,
        author: &Author,
        text: String,
        kind: &str,
        in_reply_to: Option<String>,
    ) -> usize {
        let number = self.made.len();
        let id = format!("demo-{number:05}");
        let likes = self.dice.below(author.followers / 40 + 3);
        let is_english =
            text.contains(" the ") || text.contains(" at ") || text.contains("anybody");
        self.made.push(Mention {
            url: Some(format!("https://{}.example/{id}", platform.name())),
            id,
            platform,
            author: Some(author.handle.clone()),
            author_name: Some(author.name.clone()),
            followers: Some(author.followers),
            text,
            lang: Some(if is_english { "en" } else { "nl" }.to_owned()),
            published_at: at,
            kind: Some(kind.to_owned()),
            in_reply_to,
            engagement: Engagement {
                likes,
                reposts: likes / 4,
                replies: self.dice.below(likes / 3 + 2),
            },
            extra: serde_json::Map::new(),
        });
        number
    }

    /// One in fifty is also delivered by a second source, with newer counts.
    fn second_deliveries(&mut self) {
        let again: Vec<Mention> = self.made.iter().skip(7).step_by(50).cloned().collect();
        for mut mention in again {
            mention.engagement.likes += 1;
            mention.extra.insert("source".to_owned(), "second".into());
            self.made.push(mention);
        }
    }
}

const QUIET_PLATFORMS: [(u64, Platform); 7] = [
    (34, Platform::X),
    (28, Platform::Facebook),
    (14, Platform::Instagram),
    (6, Platform::Mastodon),
    (6, Platform::Bluesky),
    (4, Platform::Reddit),
    (8, Platform::Forum),
];

const FIRST_HOUR: [(u64, Platform); 2] = [(92, Platform::Facebook), (8, Platform::X)];

const SECOND_HOUR: [(u64, Platform); 4] = [
    (60, Platform::Facebook),
    (28, Platform::X),
    (7, Platform::Instagram),
    (5, Platform::Forum),
];

const STORM_PLATFORMS: [(u64, Platform); 7] = [
    (44, Platform::X),
    (25, Platform::Facebook),
    (8, Platform::Instagram),
    (5, Platform::Mastodon),
    (7, Platform::Bluesky),
    (6, Platform::Reddit),
    (5, Platform::Forum),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn start() -> Timestamp {
        "2026-02-26T23:00:00Z".parse().unwrap()
    }

    /// What the shipped watch finds, said without the query language.
    fn is_about_us(text: &str) -> bool {
        let text = text.to_lowercase();
        let names_us = ["ziekenhuis de linde", "#delinde", "zkhdelinde"];
        let near_us = [
            "ziekenhuis",
            "hospital",
            "seh",
            "spoedeisende",
            "arts",
            "poli",
        ];
        names_us.iter().any(|name| text.contains(name))
            || (text.contains("de linde") && near_us.iter().any(|word| text.contains(word)))
    }

    /// The fullest hour, of distinct mentions about us, among these.
    fn fullest_hour<'a>(mentions: impl Iterator<Item = &'a Mention>) -> usize {
        let mut seen = HashSet::new();
        let times: Vec<Timestamp> = mentions
            .filter(|mention| is_about_us(&mention.text) && seen.insert(mention.key()))
            .map(|mention| mention.published_at)
            .collect();
        let in_hour = |begins: &Timestamp| {
            let inside = times
                .iter()
                .filter(|at| *at >= begins && **at < *begins + TimeDelta::hours(1));
            inside.count()
        };
        times.iter().map(in_hour).max().unwrap_or(0)
    }

    #[test]
    fn quiet_days_stay_under_every_trigger_and_the_storm_passes_all() {
        let stream = mentions(start());
        let storm = storm_start(start());
        let quiet = fullest_hour(stream.iter().filter(|mention| mention.published_at < storm));
        let loud = fullest_hour(
            stream
                .iter()
                .filter(|mention| mention.published_at >= storm),
        );
        assert!(quiet < 15, "{quiet} in an hour of a quiet day");
        assert!(loud > 200, "{loud} in the fullest hour of the storm");
    }

    /// When an hour with this many distinct mentions about us has lasted ten
    /// minutes, as the triggers of the shipped playbook ask.
    fn fires_at(stream: &[Mention], at_least: usize) -> Option<Timestamp> {
        let mut seen = HashSet::new();
        let times: Vec<Timestamp> = stream
            .iter()
            .filter(|mention| is_about_us(&mention.text) && seen.insert(mention.key()))
            .map(|mention| mention.published_at)
            .collect();
        let mut held_for = 0;
        for minute in 0..4 * 24 * 60 {
            let now = start() + TimeDelta::minutes(minute);
            let until = |end: Timestamp| times.partition_point(|at| *at <= end);
            let holds = until(now) - until(now - TimeDelta::hours(1)) >= at_least;
            held_for = if holds { held_for + 1 } else { 0 };
            if held_for > 10 {
                return Some(now);
            }
        }
        None
    }

    #[test]
    fn the_three_triggers_fire_one_after_the_other() {
        let stream = mentions(start());
        let minutes = [20, 60, 150].map(|at_least| {
            let at = fires_at(&stream, at_least).unwrap();
            (at - storm_start(start())).num_minutes()
        });
        assert!(minutes[0] > 30 && minutes.is_sorted(), "{minutes:?}");
        assert!(minutes[2] < 240, "{minutes:?}");
    }

    #[test]
    fn the_stream_is_varied_sorted_and_always_the_same() {
        let stream = mentions(start());
        assert!((1_900..2_300).contains(&stream.len()), "{}", stream.len());
        assert!(stream.is_sorted_by_key(|mention| mention.published_at));
        assert_eq!(stream, mentions(start()));
        let texts: HashSet<&str> = stream.iter().map(|mention| mention.text.as_str()).collect();
        let authors: HashSet<_> = stream.iter().filter_map(Mention::author_hash).collect();
        let ids: HashSet<i64> = stream.iter().map(Mention::key).collect();
        assert!(texts.len() > 1_200, "{} texts", texts.len());
        assert!(authors.len() > 600, "{} authors", authors.len());
        assert!(ids.len() < stream.len(), "some come twice");
    }

    #[test]
    fn other_lindens_are_not_about_us() {
        assert!(say::NOISE.iter().all(|text| !is_about_us(text)));
    }
}
