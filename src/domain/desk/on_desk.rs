//! A run in memory, with what it pinned, and when time alone will change it.

use std::sync::{Arc, OnceLock};

use super::Pinned;
use crate::domain::run::Run;
use crate::domain::step::{Looked, Plan, next_due, whole_minute};
use crate::domain::time::Timestamp;

/// Nothing was looked at yet.
const NEVER: Looked = Looked {
    at: Timestamp::MIN_UTC,
    counted_at: Timestamp::MIN_UTC,
};

/// See the module. Once made, a run on the desk is only replaced.
#[derive(Debug, Clone)]
pub(super) struct OnDesk {
    pub(super) run: Run,
    pub(super) pinned: Arc<Pinned>,
    looked: Looked,
    /// Asked at every mention and every tick, and the same until the run changes.
    due: OnceLock<Option<Timestamp>>,
}

impl OnDesk {
    pub(super) fn new(run: Run, pinned: Arc<Pinned>, looked: Looked) -> Self {
        Self {
            run,
            pinned,
            looked,
            due: OnceLock::new(),
        }
    }

    /// As the store has it: nothing was looked at since.
    pub(super) fn stored(run: Run, pinned: Arc<Pinned>) -> Self {
        Self::new(run, pinned, NEVER)
    }

    pub(super) fn looked(&self) -> Looked {
        self.looked
    }

    /// The run itself, and what else there is of it.
    pub(super) fn into_parts(self) -> (Run, Arc<Pinned>, Looked) {
        (self.run, self.pinned, self.looked)
    }

    /// Goes on with another version of its playbook.
    pub(super) fn pin(&mut self, pinned: Arc<Pinned>) {
        self.pinned = pinned;
        self.due.take();
    }

    /// Counts from the minute of `now` on.
    pub(super) fn count_from(&mut self, now: Timestamp) {
        self.looked.counted_at = whole_minute(now);
        self.due.take();
    }

    /// After a restart counting goes on as if there had been none.
    pub(super) fn go_on_counting(&mut self, now: Timestamp) {
        if self.looked.counted_at == NEVER.counted_at {
            self.count_from(now);
        }
    }

    /// When time alone will change something. `plan` is that of its playbook.
    pub(super) fn due_at(&self, plan: &Plan) -> Option<Timestamp> {
        *self.due.get_or_init(|| {
            let due = next_due(plan, &self.run, self.looked, Timestamp::MAX_UTC);
            due.map(|(at, _)| at)
        })
    }
}
