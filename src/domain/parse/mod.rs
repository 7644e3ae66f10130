//! From YAML text to a valid organisation and its playbooks, or *all* problems
//! at once, each with its place and a way out.
//!
//! Pure: the files come in as bytes. What this version reads but does not carry
//! out is checked like the rest and reported as `not-supported`.

mod source;

mod pictures;

mod problems;
mod reach;

mod copied;

mod crew;

mod cover;

mod slips;

mod proportion;

mod heard;

mod shelf;

mod one;
mod opening;

mod rivals;

mod rungs;

mod deadlines;

mod deeds;

mod dial;

mod ours;

mod renamed;

mod taking_part;

mod tree;

mod syntax;

mod culprit;

mod layout;

mod fit;

mod moved;

mod fields;

mod value;

mod measure;

mod address;

mod names;

mod condition;

mod organisation;

mod listening;

mod speaking;

mod days;

mod drill;

mod later;

mod access;

mod reviewing;

mod duty;

mod merge;

mod playbook;

mod alert;

mod work;

mod plan;

mod story;

mod inject;

mod events;
mod expectation;

mod sight;

mod score;

mod scenario;

mod template;

mod seams;

mod asked;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::finding::{Finding, Severity};
use super::organisation::Organisation;
use super::playbook::{Playbook, StatementTemplate};
use super::scenario::{Scenario, Test};
use super::time::Timestamp;

use names::{Local, Names, Scope};
use problems::Problems;
use shelf::Beside;
use tree::Node;

pub use asked::{Asked, asked};
pub(in crate::domain) use days::DAYS;
pub(in crate::domain) use expectation::EXPECTATIONS;
pub(in crate::domain) use organisation::RELOADS;
pub use pictures::Looks;
pub(in crate::domain) use playbook::FACT_KINDS;
pub(in crate::domain) use reviewing::SEVERITIES;
pub use seams::Compiled;
pub use source::{LARGEST_FILE, SourceFile};
pub use template::compile_ahead;
pub use tree::ReadAhead;
pub(in crate::domain) use work::KINDS as MESSAGE_KINDS;

/// The file that says who the organisation is.
pub const ORGANISATION: &str = "draaiboek.yaml";

/// So many texts use about every pattern of review.
const MANY_TEXTS: usize = 20;

/// Where the bodies of webhooks stand.
pub const WEBHOOK_TEMPLATES: &str = "templates/webhooks/";

/// An organisation's folder, as far as it could be read. What a file is follows
/// from its path: `draaiboek.yaml`, `playbooks/NAME.yaml`,
/// `playbooks/scenarios/NAME.yaml`, `templates/statements/NAME.LANG.hbs`,
/// `templates/webhooks/NAME.hbs`, `lists/NAME.txt`.
#[derive(Debug, Default)]
pub struct Input {
    pub files: Vec<SourceFile>,
    /// What was read of them ahead, by path; the rest is read when its turn comes.
    pub ahead: BTreeMap<String, ReadAhead>,
    /// Templates of statements that were compiled ahead; the rest is compiled when its
    /// turn comes.
    pub compiled: Compiled,
    /// What the files in `images/` are that playbooks name.
    pub images: Looks,
    /// What went wrong while reading the folder.
    pub findings: Vec<Finding>,
    /// How playbooks are judged: one after another unless the shell knows better.
    pub each: Each,
    /// The time now, to look ahead from; without it nothing is said about days
    /// to come.
    pub now: Option<Timestamp>,
}

/// Does work for every number below the first argument, in any order, and returns when
/// all is done. The core has no threads; the shell may do it on all processors.
#[derive(Debug, Clone, Copy)]
pub struct Each(pub fn(usize, &(dyn Fn(usize) + Sync)));

impl Default for Each {
    fn default() -> Self {
        Self(|n, work| (0..n).for_each(work))
    }
}

impl Input {
    /// Whether getting ready to review texts is sooner than doing so at the first.
    pub fn has_many_texts(&self) -> bool {
        let files = self.files.iter();
        let texts = files.filter(|file| file.path.starts_with("templates/"));
        texts.count() >= MANY_TEXTS
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Parsed {
    /// `None` when `draaiboek.yaml` is missing or has errors.
    pub organisation: Option<Organisation>,
    /// The playbooks without errors; none without an organisation.
    pub playbooks: Vec<Playbook>,
    /// The tests of each playbook in `playbooks`, by its name.
    pub tests: BTreeMap<String, Vec<Test>>,
    /// The scenarios without errors whose playbook has none.
    pub scenarios: Vec<ScenarioFile>,
    /// What tests of playbooks replay, relative to the folder, and what is to be said
    /// when it is not there.
    pub test_replays: Vec<(String, Finding)>,
    pub templates: Vec<StatementTemplate>,
    pub webhook_templates: Vec<WebhookTemplate>,
    /// The templates that playbooks use, for who fills them in.
    pub compiled: Arc<Compiled>,
    /// The words that playbooks want to avoid, each once.
    pub avoided: Vec<Avoided>,
    /// By file, line and column.
    pub findings: Vec<Finding>,
}

/// A word that a playbook wants to avoid, for who finds it in many texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avoided {
    /// The name of the wording.
    pub wording: String,
    pub words: String,
    /// What is to be said at its place, but for the message.
    pub finding: Finding,
}

/// A scenario, and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioFile {
    /// Relative to the organisation's folder.
    pub file: String,
    pub scenario: Scenario,
    /// What is to be said when there is no such `replay`: whoever can look on
    /// the disk knows, but not the place in the file.
    pub no_replay: Option<Finding>,
}

/// The body of a webhook, before it is filled in. What it may use is for those
/// to say who fill it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookTemplate {
    /// The file's name without its ending.
    pub name: String,
    pub text: String,
}

impl Parsed {
    pub fn n_errors(&self) -> usize {
        let errors = self
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        errors.count()
    }
}

/// Reads everything in an organisation's folder.
pub fn parse(input: Input) -> Parsed {
    read(input, None).0
}

/// The same, for who ends soon.
pub fn parse_and_leave(input: Input) -> (Parsed, Leftovers) {
    read(input, None)
}

/// What reading leaves behind, the tree of every file. To give its memory back piece by
/// piece takes as long as a tenth of reading, which who ends then need not wait for.
pub struct Leftovers(#[expect(dead_code, reason = "only kept")] Sorted);

/// Reads one playbook from elsewhere with the organisation in `input`; the
/// folder's own playbooks and scenarios are left aside.
pub fn parse_playbook_file(input: Input, playbook: SourceFile) -> Parsed {
    read(input, Some(playbook)).0
}

/// The files of a folder by what they are.
#[derive(Default)]
struct Sorted {
    organisation: Option<Node>,
    playbooks: Vec<Node>,
    scenarios: Vec<Node>,
    templates: Vec<source::Source>,
    webhook_templates: Vec<WebhookTemplate>,
    lists: organisation::ListFiles,
    /// A playbook could not be read at all, so its name is not known.
    misses_playbook: bool,
    /// Templates that could not be read, by path.
    unread: Vec<String>,
    /// One playbook from elsewhere is looked at, not the folder's own.
    is_rehearsal: bool,
}

impl Sorted {
    fn roots(&self) -> impl Iterator<Item = &Node> {
        let playbooks = self.playbooks.iter();
        let roots = self.organisation.iter().chain(playbooks);
        roots.chain(&self.scenarios)
    }

    fn roots_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        let playbooks = self.playbooks.iter_mut();
        let roots = self.organisation.iter_mut().chain(playbooks);
        roots.chain(&mut self.scenarios)
    }
}

fn read(input: Input, only: Option<SourceFile>) -> (Parsed, Leftovers) {
    read_with(input, only, Problems::default())
}

fn read_with(input: Input, only: Option<SourceFile>, problems: Problems) -> (Parsed, Leftovers) {
    problems.adopt(input.findings);
    let mut sorted = sort(&input.files, input.ahead, only.as_ref(), &problems);
    let mark = problems.mark();
    let beside = Around {
        images: &input.images,
        now: input.now,
        each: input.each,
    };
    let mut parsed = judge(&sorted, &beside, input.compiled, &problems);
    let files = || input.files.iter().chain(&only);
    let moved = moved::meant_elsewhere(sorted.roots(), files, &problems);
    if !moved.is_empty() {
        problems.rewind(mark);
        for (root, moved) in sorted.roots_mut().zip(moved) {
            if let Some(moved) = moved {
                moved.report(root.span.file, &problems);
                *root = moved.node;
            }
        }
        let compiled = Arc::into_inner(parsed.compiled).unwrap_or_default();
        parsed = judge(&sorted, &beside, compiled, &problems);
    }
    if let Some(root) = &sorted.organisation {
        let others = sorted.playbooks.iter().chain(&sorted.scenarios);
        let texts = parsed.templates.iter().map(|one| &*one.source);
        renamed::fold(root, others, texts, &problems);
    }
    parsed.findings = problems.into_findings();
    (parsed, Leftovers(sorted))
}

/// What is read beside the files.
struct Around<'a> {
    images: &'a Looks,
    now: Option<Timestamp>,
    each: Each,
}

fn judge(sorted: &Sorted, around: &Around<'_>, compiled: Compiled, problems: &Problems) -> Parsed {
    let names = sorted
        .organisation
        .as_ref()
        .map(Names::of)
        .unwrap_or_default();
    let nothing = Local {
        facts: Local::always(),
        ..Local::default()
    };
    let scope = Scope {
        problems,
        names: &names,
        local: &nothing,
    };
    let templates: Vec<template::Read> = sorted
        .templates
        .iter()
        .filter_map(|source| {
            let names = sorted.organisation.as_ref().map(|_| &names);
            template::template(source, names, problems)
        })
        .collect();
    let mut parsed = Parsed {
        organisation: None,
        playbooks: Vec::new(),
        tests: BTreeMap::new(),
        scenarios: Vec::new(),
        test_replays: Vec::new(),
        templates: templates.iter().map(|read| read.template.clone()).collect(),
        webhook_templates: sorted.webhook_templates.clone(),
        compiled: Arc::default(),
        avoided: Vec::new(),
        findings: Vec::new(),
    };
    if let Some(root) = &sorted.organisation {
        let before = problems.n_errors();
        let organisation =
            organisation::organisation(root, scope, &sorted.lists, &sorted.webhook_templates);
        let is_valid = problems.n_errors() == before && !problems.is_mended(root.span.file);
        let zone = organisation.timezone;
        let today = around.now.map(|now| now.with_timezone(&zone).date_naive());
        let beside = Beside {
            organisation: &organisation,
            is_valid,
            templates: &templates,
            images: around.images,
        };
        let shelf = shelf::shelf(sorted, root, &beside, today, compiled, around.each, scope);
        if let Some(today) = today {
            days::is_past(root, &organisation.calendar, today, problems);
            duty::begun(root, &organisation, today, problems);
        }
        if let Some(now) = around.now.filter(|_| is_valid) {
            duty::gaps(root, &organisation, now, problems);
        }
        parsed.compiled = Arc::new(shelf.compiled);
        if is_valid {
            reach::staff(root, &organisation, scope);
            crew::mailboxes(root, &organisation, problems);
            dial::check(root, &organisation, &sorted.webhook_templates, problems);
            ours::check(root, &organisation, problems);
            copied::check(root, &organisation, problems);
            if let Some(now) = around.now {
                crew::ladders(root, &organisation, &shelf.playbooks, now, problems);
            }
            parsed.organisation = Some(organisation);
            parsed.playbooks = shelf.playbooks;
            parsed.tests = shelf.tests;
            parsed.scenarios = shelf.scenarios;
            parsed.test_replays = shelf.test_replays;
            parsed.avoided = shelf.avoided;
        }
    }
    parsed
}

/// Reads each file into a tree and puts it where it belongs.
fn sort(
    files: &[SourceFile],
    mut ahead: BTreeMap<String, ReadAhead>,
    only: Option<&SourceFile>,
    problems: &Problems,
) -> Sorted {
    let mut sorted = Sorted {
        is_rehearsal: only.is_some(),
        ..Sorted::default()
    };
    let is_playbook = |path: &str| path.starts_with("playbooks/");
    let folder = files
        .iter()
        .filter(|file| only.is_none() || !is_playbook(&file.path));
    for (file, is_extra) in folder
        .map(|file| (file, false))
        .chain(only.map(|file| (file, true)))
    {
        let Some(source) = source::source(file, problems) else {
            if is_playbook(&file.path) {
                sorted.misses_playbook = true;
            } else {
                sorted.unread.push(file.path.clone());
            }
            continue;
        };
        let path = source.path.as_str();
        if let Some(name) = path.strip_prefix(WEBHOOK_TEMPLATES).filter(|_| !is_extra) {
            sorted.webhook_templates.push(WebhookTemplate {
                name: name.trim_end_matches(".hbs").to_owned(),
                text: source.text,
            });
        } else if path.starts_with("templates/") && !is_extra {
            sorted.templates.push(source);
        } else if path.starts_with("lists/") && !is_extra {
            sorted.lists.insert(source.path, (source.file, source.text));
        } else if let Some(node) =
            tree::read(&source.text, ahead.remove(path), source.file, problems)
        {
            place(
                node,
                path == ORGANISATION && !is_extra,
                &mut sorted,
                problems,
            );
        } else if is_playbook(path) {
            sorted.misses_playbook = true;
        }
    }
    sorted
}

/// The first key says what a file is.
fn place(node: Node, is_organisation: bool, sorted: &mut Sorted, problems: &Problems) {
    if is_organisation {
        sorted.organisation = Some(node);
    } else if node.get("scenario").is_some() {
        sorted.scenarios.push(node);
    } else if node.get("playbook").is_some() {
        sorted.playbooks.push(node);
    } else {
        sorted.misses_playbook = true;
        let mut entries = node.entries().iter();
        let misspelt = entries.find_map(|entry| {
            let meant = fields::nearest(&entry.key, ["playbook", "scenario"])?;
            Some((entry.key_span, meant))
        });
        let at = match (misspelt, node.entries().first()) {
            (Some((span, _)), _) => span,
            (None, None) => node.span,
            (None, Some(first)) => first.key_span,
        };
        let hint = misspelt.map_or_else(
            || "the first key is `playbook: NAME` or `scenario: NAME`".to_owned(),
            |(_, meant)| format!("did you mean `{meant}`?"),
        );
        problems.error(
            at,
            "unknown-file",
            "this file does not say what it is",
            hint,
        );
    }
}
