//! Checks that every message has a text in each language it is written for,
//! and that each text only uses what exists.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::organisation::Organisation;
use crate::domain::playbook::{FactKind, StatementTemplate};

use super::names::{Names, Scope};
use super::problems::{Problems, Span};
use super::seams::{self, Compiled, TemplateMistake, TemplateNames};
use super::source::{Source, SourceFile, without_mark};
use super::tree::{Entry, Node, shortened};
use super::value;
use super::work;

/// A template with its place among the files that were read.
pub(super) struct Read {
    pub template: StatementTemplate,
    pub file: usize,
}

/// Reads the name of a template's file: `NAME.LANG.hbs` or
/// `NAME.LANG.CHANNEL.hbs`.
/// Without an organisation its channels are not known.
pub(super) fn template(
    source: &Source,
    names: Option<&Names>,
    problems: &Problems,
) -> Option<Read> {
    let file = source.path.rsplit('/').next().unwrap_or("");
    let parts: Vec<&str> = file
        .strip_suffix(".hbs")
        .unwrap_or(file)
        .split('.')
        .collect();
    let (name, language, channel) = match parts.as_slice() {
        [name, language] => (*name, *language, None),
        [name, language, channel] => (*name, *language, Some(*channel)),
        _ => {
            problems.error(
                Span::whole(source.file),
                "template-name",
                format!("`{}` is not the name of a template", shortened(file)),
                "call it NAME.LANG.hbs or NAME.LANG.CHANNEL.hbs, such as holding.nl.hbs",
            );
            return None;
        }
    };
    let is_tag = value::is_tag(language);
    let is_channel = names
        .zip(channel)
        .is_none_or(|(names, channel)| names.channels.iter().any(|known| known == channel));
    if !is_tag || !is_channel {
        let wrong = if is_tag {
            channel.unwrap_or("")
        } else {
            language
        };
        let noun = if is_tag { "channel" } else { "language" };
        problems.error(
            Span::whole(source.file),
            "template-name",
            format!(
                "`{}` in the name of this template is no {noun}",
                shortened(wrong)
            ),
            "call it NAME.LANG.hbs or NAME.LANG.CHANNEL.hbs, such as holding.nl.hbs",
        );
        return None;
    }
    Some(Read {
        template: StatementTemplate {
            file: file.to_owned(),
            name: name.to_owned(),
            language: language.to_owned(),
            channel: channel.map(str::to_owned),
            source: source.text.as_str().into(),
        },
        file: source.file,
    })
}

/// Compiles the text of a file before it is known which message uses it.
pub fn compile_ahead(file: &SourceFile, compiled: &mut Compiled) {
    if let Ok(text) = std::str::from_utf8(&file.bytes) {
        compiled.add(without_mark(text));
    }
}

/// All templates, found by name; and what was wrong with each, because playbooks that
/// ask for the same facts need not have a shared text read again. Shared by those who
/// judge several playbooks at once.
pub(super) struct Shelf<'a> {
    templates: &'a [Read],
    by_name: HashMap<&'a str, Vec<StatementTemplate>>,
    /// The number of each file by its name.
    by_file: HashMap<&'a str, usize>,
    /// The facts of messages so far, each set once.
    facts: Mutex<Vec<Facts>>,
    known: Mutex<HashMap<Key, Arc<[TemplateMistake]>>>,
    /// Paths of those that could not be read.
    unread: &'a [String],
    compiled: Mutex<Compiled>,
    /// In how many messages an audience misses a language that no text is in.
    wanted: Mutex<HashMap<(String, String), usize>>,
    /// The files that some message uses.
    used: Mutex<HashSet<usize>>,
}

type Facts = Vec<(String, FactKind)>;

/// The file of a template, and what it may use: which set of facts and whether it has a
/// case.
type Key = (usize, usize, bool);

impl<'a> Shelf<'a> {
    /// `compiled` is what was compiled ahead.
    pub(super) fn new(templates: &'a [Read], unread: &'a [String], compiled: Compiled) -> Self {
        let mut by_name: HashMap<&str, Vec<StatementTemplate>> = HashMap::new();
        for read in templates {
            let same = by_name.entry(&read.template.name).or_default();
            same.push(read.template.clone());
        }
        Self {
            templates,
            by_name,
            by_file: templates
                .iter()
                .map(|read| (read.template.file.as_str(), read.file))
                .collect(),
            facts: Mutex::default(),
            known: Mutex::default(),
            unread,
            compiled: Mutex::new(compiled),
            wanted: Mutex::default(),
            used: Mutex::default(),
        }
    }

    /// Whether some text is in this language, or might be.
    fn has_language(&self, language: &str) -> bool {
        let part = format!(".{language}.");
        self.templates.is_empty()
            || self
                .templates
                .iter()
                .any(|one| one.template.language == language)
            || self.unread.iter().any(|path| path.contains(&part))
    }

    /// What was compiled while they were checked.
    pub(super) fn into_compiled(self) -> Compiled {
        self.compiled
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this text is there, and only cannot be read.
    fn is_unread(&self, name: &str, language: &str) -> bool {
        let beginning = format!("/{name}.{language}.");
        self.unread.iter().any(|path| path.contains(&beginning))
    }

    fn named(&self, name: &str) -> &[StatementTemplate] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The number of a set of facts.
    fn number_of(&self, wanted: &[(&str, FactKind)]) -> usize {
        let mut known = held(&self.facts);
        let is_same = |facts: &Facts| {
            facts.len() == wanted.len()
                && facts
                    .iter()
                    .zip(wanted)
                    .all(|((name, kind), (other, other_kind))| name == other && kind == other_kind)
        };
        known.iter().position(is_same).unwrap_or_else(|| {
            let facts = wanted.iter();
            let facts = facts.map(|(name, kind)| ((*name).to_owned(), *kind));
            known.push(facts.collect());
            known.len() - 1
        })
    }

    fn mistakes(
        &self,
        file: usize,
        source: &str,
        allowed: &TemplateNames<'_>,
        facts: usize,
    ) -> Arc<[TemplateMistake]> {
        let key = (file, facts, allowed.per_case);
        if let Some(known) = held(&self.known).get(&key) {
            return Arc::clone(known);
        }
        let mistakes: Arc<[TemplateMistake]> =
            seams::check_template(source, allowed, &self.compiled).into();
        held(&self.known).insert(key, Arc::clone(&mistakes));
        mistakes
    }
}

fn held<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Checks the templates of every message in the merged tree of a playbook. In a
/// rehearsal (a backtest of a playbook from anywhere) a text that is missing is
/// only a warning: nobody waits for it.
pub(super) fn check(
    root: &Node,
    organisation: &Organisation,
    shelf: &Shelf<'_>,
    is_rehearsal: bool,
    scope: Scope<'_>,
) {
    for (home, noun) in work::homes(root) {
        if noun == "message" {
            for message in home.value.entries() {
                check_message(message, organisation, shelf, is_rehearsal, scope);
            }
        }
    }
}

/// Warns of texts that no message uses: a name that was changed, a channel that nobody
/// is reached through. A language more than an audience has is no mistake. Together,
/// because whoever takes a playbook out leaves all of its texts.
pub(super) fn unused(shelf: &Shelf<'_>, problems: &Problems) {
    let used = held(&shelf.used);
    let of = |read: &&Read| (read.template.name.clone(), read.template.channel.clone());
    let in_use = |read: &&Read| used.contains(&read.file);
    let in_use: HashSet<_> = shelf
        .templates
        .iter()
        .filter(in_use)
        .map(|read| of(&read))
        .collect();
    let left = shelf.templates.iter();
    let left: Vec<&Read> = left.filter(|read| !in_use.contains(&of(read))).collect();
    let Some(first) = left.first() else { return };
    let names = left.iter().map(|read| format!("`{}`", read.template.file));
    let names: Vec<String> = names.take(5).collect();
    let (what, more) = match left.len() {
        1 => ("this text is".to_owned(), String::new()),
        number @ 2..=5 => (
            format!("{number} texts are"),
            format!(": {}", names.join(", ")),
        ),
        number => (
            format!("{number} texts are"),
            format!(": {} …", names.join(", ")),
        ),
    };
    problems.warning(
        Span::whole(first.file),
        "unused-text",
        format!("{what} used by no message{more}"),
        "NAME in NAME.LANG.hbs or NAME.LANG.CHANNEL.hbs is what the message says after `template`; its audience has that language and channel",
    );
}

/// Reports the languages of audiences in which nothing at all is written: that is one
/// mistake, and not one of each message.
pub(super) fn languages(
    root: &Node,
    organisation: &Organisation,
    shelf: &Shelf<'_>,
    scope: Scope<'_>,
) {
    for audience in &organisation.audiences {
        let wanted = held(&shelf.wanted);
        for language in &audience.languages {
            let Some(n_messages) = wanted.get(&(audience.key.clone(), language.clone())) else {
                continue;
            };
            let at = ["audiences", &audience.key, "languages"];
            let messages = match n_messages {
                1 => "a message that has".to_owned(),
                _ => format!("{n_messages} messages that have"),
            };
            scope.problems.error(
                root.place(&at),
                "missing-template",
                format!("audience `{}` gets {messages} no text in `{language}`: no text of yours is in that language", audience.key),
                "take the language out, or write the texts, NAME.LANG.hbs in templates/statements/",
            );
        }
    }
}

fn check_message(
    message: &Entry,
    organisation: &Organisation,
    shelf: &Shelf<'_>,
    is_rehearsal: bool,
    scope: Scope<'_>,
) {
    let written = message.value.get("template");
    let name = written
        .and_then(|entry| entry.value.scalar())
        .unwrap_or(&message.key);
    let all = shelf.named(name);
    let mut missing: Vec<String> = Vec::new();
    let mut used: Vec<&StatementTemplate> = Vec::new();
    let mut nowhere: Vec<(String, String)> = Vec::new();
    for (audience, language, channel) in places(message, organisation) {
        match seams::closest(all, name, &language, &channel, organisation) {
            Some(template) => {
                if !used.iter().any(|one| one.file == template.file) {
                    used.push(template);
                }
            }
            None if shelf.is_unread(name, &language) => {}
            None if !is_rehearsal && !shelf.has_language(&language) => {
                nowhere.push((audience, language));
            }
            None => {
                let file = format!("`{name}.{language}.hbs`");
                if !missing.contains(&file) {
                    missing.push(file);
                }
            }
        }
    }
    nowhere.sort();
    nowhere.dedup();
    for one in nowhere {
        *held(&shelf.wanted).entry(one).or_default() += 1;
    }
    if !missing.is_empty() {
        let at = written.map_or(message.key_span, |entry| entry.value.span);
        let message = format!(
            "message `{}` has no text {}",
            message.key,
            missing.join(", ")
        );
        let hint = match name.contains('.') {
            true => "write only the name, without language and ending: they are added",
            false => "make it in templates/statements/",
        };
        if is_rehearsal {
            scope
                .problems
                .warning(at, "missing-template", message, hint);
        } else {
            scope.problems.error(at, "missing-template", message, hint);
        }
    }
    let allowed = allowed(message, organisation, scope);
    let facts = shelf.number_of(&allowed.facts);
    for template in used {
        let Some(file) = shelf.by_file.get(template.file.as_str()).copied() else {
            continue;
        };
        held(&shelf.used).insert(file);
        for mistake in shelf
            .mistakes(file, &template.source, &allowed, facts)
            .iter()
        {
            let span = Span {
                file,
                line: mistake.line,
                column: mistake.column,
                length: mistake.length,
            };
            scope
                .problems
                .error(span, "template", &mistake.message, &mistake.hint);
        }
    }
}

/// For whom, in which languages, and on which channels a message is published.
fn places(message: &Entry, organisation: &Organisation) -> Vec<(String, String, String)> {
    let names = |key: &str| -> Option<Vec<String>> {
        let items = message.value.get(key)?.value.items();
        Some(
            items
                .iter()
                .filter_map(|item| item.scalar().map(str::to_owned))
                .collect(),
        )
    };
    let channels = names("channels");
    let mut places = Vec::new();
    for audience in names("to").unwrap_or_default() {
        let Some(audience) = organisation.audience(&audience) else {
            continue;
        };
        for language in &audience.languages {
            for channel in channels.as_ref().unwrap_or(&audience.channels) {
                places.push((audience.key.clone(), language.clone(), channel.clone()));
            }
        }
    }
    places
}

fn allowed<'a>(
    message: &Entry,
    organisation: &'a Organisation,
    scope: Scope<'a>,
) -> TemplateNames<'a> {
    let per_case = message
        .value
        .get("per_case")
        .and_then(|entry| entry.value.scalar());
    let facts = scope.local.facts.iter();
    TemplateNames {
        facts: facts.map(|(name, kind)| (name.as_str(), *kind)).collect(),
        contacts: &organisation.contacts,
        roles: scope.names.roles.iter().map(String::as_str).collect(),
        per_case: per_case == Some("true"),
        all: false,
    }
}
