//! Says in the log what happened.

use crate::domain::desk::{Happening, Signal};
use crate::domain::run::Event;

pub(super) fn tell(happening: &Happening) {
    match happening {
        Happening::Signal(signal) => {
            let Signal {
                playbook,
                watch,
                trigger,
                kind,
                because,
                ..
            } = signal;
            let kind = kind.name();
            tracing::info!(playbook, watch, trigger, kind, because, "trigger");
        }
        Happening::Outside(outside) => {
            for logged in &outside.events {
                tracing::info!(seq = logged.seq, event = logged.event.name(), "no run");
            }
        }
        Happening::Change(change) => {
            for logged in &change.events {
                let (run, event) = (change.run.id, logged.event.name());
                if let Event::NothingDelivered { failing, by, .. } = &logged.event {
                    let (failing, by) = (failing.join(", "), by.join(", "));
                    tracing::error!(run, failing, told_by = by, "no alert gets through");
                }
                tracing::info!(run, seq = logged.seq, event, "run");
            }
        }
    }
}
