//! Makes after-action reports: gathers what they are made of, and records who
//! looked at one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::request::{Counter, stored};
use super::view::curve::BEFORE;
use super::{NotDone, clock, glance};
use crate::domain::almanac::Almanac;
use crate::domain::drill::record::Manner;
use crate::domain::heard::tide::Outline;
use crate::domain::organisation::Organisation;
use crate::domain::reading::Reading;
use crate::domain::report::picture::pictures;
use crate::domain::report::volume::{Cut, Gap, Volume};
use crate::domain::report::{CarriedLesson, Drill, Subject, html, markdown, report};
use crate::domain::run::lesson::in_order;
use crate::domain::run::{Run, RunId};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError};

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// One page that stands by itself.
    Html,
    /// Markdown.
    Md,
    /// Every figure.
    Json,
}

/// A report as it is written; in JSON the figures themselves.
pub fn written(subject: &Subject<'_>, language: Language, form: Form) -> Value {
    let report = report(subject, language);
    match form {
        Form::Html => html::html(&report).into(),
        Form::Md => markdown::markdown(&report).into(),
        Form::Json => serde_json::to_value(&report).unwrap_or_default(),
    }
}

impl Counter {
    /// The report of a run. That somebody looked at it is on disk before they see
    /// it.
    pub(super) async fn report(
        &self,
        run: RunId,
        language: Language,
        form: Form,
        by: &str,
    ) -> Result<Value, NotDone> {
        let made = self.read(|store| self.made(store?, run, language, form))?;
        let reading = Reading::new("report", &format!("run {run}"), 0);
        self.looked(reading, by).await?;
        Ok(json!({ "run": run, "report": made }))
    }

    fn made(
        &self,
        store: &Store,
        id: RunId,
        language: Language,
        form: Form,
    ) -> Result<Value, NotDone> {
        let found = store.run(id).map_err(stored)?;
        let (run, pinned) =
            found.ok_or_else(|| NotDone::Refused(format!("there is no run {id}")))?;
        let now = clock::now();
        let outline = self.outline(Some(store), &run.watch)?;
        let volume = volume(store, (&self.organisation, &outline), &run, now).map_err(stored)?;
        let mut carried = carried(store, Some(id)).map_err(stored)?;
        carried.extend(self.carried_from_drills());
        let title = self.organisation.exercise.as_ref().map(|exercise| {
            let own = self.organisation.language;
            exercise.title.get(language.tag(), own).to_owned()
        });
        let exercise = self.organisation.exercise.as_ref();
        let drill = exercise.zip(title.as_ref()).map(|(exercise, title)| Drill {
            scenario: &exercise.scenario,
            title,
            manner: Manner::Live,
            score: None,
            record: None,
        });
        let log = store.log(id).map_err(stored)?;
        let subject = Subject {
            run: id,
            log: &log,
            playbook: &pinned.playbook,
            organisation: &self.organisation,
            volume: &volume,
            pictures: &pictures(&log, language),
            drill,
            carried: &carried,
            made_at: now,
        };
        Ok(written(&subject, language, form))
    }

    /// Lessons of drills that were held and are open.
    fn carried_from_drills(&self) -> Vec<CarriedLesson> {
        let mut drills = self.drills();
        serde_json::from_value(drills["lessons"].take()).unwrap_or_default()
    }
}

/// The open lessons of all runs but one.
pub fn carried(store: &Store, except: Option<RunId>) -> Result<Vec<CarriedLesson>, StoreError> {
    let mut rows = store.runs()?;
    rows.reverse();
    let mut carried = Vec::new();
    for row in rows.iter().filter(|row| Some(row.id) != except) {
        let Some((run, _)) = store.run(row.id)? else {
            continue;
        };
        let open = in_order(&run.lessons).into_iter();
        let open = open.filter(|(_, lesson)| lesson.closed.is_none());
        carried.extend(open.map(|(number, lesson)| CarriedLesson {
            of: format!("run {}", run.id),
            number: number.clone(),
            lesson: lesson.clone(),
        }));
    }
    Ok(carried)
}

/// What is expected of a watch, by a desk that heard what is stored.
pub fn outline_of(
    store: &Store,
    organisation: &Arc<Organisation>,
    watch: &str,
    now: Timestamp,
) -> Result<Outline, StoreError> {
    let mut watches = organisation.watches.iter();
    let Some(place) = watches.position(|one| one.key == watch) else {
        return Ok(Outline::default());
    };
    let only = BTreeSet::from([place]);
    let desk = glance::desk(
        Some(store),
        Arc::clone(organisation),
        Vec::new(),
        &only,
        now,
    )?;
    let heard = desk.heard_at(place);
    Ok(heard.map(|heard| heard.tide.outline()).unwrap_or_default())
}

/// The mentions of a run's watches from a while before it until its end, against
/// what was usual; of several watches together nobody knows what is usual.
pub fn volume(
    store: &Store,
    (organisation, outline): (&Organisation, &Outline),
    run: &Run,
    now: Timestamp,
) -> Result<Volume, StoreError> {
    let from = (run.started_at.unwrap_or(now) - BEFORE).timestamp();
    let until = run.closed_at.unwrap_or(now);
    let cut = Cut::of(from, until.timestamp());
    let also = run.ending.also_watches.iter();
    let also: Vec<&String> = also.filter(|watch| **watch != run.watch).collect();
    let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
    for watch in std::iter::once(&run.watch).chain(also.iter().copied()) {
        for (place, count) in store.counts_by_step(watch, cut.step, cut.span())? {
            *counts.entry(place).or_default() += count;
        }
    }
    let almanac = Almanac::new(organisation, &run.watch);
    let usual = |from: i64, until: i64| match also.is_empty() {
        true => outline.usual(from, until, &almanac),
        false => None,
    };
    let count = |place: i64| counts.get(&place).copied().unwrap_or_default();
    let mut volume = Volume::new(cut, count, usual, now);
    let (first, last) = cut.span();
    let at = |second: i64| Timestamp::from_timestamp(second, 0).unwrap_or_default();
    let gaps = outline.gaps(first, last.min(now.timestamp())).into_iter();
    volume.gaps = gaps
        .map(|(from, until)| Gap {
            from: at(from.max(first)),
            until: at(until.min(last)),
        })
        .collect();
    Ok(volume)
}
