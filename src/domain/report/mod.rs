//! The after-action report: what happened in a run or a drill, measured and told.
//!
//! The report is made of the log and nothing else, but for the counts of mentions
//! beside it: the same log gives the same report, and every figure in it can be
//! worked out again from the exported log. [`report`] makes the model; `html.rs`
//! and `markdown.rs` only set it.

pub mod volume;

pub mod picture;

pub mod discreet;

pub mod model;

mod facts;

mod curve;

mod measures;

mod statements;

mod findings;

mod faults;

mod unseen;

mod lessons;

mod summary;

mod teller;

mod words;

mod phrases;

pub mod markdown;

pub mod html;

use crate::domain::drill::record::{Entry, Manner, Record, What};
use crate::domain::drill::report::golden_hour;
use crate::domain::drill::score::scene::Scene;
use crate::domain::drill::score::{Score, taken};
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;
use crate::domain::run::{Logged, Run, RunId};
use crate::domain::scenario::story::Story;
use crate::domain::scenario::targets::Targets;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::timeline::{Names, story};
use lessons::Carried;
use model::{DrillPart, Report};
use picture::Picture;
use teller::Teller;
use volume::Volume;

pub use lessons::{Carried as CarriedLesson, carried_line, owner_title};

/// What `Report::format` says now.
const FORMAT: u32 = 1;

/// Everything a report is made of.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    pub run: RunId,
    /// The whole log of that run.
    pub log: &'a [Logged],
    /// As the run pinned it.
    pub playbook: &'a Playbook,
    pub organisation: &'a Organisation,
    pub volume: &'a Volume,
    /// What the environment analysis said in the course of it; empty when there
    /// was none.
    pub pictures: &'a [Picture],
    /// `None` for what was real.
    pub drill: Option<Drill<'a>>,
    /// Lessons of other runs and drills that are open.
    pub carried: &'a [Carried],
    pub made_at: Timestamp,
}

/// What is known of a drill beside its log.
#[derive(Debug, Clone, Copy)]
pub struct Drill<'a> {
    /// Name of the scenario.
    pub scenario: &'a str,
    /// Of the scenario, in the reader's language; its name where it is gone.
    pub title: &'a str,
    pub manner: Manner,
    /// `None` while it goes on.
    pub score: Option<&'a Score>,
    /// With what no log holds: the story, what was seen.
    pub record: Option<&'a Record>,
}

/// The report in one language.
pub fn report(subject: &Subject<'_>, language: Language) -> Report {
    let log = discreet::discreet(subject.log, subject.organisation, language);
    let run = Run::replay(subject.run, &log);
    let record = record(subject, &log, &run);
    let scene = Scene::new(&record);
    let told = Teller::new(subject, &run, language);
    let taken = taken_of(subject, &scene);
    let statements = statements::statements(&told, &log, subject.run);
    let measured = measures::rows(&told, run.is_open, &taken.measures);
    let names = Names {
        playbook: subject.playbook,
        organisation: subject.organisation,
        run: Some(&run),
    };
    let started_at = scene.started_at().unwrap_or(record.began_at);
    let facts = facts::facts(&told, &log, &run, record.ended_at);
    let look = findings::Look {
        told: &told,
        log: &log,
        run: &run,
        taken: &taken,
        statements: &statements,
    };
    let mut report = Report {
        made_by: model::MADE_BY,
        format: FORMAT,
        language: language.tag(),
        timezone: subject.organisation.timezone.name().to_owned(),
        organisation: told.text(&subject.organisation.name).to_owned(),
        title: title(subject, &told),
        run: subject.run,
        drill: subject.drill.map(|drill| drill_part(&told, drill)),
        made_at: subject.made_at,
        last_seq: log.last().map_or(0, |logged| logged.seq),
        summary: Vec::new(),
        volume: curve::part(&told, &log, subject.volume, &facts),
        facts,
        first_hour: golden_hour::lines(&told.words, &record, started_at),
        measures: measured,
        times: measures::times(&taken, &log),
        missed: measures::missed(&told, &taken.missed),
        on_time_by_aim: taken.on_time_by_aim.clone(),
        pictures: subject.pictures.to_vec(),
        went_well: findings::well(&look),
        went_badly: findings::badly(&look),
        statements: Vec::new(),
        unseen: unseen::unseen(&told, &log, subject),
        lessons: lessons::rows(&told, &run.lessons, subject.made_at),
        carried: lessons::carried(&told, subject.carried, subject.made_at),
        story: story(&log, names, language),
    };
    report.statements = statements;
    report.summary = summary::summary(&told, &report, &log);
    report
}

/// The run as the record that measures are taken of: that of the drill, or one of
/// the log alone.
fn record(subject: &Subject<'_>, log: &[Logged], run: &Run) -> Record {
    let kept = subject.drill.and_then(|drill| drill.record);
    let is_event = |entry: &&Entry| matches!(entry.what, What::Event { .. });
    let beside = kept.into_iter().flat_map(|record| &record.entries);
    let beside = beside.filter(|entry| !is_event(entry)).cloned();
    let events = log.iter().map(|logged| Entry {
        at: logged.at,
        what: What::Event {
            run: subject.run,
            logged: Box::new(logged.clone()),
        },
    });
    let mut entries: Vec<Entry> = events.chain(beside).collect();
    entries.sort_by_key(|entry| entry.at);
    let first = run.started_at.unwrap_or(subject.made_at);
    let last = run.closed_at.unwrap_or(subject.made_at);
    Record {
        scenario: String::new(),
        manner: subject.drill.map_or(Manner::Live, |drill| drill.manner),
        began_at: kept.map_or(first, |record| record.began_at),
        ended_at: kept.map_or(last, |record| record.ended_at),
        playbook: subject.playbook.clone(),
        entries,
        volume: Volume::default(),
    }
}

/// The measures: those of the score where there is one, else against the usual
/// targets.
fn taken_of(subject: &Subject<'_>, scene: &Scene<'_>) -> crate::domain::drill::score::Taken {
    let mut taken = taken(&Targets::default(), &Story::default(), scene);
    if let Some(score) = subject.drill.and_then(|drill| drill.score) {
        taken.measures.clone_from(&score.measures);
        taken.missed.clone_from(&score.missed);
        taken.on_time_by_aim.clone_from(&score.on_time_by_aim);
        taken.stand_down.clone_from(&score.stand_down);
        taken.answer_times = score.answer_times;
        taken.approval_times = score.approval_times;
    }
    taken
}

fn title(subject: &Subject<'_>, told: &Teller<'_>) -> String {
    match subject.drill {
        Some(drill) => drill.title.to_owned(),
        None => told.text(&subject.playbook.title).to_owned(),
    }
}

fn drill_part(told: &Teller<'_>, drill: Drill<'_>) -> DrillPart {
    let manner_says = match drill.manner {
        Manner::Live => told.pick(
            "live, met mensen en echte mail",
            "live, with people and real mail",
        ),
        Manner::TableTop => told.pick("aan tafel", "at a table"),
        Manner::Unattended => told.pick(
            "onbemand: de antwoorden kwamen uit het scenario",
            "unattended: the answers came from the scenario",
        ),
    };
    let says = match drill.score {
        None => told
            .pick("Deze oefening loopt nog.", "This drill is still going on.")
            .to_owned(),
        Some(score) => {
            let passed = match score.passed {
                true => told.pick("Gehaald", "Passed"),
                false => told.pick("Niet gehaald", "Not passed"),
            };
            let points = score.share.map_or_else(String::new, |share| {
                format!(
                    ": {} {} {} {} ({})",
                    score.points.got,
                    told.pick("van", "of"),
                    score.points.of,
                    told.pick("punten", "points"),
                    told.words.share(share)
                )
            });
            format!("{passed}{points}.")
        }
    };
    let score = drill.score;
    DrillPart {
        scenario: drill.scenario.to_owned(),
        manner: drill.manner,
        manner_says: manner_says.to_owned(),
        is_scored: score.is_some(),
        passed: score.map(|score| score.passed),
        points: score.map(|score| score.points.got),
        of: score.map(|score| score.points.of),
        share: score.and_then(|score| score.share),
        says,
    }
}
