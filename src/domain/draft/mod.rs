//! Renders a statement template into a draft, with visible gaps where a fact
//! is missing.
//!
//! A template is never trusted with logic: `form` reads its tags, `check`
//! refuses every name it does not know, and only then does handlebars see a
//! source in which each tag stands for one ready value. So a crisis cannot
//! find a typing error that the check had not found first, and a fact can
//! hold any text: it is a value, never source.

mod adapt;
mod bilingual;
mod check;
mod form;
mod names;
mod sample;
mod value;
mod words;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use handlebars::{Handlebars, no_escape};
use serde_json::Value;

use super::facts::FactSheet;
use super::organisation::{Channel, Organisation};
use super::playbook::{Aim, Message, Playbook, StatementTemplate};
use super::run::Case;
use super::time::Timestamp;

pub use adapt::{Adapted, closest, is_roomy, limit, measure};
pub use bilingual::render_whole;
pub use check::{Compiled, LONGEST_TEMPLATE, TemplateProblem, check_and_compile, check_template};
pub use names::Names;
pub use sample::sample;
pub use words::{moment, plain};

/// Everything of a run that a text may speak about.
pub struct Setting<'a> {
    pub organisation: &'a Organisation,
    pub playbook: &'a Playbook,
    pub facts: &'a FactSheet,
    pub phases_open: &'a [Aim],
    /// Name of the level the run is at.
    pub level: &'a str,
    /// Whom the text is for, where there is one for each case.
    pub case: Option<&'a Case>,
    pub now: Timestamp,
}

/// A text that a person can work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub text: String,
    /// Names of what shows as a gap, in the order of the text.
    pub gaps: Vec<String>,
    /// Names of the facts the template asks for, known or not.
    pub used: Vec<String>,
    /// What was done to make it fit a channel it was not written for; `None`:
    /// nothing.
    pub adapted: Option<Adapted>,
}

/// Why a template could not be rendered, at its place (counted from 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct RenderProblem {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// A gap on its way through handlebars: controls cannot come from a fact or a
/// template, so nobody can forge one.
const GAP_BEGINS: char = '\u{1}';
const GAP_ENDS: char = '\u{2}';
/// Between the name of a gap and what stands in it, where the template says that.
const GAP_SAYS: char = '\u{3}';

/// The draft of `message` in `language` for a channel. The caller chooses the
/// template with `closest`; one that was not written for the channel is adapted.
pub fn render(
    template: &StatementTemplate,
    message: &Message,
    channel: &str,
    language: &str,
    setting: &Setting<'_>,
) -> Result<Rendered, RenderProblem> {
    let names = Names::of(setting.organisation, setting.playbook, message.per_case);
    let reading = check::read(&template.source, &names);
    if let Some(problem) = reading.problems.into_iter().next() {
        return Err(RenderProblem {
            line: problem.line,
            column: problem.column,
            message: problem.message,
        });
    }
    let values: BTreeMap<String, Value> = reading
        .asks
        .iter()
        .enumerate()
        .map(|(number, ask)| {
            let value = value::of(ask, message, language, setting);
            (form::value_name(number), value)
        })
        .collect();
    let raw = fill(&reading.source, &values)?;
    let wording = words::Wording::of(language, setting.organisation.language);
    let (text, gaps) = show_gaps(&raw, |name, says| match says {
        Some(says) => wording.gap(says),
        None => value::gap_words(name, language, wording, setting),
    });
    let mut rendered = Rendered {
        text: tidy(&text),
        gaps: gaps.iter().map(|(name, _)| name.clone()).collect(),
        used: reading.used,
        adapted: None,
    };
    let mut channels = setting.organisation.channels.iter();
    if let Some(known) = channels.find(|known| known.key == channel) {
        adapt_to(known, template, &gaps, &mut rendered);
    }
    Ok(rendered)
}

/// Where a message goes, as channel and language: each channel of its audiences
/// (or those written), in each language of the audience, none twice.
pub fn places(organisation: &Organisation, message: &Message) -> Vec<(String, String)> {
    let mut places = Vec::new();
    let audiences = message
        .to
        .iter()
        .filter_map(|key| organisation.audience(key));
    for audience in audiences {
        let channels = message.channels.as_ref().unwrap_or(&audience.channels);
        for language in &audience.languages {
            for channel in channels {
                // One text holds both.
                let has_dutch = audience.languages.iter().any(|one| one == "nl");
                if language != "nl" && has_dutch && bilingual::takes_both(organisation, channel) {
                    continue;
                }
                let place = (channel.clone(), language.clone());
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
    }
    places
}

/// Makes the text fit the channel; a gap that was cut out is none any more.
fn adapt_to(
    channel: &Channel,
    template: &StatementTemplate,
    gaps: &[(String, String)],
    rendered: &mut Rendered,
) {
    let is_own = template.channel.as_deref() == Some(channel.key.as_str());
    let (text, mut adapted) = adapt::fit(&rendered.text, channel, !is_own);
    adapted.from = template.channel.clone().filter(|_| !is_own);
    if adapted.is_cut {
        let is_left = |words: &str| text.contains(words) || text.contains(&adapt::respelt(words));
        let left = gaps.iter().filter(|(_, words)| is_left(words));
        rendered.gaps = left.map(|(name, _)| name.clone()).collect();
    }
    rendered.text = text;
    rendered.adapted = Some(adapted).filter(|adapted| *adapted != Adapted::default());
}

/// Sources that stay compiled; an organisation has a few dozen.
const MOST_COMPILED: usize = 256;

thread_local! {
    /// Compiled sources, by source: compiling takes ten times as long as
    /// filling in, and an alert waits for it. Changes no answer.
    static COMPILED: RefCell<Handlebars<'static>> = RefCell::new(empty());
    /// What was compiled already, on whatever thread.
    static AT_HAND: RefCell<Arc<Compiled>> = RefCell::default();
}

/// On this thread, what is filled in from now on need not be compiled when it stands in
/// `compiled`. Changes no answer.
pub fn have_at_hand(compiled: &Arc<Compiled>) {
    AT_HAND.set(Arc::clone(compiled));
}

fn empty() -> Handlebars<'static> {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(no_escape);
    handlebars
}

/// Lets handlebars put the values in their places.
fn fill(source: &str, values: &BTreeMap<String, Value>) -> Result<String, RenderProblem> {
    COMPILED.with_borrow_mut(|compiled| {
        if !compiled.has_template(source) {
            if compiled.get_templates().len() >= MOST_COMPILED {
                *compiled = empty();
            }
            let at_hand = AT_HAND.with_borrow(|known| known.0.get(source).cloned());
            match at_hand {
                Some(template) => compiled.register_template(source, template),
                None => compiled
                    .register_template_string(source, source)
                    .map_err(|error| {
                        let (line, column) = error.pos().unwrap_or((1, 1));
                        RenderProblem {
                            line,
                            column,
                            message: error.reason().to_string(),
                        }
                    })?,
            }
        }
        compiled
            .render(source, values)
            .map_err(|error| RenderProblem {
                line: error.line_no.unwrap_or(1),
                column: error.column_no.unwrap_or(1),
                message: error.reason().to_string(),
            })
    })
}

/// Writes out the gaps, and says which there are: name and words of each.
fn show_gaps(
    raw: &str,
    words: impl Fn(&str, Option<&str>) -> String,
) -> (String, Vec<(String, String)>) {
    let mut text = String::with_capacity(raw.len());
    let mut gaps: Vec<(String, String)> = Vec::new();
    let mut rest = raw;
    while let Some((before, marked)) = rest.split_once(GAP_BEGINS) {
        text.push_str(before);
        let (name, after) = marked.split_once(GAP_ENDS).unwrap_or((marked, ""));
        let (name, says) = match name.split_once(GAP_SAYS) {
            Some((name, says)) => (name, Some(says)),
            None => (name, None),
        };
        let shown = words(name, says);
        text.push_str(&shown);
        if !gaps.iter().any(|(gap, _)| gap == name) {
            gaps.push((name.to_owned(), shown));
        }
        rest = after;
    }
    text.push_str(rest);
    (text, gaps)
}

/// No spaces at line ends, no more than one blank line, none at the edges.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut n_blank = 0;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            n_blank += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if n_blank > 0 { "\n\n" } else { "\n" });
        }
        n_blank = 0;
        tidied.push_str(line);
    }
    tidied
}

#[cfg(test)]
mod tests;
