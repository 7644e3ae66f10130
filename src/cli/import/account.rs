//! What came of a file of history, told to people and to scripts.

use std::io::IsTerminal;
use std::time::Duration;

use chrono_tz::Tz;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::courier::State;
use crate::cli::print::{safe, table};
use crate::domain::history::Totals;
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
        }
    }

    /// What was stored before belongs to it.
    pub(super) fn go_on(&mut self, state: &State) {
        self.before = state.position;
        self.totals.add(&state.totals);
    }

    /// There was nothing left to do.
    pub(super) fn was_finished(&mut self, state: State) {
        self.go_on(&state);
        self.finished_at = state.finished_at;
    }

    pub(super) fn reject(&mut self, reason: &str) {
        if self.reasons.len() < MOST_NAMED {
            self.reasons.push(reason.to_owned());
        }
    }

    /// Whether anything in the file was a mention.
    pub(super) fn has_mentions(&self) -> bool {
        self.totals.read > self.totals.rejected
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
        text.push_str(&format!(
            "{}: {} records read, {} of them no mention{would}\n",
            self.file, totals.read, totals.rejected
        ));
        if let Some(at) = self.finished_at {
            let at = self.local(at);
            text.push_str(&format!(
                "It was imported before, at {at}: nothing to do (--again reads it once more).\n"
            ));
        }
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
                "{} are older than {} (`keep_texts`): they count, their texts are not kept\n",
                totals.only_counted,
                format_duration(self.keep_texts)
            ));
        }
        if totals.day_only > 0 {
            text.push_str(&format!(
                "{} have a day and no time: they count at midnight, and hours say little\n",
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

    fn local(&self, at: Timestamp) -> String {
        at.with_timezone(&self.zone)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    }
}
