//! The usual and the unusual of one watch, as time goes by: learns each hour
//! when it is a day old, freezes what is expected when an hour begins, and runs
//! the detector over bins of five minutes.
//!
//! A late mention changes bins of the past. The detector is run again from a
//! copy of it at the beginning of that hour; what is usual is not touched, for
//! an hour is learnt only when no mention can come any more that wakes somebody.
//! So the same mentions give the same alarms, wherever the program is restarted.

mod outline;
mod saved;
mod strand;

use std::collections::{BTreeMap, VecDeque};

use saved::{SavedExpected, SavedStrand, storable};
use strand::Strand;

pub use outline::{Outline, Step};
pub use saved::Saved;
pub use strand::Alarm;

use super::people::People;
use crate::domain::almanac::Almanac;
use crate::domain::deaf::Deafness;
use crate::domain::unusual::{BIN, Bin, Sensitivity, Verdict};
use crate::domain::usual::{Counted, Expected, Grade, Usual};
use crate::domain::volume::History;

/// What is usual is looked up in steps of so many seconds.
pub const STEP: i64 = BIN;

const HOUR: i64 = 3_600;
const BINS_AN_HOUR: i64 = HOUR / BIN;

/// Hours after which nothing can come late any more: a day, and the hour itself.
const LEARNT_AFTER: i64 = 25;

/// Hours of which everything is kept: a late mention may ask for windows of a day
/// that end a day ago.
const KEPT: i64 = 50;

/// After a longer sleep than ten weeks there is nothing to go on from.
const LONGEST_SLEEP: i64 = 70 * 24;

/// What is usual in a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usually {
    pub mentions: f64,
    pub voices: f64,
    pub authors: f64,
    /// The worst of its hours.
    pub grade: Grade,
}

impl Usually {
    pub fn known(&self) -> bool {
        self.grade != Grade::Unknown
    }
}

/// What came in five minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Came {
    mentions: u32,
    /// Hundredths of voices.
    voices: u32,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Tide {
    usual: Usual,
    since: Option<i64>,
    /// The hour that runs, since 1970.
    hour: i64,
    expected: VecDeque<Expected>,
    /// Who spoke in each of the hours that are not learnt yet.
    authors: BTreeMap<i64, People>,
    bins: BTreeMap<i64, Came>,
    /// Hundredths of voices in each second of the bins.
    weights: History,
    strands: Vec<Strand>,
    /// The bin that runs.
    bin: i64,
    /// Bins before this one were changed since the detector ran.
    dirty_from: Option<i64>,
    deaf: Deafness,
    /// Whether an hour began since it was last saved.
    is_unsaved: bool,
    /// Whether what is stored would mislead: it was never saved, or learnt anew.
    must_save: bool,
}

impl Default for Tide {
    fn default() -> Self {
        Self {
            usual: Usual::new(),
            since: None,
            hour: 0,
            expected: VecDeque::new(),
            authors: BTreeMap::new(),
            bins: BTreeMap::new(),
            weights: History::default(),
            strands: vec![Strand::new(Sensitivity::Normal)],
            bin: 0,
            dirty_from: None,
            deaf: Deafness::default(),
            is_unsaved: false,
            must_save: true,
        }
    }
}

impl Tide {
    /// Also asks the detector with this sensitivity.
    pub fn ask(&mut self, sensitivity: Sensitivity) {
        if self.strand(sensitivity).is_none() {
            self.strands.push(Strand::new(sensitivity));
        }
    }

    fn strand(&self, sensitivity: Sensitivity) -> Option<&Strand> {
        let mut strands = self.strands.iter();
        strands.find(|strand| strand.sensitivity == sensitivity)
    }

    /// A mention came in; `weight` in hundredths of a voice.
    pub fn add(&mut self, second: i64, weight: u8, author: Option<u64>) {
        self.add_many(second, 1, u32::from(weight));
        self.add_authors(author.map(|author| (second, author)).into_iter());
    }

    /// Who spoke, when that is told apart from how much was said.
    pub fn add_authors(&mut self, spoke: impl Iterator<Item = (i64, u64)>) {
        let mut spoke = spoke.peekable();
        while let Some(hour) = spoke.peek().map(|(second, _)| second.div_euclid(HOUR)) {
            let is_known = self.since.is_none() || hour >= self.hour - LEARNT_AFTER;
            let mut people = is_known.then(|| self.authors.entry(hour).or_default());
            let seconds = hour * HOUR..(hour + 1) * HOUR;
            while let Some((_, author)) = spoke.next_if(|(second, _)| seconds.contains(second)) {
                if let Some(people) = &mut people {
                    people.add(author);
                }
            }
        }
    }

    /// Several mentions of one second, and their weight together.
    pub fn add_many(&mut self, second: i64, mentions: u32, weight: u32) {
        let bin = second.div_euclid(BIN);
        if self.since.is_some() && bin < self.oldest_bin() {
            return;
        }
        let came = self.bins.entry(bin).or_default();
        came.mentions = came.mentions.saturating_add(mentions);
        came.voices = came.voices.saturating_add(weight);
        self.weights.add_many(second, weight);
        self.dirty_from = Some(self.dirty_from.map_or(bin, |from| from.min(bin)));
    }

    fn oldest_bin(&self) -> i64 {
        (self.hour - KEPT) * BINS_AN_HOUR
    }

    /// We could not hear from `from` to `to`: no silence of the watch is.
    pub fn gap(&mut self, from: i64, to: i64) {
        if self.deaf.add(from, to) {
            self.doubt(from);
        }
    }

    /// From now on we cannot hear all.
    pub fn deafen(&mut self, now: i64) {
        self.deaf.begin(now);
    }

    pub fn hears_again(&mut self, now: i64) {
        if let Some(since) = self.deaf.end(now) {
            self.doubt(since);
        }
    }

    /// What the detector made of the bins from a second on is not sure any more.
    fn doubt(&mut self, from: i64) {
        let bin = from.div_euclid(BIN).max(self.oldest_bin());
        self.dirty_from = Some(self.dirty_from.map_or(bin, |one| one.min(bin)));
    }

    /// Whether we could not hear in a part of that time.
    pub fn is_gap(&self, from: i64, to: i64) -> bool {
        self.deaf.overlaps(from, to)
    }

    /// Time is `now`, in seconds.
    pub fn advance(&mut self, now: i64, almanac: &Almanac) {
        let hour = now.div_euclid(HOUR);
        let bin = now.div_euclid(BIN);
        if self.since.is_some() && bin <= self.bin && self.dirty_from.is_none() {
            return;
        }
        let is_new = self.since.is_none() || hour - self.hour > LONGEST_SLEEP;
        if is_new {
            self.since = Some(hour + 1);
            self.hour = hour;
            self.expected.clear();
            self.begin(almanac);
            self.bin = hour * BINS_AN_HOUR;
        }
        while self.hour < hour {
            // What ended must be decided before what begins is expected.
            self.run_to((self.hour + 1) * BINS_AN_HOUR);
            self.hour += 1;
            self.learn(self.hour - LEARNT_AFTER, almanac);
            self.begin(almanac);
        }
        self.run_to(now.div_euclid(BIN));
        self.look_at_running_bin();
    }

    /// The hour that runs began.
    fn begin(&mut self, almanac: &Almanac) {
        let hour = almanac.hour(self.hour);
        let expected = self.usual.expect(hour.slot);
        self.expected.push_back(storable(Expected {
            mentions: expected.mentions * hour.times,
            ..expected
        }));
        while i64::try_from(self.expected.len()).unwrap_or(0) > KEPT {
            self.expected.pop_front();
        }
        for strand in &mut self.strands {
            strand.begun.push_back((self.hour, strand.head.clone()));
            let oldest = self.hour - LEARNT_AFTER;
            strand.begun.retain(|(hour, _)| *hour >= oldest);
            let forgotten = (self.hour - KEPT) * HOUR;
            let is_over = |alarm: &Alarm| alarm.to.is_some_and(|to| to < forgotten);
            strand.alarms.retain(|alarm| !is_over(alarm));
        }
        let oldest = self.oldest_bin();
        self.bins = self.bins.split_off(&oldest);
        self.weights.forget(oldest * BIN);
        self.authors = self.authors.split_off(&(self.hour - LEARNT_AFTER));
        self.is_unsaved = true;
    }

    fn learn(&mut self, hour: i64, almanac: &Almanac) {
        if self.since.is_none_or(|since| hour < since) {
            return;
        }
        let of_hour = almanac.hour(hour);
        let is_gap = self.is_gap(hour * HOUR, (hour + 1) * HOUR);
        let came = self.came(hour * BINS_AN_HOUR, (hour + 1) * BINS_AN_HOUR);
        let authors = self.authors.get(&hour);
        let counted = Counted {
            mentions: f64::from(came.mentions) / of_hour.times,
            voices: f64::from(came.voices) / 100.0 / of_hour.times,
            authors: authors.map_or(0.0, People::count) / of_hour.times,
            is_laid_out: false,
        };
        self.usual
            .learn(hour, of_hour.slot, (!is_gap).then_some(counted));
    }

    /// What came from one bin up to another.
    fn came(&self, from: i64, to: i64) -> Came {
        let bins = self.bins.range(from..to);
        bins.fold(Came::default(), |sum, (_, came)| Came {
            mentions: sum.mentions.saturating_add(came.mentions),
            voices: sum.voices.saturating_add(came.voices),
        })
    }

    fn expected_in(&self, hour: i64) -> Option<&Expected> {
        let back = usize::try_from(self.hour.checked_sub(hour)?).ok()?;
        let place = self.expected.len().checked_sub(back + 1)?;
        self.expected.get(place)
    }

    /// Runs the detector over every bin that is over before `bin`, again from
    /// where something came late.
    fn run_to(&mut self, bin: i64) {
        let late = self.dirty_from.take().filter(|from| *from < self.bin);
        let mut strands = std::mem::take(&mut self.strands);
        for strand in &mut strands {
            let mut from = self.bin;
            if let Some(late) = late {
                from = strand.rewind(late.div_euclid(BINS_AN_HOUR)).unwrap_or(from);
            }
            for number in from..bin.max(self.bin) {
                self.step(strand, number);
            }
        }
        self.strands = strands;
        self.bin = bin.max(self.bin);
    }

    fn step(&self, strand: &mut Strand, number: i64) {
        let hour = number.div_euclid(BINS_AN_HOUR);
        if number.rem_euclid(BINS_AN_HOUR) == 0
            && let Some(begun) = strand.begun.iter_mut().find(|(one, _)| *one == hour)
        {
            begun.1 = strand.head.clone();
        }
        let Some(bin) = self.bin_at(number) else {
            return;
        };
        let needed = strand.needed(number, &bin.expected);
        let verdict = strand.step(&bin);
        if verdict.alarm {
            let reached = needed.and_then(|needed| self.reached(number, needed));
            strand.begin_alarm(reached.unwrap_or((number + 1) * BIN - 1));
        } else if !verdict.is_unusual {
            strand.end_alarm((number + 1) * BIN);
        }
    }

    /// The second of a bin at which so many voices had come in it.
    fn reached(&self, number: i64, needed: f64) -> Option<i64> {
        let from = number * BIN;
        let mut sum = 0.0;
        if needed <= sum {
            return Some(from);
        }
        // Asked at every mention, and mostly far off. The margin is for what adding
        // hundredths one by one rounds up.
        let came = self.bins.get(&number).map_or(0, |came| came.voices);
        if f64::from(came) / 100.0 + 1e-6 < needed {
            return None;
        }
        let entries = self.weights.entries(from - 1, from + BIN - 1);
        for (second, weight) in entries {
            sum += f64::from(weight) / 100.0;
            if sum >= needed {
                return Some(second);
            }
        }
        None
    }

    /// An alarm need not wait until the bin is over.
    fn look_at_running_bin(&mut self) {
        let mut strands = std::mem::take(&mut self.strands);
        for strand in &mut strands {
            let bin = self.bin_at(self.bin);
            let needed = bin.and_then(|bin| strand.needed(self.bin, &bin.expected));
            let reached = needed.and_then(|needed| self.reached(self.bin, needed));
            strand.turn = reached.map(|at| strand.turn(at));
        }
        self.strands = strands;
    }

    /// From when something is known of what is usual, in seconds.
    pub fn known_from(&self) -> Option<i64> {
        let mut hours = self.expected.iter().enumerate();
        let place = hours.position(|(_, one)| one.grade != Grade::Unknown)?;
        let back = i64::try_from(self.expected.len() - 1 - place).ok()?;
        Some((self.hour - back) * HOUR)
    }

    /// What is usual from one second up to another.
    pub fn usually(&self, from: i64, to: i64) -> Usually {
        let mut usually = Usually {
            mentions: 0.0,
            voices: 0.0,
            authors: 0.0,
            grade: Grade::Learnt,
        };
        for hour in from.div_euclid(HOUR)..=(to - 1).div_euclid(HOUR) {
            let Some(expected) = self.expected_in(hour.min(self.hour)) else {
                usually.grade = Grade::Unknown;
                continue;
            };
            let seconds = to.min((hour + 1) * HOUR) - from.max(hour * HOUR);
            // At most 3,600.
            #[expect(clippy::cast_precision_loss, reason = "seconds of one hour")]
            let mentions = expected.mentions * seconds as f64 / HOUR as f64;
            usually.mentions += mentions;
            usually.voices += mentions * expected.voices_share;
            usually.authors += mentions * expected.authors_share;
            usually.grade = usually.grade.min(expected.grade);
        }
        usually
    }

    /// What is usual in one hour, since 1970, as it is known now: also of hours
    /// to come.
    pub fn expect(&self, hour: i64, almanac: &Almanac) -> Expected {
        let of_hour = almanac.hour(hour);
        let expected = self.usual.expect(of_hour.slot);
        Expected {
            mentions: expected.mentions * of_hour.times,
            ..expected
        }
    }

    /// Whether the watch is unusually loud at a second.
    pub fn is_unusual(&self, sensitivity: Sensitivity, second: i64) -> bool {
        let Some(strand) = self.strand(sensitivity) else {
            return false;
        };
        if let Some(turn) = strand.turn {
            if turn.from <= second {
                return true;
            }
            if turn.ends.is_some_and(|ends| ends <= second) {
                return false;
            }
        }
        let mut alarms = strand.alarms.iter();
        alarms.any(|alarm| alarm.from <= second && alarm.to.is_none_or(|to| second < to))
    }

    /// When that next changes, after a second.
    pub fn next_alarm_change(&self, sensitivity: Sensitivity, after: i64) -> Option<i64> {
        let strand = self.strand(sensitivity)?;
        let turn = strand.turn.map(|turn| [Some(turn.from), turn.ends]);
        let alarms = strand.alarms.iter();
        let edges = alarms.flat_map(|alarm| [Some(alarm.from), alarm.to]);
        let edges = edges.chain(turn.into_iter().flatten()).flatten();
        // One that goes on may be over at the end of any bin.
        let last = strand.alarms.last();
        let goes_on = strand.turn.is_some() || last.is_some_and(|alarm| alarm.to.is_none());
        let may_end = goes_on.then(|| (after.max(self.bin * BIN).div_euclid(BIN) + 1) * BIN);
        edges.chain(may_end).filter(|edge| *edge > after).min()
    }

    /// How near an alarm the last five minutes that are over came: 1 is one.
    pub fn score(&self, sensitivity: Sensitivity) -> f64 {
        self.strand(sensitivity).map_or(0.0, |strand| strand.score)
    }

    /// What the detector makes of a second, with what had come in by then;
    /// where an alarm goes on, of the second in which it began.
    pub fn verdict(&self, sensitivity: Sensitivity, second: i64) -> Option<Verdict> {
        let alarms = self.alarms(sensitivity).into_iter();
        let mut alarms = alarms.filter(|alarm| alarm.from <= second);
        let alarm = alarms.rfind(|alarm| alarm.to.is_none_or(|to| second < to));
        let second = alarm.map_or(second, |alarm| alarm.from);
        let number = second.div_euclid(BIN);
        let hour = number.div_euclid(BINS_AN_HOUR);
        let strand = self.strand(sensitivity)?;
        let (from, begun) = strand.begun.iter().rfind(|(one, _)| *one <= hour)?;
        let mut head = begun.clone();
        for bin in (from * BINS_AN_HOUR..number).filter_map(|bin| self.bin_at(bin)) {
            head.step(&bin);
        }
        let so_far: u32 = self
            .weights
            .entries(number * BIN - 1, second)
            .map(|(_, weight)| weight)
            .sum();
        Some(head.step(&Bin {
            counted: f64::from(so_far) / 100.0,
            ..self.bin_at(number)?
        }))
    }

    /// The alarms of the last two days, oldest first.
    pub fn alarms(&self, sensitivity: Sensitivity) -> Vec<Alarm> {
        let Some(strand) = self.strand(sensitivity) else {
            return Vec::new();
        };
        let mut alarms = strand.alarms.clone();
        if let Some(turn) = strand.turn {
            if let Some(last) = alarms.last_mut().filter(|last| last.to.is_none()) {
                last.to = turn.ends;
            }
            alarms.push(Alarm {
                from: turn.from,
                to: None,
            });
        }
        alarms
    }

    /// What is to be stored, once for each hour that began.
    pub fn save(&mut self) -> Option<Saved> {
        let since = self.since.filter(|_| self.is_unsaved)?;
        self.is_unsaved = false;
        // A watch without mentions is saved once a day: ten thousand idle ones
        // must not keep the disk busy.
        if self.bins.is_empty() && self.hour % 24 != 0 && !self.must_save {
            return None;
        }
        self.must_save = false;
        let strands = self.strands.iter().filter_map(|strand| {
            let (hour, detector) = strand.begun.front()?;
            Some(SavedStrand {
                sensitivity: strand.sensitivity,
                hour: *hour,
                detector: detector.clone(),
                alarms: strand.alarms.clone(),
            })
        });
        Some(Saved {
            usual: self.usual.clone(),
            since,
            hour: self.hour,
            expected: self.expected.iter().map(SavedExpected::of).collect(),
            gaps: self.deaf.past().to_vec(),
            strands: strands.collect(),
        })
    }

    /// Goes on from what was stored; the mentions since are added after this.
    pub fn restore(&mut self, saved: Saved) {
        self.usual = saved.usual;
        self.since = Some(saved.since);
        self.hour = saved.hour;
        self.expected = saved.expected.iter().map(SavedExpected::read).collect();
        for (from, to) in saved.gaps {
            self.deaf.add(from, to);
        }
        self.bin = saved.hour * BINS_AN_HOUR;
        for stored in saved.strands {
            self.ask(stored.sensitivity);
            let mut strands = self.strands.iter_mut();
            let strand = strands.find(|one| one.sensitivity == stored.sensitivity);
            if let Some(strand) = strand {
                let hours = stored.hour..=saved.hour;
                strand.restore(hours, stored.detector, stored.alarms);
            }
        }
        self.must_save = false;
        // All of it is run again, from the oldest hour on.
        self.dirty_from = Some((saved.hour - LEARNT_AFTER) * BINS_AN_HOUR);
    }

    /// Learns whole hours of the past, oldest first: after an import. What was
    /// learnt before is forgotten.
    pub fn learn_anew(
        &mut self,
        hours: impl IntoIterator<Item = (i64, Option<Counted>)>,
        almanac: &Almanac,
    ) {
        self.usual = Usual::new();
        for (hour, counted) in hours {
            if hour > self.hour - LEARNT_AFTER {
                break;
            }
            let of_hour = almanac.hour(hour);
            let counted = counted.map(|counted| Counted {
                mentions: counted.mentions / of_hour.times,
                voices: counted.voices / of_hour.times,
                authors: counted.authors / of_hour.times,
                ..counted
            });
            self.usual.learn(hour, of_hour.slot, counted);
            self.since = Some(self.since.map_or(hour, |since| since.min(hour)));
        }
        // What was expected of the last days is known now too, as it would be
        // if we had listened all the while.
        if self.usual.grade() != Grade::Unknown {
            let hours = self.hour + 1 - KEPT..=self.hour;
            let expected = hours.map(|hour| storable(self.expect(hour, almanac)));
            self.expected = expected.collect();
            self.dirty_from = Some((self.hour - LEARNT_AFTER) * BINS_AN_HOUR);
        }
        self.is_unsaved = true;
        self.must_save = true;
    }

    /// What is usual, and from which hour on it was listened to.
    pub fn usual(&self) -> (&Usual, Option<i64>) {
        (&self.usual, self.since)
    }

    fn bin_at(&self, number: i64) -> Option<Bin> {
        let expected = *self.expected_in(number.div_euclid(BINS_AN_HOUR))?;
        let came = self.bins.get(&number).copied().unwrap_or_default();
        Some(Bin {
            number,
            counted: f64::from(came.voices) / 100.0,
            expected,
            is_blind: self.is_gap(number * BIN, (number + 1) * BIN),
        })
    }
}

#[cfg(test)]
mod tests;
