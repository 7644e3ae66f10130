//! What stands behind each test of a condition that is about mentions: a meter
//! that is put at a moment, slides on, and says whether the test holds there.
//!
//! A trigger slides its meters over every moment at which they can change; a
//! run puts fresh ones at whole minutes. One file a kind; to add one, write its
//! file and a variant here.

mod counter;

pub mod narrowing;

mod pane;

mod same_author;

mod share;

mod silence;

mod unanswered;

mod unusual;

use std::time::Duration;

use super::condition::{Condition, Count, Test};
use super::evidence::Measure;
use super::heard::Heard;
use super::mention::Platform;
use super::organisation::Organisation;
use super::said::Flag;
use super::unusual::Sensitivity;
use super::voices::gauge::What;
use counter::Counter;
use narrowing::Marks;
use same_author::SameAuthor;
use share::Share;
use silence::Silence;
use unanswered::Unanswered;
use unusual::Unusual;

/// What names in a condition stand for.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    pub organisation: &'a Organisation,
    pub marks: &'a Marks,
}

/// How a test stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub holds: bool,
    pub measure: Measure,
}

impl Reading {
    /// The same while a source is blind, so that more may be said, and more
    /// answered, than is heard: whether it holds for sure, or possibly.
    pub fn holds_while_deaf(&self, test: &Test, is_sure: bool) -> bool {
        match (test, is_sure) {
            (Test::Unanswered { .. } | Test::WeAreSilent(_), is_sure) => !is_sure,
            (test, true) => self.holds && !test.count().is_some_and(Count::needs_little),
            (test, false) => {
                let most = test.count().and_then(|count| count.at_most);
                most.is_none_or(|most| self.measure.counted <= most)
            }
        }
    }
}

/// Somebody that a test is about: who waits, or who possibly complains in
/// several places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Somebody {
    /// `Mention::key` of what they said.
    pub keys: Vec<i64>,
    pub platform: Platform,
    /// As written, where it is known without the mention.
    pub handle: Option<String>,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Meter {
    /// Place in `Organisation::watches`; `None` for one that is not there.
    watch: Option<usize>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Counter(Box<Counter>),
    Share(Box<Share>),
    Unusual(Unusual),
    Unanswered(Unanswered),
    SameAuthor(SameAuthor),
    Silence(Silence),
}

impl Meter {
    /// The meter of a test; `None` for one that is not about mentions. `home` is
    /// the watch that is meant where the test names none.
    pub fn new(test: &Test, home: usize, ground: &Ground) -> Option<Self> {
        let over = |count: &Count, kind| {
            let named = count.watch.as_ref();
            let watches = &ground.organisation.watches;
            Self {
                watch: named.map_or(Some(home), |name| {
                    watches.iter().position(|watch| watch.key == *name)
                }),
                kind,
            }
        };
        let counter = |what, count: &Count| {
            let kind = Kind::Counter(Box::new(Counter::new(what, count, ground)));
            over(count, kind)
        };
        let share = |flag, bounds: &_| Kind::Share(Box::new(Share::new(flag, bounds, ground)));
        let at_home = |kind| Self {
            watch: Some(home),
            kind,
        };
        Some(match test {
            Test::Mentions(count) => counter(What::Mentions, count),
            Test::Authors(count) => counter(What::Authors, count),
            Test::Voices(count) => counter(What::Voices, count),
            Test::Platforms(count) => counter(What::Platforms, count),
            Test::Reach(count) => counter(What::Reach, count),
            Test::Engagement(count) => counter(What::Engagement, count),
            Test::Rumour(count) => counter(What::Rumour, count),
            Test::Negative(bounds) => over(&bounds.count, share(Flag::Negative, bounds)),
            Test::Need(kind, bounds) => over(&bounds.count, share(Flag::need(kind)?, bounds)),
            Test::Unusual(sensitivity) => at_home(Kind::Unusual(Unusual::new(sensitivity)?)),
            Test::Unanswered {
                what,
                older_than,
                at_least,
            } => at_home(Kind::Unanswered(Unanswered::new(
                what.as_deref(),
                *older_than,
                *at_least,
                ground.organisation.timezone,
                ground.organisation.office_hours.clone(),
            ))),
            Test::SameAuthor {
                within,
                on_platforms,
            } => at_home(Kind::SameAuthor(SameAuthor::new(*within, *on_platforms))),
            Test::WeAreSilent(length) => at_home(Kind::Silence(Silence::new(*length))),
            _ => return None,
        })
    }

    /// Whether there is a meter for a test.
    pub fn is_for(test: &Test) -> bool {
        match test {
            Test::Mentions(_)
            | Test::Authors(_)
            | Test::Voices(_)
            | Test::Platforms(_)
            | Test::Reach(_)
            | Test::Engagement(_)
            | Test::Rumour(_)
            | Test::Negative(_)
            | Test::Unanswered { .. }
            | Test::SameAuthor { .. }
            | Test::WeAreSilent(_) => true,
            Test::Need(kind, _) => Flag::need(kind).is_some(),
            Test::Unusual(sensitivity) => Sensitivity::from_name(sensitivity).is_some(),
            _ => false,
        }
    }

    /// The meters of a condition, in the order of its tree.
    pub fn all(when: &Condition, home: usize, ground: &Ground) -> Vec<Self> {
        let tests = when.all_tests().into_iter();
        tests
            .filter_map(|test| Self::new(test, home, ground))
            .collect()
    }

    /// The watch it listens to.
    pub fn watch(&self) -> Option<usize> {
        self.watch
    }

    /// Whether time alone, without a mention, can make it true.
    pub fn waits_for_time(&self) -> bool {
        match &self.kind {
            Kind::Counter(counter) => counter.waits_for_time(),
            Kind::SameAuthor(_) => false,
            // Mentions leave the window, and what is left is another share.
            Kind::Share(_) => true,
            Kind::Unusual(_) | Kind::Unanswered(_) | Kind::Silence(_) => true,
        }
    }

    /// Whether posts of our own accounts change what it says.
    pub fn hears_ours(&self) -> bool {
        matches!(self.kind, Kind::Unanswered(_) | Kind::Silence(_))
    }

    /// Whether what is read in mentions, after they came in, changes what it says.
    pub fn hears_said(&self) -> bool {
        match &self.kind {
            Kind::Share(_) => true,
            Kind::Counter(counter) => counter.counts_rumours(),
            _ => false,
        }
    }

    /// Tells its watch what to keep for it.
    pub fn listen(&self, heard: &mut [Heard]) {
        let Some(heard) = self.watch.and_then(|watch| heard.get_mut(watch)) else {
            return;
        };
        match &self.kind {
            Kind::Counter(counter) => {
                heard.keep_counts(counter.kept());
                if counter.needs_notes() {
                    heard.keep_notes(counter.kept());
                }
            }
            Kind::Share(share) => heard.keep_notes(share.kept()),
            Kind::Unusual(unusual) => heard.ask_unusual(unusual.sensitivity()),
            Kind::Unanswered(_) => heard.follow_asks(),
            Kind::SameAuthor(_) => heard.follow_complaints(),
            Kind::Silence(_) => {}
        }
    }

    /// Puts it at a second.
    pub fn place(&mut self, heard: &[Heard], second: i64) {
        let Some(heard) = self.watch.and_then(|watch| heard.get(watch)) else {
            return;
        };
        match &mut self.kind {
            Kind::Counter(counter) => counter.place(heard, second),
            Kind::Share(share) => share.place(heard, second),
            Kind::Unusual(unusual) => unusual.place(second),
            Kind::Unanswered(unanswered) => unanswered.place(second),
            Kind::SameAuthor(same) => same.place(heard, second),
            Kind::Silence(silence) => silence.place(second),
        }
    }

    /// Moves it to a second that is not before where it is.
    pub fn slide(&mut self, heard: &[Heard], second: i64) {
        let Some(heard) = self.watch.and_then(|watch| heard.get(watch)) else {
            return;
        };
        match &mut self.kind {
            Kind::Counter(counter) => counter.slide(heard, second),
            Kind::Share(share) => share.slide(heard, second),
            Kind::Unusual(unusual) => unusual.place(second),
            Kind::Unanswered(unanswered) => unanswered.place(second),
            Kind::SameAuthor(same) => same.place(heard, second),
            Kind::Silence(silence) => silence.place(second),
        }
    }

    /// When what it says can next change, after where it is.
    pub fn next_change(&self, heard: &[Heard]) -> Option<i64> {
        let heard = heard.get(self.watch?)?;
        match &self.kind {
            Kind::Counter(counter) => counter.next_change(heard),
            Kind::Share(share) => share.next_change(heard),
            Kind::Unusual(unusual) => unusual.next_change(heard),
            Kind::Unanswered(unanswered) => unanswered.next_change(heard),
            Kind::SameAuthor(same) => same.next_change(heard),
            Kind::Silence(silence) => silence.next_change(heard),
        }
    }

    /// Whether its test holds where it is. One that listens to nothing never does.
    pub fn holds(&self, heard: &[Heard]) -> bool {
        let heard = self.watch.and_then(|watch| heard.get(watch));
        heard.is_some_and(|heard| match &self.kind {
            Kind::Counter(counter) => counter.holds(heard),
            Kind::Share(share) => share.holds(),
            Kind::Unusual(unusual) => unusual.holds(heard),
            Kind::Unanswered(unanswered) => unanswered.holds(heard),
            Kind::SameAuthor(same) => same.holds(),
            Kind::Silence(silence) => silence.holds(heard),
        })
    }

    /// The same while a source is blind: for sure, or possibly.
    pub fn holds_while_deaf(&self, test: &Test, heard: &[Heard], is_sure: bool) -> bool {
        let reading = self.reading(heard);
        reading.is_some_and(|reading| reading.holds_while_deaf(test, is_sure))
    }

    /// How near its test is to holding, cheaply: 1 is holding.
    pub fn nearness(&self, heard: &[Heard]) -> f64 {
        let heard = self.watch.and_then(|watch| heard.get(watch));
        heard.map_or(0.0, |heard| match &self.kind {
            Kind::Counter(counter) => counter.nearness(heard),
            Kind::Share(share) => share.nearness(),
            Kind::Unusual(unusual) => unusual.nearness(heard),
            Kind::Unanswered(unanswered) => unanswered.nearness(heard),
            // Nothing lies between.
            Kind::SameAuthor(same) => f64::from(u8::from(same.holds())),
            Kind::Silence(silence) => f64::from(u8::from(silence.holds(heard))),
        })
    }

    /// Who makes it hold, where it is about somebody.
    pub fn who(&self, heard: &[Heard]) -> Vec<Somebody> {
        let heard = self.watch.and_then(|watch| heard.get(watch));
        let Some(heard) = heard else {
            return Vec::new();
        };
        match &self.kind {
            Kind::Unanswered(unanswered) => unanswered.who(heard),
            Kind::SameAuthor(same) => same.who(heard),
            Kind::Counter(_) | Kind::Share(_) | Kind::Unusual(_) | Kind::Silence(_) => Vec::new(),
        }
    }

    /// How its test stands where it is, with the numbers.
    pub fn reading(&self, heard: &[Heard]) -> Option<Reading> {
        let heard = heard.get(self.watch?)?;
        Some(match &self.kind {
            Kind::Counter(counter) => counter.reading(heard),
            Kind::Share(share) => share.reading(),
            Kind::Unusual(unusual) => unusual.reading(heard),
            Kind::Unanswered(unanswered) => unanswered.reading(heard),
            Kind::SameAuthor(same) => same.reading(),
            Kind::Silence(silence) => silence.reading(heard),
        })
    }
}

fn seconds(length: Duration) -> i64 {
    i64::try_from(length.as_secs()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests;
