//! Blind sources: the open runs hear of them, and the operators, run or none.

use super::{Desk, Happening};
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
        if self.hears_all() {
            happenings.extend(self.hears_again(now));
        } else {
            happenings.extend(self.deafen(now));
        }
        for id in open {
            happenings.extend(self.take(id, &event, now));
        }
        happenings.extend(self.tell_of_blindness(now));
        happenings
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

fn outside(outside: Outside) -> Option<Happening> {
    (!outside.is_empty()).then(|| Happening::Outside(Box::new(outside)))
}
