//! Scores a drill from its record: what was measured, which expectations were
//! met, and whether it was passed.
//!
//! Everything is worked out again from the record each time, so that an old
//! drill can be scored by a newer program. All moments are on the clock of the
//! story, and lengths of time count whole seconds.

pub mod measure;

pub mod scene;

mod times;

mod shares;

pub mod deadlines;

pub mod spread;

pub mod stand_down;

pub mod expectation;

mod occasions;

pub mod instead;

#[cfg(test)]
pub(in crate::domain) mod sample;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::record::{Manner, Record, What};
use crate::domain::scenario::Scenario;
use crate::domain::scenario::story::Story;
use crate::domain::scenario::targets::Targets;
use crate::domain::time::Timestamp;
use deadlines::{AimShare, Missed};
use expectation::{Forbidden, Judged};
use measure::Measure;
use scene::Scene;
use spread::Spread;
use stand_down::StandDown;

/// What came of a drill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the playbook.
    pub playbook: String,
    pub manner: Manner,
    pub began_at: Timestamp,
    pub ended_at: Timestamp,
    /// Why it ended before the story did.
    pub stopped: Option<String>,
    pub points: Points,
    /// What was got of what could be got, 0 to 1; `None` when nothing could.
    pub share: Option<f64>,
    /// From this share it is passed.
    pub pass: f64,
    /// The share was reached and nothing happened that never may.
    pub passed: bool,
    pub measures: Vec<Measure>,
    /// `tasks_on_time` once more, for each aim by itself.
    pub on_time_by_aim: Vec<AimShare>,
    /// Deadlines that were missed, in order.
    pub missed: Vec<Missed>,
    pub stand_down: StandDown,
    /// From being alerted to the answer, for each role and alarm.
    pub answer_times: Spread,
    /// From being called for (or drafted) to each role's release.
    pub approval_times: Spread,
    pub expectations: Vec<Judged>,
    pub never: Vec<Forbidden>,
}

/// Points of the expectations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    pub got: u64,
    /// Without those that could not be measured.
    pub of: u64,
    pub not_measured: u64,
}

/// Scores a drill.
pub fn score(scenario: &Scenario, record: &Record) -> Score {
    let scene = Scene::new(record);
    let expectations = expectation::judge(&scenario.expect, &scenario.personas, &scene);
    let never = expectation::forbidden(&scenario.never, &scenario.personas, &scene);
    let points = points(&expectations);
    let share = (points.of > 0).then(|| points.got as f64 / points.of as f64);
    let is_broken = never.iter().any(Forbidden::is_broken);
    let taken = taken(&scenario.targets, &scenario.story, &scene);
    let stopped = record.entries.iter().find_map(|entry| match &entry.what {
        What::Stopped { because } => Some(because.clone()),
        _ => None,
    });
    Score {
        scenario: record.scenario.clone(),
        playbook: record.playbook.name.clone(),
        manner: record.manner,
        began_at: record.began_at,
        ended_at: record.ended_at,
        stopped,
        points,
        share,
        pass: scenario.pass,
        passed: !is_broken && share.is_none_or(|share| share >= scenario.pass),
        measures: taken.measures,
        on_time_by_aim: taken.on_time_by_aim,
        missed: taken.missed,
        stand_down: taken.stand_down,
        answer_times: taken.answer_times,
        approval_times: taken.approval_times,
        expectations,
        never,
    }
}

/// What is measured of a record without anything being expected of it: of a drill,
/// and as well of a real run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    pub measures: Vec<Measure>,
    /// `tasks_on_time` once more, for each aim by itself.
    pub on_time_by_aim: Vec<AimShare>,
    /// Deadlines that were missed, in order.
    pub missed: Vec<Missed>,
    pub stand_down: StandDown,
    /// From being alerted to the answer, for each role and alarm.
    pub answer_times: Spread,
    /// From being called for (or drafted) to each role's release.
    pub approval_times: Spread,
}

/// Takes the measures. A real run has no story: the default one, without storms.
pub fn taken(targets: &Targets, story: &Story, scene: &Scene<'_>) -> Taken {
    let deadlines = deadlines::deadlines(scene);
    Taken {
        measures: measures(targets, story, scene, &deadlines),
        on_time_by_aim: deadlines::by_aim(scene, &deadlines),
        missed: deadlines::missed(&deadlines),
        stand_down: stand_down::stand_down(story, scene),
        answer_times: spread::answers(scene),
        approval_times: spread::approvals(scene),
    }
}

/// In the order in which things happen in a storm.
fn measures(
    targets: &Targets,
    story: &Story,
    scene: &Scene<'_>,
    deadlines: &[deadlines::Deadline],
) -> Vec<Measure> {
    let mut measures = vec![
        times::detected(story, scene),
        times::alerted(targets, scene),
        times::answered(targets, scene),
        times::decided(targets, scene),
        times::first_statement(targets, scene),
        shares::goals_covered(targets, scene),
        shares::tasks_on_time(targets, deadlines),
        shares::promises_kept(targets, scene),
        shares::questions_answered(targets, scene),
    ];
    measures.extend(shares::of_review(targets, scene));
    measures.push(shares::roles_silent(targets, scene));
    measures
}

fn points(expectations: &[Judged]) -> Points {
    let sum = |wanted: &dyn Fn(&Judged) -> bool| {
        let points = expectations.iter().filter(|one| wanted(one));
        points.fold(0_u64, |sum, one| sum.saturating_add(one.points))
    };
    Points {
        got: sum(&Judged::is_met),
        of: sum(&Judged::is_measured),
        not_measured: sum(&|one| !one.is_measured()),
    }
}
