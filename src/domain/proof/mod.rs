//! Fills in every text of every playbook before a crisis does: with nothing known,
//! with everything known, and with facts that somebody wrote to do harm.
//!
//! What fails here would have failed at three in the morning. A text that several
//! messages and channels share is tried once; `check` has said before that its tags
//! are sound, so this is about what comes out.

mod own;

mod source;

mod sheets;

mod verdict;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::draft::{RenderProblem, Rendered, Setting, closest, places, render};
use super::facts::FactSheet;
use super::finding::Severity;
use super::mention::Platform;
use super::organisation::{Channel, Organisation};
use super::playbook::{Aim, Message, Playbook, StatementTemplate};
use super::review;
use super::run::Case;
use super::time::Timestamp;
use crate::domain::answering::CaseKind;

pub use sheets::{Sheet, hostile, minimal};

use sheets::Sheets;

/// What is wrong with a text once it is filled in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trouble {
    /// Which of the templates.
    pub template: usize,
    /// Line, column and length in it, from 1, where that is known.
    pub at: Option<(usize, usize, usize)>,
    pub id: &'static str,
    pub severity: Severity,
    pub message: String,
    pub hint: String,
}

/// One text to try: a template as one message uses it.
pub struct Job<'a> {
    organisation: &'a Organisation,
    playbook: &'a Playbook,
    message: &'a Message,
    template: &'a StatementTemplate,
    /// Which of the templates.
    number: usize,
    language: String,
    /// Channels for which this very text was made, so that nothing cuts it.
    made_for: Vec<&'a Channel>,
    /// Shared with the other texts of its playbook in its language.
    sheets: Arc<Sheets>,
    now: Timestamp,
}

/// Everything that is to be tried, each text once: playbooks that ask for the same
/// facts share it.
pub fn jobs<'a>(
    organisation: &'a Organisation,
    playbooks: &'a [Playbook],
    templates: &'a [StatementTemplate],
    now: Timestamp,
) -> Vec<Job<'a>> {
    let mut by_name: HashMap<(&str, &str), Vec<StatementTemplate>> = HashMap::new();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for (number, template) in templates.iter().enumerate() {
        let key = (template.name.as_str(), template.language.as_str());
        by_name.entry(key).or_default().push(template.clone());
        numbers.insert(&template.file, number);
    }
    let mut known = HashSet::new();
    let mut jobs: Vec<Job<'a>> = Vec::new();
    for playbook in playbooks {
        let kin = kin(playbook);
        let mut sheets: HashMap<String, Arc<Sheets>> = HashMap::new();
        for (_, message) in playbook.messages() {
            let mut own: BTreeMap<(usize, String), (Vec<&'a Channel>, bool)> = BTreeMap::new();
            for (channel, language) in places(organisation, message) {
                let beside = by_name.get(&(message.template.as_str(), language.as_str()));
                let beside = beside.map_or(&[][..], Vec::as_slice);
                let found = closest(beside, &message.template, &language, &channel, organisation);
                let Some(number) = found.and_then(|found| numbers.get(found.file.as_str())) else {
                    continue;
                };
                let is_own = found.is_some_and(|found| found.channel.as_ref() == Some(&channel));
                let (made_for, has_room) = own.entry((*number, language)).or_default();
                made_for.extend(organisation.channel(&channel).filter(|_| is_own));
                let channel = organisation.channel(&channel).filter(|_| !is_own);
                // On a text message alone nobody could read the rest elsewhere.
                match channel.filter(|channel| channel.kind == "sms") {
                    Some(channel) => made_for.push(channel),
                    None => *has_room |= !is_own,
                }
            }
            for ((number, language), (mut made_for, has_room)) in own {
                if has_room {
                    let is_for = |channel: &&Channel| {
                        templates[number].channel.as_deref() == Some(channel.key.as_str())
                    };
                    made_for.retain(is_for);
                }
                let signer = (&message.role, &message.kind, message.per_case);
                let key = hashed(&(number, &language, kin, signer));
                if known.insert(key) {
                    let sheets = sheets.entry(language.clone()).or_default();
                    jobs.push(Job {
                        sheets: Arc::clone(sheets),
                        organisation,
                        playbook,
                        message,
                        template: &templates[number],
                        number,
                        language,
                        made_for,
                        now,
                    });
                }
            }
        }
    }
    jobs
}

/// What of a playbook shows in its texts, and in how they are judged.
fn kin(playbook: &Playbook) -> u64 {
    let facts: Vec<String> = playbook
        .facts
        .iter()
        .map(|fact| format!("{fact:?}"))
        .collect();
    let avoid: Vec<String> = playbook
        .avoid
        .iter()
        .map(|one| format!("{one:?}"))
        .collect();
    let levels: Vec<&str> = playbook
        .levels
        .iter()
        .map(|level| level.name.as_str())
        .collect();
    hashed(&(facts, avoid, levels))
}

fn hashed(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Job<'_> {
    /// What is wrong with this text; none when it can be trusted.
    pub fn tried(&self) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        let minimal = self.filled(Sheet::Minimal, &mut troubles);
        let full = self.filled(Sheet::Full, &mut troubles);
        let hostile = self.filled(Sheet::Hostile, &mut troubles);
        if let Some(minimal) = &minimal {
            self.empty(Sheet::Minimal, minimal, &mut troubles);
            self.too_long(minimal, &mut troubles);
        }
        if let Some(full) = &full {
            if minimal
                .as_ref()
                .is_none_or(|minimal| !minimal.text.is_empty())
            {
                self.empty(Sheet::Full, full, &mut troubles);
            }
            self.gaps(full, &mut troubles);
            self.blocked(&full.text, &mut troubles, true);
        }
        // What stands for when something is not so, is shown by nothing known.
        let has_other = ["{{else", "{{#unless"]
            .iter()
            .any(|one| self.template.source.contains(one));
        if let Some((minimal, full)) = minimal.as_ref().zip(full.as_ref())
            && has_other
        {
            let others = verdict::only_in(&minimal.text, &full.text);
            if !others.is_empty() {
                self.blocked(&others, &mut troubles, false);
            }
        }
        if let Some((minimal, full)) = minimal.as_ref().zip(full.as_ref()) {
            let own = own::troubles(self, minimal, full);
            let has_language = !own.iter().any(|one| one.id == "text-language");
            if !has_language {
                // Words of another language are looked for in vain.
                troubles.retain(|one| !one.message.starts_with(ASKS_FOR_MORE));
            }
            troubles.extend(own);
            troubles.extend(source::troubles(self, has_language));
        }
        if let Some(hostile) = &hostile
            // The marks that a hostile fact stands between say nothing here.
            && !self.template.source.contains(sheets::MARKS.0)
            && let Some(what) = verdict::unsafe_in(&hostile.text)
        {
            troubles.push(self.error(
                "text-unsafe",
                format!("what somebody writes into a fact of `{}` gets out {what}", self.message.name),
                "nobody wants this in a public text: tell the makers of draaiboek, and leave the fact out of this text",
            ));
        }
        troubles
    }

    fn filled(&self, sheet: Sheet, troubles: &mut Vec<Trouble>) -> Option<Rendered> {
        let facts = self.sheets.get(sheet, || {
            sheet.facts(self.organisation, self.playbook, &self.language, self.now)
        });
        match self.render(sheet, facts) {
            Ok(rendered) => Some(rendered),
            Err(problem) => {
                let mut trouble = self.error(
                    "text-fails",
                    format!(
                        "the text of `{}` cannot be made {}: {}",
                        self.message.name,
                        sheet.words(),
                        problem.message
                    ),
                    "mend this tag; `draaiboek render` shows the text",
                );
                trouble.at = Some((problem.line, problem.column, 1));
                troubles.push(trouble);
                None
            }
        }
    }

    fn render(&self, sheet: Sheet, facts: &FactSheet) -> Result<Rendered, RenderProblem> {
        let case = Case {
            name: sheet.name().to_owned(),
            platform: Platform::Facebook,
            url: None,
            opened_at: self.now,
            kind: CaseKind::Complaint,
            signs: None,
            decision: None,
            closed: None,
            reopened_at: None,
        };
        let levels = &self.playbook.levels;
        let level = match sheet {
            Sheet::Minimal => levels.first(),
            Sheet::Full | Sheet::Hostile => levels.last(),
        };
        let open: &[Aim] = match sheet {
            Sheet::Minimal => &[],
            Sheet::Full | Sheet::Hostile => &Aim::ALL,
        };
        let setting = Setting {
            organisation: self.organisation,
            playbook: self.playbook,
            facts,
            phases_open: open,
            level: level.map_or("", |level| &level.name),
            case: self.message.per_case.then_some(&case),
            now: self.now,
        };
        // No channel: nothing is cut, so all of it is seen.
        render(self.template, self.message, "", &self.language, &setting)
    }

    fn empty(&self, sheet: Sheet, rendered: &Rendered, troubles: &mut Vec<Trouble>) {
        if rendered.text.is_empty() {
            troubles.push(self.warning(
                "text-empty",
                format!(
                    "the text of `{}` is empty {}",
                    self.message.name,
                    sheet.words()
                ),
                "write a sentence that stands outside every {{#if …}} and {{#known …}}",
            ));
        }
    }

    /// What stays open although everything is known; what only a person can write,
    /// and who signs, are not for the fact sheet.
    fn gaps(&self, full: &Rendered, troubles: &mut Vec<Trouble>) {
        let open = full
            .gaps
            .iter()
            .filter(|gap| *gap != "personal" && *gap != "signature");
        let open: Vec<&str> = open.map(String::as_str).collect();
        if !open.is_empty() {
            let mut trouble = self.warning(
                "text-gap",
                format!(
                    "`{}` keeps a gap even when every fact is known: {}",
                    self.message.name,
                    open.join(", ")
                ),
                "take that tag out, or give the message what it asks for, such as `per_case: true`",
            );
            trouble.at = open
                .first()
                .and_then(|gap| place_in(&self.template.source, gap));
            troubles.push(trouble);
        }
    }

    /// Nothing shortens a text that was made for its channel.
    fn too_long(&self, minimal: &Rendered, troubles: &mut Vec<Trouble>) {
        let bare = verdict::without_gaps(&minimal.text);
        for channel in &self.made_for {
            let Some((length, limit)) = verdict::over(channel, &bare) else {
                continue;
            };
            troubles.push(self.warning(
                "text-too-long",
                format!(
                    "the text of `{}` is {length} long on `{}` before any fact is in it, and {limit} fit there",
                    self.message.name, channel.key
                ),
                "make it shorter; `draaiboek render` shows how long it is",
            ));
        }
    }

    /// What review will not let out, or will point out, whatever the facts are.
    /// `is_whole`: also what it lacks.
    fn blocked(&self, text: &str, troubles: &mut Vec<Trouble>, is_whole: bool) {
        let mut lacks: Vec<verdict::Block> = Vec::new();
        let mut is_vague = false;
        for block in verdict::remarks(
            self.organisation,
            self.playbook,
            self.message,
            &self.language,
            text,
            self.now,
        ) {
            let is_lack = block.rule.starts_with("ingredients-")
                || (block.rule == "next-update-missing" && block.words.is_empty());
            if is_lack {
                lacks.push(block);
                continue;
            }
            // No moment because the words for it are vague is said once.
            if block.rule.starts_with("next-update-") && std::mem::replace(&mut is_vague, true) {
                continue;
            }
            // Only what stands in the template itself: the facts are examples.
            let Some(at) = place_in(&self.template.source, &block.words) else {
                continue;
            };
            let name = &self.message.name;
            let why = format!("({}): {}", block.rule, block.message);
            let mut trouble = match block.severity {
                review::Severity::Block => self.warning(
                    "review-block",
                    format!("review will not release `{name}` {why}"),
                    "",
                ),
                _ => self.warning(
                    "review-warn",
                    format!("review will point out of `{name}` {why}"),
                    "",
                ),
            };
            trouble.hint = format!("{} `draaiboek rules {}` says why", block.advice, block.rule);
            trouble.at = Some(at);
            // Several words of one mistake, or the same words in both fillings.
            let is_said = troubles
                .iter()
                .any(|one| one.at.map(|at| at.0) == Some(at.0) && one.hint == trouble.hint);
            if !is_said {
                troubles.push(trouble);
            }
        }
        if is_whole {
            self.lacking(lacks, troubles);
        }
    }

    /// What a message of its kind needs and the text has not, however much is known; a
    /// short one for a channel of its own says where to read the rest.
    fn lacking(&self, lacks: Vec<verdict::Block>, troubles: &mut Vec<Trouble>) {
        let is_sketch = own_words(&self.template.source) < SKETCH;
        if self.template.channel.is_some() || lacks.is_empty() || is_sketch {
            return;
        }
        let said: Vec<&str> = lacks.iter().map(|one| one.message.as_str()).collect();
        let mut trouble = self.warning(
            "review-warn",
            format!(
                "{ASKS_FOR_MORE} of `{}`: {}",
                self.message.name,
                said.join("; ")
            ),
            "",
        );
        trouble.hint = format!(
            "{} `draaiboek rules {}` says why",
            lacks[0].advice, lacks[0].rule
        );
        // What is lacking has no place; mostly it stood where the wrong words stand now.
        let words = troubles.iter().filter(|one| one.id.starts_with("review-"));
        let words = words.filter_map(|one| one.at);
        trouble.at = words.min().or(Some((1, 1, 1)));
        troubles.push(trouble);
    }

    fn error(&self, id: &'static str, message: String, hint: &str) -> Trouble {
        Trouble {
            template: self.number,
            at: None,
            id,
            severity: Severity::Error,
            message,
            hint: hint.to_owned(),
        }
    }

    fn warning(&self, id: &'static str, message: String, hint: &str) -> Trouble {
        Trouble {
            severity: Severity::Warning,
            ..self.error(id, message, hint)
        }
    }
}

/// How it is said that a text lacks something.
const ASKS_FOR_MORE: &str = "review will ask for more";

/// A template of fewer words of its own is written in the crisis itself.
const SKETCH: usize = 25;

/// How many words stand between the tags of a template.
fn own_words(source: &str) -> usize {
    let pieces = source.split("{{");
    let outside = pieces.map(|piece| piece.split_once("}}").map_or(piece, |(_, rest)| rest));
    outside.map(|text| text.split_whitespace().count()).sum()
}

/// Where words stand in a template, counted in characters from 1.
fn place_in(source: &str, words: &str) -> Option<(usize, usize, usize)> {
    if words.trim().is_empty() {
        return None;
    }
    let first = words.lines().next()?.trim_end();
    let at = source.find(first)?;
    let before = &source[..at];
    let begins = before.rfind('\n').map_or(0, |newline| newline + 1);
    Some((
        before.matches('\n').count() + 1,
        before[begins..].chars().count() + 1,
        first.chars().count().max(1),
    ))
}

#[cfg(test)]
mod tests;
