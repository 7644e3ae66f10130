//! The curve of a report: how many mentions, what happened beside it, and both as
//! a picture.

use super::model::{Facts, Mark, Report, VolumePart};
use super::teller::Teller;
use super::volume::Volume;
use crate::domain::chart::{self, Chart, MarkKind, Point};
use crate::domain::run::{Event, Logged};
use crate::domain::text::Language;
use crate::domain::words::Words;

pub(super) fn part(
    told: &Teller<'_>,
    log: &[Logged],
    volume: &Volume,
    facts: &Facts,
) -> VolumePart {
    let until = facts.closed_at.unwrap_or_else(|| {
        let last = volume.steps.last();
        last.map_or(facts.started_at, |step| step.until)
    });
    let busiest = volume.busiest();
    VolumePart {
        during: volume.between(facts.started_at, until),
        busiest_at: busiest.map(|step| step.from),
        busiest: busiest.map(|step| step.mentions),
        volume: volume.clone(),
        marks: marks(told, log),
    }
}

/// Alerts, phases and publications.
fn marks(told: &Teller<'_>, log: &[Logged]) -> Vec<Mark> {
    let marks = log.iter().filter_map(|logged| {
        let mut at = logged.at;
        let (kind, label) = match &logged.event {
            Event::RunStarted { level, .. } => {
                let level = told.words.level(level);
                (
                    MarkKind::Alarm,
                    told.say("start, {}", "start, {}", &[&level]),
                )
            }
            Event::LevelRaised { to, .. } => (MarkKind::Alarm, told.words.level(to)),
            Event::PhaseOpened { phase, .. } => (MarkKind::Phase, told.phase(*phase)),
            Event::StoodDown { .. } => (
                MarkKind::Phase,
                told.pick("afgeschaald", "stood down").to_owned(),
            ),
            Event::Published {
                message,
                went_out_at,
                ..
            } => {
                at = went_out_at.unwrap_or(logged.at);
                (MarkKind::Publication, told.item(message))
            }
            _ => return None,
        };
        Some(Mark {
            at,
            seq: logged.seq,
            kind: kind.name(),
            label,
        })
    });
    marks.collect()
}

/// The picture with its legend, as HTML in which all text is escaped; `None` when
/// nothing was counted. The numbers stand in a table of their own.
pub(super) fn picture(report: &Report) -> Option<String> {
    let steps = &report.volume.volume.steps;
    let (first, last) = (steps.first()?, steps.last()?);
    let language = Language::from_tag(report.language).unwrap_or_default();
    let words = Words::new(language, &report.timezone);
    let (from, until) = (first.from.timestamp(), last.until.timestamp());
    let mut drawn = Chart::new("report", &report.facts.watch_title, words, from, until);
    let points = steps.iter().map(|step| Point {
        from: step.from.timestamp(),
        until: step.until.timestamp(),
        count: step.mentions,
        usual: step.usual.map(Into::into),
        is_running: step.is_running,
    });
    drawn.points = points.collect();
    let gaps = report.volume.volume.gaps.iter();
    drawn.gaps = gaps
        .map(|gap| (gap.from.timestamp(), gap.until.timestamp()))
        .collect();
    let marks = report.volume.marks.iter().map(|mark| chart::Mark {
        at: mark.at.timestamp(),
        kind: match mark.kind {
            "phase" => MarkKind::Phase,
            "publication" => MarkKind::Publication,
            _ => MarkKind::Alarm,
        },
        label: mark.label.clone(),
    });
    drawn.marks = marks.collect();
    drawn.size = (720, 240);
    drawn.has_table = false;
    // On a phone it is wider than the page: who has a keyboard scrolls it by that.
    let figure = chart::figure(&drawn);
    Some(figure.replacen("<figure ", "<figure tabindex=\"0\" ", 1))
}
