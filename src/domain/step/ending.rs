//! Conditions that must last a while, and the stand-down that they propose.

use std::time::Duration;

use super::Course;
use crate::domain::condition::Condition;
use crate::domain::run::Event;
use crate::domain::time::after;

/// The name of the stand-down among the conditions that must last.
pub(super) const STAND_DOWN: &str = "stand_down";

impl<'a> Course<'a> {
    /// Notes since when conditions with a `for` hold, and proposes the stand-down.
    pub(super) fn weigh_lasting(&mut self) {
        if self.run.is_in_aftercare() {
            return;
        }
        let playbook = self.plan.playbook;
        for phase in &playbook.phases {
            if let Some(when) = &phase.when
                && !phase.held_for.is_zero()
                && !self.run.phases.contains_key(&phase.aim)
            {
                self.weigh(phase.aim.name(), when, phase.held_for, true);
            }
        }
        let Some(stand_down) = &playbook.stand_down else {
            return;
        };
        // Blind is not quiet: what is missing is no reason to stand down.
        let can_see = self.run.ending.blind.is_empty() && self.listens_to_its_watches();
        self.weigh(STAND_DOWN, &stand_down.when, stand_down.held_for, can_see);
        let ending = &self.run.ending;
        let is_new = ending.proposed_at.is_none() && !ending.put_off;
        if is_new && self.has_lasted(STAND_DOWN) {
            let because = self.because(&stand_down.when);
            self.log(Event::StandDownProposed {
                because: because.clone(),
            });
            self.tell_of_stand_down(&because);
        }
    }

    fn weigh(&mut self, what: &str, when: &'a Condition, held_for: Duration, may_hold: bool) {
        let holds = match self.holds(Some(when)) {
            _ if !may_hold => false,
            Some(holds) => holds,
            None => return,
        };
        let is_lasting = self.run.ending.lasting.contains_key(what);
        if holds && !is_lasting {
            self.log(Event::ConditionHolds {
                what: what.to_owned(),
                until: after(self.now, held_for),
            });
        } else if !holds && is_lasting {
            self.log(Event::ConditionEnded {
                what: what.to_owned(),
            });
        }
    }

    /// Whether a condition with a `for` has held long enough.
    pub(super) fn has_lasted(&self, what: &str) -> bool {
        let until = self.run.ending.lasting.get(what);
        until.is_some_and(|until| *until <= self.now)
    }
}
