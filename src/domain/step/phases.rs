//! Opens phases and hands out tasks.

use super::Course;
use crate::domain::condition::Moment;
use crate::domain::playbook::Task;
use crate::domain::run::Event;
use crate::domain::time::{Timestamp, after};

impl Course<'_> {
    /// Opens every phase whose condition holds and that is not open yet, and
    /// every task whose condition holds by now. Opening one closes none.
    pub(super) fn open_phases(&mut self) {
        let playbook = self.plan.playbook;
        self.open_tasks(&playbook.tasks);
        for phase in &playbook.phases {
            if !self.run.phases.contains_key(&phase.aim) {
                if phase.tasks.is_empty() && phase.messages.is_empty()
                    || !self.holds(phase.when.as_ref())
                {
                    continue;
                }
                self.log(Event::PhaseOpened { phase: phase.aim });
                self.open_tasks(&phase.tasks);
                self.render_phase(phase);
            } else {
                self.open_tasks(&phase.tasks);
            }
        }
    }

    fn open_tasks(&mut self, tasks: &[Task]) {
        for task in tasks {
            if self.run.tasks.contains_key(&task.name) || !self.holds(task.when.as_ref()) {
                continue;
            }
            let due_at = task.due.as_ref().and_then(|due| self.moment(due));
            self.log(Event::TaskOpened {
                task: task.name.clone(),
                role: task.role.clone(),
                due_at,
            });
        }
    }

    /// The instant of a moment for something that opens now; `None` while what
    /// it hangs on is unknown. A moment already past falls due in an hour.
    fn moment(&self, moment: &Moment) -> Option<Timestamp> {
        let instant = match moment {
            Moment::Since(length) => after(self.now, *length),
            Moment::After(length, name) if name == "start" => after(self.run.started_at?, *length),
            Moment::After(..) | Moment::Before(..) => return None,
        };
        let in_an_hour = after(self.now, std::time::Duration::from_secs(3_600));
        Some(if instant < self.now {
            in_an_hour
        } else {
            instant
        })
    }
}
