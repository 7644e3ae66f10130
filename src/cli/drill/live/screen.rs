//! What a facilitator sees: a line for everything that happens, and where
//! stdout is a terminal a status line below them.

use std::collections::{BTreeMap, VecDeque};
use std::io::{IsTerminal, Write};

use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::cli::print::safe;
use crate::domain::organisation::Organisation;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;
use crate::domain::timeline::{Names, sentence};
use crate::store::{Store, StoreError};

/// Events that say nothing a facilitator waits for.
const QUIET: [&str; 9] = [
    "alarm_due",
    "delivered",
    "hold_ended",
    "informed",
    "condition_holds",
    "condition_ended",
    "errand_due",
    "message_called",
    "draft_rendered",
];

/// How long mentions are counted for the status line.
const MINUTES_COUNTED: i64 = 10;

/// See the module.
#[derive(Debug)]
pub(super) struct Screen {
    zone: Tz,
    is_terminal: bool,
    /// Entries of each run's log that were told.
    n_told: BTreeMap<RunId, usize>,
    /// When the latest mentions came.
    mentions: VecDeque<Timestamp>,
    status: String,
}

impl Screen {
    pub(super) fn new(zone: Tz) -> Self {
        Self {
            zone,
            is_terminal: std::io::stdout().is_terminal(),
            n_told: BTreeMap::new(),
            mentions: VecDeque::new(),
            status: String::new(),
        }
    }

    /// One line, with the time of the story before it.
    pub(super) fn say(&mut self, at: Timestamp, text: &str) {
        let clock = at.with_timezone(&self.zone).format("%H:%M:%S");
        let text = safe(&text.replace('\n', " "));
        self.print(&format!("{clock}  {text}"));
    }

    /// Text as it is: answers to what was typed.
    pub(super) fn print(&mut self, text: &str) {
        let mut out = std::io::stdout().lock();
        let shown = match self.is_terminal {
            true => format!("\r\x1b[K{text}\n{}", self.status),
            false => format!("{text}\n"),
        };
        // Nobody reading any more is no reason to stop a drill.
        let _ = out.write_all(shown.as_bytes());
        let _ = out.flush();
    }

    pub(super) fn heard(&mut self, at: Timestamp) {
        self.mentions.push_back(at);
    }

    /// The line below: shown where there is a terminal.
    pub(super) fn status(&mut self, now: Timestamp, speed: &str, next: Option<Timestamp>) {
        let since = now - TimeDelta::minutes(MINUTES_COUNTED);
        while self.mentions.front().is_some_and(|at| *at <= since) {
            self.mentions.pop_front();
        }
        if !self.is_terminal {
            return;
        }
        let clock = |at: Timestamp| at.with_timezone(&self.zone).format("%H:%M:%S").to_string();
        let next = next.map_or_else(String::new, |next| format!(", next {}", clock(next)));
        let status = format!(
            "[{} {speed}{next}, {} mentions in {MINUTES_COUNTED}m] > ",
            clock(now),
            self.mentions.len()
        );
        if status != self.status {
            let mut out = std::io::stdout().lock();
            let _ = out.write_all(format!("\r\x1b[K{status}").as_bytes());
            let _ = out.flush();
            self.status = status;
        }
    }

    /// What was told before a restart is not told again.
    pub(super) fn skip_past(&mut self, store: &Store) -> Result<(), StoreError> {
        for row in store.runs()? {
            self.n_told.insert(row.id, store.log(row.id)?.len());
        }
        Ok(())
    }

    /// Tells what happened in the runs since it was last asked.
    pub(super) fn tell(
        &mut self,
        store: &Store,
        organisation: &Organisation,
    ) -> Result<(), StoreError> {
        let mut rows = store.runs()?;
        rows.reverse();
        for row in rows {
            let log = store.log(row.id)?;
            let n_told = self.n_told.insert(row.id, log.len()).unwrap_or(0);
            if log.len() <= n_told {
                continue;
            }
            let Some((run, pinned)) = store.run(row.id)? else {
                continue;
            };
            let names = Names {
                playbook: &pinned.playbook,
                organisation,
                run: Some(&run),
            };
            for logged in &log[n_told..] {
                if !QUIET.contains(&logged.event.name()) {
                    let said = sentence(logged, names, organisation.language);
                    self.say(logged.at, &format!("run {}: {said}", row.id));
                }
            }
        }
        Ok(())
    }
}
