//! Opens phases.

use super::Course;
use super::drafts::Cause;
use crate::domain::run::Event;

impl Course<'_> {
    /// Opens every phase whose condition holds, for as long as it must, and that
    /// is not open yet. Opening one closes none. After the stand-down only a
    /// person opens any.
    pub(super) fn open_phases(&mut self) {
        if self.run.is_in_aftercare() {
            return;
        }
        for phase in &self.plan.playbook.phases {
            let is_empty = phase.tasks.is_empty() && phase.messages.is_empty();
            if is_empty || self.run.phases.contains_key(&phase.aim) {
                continue;
            }
            let may_open = if phase.held_for.is_zero() {
                self.holds(phase.when.as_ref()) == Some(true)
            } else {
                self.has_lasted(phase.aim.name())
            };
            if may_open {
                self.log(Event::PhaseOpened {
                    phase: phase.aim,
                    by: None,
                    reason: None,
                });
                self.render_phase(phase.aim, &Cause::default());
            }
        }
    }
}
