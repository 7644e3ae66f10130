//! Warns of conditions that wait for what nobody delivers: a platform without a
//! source, followers that feeds do not tell, a list without accounts, days that
//! are not kept.

use std::time::Duration;

use crate::domain::mention::Platform;
use crate::domain::organisation::{Organisation, SourceKind, Watch};
use crate::domain::time::{format_duration, parse_duration};

use super::problems::Problems;
use super::seams::{self, Vocabulary};
use super::tree::{Entry, Node};

/// Conditions that count mentions, and so can be narrowed.
const COUNTING: [&str; 9] = [
    "mentions",
    "authors",
    "voices",
    "platforms",
    "reach",
    "engagement",
    "negative",
    "need",
    "rumour",
];

/// See the module. Tests are left out: they bring their own mentions.
pub(super) fn check(root: &Node, watch: &str, organisation: &Organisation, problems: &Problems) {
    let heard = Heard {
        organisation,
        watch,
        problems,
    };
    for entry in root.entries().iter().filter(|entry| entry.key != "tests") {
        heard.entry(entry);
    }
}

struct Heard<'a> {
    organisation: &'a Organisation,
    /// Which the playbook follows.
    watch: &'a str,
    problems: &'a Problems,
}

impl Heard<'_> {
    fn entry(&self, entry: &Entry) {
        let is_map = !entry.value.entries().is_empty();
        match entry.key.as_str() {
            key if is_map && COUNTING.contains(&key) => self.counting(entry),
            "same_author" if is_map => self.same_author(&entry.value),
            "unanswered" if is_map => self.kept(&entry.value, "older_than"),
            _ => {}
        }
        self.inside(&entry.value);
    }

    fn inside(&self, node: &Node) {
        for entry in node.entries() {
            self.entry(entry);
        }
        for item in node.items() {
            self.inside(item);
        }
    }

    fn counting(&self, entry: &Entry) {
        if let Some(platforms) = entry.value.get("platforms") {
            for node in platforms.value.items() {
                self.platform(node);
            }
        }
        let of = entry.value.get("watch").and_then(|of| of.value.scalar());
        let mut watches = self.organisation.watches.iter();
        let watch = watches.find(|watch| watch.key == of.unwrap_or(self.watch));
        if let Some(lists) = entry.value.get("by") {
            for node in lists.value.items() {
                self.list(node);
                self.ignored(node, watch);
            }
        }
        if let Some((matching, watch)) = entry.value.get("matching").zip(watch) {
            self.outside(&matching.value, watch);
        }
        match entry.key.as_str() {
            "reach" => self.only_feeds(entry, "how many followers somebody has"),
            "engagement" => self.only_feeds(entry, "likes, reposts and replies"),
            "platforms" => self.so_many(&entry.value, "at_least"),
            _ => {}
        }
    }

    fn same_author(&self, node: &Node) {
        self.kept(node, "within");
        self.so_many(node, "on_platforms");
    }

    fn has_sources(&self) -> bool {
        !self.organisation.sources.is_empty()
    }

    fn platform(&self, node: &Node) {
        let Some(platform) = node.scalar().and_then(platform) else {
            return;
        };
        if self.has_sources() && self.organisation.source_of(platform).is_none() {
            self.problems.warning(
                node.span,
                "not-heard",
                format!(
                    "no source delivers `{}`, so nothing is ever counted here",
                    platform.name()
                ),
                "add a source for it under `sources` in draaiboek.yaml, or take it out",
            );
        }
    }

    fn list(&self, node: &Node) {
        let named = node.scalar();
        let mut lists = self.organisation.lists.iter();
        let list = lists.find(|list| Some(list.key.as_str()) == named);
        if let Some(list) = list.filter(|list| list.accounts.is_empty()) {
            self.problems.warning(
                node.span,
                "empty-list",
                format!(
                    "the list `{}` has no accounts, so nothing is ever counted here",
                    list.key
                ),
                "write accounts or sites under `lists` in draaiboek.yaml, or in its file",
            );
        }
    }

    /// Posts by a list that the watch leaves out.
    fn ignored(&self, node: &Node, watch: Option<&Watch>) {
        let named = node.scalar().unwrap_or_default();
        if let Some(watch) = watch.filter(|watch| watch.ignore.iter().any(|list| list == named)) {
            self.problems.warning(
                node.span,
                "not-heard",
                format!(
                    "the watch `{}` ignores the list `{named}`, so nothing is ever counted here",
                    watch.key
                ),
                "take the list out of `ignore`, or out of this condition",
            );
        }
    }

    /// Words that the watch rules out, so that no mention of it has them.
    fn outside(&self, node: &Node, watch: &Watch) {
        let can_exclude = watch.query.contains("NOT") || watch.query.contains('-');
        let mut queries = self.organisation.queries.iter();
        let named = queries.find(|(name, _)| Some(name.as_str()) == node.scalar());
        let Some((name, query)) = named.filter(|_| can_exclude) else {
            return;
        };
        if seams::rules_out(&watch.query, query, &Vocabulary::of(self.organisation)) {
            self.problems.warning(
                node.span,
                "not-heard",
                format!(
                    "the watch `{}` rules out what `{name}` asks for, so nothing is ever counted here",
                    watch.key
                ),
                "take the words out of the NOT of the watch, or count something else",
            );
        }
    }

    /// Feeds tell what was written, and nothing about who reads it.
    fn only_feeds(&self, entry: &Entry, what: &str) {
        let sources = &self.organisation.sources;
        let is_feed = |kind: &SourceKind| matches!(kind, SourceKind::Feed { .. });
        if self.has_sources() && sources.iter().all(|source| is_feed(&source.kind)) {
            self.problems.warning(
                entry.key_span,
                "not-heard",
                format!("every source is a feed, and a feed does not tell {what}"),
                "add a source of kind push, or count `mentions` or `authors`",
            );
        }
    }

    /// More platforms are asked for than there are sources for.
    fn so_many(&self, node: &Node, key: &str) {
        let Some(entry) = node.get(key) else { return };
        let wanted = entry
            .value
            .scalar()
            .and_then(|written| written.parse().ok());
        let Some(wanted) = wanted.filter(|wanted: &usize| *wanted > 0) else {
            return;
        };
        let heard = Platform::ALL
            .into_iter()
            .filter(|platform| self.organisation.source_of(*platform).is_some());
        let n_heard = heard.count();
        if self.has_sources() && wanted > n_heard {
            self.problems.warning(
                entry.key_span,
                "not-heard",
                format!("this asks for {wanted} platforms, and the sources deliver {n_heard}"),
                "add a source under `sources` in draaiboek.yaml, or ask for fewer",
            );
        }
    }

    /// What is older than what is kept cannot be looked at.
    fn kept(&self, node: &Node, key: &str) {
        let Some(entry) = node.get(key) else { return };
        let written = entry.value.scalar().unwrap_or_default();
        let kept: Duration = self.organisation.keep_texts;
        if parse_duration(written).is_ok_and(|length| length > kept) {
            self.problems.warning(
                entry.value.span,
                "not-kept",
                format!(
                    "mentions are kept for {}, so nothing older than that is found",
                    format_duration(kept)
                ),
                "write a shorter time, or a longer `organisation.keep_texts`",
            );
        }
    }
}

fn platform(written: &str) -> Option<Platform> {
    let mut all = Platform::ALL.into_iter();
    all.find(|platform| platform.name() == written)
}
