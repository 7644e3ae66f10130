//! Reads one playbook with its tests, and judges it against the organisation and the
//! templates. Knows nothing of other playbooks, so that several are judged at once.

use std::sync::Arc;

use chrono::NaiveDate;

use super::names::{Local, Names, Scope};
use super::problems::Problems;
use super::scenario::Drilled;
use super::shelf::{Beside, no_replay};
use super::sight::{self, Sight};
use super::tree::Node;
use super::{
    Avoided, crew, deadlines, deeds, heard, merge, opening, pictures, plan, playbook, proportion,
    reach, rivals, rungs, slips, story, template,
};
use crate::domain::finding::Finding;
use crate::domain::playbook::Playbook;
use crate::domain::scenario::Test;

/// What every playbook is judged with.
pub(super) struct Judging<'a> {
    pub(super) beside: &'a Beside<'a>,
    /// What `every_playbook` gives.
    pub(super) shared: Option<&'a Node>,
    pub(super) templates: &'a template::Shelf<'a>,
    pub(super) watches: &'a sight::Watching,
    pub(super) names: &'a Names,
    pub(super) is_rehearsal: bool,
    pub(super) today: Option<NaiveDate>,
}

/// What came of a playbook.
pub(super) struct Judged {
    pub(super) local: Arc<Local>,
    /// With its tests; only when nothing is wrong with it.
    pub(super) playbook: Option<(Playbook, Vec<Test>)>,
    pub(super) test_replays: Vec<(String, Finding)>,
    pub(super) outside: Vec<reach::Outside>,
    pub(super) drilled: Option<Drilled>,
    /// Words that its texts avoid.
    pub(super) avoided: Vec<Avoided>,
}

impl Judging<'_> {
    /// `is_alone` when no other playbook has its name.
    pub(super) fn judge(&self, own: &Node, is_alone: bool, problems: &Problems) -> Judged {
        let organisation = self.beside.organisation;
        let is_whole =
            || is_alone && problems.n_errors() == 0 && !problems.is_mended(own.span.file);
        let merged = merge::merged(self.shared, own, problems);
        let local = Arc::new(playbook::names(&merged, problems));
        let inside = Scope {
            problems,
            names: self.names,
            local: &local,
        };
        let playbook = playbook::playbook(&merged, inside, organisation);
        let tests = merged
            .get("tests")
            .filter(|entry| !entry.value.is_null())
            .map_or_else(Vec::new, |entry| story::tests(&entry.value, inside));
        let test_replays = self.replays(&merged, problems);
        template::check(
            &merged,
            organisation,
            self.templates,
            self.is_rehearsal,
            inside,
        );
        let mut judged = Judged {
            outside: Vec::new(),
            avoided: Vec::new(),
            playbook: None,
            test_replays,
            drilled: Drilled::new(&merged, Arc::clone(&local), &self.names.roles),
            local: Arc::clone(&local),
        };
        let Some(mut playbook) = playbook.filter(|_| is_whole()) else {
            return judged;
        };
        pictures::check(
            &merged,
            &mut playbook,
            organisation,
            self.beside.images,
            inside,
        );
        if !is_whole() {
            return judged;
        }
        if let Some(today) = self.today {
            plan::review(&merged, &playbook, today, problems);
        }
        judged.outside = reach::messages(&merged, &playbook, organisation, inside);
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
            let sight = || Sight::new(organisation, self.watches, &playbook.watch);
            sight::tests(&entry.value, &tests, sight, problems);
            deeds::tests(&entry.value, &tests, &playbook, organisation, problems);
        }
        if self.beside.is_valid {
            crew::playbook(&merged, &playbook, organisation, problems);
            if self.today.is_some() {
                crew::without_deputies(&merged, &playbook, organisation, problems);
            }
        }
        judged.avoided = plan::avoided(own, problems);
        judged.playbook = Some((playbook, tests));
        judged
    }

    /// The files that tests replay, with what to say when they are not there.
    fn replays(&self, merged: &Node, problems: &Problems) -> Vec<(String, Finding)> {
        let mut replays = Vec::new();
        let stories = merged
            .get("tests")
            .map_or(&[][..], |tests| tests.value.entries());
        for story in stories {
            slips::begins(&story.value, self.beside.organisation.timezone, problems);
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
                replays.push((format!("{folder}/{replay}"), missing));
            }
        }
        replays
    }
}
