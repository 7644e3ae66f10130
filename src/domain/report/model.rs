//! What an after-action report holds: every figure and every sentence, whatever it
//! is written as. As JSON this is the report.
//!
//! Whatever is counted has the numbers of the events it rests on (`seqs`), as
//! `draaiboek run show --json` gives them, so that it can be worked out again.

use chrono::NaiveDate;
use serde::Serialize;

use super::picture::Picture;
use super::volume::Volume;
use crate::domain::drill::record::Manner;
use crate::domain::drill::report::golden_hour;
use crate::domain::drill::score::deadlines::AimShare;
use crate::domain::drill::score::measure::Measure;
use crate::domain::drill::score::spread::Spread;
use crate::domain::run::RunId;
use crate::domain::run::impact::PublicEffect;
use crate::domain::time::Timestamp;
use crate::domain::timeline::Line;

/// What the first field of every report says.
pub const MADE_BY: &str = "draaiboek report";

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// [`MADE_BY`]: a file of ours may be written anew. Sorts before all others.
    #[serde(rename = "_made_by")]
    pub made_by: &'static str,
    /// One more when something in it means another thing than before.
    pub format: u32,
    pub language: &'static str,
    /// Of all clocks in it.
    pub timezone: String,
    pub organisation: String,
    /// What the run or the drill is called.
    pub title: String,
    pub run: RunId,
    /// `None` for what was real.
    pub drill: Option<DrillPart>,
    pub made_at: Timestamp,
    /// The last event it was made of.
    pub last_seq: u64,
    /// Five sentences: what happened, how we heard, what we did first, what came
    /// of it, what is open.
    pub summary: Vec<String>,
    pub facts: Facts,
    pub volume: VolumePart,
    pub first_hour: Vec<golden_hour::Line>,
    pub measures: Vec<MeasureRow>,
    pub times: Times,
    /// Tasks and messages that were not finished in time.
    pub missed: Vec<MissedRow>,
    pub on_time_by_aim: Vec<AimShare>,
    pub pictures: Vec<Picture>,
    pub statements: Vec<Statement>,
    pub went_well: Vec<Finding>,
    pub went_badly: Vec<Finding>,
    pub unseen: Vec<Finding>,
    pub lessons: Vec<LessonRow>,
    /// Lessons of before, of other runs and drills, that were still open.
    pub carried: Vec<LessonRow>,
    pub story: Vec<Line>,
}

/// What a drill has beside what a run has.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrillPart {
    /// Name of the scenario.
    pub scenario: String,
    pub manner: Manner,
    pub manner_says: String,
    /// It is still going on, so it has no score.
    pub is_scored: bool,
    pub passed: Option<bool>,
    pub points: Option<u64>,
    pub of: Option<u64>,
    /// 0 to 1.
    pub share: Option<f64>,
    pub says: String,
}

/// The facts of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    pub playbook: String,
    pub playbook_title: String,
    pub watch: String,
    pub watch_title: String,
    pub started_at: Timestamp,
    /// When it stood down; `None` when it did not.
    pub stood_down_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub is_open: bool,
    /// From the start until it was closed, or until the report was made.
    pub duration_seconds: u64,
    /// `real`, `false_alarm`, `merged`; `None` while it is open.
    pub outcome: Option<&'static str>,
    /// The highest level that it was at.
    pub highest: String,
    /// Every change of level, the start first.
    pub levels: Vec<Reached>,
    pub phases: Vec<Reached>,
    /// Who did something, by name.
    pub people: Vec<String>,
    /// Of events, by the name of their kind.
    pub n_events: u64,
}

/// A level or a phase, and when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reached {
    pub name: String,
    pub title: String,
    pub at: Timestamp,
    pub seq: u64,
}

/// The curve, and what happened beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VolumePart {
    #[serde(flatten)]
    pub volume: Volume,
    /// All mentions of the steps that began while the run was open.
    pub during: u64,
    pub busiest_at: Option<Timestamp>,
    pub busiest: Option<u64>,
    pub marks: Vec<Mark>,
}

/// Something that stands beside the curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mark {
    pub at: Timestamp,
    pub seq: u64,
    /// `alarm`, `phase` or `publication`.
    pub kind: &'static str,
    pub label: String,
}

/// A measure, with its words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasureRow {
    #[serde(flatten)]
    pub measure: Measure,
    pub title: String,
    pub value_says: String,
    pub target_says: String,
    pub light_says: String,
    /// How it was counted, and why there is no value.
    pub remark: String,
}

/// How long people took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Times {
    /// From being asked to the answer, for each role and alarm.
    pub answers: Spread,
    /// From being called for to each role's release.
    pub approvals: Spread,
    /// From being handed out to being done, for each turn of a task.
    pub tasks: Spread,
}

/// A deadline that passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissedRow {
    pub item: String,
    pub title: String,
    pub due_at: Timestamp,
    pub done_at: Option<Timestamp>,
}

/// One publication.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statement {
    pub seq: u64,
    /// When it went out.
    pub at: Timestamp,
    pub message: String,
    pub title: String,
    pub is_internal: bool,
    /// Who published it, by name.
    pub by: String,
    /// Who released it: role and name.
    pub approved_by: Vec<String>,
    /// The playbook released it before.
    pub is_preapproved: bool,
    pub url: Option<String>,
    pub texts: Vec<PostedText>,
    pub effect: Option<Effect>,
    pub promise: Option<Promise>,
}

/// A text as it went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostedText {
    pub draft: String,
    /// Title of the channel, and the language in words.
    pub channel: String,
    pub language: String,
    /// Which version of the draft went out: so many there were until then.
    pub versions: u32,
    /// How often somebody wrote in it before.
    pub edits: u32,
    /// Whether another text was posted than the one that was approved.
    pub differs: bool,
    /// Empty in old logs, and where it was deleted since.
    pub text: String,
}

/// What a publication did to the volume: mentions in the hour before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub seq: u64,
    pub before: u64,
    pub after: u64,
    pub effect: PublicEffect,
}

/// The next update that a publication promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Promise {
    pub at: Timestamp,
    /// `None`: neither yet, or another promise took its place.
    pub is_kept: Option<bool>,
    pub seq: Option<u64>,
}

/// Something that went well or not, or that we could not see: found by a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Name of the rule; `docs/report.md` lists them.
    pub rule: &'static str,
    pub says: String,
    pub at: Option<Timestamp>,
    /// The events it rests on.
    pub seqs: Vec<u64>,
}

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LessonRow {
    /// `run 3` or the folder of a drill; empty for the one that is reported.
    pub of: String,
    pub lesson: String,
    pub text: String,
    /// Name of the person, or title of the role.
    pub owner: String,
    pub due: NaiveDate,
    pub is_overdue: bool,
    pub noted_at: Timestamp,
    /// How it was seen to; `None` while it is open.
    pub how: Option<String>,
    pub closed_by: Option<String>,
    pub closed_at: Option<Timestamp>,
}
