//! From a trigger that changed to the run it concerns.

use std::sync::Arc;

use super::{Desk, Happening, Signal, SignalKind};
use crate::domain::evidence::near::NearMiss;
use crate::domain::evidence::{Evidence, Scene, gather};
use crate::domain::playbook::Trigger;
use crate::domain::run::{Cause, Event};
use crate::domain::storm::{Candidate, held_back, winner};
use crate::domain::time::{Timestamp, rfc3339};
use crate::domain::trigger::Change;

/// A trigger that fired, with its evidence.
struct Firing {
    armed: usize,
    evidence: Evidence,
}

impl Desk {
    /// Tells what the triggers of one watch did, and acts on those that fired.
    pub(super) fn route(
        &mut self,
        watch: usize,
        changes: &[(usize, Change)],
        now: Timestamp,
    ) -> Vec<Happening> {
        let mut happenings = Vec::new();
        let mut fired = Vec::new();
        for (armed, change) in changes {
            let (kind, at) = match change {
                Change::Pending { since } => (SignalKind::Pending, *since),
                Change::Cleared { at } => (SignalKind::Cleared, *at),
                Change::Fired { at } => (SignalKind::Fired, *at),
            };
            let evidence = self.evidence(*armed, at, kind == SignalKind::Fired);
            let because = evidence.because();
            happenings.push(Happening::Signal(self.signal(
                *armed,
                kind,
                evidence.at,
                because,
            )));
            if kind == SignalKind::Fired {
                fired.push(Firing {
                    armed: *armed,
                    evidence,
                });
            }
        }
        if fired.is_empty() {
            return happenings;
        }
        if self.listens_only {
            let held_back = fired.iter().map(|firing| self.only_heard(firing));
            happenings.extend(held_back);
            return happenings;
        }
        let key = self.organisation.watches[watch].key.clone();
        happenings.extend(self.answer(&key, fired, now));
        happenings
    }

    fn only_heard(&self, firing: &Firing) -> Happening {
        let (armed, at) = (firing.armed, firing.evidence.at);
        let because = "listening only".to_owned();
        Happening::Signal(self.signal(armed, SignalKind::HeldBack, at, because))
    }

    /// The open run hears of it; else the best playbook starts.
    fn answer(&mut self, watch: &str, fired: Vec<Firing>, now: Timestamp) -> Vec<Happening> {
        match self.open_run(watch).map(|run| run.id) {
            Some(id) => fired
                .into_iter()
                .flat_map(|firing| {
                    let (playbook, trigger) = self.names(firing.armed);
                    let level = self.level(firing.armed);
                    let evidence = Box::new(firing.evidence);
                    let at = evidence.at.timestamp();
                    let mut happenings = self.take(
                        id,
                        &Event::TriggerFired {
                            playbook,
                            trigger,
                            level,
                            evidence,
                        },
                        now,
                    );
                    happenings.extend(self.open_cases(id, firing.armed, at, now));
                    happenings
                })
                .collect(),
            None => self.start_best(watch, fired, now),
        }
    }

    /// Starts the playbook with the highest level, then priority; the others
    /// are offered in its alert.
    fn start_best(&mut self, watch: &str, fired: Vec<Firing>, now: Timestamp) -> Vec<Happening> {
        let mut happenings = Vec::new();
        let mut ready = Vec::new();
        for firing in fired {
            let rank = self.candidate(firing.armed).rank;
            let is_severe = self.trigger(firing.armed).when.is_narrowed_by_who_or_what();
            match held_back(&self.cooling, watch, rank, now) {
                Some(until) if !is_severe => {
                    let because = format!("cool-down until {}", rfc3339(until));
                    let signal = self.signal(
                        firing.armed,
                        SignalKind::HeldBack,
                        firing.evidence.at,
                        because,
                    );
                    happenings.push(Happening::Signal(signal));
                }
                _ => ready.push(firing),
            }
        }
        let candidates: Vec<Candidate> = ready
            .iter()
            .map(|firing| self.candidate(firing.armed))
            .collect();
        let Some(best) = winner(&candidates) else {
            return happenings;
        };
        let moments = ready.iter();
        let moments: Vec<(usize, i64)> = moments
            .map(|firing| (firing.armed, firing.evidence.at.timestamp()))
            .collect();
        let best = ready.remove(best);
        let language = self.organisation.language;
        let mine = self.armed[best.armed].shelf;
        let mut offers: Vec<String> = Vec::new();
        for firing in ready
            .iter()
            .filter(|firing| self.armed[firing.armed].shelf != mine)
        {
            let title = &self.shelf[self.armed[firing.armed].shelf].playbook.title;
            let title = title.get(language.tag(), language).to_owned();
            if !offers.contains(&title) {
                offers.push(title);
            }
        }
        let (_, trigger) = self.names(best.armed);
        let level = self.level(best.armed);
        let pinned = Arc::clone(&self.shelf[mine]);
        let cause = Cause::Trigger {
            trigger,
            evidence: Box::new(best.evidence),
        };
        let (id, started) = self.start(pinned, level, cause, (offers, &[]), now);
        happenings.push(started);
        for (armed, at) in moments {
            happenings.extend(self.open_cases(id, armed, at, now));
        }
        happenings.extend(self.tell_of_blind(id, now));
        happenings.extend(self.run_changed(watch, now));
        happenings
    }

    fn candidate(&self, armed: usize) -> Candidate {
        let playbook = &self.shelf[self.armed[armed].shelf].playbook;
        Candidate {
            rank: playbook.rank(&self.level(armed)),
            priority: playbook.priority,
        }
    }

    pub(super) fn trigger(&self, armed: usize) -> &Trigger {
        let armed = &self.armed[armed];
        &self.shelf[armed.shelf].playbook.triggers[armed.trigger]
    }

    fn level(&self, armed: usize) -> String {
        self.trigger(armed).level.clone()
    }

    /// Names of a trigger's playbook and of itself.
    fn names(&self, armed: usize) -> (String, String) {
        let armed = &self.armed[armed];
        let playbook = &self.shelf[armed.shelf].playbook;
        (
            playbook.name.clone(),
            playbook.triggers[armed.trigger].name.clone(),
        )
    }

    fn evidence(&self, armed: usize, at: i64, has_fired: bool) -> Evidence {
        let armed = &self.armed[armed];
        let trigger = &self.shelf[armed.shelf].playbook.triggers[armed.trigger];
        let watch = &self.organisation.watches[armed.watch].key;
        gather(
            &Scene {
                watch,
                heard: &self.heard,
                home: armed.watch,
                ground: self.ground(),
                trigger,
                has_fired,
                blind: &self.blind,
            },
            at,
        )
    }

    /// What nearly fired from one moment up to another, in order: at most once
    /// a trigger and day, of the last month. The reasons are known of the last
    /// two days.
    pub fn near_misses(&self, from: Timestamp, to: Timestamp) -> Vec<NearMiss> {
        self.near_misses_beside(&[], from, to)
    }

    /// The same, for who asks again and again: what is known already stays as it is,
    /// and its reason is not worked out anew.
    pub fn near_misses_beside(
        &self,
        known: &[NearMiss],
        from: Timestamp,
        to: Timestamp,
    ) -> Vec<NearMiss> {
        let armed = self.armed.iter().enumerate();
        let mut missed: Vec<NearMiss> = armed
            .flat_map(|(number, armed)| {
                let near = armed.progress.near();
                let near = near.within(from.timestamp(), to.timestamp());
                near.map(move |nearest| (number, armed.watch, nearest))
            })
            .map(|(number, watch, nearest)| {
                let (playbook, trigger) = self.names(number);
                let is_it = |one: &&NearMiss| {
                    let names = (&one.playbook, &one.trigger) == (&playbook, &trigger);
                    names && one.at.timestamp() == nearest.at
                };
                if let Some(known) = known.iter().find(is_it) {
                    return known.clone();
                }
                let evidence = self.evidence(number, nearest.at, false);
                NearMiss {
                    at: evidence.at,
                    playbook,
                    watch: self.organisation.watches[watch].key.clone(),
                    trigger,
                    share: nearest.share,
                    because: evidence.because(),
                }
            })
            .collect();
        missed.sort_by_key(|one| one.at);
        missed
    }

    fn signal(&self, armed: usize, kind: SignalKind, at: Timestamp, because: String) -> Signal {
        let (playbook, trigger) = self.names(armed);
        let watch = self.organisation.watches[self.armed[armed].watch]
            .key
            .clone();
        Signal {
            at,
            playbook,
            watch,
            trigger,
            kind,
            because,
        }
    }
}
