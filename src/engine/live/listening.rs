//! Listening to mentions without alarming anybody.

use super::Live;
use crate::domain::desk::{Happening, SignalKind};
use crate::domain::time::Timestamp;

/// What listening without alarming anybody came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    pub since: Timestamp,
    /// Triggers that would have fired.
    pub n_held_back: u64,
    /// The last of them: when, playbook and trigger.
    pub latest: Option<(Timestamp, String, String)>,
}

impl Live {
    /// What listening came to; `None` when mentions do alarm people.
    pub fn listening(&self) -> Option<&Listening> {
        self.listening.as_ref()
    }

    pub(super) fn count_held_back(&mut self, happenings: &[Happening]) {
        let Some(listening) = &mut self.listening else {
            return;
        };
        for happening in happenings {
            if let Happening::Signal(signal) = happening
                && signal.kind == SignalKind::HeldBack
            {
                listening.n_held_back += 1;
                let (playbook, trigger) = (signal.playbook.clone(), signal.trigger.clone());
                listening.latest = Some((signal.at, playbook, trigger));
            }
        }
    }
}
