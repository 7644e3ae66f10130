//! Reads what stands in `playbooks/`: playbooks with their tests, and the scenarios that
//! drill them, each judged against the organisation and the templates.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::names::{Local, Scope};
use super::problems::{Problems, Span};
use super::sight::Sight;
use super::tree::{self, Node};
use super::{
    Avoided, Compiled, Looks, ScenarioFile, Sorted, crew, deadlines, deeds, heard, merge, opening,
    pictures, plan, playbook, proportion, reach, rivals, rungs, scenario, sight, slips, story,
    template,
};
use crate::domain::finding::{Finding, Severity};
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;
use crate::domain::scenario::Test;

/// What stands in `playbooks/`.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) playbooks: Vec<Playbook>,
    pub(super) tests: BTreeMap<String, Vec<Test>>,
    pub(super) scenarios: Vec<ScenarioFile>,
    pub(super) test_replays: Vec<(String, Finding)>,
    pub(super) avoided: Vec<Avoided>,
    pub(super) compiled: Compiled,
}

/// What playbooks are read with.
pub(super) struct Beside<'a> {
    pub(super) organisation: &'a Organisation,
    /// What is wrong with it is said, and not wherever it follows.
    pub(super) is_valid: bool,
    pub(super) templates: &'a [template::Read],
    pub(super) images: &'a Looks,
}

pub(super) fn shelf(
    sorted: &Sorted,
    root: &Node,
    beside: &Beside<'_>,
    today: Option<NaiveDate>,
    compiled: Compiled,
    scope: Scope<'_>,
) -> Shelf {
    let problems = scope.problems;
    let organisation = beside.organisation;
    let shared = root.get("every_playbook").map(|entry| &entry.value);
    let mut shelf = Shelf::default();
    let avoided = shared.map(|shared| plan::avoided(shared, problems));
    shelf.avoided.extend(avoided.unwrap_or_default());
    let templates = template::Shelf::new(beside.templates, &sorted.unread, compiled);
    let mut drilled = Vec::new();
    let mut outside = Vec::new();
    let mut every_local = Local {
        facts: Local::always(),
        ..Local::default()
    };
    let mut first_named = BTreeMap::new();
    let watches = sight::Watching::default();
    for own in &sorted.playbooks {
        let before = problems.n_errors();
        let is_whole = || problems.n_errors() == before && !problems.is_mended(own.span.file);
        let merged = merge::merged(shared, own, problems);
        let local = playbook::names(&merged, problems);
        every_local.join(&local);
        let inside = Scope {
            local: &local,
            ..scope
        };
        let mut playbook = playbook::playbook(&merged, inside, organisation);
        let tests = merged
            .get("tests")
            .filter(|entry| !entry.value.is_null())
            .map_or_else(Vec::new, |entry| story::tests(&entry.value, inside));
        let stories = merged
            .get("tests")
            .map_or(&[][..], |tests| tests.value.entries());
        for story in stories {
            slips::begins(&story.value, organisation.timezone, problems);
            let replay = story
                .value
                .get("replay")
                .and_then(|entry| entry.value.scalar());
            let missing = no_replay(&story.value, "test cannot be played", problems);
            if let Some((replay, missing)) = replay.zip(missing) {
                let folder = missing
                    .file
                    .rsplit_once('/')
                    .map_or("", |(folder, _)| folder);
                let path = format!("{folder}/{replay}");
                shelf.test_replays.push((path, missing));
            }
        }
        template::check(
            &merged,
            organisation,
            &templates,
            sorted.is_rehearsal,
            inside,
        );
        named_once(own, "playbook", &mut first_named, problems);
        if let Some(playbook) = &mut playbook
            && is_whole()
        {
            pictures::check(&merged, playbook, organisation, beside.images, inside);
        }
        if let Some(playbook) = playbook.filter(|_| is_whole()) {
            if let Some(today) = today {
                plan::review(&merged, &playbook, today, problems);
            }
            outside.extend(reach::messages(&merged, &playbook, organisation, inside));
            opening::check(&merged, &playbook, problems);
            rungs::check(&merged, &playbook, problems);
            rivals::check(&merged, &playbook, problems);
            deadlines::check(&merged, &playbook, problems);
            deadlines::before_the_past(&merged, &playbook, problems);
            deadlines::needs_later(&merged, &playbook, problems);
            slips::check(&merged, &playbook, organisation, problems);
            heard::check(&merged, &playbook.watch, organisation, problems);
            proportion::check(&merged, &playbook, problems);
            if let Some(entry) = merged.get("tests") {
                let sight = || Sight::new(organisation, &watches, &playbook.watch);
                sight::tests(&entry.value, &tests, sight, problems);
                deeds::tests(&entry.value, &tests, &playbook, organisation, problems);
            }
            if beside.is_valid {
                crew::playbook(&merged, &playbook, organisation, problems);
                if today.is_some() {
                    crew::without_deputies(&merged, &playbook, organisation, problems);
                }
            }
            shelf.avoided.extend(plan::avoided(own, problems));
            shelf.tests.insert(playbook.name.clone(), tests);
            shelf.playbooks.push(playbook);
        }
        drilled.extend(scenario::Drilled::new(&merged, local, &scope.names.roles));
    }
    if beside.is_valid {
        reach::outside(root, &outside, problems);
    }
    if let Some(shared) = shared {
        merge::check_unused(shared, &sorted.playbooks, &every_local, scope);
    }
    let mut first_named = BTreeMap::new();
    for own in &sorted.scenarios {
        let before = problems.n_errors();
        // What a broken file is called nobody knows: that mistake is said, and not
        // this one, which goes away with it.
        let named = own.get("playbook").and_then(|entry| entry.value.scalar());
        let is_known = drilled.iter().any(|one| Some(one.name()) == named);
        if sorted.misses_playbook && !is_known {
            continue;
        }
        let scenario = scenario::scenario(own, &drilled, organisation, &watches, scope);
        slips::begins(own, organisation.timezone, problems);
        named_once(own, "scenario", &mut first_named, problems);
        let drilled = scenario.as_ref().and_then(|scenario| {
            let mut playbooks = shelf.playbooks.iter();
            playbooks.find(|playbook| playbook.name == scenario.playbook)
        });
        if let Some((playbook, injects)) = drilled.zip(own.get("injects")) {
            slips::starts(&injects.value, playbook, organisation, problems);
            deeds::agreements(&injects.value, playbook, problems);
        }
        if let Some(scenario) = scenario.filter(|_| problems.n_errors() == before)
            && !problems.is_mended(own.span.file)
            && shelf.tests.contains_key(&scenario.playbook)
        {
            shelf.scenarios.push(ScenarioFile {
                file: problems.path(own.span.file),
                no_replay: no_replay(own, "drill cannot be held", problems),
                scenario,
            });
        }
    }
    template::languages(root, organisation, &templates, scope);
    if !sorted.misses_playbook && !sorted.is_rehearsal {
        template::unused(&templates, problems);
    }
    shelf.compiled = templates.into_compiled();
    shelf
}

/// What to say when the file that `replay` names is not there. A warning: the
/// alarm works without a drill.
fn no_replay(root: &Node, what: &str, problems: &Problems) -> Option<Finding> {
    let node = &root.get("replay")?.value;
    let written = tree::shortened(node.scalar()?);
    Some(problems.finding(
        Severity::Warning,
        node.span,
        "missing-replay",
        format!("there is no file `{written}`, so this {what}"),
        "its path is relative to the folder of this file".to_owned(),
    ))
}

/// Two files with one name would be one playbook in the log and on the page.
fn named_once(own: &Node, key: &str, first: &mut BTreeMap<String, Span>, problems: &Problems) {
    let Some(name) = own.get(key).map(|entry| &entry.value) else {
        return;
    };
    let Some(written) = name.scalar() else { return };
    if let Some(other) = first.get(written) {
        // The copy is the one whose file is called otherwise.
        let is_called = |span: &Span| {
            let path = problems.path(span.file);
            path.ends_with(&format!("/{written}.yaml"))
        };
        let (at, other) = match is_called(&name.span) && !is_called(other) {
            true => (*other, name.span),
            false => (name.span, *other),
        };
        let message = format!("there is another {key} `{}`", tree::shortened(written));
        let hint = format!(
            "it stands in {}; give one of them another name",
            problems.path(other.file)
        );
        if key == "scenario" {
            problems.error(at, "duplicate-scenario", message, hint);
        } else {
            problems.error(at, "duplicate-playbook", message, hint);
        }
    } else {
        first.insert(written.to_owned(), name.span);
    }
}
