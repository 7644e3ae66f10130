//! A share of the mentions in a window: `negative` and `need`. Of those that were
//! read; what was not read yet, or in a language that is not read, is left out.

use super::narrowing::Narrowing;
use super::pane::Pane;
use super::{Ground, Reading, seconds};
use crate::domain::condition;
use crate::domain::evidence::{Measure, Part};
use crate::domain::heard::Heard;
use crate::domain::said::Flag;
use crate::domain::voices::gauge::What;

/// One share of a condition, at a moment.
#[derive(Debug, Clone)]
pub(super) struct Share {
    flag: Flag,
    bounds: condition::Share,
    within: i64,
    these: Pane,
    all: Pane,
}

impl Share {
    pub(super) fn new(flag: Flag, bounds: &condition::Share, ground: &Ground) -> Self {
        let within = seconds(bounds.count.within);
        let narrowing = Narrowing::new(&bounds.count, ground.marks);
        let pane = |flag| Pane::new(What::Saying(flag), within, narrowing.clone());
        Self {
            flag,
            bounds: bounds.clone(),
            within,
            these: pane(flag),
            all: pane(Flag::Read),
        }
    }

    /// For so many seconds what it counts must be kept.
    pub(super) fn kept(&self) -> i64 {
        self.within
    }

    pub(super) fn place(&mut self, heard: &Heard, second: i64) {
        self.these.place(&heard.notes, second);
        self.all.place(&heard.notes, second);
    }

    pub(super) fn slide(&mut self, heard: &Heard, second: i64) {
        self.these.slide(&heard.notes, second);
        self.all.slide(&heard.notes, second);
    }

    pub(super) fn next_change(&self, heard: &Heard) -> Option<i64> {
        // Both look through the same window.
        self.all.next_change(&heard.notes)
    }

    /// From 0 to 1; `None` where there is nothing to have a share of.
    #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
    fn share(&self) -> Option<f64> {
        let all = self.all.value();
        (all > 0).then(|| self.these.value() as f64 / all as f64)
    }

    pub(super) fn holds(&self) -> bool {
        let least = self.bounds.at_least;
        let most = self.bounds.at_most;
        self.all.value() >= self.bounds.of_at_least
            && self.share().is_some_and(|share| {
                least.is_none_or(|least| share >= least) && most.is_none_or(|most| share <= most)
            })
    }

    /// How near it is to holding: 1 is holding.
    #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
    pub(super) fn nearness(&self) -> f64 {
        let needed = self.bounds.of_at_least.max(1) as f64;
        let many = (self.all.value() as f64 / needed).min(1.0);
        let share = self.share().unwrap_or(0.0);
        let up = self
            .bounds
            .at_least
            .filter(|least| *least > 0.0)
            .map_or(1.0, |least| (share / least).min(1.0));
        let down = self.bounds.at_most.filter(|most| share > *most);
        many.min(up).min(down.map_or(1.0, |most| most / share))
    }

    pub(super) fn reading(&self) -> Reading {
        let Self { bounds, .. } = self;
        Reading {
            holds: self.holds(),
            measure: Measure {
                kind: self.flag.name().to_owned(),
                within: bounds.count.within,
                counted: self.these.value(),
                part: Some(Part {
                    of: self.all.value(),
                    of_at_least: bounds.of_at_least,
                    at_least: bounds.at_least,
                    at_most: bounds.at_most,
                }),
                watch: bounds.count.watch.clone(),
                matching: bounds.count.matching.clone(),
                by: bounds.count.by.clone(),
                platforms: bounds.count.platforms.clone(),
                ..Measure::default()
            },
        }
    }
}
