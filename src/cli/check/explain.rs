//! `draaiboek check --explain ID`: what a finding means, why it matters when nobody
//! has time, and how it is mended.
//!
//! `docs/findings.md` is the only place where this stands; it is part of the
//! program, and `tests/it/findings.rs` plays every example in it.

use std::process::ExitCode;

use crate::cli::print::{failed, say, wrap};
use crate::cli::review::meant;
use crate::domain::review::rules;

/// The page, a section for each finding.
const PAGE: &str = include_str!("../../../docs/findings.md");

/// One finding, explained.
#[derive(Debug, Clone)]
pub struct Explained {
    pub id: &'static str,
    /// `error`, `warning`, or both where it depends.
    pub severity: &'static str,
    /// In one sentence, without a full stop.
    pub what: &'static str,
    /// Why it matters, as paragraphs of the page.
    pub why: String,
    /// What is wrong and what is right, as files.
    pub wrong: Option<&'static str>,
    pub right: Option<&'static str>,
}

/// Everything that is explained, in the order of the page.
pub fn all() -> Vec<Explained> {
    PAGE.split("\n## `").skip(1).filter_map(section).collect()
}

/// The finding with this name.
pub fn named(id: &str) -> Option<Explained> {
    all().into_iter().find(|known| known.id == id)
}

fn section(text: &'static str) -> Option<Explained> {
    let (id, rest) = text.split_once("`\n")?;
    let (head, body) = rest.trim_start().split_once('\n').unwrap_or((rest, ""));
    let (severity, what) = head.split_once(": ")?;
    let block = |label: &str| {
        let (_, after) = body.split_once(label)?;
        let (_, after) = after.split_once("```")?;
        let (_, after) = after.split_once('\n')?;
        after.split("```").next()
    };
    let why = body.split("\nWrong:").next().unwrap_or(body);
    Some(Explained {
        id,
        severity,
        what: what.trim_end_matches('.'),
        why: why.trim().to_owned(),
        wrong: block("\nWrong:"),
        right: block("\nRight:"),
    })
}

/// Prints one.
pub(super) fn run(id: &str) -> ExitCode {
    match shown(id) {
        Ok(shown) => {
            say(&shown);
            ExitCode::SUCCESS
        }
        Err(why) => failed(&why),
    }
}

fn shown(id: &str) -> Result<String, String> {
    if let Some(known) = named(id) {
        return Ok(in_words(&known));
    }
    if let Some(rule) = rules::named(id) {
        return Ok(format!(
            "{id} is a rule of review: {}\n\n{}\n\n`draaiboek rules {id}` says how heavy it is here.",
            rule.title.1,
            wrap(rule.why.1, 78).join("\n")
        ));
    }
    let all = all();
    let known = all.iter().map(|known| known.id);
    let known: Vec<&str> = known.chain(rules::all().map(|rule| rule.id)).collect();
    Err(format!(
        "there is no finding `{id}`{}; docs/findings.md lists them",
        meant(id, &known)
    ))
}

fn in_words(known: &Explained) -> String {
    let mut shown = format!("{}[{}]: {}\n", known.severity, known.id, known.what);
    for paragraph in known.why.split("\n\n") {
        shown.push('\n');
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        for line in wrap(&line, 78) {
            shown.push_str(&format!("{line}\n"));
        }
    }
    for (label, example) in [("Wrong", known.wrong), ("Right", known.right)] {
        if let Some(example) = example {
            shown.push_str(&format!("\n{label}:\n\n"));
            for line in example.trim_end().lines() {
                shown.push_str(&format!("    {line}\n"));
            }
        }
    }
    shown.trim_end().to_owned()
}
