//! Every name that something can refer to, and the check that it exists.
//!
//! Names are collected from the tree before anything is read, so that a mistake
//! inside a role is reported once and not again wherever the role is used.

use crate::domain::facts::ALWAYS;
use crate::domain::playbook::FactKind;

use super::fields::{did_you_mean, listed, nearest};
use super::problems::{Problems, Span};
use super::tree::{Node, Value, shortened};
use super::value::word;

/// A kind of thing with a name.
pub(super) struct Kind {
    pub noun: &'static str,
    /// The rule that is broken when a name does not exist.
    pub id: &'static str,
    /// Where these names are written.
    pub home: &'static str,
}

macro_rules! kinds {
    ($($kind:ident $noun:literal $id:literal $home:literal;)*) => {
        $(pub(super) const $kind: Kind = Kind { noun: $noun, id: $id, home: $home };)*
    };
}

kinds! {
    PERSON "person" "unknown-person" "`team` in draaiboek.yaml";
    ROLE "role" "unknown-role" "`roles` in draaiboek.yaml";
    LEVEL "level" "unknown-level" "`levels` in draaiboek.yaml";
    PARTNER "partner" "unknown-partner" "`partners` in draaiboek.yaml";
    WEBHOOK "webhook" "unknown-webhook" "`webhooks` in draaiboek.yaml";
    WEBHOOK_TEMPLATE "webhook template" "missing-webhook-template" "templates/webhooks/NAME.hbs";
    LIST "list" "unknown-list" "`lists` in draaiboek.yaml";
    QUERY "query" "unknown-query" "`queries` in draaiboek.yaml";
    WATCH "watch" "unknown-watch" "`watches` in draaiboek.yaml";
    SOURCE "source" "unknown-source" "`sources` in draaiboek.yaml";
    CHANNEL "channel" "unknown-channel" "`channels` in draaiboek.yaml";
    CONTACT "contact" "unknown-contact" "`contacts` in draaiboek.yaml";
    AUDIENCE "audience" "unknown-audience" "`audiences` in draaiboek.yaml";
    FACT "fact" "unknown-fact" "`facts` of this playbook";
    TASK "task" "unknown-task" "the tasks of this playbook";
    MESSAGE "message" "unknown-message" "the messages of this playbook";
    ITEM "task or message" "unknown-task" "the tasks and messages of this playbook";
    TRIGGER "trigger" "unknown-trigger" "`triggers` of this playbook";
    OPTION "option" "unknown-option" "the `options` of this task";
    PLAYBOOK "playbook" "unknown-playbook" "the files in playbooks/";
    RULE "rule" "unknown-rule" "`draaiboek rules`";
    READER "role or person" "unknown-reader" "`roles` and `team` in draaiboek.yaml";
    PERSONA "persona" "unknown-persona" "`personas` of this scenario";
}

/// The names in `draaiboek.yaml`.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub people: Vec<String>,
    pub roles: Vec<String>,
    pub levels: Vec<String>,
    pub partners: Vec<String>,
    pub webhooks: Vec<String>,
    pub lists: Vec<String>,
    pub queries: Vec<String>,
    pub watches: Vec<String>,
    pub sources: Vec<String>,
    pub channels: Vec<String>,
    pub contacts: Vec<String>,
    pub audiences: Vec<String>,
}

/// The ladder when the organisation does not write one.
pub(super) const LEVELS: [&str; 3] = ["attention", "incident", "crisis"];

impl Names {
    pub(super) fn of(organisation: &Node) -> Self {
        // What is misspelt is reported there, and not wherever its names are used.
        let misspelt = |key: &str| {
            let mut entries = organisation.entries().iter();
            let is_key = |written: &str| SECTIONS.contains(&written);
            entries.find(|one| !is_key(&one.key) && nearest(&one.key, SECTIONS) == Some(key))
        };
        let keys = |key: &str| {
            let entry = organisation.get(key).or_else(|| misspelt(key));
            let mut names = entry.map_or_else(Vec::new, |entry| names_in(&entry.value));
            // What stands twice is reported there too.
            let mut same = organisation.entries().iter().filter(|one| one.key == key);
            same.next();
            names.extend(same.flat_map(|entry| names_in(&entry.value)));
            if key == "contacts" {
                let meant: Vec<String> = names.iter().map(|name| meant(name, false)).collect();
                names.extend(meant);
            }
            names
        };
        let mut levels = keys("levels");
        if levels.is_empty() {
            levels = LEVELS.map(str::to_owned).to_vec();
        }
        Self {
            people: keys("team"),
            roles: keys("roles"),
            levels,
            partners: keys("partners"),
            webhooks: keys("webhooks"),
            lists: keys("lists"),
            queries: keys("queries"),
            watches: keys("watches"),
            sources: keys("sources"),
            channels: keys("channels"),
            contacts: keys("contacts"),
            audiences: keys("audiences"),
        }
    }
}

/// The keys of draaiboek.yaml.
const SECTIONS: [&str; 24] = [
    "organisation",
    "levels",
    "team",
    "away",
    "roles",
    "partners",
    "mail",
    "webhooks",
    "web",
    "heartbeat",
    "drill",
    "reload",
    "lists",
    "queries",
    "watches",
    "sources",
    "words",
    "calendar",
    "channels",
    "own_accounts",
    "contacts",
    "audiences",
    "review",
    "every_playbook",
];

/// As written; and one that cannot be a name also as it was probably meant, because
/// that mistake is reported where the name is chosen.
pub(super) fn names_in(node: &Node) -> Vec<String> {
    let mut names = Vec::new();
    for entry in node.entries() {
        let meant = meant(&entry.key, true);
        if meant != entry.key {
            names.push(meant);
        }
        names.push(entry.key.clone());
    }
    names
}

/// A name with the letters that it may have; `dash` says whether `-` is one.
pub(super) fn meant(name: &str, dash: bool) -> String {
    let other = if dash { " " } else { " -" };
    name.to_lowercase()
        .replace(|letter| other.contains(letter), "_")
}

/// The names in one playbook.
#[derive(Debug, Default)]
pub(super) struct Local {
    pub facts: Vec<(String, FactKind)>,
    /// Tasks with the names of their options; none when it is no question.
    pub tasks: Vec<(String, Vec<String>)>,
    pub messages: Vec<String>,
    pub triggers: Vec<String>,
}

impl Local {
    /// With the names of another playbook as well.
    pub(super) fn join(&mut self, other: &Self) {
        self.facts.extend(other.facts.iter().cloned());
        self.tasks.extend(other.tasks.iter().cloned());
        self.messages.extend(other.messages.iter().cloned());
        self.triggers.extend(other.triggers.iter().cloned());
    }

    pub(super) fn fact_names(&self) -> impl Iterator<Item = &str> + Clone {
        self.facts.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn task_names(&self) -> impl Iterator<Item = &str> + Clone {
        self.tasks.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &str> + Clone {
        self.task_names()
            .chain(self.messages.iter().map(String::as_str))
    }

    pub(super) fn fact_kind(&self, name: &str) -> Option<FactKind> {
        self.facts
            .iter()
            .find(|(fact, _)| fact == name)
            .map(|(_, kind)| *kind)
    }

    /// The facts that every playbook has.
    pub(super) fn always() -> Vec<(String, FactKind)> {
        ALWAYS
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), *kind))
            .collect()
    }
}

/// What a reader inside a playbook may refer to.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub problems: &'a Problems,
    pub names: &'a Names,
    pub local: &'a Local,
}

impl Scope<'_> {
    pub(super) fn role(&self, node: &Node) -> Option<String> {
        refer(node, &ROLE, &self.names.roles, self.problems)
    }

    pub(super) fn roles(&self, node: &Node) -> Option<Vec<String>> {
        references(node, &ROLE, "[press]", &self.names.roles, self.problems)
    }

    pub(super) fn level(&self, node: &Node) -> Option<String> {
        refer(node, &LEVEL, &self.names.levels, self.problems)
    }

    pub(super) fn facts(&self, node: &Node) -> Option<Vec<String>> {
        references_to(node, &FACT, "[topic]", self.problems, || {
            self.local.fact_names()
        })
    }

    pub(super) fn items(&self, node: &Node) -> Option<Vec<String>> {
        references_to(node, &ITEM, "[verify]", self.problems, || {
            self.local.items()
        })
    }
}

/// Reads a name that must be in `known`.
pub(super) fn refer(
    node: &Node,
    kind: &Kind,
    known: &[String],
    problems: &Problems,
) -> Option<String> {
    refer_to(node, kind, problems, known.iter().map(String::as_str))
}

pub(super) fn refer_to<'n>(
    node: &Node,
    kind: &Kind,
    problems: &Problems,
    known: impl Iterator<Item = &'n str> + Clone,
) -> Option<String> {
    if matches!(node.value, Value::List(_)) {
        let message = format!("expected the name of one {}, found a list", kind.noun);
        problems.error(
            node.span,
            "wrong-kind",
            message,
            "write one name, without [ ]",
        );
        return None;
    }
    let written = word(
        node,
        &format!("the name of a {}", kind.noun),
        "a_name",
        problems,
    )?;
    exists(written, node.span, kind, problems, known).then(|| written.to_owned())
}

/// Whether `written` is known; says so when it is not.
pub(super) fn exists<'n>(
    written: &str,
    span: Span,
    kind: &Kind,
    problems: &Problems,
    known: impl Iterator<Item = &'n str> + Clone,
) -> bool {
    if known.clone().any(|name| name == written) {
        return true;
    }
    let noun = kind.noun;
    if problems.is_full() {
        problems.error(
            span,
            kind.id,
            format!("unknown {noun} `{}`", shortened(written)),
            "",
        );
        return false;
    }
    let hint = did_you_mean(written, known.clone()).unwrap_or_else(|| {
        if known.clone().next().is_none() {
            format!("there is no {noun} yet: add it to {}", kind.home)
        } else {
            format!("one of {}; they stand in {}", listed(known), kind.home)
        }
    });
    let suggestion = hint
        .strip_prefix("did you mean ")
        .map_or_else(String::new, |_| format!("; {hint}"));
    let message = format!("unknown {noun} `{}`{suggestion}", shortened(written));
    let hint = if suggestion.is_empty() {
        hint
    } else {
        format!("names of this kind stand in {}", kind.home)
    };
    problems.error(span, kind.id, message, hint);
    false
}

/// A list of names that must be known; a name twice is reported.
pub(super) fn references(
    node: &Node,
    kind: &Kind,
    example: &str,
    known: &[String],
    problems: &Problems,
) -> Option<Vec<String>> {
    references_to(node, kind, example, problems, || {
        known.iter().map(String::as_str)
    })
}

pub(super) fn references_to<'n, I: Iterator<Item = &'n str> + Clone>(
    node: &Node,
    kind: &Kind,
    example: &str,
    problems: &Problems,
    known: impl Fn() -> I,
) -> Option<Vec<String>> {
    let read = super::value::list(node, example, problems, |item, problems| {
        refer_to(item, kind, problems, known()).map(|name| (name, item.span))
    })?;
    let mut names: Vec<String> = Vec::new();
    for (name, span) in read {
        if names.contains(&name) {
            problems.error(
                span,
                "repeated",
                format!("{} `{name}` stands in this list twice", kind.noun),
                "take one away",
            );
        } else {
            names.push(name);
        }
    }
    Some(names)
}

/// Whether a name that is chosen here is written as names are.
pub(super) fn well_formed(name: &str, span: Span, dash: bool, problems: &Problems) -> bool {
    let is_fine = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.len() <= 64
        && name.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || (dash && b == b'-')
        });
    if !is_fine {
        let letters = if dash {
            "a name has lower-case letters, digits, - and _, and at most 64 of them"
        } else {
            "this name has lower-case letters, digits and _; no -, because templates use it"
        };
        problems.error(
            span,
            "name",
            format!("`{}` cannot be a name", shortened(name)),
            letters,
        );
    }
    let is_word = !BOOLEANS.contains(&name);
    if !is_word {
        problems.error(
            span,
            "name",
            format!("`{name}` cannot be a name: other programs read it as true or false"),
            "choose a name that says more, such as not-required",
        );
    }
    is_fine && is_word
}

/// Words that are no words to readers of older YAML.
const BOOLEANS: [&str; 4] = ["yes", "no", "true", "false"];
