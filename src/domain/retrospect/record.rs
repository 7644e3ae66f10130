//! Writes down what a desk makes of the past while it goes by: firings and how
//! long they held, the curve, and from when what is usual was known.

use std::collections::HashMap;

use super::curve::Curve;
use super::{Firing, Past, Period, storms};
use crate::domain::desk::{Desk, Happening, Signal, SignalKind};
use crate::domain::playbook::Playbook;
use crate::domain::time::Timestamp;
use crate::domain::trigger::Hold;
use crate::domain::usual::Grade;

const HOUR: i64 = 3_600;

/// Hours of which the desk still knows what was usual.
const REMEMBERED: i64 = 48;

/// See the module.
#[derive(Debug)]
pub struct Recorder {
    playbook: Playbook,
    watch: u16,
    firings: Vec<Firing>,
    /// By trigger: places in `firings` of those whose end is not known yet.
    open: HashMap<String, Vec<usize>>,
    curve: Curve,
    /// The hour up to which was looked.
    looked: Option<i64>,
    /// When the last mention came in, and the last before a pause of an hour.
    last_at: i64,
    paused_at: i64,
    guessed_from: Option<i64>,
    learnt_from: Option<i64>,
    n_mentions: u64,
    voices: u64,
}

impl Recorder {
    /// For the playbook on a desk that notes down what it takes in.
    pub fn new(desk: &Desk, playbook: &Playbook) -> Self {
        let mut watches = desk.organisation().watches.iter();
        let watch = watches.position(|watch| watch.key == playbook.watch);
        Self {
            playbook: playbook.clone(),
            watch: watch
                .and_then(|at| u16::try_from(at).ok())
                .unwrap_or(u16::MAX),
            firings: Vec::new(),
            open: HashMap::new(),
            curve: Curve::default(),
            looked: None,
            last_at: i64::MIN,
            paused_at: i64::MIN,
            guessed_from: None,
            learnt_from: None,
            n_mentions: 0,
            voices: 0,
        }
    }

    /// Something is about to come in at `at`: looks at the hours that ended.
    pub fn before(&mut self, desk: &mut Desk, at: Timestamp) {
        let hour = at.timestamp().div_euclid(HOUR);
        if self.looked.is_some_and(|looked| looked >= hour) {
            return;
        }
        self.look(desk, hour);
        self.looked = Some(hour);
    }

    /// A mention comes in.
    pub fn comes_in(&mut self, at: Timestamp) {
        let at = at.timestamp();
        if at.saturating_sub(self.last_at) > HOUR {
            self.paused_at = self.last_at;
        }
        self.last_at = self.last_at.max(at);
    }

    /// What came of a mention, or of time.
    pub fn happened(&mut self, happenings: &[Happening]) {
        for happening in happenings {
            if let Happening::Signal(signal) = happening
                && matches!(signal.kind, SignalKind::Fired | SignalKind::HeldBack)
                && signal.playbook == self.playbook.name
            {
                self.fired(signal);
            }
        }
    }

    fn fired(&mut self, signal: &Signal) {
        let triggers = &self.playbook.triggers;
        let mut of_name = triggers.iter().filter(|one| one.name == signal.trigger);
        let level = of_name.next().map(|one| one.level.clone());
        let level = level.unwrap_or_default();
        let at = signal.at.timestamp();
        let open = self.open.entry(signal.trigger.clone()).or_default();
        open.push(self.firings.len());
        self.firings.push(Firing {
            at,
            until: at,
            trigger: signal.trigger.clone(),
            rank: self.playbook.rank(&level),
            level,
            because: signal.because.clone(),
        });
    }

    fn look(&mut self, desk: &mut Desk, hour: i64) {
        self.take_notes(desk);
        for (playbook, trigger, holds) in desk.changed_holds() {
            if playbook == self.playbook.name {
                self.held(&trigger, &holds);
            }
        }
        let Some(heard) = desk.heard_of(&self.playbook.watch) else {
            return;
        };
        let from = self.looked.unwrap_or(hour);
        for number in from.max(hour - REMEMBERED)..hour {
            let usually = heard.tide.usually(number * HOUR, (number + 1) * HOUR);
            if usually.known() {
                self.curve.set_usual(number, usually.mentions);
                self.guessed_from = self.guessed_from.or(Some(number * HOUR));
            }
            if usually.grade == Grade::Learnt {
                self.learnt_from = self.learnt_from.or(Some(number * HOUR));
            }
        }
    }

    /// A firing lasted as long as its hold. Holds that ended more than a day ago
    /// are forgotten by the desk: those lasted until the last mention before the
    /// pause in which they ended, or nearly.
    fn held(&mut self, trigger: &str, holds: &[Hold]) {
        let Some(open) = self.open.get_mut(trigger) else {
            return;
        };
        let (last_at, paused_at) = (self.last_at, self.paused_at);
        open.retain(|place| {
            let Some(firing) = self.firings.get_mut(*place) else {
                return false;
            };
            let mut of_it = holds.iter();
            let hold = of_it.find(|hold| hold.fired_at == Some(firing.at));
            match hold.map(|hold| hold.to) {
                Some(Some(to)) => firing.until = to,
                Some(None) => firing.until = last_at.max(firing.at),
                None => {
                    firing.until = firing.until.max(paused_at);
                    return false;
                }
            }
            hold.is_some_and(|hold| hold.to.is_none())
        });
    }

    fn take_notes(&mut self, desk: &mut Desk) {
        for noted in desk.take_noted() {
            if noted.watch != self.watch || !noted.weighed.words.counts() {
                continue;
            }
            self.n_mentions += 1;
            self.voices += u64::from(noted.weighed.weight);
            self.curve.add(noted.note.second, 1);
        }
    }

    /// What is known of the past when it is over.
    pub fn finish(mut self, desk: &mut Desk, period: Period) -> Past {
        let end = period.until.timestamp();
        // An hour further, so that the last one is looked at.
        self.look(desk, end.div_euclid(HOUR) + 1);
        // What holds to the end lasts to the end.
        for place in self.open.into_values().flatten() {
            if let Some(firing) = self.firings.get_mut(place) {
                firing.until = firing.until.max(end);
            }
        }
        let apart = i64::try_from(self.playbook.cool_down.as_secs()).unwrap_or(i64::MAX);
        Past {
            period,
            storms: storms(self.firings, apart),
            curve: self.curve,
            guessed_from: self.guessed_from,
            learnt_from: self.learnt_from,
            n_mentions: self.n_mentions,
            voices: self.voices,
        }
    }
}
