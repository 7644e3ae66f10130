//! What stands behind each test of a condition that is about mentions: a meter
//! that is put at a moment, slides on, and says whether the test holds there.
//!
//! A trigger slides its meters over every moment at which they can change; a
//! run puts fresh ones at whole minutes. One file a kind; to add one, write its
//! file and a variant here.

mod counter;

pub mod narrowing;

mod pane;

mod unusual;

use std::time::Duration;

use super::condition::{Condition, Test};
use super::evidence::Measure;
use super::heard::Heard;
use super::organisation::Organisation;
use super::unusual::Sensitivity;
use super::voices::gauge::What;
use counter::Counter;
use narrowing::Marks;
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
    Unusual(Unusual),
}

impl Meter {
    /// The meter of a test; `None` for one that is not about mentions. `home` is
    /// the watch that is meant where the test names none.
    pub fn new(test: &Test, home: usize, ground: &Ground) -> Option<Self> {
        let counter = |what, count: &_| {
            let kind = Kind::Counter(Box::new(Counter::new(what, count, ground)));
            let named = count.watch.as_ref();
            let watches = &ground.organisation.watches;
            Self {
                watch: named.map_or(Some(home), |name| {
                    watches.iter().position(|watch| watch.key == *name)
                }),
                kind,
            }
        };
        Some(match test {
            Test::Mentions(count) => counter(What::Mentions, count),
            Test::Authors(count) => counter(What::Authors, count),
            Test::Voices(count) => counter(What::Voices, count),
            Test::Platforms(count) => counter(What::Platforms, count),
            Test::Reach(count) => counter(What::Reach, count),
            Test::Engagement(count) => counter(What::Engagement, count),
            Test::Unusual(sensitivity) => Self {
                watch: Some(home),
                kind: Kind::Unusual(Unusual::new(sensitivity)?),
            },
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
            | Test::Engagement(_) => true,
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
            Kind::Unusual(_) => false,
        }
    }

    /// Tells its watch what to keep for it.
    pub fn listen(&self, heard: &mut [Heard]) {
        let Some(heard) = self.watch.and_then(|watch| heard.get_mut(watch)) else {
            return;
        };
        match &self.kind {
            Kind::Counter(counter) => {
                if let Some(kept) = counter.notes_kept() {
                    heard.keep_notes(kept);
                }
            }
            Kind::Unusual(unusual) => heard.ask_unusual(unusual.sensitivity()),
        }
    }

    /// Puts it at a second.
    pub fn place(&mut self, heard: &[Heard], second: i64) {
        let Some(heard) = self.watch.and_then(|watch| heard.get(watch)) else {
            return;
        };
        match &mut self.kind {
            Kind::Counter(counter) => counter.place(heard, second),
            Kind::Unusual(unusual) => unusual.place(second),
        }
    }

    /// Moves it to a second that is not before where it is.
    pub fn slide(&mut self, heard: &[Heard], second: i64) {
        let Some(heard) = self.watch.and_then(|watch| heard.get(watch)) else {
            return;
        };
        match &mut self.kind {
            Kind::Counter(counter) => counter.slide(heard, second),
            Kind::Unusual(unusual) => unusual.place(second),
        }
    }

    /// When what it says can next change, after where it is.
    pub fn next_change(&self, heard: &[Heard]) -> Option<i64> {
        let heard = heard.get(self.watch?)?;
        match &self.kind {
            Kind::Counter(counter) => counter.next_change(heard),
            Kind::Unusual(unusual) => unusual.next_change(heard),
        }
    }

    /// Whether its test holds where it is. One that listens to nothing never does.
    pub fn holds(&self, heard: &[Heard]) -> bool {
        let heard = self.watch.and_then(|watch| heard.get(watch));
        heard.is_some_and(|heard| match &self.kind {
            Kind::Counter(counter) => counter.holds(heard),
            Kind::Unusual(unusual) => unusual.holds(heard),
        })
    }

    /// How near its test is to holding, cheaply: 1 is holding.
    pub fn nearness(&self, heard: &[Heard]) -> f64 {
        let heard = self.watch.and_then(|watch| heard.get(watch));
        heard.map_or(0.0, |heard| match &self.kind {
            Kind::Counter(counter) => counter.nearness(heard),
            Kind::Unusual(unusual) => unusual.nearness(heard),
        })
    }

    /// How its test stands where it is, with the numbers.
    pub fn reading(&self, heard: &[Heard]) -> Option<Reading> {
        let heard = heard.get(self.watch?)?;
        Some(match &self.kind {
            Kind::Counter(counter) => counter.reading(heard),
            Kind::Unusual(unusual) => unusual.reading(heard),
        })
    }
}

fn seconds(length: Duration) -> i64 {
    i64::try_from(length.as_secs()).unwrap_or(i64::MAX / 4)
}
