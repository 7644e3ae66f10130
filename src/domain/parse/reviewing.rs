//! Reads how texts are reviewed: what an organisation changes about the rules,
//! and its own words.

use regex::Regex;

use crate::domain::enrich::words::{NAMES, OwnList, folded, is_shipped, shipped_words};
use crate::domain::organisation::{Organisation, OwnWords, Reviewing, RuleSetting};
use crate::domain::review::{Severity, rules};

use super::fields::{Fields, did_you_mean, named};
use super::names::{RULE, Scope, exists};
use super::problems::{Problems, Span};
use super::tree::{Entry, Node, shortened};
use super::{measure, value};

/// How heavy a remark can weigh.
pub(in crate::domain) const SEVERITIES: [&str; 4] = ["block", "warn", "note", "ignore"];

/// How an example of a patient number is written.
const PATTERN: &str = r"'\b[0-9]{7}\b'";

pub(super) fn reviewing(
    fields: &mut Fields<'_>,
    scope: Scope<'_>,
    organisation: &mut Organisation,
) {
    if let Some(node) = fields.get("words") {
        organisation.words = words(node, scope);
    }
    if let Some(node) = fields.get("review") {
        organisation.review = review(node, scope);
    }
}

fn words(node: &Node, scope: Scope<'_>) -> OwnWords {
    let mut own = OwnWords::default();
    let Some(mut fields) = Fields::open(node, node.span, "`words`", scope.problems) else {
        return own;
    };
    for (word, _) in list(&mut fields, "jargon") {
        match word.strip_prefix('-') {
            Some(known) => own.not_jargon.push(known.trim().to_owned()),
            None => own.jargon.push(word),
        }
    }
    for name in NAMES {
        let written = list(&mut fields, name);
        if let Some(list) = own.lists.list_mut(name) {
            *list = own_list(name, written, scope.problems);
        }
    }
    fields.close();
    own
}

/// The words of a list, each with its place; none when it is not there.
fn list(fields: &mut Fields<'_>, name: &'static str) -> Vec<(String, Span)> {
    let words = fields.read(name, |node, p| {
        value::list(node, "[\"word\", \"-word\"]", p, |item, p| {
            Some((value::line(item, p)?, item.span))
        })
    });
    words.unwrap_or_default()
}

/// What is added to a list that mentions are read by, and taken away; words by
/// which nothing changes are remarked upon.
fn own_list(name: &str, written: Vec<(String, Span)>, problems: &Problems) -> OwnList {
    let mut own = OwnList::default();
    for (word, span) in written {
        let (bare, is_less) = match word.strip_prefix('-') {
            Some(bare) => (bare.trim(), true),
            None => (word.trim(), false),
        };
        let folded = folded(bare);
        let shown = shortened(bare);
        if !folded.chars().any(char::is_alphanumeric) {
            let why = format!("`{shown}` has no letters: it is found nowhere");
            problems.warning(span, "word-list", why, "write a word or a few words");
            continue;
        }
        let other = if is_less { &own.more } else { &own.fewer };
        if other.contains(&folded) {
            let why = format!("`{shown}` is added to `{name}` and taken away");
            problems.warning(span, "word-list", why, "keep one of the two");
        } else if is_less && !is_shipped(name, &folded) {
            let why = format!("`{shown}` is not in the list `{name}` that comes with draaiboek");
            let hint = did_you_mean(&folded, shipped_words(name));
            let hint = hint.unwrap_or_else(|| "take it out: nothing changes by it".to_owned());
            problems.warning(span, "word-list", why, hint);
        }
        let list = if is_less {
            &mut own.fewer
        } else {
            &mut own.more
        };
        list.push(folded);
    }
    own
}

fn review(node: &Node, scope: Scope<'_>) -> Reviewing {
    let mut reviewing = Reviewing::default();
    let Some(mut fields) = Fields::open(node, node.span, "`review`", scope.problems) else {
        return reviewing;
    };
    reviewing.patient_number = fields.read("patient_number", pattern);
    if let Some(names) = fields.read("public_names", |node, p| {
        value::list(node, "[\"Given name Surname\"]", p, value::line)
    }) {
        reviewing.public_names = names;
    }
    if let Some(pause) = fields.read("pause", measure::duration) {
        reviewing.pause = pause;
    }
    if let Some(node) = fields.get("rules") {
        reviewing.rules = named(node, "rule", scope.problems)
            .into_iter()
            .filter_map(|entry| rule(entry, scope))
            .collect();
    }
    fields.close();
    reviewing
}

fn rule(entry: &Entry, scope: Scope<'_>) -> Option<RuleSetting> {
    let problems = scope.problems;
    let known = rules::all().map(|rule| rule.id);
    let is_known = exists(&entry.key, entry.key_span, &RULE, problems, known);
    let mut fields = Fields::of(entry, format!("rule `{}`", entry.key), problems)?;
    let severity = fields.demand("severity", "warn", |node, p| {
        value::choice(node, "a severity", &SEVERITIES, p)
    });
    let because = fields.demand("because", "\"why\"", value::text);
    fields.close();
    let severity = match severity? {
        "block" => Some(Severity::Block),
        "warn" => Some(Severity::Warn),
        "note" => Some(Severity::Note),
        _ => None,
    };
    Some(RuleSetting {
        rule: entry.key.clone(),
        severity,
        because: because?,
    })
    .filter(|_| is_known)
}

/// A regular expression. Ours run in linear time, so that one from a file can
/// be slow but never endless.
fn pattern(node: &Node, problems: &Problems) -> Option<String> {
    let written = value::line(node, problems)?;
    match Regex::new(&written) {
        Ok(pattern) if pattern.is_match("") => {
            problems.error(
                node.span,
                "pattern",
                format!("`{}` fits everything, also nothing", shortened(&written)),
                format!("write how the number looks, such as {PATTERN}"),
            );
            None
        }
        Ok(_) => Some(written),
        Err(error) => {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default();
            let why = why.trim_start_matches("error: ").trim();
            problems.error(
                node.span,
                "pattern",
                format!("`{}` is not a pattern: {why}", shortened(&written)),
                format!("write a regular expression, such as {PATTERN}"),
            );
            None
        }
    }
}
