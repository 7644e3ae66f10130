//! Reads what stands in `playbooks/`: playbooks with their tests, and the scenarios that
//! drill them, each judged against the organisation and the templates.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;

use super::names::{Local, Scope};
use super::one::Judging;
use super::problems::{Problems, Span};
use super::tree::{self, Node};
use super::{
    Avoided, Compiled, Each, Looks, ScenarioFile, Sorted, deeds, merge, plan, reach, scenario,
    sight, slips, template,
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
    each: Each,
    scope: Scope<'_>,
) -> Shelf {
    let problems = scope.problems;
    let organisation = beside.organisation;
    let mut shelf = Shelf::default();
    let shared = root.get("every_playbook").map(|entry| &entry.value);
    let avoided = shared.map(|shared| plan::avoided(shared, problems));
    shelf.avoided.extend(avoided.unwrap_or_default());
    let templates = template::Shelf::new(beside.templates, &sorted.unread, compiled);
    let watches = sight::Watching::default();
    let judging = Judging {
        beside,
        shared,
        templates: &templates,
        watches: &watches,
        names: scope.names,
        is_rehearsal: sorted.is_rehearsal,
        today,
    };
    let mut first_named = BTreeMap::new();
    let seats = sorted.playbooks.iter().map(|own| {
        let before = problems.n_errors();
        named_once(own, "playbook", &mut first_named, problems);
        let is_alone = problems.n_errors() == before;
        Mutex::new(((own, is_alone), problems.beside(), None))
    });
    let seats: Vec<_> = seats.collect();
    (each.0)(seats.len(), &|number| {
        if let Some(seat) = seats.get(number) {
            let mut seat = seat.lock().unwrap_or_else(PoisonError::into_inner);
            let ((own, is_alone), problems, judged) = &mut *seat;
            *judged = Some(judging.judge(own, *is_alone, problems));
        }
    });
    let mut drilled = Vec::new();
    let mut outside = Vec::new();
    let mut found = Vec::new();
    let mut every_local = Local {
        facts: Local::always(),
        ..Local::default()
    };
    for seat in seats {
        let (_, beside, judged) = seat.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.push(beside);
        let Some(judged) = judged else { continue };
        every_local.join(&judged.local);
        outside.extend(judged.outside);
        shelf.test_replays.extend(judged.test_replays);
        drilled.extend(judged.drilled);
        shelf.avoided.extend(judged.avoided);
        if let Some((playbook, tests)) = judged.playbook {
            shelf.tests.insert(playbook.name.clone(), tests);
            shelf.playbooks.push(playbook);
        }
    }
    problems.absorb(found);
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
pub(super) fn no_replay(root: &Node, what: &str, problems: &Problems) -> Option<Finding> {
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
