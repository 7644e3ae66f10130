//! What came of a file of history, told to people and to scripts.

use std::io::IsTerminal;
use std::time::Duration;

use chrono_tz::Tz;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::courier::State;
use crate::cli::print::{safe, table};
use crate::domain::history::{Found, Totals};
use crate::domain::organisation::Organisation;
use crate::domain::time::{Timestamp, format_duration};
use crate::source::open::MentionFile;

/// Rejected records that are named; the rest is only counted.
const MOST_NAMED: usize = 10;

/// See the module.
pub(super) struct Account {
    file: String,
    zone: Tz,
    keep_texts: Duration,
    /// Which header was read as which field.
    mapping: Option<Vec<(&'static str, String)>>,
    preset: Option<&'static str>,
    is_rehearsal: bool,
    pub(super) totals: Totals,
    reasons: Vec<String>,
    /// Records that were in the store before.
    before: u64,
    /// When it was imported to its end, before.
    finished_at: Option<Timestamp>,
    /// What came of it when it was read before, as far as nothing is left to do.
    earlier: Option<Totals>,
    /// Why the file breaks off before its end.
    broken_off: Option<String>,
}

impl Account {
    pub(super) fn new(
        file: &str,
        organisation: &Organisation,
        opened: &MentionFile,
        is_rehearsal: bool,
    ) -> Self {
        let mut totals = Totals::default();
        for watch in &organisation.watches {
            totals.watches.entry(watch.key.clone()).or_default();
        }
        Self {
            file: file.to_owned(),
            zone: organisation.timezone,
            keep_texts: organisation.keep_texts,
            mapping: opened.mapping.clone(),
            preset: opened.preset.map(|preset| preset.name()),
            is_rehearsal,
            totals,
            reasons: Vec::new(),
            before: 0,
            finished_at: None,
            earlier: None,
            broken_off: None,
        }
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// What was stored before belongs to it.
    pub(super) fn go_on(&mut self, state: &State) {
        self.before = state.position;
        self.totals.add(&state.totals);
    }

    /// There was nothing left to do: what came of it then is not new now.
    pub(super) fn was_finished(&mut self, state: State) {
        self.before = state.position;
        self.finished_at = state.finished_at;
        self.earlier = Some(state.totals);
    }

    /// The file breaks off, and not at its end. Where it did so before, and no
    /// record was added since, what came of it is told as of then.
    pub(super) fn breaks_off(&mut self, why: String) {
        self.broken_off = Some(why);
        if self.before > 0 && self.totals.read == self.before {
            let nothing = self
                .totals
                .watches
                .keys()
                .map(|key| (key.clone(), Found::default()));
            let nothing = Totals {
                watches: nothing.collect(),
                ..Totals::default()
            };
            self.earlier = Some(std::mem::replace(&mut self.totals, nothing));
        }
    }

    /// Why the file breaks off before its end.
    pub(super) fn broken_off(&self) -> Option<&str> {
        self.broken_off.as_deref()
    }

    pub(super) fn reject(&mut self, reason: &str) {
        if self.reasons.len() < MOST_NAMED {
            self.reasons.push(reason.to_owned());
        }
    }

    /// Whether anything in the file was a mention.
    pub(super) fn has_mentions(&self) -> bool {
        let totals = self.earlier.as_ref().unwrap_or(&self.totals);
        totals.read > totals.rejected
    }

    /// A bar on a terminal, and only when it takes a while.
    pub(super) fn bar(&self) -> ProgressBar {
        if !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(0);
        let template = "{prefix} {wide_bar} {bytes}/{total_bytes} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(safe(&self.file));
        bar.enable_steady_tick(Duration::from_secs(1));
        bar
    }

    pub(super) fn json(&self) -> Value {
        let mut told = json!({
            "file": self.file,
            "dry_run": self.is_rehearsal,
            "preset": self.preset,
            "columns": self.mapping.as_ref().map(|mapping| {
                mapping.iter().map(|(field, header)| json!([field, header])).collect::<Value>()
            }),
            "records_before": self.before,
            "imported_before_at": self.finished_at,
            "earlier": self.earlier,
            "broken_off": self.broken_off,
            "reasons": self.reasons,
        });
        let totals = serde_json::to_value(&self.totals).unwrap_or_default();
        if let (Some(told), Value::Object(totals)) = (told.as_object_mut(), totals) {
            told.extend(totals);
        }
        told
    }

    pub(super) fn readable(&self) -> String {
        let totals = &self.totals;
        let mut text = String::new();
        if let Some(mapping) = &self.mapping {
            let columns = mapping
                .iter()
                .map(|(field, header)| format!("{field}={header}"));
            let columns = columns.collect::<Vec<_>>().join(", ");
            let whose = self.preset.map_or_else(
                || "a table".to_owned(),
                |preset| format!("an export of {preset}"),
            );
            text.push_str(&format!("{}: {whose}, read as {columns}\n", self.file));
        }
        let would = if self.is_rehearsal {
            " (dry run: nothing is stored)"
        } else {
            ""
        };
        if let Some(earlier) = &self.earlier {
            text.push_str(&self.of_earlier(earlier));
            return safe(text.trim_end());
        }
        text.push_str(&format!(
            "{}: {} records read, {} of them no mention{would}\n",
            self.file, totals.read, totals.rejected
        ));
        let rows: Vec<Vec<String>> = totals
            .watches
            .iter()
            .map(|(watch, found)| {
                vec![
                    watch.clone(),
                    found.matched.to_string(),
                    found.new.to_string(),
                ]
            })
            .collect();
        text.push_str(&format!(
            "\n{}\n",
            table(&["WATCH", "MATCHED", "NEW"], &rows)
        ));
        text.push_str(&format!(
            "{} new, {} known already, {} by our own accounts, {} for no watch\n",
            totals.new, totals.known, totals.ours, totals.unmatched
        ));
        if let (Some(oldest), Some(newest)) = (totals.oldest, totals.newest) {
            let (oldest, newest) = (self.local(oldest), self.local(newest));
            text.push_str(&format!("From {oldest} until {newest} ({})\n", self.zone));
        }
        if totals.only_counted > 0 {
            text.push_str(&format!(
                "{} {} older than {} (`keep_texts`): only counted, without the text\n",
                totals.only_counted,
                if totals.only_counted == 1 {
                    "is"
                } else {
                    "are"
                },
                format_duration(self.keep_texts)
            ));
        }
        if totals.day_only > 0 {
            text.push_str(&format!(
                "{} have a day and no time: for what is usual they are laid evenly over their day, \
                 so hours say little; `baseline` leaves them out\n",
                totals.day_only
            ));
        }
        if totals.rejected > 0 {
            text.push_str("\nNot read as mentions, the first of them:\n");
            for reason in &self.reasons {
                text.push_str(&format!("  {reason}\n"));
            }
        }
        safe(text.trim_end())
    }

    /// Of a file of which nothing was left to read.
    fn of_earlier(&self, earlier: &Totals) -> String {
        let came = format!(
            "{} records, {} of them no mention; {} new then, {} known already, {} by our own \
             accounts, {} for no watch",
            earlier.read,
            earlier.rejected,
            earlier.new,
            earlier.known,
            earlier.ours,
            earlier.unmatched
        );
        let file = &self.file;
        match self.finished_at {
            Some(at) => format!(
                "{file}: imported before, at {}: nothing to do, 0 new (--again reads it once \
                 more).\nWhat came of it then: {came}\n",
                self.local(at)
            ),
            None => format!(
                "{file}: read before as far as it goes: nothing to do, 0 new.\nWhat came of it \
                 then: {came}\n"
            ),
        }
    }

    fn local(&self, at: Timestamp) -> String {
        at.with_timezone(&self.zone)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    }
}
