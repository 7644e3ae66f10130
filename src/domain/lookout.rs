//! Who hears that a source went blind or sees again, or that the files have
//! mistakes, also when no run is open: the people who run the program, once each,
//! and not about every flicker.
//!
//! Belongs to no run, so it has a log of its own, of which this is the fold.
//! About one source they get at most one mail an hour; what happened in between
//! is in the next one, and what they believe is never wrong for longer than that.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::duty;
use super::effect::{Content, Effect, Trouble};
use super::house::{FolderTrouble, House};
use super::organisation::{Organisation, Person};
use super::roll_call::RollCall;
use super::run::{Event, Logged, RunId};
use super::step::notice_to;
use super::time::{Timestamp, after};

/// The log of what belongs to no run.
pub const NO_RUN: RunId = 0;

/// No more than one mail about a source in so long.
pub const PAUSE: Duration = Duration::from_secs(3_600);

/// A source that was blind at least once.
#[derive(Debug, Clone, Default, PartialEq)]
struct Sighted {
    /// Why it is blind now.
    because: Option<String>,
    /// When it went blind last.
    blind_since: Option<Timestamp>,
    /// How often it went blind since somebody was told.
    n_times: u32,
    /// What the operators take it for.
    thought_blind: bool,
    /// When somebody was last told, or nobody could be.
    told_at: Option<Timestamp>,
}

impl Sighted {
    fn is_blind(&self) -> bool {
        self.because.is_some()
    }

    /// When the operators must hear how it is; `None` when they know.
    fn due_at(&self) -> Option<Timestamp> {
        let is_known = self.thought_blind == self.is_blind();
        let soonest = self
            .told_at
            .map_or(Timestamp::MIN_UTC, |at| after(at, PAUSE));
        (!is_known).then_some(soonest)
    }
}

/// All sources, from the log of no run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lookout {
    /// Of the latest event.
    seq: u64,
    sources: BTreeMap<String, Sighted>,
    /// The broken states of the files that were told since they were good.
    broken: BTreeSet<String>,
    roll_call: Option<RollCall>,
}

/// What came of a look: to be stored as a whole.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    pub events: Vec<Logged>,
    pub effects: Vec<Effect>,
}

impl Outside {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

impl Lookout {
    /// As it was after this log.
    pub fn replay(log: &[Logged]) -> Self {
        let mut lookout = Self::default();
        log.iter().for_each(|logged| lookout.apply(logged));
        lookout
    }

    /// Sources that are blind, and why.
    pub fn blind(&self) -> BTreeMap<String, String> {
        let sources = self.sources.iter();
        let blind =
            sources.filter_map(|(source, one)| Some((source.clone(), one.because.clone()?)));
        blind.collect()
    }

    fn apply(&mut self, logged: &Logged) {
        self.seq = logged.seq;
        match &logged.event {
            Event::SourceBlind { source, because } => {
                let one = self.sources.entry(source.clone()).or_default();
                one.because = Some(because.clone());
                one.blind_since = Some(logged.at);
                one.n_times += 1;
            }
            Event::SourceSees { source } => {
                self.sources.entry(source.clone()).or_default().because = None;
            }
            Event::BlindnessTold {
                source,
                is_blind,
                is_reached,
            } => {
                let one = self.sources.entry(source.clone()).or_default();
                one.told_at = Some(logged.at);
                if *is_reached {
                    one.thought_blind = *is_blind;
                    one.n_times = 0;
                }
            }
            Event::House { news } => {
                match news {
                    House::FolderBroken { digest, .. } => {
                        self.broken.insert(digest.clone());
                    }
                    House::FolderMended => self.broken.clear(),
                    _ => {}
                }
                RollCall::apply(&mut self.roll_call, news, logged.at);
            }
            _ => {}
        }
    }

    /// The files have these mistakes, or are good and in force. The operators hear
    /// of each broken state once, and once that all is good again.
    pub fn hear_of_folder(
        &mut self,
        organisation: &Organisation,
        trouble: Option<&FolderTrouble>,
        now: Timestamp,
    ) -> Outside {
        let mut outside = Outside::default();
        let (news, what, findings) = match trouble {
            Some(trouble) if !self.broken.contains(&trouble.digest) => {
                let (digest, what) = (trouble.digest.clone(), trouble.what.clone());
                let news = House::FolderBroken {
                    digest,
                    what: what.clone(),
                };
                (news, what, trouble.findings.clone())
            }
            None if !self.broken.is_empty() => {
                let what = "the files are good again, and in force".to_owned();
                (House::FolderMended, what, Vec::new())
            }
            Some(_) | None => return outside,
        };
        self.log(Event::House { news }, now, &mut outside);
        let (people, missing) = operators(organisation, now);
        if !people.is_empty() || !missing.is_empty() {
            let is_over = trouble.is_none();
            self.mail(
                organisation,
                (people, missing),
                (&what, is_over, &findings),
                now,
                &mut outside,
            );
        }
        outside
    }

    /// A source went blind, for this reason, or sees again. Nothing when that is
    /// known.
    pub fn hear(&mut self, source: &str, trouble: Option<&str>, now: Timestamp) -> Outside {
        let known = self.sources.get(source);
        let was_blind = known.is_some_and(Sighted::is_blind);
        let mut outside = Outside::default();
        let source = source.to_owned();
        match trouble {
            // How it fails may change; that it does is what counts.
            Some(because) if !was_blind => {
                let because = because.to_owned();
                self.log(Event::SourceBlind { source, because }, now, &mut outside);
            }
            None if was_blind => self.log(Event::SourceSees { source }, now, &mut outside),
            Some(_) | None => {}
        }
        outside
    }

    /// When time alone makes something to be said.
    pub fn due_at(&self, organisation: &Organisation) -> Option<Timestamp> {
        let call = self.roll_call.iter().filter(|call| call.is_under_way());
        let deadline = call.map(|call| call.deadline).min();
        if organisation.operators.is_empty() {
            return deadline;
        }
        let sources = self.listened_to(organisation);
        let due = sources.filter_map(|(_, one)| one.due_at());
        due.chain(deadline).min()
    }

    /// Tells the operators what they take for otherwise than it is.
    pub fn tell(&mut self, organisation: &Organisation, now: Timestamp) -> Outside {
        let mut outside = Outside::default();
        self.end_call(organisation, now, &mut outside);
        if organisation.operators.is_empty() {
            return outside;
        }
        let due = self.listened_to(organisation);
        let due = due.filter(|(_, one)| one.due_at().is_some_and(|at| at <= now));
        let due: Vec<(String, Sighted)> = due
            .map(|(source, one)| (source.clone(), one.clone()))
            .collect();
        for (source, one) in due {
            self.tell_of(organisation, &source, &one, now, &mut outside);
        }
        outside
    }

    fn tell_of(
        &mut self,
        organisation: &Organisation,
        source: &str,
        one: &Sighted,
        now: Timestamp,
        outside: &mut Outside,
    ) {
        let (people, missing) = operators(organisation, now);
        let told = Event::BlindnessTold {
            source: source.to_owned(),
            is_blind: one.is_blind(),
            is_reached: !people.is_empty(),
        };
        self.log(told, now, outside);
        let what = sentence(organisation, source, one);
        let about = (what.as_str(), !one.is_blind(), &[][..]);
        self.mail(organisation, (people, missing), about, now, outside);
    }

    /// Mails who is there, and notes who is not. `about`: what it is, whether it is
    /// over, and what exactly is wrong.
    fn mail(
        &mut self,
        organisation: &Organisation,
        (people, missing): (Vec<&Person>, Vec<(String, String)>),
        about: (&str, bool, &[String]),
        now: Timestamp,
        outside: &mut Outside,
    ) {
        let (what, is_over, findings) = about;
        for (role, because) in missing {
            self.log(Event::NotTold { role, because }, now, outside);
        }
        for person in people {
            let trouble = Trouble {
                organisation: organisation.name.clone(),
                organisation_language: organisation.language,
                timezone: organisation.timezone.name().to_owned(),
                run: None,
                at: now,
                what: what.to_owned(),
                is_over,
                findings: findings.to_vec(),
            };
            let id = format!("{NO_RUN}.{}", self.seq + 1);
            let told = Event::OperatorTold {
                effect: id.clone(),
                person: person.key.clone(),
                what: what.to_owned(),
            };
            self.log(told, now, outside);
            let notice = notice_to(organisation, person, Content::Trouble(trouble));
            outside.effects.push(Effect { id, notice });
        }
    }

    /// Sources that are still in the organisation's file.
    fn listened_to<'a>(
        &'a self,
        organisation: &'a Organisation,
    ) -> impl Iterator<Item = (&'a String, &'a Sighted)> {
        let is_source = |key: &str| organisation.sources.iter().any(|one| one.key == key);
        let sources = self.sources.iter();
        sources.filter(move |(key, _)| is_source(key))
    }

    pub(super) fn log(&mut self, event: Event, at: Timestamp, outside: &mut Outside) {
        let seq = self.seq + 1;
        let logged = Logged { seq, at, event };
        self.apply(&logged);
        outside.events.push(logged);
    }
}

impl Lookout {
    /// The last roll call, if there was one.
    pub fn roll_call(&self) -> Option<&RollCall> {
        self.roll_call.as_ref()
    }

    /// The id of the effect that the next event asks for.
    pub(super) fn next_effect(&self) -> String {
        format!("{NO_RUN}.{}", self.seq + 1)
    }
}

/// Who runs the program at this moment, and the roles that nobody has, with why.
pub(super) fn operators(
    organisation: &Organisation,
    now: Timestamp,
) -> (Vec<&Person>, Vec<(String, String)>) {
    let mut people: Vec<&Person> = Vec::new();
    let mut missing = Vec::new();
    for role in &organisation.operators {
        match duty::on_duty(organisation, role, now) {
            Ok(person) if people.iter().any(|known| known.key == person.key) => {}
            Ok(person) => people.push(person),
            Err(because) => missing.push((role.clone(), because)),
        }
    }
    (people, missing)
}

/// In English; `timeline/reasons.rs` makes it Dutch.
fn sentence(organisation: &Organisation, source: &str, one: &Sighted) -> String {
    let mut sentence = match (&one.because, one.blind_since) {
        (Some(because), _) => format!("source {source} is blind: {because}"),
        (None, Some(since)) => {
            let since = since.with_timezone(&organisation.timezone);
            let since = since.format("%d-%m %H:%M");
            format!("source {source} sees again; it was blind since {since}")
        }
        (None, None) => format!("source {source} sees again"),
    };
    if one.n_times > 1 {
        let n_times = one.n_times;
        sentence.push_str(&format!("; times since the last mail: {n_times}"));
    }
    sentence
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    /// Anna runs the program; there are two sources.
    fn organisation() -> Organisation {
        let source = |key: &str| serde_json::json!({ "key": key, "kind": { "file": { "path": "in.ndjson" } } });
        let written = serde_json::json!({
            "name": "Korst", "timezone": "Europe/Amsterdam", "language": "nl",
            "keep_texts": { "secs": 0, "nanos": 0 }, "operators": ["ict"], "levels": [],
            "team": [{
                "key": "anna", "name": "Anna", "email": "anna@korst.example",
                "phone": null, "language": "nl", "reach": ["mail"],
            }],
            "roles": [{
                "key": "ict", "title": "ICT", "people": ["anna"], "rota": null, "swaps": [],
            }],
            "away": [], "mail": null, "webhooks": [], "lists": [], "queries": [], "watches": [],
            "web": { "url": null, "listen": "", "proxy": false, "tls": null, "private_hosts": [] },
            "sources": [source("suite"), source("news")],
            "channels": [], "own_accounts": [], "contacts": [], "audiences": [],
        });
        serde_json::from_value(written).unwrap()
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000, 0).unwrap() + TimeDelta::minutes(minute)
    }

    fn texts(outside: &Outside) -> Vec<String> {
        let effects = outside.effects.iter();
        let texts = effects.filter_map(|effect| match &effect.notice.content {
            Content::Trouble(trouble) => Some(trouble.what.clone()),
            _ => None,
        });
        texts.collect()
    }

    #[test]
    fn one_blindness_is_said_once_and_its_end_once() {
        let organisation = organisation();
        let mut lookout = Lookout::default();
        lookout.hear("suite", Some("it fails: 502"), at(0));
        let told = lookout.tell(&organisation, at(0));
        assert_eq!(texts(&told), ["source suite is blind: it fails: 502"]);
        assert_eq!(told.effects[0].id, "0.3");
        assert!(
            lookout
                .hear("suite", Some("it fails: 503"), at(9))
                .is_empty()
        );
        assert!(lookout.tell(&organisation, at(500)).is_empty());
        lookout.hear("suite", None, at(501));
        let told = texts(&lookout.tell(&organisation, at(501)));
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("source suite sees again; it was blind since "));
        assert!(lookout.tell(&organisation, at(900)).is_empty());
    }

    #[test]
    fn what_happened_in_between_is_in_the_next_mail() {
        let organisation = organisation();
        let mut lookout = Lookout::default();
        for minute in [0, 10, 20, 30] {
            lookout.hear("suite", (minute % 20 == 0).then_some("x"), at(minute));
            lookout.tell(&organisation, at(minute));
        }
        assert_eq!(lookout.due_at(&organisation), Some(at(60)));
        lookout.hear("suite", Some("y"), at(70));
        lookout.tell(&organisation, at(70));
        lookout.hear("suite", None, at(80));
        let told = texts(&lookout.tell(&organisation, at(130)));
        assert!(
            told[0].ends_with("; times since the last mail: 2"),
            "{told:?}"
        );
    }

    #[test]
    fn without_anybody_to_tell_it_is_tried_again() {
        let mut nobody = organisation();
        nobody.roles[0].people.clear();
        let mut lookout = Lookout::default();
        lookout.hear("suite", Some("x"), at(0));
        let told = lookout.tell(&nobody, at(0));
        assert!(told.effects.is_empty() && told.events.len() == 2);
        assert_eq!(lookout.due_at(&nobody), Some(at(60)));
        assert_eq!(texts(&lookout.tell(&organisation(), at(60))).len(), 1);
        nobody.operators.clear();
        assert_eq!(lookout.due_at(&nobody), None);
    }

    #[test]
    fn each_broken_state_of_the_files_is_said_once_and_that_they_are_good_again() {
        let organisation = organisation();
        let (mut lookout, mut log) = (Lookout::default(), Vec::new());
        let state = |digest: &str| FolderTrouble {
            digest: digest.to_owned(),
            what: format!("mistakes: {digest}"),
            findings: vec!["draaiboek.yaml:3: no such role".to_owned()],
        };
        let (one, other) = (state("a"), state("b"));
        let words = [
            None,
            Some(&one),
            Some(&one),
            Some(&other),
            Some(&one),
            None,
            None,
            Some(&one),
        ];
        let mut told = Vec::new();
        for (minute, word) in words.into_iter().enumerate() {
            let outside = lookout.hear_of_folder(&organisation, word, at(minute as i64));
            told.push(texts(&outside).join(", "));
            log.extend(outside.events);
        }
        let good = "the files are good again, and in force";
        assert_eq!(
            told,
            [
                "",
                "mistakes: a",
                "",
                "mistakes: b",
                "",
                good,
                "",
                "mistakes: a"
            ]
        );
        assert_eq!(Lookout::replay(&log), lookout);
        let mut nobody = organisation;
        nobody.operators.clear();
        let outside = lookout.hear_of_folder(&nobody, Some(&other), at(9));
        assert!(outside.effects.is_empty() && outside.events.len() == 1);
    }

    proptest! {
        /// However it flickers: at most one mail an hour about a source, what is
        /// believed is wrong for no longer, and the log gives the same lookout.
        #[test]
        fn operators_are_neither_flooded_nor_left_in_the_dark(
            changes in prop::collection::vec((1_i64..90, any::<bool>(), any::<bool>()), 1..60),
        ) {
            let organisation = organisation();
            let (mut lookout, mut log) = (Lookout::default(), Vec::new());
            let mut mails: BTreeMap<String, Vec<(i64, bool)>> = BTreeMap::new();
            let mut now = 0;
            for (minutes, is_suite, is_blind) in changes {
                for _ in 0..minutes {
                    now += 1;
                    let outside = lookout.tell(&organisation, at(now));
                    for logged in &outside.events {
                        if let Event::BlindnessTold { source, is_blind, .. } = &logged.event {
                            mails.entry(source.clone()).or_default().push((now, *is_blind));
                        }
                    }
                    log.extend(outside.events);
                    for (_, one) in lookout.listened_to(&organisation) {
                        prop_assert!(one.due_at().is_none_or(|due| due > at(now)));
                    }
                }
                let source = if is_suite { "suite" } else { "news" };
                log.extend(lookout.hear(source, is_blind.then_some("x"), at(now)).events);
            }
            for mails in mails.values() {
                prop_assert!(mails.windows(2).all(|two| two[1].0 - two[0].0 >= 60));
                prop_assert!(mails.windows(2).all(|two| two[1].1 != two[0].1));
            }
            prop_assert_eq!(Lookout::replay(&log), lookout);
        }
    }
}
