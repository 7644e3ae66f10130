//! What a story brings in and when: the usual talk, storms, replayed mentions
//! and injects, in the order of time. The same every time it is read.
//!
//! What waits for a condition is judged at whole minutes, so that how often one
//! looks changes nothing; it begins once.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use chrono::{DurationRound, TimeDelta};

use crate::domain::chatter::{self, Chatter};
use crate::domain::condition::{Condition, Test};
use crate::domain::mention::{Mention, Platform};
use crate::domain::run::judge::Facing;
use crate::domain::scenario::Scenario;
use crate::domain::scenario::story::{Failing, Happening, Start, Story};
use crate::domain::sight::Sight;
use crate::domain::text::Language;
use crate::domain::time::{Timestamp, after};

use super::cue::{Cue, Incoming, Inject, Speech};

/// How far ahead chatter is made up, in minutes.
const AHEAD: i64 = 60;

/// What passes after something that had no moment when the story was written.
const AFTERMATH: Duration = Duration::from_secs(3_600);

/// What a story plays in.
#[derive(Debug)]
pub struct Setting {
    pub chatter: Chatter,
    /// Real mentions that it replays, in order.
    pub replayed: Vec<Mention>,
    pub begins: Timestamp,
    /// The watch of the playbook, which conditions count when they name none.
    pub watch: String,
    /// The organisation's.
    pub language: Language,
}

/// See the module.
#[derive(Debug)]
pub struct Script {
    story: Story,
    speech: Speech,
    chatter: Chatter,
    watch: String,
    begins: Timestamp,
    ends: Timestamp,
    replayed: VecDeque<Mention>,
    /// Chatter up to and without `talked_to`.
    talk: VecDeque<Mention>,
    talked_to: Timestamp,
    /// Storms that waited for a condition and began: place and when.
    begun: Vec<(usize, Timestamp)>,
    /// What has a moment: by time, then in the order it was planned.
    planned: BTreeMap<(Timestamp, usize), Planned>,
    n_planned: usize,
    waiting: Vec<Waiting>,
    /// Conditions were judged up to this minute.
    judged_to: Timestamp,
    /// When what fails works again.
    failing: Vec<(Failing, Timestamp)>,
    /// When each inject came, by its place.
    came: BTreeMap<usize, Timestamp>,
    is_over: bool,
}

/// Something with a moment.
#[derive(Debug, Clone)]
enum Planned {
    /// By place in the story.
    Inject(usize),
    Storm(usize),
    Works(Failing),
    ByHand(ByHand),
}

/// What a facilitator makes up.
#[derive(Debug, Clone)]
struct ByHand {
    what: String,
    to: Option<String>,
    mention: Option<Box<Mention>>,
}

/// Something that begins when its condition holds.
#[derive(Debug)]
struct Waiting {
    what: Planned,
    when: Condition,
}

/// An inject and whether it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// From 1.
    pub number: usize,
    /// When it comes; `None` while it waits for its condition.
    pub at: Option<Timestamp>,
    pub has_come: bool,
    pub what: String,
    pub note: Option<String>,
}

impl Script {
    pub fn new(scenario: &Scenario, setting: Setting) -> Self {
        Self::of(
            &scenario.story,
            Speech {
                language: setting.language,
                personas: scenario.personas.clone(),
            },
            scenario.length(),
            setting,
        )
    }

    fn of(story: &Story, speech: Speech, length: Duration, setting: Setting) -> Self {
        let begins = setting.begins;
        let mut ends = after(begins, length);
        if let (None, Some(last)) = (story.lasts, setting.replayed.last()) {
            ends = ends.max(after(last.published_at, AFTERMATH));
        }
        let mut script = Self {
            story: story.clone(),
            speech,
            chatter: setting.chatter,
            watch: setting.watch,
            begins,
            ends,
            replayed: setting.replayed.into(),
            talk: VecDeque::new(),
            talked_to: begins,
            begun: Vec::new(),
            planned: BTreeMap::new(),
            n_planned: 0,
            waiting: Vec::new(),
            judged_to: begins,
            failing: Vec::new(),
            came: BTreeMap::new(),
            is_over: false,
        };
        for (place, inject) in story.injects.iter().enumerate() {
            script.expect(Planned::Inject(place), &inject.start);
        }
        for (place, storm) in story.storms.iter().enumerate() {
            // Chatter brings in the others by itself.
            if let Start::When(_) = storm.start {
                script.expect(Planned::Storm(place), &storm.start);
            }
        }
        script
    }

    fn expect(&mut self, what: Planned, start: &Start) {
        match start {
            Start::At(moment) => self.plan(after(self.begins, *moment), what),
            Start::When(when) => {
                let when = when.clone();
                self.waiting.push(Waiting { what, when });
            }
        }
    }

    fn plan(&mut self, at: Timestamp, what: Planned) {
        self.planned.insert((at, self.n_planned), what);
        self.n_planned += 1;
    }

    pub fn begins(&self) -> Timestamp {
        self.begins
    }

    /// When it is over, as far as is known now.
    pub fn ends(&self) -> Timestamp {
        self.ends
    }

    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether something waits for a condition yet.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// When it must be asked next, after `now`.
    pub fn next_at(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_over {
            return None;
        }
        let planned = self.planned.keys().next().map(|(at, _)| *at);
        let talk = self.talk.front().map(|mention| mention.published_at);
        let replayed = self.replayed.front().map(|mention| mention.published_at);
        let minute = (!self.waiting.is_empty()).then(|| next_minute(now.max(self.judged_to)));
        let talk = talk.or(Some(self.talked_to));
        let next = [planned, talk, replayed, minute, Some(self.ends)];
        next.into_iter().flatten().min()
    }

    /// The next thing with a moment that is no mention: an inject, or the end.
    pub fn next_inject_at(&self) -> Timestamp {
        let planned = self.planned.keys().next().map(|(at, _)| *at);
        planned.map_or(self.ends, |at| at.min(self.ends))
    }

    /// Everything that comes up to and with `until`, in order. Conditions are
    /// judged at the last whole minute: against the open run, and what is
    /// counted.
    pub fn take(
        &mut self,
        until: Timestamp,
        facing: Option<Facing>,
        sight: &dyn Sight,
    ) -> Vec<Cue> {
        if self.is_over {
            return Vec::new();
        }
        self.judge(until.min(self.ends), facing, sight);
        let until = until.min(self.ends);
        let mut cues = Vec::new();
        while let Some(entry) = self.planned.first_entry() {
            let (at, _) = *entry.key();
            if at > until {
                break;
            }
            let what = entry.remove();
            self.bring(what, at, &mut cues);
        }
        while self.talked_to <= until {
            self.talk_on();
        }
        for mentions in [&mut self.replayed, &mut self.talk] {
            while let Some(mention) = mentions.pop_front_if(|one| one.published_at <= until) {
                cues.push(Cue {
                    at: mention.published_at,
                    what: Incoming::Mention(Box::new(mention)),
                });
            }
        }
        cues.sort_by_key(|cue| cue.at);
        if until >= self.ends {
            self.is_over = true;
            let (at, what) = (self.ends, Incoming::Ends);
            cues.push(Cue { at, what });
        }
        cues
    }

    fn judge(&mut self, until: Timestamp, facing: Option<Facing>, sight: &dyn Sight) {
        let minute = until.duration_trunc(TimeDelta::minutes(1)).unwrap_or(until);
        if minute <= self.judged_to || self.waiting.is_empty() {
            return;
        }
        self.judged_to = minute;
        let watch = &self.watch;
        let is_true = |waiting: &mut Waiting| holds(&waiting.when, watch, facing, sight, minute);
        let begin: Vec<Waiting> = self.waiting.extract_if(.., is_true).collect();
        for waiting in begin {
            self.plan(minute, waiting.what);
        }
    }

    /// What one planned thing brings in.
    fn bring(&mut self, what: Planned, at: Timestamp, cues: &mut Vec<Cue>) {
        let mut push = |what| cues.push(Cue { at, what });
        match what {
            Planned::Works(what) => {
                // Something else may make it fail longer.
                self.failing
                    .retain(|(failing, until)| *failing != what || *until > at);
                if !self.failing.iter().any(|(failing, _)| *failing == what) {
                    push(Incoming::Works { what });
                }
            }
            Planned::ByHand(made_up) => {
                push(Incoming::Inject(Inject {
                    number: None,
                    what: made_up.what,
                    to: made_up.to,
                    note: None,
                }));
                if let Some(mention) = made_up.mention {
                    push(Incoming::Mention(mention));
                }
            }
            Planned::Storm(place) => {
                let Some(storm) = self.story.storms.get(place) else {
                    return;
                };
                push(Incoming::Inject(Inject {
                    number: None,
                    what: self.speech.storm(storm),
                    to: None,
                    note: None,
                }));
                let lasts = storm.lasts;
                self.begun.push((place, at));
                let more = self
                    .chatter
                    .storm_between(place, at, at, self.talked_to.max(at));
                self.talk.extend(more);
                self.sort_talk();
                self.keep_on(after(at, lasts));
            }
            Planned::Inject(place) => self.inject_at(place, at, cues),
        }
    }

    fn inject_at(&mut self, place: usize, at: Timestamp, cues: &mut Vec<Cue>) {
        let Some(inject) = self.story.injects.get(place).cloned() else {
            return;
        };
        self.came.insert(place, at);
        let to = match &inject.what {
            Happening::Message { to, .. } => Some(to.clone()),
            _ => None,
        };
        cues.push(Cue {
            at,
            what: Incoming::Inject(Inject {
                number: Some(place + 1),
                what: self.speech.words(&inject.what),
                to,
                note: inject
                    .note
                    .as_ref()
                    .map(|note| self.speech.text(note).to_owned()),
            }),
        });
        let what = match &inject.what {
            Happening::Message { .. } => None,
            Happening::Post { by, platform, text } => {
                let text = self.speech.text(text).to_owned();
                Some(Incoming::Mention(Box::new(
                    self.mention(by, *platform, &text, at),
                )))
            }
            Happening::Fails { what, lasts } => {
                let until = after(at, *lasts);
                self.failing.push((what.clone(), until));
                self.plan(until, Planned::Works(what.clone()));
                let what = what.clone();
                Some(Incoming::Fails { what, until })
            }
            Happening::Does { who, deed } => Some(Incoming::Does {
                who: who.clone(),
                deed: deed.clone(),
            }),
        };
        cues.extend(what.map(|what| Cue { at, what }));
        if let Start::When(_) = inject.start {
            self.keep_on(after(at, inject.what.lasts()));
        }
    }

    /// What began later than anybody knew is seen to its end, unless the story
    /// says how long it lasts.
    fn keep_on(&mut self, last: Timestamp) {
        if self.story.lasts.is_none() {
            self.ends = self.ends.max(after(last, AFTERMATH));
        }
    }

    /// Makes up the chatter of the next stretch.
    fn talk_on(&mut self) {
        let (from, to) = (self.talked_to, self.talked_to + TimeDelta::minutes(AHEAD));
        self.talk.extend(self.chatter.between(from, to));
        for (place, begins) in &self.begun {
            let storm = self.chatter.storm_between(*place, *begins, from, to);
            self.talk.extend(storm);
        }
        self.talked_to = to;
        self.sort_talk();
    }

    fn sort_talk(&mut self) {
        self.talk
            .make_contiguous()
            .sort_by_key(|mention| mention.published_at);
    }

    fn mention(&self, by: &str, platform: Platform, text: &str, at: Timestamp) -> Mention {
        let persona = self.speech.persona(by);
        chatter::post(&persona, platform, text, self.speech.language, at)
    }

    /// The injects, in the order of the scenario.
    pub fn injects(&self) -> Vec<Outlook> {
        let injects = self.story.injects.iter().enumerate();
        let outlook = injects.map(|(place, inject)| {
            let planned = self.planned.iter().find_map(|((at, _), what)| match what {
                Planned::Inject(other) if *other == place => Some(*at),
                _ => None,
            });
            let came = self.came.get(&place).copied();
            let note = inject.note.as_ref();
            Outlook {
                number: place + 1,
                at: planned.or(came),
                has_come: planned.is_none() && came.is_some(),
                what: self.speech.words(&inject.what),
                note: note.map(|note| self.speech.text(note).to_owned()),
            }
        });
        outlook.collect()
    }

    /// The facilitator brings an inject in now, by its number from 1, whatever
    /// it waits for; also once more.
    pub fn inject(&mut self, number: usize, now: Timestamp) -> Result<(), String> {
        let n_injects = self.story.injects.len();
        let place = number.checked_sub(1).filter(|place| *place < n_injects);
        let Some(place) = place else {
            return Err(match n_injects {
                0 => "this scenario has no injects".to_owned(),
                _ => format!("there is no inject {number}: they go from 1 to {n_injects}"),
            });
        };
        let is_it = |what: &Planned| matches!(what, Planned::Inject(other) if *other == place);
        self.planned.retain(|_, what| !is_it(what));
        self.waiting.retain(|waiting| !is_it(&waiting.what));
        self.plan(now, Planned::Inject(place));
        Ok(())
    }

    /// The facilitator lets a persona post now.
    pub fn post(
        &mut self,
        by: &str,
        platform: Platform,
        text: &str,
        now: Timestamp,
    ) -> Result<(), String> {
        let mut personas = self.speech.personas.iter();
        if !personas.any(|persona| persona.key == by) {
            let known: Vec<&str> = self
                .speech
                .personas
                .iter()
                .map(|one| one.key.as_str())
                .collect();
            return Err(match known[..] {
                [] => "this scenario has no personas".to_owned(),
                _ => format!("there is no persona `{by}`: {}", known.join(", ")),
            });
        }
        let mention = self.mention(by, platform, text, now);
        let name = self.speech.persona(by).name;
        let made_up = ByHand {
            what: self.speech.post(&name, platform, text),
            to: None,
            mention: Some(Box::new(mention)),
        };
        self.plan(now, Planned::ByHand(made_up));
        Ok(())
    }

    /// The facilitator lets somebody turn to a role now.
    pub fn message(&mut self, to: &str, text: &str, now: Timestamp) {
        let made_up = ByHand {
            what: format!("message for {to}: “{text}”"),
            to: Some(to.to_owned()),
            mention: None,
        };
        self.plan(now, Planned::ByHand(made_up));
    }
}

fn next_minute(instant: Timestamp) -> Timestamp {
    let minute = TimeDelta::minutes(1);
    let whole = instant.duration_trunc(minute).unwrap_or(instant);
    whole + minute
}

/// Whether a condition of a story holds: about the open run, or counted.
fn holds(
    condition: &Condition,
    watch: &str,
    facing: Option<Facing>,
    sight: &dyn Sight,
    at: Timestamp,
) -> bool {
    let inner = |one: &Condition| holds(one, watch, facing, sight, at);
    condition.tests.iter().all(|test| match test {
        Test::All(conditions) => conditions.iter().all(inner),
        Test::Any(conditions) => conditions.iter().any(inner),
        Test::None(conditions) => !conditions.iter().any(inner),
        Test::Mentions(count) => {
            let watch = count.watch.as_deref().unwrap_or(watch);
            count.allows(sight.mentions(watch, count.within, at))
        }
        _ => facing.is_some_and(|facing| facing.holds(test, at)),
    })
}
