//! What a program is told of one event, as JSON: where and when, the listed fields,
//! and a sentence where that can be made without anybody's words or name.
//!
//! The names are what receivers rely on: renaming one is a change to the format.

use serde::Serialize;
use serde_json::{Map, Value};

use super::fields::{self, Field};
use crate::domain::desk::Change;
use crate::domain::organisation::Organisation;
use crate::domain::plane::{Plane, mark};
use crate::domain::run::{Cause, Event, Logged, RunId};
use crate::domain::text::Text;
use crate::domain::time::{Timestamp, rfc3339};
use crate::domain::timeline::{self, Names};

/// Everything but the id, which the store's name is part of.
#[derive(Debug, Serialize)]
struct Told<'a> {
    kind: &'static str,
    drill: bool,
    run: RunId,
    seq: u64,
    event: &'static str,
    /// RFC 3339, UTC.
    at: String,
    language: &'static str,
    organisation: &'a str,
    playbook: &'a str,
    title: String,
    watch: &'a str,
    watch_key: &'a str,
    /// Of the run after this event and what it led to.
    level: &'a str,
    level_title: &'a str,
    data: Map<String, Value>,
    sentence: String,
    url: String,
    /// Events of this webhook that were left out just before this one.
    left_out: u64,
}

/// What is told of an event of a run, without its id; `None`: nobody is told of it.
pub fn of(organisation: &Organisation, change: &Change, logged: &Logged) -> Option<Value> {
    let event = logged.event.name();
    let fields = fields::of(event)?;
    let (run, playbook) = (&change.run, &change.pinned.playbook);
    let language = organisation.language;
    let watch = organisation.watch(&run.watch);
    let level = playbook.levels.iter().find(|one| one.name == run.level);
    // In a drill what people may read begins with the mark, whoever shows it.
    let prefix = match organisation.plane() {
        Plane::Real => String::new(),
        Plane::Drill => format!("{}: ", mark(language)),
    };
    let sentence = sentence(organisation, change, logged);
    let told = Told {
        kind: "event",
        drill: organisation.plane() == Plane::Drill,
        run: run.id,
        seq: logged.seq,
        event,
        at: rfc3339(logged.at),
        language: language.tag(),
        organisation: shown(organisation, &organisation.name),
        playbook: &run.playbook,
        title: format!("{prefix}{}", shown(organisation, &playbook.title)),
        watch: watch.map_or(run.watch.as_str(), |one| shown(organisation, &one.title)),
        watch_key: &run.watch,
        level: &run.level,
        level_title: level.map_or(run.level.as_str(), |one| shown(organisation, &one.title)),
        data: data(organisation, fields, logged),
        sentence: match sentence.as_str() {
            "" => sentence,
            said => format!("{prefix}{said}"),
        },
        url: page(organisation, run.id),
        left_out: 0,
    };
    serde_json::to_value(&told).ok()
}

fn shown<'a>(organisation: &'a Organisation, text: &'a Text) -> &'a str {
    text.get(organisation.language.tag(), organisation.language)
}

/// The listed fields. One that has nothing to say is null.
fn data(organisation: &Organisation, fields: &[Field], logged: &Logged) -> Map<String, Value> {
    let event = serde_json::to_value(&logged.event).unwrap_or_default();
    let fields = fields.iter().map(|field| {
        let value = match field {
            Field::Plain(name) => plain(event.get(name)),
            Field::When(name) => when(event.get(name)),
            Field::At(_, pointer) => plain(event.pointer(pointer)),
            Field::Who(name) => who(organisation, event.get(name)),
            Field::WhoAt(_, pointer) => who(organisation, event.pointer(pointer)),
        };
        (field.name().to_owned(), value)
    });
    fields.collect()
}

/// A word, a number or a list of words; nothing with more in it, whatever an event
/// becomes one day.
fn plain(value: Option<&Value>) -> Value {
    match value {
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            Value::Array(items.clone())
        }
        Some(Value::Array(_) | Value::Object(_)) | None => Value::Null,
        Some(single) => single.clone(),
    }
}

/// RFC 3339, UTC, to the second, as all moments here.
fn when(value: Option<&Value>) -> Value {
    let moment = value.and_then(|value| serde_json::from_value::<Timestamp>(value.clone()).ok());
    moment.map_or(Value::Null, |moment| rfc3339(moment).into())
}

/// Somebody of ours; a user of the system who is not in the team is nobody's
/// business.
fn who(organisation: &Organisation, value: Option<&Value>) -> Value {
    let key = value.and_then(Value::as_str);
    let known = key.filter(|key| organisation.person(key).is_some());
    known.map_or(Value::Null, Value::from)
}

/// The sentence of the log, for events in which nobody acts and nobody's words are.
/// Without the run at hand no title that somebody typed can come into it.
fn sentence(organisation: &Organisation, change: &Change, logged: &Logged) -> String {
    if !is_about_nobody(&logged.event) {
        return String::new();
    }
    let names = Names {
        playbook: &change.pinned.playbook,
        organisation,
        run: None,
    };
    timeline::sentence(logged, names, organisation.language)
}

/// What is not listed is taken to be about somebody.
fn is_about_nobody(event: &Event) -> bool {
    match event {
        Event::RunStarted { cause, .. } => matches!(cause, Cause::Trigger { .. }),
        Event::LevelRaised { by, .. } | Event::PhaseOpened { by, .. } => by.is_none(),
        Event::Decided { is_default, .. } => *is_default,
        Event::TriggerFired { .. }
        | Event::TaskOpened { .. }
        | Event::TaskDue { .. }
        | Event::MessageCalled { .. }
        | Event::MessageDue { .. }
        | Event::DueChanged { .. }
        | Event::PromiseDue { .. }
        | Event::PromiseKept { .. }
        | Event::PromiseBroken { .. }
        | Event::EffectMeasured { .. }
        | Event::NobodyAnswers { .. }
        | Event::SourceSees { .. }
        | Event::StandDownProposed { .. } => true,
        _ => false,
    }
}

/// The page of a run, where phones reach it; empty when they do not.
fn page(organisation: &Organisation, run: RunId) -> String {
    let url = match organisation.plane() {
        Plane::Real => &organisation.web.url,
        Plane::Drill => &organisation.drill.url,
    };
    let url = url.as_deref();
    url.map_or_else(String::new, |url| {
        format!("{}/runs/{run}", url.trim_end_matches('/'))
    })
}
