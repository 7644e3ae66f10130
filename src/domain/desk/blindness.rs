//! Blind sources, and time in which nobody listened: the open runs hear of it, the
//! operators, run or none, and what needs silence is judged again.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Desk, Happening};
use crate::domain::heard::Heard;
use crate::domain::house::FolderTrouble;
use crate::domain::lookout::{Lookout, Outside};
use crate::domain::run::{Event, Logged, RunId};
use crate::domain::time::Timestamp;

impl Desk {
    /// Takes up the log of what belongs to no run, after the runs.
    pub fn adopt_outside(&mut self, log: &[Logged]) {
        self.lookout = Lookout::replay(log);
        let sources = &self.organisation.sources;
        let blind = self.lookout.blind().into_iter();
        let known = blind.filter(|(key, _)| sources.iter().any(|one| one.key == *key));
        self.blind.extend(known);
    }

    /// Whether silence is what it seems. While any source is blind it is not, and
    /// what needs silence must not come true.
    pub fn hears_all(&self) -> bool {
        self.blind.is_empty()
    }

    /// A source went blind, for this reason, or sees again.
    pub fn source_word(
        &mut self,
        source: &str,
        trouble: Option<&str>,
        now: Timestamp,
    ) -> Vec<Happening> {
        match trouble {
            Some(because) => self.blind.insert(source.to_owned(), because.to_owned()),
            None => self.blind.remove(source),
        };
        let event = match trouble {
            Some(because) => Event::SourceBlind {
                source: source.to_owned(),
                because: because.to_owned(),
            },
            None => Event::SourceSees {
                source: source.to_owned(),
            },
        };
        let open = self.runs.values().filter(|on_desk| on_desk.run.is_open);
        let open: Vec<RunId> = open.map(|on_desk| on_desk.run.id).collect();
        let heard = self.lookout.hear(source, trouble, now);
        let mut happenings: Vec<Happening> = outside(heard).into_iter().collect();
        happenings.extend(self.hear_as_far_as(now));
        for id in open {
            happenings.extend(self.take(id, &event, now));
        }
        happenings.extend(self.tell_of_blindness(now));
        happenings
    }

    /// A source went blind, or sees: what is not heard teaches nothing of what is
    /// usual, and what needs silence is judged again.
    fn hear_as_far_as(&mut self, now: Timestamp) -> Vec<Happening> {
        self.settle_tides(now);
        let changed = match self.hears_all() {
            true => self.deaf.end(now.timestamp()).is_some(),
            false => self.deaf.begin(now.timestamp()),
        };
        match changed {
            true => self.judge_silence_again(now),
            false => Vec::new(),
        }
    }

    /// A watch learns while every source sees that ever brought it something: a feed
    /// that never worked must not keep all of them from learning.
    fn settle_tides(&mut self, now: Timestamp) {
        for heard in &mut self.heard {
            match self.blind.keys().any(|source| heard.hears_by(source)) {
                true => heard.tide.deafen(now.timestamp()),
                false => heard.tide.hears_again(now.timestamp()),
            }
        }
    }

    /// Takes up which sources are blind, after a start. What was blind and is not
    /// listened to any more sees, as far as anybody can tell.
    pub(super) fn wake_up(&mut self, now: Timestamp) -> Vec<Happening> {
        let gone: Vec<String> = {
            let sources = &self.organisation.sources;
            let blind = self
                .blind
                .keys()
                .cloned()
                .chain(self.lookout.blind().into_keys());
            blind
                .filter(|key| sources.iter().all(|one| one.key != *key))
                .collect()
        };
        let mut happenings = Vec::new();
        for source in BTreeSet::from_iter(gone) {
            happenings.extend(self.source_word(&source, None, now));
        }
        if !self.hears_all() {
            self.deaf.begin(now.timestamp());
        }
        self.settle_tides(now);
        happenings
    }

    fn judge_silence_again(&mut self, now: Timestamp) -> Vec<Happening> {
        self.advance_tides(now);
        self.with_triggers(None, now, |progress, judge| {
            if judge.when.needs_silence() {
                progress.reconsider(judge, now.timestamp())
            } else {
                Vec::new()
            }
        })
    }

    /// This source brings something to a watch, by its name.
    pub fn brings(&mut self, watch: &str, source: &str) {
        if let Some(number) = self.number_of(watch) {
            self.heard[number].expect_from(source);
        }
    }

    /// A source brought nothing from `from` to `to`.
    pub fn missed_by(&mut self, source: &str, from: Timestamp, to: Timestamp) {
        self.miss(from, to, |heard| heard.hears_by(source));
    }

    /// Nobody listened from `from` to `to`: that teaches nothing of what is usual.
    pub fn missed(&mut self, from: Timestamp, to: Timestamp) {
        self.miss(from, to, |_| true);
    }

    fn miss(&mut self, from: Timestamp, to: Timestamp, concerns: impl Fn(&Heard) -> bool) {
        let (from, to) = (from.timestamp(), to.timestamp());
        self.deaf.add(from, to);
        for heard in self.heard.iter_mut().filter(|heard| concerns(heard)) {
            heard.tide.gap(from, to);
        }
    }

    /// A run that starts while a source is blind must know.
    pub(super) fn tell_of_blind(&mut self, id: RunId, now: Timestamp) -> Vec<Happening> {
        let mut happenings = Vec::new();
        for (source, because) in self.blind.clone() {
            let event = Event::SourceBlind { source, because };
            happenings.extend(self.take(id, &event, now));
        }
        happenings
    }

    /// The files have these mistakes, or are good and in force: the operators hear it.
    pub fn folder_word(
        &mut self,
        trouble: Option<&FolderTrouble>,
        now: Timestamp,
    ) -> Option<Happening> {
        let organisation = Arc::clone(&self.organisation);
        outside(self.lookout.hear_of_folder(&organisation, trouble, now))
    }

    /// When the operators will have to hear something.
    pub(super) fn outside_due(&self) -> Option<Timestamp> {
        let due = self.lookout.due_at(&self.organisation);
        due.filter(|_| self.has_team)
    }

    /// Tells the operators what they do not know yet.
    pub(super) fn tell_of_blindness(&mut self, now: Timestamp) -> Option<Happening> {
        if !self.has_team {
            return None;
        }
        outside(self.lookout.tell(&self.organisation, now))
    }
}

pub(super) fn outside(outside: Outside) -> Option<Happening> {
    (!outside.is_empty()).then(|| Happening::Outside(Box::new(outside)))
}
