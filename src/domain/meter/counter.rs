//! Counts something of the mentions in a window, against bounds: `mentions`,
//! `authors`, `voices`, `platforms`, `reach`, `engagement`.

use super::narrowing::Narrowing;
use super::pane::Pane;
use super::{Ground, Reading, seconds};
use crate::domain::condition::Count;
use crate::domain::evidence::{Measure, WIDER};
use crate::domain::heard::Heard;
use crate::domain::heard::tide::{STEP, Usually};
use crate::domain::usual::Grade;
use crate::domain::voices::gauge::What;
use crate::domain::volume::Window;

/// Below these, a ratio without `at_least` beside it says nothing: twice of
/// three is six. FORMAT.md, *Conditions*.
const FLOOR_MENTIONS: u64 = 8;
const FLOOR_AUTHORS: u64 = 5;

#[derive(Debug, Clone)]
enum Counting {
    /// All mentions: exact, however many.
    Seconds(Window),
    Notes(Box<Pane>),
}

impl Counting {
    fn new(what: What, within: i64, narrowing: &Narrowing) -> Self {
        if what == What::Mentions && narrowing.is_wide() {
            Self::Seconds(Window::new(within))
        } else {
            Self::Notes(Box::new(Pane::new(what, within, narrowing.clone())))
        }
    }

    fn value(&self) -> u64 {
        match self {
            Self::Seconds(window) => window.sum(),
            Self::Notes(pane) => pane.value(),
        }
    }

    fn place(&mut self, heard: &Heard, second: i64) {
        match self {
            Self::Seconds(window) => window.place(&heard.history, second),
            Self::Notes(pane) => pane.place(&heard.notes, second),
        }
    }

    fn slide(&mut self, heard: &Heard, second: i64) {
        match self {
            Self::Seconds(window) => window.slide(&heard.history, second),
            Self::Notes(pane) => pane.slide(&heard.notes, second),
        }
    }

    fn next_change(&self, heard: &Heard) -> Option<i64> {
        match self {
            Self::Seconds(window) => window.next_change(&heard.history),
            Self::Notes(pane) => pane.next_change(&heard.notes),
        }
    }
}

/// One count of a condition, at a moment.
#[derive(Debug, Clone)]
pub(super) struct Counter {
    what: What,
    count: Count,
    within: i64,
    now: Counting,
    /// The same window just before, for `growing`.
    before: Option<Counting>,
    /// Mentions and authors, where a ratio stands alone.
    floor: Option<(Counting, Counting)>,
    /// Where it is put.
    at: i64,
}

impl Counter {
    pub(super) fn new(what: What, count: &Count, ground: &Ground) -> Self {
        let within = seconds(count.within);
        let narrowing = Narrowing::new(count, ground.marks);
        let counting = |what| Counting::new(what, within, &narrowing);
        let is_bare = count.at_least.is_none();
        let has_ratio = count.above_usual.is_some() || count.growing.is_some();
        Self {
            what,
            count: count.clone(),
            within,
            now: counting(what),
            before: count.growing.map(|_| counting(what)),
            floor: (is_bare && has_ratio)
                .then(|| (counting(What::Mentions), counting(What::Authors))),
            at: i64::MIN / 2,
        }
    }

    /// Whether time alone, without a mention, can make it true.
    pub(super) fn waits_for_time(&self) -> bool {
        let Count {
            at_most,
            above_usual,
            below_usual,
            growing,
            ..
        } = &self.count;
        at_most.is_some() || above_usual.or(*below_usual).or(*growing).is_some()
    }

    /// For so many seconds what it counts must be kept.
    pub(super) fn kept(&self) -> i64 {
        match self.before {
            Some(_) => self.within.saturating_mul(2),
            None => self.within,
        }
    }

    pub(super) fn counts_rumours(&self) -> bool {
        self.what == What::Rumour
    }

    /// Whether it counts over notes.
    pub(super) fn needs_notes(&self) -> bool {
        !matches!(self.now, Counting::Seconds(_)) || self.floor.is_some()
    }

    fn parts(&mut self) -> impl Iterator<Item = &mut Counting> {
        let floor = self.floor.as_mut().map(|(one, other)| [one, other]);
        std::iter::once(&mut self.now).chain(floor.into_iter().flatten())
    }

    pub(super) fn place(&mut self, heard: &Heard, second: i64) {
        self.at = second;
        self.parts().for_each(|part| part.place(heard, second));
        if let Some(before) = &mut self.before {
            before.place(heard, second.saturating_sub(self.within));
        }
    }

    pub(super) fn slide(&mut self, heard: &Heard, second: i64) {
        self.at = second;
        self.parts().for_each(|part| part.slide(heard, second));
        if let Some(before) = &mut self.before {
            before.slide(heard, second.saturating_sub(self.within));
        }
    }

    pub(super) fn next_change(&self, heard: &Heard) -> Option<i64> {
        let before = self.before.as_ref();
        let before = before.and_then(|before| before.next_change(heard));
        let floor = self.floor.iter().flat_map(|(one, other)| [one, other]);
        let floor = floor.filter_map(|part| part.next_change(heard)).min();
        [
            self.now.next_change(heard),
            before.map(|at| at + self.within),
            floor,
            self.next_step(heard),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// What is usual changes with the time of day: it is looked up in steps.
    fn next_step(&self, heard: &Heard) -> Option<i64> {
        let can_rise = self.count.above_usual.is_some()
            && self.count.allows(self.now.value())
            && self.is_over_floor();
        if self.count.below_usual.is_none() && !can_rise {
            return None;
        }
        let known_from = heard.tide.known_from()?;
        Some((self.at.div_euclid(STEP) + 1).max(known_from.div_euclid(STEP)) * STEP)
            .filter(|step| *step > self.at)
    }

    fn usually(&self, heard: &Heard) -> Usually {
        let through = self.at.div_euclid(STEP) * STEP;
        heard
            .tide
            .usually(through.saturating_sub(self.within), through)
    }

    /// How many are usual, of what is counted here.
    fn usual(&self, usually: &Usually) -> f64 {
        match self.what {
            What::Authors => usually.authors,
            What::Voices => usually.voices,
            _ => usually.mentions,
        }
    }

    pub(super) fn holds(&self, heard: &Heard) -> bool {
        let Count {
            above_usual,
            below_usual,
            growing,
            ..
        } = &self.count;
        self.count.allows(self.now.value())
            && (above_usual.is_none() && below_usual.is_none() || self.is_against_usual(heard))
            && growing.is_none_or(|ratio| self.grows(ratio))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
    fn is_against_usual(&self, heard: &Heard) -> bool {
        let usually = self.usually(heard);
        let (wider, is_known) = match usually.grade {
            Grade::Unknown => (1.0, false),
            Grade::Guess => (WIDER, true),
            Grade::Learnt => (1.0, true),
        };
        let (usual, value) = (self.usual(&usually), self.now.value() as f64);
        let above = self.count.above_usual.is_none_or(|ratio| {
            if !is_known {
                // A fixed number beside it must do.
                return self.count.at_least.is_some();
            }
            self.is_over_floor() && value >= ratio * wider * usual
        });
        let below = self.count.below_usual.is_none_or(|ratio| {
            if !is_known {
                return self.count.at_most.is_some();
            }
            value < ratio / wider * usual
        });
        above && below
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
    fn grows(&self, ratio: f64) -> bool {
        let before = self.before.as_ref().map_or(0, Counting::value).max(1);
        self.is_over_floor() && self.now.value() as f64 >= ratio * before as f64
    }

    fn is_over_floor(&self) -> bool {
        self.floor.as_ref().is_none_or(|(mentions, authors)| {
            mentions.value() >= FLOOR_MENTIONS && authors.value() >= FLOOR_AUTHORS
        })
    }

    /// How near the test is to holding, without a word said: 1 is holding.
    pub(super) fn nearness(&self, heard: &Heard) -> f64 {
        let asks_usual = self.count.above_usual.or(self.count.below_usual).is_some();
        let usually = asks_usual.then(|| self.usually(heard));
        let known = usually.as_ref().filter(|usually| usually.known());
        let numbers = Measure {
            usual: known.map(|usually| self.usual(usually)),
            grade: usually.as_ref().map(|usually| usually.grade),
            ..self.numbers()
        };
        numbers.nearness()
    }

    /// What is counted against its bounds, without names.
    fn numbers(&self) -> Measure {
        Measure {
            within: self.count.within,
            counted: self.now.value(),
            at_least: self.count.at_least.unwrap_or(0),
            at_most: self.count.at_most,
            above_usual: self.count.above_usual,
            below_usual: self.count.below_usual,
            growing: self.count.growing,
            before: self.before.as_ref().map(Counting::value),
            ..Measure::default()
        }
    }

    pub(super) fn reading(&self, heard: &Heard) -> Reading {
        let asks_usual = self.count.above_usual.or(self.count.below_usual).is_some();
        let usually = self.usually(heard);
        let is_comparable = matches!(self.what, What::Mentions | What::Authors | What::Voices)
            && !self.count.is_narrowed();
        let is_known = usually.grade != Grade::Unknown;
        Reading {
            holds: self.holds(heard),
            measure: Measure {
                kind: self.what.name().to_owned(),
                usual: (is_comparable && is_known).then(|| self.usual(&usually)),
                grade: (is_comparable || asks_usual).then_some(usually.grade),
                watch: self.count.watch.clone(),
                matching: self.count.matching.clone(),
                by: self.count.by.clone(),
                platforms: self.count.platforms.clone(),
                ..self.numbers()
            },
        }
    }
}
